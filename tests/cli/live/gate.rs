//! The audit gate as its user meets it: evidence, verdicts, and how the run ends.

use cogward::simulator::{FaultKind, InjectedFault};
use serde_json::{Value, json};

use crate::cli::live::support::{ACCOUNT, Aws, POOL, REGION, raw};

/// A policy that asks for the step.
const STEP: &str = "\
version: 1
name: a
target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }
mode: { standard: ENFORCED }
";

const DAY: f64 = 86_400.0;

fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

/// A pool in AUDIT that was modified so many days ago, under a policy.
fn aws(policy: &str, modified: f64) -> Aws {
    Aws::with(policy).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.user_pool["LastModifiedDate"] = json!(now() - modified * DAY);
    })
}

/// Events of the pool's mode: so many days ago, this one.
fn remember(aws: &Aws, events: &[(f64, &str)]) {
    let event = |(days, mode): &(f64, &str)| {
        raw(json!({
            "EventName": "UpdateUserPool", "EventTime": now() - days * DAY,
            "CloudTrailEvent": { "requestParameters": {
                "userPoolId": POOL, "userPoolAddOns": { "advancedSecurityMode": mode },
            } },
        }))
    };
    let events: Vec<_> = events.iter().map(event).collect();
    aws.server
        .change(|world| world.region_mut(ACCOUNT, REGION).events = events);
}

fn declared(days: i64) -> String {
    let today = jiff::Timestamp::from_second(format!("{:.0}", now()).parse().unwrap()).unwrap();
    let day = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    let since = day.checked_sub(jiff::Span::new().days(days)).unwrap();
    format!("{STEP}audit_gate: {{ audit_since: {since} }}\n")
}

/// The first mode of the JSON report.
fn first(aws: &Aws, args: &[&str]) -> Value {
    let report = aws.json(&[&["gate"], args].concat());
    let schema = serde_json::from_str(include_str!("../../../schemas/gate.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    let mut mode = report["pools"][0]["modes"][0].clone();
    mode["exit_code"] = report["exit_code"].clone();
    mode
}

fn brief(mode: &Value) -> (i64, &str, Option<&str>, Option<i64>) {
    (
        mode["exit_code"].as_i64().unwrap(),
        mode["answer"].as_str().unwrap(),
        mode["by"].as_str(),
        mode["days"].as_i64(),
    )
}

/// A pool that was not modified for long enough opens its gate.
#[test]
fn unmodified_pool_meets_required_days() {
    let found = first(&aws(STEP, 20.0), &[]);
    assert_eq!(brief(&found), (0, "met", Some("unmodified"), Some(20)));
    let found = first(&aws(STEP, 13.0), &[]);
    assert_eq!(brief(&found), (5, "unmet", Some("unmodified"), Some(13)));
    let aws = aws(STEP, 13.0);
    let text = aws.run(&["gate"]);
    assert_eq!(text.code, 5);
    // Each source once, and what to do next.
    let human = aws.run(&["gate"]).out;
    let flat = human.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("next: 1 day is left: run `cogward gate` again on "),
        "{human}"
    );
    assert_eq!(human.matches("the pool itself").count(), 1, "{human}");
    let line = "standard: AUDIT → ENFORCED: not met, 13 of 14 days in AUDIT; met on ";
    assert!(text.out.contains(line), "{}", text.out);
    let end = format!("0 of 1 gate met\n{}", aws.asked_instead());
    assert!(text.out.ends_with(&end), "{}", text.out);
}

/// `CloudTrail` shows more and contradicts a declaration.
#[test]
fn cloudtrail_overrides_declaration() {
    let found = aws(STEP, 1.0);
    remember(&found, &[(40.0, "OFF"), (20.0, "AUDIT"), (1.0, "AUDIT")]);
    assert_eq!(
        brief(&first(&found, &[])),
        (0, "met", Some("cloudtrail"), Some(20))
    );
    let told = aws(&declared(60), 3.0);
    assert_eq!(
        brief(&first(&told, &[])),
        (5, "unmet", Some("unmodified"), Some(3)),
        "a declaration does not stand against a later modification"
    );
    // What was done since yesterday may be the mode, and CloudTrail may not show it yet.
    let young = aws(&declared(60), 1.0);
    let doubtful = first(&young, &[]);
    let (_, answer, by, _) = brief(&doubtful);
    assert_eq!((answer, by), ("unknown", Some("declared")));
    remember(&young, &[(40.0, "OFF"), (10.0, "AUDIT"), (1.0, "AUDIT")]);
    let refuted = first(&young, &[]);
    assert_eq!(brief(&refuted), (5, "unmet", Some("cloudtrail"), Some(10)));
    let worths: Vec<_> = refuted["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["source"].as_str().unwrap(), one["worth"].as_str().unwrap()))
        .collect();
    assert_eq!(
        worths,
        [
            ("unmodified", "counts"),
            ("cloudtrail", "counts"),
            ("declared", "refuted")
        ]
    );
    let text = young.run(&["gate"]).out.replace(['\n', ' '], "");
    assert!(
        text.contains("doesnotcount:CloudTrailshowsitOFFafterthat,on"),
        "{text}"
    );
}

/// A declaration does not open the gate of a pool that is out of audit.
#[test]
fn declaration_ignored_outside_audit() {
    let off = aws(&declared(60), 100.0).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
    });
    assert_eq!(brief(&first(&off, &[])), (5, "unmet", None, None));
}

