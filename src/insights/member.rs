//! Members of records that questions can name, and their values as texts.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::ident::all;
use crate::model::event::{
    AuthEvent, AuthEventType, CloudTrailRecord, EventResponse, FeedbackValue, RiskDecision, Spelled,
    Spelling, address,
};
use crate::model::response::RiskLevel;

crate::ident::spelled!(QuestionMember);

/// What a question counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// Auth events: have risk, and no error texts.
    #[default]
    Events,
    /// `CloudTrail` records of Cognito: have error texts, and no risk.
    Trail,
}

/// A record that questions are asked of.
#[derive(Clone, Copy, Debug)]
pub enum InsightRecord<'a> {
    /// An auth event.
    Event(&'a AuthEvent),
    /// A `CloudTrail` record.
    Trail(&'a CloudTrailRecord),
}

impl InsightRecord<'_> {
    /// Which kind it is.
    pub fn kind(self) -> RecordKind {
        match self {
            Self::Event(_) => RecordKind::Events,
            Self::Trail(_) => RecordKind::Trail,
        }
    }
}

/// A member of a record.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum QuestionMember {
    /// Events: `SignIn`, `SignUp`, `ForgotPassword`, `PasswordChange`, `ResendCode`, or another word.
    Type,
    /// Events: `InProgress`, `Fail`, `Pass`.
    Response,
    /// Events: the risk level `low`, `medium` or `high`; `none` where there is no level and the decision is `NoRisk`.
    Risk,
    /// Events: `NoRisk`, `AccountTakeover`, `Block`.
    Decision,
    /// Events: whether compromised credentials were detected.
    Compromised,
    /// Events: whether the app passed context data.
    Context,
    /// Events: feedback, `Valid` (it was the user) or `Invalid`.
    Feedback,
    /// Events: the identity provider of a federated user. Of a native one nothing is recorded.
    Idp,
    /// Events: city.
    City,
    /// Events: country.
    Country,
    /// Events: device.
    Device,
    /// Pool id.
    Pool,
    /// Client id.
    Client,
    /// The user's sub; of an event without one, the name.
    User,
    /// The source address.
    Address,
    /// The day in UTC, `2026-10-05`.
    Day,
    /// Trail: what was called, such as `InitiateAuth`.
    Action,
    /// Trail: the flow, such as `USER_SRP_AUTH`.
    Flow,
    /// Trail: whether the request was refused.
    Failed,
    /// Trail: why: `block`, `address-block`, `compromised`, `lockout`, `wrong-password`, `reset-required`, `unknown-user`, `wrong-code`, or the name of another exception.
    Reason,
}

impl QuestionMember {
    /// All of them.
    pub const ALL: [Self; 20] = all(Self::VARIANTS);

    /// Whether records of a kind can have it.
    pub fn is_of(self, kind: RecordKind) -> bool {
        match self {
            Self::Pool | Self::Client | Self::User | Self::Address | Self::Day => true,
            Self::Action | Self::Flow | Self::Failed | Self::Reason => kind == RecordKind::Trail,
            _ => kind == RecordKind::Events,
        }
    }

    /// The only values that it can have, where these are known.
    pub fn values(self) -> Option<Vec<&'static str>> {
        fn all<T: Spelling>() -> Vec<&'static str> {
            T::WORDS.iter().map(|word| word.as_str()).collect()
        }
        match self {
            Self::Response => Some(all::<EventResponse>()),
            Self::Decision => Some(all::<RiskDecision>()),
            Self::Feedback => Some(all::<FeedbackValue>()),
            Self::Risk => Some([&["none"][..], &all::<RiskLevel>()[..]].concat()),
            Self::Compromised | Self::Context | Self::Failed => Some(vec!["true", "false"]),
            _ => None,
        }
    }

    /// A value as records have it, whatever the spelling: `sign_in` is `SignIn`.
    pub fn spelled(self, value: &str) -> String {
        let word = match self {
            Self::Type => Spelled::<AuthEventType>::read(Some(value))
                .text()
                .map(str::to_owned),
            Self::Response => Spelled::<EventResponse>::read(Some(value))
                .text()
                .map(str::to_owned),
            Self::Decision => Spelled::<RiskDecision>::read(Some(value))
                .text()
                .map(str::to_owned),
            Self::Feedback => Spelled::<FeedbackValue>::read(Some(value))
                .text()
                .map(str::to_owned),
            Self::Risk => Spelled::<RiskLevel>::read(Some(value)).text().map(str::to_owned),
            Self::Address => Some(address(value).into_owned()),
            _ => None,
        };
        word.unwrap_or_else(|| value.to_owned())
    }

    /// The value of a record; `None` where the record does not say, or where such records never do.
    pub fn value(self, record: InsightRecord<'_>) -> Option<Cow<'_, str>> {
        match record {
            InsightRecord::Event(event) => self.of_event(event),
            InsightRecord::Trail(record) => self.of_trail(record),
        }
    }

    fn of_event(self, event: &AuthEvent) -> Option<Cow<'_, str>> {
        let text = match self {
            Self::Type => event.event_type.text(),
            Self::Response => event.response.text(),
            Self::Risk => risk(event),
            Self::Decision => event.decision.text(),
            Self::Compromised => event.compromised.map(flag),
            Self::Context => event.has_context.map(flag),
            Self::Feedback => event.feedback.as_ref().and_then(|feedback| feedback.value.text()),
            Self::Idp => event.idp.as_deref(),
            Self::City => event.city.as_deref(),
            Self::Country => event.country.as_deref(),
            Self::Device => event.device.as_deref(),
            Self::Pool => event.pool.as_deref(),
            Self::Client => event.client.as_deref(),
            Self::User => event.user(),
            Self::Address => event.address.as_deref(),
            Self::Day => return event.at.map(day),
            Self::Action | Self::Flow | Self::Failed | Self::Reason => None,
        };
        text.map(Cow::Borrowed)
    }

    fn of_trail(self, record: &CloudTrailRecord) -> Option<Cow<'_, str>> {
        let text = match self {
            Self::Pool => record.pool.as_deref(),
            Self::Client => record.client.as_deref(),
            Self::User => record.sub.as_deref(),
            Self::Address => record.address.as_deref(),
            Self::Day => return record.at.map(day),
            Self::Action => record.action.as_deref(),
            Self::Flow => record.flow.as_deref(),
            Self::Failed => record.has_failed().map(flag),
            Self::Reason => record.reason(),
            _ => None,
        };
        text.map(Cow::Borrowed)
    }
}

fn flag(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

fn day(at: jiff::Timestamp) -> Cow<'static, str> {
    at.to_zoned(TimeZone::UTC).date().to_string().into()
}

/// The level; without one, `none` only if the decision says so. A block by address has no level, and is not "no risk".
pub(super) fn risk(event: &AuthEvent) -> Option<&str> {
    let none = event.level == Spelled::Absent && event.decision == Spelled::Known(RiskDecision::NoRisk);
    if none { Some("none") } else { event.level.text() }
}

/// Known risks, lowest first.
pub(super) const RISKS: [&str; 4] = ["none", "low", "medium", "high"];
