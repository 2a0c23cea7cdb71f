//! The words of refusals: what is refused, why, and what would let it through.

use crate::app::apply::lockout;
use crate::app::conclude;
use crate::app::diff::PoolQuery;
use crate::aws::error::CallError;
use crate::model::effective::Cell;
use crate::model::observed::{Estate, Observed, Unreachable};
use crate::plan::Impossible;
use crate::plan::file::PlanV1;
use crate::plan::gate::{Answer, Verdict};
use crate::plan::guard::{Refusal, Telling};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::proposal::{Accept, Guard, PolicyFinding, Refused, pool_users};
use crate::report::GateLimit;
use crate::text;
use crate::update;

fn refused(guard: Guard, pool: Option<&str>, message: String, next: impl Into<String>) -> Refused {
    Refused {
        guard,
        pool: pool.map(str::to_owned),
        message,
        next: next.into(),
        accept: None,
    }
}

/// A refusal that an option lets through.
fn unless(option: &'static str, value: String, refused: Refused) -> Refused {
    Refused {
        accept: Some(Accept { option, value }),
        ..refused
    }
}

/// A guard's refusal in words; `title` gives a pool's name and id. Some name a way out that needs `--exclude`.
pub(super) fn describe_refusal(
    refusal: &Refusal,
    title: &dyn Fn(&str) -> Option<String>,
    takes_exclusions: bool,
) -> Refused {
    let name = |id: &String| title(id).unwrap_or_else(|| id.clone());
    match refusal {
        Refusal::Weakens {
            pool,
            at,
            telling,
            beside,
            among_others,
        } => {
            let cell = telling.as_ref().map(|telling| why(telling));
            let mut why: Vec<_> = cell.into_iter().chain(beside.clone()).collect();
            if why.is_empty() {
                why.push("it does so together with other changes of the plan".to_owned());
            }
            let message = format!(
                "the change at `{at}` weakens pool `{}`: {}",
                name(pool),
                why.join("; ")
            );
            unless_named(Guard::Weakening, (pool, at, *among_others), message)
        }
        Refusal::Blocks {
            pool,
            at,
            lock_out,
            users,
            among_others,
        } => {
            let message = format!(
                "the change at `{at}` newly blocks or challenges users of pool `{}`: {}; {}",
                name(pool),
                lockout::words(lock_out),
                pool_users(*users)
            );
            unless_named(Guard::Blocking, (pool, at, *among_others), message)
        }
        Refusal::MayWeaken {
            pool,
            at,
            telling,
            among_others,
        } => unless_named(
            Guard::Weakening,
            (pool, at, *among_others),
            unknown(at, &name(pool), telling.as_deref()),
        ),
        Refusal::ServiceRefuses { pool, what } => service_refuses(pool, &name(pool), what, takes_exclusions),
        Refusal::GateUnmet { pool, verdict } => gate_unmet(pool, &name(pool), verdict),
        Refusal::Partial { pool, what } => partial(pool, &name(pool), what),
        Refusal::ClientMissing { pool, client, near } => refused(
            Guard::ClientMissing,
            Some(pool),
            format!(
                "pool `{}` has no client `{client}`, or several of that name{}",
                name(pool),
                near.as_ref()
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default()
            ),
            "correct the client's key or `id` in the policy, or remove it",
        ),
        Refusal::TooManyPools { pools, most } => too_many(*pools, *most),
    }
}

fn partial(pool: &str, name: &str, what: &[String]) -> Refused {
    refused(
        Guard::PoolPartial,
        Some(pool),
        format!("pool `{name}` was read only in part: {}", text::join_words(what)),
        "nothing is written to a pool that was read only in part; where access was denied, give the role what \
         docs/iam/apply.json has; what is not understood needs a version of cogward that does",
    )
}

pub(super) fn service_refuses(pool: &str, name: &str, what: &Impossible, takes_exclusions: bool) -> Refused {
    let Impossible {
        at, message, help, ..
    } = what;
    refused(
        Guard::ServiceRefuses,
        Some(pool),
        format!("AWS refuses the change at `{at}` of pool `{name}`: {message}"),
        if takes_exclusions {
            let at = text::shell(at.as_str());
            format!("{help}; or leave the change out: --exclude {at}")
        } else {
            format!("apply a policy instead (`cogward init --pool {pool}` writes one): {help}")
        },
    )
}

