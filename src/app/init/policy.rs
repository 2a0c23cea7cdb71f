//! A pool that was seen, as a policy that manages what threat protection is made of.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::app::baselines::SCHEMAS;
use crate::app::estate::document;
use crate::model::alarm::{Alarm, is_pool_id};
use crate::model::alarm_reach::Hearing;
use crate::model::client::{Client, EVERY_OTHER, Override};
use crate::model::client_setting::ClientSetting;
use crate::model::effective::{Flow, sign_ins};
use crate::model::log_delivery::LogSource;
use crate::model::mode::{FeaturePlan, Mode};
use crate::model::observed::Observed;
use crate::model::posture::{Part, Posture};
use crate::policy::resolve::MINIMUM_DAYS;
use crate::text;
use crate::yaml;

/// Names of clients that a comment lists.
const SHOWN_NAMES: usize = 20;

/// The pool as a policy that manages what threat protection is made of.
pub(in crate::app) fn policy(pool: &Observed, today: Date) -> Map<String, Value> {
    let Value::Object(mut policy) = document(pool) else {
        return Map::new();
    };
    // A pool of a template has no id yet: the policy is for the pool that gets its name.
    if !is_pool_id(pool.id())
        && let Some(target) = policy.get_mut("target").and_then(Value::as_object_mut)
    {
        target.shift_remove("pool");
        let name = glob::Pattern::escape(&pool.name);
        target.insert("names".to_owned(), json!([name]));
    }
    let clients = clients(pool);
    policy.insert("clients".to_owned(), clients);
    if protects_nobody(pool) {
        policy.shift_remove("mode");
    }
    let gate = enforced_since(pool, today);
    if let Some(gate) = gate {
        let at = policy
            .keys()
            .position(|key| key == "mode")
            .map_or(policy.len(), |at| at + 1);
        policy.shift_insert(at, "audit_gate".to_owned(), gate);
    }
    let mut assumed: Vec<(&str, Value)> = Vec::new();
    if keeps_lite(&pool.posture)
        && let Some(plan) = policy.shift_remove("feature_plan")
    {
        assumed.push(("feature_plan", plan));
    }
    if let Some(users) = pool.estimated_users.filter(|_| counts_events(&pool.posture)) {
        assumed.push(("users", users.into()));
    }
    if has_composites(&pool.posture) {
        assumed.push(("composite_alarms", true.into()));
    }
    for (key, value) in assumed {
        policy.entry("assumes").or_insert_with(|| json!({}))[key] = value;
    }
    if pool.posture.log_delivery.is_some() {
        policy.insert("log_delivery".to_owned(), exports(&policy));
    }
    policy.values_mut().for_each(no_variables);
    let empty = |value: &Value| *value == json!([]) || *value == json!({});
    policy.retain(|_, value| !empty(value));
    policy
}

/// Where logs go, with what is not exported: an export that comes later is a difference.
fn exports(policy: &Map<String, Value>) -> Value {
    let there = policy.get("log_delivery");
    let of = |source: LogSource| {
        let to = there.and_then(|logs| logs.get(source.as_str())).cloned();
        (source.as_str().to_owned(), to.unwrap_or_else(|| "none".into()))
    };
    let sources = [LogSource::UserAuthEvents, LogSource::UserNotification].map(of);
    if sources.iter().all(|(_, to)| *to == json!("none")) {
        return "none".into();
    }
    Value::Object(sources.into_iter().collect())
}

/// Whether threat protection is off in a pool that it would do nothing for: no client has a sign-in that it covers. A
/// policy leaves the modes of such a pool alone.
fn protects_nobody(pool: &Observed) -> bool {
    let posture = &pool.posture;
    let off = |mode: Option<Mode>| matches!(mode, None | Some(Mode::Off));
    let covered = |flow: &Flow| !matches!(flow, Flow::Federated | Flow::Machine);
    let nobody = |client: &Client| sign_ins(client).is_some_and(|flows| !flows.iter().any(covered));
    off(posture.mode.standard)
        && off(posture.mode.custom)
        && !posture.unread.contains(&Part::Clients)
        && !posture.clients.is_empty()
        && posture.clients.iter().all(nobody)
}

/// What a policy declares of modes that are `ENFORCED` by the pool's own dates: nothing of the pool was modified since, so
/// that its mode is the same. Nothing, where that is not long enough to count.
fn enforced_since(pool: &Observed, today: Date) -> Option<Value> {
    let modified = text::day(pool.modified(today)?);
    if text::days(modified, today) < i64::from(MINIMUM_DAYS) {
        return None;
    }
    let mode = pool.posture.mode;
    let enforced = |mode: Option<Mode>| mode == Some(Mode::Enforced);
    let day = modified.to_string();
    let since = match (enforced(mode.standard), enforced(mode.custom)) {
        (true, true) => json!(day),
        (true, false) => json!({ "standard": day }),
        (false, true) => json!({ "custom": day }),
        (false, false) => return None,
    };
    Some(json!({ "enforced_since": since }))
}

