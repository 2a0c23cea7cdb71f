//! AWS CloudTrail: the events of the last 90 days.

use serde_json::{Value, json};

use crate::simulator::clock;
use crate::simulator::context::{self, Context};
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::RawMembers;

/// Most events on a page, which is also how many there are if nothing is said.
const MOST: u64 = 50;

/// How long events are kept, in seconds.
const KEPT: f64 = 90.0 * 24.0 * 3600.0;

/// Carries out an operation; `None` if there is none of this name.
pub(super) fn call(context: &mut Context<'_>, operation: &str, input: &Value) -> Option<Answer> {
    (operation == "LookupEvents").then(|| lookup_events(context, input))
}

fn lookup_events(context: &mut Context<'_>, input: &Value) -> Answer {
    let attributes = input.get("LookupAttributes").and_then(Value::as_array);
    let attributes = attributes.map(Vec::as_slice).unwrap_or_default();
    if attributes.len() > 1 {
        let what = "You can only specify one lookup attribute";
        return Err(Failure::new("InvalidLookupAttributesException", what));
    }
    let asked = input.get("MaxResults").and_then(Value::as_u64).unwrap_or(MOST);
    if !(1..=MOST).contains(&asked) {
        let what = "A limit between 1 and 50 must be specified";
        return Err(Failure::new("InvalidMaxResultsException", what));
    }
    let time = |name: &str| input.get(name).and_then(Value::as_f64);
    let oldest = context.now - KEPT;
    let from = time("StartTime").unwrap_or(oldest).max(oldest);
    let to = time("EndTime").unwrap_or(context.now);
    if from > to {
        let what = "The start time must be before the end time";
        return Err(Failure::new("InvalidTimeRangeException", what));
    }
    let size = context.page(Some(&json!(asked)), 50);
    let hollow = context.behaviour.hollow_pages;
    let fits = |event: &RawMembers| attributes.iter().all(|attribute| fits(event, attribute));
    let within = |event: &&RawMembers| at(event) >= from && at(event) <= to && fits(event);
    let events = context.here().events.iter().filter(within);
    let keyed = context::newest_first(events, |event| at(event));
    let token = input.get("NextToken").and_then(Value::as_str);
    let found = context::page(&keyed, (token, size, hollow), |_, event| Some(served(event)));
    let found = found.map_err(|_| Failure::new("InvalidNextTokenException", "Invalid token"))?;
    Ok(found.listing("Events"))
}

fn at(event: &RawMembers) -> f64 {
    event.get("EventTime").and_then(Value::as_f64).unwrap_or_default()
}

/// Whether an event has an attribute: its own member, or for resources one of them.
fn fits(event: &RawMembers, attribute: &Value) -> bool {
    let text = |name: &str| attribute.get(name).and_then(Value::as_str).unwrap_or_default();
    let (key, wanted) = (text("AttributeKey"), text("AttributeValue"));
    let resources = event.get("Resources").and_then(Value::as_array);
    match key {
        "ResourceName" | "ResourceType" => resources
            .into_iter()
            .flatten()
            .any(|resource| resource.get(key).and_then(Value::as_str) == Some(wanted)),
        _ => event.get(key).and_then(Value::as_str) == Some(wanted),
    }
}

/// The record itself is text, with JSON in it, and the event's time.
fn served(event: &RawMembers) -> Value {
    let mut members = event.clone();
    if let Some(Value::Object(record)) = event.get("CloudTrailEvent") {
        let mut record = record.clone();
        record
            .entry("eventTime")
            .or_insert_with(|| json!(clock::text(at(event))));
        members.insert("CloudTrailEvent".into(), json!(Value::Object(record).to_string()));
    }
    Value::Object(members)
}
