//! `SetUserPoolMfaConfig`: what is not sent is off.
//! docs/facts.md, "`SetUserPoolMfaConfig` replaces all factors".

use serde_json::{Value, json};

use crate::simulator::cognito::read::{pool, text};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::RawMembers;
use crate::simulator::times::touch;

pub(super) fn set(context: &mut Context<'_>, input: &Value) -> Answer {
    let (touches, now) = (context.behaviour.mfa_touches_pool, context.now);
    let (_, pool) = pool(context, input)?;
    let mode = text(input, "MfaConfiguration").unwrap_or("OFF");
    let mut factors: RawMembers = input.as_object().cloned().unwrap_or_default();
    factors.retain(|name, value| {
        !matches!(name.as_str(), "UserPoolId" | "MfaConfiguration") && !value.is_null()
    });
    match (mode, any_factor(&factors)) {
        ("OFF", true) => {
            let what = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
            return Err(Failure::invalid(what));
        }
        ("ON" | "OPTIONAL", false) => {
            let what = "Invalid MFA configuration given, can't turn on MFA without configuring an MFA.";
            return Err(Failure::invalid(what));
        }
        _ => {}
    }
    let sender = pool.user_pool.get("EmailConfiguration");
    let sender = sender.and_then(|sender| sender.get("EmailSendingAccount"));
    if factors.contains_key("EmailMfaConfiguration") && sender != Some(&json!("DEVELOPER")) {
        // Its own words are not published.
        let what = "Email MFA needs a user pool that sends its email through Amazon SES.";
        return Err(Failure::invalid(what));
    }
    if let Some(sender) = factors
        .get("SmsMfaConfiguration")
        .and_then(|sms| sms.get("SmsConfiguration"))
    {
        pool.user_pool.insert("SmsConfiguration".into(), sender.clone());
    }
    pool.user_pool.insert("MfaConfiguration".into(), json!(mode));
    pool.mfa = factors;
    if touches {
        touch(&mut pool.user_pool, now);
    }
    let mut answer = pool.mfa.clone();
    answer.insert("MfaConfiguration".into(), json!(mode));
    Ok(Value::Object(answer))
}

/// Whether a second factor is configured. Passkeys are a first one.
pub(super) fn any_factor(mfa: &RawMembers) -> bool {
    let enabled = |factor: &Value| factor.get("Enabled") == Some(&json!(true));
    mfa.contains_key("SmsMfaConfiguration")
        || mfa.contains_key("EmailMfaConfiguration")
        || mfa.get("SoftwareTokenMfaConfiguration").is_some_and(enabled)
}
