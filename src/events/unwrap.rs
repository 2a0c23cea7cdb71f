//! What a value is: an event, something around events, or neither. The content decides, at any depth.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::decode;
use super::line::{self, LineRead};
use super::lines::{self, LineValue, Maker};
use super::python;
use super::record::{self, Around, Object};
use super::split::{CUT_OFF, Fragment, Limits, Splitter};
use super::tally::{EventTally, Stranger};
use super::trail;
use crate::json;
use crate::model::event::{AuthEvent, CloudTrailRecord};

/// Texts inside texts that are looked into.
const MOST_NESTED: usize = 8;

/// What is said of more of them.
const TOO_NESTED: &str = "there are more than 8 texts inside each other";

/// Members that records, or texts with records, stand in.
const WRAPPERS: [&str; 17] = [
    "Records",
    "records",
    "events",
    "Events",
    "logEvents",
    "results",
    "detail",
    "body",
    "record",
    "message",
    "Message",
    "@message",
    "CloudTrailEvent",
    "Sns",
    "responsePayload",
    "awslogs",
    "kinesis",
];

/// Takes every event that is found.
pub(super) type Taker<'a> = &'a mut dyn FnMut(&mut AuthEvent) -> io::Result<()>;

/// Takes every `CloudTrail` record that is found.
pub(super) type TrailTaker<'a> = &'a mut dyn FnMut(&CloudTrailRecord);

/// Looks for events.
pub(super) struct Unwrapper<'a> {
    /// The file, for what is broken.
    pub file: &'a str,
    pub tally: &'a mut EventTally,
    pub take: Taker<'a>,
    pub take_trail: TrailTaker<'a>,
}

/// Where a value stands.
#[derive(Clone, Debug, Default)]
struct Standing {
    around: Around,
    /// Texts around it.
    nested: usize,
    /// Where in the file the outermost text begins, for values inside it.
    outer: Option<u64>,
    /// Whether it lies inside a value that is counted as broken: what is no event there belongs to that value.
    is_inside_broken: bool,
}

