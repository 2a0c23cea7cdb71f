//! What locks users out is shown, and named or agreed to by the pool's name; what is refused, and what undoes a run, is one
//! line to copy.

use serde_json::{Value, json};

use crate::cli::live::apply::prompts::Talk;
use crate::cli::live::apply::support::{copied, modified_now, refused, typed, writes};
use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, pool};

/// A policy that blocks at low risk, and the pool that lets everybody in there.
fn strict() -> Aws {
    let policy = POLICY.replace(
        "account_takeover:",
        "account_takeover:\n  low: { action: BLOCK, notify: false }",
    );
    Aws::with(&policy).change(|pool| {
        pool.user_pool
            .insert("EstimatedNumberOfUsers".into(), 120_455.into());
        let risk = pool.risk_configurations.get_mut("").unwrap();
        let low = json!({ "EventAction": "NO_ACTION", "Notify": false });
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["LowAction"] = low;
    })
}

const LOW: &str = "/account_takeover/low";

/// What locks users out is refused with their number and shown when it is named.
#[test]
fn lockout_refused_until_named() {
    let aws = strict();
    assert_eq!(
        refused(&aws, &["--yes"]),
        (5, vec!["blocking-not-named".to_owned()])
    );
    let run = aws.run(&["apply", "--yes"]);
    let flat = run.out.replace("\n    ", " ").replace("\n        ", " ");
    for said in [
        "blocks or challenges: sign-in at low risk: allowed → blocked, by client web; the pool has about 120,455 users",
        "× the change at `/account_takeover/low` newly blocks or challenges users of pool `customers (us-west-2_A)`",
        "if this is intended: --allow-block /account_takeover/low",
        "to accept all: cogward apply --yes --allow-block /account_takeover/low\n",
    ] {
        assert!(flat.contains(said), "{said}: {flat}");
    }
    assert!(!flat.contains("effect: web"), "said once: {flat}");
    let run = aws.run(&[
        "apply",
        "--dry-run",
        "--format",
        "markdown",
        "--allow-block",
        "/account_takeover",
    ]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("Blocks or challenges"), "{}", run.out);
    let report = aws.json(&["apply", "--yes", "--allow-block", LOW]);
    assert_eq!(report["exit_code"], 0, "{report}");
    let block =
        json!({ "what": "sign-in at low risk", "from": "allowed", "to": "blocked", "clients": ["web"] });
    assert_eq!(report["pools"][0]["blocks"], json!([block]));
    assert_eq!(report["pools"][0]["users"], 120_455);
    let journal = aws.place.read(report["outcome"]["journal"].as_str().unwrap());
    assert!(
        journal.contains(r#""allow_block":["/account_takeover/low"]"#),
        "{journal}"
    );
}

/// The step by itself is the gate's, and not asked for twice; a response that is new with it was not there in AUDIT.
#[test]
fn gate_covers_the_step_not_new_responses() {
    let in_audit = |aws: Aws| {
        aws.change(|pool| {
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        })
    };
    assert_eq!(in_audit(Aws::one()).run(&["apply", "--yes"]).code, 0);
    let aws = in_audit(strict());
    assert_eq!(
        refused(&aws, &["--yes"]),
        (5, vec!["blocking-not-named".to_owned()])
    );
    let run = aws.run(&["apply", "--yes", "--allow-block", LOW]);
    assert_eq!(run.code, 0, "{run:?}");
    let said = "sign-in at low risk: audit only (would be: allowed) → blocked";
    assert!(run.out.replace("\n    ", " ").contains(said), "{}", run.out);
}

/// What keeps users out beside the answers is refused in any mode.
#[test]
fn lockouts_beside_responses_in_any_mode() {
    let flows = "auth_flows: [ALLOW_USER_PASSWORD_AUTH]";
    let cases = [
        (
            POLICY.replace("configuration: OPTIONAL", "configuration: \"ON\""),
            "/mfa/configuration",
            "sign-in without a second factor: possible → MFA required: to be set up at sign-in, or refused",
        ),
        (
            POLICY.replace(flows, "auth_flows: [ALLOW_REFRESH_TOKEN_AUTH]"),
            "/clients/web/auth_flows",
            "sign-in by ALLOW_USER_PASSWORD_AUTH: open → refused, and no way to sign in is left",
        ),
        (
            format!("{POLICY}risk_exceptions: {{ always_allow: [] }}\n"),
            "/risk_exceptions/always_allow",
            "requests from 198.51.100.0/24: always allowed → blocked or challenged as others are",
        ),
    ];
    for (policy, at, words) in cases {
        for mode in ["ENFORCED", "AUDIT"] {
            let aws = Aws::with(&policy.replace("standard: ENFORCED", &format!("standard: {mode}")));
            let aws = aws.change(|pool| {
                pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": mode });
                let risk = pool.risk_configurations.get_mut("").unwrap();
                let ranges = json!({ "SkippedIPRangeList": ["198.51.100.0/24"] });
                risk.insert("RiskExceptionConfiguration".into(), ranges);
            });
            if mode == "AUDIT" && at.starts_with("/risk") {
                // Nobody is blocked or challenged by answers that are not given.
                assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
                continue;
            }
            let told = refused(&aws, &["--yes"]);
            assert_eq!(told, (5, vec!["blocking-not-named".to_owned()]), "{at} {mode}");
            let said = aws
                .run(&["apply", "--yes"])
                .out
                .replace("\n        ", " ")
                .replace("\n    ", " ");
            assert!(said.contains(words), "{said}");
            assert!(said.contains(&format!("--allow-block {at}")), "{said}");
            assert_eq!(
                aws.run(&["apply", "--yes", "--allow-block", at]).code,
                0,
                "{at} {mode}"
            );
        }
    }
}

/// Neither threat protection nor MFA acts on federated users and machines: nobody is asked, and the plan says why.
#[test]
fn no_consent_without_local_sign_in() {
    let saml = "auth_flows: [ALLOW_REFRESH_TOKEN_AUTH], oauth_flows: [code], identity_providers: [Saml]";
    let machine = "auth_flows: [ALLOW_REFRESH_TOKEN_AUTH], oauth_flows: [client_credentials], identity_providers: [COGNITO]";
    let local = "auth_flows: [ALLOW_USER_SRP_AUTH], oauth_flows: [], identity_providers: [COGNITO]";
    let (mfa, ranges) = (
        "mfa: { configuration: \"ON\" }",
        "risk_exceptions: { always_block: [192.0.2.0/24] }",
    );
    for (client, is_asked) in [(saml, false), (machine, false), (local, true)] {
        for change in [mfa, ranges] {
            let aws = Aws::with(&format!(
                "version: 1\nname: a\ntarget: {{ pool: us-west-2_A }}\n{change}\n"
            ));
            let aws = aws.change(|pool| {
                pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "ENFORCED" });
                let members: Value = serde_yaml_of(client);
                for settings in pool.clients.values_mut() {
                    for (key, value) in members.as_object().unwrap() {
                        settings.insert(key.clone(), value.clone());
                    }
                }
            });
            let run = aws.run(&["apply", "--yes"]);
            let asked = run.out.contains("blocking-not-named");
            assert_eq!(asked, is_asked, "{client} {change}: {run:?}");
            let why = "no confirmation is needed for clients that sign in only federated users or machines";
            let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(flat.contains(why), !is_asked, "{client} {change}: {run:?}");
        }
    }
}

