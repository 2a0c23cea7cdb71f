//! `cogward init`.

use jiff::civil::Date;

use crate::app::baselines;
use crate::app::diff::{Policies, PoolQuery};
use crate::app::init::{Grouping, InitContext, NewPolicy, init};
use crate::app::no_pool;
use crate::cli::args::InitArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::pool_id::pool_ids;
use crate::cli::{accept, output};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::observed::{Estate, Failure, Observed, Unreachable};
use crate::pointer::Pointer;
use crate::text;

/// Folder of the policies when none is named: the one that `lint` checks.
const FOLDER: &str = "policies";

/// Writes a policy of every pool, and says of each what became of it. A file that is there is never replaced; with
/// `--update`, live values are written into the policies that are there, and only pools without a policy get a new one.
pub fn run(context: &RunContext, args: &InitArgs) -> Result<u8, CliError> {
    let folder = args.folder.as_deref().unwrap_or(FOLDER);
    if let Some(name) = &args.example {
        return example(&context.tree, folder, name);
    }
    // What is typed wrongly is said before anything is written.
    let until = args.waive_until.as_deref();
    let until = until.map(|day| last_day(day, &context.settings)).transpose()?;
    let there = args.update && context.tree.exists(folder);
    let there = there.then(|| policies(context, folder)).transpose()?;
    let ids = pool_ids(context, &args.live, &args.pools.pool)?;
    let mut estate = read(context, args, &ids, there.as_ref())?;
    let mut refused = 0;
    if let Some(policies) = &there {
        refused = update(context, policies, &mut estate, (args, &ids))?;
    }
    let init_context = InitContext {
        catalogue: &context.catalogue,
        settings: &context.settings,
        sources: &context.sources,
        until,
    };
    let grouping = args.group.then(|| Grouping {
        tag: args.tag.clone(),
    });
    let made = init(&estate, init_context, grouping.as_ref());
    // A policy that extends a layer of another run would say something else.
    if let Some(there) =
        grouping.and_then(|_| made.iter().find(|made| context.tree.exists(&path(folder, made))))
    {
        let there = path(folder, there);
        return Err(CliError::Usage(format!(
            "`{there}` exists already: nothing was written; name a folder that is new, or move the file away"
        )));
    }
    let mut failed = false;
    for made in &made {
        match write(&context.tree, folder, made, args.dry_run) {
            // With --dry-run, standard output has the changes of policies alone.
            Ok(said) if args.dry_run => output::say(&said),
            Ok(said) => output::write_lines(&format!("{said}\n"))?,
            Err(why) => {
                failed = true;
                output::say(&format!("error: {}: {why}", made.of));
            }
        }
    }
    for id in &estate.missing {
        failed = true;
        output::say(&format!("error: {}", no_pool(&estate, id).join("; ")));
    }
    for entry in crate::app::unseen(&estate) {
        output::unseen(&entry);
    }
    if !args.update && estate.pools.is_empty() && estate.missing.is_empty() && estate.is_whole() {
        return Err(CliError::Usage(estate.nothing_there()));
    }
    Ok(code(&estate, failed, refused))
}

/// How the run ends: another account goes first, then what was not written, what was not read, and what was refused (3, or
/// 5 for what may be allowed by name).
pub(super) fn code(estate: &Estate, failed: bool, refused: u8) -> u8 {
    let elsewhere = |place: &Unreachable| place.failure == Failure::OtherAccount;
    match () {
        () if estate.unreachable.iter().any(elsewhere) => 5,
        () if failed => 2,
        () if !estate.is_whole() => 4,
        () => refused,
    }
}

/// Reads the pools. With policies that are to be brought up to date, all pools of theirs are read, whichever are named: a
/// policy that several pools share is not rewritten by what one of them has.
fn read(
    context: &RunContext,
    args: &InitArgs,
    ids: &[String],
    there: Option<&Policies>,
) -> Result<Estate, CliError> {
    let fetched = |wanted| Ok(fetch(context, &args.live, wanted, None, &|_| false)?.estate);
    let Some(policies) = there else {
        return fetched(match ids {
            [] => PoolSelection::AllAnd(&[]),
            ids => PoolSelection::Ids(ids),
        });
    };
    let mut queries = policies.pool_queries();
    queries.extend(ids.iter().map(|id| PoolQuery::of_id(id)));
    // Pools of files are chosen below.
    let mut estate = if ids.is_empty() || !args.live.from.is_empty() {
        fetched(PoolSelection::AllAnd(&queries))?
    } else {
        fetched(PoolSelection::Queries(&queries))?
    };
    let absent = |id: &&String| !estate.pools.iter().any(|pool| pool.id() == *id);
    estate.missing = ids.iter().filter(absent).cloned().collect();
    Ok(estate)
}

