//! `SetUserPoolMfaConfig` from `GetUserPoolMfaConfig`: without `MfaConfiguration` MFA is off.
//! docs/facts.md, "`SetUserPoolMfaConfig` replaces all factors".

use serde_json::{Map, Value, json};

use crate::model::mode::{Mfa, MfaConfiguration, MfaFactor};
use crate::update::body::{UpdateBody, Why};
use crate::update::draft::{Draft, is_nothing};
use crate::update::places::{Put, at};
use crate::update::refusal::UpdateRefusal;

const MODE: &str = "MfaConfiguration";
const SMS: &str = "SmsMfaConfiguration";
const TOKEN: &str = "SoftwareTokenMfaConfiguration";
const EMAIL: &str = "EmailMfaConfiguration";
const PASSKEY: &str = "WebAuthnConfiguration";
const KIND: &str = "FactorConfiguration";

/// Passkeys as one of several factors, and as the only one.
const PASSKEYS: [&str; 2] = ["MULTI_FACTOR_WITH_USER_VERIFICATION", "SINGLE_FACTOR"];

/// The body of `SetUserPoolMfaConfig` that changes what is to be set and nothing else, from the whole answer of
/// `GetUserPoolMfaConfig`, read a moment ago.
///
/// With MFA off the service takes no factor, so that none is sent. Places of `back` are put back as the service had them,
/// whatever `set` says of them.
///
/// # Errors
/// An answer without a mode; MFA to go off where settings of a factor would be lost with it; text messages to be turned
/// on for a pool that has no way to send them, or off, since it is not confirmed that the pool keeps its way to send
/// them.
pub fn mfa_config(
    pool: &str,
    described: &Value,
    set: &Mfa,
    back: &[Put],
) -> Result<UpdateBody, UpdateRefusal> {
    let members = described.as_object().ok_or(UpdateRefusal::NoId(MODE))?;
    let before = present(members, MODE).ok_or(UpdateRefusal::NoId(MODE))?;
    let mode = set
        .configuration
        .map_or_else(|| before.clone(), |mode| json!(mode));
    let off = mode == json!(MfaConfiguration::Off);
    let mut draft = Draft::of(members);
    draft.id("UserPoolId", pool);
    for (name, value) in members {
        match name.as_str() {
            _ if is_nothing(name, value) => draft.leave(&[name], Why::Empty),
            SMS | TOKEN | EMAIL if off => without_factor(&mut draft, name, value)?,
            MODE | SMS | TOKEN | EMAIL | PASSKEY => draft.carry(name, value.clone(), true),
            _ => draft.carry(name, value.clone(), false),
        }
    }
    if !off && let Some(wanted) = &set.factors {
        sms(members, wanted.contains(&MfaFactor::Sms))?;
        token(&mut draft, members, wanted.contains(&MfaFactor::SoftwareToken));
        email(&mut draft, members, wanted.contains(&MfaFactor::Email));
        passkey(&mut draft, members, wanted.contains(&MfaFactor::WebAuthn));
    }
    draft.set(at(&[MODE]), Some(mode));
    draft.put(back);
    draft.finish()
}

/// A factor is not sent while MFA is off; one with settings of its own would be lost.
fn without_factor(draft: &mut Draft<'_>, name: &str, value: &Value) -> Result<(), UpdateRefusal> {
    let known = if name == TOKEN { "Enabled" } else { "" };
    let is_bare = |members: &Map<String, Value>| {
        members
            .iter()
            .all(|(member, value)| member == known || is_nothing(member, value))
    };
    if !value.as_object().is_some_and(is_bare) {
        return Err(UpdateRefusal::NotMade {
            pointer: at(&[name]),
            what: "would be lost, because Cognito takes no factor while MFA is off, and what is set in it goes with \
                   it; turn MFA off in the console",
        });
    }
    draft.set(at(&[name]), None);
    draft.leave(&[name], Why::NoFactorsWhileOff);
    Ok(())
}

fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// Text messages need a way to be sent, which is the pool's and nobody else's to make up or take away.
fn sms(members: &Map<String, Value>, wanted: bool) -> Result<(), UpdateRefusal> {
    let sender = present(members, SMS).and_then(|sms| sms.get("SmsConfiguration"));
    let on = sender.is_some_and(|sender| !sender.is_null());
    match (on, wanted) {
        (false, true) => Err(UpdateRefusal::NotMade {
            pointer: at(&[SMS, "SmsConfiguration"]),
            what: "is not set: the pool has no role to send text messages with; set that up first",
        }),
        (true, false) => Err(UpdateRefusal::NotMade {
            pointer: at(&[SMS]),
            what: "is not removed, because the pool may lose its way to send text messages with it (unconfirmed); do \
                   that in the console",
        }),
        _ => Ok(()),
    }
}

fn token(draft: &mut Draft<'_>, members: &Map<String, Value>, wanted: bool) {
    let before = present(members, TOKEN).and_then(|token| token.get("Enabled"));
    if (before == Some(&json!(true))) != wanted {
        draft.set(at(&[TOKEN, "Enabled"]), Some(json!(wanted)));
    }
}

