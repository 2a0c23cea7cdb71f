//! Whether an answer is about what was asked for: by the ids and ARNs in it. One about something else is not believed,
//! since a write would go to whatever the answer names.

use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use serde_json::Value;

use crate::aws::error::CallError;
use crate::aws::unknown_members;
use crate::aws::write::{AlarmRequest, NamedAlarm};
use crate::model::observed::Failure;

/// The account's region that a client talks to.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoint {
    /// The region of the session.
    pub(super) region: String,
    /// The account that the credentials were said, and checked, to belong to; `None` where nobody said.
    pub(super) account: Option<String>,
}

/// What a client's configuration has for "all of the pool".
const WHOLE_POOL: &str = "ALL";

impl Endpoint {
    /// The body of `DescribeUserPool` is of this pool.
    pub(super) fn pool(&self, body: &Value, pool: &str) -> Result<(), CallError> {
        same(body, "/UserPool/Id", pool)?;
        match body.pointer("/UserPool/Arn") {
            None | Some(Value::Null) => Ok(()),
            Some(arn) => self.arn(arn.as_str().unwrap_or_default(), &format!("userpool/{pool}")),
        }
    }

    /// An alarm of the listing, or by its name, is of this region and account.
    pub(super) fn alarm(&self, arn: Option<&str>, name: Option<&str>) -> Result<(), CallError> {
        match (arn, name) {
            (Some(arn), Some(name)) => self.arn(arn, &format!("alarm:{name}")),
            _ => Ok(()),
        }
    }

    /// What has a name, by the answer to `DescribeAlarms` for this name, and its whole body; `None` where the answer has
    /// nothing.
    pub(super) fn named_alarm(
        &self,
        answer: &DescribeAlarmsOutput,
        body: &Value,
        name: &str,
    ) -> Result<Option<NamedAlarm>, CallError> {
        let of_metrics = answer.metric_alarms().iter();
        let of_metrics = of_metrics.map(|alarm| (alarm.alarm_name(), alarm.alarm_arn()));
        let of_alarms = answer.composite_alarms().iter();
        let of_alarms = of_alarms.map(|alarm| (alarm.alarm_name(), alarm.alarm_arn()));
        for (found, arn) in of_metrics.chain(of_alarms) {
            is(found, name)?;
            self.alarm(arn, found)?;
        }
        let Some(alarm) = answer.metric_alarms().first() else {
            let other = !answer.composite_alarms().is_empty();
            return Ok(other.then_some(NamedAlarm::Other));
        };
        let request = AlarmRequest::described(alarm)?;
        let request = request.map(|mut request| {
            request.carried.unknown = unknown_members::unknown(body, name);
            NamedAlarm::OfMetric(Box::new(request))
        });
        Ok(Some(request.unwrap_or(NamedAlarm::Other)))
    }

    /// Names of alarms may have blanks, so that this is less strict than an ARN is.
    fn arn(&self, arn: &str, resource: &str) -> Result<(), CallError> {
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        let ours = match parts.as_slice() {
            ["arn", _, _, region, account, found] => {
                let known = self.account.as_deref();
                *region == self.region && known.is_none_or(|known| known == *account) && *found == resource
            }
            _ => false,
        };
        let account = self.account.as_deref().map(|id| format!(" of account {id}"));
        let asked = format!("{resource} in {}{}", self.region, account.unwrap_or_default());
        if ours { Ok(()) } else { Err(other(arn, &asked)) }
    }
}

/// The body of `DescribeUserPoolClient` is of this client.
pub(super) fn client(body: &Value, pool: &str, client: &str) -> Result<(), CallError> {
    same(body, "/UserPoolClient/UserPoolId", pool)?;
    same(body, "/UserPoolClient/ClientId", client)
}

/// The body of `DescribeRiskConfiguration` is of this pool, and of no other client: a client that has none of its own is
/// answered with the pool's.
pub(super) fn risk(body: &Value, pool: &str, client: Option<&str>) -> Result<(), CallError> {
    same(body, "/RiskConfiguration/UserPoolId", pool)?;
    match body.pointer("/RiskConfiguration/ClientId") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(id)) if id.is_empty() || id == WHOLE_POOL => Ok(()),
        found => is(found.and_then(Value::as_str), client.unwrap_or("the whole pool")),
    }
}

/// The body of `GetLogDeliveryConfiguration` is of this pool.
pub(super) fn logs(body: &Value, pool: &str) -> Result<(), CallError> {
    same(body, "/LogDeliveryConfiguration/UserPoolId", pool)
}

fn same(body: &Value, at: &str, asked: &str) -> Result<(), CallError> {
    is(body.pointer(at).and_then(Value::as_str), asked)
}

/// What an answer names is what was asked for; one that names nothing could be about anything.
pub(super) fn is(found: Option<&str>, asked: &str) -> Result<(), CallError> {
    match found {
        Some(found) if found == asked => Ok(()),
        Some(found) => Err(other(found, asked)),
        None => {
            let words = format!("the answer does not say what it is about; asked for {asked}");
            Err(CallError::failed(Failure::NotUnderstood, words))
        }
    }
}

