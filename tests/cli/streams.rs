//! Exit codes, and what goes to which stream.

use std::io::Read as _;
use std::process::Stdio;

use crate::cli::support::{CLEAN, POLICY, Place, finished};

/// The exit code tells clean from findings from unusable.
#[test]
fn exit_codes_of_clean_findings_and_faults() {
    let place = Place::with(CLEAN);
    assert_eq!(place.lint(&[]).code, 0);
    place.file("policies/b.yaml", POLICY);
    assert_eq!(place.lint(&[]).code, 1);
    place.file("policies/c.yaml", "version: 2\n");
    assert_eq!(place.lint(&[]).code, 2, "input errors win over findings");
    assert_eq!(
        place.lint(&["--deny=never"]).code,
        2,
        "and no threshold hides them"
    );
    assert_eq!(place.lint(&["--bogus"]).code, 2);
}

#[test]
fn the_threshold_decides_what_fails() {
    let place = Place::with(POLICY);
    for (deny, code) in [("note", 1), ("warning", 1), ("error", 0), ("never", 0)] {
        assert_eq!(place.lint(&["-q", "--deny", deny]).code, code, "{deny}");
    }
    let hidden = place.lint(&["--min-severity=error", "--deny=note"]);
    assert_eq!(hidden.code, 0, "what is left out fails nothing");
    assert!(
        hidden.out.contains("4 below the minimum severity"),
        "{}",
        hidden.out
    );
}

/// `--quiet` hides reports, and no failure.
#[test]
fn a_quiet_run_says_what_could_not_be_read() {
    let place = Place::with("version: 1\ntarget: { pool: x }\nmode: { standard: MAYBE }\n");
    place.file("good/a.yaml", CLEAN);
    for args in [
        &["lint", "nofile.yaml"][..],
        &["scan", "--from", "nofile.json"],
        &["insights", "nofile.jsonl"],
        &["impact", "policies", "--events", "nofile.jsonl"],
        &["investigate", "--pool", "us-west-2_A", "--events", "nofile.jsonl"],
        &["evidence", "good", "--record", "nofile.jsonl"],
        &["lint", "policies"],
    ] {
        let run = place.run(&[args, &["--quiet"]].concat());
        let name = args.last().unwrap().trim_end_matches(".yaml");
        assert!(run.out.is_empty(), "{args:?}: {}", run.out);
        assert!(run.err.contains(name), "{args:?}: {}", run.err);
        assert!([2, 4].contains(&run.code), "{args:?}: {}", run.code);
    }
}

/// The report is on stdout and the talk on stderr.
#[test]
fn report_on_stdout_messages_on_stderr() {
    let place = Place::with(POLICY);
    let plain = place.lint(&[]);
    assert!(plain.out.contains("warning[cidr-host-bits]"), "{}", plain.out);
    assert_eq!(plain.err, "");
    let quiet = place.lint(&["--quiet"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str(), quiet.code), ("", "", 1));
    let verbose = place.lint(&["--verbose", "-o", "r.json"]);
    assert_eq!(verbose.out, plain.out);
    let start = "read policies/a.yaml (7 lines)\nwriting json to r.json\nchecked 1 policy with ";
    assert!(verbose.err.starts_with(start), "{}", verbose.err);
    assert!(
        verbose.err.ends_with(" rules as of 2026-11-21\n"),
        "{}",
        verbose.err
    );
}

#[test]
fn typed_wrongly_is_said_on_stderr_alone() {
    let place = Place::with(POLICY);
    let wrong: [&[&str]; 12] = [
        &[],
        &["lnt"],
        &["lint", "--quiet", "--verbose"],
        &["lint", "--diff"],
        &["lint", "--fix", "--diff", "--format=json"],
        &["lint", "--write-baseline", "--output=a.json"],
        &["lint", "--format=yaml"],
        &["lint", "--today=2026-1-1"],
        &["lint", "--output=report"],
        &["lint", "-o", "a.json", "-o", "sarif=a.json"],
        &["lint", "--config=nope.toml"],
        &["explain", "cidr-hostbits"],
    ];
    for args in wrong {
        let run = place.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(!run.err.is_empty(), "{args:?}");
    }
    assert_eq!(place.names("."), ["policies"], "nothing is written");
}

/// Colour comes from the option then no color then clicolor force.
#[test]
fn colour_option_and_variable_precedence() {
    let place = Place::with(POLICY);
    let coloured = |option: &[&str], variables: &[(&str, &str)]| {
        let mut command = place.command(&[&["lint", "--today=2026-11-21"], option].concat());
        command.envs(variables.iter().copied());
        finished(&command.output().unwrap()).out.contains('\u{1b}')
    };
    let (no_color, force) = (("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"));
    assert!(!coloured(&[], &[]), "a pipe has no colour");
    assert!(coloured(&[], &[force]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[], &[force, no_color]));
    assert!(coloured(&["--color=always"], &[no_color]));
    assert!(!coloured(&["--color=never"], &[force]));
    for format in ["json", "sarif", "junit", "markdown", "github", "html"] {
        assert!(
            !coloured(&["--color=always", "--format", format], &[force]),
            "{format}"
        );
    }
    assert!(coloured(&["--fix", "--diff"], &[force]));
    assert!(!coloured(&["--fix", "--diff"], &[]));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::with(POLICY);
    let endings: [(&[&str], i32); 5] = [
        (&["lint", "--format=sarif"], 1),
        (&["schema", "policy"], 0),
        (&["completions", "bash"], 0),
        (&["rules", "list"], 0),
        (&["explain", "cidr-host-bits"], 0),
    ];
    for (args, code) in endings {
        let mut child = place
            .command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
        assert_eq!(err, "", "{args:?}");
    }
}

#[test]
fn what_cannot_be_printed_is_said() {
    let place = Place::with(POLICY);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = place
        .command(&["lint"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let run = finished(&output.wait_with_output().unwrap());
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: standard output cannot be written: no space left on device\n"
    );
}

#[test]
fn today_decides_what_has_expired() {
    let waived = format!(
        "{POLICY}waivers:\n  - {{ rule: threat-protection-off, reason: load test, until: 2026-11-20 }}\n"
    );
    let place = Place::with(waived);
    let expired = |day: &str| {
        let run = place.run(&["lint", "--today", day, "--format=table"]);
        run.out.contains("waiver-expired")
    };
    assert!(!expired("2026-11-20"), "the last day counts");
    assert!(expired("2026-11-21"));
}
