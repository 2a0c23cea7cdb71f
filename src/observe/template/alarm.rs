//! Alarms of templates, and the pools that they are on.

use std::collections::BTreeMap;

use crate::model::alarm::{Alarm, Beyond, OtherAlarm, Watched, concerns_cognito};
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::value::{At, Symbol, TextPiece, Val, ValueData};

/// What an alarm is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// A pool of the files.
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
    /// The alarm; the pool's id is empty in its dimensions.
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
    /// On other alarms, expressions and queries.
    pub others: Vec<OtherAlarm>,
}

/// Reads all alarms that may concern a pool.
pub fn alarms(resources: &[TemplateResource]) -> TemplateAlarms {
    let mut found = TemplateAlarms::default();
    let names: BTreeMap<&Symbol, String> = resources
        .iter()
        .filter(|resource| matches!(resource.kind, ResourceKind::Alarm | ResourceKind::Composite))
        .map(|resource| (&resource.symbol, name(resource)))
        .collect();
    for resource in resources {
        match resource.kind {
            ResourceKind::Alarm => metric(resource, &mut found),
            ResourceKind::Composite => {
                let rule = rule(&resource.get("AlarmRule"), &names);
                found.others.push(other(resource, Watched::Alarms(rule)));
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
        return String::new();
    };
    let one = |piece: &TextPiece| match piece {
        TextPiece::Known(text) => text.clone(),
        TextPiece::Open(_) => String::new(),
        TextPiece::Symbol(symbol) => {
            let whole = Symbol {
                attribute: String::new(),
                ..symbol.clone()
            };
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
    match resource.get("AlarmActions").data {
        ValueData::List(items) => items.iter().map(Val::shown).collect(),
        ValueData::Open(open) => vec![format!("${{{}}}", open.why)],
        _ => Vec::new(),
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

fn metric(resource: &TemplateResource, found: &mut TemplateAlarms) {
    let criteria = resource.get("EvaluationCriteria");
    if let Some(query) = criteria
        .get("PromQLCriteria")
        .and_then(|query| query.get("Query"))
    {
        found.others.push(other(resource, Watched::Query(query.shown())));
        return;
    }
    let ValueData::List(queries) = resource.get("Metrics").data else {
        let get = |key: &str| resource.get(key);
        let statistic = if get("Statistic").is_absent() {
            get("ExtendedStatistic")
        } else {
            get("Statistic")
        };
        let parts = [get("Namespace"), get("MetricName"), statistic, get("Period")];
        found
            .metrics
            .extend(single(resource, &get("Dimensions"), &parts, false));
        return;
    };
    let mut expressions = Vec::new();
    for query in &queries {
        if let Some(expression) = query.get("Expression") {
            expressions.push(expression.shown());
        }
        let Some(stat) = query.get("MetricStat") else {
            continue;
        };
        let none = || Val::new(query.at.clone(), ValueData::Absent);
        let of = |value: Option<&Val>| value.cloned().unwrap_or_else(none);
        let metric = of(stat.get("Metric"));
        let parts = [
            of(metric.get("Namespace")),
            of(metric.get("MetricName")),
            of(stat.get("Stat")),
            of(stat.get("Period")),
        ];
        let dimensions = of(metric.get("Dimensions"));
        found.metrics.extend(single(resource, &dimensions, &parts, true));
    }
    let expression = expressions.join("; ");
    let on = if expression.trim_start().to_ascii_uppercase().starts_with("SELECT") {
        Watched::Query(expression)
    } else {
        Watched::Expression(expression)
    };
    found.others.push(other(resource, on));
}

/// The pool that dimensions name, and all of them by name; the pool's value is empty.
fn dimensions(value: &Val, open: &mut Option<String>) -> (Option<On>, BTreeMap<String, String>) {
    let pairs: Vec<(String, Val)> = match &value.data {
        ValueData::List(items) => items
            .iter()
            .filter_map(|item| Some((item.get("Name")?.shown(), item.get("Value")?.clone())))
            .collect(),
        ValueData::Map(entries, _) => entries.clone(),
        ValueData::Open(why) => {
            *open = Some(why.why.clone());
            return (Some(On::Open(why.why.clone())), BTreeMap::new());
        }
        _ => Vec::new(),
    };
    let mut on = None;
    let mut known = BTreeMap::new();
    for (name, value) in pairs {
        let plain = name.to_ascii_lowercase();
        if plain.contains("pool") && !plain.contains("client") {
            on = Some(match (value.symbol(), value.known()) {
                (Some(symbol), _) if symbol.attribute.is_empty() => On::Pool(symbol.clone()),
                (_, Some(id)) => On::Id(id),
                _ => On::Open(value.shown()),
            });
            known.insert(name, String::new());
            continue;
        }
        if value.known().is_none() {
            *open = Some(value.shown());
        }
        known.insert(name, value.shown());
    }
    (on, known)
}

fn single(
    resource: &TemplateResource,
    dimensions_of: &Val,
    parts: &[Val; 4],
    is_other_kind: bool,
) -> Option<MetricAlarm> {
    let mut open = None;
    let (on, known) = dimensions(dimensions_of, &mut open);
    let [namespace, metric, statistic, period] = parts;
    let number = |value: &Val| value.known().and_then(|text| text.parse::<f64>().ok());
    let whole = |value: &Val| value.known().and_then(|text| text.parse::<u32>().ok());
    let get = |key: &str| resource.get(key);
    for value in [
        namespace,
        metric,
        statistic,
        period,
        &get("Threshold"),
        &get("ComparisonOperator"),
        &get("EvaluationPeriods"),
    ] {
        if value.has_open() {
            open = open.or_else(|| Some(value.shown()));
        }
    }
    let alarm = Alarm {
        name: Some(name(resource)),
        namespace: namespace.shown(),
        metric: metric.shown(),
        dimensions: known,
        statistic: statistic.shown(),
        period: whole(period).unwrap_or(60),
        evaluation_periods: whole(&get("EvaluationPeriods")).unwrap_or(1),
        threshold: number(&get("Threshold")).unwrap_or(0.0),
        comparison: get("ComparisonOperator").shown(),
        treat_missing_data: get("TreatMissingData")
            .known()
            .unwrap_or_else(|| "missing".to_owned()),
        actions_enabled: enabled(resource),
        actions: actions(resource),
        beyond: Beyond {
            datapoints_to_alarm: whole(&get("DatapointsToAlarm")),
            unit: get("Unit").known(),
            is_other_kind,
            ..Beyond::default()
        },
    };
    let may_concern = concerns_cognito(&alarm) || namespace.has_open() || metric.has_open();
    if !may_concern {
        return None;
    }
    Some(MetricAlarm {
        on: on?,
        alarm,
        at: [resource.at.clone(), dimensions_of.at.clone()],
        open,
    })
}
