//! Attributes of the providers `aws` and `awscc` as properties of `CloudFormation`, whose names are the API's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::observe::template::naming::{self, attribute};
use crate::observe::template::reference::Follower;
use crate::observe::template::resource::ResourceKind;
use crate::observe::template::shape::{self, Members, PropertyShape};
use crate::observe::template::value::{At, Open, Symbol, TextPiece, Val, ValueData};

const NOTHING: &Json = &Json::Null;

/// One resource's attributes.
pub struct Attributes<'a> {
    /// The resource's place.
    pub at: At,
    /// Its address.
    pub address: &'a str,
    /// Whether it is of the provider `awscc`.
    pub is_awscc: bool,
    /// What it will be.
    pub after: &'a Json,
    /// What of it is known after apply.
    pub unknown: &'a Json,
    /// What of it may not be printed.
    pub sensitive: &'a Json,
    /// What it is.
    pub before: &'a Json,
    /// What the configuration says, where it is there.
    pub expressions: Option<&'a Json>,
    /// Follows references.
    pub follower: &'a Follower<'a>,
}

/// What the provider `aws` never computes: unknown without an expression, it is from a `dynamic` block, which leaves no trace in
/// a plan.
const NEVER_COMPUTED: [&str; 9] = [
    "account_takeover_risk_configuration",
    "compromised_credentials_risk_configuration",
    "email_mfa_configuration",
    "log_configurations",
    "metric_query",
    "mfa_configuration",
    "risk_exception_configuration",
    "software_token_mfa_configuration",
    "user_pool_add_ons",
];

