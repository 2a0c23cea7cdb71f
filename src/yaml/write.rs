//! Values to YAML text that every reader takes the same way, YAML 1.1 ones included.

use std::fmt::Write;

use serde_json::Value as Json;

use crate::hidden::is_hidden;

use super::node::Value;
use super::scalar::{ambiguity, resolve_plain};

/// A value as a YAML document: block style for mappings and lists that are not short, literal blocks for texts of several lines, quotes wherever a plain text could be read as something else. What
/// [`crate::yaml::parse`] reads back is the same value. The text ends with a line break.
pub fn to_yaml(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::Object(map) if !map.is_empty() => mapping(&mut out, map, 0, false),
        Json::Array(list) if !list.is_empty() && !is_short(list) => sequence(&mut out, list, 0),
        other => {
            // Without indentation a line of the text could be a mark of YAML.
            inline(&mut out, other, 1);
            out.push('\n');
        }
    }
    out
}

/// A value in one line, which may stand inside a flow collection.
pub fn to_flow(value: &Json) -> String {
    let mut out = String::new();
    flow(&mut out, value);
    out
}

/// Widest list or mapping that is written in one line, in characters.
const SHORT: usize = 80;

/// Most entries of a mapping that is written in one line.
const MOST_SMALL: usize = 3;

/// What readers of YAML 1.1 take for booleans, in lower case.
const BOOLEANS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];

/// Deepest nesting; below it everything is written in flow style, which needs no more indentation.
const DEEPEST: usize = 24;

fn mapping(out: &mut String, map: &serde_json::Map<String, Json>, depth: usize, mut started: bool) {
    for (key, value) in map {
        if !started {
            indent(out, depth);
        }
        started = false;
        scalar(out, key, None);
        out.push(':');
        entry(out, value, depth);
    }
}

/// What follows `key:`.
fn entry(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Object(map) if !map.is_empty() && !is_small(map) && depth < DEEPEST => {
            out.push('\n');
            mapping(out, map, depth + 1, false);
        }
        Json::Array(list) if !list.is_empty() && !is_short(list) && depth < DEEPEST => {
            out.push('\n');
            sequence(out, list, depth + 1);
        }
        other => {
            out.push(' ');
            inline(out, other, depth + 1);
            out.push('\n');
        }
    }
}

fn sequence(out: &mut String, list: &[Json], depth: usize) {
    for item in list {
        indent(out, depth);
        out.push('-');
        out.push(' ');
        match item {
            Json::Object(map) if !map.is_empty() && !is_small(map) && depth < DEEPEST => {
                mapping(out, map, depth + 1, true);
            }
            other => {
                inline(out, other, depth + 1);
                out.push('\n');
            }
        }
    }
}

/// A value in flow style; texts of several lines stand in a block where `depth` says how far to indent.
fn inline(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::String(text) => scalar(out, text, Some(depth)),
        Json::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                flow(out, item);
            }
            out.push(']');
        }
        Json::Object(_) => flow(out, value),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// JSON is YAML: what is nested in flow style is written as JSON.
