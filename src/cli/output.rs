//! Where reports go.

use std::io::{self, Write};

use crate::cli::environment;
use crate::fs::Tree;
use crate::render::{self, Format, RenderOptions};
use crate::report::Report;

/// Writes a report to standard output.
pub fn print(format: Format, report: &Report, colour: bool) -> io::Result<()> {
    let options = RenderOptions {
        colour,
        width: environment::width(),
        ..RenderOptions::default()
    };
    let mut text = Vec::new();
    render::render(format, report, &options, &mut text)?;
    write(&text)
}

/// Writes bytes to standard output; a reader that went away (`| head`) is no error.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a report to a file, whole or not at all.
pub fn save(tree: &Tree, format: Format, report: &Report, file: &str) -> Result<(), String> {
    let mut text = Vec::new();
    let rendered = render::render(format, report, &RenderOptions::default(), &mut text);
    rendered.map_err(|error| format!("`{file}` cannot be written: {error}"))?;
    tree.write(file, &text)
}
