//! Which event and which record are of one request: by the id of the request, or, where an event has none, as in answers of the API,
//! by user, address, kind, outcome and time. docs/facts.md, "Events".

use std::collections::HashMap;

use jiff::Timestamp;

use crate::investigate::step::{Joined, TimelineStep};
use crate::model::event::{AuthEvent, AuthEventType, CloudTrailRecord, EventResponse};

/// Most seconds between both where no id says so.
const MOST_APART: i64 = 5;

/// Most seconds between the event and the record of one request: a challenge may be answered in between.
const MOST_ANSWERED: i64 = 15 * 60;

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Failed,
    Passed,
    /// With a challenge, as these flows always begin: the answer to it is another record of the same sign-in.
    Opened,
    /// A page does not say it.
    Unsaid,
}

/// What both have to have in common beside their user: address, kind, end, and the client where both have to name it.
type Likeness = (String, AuthEventType, End, Option<String>);

/// When something was, and where it is.
type Timed = (Timestamp, usize);

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

/// Gives events the records that are like them, by time, each record once, where only one of them can be meant. `steps` are those of
/// one user, and so are `records`; those that are left over are returned.
pub(super) fn by_time(steps: &mut [TimelineStep], records: Vec<CloudTrailRecord>) -> Vec<CloudTrailRecord> {
    let mut records: Vec<_> = records.into_iter().map(Some).collect();
    for end in [End::Failed, End::Passed, End::Unsaid, End::Opened] {
        for by_client in [true, false] {
            round(steps, &mut records, end, by_client);
        }
    }
    records.into_iter().flatten().collect()
}

/// Joins what is still open and ended so; `by_client` says that both name the same client.
fn round(steps: &mut [TimelineStep], records: &mut [Option<CloudTrailRecord>], end: End, by_client: bool) {
    let mut alike: HashMap<Likeness, (Vec<Timed>, Vec<Timed>)> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        let Some(record) = record else { continue };
        let likeness = of_record(record, by_client).filter(|likeness| likeness.2 == end);
        if let Some((likeness, at)) = likeness.zip(record.at) {
            alike.entry(likeness).or_default().1.push((at, index));
        }
    }
    for (index, step) in steps.iter().enumerate() {
        let Some(event) = step.event.as_ref().filter(|_| step.record.is_none()) else {
            continue;
        };
        let group = of_event(event, end, by_client).and_then(|likeness| alike.get_mut(&likeness));
        if let Some(((events, _), at)) = group.zip(event.at) {
            events.push((at, index));
        }
    }
    for (mut events, mut found) in alike.into_values() {
        let record = |index: &usize| records.get(*index).and_then(Option::as_ref);
        events.sort_unstable();
        found.sort_by_cached_key(|(at, index)| {
            (at.as_second(), record(index).and_then(|record| record.id.clone()))
        });
        let pairs: Vec<_> = clusters(&events, &found)
            .into_iter()
            .flat_map(|(events, found)| certain(steps, records, events, found))
            .collect();
        for (step, record) in pairs {
            if let Some((step, record)) = steps.get_mut(step).zip(records.get_mut(record)) {
                (step.record, step.joined) = (record.take(), Joined::ByTime);
            }
        }
    }
}

/// Those of both that are near each other, each with all that could be meant instead. Records have whole seconds, so that an
/// event's second counts. Both are in order.
fn clusters<'a>(events: &'a [Timed], records: &'a [Timed]) -> Vec<(&'a [Timed], &'a [Timed])> {
    let second = |all: &[Timed], index: usize| all.get(index).map(|(at, _)| at.as_second());
    let (mut found, mut event, mut record) = (Vec::new(), 0, 0);
    while let Some((mut one, mut other)) = second(events, event).zip(second(records, record)) {
        if one + MOST_APART < other {
            event += 1;
            continue;
        }
        if other + MOST_APART < one {
            record += 1;
            continue;
        }
        let begun = (event, record);
        (event, record) = (event + 1, record + 1);
        loop {
            if let Some(at) = second(events, event).filter(|at| *at <= other + MOST_APART) {
                (one, event) = (at, event + 1);
            } else if let Some(at) = second(records, record).filter(|at| *at <= one + MOST_APART) {
                (other, record) = (at, record + 1);
            } else {
                break;
            }
        }
        let both = events.get(begun.0..event).zip(records.get(begun.1..record));
        found.extend(both);
    }
    found
}

