//! `DescribeUserPool`. docs/facts.md, "Feature plans" and "Two modes".

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, DecodeError};
use crate::ident::words;
use crate::model::arn::Arn;
use crate::model::mode::{FeaturePlan, MfaConfiguration, Mode, Modes};
use crate::model::observed::Observed;
use crate::model::posture::Part;

/// Reads a body into what is known of a pool: all but its id, which is only checked. The result is the parts that are
/// there and not understood, which are unknown then.
///
/// # Errors
/// The body holds no pool; then nothing is changed.
pub fn pool(body: &Value, found: &mut Observed) -> Result<Vec<(Part, DecodeError)>, DecodeError> {
    let pool = Cursor::new(body).member("UserPool")?;
    if !pool.value().is_some_and(Value::is_object) {
        return Err(pool.decode_error());
    }
    let member = |name| pool.member(name);
    let arn = member("Arn")?.text().ok().flatten().and_then(Arn::parse);
    member("Id")?.text()?;
    let name = member("Name")?.owned()?;
    found.tags = tags(&pool)?;
    if let Some(name) = name {
        found.name = name;
    }
    found.created = member("CreationDate")?.value().and_then(time);
    found.last_modified = member("LastModifiedDate")?.value().and_then(time);
    let users = member("EstimatedNumberOfUsers")?;
    found.estimated_users = users.value().and_then(Value::as_u64);
    let posture = &mut found.posture;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    posture.account = arn.and_then(|arn| filled(arn.account));
    let (mode, odd) = modes(&pool);
    posture.mode = mode;
    let mut odd: Vec<_> = odd.into_iter().map(|error| (Part::Mode, error)).collect();
    let mut keep = |part, error| odd.push((part, error));
    let plan = member("UserPoolTier")?.word(&words::<FeaturePlan>());
    posture.feature_plan = understood(plan, |error| keep(Part::Plan, error));
    let mfa = member("MfaConfiguration")?.word(&words::<MfaConfiguration>());
    posture.mfa.configuration = understood(mfa, |error| keep(Part::Mfa, error));
    posture.domain = understood(domain(&pool).map(Some), |error| keep(Part::Domain, error));
    posture.triggers = understood(triggers(&pool).map(Some), |error| keep(Part::Triggers, error));
    Ok(odd)
}

/// What is understood; the rest is kept aside.
pub(super) fn understood<T>(
    read: Result<Option<T>, DecodeError>,
    keep: impl FnOnce(DecodeError),
) -> Option<T> {
    read.unwrap_or_else(|decode_error| {
        keep(decode_error);
        None
    })
}

/// Both modes. No add-ons, and no custom mode, are the API's way to say "off" (docs/facts.md, "Two modes"). Add-ons
/// without their mode, and with members that are unknown, are not.
fn modes(pool: &Cursor<'_>) -> (Modes, Vec<DecodeError>) {
    let standard = || {
        let add_ons = pool.member("UserPoolAddOns")?;
        let mode = add_ons.member("AdvancedSecurityMode")?.word(&words::<Mode>())?;
        let known = ["AdvancedSecurityMode", "AdvancedSecurityAdditionalFlows"];
        Ok(Some(add_ons.understood(mode, &known)?.unwrap_or(Mode::Off)))
    };
    // Of the additional flows each is a member of its own: one that is unknown says nothing of this one.
    let custom = || {
        let path = [
            "UserPoolAddOns",
            "AdvancedSecurityAdditionalFlows",
            "CustomAuthMode",
        ];
        Ok(Some(
            pool.path(path)?.word(&words::<Mode>())?.unwrap_or(Mode::Off),
        ))
    };
    let mut odd = Vec::new();
    let (standard, custom) = (standard(), custom());
    let modes = Modes {
        standard: understood(standard, |decode_error| odd.push(decode_error)),
        custom: understood(custom, |decode_error| odd.push(decode_error)),
    };
    odd.dedup();
    (modes, odd)
}

