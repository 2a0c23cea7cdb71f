//! Terraform's language, for the provider `aws`: its attributes are `CloudFormation`'s properties in other letters, but for
//! the few in [`renamed`].

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::export::comment::{comments, head};
use crate::export::literal::quoted;
use crate::export::resource::{ExportKind, ExportResource, Exported, referred};
use crate::model::notification::TemplateKind;
use crate::model::response::RiskConfiguration;

const PURPOSE: &str = "Only what the policy manages: merge the arguments into the resources that you have.";

fn type_name(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Pool => "aws_cognito_user_pool",
        ExportKind::Client => "aws_cognito_user_pool_client",
        ExportKind::Risk => "aws_cognito_risk_configuration",
        ExportKind::Alarm => "aws_cloudwatch_metric_alarm",
        ExportKind::Logs => "aws_cognito_log_delivery_configuration",
    }
}

/// `UserPoolId` as `user_pool_id`, `BlockedIPRangeList` as `blocked_ip_range_list`: capital letters in a row are one word.
pub fn snake(name: &str) -> String {
    let letters: Vec<char> = name.replace("OAuth", "Oauth").chars().collect();
    let mut found = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is_after_small = at > 0 && !letters[at - 1].is_ascii_uppercase();
        let is_before_small = at > 0 && letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (is_after_small || is_before_small) {
            found.push('_');
        }
        found.push(letter.to_ascii_lowercase());
    }
    found
}

/// A text in quotes, in which nothing begins an expression.
fn string(text: &str) -> String {
    let escape = |number| match number {
        0..=0xffff => format!("\\u{number:04x}"),
        _ => format!("\\U{number:08x}"),
    };
    quoted(text, &escape).replace("${", "$${").replace("%{", "%%{")
}

/// The properties that the provider has in another form.
fn renamed(resource: &ExportResource) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in &resource.properties {
        match (resource.kind, name.as_str()) {
            (ExportKind::Pool, "UserPoolName") | (ExportKind::Client, "ClientName") => {
                all.insert("name".to_owned(), value.clone());
            }
            (ExportKind::Pool, "EnabledMfas") => {
                let has = |word: &str| {
                    value
                        .as_array()
                        .is_some_and(|list| list.iter().any(|one| one == word))
                };
                if has("SOFTWARE_TOKEN_MFA") {
                    all.insert(
                        "SoftwareTokenMfaConfiguration".to_owned(),
                        json!({"Enabled": true}),
                    );
                }
                if has("EMAIL_OTP") {
                    all.insert("EmailMfaConfiguration".to_owned(), json!({}));
                }
            }
            (ExportKind::Alarm, "Dimensions") => {
                let pairs = value.as_array().into_iter().flatten();
                let map =
                    pairs.filter_map(|pair| Some((pair["Name"].as_str()?.to_owned(), pair["Value"].clone())));
                all.insert("dimensions".to_owned(), Value::Object(map.collect()));
            }
            _ => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    all
}

/// The file.
pub fn text(all: &[Exported]) -> String {
    let mut out = String::new();
    comments(&mut out, "#", &head(all, PURPOSE));
    let resources: Vec<_> = all.iter().flat_map(|exported| &exported.resources).collect();
    let address = |name: &str| {
        let found = resources.iter().find(|resource| resource.name == name);
        let kind = found.map_or("", |resource| type_name(resource.kind));
        format!("{kind}.{}.id", snake(name))
    };
    for resource in &resources {
        out.push('\n');
        comments(&mut out, "#", &resource.comments);
        let (kind, name) = (type_name(resource.kind), snake(&resource.name));
        let _ = writeln!(out, "resource \"{kind}\" \"{name}\" {{");
        body(&mut out, &renamed(resource), 2, &address);
        out.push_str("}\n");
    }
    out
}

/// Attributes first, with their signs below each other, then blocks, as `terraform fmt` leaves them.
fn body(out: &mut String, all: &Map<String, Value>, indent: usize, address: &dyn Fn(&str) -> String) {
    let is_map = |name: &str| name == "dimensions";
    let is_block = |name: &str, value: &Value| {
        let objects = |items: &Vec<Value>| !items.is_empty() && items.iter().all(Value::is_object);
        let is_object = value.is_object() && referred(value).is_none();
        !is_map(name) && (is_object || value.as_array().is_some_and(objects))
    };
    let margin = " ".repeat(indent);
    let (blocks, attributes): (Vec<_>, Vec<_>) = all.iter().partition(|(name, value)| is_block(name, value));
    let one_line: Vec<_> = attributes
        .iter()
        .filter(|(name, _)| !is_map(name))
        .map(|(name, value)| (snake(name), expression(value, address)))
        .collect();
    aligned(out, &one_line, &margin);
    for (name, map) in attributes.iter().filter(|(name, _)| is_map(name)) {
        let entries = map.as_object().into_iter().flatten();
        let entries: Vec<_> = entries
            .map(|(key, value)| (string(key), expression(value, address)))
            .collect();
        let _ = writeln!(out, "{margin}{name} = {{");
        aligned(out, &entries, &format!("{margin}  "));
        let _ = writeln!(out, "{margin}}}");
    }
    let mut separate = !attributes.is_empty();
    for (name, value) in blocks {
        let one = std::slice::from_ref(value);
        for block in value.as_array().map_or(one, Vec::as_slice) {
            if std::mem::replace(&mut separate, true) {
                out.push('\n');
            }
            let Some(entries) = block.as_object().filter(|entries| !entries.is_empty()) else {
                let _ = writeln!(out, "{margin}{} {{}}", snake(name));
                continue;
            };
            let _ = writeln!(out, "{margin}{} {{", snake(name));
            body(out, entries, indent + 2, address);
            let _ = writeln!(out, "{margin}}}");
        }
    }
}

fn aligned(out: &mut String, entries: &[(String, String)], margin: &str) {
    let width = entries
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    for (name, value) in entries {
        let _ = writeln!(out, "{margin}{name:width$} = {value}");
    }
}

fn expression(value: &Value, address: &dyn Fn(&str) -> String) -> String {
    match (referred(value), value) {
        (Some(name), _) => address(name),
        (None, Value::String(text)) => string(text),
        (None, Value::Array(items)) => {
            let items: Vec<_> = items.iter().map(|item| expression(item, address)).collect();
            format!("[{}]", items.join(", "))
        }
        (None, other) => other.to_string(),
    }
}

/// Emails of which Terraform wants more than the API.
pub fn bodies(risk: &RiskConfiguration) -> Option<String> {
    let notifications = risk.account_takeover.as_ref()?.notifications.as_ref()?;
    let lacks = TemplateKind::ALL.into_iter().filter(|kind| {
        let email = notifications.template(*kind);
        email.is_some_and(|email| email.html.is_none() || email.text.is_none())
    });
    let kinds: Vec<_> = lacks.map(TemplateKind::as_str).collect();
    (!kinds.is_empty()).then(|| {
        format!(
            "Terraform requires both bodies of an email, `html_body` and `text_body`: add to {}.",
            kinds.join(", ")
        )
    })
}
