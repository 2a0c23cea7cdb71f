//! The traps of sending a description back. docs/facts.md, "Members that must agree".

use serde_json::{Map, Value, json};

use crate::model::mode::MfaConfiguration;
use crate::update::body::Why;
use crate::update::draft::Draft;
use crate::update::places::at;
use crate::update::refusal::UpdateRefusal;

type Members = Map<String, Value>;

/// The verification texts that are described twice: in the template, and flat.
const TWINS: [(&str, &str); 3] = [
    ("EmailMessage", "EmailVerificationMessage"),
    ("EmailSubject", "EmailVerificationSubject"),
    ("SmsMessage", "SmsVerificationMessage"),
];

const TEMPLATE: &str = "VerificationMessageTemplate";

/// Refuses a pool that cannot be sent back as it is: what the service is documented to refuse, said before anything is
/// written, and what it may answer by losing something, which is not confirmed and said to be so.
pub(super) fn check_pool(pool: &Members) -> Result<(), UpdateRefusal> {
    verification_twins(pool)?;
    token_twins(pool)?;
    attributes(pool)?;
    validity(pool)
}

/// A member that is an object; `None` where it is absent or null.
pub(super) fn object(members: &Members, path: &[&str], name: &str) -> Result<Option<Members>, UpdateRefusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object.clone())),
        Some(_) => Err(UpdateRefusal::Shape {
            pointer: at(path).child(name),
            what: "is not an object",
        }),
    }
}

/// A place that is there and not null.
fn place<'a>(members: &'a Members, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = rest
        .iter()
        .try_fold(members.get(*first)?, |value, name| value.get(name))?;
    Some(value).filter(|value| !value.is_null())
}

/// Where a text and its twin differ, it is unknown which of them an update keeps. A template with a message by code
/// and one by link is sent as it is: documented is an error, samples have pools with both, and an error loses nothing.
fn verification_twins(pool: &Members) -> Result<(), UpdateRefusal> {
    for (inside, flat) in TWINS {
        let twins = (place(pool, &[TEMPLATE, inside]), place(pool, &[flat]));
        if let (Some(one), Some(other)) = twins
            && one != other
        {
            return Err(UpdateRefusal::Contradiction {
                first: at(&[TEMPLATE, inside]),
                second: at(&[flat]),
                what: "should be the same text, and an update may keep either (which is unconfirmed); set one text for \
                       both first",
            });
        }
    }
    Ok(())
}

/// Refuses a pool of which the two descriptions of MFA differ: `UpdateUserPool` sends back the pool's own, and without one MFA
/// goes off. `mfa` is the answer of `GetUserPoolMfaConfig`, null where it could not be read.
///
/// # Errors
/// A contradiction, or MFA that neither describes.
pub fn mfa_twins(pool: &Value, mfa: &Value) -> Result<(), UpdateRefusal> {
    const MODE: &str = "MfaConfiguration";
    let said = |body: &Value| body.get(MODE).filter(|value| !value.is_null()).cloned();
    let off = json!(MfaConfiguration::Off);
    match (said(pool), said(mfa)) {
        (None, None) if mfa.is_null() => Err(UpdateRefusal::NotMade {
            pointer: at(&[MODE]),
            what: "is not described, and an update without it turns MFA off; allow GetUserPoolMfaConfig, which says what it is",
        }),
        // What is said by neither, or by one alone, is off.
        (None, None) => Ok(()),
        (Some(_), None) if mfa.is_null() => Ok(()),
        (own, other) if own.as_ref().unwrap_or(&off) == other.as_ref().unwrap_or(&off) => Ok(()),
        _ => Err(UpdateRefusal::Contradiction {
            first: at(&["UserPool", MODE]),
            second: at(&[MODE]),
            what: "of GetUserPoolMfaConfig should be the same, and an update sets MFA as the first says; run it again in a \
                   minute, or set MFA in the console first",
        }),
    }
}

/// The service refuses two functions, in words of its own.
fn token_twins(pool: &Members) -> Result<(), UpdateRefusal> {
    let (old, new) = (
        ["LambdaConfig", "PreTokenGeneration"],
        ["LambdaConfig", "PreTokenGenerationConfig", "LambdaArn"],
    );
    match (place(pool, &old), place(pool, &new)) {
        (Some(one), Some(other)) if one != other => Err(UpdateRefusal::Contradiction {
            first: at(&old),
            second: at(&new),
            what: "should be the same function, and an update takes no others; set one function for both first",
        }),
        _ => Ok(()),
    }
}

