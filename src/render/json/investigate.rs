//! `json` of an investigation: the frozen form of `schemas/investigation.json`, version 1.

use std::io::{self, Write};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::impact::{ReplayOutcome, ReplayReason};
use crate::investigate::{
    AddressRow, Investigation, InvestigationCounts, Joined, NamelessRow, Ruling, StepCause, TimelineStep,
    TimelineUser,
};
use crate::model::event::{AuthEvent, EventFeedback};
use crate::model::response::RiskLevel;
use crate::pointer::Pointer;
use crate::report::NotChecked;

use crate::render::investigate::view::feedback_means;
use crate::render::json::run::JsonV1Run;
use crate::render::json::tool;
use crate::render::json::types::JsonV1Tool;
use crate::render::{RenderOptions, escape, head};

/// Who was seen in a window, what happened to them and why. Absent fields mean "not known"; no field is ever null.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward investigation, version 1")]
pub struct JsonV1Investigation {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote it.
    pub tool: JsonV1Tool,
    /// The exit code of the process: 0 everything was read, 2 invalid input or nothing to show, 4 something could not be read.
    pub exit_code: u8,
    /// When and by whom it was made, and of what; absent where nothing of it is known.
    pub run: Option<JsonV1Run>,
    /// Whether users, client ids, addresses and cities are pseudonyms.
    pub redacted: bool,
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: Option<String>,
    /// From when.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub since: Option<Timestamp>,
    /// Until when.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub until: Option<Timestamp>,
    /// The alarm that gave the window, for people.
    pub alarm: Option<String>,
    /// Where the settings come from, for people.
    pub settings: Option<String>,
    /// Users, those who matter most first.
    pub users: Vec<JsonV1TimelineUser>,
    /// The same by source address, those that matter most first.
    pub addresses: Vec<JsonV1Address>,
    /// Clients that were seen and that the pool does not have today: deleted, newer than the snapshot, or another pool's.
    pub clients_not_in_pool: Vec<String>,
    /// Requests that name no user.
    pub requests_without_user: u64,
    /// The same by what was called and why it was refused.
    pub without_user: Vec<JsonV1Nameless>,
    /// What was read and left out.
    pub counts: InvestigationCounts,
    /// How the records were read, for people.
    pub reading: Vec<String>,
    /// What to know of the result, for people.
    pub notes: Vec<String>,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
}

/// A user.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1TimelineUser {
    /// The sub.
    pub sub: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// `UserStatus` of the pool.
    pub status: Option<String>,
    /// Whether a federated sign-in was seen: threat protection does not cover them.
    pub federated: bool,
    /// The highest risk level: `low`, `medium`, `high`.
    pub risk: Option<&'static str>,
    /// What was seen, in order of time.
    pub steps: Vec<JsonV1TimelineStep>,
}

/// A step.
#[serde_with::skip_serializing_none]
#[derive(Default, Serialize, JsonSchema)]
pub struct JsonV1TimelineStep {
    /// When.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub at: Option<Timestamp>,
    /// What it was read from: `event`, `cloudtrail`, or both of one request.
    pub sources: Vec<&'static str>,
    /// What says that both are of one request, where both are there: `request` is the id of the request, `time` user, address,
    /// outcome and a time that differs by a few seconds at most.
    pub joined_by: Option<&'static str>,
    /// Id of the event, by which feedback is given.
    pub event: Option<String>,
    /// `SignIn` and so on.
    #[serde(rename = "type")]
    pub event_type: Option<String>,
    /// What was called: `InitiateAuth`, `login_POST`.
    pub action: Option<String>,
    /// `USER_SRP_AUTH` and so on, or the challenge that is answered.
    pub flow: Option<String>,
    /// `Pass`, `Fail`, `InProgress`.
    pub response: Option<String>,
    /// `low`, `medium`, `high`.
    pub level: Option<String>,
    /// `NoRisk`, `AccountTakeover`, `Block`.
    pub decision: Option<String>,
    /// Whether compromised credentials were detected.
    pub compromised: Option<bool>,
    /// Client id.
    pub client: Option<String>,
    /// Client name.
    pub client_name: Option<String>,
    /// Source address.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Device, or what sent the request.
    pub device: Option<String>,
    /// Identity provider of a federated user.
    pub idp: Option<String>,
    /// Why it was refused or failed.
    pub refused: Option<StepCause>,
    /// What the settings do with it.
    pub settings: Option<JsonV1Ruling>,
    /// Feedback.
    pub feedback: Option<JsonV1StepFeedback>,
}

