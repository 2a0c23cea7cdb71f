//! Attributes of the providers `aws` and `awscc` as properties of `CloudFormation`, whose names are the API's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::observe::template::reference::Follower;
use crate::observe::template::resource::ResourceKind;
use crate::observe::template::value::{At, Open, Symbol, TextPiece, Val, ValueData};

/// One resource's attributes.
pub struct Attributes<'a> {
    /// The resource's place.
    pub at: At,
    /// Its address.
    pub address: &'a str,
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

/// Attributes with a name of their own in the API.
const NAMES: [(&str, &str); 8] = [
    ("BlockedIpRangeList", "BlockedIPRangeList"),
    ("SkippedIpRangeList", "SkippedIPRangeList"),
    ("AllowedOauthFlows", "AllowedOAuthFlows"),
    (
        "AllowedOauthFlowsUserPoolClient",
        "AllowedOAuthFlowsUserPoolClient",
    ),
    ("KmsKeyId", "KMSKeyID"),
    ("WebAuthnRelyingPartyId", "WebAuthnRelyingPartyID"),
    ("S3Configuration", "S3Configuration"),
    ("EnabledMfas", "EnabledMfas"),
];

/// Blocks of which there can be several.
const LISTS: [&str; 3] = ["log_configurations", "metric_query", "metrics"];

/// What the provider `aws` never computes: unknown without an expression, it is from a `dynamic` block, which leaves no trace in
/// a plan.
const NEVER_COMPUTED: [&str; 7] = [
    "account_takeover_risk_configuration",
    "compromised_credentials_risk_configuration",
    "email_mfa_configuration",
    "mfa_configuration",
    "risk_exception_configuration",
    "software_token_mfa_configuration",
    "user_pool_add_ons",
];

/// Values inside each other.
const DEEPEST: usize = 32;

