//! The GitHub Action's script, with a stand-in for `cogward` that records how it was called: hostile
//! inputs stay data, and the runner's files get what they should.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test makes its own files and fails loudly"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Records its arguments one after the other, each ended by a NUL, then writes what the test wants
/// into the files that `--output` names.
const STAND_IN: &str = r#"#!/bin/sh
for argument in "$@"; do
    printf '%s\000' "$argument" >>"$FAKE/arguments"
    case $argument in
    --output=markdown=*) [ -f "$FAKE/report.md" ] && cp "$FAKE/report.md" "${argument#--output=markdown=}" ;;
    --output=json=*) [ -f "$FAKE/report.json" ] && cp "$FAKE/report.json" "${argument#--output=json=}" ;;
    --output=github=*) [ -f "$FAKE/commands.txt" ] && cp "$FAKE/commands.txt" "${argument#--output=github=}" ;;
    esac
done
[ -f "$FAKE/stdout" ] && cat "$FAKE/stdout"
exit "$(cat "$FAKE/code")"
"#;

/// A folder that plays the runner: workspace, temporary folder, output and summary files.
struct Runner {
    root: TempDir,
    inputs: Vec<(&'static str, String)>,
}

impl Runner {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        for folder in ["bin", "fake", "temp", "workspace"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        let program = root.path().join("bin/cogward");
        fs::write(&program, STAND_IN).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(root.path().join("fake/code"), "0").unwrap();
        let inputs = [
            ("INPUT_COMMAND", "lint"),
            ("INPUT_PATHS", "policies"),
            ("INPUT_FORMAT", "human"),
            ("INPUT_MIN_SEVERITY", ""),
            ("INPUT_DENY", ""),
            ("INPUT_SARIF_FILE", ""),
        ];
        let inputs = inputs.map(|(name, value)| (name, value.to_owned())).to_vec();
        Self { root, inputs }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.inputs.retain(|(known, _)| *known != name);
        self.inputs.push((name, value.to_owned()));
        self
    }

    /// What the stand-in does: `code`, `stdout`, `report.md`, `report.json` or `commands.txt`.
    fn does(self, what: &str, text: &str) -> Self {
        fs::write(self.path("fake").join(what), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn run(&self) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("action/run.sh");
        let mut command = Command::new("bash");
        command
            .arg(script)
            .env_clear()
            .current_dir(self.path("workspace"));
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()));
        command
            .env("FAKE", self.path("fake"))
            .env("RUNNER_TEMP", self.path("temp"));
        command.env("GITHUB_OUTPUT", self.path("output"));
        command.env("GITHUB_STEP_SUMMARY", self.path("summary"));
        let inputs = self.inputs.iter().map(|(name, value)| (name, value));
        command.envs(inputs).output().unwrap()
    }

