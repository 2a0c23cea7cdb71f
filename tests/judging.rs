//! Whole lint runs over texts: what covers what, baselines, layers and credentials.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use cogward::app::gather::Input;
use cogward::app::lint::{LintJob, lint};
use cogward::fs::Tree;
use cogward::lint::Settings;
use cogward::lint::baseline::Baseline;
use cogward::policy::variable::Variables;
use cogward::render::{Format, RenderOptions, render};
use cogward::report::Report;
use cogward::rule::catalogue::Catalogue;
use cogward::source::Sources;
use cogward::text;
use proptest::prelude::*;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// A run over one text as of 2026-01-15, with `STAGE` set to a credential.
fn run(policies: &str, baseline: Option<&Baseline>) -> Report {
    let mut sources = Sources::default();
    let catalogue = Catalogue::builtin(&mut sources);
    let allowed = ["STAGE", "BASE"].map(str::to_owned);
    let job = LintJob {
        input: Input::Text("p.yaml", policies),
        baseline: baseline.map(|baseline| ("b.json", Ok(serde_json::to_string(baseline).unwrap()))),
        settings: &Settings::new(text::date("2026-01-15").unwrap()),
        catalogue: &catalogue,
        variables: &Variables::new(&|name| (name == "STAGE").then(|| KEY.to_owned()), Some(&allowed)),
        base: None,
        ledger: None,
        findings: Vec::new(),
        wants_tables: true,
        events: None,
    };
    lint(&Tree::new("/nonexistent".into()), job, sources)
}

/// Findings of some rules that count, as rule and message.
fn counted(report: &Report, rules: &[&str]) -> Vec<String> {
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none());
    findings
        .filter(|finding| rules.contains(&finding.rule.as_str()))
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect()
}

#[test]
fn an_overlap_shows_both_places() {
    let policy = |name: &str| {
        format!("version: 1\nname: {name}\ntarget: {{pool: us-west-2_A}}\nmode: {{standard: AUDIT}}\n---\n")
    };
    let report = run(&(policy("a") + &policy("b")), None);
    let overlap = |finding: &&cogward::finding::Finding| finding.rule.as_str() == "policy-overlap";
    let [found] = report.findings.iter().filter(overlap).collect::<Vec<_>>()[..] else {
        panic!("{:#?}", report.findings)
    };
    let line = |place: &cogward::finding::Location| report.sources.get(place.source).line(place.span.start);
    let [other] = &found.related[..] else {
        panic!("{found:#?}")
    };
    assert_eq!((line(&found.primary), line(&other.location)), (9, 4));
    assert_eq!(
        (found.label.as_str(), other.label.as_str()),
        ("managed here", "and here")
    );
}

#[test]
fn a_waiver_of_an_overlap_is_of_use() {
    let policy = |waivers: &str| {
        format!("version: 1\ntarget: {{pool: us-west-2_A}}\nmode: {{standard: AUDIT}}\n{waivers}---\n")
    };
    let waiver =
        |rule: &str| format!("waivers:\n  - {{rule: {rule}, reason: both are mine, until: 2026-02-01}}\n");
    let rules = ["policy-overlap", "waiver-unused"];
    let covered = run(&(policy("") + &policy(&waiver("policy-overlap"))), None);
    assert_eq!(counted(&covered, &rules), [""; 0]);
    let alone = run(&policy(&waiver("policy-overlap")), None);
    assert_eq!(
        counted(&alone, &rules),
        ["waiver-unused: the waiver of `policy-overlap` waives nothing"]
    );
}

/// A waiver of a finding about waivers is of use.
#[test]
fn waiver_of_waiver_finding_is_used() {
    let text = "version: 1
risk_exceptions: {always_block: [8.8.8.8]}
waivers:
  - {rule: cidr-invalid, reason: for years, until: 2027-12-31}
  - {rule: waiver-too-long, reason: we know, until: 2026-02-01}
";
    let report = run(text, None);
    assert_eq!(
        counted(&report, &["cidr-invalid", "waiver-too-long", "waiver-unused"]),
        [""; 0]
    );
}

/// Layers named by a variable are found and do not lend their name.
#[test]
fn layers_named_by_variable_lend_no_name() {
    let report = run(
        "version: 1\nextends: ${BASE:-balanced}\ntarget: {pool: us-west-2_A}\n",
        None,
    );
    assert_eq!(report.summary.input_faults, 0, "{:?}", report.findings);
    assert_eq!(report.pools[0].title, "p");
}