impl Unwrapper<'_> {
    /// Reads a stream to its end. Of events that stand on lines of their own, `make` makes something in several threads, which
    /// `take_made` takes in the place of the taker.
    ///
    /// # Errors
    /// What the takers say. A stream that cannot be read on is counted as broken there.
    pub(super) fn stream<T: Send>(
        &mut self,
        source: impl io::Read,
        make: Maker<'_, T>,
        take_made: &mut dyn FnMut(T, Taker<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let limits = Limits::default();
        let standing = Standing::default();
        let rest = lines::read(source, limits, make, &mut |found| match found {
            LineValue::Event {
                made,
                has_id,
                at,
                odd,
            } => {
                self.tally.add_plain(has_id, at);
                if let Some(event) = odd {
                    self.tally.add_other_words(&event);
                }
                take_made(made, self.take)
            }
            LineValue::Object(value, offset) => {
                let outer = Some(offset);
                self.value(
                    &value,
                    &Standing {
                        outer,
                        ..Standing::default()
                    },
                )
            }
        })?;
        self.split(Splitter::from(rest.source, limits, rest.offset), &standing)
    }

    /// The same, value by value.
    #[cfg(test)]
    pub(super) fn values(&mut self, source: impl io::Read, limits: Limits) -> io::Result<()> {
        self.split(Splitter::from(source, limits, 0), &Standing::default())
    }

    fn split(&mut self, mut splitter: Splitter<impl io::Read>, standing: &Standing) -> io::Result<()> {
        let mut cut_off = None;
        while let Some(fragment) = splitter.fragment() {
            match fragment {
                Fragment::Text => self.tally.texts += u64::from(!standing.is_inside_broken),
                Fragment::Broken { offset, why: CUT_OFF } => cut_off = Some(offset),
                Fragment::Broken { offset, why } => self.broken(standing, offset, why),
                Fragment::Value {
                    bytes,
                    offset,
                    is_python,
                    is_inside_broken,
                } => {
                    let mut standing = standing.clone();
                    standing.is_inside_broken |= is_inside_broken;
                    match parse(bytes, is_python) {
                        Ok(value) => {
                            standing.outer = standing.outer.or(Some(offset));
                            self.value(&value, &standing)?;
                        }
                        Err(why) => self.broken(&standing, offset, why),
                    }
                }
            }
        }
        // A value that ends where reading does is no fault of its own.
        if let Some((offset, error)) = splitter.failure() {
            let why = format!("it cannot be read from there on: {error}");
            self.broken(standing, offset, &why);
        } else if let Some(offset) = cut_off {
            self.broken(standing, offset, CUT_OFF);
        }
        Ok(())
    }

    fn broken(&mut self, standing: &Standing, offset: u64, why: &str) {
        if !standing.is_inside_broken {
            let offset = standing.outer.unwrap_or(offset);
            self.tally.add_broken(self.file, offset, why);
        }
    }

    fn stranger(&mut self, standing: &Standing, kind: Stranger) {
        if !standing.is_inside_broken {
            self.tally.add_stranger(kind);
        }
    }

    fn event(&mut self, event: &mut AuthEvent) -> io::Result<()> {
        self.tally.add_event(event);
        (self.take)(event)
    }

    fn value(&mut self, value: &Value, standing: &Standing) -> io::Result<()> {
        match value {
            Value::Object(object) => self.object(object, standing),
            Value::String(text) => self.text(text, standing),
            Value::Array(list) => match message_of(list) {
                Some(message) => self.value(message, standing),
                None => list.iter().try_for_each(|value| self.value(value, standing)),
            },
            _ => {
                self.stranger(standing, Stranger::Other);
                Ok(())
            }
        }
    }

    /// A text that may have values in it.
    fn text(&mut self, text: &str, standing: &Standing) -> io::Result<()> {
        if standing.nested == MOST_NESTED {
            self.broken(standing, 0, TOO_NESTED);
            return Ok(());
        }
        // An empty text is said to be one: where it stands, something was meant to be.
        if text.trim().is_empty() {
            self.tally.texts += u64::from(!standing.is_inside_broken);
            return Ok(());
        }
        let inner = Standing {
            nested: standing.nested + 1,
            ..standing.clone()
        };
        let limits = Limits {
            value: text.len() + 1,
        };
        self.split(Splitter::from(text.as_bytes(), limits, 0), &inner)
    }

    fn object(&mut self, object: &Object, standing: &Standing) -> io::Result<()> {
        match line::read(object) {
            LineRead::Other => {}
            LineRead::Event(mut event) => return self.event(&mut event),
            LineRead::Unusable => {
                self.stranger(standing, Stranger::OtherVersion);
                return Ok(());
            }
        }
        match object.get("AuthEvents") {
            Some(Value::Array(list)) => return self.answer(list, &standing.around.within(object), standing),
            Some(inner @ Value::Object(_)) => return self.value(inner, standing),
            _ => {}
        }
        let message = object.get("message").and_then(Value::as_object);
        let source = record::text(object, "eventSource").unwrap_or_default();
        match message {
            Some(_) if source.eq_ignore_ascii_case("USER_NOTIFICATION") => {
                self.stranger(standing, Stranger::Notification);
                return Ok(());
            }
            Some(message) if is_export(message) => {
                let mut event = record::export(message, Some(object), self.tally);
                return self.event(&mut event);
            }
            _ => {}
        }
        if is_export(object) {
            let mut event = record::export(object, None, self.tally);
            return self.event(&mut event);
        }
        if is_answer(object) {
            let mut event = record::api(object, &standing.around, self.tally);
            return self.event(&mut event);
        }
        if object.contains_key("eventName") && source.ends_with(".amazonaws.com") {
            if source == "cognito-idp.amazonaws.com" {
                self.tally.trail += 1;
                (self.take_trail)(&trail::read(object));
            } else {
                self.stranger(standing, Stranger::OtherService);
            }
            return Ok(());
        }
        self.wrapper(object, standing)
    }

    fn answer(&mut self, list: &[Value], around: &Around, standing: &Standing) -> io::Result<()> {
        self.tally.wrappers += 1;
        for element in list {
            match element.as_object() {
                // Whatever it says: what stands in such a list is an event.
                Some(element) => {
                    let mut event = record::api(element, around, self.tally);
                    self.event(&mut event)?;
                }
                None => self.broken(standing, 0, "an element of `AuthEvents` is no object"),
            }
        }
        Ok(())
    }

    fn wrapper(&mut self, object: &Object, standing: &Standing) -> io::Result<()> {
        if record::text(object, "messageType").as_deref() == Some("CONTROL_MESSAGE") {
            self.stranger(standing, Stranger::Control);
            return Ok(());
        }
        let inner = Standing {
            around: standing.around.within(object),
            ..standing.clone()
        };
        let mut found = false;
        for name in WRAPPERS {
            match object.get(name) {
                Some(value @ (Value::Object(_) | Value::String(_))) => {
                    found = true;
                    self.value(value, &inner)?;
                }
                Some(value @ Value::Array(list)) => {
                    found = true;
                    // An empty one is an answer, too.
                    self.tally.wrappers += u64::from(list.is_empty());
                    self.value(value, &inner)?;
                }
                _ => {}
            }
        }
        if let Some(Value::String(text)) = object.get("data")
            && let Some(bytes) = packed(text)
        {
            found = true;
            self.packed(&bytes, &inner)?;
        }
        if !found {
            self.stranger(standing, Stranger::Other);
        }
        Ok(())
    }

    /// What a stream or a subscription hands to a function: a text that is compressed, then written in base64.
    fn packed(&mut self, bytes: &[u8], standing: &Standing) -> io::Result<()> {
        if standing.nested == MOST_NESTED {
            self.broken(standing, 0, TOO_NESTED);
            return Ok(());
        }
        let inner = Standing {
            nested: standing.nested + 1,
            ..standing.clone()
        };
        let (_, source) = decode::decoded(Box::new(bytes));
        self.split(Splitter::from(source, Limits::default(), 0), &inner)
    }
}