/// `account_takeover` as `AccountTakeover`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    };
    let own: String = name.split('_').map(word).collect();
    NAMES
        .iter()
        .find(|(plain, _)| *plain == own)
        .map_or(own, |(_, name)| (*name).to_owned())
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
        let open = Open {
            why,
            scope: 0,
            domain: None,
        };
        Val::new(self.place(path), ValueData::Open(open))
    }

    /// A top-level attribute.
    fn get(&self, name: &str) -> Val {
        let path = format!("/{name}");
        // `true` for the resource is `true` for all of it.
        let own = |value: &'_ Json| match value {
            Json::Bool(true) => Json::Bool(true),
            _ => value.get(name).cloned().unwrap_or(Json::Null),
        };
        let (after, unknown, sensitive) = (own(self.after), own(self.unknown), own(self.sensitive));
        let (_, segments) = crate::observe::template::reference::split(self.address);
        let is_awscc = segments
            .first()
            .is_some_and(|(kind, _)| kind.starts_with("awscc_"));
        let may_be_computed = is_awscc || !NEVER_COMPUTED.contains(&name);
        if unknown == Json::Bool(true) && may_be_computed && !self.is_configured(name) {
            // Left out: the service's default holds, or on an update what is there.
            let before = own(self.before);
            return self.value(name, &before, &Json::Null, &sensitive, &path, 0);
        }
        self.value(name, &after, &unknown, &sensitive, &path, 0)
    }

    /// Whether an expression is there; unknown where there is no configuration.
    fn is_configured(&self, name: &str) -> bool {
        self.expressions.is_none_or(|all| all.get(name).is_some())
    }

    fn value(
        &self,
        name: &str,
        after: &Json,
        unknown: &Json,
        sensitive: &Json,
        path: &str,
        depth: usize,
    ) -> Val {
        let at = self.place(path);
        if *sensitive == Json::Bool(true) && !after.is_null() {
            return self.open(path, "sensitive");
        }
        if *unknown == Json::Bool(true) || depth > DEEPEST {
            return self.open(path, "known after apply");
        }
        match after {
            Json::Null => Val::new(at, ValueData::Absent),
            Json::Bool(flag) => Val::text(at, flag.to_string()),
            Json::Number(number) => Val::text(at, number.to_string()),
            Json::String(text) => Val::text(at, text.clone()),
            Json::Array(items) => {
                let nothing = Json::Null;
                let of = |value: &'_ Json, index: usize| value.get(index).unwrap_or(&nothing).clone();
                let is_block = items.iter().all(Json::is_object) && !LISTS.contains(&name);
                if is_block {
                    return match items.as_slice() {
                        [] => Val::new(at, ValueData::Absent),
                        [one] => self.value(name, one, &of(unknown, 0), &of(sensitive, 0), path, depth + 1),
                        _ => self.open(path, "more than one block"),
                    };
                }
                let one = |(index, item)| {
                    self.value(
                        "",
                        item,
                        &of(unknown, index),
                        &of(sensitive, index),
                        path,
                        depth + 1,
                    )
                };
                let values = items
                    .iter()
                    .enumerate()
                    .map(one)
                    .filter(|value| !value.is_absent());
                Val::new(at, ValueData::List(values.collect()))
            }
            Json::Object(_) => self.members(name, after, unknown, sensitive, path, depth),
        }
    }

    /// The members of a mapping, those that are known after apply included.
    fn members(
        &self,
        name: &str,
        after: &Json,
        unknown: &Json,
        sensitive: &Json,
        path: &str,
        depth: usize,
    ) -> Val {
        let at = self.place(path);
        let entries = after.as_object().cloned().unwrap_or_default();
        let nothing = Json::Null;
        let mut names: BTreeSet<&String> = entries.keys().collect();
        names.extend(unknown.as_object().into_iter().flat_map(serde_json::Map::keys));
        let is_map = ["dimensions", "tags", "tags_all", "user_pool_tags"].contains(&name);
        let mut found = Vec::new();
        for key in names {
            let of = |value: &'_ Json| value.get(key).unwrap_or(&nothing).clone();
            let inner = format!("{path}/{key}");
            if of(unknown) == Json::Bool(true) && !is_map && !self.is_written(path, key) {
                continue;
            }
            let value = self.value(key, &of(after), &of(unknown), &of(sensitive), &inner, depth + 1);
            if !value.is_absent() {
                found.push((if is_map { key.clone() } else { pascal(key) }, value));
            }
        }
        Val::new(at, ValueData::Map(found, None))
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
        let value = self.get(name);
        if value.open().is_none() {
            return value;
        }
        self.referred(name, wanted, &value)
    }

    fn referred(&self, name: &str, wanted: &str, value: &Val) -> Val {
        let nothing = Json::Null;
        let references = self
            .expressions
            .and_then(|all| all.get(name)?.get("references"))
            .unwrap_or(&nothing);
        let targets = self.follower.targets(self.address, references);
        let of_kind: Vec<_> = targets
            .into_iter()
            .filter(|address| is_of(address, wanted))
            .collect();
        if let [one] = of_kind.as_slice() {
            let symbol = Symbol {
                scope: 0,
                id: one.clone(),
                attribute: String::new(),
            };
            return Val::new(value.at.clone(), ValueData::Text(vec![TextPiece::Symbol(symbol)]));
        }
        let first = references.get(0).and_then(Json::as_str);
        let why = first.map_or_else(|| value.shown(), ToOwned::to_owned);
        let open = Open {
            why,
            scope: 0,
            domain: None,
        };
        Val::new(value.at.clone(), ValueData::Open(open))
    }
}

/// Whether an address is a resource of a type that ends so.
fn is_of(address: &str, wanted: &str) -> bool {
    let (_, own) = crate::observe::template::reference::split(address);
    own.first().is_some_and(|(kind, _)| kind.ends_with(wanted))
}

