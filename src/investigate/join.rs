//! Which event and which record are of one request: by the id of the request, or, where an event has none, as in answers of the API,
//! by user, address, kind, outcome and time. docs/facts.md, "Events".

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::investigate::step::{Joined, TimelineStep};
use crate::model::event::{AuthEvent, AuthEventType, CloudTrailRecord, EventResponse};

/// Most seconds between both where no id says so.
const MOST_APART: i64 = 5;

/// Most seconds between the event and the record of one request: a challenge may be answered in between.
const MOST_ANSWERED: i64 = 15 * 60;

/// What both have to have in common beside their user: address, kind, and whether it failed; a page does not say that.
type Likeness = (String, AuthEventType, Option<bool>);

/// Whether an event and a record with the same request id are of one request: that both have the same id is not documented, so
/// nothing else of them may differ.
pub(super) fn is_of_one(event: &AuthEvent, record: &CloudTrailRecord) -> bool {
    let agrees = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let times = event.at.zip(record.at);
    let is_near = times.is_none_or(|(a, b)| (a.as_second() - b.as_second()).abs() <= MOST_ANSWERED);
    is_near
        && agrees(&event.sub, &record.sub)
        && agrees(&event.client, &record.client)
        && agrees(&event.address, &record.address)
}

/// Gives each event the nearest record that is like it, in order of time, each record once. `steps` are those of one user, and so are
/// `records`; those that are left over are returned.
pub(super) fn by_time(
    steps: &mut [TimelineStep],
    mut records: Vec<CloudTrailRecord>,
) -> Vec<CloudTrailRecord> {
    records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let (mut alike, mut left): (HashMap<Likeness, VecDeque<_>>, _) = (HashMap::new(), Vec::new());
    for record in records {
        match of_record(&record).zip(record.at) {
            Some((likeness, at)) => alike.entry(likeness).or_default().push_back((at, record)),
            None => left.push(record),
        }
    }
    let mut open: Vec<_> = steps.iter_mut().filter(|step| step.record.is_none()).collect();
    open.sort_by(|a, b| order(a).cmp(&order(b)));
    for step in open {
        let Some((at, likenesses)) = step
            .event
            .as_ref()
            .and_then(|event| event.at.zip(of_event(event)))
        else {
            continue;
        };
        for likeness in likenesses {
            let Some(queue) = alike.get_mut(&likeness) else {
                continue;
            };
            step.record = nearest(queue, at, &mut left);
            if step.record.is_some() {
                step.joined = Joined::ByTime;
                break;
            }
        }
    }
    left.extend(alike.into_values().flatten().map(|(_, record)| record));
    left
}

fn order(step: &TimelineStep) -> (Option<Timestamp>, Option<&String>) {
    (step.at(), step.event.as_ref().and_then(|event| event.id.as_ref()))
}

/// Takes the record that is nearest to a time, if one is near. Records before it are too old for all events that follow.
fn nearest(
    queue: &mut VecDeque<(Timestamp, CloudTrailRecord)>,
    at: Timestamp,
    left: &mut Vec<CloudTrailRecord>,
) -> Option<CloudTrailRecord> {
    let apart = |other: Timestamp| (other.as_millisecond() - at.as_millisecond()).abs();
    while let Some((first, _)) = queue.front() {
        let is_past = *first < at && apart(*first) > MOST_APART * 1_000;
        let has_nearer = queue
            .get(1)
            .is_some_and(|(second, _)| apart(*second) < apart(*first));
        if !is_past && !has_nearer {
            break;
        }
        left.extend(queue.pop_front().map(|(_, record)| record));
    }
    let is_near = queue
        .front()
        .is_some_and(|(first, _)| apart(*first) <= MOST_APART * 1_000);
    queue.pop_front_if(|_| is_near).map(|(_, record)| record)
}

/// What a record of an event has to be like, the closest first. Events with a request id are of requests with that id.
fn of_event(event: &AuthEvent) -> Option<[Likeness; 2]> {
    let is_open = event.request.is_none() && event.idp.is_none();
    let address = event.address.clone().filter(|_| is_open)?;
    let kind = event.event_type.known()?;
    let failed = event.response.known()? == EventResponse::Fail;
    Some([Some(failed), None].map(|failed| (address.clone(), kind, failed)))
}

