//! Values of resources that need nothing else of a policy.

use serde_json::{Map, Value, json};

use crate::model::log_delivery::{Delivery, LogSource};
use crate::model::notification::TemplateKind;
use crate::model::response::RiskConfiguration;

/// Members that have a value.
pub fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let members = members.into_iter();
    members
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// Where a source is delivered to, as the API has it.
pub fn delivery(source: LogSource, to: &Delivery) -> Value {
    let arn = |name: &str, arn: &Option<String>| arn.as_ref().map(|arn| json!({ name: arn }));
    Value::Object(object([
        ("EventSource", Some(source.api_name().into())),
        (
            "LogLevel",
            Some(to.level.as_deref().unwrap_or(source.level()).into()),
        ),
        (
            "CloudWatchLogsConfiguration",
            arn("LogGroupArn", &to.cloudwatch_logs),
        ),
        ("S3Configuration", arn("BucketArn", &to.s3)),
        ("FirehoseConfiguration", arn("StreamArn", &to.firehose)),
    ]))
}

/// Emails of which Terraform wants more than the API.
pub fn bodies(risk: &RiskConfiguration) -> Option<String> {
    let notifications = risk.account_takeover.as_ref()?.notifications.as_ref()?;
    let lacks = TemplateKind::ALL.into_iter().filter(|kind| {
        let email = notifications.template(*kind);
        email.is_some_and(|email| email.html.is_none() || email.text.is_none())
    });
    let kinds: Vec<_> = lacks.map(TemplateKind::as_str).collect();
    (!kinds.is_empty()).then(|| {
        format!(
            "Terraform requires both bodies of an email, `html_body` and `text_body`: add to {}.",
            kinds.join(", ")
        )
    })
}
