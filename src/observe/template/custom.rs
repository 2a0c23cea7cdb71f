//! Resources that may set more of a pool which they get than the files show: nested stacks whose templates are not there, and
//! custom resources, which are programs.

use std::collections::BTreeSet;

use crate::model::posture::Part;
use crate::observe::template::across::{READER, WRITER};
use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::kind::NESTED;
use crate::observe::template::naming::FileNotes;
use crate::observe::template::resource::ResourceKind;
use crate::observe::template::stack::text;
use crate::observe::template::value::{At, Symbol};
use crate::yaml::{Node, NodeEntry, Value};

/// A pool that something gets.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The pool.
    pub pool: Symbol,
    /// What gets it, in words. Hostile text.
    pub why: String,
    /// What of the pool that may set.
    pub sets: CustomSets,
}

/// What of a pool something may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomSets {
    /// What resources beside the pool can set, as far as the files do not.
    Rest,
    /// Anything that the files do not set.
    Anything,
    /// These parts, whatever the files say of them.
    Parts(Vec<Part>),
}

/// Custom resources whose programs are CDK's and call nothing that sets anything of a pool, whatever they get. As of
/// November 2026.
const HARMLESS: [&str; 10] = [
    READER,
    WRITER,
    "Custom::AWSCDKCfnJson",
    "Custom::AWSCDKCfnJsonStringify",
    "Custom::AWSCDKOpenIdConnectProvider",
    "Custom::CDKBucketDeployment",
    "Custom::CloudwatchLogResourcePolicy",
    "Custom::CrossRegionStringParameterReader",
    "Custom::LogRetention",
    "Custom::S3BucketNotifications",
];

/// Functions whose value can be a pool.
const REFERENCES: [&str; 5] = [
    "Ref",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::ImportValue",
    "Fn::Sub",
];

/// Where CDK's `AwsCustomResource` has its calls, each as JSON in a text.
const CALLS: [&str; 3] = ["Create", "Update", "Delete"];

/// Calls of the API, and what of a pool they set: `UpdateUserPool` resets what it is not given. As of November 2026.
const SET_BY: [(&str, &[Part]); 12] = [
    ("CreateUserPoolClient", &[Part::Clients]),
    ("CreateUserPoolDomain", &[Part::Domain]),
    ("DeleteAlarms", &[Part::Alarms]),
    ("DeleteUserPoolClient", &[Part::Clients]),
    ("DeleteUserPoolDomain", &[Part::Domain]),
    ("PutCompositeAlarm", &[Part::Alarms]),
    ("PutMetricAlarm", &[Part::Alarms]),
    ("SetLogDeliveryConfiguration", &[Part::LogDelivery]),
    ("SetRiskConfiguration", &[Part::Responses, Part::Clients]),
    ("SetUserPoolMfaConfig", &[Part::Mfa]),
    (
        "UpdateUserPool",
        &[Part::Plan, Part::Mode, Part::Mfa, Part::Triggers],
    ),
    ("UpdateUserPoolClient", &[Part::Clients]),
];

/// The pools that a resource gets which may set more of them; what of that is not known is noted.
pub fn handed(
    evaluator: &mut Evaluator<'_, '_>,
    entry: &NodeEntry,
    kind: &str,
    notes: &mut FileNotes,
) -> Vec<Handed> {
    let is_nested = NESTED.contains(&kind);
    let is_custom = kind == "AWS::CloudFormation::CustomResource"
        || kind.starts_with("Custom::") && !HARMLESS.contains(&kind);
    let is_foreign = is_foreign(kind);
    let is_there = is_nested && evaluator.own().nested.contains_key(&entry.key);
    if is_there || !(is_nested || is_custom || is_foreign) {
        return Vec::new();
    }
    let id = evaluator.substitute(&entry.key);
    let concerns = makes_pools(kind) || !pools(evaluator, &entry.value).is_empty();
    // A condition is asked for only where it matters.
    if concerns && !evaluator.is_there(&entry.value).unwrap_or(true) {
        return Vec::new();
    }
    if makes_pools(kind) {
        let at = At::Text {
            file: evaluator.own().file,
            span: entry.key_span,
        };
        notes.pools.insert(at.file());
        let what = if is_nested {
            format!("what the nested stack `{id}` makes, whose template is not in the files")
        } else {
            format!("what `{id}` makes, whose type is `{kind}`")
        };
        notes.unknown.insert((at, what));
    }
    let Some(properties) = entry.value.get("Properties") else {
        return Vec::new();
    };
    if is_nested {
        let Some(parameters) = properties.get("Parameters") else {
            return Vec::new();
        };
        let why = format!("the nested stack `{id}` gets the pool, and its template is not in the files");
        let mut pools = pools(evaluator, parameters);
        // Which branch is taken matters only where one of them has a pool.
        if !pools.is_empty() {
            let mut given = BTreeSet::new();
            evaluator.value(parameters).referred(&mut given);
            pools.retain(|pool| given.iter().any(|symbol| symbol.whole() == *pool));
        }
        return each(pools, &why, &CustomSets::Rest);
    }
    let (sets, words) = sets_of(&id, kind, properties);
    if sets == CustomSets::Parts(Vec::new()) {
        return Vec::new();
    }
    let pools = pools(evaluator, properties);
    let is_meant = !pools.is_empty() || sets != CustomSets::Anything;
    if !is_meant || !(concerns || evaluator.is_there(&entry.value).unwrap_or(true)) {
        return Vec::new();
    }
    let at = At::Text {
        file: evaluator.own().file,
        span: entry.key_span,
    };
    notes.pools.insert(at.file());
    notes.unknown.insert((at, words.clone()));
    each(pools, &format!("{words} is not known"), &sets)
}

