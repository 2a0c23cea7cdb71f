//! Resources of a plan whose ids are known after apply, as the provider `aws` 5.100 writes them: tied to what they are for where the
//! references tell, else not known.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};

/// One change of a plan. What the members of `unknown` name is known after apply.
fn change(address: &str, actions: &[&str], [before, after]: [&Value; 2], unknown: Value) -> Value {
    let kind = address.split('.').find(|part| part.starts_with("aws"));
    json!({
        "address": address, "mode": "managed", "type": kind, "name": "n",
        "change": { "actions": actions, "before": before, "after": after, "after_unknown": unknown }
    })
}

/// A resource that is created.
fn new(address: &str, after: Value, unknown: Value) -> Value {
    change(address, &["create"], [&Value::Null, &after], unknown)
}

/// A pool without its id.
fn pool(name: &str) -> Value {
    json!({ "name": name, "user_pool_tier": "PLUS", "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED" }] })
}

fn new_pool(address: &str, name: &str) -> Value {
    new(address, pool(name), json!({ "id": true, "arn": true }))
}

/// A pool that stays, with its id.
fn known_pool(address: &str, name: &str) -> Value {
    let mut own = pool(name);
    own["id"] = format!("us-west-2_{name}").into();
    change(address, &["no-op"], [&own, &own], json!({}))
}

/// A resource of the configuration with references for some of its arguments.
fn configured(address: &str, references: &[(&str, &[&str])]) -> Value {
    let all = references.iter();
    let expressions: serde_json::Map<_, _> = all
        .map(|(name, references)| ((*name).to_owned(), json!({ "references": references })))
        .collect();
    json!({ "address": address, "mode": "managed", "expressions": expressions })
}

fn scan(changes: &[Value], root: &Value, args: &[&str]) -> Run {
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
        "resource_changes": changes, "configuration": { "root_module": root }
    });
    let place = Place::new();
    place.file("tfplan.json", plan.to_string());
    place.run(&[&["scan", "--format", "concise", "--from", "tfplan.json"], args].concat())
}

fn alarm(dimensions: &Value) -> Value {
    let mut alarm = json!({
        "alarm_name": "risk", "namespace": "AWS/Cognito", "metric_name": "AccountTakeoverRisk", "statistic": "Sum",
        "period": 300, "evaluation_periods": 1, "threshold": 1, "comparison_operator": "GreaterThanOrEqualToThreshold",
        "actions_enabled": true, "alarm_actions": ["arn:aws:sns:us-west-2:123456789012:security"], "metric_query": []
    });
    if !dimensions.is_null() {
        alarm["dimensions"] = dimensions.clone();
    }
    alarm
}

const ALARM: &str = "aws_cloudwatch_metric_alarm.a";

/// The provider shows no dimension of an alarm on a new pool. It is on that pool, and says nothing of the others.
#[test]
fn alarm_is_tied_to_its_new_pool() {
    let of = ["aws_cognito_user_pool.p.id", "aws_cognito_user_pool.p"];
    for (references, others) in [(&of[..], false), (&["local.pool_id"], true)] {
        let root = json!({ "resources": [configured(ALARM, &[("dimensions", references)])] });
        let changes = [
            new_pool("aws_cognito_user_pool.p", "shop"),
            known_pool("aws_cognito_user_pool.q", "other"),
            new(
                ALARM,
                alarm(&Value::Null),
                json!({ "id": true, "dimensions": true }),
            ),
        ];
        let run = scan(&changes, &root, &[]);
        let is_unread = |id: &str| run.out.contains(&format!("alarms of pool {id}: not checked"));
        assert!(is_unread("aws_cognito_user_pool.p"), "{}", run.out);
        assert_eq!(is_unread("us-west-2_other"), others, "{}", run.out);
        let missing = "aws_cognito_user_pool.q: warning[alarm-missing]";
        assert_eq!(run.out.contains(missing), !others, "{}", run.out);
    }
}

