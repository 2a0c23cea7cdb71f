//! Resources of a plan whose ids are known after apply, as the provider `aws` 5.100 writes them: tied to what they are for where the
//! references tell, else not known.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};

/// One change of a plan. What the members of `unknown` name is known after apply.
#[expect(clippy::needless_pass_by_value, reason = "most are written at the call")]
fn change(address: &str, actions: &[&str], [before, after]: [&Value; 2], unknown: Value) -> Value {
    let kind = address.split('.').find(|part| part.starts_with("aws"));
    json!({
        "address": address, "mode": "managed", "type": kind, "name": "n",
        "change": { "actions": actions, "before": before, "after": after, "after_unknown": unknown }
    })
}

/// A resource that is created.
#[expect(clippy::needless_pass_by_value, reason = "most are written at the call")]
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

/// Responses without any gap.
fn responses(own: &[(&str, Value)]) -> Value {
    let level = |action: &str| json!([{ "event_action": action, "notify": false }]);
    let actions = json!([{ "low_action": level("NO_ACTION"), "medium_action": level("MFA_IF_CONFIGURED"), "high_action": level("BLOCK") }]);
    let mut found = json!({
        "account_takeover_risk_configuration": [{ "notify_configuration": [], "actions": actions }],
        "compromised_credentials_risk_configuration": [{ "event_filter": [], "actions": [{ "event_action": "BLOCK" }] }],
        "risk_exception_configuration": []
    });
    for (name, value) in own {
        found[*name] = value.clone();
    }
    found
}

const RISK: &str = "aws_cognito_risk_configuration.r";

fn new_responses(address: &str) -> Value {
    new(
        address,
        responses(&[]),
        json!({ "id": true, "user_pool_id": true }),
    )
}

/// Pools without responses, by the ends of their addresses, and whether they are so in all cases.
fn without_responses<'p>(run: &Run, pools: &[&'p str]) -> Vec<(&'p str, bool)> {
    let lines = run.out.lines();
    let lines: Vec<_> = lines
        .filter(|line| line.contains("[enforced-without-responses]"))
        .collect();
    let of = |pool: &&'p str| {
        let own = lines.iter().find(|line| line.contains(&format!("{pool} › ")))?;
        Some((*pool, !own.contains("] if ") && !own.contains(" (if ")))
    };
    pools.iter().filter_map(of).collect()
}

type KeyCase = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

/// The references of an expression and of its `for_each`, the keys of the instances, and whether the pool is known.
const KEYS: [KeyCase; 8] = [
    (&["aws_cognito_user_pool.p", "each.key"], &[], &["a"], true),
    (&["aws_cognito_user_pool.p", "each.value"], &[], &["a"], false),
    (
        &["aws_cognito_user_pool.p", "each.key", "local.names"],
        &[],
        &["a"],
        false,
    ),
    (&["aws_cognito_user_pool.p"], &[], &["a"], false),
    (&["aws_cognito_user_pool.p", "each.key"], &[], &["a", "c"], false),
    (
        &["each.value.id", "each.value"],
        &["aws_cognito_user_pool.p"],
        &["a"],
        true,
    ),
    (
        &["each.value.id", "each.value"],
        &["aws_cognito_user_pool.p", "local.names"],
        &["a"],
        false,
    ),
    (
        &[
            "aws_cognito_user_pool.p[\"a\"].id",
            "aws_cognito_user_pool.p[\"a\"]",
            "aws_cognito_user_pool.p",
        ],
        &[],
        &["b"],
        true,
    ),
];

/// The key of an instance picks the pool where it is the index itself; whatever else is in the expression, it is not known which.
#[test]
fn only_the_own_key_picks_an_instance() {
    let instances = ["aws_cognito_user_pool.p[\"a\"]", "aws_cognito_user_pool.p[\"b\"]"];
    let pools = [new_pool(instances[0], "one"), new_pool(instances[1], "two")];
    for (references, each, keys, is_known) in KEYS {
        let mut own = configured(RISK, &[("user_pool_id", references)]);
        if !each.is_empty() {
            own["for_each_expression"] = json!({ "references": each });
        }
        let mut changes = pools.to_vec();
        changes.extend(
            keys.iter()
                .map(|key| new_responses(&format!("{RISK}[\"{key}\"]"))),
        );
        let run = scan(&changes, &json!({ "resources": [own] }), &[]);
        let expected = if is_known {
            vec![("p[\"b\"]", true)]
        } else {
            vec![("p[\"a\"]", false), ("p[\"b\"]", false)]
        };
        assert_eq!(
            without_responses(&run, &["p[\"a\"]", "p[\"b\"]"]),
            expected,
            "{references:?}: {}",
            run.out
        );
        assert!(
            !run.out.contains("none of the files"),
            "{references:?}: {}",
            run.out
        );
    }
}