/// What settings do with an event.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Ruling {
    /// What happens: `blocked`, `mfa-required`, `mfa-if-configured`, `allowed-notified`, `allowed`, `not-assessed`, `not-covered`,
    /// `unknown`.
    pub outcome: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The setting that decides, as a JSON pointer into a policy.
    pub pointer: Option<String>,
    /// What `ENFORCED` would do, where that is something else.
    pub enforced: Option<Box<JsonV1Ruling>>,
    /// Whether the client is not known and clients have responses of their own: the outcome is `unknown` unless it is the same for all.
    pub client_assumed: bool,
    /// Whether the record says otherwise.
    pub contradicted: bool,
}

/// Feedback.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1StepFeedback {
    /// `Valid` or `Invalid`.
    pub value: Option<String>,
    /// Who gave it.
    pub provider: Option<String>,
    /// When.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub at: Option<Timestamp>,
    /// What the word means.
    pub means: Option<&'static str>,
}

/// What was seen of users from one address.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Address {
    /// The address; absent for steps that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Users of whom something was seen from there.
    pub users: usize,
    /// Steps.
    pub steps: usize,
    /// Countries that the events name for it.
    pub countries: Vec<String>,
    /// The highest risk level: `low`, `medium`, `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<&'static str>,
    /// Steps with compromised credentials.
    pub compromised: u64,
    /// Why requests were refused or failed, with how many.
    pub refused: Vec<JsonV1Refused>,
}

/// Requests that were refused or failed for one reason.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Refused {
    /// Why.
    #[serde(flatten)]
    pub cause: StepCause,
    /// How many.
    pub requests: u64,
}

/// Requests without a user that are alike.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Nameless {
    /// What was called.
    pub action: String,
    /// Why it was refused; absent if it was not, or nothing says so.
    pub refused: Option<String>,
    /// How many.
    pub requests: u64,
    /// From how many addresses.
    pub addresses: u64,
    /// The most frequent address.
    pub top_address: Option<String>,
}

/// The schema of the form.
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Investigation>("investigation")
}

/// Writes the investigation.
pub(in crate::render) fn render(
    found: &Investigation,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = JsonV1Investigation {
        version: 1,
        tool: tool(found.version),
        exit_code: found.exit_code,
        run: JsonV1Run::of(&options.head, head::named(&options.head)),
        redacted: found.redacted,
        pool: found.pool.clone(),
        pool_name: Some(found.pool_name.clone()).filter(|name| !name.is_empty()),
        since: found.since,
        until: found.until,
        alarm: found.alarm.clone(),
        settings: found.settings.clone(),
        users: found.users.iter().map(|one| user(found, one)).collect(),
        addresses: found.addresses().into_iter().map(address).collect(),
        clients_not_in_pool: found.unlisted.iter().cloned().collect(),
        requests_without_user: found.nameless.total,
        without_user: found.nameless.rows.iter().map(nameless).collect(),
        counts: found.counts,
        reading: found.reading.clone(),
        notes: found.notes.clone(),
        not_checked: found.not_checked.clone(),
    };
    escape::write_json(&document, out)
}

