//! The JSON Schema of the policy language.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::policy::file::PolicyFile;
use crate::schema::{self, Validator};

/// The compiled schema, made once. `None` if it is not a schema, which a test excludes.
pub fn validator() -> Option<&'static Validator> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    VALIDATOR.get_or_init(|| Validator::new(schema())).as_ref()
}

/// The words of the policy language: its keys, and the values that it knows.
pub fn words() -> &'static BTreeSet<String> {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = BTreeSet::from(["true", "false"].map(str::to_owned));
        collect_words(&schema(), &mut words);
        words
    })
}

fn collect_words(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            let known = object.get("enum").and_then(Value::as_array).into_iter().flatten();
            let known = known.chain(object.get("const")).filter_map(Value::as_str);
            words.extend(known.map(str::to_owned));
            if let Some(Value::Object(keys)) = object.get("properties") {
                words.extend(keys.keys().cloned());
            }
            object.values().for_each(|below| collect_words(below, words));
        }
        Value::Array(list) => list.iter().for_each(|below| collect_words(below, words)),
        _ => {}
    }
}

/// The schema of a policy document, made from [`PolicyFile`] (`schemas/policy.json`).
pub fn schema() -> Value {
    schema::of::<PolicyFile>("policy")
}

/// The keys of a policy that documents of other kinds do not have: all but its version, name and description.
pub(in crate::policy) fn own_keys() -> &'static BTreeSet<String> {
    static KEYS: OnceLock<BTreeSet<String>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let schema = schema();
        let keys = schema.get("properties").and_then(Value::as_object);
        let keys = keys.into_iter().flat_map(|keys| keys.keys().cloned());
        keys.filter(|key| !["version", "name", "description"].contains(&key.as_str()))
            .collect()
    })
}

/// The schema for editors (`schemas/policy.json`): like [`schema()`], and a value may also be a text with a
/// variable in it, which is replaced before a run asks [`schema()`]. The version is never one.
pub fn published() -> Value {
    let mut schema = schema();
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        definitions.values_mut().for_each(allow_variables);
    }
    allow_in_properties(&mut schema);
    for (definition, key, known) in SUGGESTED {
        suggest(
            &mut schema,
            &format!("/$defs/{definition}/properties/{key}"),
            known,
        );
    }
    let layers = ["/$defs/OneOrMany/anyOf/0", "/$defs/OneOrMany/anyOf/1/items"];
    for place in layers {
        suggest(&mut schema, place, &BASELINES);
    }
    schema
}

/// The shipped layers.
const BASELINES: [&str; 4] = ["audit-only", "balanced", "observe-custom-auth", "strict"];

/// Texts of which editors offer the known ones; others are judged by rules, not by the schema.
const SUGGESTED: [(&str, &str, &[&str]); 6] = [
    (
        "AlarmEntry",
        "metric",
        &[
            "AccountTakeoverRisk",
            "CompromisedCredentialRisk",
            "NoRisk",
            "OverrideBlock",
            "Risk",
        ],
    ),
    ("AlarmEntry", "operation", &["PasswordChange", "SignIn", "SignUp"]),
    ("AlarmEntry", "risk_level", &["High", "Low", "Medium"]),
    ("AlarmEntry", "statistic", &["Sum"]),
    (
        "AlarmEntry",
        "treat_missing_data",
        &["breaching", "ignore", "missing", "notBreaching"],
    ),
    ("DeliverySection", "level", &["ERROR", "INFO"]),
];

/// Lets a schema of any text name those that are known as well, which allows nothing less.
fn suggest(schema: &mut Value, place: &str, known: &[&str]) {
    let Some(Value::Object(text)) = schema.pointer_mut(place) else {
        return;
    };
    let description = text.remove("description");
    let text = Value::Object(std::mem::take(text));
    let mut open = json!({"anyOf": [{"enum": known}, text]});
    if let (Some(description), Some(object)) = (description, open.as_object_mut()) {
        object.insert("description".to_owned(), description);
    }
    if let Some(node) = schema.pointer_mut(place) {
        *node = open;
    }
}

/// Lets a schema of single values also take a variable; goes into objects and lists.
fn allow_variables(schema: &mut Value) {
    let single = ["integer", "number", "boolean"]
        .iter()
        .any(|kind| schema["type"] == *kind);
    let restricted = schema.get("enum").is_some() || schema.get("pattern").is_some() || constants(schema);
    if single || restricted {
        let description = schema
            .as_object_mut()
            .and_then(|object| object.remove("description"));
        let variable = json!({"type": "string", "pattern": r"\$\{[A-Za-z_]", "description": "A variable: `${NAME:-default}`."});
        *schema = json!({"anyOf": [schema.take(), variable]});
        if let (Some(description), Some(object)) = (description, schema.as_object_mut()) {
            object.insert("description".to_owned(), description);
        }
        return;
    }
    allow_in_properties(schema);
    if let Some(items) = schema.get_mut("items") {
        allow_variables(items);
    }
}

fn allow_in_properties(schema: &mut Value) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    properties
        .iter_mut()
        .filter(|(key, _)| key.as_str() != "version")
        .for_each(|(_, schema)| allow_variables(schema));
}

