//! Runs the examples inside rule files: each rule's own expectations, and all rules on all examples.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::diff::Policies;
use crate::app::lint::lint_text;
use crate::app::scan;
use crate::finding::Finding;
use crate::fs::Tree;
use crate::impact::SignIns;
use crate::lint::Settings;
use crate::model::alarm::{OtherAlarm, SeenMetric, Watched};
use crate::model::observed::{Estate, Observed};
use crate::model::posture::{Origin, Posture, RiskResource, TemplateFacts, Topic};
use crate::pointer::Pointer;
use crate::policy::parse;
use crate::policy::secret;
use crate::report::Report;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::{
    BadExample, Example, Expected, MetricFacts, ObservedFacts, OtherAlarmFacts, TemplateExample, TopicFacts,
};
use crate::rule::page;
use crate::source::{Source, SourceId, Sources};
use crate::text;

/// The day that counts as today for examples, so that they never age.
pub const DAY: &str = "2026-01-15";

/// One example of a rule, run.
#[derive(Clone, Debug)]
pub struct ExampleRun {
    /// The rule whose example it is.
    pub rule: String,
    /// `bad`, `good` or `lookalike`.
    pub kind: &'static str,
    /// The example's name.
    pub name: String,
    /// What every rule found: rule, place, message.
    pub found: Vec<(String, String, String)>,
    /// Why the example does not prove its rule; empty if it does.
    pub failures: Vec<String>,
}

/// A catalogue and the texts of its rules, which findings against rules point into.
#[derive(Clone, Copy)]
pub struct ExampleContext<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Their texts.
    pub sources: &'a Sources,
}

/// Runs the examples of some rules against a catalogue that holds them.
pub fn run(rules: &[&Rule], context: ExampleContext<'_>) -> Vec<ExampleRun> {
    rules.iter().flat_map(|rule| run_rule(rule, context)).collect()
}

fn run_rule(rule: &Rule, context: ExampleContext<'_>) -> Vec<ExampleRun> {
    let Some(examples) = &rule.examples else {
        return Vec::new();
    };
    let bad = examples.bad.iter().map(Case::bad);
    let good = examples.good.iter().map(|example| Case::silent("good", example));
    let lookalike = examples.lookalike.iter();
    let lookalike = lookalike.map(|example| Case::silent("lookalike", example));
    let cases = bad.chain(good).chain(lookalike);
    cases.map(|case| judged(rule, &case, context)).collect()
}

/// An example, and what the rule must find in it: of a silent one nothing.
struct Case<'a> {
    kind: &'static str,
    name: &'a str,
    policy: &'a Value,
    beside: Beside<'a>,
    findings: &'a [Expected],
    fixed: Option<&'a Value>,
}

impl<'a> Case<'a> {
    fn bad(example: &'a BadExample) -> Self {
        Self {
            kind: "bad",
            name: &example.name,
            policy: &example.policy,
            beside: Beside {
                baseline: example.baseline.as_ref(),
                observed: example.observed.as_ref(),
                events: example.events.as_ref(),
            },
            findings: &example.findings,
            fixed: example.fixed.as_ref(),
        }
    }

    fn silent(kind: &'static str, example: &'a Example) -> Self {
        Self {
            kind,
            name: &example.name,
            policy: &example.policy,
            beside: Beside {
                baseline: example.baseline.as_ref(),
                observed: example.observed.as_ref(),
                events: example.events.as_ref(),
            },
            findings: &[],
            fixed: None,
        }
    }
}

fn judged(rule: &Rule, case: &Case<'_>, context: ExampleContext<'_>) -> ExampleRun {
    let text = policy_text(case.policy);
    let report = run_example(&text, case.beside, context);
    let found = found(&report, &text);
    let mut own: Vec<_> = own(rule, &found);
    let mut failures = input_faults(&report);
    let mut wanted: Vec<_> = case
        .findings
        .iter()
        .map(|Expected { at, message }| (at.clone(), message.clone()))
        .collect();
    for (at, message) in wanted.iter().filter(|wanted| !own.contains(wanted)) {
        failures.push(format!("not found: at `{at}`: {message}"));
    }
    for (at, message) in own.iter().filter(|own| !wanted.contains(own)) {
        failures.push(format!("found and not expected: at `{at}`: {message}"));
    }
    // In any order: severities decide about that.
    own.sort();
    wanted.sort();
    if failures.is_empty() && own != wanted {
        failures.push("some findings come more or less often than expected".to_owned());
    }
    if let Some(fixed) = case.fixed {
        failures.extend(fixed_failure(rule, &text, fixed, context));
    }
    ExampleRun {
        rule: rule.meta.id.to_string(),
        kind: case.kind,
        name: case.name.to_owned(),
        found,
        failures,
    }
}

