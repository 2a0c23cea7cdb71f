//! Alarms that others speak for: composite alarms, queries, expressions.

use cogward::simulator::AwsState;
use serde_json::{Value, json};

use crate::cli::live::sane::support::{Findings, TOPIC, alarm, found, of, pool, saved, scan};
use crate::cli::live::support::{ACCOUNT, Aws, REGION, demo, raw};

fn put(world: &mut AwsState, name: &str, alarm: Value) {
    let region = world.region_mut(ACCOUNT, REGION);
    region.alarms.insert(name.to_owned(), raw(alarm));
}

/// The alarms of the demo's pool `members`, without an action.
fn silent() -> Aws {
    let aws = demo();
    aws.server.change(|world| {
        for (name, metric) in [
            ("members-takeover", "AccountTakeoverRisk"),
            ("members-credentials", "CompromisedCredentialRisk"),
        ] {
            let dimension = |name: &str, value: &str| json!({ "Name": name, "Value": value });
            put(
                world,
                name,
                json!({
                    "Namespace": "AWS/Cognito", "MetricName": metric, "Statistic": "Sum", "Period": 300,
                    "Dimensions": [
                        dimension("UserPoolId", "us-west-2_Members004"), dimension("Operation", "SignIn"),
                        dimension("RiskLevel", "High"),
                    ],
                    "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "TreatMissingData": "notBreaching", "ActionsEnabled": true, "AlarmActions": [],
                }),
            );
        }
    });
    aws
}

/// Why alarms of the pool `members` are silent. Those of the pool `partners` are silent in the demo.
fn silences(aws: &Aws) -> Vec<String> {
    let (_, findings) = aws.findings(&["scan"]);
    let silent = findings
        .into_iter()
        .filter(|one| one.0 == "alarm-silent" && !one.1.contains(":partners`"));
    silent.map(|one| one.1).collect()
}

fn composite(actions: &[&str]) -> Value {
    json!({
        "AlarmRule": "ALARM(members-takeover) OR ALARM(members-credentials)", "ActionsEnabled": true,
        "AlarmActions": actions,
    })
}

