//! A script of AWS CLI calls. Those that reset settings which no policy manages, such as `update-user-pool`, are not in it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::export::comment::{comments, head, visible};
use crate::export::literal::{LiteralStyle, literal};
use crate::export::resource::{ExportKind, Exported, referred};
use crate::export::terraform::snake;
use crate::hidden;
use crate::text;

const PURPOSE: &str = "Each call replaces its whole object: what is not in it is removed.";

fn call(kind: ExportKind) -> Option<&'static str> {
    match kind {
        ExportKind::Risk => Some("cognito-idp set-risk-configuration"),
        ExportKind::Alarm => Some("cloudwatch put-metric-alarm"),
        ExportKind::Logs => Some("cognito-idp set-log-delivery-configuration"),
        ExportKind::Pool | ExportKind::Client => None,
    }
}

/// `ShopPool` as `SHOP_POOL`.
fn variable(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The script. All of a call is one argument in JSON: a parameter of its own that begins with `file://` would be read from
/// a file.
pub fn text(all: &[Exported]) -> String {
    let mut out = String::from("#!/usr/bin/env bash\n");
    comments(&mut out, "#", &head(all, PURPOSE));
    out.push_str("set -euo pipefail\n");
    let style = LiteralStyle {
        key: &|key| hidden::json_line(&key),
        text: &|text| hidden::json_line(&text).replace('\'', r"'\''"),
        // Out of the single quotes and in again.
        reference: &|name| format!("\"'\"${{{}}}\"'\"", variable(name)),
        trailing_comma: false,
    };
    for exported in all {
        let region = exported.region.as_deref().map_or_else(String::new, |region| {
            format!(" --region {}", visible(&text::shell(region)))
        });
        let mut asked = Vec::new();
        for resource in &exported.resources {
            let Some(call) = call(resource.kind) else { continue };
            out.push('\n');
            let properties = Value::Object(resource.properties.clone());
            for name in references(&properties) {
                if !asked.contains(&name) {
                    let variable = variable(&name);
                    let _ = writeln!(out, ": \"${{{variable}:?set it to the id}}\"");
                    asked.push(name);
                }
            }
            comments(&mut out, "#", &resource.comments);
            let _ = write!(out, "aws {call}{region} --cli-input-json '");
            literal(&mut out, &properties, 0, &style);
            out.push_str("'\n");
        }
    }
    out
}

fn references(value: &Value) -> Vec<String> {
    if let Some(name) = referred(value) {
        return vec![name.to_owned()];
    }
    match value {
        Value::Object(entries) => entries.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
