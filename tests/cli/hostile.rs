//! Hostile texts and credentials, in every format: nothing raw, nothing leaked.

use crate::cli::support::{FORMATS, Place};

/// As a policy's author would write it in YAML.
const EVIL: &str = r"e\u001b[31m\n::error::owned\r\n| <script>alert(1)</script> **b** ##[group] \u202e";

fn hostile() -> Place {
    let text = format!(
        r#"version: 1
name: "{EVIL}"
target: {{ pool: us-west-2_A }}
mode: {{ standard: OFF }}
risk_exceptions:
  always_block: ["192.0.2.1/24", "{EVIL}"]
clients: {{ "{EVIL}": {{ id: abc, account_takeover: {{ low: {{ action: BLOCK }} }} }} }}
waivers:
  - {{ rule: threat-protection-off, reason: "{EVIL}", until: "2026-12-01" }}
  - {{ rule: cidr-host-bits, reason: "{EVIL}", until: "{EVIL}" }}
"#
    );
    let place = Place::with(text);
    place.file("policies/b.yaml", format!("version: 1\n\"{EVIL}\": 1\n"));
    place.file(
        "policies/c\u{1b}[31m\n::error::<script>x.yaml",
        "version: 1\nx: 1\n",
    );
    place.file(
        "policies/d.yaml",
        "version: 1\ndescription: |\n  ::error::owned\n  ##[group]\n  \u{202e}\nx: 1\n",
    );
    place
}

/// Raw control characters, workflow commands that nobody meant, live markup.
pub fn raw(format: &str, text: &str) -> Vec<String> {
    let hidden = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{2028}".contains(c);
    let mut found: Vec<_> = text
        .chars()
        .filter(|c| hidden(*c))
        .map(|c| c.escape_default().to_string())
        .collect();
    let command = |line: &&str| line.trim_start().starts_with("::") && format != "github";
    found.extend(text.lines().filter(command).map(str::to_owned));
    found.extend(
        text.lines()
            .filter(|line| line.starts_with("::error::"))
            .map(str::to_owned),
    );
    if text.contains("##[") {
        found.push("##[".to_owned());
    }
    if ["html", "markdown", "junit"].contains(&format) && text.contains("<script>alert") {
        found.push("<script>".to_owned());
    }
    found
}

#[test]
fn nothing_hostile_is_raw_in_any_format() {
    let place = hostile();
    for format in FORMATS {
        let run = place.lint(&["--verbose", "--format", format]);
        assert_eq!(run.code, 2);
        assert_eq!(raw(format, &run.out), Vec::<String>::new(), "{format}");
        assert_eq!(raw("stderr", &run.err), Vec::<String>::new(), "{format}");
    }
}

#[test]
fn a_diff_of_hostile_lines_is_no_command() {
    let place = Place::with(
        "version: 1\ntarget: { pool: us-west-2_A }\nrisk_exceptions:\n  always_block:\n    - 192.0.2.1/24\ndescription: |\n  ::error::owned\n  \u{202e} ##[group]\n",
    );
    let run = place.lint(&["--fix", "--diff"]);
    assert!(run.out.contains("+    - 192.0.2.0/24"), "{}", run.out);
    assert_eq!(raw("diff", &run.out), Vec::<String>::new());
}

#[test]
fn hostile_arguments_are_no_commands_either() {
    let place = Place::new();
    let evil = "x\u{1b}[31m\n::error::owned ##[group]";
    for args in [
        vec!["lint", evil],
        vec!["lint", "--config", evil],
        vec!["lint", "--baseline", evil],
        vec!["lint", "--rules", evil],
        vec!["lint", "--today", evil],
        vec!["lint", "--output", evil],
        vec!["explain", evil],
        vec!["rules", "test", evil],
        vec!["man", evil],
    ] {
        let run = place.run(&args);
        assert_eq!(run.code, 2, "{args:?}");
        assert_eq!(raw("human", &run.out), Vec::<String>::new(), "{args:?}");
        assert_eq!(raw("stderr", &run.err), Vec::<String>::new(), "{args:?}");
    }
}

#[test]
fn credentials_are_in_no_output() {
    let (id, key) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let place = Place::with(format!(
        r#"version: 1
name: "{id}"
target: {{ pool: us-west-2_A }}
mode: {{ standard: OFF }}
# aws_secret_access_key = {key}
risk_exceptions:
  always_block: [{id}, "{key}", "\u0041KIAIOSFODNN7EXAMPLE", 192.0.2.1/24]
clients: {{ {id}: {{ id: abc, account_takeover: {{ low: {{ action: BLOCK }} }} }} }}
waivers: [{{ rule: threat-protection-off, reason: "use {id}", until: 2026-12-01 }}]
"#
    ));
    place.file(
        "policies/b.yaml",
        format!("version: 1\nrisk_exceptions: {{ {id}: 1 }}\n"),
    );
    place.file(
        "policies/c.yaml",
        format!("version: 1\n# {id}\nname: \"${{{id}}}\"\nmode: {id}\n"),
    );
    place.file(
        "policies/d.yaml",
        [b"version: 1 # AKIAIOSFODNN7EXAMPLE ", &b"\xe9\n"[..]].concat(),
    );
    place.file(
        "cogward.toml",
        format!("[rules.cidr-host-bits]\ndisabled = \"{id}\"\n"),
    );
    for format in FORMATS {
        let run = place.lint(&["--verbose", "--format", format]);
        assert_eq!(run.code, 2);
        for secret in [id, key] {
            assert!(!run.out.contains(secret), "{format}: {}", run.out);
            assert!(!run.err.contains(secret), "{format}: {}", run.err);
        }
        // The matrix counts findings and names none.
        assert!(
            format == "csv" || run.out.contains("secret-in-policy"),
            "{format}"
        );
    }
    std::fs::remove_file(place.path("cogward.toml")).unwrap();
    let diff = place.lint(&["--fix", "--diff"]);
    assert!(
        diff.out.contains("192.0.2.0/24") && !diff.out.contains(id),
        "{}",
        diff.out
    );
}

#[test]
fn a_baseline_holds_no_credential() {
    let place = Place::with(
        "version: 1\nname: AKIAIOSFODNN7EXAMPLE\ntarget: { pool: us-west-2_A }\nmode: { standard: OFF }\n",
    );
    assert_eq!(place.lint(&["--write-baseline"]).code, 0);
    assert!(!place.read(".cogward-baseline.json").contains("AKIA"));
    assert_eq!(place.lint(&["--baseline=.cogward-baseline.json"]).code, 0);
}
