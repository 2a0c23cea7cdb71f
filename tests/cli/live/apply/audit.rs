//! `audit`: one pool into AUDIT, without a policy: what is written, what is asked and refused, and the way back.

use std::process::Stdio;
use std::time::{Duration, Instant};

use cogward::simulator::{FaultKind, InjectedFault};
use serde_json::{Value, json};

use crate::cli::hostile::raw as tricks;
use crate::cli::live::apply::prompts::Talk;
use crate::cli::live::apply::support::{copied, states, typed, writes};
use crate::cli::live::support::{Aws, POOL, world};
use crate::cli::support::Run;

const REASON: &str = "INC-42: users are locked out";
const AUDIT: [&str; 5] = ["audit", "--pool", POOL, "--reason", REASON];

/// A pool, of which the modes are these; no policy.
fn pool_in(standard: &str, custom: Option<&str>) -> Aws {
    let aws = Aws::new(world()).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": standard });
        if let Some(custom) = custom {
            pool.user_pool["UserPoolAddOns"]["AdvancedSecurityAdditionalFlows"] =
                json!({ "CustomAuthMode": custom });
        }
    });
    assert_eq!(aws.place.names("."), Vec::<String>::new());
    aws
}

fn audit(aws: &Aws, more: &[&str]) -> Run {
    aws.run(&[&AUDIT, more].concat())
}

fn json_of(aws: &Aws, more: &[&str]) -> Value {
    aws.json(&[&AUDIT, more].concat())
}

fn modes(aws: &Aws) -> Value {
    aws.server.world().pool(POOL).unwrap().user_pool["UserPoolAddOns"].clone()
}

fn guards(report: &Value) -> Vec<&str> {
    let refused = report["refused"].as_array().unwrap().iter();
    refused.map(|one| one["guard"].as_str().unwrap()).collect()
}

/// Both types that are ENFORCED go to audit with the reason in plan and journal.
#[test]
fn enforced_modes_go_to_audit_with_reason() {
    let aws = pool_in("ENFORCED", Some("ENFORCED"));
    let run = audit(&aws, &["--yes", "--journal", "a.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    for said in [
        "account 123456789012, us-west-2, reason INC-42: users are locked out\n",
        "  weaker         /mode/standard\n      - ENFORCED\n      + AUDIT\n",
        "  /mode/custom\n      - ENFORCED\n      + AUDIT\n",
        "sent back unchanged: ",
        "read again: as planned\n",
        "2 applied\njournal: a.jsonl\nto undo: cogward rollback a.jsonl ",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
    assert!(!run.out.contains("note: "), "{}", run.out);
    assert_eq!(writes(&aws.server), ["UpdateUserPool"]);
    let both = json!({ "AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" } });
    assert_eq!(modes(&aws), both);
    let journal = aws.place.read("a.jsonl");
    for said in [
        r#""command":"audit""#,
        r#""reasons":{"audit":"INC-42: users are locked out"}"#,
        r#""makes":["/mode/standard","/mode/custom"]"#,
    ] {
        assert!(journal.contains(said), "{said}: {journal}");
    }
}

#[test]
fn what_is_off_or_in_audit_stays() {
    for (before, after) in [
        (("ENFORCED", None), ("AUDIT", None)),
        (("ENFORCED", Some("AUDIT")), ("AUDIT", Some("AUDIT"))),
        (("AUDIT", Some("ENFORCED")), ("AUDIT", Some("AUDIT"))),
    ] {
        let aws = pool_in(before.0, before.1);
        let report = json_of(&aws, &["--yes"]);
        assert_eq!(report["exit_code"], 0, "{before:?}: {report}");
        let expected = modes(&pool_in(after.0, after.1));
        assert_eq!(modes(&aws), expected, "{before:?}");
        assert_eq!(states(&report).len(), 1);
    }
    for (standard, custom) in [("OFF", None), ("AUDIT", None), ("AUDIT", Some("AUDIT"))] {
        let aws = pool_in(standard, custom);
        let run = audit(&aws, &["--yes"]);
        assert_eq!(run.code, 0, "{run:?}");
        let said = "pool customers (us-west-2_A): already up to date\n";
        assert!(
            run.out.contains(said) && run.out.contains("nothing to change"),
            "{run:?}"
        );
        assert_eq!(writes(&aws.server), Vec::<String>::new());
        assert_eq!(
            aws.place.names("."),
            Vec::<String>::new(),
            "no journal of nothing"
        );
    }
}

/// Where nothing gets weaker, nothing is noted of a permission that nobody typed.
#[test]
fn mode_without_responses_is_no_weakening() {
    let none = json!({ "EventAction": "NO_ACTION", "Notify": false });
    let actions = json!({ "LowAction": none, "MediumAction": none, "HighAction": none });
    let aws = pool_in("ENFORCED", None).change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"] = actions;
        risk["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"] = "NO_ACTION".into();
    });
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(report["exit_code"], 0, "{report}");
    assert_eq!(report["counts"]["weaker"], 0, "{report}");
    assert_eq!(report["pools"][0]["notes"], json!([]), "{report}");
    assert_eq!(report["command"], "audit");
    assert_eq!(report["pools"][0]["policy"], REASON);
}

