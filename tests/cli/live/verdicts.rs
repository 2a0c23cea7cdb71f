//! How each verb ends in each situation.

use cogward::simulator::{FaultKind, InjectedFault};

use crate::cli::live::support::{Aws, POLICY, POOL, world};

#[test]
fn what_is_as_it_should_be_ends_with_0() {
    let aws = Aws::one();
    let run = aws.run(&["diff"]);
    let note = aws.asked_instead();
    assert_eq!(
        (run.code, run.out, run.err.as_str()),
        (
            0,
            format!("no differences in 1 pool against 1 policy (1 file)\n{note}"),
            ""
        )
    );
    assert_eq!(aws.run(&["scan", "--deny", "never"]).code, 0);
    let run = aws.run(&["explain", "--pool", POOL]);
    assert_eq!(run.code, 0);
    let verdict = "customers (us-west-2_A)\n  enforced; at sign-in: low risk undefined, medium risk undefined, high risk blocked, compromised";
    assert!(run.out.starts_with(verdict), "{}", run.out);
    assert_eq!(aws.run(&["snapshot"]).code, 0);
}

/// What is no role is refused before anything is asked.
#[test]
fn invalid_role_refused_before_any_call() {
    let aws = Aws::one();
    for role in [
        "foo",
        "arn:aws:iam::123456789012:user/a",
        "arn:aws:sns:us-west-2:123456789012:role/a",
    ] {
        for verb in [
            &["diff"][..],
            &["scan"],
            &["gate"],
            &["apply", "--dry-run"],
            &["snapshot"],
        ] {
            let run = aws.run(&[verb, &["--role-arn", role]].concat());
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb:?}");
            assert!(
                run.err.contains(&format!("`{role}` is not a role ARN")),
                "{}",
                run.err
            );
        }
    }
    assert!(aws.server.log().is_empty());
}

/// Zeros would read like praise.
#[test]
fn who_saw_nothing_says_so_first() {
    let denied = InjectedFault::new(FaultKind::AccessDenied).at("DescribeUserPool");
    let aws = Aws::one().faults(vec![denied]);
    let said = |args: &[&str], words: &str, no_words: &str| {
        let run = aws.run(args);
        assert!(run.out.contains(words), "{args:?}: {}", run.out);
        assert!(!run.out.contains(no_words), "{args:?}: {}", run.out);
    };
    for format in ["human", "table", "markdown", "comment", "github", "html"] {
        let diff = "nothing was compared: no pool could be read";
        said(&["diff", "--format", format], diff, "no differences");
        let gate = "nothing was checked: no pool could be read";
        let shown = if format == "html" { "human" } else { format };
        said(&["gate", "--format", shown], gate, "no mode waits");
        let nowhere = "nothing was compared: no policy with a ";
        said(&["diff", "none", "--format", format], nowhere, "no differences");
        let gate = nowhere.replace("compared", "checked");
        said(&["gate", "none", "--format", shown], &gate, "no mode waits");
    }
    let html = aws.run(&["diff", "--format", "html"]).out;
    assert!(!html.contains("weaker") && !html.contains("None."), "{html}");
    said(
        &["apply", "none"],
        "nothing was compared: no policy",
        "nothing to change",
    );
    let elsewhere = ["apply", "--dry-run", "--region", "eu-west-1"];
    said(
        &elsewhere,
        "nothing was planned: refused by other-region",
        "nothing to change",
    );
}

/// Differences end with 3 and findings with 1.
#[test]
fn exit_codes_of_differences_and_findings() {
    let aws = Aws::with(&POLICY.replace("OPTIONAL", "ON"));
    assert_eq!(aws.run(&["diff"]).code, 3);
    assert_eq!(aws.run(&["scan"]).code, 1, "no alarm watches the pool");
    assert_eq!(aws.run(&["diff", "--quiet"]).out, "");
}

