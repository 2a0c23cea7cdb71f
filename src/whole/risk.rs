//! `SetRiskConfiguration` from `DescribeRiskConfiguration`: members that this version does not know are sent back.

use serde_json::{Map, Value};

use crate::whole::body::{Changed, LeftOut, UpdateBody, Why};
use crate::whole::draft::{at, exact};
use crate::whole::refusal::Refusal;

/// An object's members that are known: with their own members, where these are objects.
struct Shape(&'static [(&'static str, Option<&'static Shape>)]);

static ROOT: Shape = Shape(&[
    ("UserPoolId", None),
    ("ClientId", None),
    (LAST_MODIFIED, None),
    ("CompromisedCredentialsRiskConfiguration", Some(&COMPROMISED)),
    ("AccountTakeoverRiskConfiguration", Some(&TAKEOVER)),
    ("RiskExceptionConfiguration", Some(&EXCEPTIONS)),
]);
static COMPROMISED: Shape = Shape(&[
    ("EventFilter", None),
    ("Actions", Some(&Shape(&[("EventAction", None)]))),
]);
static TAKEOVER: Shape = Shape(&[
    ("NotifyConfiguration", Some(&NOTIFY)),
    (
        "Actions",
        Some(&Shape(&[
            ("LowAction", Some(&ACTION)),
            ("MediumAction", Some(&ACTION)),
            ("HighAction", Some(&ACTION)),
        ])),
    ),
]);
static ACTION: Shape = Shape(&[("Notify", None), ("EventAction", None)]);
static NOTIFY: Shape = Shape(&[
    ("From", None),
    ("ReplyTo", None),
    ("SourceArn", None),
    ("BlockEmail", Some(&EMAIL)),
    ("NoActionEmail", Some(&EMAIL)),
    ("MfaEmail", Some(&EMAIL)),
]);
static EMAIL: Shape = Shape(&[("Subject", None), ("HtmlBody", None), ("TextBody", None)]);
static EXCEPTIONS: Shape = Shape(&[("BlockedIPRangeList", None), ("SkippedIPRangeList", None)]);

const SECTIONS: [&str; 3] = [
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
];
const LAST_MODIFIED: &str = "LastModifiedDate";

/// The body of `SetRiskConfiguration` that has what is planned, and what the described configuration has beside the
/// members that this version knows.
///
/// `described` is the pool's or the client's *own* `RiskConfiguration`, read a moment ago; `None` where it has none,
/// such as a client that inherits. `planned` is the plan's call: the ids and the sections. One with nothing but ids
/// resets the configuration, and nothing is carried over. A section that is not planned is not sent, so that the
/// service takes it away, with all that it holds.
///
/// # Errors
/// A description, or a plan, that is no object; a number that would be rounded.
pub fn risk_configuration(described: Option<&Value>, planned: &Value) -> Result<UpdateBody, Refusal> {
    let planned = planned.as_object().ok_or(Refusal::NoId("UserPoolId"))?;
    let empty = Map::new();
    let before = match described {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(members)) => members,
        Some(_) => return Err(Refusal::NoId("UserPoolId")),
    };
    let resets = SECTIONS.iter().all(|section| !planned.contains_key(*section));
    let mut body = planned.clone();
    let mut unknown = Vec::new();
    if !resets {
        carry(&ROOT, before, &mut body, &mut Vec::new(), &mut unknown)?;
    }
    let present = |members: &Map<String, Value>, name: &str| {
        members.get(name).filter(|value| !value.is_null()).cloned()
    };
    let mut carried = unknown.clone();
    let mut changed = Vec::new();
    for section in SECTIONS {
        let (was, will) = (present(before, section), present(&body, section));
        if was != will {
            changed.push(Changed {
                pointer: at(&[section]),
                before: was,
                after: will,
            });
        } else if was.is_some() {
            carried.push(section.to_owned());
        }
    }
    let described_only = before.contains_key(LAST_MODIFIED).then(|| LeftOut {
        pointer: at(&[LAST_MODIFIED]),
        why: Why::DescribeOnly,
    });
    Ok(UpdateBody {
        body: Value::Object(body),
        carried,
        unknown,
        changed,
        left_out: described_only.into_iter().collect(),
    })
}