/// The pairs of which only one reading is possible: there are as many events as records, and they follow each other in the same order.
/// Where that order is not known, records have to be alike in all but their ids.
fn certain(
    steps: &[TimelineStep],
    records: &[Option<CloudTrailRecord>],
    events: &[Timed],
    found: &[Timed],
) -> Vec<(usize, usize)> {
    let pairs: Vec<_> = events.iter().zip(found).collect();
    let fits = pairs.iter().all(|((at, step), (second, record))| {
        let event = steps.get(*step).and_then(|step| step.event.as_ref());
        let record = records.get(*record).and_then(Option::as_ref);
        let is_near = (at.as_second() - second.as_second()).abs() <= MOST_APART;
        is_near
            && event
                .zip(record)
                .is_some_and(|(event, record)| is_of_one(event, record))
    });
    if events.len() != found.len() || !fits {
        return Vec::new();
    }
    let has_order = |(event, record): &(&Timed, &Timed), (later, after): &(&Timed, &Timed)| {
        event.0 < later.0 && record.0.as_second() < after.0.as_second()
    };
    let shown = |index: usize| {
        let record = records.get(index).and_then(Option::as_ref);
        record.map(|record| CloudTrailRecord {
            id: None,
            request: None,
            at: None,
            ..record.clone()
        })
    };
    let runs = pairs.chunk_by(|one, next| !has_order(one, next));
    let alike = runs.filter(|run| {
        let mut shown = run.iter().map(|(_, (_, record))| shown(*record));
        let first = shown.next();
        shown.all(|next| Some(next) == first)
    });
    alike
        .flatten()
        .map(|((_, step), (_, record))| (*step, *record))
        .collect()
}

/// What a record of an event has to be like that ended so. Events with a request id are of requests with that id.
fn of_event(event: &AuthEvent, end: End, by_client: bool) -> Option<Likeness> {
    let is_open = event.request.is_none() && event.idp.is_none();
    let address = event.address.clone().filter(|_| is_open)?;
    let kind = event.event_type.known()?;
    let failed = event.response.known()? == EventResponse::Fail;
    let fits = match end {
        End::Failed => failed,
        End::Passed | End::Opened => !failed,
        End::Unsaid => true,
    };
    let client = by_client.then(|| event.client.clone());
    (fits && client != Some(None)).then(|| (address, kind, end, client.flatten()))
}

