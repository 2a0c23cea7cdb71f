//! From a planned call to the body that is sent: completed from the object as it was read a moment ago.

use serde_json::{Value, json};

use crate::app::apply::alarm;
use crate::app::apply::object::Object;
use crate::app::apply::places::{is_shown, leaves};
use crate::app::apply::task::Task;
use crate::plan::{Call, Sets, Setting};
use crate::pointer::Pointer;
use crate::update::{
    Changed, Put, UpdateBody, UpdateRefusal, log_delivery, log_delivery_back, mfa_config, mfa_twins,
    risk_configuration, risk_configuration_back, update_client, update_user_pool,
};

/// The body of a call, from the object that it replaces, in the form of [`Object`](super::object::Object). Of a plan back
/// to what a journal recorded, what the call is about is put back as it was there, whatever of it this version knows.
/// `mfa` is what `GetUserPoolMfaConfig` answers then, null where it could not be read: a pool's update sends MFA along.
///
/// # Errors
/// The object cannot be known to be sent back without a loss.
pub(super) fn body(
    call: &Call,
    task: &Task,
    object: &Value,
    mfa: &Value,
) -> Result<UpdateBody, UpdateRefusal> {
    let pool = task.pool.id();
    let back = back(call, task);
    only_ours(&Object::of(call), &back)?;
    match &call.sets {
        Sets::Pool(set) => {
            mfa_twins(object, mfa)?;
            update_user_pool(object, *set, &back)
        }
        Sets::Client(set) => update_client(object, set, &back),
        Sets::Risk(set) if back.is_empty() || set.resets() => {
            risk_configuration(Some(object), &set.members(call.client.as_deref()))
        }
        Sets::Risk(set) => {
            let mut sets = only_ids(set.members(call.client.as_deref()));
            for place in back {
                put(&mut sets, &place.at, place.value);
            }
            risk_configuration_back(Some(object), &sets)
        }
        Sets::Logs(set) if back.is_empty() => log_delivery(pool, &described_logs(object), &set.settings()),
        Sets::Logs(_) => log_delivery_back(pool, &described_logs(object), &back),
        Sets::Mfa(set) => mfa_config(pool, object, set, &back),
        Sets::Alarm(set) => match alarm::unknown(object) {
            Some(unknown) => Err(UpdateRefusal::NotKnown(unknown)),
            None => Ok(whole(object, &alarm::wanted(set, object))),
        },
    }
}

/// What a journal has of the places that a call is about. Places of which no policy speaks go with any of their object.
pub(super) fn back(call: &Call, task: &Task) -> Vec<Put> {
    let Some(recorded) = task.goal.recorded().filter(|_| !call.makes.is_empty()) else {
        return Vec::new();
    };
    let Some(was) = recorded.was(call.write().as_str(), call.client.as_deref()) else {
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

/// No run puts into its journal whom a call is about, and of a pool and a client it changes nothing but what policies
/// manage: a journal that has more was changed by somebody.
fn only_ours(object: &Object, back: &[Put]) -> Result<(), UpdateRefusal> {
    let names_whom = |place: &Pointer| {
        let first = place.tokens().next();
        first.is_some_and(|name| matches!(name.as_str(), "UserPoolId" | "ClientId" | "Id"))
    };
    let is_whole = matches!(object, Object::Pool | Object::Client(_));
    let stray = back
        .iter()
        .find(|place| names_whom(&place.at) || is_whole && !is_shown(object, &place.at));
    stray.map_or(Ok(()), |place| {
        Err(UpdateRefusal::NotMade {
            pointer: place.at.clone(),
            what: "is in the journal, and cogward never writes it: somebody changed the journal; restore it from where it was \
                   kept, or remove the place from it",
        })
    })
}

fn only_ids(mut sets: Value) -> Value {
    if let Some(members) = sets.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "UserPoolId" | "ClientId"));
    }
    sets
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

    /// What was not there is recorded where it begins to be absent.
    #[test]
    fn absence_recorded_at_outermost_place() {
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
