//! Every key of the policy language is planned, applied, read again, kept in a snapshot, shown to rules, and rolled back:
//! a key that is checked and never applied cannot exist.

use std::collections::BTreeMap;

use cogward::model::posture::Posture;
use cogward::observe::snapshot::{self, Snapshot};
use cogward::pointer::Pointer;
use cogward::rule::inputs::{Facts, view};
use cogward::simulator::{AwsState, Options};
use serde_json::{Value, json};

use crate::apply::rollback::{back, posture};
use crate::apply::scene::pool;
use crate::apply::support::{Bench, POOL};

/// Keys that say something about the policy, or about the world that it relies on: nothing of a pool is set by them.
const SET_NOTHING: [&str; 9] = [
    "/version",
    "/name",
    "/description",
    "/extends",
    "/target",
    "/audit_gate",
    "/assumes",
    "/waivers",
    "/clients/*/id",
];

/// What a policy says of a range, for people.
const OF_RANGES: [&str; 3] = ["/[]/owner", "/[]/reason", "/[]/until"];

/// What no pool has in another way: each event source has one level, and message failures go to a log group alone.
const ONE_VALUE: [&str; 4] = [
    "/log_delivery/user_notification/firehose",
    "/log_delivery/user_notification/s3",
    "/log_delivery/user_auth_events/level",
    "/log_delivery/user_notification/level",
];

/// A leaf of the schema: where it stands, `*` for any name and `[]` for any item, and whether it has a default.
fn leaves() -> BTreeMap<String, bool> {
    fn every<'a>(property: &'a Value, schema: &'a Value, into: &mut Vec<&'a Value>) {
        if let Some(name) = property["$ref"].as_str() {
            return every(schema.pointer(&name[1..]).unwrap(), schema, into);
        }
        into.push(property);
        for choice in ["oneOf", "anyOf"] {
            for one in property[choice].as_array().into_iter().flatten() {
                every(one, schema, into);
            }
        }
    }
    fn walk(property: &Value, schema: &Value, at: &str, into: &mut BTreeMap<String, bool>) {
        let (mut found, mut is_leaf) = (Vec::new(), true);
        every(property, schema, &mut found);
        for one in found {
            for (key, inner) in one["properties"].as_object().into_iter().flatten() {
                is_leaf = false;
                walk(inner, schema, &format!("{at}/{key}"), into);
            }
            let mut items = Vec::new();
            every(&one["items"], schema, &mut items);
            for (inner, key) in [(&one["additionalProperties"], "*"), (&one["items"], "[]")] {
                let holds_more = key == "*" || items.iter().any(|item| item["properties"].is_object());
                if inner.is_object() && holds_more {
                    is_leaf = false;
                    walk(inner, schema, &format!("{at}/{key}"), into);
                }
            }
        }
        if is_leaf {
            let text = property["description"].as_str().unwrap_or_default();
            into.insert(at.to_owned(), text.contains("Default:"));
        }
    }
    let schema = cogward::policy::published();
    let mut into = BTreeMap::new();
    walk(&schema, &schema, "", &mut into);
    into.retain(|at, _| {
        let sets_nothing = SET_NOTHING
            .iter()
            .any(|start| at == start || at.starts_with(&format!("{start}/")));
        !sets_nothing && !OF_RANGES.iter().any(|end| at.ends_with(end))
    });
    into
}

fn responses() -> Value {
    let email =
        |subject: &str| json!({ "subject": subject, "html": "<p>{username}</p>", "text": "{username}" });
    json!({
        "account_takeover": {
            "low": { "action": "NO_ACTION", "notify": true },
            "medium": { "action": "MFA_IF_CONFIGURED", "notify": true },
            "high": { "action": "MFA_REQUIRED", "notify": true },
            "notifications": {
                "source_arn": "arn:aws:ses:us-west-2:123456789012:identity/a.example.com",
                "from": "x@a.example.com", "reply_to": "y@a.example.com",
                "block_email": email("a"), "mfa_email": email("b"), "no_action_email": email("c"),
            },
        },
        "compromised_credentials": { "action": "BLOCK", "events": ["SIGN_IN"] },
        "risk_exceptions": { "always_block": ["198.51.100.0/24"], "always_allow": ["203.0.113.0/24"] },
    })
}

/// A policy with every key.
fn whole() -> Value {
    let mut web = responses();
    web["auth_flows"] = json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    web["oauth_flows"] = json!(["code"]);
    web["identity_providers"] = json!(["COGNITO"]);
    web["propagate_user_context"] = json!(false);
    let mut policy = responses();
    policy["feature_plan"] = json!("PLUS");
    policy["mode"] = json!({ "standard": "AUDIT", "custom": "AUDIT" });
    policy["mfa"] = json!({ "configuration": "OPTIONAL", "factors": ["SOFTWARE_TOKEN"] });
    policy["clients"] = json!({ "web": web });
    policy["alarms"] = json!([{
        "name": "risk", "metric": "AccountTakeoverRisk", "operation": "SignIn", "risk_level": "High",
        "namespace": "AWS/Cognito", "statistic": "Maximum", "threshold": 5, "comparison": "GreaterThanThreshold",
        "period": "1m", "evaluation_periods": 2, "treat_missing_data": "missing", "actions_enabled": false,
        "actions": ["arn:aws:sns:us-west-2:123456789012:a"],
    }]);
    policy["log_delivery"] = json!({
        "user_auth_events": { "cloudwatch_logs": group("a"), "level": "INFO" },
        "user_notification": { "cloudwatch_logs": group("a"), "level": "ERROR" },
    });
    policy
}

