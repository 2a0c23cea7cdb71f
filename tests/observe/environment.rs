//! Credentials, region and endpoint from the environment, as in the SDK's default chain. A process of its own looks:
//! this one's environment stays as it is.

use std::process::{Command, Output};

use cogward::aws::{AwsVariables, Connector, default_region};
use cogward::model::observed::{Failure, Selector};
use cogward::observe::live::{Place, Silent, Stop, observe};
use cogward::simulator::{Options, Role, Server};

use crate::observe::support::{ACCOUNT, KEY, REGION, place, quick, start, world};

/// Looks with nothing but what the environment says, and prints what it saw.
#[tokio::test]
#[ignore = "run by the tests below, with an environment of its own"]
async fn child() {
    let variables = AwsVariables::of(std::env::vars());
    let region = default_region(None, &variables).await.unwrap_or_default();
    let connector = Connector::new(quick()).with_variables(variables);
    let places = [Place {
        region,
        ..place([Selector::default()])
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
        .args([
            "observe::environment::child",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
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

/// The environment leads to an endpoint with credentials.
#[test]
fn environment_gives_endpoint_credentials() {
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

/// Without credentials the words say what to do.
#[test]
fn missing_credentials_name_the_remedy() {
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

/// As a job of GitHub Actions has them: a token in a file, and the role that it may take.
#[test]
fn a_web_identity_is_enough() {
    let mut world = world();
    let role = Role {
        web_identity_token: Some("token-of-a-job".into()),
        ..Role::default()
    };
    world
        .accounts
        .get_mut(ACCOUNT)
        .unwrap()
        .roles
        .insert("reader".into(), role);
    let server = Server::start(world, Options::default()).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "token-of-a-job").unwrap();
    let output = look_as(&[
        ("AWS_ROLE_ARN", &format!("arn:aws:iam::{ACCOUNT}:role/reader")),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.path().to_str().unwrap()),
        ("AWS_REGION", REGION),
        ("AWS_ENDPOINT_URL", &server.endpoint()),
    ]);
    let said = said(&output);
    assert!(said.contains(&format!("saw 1 pools in `{REGION}`, []")), "{said}");
    let taken = server
        .log()
        .iter()
        .filter(|call| call.operation == "AssumeRoleWithWebIdentity")
        .count();
    assert_eq!(taken, 1, "one session, whatever the number of services");
}
