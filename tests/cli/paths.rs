//! What paths lead to: nothing, folders, links, circles.

use crate::cli::support::{CLEAN, POLICY, Place};

fn faults(place: &Place, args: &[&str]) -> Vec<(String, String)> {
    let (code, found) = place.findings(args);
    assert_eq!(code, 2, "{found:?}");
    found
        .into_iter()
        .filter(|(rule, ..)| rule == "file-unreadable")
        .map(|(_, place, message)| (place, message))
        .collect()
}

/// Standard input beside files is not read and says so.
#[test]
fn stdin_beside_files_is_an_error() {
    let (_, findings) = Place::with(CLEAN).findings(&["-", "-"]);
    assert_eq!(findings.len(), 1, "named twice, it is one error: {findings:?}");
    let (code, findings) = Place::with(CLEAN).findings(&["-", "policies"]);
    assert_eq!(code, 2);
    assert_eq!(
        findings[0].2,
        "`-`: standard input is read alone, and by `lint` only"
    );
}

/// A folder that takes no file is not said to be missing.
#[test]
#[cfg(target_os = "linux")]
fn unwritable_folder_is_not_called_missing() {
    let run = Place::with(CLEAN).lint(&["--output", "/proc/report.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`/proc/report.json` cannot be written: "),
        "{}",
        run.err
    );
    assert!(!run.err.contains("does not exist"), "{}", run.err);
}

#[test]
fn nothing_to_check_is_never_clean() {
    let place = Place::new();
    assert_eq!(place.lint(&[]).code, 2, "the default folder is not there");
    place.file("docs/readme.md", "x").file("ok.yaml", CLEAN);
    std::fs::create_dir(place.path("empty")).unwrap();
    let names = ["missing", "empty", "docs", "q*.yaml", "[z.yaml", "{a,b}.yaml"];
    let found = faults(&place, &[&names[..], &["ok.yaml"]].concat());
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(
        found.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(),
        expected
    );
    assert!(
        place
            .lint(&[&names[..], &["ok.yaml"]].concat())
            .out
            .contains("in 1 policy")
    );
}

#[test]
fn links_that_lead_nowhere_or_in_a_circle() {
    let place = Place::with(POLICY);
    place.file("policies/sub/b.yaml", CLEAN);
    place.link("nowhere.yaml", "policies/gone.yaml");
    place.link("..", "policies/sub/up");
    place.link("self", "policies/self");
    let found = faults(&place, &[]);
    assert_eq!(
        found,
        [
            (
                "policies/gone.yaml",
                "`policies/gone.yaml`: a link to something that is not there"
            ),
            (
                "policies/self",
                "`policies/self`: too many levels of symbolic links"
            ),
            (
                "policies/sub/up",
                "`policies/sub/up`: a link to `policies`, which holds it"
            ),
        ]
        .map(|(place, message)| (place.to_owned(), message.to_owned()))
    );
    assert!(place.lint(&[]).out.contains("in 2 policies (2 files)"));
}

#[test]
fn folders_that_look_like_files_are_walked() {
    let place = Place::new();
    place.file("policies/dir.yaml/a.yaml", POLICY);
    assert_eq!(place.lint(&[]).code, 1);
    assert_eq!(place.lint(&["policies/*.yaml"]).code, 2, "a pattern names files");
}

