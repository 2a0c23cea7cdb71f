//! An investigation in words, as all formats for people show it. Texts are hostile; each format escapes them.

use std::fmt::Write as _;

use crate::impact::{ReplayOutcome, ReplayReason};
use crate::investigate::{Investigation, Joined, NamelessRow, Ruling, StepCause, TimelineStep, TimelineUser};
use crate::model::event::{AuthEvent, CloudTrailRecord, EventFeedback, FeedbackValue, RiskDecision, Spelled};
use crate::pointer::Pointer;
use crate::text;

use crate::render::section::{Block, Part, Step, Tone};

/// Clients that are named.
const MOST_CLIENTS: usize = 5;

/// The head: what was asked, and how much there was.
pub(in crate::render) fn facts(found: &Investigation) -> Vec<(&'static str, String)> {
    let at =
        |at: Option<jiff::Timestamp>, open: &str| at.map_or_else(|| open.to_owned(), |at| format!("{at:.0}"));
    let mut facts = vec![(
        "window",
        format!(
            "{} to {}",
            at(found.since, "the first record"),
            at(found.until, "the last one")
        ),
    )];
    facts.extend(found.alarm.iter().map(|alarm| ("alarm", alarm.clone())));
    facts.extend(found.user.iter().map(|user| ("user", user.clone())));
    facts.extend(found.address.iter().map(|net| ("address", net.clone())));
    let settings = found.settings.clone();
    let none = "unknown, so that nothing says what they do; --from SNAPSHOT or --policy FILE gives them";
    facts.push(("settings", settings.unwrap_or_else(|| none.to_owned())));
    let counts = found.counts;
    facts.push((
        "seen",
        format!(
            "{} of {}, {}",
            text::count(counts.events, "event", "events"),
            text::count(found.users.len(), "user", "users"),
            text::count(counts.records, "CloudTrail record", "CloudTrail records"),
        ),
    ));
    let left = [
        (counts.outside, "outside of the window"),
        (counts.other_pools, "of other pools"),
        (
            counts.unmapped,
            "of an unknown pool: --from SNAPSHOT says which clients are the pool's",
        ),
        (counts.other_calls, "of calls that are about no user"),
        (counts.without_time, "without a time"),
        (counts.beyond, "beyond what can be held: narrow the window"),
    ];
    if counts.unlisted > 0 {
        facts.push(("left out", unlisted(found)));
    }
    for (number, why) in left.into_iter().filter(|(number, _)| *number > 0) {
        facts.push(("left out", format!("{number} {why}")));
    }
    if counts.assumed > 0 {
        let words = "record names no pool, and is taken for this one's";
        let all = "records name no pool, and are taken for this one's";
        facts.push(("note", text::count(counts.assumed, words, all)));
    }
    facts.extend(found.notes.iter().map(|note| ("note", note.clone())));
    facts
}

/// Records of clients that the pool does not have today.
fn unlisted(found: &Investigation) -> String {
    format!(
        "{} of clients that are not in the pool today (deleted, newer, or another pool's): {}; --user SUB shows those of a user",
        found.counts.unlisted,
        text::some_words(&found.unlisted, MOST_CLIENTS)
    )
}

/// `customers (us-west-2_EXAMPLE)`.
pub(in crate::render) fn title(found: &Investigation) -> String {
    match found.pool_name.as_str() {
        "" => found.pool.clone(),
        name => format!("{name} ({})", found.pool),
    }
}

/// A user with so many steps, by day, UTC.
pub(in crate::render) fn user(found: &Investigation, user: &TimelineUser, most: usize) -> Part {
    let mut days: Vec<(String, Vec<Step>)> = Vec::new();
    for step in shown(user, most) {
        let at = step.at().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
        let day = at
            .as_ref()
            .map_or_else(|| "time unknown".to_owned(), |at| at.date().to_string());
        let time = at.map_or_else(|| "--:--:--".to_owned(), |at| at.strftime("%H:%M:%S").to_string());
        let view = Step {
            tone: tone(step.weight()),
            time,
            what: what(found, step),
            from: from(step),
            settings: step.ruling.as_ref().map(ruling),
            note: step
                .event
                .as_ref()
                .and_then(|event| feedback(event, step.weight())),
        };
        match days.last_mut() {
            Some((last, views)) if *last == day => views.push(view),
            _ => days.push((day, vec![view])),
        }
    }
    let mut blocks: Vec<_> = user_facts(user).into_iter().map(Block::Text).collect();
    blocks.push(Block::Steps(days));
    let left = user.steps.len().saturating_sub(most);
    if left > 0 {
        let steps = text::count(left, "step that matters less is", "steps that matter less are");
        blocks.push(Block::Text(format!("{steps} left out; --format json has all")));
    }
    Part::new(format!("user {}", user.title()), tone(user.weight().0), blocks)
}

