//! `none`: what a policy says of logs that are not to be exported.

use serde_json::json;

use crate::cli::live::support::{Aws, POLICY};

const MESSAGES: &str = "arn:aws:logs:us-west-2:123456789012:log-group:messages";

/// Sets the export of message failures up, as somebody else would.
fn export_messages(pool: &mut cogward::simulator::Pool) {
    let list = pool.log_configurations.get_or_insert_default();
    list.push(json!({
        "LogLevel": "ERROR", "EventSource": "userNotification",
        "CloudWatchLogsConfiguration": { "LogGroupArn": MESSAGES },
    }));
}

/// Init says what is not exported and diff sees it come.
#[test]
fn init_writes_none_and_diff_sees_changes() {
    for (exported, written) in [
        (true, "\n  user_notification: none\n"),
        (false, "\nlog_delivery: none\n"),
    ] {
        let aws = Aws::one().change(|pool| {
            if !exported {
                pool.log_configurations = None;
            }
        });
        let run = aws.run(&["init", "mine"]);
        assert_eq!(run.code, 0, "{run:?}");
        let policy = aws.place.read("mine/customers.yaml");
        assert!(policy.contains(written), "{policy}");
        assert_eq!(aws.findings(&["lint", "mine"]).0, 0);
        assert_eq!(aws.findings(&["diff", "mine"]), (0, Vec::new()));
        let aws = aws.change(export_messages);
        let (code, findings) = aws.findings(&["diff", "mine"]);
        assert_eq!(code, 3);
        let [(rule, message)] = findings.as_slice() else {
            panic!("{findings:?}")
        };
        assert_eq!(rule, "live-stronger");
        assert!(message.contains("/log_delivery/user_notification"), "{message}");
        // To end it has to be named, and nothing else of the list goes with it.
        let run = aws.run(&["apply", "mine", "--yes"]);
        assert_eq!(run.code, 5, "{run:?}");
        let place = "/log_delivery/user_notification";
        let run = aws.run(&["apply", "mine", "--yes", "--allow-weaken", place]);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(aws.findings(&["diff", "mine"]), (0, Vec::new()));
    }
}

/// A layer that exports nothing may be laid over.
#[test]
fn layer_with_none_can_be_overridden() {
    let (head, logs) = POLICY.split_once("log_delivery:").unwrap();
    let aws = Aws::with(
        &format!("{head}log_delivery:{logs}").replace("name: a\n", "name: a\nextends: ../base.yaml\n"),
    );
    aws.place.file("base.yaml", "version: 1\nlog_delivery: none\n");
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
    let aws = aws.change(export_messages);
    let (code, findings) = aws.findings(&["diff"]);
    assert_eq!((code, findings.len()), (3, 1), "{findings:?}");
}

/// Nothing and something for one pool is an overlap.
#[test]
fn none_against_a_destination_is_an_overlap() {
    let aws = Aws::one();
    let none =
        "version: 1\nname: b\ntarget: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }\n";
    aws.place
        .file("policies/b.yaml", format!("{none}log_delivery: none\n"));
    let (code, findings) = aws.findings(&["lint"]);
    assert_eq!(code, 1);
    assert!(
        findings.iter().any(|(rule, _)| rule == "policy-overlap"),
        "{findings:?}"
    );
}
