//! The small commands.

use serde_json::Value;

use crate::cli::support::{finished, program};

fn out(args: &[&str]) -> String {
    let run = finished(&program(args).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
    run.out
}

/// Every shell has completions for the options.
#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = out(&["completions", shell]);
        assert!(
            script.contains("cogward") && script.contains("min-severity"),
            "{shell}"
        );
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let program = out(&["man"]);
    assert!(program.contains(".TH cogward 1") && program.contains("cogward\\-lint(1)"));
    for command in [
        "lint",
        "diff",
        "scan",
        "snapshot",
        "rules",
        "explain",
        "schema",
        "completions",
        "man",
    ] {
        let page = out(&["man", command]);
        assert!(page.contains(&format!(".TH cogward-{command} 1")), "{page}");
    }
    assert!(out(&["man", "lint"]).contains("\\-\\-write\\-baseline"));
}

/// The printed schemas are the published ones.
#[test]
fn schema_output_matches_published() {
    for name in [
        "policy",
        "rule",
        "report",
        "baseline",
        "view",
        "event",
        "impact",
        "insights",
        "investigation",
        "history",
        "evidence",
        "question",
    ] {
        let printed: Value = serde_json::from_str(&out(&["schema", name])).unwrap();
        assert!(printed["properties"].is_object(), "{name}");
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.json"));
        if let Ok(text) = std::fs::read_to_string(file) {
            let published: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(published, printed, "{name}");
        }
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(
        out(&["--version"]),
        format!("cogward {}\n", env!("CARGO_PKG_VERSION"))
    );
}

/// The catalogue is listed for people and programs.
#[test]
fn rules_list_table_and_json() {
    let table = out(&["rules", "list"]);
    let list: Value = serde_json::from_str(&out(&["rules", "list", "--format=json"])).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert_eq!(list["version"], 1);
    assert!(rules.len() > 50);
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        assert!(
            table.lines().any(|line| line.starts_with(&format!("{id} "))),
            "{id}"
        );
        assert_eq!(rule["builtin"], true, "{id}");
    }
    assert!(table.contains(&format!("{} rules", rules.len())));
}

#[test]
fn rules_and_input_checks_are_explained() {
    let rule = out(&["explain", "cidr-host-bits"]);
    assert!(rule.starts_with("# cidr-host-bits\n"), "{rule}");
    for part in ["## Why it matters", "## What to do", "ignore[cidr-host-bits]"] {
        assert!(rule.contains(part), "{part}");
    }
    assert!(out(&["explain", "unknown-key"]).contains("exit code 2"));
    assert!(!out(&["explain", "ambiguous-scalar"]).contains("exit code 2"));
}
