//! The share of sign-ins that a policy would block, against what its gate allows (`audit_gate.max_would_block_percent`): one
//! judgement for every verb that asks.

use std::collections::BTreeSet;

use crate::app::policies::KeysOf;
use crate::impact::{ImpactReport, Replayer, SavedImpact, SavedShare, Strictness};
use crate::model::observed::Observed;
use crate::plan;
use crate::policy::assemble::Policy;
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
    #[must_use]
    pub fn of_replay(report: &ImpactReport) -> Self {
        let unread = report.not_checked.iter().filter(|entry| entry.what == EVENTS);
        let lines = report.reading.iter().filter(|_| report.events == 0);
        let share = |pool: &crate::impact::PolicyImpact| SavedShare {
            pool: pool.pool.clone(),
            settings: pool.settings.clone(),
            would_block: pool.impact.would_block,
            span_days: pool.impact.span_days(),
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
    #[must_use]
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

    /// What they show of a pool under these settings, or why they show nothing.
    fn of_pool(&self, policy: &Policy, pool: &Observed) -> Result<&SavedShare, String> {
        let id = pool.id();
        let of_pool: Vec<_> = self.of_pools.iter().filter(|share| share.pool == id).collect();
        let Some(file) = &self.file else {
            let settings = settings(policy, pool);
            let found = of_pool.iter().find(|share| share.settings == settings);
            return match found.filter(|share| share.would_block.sign_ins > 0) {
                Some(share) => Ok(*share),
                None if found.is_none() && !of_pool.is_empty() => {
                    Err("the events were judged under other settings of this pool".to_owned())
                }
                None => Err("the events have no sign-in of this pool".to_owned()),
            };
        };
        if of_pool.is_empty() {
            let others: BTreeSet<_> = self.of_pools.iter().map(|share| share.pool.clone()).collect();
            let mut others: Vec<_> = others.into_iter().collect();
            let more = others.len().saturating_sub(MOST_NAMED);
            others.truncate(MOST_NAMED);
            if more > 0 {
                others.push(format!("{more} more"));
            }
            let of = match others.as_slice() {
                [] => "of no pool".to_owned(),
                others => format!("of {}", text::join_words(others)),
            };
            return Err(format!("`{file}` is {of}, and not of this pool"));
        }
        let settings = settings(policy, pool);
        if let Some(share) = of_pool.iter().find(|share| share.settings == settings) {
            return match share.would_block.sign_ins {
                0 => Err(format!("`{file}` has no sign-in of this pool")),
                _ => Ok(*share),
            };
        }
        let alone = Replayer::new(&policy.posture, Strictness::default()).digest();
        Err(if of_pool.iter().any(|share| share.settings == alone) {
            format!(
                "`{file}` judged the policy alone, and the pool has settings of which the policy says nothing: run impact again \
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

/// The share against what the policy allows; `None` if it sets no limit. Without evidence it is unmet. Events that do not
/// cover the days that the gate requires show too little, whatever they show. `counts` says whether it decides anything.
#[must_use]
pub fn judge(policy: &Policy, pool: &Observed, shares: Option<&Shares>, counts: bool) -> Option<GateLimit> {
    let max_percent = policy.gate.max_would_block_percent?;
    let mut found = GateLimit {
        max_percent,
        answer: "unmet",
        counts,
        sign_ins: 0,
        percent_at_least: None,
        percent_at_most: None,
        why: None,
    };
    let Some(shares) = shares else {
        found.why = Some("no events were given (--events, or --impact)".to_owned());
        return Some(found);
    };
    let share = match shares.of_pool(policy, pool) {
        Ok(share) => share,
        Err(why) => {
            found.why = Some(why);
            return Some(found);
        }
    };
    (found.percent_at_least, found.percent_at_most) = share.would_block.percent().unzip();
    found.sign_ins = share.would_block.sign_ins;
    found.answer = share.would_block.within(max_percent);
    if found.answer == "unknown" {
        let unknown = share.would_block.unknown;
        found.why = Some(format!("it depends on {unknown} sign-ins of unknown risk"));
    }
    let (required, covered) = (policy.gate.required_days(), share.span_days);
    if found.answer != "unmet" && covered < i64::from(required) {
        found.answer = "unmet";
        found.why = Some(format!("the events cover {covered} of {required} days"));
    }
    Some(found)
}
