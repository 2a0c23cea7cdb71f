//! What is known about a pool's time in AUDIT, and what could not be read.

use jiff::civil::Date;

use crate::model::mode::Mode;
use crate::plan::setting::Auth;

crate::ident::spelled!(EvidenceSource);

/// What shows that a pool is in AUDIT, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum EvidenceSource {
    /// The pool itself: its mode is AUDIT and nothing of it was modified since; a change of the mode would have
    /// modified it.
    Unmodified,
    /// CloudTrail's history of the pool, 90 days back.
    CloudTrail,
    /// Threat-protection metrics with data: risk was assessed, in which mode they do not say.
    Metrics,
    /// The ledger that the nightly comparison keeps.
    Ledger,
    /// The day declared in the policy.
    Declared,
}

/// What is said of a change that CloudTrail does not show yet: it takes some minutes (docs/facts.md, "CloudTrail events of a user pool").
pub const NO_EVENT_YET: &str = "no event of that is there yet";

impl EvidenceSource {
    /// Words for people, as in "14 days, by ...".
    pub fn label(self) -> &'static str {
        match self {
            Self::Unmodified => "the pool itself",
            Self::CloudTrail => "CloudTrail",
            Self::Metrics => "threat-protection metrics",
            Self::Ledger => "the ledger",
            Self::Declared => "the policy's declaration",
        }
    }

    /// Whether it can show that a pool was not in AUDIT, so that not having read it leaves a doubt. Metrics without
    /// data show nothing, and a declaration says only what its author believes.
    pub fn can_contradict(self) -> bool {
        matches!(self, Self::Unmodified | Self::CloudTrail | Self::Ledger)
    }
}

/// One piece of evidence for one authentication type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which authentication type.
    pub auth: Auth,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// In AUDIT from this day on, UTC, without a break; `None` where it shows no such day.
    pub since: Option<Date>,
    /// When it shows the pool out of AUDIT last, if it does.
    pub other: Option<Other>,
    /// What it rests on, for people; may be empty. No hostile text.
    pub note: String,
    /// The days on which something was seen, in order, of a source that looks at single days; of what lies between them it
    /// knows nothing. Empty for other sources.
    pub seen: Vec<Date>,
}

impl Evidence {
    /// A piece that shows a first day and nothing else.
    pub fn since(auth: Auth, source: EvidenceSource, since: Date) -> Self {
        Self {
            auth,
            source,
            since: Some(since),
            other: None,
            note: String::new(),
            seen: Vec::new(),
        }
    }
}

/// A day on which a pool was not in AUDIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Other {
    /// The day, UTC; on the same day AUDIT may have begun.
    pub day: Date,
    /// What was instead.
    pub out: Out,
}

/// What a pool was instead of in AUDIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Out {
    /// In this mode.
    Mode(Mode),
    /// Not there yet.
    NoPool,
}

impl Out {
    /// Words for people, as in "it was ... on that day".
    pub fn label(self) -> &'static str {
        match self {
            Self::Mode(mode) => mode.as_str(),
            Self::NoPool => "not created yet",
        }
    }

    /// The mode's word; `None` where there was no pool.
    pub fn mode(self) -> Option<&'static str> {
        matches!(self, Self::Mode(_)).then(|| self.label())
    }
}

/// A source that could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    /// The authentication type of which it then says nothing; `None` for both.
    pub auth: Option<Auth>,
    /// Which.
    pub source: EvidenceSource,
    /// It shows nothing of what was before this day; `None`: nothing at all.
    pub before: Option<Date>,
    /// Why, for people. Hostile text, no secrets.
    pub why: String,
}

/// Everything that is known about one pool's time in AUDIT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Evidence, for both authentication types, in any order.
    pub evidence: Vec<Evidence>,
    /// What could not be read.
    pub blind: Vec<Blind>,
}

impl Blind {
    /// What is said of it in a sentence: `CloudTrail was not read: access denied`.
    pub fn words(&self) -> String {
        match self.source {
            // It was read, but for its mode or the day on which it was.
            source @ EvidenceSource::Unmodified => format!("{} shows no day: {}", source.label(), self.why),
            source => format!("{} was not read: {}", source.label(), self.why),
        }
    }
}

impl Known {
    /// Adds what is known from elsewhere.
    pub fn extend(&mut self, more: Self) {
        self.evidence.extend(more.evidence);
        self.blind.extend(more.blind);
    }
}
