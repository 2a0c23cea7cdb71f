//! A look that could not see everything: named in every format, never taken for absent.

use cogward::model::mode::Mfa;
use cogward::model::observed::{Failure, Unreachable, Unread};
use cogward::model::posture::Part;
use cogward::observe::snapshot;
use cogward::simulator::{FaultKind, InjectedFault};

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION};
use crate::cli::support::{FORMATS, Run};

/// Runs once, writes every format, and gives format and text of each.
fn all_formats(aws: &Aws, args: &[&str]) -> (Run, Vec<(&'static str, String)>) {
    let outputs: Vec<_> = FORMATS
        .iter()
        .flat_map(|format| ["--output".to_owned(), format!("{format}=out.{format}")])
        .collect();
    let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
    let run = aws.run(&[args, &outputs].concat());
    let texts = FORMATS.map(|format| (format, aws.place.read(&format!("out.{format}"))));
    (run, texts.into())
}

/// A text without line breaks and escapes of its format.
fn flat(text: &str) -> String {
    let escapes = [("&#95;", "_"), ("&#58;", ":"), ("%3A", ":"), ("&#x2f;", "/")];
    let text = escapes.iter().fold(text.to_owned(), |text, (escape, plain)| {
        text.replace(escape, plain)
    });
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was denied is named in every format and the rest is reported.
#[test]
fn denied_reads_named_in_all_formats() {
    // MFA differs and cannot be seen; the plan differs and can.
    let policy = POLICY.replace("PLUS", "ESSENTIALS").replace("OPTIONAL", "ON");
    let aws = Aws::with(&policy).faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("DescribeRiskConfiguration"),
        InjectedFault::new(FaultKind::AccessDenied).at("GetLogDeliveryConfiguration"),
        InjectedFault::new(FaultKind::AccessDenied).at("DescribeUserPoolClient"),
        InjectedFault::new(FaultKind::AccessDenied).at("DescribeAlarms"),
    ]);
    for verb in ["diff", "scan"] {
        let (run, texts) = all_formats(&aws, &[verb]);
        assert_eq!(run.code, 4, "{verb}");
        for (format, text) in texts {
            let text = flat(&text);
            for needed in [
                "access denied",
                "DescribeRiskConfiguration",
                "GetLogDeliveryConfiguration",
                POOL,
            ] {
                assert!(text.contains(needed), "{verb} {format}: {needed}: {text}");
            }
            assert!(!text.contains('✅'), "{verb} {format}");
            if verb == "diff" {
                let names_findings = !matches!(format, "summary" | "csv");
                assert!(
                    !names_findings || text.contains("feature_plan"),
                    "{format}: the rest is reported: {text}"
                );
                let unseen = ["/account_takeover/high", "/log_delivery/user_auth_events"];
                assert!(unseen.iter().all(|leaf| text.contains(leaf)), "{format}: {text}");
            }
        }
    }
    let (_, findings) = aws.findings(&["diff"]);
    let about: Vec<_> = findings.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        about.len(),
        2,
        "the plan and MFA, nothing that was not read: {about:?}"
    );
    assert!(
        about.iter().any(|message| message.contains("/feature_plan")),
        "{about:?}"
    );
    assert!(
        about.iter().any(|message| message.contains("/mfa/configuration")),
        "{about:?}"
    );
}

/// A listing that is denied hides pools and makes none missing.
#[test]
fn denied_listing_makes_no_pool_missing() {
    let aws =
        Aws::with("version: 1\nname: a\ntarget: { names: [customers] }\nfeature_plan: PLUS\n").faults(vec![
            InjectedFault::new(FaultKind::AccessDenied).at("ListUserPools"),
        ]);
    for args in [vec!["diff"], vec!["diff", "--require-coverage"], vec!["scan"]] {
        assert_eq!(aws.findings(&args), (4, Vec::new()), "{args:?}");
    }
    let run = aws.run(&["explain", "--pool", POOL]);
    assert_eq!(run.code, 0, "asking by id needs no listing");
}

