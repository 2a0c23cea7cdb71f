//! CloudTrail's records of one pool's creation and updates, read leniently: their shape is not confirmed, and values
//! may be hidden. docs/facts.md, "CloudTrail events of a user pool".

use serde_json::Value;

use crate::aws::port::TrailRecord;
use crate::model::mode::Mode;
use crate::plan::gate::{Said, TrailEvent};

/// The calls that set modes.
pub const CREATE: &str = "CreateUserPool";
/// The calls that set modes.
pub const UPDATE: &str = "UpdateUserPool";

/// The events of one pool among a region's records. A record that names no pool may be of any. What is not named in
/// a record is taken for not sent only if some record shows a mode: else such records may never show one.
pub fn trail_events(records: &[TrailRecord], pool: &str) -> Vec<TrailEvent> {
    let shows = |record: &TrailRecord| {
        let said = record.body.as_ref().map(said);
        said.is_some_and(|said| said.iter().any(|one| matches!(one, Said::Mode(_))))
    };
    let telling = records.iter().any(shows);
    records
        .iter()
        .filter_map(|record| event(record, pool, telling))
        .collect()
}

fn event(record: &TrailRecord, pool: &str, telling: bool) -> Option<TrailEvent> {
    let creates = record.name.eq_ignore_ascii_case(CREATE);
    let nothing = Value::Null;
    let body = record.body.as_ref().unwrap_or(&nothing);
    // A call that failed changed nothing.
    if member(body, "errorCode").is_some_and(|code| !code.is_null()) {
        return None;
    }
    let mut said = match about(body, pool) {
        About::This => said(body),
        About::Another => return None,
        // When the pool was created it says itself.
        About::Unknown if creates => return None,
        About::Unknown => [Said::Hidden; 2],
    };
    if !telling {
        said.fill(Said::Hidden);
    }
    Some(TrailEvent {
        at: record.at,
        creates,
        said,
    })
}

/// Which pool a record is about.
#[derive(Debug, PartialEq, Eq)]
enum About {
    This,
    Another,
    Unknown,
}

/// The id that a call sent, or that its answer has, decides. Only where neither is to be read, the resources that CloudTrail
/// names do: other texts, such as tags and the caller's name, are whatever somebody wrote.
fn about(body: &Value, pool: &str) -> About {
    let request = member(body, "requestParameters").and_then(|request| member(request, "userPoolId"));
    let created = member(body, "responseElements").and_then(|response| member(response, "userPool"));
    let created = created.and_then(|created| member(created, "id"));
    let ids = [request, created].into_iter().flatten().filter_map(Value::as_str);
    let mut ids = ids.filter(|id| id.contains('_') && !is_hidden(id));
    if let Some(id) = ids.next() {
        return if names(id, pool) {
            About::This
        } else {
            About::Another
        };
    }
    let resources = member(body, "resources")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut arns = resources.filter_map(|resource| member(resource, "ARN")?.as_str());
    if arns.any(|arn| names(arn, pool)) {
        About::This
    } else {
        About::Unknown
    }
}

