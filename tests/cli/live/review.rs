//! `diff --base REF`: what a change does to the pools that are there, and which differences it brings.

use serde_json::Value;

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, REGION, client, pool};
use crate::cli::review::commit;

fn committed(aws: &Aws) {
    commit(&aws.place, "before");
}

fn cells<'a>(review: &'a Value, client: &str) -> Vec<&'a Value> {
    let cells = review["changes"][0]["cells"].as_array().unwrap().iter();
    cells.filter(|cell| cell["scope"]["client"] == client).collect()
}

fn pointers(report: &Value, introduced: bool) -> Vec<&str> {
    let prints = report["review"]["introduced"].as_array().unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|one| prints.contains(&one["fingerprint"]) == introduced)
        .map(|one| one["difference"]["pointer"].as_str().unwrap())
        .collect()
}

/// Old drift is apart from what the change asks for, and what no policy manages is as it is live.
#[test]
fn change_is_separate_from_existing_drift() {
    let aws = Aws::one().change(|pool| {
        pool.user_pool["MfaConfiguration"] = "ON".into();
    });
    committed(&aws);
    aws.place.file(
        "policies/a.yaml",
        POLICY.replace("high: { action: BLOCK", "high: { action: MFA_REQUIRED"),
    );
    let report = aws.json(&["diff", "--base", "main"]);
    let review = &report["review"];
    assert_eq!(review["changes"].as_array().unwrap().len(), 1, "{review:#}");
    let change = &review["changes"][0];
    assert_eq!(
        (&change["is_pool"], &change["names"][0]["title"]),
        (&true.into(), &"customers (us-west-2_A)".into())
    );
    let web = cells(review, "web");
    assert_eq!(web.len(), 1, "{change:#}");
    assert_eq!(
        (&web[0]["before"], &web[0]["after"], &web[0]["signal"]),
        (&"blocked".into(), &"mfa-required".into(), &"high".into())
    );
    assert_eq!(pointers(&report, true), ["/account_takeover/high"]);
    assert_eq!(pointers(&report, false), ["/mfa/configuration"]);
    // The policy of the base, and one that asks for something else again, are other differences.
    let live = aws.change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = "NO_ACTION".into();
    });
    let report = live.json(&["diff", "--base", "main"]);
    assert_eq!(
        pointers(&report, true),
        ["/account_takeover/high"],
        "the base asks for BLOCK"
    );
    assert_eq!(report["review"]["resolved"].as_array().unwrap().len(), 1);
}

/// A setting that the policy no longer names stays as it is: nothing changes for sign-ins.
#[test]
fn what_is_no_longer_managed_stays_as_it_is() {
    let aws = Aws::one();
    committed(&aws);
    aws.place.file(
        "policies/a.yaml",
        POLICY.replace("compromised_credentials: { action: BLOCK }\n", ""),
    );
    let review = aws.json(&["diff", "--base", "main"])["review"].clone();
    assert_eq!(
        review["changes"][0]["cells"],
        Value::Array(Vec::new()),
        "{review:#}"
    );
    assert_eq!(review["changes"][0]["settings"][0]["before"], "BLOCK");
    // Without the pool, nothing says what it has there.
    let lint = aws.json(&["lint", "--base", "main"])["review"].clone();
    let after = cells(&lint, "web");
    assert!(
        !after.is_empty() && after.iter().all(|cell| cell["after"] == "undefined"),
        "{lint:#}"
    );
}

/// A new policy is compared with what is live, a client that only the pool knows has its own row, and a policy that is gone
/// changes nothing.
#[test]
fn added_and_removed_policies_against_live() {
    let aws = Aws::one().change(|pool| {
        pool.clients.insert("app1".into(), client("app"));
    });
    std::fs::remove_file(aws.place.path("policies/a.yaml")).unwrap();
    aws.place.file("policies/README.md", "");
    committed(&aws);
    aws.place.file(
        "policies/a.yaml",
        POLICY.replace("high: { action: BLOCK", "high: { action: NO_ACTION"),
    );
    let review = aws.json(&["diff", "--base", "main"])["review"].clone();
    assert_eq!(review["changes"][0]["policy"], "added", "{review:#}");
    for name in ["web", "app"] {
        let cells = cells(&review, name);
        assert!(
            !cells.is_empty() && cells.iter().all(|cell| cell["before"] == "blocked"),
            "{name}: {review:#}"
        );
    }
    commit(&aws.place, "added");
    std::fs::remove_file(aws.place.path("policies/a.yaml")).unwrap();
    aws.place.file(
        "policies/b.yaml",
        "version: 1\nname: b\ntarget: { pool: us-west-2_B }\n",
    );
    let report = aws.json(&["diff", "--base", "main"]);
    let fates: Vec<_> = report["review"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["policy"].as_str().unwrap())
        .collect();
    assert_eq!(fates, ["added", "removed"]);
    assert_eq!(report["review"]["changes"][1]["cells"], Value::Array(Vec::new()));
}

/// The pools of a policy that is gone were not asked for: they are not said to be missing.
#[test]
fn removed_policy_names_no_missing_pool() {
    let aws = Aws::one();
    aws.place.file(
        "policies/b.yaml",
        POLICY
            .replace("name: a", "name: b")
            .replace("us-west-2_A", "us-west-2_B"),
    );
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        pools.insert("us-west-2_B".into(), pool("partners"));
    });
    committed(&aws);
    std::fs::remove_file(aws.place.path("policies/b.yaml")).unwrap();
    let review = aws.json(&["diff", "--base", "main"])["review"].clone();
    assert_eq!(review["changes"][0]["policy"], "removed", "{review:#}");
    assert_eq!(review["resolved"], Value::Array(Vec::new()), "{review:#}");
}