#[test]
fn time_that_is_up_is_said() {
    let aws = Aws::one().faults(vec![
        InjectedFault::new(FaultKind::Slow(60_000)).at("GetUserPoolMfaConfig"),
    ]);
    let (run, texts) = all_formats(&aws, &["diff", "--timeout", "1"]);
    assert_eq!(run.code, 4);
    for (format, text) in texts {
        let text = flat(&text);
        assert!(text.contains("no answer in time"), "{format}: {text}");
        assert!(text.contains("GetUserPoolMfaConfig"), "{format}: {text}");
    }
    assert_eq!(aws.run(&["explain", "--pool", POOL, "--timeout", "1"]).code, 4);
    let taken = aws.run(&["snapshot", "--timeout", "1", "-o", "live.json"]);
    assert_eq!(taken.code, 4);
    assert!(taken.err.contains("could not be read: "), "{}", taken.err);
    assert_eq!(
        aws.run(&["diff", "--from", "live.json"]).code,
        4,
        "the snapshot knows"
    );
}

/// Every way of failing is named in every format.
#[test]
fn failure_kinds_named_in_all_formats() {
    let aws = Aws::one();
    let taken = aws.run(&["snapshot"]).out;
    for failure in Failure::ALL {
        let mut snapshot = snapshot::read(&taken).unwrap();
        let pool = &mut snapshot.estate.pools[0];
        pool.posture.mfa = Mfa::default();
        pool.posture.unread.insert(Part::Mfa);
        pool.unread.push(Unread {
            part: Part::Mfa,
            client: None,
            operation: "GetUserPoolMfaConfig".to_owned(),
            failure,
            detail: "the service's words".to_owned(),
        });
        snapshot.estate.unreachable.push(Unreachable {
            account: Some(ACCOUNT.to_owned()),
            region: "eu-central-1".to_owned(),
            pool: None,
            operation: "ListUserPools".to_owned(),
            failure,
            detail: "more words".to_owned(),
        });
        aws.place.file("live.json", snapshot::write(&snapshot));
        let (run, texts) = all_formats(&aws, &["diff", "--from", "live.json"]);
        // Another account than the one that is meant is never just an incomplete look.
        let code = if failure == Failure::OtherAccount { 5 } else { 4 };
        assert_eq!(run.code, code);
        for (format, text) in texts {
            let text = flat(&text);
            // What files leave open was asked of no operation, and after a stop none was called.
            let (operation, words) = match failure {
                Failure::Stopped => ("", ""),
                Failure::NotInFiles => ("", "service"),
                _ => ("GetUserPoolMfaConfig", "service"),
            };
            for needed in [
                failure.label(),
                words,
                operation,
                "eu-central-1",
                "/mfa/configuration",
            ] {
                assert!(text.contains(needed), "{format}: {needed}: {text}");
            }
        }
        let found = aws.findings(&["diff", "--from", "live.json"]);
        assert_eq!(found, (i64::from(code), Vec::new()), "{failure:?}");
    }
}

/// A gone pool of a seen region is missing whatever failed elsewhere.
#[test]
fn missing_pool_despite_failures_elsewhere() {
    let aws = Aws::with(&POLICY.replace(POOL, "us-west-2_Gone"));
    let snapshot = |account: &str, region: &str| {
        let mut snapshot = snapshot::Snapshot::default();
        snapshot.estate.unreachable.push(Unreachable {
            account: Some(account.to_owned()),
            region: region.to_owned(),
            pool: None,
            operation: "ListUserPools".to_owned(),
            failure: Failure::Denied,
            detail: String::new(),
        });
        aws.place.file("live.json", snapshot::write(&snapshot));
        aws.findings(&["diff", "--from", "live.json"]).1.len()
    };
    assert_eq!(snapshot(ACCOUNT, "eu-west-1"), 1);
    assert_eq!(snapshot("210987654321", REGION), 1);
    assert_eq!(snapshot(ACCOUNT, REGION), 0);
    assert_eq!(snapshot(ACCOUNT, ""), 0);
}

