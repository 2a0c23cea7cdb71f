//! Values of scalars, and which of them get a note.

use serde_json::json;

use super::support::{clean, faults, only_issue, read, slice};
use crate::fault::InputError;
use crate::yaml::{Value, resolve_plain};

fn resolved(text: &str) -> serde_json::Value {
    match resolve_plain(text) {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => json!(number),
        Value::String(text) => json!(text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    let table = [
        ("null", json!(null)),
        ("~", json!(null)),
        ("", json!(null)),
        ("nULL", json!("nULL")),
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("tRUE", json!("tRUE")),
        ("OFF", json!("OFF")),
        ("no", json!("no")),
        ("010", json!(10)),
        ("-010", json!(-10)),
        ("0o17", json!(15)),
        ("0o18", json!("0o18")),
        ("0o", json!("0o")),
        ("0x1F", json!(31)),
        ("0x+1", json!("0x+1")),
        ("-0x1F", json!("-0x1F")),
        ("1_000", json!("1_000")),
        ("0b11", json!("0b11")),
        ("+12", json!(12)),
        ("-0", json!(0)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("+.5e-1", json!(0.05)),
        ("1e3", json!(1000.0)),
        (".", json!(".")),
        ("e3", json!("e3")),
        ("1e", json!("1e")),
        ("1.2.3", json!("1.2.3")),
        ("-", json!("-")),
        ("inf", json!("inf")),
        ("NaN", json!("NaN")),
        ("9223372036854775808", json!(9_223_372_036_854_775_808_u64)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("١", json!("١")),
    ];
    for (text, value) in table {
        assert_eq!(resolved(text), value, "{text:?}");
    }
}

/// Numbers that JSON cannot hold stay texts and get a note.
#[test]
fn numbers_beyond_json_stay_texts() {
    let huge = "9".repeat(5_000);
    for text in [
        ".inf",
        "-.INF",
        "+.Inf",
        ".nan",
        "99999999999999999999",
        "1e999",
        "0xFFFFFFFFFFFFFFFFF",
        &huge,
    ] {
        assert_eq!(resolved(text), json!(text));
        assert_eq!(only_issue(text).kind, InputError::AmbiguousScalar, "{text}");
    }
}

/// Words that YAML 1 1 reads otherwise get a note.
#[test]
fn yaml_1_1_words_noted() {
    for text in [
        "no",
        "Yes",
        "NO",
        "on",
        "off",
        "Off",
        "y",
        "N",
        "012345678901",
        "08",
        "-01",
        "12:30:45",
        "1:5",
    ] {
        let source = format!("key: {text}\n");
        assert_eq!(faults(&source, &read(&source)), [("ambiguous-scalar", text)]);
        let issue = only_issue(&source);
        assert!(!issue.kind.is_fault());
        assert!(
            issue.message.contains(text) && issue.help.contains("quotes"),
            "{issue:?}"
        );
    }
}

/// Awss own words and the unambiguous get none.
#[test]
fn aws_words_have_no_note() {
    let plain = [
        "OFF",
        "ON",
        "NO_ACTION",
        "0",
        "0.5",
        "10",
        "123456789012",
        "2026-12-31",
        "12:60",
        "0:1",
        "1:2:x",
        "192.0.2.0/24",
        "arn:aws:sns:us-west-2:123456789012:t",
        "2001:db8::/32",
        "-",
        "+",
        "1_000",
        "0x1F",
    ];
    for text in plain.iter().filter(|text| **text != "-") {
        clean(&format!("key: {text}\n"));
        clean(&format!("key: '{text}'\n"));
    }
    for quoted in ["'no'", "\"010\"", "'12:30:45'", "|\n  no\n"] {
        clean(&format!("key: {quoted}"));
    }
}

#[test]
fn keys_get_notes_too() {
    let issue = only_issue("on: {}\n");
    assert_eq!((issue.kind, issue.span.len()), (InputError::AmbiguousScalar, 2));
}

#[test]
fn core_tags_decide_the_value() {
    let value = clean(
        "[!!str 12, !!int '3', !!float 3, !!bool 'true', !!null '', ! 12, !!str , !<tag:yaml.org,2002:str> no]",
    );
    assert_eq!(value, json!(["12", 3, 3.0, true, null, "12", "", "no"]));
    assert_eq!(clean("!!map {a: !!seq [1]}"), json!({"a": [1]}));
    assert_eq!(clean("!!str 12: x"), json!({"12": "x"}));
}

/// Other tags are faults and the value stays.
#[test]
fn unsupported_tags_keep_the_value() {
    let text = "- !Ref pool\n- !!int x\n- !!binary aGk=\n- !!map []\n- !!seq {}\n- !!bool yes\n- !!set {a}\n";
    let parsed = read(text);
    let tags: Vec<_> = parsed
        .issues
        .iter()
        .filter(|issue| issue.kind == InputError::UnsupportedTag)
        .map(|issue| slice(text, issue.span))
        .collect();
    assert_eq!(
        tags,
        ["!Ref", "!!int", "!!binary", "!!map", "!!seq", "!!bool", "!!set"]
    );
    assert_eq!(
        parsed.documents[0].root.to_json(),
        json!(["pool", "x", "aGk=", [], {}, "yes", {"a": null}])
    );
    assert_eq!(faults("!x!y 1", &read("!x!y 1")), [("unsupported-tag", "!x!y")]);
}
