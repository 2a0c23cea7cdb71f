//! A pool as it was seen: its posture, what surrounds it, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::ident::all;
use crate::model::posture::{Part, Posture};
use crate::model::shard::Shard;
use crate::text::{self, join_words};

/// Why a part could not be read. None of them means that the part is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "FailureV1")]
#[derive(strum::VariantArray)]
pub enum Failure {
    /// There are no credentials, or they cannot be had.
    NoCredentials,
    /// The credentials belong to another account than the one that was asked for.
    OtherAccount,
    /// The credentials may not make the call.
    Denied,
    /// Throttled until the attempts ran out.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// The service answered with a fault, or could not be reached.
    Unavailable,
    /// An answer came that this version does not understand, such as an unknown value.
    NotUnderstood,
    /// The run was stopped before the call was made.
    Stopped,
    /// The templates that were read do not say it: it is decided elsewhere, or only at deployment.
    NotInFiles,
}

impl Failure {
    /// All failures.
    pub const ALL: [Self; 9] = all(Self::VARIANTS);

    /// Words for people: "access denied".
    pub fn label(self) -> &'static str {
        match self {
            Self::NoCredentials => "no credentials",
            Self::OtherAccount => "another account",
            Self::Denied => "access denied",
            Self::Throttled => "throttled",
            Self::TimedOut => "no answer in time",
            Self::Unavailable => "not available",
            Self::NotUnderstood => "answer not understood",
            Self::Stopped => "stopped before it was read",
            Self::NotInFiles => "not known from the files",
        }
    }
}

/// Something that could not be read.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UnreadV1")]
pub struct Unread {
    // It is also in `Posture::unread`.
    /// What.
    pub part: Part,
    /// Key of the client it is about.
    pub client: Option<String>,
    /// The API operation.
    pub operation: String,
    /// Why.
    pub failure: Failure,
    // Or the value that is unknown. Hostile text, no secrets.
    /// AWS's own words.
    pub detail: String,
}

impl Unread {
    /// What could not be read of a part of a pool, or of a client.
    pub fn new(part: Part, client: Option<&str>, operation: &str, failure: Failure, detail: &str) -> Self {
        Self {
            part,
            client: client.map(str::to_owned),
            operation: operation.to_owned(),
            failure,
            detail: detail.to_owned(),
        }
    }
}

/// The year in which Cognito came to be.
const FIRST_YEAR: i16 = 2014;

/// One pool as it was seen, live or in a snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Pool name. Hostile text.
    pub name: String,
    /// Tags, `aws:` ones included. Hostile text.
    pub tags: BTreeMap<String, String>,
    /// What is configured. `account`, `region` and `pool_id` are set, and `origin` is `Observed`.
    pub posture: Posture,
    /// `DescribeUserPool`'s `CreationDate`.
    pub created: Option<Timestamp>,
    /// `DescribeUserPool`'s `LastModifiedDate`, as it was answered: see [`Observed::modified`].
    pub last_modified: Option<Timestamp>,
    /// `EstimatedNumberOfUsers`.
    pub estimated_users: Option<u64>,
    /// What could not be read, ordered.
    pub unread: Vec<Unread>,
}

impl Observed {
    /// Whether everything that should have been read was.
    pub fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// When something of it was modified last, as far as that can be: not before there was Cognito, nor before the pool
    /// was created, nor after today. What no clock of the service says is evidence of nothing.
    pub fn modified(&self, today: Date) -> Option<Timestamp> {
        let possible = |at: &Timestamp| {
            let day = text::day(*at);
            day.year() >= FIRST_YEAR && day <= today && self.created.is_none_or(|created| created <= *at)
        };
        self.last_modified.filter(possible)
    }

    /// Name and id, for people: `customers (us-west-2_EXAMPLE)`. Hostile text.
    pub fn title(&self) -> String {
        text::titled(&self.name, self.id())
    }

    /// The pool's id; empty where it is unknown, which does not happen for a pool that was seen.
    pub fn id(&self) -> &str {
        self.posture.pool_id.as_deref().unwrap_or_default()
    }
}

// An account's region of which something could not be read, so that pools may be missing from what was seen.
/// A place that could not be seen.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UnreachableV1")]
pub struct Unreachable {
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region; empty for the whole account.
    pub region: String,
    /// The pool that was asked for, if it was one.
    pub pool: Option<String>,
    /// The API operation.
    pub operation: String,
    /// Why.
    pub failure: Failure,
    // Hostile text, no secrets.
    /// AWS's own words.
    pub detail: String,
}