#[test]
fn numbers_are_judged_at_their_place() {
    let text = |days: &str, periods: &str| {
        format!(
            "version: 1\naudit_gate: {{minimum_days: {days}}}\nalarms: [{{metric: Risk, evaluation_periods: {periods}}}]\n"
        )
    };
    assert_eq!(run(&text("14.0", "2"), None).summary.input_faults, 0);
    let report = run(&text("14.5", "99999999999"), None);
    let places: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.is_input_fault)
        .map(|finding| finding.primary.pointer.clone().unwrap().to_string())
        .collect();
    assert_eq!(
        places,
        ["/audit_gate/minimum_days", "/alarms/0/evaluation_periods"]
    );
}

#[test]
fn no_format_shows_a_credential() {
    let text = format!(
        "version: 1
name: {KEY}
target: {{pool: us-west-2_A, names: ['{KEY}']}}
mode: {{standard: '{KEY}', custom: '${{STAGE}}'}}
{KEY}: 1
clients: {{'{KEY}': {{auth_flows: [ALLOW_USER_SRP_AUTH]}}, '*': '${{STAGE}}'}}
---
version: 1
target: {{pool: us-west-2_A}}
risk_exceptions: {{always_block: ['${{STAGE}}', '{KEY}']}}
account_takeover:
  high: {{action: BLOCK, notify: true}}
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/{KEY}
    block_email: {{subject: '{{{KEY}}}', text: '${{STAGE}} {{{KEY}}}'}}
clients: {{'{KEY}': {{auth_flows: [ALLOW_USER_SRP_AUTH], inherit: true}}}}
waivers:
  - {{rule: '{KEY}', reason: '{KEY}', until: '{KEY}'}}
  - {{rule: cidr-invalid, reason: '{KEY}', until: 2026-02-01}}
"
    );
    let report = run(&text, None);
    assert!(report.findings.len() > 10, "{:#?}", report.findings);
    for format in Format::ALL {
        let mut shown = Vec::new();
        render(format, &report, &RenderOptions::default(), &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(!shown.contains(KEY), "{}: {shown}", format.as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// A baseline covers everything that it was written for, equal findings included, and has nothing
    /// left over; one more fault is one more finding.
    #[test]
    fn baseline_covers_exactly_its_findings(
        ranges in prop::collection::vec(("8\\.8\\.8\\.[0-3]", any::<bool>()), 1..12),
        client in any::<bool>(),
    ) {
        let mut text = "version: 1\nrisk_exceptions:\n  always_block:\n".to_owned();
        for (range, ignored) in &ranges {
            text.extend(["    - ", range, if *ignored { " # cogward: ignore[cidr-invalid] old\n" } else { "\n" }]);
        }
        if client {
            text.push_str("waivers:\n  - {rule: cidr-duplicate, reason: old, until: 2026-02-01}\n");
        }
        let rules = ["cidr-invalid", "cidr-duplicate", "baseline-stale"];
        let before = run(&text, None);
        let baseline = Baseline::of(&before.findings, &before.sources);
        let after = run(&text, Some(&baseline));
        prop_assert_eq!(counted(&after, &rules), Vec::<String>::new());
        prop_assert_eq!(after.findings.len(), before.findings.len());
        let more = text.replace("always_block:\n", "always_block:\n    - 9.9.9.9\n");
        let found = counted(&run(&more, Some(&baseline)), &rules);
        prop_assert_eq!(found.len(), 1, "{:?}", found);
    }
}

/// What rules may do grows with a policy, not with its square: otherwise they run out of their units.
#[test]
fn work_limit_allows_two_thousand_clients() {
    let client = |index: usize| {
        format!(
            "  c{index}:\n    auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_CUSTOM_AUTH]\n    account_takeover: {{ low: {{ action: NO_ACTION }}, high: {{ action: BLOCK, notify: true }} }}\n    compromised_credentials: {{ action: BLOCK }}\n    risk_exceptions: {{ always_block: [192.0.2.1/24] }}\n"
        )
    };
    let clients: String = (0..2000).map(client).collect();
    let head =
        "version: 1\ntarget: {pool: us-west-2_A}\nmode: {standard: ENFORCED}\nmfa: {configuration: 'OFF'}\n";
    let report = run(&format!("{head}clients:\n{clients}"), None);
    assert_eq!(counted(&report, &["rule-failed"]), [""; 0]);
    for rule in [
        "compromised-credentials-blind",
        "range-not-public",
        "cidr-host-bits",
    ] {
        assert_eq!(counted(&report, &[rule]).len(), 2000, "{rule}");
    }
}
