//! Plans that forget, take over and leave behind resources, and blocks of which nothing is known.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};

/// One change of a plan.
fn change(address: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    let (kind, name) = address.split_once('.').unwrap();
    json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions, "before": before, "after": after,
            "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}
        }
    })
}

fn scan(changes: &[Value], configured: &[Value]) -> Run {
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes,
        "configuration": { "root_module": { "resources": configured } }
    });
    let place = Place::new();
    place.file("tfplan.json", plan.to_string());
    place.run(&[
        "scan",
        "--format",
        "concise",
        "--elsewhere",
        "alarms",
        "--from",
        "tfplan.json",
        "--fail-on",
        "weaker",
        "--deny",
        "never",
    ])
}

fn pool(name: &str) -> Value {
    let pool = json!({
        "id": "us-west-2_AAAA11111", "name": name, "user_pool_tier": "PLUS",
        "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED" }]
    });
    change("aws_cognito_user_pool.c", &["no-op"], &pool, &pool)
}

fn responses(action: &str) -> Value {
    json!({
        "id": "us-west-2_AAAA11111", "user_pool_id": "us-west-2_AAAA11111", "client_id": null,
        "account_takeover_risk_configuration": [],
        "compromised_credentials_risk_configuration": [{ "actions": [{ "event_action": action }], "event_filter": [] }]
    })
}

const RISK: &str = "aws_cognito_risk_configuration";

/// What one resource forgets and another takes over is one thing, before and after.
#[test]
fn forgotten_and_taken_over() {
    let old = change(
        &format!("{RISK}.old"),
        &["forget"],
        &responses("BLOCK"),
        &Value::Null,
    );
    for (action, created, weaker) in [
        ("BLOCK", false, false),
        ("NO_ACTION", false, true),
        ("BLOCK", true, false),
        ("NO_ACTION", true, true),
    ] {
        let mut after = responses(action);
        if created {
            after.as_object_mut().unwrap().remove("id");
        }
        let (actions, before) = if created {
            (["create"], Value::Null)
        } else {
            (["update"], responses("BLOCK"))
        };
        let new = change(&format!("{RISK}.new"), &actions, &before, &after);
        let run = scan(&[pool("shop"), old.clone(), new], &[]);
        let what = format!("{action} {created}: {}{}", run.out, run.err);
        assert_eq!(run.code, if weaker { 3 } else { 0 }, "{what}");
        assert_eq!(run.out.contains("[change-weaker]"), weaker, "{what}");
        assert!(!run.out.contains("risk-set-twice"), "{what}");
    }
    // A pool, too.
    let known = pool("shop")["change"]["before"].clone();
    let old = change("aws_cognito_user_pool.old", &["forget"], &known, &Value::Null);
    let new = change("aws_cognito_user_pool.new", &["no-op"], &known, &known);
    let risk = change(
        &format!("{RISK}.r"),
        &["no-op"],
        &responses("BLOCK"),
        &responses("BLOCK"),
    );
    let run = scan(&[old, new, risk], &[]);
    assert!(
        run.out.contains("in 1 pool") && !run.out.contains("several files"),
        "{}",
        run.out
    );
}

/// What is left of a replacement is no second configuration.
#[test]
fn deposed_responses() {
    let same = responses("BLOCK");
    let kept = change(&format!("{RISK}.c"), &["no-op"], &same, &same);
    let mut left = change(&format!("{RISK}.c"), &["delete"], &same, &Value::Null);
    left["deposed"] = "0123abcd".into();
    let run = scan(&[pool("shop"), kept, left], &[]);
    assert!(run.out.contains("[responses-reset-by-destroy]"), "{}", run.out);
    assert!(!run.out.contains("two resources set it"), "{}", run.out);
}

