//! The program itself, led to the emulators by the environment alone.

use std::path::Path;
use std::process::{Command, Output};

use aws_sdk_cognitoidentityprovider::Client as Cognito;
use serde_json::Value;
use tempfile::TempDir;

use crate::third_party::support::{ACCOUNT, ministack, moto, new_account, pool, sdk};

/// What neither emulator plays, in the words of the report.
fn unplayed(pool: &str) -> [String; 3] {
    ["risk configuration", "client web", "log delivery"].map(|part| format!("{part} of pool {pool}"))
}

/// Runs the program with Cognito at one endpoint and all other services at ministack.
fn cogward(folder: &Path, cognito: &str, account: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cogward"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", account)
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_ENDPOINT_URL", ministack())
        .env("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", cognito)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// A snapshot of moto names what is not in it and scans the same as live.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn snapshot_names_gaps_and_scans_like_live() {
    let (region, folder) = ("ca-central-1", TempDir::new().unwrap());
    let (id, secret) = pool(&Cognito::new(&sdk(&moto(), region, ACCOUNT).await), "program").await;
    let run = |arguments: &[&str]| cogward(folder.path(), &moto(), ACCOUNT, arguments);
    let saved = run(&[
        "snapshot",
        "--region",
        region,
        "--pool",
        &id,
        "--output",
        "pools.json",
    ]);
    assert_eq!(saved.status.code(), Some(4), "{saved:?}");
    let said = String::from_utf8_lossy(&saved.stderr);
    for part in unplayed(&id) {
        assert!(
            said.contains(&format!("could not be read: {part}: not available")),
            "{part}: {said}"
        );
    }
    let text = std::fs::read_to_string(folder.path().join("pools.json")).unwrap();
    assert!(text.contains(&id) && !text.contains(&secret));
    let offline = run(&[
        "explain",
        "--pool",
        &id,
        "--from",
        "pools.json",
        "--format",
        "json",
    ]);
    let live = run(&["explain", "--pool", &id, "--format", "json"]);
    assert_eq!(
        (offline.status.code(), live.status.code()),
        (Some(4), Some(4)),
        "{live:?}"
    );
    // What a report is filed by is not the same: one was made of a file.
    let unfiled = |output: &Output| {
        let mut report = json(output);
        report.as_object_mut().unwrap().remove("run");
        report
    };
    assert_eq!(unfiled(&offline), unfiled(&live));
}

/// A scan reports what it saw and ends with 4.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn scan_reports_findings_and_ends_with_4() {
    let (region, account, folder) = ("sa-east-1", new_account(), TempDir::new().unwrap());
    let cognito = Cognito::new(&sdk(&ministack(), region, &account).await);
    let (id, secret) = pool(&cognito, "scanned").await;
    let scan = ["scan", "--region", region, "--format", "json"];
    let seen = cogward(folder.path(), &ministack(), &account, &scan);
    assert_eq!(seen.status.code(), Some(4), "{seen:?}");
    let report = json(&seen);
    let findings: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["rule"])
        .collect();
    assert!(
        findings.iter().any(|rule| *rule == "alarm-missing"),
        "alarms were read: {findings:?}"
    );
    let not_checked = report["summary"]["not_checked"].as_array().unwrap();
    let failed = not_checked.iter().filter(|entry| entry["failed"] == true);
    let told: std::collections::BTreeSet<_> = failed.filter_map(|entry| entry["what"].as_str()).collect();
    let unplayed = unplayed(&id);
    assert_eq!(told, unplayed.iter().map(String::as_str).collect());
    assert!(!report.to_string().contains(&secret));
}