/// The service refuses an update of such a pool; said here, before anything is written.
fn attributes(pool: &Members) -> Result<(), UpdateRefusal> {
    let required = [
        "UserAttributeUpdateSettings",
        "AttributesRequireVerificationBeforeUpdate",
    ];
    let verified = ["AutoVerifiedAttributes"];
    let list = |path: &[&str]| {
        place(pool, path)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let known = list(&verified);
    if list(&required).iter().all(|attribute| known.contains(attribute)) {
        return Ok(());
    }
    Err(UpdateRefusal::Contradiction {
        first: at(&required),
        second: at(&verified),
        what: "contradict each other: an update takes only attributes in the first that the second has; correct that first",
    })
}

const UNUSED: [&str; 2] = ["AdminCreateUserConfig", "UnusedAccountValidityDays"];

const POLICY: [&str; 3] = ["Policies", "PasswordPolicy", "TemporaryPasswordValidityDays"];

/// The deprecated member mirrors the password policy's, which alone an update takes. Where both are there and differ, it
/// is unknown which of them counts.
fn validity(pool: &Members) -> Result<(), UpdateRefusal> {
    match (place(pool, &UNUSED), place(pool, &POLICY)) {
        (Some(unused), Some(days)) if days != unused => Err(UpdateRefusal::Contradiction {
            first: at(&UNUSED),
            second: at(&POLICY),
            what: "should be the same number, and an update takes only the second (which of them counts is unconfirmed); set \
                   the second first",
        }),
        _ => Ok(()),
    }
}

/// Refuses to make a pool `LITE` that has what comes with `ESSENTIALS` and is seen in its description alone: features must
/// be off first, and the plan is the last call, after threat protection went off (docs/facts.md, "Feature plans").
pub(super) fn lite(pool: &Members) -> Result<(), UpdateRefusal> {
    let history = ["Policies", "PasswordPolicy", "PasswordHistorySize"];
    let factors = ["Policies", "SignInPolicy", "AllowedFirstAuthFactors"];
    let tokens = ["LambdaConfig", "PreTokenGenerationConfig", "LambdaVersion"];
    let other =
        |path: &[&str], plain: &[Value]| place(pool, path).is_some_and(|value| !plain.contains(value));
    let found = [
        (
            &history,
            other(&history, &[json!(0)]),
            "is a password history, which the feature plan `LITE` does not have; set it to 0 first",
        ),
        (
            &factors,
            other(&factors, &[json!([]), json!(["PASSWORD"])]),
            "has first factors other than `PASSWORD`, which the feature plan `LITE` does not have; remove them first",
        ),
        (
            &tokens,
            other(&tokens, &[json!("V1_0")]),
            "customizes access tokens, which the feature plan `LITE` does not have; set it to `V1_0` first",
        ),
    ];
    match found.into_iter().find(|(_, is_there, _)| *is_there) {
        Some((path, _, what)) => Err(UpdateRefusal::NotMade {
            pointer: at(path),
            what,
        }),
        None => Ok(()),
    }
}

/// `AdminCreateUserConfig` without the member that the service refuses. Where that stands alone, it is sent as the one
/// that it mirrors.
pub(super) fn invitations(draft: &mut Draft<'_>, pool: &Members) {
    let Some(unused) = place(pool, &UNUSED) else {
        return;
    };
    draft.leave(&UNUSED, Why::Mirror);
    if place(pool, &POLICY).is_none() {
        draft.follow(at(&POLICY), unused.clone());
    }
}

/// Tags without those of AWS, which nobody else may write and the service keeps.
pub(super) fn tags(draft: &mut Draft<'_>, pool: &Members) -> Result<(), UpdateRefusal> {
    const TAGS: &str = "UserPoolTags";
    let Some(tags) = object(pool, &[], TAGS)? else {
        return Ok(());
    };
    let of_aws = |key: &str| {
        key.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    let theirs: Vec<_> = tags.keys().filter(|key| of_aws(key)).collect();
    for key in &theirs {
        draft.leave(&[TAGS, key], Why::TagOfAws);
    }
    if !theirs.is_empty() {
        draft.prune(&[TAGS]);
    }
    Ok(())
}