/// A block that is unknown and that the configuration does not show is dynamic: nobody knows it.
#[test]
fn dynamic_log_configurations() {
    let before = json!({
        "user_pool_id": "us-west-2_AAAA11111",
        "log_configurations": [{ "event_source": "userAuthEvents", "log_level": "INFO",
            "cloud_watch_logs_configuration": [{ "log_group_arn": "arn:aws:logs:us-west-2:123456789012:log-group:a" }] }]
    });
    let after = json!({ "user_pool_id": "us-west-2_AAAA11111" });
    let mut update = change(
        "aws_cognito_log_delivery_configuration.l",
        &["update"],
        &before,
        &after,
    );
    update["change"]["after_unknown"] = json!({ "log_configurations": true });
    let configured = json!({
        "address": "aws_cognito_log_delivery_configuration.l", "mode": "managed", "name": "l",
        "type": "aws_cognito_log_delivery_configuration",
        "expressions": { "user_pool_id": { "references": ["aws_cognito_user_pool.c.id", "aws_cognito_user_pool.c"] } }
    });
    let run = scan(&[pool("shop"), update], &[configured]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("[change-undefined] log delivery of pool"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("user-activity-not-exported"), "{}", run.out);
}

/// A pool that is there has an id, and is known by its address as well.
#[test]
fn pool_by_its_address() {
    let place = Place::new();
    let plan = json!({
        "format_version": "1.2", "resource_changes": [pool("shop")], "configuration": { "root_module": {} }
    });
    place.file("tfplan.json", plan.to_string());
    let run = place.run(&[
        "explain",
        "--pool",
        "aws_cognito_user_pool.c",
        "--from",
        "tfplan.json",
    ]);
    assert!(
        run.code == 0 && run.out.contains("shop (us-west-2_AAAA11111)"),
        "{}{}",
        run.out,
        run.err
    );
}

/// Where one is created and another forgotten under one address, the old one stays as it is, and the new one is another.
#[test]
fn created_beside_one_that_is_forgotten() {
    let old = pool("shop")["change"]["before"].clone();
    let mut new = old.clone();
    new["name"] = "new".into();
    new.as_object_mut().unwrap().remove("id");
    let client = |pool: Option<&str>| {
        let mut client = json!({ "name": "web", "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"] });
        if let Some(pool) = pool {
            client["user_pool_id"] = pool.into();
            client["id"] = "0123456789abcdefghijklmnop".into();
        }
        client
    };
    for actions in [["create", "forget"], ["forget", "create"]] {
        let mut pool = change("aws_cognito_user_pool.c", &actions, &old, &new);
        pool["change"]["after_unknown"] = json!({ "id": true });
        let mut web = change(
            "aws_cognito_user_pool_client.web",
            &actions,
            &client(Some("us-west-2_AAAA11111")),
            &client(None),
        );
        web["change"]["after_unknown"] = json!({ "id": true, "user_pool_id": true });
        let risk = change(
            &format!("{RISK}.r"),
            &["forget"],
            &responses("BLOCK"),
            &Value::Null,
        );
        let references = ["aws_cognito_user_pool.c.id", "aws_cognito_user_pool.c"];
        let configured = json!({
            "address": "aws_cognito_user_pool_client.web",
            "expressions": { "user_pool_id": { "references": references } }
        });
        let run = scan(&[pool, web, risk], &[configured]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        assert!(
            run.out.contains("in 2 pools") && !run.out.contains("[change-"),
            "{}",
            run.out
        );
        // The old one has its responses, and the new one has none.
        let bare = "without `account_takeover` and `compromised_credentials`";
        let bare: Vec<_> = run.out.lines().filter(|line| line.contains(bare)).collect();
        assert!(
            matches!(bare.as_slice(), [one] if one.contains("new (aws_cognito_user_pool.c)")),
            "{}",
            run.out
        );
    }
}

/// In one pool both clients are there: the one that is forgotten, and the one that is created.
#[test]
fn forgotten_client_stays_beside_the_new() {
    let client = |flow: &str| json!({ "id": "0123456789abcdefghijklmnop", "name": "web", "user_pool_id": "us-west-2_AAAA11111", "explicit_auth_flows": [flow] });
    let mut after = client("ALLOW_USER_SRP_AUTH");
    after.as_object_mut().unwrap().remove("id");
    let web = change(
        "aws_cognito_user_pool_client.web",
        &["create", "forget"],
        &client("ALLOW_USER_PASSWORD_AUTH"),
        &after,
    );
    let run = scan(&[pool("shop"), web], &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.out.contains("[change-"), "{}", run.out);
}

/// The provider `awscc` has an id of its own for a client, and another name for CloudWatch.
#[test]
fn ids_and_names_of_awscc() {
    let pool = json!({
        "id": "us-west-2_AAAA11111", "user_pool_id": "us-west-2_AAAA11111", "user_pool_name": "shop", "user_pool_tier": "PLUS",
        "user_pool_add_ons": { "advanced_security_mode": "ENFORCED", "advanced_security_additional_flows": null }
    });
    let client = json!({
        "id": "us-west-2_AAAA11111|0123456789abcdefghijklmnop", "client_id": "0123456789abcdefghijklmnop",
        "client_name": "web", "user_pool_id": "us-west-2_AAAA11111", "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"]
    });
    let risk = json!({
        "id": "us-west-2_AAAA11111|0123456789abcdefghijklmnop", "user_pool_id": "us-west-2_AAAA11111",
        "client_id": "0123456789abcdefghijklmnop",
        "compromised_credentials_risk_configuration": { "actions": { "event_action": "NO_ACTION" }, "event_filter": null }
    });
    let logs = json!({
        "id": "us-west-2_AAAA11111", "user_pool_id": "us-west-2_AAAA11111",
        "log_configurations": [{ "event_source": "userAuthEvents", "log_level": "INFO",
            "cloudwatch_logs_configuration": { "log_group_arn": "arn:aws:logs:us-west-2:123456789012:log-group:a" },
            "firehose_configuration": null, "s3_configuration": null }]
    });
    let same = |address: &str, own: &Value| change(address, &["no-op"], own, own);
    let run = scan(
        &[
            same("awscc_cognito_user_pool.c", &pool),
            same("awscc_cognito_user_pool_client.web", &client),
            same("awscc_cognito_user_pool_risk_configuration_attachment.r", &risk),
            same("awscc_cognito_log_delivery_configuration.l", &logs),
        ],
        &[],
    );
    assert!(!run.out.contains("log delivery"), "{}", run.out);
    assert!(!run.out.contains("user-activity-not-exported"), "{}", run.out);
    assert!(
        run.out.contains("client web") || run.out.contains("`web`") || run.out.contains("clients/web"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("0123456789abcdefghijklmnop"), "{}", run.out);
}

/// What is known after apply in a mapping of `awscc` is not known, and not absent.
#[test]
fn unknown_members_of_awscc_are_not_absent() {
    let address = "awscc_cognito_user_pool.c";
    let pool = json!({ "user_pool_name": "shop", "user_pool_tier": "PLUS", "user_pool_add_ons": {} });
    let unknown = json!({ "advanced_security_mode": true, "advanced_security_additional_flows": true });
    for (expression, is_known) in [
        (json!({ "references": ["terraform_data.mode.output"] }), false),
        (json!({ "constant_value": {} }), true),
    ] {
        let mut own = change(address, &["create"], &Value::Null, &pool);
        own["change"]["after_unknown"] = json!({ "id": true, "user_pool_add_ons": unknown });
        let configured = json!({ "address": address, "expressions": { "user_pool_add_ons": expression } });
        let run = scan(&[own], &[configured]);
        let is_unread = run.out.contains(&format!("mode of pool {address}: not checked"));
        assert_eq!(is_unread, !is_known, "{expression}: {}", run.out);
    }
}

const CLIENT: &str = "0123456789abcdefghijklmnop";

fn client(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "user_pool_id": "us-west-2_AAAA11111", "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"] })
}