fn group(name: &str) -> String {
    format!("arn:aws:logs:us-west-2:123456789012:log-group:{name}")
}

/// What else a leaf can hold than in [`whole`]; with its parent, where the leaf cannot stand beside its siblings.
fn other(leaf: &str) -> (String, Value) {
    let name = leaf.rsplit('/').next().unwrap();
    let parent = leaf.rsplit_once('/').unwrap().0.to_owned();
    let alone = |value: Value| (leaf.to_owned(), value);
    match name {
        "action" if leaf.contains("compromised") => alone(json!("NO_ACTION")),
        "action" => alone(json!("BLOCK")),
        "notify" | "low" => alone(json!(false)),
        "html_file" | "text_file" => {
            let (one, two) = if name == "html_file" {
                ("html_file", "text")
            } else {
                ("text_file", "html")
            };
            (
                parent,
                json!({ "subject": "z", one: "mail.txt", two: "{username}" }),
            )
        }
        "subject" | "html" | "text" => alone(json!("other text")),
        "from" | "reply_to" => alone(json!("z@a.example.com")),
        "source_arn" => alone(json!(
            "arn:aws:ses:us-west-2:123456789012:identity/x@a.example.com"
        )),
        "events" => alone(json!(["SIGN_UP", "SIGN_IN"])),
        "cidr" => {
            let list = parent.trim_end_matches("/[]").to_owned();
            (
                list,
                json!([{ "cidr": "192.0.2.0/24", "reason": "r", "owner": "o", "until": "2027-01-01" }]),
            )
        }
        "feature_plan" => alone(json!("ESSENTIALS")),
        "standard" | "custom" => alone(json!("ENFORCED")),
        "configuration" => alone(json!("ON")),
        "factors" => alone(json!(["SOFTWARE_TOKEN", "WEB_AUTHN"])),
        "inherit" => (parent, json!({ "inherit": true })),
        "auth_flows" => alone(json!(["ALLOW_USER_PASSWORD_AUTH"])),
        "oauth_flows" => alone(json!(["implicit"])),
        "identity_providers" => alone(json!(["COGNITO", "Google"])),
        "propagate_user_context" | "actions_enabled" => alone(json!(true)),
        "name" => alone(json!("another")),
        "metric" => alone(json!("CompromisedCredentialRisk")),
        "namespace" => alone(json!("Other")),
        "operation" => alone(json!("SignUp")),
        "risk_level" => alone(json!("Low")),
        "statistic" => alone(json!("Sum")),
        "threshold" | "evaluation_periods" => alone(json!(7)),
        "comparison" => alone(json!("LessThanThreshold")),
        "period" => alone(json!("5m")),
        "treat_missing_data" => alone(json!("breaching")),
        "actions" => alone(json!(["arn:aws:sns:us-west-2:123456789012:b"])),
        "*" => {
            let mut alarm = whole()["alarms"][0].clone();
            alarm.as_object_mut().unwrap().remove("operation");
            alarm.as_object_mut().unwrap().remove("risk_level");
            alarm["dimensions"] = json!({ "UserPoolId": POOL, "Operation": "PasswordChange" });
            ("/alarms/[]".to_owned(), alarm)
        }
        "cloudwatch_logs" => alone(json!(group("b"))),
        "s3" => (parent, json!({ "s3": "arn:aws:s3:::b" })),
        "firehose" => (
            parent,
            json!({ "firehose": "arn:aws:firehose:us-west-2:123456789012:deliverystream/b" }),
        ),
        other => panic!("`{other}` of {leaf} has no second value here: add one"),
    }
}

fn concrete(at: &str) -> String {
    at.replace("/*", "/web").replace("/[]", "/0")
}

/// The sections of `from` that a leaf stands in, as a policy.
fn policy(from: &Value, leaf: &str) -> Value {
    let section = leaf.split('/').nth(1).unwrap();
    json!({ "version": 1, "name": "key", "target": { "pool": POOL }, section: from[section] })
}

fn set(into: &mut Value, at: &str, value: Value) {
    let pointer = Pointer::parse(at).unwrap();
    let mut place = into;
    for token in pointer.tokens() {
        place = match place {
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            other => &mut other[token.as_ref() as &str],
        };
    }
    *place = value;
}

fn rules_see(posture: &Posture) -> String {
    let facts = Facts {
        posture: Some(posture),
        ..Facts::default()
    };
    serde_json::to_string(&view(facts)).unwrap()
}

fn kept(bench: &Bench) -> String {
    let estate = bench.look().estate;
    let text = snapshot::write(&Snapshot {
        estate,
        ..Snapshot::default()
    });
    let read = snapshot::read(&text).unwrap();
    assert_eq!(snapshot::write(&read), text);
    // What every write changes.
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["pools"][0].as_object_mut().unwrap().remove("last_modified");
    value.to_string()
}

