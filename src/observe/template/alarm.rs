//! Alarms of templates, and the pools that they are on.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::model::alarm::{Alarm, Beyond, OtherAlarm, Watched, concerns_cognito};
use crate::observe::template::read::{FileFault, ValueReader, Words};
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::value::{At, Symbol, TextPiece, Val, ValueData};

/// What an alarm is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// A pool of the files, or an attribute that is not its id.
    Pool(Symbol),
    /// A pool by its id.
    Id(String),
    /// Some pool; why it is not known which.
    Open(String),
}

/// An alarm of a file, on one metric.
#[derive(Clone, Debug)]
pub struct MetricAlarm {
    /// The pool.
    pub on: On,
    /// The alarm; the pool's id is empty in its dimensions, and what is not its id is there as it is written.
    pub alarm: Alarm,
    /// Where the alarm stands, and its dimensions.
    pub at: [At; 2],
    /// Why it cannot be judged.
    pub open: Option<String>,
}

/// Everything that alarms are.
#[derive(Debug, Default)]
pub struct TemplateAlarms {
    /// On one metric, or one metric of an expression.
    pub metrics: Vec<MetricAlarm>,
    /// On other alarms, expressions and queries, each with the resources that stand in it, as they are shown.
    pub others: Vec<(OtherAlarm, BTreeSet<Symbol>)>,
    /// Alarms that may be on any metric of any pool: why.
    pub open: Vec<String>,
}

/// Words that CloudWatch has for a property of an alarm; it refuses others.
const WORDS: [(&str, &Words<()>); 3] = [
    (
        "ComparisonOperator",
        &[
            ("GreaterThanOrEqualToThreshold", ()),
            ("GreaterThanThreshold", ()),
            ("LessThanThreshold", ()),
            ("LessThanOrEqualToThreshold", ()),
            ("LessThanLowerOrGreaterThanUpperThreshold", ()),
            ("LessThanLowerThreshold", ()),
            ("GreaterThanUpperThreshold", ()),
        ],
    ),
    (
        "Statistic",
        &[
            ("SampleCount", ()),
            ("Average", ()),
            ("Sum", ()),
            ("Minimum", ()),
            ("Maximum", ()),
        ],
    ),
    (
        "TreatMissingData",
        &[
            ("breaching", ()),
            ("notBreaching", ()),
            ("ignore", ()),
            ("missing", ()),
        ],
    ),
];

/// Reads all alarms that may concern a pool.
pub fn alarms(reader: &mut ValueReader<'_>, resources: &[TemplateResource]) -> TemplateAlarms {
    let mut found = TemplateAlarms::default();
    let names: BTreeMap<&Symbol, String> = resources
        .iter()
        .filter(|resource| matches!(resource.kind, ResourceKind::Alarm | ResourceKind::Composite))
        .map(|resource| (&resource.symbol, name(resource)))
        .collect();
    for resource in resources {
        match resource.kind {
            ResourceKind::Alarm => metric(reader, resource, &mut found),
            ResourceKind::Composite => {
                let written = resource.get("AlarmRule");
                if written.open().is_some() || matches!(written.data, ValueData::List(_) | ValueData::Map(..))
                {
                    found.open.push(written.named("the rule of a composite alarm"));
                    continue;
                }
                let rule = rule(&written, &names);
                found.open.extend(resource.get("ActionsEnabled").unresolved());
                let alarm = other(resource, Watched::Alarms(rule));
                found.others.push((alarm, BTreeSet::new()));
            }
            _ => {}
        }
    }
    found
}

fn name(resource: &TemplateResource) -> String {
    resource
        .get("AlarmName")
        .known()
        .unwrap_or_else(|| resource.symbol.id.clone())
}

/// A composite alarm's rule, with names of alarms where it has references to them.
fn rule(value: &Val, names: &BTreeMap<&Symbol, String>) -> String {
    let ValueData::Text(pieces) = &value.data else {
        return value.shown();
    };
    let one = |piece: &TextPiece| match piece {
        TextPiece::Known(text) => text.clone(),
        TextPiece::Open(open) => open.shown(),
        TextPiece::Symbol(symbol) => {
            let whole = symbol.whole();
            names.get(&whole).cloned().unwrap_or_default()
        }
    };
    pieces.iter().map(one).collect()
}

