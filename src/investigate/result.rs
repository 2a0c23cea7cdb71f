//! What an investigation found.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::investigate::step::{StepCause, TimelineStep};
use crate::model::response::RiskLevel;
use crate::report::NotChecked;
use crate::text;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvestigationScope {
    /// Pool id.
    pub pool: String,
    /// From when.
    pub since: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Only this user: a sub, a name, or a pseudonym of either.
    pub user: Option<String>,
    /// Only users of whom something was seen from these addresses, and requests without a user from there.
    pub address: Option<IpNet>,
}

/// Everything that one investigation has to say. Texts are hostile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Investigation {
    /// The tool's version.
    pub version: &'static str,
    /// The process's exit code, the same in every format.
    pub exit_code: u8,
    /// Whether users, clients, addresses and cities are pseudonyms.
    pub redacted: bool,
    /// Pool id.
    pub pool: String,
    /// Pool name; empty where it is unknown.
    pub pool_name: String,
    /// From when; `None` is from the first record.
    pub since: Option<Timestamp>,
    /// Until when; `None` is until the last record.
    pub until: Option<Timestamp>,
    /// The alarm that gave the window, and how.
    pub alarm: Option<String>,
    /// The user that was asked for.
    pub user: Option<String>,
    /// The addresses that were asked for.
    pub address: Option<String>,
    /// Where the settings come from that the steps were judged by, and the modes; `None` where there are none.
    pub settings: Option<String>,
    /// Names of clients by their ids, as far as they are known.
    pub clients: BTreeMap<String, String>,
    /// Clients that were seen and that the pool does not have today: deleted, newer than the snapshot, or another pool's.
    pub unlisted: BTreeSet<String>,
    /// Users, those who matter most first.
    pub users: Vec<TimelineUser>,
    /// Requests that name no user.
    pub nameless: NamelessRequests,
    /// What was read and left out.
    pub counts: InvestigationCounts,
    /// How the records were read, a line each.
    pub reading: Vec<String>,
    /// What to know of the result, a line each.
    pub notes: Vec<String>,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
    /// What of that is about users: these entries are there as well.
    pub unread_users: Vec<UnreadUsers>,
    /// Users whom AWS's words may name, beside those above.
    pub mentioned: BTreeSet<String>,
}

/// Users of whom something is not there, apart from the words that name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadUsers {
    /// Their subs or names. Hostile texts.
    pub users: Vec<String>,
    /// Why, in words that name nobody.
    pub why: String,
    /// AWS's words, which may name somebody. Hostile text.
    pub detail: Option<String>,
    /// Whether it should have been read and could not be.
    pub failed: bool,
}

impl UnreadUsers {
    /// The entry with the names as they are.
    pub fn named(&self) -> NotChecked {
        self.entry(str::to_owned, self.detail.as_deref())
    }

    pub(super) fn entry(&self, name: impl Fn(&str) -> String, detail: Option<&str>) -> NotChecked {
        let what = match self.users.as_slice() {
            [one] => format!("user {}", name(one)),
            many => text::count(many.len(), "user", "users"),
        };
        let why = match detail {
            Some(detail) => format!("{}: {detail}", self.why),
            None => self.why.clone(),
        };
        NotChecked {
            failed: self.failed,
            ..NotChecked::left_out(what, why)
        }
    }
}

/// A user with what was seen of them, in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineUser {
    /// The sub.
    pub sub: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// `UserStatus` of the pool, such as `RESET_REQUIRED`, where it was asked for.
    pub status: Option<String>,
    /// What was seen.
    pub steps: Vec<TimelineStep>,
}

/// Requests that name no user: `CloudTrail` has no sub for names that do not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamelessRequests {
    /// How many.
    pub total: u64,
    /// The same by what was called and why it was refused, the most frequent first.
    pub rows: Vec<NamelessRow>,
}

/// Requests without a user that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamelessRow {
    /// What was called.
    pub action: String,
    /// Why it was refused; `None` if it was not, or nothing says so.
    pub cause: Option<StepCause>,
    /// How many.
    pub requests: u64,
    /// From how many addresses.
    pub addresses: u64,
    /// The most frequent address, and its requests.
    pub top: Option<(String, u64)>,
}

/// Numbers of events and records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1InvestigationCounts")]
pub struct InvestigationCounts {
    /// Auth events of the pool in the window.
    pub events: u64,
    /// `CloudTrail` records of the pool's users in the window.
    pub records: u64,
    /// Of other pools.
    pub other_pools: u64,
    /// Outside of the window.
    pub outside: u64,
    // They are left out where there is a window.
    /// Without a time.
    pub without_time: u64,
    /// Of calls that are about no user.
    pub other_calls: u64,
    /// Whose client is of an unknown pool.
    pub unmapped: u64,
    /// Whose client the pool does not have today, of users of whom nothing says that they are the pool's.
    pub unlisted: u64,
    /// That name no pool and are taken for this one's.
    pub assumed: u64,
    /// Beyond what can be held.
    pub beyond: u64,
}

impl TimelineUser {
    /// Who it is, for people: name and sub. Hostile text.
    pub fn title(&self) -> String {
        match (&self.name, &self.sub) {
            (Some(name), Some(sub)) if name != sub => format!("{name} ({sub})"),
            (_, Some(sub)) => sub.clone(),
            (Some(name), None) => name.clone(),
            (None, None) => "(events that name no user)".to_owned(),
        }
    }

    /// Whether it is a federated user, as far as that was seen.
    pub fn is_federated(&self) -> bool {
        let by_status = self.status.as_deref() == Some("EXTERNAL_PROVIDER");
        by_status || self.steps.iter().any(TimelineStep::is_federated)
    }

    /// The highest risk level.
    pub fn risk(&self) -> Option<RiskLevel> {
        self.steps.iter().filter_map(TimelineStep::level).max()
    }

    /// Why requests were refused or failed, with how many at least: an event and a record may be of the same request, so that of
    /// both counts the larger one counts.
    pub fn causes(&self) -> BTreeMap<StepCause, u64> {
        let mut counts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
        for cause in self.steps.iter().filter_map(TimelineStep::cause) {
            let [said, derived] = counts.entry(cause.id).or_default();
            *(if cause.is_derived { derived } else { said }) += 1;
        }
        let merged = counts.into_iter().map(|(id, [said, derived])| {
            let is_derived = said == 0;
            (StepCause { id, is_derived }, said.max(derived))
        });
        merged.collect()
    }

    /// How much the user matters: the heaviest step, and how many are as heavy.
    pub fn weight(&self) -> (u8, usize) {
        let weights = || self.steps.iter().map(TimelineStep::weight);
        let most = weights().max().unwrap_or(0);
        (most, weights().filter(|weight| *weight == most).count())
    }
}
