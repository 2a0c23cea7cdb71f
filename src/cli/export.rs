//! `cogward export`.

use crate::app::diff::faults;
use crate::app::export::export;
use crate::cli::args::ExportArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::{options, output};
use crate::render::{self, Format, RenderOptions, Shown};

/// Writes the text of all policies, and says beside it what it cannot contain. Policies with faults are reported, and
/// nothing is written.
pub fn run(context: &RunContext, args: &ExportArgs) -> Result<u8, CliError> {
    let policies = context.policies();
    if policies.are_faulty() {
        let mut report = faults(policies, &context.settings);
        // Nothing is compared here.
        report.summary.differences = None;
        // Standard output is the exported text.
        output::show(
            Format::Human,
            Shown::Report(&report),
            context.colour,
            RenderOptions::default(),
            &mut std::io::stderr(),
        )?;
        return Ok(report.exit_code);
    }
    let read: Vec<_> = policies
        .sources()
        .iter()
        .map(|(_, source)| source.name().to_owned())
        .collect();
    let read = read.iter().map(|name| ("an input", name));
    let written = args.output.iter().map(|name| ("the export", name));
    options::distinct(read.chain(written))?;
    let exported = export(&policies, args.to)?;
    match &args.output {
        None => output::write(exported.text.as_bytes())?,
        Some(file) => {
            let tree = &context.tree;
            tree.write(file, exported.text.as_bytes())?;
            output::say(&format!("wrote {file}"));
        }
    }
    for why in &exported.left_out {
        output::say(&format!("not exported: {}", render::visible(why)));
    }
    Ok(0)
}