/// The steps that matter most, in order of time.
fn shown(user: &TimelineUser, most: usize) -> Vec<&TimelineStep> {
    let mut order: Vec<usize> = (0..user.steps.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(user.steps.get(*at).map(TimelineStep::weight)));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().filter_map(|at| user.steps.get(at)).collect()
}

fn tone(weight: u8) -> Tone {
    match weight {
        4.. => Tone::Bad,
        2..=3 => Tone::Warning,
        1 => Tone::Note,
        _ => Tone::Plain,
    }
}

fn user_facts(user: &TimelineUser) -> Vec<String> {
    let mut line = text::count(user.steps.len(), "step", "steps");
    if let Some(level) = user.risk() {
        let _ = write!(line, ", {} risk at most", level.as_str());
    }
    for (cause, number) in user.causes() {
        let _ = write!(line, ", {number} × {}", cause.label());
    }
    let mut facts = vec![line];
    match user.status.as_deref() {
        Some("RESET_REQUIRED") => facts.push(
            "status RESET_REQUIRED: a compromised password at sign-in sets it, or an administrator does"
                .to_owned(),
        ),
        Some(status) => facts.push(format!("status {status}")),
        None => {}
    }
    if user.is_federated() {
        facts.push(
            "federated: threat protection does not cover such sign-ins, and rates none of them".to_owned(),
        );
    }
    facts
}

/// What was seen in one sentence.
fn what(found: &Investigation, step: &TimelineStep) -> String {
    let mut parts: Vec<String> = step.event.iter().map(event_words).collect();
    if let Some(record) = &step.record {
        let mut words = request(record, step.event.is_some());
        if step.joined == Joined::ByTime {
            words.push_str(" (by address and time)");
        }
        parts.push(words);
    }
    if let Some(id) = step.client() {
        let name = found.clients.get(id).map_or(id, String::as_str);
        let today = if found.unlisted.contains(id) {
            " (not in the pool today)"
        } else {
            ""
        };
        parts.push(format!("client {name}{today}"));
    }
    if let Some(cause) = step.cause() {
        parts.push(refusal(&cause, step.record.as_ref()));
    }
    parts.join("; ")
}

fn refusal(cause: &StepCause, record: Option<&CloudTrailRecord>) -> String {
    let message = record.and_then(|record| record.message.as_deref());
    match message {
        Some(message) if !cause.is_derived => format!("refused: {} (\"{message}\")", cause.label()),
        _ if cause.is_derived => format!("refused: {} (by the event alone)", cause.label()),
        _ => format!("refused: {}", cause.label()),
    }
}

/// `sign-in passed, high risk, decision AccountTakeover, compromised credentials`. Hostile text.
pub fn event_words(event: &AuthEvent) -> String {
    let kind = match event.event_type.text() {
        None => "event of unknown type",
        Some("SignIn") => "sign-in",
        Some("SignUp") => "sign-up",
        Some("ForgotPassword") => "forgotten password",
        Some("PasswordChange") => "password change",
        Some("ResendCode") => "code sent again",
        Some(other) => other,
    };
    let response = match event.response.text() {
        None => "response unknown",
        Some("Pass") => "passed",
        Some("Fail") => "failed",
        Some("InProgress") => "in progress",
        Some(other) => other,
    };
    let mut words = format!("{kind} {response}");
    let decision = event.decision.known();
    let _ = match (event.level.text(), decision) {
        (Some(level), _) => write!(words, ", {level} risk"),
        (None, Some(RiskDecision::NoRisk)) => write!(words, ", no risk"),
        (None, _) => write!(words, ", risk unknown"),
    };
    if let (Some(text), false) = (event.decision.text(), decision == Some(RiskDecision::NoRisk)) {
        let _ = write!(words, ", decision {text}");
    }
    if event.compromised == Some(true) {
        words.push_str(", compromised credentials");
    }
    for challenge in event.challenges.iter().flatten() {
        let answer = challenge.answer.as_deref().unwrap_or("answer unknown");
        let _ = write!(words, ", {}: {answer}", challenge.name);
    }
    if let Some(idp) = &event.idp {
        let _ = write!(words, ", federated by {idp}");
    }
    words
}

