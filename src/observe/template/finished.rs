//! A pool when all resources are brought together: its id, and what is not known of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::observed::{Failure, Observed, Unread};
use crate::model::posture::{Part, Posture};
use crate::model::response::RiskConfiguration;
use crate::observe::template::pool::Draft;
use crate::observe::template::read::Notes;
use crate::pointer::Pointer;

/// One pool in one case.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplatePool {
    /// What was seen of it. Its alarms name no pool.
    pub observed: Observed,
    /// Whether it is not in the files, which only set something of it.
    pub is_outside: bool,
    /// The name of its file, empty until the caller fills it in, and its logical id or address there; `None` of one outside.
    pub home: Option<(String, String)>,
    /// Places of its parts, by their pointers.
    pub notes: Notes,
}

/// Ids of pools, and how many pools have each or a number beside it.
pub type PoolIds = BTreeMap<String, usize>;

/// Gives a pool an id that no other has: none of those that are taken, and none of its own case.
pub fn distinct(posture: &mut Posture, taken: &PoolIds, own: &mut PoolIds) {
    let id = posture.pool_id.clone().unwrap_or_default();
    let before = taken.get(&id).copied().unwrap_or_default();
    let mut number = before + own.get(&id).copied().unwrap_or_default();
    let free = loop {
        number += 1;
        let free = match number {
            1 => id.clone(),
            _ => format!("{id} #{number}"),
        };
        if !taken.contains_key(&free) && !own.contains_key(&free) {
            break free;
        }
    };
    own.insert(free.clone(), 1);
    own.insert(id, number - before);
    posture.pool_id = Some(free);
}

/// Parts of which something is not known that rules ask for, and why. What is a text in them, such as an ARN, is open in most
/// templates, and is told where a rule asks for it.
fn partly_unknown(draft: &Draft) -> BTreeMap<(Part, Option<String>), String> {
    let mut found = BTreeMap::new();
    for (pointer, why) in &draft.notes.unknown {
        let pointer = pointer.trim_start_matches('=');
        let Some(parsed) = Pointer::parse(pointer) else {
            continue;
        };
        let tokens: Vec<_> = parsed.tokens().collect();
        let tokens: Vec<&str> = tokens.iter().map(|token| &**token).collect();
        let (client, setting) = match tokens.as_slice() {
            ["clients", key, rest @ ..] => (Some((*key).to_owned()), rest),
            rest => (None, rest),
        };
        let (part, what) = match (setting, &client) {
            (["feature_plan"], None) => (Part::Plan, "it"),
            (["mfa", "factors"], None) => (Part::Mfa, "its factors"),
            (["log_delivery", _, "level"] | ["log_delivery", _], None) => (Part::LogDelivery, "it"),
            (["risk_exceptions", ..], None) => (Part::Responses, "IP exceptions"),
            (["risk_exceptions", ..], Some(_)) => (Part::Clients, "IP exceptions"),
            ([_], Some(_)) => (Part::Clients, "a setting"),
            _ => continue,
        };
        let words = if what == "it" {
            why.clone()
        } else {
            let verb = if what.starts_with("a ") {
                "depends"
            } else {
                "depend"
            };
            // What is wrong is no value on which anything depends.
            if why.starts_with("it is ") || why.ends_with(" is no property") {
                format!("{what} cannot be read: {why}")
            } else {
                format!("{what} {verb} on {why}")
            }
        };
        found.entry((part, client)).or_insert(words);
    }
    let open = "they depend on what the files leave open";
    if draft.posture.triggers.is_none() {
        found
            .entry((Part::Triggers, None))
            .or_insert_with(|| open.to_owned());
    }
    if draft.posture.domain.is_none() {
        let open = "whether there is one depends on what the files leave open";
        found
            .entry((Part::Domain, None))
            .or_insert_with(|| open.to_owned());
    }
    found
}

/// The pool, with an id that no other has, and what was not read of it.
pub(super) fn finished(mut draft: Draft, taken: &mut PoolIds) -> TemplatePool {
    distinct(&mut draft.posture, &PoolIds::new(), taken);
    // A client whose configuration is not known does not hide the others.
    let unread: BTreeSet<Part> = draft.notes.unread.keys().map(|(part, _)| *part).collect();
    if unread.contains(&Part::Alarms) {
        draft.posture.alarms = None;
        draft.posture.other_alarms = None;
    }
    if unread.contains(&Part::LogDelivery) {
        draft.posture.log_delivery = None;
    }
    if unread.contains(&Part::Responses) {
        draft.posture.responses = RiskConfiguration::default();
    }
    let missing = |((part, client), why): (&(Part, Option<String>), &String)| Unread {
        part: *part,
        client: client.clone(),
        operation: "template".to_owned(),
        failure: Failure::NotInFiles,
        detail: why.clone(),
    };
    let is_of_client = |(part, client): &(Part, Option<String>)| *part == Part::Clients && client.is_some();
    if draft.notes.unread.keys().any(is_of_client) {
        draft.posture.template.more_clients = false;
    }
    if draft.posture.clients.is_empty() && !unread.contains(&Part::Clients) {
        // A pool has clients: they are in other files.
        draft.posture.template.more_clients = true;
    }
    let mut unread = unread;
    if draft.symbol.is_none() {
        // Of a pool outside, clients that are not in the files do not keep what is in them from being judged.
        unread.remove(&Part::Clients);
        draft.posture.template.more_clients = true;
    }
    let partly = partly_unknown(&draft);
    let of_parts = partly
        .iter()
        .filter(|(part, _)| !draft.notes.unread.contains_key(part));
    let mut unread_list: Vec<_> = draft.notes.unread.iter().chain(of_parts).map(missing).collect();
    unread_list.sort_by(|a, b| (a.part, &a.client).cmp(&(b.part, &b.client)));
    draft.posture.unread = unread;
    let unknown = draft.notes.unknown.keys();
    let pointers = unknown.filter_map(|pointer| Pointer::parse(pointer.trim_start_matches('=')));
    draft.posture.unknown = pointers.collect();
    TemplatePool {
        is_outside: draft.symbol.is_none(),
        home: draft.symbol.map(|symbol| (String::new(), symbol.id)),
        observed: Observed {
            name: draft.name,
            tags: draft.tags,
            posture: draft.posture,
            unread: unread_list,
            ..Observed::default()
        },
        notes: draft.notes,
    }
}
