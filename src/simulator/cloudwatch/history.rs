//! Changes of alarms' states.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::simulator::clock;
use crate::simulator::cloudwatch::input::{bad_token, text};
use crate::simulator::context::{self, Context};
use crate::simulator::failure::Answer;
use crate::simulator::state::RawMembers;

/// `DescribeAlarmHistory`: newest first unless something else is asked. Types of alarms are not told apart.
pub(super) fn describe(context: &mut Context<'_>, input: &Value) -> Answer {
    let size = context.page(input.get("MaxRecords"), 100);
    let hollow = context.behaviour.hollow_pages;
    let (name, kind) = (text(input, "AlarmName"), text(input, "HistoryItemType"));
    let oldest_first = text(input, "ScanBy") == Some("TimestampAscending");
    let mut keyed: BTreeMap<String, Value> = BTreeMap::new();
    for (alarm, changes) in &context.here().alarm_history {
        let fits = |change: &&RawMembers| {
            let own = change
                .get("HistoryItemType")
                .and_then(Value::as_str)
                .unwrap_or("StateUpdate");
            name.is_none_or(|name| name == alarm) && kind.is_none_or(|kind| kind == own)
        };
        for (number, change) in changes.iter().filter(fits).enumerate() {
            let order = if oldest_first {
                at(change)
            } else {
                1e12 - at(change)
            };
            keyed.insert(
                format!("{order:020.3}-{number:08}-{alarm}"),
                served(alarm, change),
            );
        }
    }
    let token = text(input, "NextToken");
    let found = context::page(&keyed, (token, size, hollow), |_, change| Some(change.clone()));
    let found = found.map_err(|_| bad_token())?;
    Ok(found.listing("AlarmHistoryItems"))
}

fn at(change: &RawMembers) -> f64 {
    change
        .get("Timestamp")
        .and_then(Value::as_f64)
        .unwrap_or_default()
}

/// The data are text with JSON in it; times in there are texts without a colon in the offset.
fn served(alarm: &str, change: &RawMembers) -> Value {
    let mut members = change.clone();
    members.insert("AlarmName".into(), json!(alarm));
    members
        .entry("HistoryItemType")
        .or_insert_with(|| json!("StateUpdate"));
    if let Some(data @ Value::Object(_)) = change.get("HistoryData") {
        let mut data = data.clone();
        for name in ["startDate", "queryDate"] {
            let place = data.pointer_mut(&format!("/newState/stateReasonData/{name}"));
            if let Some((place, seconds)) =
                place.and_then(|place| place.as_f64().map(|seconds| (place, seconds)))
            {
                *place = json!(clock::text(seconds).replace('Z', ".000+0000"));
            }
        }
        members.insert("HistoryData".into(), json!(data.to_string()));
    }
    Value::Object(members)
}
