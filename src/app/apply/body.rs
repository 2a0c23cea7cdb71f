//! From a planned call to the body that is sent: completed from the object as it was read a moment ago.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::model::mode::{FeaturePlan, Mode};
use crate::plan::{Call, Write};
use crate::pointer::Pointer;
use crate::whole::{
    Changed, ClientSettings, PoolSettings, Refusal, UpdateBody, update_client, update_user_pool,
};

/// The body of a call, from the object that it replaces.
///
/// # Errors
/// The object cannot be known to be sent back without a loss.
pub(super) fn body(call: &Call, object: &Value) -> Result<UpdateBody, Refusal> {
    match call.write {
        Write::UpdateUserPool => update_user_pool(object, &pool_settings(&call.sets)),
        Write::UpdateUserPoolClient => update_client(object, &client_settings(&call.sets)),
        Write::SetRiskConfiguration
        | Write::SetLogDeliveryConfiguration
        | Write::SetUserPoolMfaConfig
        | Write::PutMetricAlarm => Ok(as_planned(call, object)),
    }
}

/// A body that holds what the plan says and nothing else.
fn as_planned(call: &Call, object: &Value) -> UpdateBody {
    let mut sets = call.sets.clone();
    if let Some(members) = sets.as_object_mut() {
        members.retain(|name, _| name != "UserPoolId" && name != "ClientId");
    }
    UpdateBody {
        body: call.sets.clone(),
        carried: Vec::new(),
        unknown: Vec::new(),
        changed: vec![Changed {
            pointer: Pointer::root(),
            before: Some(object.clone()).filter(|object| !object.is_null()),
            after: Some(sets),
        }],
        left_out: Vec::new(),
    }
}

/// What a planned `UpdateUserPool` sets. A custom mode that is not there is OFF, which the API has no word for.
fn pool_settings(sets: &Value) -> PoolSettings {
    let add_ons = sets.get("UserPoolAddOns");
    let custom = add_ons.map(|add_ons| {
        let mode = add_ons.pointer("/AdvancedSecurityAdditionalFlows/CustomAuthMode");
        mode.and_then(word::<Mode>).unwrap_or(Mode::Off)
    });
    PoolSettings {
        feature_plan: sets.get("UserPoolTier").and_then(word::<FeaturePlan>),
        standard: add_ons.and_then(|add_ons| word::<Mode>(add_ons.get("AdvancedSecurityMode")?)),
        custom,
    }
}

fn client_settings(sets: &Value) -> ClientSettings {
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
    }
}

fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// The members of an object that a body changes, before and after: what a journal keeps.
pub(super) fn sides(body: &UpdateBody) -> (Value, Value) {
    if let [only] = body.changed.as_slice()
        && only.pointer == Pointer::root()
    {
        return (
            only.before.clone().unwrap_or_default(),
            only.after.clone().unwrap_or_default(),
        );
    }
    let (mut before, mut after) = (json!({}), json!({}));
    for changed in &body.changed {
        put(&mut before, &changed.pointer, changed.before.clone());
        put(&mut after, &changed.pointer, changed.after.clone());
    }
    (before, after)
}

/// Puts a value at a place, with the objects that lead to it; nothing is `null`.
fn put(into: &mut Value, at: &Pointer, value: Option<Value>) {
    let mut place = into;
    for token in at.tokens() {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[token];
    }
    *place = value.unwrap_or_default();
}
