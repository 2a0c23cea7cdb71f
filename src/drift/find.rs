//! From a diff to findings: each difference at the policy's line that asks for something else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::difference::{Cause, Difference, Shape};
use crate::drift::kind::Kind;
use crate::finding::{Finding, Location};
use crate::model::client::Client;
use crate::model::effective::{Cell, CellChange, Direction};
use crate::model::notification::TemplatePart;
use crate::model::observed::Observed;
use crate::plan::{Change, Diff, Missing, RiskSetting, Setting};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::source::SourceId;
use crate::span::Span;
use crate::text;

/// A diff with what it is between.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The pool.
    pub pool: &'a Observed,
    /// What differs.
    pub diff: &'a Diff,
    /// Which side moved, leaf by leaf, where a ledger is kept; what is not in it nobody has a record of.
    pub causes: Option<&'a BTreeMap<Setting, Cause>>,
}

/// The findings of one diff, in no order. What could not be read is not among them.
pub fn findings(against: Against<'_>) -> Vec<Finding> {
    let clients = against.diff.missing.iter();
    let clients = clients.map(|(key, why)| client(against, key, *why));
    let changes = against
        .diff
        .changes
        .iter()
        .map(|change| difference(against, change));
    clients.chain(changes).collect()
}

/// A policy for which no pool was found, as the message says. Not for a run in which something could not be read.
pub fn missing_pool(policy: &Policy, (target, message): (Pointer, String)) -> Finding {
    at(policy, Kind::PoolMissing, &target, message)
}

/// A pool that no policy is for; `source` is the pool's.
pub fn uncovered(pool: &Observed, source: SourceId) -> Finding {
    let location = Location::at(source, Span::at(0), Pointer::root());
    let message = format!("pool `{}` has no policy", pool.title());
    Finding {
        policy: Some(pool.title()),
        ..Kind::PoolUncovered.meta().finding(location, message)
    }
}

fn client(against: Against<'_>, key: &str, why: Missing) -> Finding {
    let title = against.pool.title();
    let (message, help) = match why {
        Missing::Gone => {
            let wanted = against
                .policy
                .posture
                .clients
                .iter()
                .find(|client| client.key == key);
            let id = wanted.and_then(|client| client.id.as_deref());
            absent(&title, key, id, &against.pool.posture.clients)
        }
        Missing::Ambiguous => {
            let ids = named(key, &against.pool.posture.clients);
            let message = format!(
                "pool `{title}` has several clients of the name `{key}`: {}",
                quoted(&ids)
            );
            (message, format!("Say which is meant: add `id` to `{key}`."))
        }
    };
    let clients = Pointer::root().child("clients").child(key);
    let id = clients.child("id");
    let at_id = why == Missing::Gone && against.policy.places.tree.locate(&id).is_some();
    let pointer = if at_id { id } else { clients };
    Finding {
        help,
        ..at(against.policy, Kind::ClientUnknown, &pointer, message)
    }
}

/// What there is in place of a client that was not found, by its id where one is said, and what to do.
fn absent(title: &str, key: &str, id: Option<&str>, clients: &[Client]) -> (String, String) {
    let otherwise = Kind::ClientUnknown.meta().remediation;
    let names = clients.iter().map(Client::name);
    let near = text::nearest(key, names).map(str::to_owned);
    let Some(id) = id else {
        let by_id = clients.iter().any(|client| client.id.as_deref() == Some(key));
        let message = format!("pool `{title}` has no client `{key}`");
        return match near {
            _ if by_id => (
                format!("{message}, which is the id of one"),
                format!("Write it as `id: {key}` under a key of your choice."),
            ),
            Some(near) => (
                format!("{message}; did you mean `{near}`?"),
                format!("Write `{near}`, or remove the client from the policy."),
            ),
            None => (message, otherwise),
        };
    };
    let message = format!("pool `{title}` has no client with the id `{id}`");
    let ids = named(key, clients);
    match (ids.as_slice(), near) {
        ([there], _) => (
            format!("{message}; there is a client named `{key}` with the id `{there}`: was it replaced?"),
            format!("Write `id: {there}`, or leave `id` out: the client is then found by its name."),
        ),
        ([_, ..], _) => (
            format!(
                "{message}; there are clients named `{key}` with the ids {}",
                quoted(&ids)
            ),
            "Write the id of the one that is meant.".to_owned(),
        ),
        ([], Some(near)) => (
            format!("{message}, and none named `{key}`; did you mean the client `{near}`?"),
            "Correct key and `id`, or remove the client from the policy.".to_owned(),
        ),
        ([], None) => (format!("{message}, and none named `{key}`"), otherwise),
    }
}

/// Ids of the clients of a name.
fn named(name: &str, clients: &[Client]) -> Vec<String> {
    let own = clients.iter().filter(|client| client.name() == name);
    own.filter_map(|client| client.id.clone()).collect()
}

fn quoted(ids: &[String]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    text::join_words(&ids)
}