/// The members of a client that such a section of a policy stands for.
fn serde_yaml_of(section: &str) -> Value {
    let list = |key: &str| {
        let (_, rest) = section.split_once(&format!("{key}: [")).unwrap();
        let (names, _) = rest.split_once(']').unwrap();
        let names: Vec<_> = names.split(", ").filter(|name| !name.is_empty()).collect();
        json!(names)
    };
    json!({ "ExplicitAuthFlows": list("auth_flows"), "AllowedOAuthFlows": list("oauth_flows"),
        "SupportedIdentityProviders": list("identity_providers") })
}

/// `LITE` has no choice-based sign-in: whether AWS refuses the plan or the sign-ins fail, it is said and asked for.
#[test]
fn lite_plan_ends_choice_based_sign_in() {
    let choice = "auth_flows: [ALLOW_USER_AUTH, ALLOW_REFRESH_TOKEN_AUTH], oauth_flows: [], identity_providers: [COGNITO]";
    let both = choice.replace("[ALLOW_USER_AUTH,", "[ALLOW_USER_AUTH, ALLOW_USER_SRP_AUTH,");
    for (client, from, is_asked, last) in [
        (
            choice,
            "ESSENTIALS",
            true,
            ", and no other way to sign in is left",
        ),
        (&both, "ESSENTIALS", true, ")"),
        (choice, "LITE", false, ""),
    ] {
        let aws = Aws::with("version: 1\nname: a\ntarget: { pool: us-west-2_A }\nfeature_plan: LITE\n");
        let aws = aws.change(|pool| {
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
            pool.user_pool["UserPoolTier"] = from.into();
            pool.log_configurations = None;
            for settings in pool.clients.values_mut() {
                for (key, value) in serde_yaml_of(client).as_object().unwrap() {
                    settings.insert(key.clone(), value.clone());
                }
            }
        });
        let run = aws.run(&["apply", "--yes", "--allow-weaken", "/feature_plan"]);
        let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        if !is_asked {
            assert!(!flat.contains("ALLOW_USER_AUTH"), "{flat}");
            continue;
        }
        assert_eq!(run.code, 5, "{run:?}");
        for words in [
            "the change at `/feature_plan` newly blocks or challenges users",
            &format!(
                "sign-in by ALLOW_USER_AUTH: open → possibly refused (unconfirmed: `LITE` does not have it){last}"
            ),
            "AWS may refuse the change at /feature_plan (unconfirmed): client `web` allows choice-based sign-in",
        ] {
            assert!(flat.contains(words.trim_end_matches("))")), "{words}: {flat}");
        }
        let run = aws.run(&[
            "apply",
            "--yes",
            "--allow-weaken",
            "/feature_plan",
            "--allow-block",
            "/feature_plan",
        ]);
        assert_eq!(run.code, 0, "{run:?}");
    }
}

