//! The shipped example of the AWS guide produces exactly the guide's two request bodies.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads the repository and fails loudly"
)]

use std::path::PathBuf;

use cogward::plan::{RiskScope, set_risk_configuration};
use cogward::policy::assemble::{Policy, assemble};
use cogward::policy::layers::Layers;
use cogward::policy::variable::Variables;
use cogward::policy::workshop::Workshop;
use cogward::source::SourceId;
use cogward::yaml::{Budget, parse};
use serde_json::Value;

fn read(name: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn policy(name: &str) -> Policy {
    let document = parse(SourceId(0), &read(name), &Budget::default())
        .documents
        .remove(0);
    let workshop = Workshop {
        validator: cogward::policy::validator().unwrap(),
        layers: &Layers::new(),
        builtin: &[],
        texts: &std::collections::BTreeMap::new(),
        variables: &Variables::none(),
        name_of: &|_| name.to_owned(),
    };
    let (policy, findings) = assemble(document, &workshop);
    assert!(findings.is_empty(), "{findings:#?}");
    policy.unwrap()
}

/// The order of events and ranges says nothing to the API; everything else must be equal.
fn sorted(mut body: Value) -> Value {
    let lists = [
        "/CompromisedCredentialsRiskConfiguration/EventFilter",
        "/RiskExceptionConfiguration/BlockedIPRangeList",
        "/RiskExceptionConfiguration/SkippedIPRangeList",
    ];
    for list in lists {
        if let Some(Value::Array(items)) = body.pointer_mut(list) {
            items.sort_by_key(|item| item.as_str().map(str::to_owned));
        }
    }
    body
}

#[test]
fn the_pool_body_is_the_guides() {
    let policy = policy("policies/examples/aws-guide.yaml");
    let wanted: Value = serde_json::from_str(&read("tests/data/aws-guide/pool.json")).unwrap();
    let body = set_risk_configuration(&policy.posture, RiskScope::Pool).unwrap();
    assert_eq!(sorted(body), sorted(wanted));
}

#[test]
fn the_client_body_is_the_guides() {
    let policy = policy("policies/examples/aws-guide.yaml");
    let wanted: Value = serde_json::from_str(&read("tests/data/aws-guide/client.json")).unwrap();
    let key = policy
        .posture
        .clients
        .iter()
        .find(|client| client.id.is_some())
        .unwrap()
        .key
        .clone();
    let body = set_risk_configuration(&policy.posture, RiskScope::Client(&key)).unwrap();
    assert_eq!(sorted(body), sorted(wanted));
}

#[test]
fn nothing_is_sent_where_nothing_was_asked() {
    let policy = policy("policies/examples/aws-guide.yaml");
    assert_eq!(
        set_risk_configuration(&policy.posture, RiskScope::Client("nobody")),
        None
    );
    let mut bare = policy.posture.clone();
    bare.responses = cogward::model::response::RiskConfiguration::default();
    assert_eq!(set_risk_configuration(&bare, RiskScope::Pool), None);
    let mut many = policy.posture;
    many.pool_id = None;
    assert_eq!(set_risk_configuration(&many, RiskScope::Pool), None);
}