    fn arguments(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("fake/arguments")).unwrap_or_default();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Names in the workspace: anything there was made by an input that was evaluated.
    fn made(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("workspace")).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const HOSTILE: [&str; 9] = [
    "$(touch made)",
    "`touch made`",
    "; touch made;",
    "| touch made &",
    "a'b\"c\\ $HOME *",
    "--write-baseline",
    "-",
    "x\r::error::owned",
    "${{ github.token }}",
];

#[test]
fn hostile_paths_arrive_as_they_were_written() {
    for hostile in HOSTILE {
        let runner = Runner::new().with("INPUT_PATHS", &format!("policies\n\n  \n{hostile}\nmore of it"));
        let output = runner.run();
        assert!(output.status.success(), "{hostile}: {output:?}");
        let arguments = runner.arguments();
        let after = arguments.iter().position(|argument| argument == "--").unwrap();
        assert_eq!(arguments[after + 1..], ["policies", hostile, "more of it"]);
        assert_eq!(runner.made(), [""; 0], "{hostile}");
    }
}

#[test]
fn a_hostile_word_is_refused_and_not_repeated() {
    for name in [
        "INPUT_COMMAND",
        "INPUT_FORMAT",
        "INPUT_MIN_SEVERITY",
        "INPUT_DENY",
    ] {
        for hostile in HOSTILE
            .into_iter()
            .chain(["lint\nhuman\nerror", "error --deny=never"])
        {
            let runner = Runner::new().with(name, hostile);
            let output = runner.run();
            assert_eq!(output.status.code(), Some(2), "{name} {hostile}");
            assert_eq!(stdout(&output).matches("::error").count(), 1, "{name} {hostile}");
            assert!(
                !stdout(&output).contains(hostile) || hostile == "-",
                "{name} {hostile}"
            );
            assert_eq!(runner.arguments(), [""; 0]);
            assert_eq!(runner.made(), [""; 0]);
        }
    }
}

#[test]
fn a_hostile_sarif_file_is_a_name_or_refused() {
    for hostile in HOSTILE {
        let runner = Runner::new().with("INPUT_SARIF_FILE", hostile);
        let code = runner.run().status.code();
        let expected = format!("--output=sarif={hostile}");
        let control = hostile.contains(char::is_control);
        assert_eq!(code, Some(if control { 2 } else { 0 }), "{hostile}");
        assert_eq!(runner.arguments().contains(&expected), !control, "{hostile}");
        assert_eq!(runner.made(), [""; 0]);
    }
}

#[test]
fn inputs_become_options_before_the_paths() {
    let runner = Runner::new()
        .with("INPUT_FORMAT", "table")
        .with("INPUT_MIN_SEVERITY", "warning")
        .with("INPUT_DENY", "never")
        .with("INPUT_SARIF_FILE", "out.sarif");
    assert!(runner.run().status.success());
    let arguments = runner.arguments();
    assert_eq!(arguments[..2], ["lint", "--format=table"]);
    let rest = [
        "--min-severity=warning",
        "--deny=never",
        "--output=sarif=out.sarif",
        "--",
        "policies",
    ];
    assert_eq!(arguments[5..], rest);
}

#[test]
fn no_path_at_all_is_not_a_clean_run() {
    for nothing in ["", "\n\n", "  \n\t"] {
        let runner = Runner::new().with("INPUT_PATHS", nothing);
        assert_eq!(runner.run().status.code(), Some(2), "{nothing:?}");
        assert_eq!(runner.arguments(), [""; 0]);
    }
}

#[test]
fn the_exit_code_and_the_reports_are_handed_on() {
    let pretty = "{\n  \"rules\": [],\n  \"summary\": {\n    \"files\": 9,\n    \"errors\": 2,\n    \"warnings\": 1,\n    \"notes\": 4\n  }\n}";
    let compact = r#"{"findings":[{"message":"\"errors\": 70, \"summary\": {"}],"summary":{"errors":2,"warnings":1,"notes":4},"x":{"notes":5}}"#;
    for json in [pretty, compact] {
        let runner = Runner::new()
            .does("code", "1")
            .does("report.md", "# Report\n")
            .does("report.json", json)
            .does("commands.txt", "::error file=a.yaml,line=3::wrong");
        let output = runner.run();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(runner.text("summary"), "# Report\n");
        assert!(stdout(&output).ends_with("\n::error file=a.yaml,line=3::wrong\n"));
        let outputs = runner.text("output");
        let lines: Vec<_> = outputs.lines().collect();
        assert_eq!(lines[..2], ["exit-code=1", "findings=7"]);
        let report = lines[2].strip_prefix("report=").unwrap();
        assert_eq!(fs::read_to_string(report).unwrap(), "# Report\n");
        assert_eq!(lines.len(), 3);
    }
}

#[test]
fn without_a_report_the_summary_says_so() {
    let runner = Runner::new().does("code", "2");
    assert_eq!(runner.run().status.code(), Some(2));
    assert!(runner.text("summary").contains("exit code 2"));
    assert_eq!(runner.text("output"), "exit-code=2\nfindings=\n");
}

#[test]
fn workflow_commands_in_the_report_are_not_obeyed() {
    let hostile = "::add-mask::x\n::endgroup::\n::stop-commands::t\n::t::\nno line end";
    let runner = Runner::new().does("stdout", hostile);
    let first = stdout(&runner.run());
    let token = first.lines().next().unwrap();
    let token = token.strip_prefix("::stop-commands::").unwrap();
    assert_eq!(token.len(), 32);
    assert_eq!(
        first,
        format!("::stop-commands::{token}\n{hostile}\n::{token}::\n")
    );
    let second = stdout(&runner.run());
    assert!(!second.contains(token), "the word must be new each time");
}

#[test]
fn a_long_report_is_cut_at_a_line() {
    let line = "| é | a row of the table |\n";
    let runner = Runner::new().does("report.md", &line.repeat(60_000));
    assert!(runner.run().status.success());
    let summary = runner.text("summary");
    assert!(summary.len() < 1024 * 1024, "{}", summary.len());
    let (rows, end) =
        summary.split_at(summary.rfind("row of the table |\n").unwrap() + "row of the table |\n".len());
    assert!(rows.len() > 900_000 && rows.len() % line.len() == 0);
    assert!(end.contains("longer than a summary may be"));
}
