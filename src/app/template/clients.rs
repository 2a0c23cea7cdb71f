//! Clients of a pool before, as those of the pool after.

use crate::model::client::Client;
use crate::model::posture::Part;
use crate::observe::template::TemplatePool;

/// The pool before without the clients that are gone after, and what these are called: nobody signs in by them, so that nothing of
/// them gets weaker. A client that only a risk configuration names is no client of the files: without that, it has the pool's
/// responses. What is in no file, as beside a snapshot, may still be there.
pub(super) fn without_gone(before: &TemplatePool, after: &TemplatePool) -> (TemplatePool, Vec<String>) {
    let mut own = before.clone();
    let [old, new] = [before, after].map(|pool| &pool.observed.posture);
    let are_known = old.template.is_source && new.template.is_source && !new.unread.contains(&Part::Clients);
    let is_there = |client: &Client| new.clients.iter().any(|other| is_same(client, other));
    let is_gone = |client: &Client| are_known && is_of_files(client) && !is_there(client);
    let gone = old.clients.iter().filter(|client| is_gone(client));
    let gone = gone.map(|client| client.key.clone()).collect();
    own.observed.posture.clients.retain(|client| !is_gone(client));
    (own, gone)
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
