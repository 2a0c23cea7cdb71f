//! What a replay found for one pool, as data. What is serialized is as `schemas/impact.json` has it, version 1: fields may be
//! added, and none is renamed, removed or given another meaning.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use strum::VariantArray as _;

use crate::finding::{Finding, NotChecked};
use crate::ident::all;
use crate::impact::outcome::{ReplayOutcome, ReplayReason};
use crate::impact::sign_ins::SignIns;
use crate::impact::would_block::WouldBlock;
use crate::pointer::Pointer;
use crate::text;

/// Events, and distinct users behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1EventCount")]
pub struct EventCount {
    /// Events.
    pub events: u64,
    // By sub, else by name. Events that name nobody have none.
    /// Distinct users.
    pub users: u64,
}

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1OutcomeRow")]
pub struct OutcomeRow {
    /// `blocked`, `mfa-required`, `mfa-if-configured`, `allowed-notified`, `allowed`, `not-assessed`, `not-covered` or `unknown`.
    #[schemars(with = "String")]
    pub outcome: ReplayOutcome,
    /// How many have it now.
    pub now: EventCount,
    /// How many would have it.
    pub proposed: EventCount,
    // No new harm.
    /// Of these, those that had failed already.
    pub failed: u64,
    /// Of these, those with the feedback `Valid`: it was the user.
    pub valid: u64,
    /// Of these, those with the feedback `Invalid`.
    pub invalid: u64,
}

/// Why events would have an outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ReasonRow")]
pub struct ReasonRow {
    /// The outcome.
    #[schemars(with = "String")]
    pub outcome: ReplayOutcome,
    /// Id of the reason.
    #[schemars(with = "String")]
    pub reason: ReplayReason,
    /// JSON pointer of the setting that decides, in a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub pointer: Option<Pointer>,
    /// Events.
    pub events: u64,
}

/// What a change does to events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum ImpactFlow {
    /// Blocked, and not now.
    NewlyBlocked,
    /// Asked for MFA, and neither blocked nor asked now.
    NewlyChallenged,
    /// Blocked now, and no longer.
    NoLongerBlocked,
    /// Asked for MFA now, and neither asked nor blocked any more.
    NoLongerChallenged,
    /// Unknown now or as proposed, so that nothing can be said.
    Unknown,
}

impl ImpactFlow {
    /// All of them.
    pub const ALL: [Self; 5] = all(Self::VARIANTS);

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::NewlyBlocked => "newly blocked",
            Self::NewlyChallenged => "newly asked for MFA",
            Self::NoLongerBlocked => "no longer blocked",
            Self::NoLongerChallenged => "no longer asked for MFA",
            Self::Unknown => "unknown",
        }
    }

    /// What changes for an event, if anything does.
    pub fn between(now: ReplayOutcome, proposed: ReplayOutcome) -> Option<Self> {
        use ReplayOutcome::{Blocked, Unknown};
        match (now, proposed) {
            (now, proposed) if now == proposed && now != Unknown => None,
            (Unknown, _) | (_, Unknown) => Some(Self::Unknown),
            (_, Blocked) => Some(Self::NewlyBlocked),
            (Blocked, _) => Some(Self::NoLongerBlocked),
            (now, proposed) => match (now.is_challenge(), proposed.is_challenge()) {
                (false, true) => Some(Self::NewlyChallenged),
                (true, false) => Some(Self::NoLongerChallenged),
                _ => None,
            },
        }
    }
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ImpactChange")]
pub struct ImpactChange {
    /// `newly-blocked`, `newly-challenged`, `no-longer-blocked`, `no-longer-challenged` or `unknown`.
    #[serde(rename = "change")]
    #[schemars(with = "String")]
    pub flow: ImpactFlow,
    /// How many.
    #[serde(flatten)]
    pub count: EventCount,
    // No new harm.
    /// Of these, those that had failed already.
    pub failed: u64,
    // Their users have a factor, and may be asked whatever the policy says.
    /// Of these, those in which MFA is recorded.
    pub with_mfa: u64,
    /// Of these, those with the feedback `Valid`: it was the user.
    pub valid: u64,
    /// Of these, those with the feedback `Invalid`.
    pub invalid: u64,
}

