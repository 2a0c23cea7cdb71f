//! Reads a pool's clients.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use serde_json::Value;

use crate::aws::convert::{self, ClientFacts};
use crate::aws::error::{CallError, Fault};
use crate::aws::operation::Operation;
use crate::aws::port::PoolEntry;
use crate::model::client::{Client, Override};
use crate::model::observed::Unread;
use crate::model::posture::Part;
use crate::observe::live::run::Run;

/// Clients of one pool that are read at a time: more would only wait for the pool's own quota.
const AT_A_TIME: usize = 16;

/// What was read of a pool's clients.
#[derive(Default)]
pub(super) struct Clients {
    /// Ordered by key.
    pub(super) list: Vec<Client>,
    pub(super) raw: BTreeMap<String, Value>,
    /// Risk configurations of clients that have one of their own.
    pub(super) risk: BTreeMap<String, Value>,
    pub(super) unread: Vec<Unread>,
    /// The listing says that there is no such pool.
    pub(super) pool_not_found: bool,
}

/// One client with what could not be read of it.
struct Read {
    entry: PoolEntry,
    facts: Option<ClientFacts>,
    risk: Override,
    raw: Option<Value>,
    raw_risk: Option<Value>,
    troubles: Vec<(Operation, CallError)>,
}

/// Reads all clients. One that is deleted meanwhile is gone: then it is not listed any more.
pub(super) async fn clients(run: &Run<'_>, pool: &str) -> Clients {
    let listing = Operation::ListUserPoolClients;
    let (mut entries, error) = run.all(listing, |port, next| port.list_clients(pool, next)).await;
    let mut known = BTreeSet::new();
    entries.retain(|entry| known.insert(entry.id.clone()));
    let mut read: Vec<_> = stream::iter(entries)
        .map(|entry| client(run, pool, entry))
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await;
    if read.iter().any(Read::is_not_found) {
        let (entries, error) = run.all(listing, |port, next| port.list_clients(pool, next)).await;
        // A listing that ends early does not show what is gone.
        let is_listed = |id: &str| error.is_some() || entries.iter().any(|entry| entry.id == id);
        read.retain(|one| !one.is_not_found() || is_listed(&one.entry.id));
    }
    read.sort_by(|a, b| a.entry.id.cmp(&b.entry.id));
    let mut found = gather(read);
    if let Some(error) = error {
        found.pool_not_found = error.fault == Fault::NotFound;
        found.unread.push(error.unread(Part::Clients, None, listing));
    }
    found
}

impl Read {
    /// Whether the client was listed and is not described.
    fn is_not_found(&self) -> bool {
        let mut troubles = self.troubles.iter();
        troubles.any(|(operation, error)| {
            *operation == Operation::DescribeUserPoolClient && error.fault == Fault::NotFound
        })
    }
}

async fn client(run: &Run<'_>, pool: &str, entry: PoolEntry) -> Read {
    let (described, risk) = tokio::join!(
        run.call(
            Operation::DescribeUserPoolClient,
            run.port.describe_client(pool, &entry.id)
        ),
        run.call(
            Operation::DescribeRiskConfiguration,
            run.port.risk_configuration(pool, Some(&entry.id))
        ),
    );
    let mut troubles = Vec::new();
    let mut keep = |operation, trouble| troubles.push((operation, trouble));
    let (facts, raw) = settings(described).unwrap_or_else(|trouble| {
        keep(Operation::DescribeUserPoolClient, trouble);
        (None, None)
    });
    let sections = risk
        .as_ref()
        .ok()
        .and_then(|body| body.get("RiskConfiguration").cloned());
    let risk = convert::client_risk(risk, &entry.id).unwrap_or_else(|trouble| {
        keep(Operation::DescribeRiskConfiguration, trouble);
        Override::Unknown
    });
    // What a client inherits is the pool's, which is kept once.
    let raw_risk = sections.filter(|_| matches!(risk, Override::Own(_)));
    Read {
        entry,
        facts,
        risk,
        raw,
        raw_risk,
        troubles,
    }
}

fn settings(described: Result<Value, CallError>) -> Result<(Option<ClientFacts>, Option<Value>), CallError> {
    let mut body = described?;
    let facts = convert::client(&body)?;
    Ok((Some(facts), body.get_mut("UserPoolClient").map(Value::take)))
}

/// Gives each client its key: the name as it is described, else as it was listed.
fn gather(read: Vec<Read>) -> Clients {
    let name = |read: &Read| {
        let described = read.facts.as_ref().and_then(|facts| facts.name.clone());
        described.unwrap_or_else(|| read.entry.name.clone())
    };
    let names: Vec<_> = read.iter().map(name).collect();
    let pairs: Vec<_> = read
        .iter()
        .zip(&names)
        .map(|(read, name)| (read.entry.id.as_str(), name.as_str()))
        .collect();
    let keys = convert::keys(&pairs);
    let mut found = Clients::default();
    for (read, key) in read.into_iter().zip(keys) {
        let troubles = read.troubles.iter();
        let unread =
            troubles.map(|(operation, trouble)| trouble.unread(Part::Clients, Some(&key), *operation));
        found.unread.extend(unread);
        if let Some(raw) = read.raw {
            found.raw.insert(read.entry.id.clone(), raw);
        }
        if let Some(risk) = read.raw_risk {
            found.risk.insert(read.entry.id.clone(), risk);
        }
        let facts = read.facts;
        found.list.push(Client {
            key,
            id: Some(read.entry.id),
            risk: read.risk,
            has_secret: facts.as_ref().and_then(|facts| facts.has_secret),
            settings: facts.map(|facts| facts.settings).unwrap_or_default(),
        });
    }
    found.list.sort_by(|a, b| a.key.cmp(&b.key));
    found
}