/// Whether some alarm counts several events, which the number of users may justify.
fn counts_events(posture: &Posture) -> bool {
    posture.alarms.iter().flatten().any(|alarm| alarm.threshold > 1.0)
}

/// Whether composite alarms speak for alarms that have no action of their own.
fn has_composites(posture: &Posture) -> bool {
    let hearing = Hearing::of(posture);
    let spoken_for = |alarm: &Alarm| {
        alarm
            .name
            .as_deref()
            .is_some_and(|name| hearing.is_spoken_for(name))
    };
    posture
        .alarms
        .iter()
        .flatten()
        .any(|alarm| alarm.actions.is_empty() && spoken_for(alarm))
}

/// Whether a pool has threat protection on `LITE`, which only old pools may: a policy leaves the plan of such a pool alone.
fn keeps_lite(posture: &Posture) -> bool {
    let awake = |mode: Option<Mode>| matches!(mode, Some(Mode::Audit | Mode::Enforced));
    posture.feature_plan == Some(FeaturePlan::Lite)
        && (awake(posture.mode.standard) || awake(posture.mode.custom))
}

/// A pool's text that looks like a variable of the policy language stays text.
pub(in crate::app) fn no_variables(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("${", "$${"),
        Value::Array(list) => list.iter_mut().for_each(no_variables),
        Value::Object(map) => map.values_mut().for_each(no_variables),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Clients with an override by name; every other one inherits. Where clients could not be read,
/// nothing is said of them.
fn clients(pool: &Observed) -> Value {
    let posture = &pool.posture;
    if posture
        .clients
        .iter()
        .any(|client| client.risk == Override::Unknown)
        || posture.unread.contains(&Part::Clients)
    {
        return json!({});
    }
    let Value::Object(document) = document(pool) else {
        return json!({});
    };
    let mut named: Map<String, Value> = Map::new();
    let written = document.get("clients").and_then(Value::as_object);
    for client in &posture.clients {
        let own = matches!(client.risk, Override::Own(_));
        let section = written.and_then(|clients| clients.get(&client.key));
        if let (true, Some(Value::Object(section))) = (own, section) {
            let mut section = section.clone();
            section.retain(|key, _| ClientSetting::ALL.iter().all(|own| own.as_str() != key));
            // `*` has a meaning of its own.
            let key = if client.key == EVERY_OTHER {
                client.id.clone()
            } else {
                None
            };
            named.insert(key.unwrap_or_else(|| client.key.clone()), Value::Object(section));
        }
    }
    named.insert(EVERY_OTHER.to_owned(), "inherit".into());
    Value::Object(named)
}

/// The policy as a text, after what it is and remarks of its pool.
pub(in crate::app) fn text(policy: &Map<String, Value>, remarks: &str) -> String {
    let pools = match policy.get("target") {
        Some(target) if target.get("pool").is_none() => "pools as they were",
        Some(_) => "pool as it was",
        None => "pools that share it as they were",
    };
    let head = format!(
        "# yaml-language-server: $schema={SCHEMAS}policy.json\n\
         # Written by `cogward init` from the {pools}. What is not named here is not managed.\n"
    );
    head + remarks + &yaml::to_yaml(&Value::Object(policy.clone()))
}

/// Comments about what a policy cannot say of the pool: parts that were not read, and clients without a list of flows,
/// which is not the same as a client that allows no flow.
pub(in crate::app) fn remarks(pool: &Observed, left_out: &[String], unsaid: &[String]) -> String {
    let mut remarks = String::new();
    if !left_out.is_empty() {
        remarks = remarks + "# Not here, because it could not be read: " + &left_out.join(", ") + ".\n";
    }
    for name in unsaid {
        // Whatever is in a name, it ends no comment.
        let name = name.escape_debug();
        let why = "which is on an expression or has settings that a policy cannot express";
        // Writing to a text cannot fail.
        let _ = writeln!(remarks, "# Not in this policy: the alarm \"{name}\", {why}.");
    }
    let clients = pool.posture.clients.iter();
    // As JSON, so that no name ends the comment.
    let names: Vec<_> = clients
        .filter(|client| client.has_default_flows())
        .map(|client| json!(client.key).to_string())
        .collect();
    if !names.is_empty() {
        let shown = &names[..names.len().min(SHOWN_NAMES)];
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        remarks = remarks
            + "# Without a list of flows, so that AWS's default applies (SRP, custom authentication, refresh): "
            + &shown.join(", ")
            + &more
            + ".\n";
    }
    remarks
}