/// A factor that the plan does not have, or may not have.
#[test]
fn factor_missing_from_feature_plan() {
    for (factor, guard) in [("EMAIL", true), ("WEB_AUTHN", false)] {
        let policy = format!(
            "version: 1\nname: a\ntarget: {{ pool: us-west-2_A }}\nmfa: {{ configuration: OPTIONAL, factors: [SOFTWARE_TOKEN, {factor}] }}\n"
        );
        let aws = Aws::with(&policy).change(|pool| {
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
            pool.user_pool["UserPoolTier"] = "LITE".into();
            pool.log_configurations = None;
        });
        let flat = aws
            .run(&["apply", "--dry-run"])
            .out
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(
            flat.contains("refused[service-refuses]")
                || flat.contains("AWS refuses the change at `/mfa/factors`"),
            guard,
            "{flat}"
        );
        assert!(
            flat.contains("which the feature plan `LITE` does not have"),
            "{flat}"
        );
    }
}

/// AUDIT blocks no address: the step to ENFORCED is the gate's, with events, and nobody else's.
#[test]
fn newly_active_ranges_need_events() {
    let policy = format!("{POLICY}risk_exceptions: {{ always_block: [192.0.2.0/24] }}\n");
    let audit = |pool: &mut cogward::simulator::Pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    };
    let aws = Aws::with(&policy).change(audit);
    assert_eq!(
        refused(&aws, &["--yes"]),
        (5, vec!["audit-gate-unmet".to_owned()])
    );
    let run = aws.run(&["apply", "--yes"]);
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = "would be blocked: not met, with always-block ranges that begin to act (192.0.2.0/24); no events were given";
    assert!(flat.contains(words), "{flat}");
    // The same where AUDIT had the ranges already, which did nothing there.
    let aws = aws.change(|pool| {
        let ranges = json!({ "BlockedIPRangeList": ["192.0.2.0/24"] });
        pool.risk_configurations
            .get_mut("")
            .unwrap()
            .insert("RiskExceptionConfiguration".into(), ranges);
    });
    assert_eq!(
        refused(&aws, &["--yes"]),
        (5, vec!["audit-gate-unmet".to_owned()])
    );
    assert_eq!(
        aws.run(&["apply", "--yes", "--override-gate", "known attackers"])
            .code,
        0
    );
}