/// A file is checked once however it is named.
#[test]
fn file_named_twice_is_checked_once() {
    let place = Place::with(POLICY);
    place.link("a.yaml", "policies/same.yaml");
    let (_, found) = place.findings(&[
        "policies",
        "./policies/a.yaml",
        "policies/*.yaml",
        "policies/../policies",
    ]);
    let hits = found.iter().filter(|(rule, ..)| rule == "cidr-host-bits").count();
    assert_eq!(hits, 1, "{found:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_said() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::with(CLEAN);
    let name = std::ffi::OsStr::from_bytes(b"policies/caf\xe9.yaml");
    std::fs::write(place.path("").join(name), POLICY).unwrap();
    let found = faults(&place, &[]);
    assert!(found[0].1.contains("its name is not UTF-8"), "{found:?}");
}

/// The path of a file of another place, absolute and from `policies/`.
fn ways_out(outside: &Place, name: &str) -> [String; 2] {
    let absolute = outside.path(name).display().to_string();
    let folder = outside.path("");
    let folder = folder.file_name().unwrap().to_str().unwrap();
    [absolute, format!("../../{folder}/{name}")]
}

/// Layers stay in the tree whatever the links.
#[test]
fn layers_outside_tree_refused_via_links() {
    let (outside, place) = (Place::new(), Place::new());
    outside.file("base.yaml", "version: 1\nmode: { standard: ENFORCED }\n");
    let [absolute, relative] = ways_out(&outside, "base.yaml");
    let text = format!(
        "version: 1\ntarget: {{ pool: us-west-2_A }}\nextends:\n  - {absolute}\n  - {relative}\n  - link.yaml\n  - folder/base.yaml\n"
    );
    place.file("policies/a.yaml", text);
    place.link(&absolute, "policies/link.yaml");
    place.link(outside.path("").to_str().unwrap(), "policies/folder");
    let (code, found) = place.findings(&["policies/a.yaml"]);
    let found: Vec<_> = found.into_iter().map(|(rule, place, _)| (rule, place)).collect();
    let wanted = [4, 5, 6, 7].map(|line| ("extends-outside".to_owned(), format!("policies/a.yaml:{line}:5")));
    assert_eq!((code, &found[..]), (2, &wanted[..]));
    place.file("base.yaml", "version: 1\nmode: { standard: OFF }\n");
    place.file(
        "policies/a.yaml",
        "version: 1\ntarget: { pool: us-west-2_A }\nextends: ../base.yaml\n",
    );
    let (code, found) = place.findings(&["policies/a.yaml"]);
    assert_eq!((code, found[0].0.as_str()), (1, "threat-protection-off"));
}

#[test]
fn bodies_stay_in_the_tree_too() {
    let (outside, place) = (Place::new(), Place::new());
    outside.file("body.html", "<p>hello {username}</p>");
    let [absolute, relative] = ways_out(&outside, "body.html");
    place.file("policies/mails/body.html", "<p>hello {username}</p>");
    let text = format!(
        "\
version: 1
target: {{ pool: us-west-2_A }}
account_takeover:
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a@example.com
    block_email: {{ subject: hello, html_file: {relative}, text_file: {absolute} }}
    mfa_email: {{ subject: hello, html_file: mails/nope.html }}
    no_action_email: {{ subject: hello, html_file: mails/body.html, text_file: mails }}
"
    );
    place.file("policies/a.yaml", text);
    let found = faults(&place, &["policies/a.yaml"]);
    let messages: Vec<_> = found.iter().map(|(_, message)| message.clone()).collect();
    let outside = "cannot be read: it lies outside the repository";
    assert_eq!(
        messages,
        [
            format!("`{relative}` {outside}"),
            format!("`{absolute}` {outside}"),
            "`mails/nope.html` cannot be read: there is no such file".to_owned(),
            "`mails` cannot be read: it is a folder".to_owned(),
        ]
    );
}

/// What this machine ignores is checked and what the repository ignores is not.
#[test]
fn only_repository_gitignore_is_honoured() {
    let place = Place::with(POLICY);
    place
        .file("policies/mine.yaml", POLICY.replace("_A", "_B"))
        .file("policies/old.yaml", POLICY.replace("_A", "_C"))
        .file("policies/.gitignore", "old.yaml\n")
        .file(".git/info/exclude", "a.yaml\n")
        .file("home/git/ignore", "mine.yaml\n");
    let mut command = place.command(&["lint", "--today=2026-11-21"]);
    command.env("XDG_CONFIG_HOME", place.path("home"));
    let out = crate::cli::support::finished(&command.output().unwrap()).out;
    assert!(out.contains("2 policies (2 files)"), "{out}");
}

#[test]
fn a_snapshot_may_be_larger_than_any_policy() {
    let text = format!(r#"{{"version":1,"pools":[]}}{}"#, " ".repeat(5 << 20));
    let place = Place::with("version: 1\ntarget: { pool: us-west-2_A }\nmode: { standard: AUDIT }\n");
    place.file("pools.json", text);
    let run = place.run(&["diff", "--from", "pools.json", "--format", "table"]);
    assert_eq!(
        (run.code, run.err.as_str()),
        (2, ""),
        "the pool is missing: {}",
        run.out
    );
}

/// Files of a folder that are somebody else's: none has a policy's keys. What has one, or a policy's version, is judged,
/// however broken it is, and so is every file that is named.
#[test]
fn foreign_files() {
    let place = Place::new();
    place
        .file("all/ci.yml", "name: ci\non: push\njobs: {}\n")
        .file("all/compose.yaml", "version: '3.8'\nservices: {}\n")
        .file("all/template.yml", "Resources:\n  Pool: !Ref X\n")
        .file("all/play.yml", "- hosts: all\n")
        .file("all/chart.yaml", "version: 0.1.0\n---\nkind: Pod\n");
    let found = faults(&place, &["all"]);
    assert_eq!(
        found,
        [(
            "all".to_owned(),
            "`all`: no policy among 5 YAML files: none has a policy's keys".to_owned()
        )]
    );
    place.file("all/ok.yaml", CLEAN);
    let run = place.lint(&["all"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let left_out =
        "  - all/chart.yaml and 4 more: not a policy: it has none of a policy's keys; name it to check it";
    assert!(run.out.contains(left_out), "{}", run.out);
    for (text, code) in [
        ("version: 1\nmoed: {}\n", 2),
        ("mode: { standard: AUDIT }\n", 2),
        ("kind: Pod\n---\nmode: {}\n", 2),
        ("# nothing\n", 2),
        ("mode: [\n", 2),
        ("kind: Pod\n", 0),
    ] {
        place.file("all/other.yaml", text);
        assert_eq!(place.lint(&["all"]).code, code, "{text}");
    }
    assert_eq!(place.lint(&["all/other.yaml"]).code, 2);
}
