//! The audit gate of a pool under a policy: all evidence in one place, once for every verb that asks.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::app::policies::KeysOf;
use crate::ledger::Ledger;
use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::model::posture::Part;
use crate::plan::gate::{Answer, Blind, EvidenceSource, Known, Verdict, declared, unmodified, verdict};
use crate::plan::{self, Auth, is_step, mode_of};
use crate::policy::assemble::Policy;
use crate::text;

/// What the gate is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The pool as it is.
    pub pool: &'a Observed,
    /// The ledger, if one is kept.
    pub ledger: Option<&'a Ledger>,
    /// What AWS's own histories show of the pool, CloudTrail and metrics; `None` where they were not asked.
    pub history: Option<&'a Known>,
    /// The day of the run, or of the snapshot.
    pub today: Date,
    /// Why it is unknown of which day the pool is, as it is here.
    pub doubt: Option<&'a str>,
}

/// What the gate says of one authentication type of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Which authentication type.
    pub auth: Auth,
    /// The mode that the policy asks for; `None` where it says nothing of it.
    pub wanted: Option<Mode>,
    /// The mode that the pool is in; `None` where that could not be read.
    pub live: Option<Mode>,
    /// The evidence, weighed.
    pub verdict: Verdict,
}

impl Judgement {
    /// Whether the policy asks for a step that the gate is about.
    pub fn is_step(&self) -> bool {
        is_step(self.live, self.wanted)
    }
}

/// Everything that is known of a pool's time in AUDIT.
pub fn known(question: Question<'_>) -> Known {
    let Question {
        policy,
        pool,
        ledger,
        history,
        today,
        doubt,
    } = question;
    let mut known = shown(pool, history, ledger, today);
    known.blind.extend(doubt.map(|why| Blind {
        auth: None,
        source: EvidenceSource::Unmodified,
        before: None,
        why: why.to_owned(),
    }));
    known.evidence.extend(declared(policy.gate.audit_since));
    known
}

/// The same without what a policy declares.
pub fn shown(pool: &Observed, history: Option<&Known>, ledger: Option<&Ledger>, today: Date) -> Known {
    let mut known = unmodified(pool, today);
    known.extend(history.cloned().unwrap_or_default());
    if let Some(ledger) = ledger {
        known.extend(ledger.known(pool.id(), today));
    }
    known
}

/// What the gate says of each authentication type of a pool, standard first.
pub fn evaluate(question: Question<'_>) -> [Judgement; 2] {
    let known = known(question);
    let minimum = question.policy.gate.required_days();
    Auth::ALL.map(|auth| Judgement {
        auth,
        wanted: mode_of(question.policy.posture.mode, auth),
        live: mode_of(question.pool.posture.mode, auth),
        verdict: verdict(auth, minimum, &known, question.today),
    })
}

/// A verdict in one line, without a full stop: `not met, 6 of 14 days in AUDIT by CloudTrail`.
pub fn describe_verdict(verdict: &Verdict) -> String {
    let minimum = text::count(verdict.minimum as usize, "day", "days");
    let answer = match verdict.answer {
        Answer::Unmet => "not met",
        answer => answer.as_str(),
    };
    let mut words = match (verdict.days(), verdict.deciding()) {
        (Some(days), Some(piece)) if days >= 0 => format!(
            "{answer}, {days} days in AUDIT by {}, {} required",
            piece.evidence.source.label(),
            verdict.minimum
        ),
        _ => format!("{answer}, nothing shows {minimum} in AUDIT"),
    };
    for blind in verdict.blind.iter().filter(|_| !verdict.is_met()) {
        // Writing to a text cannot fail.
        let _ = write!(words, "; {}", blind.words());
    }
    words
}

/// The authentication types that a policy would set to ENFORCED in a pool that is not so yet.
pub fn steps(policy: &Policy, pool: &Observed) -> Vec<Auth> {
    let (wanted, live) = (policy.posture.mode, pool.posture.mode);
    let pairs = [
        (Auth::Standard, wanted.standard, live.standard),
        (Auth::Custom, wanted.custom, live.custom),
    ];
    let step = |(_, wanted, live): &(Auth, Option<Mode>, Option<Mode>)| is_step(*live, *wanted);
    pairs.into_iter().filter(step).map(|(auth, ..)| auth).collect()
}

/// Always-block ranges that begin to act in a pool with the step to ENFORCED that a policy asks for, in order.
pub fn ranges_that_begin(policy: &Policy, pool: &Observed) -> Vec<String> {
    let ranges = step(policy, pool).map(|diff| plan::ranges_that_begin(&diff));
    ranges.iter().flatten().map(ToString::to_string).collect()
}

/// Parts of a pool that could not be read, so that others may begin to act beside these.
pub fn unread_of_ranges(policy: &Policy, pool: &Observed) -> Vec<Part> {
    let parts = step(policy, pool).map(|diff| plan::unread_of_ranges(&diff));
    parts.unwrap_or_default()
}

/// Settings that keep users out from the step to ENFORCED on and are not there in AUDIT: `apply` asks for each by name.
pub fn new_with_the_step(policy: &Policy, pool: &Observed) -> Vec<String> {
    let Some(diff) = step(policy, pool) else {
        return Vec::new();
    };
    let parts = plan::lock_outs(&diff).into_iter();
    let acts = parts.filter(|(_, part)| !part.cells.is_empty() || !part.addresses.is_empty());
    acts.map(|(change, _)| format!("`{}`", change.leaf.pointer()))
        .collect()
}

/// What a policy changes, if it would set a mode to ENFORCED.
fn step(policy: &Policy, pool: &Observed) -> Option<plan::Diff> {
    let is_step = !steps(policy, pool).is_empty();
    is_step.then(|| plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)))
}
