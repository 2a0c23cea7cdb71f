//! `GetUserPoolMfaConfig`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, DecodeError};
use crate::aws::convert::pool::understood;
use crate::ident::words;
use crate::model::mode::{Mfa, MfaConfiguration, MfaFactor};

/// Reads a body: the settings, and what in them is not understood.
///
/// A text message is a factor where the way to send it is configured, email where its configuration is there, an
/// app where it is enabled, and a passkey where it satisfies MFA, not where it is the only factor. A factor that says
/// none of this, and has members that are unknown, is not taken for one that is off.
pub fn mfa(body: &Value) -> (Mfa, Vec<DecodeError>) {
    let root = Cursor::new(body);
    let mut odd = Vec::new();
    let configuration = root
        .member("MfaConfiguration")
        .and_then(|at| at.word(&words::<MfaConfiguration>()));
    let found = Mfa {
        configuration: understood(configuration, |decode_error| odd.push(decode_error)),
        factors: understood(factors(&root).map(Some), |decode_error| odd.push(decode_error)),
    };
    odd.dedup();
    (found, odd)
}

const PASSKEYS: &[(&str, bool)] = &[
    ("MULTI_FACTOR_WITH_USER_VERIFICATION", true),
    ("SINGLE_FACTOR", false),
];

fn factors(root: &Cursor<'_>) -> Result<BTreeSet<MfaFactor>, DecodeError> {
    let passkey = root.member("WebAuthnConfiguration")?;
    let kind = passkey.member("FactorConfiguration")?.word(PASSKEYS)?;
    let known = ["FactorConfiguration", "RelyingPartyId", "UserVerification"];
    let passkey = passkey.understood(kind, &known)?;
    let app = root.member("SoftwareTokenMfaConfiguration")?;
    let app = app.understood(app.member("Enabled")?.flag()?, &["Enabled"])?;
    let sms = root.member("SmsMfaConfiguration")?;
    let sender = sms.member("SmsConfiguration")?.exists().then_some(true);
    let sms = sms.understood(sender, &["SmsAuthenticationMessage", "SmsConfiguration"])?;
    let found = [
        (MfaFactor::Sms, sms == Some(true)),
        (MfaFactor::SoftwareToken, app == Some(true)),
        (MfaFactor::Email, root.member("EmailMfaConfiguration")?.exists()),
        (MfaFactor::WebAuthn, passkey == Some(true)),
    ];
    Ok(found
        .into_iter()
        .filter(|(_, on)| *on)
        .map(|(factor, _)| factor)
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::model::mode::MfaConfiguration;

    use super::*;

    #[test]
    fn factors_that_are_on() {
        let (found, odd) = mfa(&json!({
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "{####}", "SmsConfiguration": {"SnsCallerArn": "arn:x"}},
            "SoftwareTokenMfaConfiguration": {"Enabled": true},
            "EmailMfaConfiguration": {"Subject": "code"},
            "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"},
            "MfaConfiguration": "ON",
        }));
        assert_eq!(odd, []);
        assert_eq!(found.configuration, Some(MfaConfiguration::On));
        assert_eq!(found.factors.map(|f| f.len()), Some(4));
    }

    #[test]
    fn factors_that_are_off() {
        for body in [
            json!({"MfaConfiguration": "OFF"}),
            json!({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": false}}),
            json!({"MfaConfiguration": "OFF", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "{####}"}}),
            json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"FactorConfiguration": "SINGLE_FACTOR"}}),
            json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"UserVerification": "preferred"}, "EmailMfaConfiguration": null}),
        ] {
            let (found, odd) = mfa(&body);
            assert_eq!((found.factors, odd), (Some(BTreeSet::new()), vec![]), "{body}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_off() {
        let (found, odd) = mfa(
            &json!({"MfaConfiguration": "SOMETIMES", "SoftwareTokenMfaConfiguration": {"Enabled": "yes"}}),
        );
        assert_eq!((found.configuration, found.factors, odd.len()), (None, None, 2));
        for factor in [
            json!({"SoftwareTokenMfaConfiguration": {"State": "STRICT"}}),
            json!({"SmsMfaConfiguration": {"NewSender": {"A": 1}}}),
            json!({"WebAuthnConfiguration": {"RelyingPartyId": "a", "NewFactorConfiguration": "BOTH"}}),
            json!({"WebAuthnConfiguration": {"FactorConfiguration": "BOTH"}}),
        ] {
            let (found, odd) = mfa(&factor);
            assert_eq!((found.factors, odd.len()), (None, 1), "{factor}");
        }
        let (found, odd) = mfa(&json!([]));
        assert_eq!((found.configuration, found.factors, odd.len()), (None, None, 1));
    }
}
