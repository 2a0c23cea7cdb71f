//! From a planned call to the body that is sent: completed from the object as it was read a moment ago.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::apply::alarm;
use crate::app::apply::work::Work;
use crate::model::mode::{FeaturePlan, Mode};
use crate::plan::{Call, Write};
use crate::pointer::Pointer;
use crate::whole::{
    Changed, ClientSettings, MfaSettings, PoolSettings, Refusal, UpdateBody, log_delivery, mfa_config,
    risk_configuration, update_client, update_user_pool,
};

/// The body of a call, from the object that it replaces, in the form of [`Object`](super::object::Object).
///
/// # Errors
/// The object cannot be known to be sent back without a loss.
pub(super) fn body(call: &Call, work: &Work, object: &Value) -> Result<UpdateBody, Refusal> {
    let pool = work.pool.id();
    match call.write {
        Write::UpdateUserPool => update_user_pool(object, &pool_settings(&call.sets)),
        Write::UpdateUserPoolClient => update_client(object, &client_settings(&call.sets)),
        Write::SetRiskConfiguration => risk_configuration(Some(object), &call.sets),
        Write::SetLogDeliveryConfiguration => {
            let wanted = work.diff.wanted.log_delivery.clone().unwrap_or_default();
            log_delivery(pool, &described_logs(object), &wanted)
        }
        Write::SetUserPoolMfaConfig => mfa_config(pool, object, &mfa_settings(&call.sets)),
        Write::PutMetricAlarm => Ok(whole(object, &alarm::wanted(call, work, object))),
    }
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
    }
}

/// Log delivery as the service describes it, from entries by source.
fn described_logs(object: &Value) -> Value {
    let entries = object.get("LogConfigurations").and_then(Value::as_object);
    let list: Vec<_> = entries.into_iter().flat_map(|entries| entries.values()).collect();
    json!({ "LogDeliveryConfiguration": { "LogConfigurations": list } })
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

fn mfa_settings(sets: &Value) -> MfaSettings {
    MfaSettings {
        configuration: sets.get("MfaConfiguration").and_then(word),
        factors: sets.get("factors").and_then(word),
    }
}

fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// What of an object a body changes, before and after: what a journal keeps. Nothing at all before is null.
pub(super) fn sides(body: &UpdateBody, object: &Value) -> (Value, Value) {
    let (mut before, mut after) = (json!({}), json!({}));
    for changed in &body.changed {
        put(&mut before, &changed.pointer, changed.before.clone());
        put(&mut after, &changed.pointer, changed.after.clone());
    }
    if object.is_null() {
        before = Value::Null;
    }
    (before, after)
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