fn of_record(record: &CloudTrailRecord) -> Option<Likeness> {
    let action = record.action.as_deref()?;
    let is_refresh = record
        .flow
        .as_deref()
        .is_some_and(|flow| flow.starts_with("REFRESH_TOKEN"));
    let kind = match action.trim_start_matches("Admin") {
        "InitiateAuth" | "RespondToAuthChallenge" if !is_refresh => AuthEventType::SignIn,
        "SignUp" | "Signup_POST" | "signup_POST" => AuthEventType::SignUp,
        "ForgotPassword" | "ConfirmForgotPassword" => AuthEventType::ForgotPassword,
        "ChangePassword" => AuthEventType::PasswordChange,
        "ResendConfirmationCode" => AuthEventType::ResendCode,
        page if record.is_page && page.to_lowercase().contains("login") && page.ends_with("_POST") => {
            AuthEventType::SignIn
        }
        _ => return None,
    };
    Some((record.address.clone()?, kind, record.has_failed()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::event::Spelled;

    fn at(tenth: i64) -> Option<Timestamp> {
        Timestamp::from_millisecond(1_791_187_200_000 + tenth * 100).ok()
    }

    fn event(tenth: i64, response: &str) -> TimelineStep {
        TimelineStep {
            event: Some(AuthEvent {
                id: Some(format!("e-{tenth}")),
                at: at(tenth),
                address: Some("192.0.2.1".to_owned()),
                event_type: Spelled::read(Some("SignIn")),
                response: Spelled::read(Some(response)),
                ..AuthEvent::default()
            }),
            ..TimelineStep::default()
        }
    }

    fn record(tenth: i64, failed: bool) -> CloudTrailRecord {
        CloudTrailRecord {
            id: Some(format!("t-{tenth}")),
            action: Some("InitiateAuth".to_owned()),
            at: at(tenth),
            address: Some("192.0.2.1".to_owned()),
            code: failed.then(|| "NotAuthorizedException".to_owned()),
            request: Some("r".to_owned()),
            ..CloudTrailRecord::default()
        }
    }

    /// Which record each event got, and how many are left.
    fn joined(mut steps: Vec<TimelineStep>, records: Vec<CloudTrailRecord>) -> (Vec<Option<String>>, usize) {
        let left = by_time(&mut steps, records);
        let ids = steps.iter().map(|step| {
            assert_eq!(step.record.is_some(), step.joined == Joined::ByTime);
            step.record.as_ref().and_then(|record| record.id.clone())
        });
        (ids.collect(), left.len())
    }

    #[test]
    fn the_nearest_record_that_is_alike_is_the_events() {
        let some = |tenth: i64| Some(format!("t-{tenth}"));
        let near = joined(
            vec![event(40, "Fail")],
            vec![record(0, true), record(38, true), record(39, false)],
        );
        assert_eq!(near, (vec![some(38)], 2));
        // Each record once, in order of time.
        let many = joined(
            vec![event(41, "Pass"), event(40, "Pass")],
            vec![record(40, false), record(41, false)],
        );
        assert_eq!(many, (vec![some(41), some(40)], 0));
        assert_eq!(
            joined(vec![event(0, "Pass")], vec![record(50, false)]),
            (vec![some(50)], 0)
        );
        assert_eq!(
            joined(vec![event(0, "Pass")], vec![record(51, false)]),
            (vec![None], 1)
        );
        assert_eq!(
            joined(vec![event(51, "Pass")], vec![record(0, false)]),
            (vec![None], 1)
        );
        // A challenge that is open is no refusal.
        assert_eq!(joined(vec![event(0, "InProgress")], vec![record(1, false)]).1, 0);
    }

    #[test]
    fn what_differs_is_another_request() {
        let change = |change: &dyn Fn(&mut CloudTrailRecord)| {
            let mut other = record(0, false);
            change(&mut other);
            joined(vec![event(0, "Pass")], vec![other]).1
        };
        assert_eq!(change(&|_| {}), 0);
        assert_eq!(change(&|record| record.address = Some("192.0.2.2".to_owned())), 1);
        assert_eq!(change(&|record| record.address = None), 1);
        assert_eq!(change(&|record| record.at = None), 1);
        assert_eq!(change(&|record| record.action = Some("SignUp".to_owned())), 1);
        assert_eq!(
            change(&|record| record.flow = Some("REFRESH_TOKEN_AUTH".to_owned())),
            1
        );
        let page = |record: &mut CloudTrailRecord| {
            record.is_page = true;
            record.action = Some("login_POST".to_owned());
        };
        assert_eq!(change(&page), 0, "a page does not say whether it failed");
        // An event with a request id is of the request with that id alone.
        let mut exported = event(0, "Pass");
        exported.event.as_mut().unwrap().request = Some("another".to_owned());
        assert_eq!(joined(vec![exported], vec![record(0, false)]).1, 1);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_far_is_joined(
            events in prop::collection::vec((0_i64..300, any::<bool>()), 0..20),
            records in prop::collection::vec((0_i64..300, any::<bool>()), 0..20),
        ) {
            let word = |failed: bool| if failed { "Fail" } else { "Pass" };
            let mut steps: Vec<_> = events.iter().map(|(tenth, failed)| event(*tenth, word(*failed))).collect();
            let all: Vec<_> = records.iter().map(|(tenth, failed)| record(*tenth, *failed)).collect();
            let left = by_time(&mut steps, all);
            let taken = steps.iter().filter(|step| step.record.is_some()).count();
            prop_assert_eq!(taken + left.len(), records.len());
            for step in &steps {
                let Some(record) = &step.record else { continue };
                let event = step.event.as_ref().unwrap();
                let apart = event.at.unwrap().as_millisecond() - record.at.unwrap().as_millisecond();
                prop_assert!(apart.abs() <= MOST_APART * 1_000);
                prop_assert_eq!(event.response.known() == Some(EventResponse::Fail), record.code.is_some());
            }
        }
    }
}