/// Outcomes by one member of the events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Breakdown")]
pub struct Breakdown {
    /// `level`, `type`, `response`, `client`, `country` or `day`.
    pub by: &'static str,
    /// Values, most frequent first; days in order, unknown last.
    pub rows: Vec<BreakdownRow>,
    /// Events of further values.
    pub beyond: u64,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1BreakdownRow")]
pub struct BreakdownRow {
    // Hostile text.
    /// The value; absent where the events do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// All events that have it.
    pub total: EventCount,
    /// Events by outcome, as proposed.
    #[schemars(with = "BTreeMap<String, EventCount>")]
    pub outcomes: BTreeMap<ReplayOutcome, EventCount>,
    /// Events by outcome, now; of levels only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "Option<BTreeMap<String, EventCount>>")]
    pub now: BTreeMap<ReplayOutcome, EventCount>,
}

impl BreakdownRow {
    /// The value, or that it is unknown.
    pub fn name(&self) -> &str {
        self.value.as_deref().unwrap_or("unknown")
    }
}

/// A user to whom much would happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1HitUser")]
pub struct HitUser {
    // Or the name. Both are hostile text.
    /// The sub.
    pub user: String,
    /// The name, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Events that would newly be blocked and had not failed.
    pub blocked: u64,
    /// Events in which the user would newly be asked for MFA.
    pub challenged: u64,
}

impl HitUser {
    /// Takes the name away. A user of whom only the name is known is then nobody in particular.
    pub fn hide_name(&mut self) {
        if self.name.as_ref() == Some(&self.user) {
            self.user = crate::ident::pseudonym(&self.user);
        }
        self.name = None;
    }
}

/// What a replay found for one pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolImpact {
    /// All events.
    pub total: EventCount,
    /// Events that name no user.
    pub without_user: u64,
    /// Events of users beyond the 500,000 that are counted: numbers of users are at least so many.
    pub uncounted: u64,
    /// Events that name no client, or one that the settings do not list.
    pub other_clients: u64,
    /// Of these, those that may be of clients with different settings.
    pub open_clients: u64,
    /// What rules about events judge.
    pub sign_ins: SignIns,
    /// Sign-ins that are in no number by client or address: there were too many of both.
    pub undiagnosed: u64,
    /// The earliest time, of those that are not in the future.
    pub first: Option<Timestamp>,
    /// The latest time.
    pub last: Option<Timestamp>,
    /// Days (UTC) with events.
    pub days: u64,
    /// The share that would be blocked, by day (UTC); sign-ins without a time, or with one in the future, have none.
    pub would_block: BTreeMap<Option<Date>, WouldBlock>,
    /// Every outcome.
    pub outcomes: Vec<OutcomeRow>,
    /// Why, as proposed, most frequent first.
    pub reasons: Vec<ReasonRow>,
    /// What changes.
    pub changes: Vec<ImpactChange>,
    /// Outcomes as proposed, by members of the events.
    pub breakdowns: Vec<Breakdown>,
    /// Users most hit.
    pub users: Vec<HitUser>,
    /// Emails to users, as proposed.
    pub notifications: u64,
    /// Emails beside these of which it is unconfirmed whether they are sent: the notification configuration, or its
    /// template, is missing.
    pub unconfirmed_notifications: u64,
}

impl PoolImpact {
    /// The share that would be blocked, of all days.
    pub fn share(&self) -> WouldBlock {
        self.would_block.values().sum()
    }
}

/// A policy's impact on one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyImpact {
    /// Name of the policy. Hostile text.
    pub policy: String,
    /// Pool id.
    pub pool: String,
    /// Pool name; empty where it is not known. Hostile text.
    pub pool_name: String,
    /// What "now" is, in words.
    pub now: String,
    /// What "proposed" is, in words.
    pub proposed: String,
    /// What to know before the numbers, in sentences without a full stop. Hostile text.
    pub notes: Vec<String>,
    /// Digest of the proposed settings, as far as they decide anything.
    pub settings: String,
    /// Names of the pool's clients by their ids, as far as they are known. Hostile texts.
    pub clients: BTreeMap<String, String>,
    /// What the policy allows to be blocked, in percent.
    pub max_percent: Option<f64>,
    /// The numbers.
    pub impact: PoolImpact,
    /// What rules about events found.
    pub findings: Vec<Finding>,
}

