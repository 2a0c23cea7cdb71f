//! Next steps for values of the wrong type or form: what to write instead, from what was written.

use serde_json::Value;

use crate::pointer::Pointer;
use crate::text;

/// What was expected where another value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Mapping,
    List,
    Boolean,
    Number,
    Text,
}

/// What to write in place of a value of the wrong type; empty where nothing better can be said than what is expected. `keys` are
/// those that a mapping there may have.
pub(super) fn of_type(expected: Expected, at: &Pointer, found: &Value, keys: &[String]) -> String {
    if found.is_null() {
        return "give it a value, or remove the key".to_owned();
    }
    match (expected, found) {
        (Expected::Mapping, Value::String(text)) => mapping_for(text, keys),
        (Expected::Mapping, Value::Array(items)) => mapping_of(at, items, keys),
        (Expected::Mapping, _) => known(keys),
        (Expected::List, Value::Object(_)) => {
            "write a list: each entry on a line of its own, after `- `".to_owned()
        }
        (Expected::List, scalar) => format!("write `[{}]`", in_list(scalar)),
        (Expected::Boolean, Value::String(text)) => truth(text),
        (Expected::Boolean, _) => "write `true` or `false`".to_owned(),
        (Expected::Number, Value::String(text)) => number(text),
        (Expected::Text, Value::Number(_) | Value::Bool(_)) => "put it in quotes".to_owned(),
        (Expected::Text, Value::Array(items)) if items.len() == 1 => {
            "write the entry alone, without `[` and `]`".to_owned()
        }
        _ => String::new(),
    }
}

/// `standard:ENFORCED` is a text; `BLOCK` is an action.
fn mapping_for(text: &str, keys: &[String]) -> String {
    if let Some((key, value)) = text.split_once(':')
        && keys.iter().any(|known| known == key)
        && !value.is_empty()
    {
        return format!("put a blank after the colon: `{key}: {value}`");
    }
    let action = |key: &String| key == "action";
    if keys.iter().any(action) && is_word(text) {
        let notify = if keys.iter().any(|key| key == "notify") {
            ", notify: true"
        } else {
            ""
        };
        return format!("write `{{ action: {text}{notify} }}`");
    }
    known(keys)
}

/// `[env=prod]` for tags, `[web]` for clients.
fn mapping_of(at: &Pointer, items: &[Value], keys: &[String]) -> String {
    let texts: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
    let last = at.tokens().last().unwrap_or_default();
    match texts {
        Some(texts) if !texts.is_empty() && texts.iter().all(|text| text.contains('=')) => {
            let pairs: Vec<_> = texts.iter().filter_map(|text| text.split_once('=')).collect();
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            format!("write `{{ {} }}`", pairs.join(", "))
        }
        Some(texts) if last == "clients" && !texts.is_empty() => {
            let entries: Vec<_> = texts.iter().map(|name| format!("{name}: inherit")).collect();
            format!(
                "write `{{ {} }}`, or the settings of each client below its name",
                entries.join(", ")
            )
        }
        _ => known(keys),
    }
}

fn known(keys: &[String]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    format!("write its keys below it: {}", keys.join(", "))
}