/// `InitiateAuth with USER_SRP_AUTH`.
fn request(record: &CloudTrailRecord, has_event: bool) -> String {
    let mut words = record.action.clone().unwrap_or_else(|| "unknown call".to_owned());
    if let Some(how) = record.flow.as_ref().or(record.challenge.as_ref()) {
        let _ = write!(words, " with {how}");
    }
    if record.is_page {
        words.push_str(" (managed login)");
    }
    let end = match record.has_failed() {
        Some(true) => "",
        Some(false) if has_event => "",
        Some(false) => " answered",
        None => ": whether it was refused is not recorded",
    };
    words + end
}

fn from(step: &TimelineStep) -> String {
    let mut parts = vec![format!("from {}", step.address().unwrap_or("an unknown address"))];
    if let Some(event) = &step.event {
        let place: Vec<_> = [&event.city, &event.country]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        parts.extend((!place.is_empty()).then(|| place.join(", ")));
        parts.extend(event.device.clone());
        parts.extend((event.has_context == Some(false)).then(|| "no context data".to_owned()));
    }
    if step.event.as_ref().is_none_or(|event| event.device.is_none()) {
        parts.extend(step.record.as_ref().and_then(|record| record.agent.clone()));
    }
    parts.join("; ")
}

fn ruling(ruling: &Ruling) -> String {
    let decided = |outcome: ReplayOutcome, reason: ReplayReason, pointer: Option<&Pointer>| {
        let at = pointer.map(|pointer| format!(", {pointer}")).unwrap_or_default();
        format!("{} ({}){at}", outcome.label(), reason.label())
    };
    let mut words = decided(ruling.outcome, ruling.reason, ruling.pointer.as_ref());
    if let Some((outcome, reason, pointer)) = &ruling.enforced {
        let _ = write!(
            words,
            "; ENFORCED would be: {}",
            decided(*outcome, *reason, pointer.as_ref())
        );
    }
    if ruling.client_assumed && ruling.outcome != ReplayOutcome::NotCovered {
        words.push_str("; the client is unknown, and clients have responses of their own");
    }
    if ruling.contradicted {
        words
            .push_str("; the record says otherwise: the settings, or the flow, may have been different then");
    }
    words
}

/// What a word of feedback means.
pub(in crate::render) fn feedback_means(feedback: &EventFeedback) -> Option<&'static str> {
    match feedback.value {
        Spelled::Known(FeedbackValue::Valid) => Some("it was the user: a false positive"),
        Spelled::Known(FeedbackValue::Invalid) => Some("it was not the user"),
        _ => None,
    }
}

/// Of an event with risk: the feedback it has, and the id by which it gets one.
fn feedback(event: &AuthEvent, weight: u8) -> Option<String> {
    let id = event.id.as_deref().unwrap_or("unknown");
    match &event.feedback {
        Some(feedback) => {
            let value = feedback.value.text().unwrap_or("unknown");
            let means = feedback_means(feedback)
                .map(|means| format!(" ({means})"))
                .unwrap_or_default();
            let by = feedback
                .provider
                .as_ref()
                .map(|by| format!(" by {by}"))
                .unwrap_or_default();
            Some(format!("event {id}: feedback {value}{by}{means}"))
        }
        None if weight >= 2 => Some(format!("event {id}: no feedback")),
        None => None,
    }
}

/// `InitiateAuth: 12 refused (wrong password, or an unknown user), from 3 addresses, 10 of them from 192.0.2.1`.
pub(in crate::render) fn nameless(row: &NamelessRow) -> String {
    let mut words = format!("{}: {}", row.action, row.requests);
    if let Some(cause) = &row.cause {
        let _ = write!(words, " refused: {}", cause.label());
    }
    if let Some((address, number)) = &row.top {
        let _ = match row.addresses {
            0 | 1 => write!(words, ", from {address}"),
            many => write!(words, ", from {many} addresses, {number} from {address}"),
        };
    }
    words
}
