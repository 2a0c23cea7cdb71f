//! `cogward diff --accept` and `cogward init --update`: live values into policies.

use std::collections::BTreeSet;

use crate::app::accept::{Acceptance, Accepted, accept};
use crate::app::diff::Policies;
use crate::app::gather::Input;
use crate::cli::args::LiveArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::linter::Linter;
use crate::cli::{fix, options, output};
use crate::config::TargetConfig;
use crate::model::observed::Estate;
use crate::pointer::Pointer;
use crate::render;
use crate::text;

/// Places as they are typed; `/` is the whole policy.
pub fn places(typed: &[String]) -> Result<Vec<Pointer>, CliError> {
    let one = |text: &String| {
        options::is_no_path_of_windows("--accept", text)?;
        let place = if text == "/" {
            Some(Pointer::root())
        } else {
            Pointer::parse(text).filter(|place| *place != Pointer::root())
        };
        place.ok_or_else(|| {
            CliError::Usage(format!(
                "--accept {text}: a pointer begins with `/`, such as /mode/standard; `/` is the whole policy"
            ))
        })
    };
    typed.iter().map(one).collect()
}

/// What was typed besides the places.
pub struct Terms<'a> {
    /// `--allow-weaken`.
    pub weaken: &'a [String],
    live: &'a LiveArgs,
    /// `--dry-run`.
    pub shows_only: bool,
}

impl<'a> Terms<'a> {
    /// Of the options that say where pools are read.
    pub fn of(live: &'a LiveArgs, weaken: &'a [String], shows_only: bool) -> Self {
        Self {
            weaken,
            live,
            shows_only,
        }
    }
}

/// Takes what is live at these places into the policies, or shows the changes alone. Nothing is written where a policy has
/// faults. The exit code is 5 if something was refused that has to be allowed by name or leads to errors, 3 if something
/// else was refused.
pub fn run(
    context: &RunContext,
    policies: &Policies,
    estate: &Estate,
    wanted: &[Pointer],
    terms: &Terms<'_>,
) -> Result<u8, CliError> {
    let variables = context.variables();
    let linter = Linter::of(context);
    let some_accounts = some_accounts(context, estate, terms.live);
    let job = Acceptance {
        wanted,
        weaken: &options::named("--allow-weaken", terms.weaken)?,
        regions: &some_regions(context, estate, terms.live),
        some_accounts: some_accounts.as_deref(),
        reread: &|name: &str, text: &str| {
            let input = Input::Text(name, text);
            let sources = context.sources.clone();
            Policies::of(
                &context.tree,
                input,
                &context.catalogue,
                &variables,
                sources,
                Vec::new(),
            )
        },
        judge: &|name: &str, text: &str| linter.report_of(name, text),
    };
    let accepted = accept(policies, estate, &job)?;
    let refused = said(&accepted);
    let changes = accepted.files.iter().filter(|file| !file.settled.done.is_empty());
    let changes: Vec<_> = changes.collect();
    if !terms.shows_only {
        fix::save(&context.tree, &changes)?;
    }
    let mut drawn = String::new();
    for change in &changes {
        if terms.shows_only {
            drawn.push_str(&fix::draw(change, context.colour));
        }
        let done = change.settled.done.join(", ");
        let count = text::count(change.settled.done.len(), "live value", "live values");
        match terms.shows_only {
            // What is marked as weaker is not in the difference of the texts.
            true if !accepted.weaker.contains(&change.name) => {}
            true => output::say(&format!("{}: {count} would be accepted: {done}", change.name)),
            false => output::say(&format!("{}: {count} accepted: {done}", change.name)),
        }
    }
    if changes.is_empty() && !refused && accepted.equal.is_empty() {
        output::say("nothing to accept: no policy differs there from what was read");
    }
    // A line of a text may look like a workflow command, whatever stands before it.
    output::write(render::for_log(&drawn).as_bytes())?;
    Ok(match () {
        () if accepted.is_guarded => 5,
        () if refused => 3,
        () => 0,
    })
}

/// Says what is equal already and what is refused; whether something is.
fn said(accepted: &Accepted) -> bool {
    for place in &accepted.equal {
        output::say(&format!("{place}: already equal: policy and pool say the same"));
    }
    let mut refused = false;
    for change in &accepted.files {
        for why in &change.settled.refused {
            refused = true;
            output::say(&format!("{}:{why}", change.name));
        }
    }
    refused
}

/// The regions in which pools were found, unless all were read that the configuration names: it says in which a policy has
/// pools, and nothing else does.
fn some_regions(context: &RunContext, estate: &Estate, live: &LiveArgs) -> Vec<String> {
    let found: BTreeSet<_> = estate
        .pools
        .iter()
        .filter_map(|pool| pool.posture.region.clone())
        .collect();
    #[cfg(feature = "live")]
    let (typed, is_elsewhere): (BTreeSet<_>, _) = (
        live.account.region.iter().cloned().collect(),
        live.account.profile.is_some() || live.account.role_arn.is_some(),
    );
    #[cfg(not(feature = "live"))]
    let (typed, is_elsewhere) = (BTreeSet::new(), false);
    let read = match (live.from.is_empty(), typed.is_empty()) {
        (true, true) => None,
        (true, false) => Some(&typed),
        (false, _) => Some(&found),
    };
    let targets = &context.config.targets;
    let is_read = |region: &String| read.is_none_or(|read| read.contains(region));
    let is_whole = |target: &TargetConfig| !target.regions.is_empty() && target.regions.iter().all(is_read);
    if !is_elsewhere && !targets.is_empty() && targets.iter().all(is_whole) {
        return Vec::new();
    }
    found.into_iter().collect()
}

/// What reads the pools of some of the accounts that the configuration names, if something does: an option that takes the place
/// of all targets, or a snapshot without pools of some.
fn some_accounts(context: &RunContext, estate: &Estate, live: &LiveArgs) -> Option<String> {
    let targets = &context.config.targets;
    #[cfg(feature = "live")]
    if targets.len() > 1 {
        let account = &live.account;
        let profile = account.profile.as_ref().map(|name| format!("--profile {name}"));
        let role = || account.role_arn.as_ref().map(|arn| format!("--role-arn {arn}"));
        if let Some(option) = profile.or_else(role) {
            return Some(option);
        }
    }
    let is_found = |account: &String| {
        let mut pools = estate.pools.iter();
        pools.any(|pool| pool.posture.account.as_ref() == Some(account))
    };
    let mut accounts = targets.iter().filter_map(TargetConfig::account_id);
    let is_partial = !live.from.is_empty() && accounts.any(|account| !is_found(&account));
    is_partial.then(|| format!("--from {}", live.from.join(", ")))
}
