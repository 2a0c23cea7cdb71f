//! The traps of `UpdateUserPool`. docs/facts.md, "Members that must agree" and "Members that are not sent back".

use serde_json::{Map, Value, json};

use crate::simulator::cognito::mfa::any_factor;
use crate::simulator::failure::Failure;
use crate::simulator::options::Behaviour;
use crate::simulator::state::{Pool, RawMembers};

/// The verification texts that are there twice: in the template, and flat.
const TWINS: [(&str, &str); 3] = [
    ("EmailMessage", "EmailVerificationMessage"),
    ("EmailSubject", "EmailVerificationSubject"),
    ("SmsMessage", "SmsVerificationMessage"),
];

/// What may not be sent.
pub(super) fn before(sent: &RawMembers, pool: &Pool, behaviour: &Behaviour) -> Result<(), Failure> {
    let at = |pointer: &str| place(sent, pointer);
    if at("/AdminCreateUserConfig/UnusedAccountValidityDays").is_some() {
        let what =
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays";
        return Err(Failure::invalid(what));
    }
    let template = "/VerificationMessageTemplate";
    let both = ["EmailMessage", "EmailMessageByLink"]
        .iter()
        .all(|name| at(&format!("{template}/{name}")).is_some());
    if both && !behaviour.takes_both_email_messages {
        return Err(Failure::invalid(
            "EmailMessage and EmailMessageByLink cannot both be given",
        ));
    }
    let tags = sent.get("UserPoolTags").and_then(Value::as_object);
    if tags.is_some_and(|tags| tags.keys().any(|key| key.starts_with("aws:"))) {
        let what = "aws: prefixed tag key names are not allowed for external use";
        return Err(Failure::invalid(what));
    }
    let sms = sent.get("SmsConfiguration");
    if sms.is_some_and(|sms| sms.get("SnsCallerArn").is_none() && sms.get("EumsSms").is_none()) {
        return Err(Failure::invalid("SmsConfiguration needs a SnsCallerArn"));
    }
    let mfa = sent.get("MfaConfiguration").and_then(Value::as_str);
    if mfa.is_some_and(|mode| mode != "OFF") && !any_factor(&pool.mfa) {
        let what = "Cannot turn MFA functionality ON, once the user pool has been created.";
        return Err(Failure::invalid(what));
    }
    let (old, new) = (
        at("/LambdaConfig/PreTokenGeneration"),
        at("/LambdaConfig/PreTokenGenerationConfig/LambdaArn"),
    );
    if let (Some(old), Some(new)) = (old, new)
        && old != new
    {
        let what =
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's";
        return Err(Failure::invalid(what));
    }
    Ok(())
}

fn place<'a>(members: &'a RawMembers, pointer: &str) -> Option<&'a Value> {
    let (first, rest) = pointer.strip_prefix('/')?.split_once('/')?;
    let value = members.get(first)?.pointer(&format!("/{rest}"))?;
    Some(value).filter(|value| !value.is_null())
}

/// What is made of a `DcrConfiguration` that is sent: without a status, registration is turned on.
pub(super) fn registration(mut sent: Value) -> Value {
    if let Some(members) = sent.as_object_mut() {
        members.entry("EnableStatus").or_insert(json!("Enabled"));
    }
    sent
}

/// What the service makes of what was sent.
pub(super) fn complete(new: &mut RawMembers) {
    if let Some(Value::Object(devices)) = new.get_mut("DeviceConfiguration") {
        for name in ["ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt"] {
            devices.entry(name).or_insert(json!(false));
        }
    }
    let mut template: Map<_, _> = match new.get("VerificationMessageTemplate") {
        Some(Value::Object(template)) => template.clone(),
        _ => Map::new(),
    };
    for (inside, flat) in TWINS {
        // The flat ones are "no longer used": where both are sent, the template's text is the text.
        if let Some(text) = template.get(inside) {
            new.insert(flat.into(), text.clone());
        } else if let Some(text) = new.get(flat) {
            template.insert(inside.into(), text.clone());
        }
    }
    if !template.is_empty() {
        new.insert("VerificationMessageTemplate".into(), Value::Object(template));
    }
}

/// What a changed pool may not be.
pub(super) fn after(new: &RawMembers, behaviour: &Behaviour) -> Result<(), Failure> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let verified = list(new.get("AutoVerifiedAttributes"));
    let required = list(place(
        new,
        "/UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate",
    ));
    if required.iter().any(|attribute| !verified.contains(attribute)) {
        let what = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
        return Err(Failure::invalid(what));
    }
    let custom = place(
        new,
        "/UserPoolAddOns/AdvancedSecurityAdditionalFlows/CustomAuthMode",
    );
    let standard = place(new, "/UserPoolAddOns/AdvancedSecurityMode");
    let off = standard == Some(&json!("OFF"));
    if behaviour.custom_mode_needs_standard && custom.is_some() && off {
        let what = "CustomAuthMode cannot be set while AdvancedSecurityMode is OFF";
        return Err(Failure::invalid(what));
    }
    Ok(())
}