/// A composite alarm speaks for what is below it.
#[test]
fn composite_alarm_covers_its_parts() {
    let aws = silent();
    assert_eq!(silences(&aws).len(), 2);
    aws.server
        .change(|world| put(world, "members-attack", composite(&[TOPIC])));
    assert_eq!(silences(&aws), [""; 0]);
    // A snapshot says the same, and init assumes it.
    assert_eq!(aws.run(&["snapshot", "--output", "live.json"]).code, 0);
    let (_, saved) = aws.findings(&["scan", "--from", "live.json"]);
    let silent = |one: &&(String, String)| one.0 == "alarm-silent" && !one.1.contains(":partners`");
    assert!(!saved.iter().any(|one| silent(&one)), "{saved:?}");
    let run = aws.run(&[
        "init",
        "made",
        "--from",
        "live.json",
        "--pool",
        "us-west-2_Members004",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let made = aws.place.read("made/members.yaml");
    assert!(
        made.contains("composite_alarms: true") && !made.contains("rule: alarm-silent"),
        "{made}"
    );
    // Its topic is the one to look at.
    for (actions, words) in [
        (
            &["arn:aws:sns:us-west-2:123456789012:gone"][..],
            "there is no topic",
        ),
        (&[], "`members-attack` has no action"),
    ] {
        aws.server
            .change(|world| put(world, "members-attack", composite(actions)));
        let told = silences(&aws);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told.iter()
                .all(|one| one.contains("`members-attack`") && one.contains(words)),
            "{told:?}"
        );
    }
    let mut off = composite(&[TOPIC]);
    off["ActionsEnabled"] = false.into();
    aws.server.change(|world| put(world, "members-attack", off));
    assert!(silences(&aws).iter().all(|one| one.contains("switched off")));
}

#[test]
fn composites_are_on_pages_of_their_own_too() {
    let aws = silent();
    aws.server.change(|world| {
        for number in 0..250 {
            let rule = json!({ "AlarmRule": format!("ALARM(other-{number})"), "ActionsEnabled": true });
            put(world, &format!("filler-{number:03}"), rule);
        }
        put(world, "zz-members-attack", composite(&[TOPIC]));
    });
    assert_eq!(silences(&aws), [""; 0]);
    let snapshot = aws.run(&["snapshot"]).out;
    assert!(
        snapshot.contains("zz-members-attack") && !snapshot.contains("filler-"),
        "only what concerns a pool"
    );
}

fn without_alarms(others: &Value) -> Value {
    let mut pool = pool();
    pool["alarms"] = json!([]);
    pool["other_alarms"] = others.clone();
    pool
}

fn missing(findings: &Findings) -> usize {
    of(findings, "alarm-missing").len()
}

#[test]
fn queries_over_all_pools_are_known() {
    let schema = "FROM SCHEMA(\"AWS/Cognito\", UserPoolId, Operation, RiskLevel)";
    let query = |name: &str, text: String| json!({ "name": name, "on": { "query": text }, "actions_enabled": true, "actions": [TOPIC] });
    let takeover =
        format!("SELECT SUM(AccountTakeoverRisk) {schema} WHERE Operation = 'SignIn' AND RiskLevel = 'High'");
    let both = json!([
        query("takeover", takeover.clone()),
        query(
            "credentials",
            format!("SELECT SUM(CompromisedCredentialRisk) {schema} GROUP BY UserPoolId")
        ),
    ]);
    let (code, findings) = scan(&without_alarms(&both));
    assert_eq!((code, missing(&findings)), (0, 0), "{findings:?}");
    let mut quiet = both;
    quiet[0]["actions"] = json!([]);
    let (_, findings) = scan(&without_alarms(&quiet));
    let told = of(&findings, "alarm-missing");
    assert!(
        told.len() == 1 && told[0].1.contains("`takeover` watches it by a query"),
        "{told:?}"
    );
    let elsewhere = json!([query(
        "takeover",
        format!("{takeover} AND UserPoolId = 'us-west-2_Other'")
    )]);
    assert_eq!(missing(&scan(&without_alarms(&elsewhere)).1), 2);
    assert_eq!(missing(&scan(&without_alarms(&json!([]))).1), 2);
}

/// Expressions are known and their parts are not judged.
#[test]
fn parts_of_expressions_are_not_judged() {
    let part = |metric: &str| {
        let mut part = alarm(metric);
        part["name"] = "share".into();
        part["threshold"] = 5.0.into();
        part["evaluation_periods"] = 3.into();
        part["comparison"] = "GreaterThanThreshold".into();
        part
    };
    let mut pool = pool();
    pool["alarms"] = json!([part("AccountTakeoverRisk"), part("CompromisedCredentialRisk")]);
    let (code, findings) = scan(&pool);
    assert!(
        code == 1 && !of(&findings, "alarm-blind").is_empty(),
        "two alarms on one metric each: {findings:?}"
    );
    pool["other_alarms"] = json!([
        { "name": "share", "on": { "expression": "100 * (a + b) / all" }, "actions_enabled": true, "actions": [TOPIC] }
    ]);
    let (code, findings) = scan(&pool);
    assert_eq!((code, findings), (0, Vec::new()));
}

/// What a snapshot does not show is not known.
#[test]
fn alarms_missing_from_snapshot_are_unknown() {
    let mut pool = pool();
    pool["alarms"][0]["actions"] = json!([]);
    let (_, findings) = scan(&pool);
    assert!(
        of(&findings, "alarm-silent")[0].1.contains("is unknown"),
        "{findings:?}"
    );
    pool["other_alarms"] = json!([]);
    let (_, findings) = scan(&pool);
    assert!(
        !of(&findings, "alarm-silent")[0].1.contains("is unknown"),
        "{findings:?}"
    );
    let place = saved(&pool);
    place.file(
        "p.yaml",
        "version: 1\nname: a\ntarget: { pool: us-west-2_A }\nassumes: { composite_alarms: true }\n\
         alarms:\n  - { metric: Risk, operation: SignIn }\n",
    );
    let (_, findings) = found(&place, &["lint", "p.yaml"]);
    assert!(of(&findings, "alarm-silent").is_empty(), "{findings:?}");
}
