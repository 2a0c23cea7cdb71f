//! Alarms as they are compared, judged and put back: by what would have rung, and by whom the policy wants told.

mod gutted;
mod named;
mod spelt;
mod told;

use std::collections::BTreeMap;

use cogward::simulator::{RawMembers, Region};
use serde_json::{Value, json};

use crate::cli::live::support::{ACCOUNT, Aws, POOL, REGION, raw};

pub const SECURITY: &str = "arn:aws:sns:us-west-2:123456789012:security";
pub const SCRATCH: &str = "arn:aws:sns:us-west-2:123456789012:scratch";

/// A policy of nothing but alarms.
pub fn policy(entries: &[&str]) -> String {
    let list: Vec<_> = entries
        .iter()
        .map(|entry| format!("  - {{ {entry} }}\n"))
        .collect();
    let list = list.concat();
    format!(
        "version: 1\nname: a\ntarget: {{ account: \"{ACCOUNT}\", region: {REGION}, pool: {POOL} }}\nalarms:\n{list}"
    )
}

/// As the README writes one: metric, operation, risk level, actions.
pub fn usual() -> String {
    format!(
        "name: takeover, metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, actions: [\"{SECURITY}\"]"
    )
}

/// The alarm that [`usual`] asks for.
pub fn alarm() -> RawMembers {
    raw(json!({
        "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching", "ActionsEnabled": true, "AlarmActions": [SECURITY],
        "Dimensions": [
            { "Name": "UserPoolId", "Value": POOL }, { "Name": "Operation", "Value": "SignIn" },
            { "Name": "RiskLevel", "Value": "High" },
        ],
    }))
}

/// The same with other members; `null` takes one away.
pub fn edited(changes: &Value) -> RawMembers {
    let mut alarm = alarm();
    for (member, value) in changes.as_object().unwrap() {
        if value.is_null() {
            alarm.remove(member);
        } else {
            alarm.insert(member.clone(), value.clone());
        }
    }
    alarm
}

pub fn on(level: &str) -> Value {
    json!([
        { "Name": "UserPoolId", "Value": POOL }, { "Name": "Operation", "Value": "SignIn" },
        { "Name": "RiskLevel", "Value": level },
    ])
}

pub fn region(aws: &Aws, change: impl FnOnce(&mut Region)) {
    aws.server
        .change(|world| change(world.region_mut(ACCOUNT, REGION)));
}

/// A pool with one alarm, and two topics that somebody hears.
pub fn with(policy: &str, alarm: RawMembers) -> Aws {
    let aws = Aws::with(policy);
    region(&aws, |region| {
        region.alarms.insert("takeover".into(), alarm);
        for topic in [SECURITY, SCRATCH] {
            region.topics.insert(topic.into(), heard());
        }
    });
    aws
}

pub fn heard() -> cogward::simulator::TopicState {
    serde_json::from_value(
        json!({ "subscriptions": [{ "protocol": "email", "endpoint": "a@example.com", "confirmed": true }] }),
    )
    .unwrap()
}

/// Data of the pool for the metric of [`alarm`] at a risk level.
pub fn data(aws: &Aws, name: &str, level: &str) {
    let now = jiff::Timestamp::now().as_second();
    region(aws, |region| {
        region.metrics.push(
            serde_json::from_value(json!({
                "namespace": "AWS/Cognito", "name": name, "data": [[now - 3600, 1.0]],
                "dimensions": { "UserPoolId": POOL, "Operation": "SignIn", "RiskLevel": level },
            }))
            .unwrap(),
        );
    });
}

/// What makes it ring, and tell; dimensions in any order.
pub fn settings(alarm: &RawMembers) -> RawMembers {
    let own = self::alarm();
    let mut alarm = alarm.clone();
    alarm.retain(|member, _| own.contains_key(member));
    let dimensions = alarm["Dimensions"].as_array_mut().unwrap();
    dimensions.sort_by_key(ToString::to_string);
    alarm
}

pub fn stored(aws: &Aws, name: &str) -> RawMembers {
    let world = aws.server.world();
    world.accounts[ACCOUNT].regions[REGION].alarms[name].clone()
}

/// Rules of the findings of a `diff` that fails only where live is, or may be, weaker; and its exit code.
pub fn judged(aws: &Aws) -> (i64, Vec<String>) {
    let (code, findings) = aws.findings(&["diff", "--fail-on", "weaker"]);
    (code, findings.into_iter().map(|(rule, _)| rule).collect())
}

pub fn says(code: i64, rule: &str) -> (i64, Vec<String>) {
    (code, vec![rule.to_owned()])
}

/// What keeps an alarm from ringing, or from telling the topic: one member of an alarm each.
pub fn gutted() -> Vec<Value> {
    vec![
        json!({ "Statistic": "Average" }),
        json!({ "Statistic": "Minimum" }),
        json!({ "Statistic": null, "ExtendedStatistic": "p99" }),
        json!({ "ComparisonOperator": "LessThanThreshold" }),
        json!({ "ComparisonOperator": "GreaterThanThreshold" }),
        json!({ "Threshold": 1000.0 }),
        json!({ "Period": 86400 }),
        json!({ "EvaluationPeriods": 5 }),
        json!({ "EvaluationPeriods": 5, "DatapointsToAlarm": 5 }),
        json!({ "EvaluationPeriods": 5, "DatapointsToAlarm": 3 }),
        json!({ "TreatMissingData": "breaching" }),
        json!({ "TreatMissingData": "ignore" }),
        json!({ "TreatMissingData": "missing" }),
        json!({ "TreatMissingData": null }),
        json!({ "ActionsEnabled": false }),
        json!({ "AlarmActions": [] }),
        json!({ "AlarmActions": [SCRATCH] }),
        json!({ "Unit": "Seconds" }),
        json!({ "WarmUpConfiguration": { "WarmUpPeriodDurationInMinutes": 600, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": true } }),
        json!({ "EvaluationWindow": { "WallClockWindow": { "Timezone": "UTC" } } }),
        json!({ "MetricName": "AccountTakeoverRisks" }),
        json!({ "Namespace": "aws/cognito" }),
        json!({ "Dimensions": on("Critical") }),
        json!({ "Dimensions": [{ "Name": "UserPool", "Value": POOL }, { "Name": "Operation", "Value": "SignIn" }, { "Name": "RiskLevel", "Value": "High" }] }),
    ]
}

/// A pool with an alarm for each of some edits, and a policy that asks for each as it should be.
pub fn many(edits: &[Value]) -> Aws {
    let entry = |index| usual().replace("takeover", &format!("a{index:02}"));
    let entries: Vec<_> = (0..edits.len()).map(entry).collect();
    let entries: Vec<_> = entries.iter().map(String::as_str).collect();
    let aws = with(&policy(&entries), alarm());
    region(&aws, |region| {
        region.alarms.clear();
        let alarms = edits.iter().map(edited).enumerate();
        region
            .alarms
            .extend(alarms.map(|(index, alarm)| (format!("a{index:02}"), alarm)));
    });
    aws
}

/// Rule of the finding about each alarm.
pub fn rules(report: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|one| (text(&one["difference"]["pointer"]), text(&one["rule"])))
        .collect()
}

pub fn journal(aws: &Aws) -> String {
    let found = aws.place.names(".").into_iter();
    found.filter(|name| name.contains(".jsonl")).max().unwrap()
}
