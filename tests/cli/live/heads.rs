//! What reports are filed by: every verb says when, where, by whom and of which files, in every format that is kept.

use serde_json::Value;

use crate::cli::live::support::{ACCOUNT, Aws, REGION, applied_demo, demo, pool};

/// Every verb that reads pools or records, and whether a policy decides.
const VERBS: &[(&[&str], bool)] = &[
    (&["scan"], false),
    (&["diff", "policies"], true),
    (&["gate", "policies/partners.yaml"], true),
    (&["apply", "policies/partners.yaml", "--dry-run"], true),
    (&["apply", "policies", "--dry-run", "--max-pools", "9"], true),
    (&["rollback", "journal.jsonl", "--dry-run"], false),
    (
        &[
            "audit",
            "--pool",
            "us-west-2_Webshop01",
            "--reason",
            "INC-1",
            "--dry-run",
        ],
        false,
    ),
    (&["explain", "--pool", "us-west-2_Partners3"], false),
    (&["evidence", "policies"], true),
    (
        &[
            "investigate",
            "--pool",
            "us-west-2_Members004",
            "--alarm",
            "members-takeover",
        ],
        false,
    ),
    (
        &[
            "investigate",
            "--pool",
            "us-west-2_Members004",
            "--alarm",
            "members-takeover",
            "--policy",
            "policies/members.yaml",
        ],
        true,
    ),
];

/// Every verb says where by whom and of which policies.
#[test]
fn all_verbs_name_place_caller_and_policies() {
    let aws = applied_demo();
    for (verb, has_policy) in VERBS {
        let run = aws.run(&[verb, &["--format", "json"][..]].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{verb:?}: {run:?}"));
        let head = &report["run"];
        let who = head["identities"][0].as_str().unwrap_or_default();
        assert!(who.starts_with("arn:aws:"), "{verb:?}: {head}");
        assert_eq!(head["accounts"][0], ACCOUNT, "{verb:?}: {head}");
        assert_eq!(head["regions"][0], REGION, "{verb:?}: {head}");
        let digest = head["files"]["sha256"].as_str().unwrap_or_default();
        assert_eq!(digest.len() == 64, *has_policy, "{verb:?}: {head}");
        for format in ["html", "markdown"] {
            let page = aws.run(&[verb, &["--format", format][..]].concat()).out;
            let page = page.replace("&#58;", ":");
            for part in [ACCOUNT, REGION, "arn:aws:"] {
                assert!(page.contains(part), "{verb:?} {format}: {part}: {page}");
            }
            assert!(page.contains(digest), "{verb:?} {format}: {digest}");
            let says_files = page.contains("SHA-256");
            assert_eq!(says_files, *has_policy, "{verb:?} {format}: {page}");
        }
    }
}

/// Who agrees to a plan at a terminal, or keeps what it printed, sees of what it is.
#[test]
fn terminal_plans_name_time_place_caller() {
    let aws = applied_demo();
    for (verb, has_policy) in VERBS {
        let is_plan = ["apply", "rollback", "audit"].contains(&verb[0]);
        for more in [&[][..], &["--no-time"]].into_iter().filter(|_| is_plan) {
            let out = aws.run(&[*verb, more].concat()).out;
            let (head, _) = out.split_once("\n\n").unwrap();
            let head = head.replace("\n  ", " ");
            assert!(
                head.starts_with(&format!("cogward {} {}; ", env!("CARGO_PKG_VERSION"), verb[0])),
                "{out}"
            );
            let place = format!("; account {ACCOUNT}; region {REGION}; read by arn:aws:");
            assert!(head.contains(&place), "{verb:?}: {out}");
            assert_eq!(head.contains(" UTC; "), more.is_empty(), "{out}");
            assert_eq!(head.contains("SHA-256"), *has_policy, "{out}");
        }
    }
}

/// Reports of records say of which files they are.
#[test]
fn record_reports_name_their_files() {
    let aws = demo();
    aws.place.file("events.jsonl", EVENT);
    for (verb, parts) in [
        (
            &["impact", "policies/members.yaml", "--events", "events.jsonl"][..],
            &[ACCOUNT, REGION, "SHA-256", "events.jsonl"][..],
        ),
        (&["insights", "events.jsonl"], &["events.jsonl"]),
        (
            &[
                "investigate",
                "--pool",
                "us-west-2_Members004",
                "--events",
                "events.jsonl",
            ],
            &[REGION, "events.jsonl"],
        ),
    ] {
        for format in ["html", "markdown"] {
            let page = aws.run(&[verb, &["--format", format][..]].concat()).out;
            let foot = page.find("<sub>cogward").unwrap_or(0);
            for part in parts {
                assert!(page[foot..].contains(part), "{verb:?} {format}: {part}: {page}");
            }
        }
        let json = |more: &[&str]| -> Value {
            let run = aws.run(&[verb, &["--format", "json"], more].concat());
            serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{verb:?}: {run:?}"))
        };
        let shown = aws.run(verb).out.replace("\n            ", " ");
        for part in parts {
            assert!(shown.contains(part), "{verb:?}: {part}: {shown}");
        }
        assert_eq!(json(&[])["run"]["from"][0], "events.jsonl", "{verb:?}");
        assert!(json(&[])["run"]["at"].is_string(), "{verb:?}");
        assert!(json(&["--no-time"])["run"].get("at").is_none(), "{verb:?}");
    }
}

/// Parameters that were given, those of files, defaults, and what must not be shown.
#[test]
fn template_reports_list_parameters() {
    let aws = demo();
    aws.place.file("pool.yaml", TEMPLATE);
    aws.place.file(
        "parameters.json",
        "{\"Stage\": \"prod\", \"Token\": \"hunter22\"}",
    );
    let given = [
        "scan",
        "--from",
        "pool.yaml",
        "--parameters",
        "parameters.json",
        "--parameter",
        "Days=3",
    ];
    let report = aws.json(&given);
    let shown = report["run"]["parameters"].to_string();
    let expected = "[{\"name\":\"Days\",\"value\":\"3\",\"is_default\":false},\
        {\"name\":\"Level\",\"value\":\"7\",\"is_default\":true},\
        {\"name\":\"Stage\",\"value\":\"prod\",\"is_default\":false},\
        {\"name\":\"Token\",\"is_default\":false}]";
    assert_eq!(
        serde_json::from_str::<Value>(&shown).unwrap(),
        serde_json::from_str::<Value>(expected).unwrap()
    );
    for format in ["html", "markdown"] {
        let page = aws.run(&[&given[..], &["--format", format]].concat()).out;
        let words = "Days=3, Level=7 (default), Stage=prod, Token=(not shown)";
        assert!(page.contains(words), "{format}: {page}");
        assert!(!page.contains("hunter22"), "{format}");
    }
}

const EVENT: &str = "{\"eventTimestamp\":\"1790000000000\",\"eventSource\":\"USER_ACTIVITY\",\"message\":{\"eventId\":\"e-1\",\"eventType\":\"SignIn\",\"userSub\":\"s-1\",\"userName\":\"a\",\"userPoolId\":\"us-west-2_Members004\",\"clientId\":\"c\",\"eventResponse\":\"Pass\",\"riskLevel\":\"High\",\"riskDecision\":\"AccountTakeover\",\"ipAddress\":\"192.0.2.1\",\"country\":\"Kenya\"}}\n";

const TEMPLATE: &str = "\
Parameters:
  Stage: { Type: String, Default: dev }
  Days: { Type: Number }
  Level: { Type: Number, Default: 7, NoEcho: false }
  Token: { Type: String, NoEcho: true, Default: none }
  Secret: { Type: String, NoEcho: true, Default: none }
  Name: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /pool/name }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub 'shop-${Stage}'
      UserPoolTags: { days: !Ref Days, level: !Ref Level, token: !Ref Token }
