//! What the runner gets of a report: outputs, annotations, the job summary, the exit code.

use crate::action::runner::Runner;

const DIFF: &str = r#"{"findings": [{"message": "\"weaker\": 70"}],
    "summary": {"errors": 2, "warnings": 1, "notes": 4, "differences": {"weaker": 2, "undefined": 1, "neutral": 3, "stronger": 5}}}"#;

/// The exit code and the reports are handed on.
#[test]
fn exit_code_and_reports_forwarded() {
    let runner = Runner::new()
        .with("command", "diff")
        .does("code", "3")
        .does("markdown", "# Report\n")
        .does("json", DIFF)
        .does("github", "::error file=a.yaml,line=3::wrong");
    let done = runner.run();
    assert_eq!(done.code, 3);
    assert_eq!(runner.text("summary"), "# Report\n");
    assert_eq!(done.commands(), ["::error file=a.yaml,line=3::wrong"]);
    let output = |name: &str| done.outputs[name].as_str();
    let numbers = ["exit-code", "findings", "drift", "weaker"].map(output);
    assert_eq!(numbers, ["3", "7", "11", "3"]);
    assert_eq!(std::fs::read_to_string(output("report")).unwrap(), "# Report\n");
    assert_eq!(std::fs::read_to_string(output("json")).unwrap(), DIFF);
    assert!(std::path::Path::new(output("program")).exists());
    assert_eq!(done.used.len(), 0, "nothing goes to code scanning unasked");
}

#[test]
fn every_exit_code_is_the_actions() {
    for code in ["0", "1", "2", "3", "4", "5", "101"] {
        let done = Runner::new().does("code", code).run();
        assert_eq!(done.code.to_string(), code);
        assert_eq!(done.outputs["exit-code"], code);
    }
}

/// Findings go to code scanning where the token may write them.
#[test]
fn sarif_upload_where_token_may_write() {
    let runner = Runner::new()
        .with("sarif", "true")
        .does("sarif", "{}")
        .does("code", "1");
    let done = runner.run();
    assert_eq!(done.code, 1, "a finding does not keep the upload from happening");
    let [(action, inputs)] = done.used.as_slice() else {
        panic!("{done:?}")
    };
    assert!(action.starts_with("github/codeql-action/upload-sarif@"));
    assert_eq!(inputs["category"], "cogward-lint");
    assert!(inputs["sarif_file"].ends_with("/cogward.sarif"));
    let fork = runner.event(crate::action::runner::pull_request("stranger/policies"));
    assert_eq!(fork.run().used.len(), 0);
}

#[test]
fn without_a_report_the_summary_says_so() {
    let runner = Runner::new().does("code", "2");
    let done = runner.run();
    assert_eq!(done.code, 2);
    assert!(runner.text("summary").contains("exit code 2"));
    let empty = ["findings", "drift", "weaker", "report", "json"].map(|name| done.outputs[name].as_str());
    assert_eq!(empty, [""; 5]);
    for json in ["", "[]", "{", "{\"summary\": 3}", "nothing"] {
        let done = Runner::new().does("json", json).run();
        assert_eq!((done.code, done.outputs["findings"].as_str()), (0, ""), "{json}");
    }
}

/// Workflow commands in the report are not obeyed.
#[test]
fn workflow_commands_in_report_inert() {
    let hostile = "::add-mask::x\n::endgroup::\n::stop-commands::t\n::t::\n##[error]x\nno line end";
    let runner = Runner::new().does("stdout", hostile);
    let first = runner.run();
    assert_eq!(first.commands(), [""; 0]);
    assert!(first.log.contains(hostile), "it is shown all the same");
    let word = |log: &str| {
        let line = log
            .lines()
            .find(|line| line.starts_with("::stop-commands::"))
            .unwrap();
        line.to_owned()
    };
    assert_eq!(word(&first.log).len(), "::stop-commands::".len() + 32);
    assert_ne!(
        word(&first.log),
        word(&runner.run().log),
        "the word must be new each time"
    );
}

#[test]
fn a_long_report_is_cut_at_a_line() {
    let line = "| é | a row of the table |\n";
    let runner = Runner::new().does("markdown", &line.repeat(60_000));
    assert_eq!(runner.run().code, 0);
    let summary = runner.text("summary");
    assert!(summary.len() < 1024 * 1024, "{}", summary.len());
    let rows = summary.rfind("row of the table |\n").unwrap() + "row of the table |\n".len();
    let (rows, end) = summary.split_at(rows);
    assert!(rows.len() > 900_000 && rows.len() % line.len() == 0);
    assert!(end.contains("longer than a summary may be"));
}

/// A runner without its files is an error and not a crash.
#[test]
fn missing_runner_files_no_traceback() {
    for name in ["RUNNER_TEMP", "GITHUB_REPOSITORY", "GITHUB_WORKFLOW"] {
        let done = Runner::new()
            .variable(name, "")
            .with("comment", "true")
            .pull_request()
            .run();
        assert!(!done.log.contains("Traceback"), "{name}: {}", done.log);
        assert_eq!(done.code == 0, name == "GITHUB_WORKFLOW", "{name}: {}", done.log);
    }
    let done = Runner::new()
        .variable("GITHUB_EVENT_PATH", "/nonexistent")
        .with("comment", "true")
        .run();
    assert!(!done.log.contains("Traceback"), "{}", done.log);
    let done = Runner::new().without("COGWARD_RETRY_SECONDS").run();
    assert_eq!(done.code, 0);
}