/// A change as reports show it.
pub fn shown(pool: &Observed, change: &Change) -> Difference {
    Difference {
        pool: pool.id().to_owned(),
        pool_name: pool.name.clone(),
        client: change.leaf.client().map(str::to_owned),
        pointer: change.leaf.pointer(),
        shape: shape(change),
        live: change.live.clone(),
        policy: change.wanted.clone(),
        live_is: live_is(change),
        cells: change.cells_of_plan.clone(),
        addresses: change.addresses.clone(),
        cause: None,
    }
}

/// How the pool compares with the policy, as far as that can be claimed: where all cells that say so have a side that
/// nobody knows, it is undefined.
fn live_is(change: &Change) -> Direction {
    let live_is = change.live_is();
    let mut telling = change
        .cells
        .iter()
        .filter(|cell| cell.direction == live_is.reversed())
        .peekable();
    let by_cells = telling.peek().is_some()
        && change
            .addresses
            .iter()
            .all(|one| one.direction != live_is.reversed());
    let claimed = |cell: &CellChange| Cell::claim(cell.before, cell.after) == cell.direction;
    if by_cells && !telling.any(claimed) {
        Direction::Undefined
    } else {
        live_is
    }
}

fn difference(against: Against<'_>, change: &Change) -> Finding {
    let live_is = live_is(change);
    let pointer = change.leaf.pointer();
    let mut shown = shown(against.pool, change);
    shown.cause = against
        .causes
        .map(|causes| causes.get(&change.leaf).copied().unwrap_or(Cause::Differs));
    let title = against.pool.title();
    let mut message = match live_is {
        Direction::Weaker => format!("pool `{title}` is weaker than the policy at `{pointer}`"),
        Direction::Undefined => {
            format!("pool `{title}` differs from the policy at `{pointer}`, with undefined effect")
        }
        Direction::Neutral => format!("pool `{title}` differs from the policy at `{pointer}`"),
        Direction::Stronger => format!("pool `{title}` is stronger than the policy at `{pointer}`"),
    };
    if let Some(cause) = shown.cause {
        let _ = write!(message, " ({})", cause.label());
    }
    let mut finding = at(
        against.policy,
        Kind::of(live_is),
        &place(against.policy, &change.leaf),
        message,
    );
    finding.label = label(&shown);
    finding.difference = Some(Box::new(shown));
    finding
}

/// Where the policy asks for a leaf: a body may come from a file, and what is said of every other client stands
/// under `*`.
fn place(policy: &Policy, leaf: &Setting) -> Pointer {
    let pointer = leaf.pointer();
    let there = |pointer: &Pointer| policy.places.tree.locate(pointer).is_some();
    if let Setting::Risk(_, RiskSetting::Template(_, part @ (TemplatePart::Html | TemplatePart::Text))) = leaf
    {
        let file = pointer.parent().child(format!("{}_file", part.as_str()));
        if there(&file) {
            return file;
        }
    }
    let clients = Pointer::root().child("clients");
    if let Some(key) = leaf.client()
        && !there(&clients.child(key))
    {
        let rest = clients.child("*");
        return match leaf {
            Setting::Client(_, setting) => rest.child(setting.as_str()),
            _ => rest,
        };
    }
    pointer
}

fn shape(change: &Change) -> Shape {
    if change.leaf.is_text() {
        Shape::Text
    } else if change.leaf.is_set() {
        Shape::Set
    } else {
        Shape::Value
    }
}

/// What is live, in few words.
fn label(difference: &Difference) -> String {
    match difference.shape {
        Shape::Text if difference.live.is_none() => "live: nothing".to_owned(),
        Shape::Text => "the live text is another".to_owned(),
        Shape::Set => {
            let (live, policy) = difference.only();
            let part = |word: &str, list: &[String]| {
                (!list.is_empty()).then(|| format!("{word} {}", list.join(", ")))
            };
            let parts: Vec<_> = [part("live has", &live), part("lacks", &policy)]
                .into_iter()
                .flatten()
                .collect();
            parts.join("; ")
        }
        Shape::Value if difference.live.as_ref().is_some_and(Difference::has_sections) => {
            format!("live: {}", sections(difference.live.as_ref()))
        }
        Shape::Value => format!("live: {}", Difference::words(difference.live.as_ref())),
    }
}

/// The sections of a configuration by name.
fn sections(value: Option<&serde_json::Value>) -> String {
    let map = value.and_then(|value| value.as_object());
    let names: Vec<_> = map.into_iter().flatten().map(|(key, _)| key.clone()).collect();
    format!("{} of its own", text::join_words(&names))
}

fn at(policy: &Policy, kind: Kind, pointer: &Pointer, message: String) -> Finding {
    let (primary, layer) = policy.places.resolve(pointer);
    Finding {
        policy: Some(policy.name.clone()),
        related: layer.into_iter().collect(),
        ..kind.meta().finding(primary, message)
    }
}
