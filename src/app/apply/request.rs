//! From a planned call to the body that is sent: completed from the object as it was read a moment ago.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::apply::alarm;
use crate::app::apply::object::Object;
use crate::app::apply::places::leaves;
use crate::app::apply::task::Task;
use crate::model::log_delivery::{Delivery, LogSource};
use crate::model::mode::{FeaturePlan, Mode};
use crate::plan::{Call, Setting, Write};
use crate::pointer::Pointer;
use crate::update::{
    Changed, ClientSettings, MfaSettings, PoolSettings, Put, UpdateBody, UpdateRefusal, log_delivery,
    log_delivery_back, mfa_config, risk_configuration, risk_configuration_back, update_client,
    update_user_pool,
};

/// The body of a call, from the object that it replaces, in the form of [`Object`](super::object::Object). Of a plan back
/// to what a journal recorded, what the call is about is put back as it was there, whatever of it this version knows.
///
/// # Errors
/// The object cannot be known to be sent back without a loss.
pub(super) fn body(call: &Call, task: &Task, object: &Value) -> Result<UpdateBody, UpdateRefusal> {
    let pool = task.pool.id();
    let back = back(call, task);
    match call.write {
        Write::UpdateUserPool => update_user_pool(object, &pool_settings(&call.sets, back)),
        Write::UpdateUserPoolClient => update_client(object, &client_settings(&call.sets, back)),
        Write::SetRiskConfiguration if back.is_empty() || resets(&call.sets) => {
            risk_configuration(Some(object), &call.sets)
        }
        Write::SetRiskConfiguration => {
            let mut sets = only_ids(&call.sets);
            for place in back {
                put(&mut sets, &place.at, place.value);
            }
            risk_configuration_back(Some(object), &sets)
        }
        Write::SetLogDeliveryConfiguration if back.is_empty() => {
            log_delivery(pool, &described_logs(object), &log_settings(call, task))
        }
        Write::SetLogDeliveryConfiguration => log_delivery_back(pool, &described_logs(object), &back),
        Write::SetUserPoolMfaConfig => mfa_config(pool, object, &mfa_settings(&call.sets, back)),
        Write::PutMetricAlarm => match alarm::unknown(object) {
            Some(unknown) => Err(UpdateRefusal::NotKnown(unknown)),
            None => Ok(whole(object, &alarm::wanted(call, task, object))),
        },
    }
}

/// What a journal has of the places that a call is about. Places of which no policy speaks go with any of their object.
fn back(call: &Call, task: &Task) -> Vec<Put> {
    let Some(recorded) = task.goal.recorded().filter(|_| !call.makes.is_empty()) else {
        return Vec::new();
    };
    let Some(was) = recorded.was(call.write.as_str(), call.client.as_deref()) else {
        return Vec::new();
    };
    let object = Object::of(call);
    let clients = &task.diff.wanted.clients;
    let client = clients
        .iter()
        .find(|client| client.id.is_some() && client.id == call.client);
    let key = client.map(|client| client.key.as_str()).unwrap_or_default();
    let makes = |leaf: &Setting| call.makes.contains(&leaf.pointer());
    let whole = matches!(object, Object::Risk(Some(_))) && makes(&Setting::Override(key.to_owned()));
    // What means the same as it is, however it is said, is put back by any call; what changes, by the call that makes it.
    let diff = &task.diff;
    let idle = |leaf: &Setting| {
        diff.changes.iter().all(|change| change.leaf != *leaf) && !diff.excluded.contains(leaf)
    };
    let mut places = was.places();
    places.retain(|place| {
        let leaves = leaves(&object, key, &place.at);
        // No update takes a feature plan away.
        let takes_plan = leaves.contains(&Setting::FeaturePlan) && place.value.is_none();
        let is_ours = |leaf: &Setting| makes(leaf) || idle(leaf);
        !takes_plan && (whole || leaves.is_empty() || leaves.iter().any(is_ours))
    });
    places
}

/// Whether a call of `SetRiskConfiguration` has nothing but ids.
fn resets(sets: &Value) -> bool {
    *sets == only_ids(sets)
}

fn only_ids(sets: &Value) -> Value {
    let mut ids = sets.clone();
    if let Some(members) = ids.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "UserPoolId" | "ClientId"));
    }
    ids
}

/// A body for an object that is replaced as a whole.
fn whole(before: &Value, after: &Value) -> UpdateBody {
    let present = |value: &Value| Some(value.clone()).filter(|value| !value.is_null());
    let changed = Changed {
        pointer: Pointer::root(),
        before: present(before),
        after: present(after),
    };
    UpdateBody {
        body: after.clone(),
        carried: Vec::new(),
        unknown: Vec::new(),
        changed: if before == after {
            Vec::new()
        } else {
            vec![changed]
        },
        left_out: Vec::new(),
        gone: Vec::new(),
    }
}

