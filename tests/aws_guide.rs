//! The shipped example of the AWS guide produces exactly the guide's two request bodies.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads the repository and fails loudly"
)]

use std::path::PathBuf;

use cogward::model::client::Override;
use cogward::plan::RiskSets;
use cogward::policy::assemble::{Policy, assemble};
use cogward::policy::inputs::PolicyInputs;
use cogward::policy::layers::Layers;
use cogward::policy::variable::Variables;
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
    let inputs = PolicyInputs {
        validator: cogward::policy::validator().unwrap(),
        layers: &Layers::new(),
        builtin: &[],
        texts: &std::collections::BTreeMap::new(),
        variables: &Variables::none(),
        name_of: &|_| name.to_owned(),
    };
    let (policy, findings) = assemble(document, &inputs);
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
    let sets = RiskSets {
        pool: policy.posture.pool_id.clone(),
        to: policy.posture.responses.clone(),
        only: None,
    };
    let body = sets.members(None);
    assert_eq!(sorted(body), sorted(wanted));
}

#[test]
fn the_client_body_is_the_guides() {
    let policy = policy("policies/examples/aws-guide.yaml");
    let wanted: Value = serde_json::from_str(&read("tests/data/aws-guide/client.json")).unwrap();
    let clients = &policy.posture.clients;
    let client = clients.iter().find(|client| client.id.is_some()).unwrap();
    let Override::Own(own) = &client.risk else {
        panic!()
    };
    let sets = RiskSets {
        pool: policy.posture.pool_id.clone(),
        to: own.as_ref().clone(),
        only: None,
    };
    let body = sets.members(client.id.as_deref());
    assert_eq!(sorted(body), sorted(wanted));
}