fn other(found: &str, asked: &str) -> CallError {
    let words = format!("the answer is about `{found}`; asked for {asked}");
    CallError::failed(Failure::NotUnderstood, words)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{CompositeAlarm, MetricAlarm};
    use serde_json::json;

    use super::*;

    const POOL: &str = "us-west-2_A";

    fn here(account: Option<&str>) -> Endpoint {
        Endpoint {
            region: "us-west-2".into(),
            account: account.map(str::to_owned),
        }
    }

    #[test]
    fn a_pool_is_the_one_that_was_asked_for() {
        let arn = |region: &str, account: &str, id: &str| {
            json!(format!("arn:aws:cognito-idp:{region}:{account}:userpool/{id}"))
        };
        let ours = arn("us-west-2", "123456789012", POOL);
        for (id, arn, account, right) in [
            (json!(POOL), Value::Null, None, true),
            (json!(POOL), ours.clone(), None, true),
            (json!(POOL), ours.clone(), Some("123456789012"), true),
            (json!(POOL), ours.clone(), Some("210987654321"), false),
            (json!(POOL), arn("eu-west-1", "123456789012", POOL), None, false),
            (
                json!(POOL),
                arn("us-west-2", "123456789012", "us-west-2_B"),
                None,
                false,
            ),
            (json!(POOL), json!("us-west-2_A"), None, false),
            (json!(POOL), json!({}), None, false),
            (json!("us-west-2_B"), ours.clone(), None, false),
            (json!("us-west-2_a"), ours.clone(), None, false),
            (Value::Null, ours.clone(), None, false),
            (json!([POOL]), ours, None, false),
        ] {
            let body = json!({ "UserPool": { "Id": id, "Arn": arn } });
            let found = here(account).pool(&body, POOL);
            assert_eq!(found.is_ok(), right, "{body}: {found:?}");
            let failure = found.err().map(|error| error.failure());
            assert!(failure.is_none_or(|failure| failure == Failure::NotUnderstood));
        }
        assert!(here(None).pool(&json!({ "UserPool": "x" }), POOL).is_err());
    }

    /// Clients responses and logs are of their pool.
    #[test]
    fn other_pool_or_client_rejected() {
        let body =
            |pool: &str, id: Value| json!({ "UserPoolClient": { "UserPoolId": pool, "ClientId": id } });
        assert!(client(&body(POOL, json!("c")), POOL, "c").is_ok());
        assert!(client(&body(POOL, json!("d")), POOL, "c").is_err());
        assert!(client(&body(POOL, Value::Null), POOL, "c").is_err());
        assert!(client(&body("us-west-2_B", json!("c")), POOL, "c").is_err());
        let body =
            |pool: &str, id: Value| json!({ "RiskConfiguration": { "UserPoolId": pool, "ClientId": id } });
        for whole in [Value::Null, json!(""), json!("ALL")] {
            assert!(risk(&body(POOL, whole.clone()), POOL, None).is_ok(), "{whole}");
            assert!(
                risk(&body(POOL, whole.clone()), POOL, Some("c")).is_ok(),
                "{whole}"
            );
            assert!(risk(&body("us-west-2_B", whole), POOL, None).is_err());
        }
        assert!(risk(&body(POOL, json!("c")), POOL, Some("c")).is_ok());
        assert!(risk(&body(POOL, json!("d")), POOL, Some("c")).is_err());
        assert!(risk(&body(POOL, json!("c")), POOL, None).is_err());
        assert!(risk(&body(POOL, json!(7)), POOL, Some("c")).is_err());
        assert!(risk(&json!({ "RiskConfiguration": {} }), POOL, None).is_err());
        assert!(
            logs(
                &json!({ "LogDeliveryConfiguration": { "UserPoolId": POOL } }),
                POOL
            )
            .is_ok()
        );
        assert!(
            logs(
                &json!({ "LogDeliveryConfiguration": { "UserPoolId": "x" } }),
                POOL
            )
            .is_err()
        );
        assert!(logs(&json!({ "LogDeliveryConfiguration": {} }), POOL).is_err());
    }

    #[test]
    fn an_alarm_is_the_one_of_the_name() {
        let arn = |region: &str, name: &str| format!("arn:aws:cloudwatch:{region}:123456789012:alarm:{name}");
        let metric = |name: &str, arn: String| {
            let alarm = MetricAlarm::builder().alarm_name(name).alarm_arn(arn);
            let alarm = alarm.threshold_metric_id("band").build();
            DescribeAlarmsOutput::builder().metric_alarms(alarm).build()
        };
        let composite = |name: &str| {
            let alarm = CompositeAlarm::builder().alarm_name(name).build();
            DescribeAlarmsOutput::builder().composite_alarms(alarm).build()
        };
        let found = |answer: &DescribeAlarmsOutput| {
            here(Some("123456789012")).named_alarm(answer, &json!({}), "too many")
        };
        let none = DescribeAlarmsOutput::builder().build();
        assert_eq!(found(&none), Ok(None));
        let ours = metric("too many", arn("us-west-2", "too many"));
        assert_eq!(found(&ours), Ok(Some(NamedAlarm::Other)));
        assert_eq!(found(&composite("too many")), Ok(Some(NamedAlarm::Other)));
        for answer in [
            metric("other", arn("us-west-2", "other")),
            metric("too many", arn("eu-west-1", "too many")),
            metric("too many", arn("us-west-2", "other")),
            metric("too many", "x".into()),
            composite("other"),
        ] {
            assert_eq!(
                found(&answer).unwrap_err().failure(),
                Failure::NotUnderstood,
                "{answer:?}"
            );
        }
        let elsewhere = here(Some("210987654321")).named_alarm(&ours, &json!({}), "too many");
        assert!(elsewhere.is_err());
    }
}
