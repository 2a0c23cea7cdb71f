//! What a file is that was named in place of another: words for it, and what to name.

use serde_json::Value;

use crate::json;

/// A kind of file that a command reads, and how it is come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSought {
    what: &'static str,
    /// How one is come by.
    from: &'static str,
    /// What to do where it is one and cannot be used.
    again: &'static str,
}

const A_JOURNAL: &str = "a journal";
const A_SNAPSHOT: &str = "a snapshot";
const A_PLAN: &str = "a plan";
const AN_IMPACT: &str = "a report of `cogward impact`";
const A_POLICY: &str = "a policy";
const A_MANIFEST: &str = "the manifest of a cdk.out folder";
const PARAMETERS: &str = "a parameters file";
const HCL: &str = "Terraform configuration (HCL)";
/// The file that Terraform keeps for itself.
pub(super) const RAW_STATE: &str = "a raw Terraform state";
/// What `serverless package` makes a template of.
pub(super) const SERVERLESS: &str = "a serverless.yml";

/// What `cogward rollback` reads.
#[cfg(feature = "live")]
pub const JOURNAL: FileSought = FileSought {
    what: A_JOURNAL,
    from: "name the journal that `cogward apply` wrote",
    again: "use the complete, unedited file",
};
/// What `--from` and `cogward merge` read.
pub const SNAPSHOT: FileSought = FileSought {
    what: A_SNAPSHOT,
    from: "`cogward snapshot --output FILE` writes one",
    again: "write it again with `cogward snapshot --output FILE`",
};
/// What `--plan` reads.
#[cfg(feature = "live")]
pub const PLAN: FileSought = FileSought {
    what: A_PLAN,
    from: "`cogward apply --dry-run --plan-out FILE` writes one",
    again: "write it again with `cogward apply --dry-run --plan-out FILE`",
};
/// What `--impact` reads.
pub const IMPACT: FileSought = FileSought {
    what: AN_IMPACT,
    from: "`cogward impact POLICIES --events FILES --output impact.json` writes one",
    again: "write it again with `cogward impact`",
};

/// That a file is not what was sought: what it seems to be, or the reader's words where it seems to be that.
pub fn mistaken(name: &str, text: &str, sought: FileSought, why: &dyn std::fmt::Display) -> String {
    let FileSought { what, from, again } = sought;
    match seems(text) {
        Some(other) if other != what => format!("`{name}` is not {what}: it seems to be {other}; {from}"),
        Some(_) => format!("`{name}` is {what} that cannot be used: {why}; {again}"),
        None => format!("`{name}` is not {what}: {why}; {from}"),
    }
}

/// How a text in UTF-16 becomes one that is read.
pub(super) const AS_UTF8: &str = "PowerShell's `>` writes UTF-16: write it again with `terraform show -json tfplan | Out-File -Encoding utf8 \
                                  plan.json`, or convert it with `iconv -f UTF-16 -t UTF-8`";
const UTF16: &str = "UTF-16";

/// That a file is nothing that pools are read from: what it seems to be, and what to do.
pub(super) fn no_template(text: &str) -> (String, &'static str) {
    let seems = seems(text);
    let help = match seems {
        Some(RAW_STATE) => "run `terraform show -json > state.json` and name that file",
        Some(HCL) => {
            "run `terraform plan -out tfplan` and `terraform show -json tfplan > tfplan.json`, and name that file"
        }
        Some(SERVERLESS) => {
            "run `serverless package` and name `.serverless/cloudformation-template-update-stack.json`"
        }
        Some(A_POLICY) => "check it with `cogward lint`; --from names what is compared with it",
        Some(A_MANIFEST) => "name its folder, such as `--from cdk.out`",
        Some(PARAMETERS) => "name it with --parameters, in addition to the template",
        Some(UTF16) => AS_UTF8,
        _ => {
            "name a snapshot, a CloudFormation template, a cdk.out folder, or what `terraform show -json` writes"
        }
    };
    let seems = seems.map_or_else(String::new, |what| format!(": it seems to be {what}"));
    (
        format!("this is no snapshot, template, plan or state{seems}"),
        help,
    )
}

