//! What keeps an alarm from ringing is seen, and put back.

use serde_json::json;

use crate::cli::live::alarms::*;
use crate::cli::live::apply::support::writes;

/// A gutted alarm is weaker and put back without a word.
#[test]
fn gutted_alarm_is_weaker_and_restored() {
    let edits = gutted();
    let aws = many(&edits);
    let report = aws.json(&["diff", "--fail-on", "weaker"]);
    assert_eq!(report["exit_code"], 3);
    let found = rules(&report);
    for (index, edit) in edits.iter().enumerate() {
        let rule = found.get(&format!("/alarms/{index}")).map(String::as_str);
        assert_eq!(rule, Some("live-weaker"), "{edit}");
    }
    assert_eq!(aws.run(&["snapshot", "-o", "live.json"]).code, 0);
    let saved = aws.json(&["diff", "--from", "live.json"]);
    assert_eq!(rules(&saved), found, "a snapshot has every member that matters");
    let plan = aws.json(&["apply", "--yes"]);
    assert_eq!(
        (&plan["exit_code"], &plan["refused"]),
        (&json!(0), &json!([])),
        "{plan}"
    );
    for (index, edit) in edits.iter().enumerate() {
        let after = stored(&aws, &format!("a{index:02}"));
        assert_eq!(settings(&after), settings(&alarm()), "{edit}");
        let more = [
            "Unit",
            "DatapointsToAlarm",
            "ExtendedStatistic",
            "WarmUpConfiguration",
            "EvaluationWindow",
        ];
        assert!(
            more.iter().all(|member| !after.contains_key(*member)),
            "{edit} {after:?}"
        );
    }
    assert_eq!(aws.run(&["diff"]).code, 0);
    let journal = journal(&aws);
    let back = aws.json(&["rollback", "--dry-run", &journal]);
    let named: Vec<_> = back["pools"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["direction"] == "weaker")
        .collect();
    assert_eq!(
        named.len(),
        edits.len(),
        "going back guts each of them again: {back}"
    );
}

/// What policies have no words for comes back to the letter.
#[test]
fn rollback_restores_unmanaged_members() {
    let edits = [
        json!({ "Unit": "Seconds", "EvaluationPeriods": 5, "DatapointsToAlarm": 3 }),
        json!({ "WarmUpConfiguration": { "WarmUpPeriodDurationInMinutes": 600, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": true } }),
        json!({ "EvaluationWindow": { "WallClockWindow": { "Timezone": "Europe/Berlin" } }, "Statistic": null,
            "ExtendedStatistic": "p99", "EvaluateLowSampleCountPercentile": "ignore" }),
    ];
    let aws = many(&edits);
    let before = aws.run(&["snapshot"]).out;
    assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
    assert_ne!(aws.run(&["snapshot"]).out, before);
    let journal = journal(&aws);
    let mut args = vec!["rollback", "--yes", &journal];
    for at in ["/alarms/0", "/alarms/1", "/alarms/2"] {
        args.extend(["--allow-weaken", at]);
    }
    assert_eq!(aws.run(&args).code, 0);
    assert_eq!(aws.run(&["snapshot"]).out, before);
}

/// What may be weaker is not called the same.
#[test]
fn unknown_effect_is_undefined() {
    // Members of which it is unknown what they do to these metrics, and whether the policy's alarm sees all that they
    // do.
    let cases = [
        (json!({ "Unit": "Count" }), true),
        (json!({ "Statistic": "SampleCount" }), true),
        (json!({ "Dimensions": on("Medium") }), false),
        (json!({ "MetricName": "OverrideBlock" }), false),
    ];
    let edits: Vec<_> = cases.iter().map(|(edit, _)| edit.clone()).collect();
    let aws = many(&edits);
    let report = aws.json(&["diff", "--fail-on", "weaker"]);
    let found = rules(&report);
    assert_eq!((&report["exit_code"], found.len()), (&json!(3), cases.len()));
    assert!(found.values().all(|rule| rule == "live-undefined"), "{found:?}");
    let plan = aws.json(&["apply", "--yes"]);
    let unnamed = cases.iter().filter(|(_, sees_all)| !sees_all).count();
    assert_eq!(plan["refused"].as_array().unwrap().len(), unnamed, "{plan}");
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-weaken",
        "/alarms/2",
        "--allow-weaken",
        "/alarms/3",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(aws.run(&["diff"]).code, 0);
}

/// A policy that guts an alarm has to name it.
#[test]
fn weakening_alarm_policy_must_be_named() {
    let edits = [
        "statistic: Average",
        "statistic: p99",
        "statistic: SampleCount",
        "comparison: LessThanThreshold",
        "comparison: GreaterThanThreshold",
        "threshold: 1000",
        "period: 24h",
        "evaluation_periods: 5",
        "treat_missing_data: breaching",
        "treat_missing_data: ignore",
        "treat_missing_data: missing",
        "actions_enabled: false",
        "actions: []",
        "metric: AccountTakeoverRisks",
        "metric: OverrideBlock",
        "metric: Unheard",
        "operation: SignUp",
        "operation: Signin",
        "risk_level: Medium",
        "risk_level: HIGH",
        "namespace: aws/cognito",
        "namespace: Custom",
    ];
    let aws = many(&vec![json!({}); edits.len()]);
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
    let entries: Vec<_> = edits
        .iter()
        .enumerate()
        .map(|(index, edit)| {
            let key = edit.split(':').next().unwrap();
            let entry = usual().replace("takeover", &format!("a{index:02}"));
            let mut parts: Vec<_> = entry.split(", ").filter(|part| !part.starts_with(key)).collect();
            parts.push(edit);
            parts.join(", ")
        })
        .collect();
    aws.place.file(
        "policies/a.yaml",
        policy(&entries.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let plan = aws.json(&["apply", "--yes"]);
    let refused = plan["refused"].to_string();
    for (index, edit) in edits.iter().enumerate() {
        assert!(
            refused.contains(&format!("--allow-weaken /alarms/{index};")),
            "{edit} {refused}"
        );
    }
    assert!(plan["exit_code"] == 5 && writes(&aws.server).is_empty());
    let mut args = vec!["apply".to_owned(), "--yes".to_owned()];
    args.extend((0..edits.len()).map(|index| format!("--allow-weaken=/alarms/{index}")));
    args.push("--allow-finding=alarm-dead=a test".to_owned());
    let run = aws.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(aws.run(&["diff"]).code, 0);
}

/// What makes an alarm ring for more needs no name.
#[test]
fn more_sensitive_alarm_needs_no_name() {
    let entries = [
        "period: 1m",
        "threshold: 0.5",
        "comparison: GreaterThanThreshold, threshold: 0",
        "evaluation_periods: 1",
    ];
    let aws = many(&vec![json!({ "Period": 600, "Threshold": 3.0 }); entries.len()]);
    let entry = |(index, edit): (usize, &&str)| {
        format!("name: a{index:02}, metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, {edit}")
    };
    let entries: Vec<_> = entries.iter().enumerate().map(entry).collect();
    aws.place.file(
        "policies/a.yaml",
        policy(&entries.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(writes(&aws.server), ["PutMetricAlarm"; 4]);
}

#[test]
fn an_alarm_that_is_not_there_is_weaker() {
    let aws = with(&policy(&[&usual()]), alarm());
    region(&aws, |region| region.alarms.clear());
    assert_eq!(judged(&aws), says(3, "live-weaker"));
    assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
    assert_eq!(aws.run(&["diff"]).code, 0);
}
