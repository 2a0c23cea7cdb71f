//! Help, manual pages, completions, and what other tools call our commands; standard input, and a configuration above.

use std::io::Write as _;
use std::process::Stdio;

use crate::cli::support::{CLEAN, FORMATS, POLICY, Place, finished};

const VERBS: [&str; 25] = [
    "lint",
    "diff",
    "gate",
    "impact",
    "insights",
    "investigate",
    "investigate feedback",
    "apply",
    "rollback",
    "audit",
    "scan",
    "snapshot",
    "merge",
    "events",
    "history",
    "evidence",
    "init",
    "export",
    "demo",
    "rules list",
    "rules test",
    "explain",
    "schema",
    "completions",
    "man",
];

/// Every page has examples and the exit status.
#[test]
fn help_pages_have_examples_and_exit_codes() {
    let place = Place::new();
    for verb in VERBS {
        let words: Vec<_> = verb.split(' ').collect();
        let help = place.run(&[&words[..], &["--help"]].concat());
        assert!(
            help.code == 0 && help.out.contains("Examples:\n  "),
            "{verb}: {}",
            help.out
        );
        for typed in [vec![verb], words] {
            let man = place.run(&[&["man"], &typed[..]].concat());
            assert!(
                man.code == 0 && man.out.contains(".SH \"EXIT STATUS\""),
                "{verb}: {man:?}"
            );
            assert!(man.out.contains(".SH EXAMPLES"), "{verb}");
            assert!(!man.out.contains(".SH EXTRA"), "{verb}");
        }
    }
    let run = place.run(&["man", "--dir", "pages"]);
    assert_eq!(run.code, 0, "{run:?}");
    let pages = place.names("pages");
    for verb in VERBS {
        let name = format!("cogward-{}.1", verb.replace(' ', "-"));
        assert!(pages.contains(&name), "{name}: {pages:?}");
    }
    assert!(pages.contains(&"cogward.1".to_owned()));
    let run = place.run(&["man", "rules", "nothing"]);
    assert!(
        run.code == 2 && run.err.contains("there are list and test"),
        "{run:?}"
    );
}

/// What `--help` lists is what works, and nothing else does.
#[test]
fn help_names_the_formats_that_work() {
    let place = Place::with(CLEAN);
    let all = [
        ("lint", &FORMATS[..]),
        ("scan", &FORMATS[..]),
        ("diff", &FORMATS[..]),
        (
            "gate",
            &[
                "human", "table", "concise", "json", "sarif", "junit", "markdown", "comment", "github",
                "html",
            ],
        ),
        (
            "apply",
            &[
                "human", "concise", "json", "sarif", "junit", "markdown", "comment", "github", "html",
            ],
        ),
        (
            "rollback",
            &[
                "human", "concise", "json", "sarif", "junit", "markdown", "comment", "github", "html",
            ],
        ),
        (
            "audit",
            &[
                "human", "concise", "json", "sarif", "junit", "markdown", "comment", "github", "html",
            ],
        ),
        ("explain", &["human", "json", "markdown", "comment", "html"]),
    ];
    for (verb, works) in all {
        let help = place.run(&[verb, "--help"]).out;
        for format in FORMATS {
            let line = format!("\n          - {format}:");
            let listed = help.contains(&line) || help.contains(&line.replace(':', " "));
            assert_eq!(listed, works.contains(&format), "{verb} {format}\n{help}");
            if !works.contains(&format) {
                assert_eq!(place.run(&[verb, "--format", format]).code, 2, "{verb} {format}");
            }
        }
    }
}

/// A rules page has the format that is asked for.
#[test]
fn rule_page_formats() {
    let place = Place::new();
    for id in ["enforced-without-responses", "unknown-key"] {
        let run = place.run(&["explain", id, "--format", "json"]);
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
        assert_eq!(value["id"], id);
        assert_eq!(
            place.run(&["explain", id, "--format", "markdown"]).out,
            place.run(&["explain", id]).out
        );
        let run = place.run(&["explain", id, "--format", "html"]);
        assert!(
            run.code == 2 && run.err.contains("human, markdown and json"),
            "{run:?}"
        );
    }
}

#[test]
fn words_of_other_tools_lead_to_ours() {
    for (name, typed) in [
        ("plan", "apply --dry-run"),
        ("check", "lint"),
        ("validate", "lint"),
        ("import", "init"),
        ("drift", "diff"),
        ("version", "--version"),
    ] {
        let run = Place::new().run(&[name, "policies"]);
        let said = format!("error: there is no command `{name}`; type `cogward {typed}`\n");
        assert_eq!((run.code, run.err), (2, said));
    }
}

