//! What is written stays in the repository, and keeps its mode.

use std::os::unix::fs::PermissionsExt as _;

use crate::cli::confined::{LEADS_OUT, refused, text};
use crate::cli::support::{CLEAN, POLICY, Place};

/// Fixes are not written through a link that leads out.
#[test]
fn fix_through_outside_link_refused() {
    let outside = Place::new();
    outside.file("a.yaml", POLICY);
    let place = Place::with(CLEAN);
    place.link(&text(&outside.path("a.yaml")), "policies/x.yaml");
    place.link(&text(&outside.path("")), "folder");
    for paths in [
        &["policies"][..],
        &["policies/x.yaml"],
        &["folder"],
        &["folder/*.yaml"],
    ] {
        let run = place.lint(&[&["--fix"], paths].concat());
        refused(&run, LEADS_OUT, paths[0]);
        assert_eq!(outside.read("a.yaml"), POLICY, "{paths:?}");
    }
    assert_eq!(outside.names(""), ["a.yaml"]);
}

/// Nothing is written through a planted link.
#[test]
fn planted_link_not_written() {
    let outside = Place::new();
    outside.file("mine", "mine\n");
    let place = Place::with(POLICY);
    let report = r#"{"version":1,"pools":[]}"#;
    place.file("pools.json", report);
    place
        .link(&text(&outside.path("mine")), "planted")
        .link(&text(&outside.path("new")), "planted-new")
        .link(&text(&outside.path("")), "planted-folder")
        .link(&text(&outside.path("mine")), ".cogward-baseline.json")
        .file(".git/hooks/x", "")
        .link(".git/hooks/pre-commit", "planted-hook");
    for name in ["planted", "planted-new", "planted-folder/x", "planted-hook"] {
        refused(
            &place.lint(&["--output", &format!("json={name}")]),
            LEADS_OUT,
            name,
        );
        let run = place.lint(&["--write-baseline", "--baseline", name]);
        refused(&run, LEADS_OUT, name);
        let run = place.run(&["diff", "--from=pools.json", "--ledger", name]);
        refused(&run, LEADS_OUT, name);
        let run = place.run(&["merge", "pools.json", "--output", name]);
        assert_ne!(run.code, 0, "{name}");
        let run = place.run(&["init", "--from=pools.json", "--folder", name]);
        assert_ne!(run.code, 0, "{name}");
    }
    refused(
        &place.lint(&["--write-baseline"]),
        LEADS_OUT,
        "the baseline's own name",
    );
    assert_eq!(outside.names(""), ["mine"]);
    assert_eq!(outside.read("mine"), "mine\n");
    assert_eq!(place.names(".git/hooks"), ["x"]);
}

/// A link inside the repository stays and what it leads to is written.
#[test]
fn inside_link_kept_and_target_written() {
    let place = Place::with(CLEAN);
    place
        .file("out/report.json", "old")
        .link("out/report.json", "report.json");
    assert_eq!(place.lint(&["--output", "report.json"]).code, 0);
    assert!(place.path("report.json").is_symlink());
    assert!(place.read("out/report.json").starts_with('{'));
    assert_eq!(place.names("out"), ["report.json"]);
}

/// Written files keep their mode and new ones have that of the user.
#[test]
fn file_modes_kept_or_by_umask() {
    let place = Place::with(CLEAN);
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    place.file("kept.json", "");
    std::fs::set_permissions(place.path("kept.json"), std::fs::Permissions::from_mode(0o604)).unwrap();
    let run = place.lint(&[
        "--output",
        "kept.json",
        "--output",
        "new.sarif=new.json",
        "--output",
        "new.html",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    // What this process makes has the user's mask, too.
    assert_eq!(
        (mode("kept.json"), mode("new.html")),
        (0o604, mode("policies/a.yaml"))
    );
}
