//! `SetRiskConfiguration` from `DescribeRiskConfiguration`: what was described, with the planned places replaced.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::exception::IpRange;
use crate::model::response::PasswordEvent;
use crate::pointer::Pointer;
use crate::update::body::{UpdateBody, Why};
use crate::update::draft::{Draft, is_nothing};
use crate::update::places::{Put, at, get};
use crate::update::refusal::UpdateRefusal;

/// An object's members that are known: with their own members, where these are objects.
struct Shape(&'static [(&'static str, Option<&'static Shape>)]);

static ROOT: Shape = Shape(&[
    ("UserPoolId", None),
    ("ClientId", None),
    (LAST_MODIFIED, None),
    (CREDENTIALS, Some(&COMPROMISED)),
    (TAKEOVER, Some(&RESPONSES)),
    (EXCEPTIONS, Some(&LISTS)),
]);
static COMPROMISED: Shape = Shape(&[(FILTER, None), ("Actions", Some(&Shape(&[(ACTION, None)])))]);
static RESPONSES: Shape = Shape(&[
    (NOTIFY, Some(&SENDER)),
    (
        "Actions",
        Some(&Shape(&[
            ("LowAction", Some(&LEVEL)),
            ("MediumAction", Some(&LEVEL)),
            ("HighAction", Some(&LEVEL)),
        ])),
    ),
]);
static LEVEL: Shape = Shape(&[("Notify", None), (ACTION, None)]);
static SENDER: Shape = Shape(&[
    ("From", None),
    ("ReplyTo", None),
    ("SourceArn", None),
    ("BlockEmail", Some(&EMAIL)),
    ("NoActionEmail", Some(&EMAIL)),
    ("MfaEmail", Some(&EMAIL)),
]);
static EMAIL: Shape = Shape(&[("Subject", None), ("HtmlBody", None), ("TextBody", None)]);
static LISTS: Shape = Shape(&[("BlockedIPRangeList", None), ("SkippedIPRangeList", None)]);

const IDS: [&str; 2] = ["UserPoolId", "ClientId"];
const CREDENTIALS: &str = "CompromisedCredentialsRiskConfiguration";
const TAKEOVER: &str = "AccountTakeoverRiskConfiguration";
const EXCEPTIONS: &str = "RiskExceptionConfiguration";
const SECTIONS: [&str; 3] = [CREDENTIALS, TAKEOVER, EXCEPTIONS];
const LEVELS: [&str; 3] = ["LowAction", "MediumAction", "HighAction"];
const EMAILS: [&str; 3] = ["BlockEmail", "NoActionEmail", "MfaEmail"];
const NOTIFY: &str = "NotifyConfiguration";
const FILTER: &str = "EventFilter";
const ACTION: &str = "EventAction";
const LAST_MODIFIED: &str = "LastModifiedDate";

/// The body of `SetRiskConfiguration` that has what is planned in the place of what was described, and everything else
/// as it was described, whatever of it this version knows.
///
/// `described` is the pool's or the client's *own* `RiskConfiguration`, read a moment ago; `None` where it has none,
/// such as a client that inherits. `planned` is the plan's call: the ids and the places that are set, where null takes
/// a place away. One with nothing but ids resets the configuration, with all that is in it. A list of ranges or events
/// is a set: what stays keeps its place and its spelling.
///
/// # Errors
/// A description, or a plan, that is not an object; a value that cannot be sent back.
pub fn risk_configuration(described: Option<&Value>, planned: &Value) -> Result<UpdateBody, UpdateRefusal> {
    update(described, planned, as_set)
}

/// The same, with lists exactly as they are planned: what a journal puts back.
///
/// # Errors
/// As [`risk_configuration`].
pub fn risk_configuration_back(
    described: Option<&Value>,
    planned: &Value,
) -> Result<UpdateBody, UpdateRefusal> {
    update(described, planned, |_, value, _| value.cloned())
}

/// What becomes of a place: its name, what is planned, and what was described.
type Merge = fn(&Pointer, Option<&Value>, Option<&Value>) -> Option<Value>;

fn update(described: Option<&Value>, planned: &Value, merge: Merge) -> Result<UpdateBody, UpdateRefusal> {
    let planned = planned.as_object().ok_or(UpdateRefusal::NoId(IDS[0]))?;
    let empty = Map::new();
    let before = match described {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(members)) => members,
        Some(_) => return Err(UpdateRefusal::NoId(IDS[0])),
    };
    let mut draft = Draft::of(before);
    for name in IDS {
        if let Some(id) = planned.get(name).and_then(Value::as_str) {
            draft.id(name, id);
        }
    }
    let puts = places(planned);
    let resets = puts.is_empty();
    for (name, value) in before {
        match name.as_str() {
            name if IDS.contains(&name) => {}
            LAST_MODIFIED => draft.leave(&[name], Why::DescribeOnly),
            _ if is_nothing(name, value) => draft.leave(&[name], Why::Empty),
            _ if resets => draft.set(at(&[name]), None),
            _ => draft.carry(name, value.clone(), SECTIONS.contains(&name.as_str())),
        }
    }
    let unknown = unknown(&ROOT, before, "");
    if resets {
        draft.goes(unknown);
        return draft.finish();
    }
    unknown
        .into_iter()
        .filter(|name| name.contains('.'))
        .for_each(|name| draft.is_unknown(name));
    for Put { at, value } in puts {
        let value = merge(&at, value.as_ref(), get(before, &at));
        draft.put(&[Put { at, value }]);
    }
    settle(&mut draft);
    draft.finish()
}

