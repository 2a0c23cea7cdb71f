//! What to do about a finding in a template or plan: rules name settings by their keys in a policy, which are said as the
//! template's own properties.

use std::borrow::Cow;

use crate::export::snake;
use crate::model::client_setting::ClientSetting;
use crate::observe::template::At;

/// A key of a policy, the way to it in `CloudFormation`, and in Terraform where that is not the same in other letters. Settings
/// of clients are rows of [`ClientSetting`].
type Row = (&'static str, &'static str, Option<&'static str>);

/// The pool's own configuration, or a client's.
const RISK: &str = "AWS::Cognito::UserPoolRiskConfigurationAttachment";

const ROWS: [Row; 37] = [
    ("account_takeover", "AccountTakeoverRiskConfiguration", None),
    ("actions_enabled", "ActionsEnabled", None),
    ("alarms", "Resources", Some("aws_cloudwatch_metric_alarm")),
    ("always_allow", "SkippedIPRangeList", None),
    ("always_block", "BlockedIPRangeList", None),
    (
        "assumes.domain",
        "AWS::Cognito::UserPoolDomain",
        Some("aws_cognito_user_pool_domain"),
    ),
    ("block_email", "BlockEmail", None),
    (
        "compromised_credentials",
        "CompromisedCredentialsRiskConfiguration",
        None,
    ),
    (
        "compromised_credentials.action",
        "CompromisedCredentialsRiskConfiguration.Actions.EventAction",
        None,
    ),
    ("events", "EventFilter", None),
    ("feature_plan", "UserPoolTier", None),
    ("from", "From", None),
    ("high", "HighAction", None),
    ("inherit", RISK, Some("aws_cognito_risk_configuration")),
    ("level", "LogLevel", None),
    ("log_delivery", "LogConfigurations", None),
    ("log_delivery.user_auth_events", "LogConfigurations", None),
    ("low", "LowAction", None),
    ("medium", "MediumAction", None),
    ("mfa.configuration", "MfaConfiguration", None),
    ("mfa.factors", "EnabledMfas", Some("aws_cognito_user_pool")),
    ("mfa_email", "MfaEmail", None),
    ("mode", "UserPoolAddOns.AdvancedSecurityMode", None),
    (
        "mode.custom",
        "UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        None,
    ),
    ("mode.standard", "UserPoolAddOns.AdvancedSecurityMode", None),
    ("no_action_email", "NoActionEmail", None),
    ("notifications", "NotifyConfiguration", None),
    ("notify", "Notify", None),
    ("reply_to", "ReplyTo", None),
    ("risk_exceptions", "RiskExceptionConfiguration", None),
    ("source_arn", "SourceArn", None),
    ("subject", "Subject", None),
    ("text", "TextBody", None),
    ("html", "HtmlBody", None),
    // Factors, as the languages have them.
    ("EMAIL", "EMAIL_OTP", Some("email_mfa_configuration")),
    ("SMS", "SMS_MFA", Some("sms_configuration")),
    (
        "SOFTWARE_TOKEN",
        "SOFTWARE_TOKEN_MFA",
        Some("software_token_mfa_configuration"),
    ),
];

/// The advice of a rule in the words of the file that a finding is in. Only what is in backticks is a key.
pub(super) fn advice(help: &str, at: &At) -> String {
    let is_terraform = matches!(at, At::Address { .. });
    let one = |(index, part): (usize, &str)| match index % 2 {
        1 => said(part, is_terraform).unwrap_or_else(|| part.to_owned()),
        _ => part.to_owned(),
    };
    help.split('`').enumerate().map(one).collect::<Vec<_>>().join("`")
}

/// Delivery to a log group, whose level a policy leaves out.
fn delivery(arn: &str, is_terraform: bool) -> String {
    if is_terraform {
        let arn = literal(arn);
        return format!(
            "log_configurations` with `event_source = \"userAuthEvents\"`, `log_level = \"INFO\"` and \
             `cloud_watch_logs_configuration {{ log_group_arn = {arn} }}"
        );
    }
    format!(
        "LogConfigurations: [{{ EventSource: userAuthEvents, LogLevel: INFO, \
         CloudWatchLogsConfiguration: {{ LogGroupArn: {arn} }} }}]"
    )
}

/// A key, or a key with its value, as the language has it; `None` for what is no key.
fn said(code: &str, is_terraform: bool) -> Option<String> {
    let (key, value) = written(code);
    if let Some(arn) = value.filter(|_| key == "log_delivery.user_auth_events.cloudwatch_logs") {
        return Some(delivery(arn, is_terraform));
    }
    let (way, own) = way(&key)?;
    let steps: Vec<Cow<'_, str>> = match (is_terraform, own) {
        (true, Some(own)) => vec![own.into()],
        (true, None) => way.split('.').map(|step| snake(step).into()).collect(),
        // A type is one name.
        _ => way.split('.').map(Cow::from).collect(),
    };
    let Some(value) = value else {
        return Some(steps.join("."));
    };
    let (last, around) = steps.split_last()?;
    let inner = if is_terraform {
        format!("{last} = {}", literal(value))
    } else {
        format!("{last}: {value}")
    };
    let between = if is_terraform { "" } else { ":" };
    let within = |inner: String, step: &Cow<'_, str>| format!("{step}{between} {{ {inner} }}");
    Some(around.iter().rev().fold(inner, within))
}