#[test]
fn what_could_not_be_read_opens_no_gate() {
    let denied = || vec![InjectedFault::new(FaultKind::AccessDenied).at("LookupEvents")];
    let doubtful = aws(&declared(60), 1.0).faults(denied());
    let found = first(&doubtful, &[]);
    assert_eq!(brief(&found), (4, "unknown", Some("declared"), Some(60)));
    assert_eq!(found["unread"][0]["source"], "cloudtrail");
    let text = doubtful.run(&["gate", "--format", "markdown"]);
    assert_eq!(text.code, 4);
    assert!(
        text.out
            .contains("| CloudTrail | not read&#58; LookupEvents&#58; access denied"),
        "{}",
        text.out
    );
    assert!(text.out.contains("## ❌"), "{}", text.out);
    // What needs no history is met all the same, and says what was not read.
    let proven = first(&aws(STEP, 20.0).faults(denied()), &[]);
    assert_eq!(brief(&proven), (0, "met", Some("unmodified"), Some(20)));
    assert_eq!(proven["unread"].as_array().unwrap().len(), 1);
    // What could not be read could not have helped.
    let off = aws(&declared(60), 1.0).faults(denied()).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
    });
    assert_eq!(first(&off, &[])["exit_code"], 5);
    // A pool of which not even the mode is known.
    let dark = aws(&declared(60), 20.0).faults(vec![InjectedFault::new(FaultKind::Set(
        "/UserPool/UserPoolAddOns/AdvancedSecurityMode".into(),
        "NEW".into(),
    ))]);
    assert_eq!(first(&dark, &[])["exit_code"], 4);
    let gone = aws(STEP, 20.0).faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("DescribeUserPool"),
    ]);
    assert_eq!(gone.json(&["gate"])["exit_code"], 4);
}

/// Modes that stay in audit count only where no step is asked for.
#[test]
fn audit_modes_count_only_without_a_step() {
    let stays = STEP.replace("ENFORCED", "AUDIT");
    assert_eq!(brief(&first(&aws(&stays, 20.0), &[])).0, 0);
    assert_eq!(
        brief(&first(&aws(&stays, 3.0), &[])),
        (5, "unmet", Some("unmodified"), Some(3))
    );
    let both = STEP.replace("standard: ENFORCED", "standard: ENFORCED, custom: AUDIT");
    let one = aws(&both, 20.0).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({
            "AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" },
        });
        pool.user_pool["LastModifiedDate"] = json!(now() - 3.0 * DAY);
    });
    let report = one.json(&["gate"]);
    assert_eq!(report["exit_code"], 0, "{report}");
    let text = one.run(&["gate"]).out;
    assert!(
        text.contains("standard: ENFORCED already; the gate asks for nothing\n"),
        "{text}"
    );
    assert!(text.contains("(the policy asks for no change)"), "{text}");
    let end = format!("no step to ENFORCED is pending\n{}", one.asked_instead());
    assert!(text.ends_with(&end), "{text}");
}

