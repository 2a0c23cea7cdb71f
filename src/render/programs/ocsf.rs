//! `ocsf`: Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework 1.5, as a JSON array: what Security
//! Lake and other data lakes take. `.ci/run ocsf` validates it against the models of `py-ocsf-models`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::finding::{Finding, Severity};
use crate::fingerprint;
use crate::report::{NotChecked, PoolOverview, Report, RuleMeta};

use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{RenderOptions, escape, words};

/// Results of a control.
const UNKNOWN: (u8, &str) = (0, "Unknown");
const WARNING: (u8, &str) = (2, "Warning");
const FAIL: (u8, &str) = (3, "Fail");

/// The version of the schema.
const SCHEMA: &str = "1.5.0";

/// Writes an event for every finding, suppressed ones included, and one for everything that was not read: what is unknown is
/// not compliant.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    // The command line refuses a run without either.
    let head = &options.head;
    let midnight = |day: jiff::civil::Date| day.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let time = head
        .at
        .or_else(|| Some(head.today.and_then(midnight)?.timestamp()));
    let writer = Writer {
        report,
        rules: RuleIndex::new(report, options),
        time: time.map_or(0, jiff::Timestamp::as_millisecond),
    };
    let prints = fingerprint::all(&report.findings, &report.sources);
    let findings = report.findings.iter().zip(prints);
    let findings = findings.map(|(finding, print)| writer.finding(finding, &print));
    let unread = report.summary.not_checked.iter();
    let unread = unread.map(|entry| writer.unread(entry));
    let events: Vec<Value> = findings.chain(unread).collect();
    escape::write_json(&events, out)
}

struct Writer<'a> {
    report: &'a Report,
    rules: RuleIndex<'a>,
    /// Milliseconds since 1970.
    time: i64,
}

