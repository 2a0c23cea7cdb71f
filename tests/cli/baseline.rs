//! The baseline: an old estate starts green and fails on what is new.

use crate::cli::support::{POLICY, Place};

const FILE: &str = ".cogward-baseline.json";

fn known() -> Place {
    let place = Place::with(POLICY);
    let run = place.lint(&["--write-baseline"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(
        run.err,
        format!("wrote 4 findings to {FILE}; use it with --baseline {FILE}\n")
    );
    place
}

/// What is written is green and written the same again.
#[test]
fn written_baseline_passes_and_is_stable() {
    let place = known();
    let first = place.read(FILE);
    assert_eq!(place.lint(&[]).code, 1, "it counts only where it is named");
    let run = place.lint(&["--baseline", FILE]);
    assert_eq!(run.code, 0);
    assert!(
        run.out.contains("no findings in 1 policy (1 file)") && run.out.contains("4 suppressed"),
        "{}",
        run.out
    );
    let again = place.lint(&["--write-baseline", "--baseline", FILE]);
    assert_eq!((again.code, place.read(FILE)), (0, first));
    place.file("cogward.toml", format!("[lint]\nbaseline = \"{FILE}\"\n"));
    assert_eq!(place.lint(&[]).code, 0);
}

/// Moved lines stay known and a new fault fails.
#[test]
fn moved_lines_known_new_fault_fails() {
    let place = known();
    place.file("policies/a.yaml", format!("# moved\n\n{POLICY}"));
    assert_eq!(place.lint(&["--baseline", FILE]).code, 0);
    place.file("policies/a.yaml", format!("{POLICY}    - 20.0.0.1/16\n"));
    let (code, found) = place.findings(&["--baseline", FILE]);
    assert_eq!(code, 1);
    let new: Vec<_> = found
        .iter()
        .filter(|(rule, ..)| rule == "cidr-host-bits")
        .collect();
    assert_eq!(new.len(), 2, "the known one is there, suppressed");
    place
        .file("policies/a.yaml", POLICY)
        .file("policies/b.yaml", POLICY.replace("_A", "_B"));
    assert_eq!(
        place.lint(&["--baseline", FILE]).code,
        1,
        "the same fault in another file is new"
    );
}

#[test]
fn what_was_fixed_is_reported_as_stale() {
    let place = known();
    place.file("policies/a.yaml", POLICY.replace("192.0.2.1/24", "192.0.2.0/24"));
    let (code, found) = place.findings(&["--baseline", FILE]);
    assert_eq!(code, 0, "a note");
    let stale: Vec<_> = found
        .iter()
        .filter(|(rule, ..)| rule == "baseline-stale")
        .collect();
    assert!(
        stale
            .iter()
            .any(|(.., message)| message.contains("cidr-host-bits")),
        "{found:?}"
    );
    assert!(stale.iter().all(|(_, place, _)| place.starts_with(FILE)));
}

/// A baseline that cannot be used fails the run and hides nothing.
#[test]
fn unusable_baseline_hides_nothing() {
    let place = Place::with(POLICY);
    place
        .file("no.json", "{")
        .file("v2.json", "{\"version\": 2, \"entries\": []}")
        .file("list.json", "[]");
    for (name, at, why) in [
        ("gone.json", "gone.json", "there is no such file"),
        ("policies", "policies", "it is a folder"),
        ("no.json", "no.json:1:1", "is not a baseline"),
        (
            "v2.json",
            "v2.json:1:2",
            "has version 2; this program knows version 1",
        ),
        ("list.json", "list.json:1:2", "is not a baseline"),
    ] {
        let (code, found) = place.findings(&["--baseline", name]);
        let fault = found
            .iter()
            .find(|(rule, ..)| rule == "baseline-invalid")
            .unwrap();
        assert_eq!((code, fault.1.as_str()), (2, at), "{fault:?}");
        assert!(fault.2.contains(why), "{fault:?}");
        assert!(found.iter().any(|(rule, ..)| rule == "cidr-host-bits"), "{name}");
    }
}

/// Faults of the input cannot be written down.
#[test]
fn input_faults_prevent_writing() {
    let place = Place::with(POLICY);
    place.file("policies/b.yaml", "version: 1\nmod: 1\n");
    let run = place.lint(&["--write-baseline"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not written"), "{}", run.err);
    assert!(run.out.contains("unknown-key"), "{}", run.out);
    assert!(!place.path(FILE).exists());
}

#[test]
fn where_it_cannot_be_written_is_said() {
    let place = Place::with(POLICY);
    let run = place.lint(&["--write-baseline", "--baseline=no/such/b.json"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: `no/such/b.json` cannot be written: its folder does not exist\n"
    );
    let run = place.lint(&["--write-baseline", "--baseline=policies"]);
    assert_eq!(run.err, "error: `policies` cannot be written: it is a folder\n");
}

/// What a minimum hides is in the baseline all the same.
#[test]
fn min_severity_does_not_limit_baseline() {
    let place = Place::with(POLICY);
    let run = place.lint(&["--write-baseline", "--min-severity=error"]);
    assert_eq!(run.code, 0);
    let written = place.read(FILE);
    assert_eq!(
        written,
        known().read(FILE),
        "the minimum is how much is shown, not how much is known"
    );
    assert_eq!(place.lint(&["--baseline", FILE, "--deny=note"]).code, 0);
    let hidden = place.lint(&["--baseline", FILE, "--min-severity=error", "--deny=note"]);
    assert!(
        hidden.code == 0 && !hidden.out.contains("baseline-stale"),
        "{}",
        hidden.out
    );
    // Where the input has faults nothing is written, and what is shown obeys the minimum.
    place.file("policies/b.yaml", "version: 1\nx: 1\n");
    let faulty = place.lint(&["--write-baseline", "--min-severity=error"]);
    assert!(
        faulty.code == 2 && !faulty.out.contains("warning["),
        "{}",
        faulty.out
    );
    assert_eq!(place.read(FILE), written);
}
