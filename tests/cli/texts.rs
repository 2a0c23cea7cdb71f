//! Texts that are no policies: each fault with its place, and the other files checked all the same.

use crate::cli::support::{POLICY, Place};

/// What is found in `policies/bad.yaml` beside a sound policy; the sound one's findings must be there.
fn bad(text: impl AsRef<[u8]>) -> Vec<(String, String, String)> {
    let place = Place::with(POLICY);
    place.file("policies/bad.yaml", text);
    let (code, found) = place.findings(&[]);
    assert_eq!(code, 2);
    let (own, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(_, place, _)| place.starts_with("policies/bad.yaml"));
    assert!(
        others.iter().any(|(rule, ..)| rule == "cidr-host-bits"),
        "the other file is checked: {others:?}"
    );
    own
}

/// Rule and place, without the file's name.
fn brief(text: impl AsRef<[u8]>) -> Vec<String> {
    bad(text)
        .into_iter()
        .map(|(rule, place, _)| format!("{rule}{}", &place["policies/bad.yaml".len()..]))
        .collect()
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(brief(b"version: 1\nname: caf\xe9\n"), ["not-utf8:2:10"]);
    assert_eq!(brief(b"\xff\xfev\0e\0r\0"), ["not-utf8"], "UTF-16");
    assert_eq!(brief(b"version: 1\nname: a\0b\n"), ["yaml-syntax:2:8"]);
    let found = bad(b"version: 1\n# AKIAIOSFODNN7EXAMPLE\nname: caf\xe9\n");
    assert_eq!(found[0].2, "byte 43 is not UTF-8");
}

/// A byte order mark and Windows line ends are fine.
#[test]
fn byte_order_mark_and_crlf_are_accepted() {
    let windows = "\u{feff}version: 1\r\nmode:\r\n  standrad: AUDIT\r\n  custom: AUDIT\r\n";
    assert_eq!(brief(windows), ["unknown-key:3:3"]);
}

#[test]
fn files_beyond_the_limits() {
    assert_eq!(brief("#".repeat(4 * 1024 * 1024 + 1)), ["too-large"]);
    let deep = format!("version: 1\nclients: {}{}\n", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(brief(deep), ["too-deep:2:74"]);
    let mut bomb = String::from("version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (name, before) in ('b'..='k').zip('a'..) {
        let items = vec![format!("*{before}"); 10].join(", ");
        bomb.extend([format!("{name}: &{name} [{items}]\n")]);
    }
    let found = brief(bomb);
    assert!(
        found.iter().any(|fault| fault.starts_with("too-many-aliases:")),
        "{found:?}"
    );
}

#[test]
fn nothing_in_the_file() {
    assert_eq!(brief(""), ["empty-document"]);
    assert_eq!(brief("# only\n# words\n"), ["empty-document:1:1"]);
    assert_eq!(brief("---\n"), ["empty-document:1:4"]);
    assert_eq!(
        brief("version: 1\n---\n---\nversion: 1\n"),
        ["empty-document:2:4", "target-missing:1:1", "target-missing:4:1"]
    );
    assert_eq!(brief("just words\n"), ["wrong-type:1:1"]);
    assert_eq!(brief("- version: 1\n"), ["wrong-type:1:1"]);
}

/// Every fault of a document comes out at once.
#[test]
fn all_faults_of_a_document_at_once() {
    let text = "\
version: 1
name: ${COGWARD_TEST_UNSET}
extends: [balancd, ../../outside.yaml]
target: { account: 123456789012, pool: us-west-2_A, names: [\"{a,b}-*\"] }
mod: { standard: AUDIT }
mode: { standard: ENFORCE, custom: }
audit_gate: { audit_since: 2026-02-30 }
risk_exceptions: { always_allow: [{ cidr: 203.0.113.0/24, until: soon }] }
clients: { web: { id: a }, app: { id: a } } # cogward: ignore[no-such-rule] x
account_takeover: { notifications: { block_email: { subject: hello, text_file: nope.txt } } }
waivers:
  - { rule: theat-protection-off, client: wep, reason: because, until: 2026-12-01, at: mode }
";
    assert_eq!(
        brief(text),
        [
            "variable-not-allowed:2:7",
            "extends-missing:3:11",
            "extends-outside:3:20",
            "wrong-type:4:20",
            "unknown-key:5:1",
            "value-not-allowed:6:19",
            "rule-unknown:9:45",
            "rule-unknown:12:13",
        ],
        "without its layers the rest cannot be judged"
    );
    let whole = text.replace("extends: [balancd, ../../outside.yaml]\n", "");
    assert_eq!(
        brief(whole),
        [
            "variable-not-allowed:2:7",
            "wrong-type:3:20",
            "value-invalid:3:40",
            "pattern-invalid:3:61",
            "unknown-key:4:1",
            "value-not-allowed:5:19",
            "empty-value:5:28",
            "value-invalid:6:28",
            "value-invalid:7:66",
            "value-invalid:8:39",
            "rule-unknown:8:45",
            "key-missing:9:21",
            "file-unreadable:9:80",
            "rule-unknown:11:13",
            "value-invalid:11:43",
            "value-invalid:11:88",
        ]
    );
}

/// A document with faults does not hide the next one.
#[test]
fn faulty_document_does_not_hide_the_next() {
    let text = "version: 1\nmod: {}\n---\nversion: 1\ntarget: { pool: us-west-2_B }\nmode: { standard: OFF }\n---\nversion: 3\n";
    assert_eq!(
        brief(text),
        [
            "unknown-key:2:1",
            "version-unsupported:8:10",
            "threat-protection-off:6:19"
        ]
    );
}

/// What other readers take for something else is a note.
#[test]
fn ambiguous_scalar_is_a_note() {
    let place = Place::with("version: 1\ntarget: { pool: us-west-2_A }\ndescription: no\n");
    let (code, found) = place.findings(&[]);
    assert_eq!(code, 0, "{found:?}");
    assert_eq!(found[0].0, "ambiguous-scalar");
}

/// Variables are read from the environment or have defaults.
#[test]
fn variables_from_environment_or_defaults() {
    let text = "\
version: 1
name: pool-${COGWARD_TEST_STAGE:-dev}
target:
  pool: ${COGWARD_TEST_POOL:-us-west-2_DEV}
mode:
  standard: ${COGWARD_TEST_MODE:-OFF}
audit_gate:
  minimum_days: ${COGWARD_TEST_DAYS:-20}
  audit_since: 2026-11-01
";
    let place = Place::with(text);
    let found = |variables: &[(&str, &str)]| {
        let (_, found) = place.findings_with(&[], variables);
        found.into_iter().map(|(rule, ..)| rule).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["threat-protection-off"]);
    let enforced = ("COGWARD_TEST_MODE", "ENFORCED");
    let has = |found: &[String], rule: &str| found.iter().any(|id| id == rule);
    let rules = found(&[enforced]);
    assert!(has(&rules, "enforced-without-responses") && !has(&rules, "enforced-before-audit"));
    let rules = found(&[enforced, ("COGWARD_TEST_DAYS", "21")]);
    assert!(has(&rules, "enforced-before-audit"), "{rules:?}");
    assert_eq!(found(&[("COGWARD_TEST_MODE", "ENFORCE")]), ["value-not-allowed"]);
    assert_eq!(found(&[("COGWARD_TEST_DAYS", "many")]), ["wrong-type"]);
    assert_eq!(found(&[("COGWARD_TEST_POOL", "x")]), ["value-invalid"]);
}