fn client_responses(action: &str) -> Value {
    let mut own = responses(action);
    own["client_id"] = CLIENT.into();
    own
}

/// Nobody signs in by a client that is gone, so that nothing of it gets weaker; without its responses alone it does.
#[test]
fn a_client_that_is_gone_is_no_weaker() {
    let pool = pool("shop");
    let all = change(
        &format!("{RISK}.pool"),
        &["no-op"],
        &responses("NO_ACTION"),
        &responses("NO_ACTION"),
    );
    let own = change(
        &format!("{RISK}.web"),
        &["delete"],
        &client_responses("BLOCK"),
        &Value::Null,
    );
    let web = client(CLIENT, "web");
    for (actions, after, weaker) in [(["delete"], &Value::Null, false), (["no-op"], &web, true)] {
        let web = change("aws_cognito_user_pool_client.web", &actions, &web, after);
        let run = scan(&[pool.clone(), all.clone(), own.clone(), web], &[]);
        let what = format!("{actions:?}: {}{}", run.out, run.err);
        assert_eq!(run.code, if weaker { 3 } else { 0 }, "{what}");
        assert_eq!(run.out.contains("[change-weaker]"), weaker, "{what}");
        assert_eq!(run.out.contains("the client is gone"), !weaker, "{what}");
    }
}

/// A client is the same by its id, whatever it is called.
#[test]
fn clients_are_paired_by_id() {
    const OTHER: &str = "zyxwvutsrqponmlkjihgfedcba";
    let own = |action: &str| {
        let own = client_responses(action);
        change(&format!("{RISK}.web"), &["no-op"], &own, &own)
    };
    let pool_responses = |action: &str| {
        let own = responses(action);
        change(&format!("{RISK}.pool"), &["no-op"], &own, &own)
    };
    let named = |address: &str, id: &str, names: [&str; 2]| {
        let address = format!("aws_cognito_user_pool_client.{address}");
        change(
            &address,
            &["update"],
            &client(id, names[0]),
            &client(id, names[1]),
        )
    };
    for (pool_action, action) in [("BLOCK", "NO_ACTION"), ("NO_ACTION", "BLOCK")] {
        let base = [pool("shop"), pool_responses(pool_action), own(action)];
        let renamed = [named("web", CLIENT, ["web", "app"])];
        let swapped = [
            named("web", CLIENT, ["web", "app"]),
            named("app", OTHER, ["app", "web"]),
        ];
        for clients in [&renamed[..], &swapped] {
            let run = scan(&[&base[..], clients].concat(), &[]);
            assert_eq!(run.code, 0, "{action}: {}{}", run.out, run.err);
            assert!(!run.out.contains("[change-"), "{action}: {}", run.out);
        }
    }
    // What changes of it is told under its new name.
    let weaker = change(
        &format!("{RISK}.web"),
        &["update"],
        &client_responses("BLOCK"),
        &client_responses("NO_ACTION"),
    );
    let changes = [
        pool("shop"),
        pool_responses("BLOCK"),
        weaker,
        named("web", CLIENT, ["web", "app"]),
    ];
    let run = scan(&changes, &[]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.out.contains("/clients/app/"), "{}", run.out);
}
