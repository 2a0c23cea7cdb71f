//! The share of sign-ins that a policy would block, against what its gate allows (`audit_gate.max_would_block_percent`): one
//! judgement for every verb that asks.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::app::gate::{self, Judgement, Question};
use crate::app::policies::KeysOf;
use crate::impact::{
    ImpactReport, Replayer, SavedImpact, SavedShare, ShareGap, Strictness, WouldBlock, in_period,
};
use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::plan;
use crate::policy::assemble::Policy;
use crate::policy::resolve::GateTerms;
use crate::report::{GateLimit, NotChecked};
use crate::text;

/// What stands for the events among what was not checked.
pub const EVENTS: &str = "events";

/// Most pools that are named of those that a report is about.
const MOST_NAMED: usize = 3;

/// What events show of the share, from a replay of this run or from a saved report.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// The saved report's file; `None` for a replay of this run.
    file: Option<String>,
    of_pools: Vec<SavedShare>,
    /// What of the events could not be read.
    pub not_checked: Vec<NotChecked>,
}

impl Shares {
    /// Of a replay; without any event, all that is known of the reading is what was not checked.
    pub fn of_replay(report: &ImpactReport) -> Self {
        let unread = report.not_checked.iter().filter(|entry| entry.what == EVENTS);
        let lines = report.reading.iter().filter(|_| report.events == 0);
        let share = |pool: &crate::impact::PolicyImpact| SavedShare {
            pool: pool.pool.clone(),
            settings: pool.settings.clone(),
            would_block: pool.impact.would_block.clone(),
            is_earlier: false,
        };
        Self {
            file: None,
            of_pools: report.pools.iter().map(share).collect(),
            not_checked: lines
                .map(|line| NotChecked::left_out(EVENTS, line.clone()))
                .chain(unread.cloned())
                .collect(),
        }
    }

    /// Of a saved report.
    pub fn of_file(file: &str, saved: SavedImpact) -> Self {
        let why = format!("`{file}` says that something could not be read or judged");
        Self {
            file: Some(file.to_owned()),
            of_pools: saved.shares,
            not_checked: Some(NotChecked::failed(EVENTS, why))
                .filter(|_| !saved.is_whole)
                .into_iter()
                .collect(),
        }
    }

    /// What of the events could not be read, if anything that should have been.
    fn unread(&self) -> Option<String> {
        let unread = self.not_checked.iter().find(|entry| entry.failed)?;
        Some(format!("not all events could be read: {}", unread.why))
    }

    /// What they show of a pool under these settings, or why they show nothing.
    fn of_pool(&self, policy: &Policy, pool: &Observed) -> Result<&SavedShare, String> {
        let id = pool.id();
        let of_pool: Vec<_> = self.of_pools.iter().filter(|share| share.pool == id).collect();
        let Some(file) = &self.file else {
            let settings = settings(policy, pool);
            let found = of_pool.iter().find(|share| share.settings == settings);
            return match found.filter(|share| !share.would_block.is_empty()) {
                Some(share) => Ok(share),
                None if found.is_none() && !of_pool.is_empty() => {
                    Err("the events were judged under other settings of this pool".to_owned())
                }
                None => Err("the events have no sign-in of this pool".to_owned()),
            };
        };
        if of_pool.is_empty() {
            let others: BTreeSet<_> = self.of_pools.iter().map(|share| share.pool.as_str()).collect();
            let of = if others.is_empty() {
                "no pool".to_owned()
            } else {
                text::some_words(others, MOST_NAMED)
            };
            return Err(format!("`{file}` is of {of}, and not of this pool"));
        }
        if of_pool.iter().any(|share| share.is_earlier) {
            return Err(format!(
                "`{file}` was made by an earlier version, which does not list incomplete sign-ins: make it again"
            ));
        }
        let settings = settings(policy, pool);
        if let Some(share) = of_pool.iter().find(|share| share.settings == settings) {
            return if share.would_block.is_empty() {
                Err(format!("`{file}` has no sign-in of this pool"))
            } else {
                Ok(share)
            };
        }
        let alone = Replayer::new(&policy.posture, Strictness::default()).digest();
        Err(if of_pool.iter().any(|share| share.settings == alone) {
            format!(
                "`{file}` judged the policy alone, and the pool has settings or clients of which the policy says nothing: run impact again \
                 with --from SNAPSHOT"
            )
        } else {
            format!(
                "`{file}` judged other settings: the policy, or what the pool has beside it, has changed since; run impact again"
            )
        })
    }
}

/// The digest of what a pool will have under a policy.
fn settings(policy: &Policy, pool: &Observed) -> String {
    let wanted = plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)).wanted;
    Replayer::new(&wanted, Strictness::default()).digest()
}

