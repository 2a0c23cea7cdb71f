//! Where logs go: every direction between every two kinds of places.

use super::{Everything, enforced};
use crate::model::effective::Direction;
use crate::model::log_delivery::{Delivery, LogDelivery, LogSource};
use crate::model::posture::Posture;
use crate::model::response::Action;
use crate::plan::diff;

use Direction::{Neutral, Stronger, Undefined, Weaker};

const OWN: &str = "123456789012";

fn places() -> Vec<(&'static str, Delivery)> {
    let group = |account: &str| Delivery {
        cloudwatch_logs: Some(format!("arn:aws:logs:us-west-2:{account}:log-group:x")),
        ..Delivery::default()
    };
    let stream = |account: &str| Delivery {
        firehose: Some(format!("arn:aws:firehose:us-west-2:{account}:deliverystream/x")),
        ..Delivery::default()
    };
    let bucket = |name: &str| Delivery {
        s3: Some(format!("arn:aws:s3:::{name}")),
        ..Delivery::default()
    };
    let of = |arn: &str| Delivery {
        cloudwatch_logs: Some(arn.to_owned()),
        ..Delivery::default()
    };
    vec![
        ("nothing", Delivery::default()),
        ("own", group(OWN)),
        ("own", stream(OWN)),
        ("other", group("999999999999")),
        ("other", stream("999999999999")),
        ("third", group("888888888888")),
        ("unknown", bucket("mine")),
        ("unknown", bucket("other")),
        ("unknown", of("arn:aws:logs:us-west-2::log-group:x")),
        ("unknown", of("arn:aws:logs:us-west-2:123:log-group:x")),
        ("unknown", of("not an ARN")),
        // The same digits in another partition are another account.
        ("third", of("arn:aws-cn:logs:cn-north-1:999999999999:log-group:x")),
        // The service takes one place; of several nobody knows which it is.
        (
            "unknown",
            Delivery {
                firehose: stream(OWN).firehose,
                ..group(OWN)
            },
        ),
    ]
}

fn posture(source: LogSource, to: &Delivery) -> Posture {
    let to = Some(to.clone()).filter(|to| *to != Delivery::default());
    let mut logs = LogDelivery::default();
    match source {
        LogSource::UserAuthEvents => logs.user_auth_events = to,
        LogSource::UserNotification => logs.user_notification = to,
    }
    Posture {
        account: Some(OWN.into()),
        pool_id: Some("us-west-2_A".into()),
        log_delivery: Some(logs),
        ..enforced(Action::Block)
    }
}

#[test]
fn every_direction_between_every_two_places() {
    for source in LogSource::ALL {
        for (from, live) in places() {
            for (to, wanted) in places().into_iter().filter(|(to, _)| *to != "nothing") {
                let found = diff(&posture(source, &wanted), &posture(source, &live), &Everything);
                let expected = match (from, to) {
                    _ if live == wanted => {
                        assert!(found.is_empty(), "{live:?}");
                        continue;
                    }
                    ("nothing", _) => (Weaker, false),
                    // Between known places of one account it is the same people who read them.
                    ("own", "own") | ("other", "other") => (Neutral, false),
                    // The pool's own account does not have them any more.
                    ("own", "other" | "third") => (Stronger, true),
                    _ => (Undefined, true),
                };
                let [change] = found.changes.as_slice() else {
                    panic!("{live:?} {wanted:?} {:?}", found.changes)
                };
                assert_eq!(
                    (change.live_is(), change.must_be_named()),
                    expected,
                    "{live:?} {wanted:?}"
                );
            }
        }
    }
}

#[test]
fn logs_that_end_are_less() {
    // A policy cannot ask for it; a journal can.
    use crate::plan::{Setting, align, of_settings};
    for (from, live) in places().into_iter().skip(1) {
        let source = LogSource::UserAuthEvents;
        let aligned = align(&posture(source, &Delivery::default()), &posture(source, &live));
        let found = of_settings(aligned, vec![Setting::LogDelivery(source)], &Everything);
        assert_eq!(found.changes[0].direction, Weaker, "{from}");
    }
}

/// The level is the default where none is written.
#[test]
fn absent_level_is_the_default() {
    for (source, level, other) in [
        (LogSource::UserAuthEvents, "INFO", "ERROR"),
        (LogSource::UserNotification, "ERROR", "INFO"),
    ] {
        let bare = places().remove(1).1;
        let with = |level: &str| Delivery {
            level: Some(level.to_owned()),
            ..bare.clone()
        };
        let of = |wanted: &Delivery, live: &Delivery| {
            diff(&posture(source, wanted), &posture(source, live), &Everything)
        };
        assert!(of(&bare, &with(level)).is_empty() && of(&with(level), &bare).is_empty());
        let found = of(&bare, &with(other));
        let change = &found.changes[0];
        assert_eq!(
            change.wanted.as_ref().unwrap()["level"],
            level,
            "what is sent is shown"
        );
        let expected = if level == "INFO" { Stronger } else { Weaker };
        assert_eq!(change.direction, expected);
        let strange = of(&bare, &with("DEBUG"));
        assert!(strange.changes[0].must_be_named());
    }
}