/// `module.m[each.key].pool_id` is in a plan as the module and the key: all outputs are followed.
#[test]
fn pool_of_a_module_by_the_own_key() {
    const ONE: &str = "m[\"a\"].aws_cognito_user_pool.this";
    const TWO: &str = "m[\"b\"].aws_cognito_user_pool.this";
    const THREE: &str = "aws_cognito_user_pool.other";
    let module = |outputs: &Value| json!({ "m": { "for_each_expression": {}, "module": { "outputs": outputs, "resources": [] } } });
    let own = ["aws_cognito_user_pool.this.id", "aws_cognito_user_pool.this"];
    let plain = json!({ "pool_id": { "expression": { "references": own } }, "name": { "expression": { "references": ["var.name"] } } });
    let hidden = json!({ "pool_id": { "expression": { "references": ["local.id"] } } });
    let changes = [
        new_pool("module.m[\"a\"].aws_cognito_user_pool.this", "one"),
        new_pool("module.m[\"b\"].aws_cognito_user_pool.this", "two"),
        new_pool("aws_cognito_user_pool.other", "three"),
        new_responses(&format!("{RISK}[\"a\"]")),
    ];
    for (outputs, references, expected) in [
        (
            &plain,
            &["module.m", "each.key"][..],
            vec![(TWO, true), (THREE, true)],
        ),
        (
            &plain,
            // A local may have an id, too.
            &["module.m", "count.index", "local.x"],
            vec![(ONE, false), (TWO, false), (THREE, false)],
        ),
        (
            &hidden,
            &["module.m", "each.key"],
            vec![(ONE, false), (TWO, true), (THREE, true)],
        ),
        (
            &hidden,
            &["module.m[\"b\"].pool_id", "module.m[\"b\"]", "module.m"],
            vec![(ONE, true), (TWO, false), (THREE, true)],
        ),
    ] {
        let root = json!({ "resources": [configured(RISK, &[("user_pool_id", references)])], "module_calls": module(outputs) });
        let run = scan(&changes, &root, &[]);
        assert_eq!(
            without_responses(&run, &[ONE, TWO, THREE]),
            expected,
            "{references:?}: {}",
            run.out
        );
    }
}

/// An id that is known after apply is none that is known, and each instance has its own.
#[test]
fn unknown_pools_are_not_known_ones() {
    let known = known_pool("aws_cognito_user_pool.k", "known");
    let local = |address: &str| configured(address, &[("user_pool_id", &["local.pool_id"])]);
    let one = new_pool("aws_cognito_user_pool.p", "one");
    let run = scan(
        &[known.clone(), one.clone(), new_responses(RISK)],
        &json!({ "resources": [local(RISK)] }),
        &[],
    );
    assert_eq!(
        without_responses(&run, &["k", "p"]),
        [("k", true), ("p", false)],
        "{}",
        run.out
    );
    // With no pool that is made, it is one that is not in the files.
    let run = scan(
        &[known.clone(), new_responses(RISK)],
        &json!({ "resources": [local(RISK)] }),
        &[],
    );
    assert_eq!(without_responses(&run, &["k"]), [("k", true)], "{}", run.out);
    assert!(
        run.out
            .contains("its pool is in none of the files (local.pool_id)"),
        "{}",
        run.out
    );
    // Each of two instances can be of each of two pools, so that both can have responses.
    let two = new_pool("aws_cognito_user_pool.q", "two");
    let instances = |count: usize| (0..count).map(|index| new_responses(&format!("{RISK}[{index}]")));
    let references: &[(&str, &[&str])] = &[(
        "user_pool_id",
        &[
            "aws_cognito_user_pool.p",
            "aws_cognito_user_pool.q",
            "count.index",
        ],
    )];
    let root = json!({ "resources": [configured(RISK, references)] });
    let mut changes = vec![known, one, two];
    changes.extend(instances(2));
    let run = scan(&changes, &root, &[]);
    let line = run.out.lines().find(|line| {
        line.contains("aws_cognito_user_pool.p › ") && line.contains("[enforced-without-responses] if")
    });
    assert!(
        line.is_some_and(|line| line.contains("r[0]") && line.contains("r[1]")),
        "{}",
        run.out
    );
    // Of many, nothing is told of the pools that they may be for.
    changes.extend(instances(9).skip(2));
    let run = scan(&changes, &root, &[]);
    assert_eq!(
        without_responses(&run, &["k", "p", "q"]),
        [("k", true)],
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("risk configuration of pool aws_cognito_user_pool.p: not checked"),
        "{}",
        run.out
    );
    assert_ne!(run.code, 4, "{}", run.out);
}

/// A client whose id is known after apply is neither `ALL`, nor a client whose id is known.
#[test]
fn unknown_clients_are_not_known_ones() {
    let client = |address: &str, name: &str, id: Option<&str>| {
        let mut own = json!({ "name": name, "user_pool_id": "us-west-2_known" });
        let Some(id) = id else {
            return new(address, own, json!({ "id": true }));
        };
        own["id"] = id.into();
        change(address, &["no-op"], [&own, &own], json!({}))
    };
    let changes = [
        known_pool("aws_cognito_user_pool.k", "known"),
        client("aws_cognito_user_pool_client.web", "web", None),
        client(
            "aws_cognito_user_pool_client.old",
            "old",
            Some("0123456789abcdefghijklmnop"),
        ),
        new(
            RISK,
            responses(&[("user_pool_id", "us-west-2_known".into())]),
            json!({ "id": true, "client_id": true }),
        ),
    ];
    let root = json!({ "resources": [configured(RISK, &[("client_id", &["local.client_id"])])] });
    let run = scan(&changes, &root, &[]);
    assert_eq!(without_responses(&run, &["k"]), [("k", true)], "{}", run.out);
    assert!(
        !run.out.contains("is ALL") && !run.out.contains("is old"),
        "{}",
        run.out
    );
}
