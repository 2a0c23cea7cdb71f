//! What is not known of a pool that a template makes: a policy does not say it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::alarm::is_pool_id;
use crate::model::observed::Observed;
use crate::model::posture::Posture;
use crate::plan::{Holder, RiskSetting, Setting, may_be_reset};
use crate::pointer::Pointer;

/// How what nobody knows begins in a text of a template, as a policy writes it: `$${import `topic`}`.
const OPEN: &str = "$${";

/// Who the policy is for, and what it is called.
const HEAD: [&str; 2] = ["name", "target"];

/// Members without which nothing can be said of what they are in: whose email it is, and where logs go.
const NEEDED: [&str; 4] = ["source_arn", "cloudwatch_logs", "s3", "firehose"];

/// Takes out of the policy of a pool what its template leaves open, and gives the places. What is left would be written to AWS
/// as it stands. Alarms of a pool that is not there yet are on the one that the policy is for.
pub(super) fn leave_out(policy: &mut Map<String, Value>, pool: &Observed) -> Vec<String> {
    for alarm in policy
        .get_mut("alarms")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(id) = alarm
            .pointer_mut("/dimensions/UserPoolId")
            .filter(|id| **id == json!(pool.id()) && !is_pool_id(pool.id()))
        {
            *id = json!("");
        }
    }
    let mut left_out = Vec::new();
    let unknown: BTreeSet<_> = pool
        .posture
        .unknown
        .iter()
        .cloned()
        .chain(reset(&pool.posture))
        .collect();
    policy.retain(|key, _| {
        let at = Pointer::root().child(key);
        let is_kept = HEAD.contains(&key.as_str()) || !unknown.contains(&at);
        if !is_kept {
            left_out.push(at.to_string());
        }
        is_kept
    });
    for (key, value) in policy.iter_mut().filter(|(key, _)| !HEAD.contains(&key.as_str())) {
        take(value, &Pointer::root().child(key), &unknown, &mut left_out);
    }
    policy.retain(|_, value| *value != json!({}));
    left_out
}

/// Places of what the plan may reset by a destroy.
fn reset(posture: &Posture) -> BTreeSet<Pointer> {
    let clients = posture
        .clients
        .iter()
        .map(|client| Holder::Client(client.key.clone()));
    let holders = std::iter::once(Holder::Pool).chain(clients);
    let leaves = holders
        .flat_map(|holder| RiskSetting::all().map(move |leaf| Setting::Risk(holder.clone(), leaf)))
        .filter(|leaf| may_be_reset(leaf, posture));
    leaves.map(|leaf| leaf.pointer()).collect()
}

/// Takes members out at or below a place, and what is then empty.
fn take(value: &mut Value, at: &Pointer, unknown: &BTreeSet<Pointer>, left_out: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.retain(|key, value| {
            let at = at.child(key);
            let is_without = |name: &&str| value.get(name).is_some_and(is_open);
            if is_open(value) || unknown.contains(&at) || NEEDED.iter().any(is_without) {
                left_out.push(at.to_string());
                return false;
            }
            let was_empty = *value == json!({});
            take(value, &at, unknown, left_out);
            was_empty || *value != json!({})
        }),
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                take(item, &at.child(index), unknown, left_out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether it is a text that is open, or a list with one: a part of a list is another list.
fn is_open(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(OPEN),
        Value::Array(items) => items.iter().any(|item| item.is_string() && is_open(item)),
        _ => false,
    }
}