/// The queries of an alarm are in another order in a plan than in the configuration.
#[test]
fn queries_of_alarms_are_paired_by_id() {
    let metric = json!({ "namespace": "AWS/Cognito", "metric_name": "AccountTakeoverRisk", "stat": "Sum", "period": 300 });
    let mut known = metric.clone();
    known["dimensions"] = json!({ "UserPoolId": "us-west-2_other" });
    let mut own = alarm(&Value::Null);
    own["metric_query"] = json!([
        { "id": "a", "expression": "", "metric": [known] },
        { "id": "b", "expression": "", "metric": [metric] },
        { "id": "z", "expression": "a+b", "metric": [] },
    ]);
    for name in ["namespace", "metric_name", "statistic", "period"] {
        own.as_object_mut().unwrap().remove(name);
    }
    let block = |id: &str, dimensions: Value| json!({ "id": { "constant_value": id }, "metric": [{ "dimensions": dimensions }] });
    let references = json!({ "references": ["aws_cognito_user_pool.p.id", "aws_cognito_user_pool.p"] });
    let mut alarm = configured(ALARM, &[]);
    alarm["expressions"]["metric_query"] = json!([
        { "id": { "constant_value": "z" }, "expression": { "constant_value": "a+b" } },
        block("b", references),
        block("a", json!({ "constant_value": { "UserPoolId": "us-west-2_other" } })),
    ]);
    let changes = [
        new_pool("aws_cognito_user_pool.p", "shop"),
        known_pool("aws_cognito_user_pool.q", "other"),
        new(
            ALARM,
            own,
            json!({ "metric_query": [{ "metric": [{ "dimensions": {} }] }, { "metric": [{ "dimensions": true }] }, { "metric": [] }] }),
        ),
    ];
    let run = scan(&changes, &json!({ "resources": [alarm] }), &[]);
    assert!(
        run.out
            .contains("alarms of pool aws_cognito_user_pool.p: not checked")
            && !run.out.contains("alarms of pool us-west-2_other"),
        "{}",
        run.out
    );
}

/// Alarms are not compared, so that what a plan no longer shows of them weakens nothing.
#[test]
fn alarm_of_a_replaced_pool_is_no_change() {
    let mut before = pool("shop");
    before["id"] = "us-west-2_Shop".into();
    let references: &[(&str, &[&str])] = &[(
        "dimensions",
        &["aws_cognito_user_pool.p.id", "aws_cognito_user_pool.p"],
    )];
    let dimensions = json!({ "UserPoolId": "us-west-2_Shop", "Operation": "SignIn", "RiskLevel": "High" });
    let changes = [
        change(
            "aws_cognito_user_pool.p",
            &["delete", "create"],
            [&before, &pool("shop")],
            json!({ "id": true }),
        ),
        change(
            ALARM,
            &["update"],
            [&alarm(&dimensions), &alarm(&Value::Null)],
            json!({ "dimensions": true }),
        ),
    ];
    let root = json!({ "resources": [configured(ALARM, references)] });
    let run = scan(&changes, &root, &["--fail-on", "weaker", "--deny", "never"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.out.contains("[change-"), "{}", run.out);
    assert!(
        run.out
            .contains("\nalarms of pool aws_cognito_user_pool.p: not checked"),
        "{}",
        run.out
    );
}

/// What is left out of a resource that is replaced is the service's default, and not what the old one had.
#[test]
fn replaced_resources_begin_anew() {
    let mut before = pool("shop");
    before["id"] = "us-west-2_Shop".into();
    before["arn"] = "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_Shop".into();
    let mut after = pool("shop");
    after.as_object_mut().unwrap().remove("user_pool_tier");
    let unknown = json!({ "id": true, "arn": true, "user_pool_tier": true });
    let root = json!({ "resources": [configured("aws_cognito_user_pool.p", &[])] });
    for (actions, is_kept) in [
        (&["update"][..], true),
        (&["delete", "create"], false),
        (&["create", "delete"], false),
    ] {
        let own = change(
            "aws_cognito_user_pool.p",
            actions,
            [&before, &after],
            unknown.clone(),
        );
        let run = scan(&[own], &root, &["--elsewhere", "alarms"]);
        assert_eq!(
            run.out.contains("[plan-left-out]"),
            !is_kept,
            "{actions:?}: {}",
            run.out
        );
        assert_eq!(
            run.out.contains("\nalarms of pool us-west-2_Shop"),
            is_kept,
            "{actions:?}: {}",
            run.out
        );
        // With a mode it becomes `PLUS` again.
        assert!(!run.out.contains("[change-"), "{actions:?}: {}", run.out);
    }
}
