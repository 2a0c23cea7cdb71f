//! What `diff` says of each kind of difference, in which order, and where.

use cogward::simulator::Server;
use serde_json::{Value, json};

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, client, pool, raw};

fn add_pool(server: &Server, id: &str, name: &str, tags: Value) {
    server.change(|world| {
        let mut other = pool(name);
        other.user_pool.insert("UserPoolTags".into(), tags);
        world.region_mut(ACCOUNT, REGION).pools.insert(id.into(), other);
    });
}

/// Weaker comes first and points at the policys line.
#[test]
fn weaker_first_at_the_policy_line() {
    let aws = Aws::one().change(|pool| {
        pool.user_pool["MfaConfiguration"] = "ON".into();
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = "NO_ACTION".into();
        pool.log_configurations = Some(Vec::new());
    });
    let report = aws.json(&["diff"]);
    let found: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let difference = &one["difference"];
            (
                one["rule"].as_str().unwrap(),
                difference["pointer"].as_str().unwrap(),
                one["location"]["start"]["line"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(found[0], ("live-weaker", "/account_takeover/high", 8));
    assert!(
        found.contains(&("live-weaker", "/log_delivery/user_auth_events", 13)),
        "{found:?}"
    );
    assert!(found.iter().any(|one| one.1 == "/mfa/configuration"), "{found:?}");
    let first = &report["findings"][0]["difference"];
    assert_eq!(first["live"], json!({ "action": "NO_ACTION", "notify": false }));
    assert_eq!(first["policy"], json!({ "action": "BLOCK", "notify": false }));
    assert_eq!(
        (&first["live_is"], &first["pool"]),
        (&json!("weaker"), &json!(POOL))
    );
    let moved = |cell: &Value| cell["live"] == "allowed" && cell["policy"] == "blocked";
    assert!(first["cells"].as_array().unwrap().iter().any(moved), "{first}");
    assert_eq!(aws.run(&["diff", "--fail-on", "weaker"]).code, 3);
}

/// What a policy does not name never differs.
#[test]
fn unmanaged_settings_never_differ() {
    let policy = "version: 1\nname: a\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\n";
    let aws = Aws::with(policy).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
        pool.user_pool["MfaConfiguration"] = "OFF".into();
        pool.risk_configurations.clear();
        pool.clients.insert("new1".into(), client("new"));
        pool.log_configurations = None;
    });
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
}

/// What is weaker does not hide behind what is stronger.
#[test]
fn mixed_difference_counts_as_weaker() {
    let aws = Aws::with(&POLICY.replace("{ action: BLOCK }", "{ action: BLOCK, events: [SIGN_UP] }")).change(
        |pool| {
            let risk = pool.risk_configurations.get_mut("").unwrap();
            risk["CompromisedCredentialsRiskConfiguration"]["EventFilter"] = json!(["SIGN_IN"]);
        },
    );
    let (code, findings) = aws.findings(&["diff", "--fail-on", "weaker"]);
    assert_eq!(
        (code, findings[0].0.as_str()),
        (3, "live-weaker"),
        "sign-up is not checked"
    );
}