/// Adds to a planned object what the described one has beside its known members.
fn carry(
    shape: &Shape,
    described: &Map<String, Value>,
    planned: &mut Map<String, Value>,
    path: &mut Vec<String>,
    unknown: &mut Vec<String>,
) -> Result<(), Refusal> {
    for (name, value) in described {
        path.push(name.clone());
        match shape.0.iter().find(|(known, _)| known == name) {
            Some((_, Some(inner))) => {
                if let (Some(from), Some(to)) = (
                    value.as_object(),
                    planned.get_mut(name).and_then(Value::as_object_mut),
                ) {
                    carry(inner, from, to, path, unknown)?;
                }
            }
            Some((_, None)) => {}
            None if value.is_null() || planned.contains_key(name) => {}
            None => {
                let place: Vec<_> = path.iter().map(String::as_str).collect();
                exact(value, &at(&place))?;
                planned.insert(name.clone(), value.clone());
                unknown.push(path.join("."));
            }
        }
        path.pop();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn planned() -> Value {
        json!({
            "UserPoolId": "us-west-2_A",
            "AccountTakeoverRiskConfiguration": {
                "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false } },
            },
        })
    }

    #[test]
    fn unknown_members_are_carried_over_wherever_they_stand() {
        let described = json!({
            "UserPoolId": "us-west-2_A", "LastModifiedDate": 1.5, "Future": [1],
            "AccountTakeoverRiskConfiguration": {
                "Scores": { "Low": 3 },
                "Actions": { "HighAction": { "EventAction": "NO_ACTION", "Notify": true, "Delay": 5 }, "ExtremeAction": {} },
                "NotifyConfiguration": { "SourceArn": "arn:x", "Template": "t" },
            },
            "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.0/24"] },
        });
        let found = risk_configuration(Some(&described), &planned()).unwrap();
        assert_eq!(
            found.body,
            json!({
                "UserPoolId": "us-west-2_A", "Future": [1],
                "AccountTakeoverRiskConfiguration": {
                    "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false, "Delay": 5 }, "ExtremeAction": {} },
                    "Scores": { "Low": 3 },
                },
            })
        );
        assert_eq!(
            found.unknown,
            [
                "Future",
                "AccountTakeoverRiskConfiguration.Scores",
                "AccountTakeoverRiskConfiguration.Actions.HighAction.Delay",
                "AccountTakeoverRiskConfiguration.Actions.ExtremeAction",
            ]
        );
        let changed: Vec<_> = found
            .changed
            .iter()
            .map(|change| change.pointer.to_string())
            .collect();
        assert_eq!(
            changed,
            ["/AccountTakeoverRiskConfiguration", "/RiskExceptionConfiguration"]
        );
        assert_eq!(found.left_out.len(), 1);
    }

    #[test]
    fn nothing_is_carried_into_a_reset_or_from_nothing() {
        let reset = json!({ "UserPoolId": "us-west-2_A", "ClientId": "c" });
        let described = json!({ "Future": 1, "RiskExceptionConfiguration": {} });
        assert_eq!(risk_configuration(Some(&described), &reset).unwrap().body, reset);
        for none in [None, Some(Value::Null)] {
            let found = risk_configuration(none.as_ref(), &planned()).unwrap();
            assert_eq!((found.body, found.unknown.len()), (planned(), 0));
        }
        assert!(risk_configuration(Some(&json!([])), &planned()).is_err());
        assert!(risk_configuration(Some(&json!({ "Future": 1e300 })), &planned()).is_err());
    }

    #[test]
    fn what_is_as_planned_changes_nothing() {
        let found = risk_configuration(Some(&planned()), &planned()).unwrap();
        assert_eq!((found.changed.len(), found.carried.len()), (0, 1));
    }
}