/// At a terminal the pools name will do and no other word.
#[test]
fn prompt_accepts_only_the_pool_name() {
    let aws = strict();
    let question = "This blocks or challenges users. Type the pool's name (customers) to apply, anything else to cancel: ";
    for answer in ["yes\n", "y\n", "\n"] {
        let mut talk = Talk::begin(aws.command(&["apply"]));
        talk.until(question);
        talk.types(answer);
        let (code, seen) = talk.ended();
        assert_eq!(code, Some(3), "{seen}");
    }
    assert_eq!(writes(&aws.server), Vec::<String>::new());
    let mut talk = Talk::begin(aws.command(&["apply", "--journal", "a.jsonl"]));
    talk.until(question);
    talk.types("customers\n");
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(0), "{seen}");
    let journal = aws.place.read("a.jsonl");
    assert!(
        journal.contains(r#""allow_block":["/account_takeover/low"]"#),
        "{journal}"
    );
    // With --yes nobody is asked, and what else is refused is refused.
    let aws = strict();
    let (code, seen) = Talk::begin(aws.command(&["apply", "--yes"])).ended();
    assert_eq!(code, Some(5), "{seen}");
}

#[test]
fn where_several_pools_change_each_is_named() {
    let aws = strict();
    let policy = aws.place.read("policies/a.yaml");
    let target = "target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }";
    let policy = policy
        .replace(target, "target: { names: [\"*\"] }")
        .replace("web: { id: web1, ", "web: { ");
    aws.place.file("policies/a.yaml", policy);
    aws.server.change(|world| {
        let twin = world.pool(POOL).unwrap().clone();
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        pools.insert("us-west-2_B".into(), pool("staff"));
        let other = pools.get_mut("us-west-2_B").unwrap();
        other.risk_configurations = twin.risk_configurations;
    });
    let report = aws.json(&["apply", "--yes", "--max-pools", "2", "--allow-block", LOW]);
    let guards: Vec<_> = report["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["guard"])
        .collect();
    assert_eq!(guards, ["blocking-not-named", "blocking-not-named"], "{report}");
    let run = typed(&aws, report["accept_all"].as_str().unwrap());
    assert_eq!(run.code, 0, "{run:?}");
}

/// Many changes, of which many weaken on the way back.
const MANY: &str = "\
version: 1
name: a
extends: strict
target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }
account_takeover:
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/example.com
    mfa_email: { subject: Please confirm, text: A sign-in of yours was unusual. }
    block_email: { subject: We blocked a sign-in, text: It was unusual. }
";

