//! `--only`, the twin of `--exclude`, and pointers above a change: what is made, shown, recorded, and wrong.

use serde_json::{Value, json};

use crate::cli::live::apply::prompts::Talk;
use crate::cli::live::apply::support::{refused, states, writes};
use crate::cli::live::support::{Aws, POLICY, POOL};

/// A pool in which mode, responses and MFA are not the policy's.
fn lax() -> Aws {
    lax_under(POLICY)
}

fn lax_under(policy: &str) -> Aws {
    Aws::with(policy).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.user_pool["MfaConfiguration"] = "ON".into();
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = "NO_ACTION".into();
    })
}

/// What applies the policy to that pool.
const APPLIED: [&str; 8] = [
    "apply",
    "--yes",
    "--allow-weaken",
    "/mfa",
    "--allow-block",
    "/account_takeover",
    "--journal",
    "a.jsonl",
];

fn applied(at: &str) -> (String, String) {
    (at.to_owned(), "applied".to_owned())
}

/// Nothing but what is named is changed judged or guarded.
#[test]
fn only_limits_changes_and_guards() {
    let aws = lax();
    // The mode and MFA of the policy would be refused: the gate, and a weakening.
    let run = aws.run(&["apply", "--dry-run", "--today", "2023-11-20"]);
    assert_eq!(run.code, 5, "{run:?}");
    let args = ["apply", "--yes", "--only", "/account_takeover"];
    let run = aws.run(&[&args[..], &["--journal", "a.jsonl"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let said = "  only: /account_takeover; 7 other settings are left out\n";
    assert!(run.out.contains(said), "{}", run.out);
    assert!(!run.out.contains("left out: /"), "{}", run.out);
    assert!(!run.out.contains("audit gate: "), "{}", run.out);
    assert_eq!(writes(&aws.server), ["SetRiskConfiguration"]);
    let journal = aws.place.read("a.jsonl");
    assert!(journal.contains(r#""only":["/account_takeover"]"#), "{journal}");
    let report = aws.json(&["apply", "--yes", "--only", "/mode", "--only", "/feature_plan"]);
    assert_eq!(states(&report), [applied("/mode/standard")]);
    assert_eq!(report["pools"][0]["only"], json!(["/mode", "/feature_plan"]));
    let left: Vec<_> = report["pools"][0]["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert!(left.contains(&&json!("/mfa/configuration")), "{left:?}");
    let run = aws.run(&["apply", "--dry-run", "--only", "/log_delivery"]);
    assert_eq!(run.code, 0, "it is managed, and as it is to be: {run:?}");
    let run = aws.run(&["apply", "--dry-run", "--only", "/mfa", "--format", "markdown"]);
    assert!(run.out.contains("- Only: "), "{}", run.out);
}

/// Of what is named some may be left out and two that contradict each other are wrong.
#[test]
fn only_with_exclude_and_contradictions() {
    let policy = POLICY
        .replace("mfa:", "  custom: AUDIT\nmfa:")
        .replace("mode: { standard: ENFORCED }", "mode:\n  standard: ENFORCED");
    let aws = lax_under(&policy);
    let report = aws.json(&["apply", "--yes", "--only", "/mode", "--exclude", "/mode/standard"]);
    assert_eq!(states(&report), [applied("/mode/custom")]);
    for (args, said) in [
        (
            &["--only", "/mode", "--exclude", "/mode"][..],
            "--only /mode: --exclude leaves out all of it; remove one of the two",
        ),
        (
            &["--only", "/mode/standard", "--exclude", "/mode"],
            "--only /mode/standard: --exclude leaves out all of it; remove one of the two",
        ),
        (
            &["--only", "/mode", "--exclude", "/mfa"],
            "--exclude /mfa: --only leaves that out already; remove one of the two",
        ),
        (
            &["--only", "/mdoe"],
            "--only /mdoe: nothing there would be changed; --dry-run shows the pointers of changes",
        ),
        (
            &["--only", "/account_takeover/high/action"],
            "nothing there would be changed",
        ),
        (&["--only", "/alarms"], "nothing there would be changed"),
        (
            &["--only", "/mode", "--only", "/alarms"],
            "--only /alarms: nothing there would be changed",
        ),
        (
            &["--only", "/mode", "--exclude", "/alarms"],
            "--exclude /alarms: nothing there would be changed",
        ),
        (
            &["--only", "mode"],
            "--only mode: a pointer is written as the plan shows it, such as /mode/standard",
        ),
        (&["--only", ""], "a pointer is written as the plan shows it"),
    ] {
        let before = writes(&aws.server);
        let run = aws.run(&[&["apply", "--yes"], args].concat());
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
        assert_eq!(writes(&aws.server), before);
    }
}

/// A client that is left out need not be there.
#[test]
fn left_out_settings_count_as_unmanaged() {
    let gone = POLICY.replace("clients:", "clients:\n  kiosk: { id: kiosk1, inherit: true }");
    let aws = lax_under(&gone);
    assert_eq!(
        refused(&aws, &["--yes", "--only", "/clients"]),
        (5, vec!["client-missing".into()])
    );
    assert_eq!(refused(&aws, &["--yes", "--only", "/clients/kiosk"]).0, 5);
    for chosen in [["--only", "/account_takeover"], ["--only", "/clients/web"]] {
        let run = aws.run(&[&["apply", "--yes"], &chosen[..]].concat());
        assert_eq!(run.code, 0, "{chosen:?}: {run:?}");
    }
    let run = aws.run(&[
        "apply",
        "--yes",
        "--exclude",
        "/clients/kiosk",
        "--allow-weaken",
        "/mfa",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    // An error of the policy that is about something else keeps nothing from being done.
    let faulty = POLICY.replace(
        "log_delivery:",
        "risk_exceptions: { always_allow: [{ cidr: 0.0.0.0/0, reason: all, owner: nobody, until: 2099-01-01 }] }\nlog_delivery:",
    );
    let aws = lax_under(&faulty);
    let (code, guards) = refused(
        &aws,
        &[
            "--yes",
            "--allow-weaken",
            "/mfa",
            "--allow-weaken",
            "/risk_exceptions",
            "--allow-block",
            "/account_takeover",
        ],
    );
    assert_eq!((code, guards), (5, vec!["lint-errors".to_owned()]));
    assert_eq!(
        aws.run(&["apply", "--yes", "--only", "/account_takeover"]).code,
        0
    );
}

#[test]
fn a_rollback_takes_it_as_well() {
    let aws = lax();
    assert_eq!(aws.run(&APPLIED).code, 0);
    let args = [
        "rollback",
        "a.jsonl",
        "--yes",
        "--allow-weaken",
        "/mode",
        "--journal",
        "b.jsonl",
    ];
    let report = aws.json(&[&args[..], &["--only", "/mode"]].concat());
    assert_eq!(states(&report), [applied("/mode/standard")], "{report}");
    let world = aws.server.world();
    let pool = world.pool(POOL).unwrap();
    assert_eq!(pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"], "AUDIT");
    assert_eq!(pool.user_pool["MfaConfiguration"], "OPTIONAL");
}

/// Every pointer above a change names it, at any distance but the root.
#[test]
fn allow_options_take_parent_pointers() {
    let policy = POLICY.replace("mode: { standard: ENFORCED }", "mode: { standard: AUDIT }");
    let notifications = "account_takeover:\n  low: { action: BLOCK, notify: false }\n  medium: { action: BLOCK, notify: false }";
    let strict = POLICY.replace("account_takeover:", notifications);
    for (policy, option, guard, places) in [
        (
            &policy,
            "--allow-weaken",
            "weakening-not-named",
            [("/mode", true), ("/mode/standard", true), ("/mfa", false)],
        ),
        (
            &strict,
            "--allow-block",
            "blocking-not-named",
            [
                ("/account_takeover", true),
                ("/account_takeover/low", false),
                ("/mfa", false),
            ],
        ),
    ] {
        for (place, is_enough) in places {
            let aws = Aws::with(policy);
            if option == "--allow-block" {
                aws.server.change(|world| {
                    let risk = world
                        .pool_mut(POOL)
                        .unwrap()
                        .risk_configurations
                        .get_mut("")
                        .unwrap();
                    let none = json!({ "EventAction": "NO_ACTION", "Notify": false });
                    let actions = &mut risk["AccountTakeoverRiskConfiguration"]["Actions"];
                    actions["LowAction"] = none.clone();
                    actions["MediumAction"] = none;
                });
            }
            let report = aws.json(&["apply", "--yes", option, place]);
            let expected = if is_enough { 0 } else { 5 };
            assert_eq!(report["exit_code"], expected, "{option} {place}: {report}");
            if !is_enough {
                assert_eq!(report["refused"][0]["guard"], guard);
            }
        }
    }
    let aws = Aws::with(&policy);
    let run = aws.run(&["apply", "--yes", "--allow-weaken", "us-west-2_A:/mode"]);
    assert_eq!(run.code, 0, "{run:?}");
}

/// A rollback that weakens is agreed to by the pool's name, as what blocks is; an apply that weakens is not.
#[test]
fn rollback_prompt_takes_the_pool_name() {
    let aws = lax();
    assert_eq!(aws.run(&APPLIED).code, 0);
    let question = "This weakens protection, and blocks or challenges users. Type the pool's name (customers) to apply, anything else to cancel: ";
    for (answer, code) in [("yes\n", 3), ("customers\n", 0)] {
        let mut talk = Talk::begin(aws.command(&["rollback", "a.jsonl", "--journal", "b.jsonl"]));
        talk.until(question);
        talk.types(answer);
        let (found, seen) = talk.ended();
        assert_eq!(found, Some(code), "{seen}");
    }
    let journal = aws.place.read("b.jsonl");
    let run: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    assert_eq!(
        run["reasons"]["allow_weaken"],
        json!(["/mode/standard", "/account_takeover/high"])
    );
    assert_eq!(run["reasons"]["allow_block"], json!(["/mfa/configuration"]));
    let (code, seen) = Talk::begin(aws.command(&["apply"])).ended();
    assert_eq!(code, Some(5), "{seen}");
    assert!(seen.contains("refused[weakening-not-named]"), "{seen}");
}