impl PolicyImpact {
    /// Whether what would be blocked is within what the policy allows ([`WouldBlock::within`]); `None` if the policy sets no
    /// limit.
    pub fn limit(&self) -> Option<&'static str> {
        Some(self.impact.share().within(self.max_percent?))
    }
}

impl ImpactReport {
    /// That no event is of a pool of the policies, and what to do; `None` where one is, and where there is no policy.
    pub fn nothing_judged(&self) -> Option<String> {
        if self.pools.is_empty() || self.pools.iter().any(|pool| pool.impact.total.events > 0) {
            return None;
        }
        let others = text::counted([
            (self.other_pools, "of other pools"),
            (self.without_pool, "without a pool"),
        ]);
        let events = text::count(self.events, "event", "events");
        let read: Vec<_> = std::iter::once(format!("{events} in the files"))
            .chain(others)
            .collect();
        Some(format!(
            "no event is of a pool that a policy is for: {}; check `target.pool`, or name the logs of that pool",
            read.join(", ")
        ))
    }
}

/// Everything one run of `impact` has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImpactReport {
    /// The tool's version.
    pub version: &'static str,
    /// Policies on their pools.
    pub pools: Vec<PolicyImpact>,
    /// How the events were read, a line each. Hostile text.
    pub reading: Vec<String>,
    /// Events that were read, each once.
    pub events: u64,
    /// Digest of these events.
    pub events_digest: String,
    /// Values that could not be read.
    pub broken: u64,
    /// Events of pools that no policy is for.
    pub other_pools: u64,
    /// Events that name no pool, where several could be meant.
    pub without_pool: u64,
    /// What was not judged.
    pub not_checked: Vec<NotChecked>,
    /// Rules that failed: input errors.
    pub faults: Vec<Finding>,
    /// The process's exit code.
    pub exit_code: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_for_an_event() {
        use ReplayOutcome::{Allowed, Blocked, MfaIfConfigured, MfaRequired, NotAssessed, Notified, Unknown};
        for (now, proposed, flow) in [
            (Allowed, Blocked, Some(ImpactFlow::NewlyBlocked)),
            (MfaRequired, Blocked, Some(ImpactFlow::NewlyBlocked)),
            (Blocked, Blocked, None),
            (Blocked, MfaRequired, Some(ImpactFlow::NoLongerBlocked)),
            (Blocked, Allowed, Some(ImpactFlow::NoLongerBlocked)),
            (NotAssessed, MfaIfConfigured, Some(ImpactFlow::NewlyChallenged)),
            (MfaRequired, MfaIfConfigured, None),
            (MfaRequired, Notified, Some(ImpactFlow::NoLongerChallenged)),
            (Allowed, Notified, None),
            (Unknown, Blocked, Some(ImpactFlow::Unknown)),
            (Allowed, Unknown, Some(ImpactFlow::Unknown)),
            (Unknown, Unknown, Some(ImpactFlow::Unknown)),
        ] {
            assert_eq!(ImpactFlow::between(now, proposed), flow, "{now:?} {proposed:?}");
        }
    }

    /// A limit is met only if the unknown cannot break it.
    #[test]
    fn limit_met_despite_any_unknown() {
        let limit = |sign_ins, blocked, unknown, most| {
            let policy = PolicyImpact {
                policy: String::new(),
                pool: String::new(),
                pool_name: String::new(),
                now: String::new(),
                proposed: String::new(),
                notes: Vec::new(),
                settings: String::new(),
                clients: BTreeMap::new(),
                max_percent: most,
                impact: PoolImpact {
                    would_block: BTreeMap::from([(
                        None,
                        WouldBlock {
                            sign_ins,
                            blocked,
                            unknown,
                            ..WouldBlock::default()
                        },
                    )]),
                    ..PoolImpact::default()
                },
                findings: Vec::new(),
            };
            policy.limit()
        };
        assert_eq!(limit(1000, 5, 0, Some(0.5)), Some("met"));
        assert_eq!(limit(1000, 6, 0, Some(0.5)), Some("unmet"));
        assert_eq!(limit(1000, 5, 1, Some(0.5)), Some("unknown"));
        assert_eq!(
            limit(0, 0, 0, Some(0.5)),
            Some("unknown"),
            "nothing is no evidence"
        );
        assert_eq!(limit(1000, 5, 0, None), None);
    }
}