/// Everything one look saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estate {
    /// Pools, ordered by account, region and id.
    pub pools: Vec<Observed>,
    /// Pool ids that were asked for and do not exist, ordered.
    pub missing: Vec<String>,
    /// Places that could not be seen, ordered.
    pub unreachable: Vec<Unreachable>,
    /// Addresses that were asked in place of AWS's own, ordered. Hostile text, no secrets.
    pub endpoints: Vec<String>,
    /// Places that were read to their end and lack a pool that was asked for, in words; ordered. Hostile text.
    pub lacking: Vec<String>,
}

impl Estate {
    /// That there is no pool at all, and where was looked.
    pub fn nothing_there(&self) -> String {
        if self.lacking.is_empty() {
            return "no user pool was found".to_owned();
        }
        let places = join_words(&self.lacking);
        format!("there is no user pool in {places}; read others with --region, --profile or --all-regions")
    }

    /// Where a pool was looked for and is not: ` in us-west-2 of account 123456789012`. What was meant stands in where nothing
    /// says what was read; empty where neither does.
    pub fn looked_in(&self, account: Option<&str>, region: Option<&str>) -> String {
        let is_there = |place: &&String| region.is_some_and(|region| place.split(' ').next() == Some(region));
        let there: Vec<_> = self.lacking.iter().filter(is_there).cloned().collect();
        let places = if there.is_empty() { &self.lacking } else { &there };
        match (places.as_slice(), account, region) {
            ([], None, None) => String::new(),
            ([], Some(account), None) => format!(" in account {account}"),
            ([], None, Some(region)) => format!(" in {region}"),
            ([], Some(account), Some(region)) => format!(" in {region} of account {account}"),
            (places, ..) => format!(" in {}", join_words(places)),
        }
    }

    /// Leaves what belongs to a shard: its own pools, and every place that could not be seen as a whole.
    pub fn keep(&mut self, shard: Shard) {
        self.pools.retain(|pool| shard.owns(pool.id()));
        self.missing.retain(|id| shard.owns(id));
        self.unreachable
            .retain(|place| place.pool.as_ref().is_none_or(|id| shard.owns(id)));
    }

    /// Whether nothing was missed.
    pub fn is_whole(&self) -> bool {
        self.unreachable.is_empty() && self.pools.iter().all(Observed::is_whole)
    }
}

/// Which pools are meant: one by id, or all that fit names and tags, as every pool does where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Pool id; the rest is then not read.
    pub id: Option<String>,
    /// Name patterns (`*`, `?`, `[...]`); one must fit. Empty: any name.
    pub names: Vec<String>,
    /// Tags that must all be there with these values. Empty: any tags.
    pub tags: BTreeMap<String, String>,
    /// Topics of which it matters whether somebody hears them, beside those of the pools' alarms: a policy's.
    pub topics: BTreeSet<String>,
}

impl Selector {
    /// The pool with an id.
    pub fn of_id(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// Whether a pool's name fits; with an id only the id decides.
    pub fn fits_name(&self, name: &str) -> bool {
        self.names.is_empty()
            || self
                .names
                .iter()
                .filter_map(|pattern| glob::Pattern::new(pattern).ok())
                .any(|pattern| pattern.matches(name))
    }

    /// Whether a pool is meant.
    pub fn selects(&self, id: &str, name: &str, tags: &BTreeMap<String, String>) -> bool {
        match &self.id {
            Some(wanted) => wanted == id,
            None => self.fits_name(name) && self.tags.iter().all(|(key, value)| tags.get(key) == Some(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    /// An id decides alone and selectors need a name and all tags.
    #[test]
    fn selector_by_id_or_name_and_tags() {
        let by_id = Selector {
            id: Some("us-west-2_A".into()),
            names: vec!["nothing".into()],
            ..Selector::default()
        };
        assert!(by_id.selects("us-west-2_A", "x", &tags(&[])));
        assert!(!by_id.selects("us-west-2_B", "nothing", &tags(&[])));
        let some = Selector {
            id: None,
            names: vec!["prod-*".into(), "[".into()],
            tags: tags(&[("env", "prod"), ("team", "id")]),
            ..Selector::default()
        };
        let all = tags(&[("env", "prod"), ("team", "id"), ("more", "")]);
        assert!(some.selects("any", "prod-web", &all));
        assert!(!some.selects("any", "test-web", &all));
        assert!(!some.selects("any", "prod-web", &tags(&[("env", "prod")])));
        assert!(Selector::default().selects("any", "any", &tags(&[])));
    }
}