/// The places that a plan sets, or takes away.
fn places(planned: &Map<String, Value>) -> Vec<Put> {
    fn add(members: &Map<String, Value>, under: &Pointer, into: &mut Vec<Put>) {
        for (name, value) in members {
            let at = under.child(name);
            match value {
                Value::Object(inner) if !inner.is_empty() => add(inner, &at, into),
                _ => into.push(Put {
                    at,
                    value: Some(value.clone()).filter(|value| !value.is_null()),
                }),
            }
        }
    }
    let mut sections = planned.clone();
    sections.retain(|name, _| !IDS.contains(&name.as_str()));
    let mut puts = Vec::new();
    add(&sections, &Pointer::root(), &mut puts);
    puts
}

/// A planned place beside what is there. Lists that mean the same stay as they are written.
fn as_set(place: &Pointer, planned: Option<&Value>, there: Option<&Value>) -> Option<Value> {
    let texts = |value: Option<&Value>| -> Option<Vec<String>> {
        let list = value?.as_array()?;
        list.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let is_list = |section: &str, name: &str| *place == at(&[section, name]);
    if is_list(CREDENTIALS, FILTER) {
        let events = |value| {
            let list: BTreeSet<_> = texts(value).unwrap_or_default().into_iter().collect();
            let all = || PasswordEvent::ALL.map(|event| event.as_str().to_owned()).into();
            if list.is_empty() { all() } else { list }
        };
        if events(planned) == events(there) {
            return there.cloned();
        }
    }
    let is_range = LISTS.0.iter().any(|(name, _)| is_list(EXCEPTIONS, name));
    if !is_range && !is_list(CREDENTIALS, FILTER) {
        return planned.cloned();
    }
    let (Some(wanted), Some(old)) = (texts(planned), texts(there)) else {
        return planned.cloned();
    };
    let meaning = |text: &String| {
        IpRange::new(text)
            .net()
            .map_or_else(|| text.clone(), |net| net.to_string())
    };
    let keys = |list: &[String]| -> BTreeSet<_> { list.iter().map(meaning).collect() };
    let (stays, known) = (keys(&wanted), keys(&old));
    let kept = old.iter().filter(|text| stays.contains(&meaning(text)));
    let added = wanted.iter().filter(|text| !known.contains(&meaning(text)));
    Some(kept.chain(added).map(String::as_str).collect())
}

/// Makes the body one that the service takes: what says nothing is not sent, and what it requires is.
fn settle(draft: &mut Draft<'_>) {
    for level in LEVELS {
        leave_if_idle(draft, &[TAKEOVER, "Actions", level], Why::NoAction);
    }
    for email in EMAILS {
        leave_if_idle(draft, &[TAKEOVER, NOTIFY, email], Why::Empty);
    }
    leave_if_idle(draft, &[TAKEOVER, NOTIFY], Why::Empty);
    leave_if_idle(draft, &[TAKEOVER], Why::Empty);
    leave_if_idle(draft, &[CREDENTIALS], Why::NoAction);
    leave_if_idle(draft, &[EXCEPTIONS], Why::Empty);
    if draft.get(&[TAKEOVER]).is_some_and(Value::is_object) && draft.get(&[TAKEOVER, "Actions"]).is_none() {
        draft.follow(at(&[TAKEOVER, "Actions"]), json!({}));
    }
}

/// Leaves out an object that has nothing in it but what means nothing without an action: the service writes out levels
/// and filters so that are not configured, and requires the action where they are sent.
fn leave_if_idle(draft: &mut Draft<'_>, path: &[&str], why: Why) {
    let is_idle = |(name, value): (&String, &Value)| {
        is_nothing(name, value)
            || (name == "Notify" && *value == json!(false))
            || (name == FILTER && *value == json!([]))
            || (name == "Actions" && *value == json!({}))
    };
    let members = draft.get(path).and_then(Value::as_object);
    if members.is_some_and(|members| members.iter().all(is_idle)) {
        draft.leave(path, why);
    }
}

/// Dotted names of members that are unknown, outermost first. What an unknown member holds is not read.
fn unknown(shape: &Shape, members: &Map<String, Value>, under: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in members.iter().filter(|(name, value)| !is_nothing(name, value)) {
        let place = format!("{under}{name}");
        match (shape.0.iter().find(|(known, _)| known == name), value) {
            (Some((_, Some(inner))), Value::Object(members)) => {
                found.extend(unknown(inner, members, &format!("{place}.")));
            }
            (Some(_), _) => {}
            (None, _) => found.push(place),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned() -> Value {
        json!({
            "UserPoolId": "us-west-2_A",
            "AccountTakeoverRiskConfiguration": {
                "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false } },
            },
        })
    }

    /// Everything that is not planned is sent back wherever it stands.
    #[test]
    fn unplanned_members_sent_back() {
        let described = json!({
            "UserPoolId": "us-west-2_A", "LastModifiedDate": 1.5, "Future": [1],
            "AccountTakeoverRiskConfiguration": {
                "Scores": { "Low": 3 },
                "Actions": { "HighAction": { "EventAction": "NO_ACTION", "Notify": false, "Delay": 5 }, "ExtremeAction": {},
                    "LowAction": { "EventAction": "MFA_REQUIRED", "Notify": true } },
                "NotifyConfiguration": { "SourceArn": "arn:x", "Template": "t" },
            },
            "RiskExceptionConfiguration": { "BlockedCountryList": ["XX"] },
            "CompromisedCredentialsRiskConfiguration": { "Mode": "STRICT", "EventFilter": ["SIGN_UP", "SIGN_IN"] },
        });
        let found = risk_configuration(Some(&described), &planned()).unwrap();
        let mut wanted = described.clone();
        wanted.as_object_mut().unwrap().shift_remove(LAST_MODIFIED);
        wanted[TAKEOVER]["Actions"]["HighAction"]["EventAction"] = json!("BLOCK");
        assert_eq!(found.body, wanted);
        assert_eq!(
            found.unknown,
            [
                "Future",
                "AccountTakeoverRiskConfiguration.Scores",
                "AccountTakeoverRiskConfiguration.Actions.HighAction.Delay",
                "AccountTakeoverRiskConfiguration.Actions.ExtremeAction",
                "AccountTakeoverRiskConfiguration.NotifyConfiguration.Template",
                "RiskExceptionConfiguration.BlockedCountryList",
                "CompromisedCredentialsRiskConfiguration.Mode",
            ]
        );
        let changed: Vec<_> = found
            .changed
            .iter()
            .map(|change| change.pointer.as_str())
            .collect();
        assert_eq!(
            changed,
            ["/AccountTakeoverRiskConfiguration/Actions/HighAction/EventAction"]
        );
        assert_eq!((found.left_out.len(), found.gone.len()), (1, 0));
    }

    /// What says nothing is not sent and what is required is.
    #[test]
    fn empty_omitted_required_sent() {
        let described = json!({
            "AccountTakeoverRiskConfiguration": { "Actions": { "LowAction": { "Notify": false } }, "NotifyConfiguration": {} },
            "CompromisedCredentialsRiskConfiguration": { "EventFilter": [] },
            "RiskExceptionConfiguration": {}, "Other": null,
        });
        let mails = json!({ "UserPoolId": "p", "AccountTakeoverRiskConfiguration": {
            "NotifyConfiguration": { "SourceArn": "arn:x" } } });
        let found = risk_configuration(Some(&described), &mails).unwrap();
        let mut wanted = mails;
        wanted[TAKEOVER]["Actions"] = json!({});
        assert_eq!(found.body, wanted);
        let left: Vec<_> = found
            .left_out
            .iter()
            .map(|left| (left.pointer.as_str(), left.why))
            .collect();
        assert!(
            left.contains(&(
                "/AccountTakeoverRiskConfiguration/Actions/LowAction",
                Why::NoAction
            )),
            "{left:?}"
        );
        // The last thing that is configured goes: the call resets.
        let gone = json!({ "UserPoolId": "p", "AccountTakeoverRiskConfiguration": {
            "Actions": { "HighAction": { "EventAction": null, "Notify": null } } } });
        let found = risk_configuration(Some(&planned()), &gone).unwrap();
        assert_eq!(
            (found.body, found.changed.len()),
            (json!({ "UserPoolId": "p" }), 2)
        );
    }

    /// Lists are sets and what stays keeps its place and spelling.
    #[test]
    fn list_entries_keep_order_and_spelling() {
        let described = json!({
            "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.9/24", "198.51.100.0/24", "203.0.113.0/24"] },
            "CompromisedCredentialsRiskConfiguration": {
                "Actions": { "EventAction": "BLOCK" }, "EventFilter": ["SIGN_UP", "SIGN_IN"] },
        });
        let plan = |ranges: &[&str], events: Value| {
            json!({
                "UserPoolId": "p", "RiskExceptionConfiguration": { "BlockedIPRangeList": ranges },
                "CompromisedCredentialsRiskConfiguration": { "EventFilter": events },
            })
        };
        let lists = |body: &Value| {
            (
                body[EXCEPTIONS]["BlockedIPRangeList"].clone(),
                body[CREDENTIALS][FILTER].clone(),
            )
        };
        let wanted = plan(
            &["10.0.0.0/8", "203.0.113.0/24", "192.0.2.0/24"],
            json!(["SIGN_IN", "SIGN_UP"]),
        );
        let found = risk_configuration(Some(&described), &wanted).unwrap();
        let kept = json!(["192.0.2.9/24", "203.0.113.0/24", "10.0.0.0/8"]);
        assert_eq!(lists(&found.body), (kept, json!(["SIGN_UP", "SIGN_IN"])));
        let exact = risk_configuration_back(Some(&described), &wanted).unwrap();
        let (ranges, events) = lists(&exact.body);
        assert_eq!(
            (ranges.as_array().unwrap().len(), events),
            (3, json!(["SIGN_IN", "SIGN_UP"]))
        );
        let all = plan(&[], Value::Null);
        let found = risk_configuration(Some(&described), &all).unwrap();
        assert_eq!(lists(&found.body), (json!([]), Value::Null));
        let mut spelt = described.clone();
        spelt[CREDENTIALS][FILTER] = json!(["SIGN_UP", "SIGN_IN", "PASSWORD_CHANGE"]);
        let found = risk_configuration(Some(&spelt), &all).unwrap();
        assert_eq!(
            lists(&found.body).1,
            spelt[CREDENTIALS][FILTER],
            "all of them, spelt out"
        );
    }

    /// A reset says what goes with it and nothing is made from nothing.
    #[test]
    fn reset_names_what_is_lost() {
        let reset = json!({ "UserPoolId": "us-west-2_A", "ClientId": "c" });
        let described = json!({ "Future": 1, "RiskExceptionConfiguration": { "Countries": ["XX"] } });
        let found = risk_configuration(Some(&described), &reset).unwrap();
        assert_eq!(found.body, reset);
        assert_eq!(found.gone, ["Future", "RiskExceptionConfiguration.Countries"]);
        assert_eq!(found.changed.len(), 2);
        for none in [None, Some(Value::Null)] {
            let found = risk_configuration(none.as_ref(), &planned()).unwrap();
            assert_eq!((found.body, found.unknown.len()), (planned(), 0));
        }
        assert!(risk_configuration(Some(&json!([])), &planned()).is_err());
        for odd in [
            json!({ "Future": 1e300 }),
            json!({ "Future": { "ClientSecretArn": null } }),
        ] {
            assert!(risk_configuration(Some(&odd), &planned()).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_as_planned_changes_nothing() {
        let found = risk_configuration(Some(&planned()), &planned()).unwrap();
        assert_eq!((found.changed.len(), found.carried.len()), (0, 1));
    }
}