fn user(found: &Investigation, user: &TimelineUser) -> JsonV1TimelineUser {
    JsonV1TimelineUser {
        sub: user.sub.clone(),
        name: user.name.clone(),
        status: user.status.clone(),
        federated: user.is_federated(),
        risk: user.risk().map(RiskLevel::as_str),
        steps: user.steps.iter().map(|one| step(found, one)).collect(),
    }
}

fn address(row: AddressRow) -> JsonV1Address {
    let refused = row.causes.into_iter();
    JsonV1Address {
        address: row.address,
        users: row.users,
        steps: row.steps,
        countries: row.countries.into_iter().collect(),
        risk: row.risk.map(RiskLevel::as_str),
        compromised: row.compromised,
        refused: refused
            .map(|(cause, requests)| JsonV1Refused { cause, requests })
            .collect(),
    }
}

fn step(found: &Investigation, step: &TimelineStep) -> JsonV1TimelineStep {
    let sources = [
        ("event", step.event.is_some()),
        ("cloudtrail", step.record.is_some()),
    ];
    let mut shown = JsonV1TimelineStep {
        at: step.at(),
        sources: sources
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(name, _)| name)
            .collect(),
        joined_by: (step.event.is_some() && step.record.is_some()).then_some(match step.joined {
            Joined::ById => "request",
            Joined::ByTime => "time",
        }),
        client: step.client().map(str::to_owned),
        client_name: step.client().and_then(|id| found.clients.get(id)).cloned(),
        address: step.address().map(str::to_owned),
        refused: step.cause(),
        settings: step.ruling.as_ref().map(ruling),
        ..JsonV1TimelineStep::default()
    };
    if let Some(record) = &step.record {
        shown.action.clone_from(&record.action);
        shown.flow = record.flow.clone().or_else(|| record.challenge.clone());
        shown.device.clone_from(&record.agent);
    }
    if let Some(event) = &step.event {
        of_event(&mut shown, event);
    }
    shown
}

fn of_event(shown: &mut JsonV1TimelineStep, event: &AuthEvent) {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    shown.event.clone_from(&event.id);
    shown.event_type = owned(event.event_type.text());
    shown.response = owned(event.response.text());
    shown.level = owned(event.level.text());
    shown.decision = owned(event.decision.text());
    shown.compromised = event.compromised;
    shown.city.clone_from(&event.city);
    shown.country.clone_from(&event.country);
    shown.device = event.device.clone().or_else(|| shown.device.take());
    shown.idp.clone_from(&event.idp);
    shown.feedback = event.feedback.as_ref().map(feedback);
}

fn ruling(ruling: &Ruling) -> JsonV1Ruling {
    let of = |outcome: ReplayOutcome, reason: ReplayReason, pointer: Option<&Pointer>| JsonV1Ruling {
        outcome: outcome.as_str(),
        reason: reason.as_str(),
        pointer: pointer.map(ToString::to_string),
        enforced: None,
        client_assumed: ruling.client_assumed,
        contradicted: ruling.contradicted,
    };
    let enforced = ruling.enforced.as_ref();
    JsonV1Ruling {
        enforced: enforced
            .map(|(outcome, reason, pointer)| Box::new(of(*outcome, *reason, pointer.as_ref()))),
        ..of(ruling.outcome, ruling.reason, ruling.pointer.as_ref())
    }
}

fn feedback(feedback: &EventFeedback) -> JsonV1StepFeedback {
    JsonV1StepFeedback {
        value: feedback.value.text().map(str::to_owned),
        provider: feedback.provider.clone(),
        at: feedback.at,
        means: feedback_means(feedback),
    }
}

fn nameless(row: &NamelessRow) -> JsonV1Nameless {
    JsonV1Nameless {
        action: row.action.clone(),
        refused: row.cause.as_ref().map(|cause| cause.id.clone()),
        requests: row.requests,
        addresses: row.addresses,
        top_address: row.top.as_ref().map(|(address, _)| address.clone()),
    }
}
