//! One step of a timeline: an auth event, a `CloudTrail` record, or both of one request.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::impact::{ReplayOutcome, ReplayReason, Replayed, Replayer};
use crate::model::effective::Reason;
use crate::model::event::{AuthEvent, CloudTrailRecord, EventResponse, RefusalCause, RiskDecision, Spelled};
use crate::model::response::RiskLevel;
use crate::pointer::Pointer;

/// Something that was seen of a user. At least one of both records is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineStep {
    /// The auth event: risk, decision, place, device.
    pub event: Option<AuthEvent>,
    /// The record of the same request: flow, error, what sent it.
    pub record: Option<CloudTrailRecord>,
    /// What says that both are of one request, where both are there.
    pub joined: Joined,
    /// What the pool's settings do with the event; `None` without settings, or without an event.
    pub ruling: Option<Ruling>,
}

/// What says that an event and a record are of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Joined {
    /// The id of the request.
    #[default]
    ById,
    /// User, address, kind, outcome and time.
    ByTime,
}

/// What settings do with an event, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What happens under the modes as they are.
    pub outcome: ReplayOutcome,
    /// Why.
    pub reason: ReplayReason,
    /// The setting that decides, if one does.
    pub pointer: Option<Pointer>,
    /// What `ENFORCED` would do, where that is something else.
    pub enforced: Option<(ReplayOutcome, ReplayReason, Option<Pointer>)>,
    /// Whether the event names no client, or one that the settings do not list, and some clients have responses of their own.
    pub client_assumed: bool,
    /// Whether the record contradicts it: then the settings were others at that time.
    pub contradicted: bool,
}

impl Ruling {
    /// Judges the event of a step, if it has one. The client is the record's where the event names none.
    pub(super) fn of_step(replayer: &Replayer, step: &TimelineStep, clients_differ: bool) -> Option<Self> {
        let event = step.event.as_ref()?;
        let Some(client) = step.client().filter(|_| event.client.is_none()) else {
            return Some(Self::new(replayer, event, clients_differ));
        };
        let event = AuthEvent {
            client: Some(client.to_owned()),
            ..event.clone()
        };
        Some(Self::new(replayer, &event, clients_differ))
    }

    /// Judges an event. `clients_differ` says that some clients have responses of their own.
    pub fn new(replayer: &Replayer, event: &AuthEvent, clients_differ: bool) -> Self {
        let now = replayer.as_it_is(event);
        let full = replayer.enforced(event);
        let of = |one: &Replayed| (one.outcome, one.reason, replayer.pointer(one));
        let is_idle = matches!(
            now.reason,
            ReplayReason::Cell(Reason::AuditMode | Reason::ModeOff | Reason::ModeUnknown)
        );
        let has_passed = event.response.known() == Some(EventResponse::Pass);
        let was_blocked = event.decision.known() == Some(RiskDecision::Block) && !has_passed;
        let lets_in = now.outcome.is_challenge()
            || matches!(now.outcome, ReplayOutcome::Allowed | ReplayOutcome::Notified);
        Self {
            outcome: now.outcome,
            reason: now.reason,
            pointer: replayer.pointer(&now),
            enforced: (is_idle && full.outcome != now.outcome).then(|| of(&full)),
            client_assumed: clients_differ && !replayer.is_of_known_client(event),
            contradicted: (now.outcome == ReplayOutcome::Blocked && has_passed)
                || (was_blocked && lets_in && !is_idle),
        }
    }
}

/// Why a request was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1StepCause")]
pub struct StepCause {
    // AWS's exception is hostile text.
    /// `block`, `address-block`, `compromised`, `lockout`, `wrong-password`, `reset-required`, `unknown-user`, `wrong-code`; where
    /// only the event says it also `blocked`, `wrong-password-or-lockout`, `failed`; or AWS's exception.
    #[serde(rename = "cause")]
    pub id: String,
    /// Whether it follows from the event alone: the error that the user got was not at hand.
    #[serde(rename = "derived")]
    pub is_derived: bool,
}

/// Causes that only an event shows, with words for people.
const DERIVED: [(&str, &str); 4] = [
    ("blocked", "blocked by an address range or a compromised password"),
    ("wrong-password-or-lockout", "wrong password or lockout"),
    ("failed", "reason unknown"),
    ("refused", "reason unknown"),
];

impl StepCause {
    fn said(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            is_derived: false,
        }
    }

    fn derived(id: impl Into<String>) -> Self {
        Self {
            is_derived: true,
            ..Self::said(id)
        }
    }

    /// The known cause that it is.
    pub fn known(&self) -> Option<RefusalCause> {
        let mut causes = RefusalCause::ALL.iter().map(|(cause, ..)| *cause);
        causes.find(|cause| cause.as_str() == self.id)
    }

    /// Words for people. Hostile text.
    pub fn label(&self) -> &str {
        let derived = || DERIVED.iter().find(|(id, _)| *id == self.id);
        match self.known() {
            Some(cause) => cause.label(),
            None => derived().map_or(self.id.as_str(), |(_, label)| label),
        }
    }

    /// Whether threat protection refused.
    pub fn is_threat_protection(&self) -> bool {
        self.id == "blocked" || self.known().is_some_and(RefusalCause::is_threat_protection)
    }
}

