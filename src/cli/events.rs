//! `cogward events`.

use std::io::{self, BufWriter, Write};

use crate::cli::args::EventsArgs;
use crate::cli::error::CliError;
use crate::cli::event_files::{self, ReadEvents};
use crate::cli::output;
use crate::events::redact;
use crate::fs::Tree;

/// Writes each event once, as a line of JSON; what was read, and what was not, is said on standard error. Without any event
/// nothing is written.
pub fn run(tree: &Tree, args: &EventsArgs) -> Result<u8, CliError> {
    let mut read = event_files::read(tree, &args.files, &|event| {
        if args.redact {
            redact(event);
        }
    })?;
    read.say();
    let code = read.exit_code();
    if code == 2 {
        output::say("error: there are no events to write");
        return Ok(code);
    }
    match &args.output {
        None => print(&mut read)?,
        Some(file) => {
            let written = tree.write_by(file, &mut |out| {
                let mut out = BufWriter::new(out);
                read.events.lines(&mut |line| out.write_all(line))?;
                out.flush()
            });
            written.map_err(CliError::Usage)?;
            output::say(&format!("wrote {file}"));
        }
    }
    Ok(code)
}

fn print(read: &mut ReadEvents) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = read.events.lines(&mut |line| out.write_all(line));
    output::ended(written.and_then(|()| out.flush()))
}
