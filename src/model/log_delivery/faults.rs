//! Log deliveries that the API refuses. docs/facts.md, "Log delivery".

use crate::model::arn::{self, Arn};
use crate::model::log_delivery::entry::{Delivery, LogDelivery};
use crate::model::log_delivery::source::LogSource;

/// Something the API refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFault {
    /// Of which source.
    pub source: LogSource,
    /// The key in a policy: `level`, `cloudwatch_logs`, `s3`, `firehose`; empty for the whole.
    pub field: &'static str,
    /// What: a sentence without its full stop.
    pub message: String,
    /// The right value, where it is plain.
    pub nearest: Option<String>,
    /// Whether AWS has not confirmed it.
    pub unconfirmed: bool,
}

/// What is wrong with a log delivery of a pool in `account` and `region`, each checked where
/// known: the level, exactly one destination, user notifications to CloudWatch Logs only, and
/// each ARN's shape, service, account and region. Same account is documented; same region is not.
pub fn faults(delivery: &LogDelivery, account: Option<&str>, region: Option<&str>) -> Vec<LogFault> {
    let mut found = Vec::new();
    for source in [LogSource::UserAuthEvents, LogSource::UserNotification] {
        if let Some(delivery) = delivery.delivered(source) {
            found.extend(level_fault(source, delivery));
            found.extend(destination_faults(source, delivery));
            for (field, text) in destinations(delivery) {
                found.extend(arn_faults(source, field, text, account, region));
            }
        }
    }
    found
}

fn fault(source: LogSource, field: &'static str, message: String) -> LogFault {
    LogFault {
        source,
        field,
        message,
        nearest: None,
        unconfirmed: false,
    }
}

fn level_fault(source: LogSource, delivery: &Delivery) -> Option<LogFault> {
    let found = delivery
        .level
        .as_deref()
        .filter(|level| *level != source.level())?;
    let message = format!(
        "level `{found}` does not exist for {}, only {} does",
        source.as_str(),
        source.level()
    );
    Some(LogFault {
        nearest: Some(source.level().to_owned()),
        ..fault(source, "level", message)
    })
}

fn destinations(delivery: &Delivery) -> Vec<(&'static str, &str)> {
    let all = [
        ("cloudwatch_logs", &delivery.cloudwatch_logs),
        ("s3", &delivery.s3),
        ("firehose", &delivery.firehose),
    ];
    let set = all
        .into_iter()
        .filter_map(|(field, arn)| Some((field, arn.as_deref()?)));
    set.collect()
}

fn destination_faults(source: LogSource, delivery: &Delivery) -> Vec<LogFault> {
    let set = destinations(delivery);
    let mut found = Vec::new();
    if set.is_empty() {
        found.push(fault(source, "", "no destination is named".into()));
    }
    if set.len() > 1 {
        let fields: Vec<_> = set.iter().map(|(field, _)| (*field).to_owned()).collect();
        let message = format!(
            "{} destinations are named ({}), the API accepts exactly one",
            set.len(),
            crate::text::join_words(&fields)
        );
        found.push(fault(source, "", message));
    }
    if source == LogSource::UserNotification {
        for (field, _) in set.iter().filter(|(field, _)| *field != "cloudwatch_logs") {
            let message = format!("{} can be delivered to CloudWatch Logs only", source.as_str());
            found.push(fault(source, field, message));
        }
    }
    found
}

fn arn_faults(
    source: LogSource,
    field: &'static str,
    text: &str,
    account: Option<&str>,
    region: Option<&str>,
) -> Vec<LogFault> {
    let Some(arn) = Arn::parse(text) else {
        return vec![fault(source, field, "this is not an ARN".into())];
    };
    let (service, kind, what) = match field {
        "s3" => ("s3", "", "a bucket"),
        "firehose" => ("firehose", "deliverystream", "a Firehose delivery stream"),
        _ => ("logs", "log-group", "a log group"),
    };
    let named = kind.is_empty() || arn.kind_and_name().0 == kind;
    if arn.service != service || !named {
        return vec![fault(source, field, format!("this is not the ARN of {what}"))];
    }
    let fits = if service == "s3" {
        arn::fits_bucket(text)
    } else {
        arn::fits(text)
    };
    if !fits {
        return vec![LogFault {
            nearest: text
                .strip_suffix(":*")
                .filter(|t| arn::fits(t))
                .map(str::to_owned),
            ..fault(
                source,
                field,
                "the ARN does not have the form that the API accepts".into(),
            )
        }];
    }
    place_faults(source, field, &arn, account, region)
}

