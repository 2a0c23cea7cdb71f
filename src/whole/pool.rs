//! `UpdateUserPool` from `DescribeUserPool`. docs/facts.md, "`UpdateUserPool` resets what is not sent".

use serde_json::{Map, Value, json};

use crate::model::mode::{FeaturePlan, Mode};
use crate::whole::body::{UpdateBody, Why};
use crate::whole::draft::{Draft, at};
use crate::whole::refusal::Refusal;
use crate::whole::settings::PoolSettings;
use crate::whole::traps;

/// Members that only the description has.
const DESCRIBE_ONLY: [&str; 13] = [
    "AliasAttributes",
    "Arn",
    "CreationDate",
    "CustomDomain",
    "Domain",
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "LastModifiedDate",
    "SchemaAttributes",
    "SmsConfigurationFailure",
    "Status",
    "UsernameAttributes",
    "UsernameConfiguration",
];

/// Members that description and update have alike.
const CARRIED: [&str; 23] = [
    "AccountRecoverySetting",
    "AcrConfiguration",
    "AdminCreateUserConfig",
    "AutoVerifiedAttributes",
    "DcrConfiguration",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "IssuerConfiguration",
    "KeyConfiguration",
    "LambdaConfig",
    "MfaConfiguration",
    "Policies",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTags",
    "UserPoolTier",
    "VerificationMessageTemplate",
];

/// Members that the service refuses as empty objects, and that mean "nothing" then.
const NEVER_EMPTY: [&str; 3] = ["DeviceConfiguration", "SmsConfiguration", ADD_ONS];

const ADD_ONS: &str = "UserPoolAddOns";
const STANDARD: &str = "AdvancedSecurityMode";
const FLOWS: &str = "AdvancedSecurityAdditionalFlows";
const CUSTOM: &str = "CustomAuthMode";
const TIER: &str = "UserPoolTier";

/// The body of `UpdateUserPool` that changes what is to be set and nothing else, from `UserPool` of
/// `DescribeUserPool` as the service sent it, read a moment ago.
///
/// `UpdateUserPool` resets what is not sent, so that all that it can take is sent back: members that this version does
/// not know included, unless they are null. `MfaConfiguration` is sent as it is, and never changed this way.
///
/// # Errors
/// A description that cannot be known to be sent back without a loss.
pub fn update_user_pool(raw: &Value, set: &PoolSettings) -> Result<UpdateBody, Refusal> {
    let pool = raw.as_object().ok_or(Refusal::NoId("Id"))?;
    let id = pool
        .get("Id")
        .and_then(Value::as_str)
        .ok_or(Refusal::NoId("Id"))?;
    traps::check_pool(pool)?;
    let mut draft = Draft::default();
    draft.id("UserPoolId", id);
    for (name, value) in pool {
        member(&mut draft, pool, name, value)?;
    }
    modes(&mut draft, pool, set)?;
    plan(&mut draft, pool, set.feature_plan)?;
    Ok(draft.finish())
}

fn member(draft: &mut Draft, pool: &Map<String, Value>, name: &str, value: &Value) -> Result<(), Refusal> {
    let empty = value.as_object().is_some_and(Map::is_empty) && NEVER_EMPTY.contains(&name);
    match name {
        "Id" => {}
        _ if DESCRIBE_ONLY.contains(&name) => draft.leave(&[name], Why::DescribeOnly),
        _ if value.is_null() || empty => draft.leave(&[name], Why::Empty),
        "Name" => draft.carry("PoolName", value.clone(), true)?,
        TIER => draft.leave(&[name], Why::KeptByService),
        // Where it is sent without a status, registration is turned on; where it is not sent, it stays.
        "DcrConfiguration" if value.get("EnableStatus").is_none_or(Value::is_null) => {
            draft.leave(&[name], Why::KeptByService);
        }
        "AcrConfiguration" if pool.get(TIER) == Some(&json!("LITE")) => {
            draft.leave(&[name], Why::DefaultOfPlan);
        }
        "AdminCreateUserConfig" => traps::invitations(draft, name, value)?,
        "UserPoolTags" => traps::tags(draft, name, value)?,
        _ => draft.carry(name, value.clone(), CARRIED.contains(&name))?,
    }
    Ok(())
}

/// `UserPoolAddOns` with the modes that are to be set. It is an object with a required member: it is sent with the
/// standard mode, or not at all.
fn modes(draft: &mut Draft, pool: &Map<String, Value>, set: &PoolSettings) -> Result<(), Refusal> {
    if set.standard.is_none() && set.custom.is_none() {
        return Ok(());
    }
    let mut add_ons = traps::object(pool, &[], ADD_ONS)?.unwrap_or_default();
    let mut flows = traps::object(&add_ons, &[ADD_ONS], FLOWS)?.unwrap_or_default();
    let described = !add_ons.is_empty();
    let before = (add_ons.get(STANDARD).cloned(), flows.get(CUSTOM).cloned());
    let standard = match (set.standard, &before.0) {
        (Some(mode), _) => json!(mode),
        (None, Some(Value::String(mode))) => json!(mode),
        // A pool without add-ons is one whose mode is OFF.
        (None, None) if !described => json!(Mode::Off),
        (None, _) => {
            return Err(Refusal::Shape {
                pointer: at(&[ADD_ONS, STANDARD]),
                what: "is not there or no text",
            });
        }
    };
    match set.custom {
        Some(Mode::Off) => drop(flows.shift_remove(CUSTOM)),
        Some(mode) => drop(flows.insert(CUSTOM.to_owned(), json!(mode))),
        None => {}
    }
    let after = (standard, flows.get(CUSTOM).cloned());
    if !described && after == (json!(Mode::Off), None) {
        return Ok(());
    }
    if before.0.as_ref() == Some(&after.0) && before.1 == after.1 {
        return Ok(());
    }
    add_ons.insert(STANDARD.to_owned(), after.0.clone());
    if flows.is_empty() {
        add_ons.shift_remove(FLOWS);
    } else {
        add_ons.insert(FLOWS.to_owned(), Value::Object(flows));
    }
    draft.note(&[ADD_ONS, STANDARD], before.0, Some(after.0));
    draft.note(&[ADD_ONS, FLOWS, CUSTOM], before.1, after.1);
    draft.send(ADD_ONS, Some(Value::Object(add_ons)))
}

/// The feature plan is sent only where it changes: the service keeps it otherwise.
fn plan(draft: &mut Draft, pool: &Map<String, Value>, plan: Option<FeaturePlan>) -> Result<(), Refusal> {
    let (before, after) = (pool.get(TIER), plan.map(|plan| json!(plan)));
    match after {
        Some(after) if before != Some(&after) => {
            draft.note(&[TIER], before.cloned(), Some(after.clone()));
            draft.send(TIER, Some(after))
        }
        _ => Ok(()),
    }
}
