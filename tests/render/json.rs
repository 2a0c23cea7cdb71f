//! `json` against its published schema, and the schema against the types it is generated from.

use cogward::render::{Format, RenderOptions, schema};
use serde_json::Value;

use crate::render::sample::{HOSTILE, clean, rendered, report};

#[test]
fn both_samples_are_valid() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for report in [report(), clean()] {
        let document: Value =
            serde_json::from_str(&rendered(Format::Json, &report, &RenderOptions::default())).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(&document)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// The schema refuses null and other versions.
#[test]
fn schema_refuses_null_and_other_versions() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let document: Value =
        serde_json::from_str(&rendered(Format::Json, &report(), &RenderOptions::default())).unwrap();
    for (pointer, bad) in [
        ("/version", Value::from(2)),
        ("/findings/0/policy", Value::Null),
        ("/findings/0/severity", Value::from("fatal")),
        ("/pools/0/rows/0/cells/0/outcome", Value::from("maybe")),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = bad;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    assert!(!schema().to_string().contains("\"null\""));
}

#[test]
fn nothing_is_lost_or_changed() {
    let document: Value =
        serde_json::from_str(&rendered(Format::Json, &report(), &RenderOptions::default())).unwrap();
    let findings = document["findings"].as_array().unwrap();
    assert_eq!(findings.len(), report().findings.len());
    let hostile = findings.iter().find(|f| f["rule"] == "house-naming").unwrap();
    assert_eq!(hostile["message"], HOSTILE, "machines get the text as it is");
    let placeholder = findings
        .iter()
        .find(|f| f["rule"] == "notify-placeholder-unknown")
        .unwrap();
    assert_eq!(
        placeholder["location"]["start"]["column"], 24,
        "the emoji is one column"
    );
    let kinds: Vec<_> = findings
        .iter()
        .filter_map(|f| f["suppressed"]["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["waiver", "ignore", "baseline"]);
    assert!(
        findings.iter().any(|f| f["location"].get("start").is_none()),
        "the unreadable file has no place"
    );
}
