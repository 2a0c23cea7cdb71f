//! `--pool`: an id, or a name of which the id is looked up.

use crate::app::diff::PoolQuery;
use crate::cli::args::LiveArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::{Observation, PoolSelection};
use crate::model::observed::{Estate, Failure, Observed, Selector};
use crate::report::NotChecked;
use crate::text;

/// The ids of the pools that are typed, in their order. Names are looked up in the files of `--from`, else in AWS.
///
/// # Errors
/// No pool has the name, several have it, or what could not be read may have it.
pub fn pool_ids(context: &RunContext, live: &LiveArgs, typed: &[String]) -> Result<Vec<String>, CliError> {
    let queries: Vec<_> = typed
        .iter()
        .filter(|pool| !is_id(pool))
        .map(|pool| named(pool))
        .collect();
    if queries.is_empty() {
        return Ok(typed.to_vec());
    }
    let wanted = if live.from.is_empty() {
        PoolSelection::Queries(&queries)
    } else {
        PoolSelection::Everywhere
    };
    let Observation {
        estate, templates, ..
    } = fetch(context, live, wanted, None, &|_| false)?;
    let id = |pool: &String| {
        if is_id(pool) {
            return Ok(pool.clone());
        }
        // A plan knows the ids of pools that are there, and people know addresses.
        if let Some(id) = templates.as_ref().and_then(|templates| templates.pool_at(pool)) {
            return Ok(id.to_owned());
        }
        id_of(&estate, pool, &live.from)
    };
    typed.iter().map(id).collect()
}

/// The same of one pool.
///
/// # Errors
/// As those of [`pool_ids`].
pub fn pool_id(context: &RunContext, live: &LiveArgs, typed: &str) -> Result<String, CliError> {
    let ids = pool_ids(context, live, &[typed.to_owned()])?;
    Ok(ids.into_iter().next().unwrap_or_default())
}

/// The one of several pools, each an id with its name and where it is, that has a name.
///
/// # Errors
/// None has it, which is nothing to say here, or several have it, in words.
pub fn only<'a>(pool: &str, named: &[(&'a str, String)]) -> Result<Option<&'a str>, String> {
    match named {
        [] => Ok(None),
        [(id, _)] => Ok(Some(id)),
        several => {
            let ids: Vec<_> = several.iter().map(|(id, at)| format!("{id}{at}")).collect();
            Err(format!(
                "`{pool}` is the name of {} pools: {}; name one by its id",
                several.len(),
                text::join_words(&ids)
            ))
        }
    }
}

/// Whether it is a pool's id: its region, and a part of letters and digits.
pub fn is_id(pool: &str) -> bool {
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
            names: vec![glob::Pattern::escape(pool)],
            ..Selector::default()
        },
    }
}

fn id_of(estate: &Estate, pool: &str, from: &[String]) -> Result<String, CliError> {
    // A pool of a template has another kind of id.
    if estate.pools.iter().any(|one| one.id() == pool) {
        // Those of a logical id that several templates have.
        let numbered = format!("{pool} #");
        let ids = estate.pools.iter().map(Observed::id);
        let ids: Vec<_> = ids
            .filter(|id| *id == pool || id.starts_with(&numbered))
            .collect();
        if ids.len() > 1 && !pool.contains(" #") {
            let words = format!(
                "`{pool}` is the logical id of {} pools: {}",
                ids.len(),
                ids.join(", ")
            );
            return Err(CliError::Usage(format!(
                "{words}; name one by its name, or name its template alone"
            )));
        }
        return Ok(pool.to_owned());
    }
    let has_name = |one: &&Observed| one.name == pool;
    let place = |one: &Observed| match (&one.posture.region, &one.posture.account) {
        (Some(region), Some(account)) => format!(" ({region} of account {account})"),
        _ => String::new(),
    };
    let found: Vec<_> = estate
        .pools
        .iter()
        .filter(has_name)
        .map(|one| (one.id(), place(one)))
        .collect();
    if let Some(id) = only(pool, &found)? {
        return Ok(id.to_owned());
    }
    if !from.is_empty() {
        let files = from.join("`, `");
        let near = known(estate, pool);
        return Err(CliError::Usage(format!(
            "pool `{pool}` was not found in `{files}`{near}"
        )));
    }
    let why = format!("pool `{pool}` was not found{}", estate.looked_in(None, None));
    if estate.is_whole() {
        return Err(CliError::Usage(format!(
            "{why}; `cogward scan --format summary` lists the pools there"
        )));
    }
    let unread: Vec<_> = crate::app::unseen(estate).iter().map(NotChecked::line).collect();
    let why = format!("{why}: {}", unread.join("; "));
    let is_elsewhere = estate
        .unreachable
        .iter()
        .any(|at| at.failure == Failure::OtherAccount);
    Err(if is_elsewhere {
        CliError::Elsewhere(why)
    } else {
        CliError::Unread(why)
    })
}

/// What was probably meant: `; did you mean …?`, or the names that there are.
fn known(all: &Estate, pool: &str) -> String {
    let names = all.pools.iter().flat_map(|one| [one.name.as_str(), one.id()]);
    if let Some(near) = text::nearest(pool, names) {
        return format!("; did you mean `{near}`?");
    }
    let names: Vec<_> = all.pools.iter().map(|one| format!("`{}`", one.name)).collect();
    match names.as_slice() {
        [] => "; it has no pool: name another file".to_owned(),
        names if names.len() <= 5 => format!("; it has {}: name one of them", text::join_words(names)),
        names => format!(
            "; it has {} and {} more: name one of them",
            names[..5].join(", "),
            names.len() - 5
        ),
    }
}