/// Whether a schema is a choice of described constants.
fn constants(schema: &Value) -> bool {
    let choices = schema.get("oneOf").and_then(Value::as_array);
    choices.is_some_and(|choices| choices.iter().all(|choice| choice.get("const").is_some()))
}

#[cfg(test)]
mod tests {
    use crate::fault::InputError;
    use crate::schema::Validator;

    use super::*;

    fn faults(document: &Value) -> Vec<(String, InputError, String, String)> {
        let validator = Validator::new(schema()).unwrap();
        let faults = validator.faults(document).into_iter();
        faults
            .map(|f| (f.pointer.to_string(), f.check, f.message, f.help))
            .collect()
    }

    #[test]
    fn a_valid_document_has_none() {
        let document = json!({"version": 1, "mode": {"standard": "AUDIT"}, "clients": {"*": "inherit"}});
        assert_eq!(faults(&document), []);
    }

    /// Editors let variables stand for values and nothing else.
    #[test]
    fn published_schema_allows_variables() {
        let validator = Validator::new(published()).unwrap();
        let good = json!({
            "version": 1,
            "mode": {"standard": "${MODE:-AUDIT}"},
            "audit_gate": {"minimum_days": "${DAYS}"},
            "account_takeover": {"high": {"action": "${A}", "notify": "${N:-true}"}},
            "compromised_credentials": {"action": "BLOCK", "events": ["SIGN_IN", "${E}"]},
            "target": {"account": "${ACCOUNT}"},
        });
        assert_eq!(validator.faults(&good), []);
        let bad = json!({"version": 1, "mode": {"standard": "AUDITED"}, "target": {"account": "12"}});
        assert_eq!(validator.faults(&bad).len(), 2);
        assert_eq!(validator.faults(&json!({"version": "${V}"})).len(), 1);
    }

    /// Every text that editors complete is still any text, and nothing else.
    #[test]
    fn what_editors_offer_forbids_nothing() {
        let schema = published();
        let offered = |place: &str| schema.pointer(&format!("{place}/anyOf/0/enum")).is_some();
        for (definition, key, _) in SUGGESTED {
            assert!(offered(&format!("/$defs/{definition}/properties/{key}")), "{key}");
        }
        assert!(offered("/$defs/OneOrMany/anyOf/0") && offered("/$defs/OneOrMany/anyOf/1/items"));
        let validator = Validator::new(schema).unwrap();
        for word in ["AccountTakeoverRisk", "AccountTakeOverRisk", "${X}"] {
            let alarm = json!({"metric": word, "operation": word, "risk_level": word, "statistic": word});
            let logs = json!({"user_auth_events": {"level": word}});
            for extends in [json!(word), json!([word, "strict"])] {
                let policy =
                    json!({"version": 1, "extends": extends, "alarms": [alarm], "log_delivery": logs});
                assert_eq!(validator.faults(&policy), []);
            }
        }
        let bad = json!({"version": 1, "extends": 3, "alarms": [{"metric": 3}]});
        assert_eq!(validator.faults(&bad).len(), 2);
    }

    /// Every fault is named with its place and a suggestion.
    #[test]
    fn faults_have_place_and_suggestion() {
        let found = faults(&json!({
            "version": 1,
            "mod": {},
            "mode": {"standard": "ENFORCE", "custom": 3},
            "account_takeover": {"low": {"acton": "BLOCK"}, "high": {"notify": "yes"}},
            "target": {"account": 123_456_789_012_u64},
        }));
        let brief: Vec<_> = found
            .iter()
            .map(|(at, check, ..)| (at.as_str(), *check))
            .collect();
        assert_eq!(
            brief,
            [
                ("/account_takeover/high/notify", InputError::WrongType),
                ("/account_takeover/low/acton", InputError::UnknownKey),
                ("/mod", InputError::UnknownKey),
                ("/mode/custom", InputError::WrongType),
                ("/mode/standard", InputError::ValueNotAllowed),
                ("/target/account", InputError::WrongType),
            ]
        );
        assert_eq!(found[1].3, "did you mean `action`?");
        assert!(found[2].3.contains("`mode`"), "{:?}", found[2]);
        assert!(
            found[4].3.starts_with("did you mean `ENFORCED`?"),
            "{:?}",
            found[4]
        );
        assert_eq!(found[5].3, "put it in quotes");
    }

    /// Errors inside alternatives are shown as their own.
    #[test]
    fn alternative_errors_shown_directly() {
        let found = faults(&json!({
            "version": 1,
            "clients": {"web": {"account_takeover": {"high": {"action": "BLOK"}}}, "app": "inherits", "x": 3},
            "risk_exceptions": {"always_allow": [{"cdir": "x"}, 7]},
        }));
        let brief: Vec<_> = found
            .iter()
            .map(|(at, check, ..)| (at.as_str(), *check))
            .collect();
        assert_eq!(
            brief,
            [
                ("/clients/app", InputError::WrongType),
                (
                    "/clients/web/account_takeover/high/action",
                    InputError::ValueNotAllowed
                ),
                ("/clients/x", InputError::WrongType),
                ("/risk_exceptions/always_allow/0", InputError::KeyMissing),
                ("/risk_exceptions/always_allow/0/cdir", InputError::UnknownKey),
                ("/risk_exceptions/always_allow/1", InputError::WrongType),
            ],
            "{found:#?}"
        );
    }
}