";

/// What needs attention is first, and pools of which the gate asks for nothing are lines.
#[test]
fn unmet_gates_first_idle_pools_as_lines() {
    let names = "version: 1\nname: all\ntarget: { names: [\"shop-*\"] }\nfeature_plan: PLUS\nmode: { standard: ENFORCED }\n";
    let aws = Aws::with(names);
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        for number in 0..7 {
            pools.insert(format!("us-west-2_P{number}"), pool(&format!("shop-{number}")));
        }
        let last = pools.get_mut("us-west-2_P6").unwrap();
        last.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "OFF".into();
    });
    let run = aws.run(&["gate"]);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(
        run.out.starts_with("shop-6 (us-west-2_P6), policy all\n"),
        "{run:?}"
    );
    assert!(run.out.contains("\n6 other pools\n"), "{run:?}");
    let line =
        "  - shop-0 (us-west-2_P0), policy all: standard: ENFORCED already; the gate asks for nothing\n";
    assert!(run.out.contains(line), "{run:?}");
    let report = aws.json(&["gate"]);
    assert_eq!(report["pools"][0]["pool"], "us-west-2_P0", "{report}");
}

/// Pools of which everything but the names is the same are one part of the evidence, and controls count those without findings.
#[test]
fn equal_pools_are_one_part_of_evidence() {
    let names = "version: 1\nname: all\ntarget: { names: [\"shop-*\"] }\nfeature_plan: PLUS\nmode: { standard: ENFORCED }\n";
    let aws = Aws::with(names);
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        pools.clear();
        for number in 0..8 {
            pools.insert(format!("us-west-2_P{number}"), pool(&format!("shop-{number}")));
        }
        let last = pools.get_mut("us-west-2_P7").unwrap();
        last.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "OFF".into();
    });
    let run = aws.run(&["evidence"]);
    assert_eq!(
        run.out.matches("standard authentication: ENFORCED").count(),
        1,
        "{run:?}"
    );
    assert!(
        run.out
            .contains("shop-0 (us-west-2_P0), shop-1 (us-west-2_P1), shop-2 (us-west-2_P2) and 4 more\n"),
        "{run:?}"
    );
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("the same in: shop-0 (us-west-2_P0), shop-1 (us-west-2_P1)"),
        "{flat}"
    );
    assert!(flat.contains("no findings in the other 7 pools"), "{flat}");
    let report = aws.json(&["evidence"]);
    assert_eq!(report["pools"].as_array().unwrap().len(), 8, "{report}");
}