/// What a text seems to be; `None` where it could be anything.
pub fn seems(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let lower: String = start.chars().take(200).collect::<String>().to_ascii_lowercase();
    if start.is_empty() {
        return Some("an empty file");
    }
    // Every other byte of letters in UTF-16 is zero.
    let halves: Vec<_> = text.chars().skip(1).step_by(2).take(8).collect();
    if halves.len() > 3 && halves.iter().all(|half| *half == '\0') {
        return Some(UTF16);
    }
    if text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
        return Some("a binary file");
    }
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some("an HTML page");
    }
    if lower.starts_with('<') {
        return Some("XML");
    }
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    if has("[lint") || has("variables =") {
        return Some("a `cogward.toml`");
    }
    if start.starts_with(['{', '[']) {
        let first = start.lines().next().unwrap_or_default();
        let whole = json::value(start.as_bytes());
        let is_lines = whole.is_err();
        let whole = whole.or_else(|_| json::value(first.as_bytes()));
        return match whole.ok().as_ref().map(of_json) {
            None => begins(start),
            Some(None) if is_lines => Some("lines of JSON that are not cogward's"),
            Some(kind) => kind,
        };
    }
    let is_hcl = [
        "resource \"",
        "module \"",
        "provider \"",
        "variable \"",
        "terraform {",
    ];
    match () {
        () if has("Resources:") || has("AWSTemplateFormatVersion") => Some("a CloudFormation template"),
        () if has("service:") && has("provider:") => Some(SERVERLESS),
        () if has("apiVersion:") && has("kind:") => Some("a Kubernetes manifest"),
        () if has("openapi:") || has("swagger:") => Some("an OpenAPI document"),
        () if has("jobs:") && has("on:") => Some("a GitHub Actions workflow"),
        () if is_hcl.into_iter().any(has) => Some(HCL),
        () if has("version:") && !has("services:") => Some(A_POLICY),
        () if has("# ") || has("| ") => Some("Markdown"),
        () => None,
    }
}

/// JSON that was cut off.
fn begins(text: &str) -> Option<&'static str> {
    let head: String = text.chars().take(200).filter(|c| !c.is_whitespace()).collect();
    match () {
        () if head.contains("\"event\":\"run\"") => Some(A_JOURNAL),
        () if head.contains("\"tool\":") => None,
        () if head.contains("\"digest\":") => Some(A_PLAN),
        () if head.contains("\"pools\":") => Some(A_SNAPSHOT),
        () => None,
    }
}