/// The factor is there or not: with it go its texts.
fn email(draft: &mut Draft<'_>, members: &Map<String, Value>, wanted: bool) {
    let before = present(members, EMAIL);
    if before.is_some() == wanted {
        return;
    }
    let inside = before.and_then(Value::as_object).into_iter().flatten();
    draft.goes(
        inside
            .filter(|(name, value)| !is_nothing(name, value))
            .map(|(name, _)| format!("{EMAIL}.{name}")),
    );
    draft.set(at(&[EMAIL]), wanted.then(|| json!({})));
}

fn passkey(draft: &mut Draft<'_>, members: &Map<String, Value>, wanted: bool) {
    let kind = present(members, PASSKEY).and_then(|passkey| passkey.get(KIND));
    if (kind == Some(&json!(PASSKEYS[0]))) != wanted {
        let kind = if wanted { PASSKEYS[0] } else { PASSKEYS[1] };
        draft.set(at(&[PASSKEY, KIND]), Some(json!(kind)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Value {
        json!({
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": { "SmsAuthenticationMessage": "{####}", "SmsConfiguration": { "SnsCallerArn": "arn:x" } },
            "SoftwareTokenMfaConfiguration": { "Enabled": true, "Future": 1 },
            "WebAuthnConfiguration": { "RelyingPartyId": "example.com", "FactorConfiguration": "SINGLE_FACTOR" },
            "EmailMfaConfiguration": null,
            "FutureFactor": { "On": true },
        })
    }

    fn factors(list: &[MfaFactor]) -> Mfa {
        Mfa {
            factors: Some(list.iter().copied().collect()),
            ..Mfa::default()
        }
    }

    /// The mode changes and every factor is sent back.
    #[test]
    fn mode_change_keeps_every_factor() {
        let set = Mfa {
            configuration: Some(MfaConfiguration::On),
            ..Mfa::default()
        };
        let found = mfa_config("us-west-2_A", &described(), &set, &[]).unwrap();
        let mut wanted = described();
        wanted["MfaConfiguration"] = json!("ON");
        wanted["UserPoolId"] = json!("us-west-2_A");
        wanted.as_object_mut().unwrap().shift_remove(EMAIL);
        assert_eq!(found.body, wanted);
        assert_eq!(found.unknown, ["FutureFactor"]);
        assert_eq!((found.changed.len(), found.carried.len()), (1, 4));
    }

    #[test]
    fn nothing_to_set_sends_everything_back() {
        let found = mfa_config("us-west-2_A", &described(), &Mfa::default(), &[]).unwrap();
        assert_eq!((found.changed.len(), &found.body[MODE]), (0, &json!("OPTIONAL")));
        assert!(found.carried.contains(&MODE.to_owned()));
    }

    #[test]
    fn factors_come_and_go() {
        use MfaFactor::{Email, Sms, SoftwareToken, WebAuthn};
        let found = mfa_config("p", &described(), &factors(&[Sms, Email, WebAuthn]), &[]).unwrap();
        assert_eq!(found.body[TOKEN], json!({ "Enabled": false, "Future": 1 }));
        assert_eq!(found.body[EMAIL], json!({}));
        assert_eq!(
            found.body[PASSKEY],
            json!({ "RelyingPartyId": "example.com", "FactorConfiguration": PASSKEYS[0] })
        );
        assert_eq!(found.changed.len(), 3);
        let same = mfa_config("p", &described(), &factors(&[Sms, SoftwareToken]), &[]).unwrap();
        assert_eq!(same.changed, []);
    }

    #[test]
    fn mfa_goes_off_without_factors() {
        let set = Mfa {
            configuration: Some(MfaConfiguration::Off),
            factors: Some([].into()),
        };
        let refused = mfa_config("p", &described(), &set, &[]).unwrap_err();
        assert!(refused.to_string().contains("would be lost"), "{refused}");
        let mut bare = described();
        bare[SMS] = json!(null);
        bare[EMAIL] = json!({});
        let refused = mfa_config("p", &bare, &set, &[]).unwrap_err();
        assert!(
            refused.to_string().contains("SoftwareTokenMfaConfiguration"),
            "{refused}"
        );
        bare[TOKEN] = json!({ "Enabled": true });
        let found = mfa_config("p", &bare, &set, &[]).unwrap();
        assert_eq!(
            found.body,
            json!({
                "UserPoolId": "p", "MfaConfiguration": "OFF", "FutureFactor": { "On": true },
                "WebAuthnConfiguration": { "RelyingPartyId": "example.com", "FactorConfiguration": "SINGLE_FACTOR" },
            })
        );
        assert_eq!(found.changed.len(), 3);
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        assert!(mfa_config("p", &json!({}), &Mfa::default(), &[]).is_err());
        let refused = mfa_config("p", &described(), &factors(&[]), &[]).unwrap_err();
        assert!(refused.to_string().contains("console"), "{refused}");
        let none =
            json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
        let refused = mfa_config("p", &none, &factors(&[MfaFactor::Sms]), &[]).unwrap_err();
        assert!(refused.to_string().contains("set that up first"), "{refused}");
    }
}
