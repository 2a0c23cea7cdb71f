//! `cogward init`.

use crate::app::init::{InitContext, NewPolicy, init};
use crate::cli::args::InitArgs;
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::output;
use crate::fs::Tree;
use crate::model::observed::{Failure, Unreachable};
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
    let wanted = match args.pools.pool.as_slice() {
        [] => PoolSelection::AllAnd(&[]),
        ids => PoolSelection::Ids(ids),
    };
    let estate = fetch(context, &args.live, wanted, None, &|_| false)?.estate;
    let init_context = InitContext {
        catalogue: &context.catalogue,
        settings: &context.settings,
        sources: &context.sources,
    };
    let folder = args.folder.as_deref().unwrap_or(FOLDER);
    let mut failed = false;
    for made in init(&estate, init_context) {
        match write(&context.tree, folder, &made) {
            Ok(said) => output::write_lines(&format!("{said}\n"))?,
            Err(why) => {
                failed = true;
                output::say(&format!("error: pool `{}`: {why}", made.pool));
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
    if estate.pools.is_empty() && estate.missing.is_empty() && estate.is_whole() {
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

/// Writes one policy; says where, and what is to be reviewed.
fn write(tree: &Tree, folder: &str, made: &NewPolicy) -> Result<String, String> {
    let policy = made.text.as_ref().map_err(Clone::clone)?;
    let file = format!("{folder}/{}", made.file);
    if tree.exists(&file) {
        return Err(format!("`{file}` exists already and was not changed"));
    }
    tree.make_folder(folder)?;
    tree.write(&file, policy.as_bytes())?;
    let mut said = format!("wrote {file} from pool {}", made.pool);
    if made.waived > 0 {
        let findings = text::count(made.waived, "finding", "findings");
        said = format!("{said}; {findings} waived for 90 days, to be reviewed");
    }
    if !made.left_out.is_empty() {
        said = format!(
            "{said}; without {}, which could not be read",
            text::join_words(&made.left_out)
        );
    }
    Ok(said)
}