fn of_json(value: &Value) -> Option<&'static str> {
    let has = |key: &str| value.get(key).is_some();
    let word = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_ours = value["tool"]["name"] == "cogward";
    Some(match () {
        () if word("event") == "run" => A_JOURNAL,
        () if ["begin", "end", "close"].contains(&word("event")) => {
            "a part of a journal, without its first line"
        }
        () if ["mode", "agreed"].contains(&word("event")) => "a ledger",
        () if has("events_digest") => AN_IMPACT,
        () if is_ours && word("command") == "lint" => "a report of `cogward lint`",
        () if is_ours && word("command") == "scan" => "a report of `cogward scan`",
        () if is_ours && word("command") == "diff" => "a report of `cogward diff`",
        () if is_ours && has("digest") => "a report of `cogward apply`, which is not its plan",
        () if is_ours => "a report of cogward",
        () if has("digest") && has("pools") => A_PLAN,
        () if has("version") && has("pools") => A_SNAPSHOT,
        () if has("runs") => "a SARIF report",
        () if has("findings") => "a baseline",
        () if has("rules") => "the list of `cogward rules`",
        () if has("format_version") => "a plan or state of Terraform",
        () if has("terraform_version") => RAW_STATE,
        () if has("Resources") => "a CloudFormation template",
        () if has("artifacts") => A_MANIFEST,
        () if has("Parameters") || value[0].get("ParameterKey").is_some() => PARAMETERS,
        () if has("apiVersion") && has("kind") => "a Kubernetes manifest",
        () if has("openapi") || has("swagger") => "an OpenAPI document",
        () if has("name") && (has("dependencies") || has("devDependencies")) => "a package.json",
        () if has("app") && has("context") => "a cdk.json",
        () if value.is_array() => "a JSON list",
        () if has("$schema") && has("properties") => "a JSON schema",
        () if has("UserPool") || has("UserPools") => "an answer of the AWS CLI",
        () if has("Records") || has("eventVersion") => "CloudTrail events",
        () if has("target") || has("version") && has("mode") => A_POLICY,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is named in place of another is named for what it is.
    #[test]
    fn kind_of_file_is_recognized() {
        let kinds = [
            ("", "an empty file"),
            ("\u{1}\0", "a binary file"),
            ("{\"a\": 1}\n{\"a\": 2}\n", "lines of JSON that are not cogward's"),
            ("{\"events_digest\": \"00\"}", "a report of `cogward impact`"),
            (" \n", "an empty file"),
            ("<!DOCTYPE html><p>", "an HTML page"),
            ("<?xml version='1.0'?><testsuites/>", "XML"),
            ("version: 1\nmode: {}\n", "a policy"),
            ("Resources:\n  A: {}\n", "a CloudFormation template"),
            ("{\"Resources\": {}}", "a CloudFormation template"),
            ("[lint]\npaths = []\n", "a `cogward.toml`"),
            ("# Findings\n", "Markdown"),
            (
                "{\"event\": \"run\", \"version\": 1}\n{\"event\": \"begin\"}\n",
                "a journal",
            ),
            (
                "{\"event\": \"close\"}\n",
                "a part of a journal, without its first line",
            ),
            ("{\"event\": \"mode\"}\n{\"event\": \"mode\"}\n", "a ledger"),
            ("{\"version\":1,\"pools\":[]}", "a snapshot"),
            ("{\"version\":1,\"taken_at\":\"x\",\"pools\":[", "a snapshot"),
            ("{\"version\":1,\"digest\":\"x\",\"pools\":[]}", "a plan"),
            (
                "{\"tool\":{\"name\":\"cogward\"},\"command\":\"scan\"}",
                "a report of `cogward scan`",
            ),
            (
                "{\"tool\":{\"name\":\"cogward\"},\"command\":\"lint\"}",
                "a report of `cogward lint`",
            ),
            ("{\"tool\":{\"name\":\"cogward\"}}", "a report of cogward"),
            ("{\"version\":\"2.1.0\",\"runs\":[]}", "a SARIF report"),
            ("{\"version\":1,\"findings\":[]}", "a baseline"),
            ("{\"format_version\":\"1.2\"}", "a plan or state of Terraform"),
            ("{\"UserPool\":{}}", "an answer of the AWS CLI"),
            ("[1]", "a JSON list"),
            ("[{\"ParameterKey\": \"A\"}]", "a parameters file"),
            ("{\"Parameters\": {}}", "a parameters file"),
            ("{\"artifacts\": {}}", "the manifest of a cdk.out folder"),
            (
                "{\"version\": 4, \"terraform_version\": \"1\"}",
                "a raw Terraform state",
            ),
            ("apiVersion: v1\nkind: A\n", "a Kubernetes manifest"),
            ("{\"apiVersion\": 1, \"kind\": 1}", "a Kubernetes manifest"),
            ("openapi: 3.0.0\n", "an OpenAPI document"),
            ("on: push\njobs: {}\n", "a GitHub Actions workflow"),
            ("service: a\nprovider: {}\n", "a serverless.yml"),
            ("# a\nresource \"a\" \"b\" {}\n", "Terraform configuration (HCL)"),
            ("{\"name\": 1, \"dependencies\": {}}", "a package.json"),
            ("{\"app\": 1, \"context\": {}}", "a cdk.json"),
        ];
        for (text, wanted) in kinds {
            assert_eq!(seems(text), Some(wanted), "{text}");
        }
        for text in [
            "hello",
            "{",
            "{}",
            "a: 1\n",
            "version: 3\nservices: {}\n",
            "{\"a\": 1}",
        ] {
            assert_eq!(seems(text), None, "{text}");
        }
    }

    /// The reader's words are for the right file only.
    #[cfg(feature = "live")]
    #[test]
    fn reader_error_kept_for_right_file_only() {
        let said = |text: &str| mistaken("f", text, JOURNAL, &"line 2: it is odd");
        assert_eq!(
            said("{\"version\": 1, \"pools\": []}"),
            "`f` is not a journal: it seems to be a snapshot; name the journal that `cogward apply` wrote"
        );
        assert_eq!(
            said("{\"event\": \"run\"}"),
            "`f` is a journal that cannot be used: line 2: it is odd; use the complete, unedited file"
        );
        assert_eq!(
            said("hello"),
            "`f` is not a journal: line 2: it is odd; name the journal that `cogward apply` wrote"
        );
    }
}