/// What a text in base64 stands for, if that may hold values: something compressed, or JSON.
fn packed(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok()?;
    (decode::is_compressed(&bytes) || bytes.contains(&b'{')).then_some(bytes)
}

fn parse(bytes: &[u8], is_python: bool) -> Result<Value, &'static str> {
    if is_python {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
        return python::parse(text).ok_or("it is neither JSON nor Python's text of data");
    }
    json::value(bytes).map_err(|error| match std::str::from_utf8(bytes) {
        Err(_) => "it is not UTF-8",
        Ok(_) if json::doubled(&error) => "an object in it has a member twice",
        Ok(_) => "it is not JSON: a number or an escape in it is wrong",
    })
}

/// The `message` of the export, alone as well. One without a type is an event of an unknown type.
fn is_export(object: &Object) -> bool {
    let has = |name| object.contains_key(name);
    let is_of_event = ["eventType", "eventResponse", "riskLevel", "riskDecision"]
        .into_iter()
        .any(has);
    is_of_event && (has("eventId") || has("userPoolId")) && !has("eventVersion") && !has("eventSource")
}

/// An element of `AuthEvents`, alone as well.
fn is_answer(object: &Object) -> bool {
    let members = ["EventType", "EventId", "EventResponse", "EventRisk"];
    let has = |name: &&str| object.contains_key(*name);
    members.into_iter().filter(has).count() > 1
}

/// The `@message` of a row of query results: a list of fields and values.
fn message_of(row: &[Value]) -> Option<&Value> {
    let field = |value: &Value, name: &str| value.get("field").and_then(Value::as_str) == Some(name);
    row.iter().find(|value| field(value, "@message"))?.get("value")
}
