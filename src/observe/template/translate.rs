//! Attributes of the providers `aws` and `awscc` as properties of `CloudFormation`, whose names are the API's.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::observe::template::attribute::Attributes;
use crate::observe::template::naming::attribute;
use crate::observe::template::resource::ResourceKind;
use crate::observe::template::shape::{self, PropertyShape};
use crate::observe::template::value::{At, TextPiece, Val, ValueData};

/// Metric math as the provider `aws` has it.
const QUERIES: PropertyShape = PropertyShape::List(&PropertyShape::Map(&[
    ("Id", PropertyShape::Text),
    ("Expression", PropertyShape::Text),
    (
        "Metric",
        PropertyShape::Map(&[
            ("Namespace", PropertyShape::Text),
            ("MetricName", PropertyShape::Text),
            ("Dimensions", shape::TEXTS),
            ("Stat", PropertyShape::Text),
            ("Period", PropertyShape::Number),
        ]),
    ),
]));

/// All properties that matter.
pub fn properties(attributes: &Attributes<'_>, kind: ResourceKind) -> BTreeMap<String, Val> {
    let mut found = BTreeMap::new();
    let members = || {
        kind.properties()
            .iter()
            .chain(kind.beside())
            .chain(kind.of_terraform())
    };
    for (name, shape) in members() {
        let own = attribute(name, attributes.is_awscc);
        let value = match *name {
            "UserPoolId" | "ClientId" => attributes.id(name),
            "Dimensions" if !attributes.is_awscc => dimensions(
                attributes,
                Some("/dimensions"),
                attributes.get(&own, shape::TEXTS),
            ),
            _ if attributes.is_awscc => attributes.get(&own, *shape),
            "EnabledMfas" => factors(attributes, kind),
            "Metrics" => metrics(attributes),
            _ => attributes.get(&own, *shape),
        };
        // Texts that are empty are the provider's way of nothing.
        if value.known().as_deref() != Some("") && !value.is_absent() {
            found.insert((*name).to_owned(), value);
        }
    }
    let names = members().map(|(name, _)| *name);
    found.extend(attributes.odd_ones(names.collect()));
    found
}

/// The factors that a pool offers, which the provider has in blocks of their own.
fn factors(attributes: &Attributes<'_>, kind: ResourceKind) -> Val {
    let block = |name: &str| attributes.get(&attribute(name, false), kind.shape(name));
    let token = block("SoftwareTokenMfaConfiguration");
    let enabled = token.member("Enabled").known();
    let mut factors = Vec::new();
    let mut add = |word: &str, at: &At| factors.push(Val::text(at.clone(), word));
    if enabled.as_deref() == Some("true") {
        add("SOFTWARE_TOKEN_MFA", &token.at);
    }
    let (sms, email) = (block("SmsConfiguration"), block("EmailMfaConfiguration"));
    for (block, word) in [(&sms, "SMS_MFA"), (&email, "EMAIL_OTP")] {
        if matches!(block.data, ValueData::Map(..)) {
            add(word, &block.at);
        }
    }
    for block in [&token, &sms, &email] {
        let is_block = matches!(block.data, ValueData::Absent | ValueData::Map(..));
        if !is_block || block.member("Enabled").unresolved().is_some() {
            return attributes.open("/software_token_mfa_configuration", "known after apply");
        }
    }
    if factors.is_empty() {
        return Val::new(attributes.at.clone(), ValueData::Absent);
    }
    Val::new(token.at.clone(), ValueData::List(factors))
}

