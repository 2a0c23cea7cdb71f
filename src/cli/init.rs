//! `cogward init`.

use jiff::civil::Date;

use crate::app::baselines;
use crate::app::diff::Policies;
use crate::app::init::{Grouping, InitContext, NewPolicy, init};
use crate::cli::args::InitArgs;
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::{accept, output};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::observed::{Estate, Failure, Unreachable};
use crate::pointer::Pointer;
use crate::text;

/// Folder of the policies when none is named: the one that `lint` checks.
const FOLDER: &str = "policies";

/// The groups of the command.
pub fn groups(args: &InitArgs) -> Groups<'_> {
    Groups {
        date: Some(&args.date),
        config: Some(&args.config),
        ..Groups::default()
    }
}

/// Writes a policy of every pool, and says of each what became of it. Nothing that is there is replaced.
pub fn run(context: &RunContext, args: &InitArgs) -> Result<u8, CliError> {
    let folder = args.folder.as_deref().unwrap_or(FOLDER);
    if let Some(name) = &args.example {
        return example(&context.tree, folder, name);
    }
    let wanted = match args.pools.pool.as_slice() {
        [] => PoolSelection::AllAnd(&[]),
        ids => PoolSelection::Ids(ids),
    };
    let mut estate = fetch(context, &args.live, wanted, None, &|_| false)?.estate;
    let mut failed = false;
    if args.update && context.tree.exists(folder) {
        failed = update(context, folder, &mut estate, args.dry_run)? != 0;
        if args.dry_run {
            return Ok(if failed { 3 } else { 0 });
        }
    }
    let init_context = InitContext {
        catalogue: &context.catalogue,
        settings: &context.settings,
        sources: &context.sources,
        until: args
            .waive_until
            .as_deref()
            .map(|day| last_day(day, &context.settings))
            .transpose()?,
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
    for made in &made {
        match write(&context.tree, folder, made) {
            Ok(said) => output::write_lines(&format!("{said}\n"))?,
            Err(why) => {
                failed = true;
                output::say(&format!("error: {}: {why}", made.of));
            }
        }
    }
    for id in &estate.missing {
        failed = true;
        output::say(&format!("error: there is no pool `{id}`"));
    }
    for entry in crate::app::unseen(&estate) {
        output::unseen(&entry);
    }
    if !args.update && estate.pools.is_empty() && estate.missing.is_empty() && estate.is_whole() {
        return Err(CliError::Usage(estate.nothing_there()));
    }
    let elsewhere = |place: &Unreachable| place.failure == Failure::OtherAccount;
    if estate.unreachable.iter().any(elsewhere) {
        return Ok(5);
    }
    Ok(match (failed, estate.is_whole()) {
        (true, _) => 2,
        (false, false) => 4,
        (false, true) => 0,
    })
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

/// Brings the policies of a folder up to date with their pools, and leaves the pools that have none.
fn update(context: &RunContext, folder: &str, estate: &mut Estate, shows_only: bool) -> Result<u8, CliError> {
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
    if !estate.is_whole() {
        return Err(CliError::Usage(
            "nothing was changed: not everything of the pools could be read".to_owned(),
        ));
    }
    let code = accept::run(context, &policies, estate, &[Pointer::root()], shows_only)?;
    let queries = policies.pool_queries();
    estate
        .pools
        .retain(|pool| !queries.iter().any(|query| query.means(pool)));
    Ok(code)
}

/// Writes a policy that comes with the program, and says what to do with it.
fn example(tree: &Tree, folder: &str, name: &str) -> Result<u8, CliError> {
    let text = baselines::example(name).unwrap_or_default();
    let file = format!("{folder}/{name}.yaml");
    save(tree, folder, &file, &text).map_err(CliError::Usage)?;
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

fn save(tree: &Tree, folder: &str, file: &str, text: &str) -> Result<(), String> {
    if tree.exists(file) {
        return Err(format!("`{file}` exists already and was not changed"));
    }
    tree.make_folder(folder)?;
    tree.write(file, text.as_bytes())
}

/// Writes one policy; says where, and what is to be reviewed.
fn write(tree: &Tree, folder: &str, made: &NewPolicy) -> Result<String, String> {
    let policy = made.text.as_ref().map_err(Clone::clone)?;
    let file = path(folder, made);
    save(tree, folder, &file, policy)?;
    let mut said = format!("wrote {file} from {}", made.of);
    if let (findings @ 1.., days) = made.waived {
        let findings = text::count(findings, "finding", "findings");
        said = format!("{said}; {findings} waived for {days} days, to be reviewed");
    }
    if !made.left_out.is_empty() {
        said = format!(
            "{said}; without {}, which could not be read",
            text::join_words(&made.left_out)
        );
    }
    Ok(said)
}
