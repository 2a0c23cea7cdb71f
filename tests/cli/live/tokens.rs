//! A service that quotes the request in its error: what opens something reaches no report, no file and no terminal.

use std::process::Output;

use cogward::simulator::{AwsState, FaultKind, InjectedFault};

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, REGION, pool};
use crate::cli::support::FORMATS;

const KEY: &str = "ASIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// As long as a session's token is.
fn token() -> String {
    format!(
        "IQoJ{}==",
        "b3JpZ2luX2VjEBYaCXVzLWVhc3QtMSJHMEUCIQDx+/8mYl0oE2aGmx3W5pQ".repeat(12)
    )
}

/// One pool that a policy wants otherwise.
fn aws() -> Aws {
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    let region = world.region_mut(ACCOUNT, REGION);
    region
        .pools
        .insert(crate::cli::live::support::POOL.into(), pool("customers"));
    let aws = Aws::new(world);
    aws.place.file(
        "policies/a.yaml",
        POLICY.replace("action: BLOCK, notify: false", "action: BLOCK, notify: true"),
    );
    aws
}

fn run(aws: &Aws, args: &[&str]) -> Output {
    let mut command = aws.command(args);
    command
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", token());
    command.output().unwrap()
}

/// Everything that the run left behind: both streams, and each file of the folder.
fn everything(aws: &Aws, output: &Output) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut all = vec![
        ("stdout".to_owned(), text(&output.stdout)),
        ("stderr".to_owned(), text(&output.stderr)),
    ];
    let mut folders = vec![aws.place.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push((path.display().to_string(), text(&std::fs::read(&path).unwrap())));
            }
        }
    }
    all
}

/// Nothing of the credentials is anywhere, and the service's words are.
fn is_clean(all: &[(String, String)], what: &str) {
    let token = token();
    let signature = regex::Regex::new(r"(?i)signature[^a-z]{1,6}[0-9a-f]{16}").unwrap();
    // Texts are wrapped: what is broken in two is there all the same.
    let flat = |text: &str, with: &str| text.split_whitespace().collect::<Vec<_>>().join(with);
    for (name, text) in all {
        let text = flat(text, "");
        for part in [
            KEY,
            SECRET,
            &token[..20],
            &token[200..220],
            &token[token.len() - 20..],
        ] {
            assert!(!text.contains(part), "{what}: {name}: {part}: {text}");
        }
        assert!(!signature.is_match(&text), "{what}: {name}: {text}");
    }
    let words = "The request signature we calculated";
    let told = all.iter().any(|(_, text)| flat(text, " ").contains(words));
    assert!(told, "{what}: {all:#?}");
}

#[test]
fn reports_in_every_format_have_no_token() {
    let outputs = FORMATS.map(|format| format!("{format}=out.{format}"));
    let outputs: Vec<_> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    for operation in [
        "GetCallerIdentity",
        "DescribeUserPool",
        "ListUserPoolClients",
        "DescribeUserPoolClient",
        "DescribeRiskConfiguration",
        "GetUserPoolMfaConfig",
        "GetLogDeliveryConfiguration",
        "DescribeAlarms",
        "ListMetrics",
    ] {
        let aws = aws().faults(vec![InjectedFault::new(FaultKind::Echo).at(operation)]);
        let output = run(&aws, &[&["diff"], outputs.as_slice()].concat());
        assert_eq!(output.status.code(), Some(4), "{operation}: {output:?}");
        is_clean(&everything(&aws, &output), operation);
    }
}

#[test]
fn a_gate_and_a_snapshot_have_no_token() {
    let audit = |pool: &mut cogward::simulator::Pool| {
        pool.user_pool["UserPoolAddOns"] = serde_json::json!({ "AdvancedSecurityMode": "AUDIT" });
    };
    for (operation, args) in [
        ("LookupEvents", vec!["gate"]),
        ("GetMetricData", vec!["gate"]),
        (
            "DescribeRiskConfiguration",
            vec!["snapshot", "--output", "saved.json"],
        ),
        ("ListUserPools", vec!["scan"]),
    ] {
        let aws = aws()
            .change(audit)
            .faults(vec![InjectedFault::new(FaultKind::Echo).at(operation)]);
        let output = run(&aws, &args);
        is_clean(&everything(&aws, &output), operation);
    }
}

#[test]
fn a_journal_has_no_token() {
    let aws = aws().faults(vec![
        InjectedFault::new(FaultKind::Echo).at("SetRiskConfiguration"),
    ]);
    for format in ["human", "json"] {
        let output = run(
            &aws,
            &[
                "apply",
                "--yes",
                "--allow-finding",
                "notify-without-configuration=a test",
                "--format",
                format,
            ],
        );
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        let all = everything(&aws, &output);
        is_clean(&all, format);
        let journalled = all
            .iter()
            .any(|(name, text)| name.contains(".jsonl") && text.contains("request signature"));
        assert!(journalled, "{all:#?}");
    }
}
