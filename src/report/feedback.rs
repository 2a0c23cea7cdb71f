//! What `investigate feedback` gives, and what became of it. The types are those of `schemas/feedback.json`, version 1: fields may be
//! added, and none is renamed, removed or given another meaning.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ident::pseudonym;
use crate::text;

/// Feedback for recorded events of one pool.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1FeedbackRun")]
pub struct FeedbackSection {
    /// Pool id.
    pub pool: String,
    /// The word: `Valid` or `Invalid`.
    pub value: &'static str,
    /// What the word means.
    pub means: &'static str,
    /// How far the run went.
    pub ending: FeedbackEnding,
    /// Why it was refused; absent otherwise.
    pub refused: Option<String>,
    /// The same without names, where it has some.
    #[serde(skip)]
    pub refused_redacted: Option<String>,
    /// Whether users are pseudonyms.
    pub redacted: bool,
    /// The events.
    pub events: Vec<FeedbackEvent>,
    /// The journal; absent where nothing was tried.
    pub journal: Option<String>,
}

/// How far a run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1FeedbackEnding", inline)]
pub enum FeedbackEnding {
    /// All events have the feedback already.
    UpToDate,
    /// It was only to be shown.
    DryRun,
    /// Somebody was asked, and did not agree.
    Declined,
    /// Something stands against it.
    Refused,
    /// It was carried out, well or not.
    CarriedOut,
}

/// An event, and what became of it.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1FeedbackEvent")]
pub struct FeedbackEvent {
    /// The user. Hostile text.
    pub user: String,
    /// Event id. Hostile text.
    pub event: String,
    /// When.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub at: Option<Timestamp>,
    /// What it is, for people. Hostile text.
    pub words: String,
    /// The feedback that it had before.
    pub before: Option<String>,
    /// What became of it; absent where nothing was tried.
    pub outcome: Option<FeedbackOutcome>,
    /// Why, in words.
    pub detail: Option<String>,
    /// The same without AWS's words, which may name somebody.
    #[serde(skip)]
    pub detail_redacted: Option<String>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1FeedbackOutcome", inline)]
pub enum FeedbackOutcome {
    /// It has the feedback, as reading again shows.
    Given,
    /// It had it already.
    AlreadyThere,
    /// AWS confirmed it, and reading again does not show it.
    NotSeen,
    /// Nothing was changed.
    Failed,
    /// Whether it was given is unknown.
    Unknown,
    /// It was not tried.
    NotTried,
}

impl FeedbackOutcome {
    /// Whether AWS confirmed it.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Given | Self::NotSeen)
    }
}

impl FeedbackSection {
    /// The closing line, without a full stop.
    pub fn closing(&self) -> String {
        match self.ending {
            FeedbackEnding::UpToDate => "already up to date: nothing was written".to_owned(),
            FeedbackEnding::DryRun => "dry run: nothing was written".to_owned(),
            FeedbackEnding::Declined => "cancelled: nothing was changed".to_owned(),
            FeedbackEnding::Refused => "refused: nothing was written".to_owned(),
            FeedbackEnding::CarriedOut => {
                let outcomes = self.events.iter().filter_map(|event| event.outcome);
                let given = outcomes.filter(|outcome| outcome.is_given()).count();
                let events = text::count(self.events.len(), "event", "events");
                format!("feedback given for {given} of {events}")
            }
        }
    }

    /// The same with pseudonyms for users.
    pub fn redacted(mut self) -> Self {
        self.redacted = true;
        self.refused = self.refused_redacted.take().or(self.refused);
        for event in &mut self.events {
            event.user = pseudonym(&event.user);
            event.detail = event.detail_redacted.take();
        }
        self
    }
}