fn enabled(resource: &TemplateResource) -> bool {
    resource
        .get("ActionsEnabled")
        .known()
        .is_none_or(|text| !text.eq_ignore_ascii_case("false"))
}

fn actions(resource: &TemplateResource) -> Vec<String> {
    let actions = resource.get("AlarmActions");
    match &actions.data {
        ValueData::Absent => Vec::new(),
        ValueData::List(items) => items.iter().map(Val::shown).collect(),
        // Some action, or none.
        _ => vec![actions.named("${an action}")],
    }
}

fn other(resource: &TemplateResource, on: Watched) -> OtherAlarm {
    OtherAlarm {
        name: name(resource),
        on,
        actions_enabled: enabled(resource),
        actions: actions(resource),
    }
}

fn metric(reader: &mut ValueReader<'_>, resource: &TemplateResource, found: &mut TemplateAlarms) {
    let criteria = resource.get("EvaluationCriteria");
    let query = criteria.member("PromQLCriteria").member("Query");
    if !criteria.is_absent() {
        let mut named = BTreeSet::new();
        match evaluated(&query, &mut named) {
            Some(text) => found.others.push((other(resource, Watched::Query(text)), named)),
            None => found.open.push(query.named("what an alarm evaluates")),
        }
        return;
    }
    let metrics = resource.get("Metrics");
    let queries = match &metrics.data {
        ValueData::List(queries) => queries,
        ValueData::Absent => {
            let get = |key: &str| resource.get(key);
            let statistic = if get("Statistic").is_absent() {
                get("ExtendedStatistic")
            } else {
                get("Statistic")
            };
            let parts = [get("Namespace"), get("MetricName"), statistic, get("Period")];
            single(reader, resource, &get("Dimensions"), (&parts, false), found);
            return;
        }
        _ => {
            found.open.push(metrics.named("the metrics of an alarm"));
            return;
        }
    };
    let (mut expressions, mut named, mut open) = (Vec::new(), BTreeSet::new(), None);
    for query in queries {
        let expression = query.member("Expression");
        match evaluated(&expression, &mut named) {
            Some(known) => expressions.push(known),
            None if expression.is_absent() => {}
            // Of which pool it is nobody knows: it may be this one.
            None => open = Some(expression.named("what an alarm evaluates")),
        }
        let stat = query.member("MetricStat");
        if stat.is_absent() {
            continue;
        }
        let metric = stat.member("Metric");
        let parts = [
            metric.member("Namespace"),
            metric.member("MetricName"),
            stat.member("Stat"),
            stat.member("Period"),
        ];
        single(
            reader,
            resource,
            &metric.member("Dimensions"),
            (&parts, true),
            found,
        );
    }
    if let Some(why) = open {
        found.open.push(why);
        return;
    }
    let expression = expressions.join("; ");
    let on = if expression.trim_start().to_ascii_uppercase().starts_with("SELECT") {
        Watched::Query(expression)
    } else {
        Watched::Expression(expression)
    };
    found.others.push((other(resource, on), named));
}

/// What an alarm evaluates, with resources as they are shown, which are added; `None` where something of it is not known.
fn evaluated(value: &Val, named: &mut BTreeSet<Symbol>) -> Option<String> {
    if !matches!(value.data, ValueData::Text(_)) || value.open().is_some() {
        return None;
    }
    value.referred(named);
    Some(value.shown())
}

/// The pool that dimensions name, and all of them by name; the pool's value is empty, unless it is an attribute of it.
fn dimensions(value: &Val, open: &mut Option<String>) -> (Option<On>, BTreeMap<String, String>) {
    let pairs: Vec<(Val, Val)> = match &value.data {
        ValueData::Absent => Vec::new(),
        ValueData::List(items) => {
            let of = |item: &Val| (item.member("Name"), item.member("Value"));
            items.iter().map(of).collect()
        }
        _ => {
            let why = value.named("the dimensions of an alarm");
            *open = Some(why.clone());
            return (Some(On::Open(why)), BTreeMap::new());
        }
    };
    let mut on = None;
    let mut known = BTreeMap::new();
    for (name, value) in pairs {
        let Some(name) = name.known() else {
            // It may be the pool's, or one that the metric needs.
            *open = open.take().or(Some(name.named("a dimension of an alarm")));
            continue;
        };
        let plain = name.to_ascii_lowercase();
        if plain.contains("pool") && !plain.contains("client") {
            let attribute = value.symbol().filter(|symbol| !symbol.attribute.is_empty());
            known.insert(name, attribute.map_or_else(String::new, |_| value.shown()));
            on = Some(match (value.symbol(), value.known()) {
                (Some(symbol), _) => On::Pool(symbol.clone()),
                (_, Some(id)) => On::Id(id),
                _ => On::Open(value.named("a dimension of an alarm")),
            });
            continue;
        }
        *open = open.take().or_else(|| value.unresolved());
        known.insert(name, value.shown());
    }
    // Without the pool's own, what is not known may be it.
    let on = on.or_else(|| open.clone().map(On::Open));
    (on, known)
}

