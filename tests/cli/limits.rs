//! Stated limits: what is larger ends in a message with a place, and what is left out is counted. No test takes the time:
//! `benches/limits.py` measures it.

use crate::cli::support::{POLICY, Place};

/// So many faults of one document are listed.
const LISTED: usize = 1_000;

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Documents with more faults of one kind than are listed: the check, and the document with so many of them.
fn faulty(count: usize) -> Vec<(&'static str, String)> {
    let policy = |rest: String| format!("version: 1\n{rest}");
    vec![
        ("unknown-key", policy(lines(count, |n| format!("k{n}: 1\n")))),
        (
            "unknown-key",
            policy(format!(
                "clients:\n{}",
                lines(count, |n| format!(
                    "  c{n}: {{ inherit: true, atuh_flows: [] }}\n"
                ))
            )),
        ),
        (
            "value-not-allowed",
            policy(format!(
                "mfa:\n  factors:\n{}",
                lines(count, |n| format!("  - F{n}\n"))
            )),
        ),
        (
            "empty-value",
            policy(format!(
                "clients:\n{}",
                lines(count, |n| format!("  c{n}: {{ id: , inherit: true }}\n"))
            )),
        ),
        (
            "variable-not-allowed",
            policy(format!(
                "risk_exceptions:\n  always_block:\n{}",
                lines(count, |n| format!("  - ${{V{n}}}\n"))
            )),
        ),
        (
            "rule-unknown",
            policy(lines(count, |n| format!("# cogward: ignore[no-{n}] because\n"))),
        ),
        (
            "rule-unknown",
            policy(format!(
                "waivers:\n{}",
                lines(count, |n| format!(
                    "  - {{ rule: no-{n}, reason: long enough, until: '2026-12-20' }}\n"
                ))
            )),
        ),
        (
            "value-invalid",
            policy(lines(count, |_| "# cogward: skip\n".to_owned())),
        ),
    ]
}

/// A thousand faults of a document are listed and the others are counted.
#[test]
fn document_lists_a_thousand_faults() {
    for (check, text) in faulty(LISTED + 200) {
        let place = Place::with(&text);
        let (code, found) = place.findings(&[]);
        let listed = found.iter().filter(|(rule, ..)| rule == check).count();
        let counted: Vec<_> = found.iter().filter(|(rule, ..)| rule == "too-large").collect();
        assert_eq!(
            (code, listed, counted.len()),
            (2, LISTED, 1),
            "{check}: {text:.80}"
        );
        let message = "200 more problems in this document: 1000 are listed";
        assert_eq!(counted[0].2, message, "{check}");
    }
    for (check, text) in faulty(LISTED) {
        let (_, found) = Place::with(text).findings(&[]);
        assert!(found.iter().all(|(rule, ..)| rule != "too-large"), "{check}");
    }
}

/// A file has a thousand documents and a comment a hundred rules.
#[test]
fn documents_per_file_and_rules_per_ignore() {
    let documents = |count| Place::with(vec!["version: 1\n"; count].join("---\n")).findings(&[]);
    let message = "more than 1000 documents; reading stopped here";
    let too_many = |found: &[(String, String, String)]| found.iter().any(|(.., text)| text == message);
    assert!(!too_many(&documents(1_000).1));
    let (code, found) = documents(1_001);
    assert_eq!((code, too_many(&found)), (2, true));
    let rules = |count| {
        let names = vec!["cidr-invalid"; count].join(",");
        Place::with(format!("version: 1\n# cogward: ignore[{names}] because\n")).findings(&[])
    };
    let message = "`ignore[…]` names more than 100 rules";
    assert!(rules(100).1.iter().all(|(.., text)| text != message));
    assert!(rules(101).1.iter().any(|(.., text)| text == message));
}

