//! A pool seen through a policy: each client of the policy found among those of the pool.

use std::collections::BTreeSet;

use crate::model::client::{Client, EVERY_OTHER};
use crate::model::log_delivery::LogSource;
use crate::model::posture::{Part, Posture};

/// An observed posture in a policy's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Aligned {
    /// The pool, its clients under the policy's keys: those that the policy names first, in its order,
    /// then all others under their own.
    pub observed: Posture,
    /// The desired posture, filled in for this pool: account, region, pool id and clients' ids.
    pub desired: Posture,
    /// Keys of clients that the policy names and the pool does not have, with why they were not found.
    pub missing: Vec<(String, Missing)>,
    /// Keys of clients that may be there, as not all clients could be read; `*` where the policy says something of every
    /// other client.
    pub unread: Vec<String>,
}

/// Why a client was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The pool has no such client.
    Gone,
    /// Several clients have this name: the policy must say the id.
    Ambiguous,
}

/// Finds each client of `desired` in `observed`: by id where the policy says one, else by name. What the
/// policy says of `*` is said of every other client, so `desired` of the result has no `other_clients`.
pub fn align(desired: &Posture, observed: &Posture) -> Aligned {
    let mut desired = desired.clone();
    let (mut missing, mut unread) = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    for client in &mut desired.clients {
        let fits = |other: &Client| match &client.id {
            Some(id) => other.id.as_ref() == Some(id),
            None => other.name() == client.key,
        };
        let mut fitting = observed
            .clients
            .iter()
            .enumerate()
            .filter(|(_, other)| fits(other));
        match (fitting.next(), fitting.next()) {
            (Some((index, one)), None) => {
                taken.insert(index);
                client.id.clone_from(&one.id);
                let mut one = one.clone();
                one.key.clone_from(&client.key);
                found.push(one);
            }
            (None, _) if observed.unread.contains(&Part::Clients) => {
                unread.push(client.key.clone());
            }
            (None, _) => missing.push((client.key.clone(), Missing::Gone)),
            (Some(_), Some(_)) => missing.push((client.key.clone(), Missing::Ambiguous)),
        }
    }
    let named: BTreeSet<_> = found.iter().map(|client| client.key.clone()).collect();
    desired.clients.retain(|client| named.contains(&client.key));
    let others = observed
        .clients
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index));
    for (_, client) in others {
        let mut client = client.clone();
        if named.contains(&client.key) {
            // The policy calls another client by this one's name.
            let id = client.id.clone().unwrap_or_default();
            client.key = Client::key_beside_others(&client.key, &id);
        }
        found.push(client);
    }
    let mut aligned = observed.clone();
    aligned.clients = found;
    place(&mut desired, observed);
    if observed.unread.contains(&Part::Clients) && desired.other_clients.as_ref().is_some_and(says_something)
    {
        unread.push(EVERY_OTHER.to_owned());
    }
    add_others(&mut desired, &aligned, &named);
    Aligned {
        observed: aligned,
        desired,
        missing,
        unread,
    }
}

/// Says where the pool is, in alarms' dimensions as well, and the levels that logs have where none is written.
fn place(desired: &mut Posture, observed: &Posture) {
    desired.account.clone_from(&observed.account);
    desired.region.clone_from(&observed.region);
    desired.pool_id.clone_from(&observed.pool_id);
    let pool = observed.pool_id.clone().unwrap_or_default();
    for alarm in desired.alarms.iter_mut().flatten() {
        if let Some(value) = alarm
            .dimensions
            .get_mut("UserPoolId")
            .filter(|value| value.is_empty())
        {
            value.clone_from(&pool);
        }
    }
    if let Some(delivery) = &mut desired.log_delivery {
        let sources = [&mut delivery.user_auth_events, &mut delivery.user_notification];
        for (source, to) in LogSource::ALL.into_iter().zip(sources) {
            if let Some(to) = to.as_mut().filter(|to| !to.nowhere) {
                to.level.get_or_insert_with(|| source.level().to_owned());
            }
        }
    }
}

/// Whether a policy says more of a client than its key.
fn says_something(client: &Client) -> bool {
    let nothing = Client {
        key: client.key.clone(),
        ..Client::default()
    };
    *client != nothing
}

/// What the policy says of every client that it does not name, said of each.
fn add_others(desired: &mut Posture, observed: &Posture, named: &BTreeSet<String>) {
    let Some(rest) = desired.other_clients.take() else {
        return;
    };
    if !says_something(&rest) {
        return;
    }
    for client in observed
        .clients
        .iter()
        .filter(|client| !named.contains(&client.key))
    {
        desired.clients.push(Client {
            key: client.key.clone(),
            id: client.id.clone(),
            ..rest.clone()
        });
    }
}
