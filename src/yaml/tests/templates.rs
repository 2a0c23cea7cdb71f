//! The dialect of templates: short forms are functions.

use serde_json::json;

use crate::fault::InputError;
use crate::source::SourceId;
use crate::yaml::{Budget, Dialect, Parsed, parse_as};

fn read(text: &str) -> Parsed {
    parse_as(SourceId(0), text, &Budget::default(), Dialect::Template)
}

/// Short forms become long forms wherever they stand.
#[test]
fn short_forms_expand_anywhere() {
    for (text, expected) in [
        ("a: !Ref Pool", json!({"a": {"Ref": "Pool"}})),
        ("a: !Ref ON", json!({"a": {"Ref": "ON"}})),
        ("a: !Sub 010", json!({"a": {"Fn::Sub": "010"}})),
        (
            "a: !GetAtt A.Outputs.B",
            json!({"a": {"Fn::GetAtt": ["A", "Outputs.B"]}}),
        ),
        ("a: !GetAtt [A, B]", json!({"a": {"Fn::GetAtt": ["A", "B"]}})),
        (
            "a: !If [X, !Ref B, !Sub \"${C}\"]",
            json!({"a": {"Fn::If": ["X", {"Ref": "B"}, {"Fn::Sub": "${C}"}]}}),
        ),
        (
            "a: !Not\n  - !Condition X\n",
            json!({"a": {"Fn::Not": [{"Condition": "X"}]}}),
        ),
        ("a: !Sub |\n  x${B}\n", json!({"a": {"Fn::Sub": "x${B}\n"}})),
        (
            "- !Transform {Name: N}",
            json!([{"Fn::Transform": {"Name": "N"}}]),
        ),
    ] {
        let parsed = read(text);
        assert!(
            parsed.issues.iter().all(|issue| !issue.kind.is_fault()),
            "{text}: {:?}",
            parsed.issues
        );
        assert_eq!(parsed.documents[0].root.to_json(), expected, "{text}");
    }
}

/// The place of a function begins at its tag.
#[test]
fn function_span_begins_at_tag() {
    let text = "a: !Ref Pool";
    let parsed = read(text);
    let node = parsed.documents[0].root.get("a").unwrap();
    assert_eq!(&text[node.span.start..node.span.end], "!Ref Pool");
    let entry = node.entry("Ref").unwrap();
    assert_eq!(&text[entry.key_span.start..entry.key_span.end], "!Ref");
}

/// Other tags stay faults and policies know no short forms.
#[test]
fn unknown_tags_and_policy_tags_faulty() {
    let kinds = |parsed: &Parsed| parsed.issues.iter().map(|issue| issue.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&read("a: !Reff Pool")), [InputError::UnsupportedTag]);
    let policy = crate::yaml::parse(SourceId(0), "a: !Ref Pool", &Budget::default());
    assert_eq!(kinds(&policy), [InputError::UnsupportedTag]);
}
