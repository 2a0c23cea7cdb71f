//! What only rules look at and cannot be read: it blinds no comparison and locks no write.

use cogward::model::posture::Part;
use cogward::simulator::{FaultKind, InjectedFault, Subscription, TopicState};
use serde_json::json;

use crate::cli::live::apply::support::{refused, writes};
use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, raw};

const ELSEWHERE: &str = "arn:aws:sns:us-west-2:999999999999:central-security";
const OWN: &str = "arn:aws:sns:us-west-2:123456789012:security";

/// The pool with an alarm that tells these topics, none of which can be found in its own account.
fn told(topics: &[&str]) -> Aws {
    with_alarm(Aws::one(), topics)
}

fn with_alarm(aws: Aws, topics: &[&str]) -> Aws {
    aws.server.change(|world| {
        let region = world.region_mut(ACCOUNT, REGION);
        let alarm = json!({
            "AlarmName": "risk", "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk", "Statistic": "Sum",
            "Dimensions": [
                { "Name": "UserPoolId", "Value": POOL },
                { "Name": "Operation", "Value": "SignIn" },
                { "Name": "RiskLevel", "Value": "High" },
            ],
            "Period": 300, "EvaluationPeriods": 1, "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
            "ActionsEnabled": true, "AlarmActions": topics,
        });
        region.alarms.insert("risk".into(), raw(alarm));
    });
    aws
}

fn stronger(aws: Aws) -> Aws {
    aws.change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    })
}

/// A topic of another account fails nothing and is named.
#[test]
fn topic_in_other_account_is_named_only() {
    let aws = told(&[ELSEWHERE]);
    let run = aws.run(&["diff"]);
    assert_eq!(run.code, 0, "{run:?}");
    let said = format!(
        "- whether anybody subscribes to {ELSEWHERE}: it is in account 999999999999, which does not let it be read"
    );
    assert!(run.out.replace("\n    ", " ").contains(&said), "{}", run.out);
    let report = aws.json(&["scan"]);
    assert_ne!(report["exit_code"], 4, "{report}");
    let rules: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["rule"])
        .collect();
    assert!(!rules.iter().any(|rule| *rule == "alarm-silent"), "{rules:?}");
    assert!(
        report.to_string().contains("whether anybody subscribes"),
        "{report}"
    );
    for verb in [&["snapshot", "-o", "live.json"][..], &["init", "new"]] {
        let run = aws.run(verb);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.err.contains("not checked: whether anybody subscribes"),
            "{run:?}"
        );
    }
    let saved = aws.run(&["diff", "--from", "live.json"]);
    assert_eq!((saved.code, saved.out), (0, run.out), "a snapshot knows it");
}

/// A topic that is gone beside it leaves the alarm in doubt.
#[test]
fn topic_gone_beside_foreign_one_is_unclear() {
    for (topics, silent) in [(&[OWN][..], true), (&[OWN, ELSEWHERE], false)] {
        let report = told(topics).json(&["scan"]);
        let rules: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["rule"])
            .collect();
        assert_eq!(
            rules.iter().any(|rule| *rule == "alarm-silent"),
            silent,
            "{rules:?}"
        );
    }
}

/// Only a denial by another account is by design.
#[test]
fn only_cross_account_denial_is_tolerated() {
    let kinds = [
        (FaultKind::AccessDenied, 0, 4),
        (FaultKind::ExpiredToken, 4, 4),
        (FaultKind::Throttle, 4, 4),
        (FaultKind::Internal, 4, 4),
        (FaultKind::Garbage, 4, 4),
    ];
    for (kind, elsewhere, own) in kinds {
        for (topic, code) in [(ELSEWHERE, elsewhere), (OWN, own)] {
            let fault = InjectedFault::new(kind.clone()).at("GetTopicAttributes");
            let aws = told(&[topic]).faults(vec![fault]);
            let run = aws.run(&["diff"]);
            assert_eq!(run.code, code, "{topic} {}: {run:?}", kind.name());
        }
    }
}

/// What only rules look at keeps nothing from being written.
#[test]
fn unread_rule_inputs_do_not_block_apply() {
    for (operation, part) in [
        ("GetTopicAttributes", Part::Topics),
        ("ListMetrics", Part::Metrics),
        ("GetMetricData", Part::Metrics),
    ] {
        assert!(part.is_for_rules_only());
        let aws =
            stronger(told(&[OWN])).faults(vec![InjectedFault::new(FaultKind::AccessDenied).at(operation)]);
        assert_eq!(aws.run(&["diff"]).code, 4, "{operation}");
        let report = aws.json(&["apply", "--yes"]);
        assert_eq!(report["exit_code"], 0, "{operation}: {report}");
        assert_eq!(report["outcome"]["pools"][0]["is_as_wanted"], true, "{operation}");
    }
    let aws = stronger(told(&[ELSEWHERE]));
    assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
    assert_eq!(writes(&aws.server), ["UpdateUserPool"]);
}

#[test]
fn what_is_compared_or_sent_back_does() {
    for operation in [
        "GetUserPoolMfaConfig",
        "ListUserPoolClients",
        "DescribeUserPoolClient",
        "DescribeRiskConfiguration",
        "GetLogDeliveryConfiguration",
        "DescribeAlarms",
    ] {
        let aws = stronger(Aws::with(&POLICY.replace("mfa:", "alarms: []\nmfa:")));
        let aws = aws.faults(vec![InjectedFault::new(FaultKind::AccessDenied).at(operation)]);
        let (code, guards) = refused(&aws, &["--yes"]);
        assert!(
            code == 5 && guards.contains(&"pool-partial".to_owned()),
            "{operation}: {guards:?}"
        );
    }
}

/// An alarm that leaves a topic which somebody hears for one that is not there is weaker: the policy's topics are read as well.
#[test]
fn missing_topic_of_policy_weakens() {
    let policy = |topic: &str| {
        let alarm = format!(
            "alarms:\n  - {{ name: risk, metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, actions: [\"{topic}\"] }}\nmfa:"
        );
        POLICY.replace("mfa:", &alarm)
    };
    let other = "arn:aws:sns:us-west-2:123456789012:Security";
    for (topics, code) in [(&[OWN][..], 5), (&[OWN, other], 0)] {
        let aws = with_alarm(Aws::with(&policy(other)), &[OWN]);
        aws.server.change(|world| {
            let region = world.region_mut(ACCOUNT, REGION);
            for topic in topics {
                let somebody = Subscription {
                    protocol: "https".to_owned(),
                    endpoint: "https://example.com".to_owned(),
                    confirmed: true,
                };
                let heard = TopicState {
                    subscriptions: vec![somebody],
                    ..TopicState::default()
                };
                region.topics.insert((*topic).to_owned(), heard);
            }
        });
        let run = aws.run(&["apply", "--yes"]);
        assert_eq!(run.code, code, "{topics:?}: {run:?}");
        assert_eq!(run.out.contains("weakening-not-named"), code == 5, "{run:?}");
    }
}
