//! Inputs become arguments as they were written, or are refused.

use crate::action::HOSTILE;
use crate::action::runner::Runner;

/// Hostile paths arrive as they were written.
#[test]
fn hostile_paths_passed_verbatim() {
    for hostile in HOSTILE {
        let runner = Runner::new().with("paths", &format!("policies\n\n  \n{hostile}\nmore of it"));
        let done = runner.run();
        assert_eq!(done.code, 0, "{hostile}: {done:?}");
        let arguments = runner.arguments();
        let after = arguments.iter().position(|argument| argument == "--").unwrap();
        assert_eq!(arguments[after + 1..], ["policies", hostile, "more of it"]);
        assert_eq!(runner.made(), [""; 0], "{hostile}");
    }
}

/// A hostile word is refused and not repeated.
#[test]
fn hostile_word_refused_unquoted() {
    for name in ["command", "format", "min-severity", "fail-on", "sarif", "version"] {
        for hostile in [
            "$(touch made)",
            "x\r::error::owned",
            "lint\nhuman\nerror",
            "error --deny=never",
        ] {
            let runner = Runner::new().with(name, hostile);
            let done = runner.run();
            assert_eq!(done.code, 2, "{name} {hostile}");
            let commands = done.commands();
            assert_eq!(commands.len(), 1, "{name} {hostile}: {commands:?}");
            assert!(
                commands[0].starts_with("::error title=cogward::input "),
                "{commands:?}"
            );
            assert!(!done.log.contains(hostile) || hostile == "-", "{name} {hostile}");
            assert_eq!(runner.arguments(), [""; 0]);
            assert_eq!(runner.made(), [""; 0]);
        }
    }
}

/// Texts of one line are values of an option or refused.
#[test]
fn one_line_texts_passed_or_refused() {
    for (name, command) in [("from", "diff"), ("ledger", "diff"), ("shard", "snapshot")] {
        for hostile in ["$(touch made)", "a'b\"c\\ $HOME *", "--yes", "x\r::error::owned"] {
            let runner = Runner::new().with("command", command).with(name, hostile);
            let code = runner.run().code;
            let expected = format!("--{name}={hostile}");
            let control = hostile.contains(char::is_control);
            assert_eq!(code, if control { 2 } else { 0 }, "{name} {hostile}");
            assert_eq!(
                runner.arguments().contains(&expected),
                !control,
                "{name} {hostile}"
            );
            assert_eq!(runner.made(), [""; 0]);
        }
    }
}

#[test]
fn several_templates_are_several_options() {
    let runner = Runner::new()
        .with("command", "scan")
        .with("from", "cdk.out\n\nmore/it's.yaml\r\n");
    let arguments = arguments(&runner);
    let from: Vec<_> = arguments.iter().filter(|one| one.starts_with("--from")).collect();
    assert_eq!(from, ["--from=cdk.out", "--from=more/it's.yaml"]);
}

/// The configuration of plans is an option beside them.
#[test]
fn source_option_beside_plans() {
    for hostile in ["infra/live", "$(touch made)", "a'b\"c\\ $HOME *", "--yes"] {
        let runner = Runner::new()
            .with("command", "scan")
            .with("from", "plan.json")
            .with("source", hostile);
        let given = arguments(&runner);
        assert!(given.contains(&format!("--source={hostile}")), "{given:?}");
        assert_eq!(runner.made(), [""; 0]);
    }
    let many = Runner::new()
        .with("command", "diff")
        .with("from", "plan.json")
        .with("source", "a\nb");
    assert_eq!(many.run().code, 2);
    // It is of plans, which have to be named.
    let alone = Runner::new().with("command", "scan").with("source", ".");
    let done = alone.run();
    assert_eq!((done.code, alone.arguments().len()), (2, 0), "{done:?}");
    assert!(done.log.contains("input source"), "{done:?}");
}

/// The arguments without the reports' files, whose folder is another one each time.
fn arguments(runner: &Runner) -> Vec<String> {
    let done = runner.run();
    assert_eq!(done.code, 0, "{done:?}");
    let arguments = runner.arguments().into_iter();
    arguments
        .filter(|argument| !argument.starts_with("--output="))
        .collect()
}

/// A use of the action with every input, which commands have no use for included.
fn all(command: &str) -> Runner {
    Runner::new()
        .with("command", command)
        .with("shard", "1/2")
        .with("ledger", "ledger.jsonl")
        .with("plan", "plan.json")
        .with("min-severity", "note")
        .with("options", "--region=us-west-2\n\n--timeout=60")
}