#[test]
fn input_that_cannot_be_used_ends_with_2() {
    let aws = aws(STEP, 20.0);
    let exit = |args: &[&str]| aws.run(args).code;
    assert_eq!(exit(&["gate", "nowhere"]), 2);
    assert_eq!(exit(&["gate", "--format", "csv"]), 2);
    assert_eq!(exit(&["gate", "--today", "tomorrow"]), 2);
    assert_eq!(exit(&["gate", "--ledger", "policies"]), 2);
    aws.place
        .file("bad/a.yaml", STEP)
        .file("bad/b.yaml", "version: 1\nmoed: 1\n")
        .file(
            "layers/a.yaml",
            "version: 1\nname: a\nmode: { standard: ENFORCED }\n",
        );
    let run = aws.run(&["gate", "bad"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("moed") && run.out.contains("1 of 1 gate met"),
        "{run:?}"
    );
    let run = aws.run(&["gate", "layers"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("there is no policy with a `target`"), "{run:?}");
    aws.place
        .file("gone/a.yaml", STEP.replace(POOL, "us-west-2_Gone"));
    let run = aws.run(&["gate", "gone"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("pool `us-west-2_Gone` was not found"), "{run:?}");
}

/// A snapshot is judged by itself the ledger and the declaration.
#[test]
fn snapshot_judged_without_aws_calls() {
    let aws = aws(&declared(60), 3.0);
    assert_eq!(aws.run(&["snapshot", "--with-time", "-o", "s.json"]).code, 0);
    aws.server.forget();
    let found = first(&aws, &["--from", "s.json"]);
    // A declaration does not stand against a later modification.
    assert_eq!(brief(&found), (5, "unmet", Some("unmodified"), Some(3)));
    assert_eq!(found["evidence"][1]["worth"], "modified");
    assert!(aws.server.log().is_empty());
    let text = aws.run(&["gate", "--from", "s.json"]).out;
    assert!(
        text.contains("    CloudTrail                not consulted\n"),
        "{text}"
    );
}

/// Reports go to files and annotations to `GitHub`.
#[test]
fn output_files_and_github_annotations() {
    let aws = aws(STEP, 13.0);
    let outputs = [
        "-o",
        "report.md",
        "-o",
        "comment=c.md",
        "-o",
        "report.json",
        "-o",
        "github=g.txt",
        "--no-time",
        "--quiet",
    ];
    let run = aws.run(&[&["gate"][..], &outputs].concat());
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (5, "", ""));
    assert_eq!(aws.place.read("report.md"), aws.place.read("c.md"));
    let report: Value = serde_json::from_str(&aws.place.read("report.json")).unwrap();
    assert_eq!(report["exit_code"], 5);
    let commands = aws.place.read("g.txt");
    let line = "::error title=cogward%3A audit-gate-unmet::customers (us-west-2_A) › mode › standard: policy a: standard: \
                AUDIT → ENFORCED: not met, 13 of 14 days in AUDIT; met on ";
    assert!(commands.starts_with(line), "{commands}");
    assert!(commands.contains("\n0 of 1 gate met\n"), "{commands}");
    let table = aws.run(&["gate", "--format", "table"]);
    // The third names the service that was asked.
    assert_eq!(table.out.lines().count(), 3, "{}", table.out);
    assert_eq!(aws.run(&["gate", "-o", "x.csv"]).code, 2);
    assert_eq!(aws.run(&["gate", "-o", "none/x.json"]).code, 2);
}

#[test]
fn names_of_pools_are_harmless() {
    let hostile = "a\u{1b}[31m|\n::error::x";
    let aws = aws(STEP, 20.0).change(|pool| pool.user_pool["Name"] = hostile.into());
    for format in cogward::render::GATE_FORMATS {
        let run = aws.run(&["gate", "--format", format.as_str()]);
        let harmless = !run.out.contains('\u{1b}') && !run.out.contains("\n::e");
        assert!(harmless, "{format:?} {}", run.out);
    }
    let report = aws.json(&["gate"]);
    assert_eq!(report["pools"][0]["pool_name"], hostile);
}

/// A comparison says of a step whether its gate is met.
#[test]
fn diff_reports_gate_of_a_step() {
    let found = aws(STEP, 20.0);
    let run = found.run(&["diff"]);
    assert_eq!(run.code, 3);
    let text = run.out.replace("\n        ", " ");
    let line = "The audit gate: met, 20 days in AUDIT by the pool itself, 14 required.";
    assert!(text.contains(line), "{text}");
    let denied = aws(&declared(60), 1.0).faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("LookupEvents"),
    ]);
    let run = denied.run(&["diff"]);
    assert_eq!(
        run.code, 3,
        "that a history was not read is no failure to compare"
    );
    let text = run.out.replace("\n        ", " ");
    assert!(
        text.contains("The audit gate: unknown, 60 days in AUDIT by the policy's declaration"),
        "{text}"
    );
    assert!(
        text.contains("CloudTrail was not read: LookupEvents: access denied"),
        "{text}"
    );
    // Where no step is asked for, no history is.
    let quiet = aws(&STEP.replace("ENFORCED", "AUDIT"), 20.0);
    assert_eq!(quiet.run(&["diff"]).code, 0);
    assert!(
        quiet
            .server
            .log()
            .iter()
            .all(|call| call.operation != "LookupEvents")
    );
}

