//! `cogward explain --pool ID` or `NAME`.

use std::collections::BTreeMap;

use crate::app::diff::PoolQuery;
use crate::app::explain::explain;
use crate::cli::args::ExplainArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::options::Outputs;
use crate::cli::output;
use crate::model::observed::{Estate, Selector};
use crate::render::Format;
use crate::text;

/// Whether it is a pool's id: its region, and a part of letters and digits. A name may be one as well.
fn is_id(pool: &str) -> bool {
    pool.rsplit_once('_').is_some_and(|(region, rest)| {
        let ends_in_number = region
            .rsplit('-')
            .next()
            .is_some_and(|end| end.parse::<u8>().is_ok());
        ends_in_number && region.contains('-') && rest.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// The pools of a name, in any place that is asked.
fn named(pool: &str) -> PoolQuery {
    PoolQuery {
        account: None,
        region: None,
        selector: Selector {
            id: None,
            names: vec![glob::Pattern::escape(pool)],
            tags: BTreeMap::new(),
        },
    }
}

/// What was probably meant: `; did you mean …?`, or the names that there are.
fn known(all: &Estate, pool: &str) -> String {
    let names = all.pools.iter().flat_map(|one| [one.name.as_str(), one.id()]);
    if let Some(near) = text::nearest(pool, names) {
        return format!("; did you mean `{near}`?");
    }
    let names: Vec<_> = all.pools.iter().map(|one| format!("`{}`", one.name)).collect();
    match names.as_slice() {
        [] => "; it has no pool: name another snapshot".to_owned(),
        names if names.len() <= 5 => format!("; it has {}: name one of them", text::join_words(names)),
        names => format!(
            "; it has {} and {} more: name one of them",
            names[..5].join(", "),
            names.len() - 5
        ),
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
        return Err(words.into());
    }
    let (ids, by_name) = ([pool.to_owned()], [named(pool)]);
    let wanted = if is_id(pool) {
        PoolSelection::Ids(&ids)
    } else {
        PoolSelection::Queries(&by_name)
    };
    let mut seen = fetch(&context, &args.live, wanted, None, &|_| false)?;
    let estate = &mut seen.estate;
    // A name that a snapshot or template has may look like an id.
    if estate.pools.is_empty() && !args.live.from.is_empty() {
        let all = fetch(&context, &args.live, PoolSelection::Everywhere, None, &|_| false)?.estate;
        let near = known(&all, pool);
        estate.missing.clear();
        estate.pools = all.pools.into_iter().filter(|one| one.name == pool).collect();
        if estate.pools.is_empty() {
            let files = args.live.from.join("`, `");
            return Err(CliError::Usage(format!(
                "there is no pool `{pool}` in `{files}`{near}"
            )));
        }
    }
    if estate.pools.is_empty() && estate.is_whole() {
        let region = pool.rsplit_once('_').filter(|_| is_id(pool));
        let words = match region {
            Some((region, _)) => {
                format!("in {region} of this account; `cogward scan --region {region}` names those there")
            }
            None => {
                "of that name where it was looked for; `cogward scan --format summary` names all".to_owned()
            }
        };
        return Err(CliError::Usage(format!("there is no pool `{pool}` {words}")));
    }
    let report = explain(&seen.estate, context.sources.clone());
    if context.outputs.stdout == Some(Format::Human) {
        output::print_protection(&report, context.colour)?;
        return Ok(report.exit_code);
    }
    context.finish_of(&report, &seen, &args.live.from)
}
