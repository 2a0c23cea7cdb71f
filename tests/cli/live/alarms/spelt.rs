//! Spellings: what CloudWatch keeps apart, and what is shown, saved and sent.

use serde_json::{Value, json};

use crate::cli::live::alarms::*;

#[test]
fn data_tells_a_dead_alarm_from_the_policys() {
    let unnamed = usual().replace("name: takeover, ", "");
    for (metric, level, entry) in [
        ("AccountTakeoverRisk", "high", usual()),
        ("AccountTakeOverRisk", "High", usual()),
        ("AccountTakeOverRisk", "high", unnamed),
    ] {
        let live = json!({ "MetricName": metric, "Dimensions": on(level) });
        let aws = with(&policy(&[&entry]), edited(&live));
        let unknown = aws.json(&["diff"]);
        assert_eq!(
            unknown["exit_code"], 0,
            "without data either may be right: {unknown}"
        );
        let told = unknown["summary"]["not_checked"].to_string();
        assert!(told.contains("/alarms/0") && told.contains("can fire"), "{told}");
        assert_eq!(aws.run(&["apply", "--dry-run"]).code, 0);
        data(&aws, "AccountTakeoverRisk", "High");
        assert_eq!(judged(&aws), says(3, "live-weaker"), "{metric} {level}");
        let report = aws.json(&["diff"]);
        let shown = &report["findings"][0]["difference"];
        assert!(
            shown["live"]
                .to_string()
                .contains(if metric == "AccountTakeoverRisk" {
                    level
                } else {
                    metric
                }),
            "{shown}"
        );
        assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
        assert_eq!(settings(&stored(&aws, "takeover")), settings(&alarm()));
        assert_eq!(aws.run(&["diff"]).code, 0);
    }
}

/// A policy that spells it as the data does not has to be named.
#[test]
fn spelling_unlike_data_must_be_named() {
    let entry = usual().replace("High", "high");
    let aws = with(&policy(&[&entry]), alarm());
    data(&aws, "AccountTakeoverRisk", "High");
    assert_eq!(aws.findings(&["diff"]).1[0].0, "live-stronger");
    assert_eq!(
        aws.json(&["apply", "--yes"])["refused"][0]["guard"],
        "weakening-not-named"
    );
}

/// What the policy says is shown saved and sent letter by letter.
#[test]
fn policy_spelling_kept_in_plan_and_calls() {
    let mut digests = std::collections::BTreeSet::new();
    for (level, metric) in [
        ("High", "AccountTakeoverRisk"),
        ("high", "AccountTakeOverRisk"),
        ("HIGH", "AccountTakeoverRisk"),
    ] {
        let entry = format!("name: new, metric: {metric}, operation: SignIn, risk_level: {level}");
        let aws = Aws::with(&policy(&[&entry]));
        // No text of AWS has this one.
        let named: &[&str] = match level {
            "HIGH" => &["--allow-finding", "alarm-dead=a test"],
            _ => &[],
        };
        let plan = ["apply", "--dry-run", "--show-calls", "--plan-out", "plan.json"];
        let run = aws.run(&[&plan, named].concat());
        assert_eq!(run.code, 3, "{run:?}");
        for other in ["High", "high", "HIGH"].iter().filter(|other| **other != level) {
            assert!(!run.out.contains(&format!("RiskLevel: {other}")), "{}", run.out);
            assert!(
                !run.out.contains(&format!("\"RiskLevel\": \"{other}\"")),
                "{}",
                run.out
            );
        }
        assert!(run.out.contains(&format!("RiskLevel: {level}")), "{}", run.out);
        let shown = aws.json(&["diff"])["findings"][0]["difference"]["policy"].clone();
        assert_eq!(
            (&shown["metric"], &shown["dimensions"]["RiskLevel"]),
            (&json!(metric), &json!(level))
        );
        let plan: Value = serde_json::from_str(&aws.place.read("plan.json")).unwrap();
        let pool = &plan["pools"][0];
        for side in [&pool["changes"][0]["to"], &pool["calls"][0]["sets"]] {
            assert_eq!(
                (&side["metric"], &side["dimensions"]["RiskLevel"]),
                (&json!(metric), &json!(level))
            );
        }
        assert!(
            digests.insert(plan["digest"].to_string()),
            "another spelling is another plan"
        );
        let others = format!(
            "name: new, metric: {metric}, operation: SignIn, risk_level: {}",
            if level == "high" { "High" } else { "high" }
        );
        aws.place.file("policies/a.yaml", policy(&[&others]));
        let stale = aws.json(&["apply", "--plan", "plan.json", "--yes"]);
        assert_eq!(stale["refused"][0]["guard"], "stale-plan", "{stale}");
        aws.place.file("policies/a.yaml", policy(&[&entry]));
        let plan = ["apply", "--plan", "plan.json", "--yes"];
        assert_eq!(aws.run(&[&plan, named].concat()).code, 0);
        let sent = stored(&aws, "new");
        assert_eq!(sent["MetricName"], metric);
        assert!(
            sent["Dimensions"].to_string().contains(&format!("\"{level}\"")),
            "{sent:?}"
        );
    }
}