/// The dimensions of an alarm; what is known after apply is the pool that the references of their expression name, where that
/// expression is found.
fn dimensions(attributes: &Attributes<'_>, expression: Option<&str>, value: Val) -> Val {
    let referred = || match expression {
        Some(expression) => attributes.referred(expression, "cognito_user_pool", &value),
        None => value.clone(),
    };
    let dimension = |name: Val, entry: Val| {
        let members = vec![("Name".to_owned(), name), ("Value".to_owned(), entry)];
        Val::new(value.at.clone(), ValueData::Map(members, None))
    };
    let entries = match &value.data {
        ValueData::Map(entries, _) => entries,
        // The provider shows none of them where one is known after apply: whose alarm it is, is all that can be told.
        ValueData::Open(_) => {
            let pool = referred();
            if pool.symbol().is_none() {
                return pool;
            }
            let name = Val::text(value.at.clone(), "UserPoolId");
            let items = vec![dimension(name, pool), dimension(value.clone(), value.clone())];
            return Val::new(value.at.clone(), ValueData::List(items));
        }
        // It is a mapping here, and a list in the API.
        ValueData::List(_) => return Val::new(value.at, ValueData::Map(Vec::new(), None)),
        _ => return value,
    };
    let one = |(name, entry): &(String, Val)| {
        let entry = match entry.open() {
            Some(_) if expression.is_some() => referred(),
            _ => entry.clone(),
        };
        dimension(Val::text(value.at.clone(), name.as_str()), entry)
    };
    let items = entries.iter().map(one).collect();
    Val::new(value.at.clone(), ValueData::List(items))
}

/// Metric math: the metrics of the queries.
fn metrics(attributes: &Attributes<'_>) -> Val {
    let value = attributes.get("metric_query", QUERIES);
    let ValueData::List(queries) = &value.data else {
        return value;
    };
    let one = |query: &Val| {
        let ValueData::Map(members, _) = &query.data else {
            return query.clone();
        };
        let own = |(name, value): &(String, Val)| match (name.as_str(), &value.data) {
            ("Metric", ValueData::Map(metric, _)) => {
                let at = expression_of(attributes, query);
                let stat = metric_stat(attributes, at.as_deref(), value, metric);
                ("MetricStat".to_owned(), stat)
            }
            ("Metric", _) => ("MetricStat".to_owned(), value.clone()),
            _ => (name.clone(), value.clone()),
        };
        Val::new(
            query.at.clone(),
            ValueData::Map(members.iter().map(own).collect(), None),
        )
    };
    let found: Vec<_> = queries.iter().map(one).collect();
    if found.is_empty() {
        return Val::new(value.at.clone(), ValueData::Absent);
    }
    Val::new(value.at.clone(), ValueData::List(found))
}

/// The pointer to the dimensions of a query in the configuration. There the queries are in the order of the file, and in a plan
/// in that of the provider: their ids say which is which.
fn expression_of(attributes: &Attributes<'_>, query: &Val) -> Option<String> {
    let id = query.member("Id").known()?;
    let blocks = attributes.expressions?.get("metric_query")?.as_array()?;
    let is_own = |block: &Json| block["id"]["constant_value"] == id.as_str();
    let index = blocks.iter().position(is_own)?;
    Some(format!("/metric_query/{index}/metric/0/dimensions"))
}

fn metric_stat(
    attributes: &Attributes<'_>,
    expression: Option<&str>,
    value: &Val,
    metric: &[(String, Val)],
) -> Val {
    let (mut own, mut stat) = (Vec::new(), Vec::new());
    for (name, entry) in metric {
        match name.as_str() {
            "Stat" | "Period" => stat.push((name.clone(), entry.clone())),
            "Dimensions" => own.push((name.clone(), dimensions(attributes, expression, entry.clone()))),
            _ => own.push((name.clone(), entry.clone())),
        }
    }
    let metric = Val::new(value.at.clone(), ValueData::Map(own, None));
    stat.push(("Metric".to_owned(), metric));
    Val::new(value.at.clone(), ValueData::Map(stat, None))
}

/// Brings what is open in a value under a scope.
pub fn scoped(value: &mut Val, scope: usize) {
    match &mut value.data {
        ValueData::Open(open) => open.scope = scope,
        ValueData::Text(pieces) => {
            for piece in pieces {
                match piece {
                    TextPiece::Open(open) => open.scope = scope,
                    TextPiece::Symbol(symbol) => symbol.scope = scope,
                    TextPiece::Known(_) => {}
                }
            }
        }
        ValueData::List(items) => items.iter_mut().for_each(|item| scoped(item, scope)),
        ValueData::Map(entries, _) => entries.iter_mut().for_each(|(_, entry)| scoped(entry, scope)),
        ValueData::Absent => {}
    }
}
