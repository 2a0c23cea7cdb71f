//! `cogward explain --pool ID`.

use crate::app::explain::explain;
use crate::cli::args::ExplainArgs;
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::options::Outputs;
use crate::cli::output;
use crate::render::Format;

/// The groups of the command.
pub fn groups(args: &ExplainArgs) -> Groups<'_> {
    Groups {
        config: Some(&args.config),
        ..Groups::default()
    }
}

/// Prints what really happens to requests of a pool, and why.
pub fn run(mut context: RunContext, pool: &str, args: &ExplainArgs) -> Result<u8, CliError> {
    context.outputs = Outputs::on_stdout(args.format);
    if let Some(format) = args.format.filter(|format| !format.shows_tables()) {
        let words = format!(
            "--format {}: a pool's table is shown by human, json, markdown, comment and html",
            format.as_str()
        );
        return Err(CliError::Usage(words));
    }
    let ids = [pool.to_owned()];
    let estate = fetch(&context, &args.live, PoolSelection::Ids(&ids), None, &|_| false)?.estate;
    if estate.pools.is_empty() && estate.is_whole() {
        let region = pool.rsplit_once('_').map_or("any region", |(region, _)| region);
        let where_ = match args.live.from.as_slice() {
            [file, ..] => format!("in `{file}`"),
            [] => format!(
                "in {region} of the account that was asked; `cogward scan --region {region}` names those there"
            ),
        };
        return Err(CliError::Usage(format!("there is no pool `{pool}` {where_}")));
    }
    let report = explain(&estate, context.sources.clone());
    if context.outputs.stdout == Some(Format::Human) {
        output::print_protection(&report, context.colour)?;
        return Ok(report.exit_code);
    }
    context.finish(&report)
}