/// A mode would become ENFORCED, and more sign-ins would be blocked than the policy allows, or nothing shows how many.
pub(super) fn share_unmet(pool: &Observed, limit: &GateLimit) -> Refused {
    let message = format!(
        "pool `{}` would be ENFORCED; sign-ins that {}",
        pool.title(),
        limit.verdict()
    );
    let next = "show what the policy would have done (`cogward impact`, then --impact REPORT), or say why it does not matter: \
                --override-gate REASON";
    unless(
        "--override-gate",
        Accept::REASON.to_owned(),
        refused(Guard::AuditGate, Some(pool.id()), message, next),
    )
}

fn gate_unmet(pool: &str, name: &str, verdict: &Verdict) -> Refused {
    let message = format!(
        "{} authentication of pool `{name}` would be ENFORCED with {}",
        verdict.auth.as_str(),
        gate(verdict)
    );
    let next = "wait, show more evidence (`audit_gate.audit_since` in the policy), or say why it does not matter: \
                --override-gate REASON";
    unless(
        "--override-gate",
        Accept::REASON.to_owned(),
        refused(Guard::AuditGate, Some(pool), message, next),
    )
}

fn too_many(pools: usize, most: usize) -> Refused {
    let message = format!(
        "{} would change, and {most} may",
        text::count(pools, "pool", "pools")
    );
    let next = format!("name fewer policies, or allow it: --max-pools {pools}");
    unless(
        "--max-pools",
        pools.to_string(),
        refused(Guard::TooManyPools, None, message, next),
    )
}

/// What gets weaker, and where that rests on what nobody knows, that it does.
fn why(telling: &Telling) -> String {
    let cell = &telling.cell;
    let what = cell.what();
    let [before, after] = [cell.before, cell.after].map(Cell::words_in_change);
    let more = match telling.more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let words = if !telling.is_so {
        format!("without it, {what} would be {before}; with it, it is {after}")
    } else if cell.before.outcome.is_known() || cell.after.if_covered.is_some() {
        format!("{what}: {before} → {after}")
    } else {
        format!("what happens today is unconfirmed and may be a block; afterwards {what} is {after}")
    };
    format!("{words}{more}")
}

