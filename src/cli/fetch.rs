//! Where observed pools come from: a snapshot, or AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::template::load;
use crate::app::template::text::is_many;
use crate::app::template::{TemplateTerms, Templates, open_name};
use crate::app::wrong_file::{SNAPSHOT, mistaken};
use crate::cli::args::LiveArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
#[cfg(feature = "live")]
use crate::cli::live;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::{environment, output};
use crate::fs::{MAX_SNAPSHOT_BYTES, ReadFault, Tree};
use crate::ledger::is_to_come;
use crate::model::observed::{Estate, Failure, Observed, Unreachable};
use crate::model::posture::Part;
use crate::model::region;
use crate::model::shard::Cut;
use crate::observe::snapshot;
use crate::observe::template::{FileKind, GivenParameters, detect, template_parameters};

/// Reads the pools: those of one shard, or all. Asks for the histories of those pools for which `asks` says so; a snapshot
/// has those that were asked for when it was taken. A snapshot that cannot be used is an error.
pub fn fetch(
    context: &RunContext,
    args: &LiveArgs,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Observation, CliError> {
    let seen = observe(context, args, wanted, cut, asks)?;
    let troubles = seen
        .templates
        .as_ref()
        .map(Templates::troubles)
        .unwrap_or_default();
    if troubles.is_empty() {
        return Ok(seen);
    }
    Err(CliError::Usage(troubles.join("\nerror: ")))
}

/// Like [`fetch`]; faults of templates are in what they are read to, for a report of findings.
pub fn observe(
    context: &RunContext,
    args: &LiveArgs,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Observation, CliError> {
    if !args.from.is_empty() {
        return from_files(&context.tree, args, wanted, cut);
    }
    #[cfg(feature = "live")]
    return live::fetch(context, &args.account, wanted, cut, asks);
    #[cfg(not(feature = "live"))]
    {
        let _ = asks;
        let message = "this program was built without AWS: use --from SNAPSHOT";
        Err(CliError::Usage(message.to_owned()))
    }
}

/// What `--from` names is a snapshot, or templates: its content says so.
fn from_files(
    tree: &Tree,
    args: &LiveArgs,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
) -> Result<Observation, CliError> {
    let mut given = BTreeMap::new();
    if let [name] = args.from.as_slice() {
        let read = tree.peek(name, MAX_SNAPSHOT_BYTES);
        if is_of_snapshot(tree, name, &read) {
            tree.uses(name);
            if read.is_ok() && args.templates.is_given(regions(args)) {
                let words = "--region, --account, --parameter, --parameters, --elsewhere and --source are for templates: a snapshot says all of it";
                return Err(CliError::Usage(words.to_owned()));
            }
            return from_snapshot(read, name, wanted, cut);
        }
        given.extend(read.ok().map(|text| (name.clone(), text)));
    }
    let terms = template_terms(tree, args)?;
    let templates = load::read(tree, &args.from, &terms, given);
    let mut estate = templates.estate();
    if let PoolSelection::Queries(queries) = wanted {
        let is_meant = |pool: &Observed| queries.iter().any(|query| query.means(pool));
        // One whose name is not known may be any that is meant.
        let nameless = estate
            .pools
            .iter()
            .filter(|pool| pool.name.contains("${") && !is_meant(pool));
        estate.unreachable = nameless.map(nameless_pool).collect();
        estate.pools.retain(is_meant);
    }
    if let PoolSelection::Ids(ids) = wanted {
        let absent = |id: &&String| !estate.pools.iter().any(|pool| pool.id() == *id);
        estate.missing = ids.iter().filter(absent).cloned().collect();
        estate.pools.retain(|pool| ids.iter().any(|id| pool.id() == id));
    }
    if !matches!(wanted, PoolSelection::Everywhere | PoolSelection::AllAnd(_)) {
        estate.lacking = vec![format!("`{}`", args.from.join("`, `"))];
    }
    Ok(Observation {
        estate,
        templates: Some(templates),
        ..Observation::default()
    })
}

fn nameless_pool(pool: &Observed) -> Unreachable {
    Unreachable {
        account: pool.posture.account.clone(),
        region: pool.posture.region.clone().unwrap_or_default(),
        pool: Some(pool.id().to_owned()),
        operation: "template".to_owned(),
        failure: Failure::NotInFiles,
        detail: open_name(&pool.name).unwrap_or_default(),
    }
}

/// Whether a file is held to be a snapshot; one that is not there is none of a template.
fn is_of_snapshot(tree: &Tree, name: &str, read: &Result<String, ReadFault>) -> bool {
    match read {
        Ok(text) => detect(text) == FileKind::Snapshot,
        Err(ReadFault::NotUtf8 { .. }) => false,
        Err(_) => !is_many(tree, name),
    }
}

/// The same of a file that is not read yet.
pub fn is_snapshot(tree: &Tree, name: &str) -> bool {
    is_of_snapshot(tree, name, &tree.peek(name, MAX_SNAPSHOT_BYTES))
}

#[cfg(feature = "live")]
fn regions(args: &LiveArgs) -> &[String] {
    &args.account.region
}

#[cfg(not(feature = "live"))]
fn regions(args: &LiveArgs) -> &[String] {
    &args.templates.template_region
}

fn template_terms(tree: &Tree, args: &LiveArgs) -> Result<TemplateTerms, CliError> {
    let mut parameters = GivenParameters::new();
    for name in &args.templates.parameters {
        let unusable = |why: String| CliError::Usage(format!("`{name}` is not a parameters file: {why}"));
        let text = tree.read(name).map_err(|fault| unusable(fault.to_string()))?;
        parameters.extend(template_parameters(&text).map_err(unusable)?);
    }
    for pair in &args.templates.parameter {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(CliError::Usage(format!("--parameter {pair}: write NAME=VALUE")));
        };
        parameters.insert(name.to_owned(), Some(value.to_owned()));
    }
    let region = match regions(args) {
        [] => None,
        [one] if !region::can_be(one) => {
            let words = format!("--region {one}: AWS has no such region; name one, such as us-west-2");
            return Err(words.into());
        }
        [one] => Some(one.clone()),
        _ => {
            let words = "--region: a template goes to one region; run once for each";
            return Err(CliError::Usage(words.to_owned()));
        }
    };
    if let Some(folder) = args
        .templates
        .source
        .as_ref()
        .filter(|folder| !tree.exists(folder))
    {
        let words = format!(
            "--source {folder}: there is no such folder; name the one with the .tf files of the plan"
        );
        return Err(words.into());
    }
    let account = args.templates.template_account.clone();
    if let Some(account) = account
        .as_ref()
        .filter(|id| id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let words = format!("--account {account}: the id of an account has 12 digits");
        return Err(words.into());
    }
    let part = |word: &String| Part::ALL.into_iter().find(|part| part.as_str() == word);
    let declared = if args.templates.is_before {
        parameters.keys().cloned().collect()
    } else {
        args.templates.declared_before.clone()
    };
    Ok(TemplateTerms {
        parameters,
        declared,
        region,
        account,
        source: args.templates.source.clone(),
        elsewhere: args.templates.elsewhere.iter().filter_map(part).collect(),
    })
}

/// Of which places a snapshot has pools, in words.
fn in_file(estate: &Estate, name: &str) -> Vec<String> {
    let place = |pool: &Observed| match (&pool.posture.region, &pool.posture.account) {
        (Some(region), Some(account)) => format!("{region} of account {account} in `{name}`"),
        (Some(region), None) => format!("{region} in `{name}`"),
        (None, _) => format!("`{name}`"),
    };
    let mut places: BTreeSet<_> = estate.pools.iter().map(place).collect();
    if places.is_empty() {
        places.insert(format!("`{name}`"));
    }
    places.into_iter().collect()
}

fn from_snapshot(
    read: Result<String, ReadFault>,
    name: &str,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
) -> Result<Observation, CliError> {
    let text = read.map_err(|fault| CliError::Usage(fault.told(name)))?;
    let saved =
        snapshot::read(&text).map_err(|error| CliError::Usage(mistaken(name, &text, SNAPSHOT, &error)))?;
    if let Some(held) = saved.cut.filter(|held| cut != Some(held)) {
        let words = format!("`{name}` holds shard {held} alone: merge the shards with `cogward merge`");
        return Err(words.into());
    }
    let mut estate = saved.estate;
    if let Some(cut) = cut {
        estate.keep(cut.shard);
    }
    if !matches!(wanted, PoolSelection::Everywhere | PoolSelection::AllAnd(_)) {
        estate.lacking = in_file(&estate, name);
    }
    // As live: pools that no policy is for are not read.
    if let PoolSelection::Queries(queries) = wanted {
        let meant = |pool: &Observed| queries.iter().any(|query| query.means(pool));
        estate.pools.retain(meant);
    }
    if let PoolSelection::Ids(ids) = wanted {
        estate.pools.retain(|pool| ids.iter().any(|id| id == pool.id()));
        estate.missing.retain(|id| ids.contains(id));
        let absent = ids
            .iter()
            .filter(|id| cut.is_none_or(|cut| cut.shard.owns(id)))
            .filter(|id| estate.pools.iter().all(|pool| pool.id() != *id));
        for id in absent.cloned().collect::<Vec<_>>() {
            if !estate.missing.contains(&id) {
                estate.missing.push(id);
            }
        }
    }
    let to_come = saved.taken_at.filter(|at| is_to_come(*at, environment::now()));
    if let Some(at) = to_come {
        output::say(&format!(
            "`{name}` was taken at {at}, which is in the future: its histories are not used as evidence"
        ));
    }
    Ok(Observation {
        estate,
        at: saved.taken_at,
        histories: saved.histories.filter(|_| to_come.is_none()),
        ..Observation::default()
    })
}