/// All properties that matter.
pub fn properties(attributes: &Attributes<'_>, kind: ResourceKind, is_awscc: bool) -> BTreeMap<String, Val> {
    let mut found = BTreeMap::new();
    let mut set = |name: &str, value: Val| {
        if !value.is_absent() {
            found.insert(name.to_owned(), value);
        }
    };
    let plain = |name: &str| attributes.get(name);
    match kind {
        ResourceKind::Pool if is_awscc => {}
        ResourceKind::Pool => {
            set("UserPoolName", plain("name"));
            set("UserPoolTags", plain("tags"));
            set("EnabledMfas", factors(attributes));
        }
        ResourceKind::Client if !is_awscc => set("ClientName", plain("name")),
        ResourceKind::Alarm if !is_awscc => set("Metrics", metrics(attributes)),
        _ => {}
    }
    for name in kind.properties() {
        let snake = snake(name, is_awscc);
        let value = match *name {
            "UserPoolId" => attributes.id("user_pool_id", "cognito_user_pool"),
            "ClientId" => attributes.id("client_id", "_client"),
            "Dimensions" => dimensions(attributes),
            _ => attributes.get(&snake),
        };
        // Texts that are empty are the provider's way of nothing.
        if value.known().as_deref() != Some("") && !value.is_absent() {
            found.entry((*name).to_owned()).or_insert(value);
        }
    }
    found
}

/// `AllowedOAuthFlows` as `allowed_oauth_flows`, or as `allowed_o_auth_flows`.
fn snake(name: &str, is_awscc: bool) -> String {
    let name = if is_awscc {
        name.to_owned()
    } else {
        name.replace("OAuth", "Oauth")
    };
    let mut found = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !found.is_empty() {
            found.push('_');
        }
        found.push(letter.to_ascii_lowercase());
    }
    found
}

/// The factors that a pool offers, which the provider has in blocks of their own.
fn factors(attributes: &Attributes<'_>) -> Val {
    let token = attributes.get("software_token_mfa_configuration");
    let enabled = token.member("Enabled").known();
    let mut factors = Vec::new();
    let mut add = |word: &str, at: &At| factors.push(Val::text(at.clone(), word));
    if enabled.as_deref() == Some("true") {
        add("SOFTWARE_TOKEN_MFA", &token.at);
    }
    let (sms, email) = (
        attributes.get("sms_configuration"),
        attributes.get("email_mfa_configuration"),
    );
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

/// The dimensions of an alarm; what is known after apply is the pool that the references name.
fn dimensions(attributes: &Attributes<'_>) -> Val {
    let mut value = attributes.get("dimensions");
    let whole = value.clone();
    if let ValueData::Map(entries, _) = &mut value.data {
        for (_, entry) in entries.iter_mut().filter(|(_, entry)| entry.open().is_some()) {
            *entry = attributes.referred("dimensions", "cognito_user_pool", &whole);
        }
    }
    value
}

/// Metric math: the metrics of the queries.
fn metrics(attributes: &Attributes<'_>) -> Val {
    let value = attributes.get("metric_query");
    let ValueData::List(queries) = &value.data else {
        return value;
    };
    let mut found = Vec::new();
    for query in queries {
        let mut entries = Vec::new();
        if let Some(expression) = query.get("Expression") {
            entries.push(("Expression".to_owned(), expression.clone()));
        }
        if let Some(metric) = query.get("Metric") {
            let mut stat = vec![("Metric".to_owned(), metric.clone())];
            for name in ["Stat", "Period"] {
                stat.extend(metric.get(name).map(|value| (name.to_owned(), value.clone())));
            }
            let stat = Val::new(query.at.clone(), ValueData::Map(stat, None));
            entries.push(("MetricStat".to_owned(), stat));
        }
        found.push(Val::new(query.at.clone(), ValueData::Map(entries, None)));
    }
    if found.is_empty() {
        return Val::new(value.at.clone(), ValueData::Absent);
    }
    Val::new(value.at.clone(), ValueData::List(found))
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