fn flow(out: &mut String, value: &Json) {
    match value {
        Json::String(text) if is_plain(text) && !text.contains(',') => out.push_str(text),
        Json::String(text) => quoted(out, text),
        Json::Array(_) => inline(out, value, 0),
        Json::Object(map) => {
            out.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                out.push_str(if index == 0 { " " } else { ", " });
                scalar(out, key, None);
                out.push_str(": ");
                flow(out, item);
            }
            out.push_str(if map.is_empty() { "}" } else { " }" });
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// A mapping of few words.
fn is_small(map: &serde_json::Map<String, Json>) -> bool {
    let width = |(key, item): (&String, &Json)| match item {
        Json::String(text) if !text.contains('\n') => Some(key.chars().count() + text.chars().count() + 4),
        Json::String(_) | Json::Object(_) | Json::Array(_) => None,
        _ => Some(key.chars().count() + 12),
    };
    map.len() <= MOST_SMALL
        && map
            .iter()
            .map(width)
            .sum::<Option<usize>>()
            .is_some_and(|sum| sum <= SHORT)
}

/// A list of few words.
fn is_short(list: &[Json]) -> bool {
    let width = |item: &Json| match item {
        Json::String(text) => Some(text.chars().count() + 4),
        Json::Object(_) | Json::Array(_) => None,
        _ => Some(8),
    };
    list.iter()
        .map(width)
        .sum::<Option<usize>>()
        .is_some_and(|sum| sum <= SHORT)
}

fn scalar(out: &mut String, text: &str, block: Option<usize>) {
    match block {
        _ if is_plain(text) => out.push_str(text),
        Some(depth) if is_block(text) => literal(out, text, depth),
        _ => quoted(out, text),
    }
}

/// Whether a text needs no quotes for any reader.
fn is_plain(text: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./@+:".contains(c);
    let start = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    start
        && text.chars().all(safe)
        && !text.ends_with(':')
        && matches!(resolve_plain(text), Value::String(read) if read == text)
        && ambiguity(text).is_none()
        && !BOOLEANS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a text of several lines survives a literal block.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let printable = |c: char| c == '\n' || c == '\t' || !is_hidden(c);
    body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && body.chars().all(printable)
        && !text.contains(['\u{feff}', '\u{2028}', '\u{2029}', '\u{85}'])
}

fn literal(out: &mut String, text: &str, depth: usize) {
    let (body, head) = text.strip_suffix('\n').map_or((text, "|-"), |body| (body, "|"));
    out.push_str(head);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) && u32::from(c) > 0xffff => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, parse};
    use proptest::prelude::*;
    use serde_json::json;

    fn read(text: &str) -> Json {
        let parsed = parse(SourceId(0), text, &Budget::default());
        let faults: Vec<_> = parsed.issues.iter().map(|issue| &issue.message).collect();
        assert!(faults.is_empty(), "{faults:?} in\n{text}");
        assert_eq!(parsed.documents.len(), 1, "{text}");
        parsed.documents[0].root.to_json()
    }

    #[test]
    fn it_reads_like_a_person_wrote_it() {
        let value = json!({
            "version": 1,
            "name": "no",
            "target": {"account": "012345678901", "pool": "us-west-2_EXAMPLE"},
            "mode": {"standard": "OFF"},
            "events": ["SIGN_IN", "SIGN_UP"],
            "body": "line\n  two\n",
            "open": "a\nb",
            "alarms": [{"metric": "Risk", "threshold": 1.5}, {"actions": []}],
            "note": "a: b",
        });
        insta::assert_snapshot!(to_yaml(&value), @r#"
        version: 1
        name: "no"
        target: { account: "012345678901", pool: us-west-2_EXAMPLE }
        mode: { standard: "OFF" }
        events: [SIGN_IN, SIGN_UP]
        body: |
          line
            two
        open: |-
          a
          b
        alarms:
          - { metric: Risk, threshold: 1.5 }
          - actions: []
        note: "a: b"
        "#);
        assert_eq!(read(&to_yaml(&value)), value);
    }

    fn values() -> impl Strategy<Value = Json> {
        let text = prop_oneof![
            "[a-zA-Z0-9 :#{}\\[\\],&*!|>'\"%@`~\\-\\n\\t\\\\]{0,12}",
            any::<String>(),
            prop::sample::select(vec![
                "no", "Off", "010", "12:30", "~", "", "0x1F", "=", "<<", "null", "1e3", "- a", "a:"
            ])
            .prop_map(ToOwned::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            (-1000_i32..1000).prop_map(|n| Json::from(f64::from(n) / 8.0 + 0.0625)),
            text.clone().prop_map(Json::from),
        ];
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::vec((text.clone(), inner), 0..6)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(value in values()) {
            let text = to_yaml(&value);
            prop_assert_eq!(read(&text), value.clone(), "{}", text);
            // Another reader, of the 1.1 family, agrees.
            let other: Json = serde_yaml::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(other, value, "{}", text);
        }
    }
}