/// Stronger is a difference that need not fail.
#[test]
fn stronger_passes_with_fail_on_weaker() {
    let aws = Aws::with(&POLICY.replace("high: { action: BLOCK", "high: { action: NO_ACTION"));
    assert_eq!(aws.run(&["diff"]).code, 3);
    let run = aws.run(&["diff", "--fail-on", "weaker"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("live-stronger"), "{}", run.out);
    let weaker = Aws::with(&POLICY.replace("OPTIONAL", "ON"));
    assert_eq!(weaker.run(&["diff", "--fail-on", "weaker"]).code, 3);
}

/// The configured severity of lint hides no difference.
#[test]
fn lint_severity_does_not_hide_differences() {
    let aws = Aws::with(&POLICY.replace("high: { action: BLOCK", "high: { action: NO_ACTION"));
    aws.place
        .file("cogward.toml", "[lint]\nmin-severity = \"error\"\n");
    let run = aws.run(&["diff"]);
    assert_eq!(run.code, 3);
    assert!(run.out.contains("live-stronger"), "{}", run.out);
}

#[test]
fn input_that_cannot_be_used_ends_with_2() {
    let aws = Aws::one();
    let exit = |args: &[&str]| aws.run(args).code;
    assert_eq!(exit(&["diff", "nowhere"]), 2);
    assert_eq!(exit(&["explain", "--pool", "nothing"]), 2);
    assert_eq!(exit(&["explain", "--pool", "us-west-2_Nobody"]), 2);
    assert_eq!(exit(&["explain", "--pool", POOL, "--format", "sarif"]), 2);
    assert_eq!(exit(&["snapshot", "--pool", "us-west-2_Nobody"]), 2);
    assert_eq!(exit(&["diff", "--from", "none.json"]), 2);
    aws.place
        .file("old.json", "{\"version\": 2, \"pools\": []}")
        .file("not.json", "[]")
        .file("layers/a.yaml", "version: 1\nname: a\nmode: { standard: OFF }\n")
        .file("bad/a.yaml", POLICY)
        .file(
            "bad/b.yaml",
            "version: 1\ntarget: { pool: us-west-2_A }\nmoed: 1\n",
        );
    for verb in [
        vec!["scan"],
        vec!["diff"],
        vec!["explain", "--pool", POOL],
        vec!["snapshot"],
    ] {
        for file in ["old.json", "not.json"] {
            let run = aws.run(&[&verb[..], &["--from", file]].concat());
            assert_eq!(run.code, 2, "{verb:?} {file}");
            // What is none of the kinds is a finding of those verbs that report.
            assert!((run.out + &run.err).contains(file), "{verb:?} {file}");
        }
    }
    let layers = aws.run(&["diff", "layers"]);
    assert_eq!(layers.code, 2);
    assert!(
        layers.out.contains("there is no policy with a `target`"),
        "{}",
        layers.out
    );
    // A policy with a fault keeps the others from nothing.
    aws.server.set_faults(vec![
        InjectedFault::new(FaultKind::Set(
            "/UserPool/UserPoolAddOns/AdvancedSecurityMode".into(),
            "OFF".into(),
        ))
        .at("DescribeUserPool"),
    ]);
    let bad = aws.run(&["diff", "bad"]);
    assert_eq!(bad.code, 2);
    assert!(
        bad.out.contains("unknown-key") && bad.out.contains("live-weaker"),
        "{}",
        bad.out
    );
}

#[test]
fn nothing_to_look_at_is_never_clean() {
    let aws = Aws::one();
    let run = aws.run(&["scan", "--region", "eu-west-1"]);
    assert_eq!(run.code, 2);
    assert!(
        run.out.contains("there is no user pool in eu-west-1 of account"),
        "{}",
        run.out
    );
    let markdown = aws.run(&["scan", "--region", "eu-west-1", "--format", "markdown"]);
    assert!(!markdown.out.contains('✅'), "{}", markdown.out);
    for verb in [vec!["scan"], vec!["snapshot"]] {
        let mut command = aws.command(&verb);
        let run = crate::cli::support::finished(&command.env_remove("AWS_REGION").output().unwrap());
        assert_eq!(run.code, 2, "{verb:?}");
        assert!(
            run.err.contains("no region: name one with --region"),
            "{}",
            run.err
        );
    }
    // The policy says where.
    let mut command = aws.command(&["diff"]);
    let run = crate::cli::support::finished(&command.env_remove("AWS_REGION").output().unwrap());
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn without_credentials_nothing_is_claimed() {
    let aws = Aws::one();
    aws.place.file("live.json", "kept");
    for verb in [
        vec!["scan"],
        vec!["diff"],
        vec!["explain", "--pool", POOL],
        vec!["snapshot", "--output", "live.json"],
    ] {
        let mut command = aws.command(&verb);
        let run = crate::cli::support::finished(&command.env_remove("AWS_ACCESS_KEY_ID").output().unwrap());
        assert_eq!(run.code, 4, "{verb:?}");
        let words = format!("{} {}", run.out, run.err);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("no credentials were found"), "{words}");
        assert!(
            !words.contains("pool-missing") && !words.contains("there is no"),
            "{words}"
        );
    }
    assert_eq!(
        aws.place.read("live.json"),
        "kept",
        "nothing seen replaces nothing"
    );
    assert!(aws.server.log().is_empty());
}

#[test]
fn another_account_is_not_looked_into() {
    let aws = Aws::with(&POLICY.replace(super::support::ACCOUNT, "210987654321"));
    let report = aws.json(&["diff"]);
    assert_eq!(report["exit_code"], 5);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let operations: Vec<_> = aws.server.log().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["GetCallerIdentity"]);
}

/// A snapshot of an account without pools is none.
#[test]
fn snapshot_without_pools_writes_no_file() {
    let mut empty = world();
    empty
        .region_mut(super::support::ACCOUNT, super::support::REGION)
        .pools
        .clear();
    let aws = Aws::new(empty);
    let run = aws.run(&["snapshot", "--output", "live.json"]);
    assert_eq!((run.code, aws.place.names(".")), (2, Vec::<String>::new()));
}