#[test]
fn sets_are_sets() {
    let aws = Aws::with(&POLICY.replace(
        "[ALLOW_USER_PASSWORD_AUTH]",
        "[ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_CUSTOM_AUTH]",
    ));
    let flows = |list: Value| {
        aws.server.change(|world| {
            let pool = world.pool_mut(POOL).unwrap();
            pool.clients
                .get_mut("web1")
                .unwrap()
                .insert("ExplicitAuthFlows".into(), list);
        });
    };
    flows(json!([
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH"
    ]));
    assert_eq!(aws.findings(&["diff"]).0, 0);
    flows(json!([
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH"
    ]));
    let run = aws.run(&["diff"]);
    assert!(
        run.out.contains("live   - ALLOW_USER_PASSWORD_AUTH\n"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("policy + ALLOW_REFRESH_TOKEN_AUTH\n"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("- ALLOW_CUSTOM_AUTH"), "{}", run.out);
}

#[test]
fn bodies_are_compared_by_lines_and_words() {
    let policy = POLICY.replace(
        "compromised_credentials",
        "  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a@example.com
    block_email: { subject: Stopped, text: \"Hello\\n\\nWe stopped a sign-in.\\n\\nBye\\n\" }
compromised_credentials",
    );
    let aws = Aws::with(&policy).change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = json!({
            "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com",
            "BlockEmail": { "Subject": "Stopped", "TextBody": "Hello\n\nWe blocked a sign-in.\n\nBye\n" },
        });
    });
    let run = aws.run(&["diff", "-o", "html=page.html", "-o", "note.md", "-o", "r.sarif"]);
    let shown = "live   - We blocked a sign-in.\n  policy + We stopped a sign-in.\n";
    assert_eq!(run.code, 3);
    assert!(run.out.contains(shown), "{}", run.out);
    assert!(
        aws.place
            .read("note.md")
            .contains("\n- We blocked a sign-in.\n+ We stopped a sign-in.\n")
    );
    let page = aws.place.read("page.html");
    assert!(
        page.contains(">blocked</") && page.contains(">stopped</"),
        "words are marked"
    );
    let sarif: Value = serde_json::from_str(&aws.place.read("r.sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    let text = result["message"]["text"].as_str().unwrap();
    assert!(
        text.contains("- We blocked a sign-in.\n+ We stopped a sign-in."),
        "{text}"
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "policies/a.yaml");
    assert_eq!(place["region"]["startLine"], 11);
}

#[test]
fn reports_fit_their_schemas() {
    let aws = super::support::demo();
    let outputs = ["-o", "r.json", "-o", "r.sarif"];
    for (verb, code) in [("scan", 1), ("diff", 3)] {
        assert_eq!(aws.run(&[&[verb][..], &outputs].concat()).code, code);
        for (report, schema) in [
            ("r.json", include_str!("../../../schemas/report.json")),
            ("r.sarif", include_str!("../../data/sarif-2.1.0.json")),
        ] {
            // The official text has a stray `]` in a pattern, which is an error in Unicode patterns.
            let schema = schema.replace("{2}]?$", "{2}\\\\]?$");
            let schema = serde_json::from_str(&schema).unwrap();
            let value: Value = serde_json::from_str(&aws.place.read(report)).unwrap();
            let validator = jsonschema::validator_for(&schema).unwrap();
            let faults: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert_eq!(faults, Vec::<String>::new(), "{verb} {report}");
        }
    }
}

#[test]
fn a_pool_that_is_gone_is_said() {
    let aws = Aws::with(&POLICY.replace(POOL, "us-west-2_Gone"));
    let gone = |message: &str| vec![("pool-missing".to_owned(), message.to_owned())];
    assert_eq!(
        aws.findings(&["diff"]),
        (
            2,
            gone("pool `us-west-2_Gone` was not found in us-west-2 of account 123456789012")
        )
    );
    let aws = Aws::with("version: 1\nname: a\ntarget: { names: [staff-*] }\nfeature_plan: PLUS\n");
    assert_eq!(
        aws.findings(&["diff"]),
        (
            2,
            gone("no pool fits the names and tags of the target in us-west-2 of account 123456789012")
        )
    );
}

/// Pools without a policy are said where that is asked for.
#[test]
fn uncovered_pools_with_require_coverage() {
    let aws = Aws::one();
    add_pool(&aws.server, "us-west-2_B", "staff", json!({}));
    assert_eq!(aws.findings(&["diff"]).0, 0);
    let uncovered = vec![(
        "pool-uncovered".to_owned(),
        "pool `staff (us-west-2_B)` has no policy".to_owned(),
    )];
    assert_eq!(aws.findings(&["diff", "--require-coverage"]), (3, uncovered));
}

#[test]
fn clients_that_are_gone_or_new_are_said() {
    let aws = Aws::with(&POLICY.replace("clients:", "clients:\n  \"*\": inherit\n  kiosk: inherit"))
        .change(|pool| {
            pool.clients.insert("new1".into(), client("new"));
            let own = json!({ "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "NO_ACTION" } } });
            pool.risk_configurations.insert("new1".into(), raw(own));
        });
    let report = aws.json(&["diff"]);
    let found: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["rule"].as_str().unwrap(), one["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (
                "live-weaker",
                "pool `customers (us-west-2_A)` is weaker than the policy at `/clients/new`"
            ),
            (
                "client-unknown",
                "pool `customers (us-west-2_A)` has no client `kiosk`"
            ),
        ]
    );
}

/// Selectors find pools by name and by tag and policies may share a pool.
#[test]
fn pool_selectors_by_name_and_tag() {
    let aws = Aws::one();
    add_pool(
        &aws.server,
        "us-west-2_B",
        "customers-test",
        json!({ "env": "test" }),
    );
    add_pool(
        &aws.server,
        "us-west-2_C",
        "staff",
        json!({ "env": "prod", "team": "hr" }),
    );
    for (target, pools) in [
        ("names: [customers*]", vec!["us-west-2_A", "us-west-2_B"]),
        ("tags: { env: prod }", vec!["us-west-2_A", "us-west-2_C"]),
        ("names: [c*], tags: { env: prod }", vec!["us-west-2_A"]),
        ("tags: { env: prod, team: hr }", vec!["us-west-2_C"]),
    ] {
        let text = format!("version: 1\nname: b\ntarget: {{ {target} }}\nfeature_plan: ESSENTIALS\n");
        aws.place.file("policies/b.yaml", text);
        let report = aws.json(&["diff"]);
        let found: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["difference"]["pool"].as_str().unwrap())
            .collect();
        assert_eq!(found, pools, "{target}");
    }
}

/// A policy whose pool is not there has a row among the pools, with its finding.
#[test]
fn missing_pool_has_a_row() {
    let aws = Aws::one();
    let gone = POLICY
        .replace("us-west-2_A", "us-west-2_Gone")
        .replace("name: a", "name: gone");
    aws.place.file("policies/gone.yaml", gone);
    let run = aws.run(&["diff", "--format", "csv"]);
    let row = run.out.lines().find(|line| line.starts_with("\"gone\"")).unwrap();
    assert!(row.contains("\"not found\",\"unknown\""), "{row}");
    assert!(row.ends_with("\"1\",\"0\",\"0\",\"not found\""), "{row}");
    let run = aws.run(&["diff", "--format", "summary"]);
    assert!(run.out.contains("gone: not found"), "{run:?}");
    assert!(
        run.out.contains("error[pool-missing] 1 finding in 1 policy"),
        "{run:?}"
    );
}

/// A name of the target that is no pattern and that no pool has is a missing pool, in every command.
#[test]
fn name_without_a_pool_is_missing() {
    let aws = Aws::one();
    add_pool(&aws.server, "us-west-2_B", "staff", json!({}));
    let names = |names: &str| POLICY.replace("pool: us-west-2_A", &format!("names: {names}"));
    aws.place
        .file("policies/a.yaml", names("[staff, stuff, \"nobody-*\"]"));
    let report = aws.json(&["diff"]);
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().collect();
    let found: Vec<_> = found.iter().filter(|one| one["rule"] == "pool-missing").collect();
    assert_eq!(found.len(), 1, "{report}");
    assert_eq!(found[0]["location"]["pointer"], "/target/names/1");
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap()
            .starts_with("no pool `stuff` fits the target")
    );
    for verb in ["diff", "apply", "gate"] {
        let dry: &[&str] = if verb == "apply" { &["--dry-run"] } else { &[] };
        let run = aws.run(&[&[verb][..], dry].concat());
        assert_eq!(run.code, 2, "{verb}: {run:?}");
        assert!(
            run.out.contains("no pool `stuff` fits the target"),
            "{verb}: {run:?}"
        );
    }
    aws.place.file("policies/a.yaml", names("[staff, \"nobody-*\"]"));
    assert_eq!(
        aws.json(&["diff"])["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["rule"] == "pool-missing")
            .count(),
        0
    );
}

/// A pool that differs has no passing test.
#[test]
fn pool_that_differs_does_not_pass() {
    let weak = |pool: &mut cogward::simulator::Pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = "NO_ACTION".into();
    };
    let run = Aws::one().change(weak).run(&["diff", "--format", "junit"]);
    assert!(run.out.contains("<failure"), "{run:?}");
    assert!(!run.out.contains("no findings"), "{run:?}");
    let run = Aws::one().run(&["diff", "--format", "junit"]);
    assert!(run.out.contains("no findings"), "{run:?}");
}
