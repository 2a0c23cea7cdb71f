//! A world to look at, and SDK clients that look at it: no retries, static credentials.

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider as cognito;
use cogward::simulator::{AwsState, Options, Pool, Server};
use serde_json::{Value, json};

pub use crate::support::aws::{ACCOUNT, CLIENT, KEY, POOL, REGION, raw};

/// One account, one region, one `PLUS` pool in `AUDIT` with one client.
pub fn world() -> AwsState {
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    let mut pool = Pool::of(raw(json!({
        "Name": "customers",
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
        "MfaConfiguration": "OPTIONAL",
        "LastModifiedDate": 1_790_000_000.5,
        "CreationDate": 1_780_000_000,
        "UserPoolTags": { "env": "prod" },
        "FutureMember": { "Kept": [1, "two"] },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }));
    pool.clients.insert(
        CLIENT.into(),
        raw(json!({ "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "ClientSecret": "s3cr3ts3cr3ts3cr3ts3cr3t" })),
    );
    world.region_mut(ACCOUNT, REGION).pools.insert(POOL.into(), pool);
    world
}

pub fn start(options: Options) -> Server {
    Server::start(world(), options).unwrap()
}

pub fn credentials(key: &str) -> Credentials {
    Credentials::new(key, "secret", None, None, "test")
}

pub fn cognito(server: &Server) -> cognito::Client {
    cognito_as(server, KEY, REGION)
}

pub fn cognito_as(server: &Server, key: &str, region: &str) -> cognito::Client {
    let config = cognito::Config::builder()
        .behavior_version(cognito::config::BehaviorVersion::latest())
        .credentials_provider(credentials(key))
        .region(cognito::config::Region::new(region.to_owned()))
        .endpoint_url(server.endpoint())
        .retry_config(cognito::config::retry::RetryConfig::disabled())
        .build();
    cognito::Client::from_conf(config)
}

pub fn sts(server: &Server, key: &str) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
        .credentials_provider(credentials(key))
        .region(aws_sdk_sts::config::Region::new(REGION))
        .endpoint_url(server.endpoint())
        .retry_config(aws_sdk_sts::config::retry::RetryConfig::disabled())
        .build();
    aws_sdk_sts::Client::from_conf(config)
}

pub fn cloudwatch(server: &Server) -> aws_sdk_cloudwatch::Client {
    let config = aws_sdk_cloudwatch::Config::builder()
        .behavior_version(aws_sdk_cloudwatch::config::BehaviorVersion::latest())
        .credentials_provider(credentials(KEY))
        .region(aws_sdk_cloudwatch::config::Region::new(REGION))
        .endpoint_url(server.endpoint())
        .retry_config(aws_sdk_cloudwatch::config::retry::RetryConfig::disabled())
        .build();
    aws_sdk_cloudwatch::Client::from_conf(config)
}

pub fn sns(server: &Server) -> aws_sdk_sns::Client {
    let config = aws_sdk_sns::Config::builder()
        .behavior_version(aws_sdk_sns::config::BehaviorVersion::latest())
        .credentials_provider(credentials(KEY))
        .region(aws_sdk_sns::config::Region::new(REGION))
        .endpoint_url(server.endpoint())
        .retry_config(aws_sdk_sns::config::retry::RetryConfig::disabled())
        .build();
    aws_sdk_sns::Client::from_conf(config)
}

/// Seconds since 1970, now: the services forget what is old.
pub fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

/// A JSON call without an SDK, for what the SDKs here do not speak: status and body.
pub fn json_call(server: &Server, target: &str, scope: &str, body: &str) -> (u16, Value) {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-amz-target: {target}\r\n\
         authorization: AWS4-HMAC-SHA256 Credential={KEY}/20261101/{REGION}/{scope}/aws4_request, Signature=0\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
