//! `cogward events`.

pub(super) mod files;
#[cfg(feature = "live")]
pub(super) mod live;

use std::io::{self, BufWriter, Write};

use crate::cli::args::EventsArgs;
#[cfg(feature = "live")]
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::events::files::ReadEvents;
use crate::cli::output;
#[cfg(feature = "live")]
use crate::cli::parts;
use crate::events::redact;
use crate::fs::Tree;

/// Writes each event once, as a line of JSON; what was read, and what was not, is said on standard error. Without any event
/// nothing is written.
pub fn run(tree: &Tree, args: &EventsArgs) -> Result<u8, CliError> {
    let mut read = read(tree, &args.files, args.redact)?;
    read.say();
    let code = read.exit_code();
    if read.is_empty() {
        output::say("error: there are no events to write");
        return Ok(code);
    }
    match &args.output {
        None => print(&mut read)?,
        Some(file) => save(tree, file, &mut read)?,
    }
    Ok(code)
}

/// The same of what AWS has. What was read is kept for the next run until all was.
#[cfg(feature = "live")]
pub fn run_live(context: &RunContext, args: &EventsArgs) -> Result<u8, CliError> {
    let found = live::collect(context, args)?;
    let file = args.output.as_deref().unwrap_or_default();
    if !found.is_whole {
        let kept = match found.parts.names.as_slice() {
            [] => String::new(),
            parts => format!("; what was read is in {}, a log like any other", parts.join(", ")),
        };
        output::say(&format!(
            "partial: {file} was not written; run the same command again to continue{kept}"
        ));
        return Ok(4);
    }
    let mut read = read(&context.tree, &found.parts.names, args.redact)?;
    save(&context.tree, file, &mut read)?;
    let is_undamaged = parts::finish(&context.tree, &found.parts)?;
    Ok(if is_undamaged { 0 } else { 4 })
}

fn read(tree: &Tree, files: &[String], is_redacted: bool) -> Result<ReadEvents, CliError> {
    files::read(tree, files, &|event| {
        if is_redacted {
            redact(event);
        }
    })
}

fn save(tree: &Tree, file: &str, read: &mut ReadEvents) -> Result<(), CliError> {
    output::keep_what_was_read(tree, file)?;
    let written = tree.write_by(file, &mut |out| {
        let mut out = BufWriter::new(out);
        read.events.lines(&mut |line| out.write_all(line))?;
        out.flush()
    });
    written?;
    output::say(&format!("wrote {file}"));
    Ok(())
}

fn print(read: &mut ReadEvents) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = read.events.lines(&mut |line| out.write_all(line));
    output::ended(written.and_then(|()| out.flush()))
}