/// Metric math as the provider `aws` has it.
const QUERIES: PropertyShape = PropertyShape::List(&PropertyShape::Map(&[
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

/// Values inside each other.
const DEEPEST: usize = 32;

/// A value of the file, with what is said of it beside.
#[derive(Clone, Copy)]
struct Found<'a> {
    after: &'a Json,
    unknown: &'a Json,
    sensitive: &'a Json,
}

/// Whether a mark holds for a whole value. One of a kind that no mark has is not taken for none.
fn is_marked(mark: &Json) -> bool {
    !matches!(
        mark,
        Json::Null | Json::Bool(false) | Json::Array(_) | Json::Object(_)
    )
}

impl<'a> Found<'a> {
    fn each(self, get: impl Fn(&'a Json) -> Option<&'a Json>) -> Self {
        let of = |value| get(value).unwrap_or(NOTHING);
        Self {
            after: of(self.after),
            unknown: of(self.unknown),
            sensitive: of(self.sensitive),
        }
    }

    fn member(self, key: &str) -> Self {
        self.each(|value| value.get(key))
    }

    fn item(self, index: usize) -> Self {
        self.each(|value| value.get(index))
    }
}

/// A value of another kind than any property has where it stands.
fn other(at: At) -> Val {
    Val::new(at, ValueData::List(vec![]))
}

impl Attributes<'_> {
    fn place(&self, path: &str) -> At {
        match &self.at {
            At::Address { file, address, .. } => At::Address {
                file: *file,
                address: std::sync::Arc::clone(address),
                path: path.to_owned(),
            },
            other @ At::Text { .. } => other.clone(),
        }
    }

    fn open(&self, path: &str, why: &str) -> Val {
        let why = format!("{}{} ({why})", self.address, path.replace('/', "."));
        let open = Open::new(why, 0);
        Val::new(self.place(path), ValueData::Open(open))
    }

    /// A top-level attribute.
    fn get(&self, name: &str, shape: PropertyShape) -> Val {
        let path = format!("/{name}");
        // A mark of the resource is one of all of it.
        let of_mark = |mark| {
            if is_marked(mark) {
                mark
            } else {
                mark.get(name).unwrap_or(NOTHING)
            }
        };
        let found = Found {
            after: self.after.get(name).unwrap_or(NOTHING),
            unknown: of_mark(self.unknown),
            sensitive: of_mark(self.sensitive),
        };
        let may_be_computed = self.is_awscc || !NEVER_COMPUTED.contains(&name);
        let is_left_out = is_marked(found.unknown) && may_be_computed && !self.is_configured(name);
        // Left out: the service's default holds, or on an update what is there.
        let found = if is_left_out {
            Found {
                after: self.before.get(name).unwrap_or(NOTHING),
                unknown: NOTHING,
                ..found
            }
        } else {
            found
        };
        self.value(shape, found, &path, 0)
    }

    /// Whether an expression is there; unknown where there is no configuration.
    fn is_configured(&self, name: &str) -> bool {
        self.expressions.is_none_or(|all| all.get(name).is_some())
    }

    fn value(&self, shape: PropertyShape, found: Found<'_>, path: &str, depth: usize) -> Val {
        let at = self.place(path);
        if is_marked(found.sensitive) && !found.after.is_null() {
            return self.open(path, "sensitive");
        }
        if is_marked(found.unknown) || depth > DEEPEST {
            return self.open(path, "known after apply");
        }
        match (found.after, shape) {
            (Json::Null, _) => Val::new(at, ValueData::Absent),
            (Json::Bool(flag), _) => Val::text(at, flag.to_string()),
            (Json::Number(number), _) => Val::text(at, number.to_string()),
            (Json::String(text), _) => Val::text(at, text.clone()),
            (Json::Array(items), PropertyShape::List(inner)) => {
                let one = |index| self.item(*inner, found.item(index), path, depth + 1);
                let values = (0..items.len()).map(one).filter(|value| !value.is_absent());
                Val::new(at, ValueData::List(values.collect()))
            }
            // A block; where names are free, it is an argument.
            (Json::Array(items), PropertyShape::Map(_)) => match items.len() {
                0 => Val::new(at, ValueData::Absent),
                1 => self.item(shape, found.item(0), path, depth + 1),
                _ => self.open(path, "more than one block"),
            },
            (Json::Object(_), PropertyShape::Map(members)) => self.members(members, found, path, depth),
            // Marks of another kind than the value say nothing of its entries.
            (Json::Object(_), PropertyShape::Keys(_)) if found.unknown.is_array() => {
                self.open(path, "known after apply")
            }
            (Json::Object(_), PropertyShape::Keys(inner)) => self.entries(*inner, found, path, depth),
            (Json::Object(_), _) => Val::new(at, ValueData::Map(Vec::new(), None)),
            (Json::Array(_), _) => other(at),
        }
    }

    /// A block, or an item of a list.
    fn item(&self, shape: PropertyShape, found: Found<'_>, path: &str, depth: usize) -> Val {
        if found.after.is_array() && !is_marked(found.unknown) {
            return other(self.place(path));
        }
        self.value(shape, found, path, depth)
    }

    /// The members of a mapping, those that are known after apply included.
    fn members(&self, members: Members, found: Found<'_>, path: &str, depth: usize) -> Val {
        let mut values = Vec::new();
        let mut is_any = false;
        for (name, shape) in members {
            let key = attribute(name, self.is_awscc);
            let own = found.member(&key);
            is_any |= found.after.get(&key).or(found.unknown.get(&key)).is_some();
            let is_left_out = is_marked(own.unknown) && !self.is_written(path, &key);
            // Texts that are empty are the provider's way of nothing.
            if is_left_out || own.after.as_str() == Some("") {
                continue;
            }
            let value = self.value(*shape, own, &format!("{path}/{key}"), depth + 1);
            if !value.is_absent() {
                values.push(((*name).to_owned(), value));
            }
        }
        let names = members.iter().map(|(name, _)| *name);
        values.extend(self.odd(found, path, names.collect()));
        let is_empty = found.after.as_object().is_none_or(serde_json::Map::is_empty);
        // A mapping of other names is not this one.
        if !is_any && !is_empty {
            return other(self.place(path));
        }
        Val::new(self.place(path), ValueData::Map(values, None))
    }

    /// Attributes with a name that is near to one which is not in the file, where the provider writes every one: what they mean
    /// is not known.
    fn odd(&self, found: Found<'_>, path: &str, names: Vec<&'static str>) -> Vec<(String, Val)> {
        let has = |name: &str| {
            let key = attribute(name, self.is_awscc);
            found.after.get(&key).or(found.unknown.get(&key)).is_some()
        };
        let missing: Vec<_> = names.into_iter().filter(|name| !has(name)).collect();
        let is_odd = |key: &&String| naming::meant(key, missing.iter().copied()).is_some();
        let all = found.after.as_object().into_iter();
        let odd = all.flat_map(serde_json::Map::keys).filter(is_odd);
        odd.map(|key| (key.clone(), self.open(&format!("{path}/{key}"), "no attribute")))
            .collect()
    }

    /// A mapping whose names are free.
    fn entries(&self, shape: PropertyShape, found: Found<'_>, path: &str, depth: usize) -> Val {
        let of = |value: &'_ Json| {
            value
                .as_object()
                .into_iter()
                .flat_map(serde_json::Map::keys)
                .cloned()
                .collect()
        };
        let mut names: BTreeSet<String> = of(found.after);
        names.extend::<BTreeSet<String>>(of(found.unknown));
        let one = |name: String| {
            let (own, path) = (found.member(&name), format!("{path}/{name}"));
            let is_absent = own.after.is_null() && matches!(own.unknown, Json::Array(_) | Json::Object(_));
            let value = if is_absent {
                self.open(&path, "known after apply")
            } else {
                self.value(shape, own, &path, depth + 1)
            };
            (name, value)
        };
        let entries = names.into_iter().map(one).filter(|(_, value)| !value.is_absent());
        Val::new(self.place(path), ValueData::Map(entries.collect(), None))
    }

    /// Whether a member of a literal block is written; a block that is not literal shows nothing.
    fn is_written(&self, path: &str, key: &str) -> bool {
        let Some(mut at) = self.expressions else {
            return true;
        };
        for step in path.split('/').skip(1) {
            let Some(next) = at.get(step) else { return true };
            at = match next.as_array().map(Vec::as_slice) {
                Some([one]) => one,
                _ => next,
            };
        }
        at.get(key).is_some()
    }

    /// A value that is the id of a resource: a symbol where the references say which.
    fn id(&self, name: &str, wanted: &str) -> Val {
        let value = self.get(name, PropertyShape::Text);
        if value.open().is_none() {
            return value;
        }
        self.referred(&format!("/{name}"), wanted, &value)
    }

    /// What the references of an expression say that a value is.
    fn referred(&self, expression: &str, wanted: &str, value: &Val) -> Val {
        let references = self
            .expressions
            .and_then(|all| all.pointer(expression)?.get("references"))
            .unwrap_or(NOTHING);
        let targets = self.follower.targets(self.address, references);
        let of_kind: Vec<_> = targets
            .into_iter()
            .filter(|address| is_of(address, wanted))
            .collect();
        if let [one] = of_kind.as_slice() {
            let symbol = Symbol::of(0, one.clone());
            return Val::new(value.at.clone(), ValueData::Text(vec![TextPiece::Symbol(symbol)]));
        }
        let first = references.get(0).and_then(Json::as_str);
        let why = first.map_or_else(|| value.shown(), ToOwned::to_owned);
        let open = Open::new(why, 0);
        Val::new(value.at.clone(), ValueData::Open(open))
    }
}

/// Whether an address is a resource of a type that ends so.
fn is_of(address: &str, wanted: &str) -> bool {
    let (_, own) = crate::observe::template::reference::split(address);
    own.first().is_some_and(|(kind, _)| kind.ends_with(wanted))
}

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
            "UserPoolId" => attributes.id("user_pool_id", "cognito_user_pool"),
            "ClientId" => attributes.id("client_id", "_client"),
            _ if attributes.is_awscc => attributes.get(&own, *shape),
            "Dimensions" => dimensions(attributes, "/dimensions", attributes.get(&own, shape::TEXTS)),
            "EnabledMfas" => factors(attributes, kind),
            "Metrics" => metrics(attributes),
            _ => attributes.get(&own, *shape),
        };
        // Texts that are empty are the provider's way of nothing.
        if value.known().as_deref() != Some("") && !value.is_absent() {
            found.insert((*name).to_owned(), value);
        }
    }
    let all = Found {
        after: attributes.after,
        unknown: attributes.unknown,
        sensitive: NOTHING,
    };
    let names = members().map(|(name, _)| *name);
    found.extend(attributes.odd(all, "", names.collect()));
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

