//! What an administrator says of an event: `AdminUpdateAuthEventFeedback`.

use serde_json::{Value, json};

use crate::simulator::cognito::read::{mode_is_off, pool, text};
use crate::simulator::cognito::risk::add_on_not_enabled;
use crate::simulator::cognito::users::is_named;
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};

/// Sets the feedback; a second one replaces the first. AWS's answer for an event that is not there is not confirmed.
pub(super) fn give(context: &mut Context<'_>, input: &Value) -> Answer {
    let now = context.now;
    let (_, pool) = pool(context, input)?;
    if mode_is_off(pool) {
        return Err(add_on_not_enabled());
    }
    let name = text(input, "Username").unwrap_or_default();
    let mut users = pool.users.iter_mut();
    let found = users.find(|(own, user)| is_named(own, user, name));
    let (_, user) = found.ok_or_else(|| Failure::new("UserNotFoundException", "User does not exist."))?;
    let id = text(input, "EventId").unwrap_or_default();
    let mut events = user.auth_events.iter_mut();
    let event = events.find(|event| event.get("EventId").and_then(Value::as_str) == Some(id));
    let missing = || Failure::new("ResourceNotFoundException", "Event does not exist.");
    let event = event.ok_or_else(missing)?;
    let value = input.get("FeedbackValue").cloned().unwrap_or_default();
    let feedback = json!({ "FeedbackValue": value, "Provider": "Admin", "FeedbackDate": now });
    event.insert("EventFeedback".into(), feedback);
    Ok(json!({}))
}