/// A number; a text that is none is not known.
fn number<T: std::str::FromStr>(value: &Val, open: &mut Option<String>) -> Option<T> {
    let found = value.known().and_then(|text| text.parse().ok());
    if found.is_none() && !value.is_absent() {
        *open = open.take().or(Some(value.named("a number of an alarm")));
    }
    found
}

/// An alarm on one metric. The words of one on other metrics are not ours to judge, and open no case.
fn single(
    reader: &mut ValueReader<'_>,
    resource: &TemplateResource,
    dimensions_of: &Val,
    (parts, is_other_kind): (&[Val; 4], bool),
    found: &mut TemplateAlarms,
) {
    let mut open = None;
    let (on, known) = dimensions(dimensions_of, &mut open);
    let [namespace, metric, statistic, period] = parts;
    let get = |key: &str| resource.get(key);
    let texts = ["ComparisonOperator", "TreatMissingData"].map(get);
    for value in [namespace, metric, statistic].into_iter().chain(&texts) {
        open = open.or_else(|| value.unresolved());
    }
    let [comparison, missing] = &texts;
    let mut alarm = Alarm {
        name: Some(name(resource)),
        namespace: namespace.shown(),
        metric: metric.shown(),
        dimensions: known,
        statistic: statistic.shown(),
        period: number(period, &mut open).unwrap_or(60),
        evaluation_periods: number(&get("EvaluationPeriods"), &mut open).unwrap_or(1),
        threshold: number(&get("Threshold"), &mut open).unwrap_or(0.0),
        comparison: comparison.shown(),
        treat_missing_data: missing.known().unwrap_or_else(|| "missing".to_owned()),
        actions_enabled: enabled(resource),
        actions: actions(resource),
        beyond: Beyond {
            datapoints_to_alarm: number(&get("DatapointsToAlarm"), &mut open),
            unit: get("Unit").known(),
            is_other_kind,
            ..Beyond::default()
        },
    };
    let of_metric = [namespace, metric]
        .into_iter()
        .any(|value| value.unresolved().is_some());
    if concerns_cognito(&alarm) {
        // Whether it tells anybody is tried both ways.
        match reader.flag(&get("ActionsEnabled")) {
            Ok(enabled) => alarm.actions_enabled = enabled.unwrap_or(true),
            Err(_) => open = open.or_else(|| Some("whether an alarm's actions are enabled".to_owned())),
        }
        words(reader, resource);
    }
    if let Some(on) = on.filter(|_| concerns_cognito(&alarm) || of_metric) {
        found.metrics.push(MetricAlarm {
            on,
            alarm,
            at: [resource.at.clone(), dimensions_of.at.clone()],
            open,
        });
    }
}

/// Reports words that CloudWatch does not have, and what it takes no alarm without.
fn words(reader: &mut ValueReader<'_>, resource: &TemplateResource) {
    for (name, words) in WORDS {
        let value = resource.get(name);
        if value.known().is_some() {
            // A wrong one is a fault, and is judged as it is written.
            let _ = reader.word(&value, words);
        }
    }
    for name in ["ComparisonOperator", "EvaluationPeriods"] {
        if resource.get(name).is_absent() && matches!(resource.at, At::Text { .. }) {
            reader.faults.insert(FileFault {
                at: resource.at.clone(),
                check: InputError::KeyMissing,
                message: format!("`{}` has no `{name}`: the deployment fails", resource.symbol.id),
                help: format!("add `{name}`"),
            });
        }
    }
}