/// What is unknown before or after a change.
fn unknown(at: &Pointer, pool: &str, telling: Option<&Telling>) -> String {
    if let Some(Telling { cell, more, .. }) = telling {
        let [before, after] = [cell.before, cell.after].map(Cell::words_in_change);
        let more = match more {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let uncertain = [cell.after, cell.before];
        let uncertain = uncertain.iter().find(|side| !side.outcome.is_known());
        let why = uncertain.map_or_else(String::new, |side| format!(". {}", side.reason.sentence()));
        return format!(
            "the change at `{at}` may weaken pool `{pool}`, and AWS does not document whether it does: {}: {before} → \
             {after}{more}{}",
            cell.what(),
            why.trim_end_matches('.')
        );
    }
    match at.tokens().next().as_deref() {
        Some("alarms") => format!(
            "after the change at `{at}` an alarm of pool `{pool}` may not fire for something that it fires for now: which \
             of the two sees more is unknown"
        ),
        Some("log_delivery") => format!(
            "after the change at `{at}` it is unknown who can read the log events of pool `{pool}`, and who no longer \
             can: they go to or from another account, or a bucket, whose ARN does not name its account"
        ),
        _ => format!(
            "after the change at `{at}` it is unknown what happens to some requests of pool `{pool}`: AWS's documentation and \
             reports from the field disagree"
        ),
    }
}

/// A change that is refused unless it is named, which says how to let it through or to leave it out. Where other pools
/// change, too, the pool is named as well.
fn unless_named(guard: Guard, (pool, at, among_others): (&str, &Pointer, bool), message: String) -> Refused {
    let option = match guard {
        Guard::Blocking => "--allow-block",
        _ => "--allow-weaken",
    };
    let named = if among_others {
        format!("{pool}:{at}")
    } else {
        at.to_string()
    };
    let next = format!(
        "if this is intended: {option} {}; or leave it out: --exclude {}",
        text::shell(&named),
        text::shell(at.as_str())
    );
    unless(option, named, refused(guard, Some(pool), message, next))
}

/// `3 days in AUDIT, 14 required (by the ledger)`.
pub(super) fn gate(verdict: &Verdict) -> String {
    let minimum = verdict.minimum;
    let unknown = match verdict.answer {
        Answer::Unknown => "; what would decide could not be read",
        Answer::Met | Answer::Unmet => "",
    };
    let decided = verdict.deciding().map(|piece| &piece.evidence);
    match (verdict.days(), decided) {
        (Some(days), Some(evidence)) => {
            let since = evidence
                .since
                .map_or_else(String::new, |since| format!("since {since}, "));
            let source = evidence.source.label();
            format!("{days} days in AUDIT, {minimum} required ({since}by {source}){unknown}")
        }
        _ => format!("nothing shows days in AUDIT, {minimum} required{unknown}"),
    }
}

/// A policy without a pool, and where that was looked for.
pub(super) fn pool_missing(policy: &Policy, why: &str) -> Refused {
    let message = format!("{why}, for policy `{}`", policy.name);
    let pool = policy.posture.pool_id.as_deref();
    refused(
        Guard::PoolMissing,
        pool,
        message,
        "correct `target`, or name other policies",
    )
}

/// A pool of a journal that does not exist any more.
pub(super) fn recorded_missing(pool: &str) -> Refused {
    let message = format!("pool `{pool}` of the journal was not found");
    refused(
        Guard::PoolMissing,
        Some(pool),
        message,
        "there is nothing left to roll back",
    )
}

/// A pool that was named and is not there.
pub(super) fn named_missing(pool: &str, estate: &Estate) -> Refused {
    let [message, next] = conclude::no_pool(estate, pool);
    refused(Guard::PoolMissing, Some(pool), message, next)
}

/// A pool with several policies.
pub(super) fn several_policies(pool: &Observed, names: &[String]) -> Refused {
    let names = if names.len() > 1 {
        text::join_words(names)
    } else {
        format!("{} twice", text::join_words(names))
    };
    refused(
        Guard::SeveralPolicies,
        Some(pool.id()),
        format!("pool `{}` has several policies: {names}", pool.title()),
        "make one of them of both (`extends`), or name the files of one policy for each pool",
    )
}

/// What to do about the name of an alarm.
const NAME_IT: &str =
    "give the alarm in the policy another `name`; nothing here replaces an alarm that is not the policy's";

/// A name that an alarm of another kind has.
pub(super) fn alarm_of_another_kind(pool: &Observed, at: &Pointer, name: &str) -> Refused {
    let message = format!(
        "the alarm at `{at}` would replace the alarm `{name}` of pool `{}`, which is of another kind, such as one on an \
         expression",
        pool.title()
    );
    refused(Guard::AlarmName, Some(pool.id()), message, NAME_IT)
}

/// A name that another alarm of the account's region has.
pub(super) fn alarm_of_another(pool: &Observed, at: &Pointer, name: &str) -> Refused {
    let message = format!(
        "the alarm at `{at}` of pool `{}` would replace the alarm `{name}`, which is another pool's, or watches something \
         else",
        pool.title()
    );
    refused(Guard::AlarmName, Some(pool.id()), message, NAME_IT)
}

/// A name that two alarms of one plan have.
pub(super) fn alarm_twice(
    pool: &Observed,
    at: &Pointer,
    name: &str,
    (other, there): (&Observed, &Pointer),
) -> Refused {
    let message = format!(
        "the alarm at `{at}` of pool `{}` and the one at `{there}` of pool `{}` have one name, `{name}`: the second would \
         replace the first",
        pool.title(),
        other.title()
    );
    let next = "give each alarm a `name` of its own, or none: it is then named after its pool";
    refused(Guard::AlarmName, Some(pool.id()), message, next)
}

/// Credentials of another account.
pub(super) fn other_account(place: &Unreachable) -> Refused {
    refused(
        Guard::OtherAccount,
        None,
        format!("nothing was read in {}: {}", place.region, place.detail),
        "use credentials of the policy's account: --profile, --role-arn, or `[[targets]]` in cogward.toml",
    )
}

/// Credentials that became another account's after the plan was made.
pub(super) fn other_caller(arn: &str, planned: &str) -> Refused {
    refused(
        Guard::OtherAccount,
        None,
        format!("the credentials are those of `{arn}`, and the plan is for account {planned}"),
        "use credentials of the plan's account: --profile, --role-arn, or `[[targets]]` in cogward.toml; then run again",
    )
}

/// Credentials of which nobody says whose they are.
pub(super) fn unknown_caller(error: &CallError, planned: &str) -> Refused {
    refused(
        Guard::OtherAccount,
        None,
        format!(
            "the owner of the credentials could not be read (GetCallerIdentity: {error}), and the plan is for account \
             {planned}"
        ),
        "let this machine reach STS, which needs no permission; then run again",
    )
}

/// Policies that are for other regions than those that were typed.
pub fn other_regions(queries: &[PoolQuery], typed: &[String]) -> Vec<Refused> {
    let elsewhere = |query: &&PoolQuery| {
        let region = query.region.as_ref();
        !typed.is_empty() && region.is_some_and(|region| !typed.contains(region))
    };
    let one = |query: &PoolQuery| {
        let region = query.region.as_deref().unwrap_or_default();
        let typed = text::join_words(typed);
        let pool = query.selector.id.as_deref();
        let what = pool.map_or_else(
            || "a policy is for".to_owned(),
            |pool| format!("pool `{pool}` is in"),
        );
        refused(
            Guard::OtherRegion,
            pool,
            format!("{what} {region}, and --region says {typed}"),
            "leave --region out, or name only pools and policies of that region",
        )
    };
    let mut found: Vec<_> = queries.iter().filter(elsewhere).map(one).collect();
    found.dedup();
    found
}

/// Nobody to ask, and no `--yes`.
pub fn unconfirmed() -> Refused {
    refused(
        Guard::Unconfirmed,
        None,
        "there is no terminal to ask on, and --yes was not given".to_owned(),
        "see the plan with --dry-run; then give --yes, preferably with --plan FILE, so that the reviewed plan runs",
    )
}

/// An error that a rule finds in a policy, at so many more places of it.
pub(super) fn lint_error(policy: &str, pool: Option<&str>, first: &PolicyFinding, more: usize) -> Refused {
    let rule = &first.rule;
    let more = match more {
        0 => String::new(),
        more => format!(", and at {}", text::count(more, "more pointer", "more pointers")),
    };
    let value = format!("{rule}={}", Accept::REASON);
    let message = format!(
        "`{rule}` is an error in policy `{policy}`: {} ({}{more})",
        first.message, first.place
    );
    let next = format!(
        "fix it, waive it in the policy until a day, or say why it does not matter: --allow-finding {value}"
    );
    unless(
        "--allow-finding",
        value,
        refused(Guard::LintErrors, pool, message, next),
    )
}

/// A whole object that cannot be sent back.
pub(super) fn not_carried(
    pool: &Observed,
    operation: &str,
    why: &update::UpdateRefusal,
    takes_exclusions: bool,
) -> Refused {
    refused(
        Guard::NotCarried,
        Some(pool.id()),
        format!(
            "{operation} of pool `{}` might lose something: {why}",
            pool.title()
        ),
        if takes_exclusions {
            "fix that first, or leave out what needs the call: --exclude POINTER"
        } else {
            "fix that first, or change the mode in the console, which shows what else it changes"
        },
    )
}

/// A saved plan against the plan of now; `None` if it is the same.
pub(super) fn stale(saved: &PlanV1, now: &PlanV1) -> Option<Refused> {
    if !saved.is_sound() {
        let message = "the saved plan was edited: its digest is not that of its content";
        return Some(refused(
            Guard::StalePlan,
            None,
            message.to_owned(),
            "create a new one: --dry-run --plan-out FILE",
        ));
    }
    if saved.digest == now.digest {
        return None;
    }
    let moved = saved.moved(now);
    Some(refused(
        Guard::StalePlan,
        None,
        format!("the saved plan is out of date: {}", moved.join("; ")),
        "see what changed, and create a new plan: --dry-run --plan-out FILE",
    ))
}