fn own(rule: &Rule, found: &[(String, String, String)]) -> Vec<(String, String)> {
    let own = found.iter().filter(|(id, ..)| id == rule.meta.id.as_str());
    own.map(|(_, at, message)| (at.clone(), message.clone()))
        .collect()
}

/// An example must be a usable policy; what is wrong with the input hides what the rule would say.
fn input_faults(report: &Report) -> Vec<String> {
    let faults = report.findings.iter().filter(|finding| finding.is_input_fault);
    faults
        .map(|finding| format!("the example itself: {}: {}", finding.rule, finding.message))
        .collect()
}

/// The fixes of one rule, applied; compared with what the example wants.
fn fixed_failure(rule: &Rule, text: &str, wanted: &Value, context: ExampleContext<'_>) -> Option<String> {
    let judge = |text: &str| {
        let report = check(text, Beside::default(), context);
        report
            .findings
            .into_iter()
            .filter(|finding| finding.rule == rule.meta.id)
            .collect::<Vec<_>>()
    };
    let result = crate::fix::fix_all(text, &judge).text;
    let read = |text: &str| {
        let documents = crate::yaml::parse(SourceId(0), text, &crate::yaml::Budget::default()).documents;
        documents
            .iter()
            .map(|document| document.root.to_json())
            .collect::<Vec<_>>()
    };
    let wanted = policy_text(wanted);
    (read(&result) != read(&wanted))
        .then(|| format!("fixed, the policy is:\n{result}and should be:\n{wanted}"))
}

/// An example's text, with a `version` where a mapping leaves it out.
fn policy_text(policy: &Value) -> String {
    match policy {
        Value::Object(map) if map.is_empty() => "version: 1\n".to_owned(),
        Value::Object(map) if !map.contains_key("version") => format!("version: 1\n{}", page::yaml(policy)),
        Value::String(text) if !text.contains("version:") => format!("version: 1\n{text}"),
        other => page::yaml(other),
    }
}

/// What an example has beside its policy.
#[derive(Clone, Copy, Default)]
struct Beside<'a> {
    baseline: Option<&'a Value>,
    observed: Option<&'a ObservedFacts>,
    events: Option<&'a SignIns>,
}

/// An example as a policy, as one with recorded events, or as a live pool.
fn run_example(text: &str, beside: Beside<'_>, context: ExampleContext<'_>) -> Report {
    match beside.observed {
        None => check(text, beside, context),
        Some(facts) => check_observed(text, facts, context),
    }
}

/// The policy taken for what a pool is.
fn check_observed(text: &str, facts: &ObservedFacts, context: ExampleContext<'_>) -> Report {
    let settings = Settings::new(text::date(DAY).unwrap_or_default());
    let mut sources = context.sources.clone();
    let tree = Tree::new("/nonexistent".into());
    let read = Policies::read_text(&tree, text, context.catalogue, &mut sources);
    let (mut postures, findings) = match read {
        Ok(policy) => (vec![policy], Vec::new()),
        Err(findings) => (Vec::new(), findings),
    };
    let noon = |day: &Option<String>| {
        let day = text::date(day.as_deref()?)?;
        Some(
            day.at(12, 0, 0, 0)
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()?
                .timestamp(),
        )
    };
    let pools = postures.drain(..).map(|(name, mut posture)| {
        posture.origin = Origin::Observed;
        posture
            .pool_id
            .get_or_insert_with(|| "us-west-2_EXAMPLE".to_owned());
        observe(&mut posture, facts);
        Observed {
            name,
            posture,
            created: noon(&facts.created),
            last_modified: noon(&facts.modified),
            estimated_users: facts.users,
            ..Observed::default()
        }
    });
    let estate = Estate {
        pools: pools.collect(),
        ..Estate::default()
    };
    let job = scan::ScanJob {
        fail_on: None,
        templates: None,
        estate: &estate,
        today: settings.today,
        settings: &settings,
        catalogue: context.catalogue,
        findings,
        wants_tables: false,
    };
    scan::scan(job, sources)
}