/// What live says and what the merged shards say: only with the evidence is it the same.
#[test]
fn merged_shards_carry_live_evidence() {
    let aws = aws(STEP, 3.0);
    remember(&aws, &[(20.0, "AUDIT"), (3.0, "AUDIT")]);
    let gate = ["gate", "--format", "json"];
    let live = aws.run(&gate).unfiled();
    assert!(live.code == 0 && live.out.contains("cloudtrail"), "{live:?}");
    for evidence in [Some("--with-evidence"), None] {
        for shard in ["1/2", "2/2"] {
            let file = format!("{}.json", &shard[..1]);
            let mut args = vec!["snapshot", "--with-time", "--shard", shard, "--output", &file];
            args.extend(evidence);
            assert_eq!(aws.run(&args).code, 0);
        }
        assert_eq!(
            aws.run(&["merge", "1.json", "2.json", "--output", "all.json"])
                .code,
            0
        );
        let run = aws.run(&[&gate[..], &["--from", "all.json"]].concat()).unfiled();
        let same = (run.code, &run.out) == (live.code, &live.out);
        assert_eq!(same, evidence.is_some(), "{evidence:?} {run:?}");
    }
    let diff = ["diff", "--ledger", "ledger.jsonl", "--from", "all.json"];
    assert_eq!(aws.run(&diff).err, "added 2 lines to ledger.jsonl\n");
}

fn git(aws: &Aws, args: &[&str]) {
    let mut command = std::process::Command::new("git");
    let who = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    command.current_dir(aws.place.path("."));
    // This repository's own, where the tests run under a hook.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let done = command.args(who).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {done:?}");
}

