//! A record of the export, or a line of our own, read without anything in between. What is not exactly like that is read as any
//! JSON is, so that both ways say the same; `tests.rs` compares them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::line;
use super::scan::MAX_DEPTH;
use super::time;
use crate::model::event::{AnsweredChallenge, AuthEvent, EventFeedback, EventForm, Spelled, address, said};

/// How a line of our own begins.
const OURS: &[u8] = b"{\"format\":\"cogward-event\"";

/// Reads the event that a line is into one that may hold an earlier one, whose memory is used again, if the line is exactly a
/// record of the export or a line of our own; `None` says nothing of the line.
pub(super) fn read(line: &[u8], event: &mut AuthEvent) -> Option<()> {
    if line.starts_with(OURS) {
        let opening = line.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
        if opening > MAX_DEPTH {
            return None;
        }
        *event = line::read_line(line)?;
        return Some(());
    }
    // At once: each text by itself takes longer. A record has no member that can be nested deep.
    let line = std::str::from_utf8(line).ok()?;
    let record: Record<'_> = serde_json::from_str(line).ok()?;
    let is_notification = |source: &str| source.eq_ignore_ascii_case("USER_NOTIFICATION");
    let message = record.message?;
    let is_export =
        message.event_type.is_there && (message.event_id.is_there || message.user_pool_id.is_there);
    if !is_export || record.event_source.said().is_some_and(is_notification) {
        return None;
    }
    fill(
        event,
        &message,
        &record.event_timestamp,
        record.log_source_id.as_ref(),
    )
}

fn fill(
    event: &mut AuthEvent,
    message: &Message<'_>,
    logged: &Text<'_>,
    source: Option<&LogSource<'_>>,
) -> Option<()> {
    let time = |text: &Text<'_>| text.value.as_deref().and_then(time::read_text);
    event.form = EventForm::Export;
    event.at = time(logged).or_else(|| time(&message.creation_date));
    event.compromised = message.compromised_credential_detected.truth()?;
    event.has_context = message.has_context_data.truth()?;
    let pool = message.user_pool_id.said();
    let pool = pool.or_else(|| source?.user_pool_id.said());
    let ip_address = message.ip_address.said().map(address);
    for (into, text) in [
        (&mut event.pool, pool),
        (&mut event.id, message.event_id.said()),
        (&mut event.client, message.client_id.said()),
        (&mut event.sub, message.user_sub.said()),
        (&mut event.user_name, message.user_name.said()),
        (&mut event.address, ip_address.as_deref()),
        (&mut event.city, message.city.said()),
        (&mut event.country, message.country.said()),
        (&mut event.device, message.device_name.said()),
        (&mut event.time_zone, message.timezone.said()),
        (&mut event.idp, message.idp_name.said()),
        (&mut event.request, message.request_id.said()),
    ] {
        put(into, text);
    }
    event.event_type = Spelled::read(message.event_type.said());
    event.response = Spelled::read(message.event_response.said());
    event.level = Spelled::read(message.risk_level.said());
    event.decision = Spelled::read(message.risk_decision.said());
    event.challenges = message.challenges.as_ref().map(|list| {
        let one = |challenge: &Challenge<'_>| {
            Some(AnsweredChallenge {
                name: challenge.challenge_name.owned()?,
                answer: challenge.challenge_response.owned(),
            })
        };
        list.iter().filter_map(one).collect()
    });
    let feedback = EventFeedback {
        value: Spelled::read(message.event_feedback_value.said()),
        provider: message.event_feedback_provider.owned(),
        at: time(&message.event_feedback_date),
    };
    event.feedback = (feedback != EventFeedback::default()).then_some(feedback);
    Some(())
}

/// Puts a text in place of another one, in the memory that it has.
pub(super) fn put(into: &mut Option<String>, text: Option<&str>) {
    match (text, into) {
        (None, into) => *into = None,
        (Some(text), Some(into)) => {
            into.clear();
            into.push_str(text);
        }
        (Some(text), into @ None) => *into = Some(text.to_owned()),
    }
}

