//! When a pool or client was changed.

use serde_json::{Value, json};

use crate::simulator::state::RawMembers;

/// The service keeps milliseconds: two changes in one of them must still be distinguished.
const STEP: f64 = 0.001;

/// Sets `LastModifiedDate` to now, and later than it was.
pub(in crate::simulator) fn touch(members: &mut RawMembers, now: f64) {
    let was = members.get("LastModifiedDate").and_then(Value::as_f64);
    let at = was.map_or(now, |was| now.max(was + STEP));
    members.insert("LastModifiedDate".into(), json!(at));
}
