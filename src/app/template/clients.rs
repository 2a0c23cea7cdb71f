//! Clients of a pool before, as those of the pool after.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::client::Client;
use crate::model::posture::Part;
use crate::observe::template::{At, TemplatePool};
use crate::pointer::Pointer;

/// The pool before with the keys that its clients have after, without those that are gone, and what these are called: nobody signs
/// in by them, so that nothing of them gets weaker. A client that only a risk configuration names is no client of the files: without
/// that, it has the pool's responses. What is in no file, as beside a snapshot, may still be there.
pub(super) fn as_after(before: &TemplatePool, after: &TemplatePool) -> (TemplatePool, Vec<String>) {
    let mut own = before.clone();
    let [old, new] = [before, after].map(|pool| &pool.observed.posture);
    // A plan says what it destroys; a client that is in no template may be in another.
    let is_plan = matches!(after.notes.places.get(""), Some(At::Address { .. }));
    let are_known = old.template.is_source
        && new.template.is_source
        && !new.unread.contains(&Part::Clients)
        && (is_plan || !new.template.more_clients);
    let is_there = |client: &Client| new.clients.iter().any(|other| is_same(client, other));
    let is_gone = |client: &Client| are_known && is_of_files(client) && !is_there(client);
    let gone = old.clients.iter().filter(|client| is_gone(client));
    let gone = gone.map(|client| client.key.clone()).collect();
    own.observed.posture.clients.retain(|client| !is_gone(client));
    rename(&mut own, &keys_after(&old.clients, &new.clients));
    (own, gone)
}

/// The keys before that are others after: a client is known by its id, and its key is its name. One whose key another client has
/// after is not that one.
fn keys_after(before: &[Client], after: &[Client]) -> BTreeMap<String, String> {
    let has_id = |client: &&Client| client.id.is_some();
    let by_id: BTreeMap<_, _> = after
        .iter()
        .filter(has_id)
        .map(|client| (&client.id, client))
        .collect();
    let later = |client: &Client| by_id.get(&client.id).map(|later| later.key.clone());
    let taken: BTreeSet<_> = before.iter().filter_map(later).collect();
    let is_another = |client: &Client| {
        let same = after.iter().find(|other| other.key == client.key);
        taken.contains(&client.key) || same.is_some_and(|other| !is_same(client, other))
    };
    let key = |client: &Client| {
        let beside = || Client::key_beside_others(&client.key, client.id.as_deref().unwrap_or_default());
        later(client).or_else(|| is_another(client).then(beside))
    };
    let all = before
        .iter()
        .filter_map(|client| Some((client.key.clone(), key(client)?)));
    all.filter(|(old, new)| old != new).collect()
}

/// Gives clients other keys, wherever something is said of them.
fn rename(pool: &mut TemplatePool, keys: &BTreeMap<String, String>) {
    if keys.is_empty() {
        return;
    }
    let of = |key: &mut String| {
        if let Some(new) = keys.get(key.as_str()) {
            key.clone_from(new);
        }
    };
    let posture = &mut pool.observed.posture;
    posture.clients.iter_mut().for_each(|client| of(&mut client.key));
    posture.unknown = posture
        .unknown
        .iter()
        .map(|pointer| moved(pointer, keys))
        .collect();
    let facts = &mut posture.template;
    let resources = [&mut facts.set_twice, &mut facts.reset, &mut facts.named_all];
    let named = resources
        .into_iter()
        .flatten()
        .filter_map(|one| one.client.as_mut());
    let unread = pool
        .observed
        .unread
        .iter_mut()
        .filter_map(|one| one.client.as_mut());
    named.chain(unread).for_each(of);
    let notes = &mut pool.notes;
    let text =
        |pointer: String| Pointer::parse(&pointer).map_or(pointer, |one| moved(&one, keys).to_string());
    notes.open_ranges = std::mem::take(&mut notes.open_ranges)
        .into_iter()
        .map(|(pointer, words)| (text(pointer), words))
        .collect();
    notes.unread = std::mem::take(&mut notes.unread)
        .into_iter()
        .map(|((part, mut client), why)| {
            client.iter_mut().for_each(of);
            ((part, client), why)
        })
        .collect();
}

/// A pointer with another client's key.
fn moved(pointer: &Pointer, keys: &BTreeMap<String, String>) -> Pointer {
    let mut tokens: Vec<_> = pointer.tokens().collect();
    if let [clients, key, ..] = tokens.as_mut_slice()
        && clients == "clients"
        && let Some(new) = keys.get(key.as_str())
    {
        key.clone_from(new);
    }
    tokens.iter().fold(Pointer::root(), |at, token| at.child(token))
}

/// Whether a resource of the files is the client.
fn is_of_files(client: &Client) -> bool {
    client.has_secret.is_some() || client.settings != Client::UNKNOWN.settings
}

/// Whether a client before is one after: by the id, where both have one, else by the key.
fn is_same(before: &Client, after: &Client) -> bool {
    match (&before.id, &after.id) {
        (Some(before), Some(after)) => before == after,
        _ => before.key == after.key,
    }
}