/// The whole key of `a: { b: value }`, and the value.
fn written(code: &str) -> (String, Option<&str>) {
    let Some((key, mut value)) = code.split_once(": ") else {
        return (code.to_owned(), None);
    };
    let mut key = key.to_owned();
    while let Some((inner, rest)) = value
        .strip_prefix("{ ")
        .and_then(|inner| inner.strip_suffix(" }"))
        .and_then(|inner| inner.split_once(": "))
    {
        key = format!("{key}.{inner}");
        value = rest;
    }
    (key, Some(value))
}

fn way(key: &str) -> Option<(&'static str, Option<&'static str>)> {
    let row = ROWS.iter().find(|(own, ..)| *own == key);
    let of_client = || ClientSetting::ALL.iter().find(|setting| setting.as_str() == key);
    row.map(|(_, way, own)| (*way, *own))
        .or_else(|| of_client().map(|setting| (setting.member(), None)))
}

/// A value of YAML in Terraform's language.
fn literal(value: &str) -> String {
    if let Some(items) = value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        let items: Vec<_> = items
            .split(", ")
            .filter(|item| !item.is_empty())
            .map(literal)
            .collect();
        return format!("[{}]", items.join(", "));
    }
    match value {
        "true" | "false" => value.to_owned(),
        _ => format!("\"{value}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::catalogue::builtin_files;
    use crate::span::Span;

    #[test]
    fn keys_are_said_as_the_language_has_them() {
        let template = At::Text {
            file: 0,
            span: Span::at(0),
        };
        let plan = At::Address {
            file: 0,
            address: "a.b".into(),
            path: String::new(),
        };
        for (rule, in_template, in_plan) in [
            (
                "Set `mode.standard` to `AUDIT`.",
                "Set `UserPoolAddOns.AdvancedSecurityMode` to `AUDIT`.",
                "Set `user_pool_add_ons.advanced_security_mode` to `AUDIT`.",
            ),
            (
                "`mode: { custom: ENFORCED }`",
                "`UserPoolAddOns: { AdvancedSecurityAdditionalFlows: { CustomAuthMode: ENFORCED } }`",
                "`user_pool_add_ons { advanced_security_additional_flows { custom_auth_mode = \"ENFORCED\" } }`",
            ),
            (
                "`auth_flows: [A, B]`",
                "`ExplicitAuthFlows: [A, B]`",
                "`explicit_auth_flows = [\"A\", \"B\"]`",
            ),
            ("`oauth_flows`", "`AllowedOAuthFlows`", "`allowed_oauth_flows`"),
            ("`notify: false`", "`Notify: false`", "`notify = false`"),
            (
                "remove it (`inherit`)",
                "remove it (`AWS::Cognito::UserPoolRiskConfigurationAttachment`)",
                "remove it (`aws_cognito_risk_configuration`)",
            ),
            (
                "`always_block`",
                "`BlockedIPRangeList`",
                "`blocked_ip_range_list`",
            ),
            (
                "`log_delivery: { user_auth_events: { cloudwatch_logs: <ARN> } }`",
                "`LogConfigurations: [{ EventSource: userAuthEvents, LogLevel: INFO, \
                 CloudWatchLogsConfiguration: { LogGroupArn: <ARN> } }]`",
                "`log_configurations` with `event_source = \"userAuthEvents\"`, `log_level = \"INFO\"` and \
                 `cloud_watch_logs_configuration { log_group_arn = \"<ARN>\" }`",
            ),
            (
                "from the office, `BLOCK`, `arn:aws:ses:::x`, an odd `",
                "from the office, `BLOCK`, `arn:aws:ses:::x`, an odd `",
                "from the office, `BLOCK`, `arn:aws:ses:::x`, an odd `",
            ),
        ] {
            assert_eq!(advice(rule, &template), in_template);
            assert_eq!(advice(rule, &plan), in_plan);
        }
    }

    /// A rule that templates are checked by says only what can be said in their words.
    #[test]
    fn remediation_uses_template_terms() {
        // Words of Terraform, and what only a policy has; keys have small letters.
        let is_other = |code: &str| {
            let name = code.split([':', '.']).next().unwrap_or_default();
            let is_key = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            !is_key
                || [
                    "arn",
                    "moved",
                    "removed",
                    "create_before_destroy",
                    "client_id",
                    "audit_gate",
                ]
                .contains(&name)
        };
        for (name, text) in builtin_files() {
            let rule: serde_json::Value = serde_yaml::from_str(text).unwrap();
            if !rule["sees"].to_string().contains("observed") {
                continue;
            }
            let help = rule["remediation"].as_str().unwrap().replace('\n', " ");
            let help = help.split(". ").next().unwrap_or_default();
            for code in help.split('`').skip(1).step_by(2).filter(|code| !is_other(code)) {
                assert!(
                    said(code, false).is_some(),
                    "{name}: `{code}` has no row in `ROWS`"
                );
            }
        }
    }
}
