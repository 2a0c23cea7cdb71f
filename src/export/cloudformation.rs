//! A `CloudFormation` template in YAML.

use serde_json::{Map, Value, json};

use crate::export::comment::{comments, head};
use crate::export::resource::{ExportKind, Exported};
use crate::yaml::to_yaml;

const PURPOSE: &str = "Only what the policy manages: merge the properties into the resources that you have.";

/// The type of a resource.
pub fn type_name(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Pool => "AWS::Cognito::UserPool",
        ExportKind::Client => "AWS::Cognito::UserPoolClient",
        ExportKind::Risk => "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        ExportKind::Alarm => "AWS::CloudWatch::Alarm",
        ExportKind::Logs => "AWS::Cognito::LogDeliveryConfiguration",
    }
}

/// The template. References are in their long form, which YAML readers of every kind understand.
pub fn text(all: &[Exported]) -> String {
    let mut out = String::new();
    comments(&mut out, "#", &head(all, PURPOSE));
    out.push_str("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n");
    for resource in all.iter().flat_map(|exported| &exported.resources) {
        comments(&mut out, "  #", &resource.comments);
        let mut whole = Map::new();
        let body = json!({"Type": type_name(resource.kind), "Properties": resource.properties});
        whole.insert(resource.name.clone(), body);
        for line in to_yaml(&Value::Object(whole)).lines() {
            if !line.is_empty() {
                out.push_str("  ");
                out.push_str(line);
            }
            out.push('\n');
        }
    }
    out
}
