//! A CDK construct in TypeScript, of the constructs that stand for `CloudFormation`'s types: others have no risk
//! configuration.

use std::fmt::Write as _;

use crate::export::comment::{comments, head};
use crate::export::literal::{LiteralStyle, literal, quoted};
use crate::export::resource::{ExportKind, Exported};

const PURPOSE: &str = "Only what the policy manages. For a pool that you have, set the same properties on `pool.node.defaultChild`.";

const IMPORTS: &str = "import * as cloudwatch from \"aws-cdk-lib/aws-cloudwatch\";
import * as cognito from \"aws-cdk-lib/aws-cognito\";
import { Construct } from \"constructs\";

export class ThreatProtection extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
";

fn class(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Pool => "cognito.CfnUserPool",
        ExportKind::Client => "cognito.CfnUserPoolClient",
        ExportKind::Risk => "cognito.CfnUserPoolRiskConfigurationAttachment",
        ExportKind::Alarm => "cloudwatch.CfnAlarm",
        ExportKind::Logs => "cognito.CfnLogDeliveryConfiguration",
    }
}

/// `UserPoolId` as `userPoolId`, `BlockedIPRangeList` as `blockedIpRangeList`.
fn camel(name: &str) -> String {
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    first.to_ascii_lowercase() + &rest.replace("IPRange", "IpRange")
}

fn string(text: &str) -> String {
    quoted(text, &|number| format!("\\u{{{number:x}}}"))
}

/// The file. Text that only CDK would read as something else does not come here.
pub fn text(all: &[Exported]) -> String {
    let mut out = String::new();
    comments(&mut out, "//", &head(all, PURPOSE));
    out.push_str(IMPORTS);
    let style = LiteralStyle {
        key: &camel,
        text: &string,
        reference: &|name| format!("{}.ref", camel(name)),
        trailing_comma: true,
    };
    let resources: Vec<_> = all.iter().flat_map(|exported| &exported.resources).collect();
    for resource in &resources {
        out.push('\n');
        comments(&mut out, "    //", &resource.comments);
        let needed = matches!(resource.kind, ExportKind::Pool | ExportKind::Client);
        let variable = if needed {
            format!("const {} = ", camel(&resource.name))
        } else {
            String::new()
        };
        let (class, name) = (class(resource.kind), &resource.name);
        let _ = write!(out, "    {variable}new {class}(this, \"{name}\", ");
        let properties = serde_json::Value::Object(resource.properties.clone());
        literal(&mut out, &properties, 4, &style);
        out.push_str(");\n");
    }
    out.push_str("  }\n}\n");
    out
}