/// The dimensions of an alarm; what is known after apply is the pool that the references of their expression name.
fn dimensions(attributes: &Attributes<'_>, expression: &str, value: Val) -> Val {
    let entries = match &value.data {
        ValueData::Map(entries, _) => entries,
        // It is a mapping here, and a list in the API.
        ValueData::List(_) => return Val::new(value.at, ValueData::Map(Vec::new(), None)),
        _ => return value,
    };
    let one = |(name, entry): &(String, Val)| {
        let entry = match entry.open() {
            Some(_) => attributes.referred(expression, "cognito_user_pool", &value),
            None => entry.clone(),
        };
        let name = Val::text(value.at.clone(), name.as_str());
        let members = vec![("Name".to_owned(), name), ("Value".to_owned(), entry)];
        Val::new(value.at.clone(), ValueData::Map(members, None))
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
    let one = |(index, query): (usize, &Val)| {
        let ValueData::Map(members, _) = &query.data else {
            return query.clone();
        };
        let own = |(name, value): &(String, Val)| match (name.as_str(), &value.data) {
            ("Metric", ValueData::Map(metric, _)) => {
                let at = format!("/metric_query/{index}/metric/0/dimensions");
                (
                    "MetricStat".to_owned(),
                    metric_stat(attributes, &at, value, metric),
                )
            }
            ("Metric", _) => ("MetricStat".to_owned(), value.clone()),
            _ => (name.clone(), value.clone()),
        };
        Val::new(
            query.at.clone(),
            ValueData::Map(members.iter().map(own).collect(), None),
        )
    };
    let found: Vec<_> = queries.iter().enumerate().map(one).collect();
    if found.is_empty() {
        return Val::new(value.at.clone(), ValueData::Absent);
    }
    Val::new(value.at.clone(), ValueData::List(found))
}

fn metric_stat(attributes: &Attributes<'_>, expression: &str, value: &Val, metric: &[(String, Val)]) -> Val {
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