#[test]
fn each_command_gets_its_own_options() {
    let paths = ["--", "policies"];
    let lint = ["--deny=error", "--min-severity=note", "--ledger=ledger.jsonl"];
    for (command, fail_on, own, end) in [
        ("lint", "error", &lint[..], &paths[..]),
        (
            "diff",
            "weaker",
            &["--fail-on=weaker", "--ledger=ledger.jsonl"],
            &paths,
        ),
        // It is no list of findings: nothing is denied, and no ledger is read.
        ("impact", "", &[], &paths),
        // A scan has no policies.
        ("scan", "error", &lint[..2], &[]),
        ("gate", "", &["--ledger=ledger.jsonl"], &paths),
        (
            "apply",
            "",
            &["--plan=plan.json", "--yes", "--max-pools=1"],
            &paths,
        ),
    ] {
        let start = [command, "--format=human"];
        let more = ["--region=us-west-2", "--timeout=60"];
        let wanted = [&start[..], own, &more, end].concat();
        assert_eq!(arguments(&all(command).with("fail-on", fail_on)), wanted);
    }
    // These write a snapshot: no report, and no format of one.
    let more = ["--region=us-west-2", "--timeout=60"];
    let snapshot = [&["snapshot", "--shard=1/2"][..], &more].concat();
    assert_eq!(arguments(&all("snapshot")), snapshot);
    let merge = [&["merge"][..], &more, &["--", "policies"]].concat();
    assert_eq!(arguments(&all("merge")), merge);
}

#[test]
fn a_plan_is_saved_without_writing_anything() {
    let runner = Runner::new()
        .with("command", "apply")
        .with("plan-out", "saved.json")
        .with("max-pools", "3");
    assert_eq!(
        arguments(&runner),
        [
            "apply",
            "--format=human",
            "--dry-run",
            "--plan-out=saved.json",
            "--max-pools=3",
            "--",
            "policies"
        ]
    );
}

/// One pool is put into audit with a reason and never by a pull request.
#[test]
fn audit_needs_reason_and_no_pull_request() {
    let runner = Runner::new()
        .with("command", "audit")
        .with("pool", "us-west-2_A")
        .with("reason", "users are locked out; $(touch made)");
    let wanted = [
        "audit",
        "--format=human",
        "--pool=us-west-2_A",
        "--reason=users are locked out; $(touch made)",
        "--yes",
    ];
    assert_eq!(arguments(&runner), wanted);
    assert_eq!(runner.made(), [""; 0]);
    let asked = Runner::new()
        .with("command", "audit")
        .with("pool", "us-west-2_A")
        .with("reason", "x")
        .pull_request();
    let done = asked.run();
    assert_eq!(done.code, 2, "{done:?}");
    assert!(
        done.commands()[0].contains("not run for a pull request"),
        "{done:?}"
    );
    assert_eq!(asked.arguments(), [""; 0]);
}

/// Where files are shown comes from GitHub's own variables; another text leads nowhere.
#[test]
fn places_lead_to_the_commit_that_was_read() {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    for (server, commit, wanted) in [
        (
            "https://github.com",
            sha,
            format!("https://github.com/example/policies/blob/{sha}/"),
        ),
        ("http://github.com", sha, String::new()),
        ("https://github.com/)[x](", sha, String::new()),
        ("https://github.com", "main", String::new()),
        ("", "", String::new()),
    ] {
        let runner = Runner::new()
            .variable("GITHUB_SERVER_URL", server)
            .variable("GITHUB_SHA", commit);
        assert_eq!(runner.run().code, 0);
        let environment = runner.text("fake/environment");
        let line = format!("COGWARD_SOURCE_URL={wanted}");
        assert!(
            environment.lines().any(|one| one == line),
            "{server}: {environment}"
        );
    }
}