fn of_record(record: &CloudTrailRecord, by_client: bool) -> Option<Likeness> {
    let action = record.action.as_deref()?.trim_start_matches("Admin");
    let flow = record.flow.as_deref().unwrap_or_default();
    let kind = match action {
        "InitiateAuth" | "RespondToAuthChallenge" if !flow.starts_with("REFRESH_TOKEN") => {
            AuthEventType::SignIn
        }
        "SignUp" | "Signup_POST" | "signup_POST" => AuthEventType::SignUp,
        "ForgotPassword" | "ConfirmForgotPassword" => AuthEventType::ForgotPassword,
        "ChangePassword" => AuthEventType::PasswordChange,
        "ResendConfirmationCode" => AuthEventType::ResendCode,
        page if record.is_page && page.to_lowercase().contains("login") && page.ends_with("_POST") => {
            AuthEventType::SignIn
        }
        _ => return None,
    };
    let end = match record.has_failed() {
        Some(true) => End::Failed,
        Some(false) if action == "InitiateAuth" && matches!(flow, "USER_SRP_AUTH" | "CUSTOM_AUTH") => {
            End::Opened
        }
        Some(false) => End::Passed,
        None => End::Unsaid,
    };
    let client = by_client.then(|| record.client.clone());
    (client != Some(None)).then_some((record.address.clone()?, kind, end, client.flatten()))
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

    const SOME: fn(i64) -> Option<String> = |tenth| Some(format!("t-{tenth}"));

    /// The only record that is alike and near is the events.
    #[test]
    fn single_near_match_is_joined() {
        let near = joined(
            vec![event(140, "Fail")],
            vec![record(0, true), record(130, true), record(140, false)],
        );
        assert_eq!(near, (vec![SOME(130)], 2));
        let of = |event_at: i64, word: &str, record_at: i64, failed: bool| {
            joined(vec![event(event_at, word)], vec![record(record_at, failed)])
        };
        assert_eq!(of(0, "Pass", 50, false), (vec![SOME(50)], 0));
        assert_eq!(of(59, "Pass", 0, false), (vec![SOME(0)], 0), "whole seconds");
        assert_eq!(of(0, "Pass", 60, false), (vec![None], 1));
        assert_eq!(of(60, "Pass", 0, false), (vec![None], 1));
        // A challenge that is open is no refusal.
        assert_eq!(of(0, "InProgress", 1, false).1, 0);
        // Two could be meant: no one is taken, and no other event suffers from it.
        let two = vec![record(0, true), record(30, true), record(200, true)];
        assert_eq!(
            joined(vec![event(20, "Fail"), event(205, "Fail")], two),
            (vec![None, SOME(200)], 2)
        );
    }

    /// Bursts are joined in their order although records have whole seconds.
    #[test]
    fn bursts_joined_in_order() {
        for within in 0..10 {
            let times = [2, 0, 1, 3].map(|second| second * 10);
            let events = times.map(|at| event(at + within, "Fail")).to_vec();
            let records = [30, 10, 0, 20].map(|at| record(at, true)).to_vec();
            let wanted = times.map(SOME).to_vec();
            assert_eq!(joined(events, records), (wanted, 0), "{within}");
        }
        // Of two in one second nobody knows which came first, unless they are alike.
        let events = || [1, 5, 15].map(|at| event(at, "Fail")).to_vec();
        let records = |message: &str| {
            let mut records = [0, 0, 10].map(|at| record(at, true)).to_vec();
            records[1].id = Some("t-other".to_owned());
            records[1].message = Some(message.to_owned());
            records
        };
        assert_eq!(
            joined(events(), records("Password attempts exceeded")),
            (vec![None, None, SOME(10)], 2)
        );
        let mut alike = records("");
        alike[1].message = None;
        assert_eq!(joined(events(), alike).1, 0);
        // A record that is missing leaves open whose the others are.
        let lost = [10, 20].map(|at| record(at, true)).to_vec();
        assert_eq!(joined(events(), lost), (vec![None; 3], 2));
    }

    #[test]
    fn another_client_is_another_request() {
        let of = |step: TimelineStep, client: &str| {
            let mut step = step;
            step.event.as_mut().unwrap().client = Some(client.to_owned());
            step
        };
        let by = |record: CloudTrailRecord, client: &str| CloudTrailRecord {
            client: Some(client.to_owned()),
            ..record
        };
        let web = || of(event(0, "Pass"), "web");
        assert_eq!(
            joined(vec![web()], vec![by(record(20, false), "otherapp")]),
            (vec![None], 1)
        );
        let both = vec![by(record(0, false), "otherapp"), by(record(20, false), "web")];
        assert_eq!(joined(vec![web()], both), (vec![SOME(20)], 1));
        assert_eq!(joined(vec![web()], vec![record(0, false)]).1, 0, "it names none");
    }

    /// The answer to a challenge ends a sign-in that begins with one.
    #[test]
    fn challenge_answer_ends_sign_in() {
        let opened = |at: i64| CloudTrailRecord {
            flow: Some("USER_SRP_AUTH".to_owned()),
            ..record(at, false)
        };
        let answer = |at: i64| CloudTrailRecord {
            action: Some("RespondToAuthChallenge".to_owned()),
            ..record(at, false)
        };
        let passed = joined(vec![event(3, "Pass")], vec![opened(0), answer(10)]);
        assert_eq!(passed, (vec![SOME(10)], 1));
        let left_open = joined(vec![event(3, "InProgress")], vec![opened(0)]);
        assert_eq!(left_open, (vec![SOME(0)], 0));
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
        /// Nothing is lost and nothing far is joined.
        #[test]
        fn random_join_keeps_all_within_range(
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
                let apart = event.at.unwrap().as_second() - record.at.unwrap().as_second();
                prop_assert!(apart.abs() <= MOST_APART);
                prop_assert_eq!(event.response.known() == Some(EventResponse::Fail), record.code.is_some());
            }
        }

        /// Requests with their true pairs: an event in milliseconds, a record of the same second, and no two in one second.
        #[test]
        fn true_pairs_are_found_and_no_others(
            requests in prop::collection::vec((10_i64..80, any::<bool>(), 0_i64..10), 1..30),
            turn in 0_usize..30,
        ) {
            let (mut second, mut events, mut records) = (0, Vec::new(), Vec::new());
            for (gap, failed, within) in requests {
                second += gap / 10 * 10;
                events.push(event(second + within, if failed { "Fail" } else { "Pass" }));
                records.push(record(second, failed));
            }
            let turned = turn % records.len();
            records.rotate_left(turned);
            let left = by_time(&mut events, records);
            prop_assert!(left.is_empty());
            for step in &events {
                let second = step.at().unwrap().as_second();
                prop_assert_eq!(step.record.as_ref().unwrap().at.unwrap().as_second(), second);
            }
        }

        /// As slowly as possible: whatever assignment of all events to records in order is allowed, a pair that is joined is in it.
        #[test]
        fn joined_pairs_hold_in_every_assignment(
            events in prop::collection::vec((0_i64..300, any::<bool>()), 1..6),
            records in prop::collection::vec((0_i64..30, any::<bool>()), 1..6),
        ) {
            let word = |failed: bool| if failed { "Fail" } else { "Pass" };
            let mut steps: Vec<_> = events.iter().map(|(tenth, failed)| event(*tenth, word(*failed))).collect();
            let all: Vec<_> = records.iter().enumerate().map(|(index, (second, failed))| CloudTrailRecord {
                id: Some(format!("t-{index}")),
                agent: Some(index.to_string()),
                ..record(*second * 10, *failed)
            }).collect();
            by_time(&mut steps, all.clone());
            let orders = assignments(&steps, &all);
            for (index, step) in steps.iter().enumerate() {
                let Some(joined) = &step.record else { continue };
                for order in &orders {
                    prop_assert_eq!(&all[order[index]].id, &joined.id);
                }
            }
        }
    }

    /// All ways to give each event a record that may be its own, without one that came before that of an earlier event.
    fn assignments(steps: &[TimelineStep], records: &[CloudTrailRecord]) -> Vec<Vec<usize>> {
        let second = |at: Option<Timestamp>| at.unwrap().as_second();
        let failed =
            |step: &TimelineStep| step.event.as_ref().unwrap().response.known() == Some(EventResponse::Fail);
        let mut all: Vec<Vec<usize>> = vec![Vec::new()];
        for step in steps {
            let mut next = Vec::new();
            for begun in &all {
                for (number, record) in records.iter().enumerate() {
                    let is_like = failed(step) == record.code.is_some();
                    let is_near = (second(step.at()) - second(record.at)).abs() <= MOST_APART;
                    let keeps_order = begun.iter().enumerate().all(|(before, taken)| {
                        let earlier = &steps[before];
                        let (one, other) = (second(records[*taken].at), second(record.at));
                        *taken != number
                            && (failed(earlier) != failed(step)
                                || match earlier.at().cmp(&step.at()) {
                                    std::cmp::Ordering::Less => one <= other,
                                    std::cmp::Ordering::Equal => true,
                                    std::cmp::Ordering::Greater => one >= other,
                                })
                    });
                    if is_like && is_near && keeps_order {
                        next.push([&begun[..], &[number]].concat());
                    }
                }
            }
            all = next;
        }
        all
    }
}
