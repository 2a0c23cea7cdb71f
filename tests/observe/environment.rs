//! Credentials, region and endpoint from the environment, as in the SDK's default chain. A process of its own looks:
//! this one's environment stays as it is.

use std::process::{Command, Output};

use cogward::aws::{Connector, default_region};
use cogward::model::observed::Failure;
use cogward::observe::live::{Place, Query, Silent, Stop, observe};
use cogward::simulator::Options;

use crate::support::{KEY, REGION, place, quick, start};

/// Looks with nothing but what the environment says, and prints what it saw.
#[tokio::test]
#[ignore = "run by the tests below, with an environment of its own"]
async fn child() {
    let region = default_region(None).await.unwrap_or_default();
    let connector = Connector::new(quick());
    let places = [Place {
        region,
        ..place(Query::All)
    }];
    let found = observe(&connector, &places, &quick(), &Silent, &Stop::default())
        .await
        .estate;
    let failures: Vec<_> = found
        .unreachable
        .iter()
        .map(|at| (at.failure, at.detail.as_str()))
        .collect();
    println!(
        "saw {} pools in `{}`, {failures:?}",
        found.pools.len(),
        places[0].region
    );
}

fn look_as(variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["environment::child", "--exact", "--ignored", "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_environment_leads_to_an_endpoint_with_credentials() {
    let server = start(Options::default());
    let output = look_as(&[
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", REGION),
        ("AWS_ENDPOINT_URL", &server.endpoint()),
        // The adaptive mode waits for seconds after one refusal; it cannot be chosen.
        ("AWS_RETRY_MODE", "adaptive"),
    ]);
    let said = said(&output);
    assert!(said.contains(&format!("saw 1 pools in `{REGION}`, []")), "{said}");
    assert!(server.log().iter().all(|call| call.status == Some(200)));
}

#[test]
fn without_credentials_the_words_say_what_to_do() {
    let server = start(Options::default());
    let output = look_as(&[("AWS_REGION", REGION), ("AWS_ENDPOINT_URL", &server.endpoint())]);
    let said = said(&output);
    let wanted = format!(
        "saw 0 pools in `{REGION}`, [({:?}, \"no credentials were found",
        Failure::NoCredentials
    );
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(server.log(), []);
}
