//! What would have happened to an event, and why.

use serde::{Serialize, Serializer};
use strum::VariantArray as _;

use crate::ident::all;
use crate::model::effective::{CellOutcome, Reason};

crate::ident::spelled!(ReplayOutcome);

/// What would have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ReplayOutcome {
    /// Refused.
    Blocked,
    /// Asked for MFA; a user without a factor is refused or stopped at setting one up.
    MfaRequired,
    /// Asked for MFA if the user has a factor.
    MfaIfConfigured,
    /// Allowed, and the user is notified.
    #[serde(rename = "allowed-notified")]
    #[strum(serialize = "allowed-notified")]
    Notified,
    /// Allowed.
    Allowed,
    /// Nothing looks at it: not a sign-in, or the mode is OFF.
    NotAssessed,
    /// Threat protection does not cover it.
    NotCovered,
    /// The record, or what decides, does not say.
    Unknown,
}

impl ReplayOutcome {
    /// All of them, hardest first.
    pub const ALL: [Self; 8] = all(Self::VARIANTS);

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::MfaRequired => "MFA required",
            Self::MfaIfConfigured => "MFA if configured",
            Self::Notified => "allowed, user notified",
            Self::Allowed => "allowed",
            Self::NotAssessed => "not assessed",
            Self::NotCovered => "not covered",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the user is asked for MFA.
    pub fn is_challenge(self) -> bool {
        matches!(self, Self::MfaRequired | Self::MfaIfConfigured)
    }

    /// The same of a cell under full function.
    pub(super) fn of(cell: CellOutcome) -> Self {
        match cell {
            CellOutcome::Blocked => Self::Blocked,
            CellOutcome::MfaRequired => Self::MfaRequired,
            CellOutcome::MfaIfConfigured => Self::MfaIfConfigured,
            CellOutcome::AllowedNotified => Self::Notified,
            CellOutcome::Allowed | CellOutcome::OnlyAudited => Self::Allowed,
            CellOutcome::Off => Self::NotAssessed,
            CellOutcome::NotCovered | CellOutcome::Blind => Self::NotCovered,
            CellOutcome::Undefined | CellOutcome::Unknown => Self::Unknown,
        }
    }
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplayReason {
    /// What the effective table says of such a request.
    Cell(Reason),
    /// The address is in an always-block range.
    AlwaysBlock,
    /// The address is in an always-allow range.
    AlwaysAllow,
    /// No risk was found.
    NoRisk,
    /// The record has no known event type.
    TypeUnknown,
    /// The record has no known level, and does not say that there was no risk.
    RiskUnknown,
    /// The record has no address, and the outcome depends on a range.
    AddressUnknown,
    /// The record does not say whether the credentials were compromised, and the outcome depends on it.
    CompromisedUnknown,
    /// Which client's settings apply is not known, and the outcome depends on it.
    ClientUnknown,
    /// Whether AWS checks such an event for compromised credentials is not documented.
    EventUndocumented,
}

impl Serialize for ReplayReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl ReplayReason {
    /// Kebab-case id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cell(reason) => reason.as_str(),
            Self::AlwaysBlock => "always-block",
            Self::AlwaysAllow => "always-allow",
            Self::NoRisk => "no-risk",
            Self::TypeUnknown => "type-unknown",
            Self::RiskUnknown => "risk-unknown",
            Self::AddressUnknown => "address-unknown",
            Self::CompromisedUnknown => "compromised-unknown",
            Self::ClientUnknown => "client-unknown",
            Self::EventUndocumented => "event-undocumented",
        }
    }

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cell(reason) => reason.label(),
            Self::AlwaysBlock => "always-block range",
            Self::AlwaysAllow => "always-allow range",
            Self::NoRisk => "no risk found",
            Self::TypeUnknown => "event type unknown",
            Self::RiskUnknown => "risk unknown",
            Self::AddressUnknown => "address unknown, and there are ranges",
            Self::CompromisedUnknown => "unknown whether credentials were compromised",
            Self::ClientUnknown => "unknown which client's settings apply",
            Self::EventUndocumented => "not documented for this event",
        }
    }
}