/// What of a pool a program may set, and what that is, in words.
fn sets_of(id: &str, kind: &str, properties: &Node) -> (CustomSets, String) {
    let calls = calls(properties);
    if !calls.is_empty() {
        let (names, parts) = set_by(&calls);
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let words = format!("what the custom resource `{id}` sets by {names}");
        return (CustomSets::Parts(parts.into_iter().collect()), words);
    }
    let words = if is_foreign(kind) {
        format!("what `{id}` does, whose type is `{kind}`")
    } else {
        format!("what the custom resource `{id}` does")
    };
    (CustomSets::Anything, words)
}

/// Whether a type is neither AWS's nor a custom resource: a module, or one that somebody registered.
fn is_foreign(kind: &str) -> bool {
    let own = ["AWS::", "Alexa::", "Custom::"];
    kind.ends_with("::MODULE") || !own.iter().any(|prefix| kind.starts_with(prefix))
}

/// Whether a type may make pools: nested stacks and modules may make anything, and types that somebody registered what their
/// names say.
fn makes_pools(kind: &str) -> bool {
    let lower = kind.to_ascii_lowercase();
    let is_named = ["cognito", "userpool", "identity", "auth"]
        .iter()
        .any(|word| lower.contains(word));
    NESTED.contains(&kind) || kind.ends_with("::MODULE") || (is_foreign(kind) && is_named)
}

fn each(pools: BTreeSet<Symbol>, why: &str, sets: &CustomSets) -> Vec<Handed> {
    let one = |pool| Handed {
        pool,
        why: why.to_owned(),
        sets: sets.clone(),
    };
    pools.into_iter().map(one).collect()
}

/// The pools of the files that a value refers to, in whatever branch.
fn pools(evaluator: &mut Evaluator<'_, '_>, node: &Node) -> BTreeSet<Symbol> {
    let mut symbols = BTreeSet::new();
    referred(evaluator, node, &mut symbols);
    let is_pool = |symbol: &Symbol| {
        let resource = evaluator.stacks[symbol.scope].entry("Resources", &symbol.id);
        let kind = resource.and_then(|resource| resource.get("Type"));
        kind.and_then(text).and_then(ResourceKind::of) == Some(ResourceKind::Pool)
    };
    symbols.retain(is_pool);
    symbols
}

fn referred(evaluator: &mut Evaluator<'_, '_>, node: &Node, symbols: &mut BTreeSet<Symbol>) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| referred(evaluator, item, symbols)),
        Value::Mapping(entries) => {
            for entry in entries {
                if REFERENCES.contains(&entry.key.as_str()) && entries.len() == 1 {
                    evaluator.value(node).referred(symbols);
                }
                referred(evaluator, &entry.value, symbols);
            }
        }
        _ => {}
    }
}

/// The calls of an `AwsCustomResource`: the action of each, and its text; none of another custom resource.
fn calls(properties: &Node) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for call in CALLS.iter().filter_map(|name| properties.get(name)) {
        let mut written = String::new();
        call.scalars(&mut |_, scalar| written.push_str(text(scalar).unwrap_or_default()));
        // In texts of CDK 1, and where somebody wrote it by hand, it is a mapping.
        let action = match call.get("action") {
            Some(action) => text(action),
            None => action(&written),
        };
        found.extend(action.map(|action| (action.to_owned(), written.clone())));
    }
    found
}

/// The member `action` of a call.
fn action(json: &str) -> Option<&str> {
    let (_, rest) = json.split_once("\"action\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    value.strip_prefix('"')?.split('"').next()
}

/// Those of some calls that set something of a pool, and what.
fn set_by(calls: &[(String, String)]) -> (BTreeSet<&'static str>, BTreeSet<Part>) {
    let (mut names, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for (action, written) in calls {
        let action = action.strip_suffix("Command").unwrap_or(action);
        let Some((name, set)) = SET_BY.iter().find(|(name, _)| name.eq_ignore_ascii_case(action)) else {
            continue;
        };
        names.insert(*name);
        let of_client = written.contains("ClientId");
        let is_set = |part: &Part| match part {
            Part::Responses => !of_client,
            Part::Clients if *name == "SetRiskConfiguration" => of_client,
            _ => true,
        };
        parts.extend(set.iter().copied().filter(is_set));
    }
    (names, parts)
}