fn in_list(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains([',', '[', ']', '{', '}', ':', '#']) || text.is_empty() => {
            format!("\"{text}\"")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn truth(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "false" => format!("write it without quotes: `{lower}`"),
        "yes" | "y" | "on" | "1" => "write `true`".to_owned(),
        "no" | "n" | "off" | "0" => "write `false`".to_owned(),
        _ => "write `true` or `false`".to_owned(),
    }
}

fn number(text: &str) -> String {
    let bare = text.trim().trim_end_matches('%').trim();
    match bare.parse::<f64>() {
        Ok(_) if bare == text => format!("write it without quotes: `{bare}`"),
        Ok(_) => format!("write the number alone: `{bare}`"),
        Err(_) => "write a number".to_owned(),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What to write in place of a text without the form that its key has; `None` where only the form itself can be named.
pub(super) fn of_form(at: &Pointer, text: &str) -> Option<String> {
    if text.contains(['“', '”', '„', '‘', '’', '«', '»']) {
        return Some("these are typographic quotation marks: write `\"`, or none".to_owned());
    }
    let key = at.tokens().last().unwrap_or_default();
    let form = match &*key {
        "account" => account(text),
        "region" => region(text),
        "pool" => pool(text),
        "period" => period(text),
        _ => return None,
    };
    Some(form)
}

fn account(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 12 {
        return format!("write \"{digits}\"");
    }
    format!(
        "an account id has 12 digits, such as \"123456789012\"; here are {}",
        digits.len()
    )
}

/// `us-west2`, `us_west_2`, `US-WEST-2`.
fn region(text: &str) -> String {
    let mut name = String::new();
    for c in text.trim().to_ascii_lowercase().replace(['_', ' '], "-").chars() {
        if c.is_ascii_digit() && name.ends_with(|before: char| before.is_ascii_alphabetic()) {
            name.push('-');
        }
        name.push(c);
    }
    // An availability zone ends with a letter.
    let name = name.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let parts: Vec<_> = name.split('-').collect();
    let fits = parts.len() >= 3 && parts.iter().all(|part| !part.is_empty());
    let known = fits
        && parts
            .last()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
    if known && name != text {
        format!("did you mean `{name}`?")
    } else {
        "a region is written as `us-west-2`".to_owned()
    }
}

/// An ARN, a name.
fn pool(text: &str) -> String {
    if let Some(id) = text.strip_prefix("arn:").and_then(|rest| rest.rsplit('/').next()) {
        return format!("this is an ARN; the id is its end: `{id}`");
    }
    let name = if is_word(&text.replace(['-', ' '], "_")) {
        text
    } else {
        "NAME"
    };
    format!(
        "a pool id is written as `us-west-2_EXAMPLE`; to mean pools by name, write `names: [{name}]` in place of `pool`"
    )
}

/// `5 minutes`, `300`.
fn period(text: &str) -> String {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    let unit = text
        .trim()
        .get(digits.len()..)
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let unit = match unit.chars().next() {
        None | Some('s') => "s",
        Some('m') => "m",
        Some('h') => "h",
        Some(_) => "",
    };
    if digits.is_empty() || unit.is_empty() {
        return "a period is written as `5m`, `30s` or `1h`".to_owned();
    }
    format!("did you mean `{digits}{unit}`?")
}

/// Names of AWS's API, of CloudFormation and of Terraform for what a policy has under another name.
const FOREIGN: [(&str, &str); 24] = [
    ("accountid", "target.account"),
    ("accounttakeoverriskconfiguration", "account_takeover"),
    ("advancedsecurityadditionalflows", "mode.custom"),
    ("advancedsecuritymode", "mode.standard"),
    ("blockediprangelist", "risk_exceptions.always_block"),
    ("clientid", "clients.NAME.id"),
    (
        "compromisedcredentialsriskconfiguration",
        "compromised_credentials",
    ),
    ("customauthmode", "mode.custom"),
    ("eventaction", "action"),
    ("eventfilter", "events"),
    ("explicitauthflows", "auth_flows"),
    ("highaction", "high"),
    ("logconfigurations", "log_delivery"),
    ("lowaction", "low"),
    ("mediumaction", "medium"),
    ("mfaconfiguration", "mfa.configuration"),
    ("notifyconfiguration", "notifications"),
    ("riskexceptionconfiguration", "risk_exceptions"),
    ("skippediprangelist", "risk_exceptions.always_allow"),
    ("userpooladdons", "mode"),
    ("userpoolid", "target.pool"),
    ("userpoolname", "target.names"),
    ("userpooltier", "feature_plan"),
    ("actions", "low, medium and high"),
];

/// What to do about a key that is unknown where it stands. `known` are the keys there, `elsewhere` the keys below which
/// it would be known, shallowest first.
pub(super) fn of_key(at: &Pointer, key: &str, known: &[String], elsewhere: &[Pointer]) -> String {
    if at.tokens().next().is_none() && matches!(key, "AWSTemplateFormatVersion" | "Resources" | "Transform") {
        return "this is a CloudFormation template, not a policy: see docs/from-terraform-or-cdk.md"
            .to_owned();
    }
    if at.tokens().next().is_none() && key == "taken_at" {
        return "this is a snapshot, not a policy: `cogward scan --from FILE` checks it".to_owned();
    }
    if at.tokens().next().is_none() && matches!(key, "tool" | "exit_code") {
        return "this is a report of cogward, not a policy: name the policy itself".to_owned();
    }
    if let Some(place) = elsewhere.first().filter(|place| *place != at) {
        return match place
            .to_string()
            .trim_start_matches('/')
            .replace('/', ".")
            .as_str()
        {
            "" => format!("`{key}` belongs at the top of the file"),
            below => format!("`{key}` belongs below `{below}`"),
        };
    }
    if let Some(nearest) = text::nearest(key, known.iter().map(String::as_str)) {
        return format!("did you mean `{nearest}`?");
    }
    let plain = key.replace('_', "").to_ascii_lowercase();
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == plain) {
        return format!("that is `{ours}` here");
    }
    if known.is_empty() {
        return String::new();
    }
    format!("known keys here: {}", known.join(", "))
}

/// Where in a schema a key stands, shallowest first; only below fixed keys, never in lists.
pub(super) fn places_of(schema: &Value, key: &str) -> Vec<Pointer> {
    let mut found = Vec::new();
    let mut level = vec![(Pointer::root(), schema)];
    // A policy is not deeper.
    for _ in 0..4 {
        let mut next = Vec::new();
        for (at, node) in level {
            let properties = node.get("properties").and_then(Value::as_object);
            for (name, below) in properties.into_iter().flatten() {
                if name == key {
                    found.push(at.clone());
                }
                let below = resolved(schema, below);
                next.push((at.child(name), below));
            }
        }
        if !found.is_empty() {
            return found;
        }
        level = next;
    }
    found
}

/// Follows a reference, alone or beside `null`.
fn resolved<'a>(schema: &'a Value, node: &'a Value) -> &'a Value {
    let of = |node: &'a Value| -> Option<&'a Value> {
        let reference = node.get("$ref")?.as_str()?;
        schema.pointer(reference.strip_prefix('#')?)
    };
    let choices = node.get("anyOf").and_then(Value::as_array);
    let choice = choices.into_iter().flatten().find_map(of);
    of(node).or(choice).unwrap_or(node)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_to_write_in_place_of_another_type() {
        use Expected::{Boolean, List, Mapping, Number, Text};
        let clients = Pointer::root().child("clients");
        for (expected, found, wanted) in [
            (Mapping, json!("BLOCK"), "write `{ action: BLOCK, notify: true }`"),
            (
                Mapping,
                json!("action:BLOCK"),
                "put a blank after the colon: `action: BLOCK`",
            ),
            (
                Mapping,
                json!("some words"),
                "write its keys below it: action, notify",
            ),
            (Mapping, json!(["env=prod", "a=b"]), "write `{ env: prod, a: b }`"),
            (
                Mapping,
                json!(["web"]),
                "write `{ web: inherit }`, or the settings of each client below its name",
            ),
            (Mapping, json!(true), "write its keys below it: action, notify"),
            (List, json!("8.8.4.0/24"), "write `[8.8.4.0/24]`"),
            (List, json!("prod-*"), "write `[prod-*]`"),
            (List, json!("2001:db8::/32"), "write `[\"2001:db8::/32\"]`"),
            (
                List,
                json!({}),
                "write a list: each entry on a line of its own, after `- `",
            ),
            (Boolean, json!("yes"), "write `true`"),
            (Boolean, json!("Off"), "write `false`"),
            (Boolean, json!("true"), "write it without quotes: `true`"),
            (Boolean, json!("maybe"), "write `true` or `false`"),
            (Boolean, json!(1), "write `true` or `false`"),
            (Number, json!("14"), "write it without quotes: `14`"),
            (Number, json!("5%"), "write the number alone: `5`"),
            (Number, json!("two"), "write a number"),
            (Text, json!(12), "put it in quotes"),
            (Text, json!(true), "put it in quotes"),
            (Text, json!(["a"]), "write the entry alone, without `[` and `]`"),
            (Text, json!(null), "give it a value, or remove the key"),
        ] {
            let said = of_type(expected, &clients, &found, &keys(&["action", "notify"]));
            assert_eq!(said, wanted, "{expected:?} {found}");
        }
    }

    #[test]
    fn what_to_write_in_place_of_another_form() {
        for (key, text, wanted) in [
            (
                "pool",
                "arn:aws:cognito-idp:us-west-2:1:userpool/us-west-2_abc",
                "this is an ARN; the id is its end: `us-west-2_abc`",
            ),
            ("pool", "shop", "`names: [shop]`"),
            ("pool", "a: b", "`names: [NAME]`"),
            ("region", "us-west2", "did you mean `us-west-2`?"),
            ("region", "US_WEST_2", "did you mean `us-west-2`?"),
            ("region", "us-west-2a", "did you mean `us-west-2`?"),
            ("region", "oregon", "written as `us-west-2`"),
            ("period", "5 minutes", "did you mean `5m`?"),
            ("period", "300", "did you mean `300s`?"),
            ("period", "an hour", "written as `5m`"),
            ("account", "1234-5678-9012", "write \"123456789012\""),
            ("account", "12345", "here are 5"),
            ("account", "“123456789012”", "typographic quotation marks"),
        ] {
            let said = of_form(&Pointer::root().child(key), text).unwrap();
            assert!(said.contains(wanted), "{key} {text}: {said}");
        }
        assert_eq!(of_form(&Pointer::root().child("name"), "x"), None);
    }

    #[test]
    fn a_key_of_another_place_is_sent_there() {
        let schema = json!({
            "properties": { "mode": { "anyOf": [{ "$ref": "#/$defs/Mode" }, { "type": "null" }] }, "mfa": {} },
            "$defs": { "Mode": { "properties": { "standard": {} } } },
        });
        let root = Pointer::root();
        let known = keys(&["mode", "mfa"]);
        let of = |at: &Pointer, key: &str| of_key(at, key, &known, &places_of(&schema, key));
        assert_eq!(of(&root, "standard"), "`standard` belongs below `mode`");
        assert_eq!(
            of(&root.child("audit_gate"), "mfa"),
            "`mfa` belongs at the top of the file"
        );
        assert_eq!(of(&root, "mods"), "did you mean `mode`?");
        assert_eq!(of(&root, "UserPoolAddOns"), "that is `mode` here");
        assert_eq!(of(&root, "user_pool_add_ons"), "that is `mode` here");
        assert!(of(&root, "Resources").contains("CloudFormation"));
        assert_eq!(of(&root, "whatever"), "known keys here: mode, mfa");
        assert!(FOREIGN.iter().all(|(name, _)| *name == name.to_ascii_lowercase()));
    }
}