/// What a change brings along is not evidence for it: declarations, ledger lines and the number of days.
#[test]
fn base_excludes_evidence_of_the_change() {
    let aws = aws(STEP, 3.0);
    git(&aws, &["init", "--quiet"]);
    aws.place.file("ledger.jsonl", "");
    git(&aws, &["add", "policies", "ledger.jsonl"]);
    git(&aws, &["commit", "--quiet", "-m", "before"]);
    let line = json!({
        "event": "mode", "version": 1, "at": "2024-01-01T03:00:00Z", "by": "diff", "pool": POOL, "auth": "standard",
        "mode": "AUDIT",
    });
    aws.place.file("ledger.jsonl", format!("{line}\n"));
    let args = ["--ledger", "ledger.jsonl", "--base", "HEAD"];
    assert_eq!(first(&aws, &args[..2])["by"], "ledger");
    assert_eq!(
        brief(&first(&aws, &args)),
        (5, "unmet", Some("unmodified"), Some(3))
    );
    let absolute = aws.place.path("ledger.jsonl");
    let absolute = ["--ledger", absolute.to_str().unwrap(), "--base", "HEAD"];
    assert_eq!(first(&aws, &absolute)["answer"], "unmet");
    // The linter and the plan judge by the same.
    let linted = |more: &[&str]| aws.run(&[&["lint", "--format", "json"], more].concat()).out;
    assert!(!linted(&args[..2]).contains("\"rule\": \"enforced-before-audit\""));
    assert!(linted(&args).contains("\"rule\": \"enforced-before-audit\""));
    let plan = aws.run(&[&["apply", "--dry-run"], &args[..]].concat());
    assert!(plan.out.contains("refused[audit-gate-unmet]"), "{plan:?}");
    git(&aws, &["commit", "--quiet", "-a", "-m", "after"]);
    assert_eq!(first(&aws, &args)["by"], "ledger");
    // Declarations too.
    aws.place.file("policies/a.yaml", declared(60));
    let offline = ["lint", "--format", "json", "--base", "HEAD"];
    assert!(
        aws.run(&offline)
            .out
            .contains("\"rule\": \"enforced-before-audit\"")
    );
    git(&aws, &["commit", "--quiet", "-a", "-m", "declared"]);
    assert!(
        !aws.run(&offline)
            .out
            .contains("\"rule\": \"enforced-before-audit\"")
    );
    // A policy that is pointed at another pool does not bring its declaration along.
    let moved = aws.place.read("policies/a.yaml").replace(POOL, "us-west-2_Other");
    aws.place.file("policies/a.yaml", moved);
    assert!(
        aws.run(&offline)
            .out
            .contains("\"rule\": \"enforced-before-audit\"")
    );
    for (wrong, words) in [
        ("nowhere", "fetch it first"),
        ("--upload-pack=x", "no commit"),
        ("", "no commit"),
    ] {
        let run = aws.run(&["gate", &format!("--base={wrong}")]);
        assert!(run.code == 2 && run.err.contains(words), "{wrong}: {run:?}");
    }
    assert!(!aws.run(&["gate", "--base", "HEAD"]).out.contains("files/"));
}

/// Fewer than 14 days need a reason whatever the policy says.
#[test]
fn minimum_days_below_14_need_a_reason() {
    let aws = aws(&format!("{STEP}audit_gate: {{ minimum_days: 0 }}\n"), 3.0);
    assert_eq!(
        brief(&first(&aws, &[])),
        (5, "unmet", Some("unmodified"), Some(3))
    );
    let run = aws.run(&["lint", "--format", "json"]);
    assert!(run.out.contains("audit-period-too-short"), "{run:?}");
    let more = aws
        .place
        .read("policies/a.yaml")
        .replace("minimum_days: 0", "minimum_days: 30");
    aws.place.file("policies/a.yaml", more);
    assert_eq!(first(&aws, &[])["minimum_days"], 30);
}

/// The gate may be met, and the policy brings responses that the pool did not have in AUDIT.
#[test]
fn responses_new_with_the_step_are_named() {
    let new =
        "`/account_takeover/high` would begin with the step to ENFORCED, and days in AUDIT were without that";
    for (high, is_said) in [("NO_ACTION", true), ("BLOCK", false)] {
        let aws = Aws::one().change(|pool| {
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
            let risk = pool.risk_configurations.get_mut("").unwrap();
            risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = high.into();
        });
        let run = aws.run(&["gate"]);
        assert_eq!(run.code, 0, "{run:?}");
        let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words.contains(new), is_said, "{high}: {words}");
    }
}