impl Writer<'_> {
    fn finding(&self, finding: &Finding, print: &str) -> Value {
        let meta = self.rules.meta(&finding.rule);
        let rule = finding.rule.as_str();
        let message = escape::one_line(&words::with_origin(self.report, finding, &finding.message));
        let summary = meta.map_or(message.as_str(), |meta| meta.summary.as_str());
        let (severity_id, severity) = match finding.severity {
            Severity::Error => (4, "High"),
            Severity::Warning => (3, "Medium"),
            Severity::Note => (2, "Low"),
        };
        let (status_id, status) = match finding.suppressed {
            Some(_) => (3, "Suppressed"),
            None => (1, "New"),
        };
        let docs = self.rules.docs_url(&finding.rule);
        let mut information = json!({
            "uid": print,
            "title": escape::one_line(summary),
            "desc": message,
            "types": [rule],
        });
        let mut references: Vec<Value> = docs.iter().map(|url| url.as_str().into()).collect();
        if let Some(docs) = docs {
            information["src_url"] = docs.into();
        }
        references.extend(
            meta.iter()
                .flat_map(|meta| meta.references.iter().map(|one| Value::from(one.url.as_str()))),
        );
        let remediation = [
            Some(finding.help.as_str()),
            meta.map(|meta| meta.remediation.as_str()),
        ];
        let remediation = remediation.into_iter().flatten().find_map(words::filled);
        let mut event = self.event(rule, &message, severity_id, severity);
        event["status_id"] = status_id.into();
        event["status"] = status.into();
        if let Some(suppression) = &finding.suppressed {
            event["status_detail"] = escape::one_line(&words::suppression(suppression)).into();
        }
        event["finding_info"] = information;
        let status = if finding.is_input_fault { WARNING } else { FAIL };
        event["compliance"] = compliance(rule, summary, meta, status);
        if let Some(text) = remediation {
            event["remediation"] = json!({ "desc": escape::one_line(text), "references": references });
        }
        self.place(finding, &mut event);
        event
    }

    /// Something that was not read; what should have been is a warning, and the rest is for information.
    fn unread(&self, entry: &NotChecked) -> Value {
        let what = escape::one_line(&entry.what);
        let why = escape::one_line(&entry.why);
        let (message, title, severity, status) = if entry.failed {
            let message = format!("{what} could not be read: {why}");
            (message, "could not be read", (0, "Unknown"), WARNING)
        } else {
            (
                format!("{what}: {why}"),
                "not checked",
                (1, "Informational"),
                UNKNOWN,
            )
        };
        let mut event = self.event("not-checked", &message, severity.0, severity.1);
        event["status_id"] = 1.into();
        event["status"] = "New".into();
        event["finding_info"] = json!({
            "uid": format!("not-checked: {what}"),
            "title": title,
            "desc": message,
            "types": ["not-checked"],
        });
        event["compliance"] = compliance("not-checked", title, None, status);
        event
    }

    /// What every event has.
    fn event(&self, code: &str, message: &str, severity_id: u8, severity: &str) -> Value {
        json!({
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": 2003,
            "class_name": "Compliance Finding",
            "type_uid": 200_301,
            "type_name": "Compliance Finding: Create",
            "activity_id": 1,
            "activity_name": "Create",
            "time": self.time,
            "severity_id": severity_id,
            "severity": severity,
            "message": message,
            "metadata": {
                "version": SCHEMA,
                "event_code": code,
                "product": {
                    "name": "cogward",
                    "vendor_name": "cogward",
                    "version": self.report.version,
                    "url_string": "https://github.com/cogward/cogward",
                },
            },
        })
    }

    /// The pool or the file that the finding is about, and its account where that is known.
    fn place(&self, finding: &Finding, event: &mut Value) {
        let place = Place::new(self.report, &finding.primary);
        let difference = finding.difference.as_deref();
        let pool = difference.map(|one| one.pool.as_str()).or(place.source.pool_id());
        let overview = self.overview(finding, pool);
        let known = |get: fn(&PoolOverview) -> &Option<String>| overview.and_then(|one| get(one).as_deref());
        let (account, region) = (known(|one| &one.account), known(|one| &one.region));
        let mut resource = match pool {
            Some(id) => json!({ "type": "AwsCognitoUserPool", "uid": escape::one_line(id) }),
            None => json!({ "type": "Policy", "uid": escape::one_line(place.source.name()) }),
        };
        if let Some(name) = difference.map(|one| &one.pool_name).or(finding.policy.as_ref()) {
            resource["name"] = escape::one_line(name).into();
        }
        let mut data = Map::from_iter([("place".to_owned(), escape::one_line(&place.text()).into())]);
        if let Some(pointer) = &finding.primary.pointer {
            data.insert("pointer".to_owned(), escape::one_line(pointer.as_str()).into());
        }
        resource["data"] = data.into();
        if let Some(region) = region {
            resource["region"] = escape::one_line(region).into();
        }
        event["resources"] = json!([resource]);
        let Some(account) = account else { return };
        let account = escape::one_line(account);
        event["metadata"]["profiles"] = json!(["cloud"]);
        event["cloud"] = json!({
            "provider": "AWS",
            "account": { "uid": account, "name": account, "type_id": 10, "type": "AWS Account" },
        });
        if let Some(region) = region {
            event["cloud"]["region"] = escape::one_line(region).into();
        }
    }

    /// The row of the finding's pool or policy.
    fn overview(&self, finding: &Finding, pool: Option<&str>) -> Option<&PoolOverview> {
        let of_pool = |one: &&PoolOverview| {
            pool.is_some_and(|id| one.title == id || one.title.ends_with(&format!(" ({id})")))
        };
        let of_policy = |one: &&PoolOverview| finding.policy.as_ref() == Some(&one.title);
        let all = &self.report.overviews;
        all.iter().find(of_pool).or_else(|| all.iter().find(of_policy))
    }
}

/// The rule as a control, and the controls of others that it relates to. What could not be used or read has no result.
fn compliance(rule: &str, summary: &str, meta: Option<&RuleMeta>, (status_id, status): (u8, &str)) -> Value {
    let mut standards = BTreeSet::from(["cogward"]);
    let mut requirements = vec![rule.to_owned()];
    let mut checks =
        vec![json!({ "uid": rule, "standards": ["cogward"], "status_id": status_id, "status": status })];
    for (framework, ids) in meta.iter().flat_map(|meta| &meta.frameworks) {
        let name = match framework.as_str() {
            "security-hub" => "AWS Security Hub CSPM",
            "aws-config" => "AWS Config",
            "prowler" => "Prowler",
            other => other,
        };
        standards.insert(name);
        requirements.extend(ids.iter().cloned());
        checks.extend(ids.iter().map(|id| json!({ "uid": id, "standards": [name] })));
    }
    json!({
        "control": rule,
        "desc": escape::one_line(summary),
        "standards": standards,
        "requirements": requirements,
        "checks": checks,
        "status_id": status_id,
    })
}
