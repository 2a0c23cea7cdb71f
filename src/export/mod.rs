//! What a policy asks for as text for the tools that teams deploy with: `CloudFormation`, Terraform, CDK, the AWS CLI.
//!
//! ```text
//! policy ──> resources (properties as CloudFormation names them) ──> one writer per language
//! ```
//!
//! A reference to another resource of the text is `{"Ref": NAME}`; no text of a policy can be taken for one. What a language
//! cannot express is in [`Exported::left_out`], which every text says at its top.

mod aws_cli;
mod cdk;
mod cloudformation;
mod comment;
mod literal;
mod resource;
mod resources;
mod terraform;

pub use resource::{ExportKind, ExportResource, Exported, Language};
pub use resources::exported;
pub use terraform::snake;

use serde_json::Value;

/// The text of policies in a language. It ends with a line break.
///
/// # Errors
/// A text of a policy means something else in the language, and there is no way to write it: in words.
pub fn text(language: Language, all: &[Exported]) -> Result<String, String> {
    // CloudFormation replaces the first wherever it stands, CDK the second as well; neither has an escape.
    let taken: &[&str] = match language {
        Language::CloudFormation => &["{{resolve:"],
        Language::Cdk => &["{{resolve:", "${Token["],
        Language::Terraform | Language::AwsCli => &[],
    };
    for exported in all {
        for resource in &exported.resources {
            let properties = Value::Object(resource.properties.clone());
            if let Some(mark) = taken.iter().find(|mark| has(&properties, mark)) {
                return Err(format!(
                    "policy `{}`: a text of {} has `{mark}`, which would be replaced at the deployment and cannot be escaped; change the text",
                    exported.policy, resource.name
                ));
            }
        }
    }
    Ok(match language {
        Language::CloudFormation => cloudformation::text(all),
        Language::Terraform => terraform::text(all),
        Language::Cdk => cdk::text(all),
        Language::AwsCli => aws_cli::text(all),
    })
}

/// Whether a text in a value has a mark, keys included.
fn has(value: &Value, mark: &str) -> bool {
    match value {
        Value::String(text) => text.contains(mark),
        Value::Array(items) => items.iter().any(|item| has(item, mark)),
        Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| key.contains(mark) || has(value, mark)),
        _ => false,
    }
}