/// Gives a posture what is known of an observed one only.
fn observe(posture: &mut Posture, facts: &ObservedFacts) {
    for client in &mut posture.clients {
        client.has_secret = facts.secrets.get(&client.key).copied();
    }
    posture.other_alarms = facts
        .other_alarms
        .as_ref()
        .map(|alarms| alarms.iter().map(other_alarm).collect());
    posture.topics = facts
        .topics
        .iter()
        .map(|(arn, topic)| (arn.clone(), topic_of(*topic)))
        .collect();
    posture.template = template_of(&facts.template);
    posture.seen_metrics = facts
        .metrics
        .as_ref()
        .map(|metrics| metrics.iter().map(metric_of).collect());
}

fn template_of(facts: &TemplateExample) -> TemplateFacts {
    let one = |kind: &str, index: usize, name: &str, client: &str| RiskResource {
        name: name.to_owned(),
        client: (!client.is_empty()).then(|| client.to_owned()),
        pointer: Pointer::root().child("template").child(kind).child(index),
    };
    let all = |kind: &str, resources: &BTreeMap<String, String>| {
        let resources = resources.iter().enumerate();
        resources
            .map(|(index, (name, client))| one(kind, index, name, client))
            .collect()
    };
    let named = facts.named_all.iter().enumerate();
    TemplateFacts {
        is_source: true,
        plan_left_out: facts.plan_left_out,
        is_created: facts.is_created,
        more_alarms: facts.more_alarms,
        more_clients: false,
        set_twice: all("set_twice", &facts.set_twice),
        reset: all("reset", &facts.reset),
        named_all: named
            .map(|(index, name)| one("named_all", index, name, ""))
            .collect(),
    }
}

fn other_alarm(facts: &OtherAlarmFacts) -> OtherAlarm {
    let on = match (&facts.rule, &facts.query) {
        (Some(rule), _) => Watched::Alarms(rule.clone()),
        (None, Some(query)) => Watched::Query(query.clone()),
        (None, None) => Watched::Expression(facts.expression.clone().unwrap_or_default()),
    };
    OtherAlarm {
        name: facts.name.clone(),
        on,
        actions_enabled: true,
        actions: facts.actions.clone(),
    }
}

fn topic_of(topic: TopicFacts) -> Topic {
    match topic {
        TopicFacts {
            confirmed: None,
            pending: None,
        } => Topic::Missing,
        TopicFacts { confirmed, pending } => Topic::Found {
            confirmed: confirmed.unwrap_or(0),
            pending: pending.unwrap_or(0),
        },
    }
}

fn metric_of(metric: &MetricFacts) -> SeenMetric {
    SeenMetric {
        name: metric.metric.clone(),
        dimensions: metric.dimensions.clone(),
        older: metric.older,
    }
}

fn check(text: &str, beside: Beside<'_>, context: ExampleContext<'_>) -> Report {
    let day = text::date(DAY).unwrap_or_default();
    let baseline = beside.baseline.map(Value::to_string);
    let judge = (context.catalogue, &Settings::new(day));
    let sources = context.sources.clone();
    lint_text("example.yaml", text, baseline, judge, beside.events, sources)
}

/// Findings that count, as rule, place and message.
fn found(report: &Report, text: &str) -> Vec<(String, String, String)> {
    let source = Source::new("example.yaml", text, &[]);
    let file = parse::parse(SourceId(0), &source, secret::find(text));
    let place = |finding: &Finding| {
        if let Some(pointer) = &finding.primary.pointer {
            return pointer.to_string();
        }
        let ignore = file
            .ignores
            .iter()
            .position(|ignore| ignore.span == finding.primary.span);
        let secret = file
            .secrets
            .iter()
            .position(|secret| secret.span == finding.primary.span);
        ignore
            .map(|at| format!("#{at}"))
            .or_else(|| secret.map(|at| format!("@{at}")))
            .unwrap_or_default()
    };
    let counted = report
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none());
    counted
        .map(|finding| (finding.rule.to_string(), place(finding), finding.message.clone()))
        .collect()
}