/// A destination of a kind that is unknown is not "no destination".
#[test]
fn unknown_log_destination_is_not_none() {
    let aws = Aws::one().change(|pool| {
        pool.log_configurations.as_mut().unwrap()[0] = serde_json::json!({
            "LogLevel": "INFO", "EventSource": "userAuthEvents",
            "KafkaConfiguration": { "TopicArn": "arn:aws:kafka:us-west-2:123456789012:topic/x" },
        });
    });
    let words = "KafkaConfiguration is an object, which this version does not understand";
    for verb in ["diff", "scan"] {
        let run = aws.run(&[verb]);
        assert_eq!(run.code, 4, "{verb}: {run:?}");
        assert!(flat(&run.out).contains(words), "{verb}: {}", run.out);
        assert!(!run.out.contains("[log-delivery-invalid]"), "{verb}: {}", run.out);
    }
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.out.contains("refused[pool-partial]"), "{}", run.out);
    let run = aws.run(&["init", "made"]);
    let made = aws.place.read("made/customers.yaml");
    assert!(
        !made.contains("log_delivery") && made.contains("could not be read: log delivery"),
        "{run:?}\n{made}"
    );
}

/// An incident must not wait for a permission that the write does not need.
#[test]
fn audit_works_despite_unreadable_parts() {
    let denied = |operation: &str| InjectedFault::new(FaultKind::AccessDenied).at(operation);
    let others = [
        "DescribeRiskConfiguration",
        "GetUserPoolMfaConfig",
        "GetLogDeliveryConfiguration",
        "ListUserPoolClients",
        "DescribeUserPoolClient",
        "DescribeAlarms",
        "ListMetrics",
        "GetTopicAttributes",
    ];
    let args = ["audit", "--reason", "INC-42", "--yes", "--pool", POOL];
    let mode = |aws: &Aws| {
        let world = aws.server.world();
        world.pool(POOL).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"].clone()
    };
    for operations in others.iter().map(std::slice::from_ref).chain([&others[..]]) {
        let faults = operations.iter().map(|operation| denied(operation)).collect();
        let aws = Aws::one().faults(faults);
        assert_eq!(mode(&aws), "ENFORCED");
        let run = aws.run(&args);
        assert_eq!(
            (run.code, mode(&aws)),
            (0, "AUDIT".into()),
            "{operations:?}: {run:?}"
        );
        let out = flat(&run.out);
        assert!(
            out.contains("read again: as planned"),
            "{operations:?}: {}",
            run.out
        );
        let is_read = |operation: &&&str| {
            !["DescribeUserPoolClient", "GetTopicAttributes", "ListMetrics"].contains(operation)
        };
        for operation in operations.iter().filter(is_read) {
            assert!(
                out.contains(&format!("access denied: {operation}")),
                "{operation}: {}",
                run.out
            );
        }
    }
    // What could be read before and not afterwards, or the other way round, is nobody's change.
    for fault in [
        denied("DescribeRiskConfiguration").times(1),
        denied("DescribeRiskConfiguration").from(2),
    ] {
        let aws = Aws::one().faults(vec![fault]);
        let run = aws.run(&args);
        assert_eq!((run.code, mode(&aws)), (0, "AUDIT".into()), "{run:?}");
        assert!(!run.out.contains("somebody else"), "{}", run.out);
    }
    // The pool itself is what is written.
    let aws = Aws::one().faults(vec![denied("DescribeUserPool")]);
    let run = aws.run(&args);
    assert_eq!((run.code, mode(&aws)), (4, "ENFORCED".into()), "{run:?}");
}

/// The weakest of clients that were not read is unknown in every format.
#[test]
fn weakest_client_unknown_in_all_formats() {
    let aws = Aws::one().faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("ListUserPoolClients"),
    ]);
    let (_, texts) = all_formats(&aws, &["scan"]);
    let of = |wanted: &str| {
        let mut texts = texts.iter();
        let (_, text) = texts.find(|(format, _)| *format == wanted).unwrap();
        flat(text)
    };
    let csv = of("csv");
    assert!(
        csv.contains("\"unknown\",\"unknown\",\"unknown\",\"unknown\""),
        "{csv}"
    );
    assert!(csv.contains("\"read in part\""), "{csv}");
    let html = of("html");
    assert!(html.contains("<small>read in part</small>"), "{html}");
    assert!(
        html.contains("Not all clients of the pool could be read"),
        "{html}"
    );
    assert!(of("json").contains("\"clients_unread\": true"));
    assert!(of("markdown").contains("Not all clients of the pool could be read"));
    let run = aws.run(&["explain", "--pool", POOL]);
    assert!(flat(&run.out).contains("at sign-in: unknown"), "{run:?}");
    assert!(
        flat(&run.out).contains("Not all clients of the pool could be read"),
        "{run:?}"
    );
}