/// Account and region, which a bucket's ARN does not have.
fn place_faults(
    source: LogSource,
    field: &'static str,
    arn: &Arn,
    account: Option<&str>,
    region: Option<&str>,
) -> Vec<LogFault> {
    let other = |found: &str, own: Option<&str>| {
        own.filter(|own| !found.is_empty() && found != *own)
            .map(str::to_owned)
    };
    let mut found = Vec::new();
    if let Some(own) = other(arn.account, account) {
        let message = format!("the destination is in account {}, the pool in {own}", arn.account);
        found.push(fault(source, field, message));
    }
    if let Some(own) = other(arn.region, region) {
        let message = format!("the destination is in {}, the pool in {own}", arn.region);
        found.push(LogFault {
            unconfirmed: true,
            ..fault(source, field, message)
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/pool";
    const STREAM: &str = "arn:aws:firehose:us-west-2:123456789012:deliverystream/pool";
    const BUCKET: &str = "arn:aws:s3:::pool-logs";

    fn to(cloudwatch_logs: Option<&str>, s3: Option<&str>, firehose: Option<&str>) -> Delivery {
        Delivery {
            level: None,
            cloudwatch_logs: cloudwatch_logs.map(Into::into),
            s3: s3.map(Into::into),
            firehose: firehose.map(Into::into),
            nowhere: false,
        }
    }

    fn events(delivery: Delivery) -> Vec<LogFault> {
        let all = LogDelivery {
            user_auth_events: Some(delivery),
            user_notification: None,
        };
        faults(&all, Some("123456789012"), Some("us-west-2"))
    }

    fn notifications(delivery: Delivery) -> Vec<LogFault> {
        let all = LogDelivery {
            user_auth_events: None,
            user_notification: Some(delivery),
        };
        faults(&all, Some("123456789012"), Some("us-west-2"))
    }

    fn fields(faults: &[LogFault]) -> Vec<&'static str> {
        faults.iter().map(|f| f.field).collect()
    }

    #[test]
    fn right_deliveries() {
        for delivery in [
            to(Some(GROUP), None, None),
            to(None, Some(BUCKET), None),
            to(None, None, Some(STREAM)),
        ] {
            assert_eq!(events(delivery), []);
        }
        assert_eq!(notifications(to(Some(GROUP), None, None)), []);
        assert_eq!(faults(&LogDelivery::default(), None, None), []);
        assert_eq!(events(Delivery::to_nowhere()), []);
        assert_eq!(notifications(Delivery::to_nowhere()), []);
    }

    #[test]
    fn levels() {
        let with = |level: &str| Delivery {
            level: Some(level.into()),
            ..to(Some(GROUP), None, None)
        };
        assert_eq!(events(with("INFO")), []);
        assert_eq!(notifications(with("ERROR")), []);
        let found = events(with("ERROR"));
        assert_eq!(
            (found[0].field, found[0].nearest.as_deref()),
            ("level", Some("INFO"))
        );
        assert_eq!(notifications(with("info"))[0].nearest.as_deref(), Some("ERROR"));
    }

    #[test]
    fn exactly_one_destination() {
        assert_eq!(fields(&events(to(None, None, None))), [""]);
        let found = events(to(Some(GROUP), None, Some(STREAM)));
        assert_eq!(
            found[0].message,
            "2 destinations are named (cloudwatch_logs and firehose), the API accepts exactly one"
        );
    }

    #[test]
    fn notifications_go_to_log_groups_only() {
        assert_eq!(fields(&notifications(to(None, Some(BUCKET), None))), ["s3"]);
        assert_eq!(fields(&notifications(to(None, None, Some(STREAM)))), ["firehose"]);
    }

    #[test]
    fn arns_of_the_wrong_thing_or_shape() {
        for delivery in [
            to(Some("pool"), None, None),
            to(Some(BUCKET), None, None),
            to(
                Some("arn:aws:logs:us-west-2:123456789012:destination:x"),
                None,
                None,
            ),
            to(None, Some(GROUP), None),
            to(
                None,
                Some("arn:aws:s3:us-west-2:123456789012:accesspoint/x"),
                None,
            ),
            to(
                None,
                None,
                Some("arn:aws:kinesis:us-west-2:123456789012:stream/x"),
            ),
        ] {
            assert_eq!(events(delivery.clone()).len(), 1, "{delivery:?}");
        }
        let starred = format!("{GROUP}:*");
        assert_eq!(
            events(to(Some(&starred), None, None))[0].nearest.as_deref(),
            Some(GROUP)
        );
    }

    #[test]
    fn foreign_accounts_and_regions() {
        let foreign = "arn:aws:logs:eu-west-1:210987654321:log-group:/aws/vendedlogs/pool";
        let found = events(to(Some(foreign), None, None));
        assert_eq!(
            found.iter().map(|f| f.unconfirmed).collect::<Vec<_>>(),
            [false, true]
        );
        let all = LogDelivery {
            user_auth_events: Some(to(Some(foreign), None, None)),
            user_notification: None,
        };
        assert_eq!(
            faults(&all, None, None),
            [],
            "nothing to compare with is not a fault"
        );
    }
}
