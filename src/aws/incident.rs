//! Answers that an investigation asks for, into the port's words: alarm history, CloudTrail records, users, auth events.

use aws_sdk_cloudtrail::operation::lookup_events::LookupEventsOutput;
use aws_sdk_cloudwatch::operation::describe_alarm_history::DescribeAlarmHistoryOutput;
use aws_sdk_cognitoidentityprovider::operation::list_users::ListUsersOutput;
use jiff::Timestamp;
use serde_json::Value;

use crate::aws::error::CallError;
use crate::aws::port::{AlarmChange, Page, UserEntry};
use crate::aws::subject::is;
use crate::model::observed::Failure;

fn not_understood(words: &str) -> CallError {
    CallError::failed(Failure::NotUnderstood, words)
}

/// Changes of the state of an alarm, which was asked for. One without a time says nothing.
pub(super) fn alarm_changes(
    answer: DescribeAlarmHistoryOutput,
    alarm: &str,
) -> Result<Page<AlarmChange>, CallError> {
    let mut page = Page::new([], answer.next_token);
    for item in answer.alarm_history_items.unwrap_or_default() {
        is(item.alarm_name.as_deref().or(Some(alarm)), alarm)?;
        let at = item
            .timestamp
            .and_then(|at| Timestamp::from_second(at.secs()).ok());
        let data = item
            .history_data
            .and_then(|text| crate::json::value(text.as_bytes()).ok());
        if data.is_none() {
            page.odd = Some(not_understood("a change of the alarm's state has no data"));
        }
        match at {
            Some(at) => page.items.push(AlarmChange { at, data }),
            None => page.odd = Some(not_understood("a change of the alarm's state has no time")),
        }
    }
    Ok(page)
}

/// The records themselves. An event without one, or with one that is not JSON, makes the page one that is not whole.
pub(super) fn records(answer: LookupEventsOutput) -> Page<Value> {
    let mut page = Page::new([], answer.next_token);
    for event in answer.events.unwrap_or_default() {
        let record = event
            .cloud_trail_event
            .and_then(|text| crate::json::value(text.as_bytes()).ok());
        match record {
            Some(record) => page.items.push(record),
            None => page.odd = Some(not_understood("an event has no record in it")),
        }
    }
    page
}

/// Users by name. One without a name cannot be asked about.
pub(super) fn users(answer: ListUsersOutput) -> Page<UserEntry> {
    let mut page = Page::new([], answer.pagination_token);
    for user in answer.users.unwrap_or_default() {
        let subs = user.attributes.unwrap_or_default().into_iter();
        let sub = subs.filter(|one| one.name == "sub").find_map(|one| one.value);
        match user.username.filter(|name| !name.is_empty()) {
            Some(name) => page.items.push(UserEntry {
                name,
                sub,
                status: user.user_status.map(|status| status.as_str().to_owned()),
            }),
            None => page.odd = Some(not_understood("a user has no name")),
        }
    }
    page
}

/// A user's events as they came, from the whole body of the answer.
pub(super) fn auth_events(body: &Value) -> Page<Value> {
    let next = body.get("NextToken").and_then(Value::as_str);
    let list = body.get("AuthEvents").and_then(Value::as_array);
    Page {
        odd: list
            .is_none()
            .then(|| not_understood("`AuthEvents` is not a list")),
        ..Page::new(list.cloned().unwrap_or_default(), next.map(str::to_owned))
    }
}
