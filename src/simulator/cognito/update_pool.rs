//! `UpdateUserPool`. docs/facts.md, "`UpdateUserPool` resets what is not sent".

use serde_json::{Value, json};

use crate::simulator::cognito::read::pool;
use crate::simulator::cognito::{plan, traps};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::options::Update;
use crate::simulator::state::RawMembers;
use crate::simulator::times::touch;

/// Members that `DescribeUserPool` answers and no update can send.
const READ_ONLY: [&str; 15] = [
    "AliasAttributes",
    "Arn",
    "CreationDate",
    "CustomDomain",
    "Domain",
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "Id",
    "LastModifiedDate",
    "Name",
    "SchemaAttributes",
    "SmsConfigurationFailure",
    "Status",
    "UsernameAttributes",
    "UsernameConfiguration",
];

/// Members that stay if they are not sent, as documented.
const STAYS: [&str; 2] = ["DcrConfiguration", "UserPoolTier"];

/// Members that were measured to stay.
const STAYS_IF_MEASURED: [&str; 4] = [
    "MfaConfiguration",
    "Policies",
    "UserAttributeUpdateSettings",
    "UserPoolTags",
];

pub(super) fn update(context: &mut Context<'_>, input: &Value) -> Answer {
    let (behaviour, now) = (context.behaviour.clone(), context.now);
    let (_, pool) = pool(context, input)?;
    if pool.import_runs {
        let what = "A user import job is in progress.";
        return Err(Failure::new("UserImportInProgressException", what));
    }
    let sent: RawMembers = input.as_object().cloned().unwrap_or_default();
    traps::before(&sent, pool, &behaviour)?;
    let mut new = replaced(&pool.user_pool, sent, behaviour.update);
    if behaviour.update != Update::Bare {
        traps::complete(&mut new);
    }
    traps::after(&new, &behaviour)?;
    plan::check(pool, &new)?;
    touch(&mut new, now);
    pool.user_pool = new;
    Ok(json!({}))
}

/// The pool after an update: what stays, what was sent, and defaults.
fn replaced(old: &RawMembers, sent: RawMembers, update: Update) -> RawMembers {
    let measured = update == Update::Measured;
    let stays = |name: &str| {
        READ_ONLY.contains(&name) || STAYS.contains(&name) || (measured && STAYS_IF_MEASURED.contains(&name))
    };
    let mut new: RawMembers = old.clone();
    new.retain(|name, _| stays(name));
    for (name, value) in sent {
        match name.as_str() {
            "UserPoolId" => {}
            "PoolName" => drop(new.insert("Name".into(), value)),
            name if READ_ONLY.contains(&name) || value.is_null() => {}
            "Policies" if measured => policies(&mut new, value),
            "DcrConfiguration" => drop(new.insert(name, traps::registration(value))),
            _ => drop(new.insert(name, value)),
        }
    }
    keep_tags_of_aws(old, &mut new);
    if update != Update::Bare {
        for (name, value) in defaults() {
            new.entry(name).or_insert(value);
        }
    }
    new
}

/// Measured: each policy stays if the other alone is sent.
fn policies(new: &mut RawMembers, sent: Value) {
    let (Some(Value::Object(old)), Value::Object(sent)) = (new.get_mut("Policies"), sent.clone()) else {
        new.insert("Policies".into(), sent);
        return;
    };
    old.extend(sent);
}

/// Tags of AWS itself are not the caller's to remove.
fn keep_tags_of_aws(old: &RawMembers, new: &mut RawMembers) {
    let tags = old.get("UserPoolTags").and_then(Value::as_object);
    let own: Vec<_> = tags
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.starts_with("aws:"))
        .collect();
    if own.is_empty() {
        return;
    }
    if let Some(tags) = new.entry("UserPoolTags").or_insert(json!({})).as_object_mut() {
        tags.extend(own.into_iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}

/// What a new pool has.
fn defaults() -> Vec<(&'static str, Value)> {
    let passwords = json!({
        "MinimumLength": 8,
        "RequireUppercase": true,
        "RequireLowercase": true,
        "RequireNumbers": true,
        "RequireSymbols": true,
        "TemporaryPasswordValidityDays": 7,
    });
    let recovery = json!([
        { "Priority": 1, "Name": "verified_phone_number" },
        { "Priority": 2, "Name": "verified_email" },
    ]);
    vec![
        (
            "Policies",
            json!({ "PasswordPolicy": passwords, "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } }),
        ),
        ("DeletionProtection", json!("INACTIVE")),
        ("LambdaConfig", json!({})),
        (
            "VerificationMessageTemplate",
            json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE" }),
        ),
        ("MfaConfiguration", json!("OFF")),
        (
            "EmailConfiguration",
            json!({ "EmailSendingAccount": "COGNITO_DEFAULT" }),
        ),
        (
            "AdminCreateUserConfig",
            json!({ "AllowAdminCreateUserOnly": false }),
        ),
        (
            "AccountRecoverySetting",
            json!({ "RecoveryMechanisms": recovery }),
        ),
        ("KeyConfiguration", json!({ "KeyType": "AWS_OWNED_KEY" })),
        ("IssuerConfiguration", json!({ "Type": "ORIGINAL" })),
    ]
}