fn domain(pool: &Cursor<'_>) -> Result<bool, DecodeError> {
    let filled = |name: &str| {
        Ok(pool
            .member(name)?
            .text()?
            .is_some_and(|domain| !domain.is_empty()))
    };
    Ok(filled("Domain")? || filled("CustomDomain")?)
}

/// Members of `LambdaConfig` that name a function: as text, or as an object with its ARN. A trigger of a name that is
/// unknown is one as well. The key that custom senders encrypt with is none.
fn triggers(pool: &Cursor<'_>) -> Result<BTreeSet<String>, DecodeError> {
    let mut found = BTreeSet::new();
    for (name, member) in pool.member("LambdaConfig")?.members()? {
        if name == "KMSKeyID" || !member.exists() {
            continue;
        }
        let function = match member.value() {
            Some(Value::Object(_)) => member
                .member("LambdaArn")?
                .text()?
                .ok_or_else(|| member.decode_error())?,
            _ => member.text()?.unwrap_or_default(),
        };
        if !function.is_empty() {
            // Both forms of this one come back together, with the same function (docs/facts.md, "Members that must agree").
            found.insert(name.strip_suffix("Config").unwrap_or(name).to_owned());
        }
    }
    Ok(found)
}

fn tags(pool: &Cursor<'_>) -> Result<BTreeMap<String, String>, DecodeError> {
    let tags = pool.member("UserPoolTags")?.members()?;
    let tag = |(name, value): (&str, Cursor<'_>)| Ok((name.to_owned(), value.owned()?.unwrap_or_default()));
    tags.into_iter().map(tag).collect()
}

/// Seconds since 1970 as AWS's JSON has them, with a fraction, or ISO 8601. It is only shown, so that
/// another form is left out.
pub fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => Timestamp::from_second(seconds).ok(),
            None => milliseconds(number.as_f64()?),
        },
        _ => None,
    }
}