/// The share against what the policy allows. `None` if it sets no limit and no range begins to act. Only sign-ins of the time in
/// AUDIT count. Without evidence it is unmet. Events that do not cover the days that the gate requires show too little, whatever they show. `counts`
/// says whether it decides anything.
pub fn judge(question: Question<'_>, shares: Option<&Shares>, counts: bool) -> Option<GateLimit> {
    let max = question.policy.gate.max_would_block_percent;
    let ranges = gate::ranges_that_begin(question.policy, question.pool);
    if max.is_none() && ranges.is_empty() {
        return None;
    }
    let mut found = GateLimit::unmet(max, ranges, counts);
    if let Err(why) = fill(&mut found, question, shares) {
        // What could not be read may be what is missing.
        let (answer, why) = match shares.and_then(Shares::unread) {
            Some(unread) => ("unknown", format!("{why}; {unread}")),
            None => ("unmet", why),
        };
        (found.answer, found.why) = (answer, Some(why));
    }
    Some(found)
}

/// What the events show; why they show too little.
fn fill(found: &mut GateLimit, question: Question<'_>, shares: Option<&Shares>) -> Result<(), String> {
    let shares = shares.ok_or("no events were given (--events, or --impact)")?;
    let by_day = &shares.of_pool(question.policy, question.pool)?.would_block;
    let time = audit_time(question)
        .ok_or("nothing shows a time in AUDIT, so that it is unknown which events are of it")?;
    let inside = in_period(by_day, &(time.since..=time.until));
    (found.since, found.until) = (Some(time.since), Some(time.until));
    (found.days, found.before, found.after) = (inside.days, inside.before, inside.after);
    (found.percent_at_least, found.percent_at_most) = inside.share.percent().unzip();
    (found.undated, found.share) = (inside.undated, inside.share);
    let way_out = way_out(&found.share, question.pool);
    if found.share.sign_ins == 0 {
        return Err(format!(
            "no event is certain to be a sign-in during AUDIT that had not failed{way_out}"
        ));
    }
    // Without a limit it is enough that the events speak of the time in AUDIT.
    found.answer = found.share.within(found.max_percent.unwrap_or(100.0));
    if found.answer == "unknown" {
        let (unknown, unclear) = (found.share.unknown, found.share.unclear);
        let of = text::count(unknown + unclear, "incomplete sign-in", "incomplete sign-ins");
        found.why = Some(format!("it depends on {of}{way_out}"));
    }
    let required = question.policy.gate.required_days();
    if found.answer != "unmet" && inside.days < i64::from(required) {
        let hole = inside
            .hole
            .map(|(first, last)| format!("; none is of {first} to {last}"));
        let hole = hole.unwrap_or_default();
        return Err(format!(
            "the events cover {} of {required} days{hole}",
            inside.days
        ));
    }
    if let Some(unread) = shares.unread().filter(|_| found.answer == "met") {
        found.answer = "unknown";
        found.why = Some(unread);
    }
    if found.answer == "met" && !time.is_shown {
        found.answer = "unknown";
        found.why = Some("the time in AUDIT is not shown for certain".to_owned());
    }
    Ok(())
}

/// What to do about sign-ins that name no pool, as plain answers of `AdminListUserAuthEvents` are.
fn way_out(share: &WouldBlock, pool: &Observed) -> String {
    let Some(number) = share.gaps.get(&ShareGap::Pool) else {
        return String::new();
    };
    let number = text::count(*number, "names", "name");
    format!(
        "; {number} no pool: put `userPoolId` into each line, or read them by `cogward events --from-aws --pool {}`",
        text::shell(pool.id())
    )
}

/// The time in AUDIT whose events count.
struct AuditTime {
    since: Date,
    until: Date,
    /// Whether the gates of all modes that it is about are met.
    is_shown: bool,
}

/// The time in which all modes were in AUDIT that a policy would set to ENFORCED; without such a step, that of those which are
/// in AUDIT. Of a pool that is ENFORCED already it is what the policy declares.
fn audit_time(question: Question<'_>) -> Option<AuditTime> {
    let steps = gate::steps(question.policy, question.pool);
    let is_about = |one: &Judgement| match steps.as_slice() {
        [] => one.live == Some(Mode::Audit),
        steps => steps.contains(&one.auth),
    };
    let mut judged = Vec::from(gate::evaluate(question));
    judged.retain(is_about);
    if judged.is_empty() {
        return declared(&question.policy.gate);
    }
    let since: Option<Vec<_>> = judged.iter().map(|one| one.verdict.in_audit_since()).collect();
    Some(AuditTime {
        since: since?.into_iter().max()?,
        until: question.today,
        is_shown: judged.iter().all(|one| one.verdict.is_met()),
    })
}

/// From the declared day in AUDIT to the day before the declared one of enforcement.
fn declared(gate: &GateTerms) -> Option<AuditTime> {
    let mut pairs = gate.audit_since.into_iter().zip(gate.enforced_since);
    let (since, enforced) = pairs.find_map(|(since, enforced)| since.zip(enforced))?;
    Some(AuditTime {
        since,
        until: enforced.yesterday().ok()?,
        is_shown: true,
    })
}
