//! Postures in the words of the policy language: what a live pool would be as a policy.

use serde_json::{Map, Value, json};

use crate::json::api_name;
use crate::model::alarm::Alarm;
use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSetting;
use crate::model::exception::IpRange;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::notification::{EmailTemplate, Notifications, TemplateKind};
use crate::model::posture::Posture;
use crate::model::response::{
    AccountTakeover, CompromisedCredentials, PasswordEvent, Response, RiskConfiguration, RiskLevel,
};
use crate::policy::file::Trigger;

/// A posture as a policy document without a name. What the posture does not know is left out. The key
/// order is the language's; alarms come in the posture's order. Total.
///
/// Read as a policy it gives the same posture (`tests/written.rs` says what the same is), but for texts with `${`,
/// which are written as they are: a policy would read a variable there, and who writes a policy file escapes them.
pub fn document(posture: &Posture) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("version".to_owned(), 1.into());
    put(&mut document, "target", target(posture));
    put(
        &mut document,
        "feature_plan",
        posture.feature_plan.as_ref().map(api_name),
    );
    let mode = [
        ("standard", posture.mode.standard.as_ref().map(api_name)),
        ("custom", posture.mode.custom.as_ref().map(api_name)),
    ];
    put(&mut document, "mode", present(mode));
    put(&mut document, "mfa", mfa(posture));
    put(&mut document, "assumes", assumes(posture));
    document.extend(risk(&posture.responses));
    put(&mut document, "clients", clients(posture));
    let alarms = posture.alarms.as_ref();
    put(
        &mut document,
        "alarms",
        alarms.map(|list| list.iter().map(alarm).collect::<Value>()),
    );
    put(
        &mut document,
        "log_delivery",
        posture.log_delivery.as_ref().map(log_delivery),
    );
    document
}

fn target(posture: &Posture) -> Option<Value> {
    present([
        ("account", posture.account.clone()),
        ("region", posture.region.clone()),
        ("pool", posture.pool_id.clone()),
    ])
}

fn mfa(posture: &Posture) -> Option<Value> {
    let mut section = Map::new();
    put(
        &mut section,
        "configuration",
        posture.mfa.configuration.as_ref().map(api_name),
    );
    let factors = posture.mfa.factors.as_ref();
    put(
        &mut section,
        "factors",
        factors.map(|factors| factors.iter().map(api_name).collect::<Value>()),
    );
    (!section.is_empty()).then_some(Value::Object(section))
}

fn assumes(posture: &Posture) -> Option<Value> {
    let mut section = Map::new();
    put(&mut section, "domain", posture.domain);
    // The language has no word for a trigger that is newer than it.
    let known = |name: &&String| serde_json::from_value::<Trigger>(name.as_str().into()).is_ok();
    let triggers = posture.triggers.as_ref();
    put(
        &mut section,
        "triggers",
        triggers.map(|all| all.iter().filter(known).map(String::as_str).collect::<Value>()),
    );
    (!section.is_empty()).then_some(Value::Object(section))
}

/// The sections of a risk configuration, keyed as in a policy. Empty for none.
pub fn risk(risk: &RiskConfiguration) -> Map<String, Value> {
    let mut sections = Map::new();
    put(
        &mut sections,
        "account_takeover",
        risk.account_takeover.as_ref().map(account_takeover),
    );
    put(
        &mut sections,
        "compromised_credentials",
        risk.compromised_credentials.as_ref().map(compromised),
    );
    let exceptions = risk.risk_exceptions.as_ref().map(|lists| {
        json!({
            "always_block": ranges(&lists.always_block),
            "always_allow": ranges(&lists.always_allow),
        })
    });
    put(&mut sections, "risk_exceptions", exceptions);
    sections
}

fn account_takeover(section: &AccountTakeover) -> Value {
    let mut value = Map::new();
    for level in RiskLevel::ALL {
        put(&mut value, level.as_str(), section.at(level).map(response));
    }
    put(
        &mut value,
        "notifications",
        section.notifications.as_ref().map(notifications),
    );
    Value::Object(value)
}

/// One level: `{action, notify}`.
pub fn response(response: Response) -> Value {
    json!({ "action": response.action.as_str(), "notify": response.notify })
}

fn notifications(section: &Notifications) -> Value {
    let mut value = Map::new();
    put(&mut value, "source_arn", Some(section.source_arn.clone()));
    put(&mut value, "from", section.from.clone());
    put(&mut value, "reply_to", section.reply_to.clone());
    for kind in TemplateKind::ALL {
        put(&mut value, kind.as_str(), section.template(kind).map(template));
    }
    Value::Object(value)
}

