//! `UpdateUserPool` from `DescribeUserPool`. docs/facts.md, "`UpdateUserPool` resets what is not sent".

use serde_json::{Map, Value, json};

use crate::model::mode::{FeaturePlan, Mode};
use crate::update::body::{UpdateBody, Why};
use crate::update::draft::{Draft, is_nothing};
use crate::update::places::{Put, at};
use crate::update::refusal::UpdateRefusal;
use crate::update::traps;

/// What is to be set of a pool by `UpdateUserPool`. `None` is unmanaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolSettings {
    /// `UserPoolTier`.
    pub feature_plan: Option<FeaturePlan>,
    /// `UserPoolAddOns.AdvancedSecurityMode`.
    pub standard: Option<Mode>,
    /// `UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode`; [`Mode::Off`] takes the member away, because
    /// the API has no such value (docs/facts.md, "Two modes").
    pub custom: Option<Mode>,
}

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
/// Places of `back` are put back as the service had them, whatever `set` says of them.
///
/// # Errors
/// A description that cannot be known to be sent back without a loss.
pub fn update_user_pool(raw: &Value, set: PoolSettings, back: &[Put]) -> Result<UpdateBody, UpdateRefusal> {
    let pool = raw.as_object().ok_or(UpdateRefusal::NoId("Id"))?;
    let id = pool
        .get("Id")
        .and_then(Value::as_str)
        .ok_or(UpdateRefusal::NoId("Id"))?;
    traps::check_pool(pool)?;
    let mut draft = Draft::of(pool);
    draft.id("UserPoolId", id);
    for (name, value) in pool {
        member(&mut draft, name, value);
    }
    traps::invitations(&mut draft, pool);
    traps::tags(&mut draft, pool)?;
    modes(&mut draft, pool, set)?;
    if let Some(plan) = set
        .feature_plan
        .filter(|plan| pool.get(TIER) != Some(&json!(plan)))
    {
        if plan == FeaturePlan::Lite {
            traps::lite(pool)?;
        }
        // The feature plan is sent only where it changes: Cognito keeps it otherwise.
        draft.set(at(&[TIER]), Some(json!(plan)));
    }
    put_back(&mut draft, pool, back);
    draft.finish()
}

fn member(draft: &mut Draft<'_>, name: &str, value: &Value) {
    let empty = value.as_object().is_some_and(Map::is_empty) && NEVER_EMPTY.contains(&name);
    match name {
        "Id" => {}
        _ if DESCRIBE_ONLY.contains(&name) => draft.leave(&[name], Why::DescribeOnly),
        _ if is_nothing(name, value) || empty => draft.leave(&[name], Why::Empty),
        "Name" => draft.carry_as("Name", "PoolName", value.clone()),
        TIER => draft.leave(&[name], Why::KeptByService),
        // Where it is sent without a status, registration is turned on; where it is not sent, it stays.
        "DcrConfiguration" if value.get("EnableStatus").is_none_or(Value::is_null) => {
            draft.leave(&[name], Why::KeptByService);
        }
        _ => draft.carry(name, value.clone(), CARRIED.contains(&name)),
    }
}

/// `UserPoolAddOns` with the modes that are to be set. It is an object with a required member: it is sent with the
/// standard mode, or not at all.
fn modes(draft: &mut Draft<'_>, pool: &Map<String, Value>, set: PoolSettings) -> Result<(), UpdateRefusal> {
    if set.standard.is_none() && set.custom.is_none() {
        return Ok(());
    }
    let add_ons = traps::object(pool, &[], ADD_ONS)?.unwrap_or_default();
    let flows = traps::object(&add_ons, &[ADD_ONS], FLOWS)?.unwrap_or_default();
    let described = !add_ons.is_empty();
    let standard = match (set.standard, add_ons.get(STANDARD)) {
        (Some(mode), _) => json!(mode),
        (None, Some(Value::String(mode))) => json!(mode),
        // A pool without add-ons is one whose mode is OFF.
        (None, None) if !described => json!(Mode::Off),
        (None, _) => {
            return Err(UpdateRefusal::Shape {
                pointer: at(&[ADD_ONS, STANDARD]),
                what: "is missing or not a text",
            });
        }
    };
    let custom = match set.custom {
        Some(Mode::Off) => None,
        Some(mode) => Some(json!(mode)),
        None => flows.get(CUSTOM).filter(|mode| !mode.is_null()).cloned(),
    };
    if !described && standard == json!(Mode::Off) && custom.is_none() {
        return Ok(());
    }
    let takes_away = custom.is_none() && flows.contains_key(CUSTOM);
    draft.set(at(&[ADD_ONS, STANDARD]), Some(standard));
    draft.set(at(&[ADD_ONS, FLOWS, CUSTOM]), custom);
    if takes_away {
        draft.prune(&[ADD_ONS, FLOWS]);
    }
    Ok(())
}

/// Puts places back. Add-ons that still have something in them must have a mode, and none is OFF.
fn put_back(draft: &mut Draft<'_>, pool: &Map<String, Value>, back: &[Put]) {
    draft.put(back);
    let had_mode = pool
        .get(ADD_ONS)
        .is_some_and(|add_ons| add_ons.get(STANDARD).is_some());
    if had_mode && draft.get(&[ADD_ONS]).is_some() && draft.get(&[ADD_ONS, STANDARD]).is_none() {
        draft.set(at(&[ADD_ONS, STANDARD]), Some(json!(Mode::Off)));
    }
}