/// A refusal ends with one line that accepts all and so does a rollbacks.
#[test]
fn refusal_ends_with_accept_all_line() {
    let aws = Aws::with(MANY).change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        let none = json!({ "EventAction": "NO_ACTION", "Notify": false });
        let actions = &mut risk["AccountTakeoverRiskConfiguration"]["Actions"];
        for level in ["LowAction", "MediumAction", "HighAction"] {
            actions[level] = none.clone();
        }
        risk["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"] = "NO_ACTION".into();
    });
    let before = aws.server.world().pool(POOL).unwrap().risk_configurations.clone();
    let run = aws.run(&[
        "apply",
        "policies/a.yaml",
        "--yes",
        "--journal",
        "it's mine.jsonl",
    ]);
    assert_eq!(run.code, 5, "{run:?}");
    let line = run.out.lines().last().unwrap();
    let line = line.strip_prefix("to accept all: ").unwrap();
    assert_eq!(
        copied(line)[1],
        "policies/a.yaml",
        "what was typed is typed again"
    );
    let run = typed(&aws, line);
    assert_eq!(run.code, 0, "{run:?}");
    // What an apply says undoes it, does.
    let undo = run.out.lines().last().unwrap().strip_prefix("to undo: ").unwrap();
    let words = copied(undo);
    assert_eq!(words[..2], ["rollback", "it's mine.jsonl"]);
    assert!(
        words.iter().filter(|word| *word == "--allow-weaken").count() > 2,
        "{undo}"
    );
    // Without its options it is refused, and the refusal has a line of its own.
    let bare = aws.run(&["rollback", "it's mine.jsonl", "--yes", "--journal", "b.jsonl"]);
    assert_eq!(bare.code, 5, "{bare:?}");
    let accept = bare
        .out
        .lines()
        .last()
        .unwrap()
        .strip_prefix("to accept all: ")
        .unwrap();
    assert_eq!(copied(accept).len(), words.len() + 3, "{accept}");
    let run = typed(&aws, &format!("{undo} --yes --journal b.jsonl"));
    assert_eq!(run.code, 0, "{run:?}");
    let actions = |risk: &Value| risk["AccountTakeoverRiskConfiguration"]["Actions"].clone();
    let after = aws.server.world().pool(POOL).unwrap().risk_configurations.clone();
    assert_eq!(actions(&json!(after[""])), actions(&json!(before[""])));
    // And a rollback can be undone by its own line, though that locks users out.
    let undo = run.out.lines().last().unwrap().strip_prefix("to undo: ").unwrap();
    assert!(undo.contains("--allow-block"), "{undo}");
    assert_eq!(typed(&aws, &format!("{undo} --yes")).code, 0);
}

/// Reasons are to be filled in and what cannot be accepted is said.
#[test]
fn accept_all_placeholders_and_exceptions() {
    let aws = modified_now(strict());
    let line = aws.json(&["apply", "--yes"])["accept_all"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(line.ends_with("--override-gate REASON"), "{line}");
    assert_eq!(typed(&aws, &line).code, 2, "the word is no reason");
    let reason = line.replace("REASON", "'a load test, SEC-7'");
    assert_eq!(typed(&aws, &reason).code, 0);
    let aws = strict();
    let denied = cogward::simulator::InjectedFault::new(cogward::simulator::FaultKind::AccessDenied);
    let aws = aws.faults(vec![denied.at("GetUserPoolMfaConfig")]);
    let run = aws.run(&["apply", "--yes"]);
    let last = run.out.lines().last().unwrap();
    assert!(
        last.starts_with("to accept all but pool-partial: cogward apply --yes --allow-block "),
        "{last}"
    );
}

/// What has to be typed again to reach the pools is in the line that undoes.
#[test]
fn undo_line_repeats_needed_options() {
    let aws = strict();
    aws.place.file("my.toml", "");
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-block",
        LOW,
        "--config",
        "my.toml",
        "--journal",
        "a.jsonl",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let undo = run.out.lines().last().unwrap();
    assert!(
        undo.contains("rollback a.jsonl --config my.toml --allow-weaken"),
        "{undo}"
    );
}

/// What may block and does not is noted and what is nowhere is wrong.
#[test]
fn unused_and_unknown_allow_block() {
    let aws = strict();
    let report = aws.json(&[
        "apply",
        "--dry-run",
        "--allow-block",
        LOW,
        "--allow-block",
        "/mode",
    ]);
    let note = "--allow-block /mode: nothing there newly blocks or challenges users";
    assert_eq!(report["pools"][0]["notes"], json!([note]));
    for place in [
        "/account_takeover/lwo",
        "us-west-2_B:/account_takeover/low",
        "low",
        "",
    ] {
        let run = aws.run(&["apply", "--dry-run", "--allow-block", place]);
        assert_eq!(run.code, 2, "{place}: {run:?}");
    }
}
