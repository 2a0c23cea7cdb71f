//! What all languages write: resources with properties.

use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// A language that policies are exported to. The words for the command line are theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// A CloudFormation template in YAML.
    #[value(name = "cloudformation")]
    CloudFormation,
    /// Resources of Terraform.
    Terraform,
    /// A CDK construct in TypeScript.
    Cdk,
    /// A bash script of AWS CLI calls.
    AwsCli,
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The user pool.
    Pool,
    /// An app client.
    Client,
    /// A risk configuration of the pool or a client.
    Risk,
    /// An alarm.
    Alarm,
    /// Log delivery.
    Logs,
}

/// One resource: only what the policy manages of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportResource {
    /// What it is.
    pub kind: ExportKind,
    /// Its name in the text: letters and digits, a capital first.
    pub name: String,
    /// Where the policy says it, and what is to be known. Hostile text.
    pub comments: Vec<String>,
    /// Properties under the names of `CloudFormation`, which are the API's.
    pub properties: Map<String, Value>,
}

/// One policy as resources.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// Its name. Hostile text.
    pub policy: String,
    /// Region of its pools, where it is known.
    pub region: Option<String>,
    /// The resources; one comes after those that it refers to.
    pub resources: Vec<ExportResource>,
    /// What is managed and is not in the text, with why.
    pub left_out: Vec<(Pointer, String)>,
}

/// The resource that a value refers to.
pub fn referred(value: &Value) -> Option<&str> {
    let entries = value.as_object().filter(|entries| entries.len() == 1)?;
    entries.get("Ref")?.as_str()
}