/// Whether a text is the pool's id, or an ARN that ends with it.
fn names(text: &str, pool: &str) -> bool {
    let before = text.strip_suffix(pool);
    before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// What a record says of both modes.
fn said(body: &Value) -> [Said; 2] {
    let request = member(body, "requestParameters");
    let Some(request) =
        request.filter(|request| request.as_object().is_some_and(|members| !members.is_empty()))
    else {
        return [Said::Hidden; 2];
    };
    let add_ons = match member(request, "userPoolAddOns") {
        None | Some(Value::Null) => return [Said::Silent; 2],
        Some(add_ons @ Value::Object(_)) => add_ons,
        Some(_) => return [Said::Hidden; 2],
    };
    // Of the add-ons this member must be sent: where it is not to be seen, it is hidden.
    let standard = member(add_ons, "advancedSecurityMode").map_or(Said::Hidden, mode);
    let custom = match member(add_ons, "advancedSecurityAdditionalFlows") {
        None | Some(Value::Null) => Said::Silent,
        Some(flows @ Value::Object(_)) => match member(flows, "customAuthMode") {
            None | Some(Value::Null) => Said::Silent,
            Some(word) => mode(word),
        },
        Some(_) => Said::Hidden,
    };
    [standard, custom]
}

fn mode(word: &Value) -> Said {
    match word.as_str().map(str::to_ascii_uppercase).as_deref() {
        Some("OFF") => Said::Mode(Mode::Off),
        Some("AUDIT") => Said::Mode(Mode::Audit),
        Some("ENFORCED") => Said::Mode(Mode::Enforced),
        _ => Said::Hidden,
    }
}

fn is_hidden(text: &str) -> bool {
    text.contains("HIDDEN")
}

/// A member, whatever the case of its name.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?.iter();
    let mut found = members.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const POOL: &str = "us-west-2_A";

    fn record(name: &str, body: Value) -> TrailRecord {
        TrailRecord {
            name: name.to_owned(),
            at: "2026-11-01T00:00:00Z".parse().unwrap(),
            body: (!body.is_null()).then_some(body),
        }
    }

    fn update(parameters: &Value) -> TrailRecord {
        record(UPDATE, json!({ "requestParameters": parameters }))
    }

    /// What one record says among others that show modes.
    fn one(record: TrailRecord) -> Option<[Said; 2]> {
        let other = update(
            &json!({ "userPoolId": "us-west-2_B", "userPoolAddOns": { "advancedSecurityMode": "OFF" } }),
        );
        let found = trail_events(&[record, other], POOL);
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|event| event.said)
    }

    #[test]
    fn modes_are_read_whatever_the_case() {
        let (audit, enforced) = (Said::Mode(Mode::Audit), Said::Mode(Mode::Enforced));
        for (add_ons, expected) in [
            (json!({ "advancedSecurityMode": "AUDIT" }), [audit, Said::Silent]),
            (
                json!({ "AdvancedSecurityMode": "audit", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "ENFORCED" } }),
                [audit, enforced],
            ),
            (
                json!({ "advancedSecurityMode": "AUDIT", "advancedSecurityAdditionalFlows": {} }),
                [audit, Said::Silent],
            ),
            (
                json!({ "advancedSecurityMode": "NEW_MODE" }),
                [Said::Hidden, Said::Silent],
            ),
            (json!({}), [Said::Hidden, Said::Silent]),
            (
                json!({ "advancedSecurityMode": "AUDIT", "advancedSecurityAdditionalFlows": "HIDDEN_DUE_TO_SECURITY_REASONS" }),
                [audit, Said::Hidden],
            ),
            (json!("HIDDEN_DUE_TO_SECURITY_REASONS"), [Said::Hidden; 2]),
            (json!(["AUDIT"]), [Said::Hidden; 2]),
            (Value::Null, [Said::Silent; 2]),
        ] {
            let record = update(&json!({ "UserPoolId": POOL, "userPoolAddOns": add_ons }));
            assert_eq!(one(record), Some(expected), "{add_ons}");
        }
        assert_eq!(
            one(update(&json!({ "userPoolId": POOL }))),
            Some([Said::Silent; 2])
        );
    }

    /// Records of other pools and failed calls say nothing.
    #[test]
    fn other_pools_and_failed_calls_ignored() {
        let modes = json!({ "advancedSecurityMode": "AUDIT" });
        let of = |id: &str| json!({ "userPoolId": id, "userPoolAddOns": modes });
        assert_eq!(one(update(&of("us-west-2_B"))), None);
        let failed = json!({ "errorCode": "AccessDenied", "requestParameters": of(POOL) });
        assert_eq!(one(record(UPDATE, failed)), None);
        let null = json!({ "errorCode": null, "requestParameters": of(POOL) });
        assert!(one(record(UPDATE, null)).is_some());
        let arn = "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_A";
        let hidden = json!({ "userPoolId": "HIDDEN_DUE_TO_SECURITY_REASONS", "userPoolAddOns": modes });
        let by_arn = json!({ "requestParameters": hidden, "resources": [{ "ARN": arn }] });
        assert_eq!(
            one(record(UPDATE, by_arn)),
            Some([Said::Mode(Mode::Audit), Said::Silent])
        );
    }

    /// What somebody wrote into a record, such as a tag or the name of a session, makes it no record of another pool.
    #[test]
    fn texts_in_records_name_no_pool() {
        let arn = format!("arn:aws:sts::123456789012:assumed-role/ci/{POOL}");
        let of_another = json!({
            "userIdentity": { "arn": arn, "principalId": POOL },
            "requestParameters": {
                "userPoolId": "us-west-2_B",
                "userPoolTags": { "production": POOL },
                "userPoolAddOns": { "advancedSecurityMode": "AUDIT" },
            },
            "resources": [{ "ARN": format!("arn:aws:cognito-idp:us-west-2:123456789012:userpool/{POOL}") }],
        });
        assert_eq!(one(record(UPDATE, of_another)), None);
        // Where the id is hidden, these texts do not stand for it.
        let hidden = json!({
            "userIdentity": { "arn": arn },
            "requestParameters": { "userPoolId": "HIDDEN_DUE_TO_SECURITY_REASONS", "userPoolTags": { "a": POOL } },
        });
        assert_eq!(one(record(UPDATE, hidden)), Some([Said::Hidden; 2]));
    }

    /// A record of no pool may be of any but a creation.
    #[test]
    fn record_without_pool_is_hidden() {
        for body in [
            Value::Null,
            json!([]),
            json!({ "requestParameters": null }),
            json!("text"),
        ] {
            assert_eq!(
                one(record(UPDATE, body.clone())),
                Some([Said::Hidden; 2]),
                "{body}"
            );
            assert_eq!(one(record(CREATE, body)), None);
        }
        let created = json!({
            "requestParameters": { "poolName": "a", "userPoolAddOns": { "advancedSecurityMode": "AUDIT" } },
            "responseElements": { "userPool": { "id": POOL } },
        });
        let found = trail_events(&[record(CREATE, created)], POOL);
        assert!(found[0].creates && found[0].said[0] == Said::Mode(Mode::Audit));
    }

    /// Silence is believed only where some record speaks.
    #[test]
    fn silent_record_alone_is_hidden() {
        let silent = update(&json!({ "userPoolId": POOL }));
        let alone = trail_events(&[silent], POOL);
        assert_eq!(alone[0].said, [Said::Hidden; 2]);
    }
}