/// Milliseconds are what AWS gives; more digits of a floating-point number are noise.
fn milliseconds(seconds: f64) -> Option<Timestamp> {
    let rounded = (seconds * 1000.0).round();
    format!("{rounded:.0}")
        .parse()
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(members: &Value) -> (Observed, Vec<(Part, DecodeError)>) {
        let mut found = Observed::default();
        let odd = pool(&json!({ "UserPool": members }), &mut found).unwrap();
        (found, odd)
    }

    #[test]
    fn a_pool_as_the_service_describes_it() {
        let (found, odd) = facts(&json!({
            "Id": "us-west-2_EXAMPLE", "Name": "customers-prod",
            "Arn": "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_EXAMPLE",
            "LastModifiedDate": 1_687_297_330.677, "EstimatedNumberOfUsers": 1200, "UserPoolTier": "PLUS",
            "UserPoolTags": {"env": "prod", "aws:cloudformation:stack-name": "x"},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"}},
            "MfaConfiguration": "OPTIONAL", "CustomDomain": "auth.example.com", "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
        }));
        assert_eq!(found.posture.account.as_deref(), Some("123456789012"));
        assert_eq!(found.last_modified, "2023-06-20T21:42:10.677Z".parse().ok());
        assert_eq!(found.estimated_users, Some(1200));
        let posture = &found.posture;
        assert_eq!(posture.feature_plan, Some(FeaturePlan::Plus));
        let mode = Modes {
            standard: Some(Mode::Enforced),
            custom: Some(Mode::Audit),
        };
        assert_eq!(
            (posture.mode, posture.mfa.configuration, posture.domain),
            (mode, Some(MfaConfiguration::Optional), Some(true))
        );
        assert_eq!(found.tags.len(), 2);
        assert_eq!(odd, []);
    }

    /// Absent add-ons are off however they are absent.
    #[test]
    fn absent_add_ons_mean_off() {
        let off = Modes {
            standard: Some(Mode::Off),
            custom: Some(Mode::Off),
        };
        for members in [
            json!({}),
            json!({"UserPoolAddOns": null}),
            json!({"UserPoolAddOns": {}}),
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}),
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {}}}),
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": null}}),
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {"PasskeyMode": "AUDIT"}}}),
        ] {
            let (Observed { posture, .. }, odd) = facts(&members);
            assert_eq!((posture.mode, odd), (off, vec![]));
            assert_eq!(
                (posture.domain, posture.feature_plan, posture.mfa.configuration),
                (Some(false), None, None)
            );
        }
    }

    /// Unknown values are told and leave the rest alone.
    #[test]
    fn unknown_values_reported_rest_read() {
        let (found, odd) = facts(&json!({
            "UserPoolTier": "PREMIUM", "MfaConfiguration": 1, "Domain": [], "LastModifiedDate": "yesterday",
            "UserPoolAddOns": {"AdvancedSecurityMode": "PARANOID", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"}},
        }));
        let posture = &found.posture;
        assert_eq!(
            posture.mode,
            Modes {
                standard: None,
                custom: Some(Mode::Enforced)
            }
        );
        let brief: Vec<_> = odd.iter().map(|(part, m)| (*part, m.found.as_str())).collect();
        assert_eq!(
            brief,
            [
                (Part::Mode, "`PARANOID`"),
                (Part::Plan, "`PREMIUM`"),
                (Part::Mfa, "1"),
                (Part::Domain, "a list")
            ]
        );
        assert_eq!(
            (
                posture.feature_plan,
                posture.mfa.configuration,
                posture.domain,
                found.last_modified
            ),
            (None, None, None, None)
        );
    }

    /// Add-ons of which nothing is known are not off.
    #[test]
    fn unknown_add_ons_are_not_off() {
        let (found, odd) = facts(&json!({"UserPoolAddOns": {"NewMode": "STRICT"}}));
        assert_eq!(found.posture.mode.standard, None);
        let [(Part::Mode, decode_error)] = odd.as_slice() else {
            panic!("{odd:?}")
        };
        assert_eq!(decode_error.at.as_str(), "/UserPool/UserPoolAddOns/NewMode");
    }

    #[test]
    fn triggers_are_those_that_name_a_function() {
        let arn = "arn:aws:lambda:us-west-2:123456789012:function:x";
        let triggers = |lambda: &Value| facts(&json!({ "LambdaConfig": lambda })).0.posture.triggers;
        let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        for none in [
            json!(null),
            json!({}),
            json!({"KMSKeyID": arn, "PreSignUp": null, "UserMigration": ""}),
        ] {
            assert_eq!(triggers(&none), names(&[]), "{none}");
        }
        assert_eq!(facts(&json!({})).0.posture.triggers, names(&[]));
        let found = triggers(&json!({
            "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn}, "KMSKeyID": arn,
            "DefineAuthChallenge": arn, "PreTokenGeneration": arn,
            "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}, "NewTrigger": {"LambdaArn": arn},
        }));
        let wanted = [
            "CustomEmailSender",
            "DefineAuthChallenge",
            "NewTrigger",
            "PreTokenGeneration",
        ];
        assert_eq!(found, names(&wanted));
        for odd in [
            json!([]),
            json!({"PreSignUp": 1}),
            json!({"CustomEmailSender": {"LambdaVersion": "V1_0"}}),
        ] {
            let (found, errors) = facts(&json!({ "LambdaConfig": odd }));
            assert_eq!(
                found.posture.triggers, None,
                "not understood is not absent: {odd}"
            );
            assert!(matches!(errors.as_slice(), [(Part::Triggers, _)]), "{odd}");
        }
    }

    #[test]
    fn a_body_without_a_pool_is_no_pool() {
        for body in [
            json!({}),
            json!([]),
            json!({"UserPool": null}),
            json!({"UserPool": []}),
            json!("x"),
            json!(null),
        ] {
            let mut found = Observed::default();
            assert!(pool(&body, &mut found).is_err(), "{body}");
            assert_eq!(found, Observed::default());
        }
    }
}
