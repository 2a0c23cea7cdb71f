//! Whom an alarm tells: the policy's own are the measure.

use serde_json::json;

use crate::cli::live::alarms::*;

/// A topic that nobody hears replaces none that somebody does.
#[test]
fn unheard_topic_cannot_replace_heard_one() {
    let aws = with(
        &policy(&[
            &usual(),
            &usual().replace("takeover", "again").replace("SignIn", "SignUp"),
        ]),
        edited(&json!({ "AlarmActions": [SCRATCH] })),
    );
    region(&aws, |region| {
        region.topics.get_mut(SECURITY).unwrap().subscriptions.clear();
        let again = json!({ "Dimensions": [{ "Name": "UserPoolId", "Value": POOL }, { "Name": "Operation", "Value": "SignUp" }, { "Name": "RiskLevel", "Value": "High" }] });
        region.alarms.insert("again".into(), edited(&again));
    });
    let plan = aws.json(&["apply", "--dry-run"]);
    assert_eq!(plan["refused"][0]["guard"], "weakening-not-named", "{plan}");
}

/// The redirected alarm of the demo is put back without a name.
#[test]
fn redirected_demo_alarm_is_restored() {
    let aws = Aws::new(cogward::simulator::demo::world().unwrap());
    let members = "us-west-2_Members004";
    let text = policy(&[&usual()])
        .replace(POOL, members)
        .replace("takeover", "members-takeover");
    aws.place.file("policies/a.yaml", text);
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
    region(&aws, |region| {
        region
            .alarms
            .get_mut("members-takeover")
            .unwrap()
            .insert("AlarmActions".into(), json!([SCRATCH]));
    });
    assert_eq!(judged(&aws), says(3, "live-weaker"));
    assert_eq!(aws.json(&["apply", "--dry-run"])["exit_code"], 3);
}

#[test]
fn whom_the_policy_names_is_the_measure() {
    let both = usual().replace(
        &format!("[\"{SECURITY}\"]"),
        &format!("[\"{SECURITY}\", \"{SCRATCH}\"]"),
    );
    let tells = |topics: &[&str]| edited(&json!({ "AlarmActions": topics }));
    // The policy's entries, whom live tells, what diff says, and whether apply asks for the change by name.
    for (entry, live, rule, code) in [
        (usual(), vec![SCRATCH], "live-weaker", 3),
        (usual(), vec![], "live-weaker", 3),
        (both.clone(), vec![SECURITY], "live-weaker", 3),
        (both.clone(), vec![SCRATCH], "live-weaker", 3),
        (usual(), vec![SCRATCH, SECURITY], "live-stronger", 5),
    ] {
        let aws = with(&policy(&[&entry]), tells(&live));
        assert_eq!(judged(&aws).1, [rule], "{entry} {live:?}");
        assert_eq!(judged(&aws).0, if rule == "live-weaker" { 3 } else { 0 });
        assert_eq!(
            aws.json(&["apply", "--dry-run"])["exit_code"],
            code,
            "{entry} {live:?}"
        );
    }
    // Order and repetition tell nobody else.
    let aws = with(&policy(&[&both]), tells(&[SCRATCH, SECURITY]));
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
    // A policy that leaves actions out says nothing of them.
    let silent = "name: takeover, metric: AccountTakeoverRisk, operation: SignIn, risk_level: High";
    assert_eq!(
        with(&policy(&[silent]), tells(&[SCRATCH])).findings(&["diff"]),
        (0, Vec::new())
    );
}

/// A topic that the policy names elsewhere is not let go silently.
#[test]
fn topic_named_elsewhere_is_not_dropped() {
    let other = format!(
        "name: leaked, metric: CompromisedCredentialRisk, operation: SignIn, risk_level: High, actions: [\"{SCRATCH}\"]"
    );
    let aws = with(
        &policy(&[&usual(), &other]),
        edited(&json!({ "AlarmActions": [SCRATCH] })),
    );
    let plan = aws.json(&["apply", "--dry-run"]);
    assert_eq!(plan["refused"][0]["guard"], "weakening-not-named", "{plan}");
    assert_eq!(judged(&aws).0, 3);
}
