//! The action with the program itself, against a simulated AWS and a GitHub on the loopback interface.

use cogward::simulator::{FaultKind, InjectedFault, Options, Server, demo};
use serde_json::json;

use crate::action::hub::{Answer, Hub};
use crate::action::runner::{Runner, pull_request};

/// A workspace with the demo's policies, and an AWS whose pools differ from them.
fn simulated() -> (Server, Runner) {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let mut runner = Runner::real()
        .variable("AWS_ENDPOINT_URL", &server.endpoint())
        .variable("AWS_REGION", "us-west-2")
        .variable("AWS_ACCESS_KEY_ID", "AKIADEMO")
        .variable("AWS_SECRET_ACCESS_KEY", "simulated")
        .variable("AWS_EC2_METADATA_DISABLED", "true")
        .variable("AWS_CONFIG_FILE", "/nonexistent")
        .variable("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    for (name, text) in demo::policies() {
        runner = runner.file(&format!("policies/{name}"), text);
    }
    (server, runner)
}

fn hub() -> Hub {
    Hub::scripted(vec![
        (
            "GET /repos/example/policies/issues",
            vec![Answer::json(&json!([]))],
        ),
        ("POST", vec![Answer::json(&json!({}))]),
    ])
}

/// A pull request gets the differences weaker first.
#[test]
fn pull_request_diff_weaker_first() {
    let (_server, runner) = simulated();
    let hub = hub();
    let runner = runner
        .with("command", "diff")
        .with("comment", "true")
        .with("issue", "true")
        .pull_request()
        .variable("GITHUB_SERVER_URL", "https://github.com")
        .variable("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
        .hub(&hub);
    let done = runner.run();
    assert_eq!(done.code, 3, "{}", done.log);
    assert_eq!(
        hub.changes(),
        [
            "POST /repos/example/policies/issues/7/comments",
            "POST /repos/example/policies/issues"
        ]
    );
    for asked in hub.asked().iter().filter(|asked| asked.method == "POST") {
        let body = asked.body["body"].as_str().unwrap();
        let first = |rule: &str| body.find(rule).unwrap_or_else(|| panic!("{rule}: {body}"));
        assert!(first("live-weaker") < first("live-different"), "{body}");
        let line = "(https://github.com/example/policies/blob/0123456789abcdef0123456789abcdef01234567/policies/customers.yaml#L34)";
        assert!(body.contains(line), "{body}");
        assert!(
            body.contains("<br>live <code>"),
            "values stand in the row: {body}"
        );
        assert!(!body.contains("&#96;"), "{body}");
        let foot = &body[body.rfind("<sub>").unwrap()..];
        assert!(foot.contains("read by arn"), "{foot}");
        assert!(
            !foot.contains("when"),
            "a comment is the same as long as nothing changes: {foot}"
        );
    }
    assert_eq!(done.outputs["weaker"], "2");
    assert_eq!(done.outputs["drift"], "4");
    assert!(runner.text("summary").contains("cogward diff"));
    let errors = done.commands();
    assert!(
        errors
            .iter()
            .filter(|line| line.starts_with("::error file=policies/"))
            .count()
            >= 2,
        "{errors:?}"
    );
}

/// Links of a pull request show nothing of the runner.
#[test]
fn pull_request_links_reveal_nothing() {
    const CANARY: &str = "hunter2canary";
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.yaml");
    std::fs::write(&secret, format!("{CANARY}: 1\nversion: 1\n")).unwrap();
    let secret = secret.to_str().unwrap();
    let folder = outside.path().to_str().unwrap();
    let cases: [(&str, &str, &str); 6] = [
        ("policies/x.yaml", secret, ""),
        ("policies/sub", folder, ""),
        ("cogward.toml", secret, ""),
        (".gitignore", secret, ""),
        (
            ".cogward-baseline.json",
            secret,
            "[lint]\nbaseline = '.cogward-baseline.json'\n",
        ),
        ("mine", folder, "[lint]\nrules = ['mine', '../secret', '/']\n"),
    ];
    for (link, to, settings) in cases {
        let hub = hub();
        let mut runner = Runner::real()
            .with("comment", "true")
            .with("sarif", "true")
            .file(
                "policies/a.yaml",
                "version: 1\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\n",
            )
            .event(pull_request("stranger/policies"))
            .hub(&hub);
        if !settings.is_empty() {
            runner = runner.file("cogward.toml", settings);
        }
        std::os::unix::fs::symlink(to, runner.path("workspace").join(link)).unwrap();
        let done = runner.run();
        let fine = link == ".gitignore";
        assert_eq!(done.code, if fine { 0 } else { 2 }, "{link}: {}", done.log);
        let said = hub
            .asked()
            .iter()
            .map(|asked| asked.body.to_string())
            .collect::<String>();
        for shown in [&done.log, &said, &runner.text("summary")] {
            assert!(!shown.contains(CANARY), "{link}: {shown}");
        }
    }
}

/// Snapshots of shards are merged and compared.
#[test]
fn shard_snapshots_merged_and_compared() {
    let (_server, runner) = simulated();
    let mut runner = runner.with("command", "snapshot");
    let mut snapshots = Vec::new();
    for shard in ["1/2", "2/2"] {
        runner = runner.with("shard", shard);
        let done = runner.run();
        assert_eq!(done.code, 0, "{}", done.log);
        snapshots.push(done.outputs["snapshot"].clone());
    }
    runner = runner
        .with("command", "merge")
        .with("shard", "")
        .with("paths", &snapshots.join("\n"));
    let done = runner.run();
    assert_eq!(done.code, 0, "{}", done.log);
    assert!(runner.text("summary").contains("wrote a snapshot"));
    let done = runner
        .with("command", "diff")
        .with("paths", "policies")
        .with("from", &done.outputs["snapshot"])
        .run();
    assert_eq!(
        (done.code, done.outputs["drift"].as_str()),
        (3, "4"),
        "{}",
        done.log
    );
}

/// AWS that cannot be looked at is exit code 4 and an issue.
#[test]
fn unreadable_aws_exits_4_with_issue() {
    let (server, runner) = simulated();
    server.set_faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("DescribeUserPool"),
    ]);
    let hub = hub();
    let runner = runner
        .with("command", "diff")
        .with("fail-on", "weaker")
        .with("issue", "true")
        .hub(&hub);
    let done = runner.run();
    assert_eq!(done.code, 4, "{}", done.log);
    assert_eq!(hub.changes(), ["POST /repos/example/policies/issues"]);
}