/// What lies under a policy is limited at its extends.
#[test]
fn total_layer_size_reported_at_extends() {
    let body = "y".repeat(3 << 20);
    let layer = format!("version: 1\ndescription: {body}\n");
    let place = Place::new();
    for name in ["a", "b", "c", "d", "e"] {
        place.file(&format!("layers/{name}.yaml"), &layer);
    }
    let extends = |names: &[&str]| {
        let names: Vec<_> = names
            .iter()
            .map(|name| format!("../layers/{name}.yaml"))
            .collect();
        format!("version: 1\nextends: [{}]\n", names.join(", "))
    };
    place.file("policies/p.yaml", extends(&["a", "b", "c", "d", "e"]));
    let (code, found) = place.findings(&[]);
    let said: Vec<_> = found.iter().filter(|(rule, ..)| rule == "too-large").collect();
    assert_eq!((code, said.len()), (2, 1), "{found:?}");
    assert!(said[0].1.contains("p.yaml:2"), "{said:?}");
    assert!(
        said[0]
            .2
            .starts_with("the layers and bodies under this policy are too large")
    );
    place.file("policies/p.yaml", extends(&["a"]));
    let (_, found) = place.findings(&[]);
    assert!(found.iter().all(|(rule, ..)| rule != "too-large"), "{found:?}");
}

/// A page for people shows the worst and JSON has all.
#[test]
fn pages_show_worst_findings_json_all() {
    let ranges = lines(2_100, |n| format!("    - 10.{}.{}.0/24\n", n >> 8, n & 255));
    let place = Place::with(format!("version: 1\nrisk_exceptions:\n  always_block:\n{ranges}"));
    let (_, found) = place.findings(&[]);
    let all = found.len();
    assert!(all > 2_100);
    for (format, left_out) in [
        ("human", format!("and {} more findings, each in a line", all - 50)),
        // Two rules found one thing each.
        ("html", format!("and {} more findings; ", all - 1_500)),
        ("markdown", "and 2000 more; ".to_owned()),
    ] {
        let page = place.lint(&["--format", format]).out;
        assert!(page.contains(&left_out), "{format}: {page}");
        for rule in ["cidr-too-many", "range-not-public", "target-missing"] {
            assert!(page.contains(rule), "{format}: {rule}");
        }
    }
}

/// A rule whose `when` is given.
fn rule(id: &str, when: &str) -> String {
    format!(
        "\
id: {id}
severity: warning
sees: [desired]
summary: A rule that takes long
rationale: It goes through many numbers.
remediation: Leave it out of the run.
when: '{when}'
at: '\"/name\"'
message: it went through them
examples:
  bad: [{{ name: any, policy: {{}}, findings: [{{ at: '', message: it went through them }}] }}]
  good: [{{ name: none, policy: {{}} }}]
  lookalike: [{{ name: none, policy: {{}} }}]
"
    )
}

/// One rule takes more than its share of a run and the others take nothing: it is said of that rule, whatever it found is
/// gone, its waivers are not called unused, and the others are judged.
#[test]
fn rule_over_work_limit_is_not_checked() {
    let place = Place::with(POLICY);
    let numbers = "[0,1,2,3,4,5,6,7,8,9]";
    let loops = |depth: usize| {
        (0..depth).fold("true".to_owned(), |inner, at| {
            format!("{numbers}.all(v{at}, {inner})")
        })
    };
    place.file("mine/long.yaml", rule("long", &loops(5)));
    for n in 0..100 {
        place.file(
            &format!("mine/short-{n}.yaml"),
            rule(&format!("short-{n}"), "true"),
        );
    }
    let waiver = "waivers: [{ rule: long, reason: it takes long, until: '2026-12-01' }]\n";
    place.file("policies/q.yaml", format!("version: 1\nname: q\n{waiver}"));
    let run = place.lint(&["--rules", "mine", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let of = |rule: &str| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().filter(|one| one["rule"] == rule).count()
    };
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!((of("long"), of("short-7"), of("waiver-unused")), (0, 2, 0));
    let failed: Vec<_> = report["findings"].as_array().unwrap().iter().collect();
    let failed: Vec<_> = failed.iter().filter(|one| one["rule"] == "rule-failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        failed[0]["message"],
        "rule `long` takes more work than all rules of yours may in one run"
    );
    let not_checked = report["summary"]["not_checked"].as_array().unwrap();
    assert!(
        not_checked
            .iter()
            .any(|one| one["what"] == "rule long" && one["failed"] == true)
    );
}
