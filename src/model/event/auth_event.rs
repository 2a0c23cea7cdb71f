//! One event.

use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::event::word::{AuthEventType, EventResponse, FeedbackValue, RiskDecision, Spelled, folded};
use crate::model::response::RiskLevel;

/// Kind of record.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "FormV1")]
pub enum EventForm {
    // It has client and user.
    /// The user-activity export.
    #[default]
    Export,
    // It has neither client nor user, unless a wrapper names the user.
    /// An answer of `AdminListUserAuthEvents`.
    Api,
}

// Both texts are hostile.
/// A challenge.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ChallengeV1")]
pub struct AnsweredChallenge {
    /// `Password`, `Mfa`.
    pub name: String,
    // Absent if the record does not say.
    /// `Success`, `Failure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What somebody said of an event afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventFeedback {
    /// The word: `Valid` means that it was the user.
    pub value: Spelled<FeedbackValue>,
    /// Who gave it: `Admin`, `User`. Hostile text.
    pub provider: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// One authentication event. `None` and [`Spelled::Absent`] mean that the record does not say. All texts are hostile.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthEvent {
    /// The kind of record.
    pub form: EventForm,
    /// Event id, unique within its pool.
    pub id: Option<String>,
    /// Pool id.
    pub pool: Option<String>,
    /// Client id.
    pub client: Option<String>,
    /// The user's `sub`.
    pub sub: Option<String>,
    /// The user's name.
    pub user_name: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// What the user did.
    pub event_type: Spelled<AuthEventType>,
    /// How it ended.
    pub response: Spelled<EventResponse>,
    /// The risk level. Absent is not "no risk": see `decision`.
    pub level: Spelled<RiskLevel>,
    /// What threat protection decided.
    pub decision: Spelled<RiskDecision>,
    /// Whether compromised credentials were detected.
    pub compromised: Option<bool>,
    /// Challenges; `None` if the record has no list of them.
    pub challenges: Option<Vec<AnsweredChallenge>>,
    /// The source address as it stands.
    pub address: Option<String>,
    /// City, in English.
    pub city: Option<String>,
    /// Country, in English.
    pub country: Option<String>,
    /// Device.
    pub device: Option<String>,
    /// Time zone of the device, such as `+02:00`.
    pub time_zone: Option<String>,
    /// Whether the app passed context data.
    pub has_context: Option<bool>,
    /// The identity provider of a federated user. The export has an empty text for a native one.
    pub idp: Option<String>,
    /// Feedback; `None` if there is none.
    pub feedback: Option<EventFeedback>,
    /// Id of the request.
    pub request: Option<String>,
}

/// Types that stand in exports and not in the API, and are no sign-ins.
const NO_SIGN_INS: [&str; 5] = [
    "SignOut",
    "GlobalSignOut",
    "ChangePassword",
    "ConfirmSignUp",
    "ConfirmForgotPassword",
];

fn is_no_sign_in(word: &str) -> bool {
    let word = folded(word);
    NO_SIGN_INS.iter().any(|known| folded(known) == word)
}

impl AuthEvent {
    /// The source address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.address.as_deref()?.trim().parse().ok()
    }

    /// Whether it is a sign-in. Another word than the API's is not known to be none, but for those that others have seen in
    /// exports (docs/facts.md, "Events").
    pub fn is_sign_in(&self) -> Option<bool> {
        match &self.event_type {
            Spelled::Known(known) => Some(*known == AuthEventType::SignIn),
            Spelled::Other(word) if is_no_sign_in(word) => Some(false),
            Spelled::Other(_) | Spelled::Absent => None,
        }
    }

    /// Who it is about: the sub, else the name.
    pub fn user(&self) -> Option<&str> {
        self.sub.as_deref().or(self.user_name.as_deref())
    }

    /// Whether an MFA challenge is recorded, answered or not. That none is recorded does not mean that the user has no
    /// factor.
    pub fn has_mfa(&self) -> bool {
        let is_mfa = |challenge: &AnsweredChallenge| challenge.name.to_ascii_lowercase().contains("mfa");
        self.challenges.iter().flatten().any(is_mfa)
    }

    /// Takes from another record of the same event what this one does not say: an answer of the API names neither pool nor
    /// client nor user, and is none the less about them.
    pub fn fill(&mut self, other: Self) {
        fn fill<T>(member: &mut Option<T>, other: Option<T>) {
            if member.is_none() {
                *member = other;
            }
        }
        fn fill_word<T>(word: &mut Spelled<T>, other: Spelled<T>) {
            if matches!(word, Spelled::Absent) {
                *word = other;
            }
        }
        fill(&mut self.pool, other.pool);
        fill(&mut self.client, other.client);
        fill(&mut self.sub, other.sub);
        fill(&mut self.user_name, other.user_name);
        fill(&mut self.at, other.at);
        fill_word(&mut self.event_type, other.event_type);
        fill_word(&mut self.response, other.response);
        fill_word(&mut self.level, other.level);
        fill_word(&mut self.decision, other.decision);
        fill(&mut self.compromised, other.compromised);
        fill(&mut self.challenges, other.challenges);
        fill(&mut self.address, other.address);
        fill(&mut self.city, other.city);
        fill(&mut self.country, other.country);
        fill(&mut self.device, other.device);
        fill(&mut self.time_zone, other.time_zone);
        fill(&mut self.has_context, other.has_context);
        fill(&mut self.idp, other.idp);
        fill(&mut self.feedback, other.feedback);
        fill(&mut self.request, other.request);
    }

    /// How many members the record has: of two records of one event that got equally far, the fuller one counts.
    pub fn fullness(&self) -> u8 {
        let texts = [
            &self.pool,
            &self.client,
            &self.sub,
            &self.user_name,
            &self.address,
            &self.city,
            &self.country,
            &self.device,
            &self.time_zone,
            &self.idp,
            &self.request,
        ];
        let words = [
            self.event_type.text(),
            self.response.text(),
            self.level.text(),
            self.decision.text(),
        ];
        let others = [
            self.at.is_some(),
            self.compromised.is_some(),
            self.challenges.is_some(),
            self.has_context.is_some(),
            self.feedback.is_some(),
        ];
        let full = texts.iter().filter(|text| text.is_some()).count()
            + words.iter().filter(|word| word.is_some()).count()
            + others.iter().filter(|is| **is).count();
        u8::try_from(full).unwrap_or(u8::MAX)
    }
}