/// The last day of waivers as it is typed.
fn last_day(typed: &str, settings: &Settings) -> Result<Date, CliError> {
    let day = text::date(typed).filter(|day| *day >= settings.today);
    day.ok_or_else(|| {
        CliError::Usage(format!(
            "--waive-until {typed}: name a day that is not over, as YYYY-MM-DD"
        ))
    })
}

/// The policies that are there, to be brought up to date. Those with faults are not changed.
fn policies(context: &RunContext, folder: &str) -> Result<Policies, CliError> {
    let policies = Policies::read(
        &context.tree,
        &[folder.to_owned()],
        &context.catalogue,
        &context.variables(),
        context.sources.clone(),
        Vec::new(),
    );
    if policies.are_faulty() {
        output::complain(policies.findings(), policies.sources());
        return Err(CliError::Usage(format!(
            "nothing was changed: `{folder}` has policies with faults"
        )));
    }
    Ok(policies)
}

/// Brings policies up to date with all their pools, and leaves the pools that have none and were asked for. The code is not
/// 0 if something was refused.
fn update(
    context: &RunContext,
    policies: &Policies,
    estate: &mut Estate,
    (args, ids): (&InitArgs, &[String]),
) -> Result<u8, CliError> {
    if !estate.is_whole() {
        for entry in crate::app::unseen(estate) {
            output::unseen(&entry);
        }
        return Err(CliError::Usage(
            "nothing was changed: not everything of the pools could be read".to_owned(),
        ));
    }
    let terms = accept::Terms::of(&args.live, &args.allow_weaken, args.dry_run);
    let code = accept::run(context, policies, estate, &[Pointer::root()], &terms)?;
    let queries = policies.pool_queries();
    let asked = |pool: &Observed| ids.is_empty() || ids.iter().any(|id| pool.id() == id);
    estate
        .pools
        .retain(|pool| asked(pool) && !queries.iter().any(|query| query.means(pool)));
    Ok(code)
}

/// Writes a policy that comes with the program, and says what to do with it.
fn example(tree: &Tree, folder: &str, name: &str) -> Result<u8, CliError> {
    let text = baselines::example(name).unwrap_or_default();
    let file = format!("{folder}/{name}.yaml");
    save(tree, folder, &file, &text)?;
    output::write_lines(&format!(
        "wrote {file}: {}\n\
         next:\n  \
         edit {file}: `target` names the pool; change names, addresses and dates\n  \
         cogward lint {file}\n  \
         cogward diff {file}\n",
        baselines::description(&text)
    ))?;
    Ok(0)
}

fn path(folder: &str, made: &NewPolicy) -> String {
    format!("{folder}/{}", made.file)
}

/// A file that is there is not replaced.
fn check(tree: &Tree, file: &str) -> Result<(), String> {
    if tree.exists(file) {
        return Err(format!(
            "`{file}` exists already and was not changed; `cogward init --update` brings policies up to date"
        ));
    }
    Ok(())
}

fn save(tree: &Tree, folder: &str, file: &str, text: &str) -> Result<(), String> {
    check(tree, file)?;
    tree.make_folder(folder)?;
    tree.write(file, text.as_bytes())
}

/// Writes one policy, or says only that it would; says where, and what is to be reviewed.
fn write(tree: &Tree, folder: &str, made: &NewPolicy, shows_only: bool) -> Result<String, String> {
    let policy = made.text.as_ref().map_err(Clone::clone)?;
    let file = path(folder, made);
    let mut said = if shows_only {
        check(tree, &file)?;
        format!("would write {file} from {}", made.of)
    } else {
        save(tree, folder, &file, policy)?;
        format!("wrote {file} from {}", made.of)
    };
    if let (findings @ 1.., days) = made.waived {
        let findings = text::count(findings, "finding", "findings");
        said = format!("{said}; {findings} waived for at least {days} days, to be reviewed");
    }
    if !made.left_out.is_empty() {
        said = format!(
            "{said}; without {}, which could not be read",
            text::join_words(&made.left_out)
        );
    }
    Ok(said)
}
