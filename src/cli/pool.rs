//! `cogward explain --pool ID`.

use crate::app::explain::explain;
use crate::cli::args::{ExplainArgs, LintArgs};
use crate::cli::lint::{finish, prepare};
use crate::cli::look::look;
use crate::cli::output;
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
use crate::fs::Tree;
use crate::render::Format;

/// Prints what really happens to requests of a pool, and why.
pub fn run(tree: &Tree, pool: &str, args: &ExplainArgs, colour: bool) -> Result<u8, Failure> {
    let typed = LintArgs {
        format: args.format,
        config: args.config.clone(),
        ..LintArgs::default()
    };
    if let Some(format) = args.format.filter(|format| !format.shows_tables()) {
        let words = format!(
            "--format {}: a pool's table is shown by human, json, markdown, comment and html",
            format.as_str()
        );
        return Err(Failure::Usage(words));
    }
    let prepared = prepare(tree, &typed)?;
    let ids = [pool.to_owned()];
    let estate = look(tree, &args.live, &prepared.config, Wanted::Ids(&ids))?;
    if estate.pools.is_empty() && estate.is_whole() {
        return Err(Failure::Usage(format!("there is no pool `{pool}`")));
    }
    let report = explain(&estate, prepared.sources.clone());
    if prepared.options.stdout == Some(Format::Human) {
        output::print_protection(&report, colour)?;
        return Ok(report.exit_code);
    }
    finish(tree, &report, &prepared.options, colour)
}