#[test]
fn completions_know_the_rules() {
    for shell in ["bash", "zsh"] {
        let run = Place::new().run(&["completions", shell]);
        assert!(
            run.code == 0 && run.out.contains("enforced-without-responses"),
            "{shell}"
        );
    }
}

fn piped(place: &Place, args: &[&str], text: &[u8]) -> crate::cli::support::Run {
    let mut command = place.command(args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses to read closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(text);
    finished(&child.wait_with_output().unwrap())
}

#[test]
fn standard_input_is_a_policy() {
    let place = Place::with(POLICY);
    let day = "--today=2026-11-21";
    for (text, code) in [(CLEAN, 0), (POLICY, 1), ("version: 1\nmod: 1\n", 2), ("", 2)] {
        let run = piped(&place, &["lint", day, "-"], text.as_bytes());
        assert_eq!((run.code, run.err.as_str()), (code, ""), "{text}: {}", run.out);
    }
    let run = piped(&place, &["lint", day, "-"], POLICY.as_bytes());
    assert!(run.out.contains("[stdin:"), "{}", run.out);
    let layered = "version: 1\nextends: policies/a.yaml\ntarget: { pool: us-west-2_B }\n";
    let run = piped(&place, &["lint", day, "-"], layered.as_bytes());
    assert!(run.code == 1 && run.out.contains("policies/a.yaml"), "{run:?}");
    for (args, text, words) in [
        (
            &["lint", "--fix", "-"][..],
            &b""[..],
            "standard input cannot be changed",
        ),
        (&["lint", "-"], &b"\xff"[..], "is not UTF-8"),
        (&["lint", "-", "policies"], b"", "read alone"),
        (&["diff", "-", "--from", "x.json"], b"", "read alone"),
    ] {
        let run = piped(&place, args, text);
        let said = format!("{}{}", run.out, run.err);
        assert!(run.code == 2 && said.contains(words), "{args:?}: {said}");
    }
}

/// The folder above decides as if one stood in it; nothing outside the repository does.
#[test]
fn configuration_found_in_parent_folders() {
    let place = Place::with(POLICY);
    place
        .file(".git/HEAD", "")
        .file("own/one.yaml", "not a rule")
        .file("cogward.toml", "[lint]\ndeny = \"never\"\n")
        .file("policies/deep/er/b.yaml", CLEAN);
    let within = |folder: &str, args: &[&str]| {
        let mut command = place.command(&[&["lint", "--today=2026-11-21"], args].concat());
        command.current_dir(place.path(folder));
        finished(&command.output().unwrap())
    };
    for folder in [".", "policies", "policies/deep/er"] {
        let run = within(folder, &[]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{folder}: {}", run.out);
        assert!(run.out.contains("2 policies"), "{folder}: {}", run.out);
    }
    let run = within("policies/deep/er", &["b.yaml"]);
    assert!(run.code == 0 && run.out.contains("1 policy"), "{run:?}");
    place.file(
        "cogward.toml",
        "[lint]\npaths = [\"policies/a.yaml\"]\nrules = [\"own\"]\n",
    );
    let run = within("policies/deep", &[]);
    assert!(run.code == 2 && run.out.contains("../../own/one.yaml"), "{run:?}");
    // The nearest one counts.
    place.file("policies/deep/cogward.toml", "[lint]\npaths = [\"er\"]\n");
    let run = within("policies/deep/er", &[]);
    assert!(run.code == 0 && run.out.contains("1 policy"), "{run:?}");
    place.file("policies/deep/.git/HEAD", "");
    std::fs::remove_file(place.path("policies/deep/cogward.toml")).unwrap();
    let run = within("policies/deep/er", &["b.yaml"]);
    assert!(run.code == 0, "that of another repository is none: {run:?}");
}

/// A name is looked up in what came out of the pipe, which is then used.
#[cfg(all(unix, feature = "live"))]
#[test]
fn pool_name_looked_up_in_piped_snapshot() {
    let place = crate::cli::support::demo_snapshot(&[]);
    let text = place.read("pools.json");
    for name in ["-", "/dev/stdin"] {
        let run = piped(
            &place,
            &["explain", "--from", name, "--pool", "webshop"],
            text.as_bytes(),
        );
        assert!(
            run.code == 0 && run.out.contains("us-west-2_Webshop01"),
            "{name}: {run:?}"
        );
    }
}