/// A record. Another member, or one of another kind than here, makes it one that is read in the other way, which also refuses
/// a member that stands twice.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Record<'a> {
    #[serde(default, borrow)]
    event_timestamp: Text<'a>,
    #[serde(default, borrow)]
    event_source: Text<'a>,
    #[serde(default, borrow)]
    message: Option<Message<'a>>,
    #[serde(default, borrow)]
    log_source_id: Option<LogSource<'a>>,
    #[serde(default, borrow, rename = "logLevel")]
    _log_level: Text<'a>,
    #[serde(default, rename = "format")]
    _format: Never,
    #[serde(default, rename = "AuthEvents")]
    _auth_events: Never,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LogSource<'a> {
    #[serde(default, borrow)]
    user_pool_id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Message<'a> {
    #[serde(default, borrow)]
    event_id: Text<'a>,
    #[serde(default, borrow)]
    event_type: Text<'a>,
    #[serde(default, borrow)]
    user_sub: Text<'a>,
    #[serde(default, borrow)]
    user_name: Text<'a>,
    #[serde(default, borrow)]
    user_pool_id: Text<'a>,
    #[serde(default, borrow)]
    client_id: Text<'a>,
    #[serde(default, borrow)]
    creation_date: Text<'a>,
    #[serde(default, borrow)]
    event_response: Text<'a>,
    #[serde(default, borrow)]
    risk_level: Text<'a>,
    #[serde(default, borrow)]
    risk_decision: Text<'a>,
    #[serde(default, borrow)]
    challenges: Option<Vec<Challenge<'a>>>,
    #[serde(default, borrow)]
    device_name: Text<'a>,
    #[serde(default, borrow)]
    ip_address: Text<'a>,
    #[serde(default, borrow)]
    timezone: Text<'a>,
    #[serde(default, borrow)]
    request_id: Text<'a>,
    #[serde(default, borrow)]
    idp_name: Text<'a>,
    #[serde(default, borrow)]
    compromised_credential_detected: Text<'a>,
    #[serde(default, borrow)]
    city: Text<'a>,
    #[serde(default, borrow)]
    country: Text<'a>,
    #[serde(default, borrow)]
    event_feedback_value: Text<'a>,
    #[serde(default, borrow)]
    event_feedback_date: Text<'a>,
    #[serde(default, borrow)]
    event_feedback_provider: Text<'a>,
    #[serde(default, borrow)]
    has_context_data: Text<'a>,
    #[serde(default, borrow, rename = "version")]
    _version: Text<'a>,
    #[serde(default, borrow, rename = "details")]
    _details: Text<'a>,
    #[serde(default, rename = "compromisedCredentialsDetected")]
    _other_spelling: Never,
    #[serde(default, rename = "eventVersion")]
    _event_version: Never,
    #[serde(default, rename = "eventSource")]
    _event_source: Never,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the record's own names")]
struct Challenge<'a> {
    #[serde(default, borrow)]
    challenge_name: Text<'a>,
    #[serde(default, borrow)]
    challenge_response: Text<'a>,
    #[serde(default, rename = "ChallengeName")]
    _other_name: Never,
    #[serde(default, rename = "ChallengeResponse")]
    _other_response: Never,
}

/// A member that makes a record one that is read in the other way.
#[derive(Default)]
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("read otherwise"))
    }
}

/// A text, null, or nothing.
#[derive(Default)]
struct Text<'a> {
    is_there: bool,
    value: Option<Cow<'a, str>>,
}

impl Text<'_> {
    fn said(&self) -> Option<&str> {
        said(self.value.as_deref()?)
    }

    fn owned(&self) -> Option<String> {
        self.said().map(str::to_owned)
    }

    /// True, false, or not said; `None` for another word.
    #[expect(clippy::option_option, reason = "another word, not said, or said")]
    fn truth(&self) -> Option<Option<bool>> {
        match self.said() {
            None => Some(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Some(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Some(Some(false)),
            Some(_) => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text {
            is_there: true,
            value: Some(Cow::Borrowed(text)),
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text {
            is_there: true,
            value: Some(Cow::Owned(text.to_owned())),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text {
            is_there: true,
            value: None,
        })
    }
}
