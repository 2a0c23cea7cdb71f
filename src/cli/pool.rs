//! `cogward explain --pool`.

use crate::app::explain::explain;
use crate::app::no_pool;
use crate::cli::args::ExplainArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::options::Outputs;
use crate::cli::output;
use crate::cli::pool_id::pool_id;
use crate::render::Format;

/// Prints what really happens to requests of a pool, and why.
pub fn run(mut context: RunContext, pool: &str, args: &ExplainArgs) -> Result<u8, CliError> {
    context.outputs = Outputs::on_stdout(args.format);
    if let Some(format) = args.format.filter(|format| !format.shows_tables()) {
        let words = format!(
            "--format {}: a pool's table is shown by human, json, markdown, comment and html",
            format.as_str()
        );
        return Err(words.into());
    }
    let ids = [pool_id(&context, &args.live, pool)?];
    let seen = fetch(&context, &args.live, PoolSelection::Ids(&ids), None, &|_| false)?;
    if seen.estate.pools.is_empty() && seen.estate.is_whole() {
        return Err(CliError::Usage(no_pool(&seen.estate, &ids[0]).join("; ")));
    }
    let report = explain(&seen.estate, context.sources.clone());
    if context.outputs.stdout == Some(Format::Human) {
        output::print_protection(&report, context.colour)?;
        return Ok(report.exit_code);
    }
    context.finish_of(&report, &seen, &args.live.from)
}