/// Log delivery as the service describes it, from entries by source.
pub(super) fn described_logs(object: &Value) -> Value {
    let mut root = object.as_object().cloned().unwrap_or_default();
    let entries = root.get("LogConfigurations").and_then(Value::as_object);
    let list: Vec<_> = entries.into_iter().flat_map(|entries| entries.values()).collect();
    let list = json!(list);
    root.insert("LogConfigurations".to_owned(), list);
    json!({ "LogDeliveryConfiguration": root })
}

/// Where the sources that a call is about are to be delivered to.
fn log_settings(call: &Call, task: &Task) -> Vec<(LogSource, Option<Delivery>)> {
    let wanted = task.diff.wanted.log_delivery.clone().unwrap_or_default();
    let made = |source: &LogSource| call.makes.contains(&Setting::LogDelivery(*source).pointer());
    let set = LogSource::ALL.into_iter().filter(made);
    set.map(|source| (source, wanted.delivered(source).cloned()))
        .collect()
}

/// What a planned `UpdateUserPool` sets. A custom mode that is not there is OFF, which the API has no word for.
fn pool_settings(sets: &Value, back: Vec<Put>) -> PoolSettings {
    let add_ons = sets.get("UserPoolAddOns");
    let custom = add_ons.map(|add_ons| {
        let mode = add_ons.pointer("/AdvancedSecurityAdditionalFlows/CustomAuthMode");
        mode.and_then(from_api_name::<Mode>).unwrap_or(Mode::Off)
    });
    PoolSettings {
        feature_plan: sets.get("UserPoolTier").and_then(from_api_name::<FeaturePlan>),
        standard: add_ons.and_then(|add_ons| from_api_name::<Mode>(add_ons.get("AdvancedSecurityMode")?)),
        custom,
        back,
    }
}

fn client_settings(sets: &Value, back: Vec<Put>) -> ClientSettings {
    let set = |name: &str| -> Option<BTreeSet<String>> {
        let list = sets.get(name)?.as_array()?.iter();
        Some(list.filter_map(Value::as_str).map(str::to_owned).collect())
    };
    ClientSettings {
        auth_flows: set("ExplicitAuthFlows"),
        oauth_flows: set("AllowedOAuthFlows"),
        identity_providers: set("SupportedIdentityProviders"),
        propagate_user_context: sets
            .get("EnablePropagateAdditionalUserContextData")
            .and_then(Value::as_bool),
        back,
    }
}

fn mfa_settings(sets: &Value, back: Vec<Put>) -> MfaSettings {
    MfaSettings {
        configuration: sets.get("MfaConfiguration").and_then(from_api_name),
        factors: sets.get("factors").and_then(from_api_name),
        back,
    }
}

fn from_api_name<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// What of an object a body changes, before and after: what a journal keeps. Nothing is null: where more than the place
/// itself was not there, that outermost.
pub(super) fn sides(body: &UpdateBody, object: &Value) -> (Value, Value) {
    let (mut before, mut after) = (json!({}), json!({}));
    for changed in &body.changed {
        if let Some(value) = &changed.before {
            put(&mut before, &changed.pointer, Some(value.clone()));
        } else {
            let (at, nothing) = absence(object, &changed.pointer);
            put(&mut before, &at, Some(nothing));
        }
        put(&mut after, &changed.pointer, changed.after.clone());
    }
    if object.is_null() {
        before = Value::Null;
    }
    (before, after)
}

/// Where a place begins to be absent, and how: null, or the empty object that is in its place.
fn absence(object: &Value, at: &Pointer) -> (Pointer, Value) {
    let (mut place, mut there) = (Pointer::root(), object);
    for token in at.tokens() {
        match there.get(&token).filter(|value| !value.is_null()) {
            Some(value) => there = value,
            None if *there == json!({}) && place != Pointer::root() => return (place, json!({})),
            None => return (place.child(token), Value::Null),
        }
        place = place.child(token);
    }
    (place, Value::Null)
}

/// Puts a value at a place, with the objects that lead to it; nothing is `null`.
pub(super) fn put(into: &mut Value, at: &Pointer, value: Option<Value>) {
    let mut place = into;
    for token in at.tokens() {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[token];
    }
    *place = value.unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_there_is_recorded_where_it_begins_to_be_absent() {
        let object = json!({ "A": { "B": 1 }, "C": {}, "D": null });
        for (at, wanted) in [
            ("/A/X", ("/A/X", Value::Null)),
            ("/A/X/Y", ("/A/X", Value::Null)),
            ("/C/X/Y", ("/C", json!({}))),
            ("/D/X", ("/D", Value::Null)),
            ("/E/X", ("/E", Value::Null)),
        ] {
            let (place, nothing) = absence(&object, &Pointer::parse(at).unwrap());
            assert_eq!((place.as_str(), nothing), wanted, "{at}");
        }
    }
}