/// What cannot be meant is refused before anything runs.
#[test]
fn contradictory_inputs_refused_first() {
    let nines = "9".repeat(5_000);
    for (inputs, words) in [
        (vec![("paths", "")], "paths is empty"),
        (vec![("paths", " \n\t\n")], "paths is empty"),
        (vec![("command", "apply")], "plan"),
        (
            vec![("command", "apply"), ("plan", "a"), ("plan-out", "b")],
            "plan-out",
        ),
        (
            vec![("command", "apply"), ("plan", "a"), ("max-pools", "many")],
            "max-pools",
        ),
        (
            vec![("command", "apply"), ("plan", "a"), ("max-pools", &nines)],
            "max-pools",
        ),
        (
            vec![("command", "apply"), ("plan", "a"), ("max-pools", "")],
            "max-pools",
        ),
        (
            vec![("command", "apply"), ("plan", "a"), ("sarif", "true")],
            "no SARIF",
        ),
        (vec![("command", "diff"), ("fail-on", "error")], "fail-on"),
        (vec![("command", "scan"), ("fail-on", "weaker")], "fail-on"),
        (vec![("command", "lint"), ("fail-on", "weaker")], "fail-on"),
        (vec![("command", "gate"), ("fail-on", "error")], "fail-on"),
        (vec![("options", "--region us-west-2\npolicies")], "options"),
        (vec![("options", "--")], "options"),
        (vec![("command", "lint"), ("issue", "true")], "about live pools"),
        (vec![("command", "impact"), ("issue", "true")], "about live pools"),
        (vec![("command", "impact"), ("sarif", "true")], "no SARIF"),
        (
            vec![("command", "audit"), ("pool", "us-west-2_A")],
            "pool and reason",
        ),
        (
            vec![("command", "audit"), ("pool", "us-west-2_A"), ("reason", " ")],
            "pool and reason",
        ),
        (
            vec![("command", "audit"), ("reason", "users are locked out")],
            "pool and reason",
        ),
    ] {
        let runner = inputs
            .iter()
            .fold(Runner::new(), |runner, (name, value)| runner.with(name, value));
        let done = runner.run();
        assert_eq!(done.code, 2, "{inputs:?}");
        assert!(
            done.commands()[0].contains(words),
            "{inputs:?}: {:?}",
            done.commands()
        );
        assert_eq!(runner.arguments(), [""; 0]);
        assert_eq!(done.outputs["exit-code"], "2");
    }
}

#[test]
fn the_program_gets_no_token() {
    let runner = Runner::new();
    assert_eq!(runner.run().code, 0);
    let environment = runner.text("fake/environment");
    assert!(environment.contains("RUNNER_OS=Linux"));
    assert!(!environment.contains("workflow-token"), "{environment}");
}

/// In a pull request, evidence for the audit gate is what the base has, if it was fetched; if not, that is said.
#[test]
fn a_pull_request_is_judged_by_its_base() {
    let mut event = crate::action::runner::pull_request("example/policies");
    let git = |runner: &Runner, args: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(runner.path("workspace"));
        // This repository's own, where the tests run under a hook.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        let who = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        let done = command.args(who).args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    let runner = Runner::new().with("command", "gate");
    git(&runner, &["init", "--quiet"]);
    git(&runner, &["commit", "--quiet", "--allow-empty", "-m", "base"]);
    let sha = git(&runner, &["rev-parse", "HEAD"]);
    let mut based = |runner: Runner, sha: &str| {
        event["pull_request"]["base"]["sha"] = sha.into();
        runner.event(event.clone())
    };
    let runner = based(runner, &sha);
    let done = runner.run();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(runner.arguments().contains(&format!("--base={sha}")), "{done:?}");
    let queue = serde_json::json!({ "merge_group": { "base_sha": sha, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7" } });
    let runner = runner.event(queue);
    let done = runner.run();
    assert!(runner.arguments().contains(&format!("--base={sha}")), "{done:?}");
    let runner = based(runner, &"0".repeat(40));
    let done = runner.run();
    assert!(done.log.contains("fetch-depth: 2"), "{done:?}");
    let lint = runner.with("command", "lint");
    assert!(lint.run().log.contains("fetch-depth: 2"));
    // A checkout of one commit fetches the other from where it came.
    let shallow = Runner::new().with("command", "gate");
    git(&shallow, &["init", "--quiet", "../origin"]);
    for message in ["base", "change"] {
        git(
            &shallow,
            &[
                "-C",
                "../origin",
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                message,
            ],
        );
    }
    let sha = git(&shallow, &["-C", "../origin", "rev-parse", "HEAD^"]);
    let origin = format!("file://{}", shallow.path("origin").display());
    git(&shallow, &["clone", "--quiet", "--depth=1", &origin, "."]);
    let shallow = based(shallow, &sha);
    let done = shallow.run();
    assert!(shallow.arguments().contains(&format!("--base={sha}")), "{done:?}");
    let fresh = Runner::new().with("command", "gate");
    let hostile = based(fresh, "--upload-pack=touch made");
    let done = hostile.run();
    assert!(
        !hostile.arguments().iter().any(|one| one.starts_with("--base")),
        "{done:?}"
    );
}

#[test]
fn an_apply_without_its_base_is_not_run() {
    let mut event = crate::action::runner::pull_request("example/policies");
    event["pull_request"]["base"]["sha"] = "0".repeat(40).into();
    let apply = Runner::new().with("command", "apply").with("plan", "plan.json");
    let done = apply.event(event).run();
    assert_eq!(
        (done.code, done.log.contains("fetch-depth: 2")),
        (2, true),
        "{done:?}"
    );
}