/// A pool that is as [`whole`] says, but for a feature plan that can go up.
fn start(bench: &Bench) -> AwsState {
    std::fs::write(bench.folder.path().join("mail.txt"), "from a file {username}").unwrap();
    let mut policy = whole();
    policy["version"] = json!(1);
    policy["name"] = json!("whole");
    policy["target"] = json!({ "pool": POOL });
    let outcome = bench.carry_out(&bench.plan(&policy), "start.jsonl");
    assert_eq!(outcome.exit_code(), 0, "{outcome:#?}");
    bench.server.world()
}

/// One key: planned as a change at its place, applied, read again, kept, shown to rules, and rolled back. Says whether rules
/// see it.
fn trip(bench: &Bench, leaf: &str, number: usize) -> bool {
    let (at, value) = other(leaf);
    let mut wanted = policy(&whole(), leaf);
    set(&mut wanted, &concrete(&at), value);
    if leaf == "/feature_plan" {
        // What needs PLUS has to go with it.
        wanted["mode"] = json!({ "standard": "OFF", "custom": "OFF" });
        wanted["log_delivery"] = json!({ "user_auth_events": "none" });
    }
    let (before, seen, snapshot) = (bench.server.world(), posture(bench), kept(bench));
    let prepared = bench.plan(&wanted);
    let place = Pointer::parse(&concrete(&at)).unwrap();
    let changes = &prepared.proposal.pools[0].changes;
    let planned = changes.iter().any(|change| {
        let pointer = &change.difference.pointer;
        pointer.covers(&place) || place.covers(pointer)
    });
    assert!(planned, "{leaf}: {wanted:#}\n{changes:#?}");
    let name = format!("{number}.jsonl");
    let outcome = bench.carry_out(&prepared, &name);
    assert_eq!(outcome.exit_code(), 0, "{leaf}: {outcome:#?}");
    assert!(bench.plan(&wanted).proposal.pools.is_empty(), "{leaf}: not there");
    assert_ne!(kept(bench), snapshot, "{leaf}: not in the snapshot");
    let is_seen = rules_see(&posture(bench)) != rules_see(&seen);
    let (outcome, said) = back(bench, &bench.journal(&name), &format!("{number}-back.jsonl"));
    if leaf == "/alarms/[]/name" {
        // Another name is another alarm, and nothing here deletes alarms.
        assert!(
            said.iter().any(|words| words.contains("delete it in CloudWatch")),
            "{said:?}"
        );
        bench.server.change(|world| *world = before);
        return is_seen;
    }
    assert_eq!(
        outcome.map(|outcome| outcome.exit_code()),
        Some(0),
        "{leaf}: {said:?}"
    );
    assert_eq!(kept(bench), snapshot, "{leaf}: not rolled back");
    is_seen
}

#[test]
fn every_key_goes_all_the_way() {
    let bench = Bench::new(pool(), Options::default());
    start(&bench);
    let leaves = leaves();
    assert!(leaves.len() > 80, "{}", leaves.len());
    let mut unseen = Vec::new();
    for (number, leaf) in leaves.keys().enumerate() {
        if !ONE_VALUE.contains(&leaf.as_str()) && !trip(&bench, leaf, number) {
            unseen.push(leaf);
        }
    }
    assert!(unseen.is_empty(), "rules do not see {unseen:#?}");
}

/// A key with a default that is left out of a section that is there has its default: where the pool has something else,
/// that is a change. Of the name of an alarm nothing is said then.
#[test]
fn a_key_that_is_left_out_has_its_default() {
    let bench = Bench::new(pool(), Options::default());
    start(&bench);
    let world = bench.server.world();
    for (leaf, _) in leaves().into_iter().filter(|(_, has_default)| *has_default) {
        let mut without = policy(&whole(), &leaf);
        let (parent, key) = leaf.rsplit_once('/').unwrap();
        let section = without.pointer_mut(&concrete(parent)).unwrap();
        section.as_object_mut().unwrap().remove(key).unwrap();
        let is_change = |name: &str| {
            let pools = bench.plan(&without).proposal.pools;
            assert!(pools.len() < 2, "{name}");
            !pools.is_empty()
        };
        let mut compared = is_change("whole");
        if !ONE_VALUE.contains(&leaf.as_str()) {
            // Of two values one at least is not the default.
            let (at, value) = other(&leaf);
            let mut wanted = policy(&whole(), &leaf);
            set(&mut wanted, &concrete(&at), value);
            let name = leaf.replace(['/', '[', ']', '*'], "-");
            let outcome = bench.carry_out(&bench.plan(&wanted), &format!("{name}.jsonl"));
            assert_eq!(outcome.exit_code(), 0, "{leaf}");
            compared |= is_change("other");
            bench.server.change(|now| *now = world.clone());
        }
        let says_nothing = leaf == "/alarms/[]/name" || ONE_VALUE.contains(&leaf.as_str());
        assert_eq!(compared, !says_nothing, "{leaf}");
    }
}
