//! Attributes of one resource of a plan or state, and what is known of each.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::observe::template::candidates::Candidates;
use crate::observe::template::naming::{self, attribute};
use crate::observe::template::reference::{Follower, joined, specific, split};
use crate::observe::template::shape::{Members, PropertyShape};
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

/// Ids of other resources: the property, the attribute, and how the types end that have such an id.
const OTHERS: [(&str, &str, &str); 2] = [
    ("UserPoolId", "user_pool_id", "cognito_user_pool"),
    ("ClientId", "client_id", "_client"),
];

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

    pub(super) fn open(&self, path: &str, why: &str) -> Val {
        let why = format!("{}{} ({why})", self.address, path.replace('/', "."));
        let open = Open::new(why, 0);
        Val::new(self.place(path), ValueData::Open(open))
    }

    /// A top-level attribute.
    pub(super) fn get(&self, name: &str, shape: PropertyShape) -> Val {
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

    /// Those of the resource itself.
    pub(super) fn odd_ones(&self, names: Vec<&'static str>) -> Vec<(String, Val)> {
        let all = Found {
            after: self.after,
            unknown: self.unknown,
            sensitive: NOTHING,
        };
        self.odd(all, "", names)
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
            // An argument that is a mapping, as `awscc` has them: what refers to others is not shown.
            at = match (&at["references"], &at["constant_value"]) {
                (Json::Array(_), _) => return true,
                (_, Json::Null) => at,
                (_, constant) => constant,
            };
        }
        let has = |block: &Json| block.get(key).is_some();
        // Which of several blocks it is of, nobody knows: their order is that of the file.
        at.as_array()
            .map_or_else(|| has(at), |blocks| blocks.iter().any(has))
    }

    /// What the ids of others can be that are known after apply, by property. One that is not shown for being sensitive can be any.
    pub(super) fn candidates(&self) -> BTreeMap<&'static str, Candidates> {
        let is_unknown = |name: &str| is_marked(self.unknown) || is_marked(&self.unknown[name]);
        let ids = OTHERS.into_iter().filter(|(_, name, _)| is_unknown(name));
        ids.map(|(property, name, wanted)| (property, self.follow(&format!("/{name}"), wanted).1))
            .collect()
    }

    /// The references of an expression, and what they lead to.
    fn follow(&self, expression: &str, wanted: &str) -> (&Json, Candidates) {
        let references = self
            .expressions
            .and_then(|all| all.pointer(expression)?.get("references"))
            .unwrap_or(NOTHING);
        (
            references,
            self.follower.targets(self.address, references, wanted),
        )
    }

    /// A value that is the id of another resource: a symbol where the references say which.
    pub(super) fn id(&self, property: &str) -> Val {
        let of = OTHERS.into_iter().find(|(own, ..)| *own == property);
        let (_, name, wanted) = of.unwrap_or(OTHERS[0]);
        let value = self.get(name, PropertyShape::Text);
        if value.open().is_none() {
            return value;
        }
        self.referred(&format!("/{name}"), wanted, &value)
    }

    /// What the references of an expression say that a value is.
    pub(super) fn referred(&self, expression: &str, wanted: &str, value: &Val) -> Val {
        let (references, candidates) = self.follow(expression, wanted);
        if let Some(one) = candidates.only() {
            let symbol = Symbol::of(0, one);
            return Val::new(value.at.clone(), ValueData::Text(vec![TextPiece::Symbol(symbol)]));
        }
        Val::new(
            value.at.clone(),
            ValueData::Open(Open::new(self.asked(expression, references), 0)),
        )
    }

    /// What decides an expression, in words. Two with one reference have the same value; what instances of a resource have, is each
    /// its own.
    fn asked(&self, expression: &str, references: &Json) -> String {
        let (modules, _) = split(self.address);
        match specific(references).as_slice() {
            // In each module it is another.
            [one] if !self.address.contains('[') && modules.is_empty() => one.clone(),
            [one] if !self.address.contains('[') => format!("{}.{one}", joined(&modules)),
            _ => format!("{}{}", self.address, expression.replace('/', ".")),
        }
    }
}
