//! SARIF against its own schema, and what code scanning needs of it.

use std::collections::BTreeSet;

use cogward::render::{Format, RenderOptions};
use cogward::report::Report;
use cogward::source::{Source, Sources};
use serde_json::Value;

use crate::render::sample::{clean, rendered, report};

const SCHEMA: &str = include_str!("../data/sarif-2.1.0.json");

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&rendered(Format::Sarif, report, &RenderOptions::default())).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn both_samples_are_valid() {
    // The official text has a stray `]` in a pattern, which is an error in Unicode patterns.
    let schema = SCHEMA.replace("{2}]?$", "{2}\\\\]?$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for report in [report(), clean()] {
        let log = sarif(&report);
        let faults: Vec<_> = validator
            .iter_errors(&log)
            .map(|e| format!("{} at {}", e, e.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
    assert!(
        !validator.is_valid(&serde_json::json!({ "version": "2.1.0" })),
        "the schema says no to something"
    );
}

#[test]
fn rule_indices_and_columns_are_true() {
    let log = sarif(&report());
    for result in results(&log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            log["runs"][0]["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    let placeholder = results(&log)
        .iter()
        .find(|r| r["ruleId"] == "notify-placeholder-unknown")
        .unwrap();
    let region = &placeholder["locations"][0]["physicalLocation"]["region"];
    // `      subject: "登录受阻 🚫 ` is 24 UTF-16 code units, the emoji being two of them.
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&17.into(), &25.into(), &30.into())
    );
}

#[test]
fn suppressions_and_faults_are_told() {
    let log = sarif(&report());
    let kinds: Vec<_> = results(&log)
        .iter()
        .filter_map(|r| r["suppressions"][0]["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["inSource", "inSource", "external"]);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 2);
    assert_eq!(
        invocation["toolExecutionNotifications"].as_array().unwrap().len(),
        3
    );
    assert_eq!(
        sarif(&clean())["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
}

fn fingerprints(report: &Report) -> Vec<String> {
    let log = sarif(report);
    let prints = results(&log)
        .iter()
        .map(|r| &r["partialFingerprints"]["cogward/v1"]);
    prints.map(|print| print.as_str().unwrap().to_owned()).collect()
}

/// The sample with `head` put before every file that can be read, and all spans moved.
fn moved(head: &str) -> Report {
    let mut report = report();
    let mut sources = Sources::default();
    for (_, source) in report.sources.iter() {
        let text = if source.text().is_empty() {
            String::new()
        } else {
            format!("{head}{}", source.text())
        };
        sources.add(Source::new(source.name(), text, &[]));
    }
    for finding in &mut report.findings {
        if !finding.is_input_fault {
            finding.primary.span.start += head.len();
            finding.primary.span.end += head.len();
        }
        finding.related.clear();
        finding.message.push_str(" (reworded)");
    }
    Report { sources, ..report }
}

/// Fingerprints stand still and never collide.
#[test]
fn fingerprints_are_stable_and_unique() {
    let prints = fingerprints(&report());
    assert_eq!(prints.iter().collect::<BTreeSet<_>>().len(), prints.len());
    assert_eq!(prints, fingerprints(&moved("# new\r\n\r\n")));
    let mut renamed = report();
    renamed.findings[0].policy = Some("other".to_owned());
    assert_ne!(prints[0], fingerprints(&renamed)[0]);
    assert_eq!(prints[1..], fingerprints(&renamed)[1..]);
}

#[test]
fn of_too_many_results_the_worst_stay() {
    let mut report = report();
    let note = report
        .findings
        .iter()
        .find(|f| f.rule.as_str() == "low-risk-blocked")
        .unwrap()
        .clone();
    report.findings.extend(vec![note; 25_000]);
    let text = rendered(Format::Sarif, &report, &RenderOptions::default());
    assert_eq!(text.matches("\"ruleIndex\"").count(), 25_000);
    assert!(text.contains("16 findings left out"));
    let kept = text.split_once("\"results\": [").unwrap().1;
    assert_eq!(kept.matches("\"level\": \"error\"").count(), 5);
}

/// A prefix makes paths relative to the repository.
#[test]
fn path_prefix_is_added_to_locations() {
    let options = RenderOptions {
        path_prefix: "infra/cognito/".to_owned(),
        ..RenderOptions::default()
    };
    let text = rendered(Format::Sarif, &report(), &options);
    assert!(text.contains("\"infra/cognito/policies/gr%C3%B6%C3%9Fe%20%231.yaml\""));
}