impl TimelineStep {
    /// When.
    pub fn at(&self) -> Option<Timestamp> {
        let event = self.event.as_ref().and_then(|event| event.at);
        event.or_else(|| self.record.as_ref().and_then(|record| record.at))
    }

    /// A member that both records have.
    fn either<'a>(
        &'a self,
        event: impl Fn(&'a AuthEvent) -> Option<&'a String>,
        record: impl Fn(&'a CloudTrailRecord) -> Option<&'a String>,
    ) -> Option<&'a str> {
        let of_event = self.event.as_ref().and_then(event);
        let found = of_event.or_else(|| self.record.as_ref().and_then(record));
        found.map(String::as_str)
    }

    /// Client id.
    pub fn client(&self) -> Option<&str> {
        self.either(|event| event.client.as_ref(), |record| record.client.as_ref())
    }

    /// Source address.
    pub fn address(&self) -> Option<&str> {
        self.either(|event| event.address.as_ref(), |record| record.address.as_ref())
    }

    /// Whether a federated user is meant, whom threat protection does not cover.
    pub fn is_federated(&self) -> bool {
        let event = self.event.as_ref().is_some_and(|event| event.idp.is_some());
        event || self.record.as_ref().is_some_and(CloudTrailRecord::is_federated)
    }

    /// Why it was refused or failed; `None` if it was not, or if nothing says so. The error that the user got counts before
    /// what the event shows.
    pub fn cause(&self) -> Option<StepCause> {
        let record = self.record.as_ref();
        if let Some(record) = record.filter(|record| record.has_failed() == Some(true)) {
            let id = record.reason().or(record.code.as_deref());
            return Some(StepCause::said(id.unwrap_or("refused")));
        }
        self.event.as_ref().and_then(|event| self.derived(event))
    }

    /// What follows from an event alone.
    fn derived(&self, event: &AuthEvent) -> Option<StepCause> {
        let has_passed = event.response.known() == Some(EventResponse::Pass);
        let has_failed = event.response.known() == Some(EventResponse::Fail);
        let reason = self.ruling.as_ref().map(|ruling| ruling.reason);
        // Where nothing is enforced, a decision is what would have been done.
        let is_idle = matches!(
            reason,
            Some(ReplayReason::Cell(Reason::AuditMode | Reason::ModeOff))
        );
        if event.decision.known() == Some(RiskDecision::Block) && !has_passed && !is_idle {
            let id = match (&event.level, event.compromised) {
                _ if reason == Some(ReplayReason::AlwaysBlock) => RefusalCause::AddressBlock.as_str(),
                (_, Some(true)) => RefusalCause::Compromised.as_str(),
                (Spelled::Absent, _) => "blocked",
                _ => RefusalCause::Block.as_str(),
            };
            return Some(StepCause::derived(id));
        }
        let failed = |challenge: &str| {
            let mut all = event.challenges.iter().flatten();
            all.any(|one| {
                let answer = one.answer.as_deref().unwrap_or_default();
                one.name.eq_ignore_ascii_case(challenge) && answer.eq_ignore_ascii_case("failure")
            })
        };
        has_failed.then(|| {
            StepCause::derived(if failed("password") {
                "wrong-password-or-lockout"
            } else if failed("mfa") {
                RefusalCause::WrongCode.as_str()
            } else {
                "failed"
            })
        })
    }

    /// The risk level, if it is a known one.
    pub fn level(&self) -> Option<RiskLevel> {
        self.event.as_ref()?.level.known()
    }

    /// Whether its event says that the credentials were compromised.
    pub fn is_compromised(&self) -> bool {
        self.event.as_ref().and_then(|event| event.compromised) == Some(true)
    }

    /// Whether its event says that there was no risk.
    pub fn is_free(&self) -> bool {
        let event = self.event.as_ref();
        event.and_then(|event| event.decision.known()) == Some(RiskDecision::NoRisk)
    }

    /// How much it matters, from 0: who was blocked or whose password is compromised comes first, then by risk level.
    pub fn weight(&self) -> u8 {
        let cause = self.cause();
        let by_risk = match self.level() {
            _ if self.is_compromised() || cause.as_ref().is_some_and(StepCause::is_threat_protection) => 5,
            Some(RiskLevel::High) => 4,
            Some(RiskLevel::Medium) => 3,
            Some(RiskLevel::Low) => 2,
            None => 0,
        };
        let by_cause = match cause.as_ref().map(StepCause::known) {
            Some(Some(RefusalCause::Lockout | RefusalCause::ResetRequired)) => 2,
            Some(_) => 1,
            None => 0,
        };
        by_risk.max(by_cause)
    }
}