/// A dry run shows and without a terminal somebody must have agreed.
#[test]
fn dry_run_stale_plan_and_no_terminal() {
    let aws = pool_in("ENFORCED", None);
    let run = audit(&aws, &["--dry-run", "--show-calls"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("1. UpdateUserPool"), "{}", run.out);
    let report = json_of(&aws, &[]);
    assert_eq!(
        (report["exit_code"].as_i64(), guards(&report)),
        (Some(5), vec!["unconfirmed"])
    );
    // A plan that was saved is carried out as long as it is the plan.
    let run = audit(&aws, &["--dry-run", "--plan-out", "plan.json"]);
    assert_eq!(run.code, 3, "{run:?}");
    let aws = aws.change(|pool| pool.user_pool["MfaConfiguration"] = "OFF".into());
    let report = json_of(&aws, &["--yes", "--plan", "plan.json"]);
    assert_eq!(guards(&report), ["stale-plan"], "{report}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

#[test]
fn at_a_terminal_it_asks_once() {
    let aws = pool_in("ENFORCED", None);
    let question = "Type the pool's name (customers) or `yes` to apply, anything else to cancel: ";
    for (answer, code) in [("no\n", 3), ("yes\n", 0)] {
        let mut talk = Talk::begin(aws.command(&AUDIT));
        talk.until(question);
        talk.types(answer);
        let (found, seen) = talk.ended();
        assert_eq!(found, Some(code), "{answer}: {seen}");
        assert_eq!(seen.matches("Type the pool's").count(), 1, "{seen}");
        assert_eq!(writes(&aws.server).len(), usize::from(code == 0));
    }
}

#[test]
fn its_own_line_undoes_it_as_it_is() {
    let aws = pool_in("ENFORCED", Some("AUDIT"));
    let before = modes(&aws);
    let run = audit(&aws, &["--yes", "--journal", "it's.jsonl"]);
    let undo = run.out.lines().last().unwrap().strip_prefix("to undo: ").unwrap();
    let words = copied(undo);
    assert_eq!(
        words,
        [
            "rollback",
            "it's.jsonl",
            "--override-gate",
            "rollback of it's.jsonl"
        ],
        "the gate is not met, and that the pool was ENFORCED is the reason"
    );
    let run = typed(&aws, &format!("{undo} --yes --journal b.jsonl"));
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(modes(&aws), before);
    assert!(aws.place.read("b.jsonl").contains("rollback of it's.jsonl"));
    // And at a terminal a word is enough.
    assert_eq!(audit(&aws, &["--yes", "--journal", "c.jsonl"]).code, 0);
    let mut talk =
        Talk::begin(aws.command(&["rollback", "c.jsonl", "--override-gate", "rollback of c.jsonl"]));
    talk.until("anything else to cancel: ");
    talk.types("yes\n");
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(modes(&aws), before);
}

/// What is typed wrongly is said with what to do.
#[test]
fn wrong_arguments_name_the_remedy() {
    let aws = pool_in("ENFORCED", None);
    for (args, said) in [
        (&["audit", "--pool", POOL][..], "--reason <TEXT>"),
        (&["audit", "--reason", "x"], "--pool <POOL>"),
        (
            &["audit", "--pool", POOL, "--reason", " "],
            "--reason: say why, in words",
        ),
        (
            &["audit", "--pool", POOL, "--reason", "REASON"],
            "--reason: say why, in words",
        ),
        (
            &["audit", "--pool", POOL, "--reason", "x", "--format", "csv"],
            "csv",
        ),
        (
            &["audit", "--pool", POOL, "--reason", "x", "--yes", "--dry-run"],
            "cannot be used with",
        ),
    ] {
        let run = aws.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
    }
    assert!(aws.server.log().is_empty());
}

/// Guards refuse as they refuse an apply and name no option that is not there.
#[test]
fn guards_match_apply_and_its_options() {
    let aws = pool_in("ENFORCED", None);
    let report = aws.json(&["audit", "--pool", "us-west-2_Gone", "--reason", "x", "--yes"]);
    assert_eq!(
        (report["exit_code"].as_i64(), guards(&report)),
        (Some(2), vec!["pool-missing"])
    );
    let next = report["refused"][0]["next"].as_str().unwrap();
    assert!(
        next.contains("`cogward scan --region us-west-2 --format summary` lists"),
        "{next}"
    );
    let report = json_of(&aws, &["--yes", "--region", "eu-west-1"]);
    assert_eq!(guards(&report), ["other-region"]);
    let aws = pool_in("ENFORCED", None).change(|pool| {
        let twins = json!({
            "PreTokenGeneration": "arn:aws:lambda:us-west-2:123456789012:function:a",
            "PreTokenGenerationConfig": {
                "LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:us-west-2:123456789012:function:b",
            },
        });
        pool.user_pool.insert("LambdaConfig".into(), twins);
    });
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(guards(&report), ["not-carried-over"]);
    assert!(!report.to_string().contains("--exclude"), "{report}");
    let aws = pool_in("ENFORCED", None).change(|pool| pool.user_pool["UserPoolTier"] = "ESSENTIALS".into());
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(guards(&report), ["service-refuses"]);
    assert!(!report.to_string().contains("--exclude"), "{report}");
    let next = report["refused"][0]["next"].as_str().unwrap();
    assert!(
        next.starts_with("apply a policy instead (`cogward init --pool us-west-2_A`"),
        "{next}"
    );
    let denied = InjectedFault::new(FaultKind::AccessDenied);
    let aws = pool_in("ENFORCED", None).faults(vec![denied.at("DescribeUserPool")]);
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(report["exit_code"], 4, "{report}");
    assert_eq!(guards(&report), <[&str; 0]>::default(), "{report}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// A mode of which the pool says something unheard of is not written.
#[test]
fn unknown_mode_is_not_written() {
    let aws = pool_in("PARANOID", Some("ENFORCED"));
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(guards(&report), ["pool-partial"], "{report}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// A write that fails or whose answer is lost is said as it is.
#[test]
fn failed_and_lost_writes_are_reported() {
    let fault = |kind| pool_in("ENFORCED", None).faults(vec![InjectedFault::new(kind).at("UpdateUserPool")]);
    let aws = fault(FaultKind::AccessDenied);
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(report["exit_code"], 4, "{report}");
    assert_eq!(
        states(&report),
        [("/mode/standard".to_owned(), "failed".to_owned())]
    );
    assert_eq!(report["outcome"].get("undo"), None);
    let aws = fault(FaultKind::Lost);
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(report["exit_code"], 0, "it was read again: {report}");
    assert_eq!(modes(&aws), json!({ "AdvancedSecurityMode": "AUDIT" }));
    let somebody = json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" } });
    let moved = InjectedFault::new(FaultKind::Change(somebody))
        .at("DescribeUserPool")
        .from(2);
    let aws = pool_in("ENFORCED", None).faults(vec![moved]);
    let report = json_of(&aws, &["--yes"]);
    assert_eq!(report["exit_code"], 5, "somebody else was there first: {report}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// Where the pool cannot be read again, the line that undoes is that of the pool as it was to be.
#[test]
fn undo_line_complete_when_reread_fails() {
    let denied = |nth| {
        InjectedFault::new(FaultKind::AccessDenied)
            .at("DescribeUserPool")
            .from(nth)
    };
    let lost = InjectedFault::new(FaultKind::Lost).at("UpdateUserPool");
    // Nothing can be read from the read after the write on, or from the last look on; or the answer is lost as well.
    for (faults, state) in [
        (vec![denied(3)], "failed"),
        (vec![denied(4)], "applied"),
        (vec![lost, denied(3)], "failed"),
    ] {
        let aws = pool_in("ENFORCED", None).faults(faults);
        let report = json_of(&aws, &["--yes", "--journal", "a.jsonl"]);
        assert_eq!(report["exit_code"], 4, "{report}");
        assert_eq!(states(&report)[0].1, state, "{report}");
        let undo = report["outcome"]["undo"]
            .as_str()
            .unwrap_or_else(|| panic!("{report}"));
        assert_eq!(
            undo,
            "cogward rollback a.jsonl --override-gate 'rollback of a.jsonl'"
        );
        let aws = aws.faults(Vec::new());
        let run = typed(&aws, &format!("{undo} --yes"));
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(modes(&aws), json!({ "AdvancedSecurityMode": "ENFORCED" }));
    }
}

/// A run that was killed leaves a journal that undoes and runs again.
#[test]
fn journal_of_killed_run_can_be_undone() {
    let slow = InjectedFault::new(FaultKind::Slow(60_000)).at("UpdateUserPool");
    let aws = pool_in("ENFORCED", None).faults(vec![slow]);
    let mut command = aws.command(&[&AUDIT[..], &["--yes", "--journal", "a.jsonl"]].concat());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while writes(&aws.server).is_empty() {
        assert!(Instant::now() < until, "the call never came");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let aws = aws.faults(Vec::new());
    assert_eq!(audit(&aws, &["--yes", "--journal", "b.jsonl"]).code, 0);
    assert_eq!(modes(&aws), json!({ "AdvancedSecurityMode": "AUDIT" }));
    let back = [
        "rollback",
        "a.jsonl",
        "--yes",
        "--override-gate",
        "the incident is over",
    ];
    let run = aws.run(&back);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("`a.jsonl` was cut short"), "{}", run.err);
    assert_eq!(modes(&aws), json!({ "AdvancedSecurityMode": "ENFORCED" }));
}

/// A hostile reason is raw nowhere and the report fits its schema.
#[test]
fn hostile_reason_escaped_and_report_valid() {
    let evil = "e\u{1b}[31m\r\n::error::owned\n##[group] <script>alert(1)</script> | **b** \u{202e}x";
    let aws = pool_in("ENFORCED", None);
    for format in ["human", "json", "markdown"] {
        let run = aws.run(&[
            "audit",
            "--pool",
            POOL,
            "--reason",
            evil,
            "--dry-run",
            "--format",
            format,
        ]);
        assert_eq!(run.code, 3, "{run:?}");
        let shown = match format {
            "markdown" => run.out.replace("<br>", ""),
            _ => run.out.clone(),
        };
        assert_eq!(tricks(format, &shown), Vec::<String>::new(), "{format}");
        assert!(run.out.contains("owned"), "{format}");
    }
    let report = aws.json(&[
        "audit",
        "--pool",
        POOL,
        "--reason",
        evil,
        "--yes",
        "--journal",
        "a.jsonl",
    ]);
    let fits = |name: &str, value: &Value| {
        let schema: Value = serde_json::from_str(&aws.run(&["schema", name]).out).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");
    };
    fits("apply", &report);
    for line in aws.place.read("a.jsonl").lines() {
        fits("journal", &serde_json::from_str(line).unwrap());
    }
}
