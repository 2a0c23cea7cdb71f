//! Names: an alarm of an account's region is known by its name alone.

use cogward::simulator::RawMembers;
use serde_json::json;

use crate::cli::live::alarms::*;
use crate::cli::live::apply::support::writes;

#[test]
fn two_alarms_of_one_policy_need_two_names() {
    for entries in [
        vec![usual(), usual().replace("SignIn", "SignUp")],
        vec![
            "metric: Risk, operation: SignIn".to_owned(),
            "metric: Risk, operation: SignIn, threshold: 5".to_owned(),
        ],
        vec![
            "metric: Risk, operation: SignIn".to_owned(),
            format!("name: cogward-{POOL}-Risk-SignIn, metric: NoRisk, operation: SignIn"),
        ],
    ] {
        let entries: Vec<_> = entries.iter().map(String::as_str).collect();
        let aws = Aws::with(&policy(&entries));
        for verb in [&["lint"][..], &["diff"], &["apply", "--yes"]] {
            let run = aws.run(verb);
            assert_eq!(run.code, 2, "{entries:?} {run:?}");
            let lines = (run.out + &run.err).replace('│', " ");
            let words: Vec<_> = lines.split_whitespace().collect();
            let words = words.join(" ");
            assert!(
                words.contains("CloudWatch knows an alarm by its name alone"),
                "{words}"
            );
        }
        assert!(writes(&aws.server).is_empty());
    }
}

/// A second pool with a policy of its own.
fn second(aws: &Aws, text: &str) {
    region(aws, |region| {
        region
            .pools
            .insert("us-west-2_B".into(), crate::cli::live::support::pool("staff"));
    });
    let text = text
        .replace(POOL, "us-west-2_B")
        .replace("name: a\n", "name: b\n");
    aws.place.file("policies/b.yaml", text);
}

#[test]
fn two_policies_need_two_names() {
    let aws = Aws::with(&policy(&[&usual()]));
    second(&aws, &policy(&["metric: Risk, operation: SignIn", &usual()]));
    let lint = aws.json(&["lint"]);
    let found: Vec<_> = lint["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["rule"] == "policy-overlap")
        .collect();
    assert_eq!(found.len(), 1, "{lint}");
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap()
            .contains("the alarm named `takeover`"),
        "{lint}"
    );
    assert_eq!(found[0]["location"]["file"], "policies/b.yaml");
    let plan = aws.json(&["apply", "--yes", "--max-pools", "2"]);
    let mut refused = plan["refused"].as_array().unwrap().iter();
    assert!(refused.any(|one| one["guard"] == "alarm-name-taken"), "{plan}");
    assert!(writes(&aws.server).is_empty());
    // Each is made under its pool's name where none is given.
    let unnamed = usual().replace("name: takeover, ", "");
    aws.place.file("policies/a.yaml", policy(&[&unnamed]));
    second(&aws, &policy(&[&unnamed]));
    let run = aws.run(&["apply", "--yes", "--max-pools", "2"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(aws.run(&["diff"]).code, 0);
}

/// One policy of several pools needs a name for each.
#[test]
fn one_name_for_several_pools_is_refused() {
    let target = format!("account: \"{ACCOUNT}\", region: {REGION}, pool: {POOL}");
    let text = policy(&[&usual()]).replace(&target, "names: [\"*\"]");
    let aws = Aws::with(&text);
    second(&aws, &text);
    std::fs::remove_file(aws.place.path("policies/b.yaml")).unwrap();
    let plan = aws.json(&["apply", "--yes", "--max-pools", "2"]);
    assert_eq!(plan["refused"][0]["guard"], "alarm-name-taken", "{plan}");
}

/// Alarms whose name a policy's alarm may not take.
fn others() -> Vec<RawMembers> {
    let query = |pool: &str| {
        json!({ "Id": "a", "ReturnData": false, "MetricStat": { "Period": 300, "Stat": "Sum", "Metric": {
            "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk",
            "Dimensions": [{ "Name": "UserPoolId", "Value": pool }, { "Name": "Operation", "Value": "SignIn" }, { "Name": "RiskLevel", "Value": "High" }],
        } } })
    };
    let on = |pool: &str| {
        raw(json!({
            "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Metrics": [query(pool), { "Id": "b", "Expression": "SUM(METRICS())", "ReturnData": true }],
        }))
    };
    let expression = json!({
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Metrics": [{ "Id": "b", "Expression": "SEARCH('x', 'Sum')", "ReturnData": true }],
    });
    let elsewhere = json!({ "Dimensions": [{ "Name": "InstanceId", "Value": "i-1" }], "Namespace": "AWS/EC2", "MetricName": "CPU" });
    let of_another = json!([{ "Name": "UserPoolId", "Value": "us-west-2_B" }, { "Name": "Operation", "Value": "SignIn" }, { "Name": "RiskLevel", "Value": "High" }]);
    vec![
        on(POOL),
        on("us-west-2_B"),
        raw(expression),
        raw(json!({ "AlarmRule": "ALARM(x)", "StateValue": "OK" })),
        edited(&elsewhere),
        edited(&json!({ "Dimensions": of_another })),
    ]
}

#[test]
fn no_alarm_of_another_is_replaced() {
    for other in others() {
        let aws = with(&policy(&[&usual()]), other.clone());
        let plan = aws.json(&["apply", "--yes", "--allow-weaken", "/alarms/0"]);
        assert_eq!(plan["exit_code"], 5, "{other:?} {plan}");
        assert_eq!(
            plan["refused"][0]["guard"], "alarm-name-taken",
            "{other:?} {plan}"
        );
        assert_eq!(stored(&aws, "takeover"), other);
        assert_ne!(aws.findings(&["diff", "--fail-on", "weaker"]).0, 0);
        // Under a name of its own it is made beside it.
        aws.place.file(
            "policies/a.yaml",
            policy(&[&usual().replace("name: takeover, ", "")]),
        );
        assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
        assert_eq!(aws.run(&["diff"]).code, 0);
    }
}

#[test]
fn init_leaves_out_what_a_policy_cannot_say() {
    for (other, is_said) in [
        (others().remove(0), false),
        (edited(&json!({ "Unit": "Count" })), false),
        (
            edited(&json!({ "EvaluationPeriods": 3, "DatapointsToAlarm": 2 })),
            true,
        ),
        (alarm(), true),
    ] {
        let aws = with("", other);
        let run = aws.run(&["init", "mine"]);
        assert_eq!(run.code, 0, "{run:?}");
        let text = aws.place.read("mine/customers.yaml");
        assert_eq!(
            text.contains("# Not in this policy: the alarm \"takeover\""),
            !is_said,
            "{text}"
        );
        assert_eq!(text.contains("metric: AccountTakeoverRisk"), is_said, "{text}");
        assert_eq!(aws.findings(&["diff", "mine"]), (0, Vec::new()), "{text}");
        assert_eq!(aws.run(&["lint", "mine"]).code, 0);
    }
}