/// What a pull request may write into a policy.
const HOSTILE: &str = "\
version: 1
name: \"x\\n::error::owned\\n@example/everyone <script> $(touch made) `touch made` </details> -->\"
target: { names: [\"::add-mask::x\", \"@example/everyone\"] }
mode: { standard: ENFORCED, custom: \"::stop-commands::x\" }
waivers:
  - { rule: alarm-missing, reason: \"```\\n::endgroup::\\n##[error]owned\", until: 2020-01-01 }
";

#[test]
fn what_a_policy_says_stays_text_everywhere() {
    for command in ["lint", "diff"] {
        let (_server, runner) = simulated();
        let hub = hub();
        let runner = runner
            .with("command", command)
            .with("comment", "true")
            .file("policies/::error::owned.yaml", HOSTILE)
            .file(
                "policies/h.yaml",
                &HOSTILE.replace(", custom: \"::stop-commands::x\"", ""),
            )
            .pull_request()
            .hub(&hub);
        let done = runner.run();
        assert!(done.code > 0, "{}", done.log);
        for line in done.commands() {
            let kinds = ["::error ", "::warning ", "::notice "];
            assert!(kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
            assert!(!line.starts_with("::error::"), "{line}");
        }
        assert_eq!(runner.made(), ["policies"]);
        let summary = runner.text("summary");
        let body = hub.said()["body"].as_str().unwrap().to_owned();
        for text in [summary, body] {
            assert!(!text.contains("@example/everyone"), "nobody is told: {text}");
            assert!(!text.to_lowercase().contains("<script"), "{text}");
            assert!(text.lines().all(|line| !line.starts_with("::")), "{text}");
        }
    }
}

/// The journey of docs/workflows/apply.yml: a plan is saved, reviewed, and carried out as it was.
#[test]
fn only_the_reviewed_plan_is_applied() {
    let (_server, runner) = simulated();
    let policy = "policies/members.yaml";
    let runner = runner.with("command", "apply").with("paths", policy);
    let runner = runner.with("plan-out", "plan.json");
    let refused = runner.run();
    assert_eq!(refused.code, 5, "it blocks users: {}", refused.log);
    let named = "--allow-block=/account_takeover/high";
    let runner = runner.with("options", named);
    let planned = runner.run();
    assert_eq!(planned.code, 3, "{}", planned.log);
    let plan = std::fs::read_to_string(runner.path("workspace/plan.json")).unwrap();
    assert!(plan.contains("us-west-2_Members004"));
    let runner = runner.with("plan-out", "").with("plan", "plan.json");
    let runner = runner.with("options", &format!("--journal=journal.jsonl\n{named}"));
    let applied = runner.run();
    assert_eq!(applied.code, 0, "{}", applied.log);
    assert!(runner.path("workspace/journal.jsonl").exists());
    let runner = runner.with("command", "diff").with("options", "");
    assert_eq!(runner.run().code, 0, "what was applied is as the policy asks");
    let again = runner.with("command", "apply").run();
    assert_eq!(
        again.code, 5,
        "the pool is not as it was when the plan was made: {}",
        again.log
    );
}

#[test]
fn a_gate_and_a_ledger_go_together() {
    let (_server, runner) = simulated();
    let runner = runner.with("command", "diff").with("ledger", "ledger.jsonl");
    assert_eq!(runner.run().code, 3);
    assert!(runner.path("workspace/ledger.jsonl").exists());
    let runner = runner
        .with("command", "gate")
        .with("comment", "true")
        .pull_request();
    let hub = hub();
    let done = runner.hub(&hub).run();
    assert!([0, 5].contains(&done.code), "{}", done.log);
    let body = hub.said()["body"].as_str().unwrap().to_owned();
    assert!(body.contains("cogward gate"), "{body}");
    assert!(!done.outputs["report"].is_empty());
}