fn template(email: &EmailTemplate) -> Value {
    let mut value = Map::new();
    put(&mut value, "subject", Some(email.subject.clone()));
    put(&mut value, "html", email.html.clone());
    put(&mut value, "text", email.text.clone());
    Value::Object(value)
}

/// `{action, events}`, the events spelt out: an empty filter means all of them
/// (docs/facts.md, "Compromised credentials").
pub fn compromised(section: &CompromisedCredentials) -> Value {
    json!({ "action": section.action.as_str(), "events": events(section) })
}

/// The events that are checked, in the language's order.
pub fn events(section: &CompromisedCredentials) -> Value {
    let checked = PasswordEvent::ALL
        .into_iter()
        .filter(|event| section.checks(*event));
    checked.map(PasswordEvent::as_str).collect()
}

/// Ranges as written, each in the short form.
fn ranges(list: &[IpRange]) -> Value {
    list.iter().map(|range| range.text.as_str()).collect()
}

fn clients(posture: &Posture) -> Option<Value> {
    let all = posture.clients.iter().chain(&posture.other_clients);
    let clients: Map<_, _> = all.map(|one| (one.key.clone(), client(one))).collect();
    (!clients.is_empty()).then_some(Value::Object(clients))
}

fn client(client: &Client) -> Value {
    let mut value = Map::new();
    put(&mut value, "id", client.id.clone());
    match &client.risk {
        Override::Unknown => {}
        Override::Inherit => put(&mut value, "inherit", Some(true)),
        Override::Own(own) => value.extend(risk(own)),
    }
    for setting in ClientSetting::ALL {
        put(&mut value, setting.as_str(), client.settings.get(*setting));
    }
    Value::Object(value)
}

/// An alarm with every setting spelt out; its dimensions as CloudWatch has them.
pub fn alarm(alarm: &Alarm) -> Value {
    let mut value = Map::new();
    put(&mut value, "name", alarm.name.clone());
    put(&mut value, "metric", Some(alarm.metric.clone()));
    put(&mut value, "namespace", Some(alarm.namespace.clone()));
    put(&mut value, "dimensions", Some(json!(alarm.dimensions)));
    put(&mut value, "statistic", Some(alarm.statistic.clone()));
    put(&mut value, "threshold", Some(threshold(alarm.threshold)));
    put(&mut value, "comparison", Some(alarm.comparison.clone()));
    put(&mut value, "period", Some(period(alarm.period)));
    put(&mut value, "evaluation_periods", Some(alarm.evaluation_periods));
    put(
        &mut value,
        "treat_missing_data",
        Some(alarm.treat_missing_data.clone()),
    );
    put(&mut value, "actions_enabled", Some(alarm.actions_enabled));
    put(&mut value, "actions", Some(json!(alarm.actions)));
    Value::Object(value)
}

/// A threshold as people write it: `1`, not `1.0`.
pub fn threshold(number: f64) -> Value {
    let whole = number.fract() == 0.0 && number.abs() < 1e15;
    #[expect(clippy::cast_possible_truncation, reason = "whole and far below 2^53")]
    if whole {
        json!(number as i64)
    } else {
        json!(number)
    }
}

/// Seconds as the language writes them: `30s`, `5m`, `1h`.
pub fn period(seconds: u32) -> String {
    match seconds {
        s if s > 0 && s % 3600 == 0 => format!("{}h", s / 3600),
        s if s > 0 && s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

fn log_delivery(section: &LogDelivery) -> Value {
    let mut value = Map::new();
    put(
        &mut value,
        "user_auth_events",
        section.user_auth_events.as_ref().map(delivery),
    );
    put(
        &mut value,
        "user_notification",
        section.user_notification.as_ref().map(delivery),
    );
    Value::Object(value)
}

/// One destination, or `none`.
pub fn delivery(delivery: &Delivery) -> Value {
    if delivery.nowhere {
        return "none".into();
    }
    let members = [
        ("level", delivery.level.clone()),
        ("cloudwatch_logs", delivery.cloudwatch_logs.clone()),
        ("s3", delivery.s3.clone()),
        ("firehose", delivery.firehose.clone()),
    ];
    present(members).unwrap_or_else(|| json!({}))
}

/// The members that are there; `None` if none is.
fn present<const N: usize>(members: [(&str, Option<String>); N]) -> Option<Value> {
    let there = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    let map: Map<_, _> = there.collect();
    (!map.is_empty()).then_some(Value::Object(map))
}

fn put(into: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        into.insert(key.to_owned(), value.into());
    }
}
