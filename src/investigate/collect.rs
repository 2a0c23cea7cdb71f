//! Takes events and records, in any order, and joins them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use crate::ident::pseudonym;
use crate::impact::{Replayer, Strictness};
use crate::investigate::join;
use crate::investigate::result::{
    Investigation, InvestigationCounts, InvestigationScope, NamelessRequests, NamelessRow, TimelineUser,
};
use crate::investigate::step::{Ruling, StepCause, TimelineStep};
use crate::model::client::Override;
use crate::model::event::{AuthEvent, CloudTrailRecord};
use crate::model::posture::{Origin, Part, Posture};

/// Most events and records that are held.
const MOST_HELD: usize = 200_000;

/// Most kinds of requests without a user that are told apart.
const MOST_ROWS: usize = 1_000;

/// Collects what belongs to an investigation.
#[derive(Debug, Default)]
pub struct Investigator {
    scope: InvestigationScope,
    replayer: Option<Replayer>,
    /// Whether some clients have responses of their own, or may have them.
    clients_differ: bool,
    clients: BTreeMap<String, String>,
    /// Clients that were seen, and that the pool does not have today.
    unlisted: BTreeSet<String>,
    /// Pools by client id.
    pools: HashMap<String, String>,
    has_other_pools: bool,
    /// The pool's account, where its settings say it, and that of the first record.
    own_account: Option<String>,
    first_account: Option<String>,
    /// Whether all clients that the pool has today are known: another one is deleted, newer, or another pool's.
    clients_known: bool,
    events: Vec<AuthEvent>,
    records: Vec<CloudTrailRecord>,
    /// Where the event of an id is, if it is held, and which records are there: pages overlap, and so do files.
    event_ids: HashMap<String, Option<usize>>,
    record_ids: HashSet<String>,
    /// Name and status of users by sub.
    known: HashMap<String, (String, Option<String>)>,
    counts: InvestigationCounts,
    most_held: usize,
}

impl Investigator {
    /// Nothing was read yet. `settings` are those of the pool.
    pub fn new(scope: InvestigationScope, settings: Option<&Posture>) -> Self {
        let mut investigator = Self {
            replayer: settings.map(|posture| Replayer::new(posture, Strictness::default())),
            clients_differ: settings.is_some_and(|posture| {
                let mut clients = posture.clients.iter().chain(&posture.other_clients);
                let has_own = clients.any(|client| matches!(client.risk, Override::Own(_)));
                has_own || posture.unread.contains(&Part::Clients)
            }),
            own_account: settings.and_then(|posture| posture.account.clone()),
            most_held: MOST_HELD,
            scope,
            ..Self::default()
        };
        if let Some(posture) = settings {
            investigator.add_pool(posture);
        }
        investigator
    }

    /// Says which clients the pool has; of a pool that was read, these are all.
    pub fn add_pool(&mut self, posture: &Posture) {
        self.clients_known |= posture.origin == Origin::Observed && !posture.unread.contains(&Part::Clients);
        let pool = self.scope.pool.clone();
        for client in &posture.clients {
            if let Some(id) = &client.id {
                self.clients.insert(id.clone(), client.name().to_owned());
                self.add_client(id, &pool);
            }
        }
    }

    /// Says which pool a client is of: users' calls name only their client.
    pub fn add_client(&mut self, client: &str, pool: &str) {
        self.has_other_pools |= pool != self.scope.pool;
        self.pools.insert(client.to_owned(), pool.to_owned());
    }

    /// Says that records of other pools are among these, whether or not one says so.
    pub fn shares_records(&mut self) {
        self.has_other_pools = true;
    }

    /// Says how a user is named, and in which status they are.
    pub fn add_user(&mut self, sub: &str, name: &str, status: Option<&str>) {
        let known = (name.to_owned(), status.map(str::to_owned));
        self.known.insert(sub.to_owned(), known);
    }

    /// Takes an event; of two of one id, the one that got further.
    pub fn add_event(&mut self, event: &AuthEvent) {
        if let (Some(client), Some(pool)) = (&event.client, &event.pool) {
            self.add_client(client, pool);
        }
        if event.pool.as_ref().is_some_and(|pool| *pool != self.scope.pool) {
            self.has_other_pools = true;
            self.counts.other_pools += 1;
            return;
        }
        if let Some(before) = event.id.as_ref().and_then(|id| self.event_ids.get(id)) {
            let before = before.and_then(|at| self.events.get_mut(at));
            if let Some(before) = before.filter(|before| event.response.known() > before.response.known()) {
                before.clone_from(event);
            }
            return;
        }
        let at = self.is_wanted(event.at).then_some(self.events.len());
        let id = event.id.clone().filter(|_| self.event_ids.len() < self.most_held);
        self.event_ids.extend(id.map(|id| (id, at)));
        self.events.extend(at.map(|_| event.clone()));
    }

    /// Takes a record of `CloudTrail`, unless it is there.
    pub fn add_record(&mut self, record: &CloudTrailRecord) {
        if record.id.as_ref().is_some_and(|id| self.record_ids.contains(id)) {
            return;
        }
        if !record.is_of_user() {
            self.counts.other_calls += 1;
            return;
        }
        if let (Some(client), Some(pool)) = (&record.client, &record.pool) {
            self.add_client(client, pool);
        }
        if record.pool.as_ref().is_some_and(|pool| *pool != self.scope.pool) {
            self.has_other_pools = true;
            self.counts.other_pools += 1;
        } else if self.is_elsewhere(record) {
            self.counts.other_pools += 1;
        } else if self.is_wanted(record.at) {
            self.record_ids.extend(record.id.clone());
            self.records.push(record.clone());
        }
    }

    /// Whether a record is of another region than the pool, or of another account. Which account is the pool's may be unknown: then
    /// records of several accounts are of several pools.
    fn is_elsewhere(&mut self, record: &CloudTrailRecord) -> bool {
        let region = self.scope.pool.split_once('_').map(|(region, _)| region);
        let is_there = |region: &str| {
            record
                .region
                .as_ref()
                .is_none_or(|of| of.eq_ignore_ascii_case(region))
        };
        if !region.is_none_or(is_there) {
            return true;
        }
        let Some(of) = &record.account else { return false };
        if let Some(own) = &self.own_account {
            return of != own;
        }
        let first = self.first_account.get_or_insert_with(|| of.clone());
        self.has_other_pools |= first != of;
        false
    }

    /// Whether something of this time is held; it is counted if not.
    fn is_wanted(&mut self, at: Option<Timestamp>) -> bool {
        let InvestigationScope { since, until, .. } = self.scope;
        let count = match at {
            None if since.is_some() || until.is_some() => &mut self.counts.without_time,
            Some(at) if since.is_some_and(|since| at < since) || until.is_some_and(|until| at > until) => {
                &mut self.counts.outside
            }
            _ if self.events.len() + self.records.len() >= self.most_held => &mut self.counts.beyond,
            _ => return true,
        };
        *count += 1;
        false
    }

    /// Subs of the pool's users that `CloudTrail` has, those who matter most first: whom to ask AWS about.
    pub fn subs(&self) -> Vec<String> {
        self.subs_of(|record| self.pool_of(record) == Some(self.scope.pool.as_str()))
    }

    /// The same of clients that the pool does not have today: these users may be of the pool.
    pub fn unlisted_subs(&self) -> Vec<String> {
        let own: HashSet<_> = self.subs().into_iter().collect();
        let mut subs = self.subs_of(|record| self.is_unlisted(record));
        subs.retain(|sub| !own.contains(sub));
        subs
    }

    /// Whether a record is of a client that the pool does not have today, and that no record gives to another pool.
    fn is_unlisted(&self, record: &CloudTrailRecord) -> bool {
        self.clients_known && record.client.is_some() && self.pool_of(record).is_none()
    }

    fn subs_of(&self, is_meant: impl Fn(&CloudTrailRecord) -> bool) -> Vec<String> {
        let mut weights: HashMap<&str, (u8, u64)> = HashMap::new();
        for record in &self.records {
            let is_ours = is_meant(record);
            let is_near = self
                .scope
                .address
                .is_none_or(|net| is_in(record.address.as_deref(), net));
            if let Some(sub) = record.sub.as_deref().filter(|_| is_ours && is_near) {
                let step = TimelineStep {
                    record: Some(record.clone()),
                    ..TimelineStep::default()
                };
                let (weight, count) = weights.entry(sub).or_default();
                *weight = (*weight).max(step.weight());
                *count += 1;
            }
        }
        let mut subs: Vec<_> = weights.into_iter().collect();
        subs.sort_by(|(a, one), (b, other)| other.cmp(one).then(a.cmp(b)));
        subs.into_iter().map(|(sub, _)| sub.to_owned()).collect()
    }

    /// The pool that a record is of, by what it says itself, or by its client.
    fn pool_of<'a>(&'a self, record: &'a CloudTrailRecord) -> Option<&'a str> {
        let by_client = || record.client.as_ref().and_then(|client| self.pools.get(client));
        record.pool.as_ref().or_else(by_client).map(String::as_str)
    }

    /// Joins what was read. What the caller knows of the run itself is still to be filled in.
    pub fn finish(mut self) -> Investigation {
        self.place();
        let (nameless, users) = self.joined();
        let mut users: Vec<_> = users
            .into_values()
            .filter(|user| self.is_meant(user))
            .map(|user| self.finished(user))
            .collect();
        users.sort_by(|a, b| {
            let last = |user: &TimelineUser| user.steps.last().and_then(TimelineStep::at);
            let order = b.weight().cmp(&a.weight()).then(last(b).cmp(&last(a)));
            order.then_with(|| a.title().cmp(&b.title()))
        });
        Investigation {
            version: env!("CARGO_PKG_VERSION"),
            pool: self.scope.pool,
            since: self.scope.since,
            until: self.scope.until,
            user: self.scope.user,
            address: self.scope.address.map(|net| net.to_string()),
            clients: self.clients,
            unlisted: self.unlisted,
            users,
            nameless,
            counts: self.counts,
            ..Investigation::default()
        }
    }

    /// Drops records of other pools, now that all that says which client is of which pool was read.
    fn place(&mut self) {
        let pool = self.scope.pool.clone();
        let named = self.events.iter().filter(|event| event.pool.is_some());
        let mut own: HashSet<String> = named.filter_map(|event| event.sub.clone()).collect();
        let ours = self.records.iter();
        let ours = ours.filter(|record| self.pool_of(record) == Some(pool.as_str()));
        own.extend(ours.filter_map(|record| record.sub.clone()));
        own.extend(self.known.keys().cloned());
        // Whoever is asked for is of the pool.
        own.extend(self.scope.user.clone());
        let mut kept = Vec::new();
        for mut record in std::mem::take(&mut self.records) {
            let is_own = record.sub.as_ref().is_some_and(|sub| own.contains(sub));
            match self.pool_of(&record) {
                Some(found) if found == pool => {}
                Some(_) => {
                    self.counts.other_pools += 1;
                    continue;
                }
                None if is_own => {}
                None if self.has_other_pools && self.is_unlisted(&record) => {
                    self.counts.unlisted += 1;
                    self.unlist(record.client.as_deref());
                    continue;
                }
                None if self.has_other_pools => {
                    self.counts.unmapped += 1;
                    continue;
                }
                None => self.counts.assumed += 1,
            }
            record.pool = Some(pool.clone());
            kept.push(record);
        }
        self.records = kept;
        let has_others = self.has_other_pools;
        let counts = &mut self.counts;
        self.events.retain_mut(|event| {
            let is_own = event.sub.as_ref().is_some_and(|sub| own.contains(sub));
            if event.pool.is_none() && has_others && !is_own {
                counts.unmapped += 1;
                return false;
            }
            counts.assumed += u64::from(event.pool.is_none());
            event.pool = Some(pool.clone());
            true
        });
        self.counts.events = self.events.len() as u64;
        self.counts.records = self.records.len() as u64;
        let events = self.events.iter().map(|event| event.client.clone());
        let records = self.records.iter().map(|record| record.client.clone());
        let clients: Vec<_> = events.chain(records).flatten().collect();
        for client in clients {
            self.unlist(Some(&client));
        }
    }

    /// Notes a client that the pool does not have today.
    fn unlist(&mut self, client: Option<&str>) {
        let is_new = |id: &&str| !self.clients.contains_key(*id) && self.unlisted.len() < MOST_ROWS;
        if let Some(id) = client.filter(|_| self.clients_known).filter(is_new) {
            self.unlisted.insert(id.to_owned());
        }
    }

    /// Users with their steps, and requests without one. A name belongs to the sub that an event gives it.
    fn joined(&mut self) -> (NamelessRequests, BTreeMap<UserKey, TimelineUser>) {
        let mut subs: HashMap<String, String> = HashMap::new();
        for (sub, (name, _)) in &self.known {
            subs.insert(name.clone(), sub.clone());
        }
        for event in &self.events {
            if let (Some(name), Some(sub)) = (&event.user_name, &event.sub) {
                subs.insert(name.clone(), sub.clone());
            }
        }
        let mut by_request: HashMap<String, CloudTrailRecord> = HashMap::new();
        let mut alone = Vec::new();
        for record in std::mem::take(&mut self.records) {
            match record.request.clone() {
                Some(request) if !by_request.contains_key(&request) => {
                    by_request.insert(request, record);
                }
                _ => alone.push(record),
            }
        }
        let mut users: BTreeMap<UserKey, TimelineUser> = BTreeMap::new();
        for mut event in std::mem::take(&mut self.events) {
            let record = event.request.as_ref().and_then(|request| {
                let fits = by_request
                    .get(request)
                    .is_some_and(|record| join::is_of_one(&event, record));
                fits.then(|| by_request.remove(request)).flatten()
            });
            let of_name = event.user_name.as_ref().and_then(|name| subs.get(name)).cloned();
            let of_record = record.as_ref().and_then(|record| record.sub.clone());
            event.sub = event.sub.or(of_name).or(of_record);
            let key = (
                event.sub.clone(),
                event.sub.is_none().then(|| event.user_name.clone()).flatten(),
            );
            let user = users.entry(key).or_default();
            user.sub = user.sub.take().or_else(|| event.sub.clone());
            user.name = user.name.take().or_else(|| event.user_name.clone());
            user.steps.push(TimelineStep {
                event: Some(event),
                record,
                ..TimelineStep::default()
            });
        }
        let (mut nameless, mut named): (_, BTreeMap<_, Vec<_>>) = (Vec::new(), BTreeMap::new());
        for record in by_request.into_values().chain(alone) {
            match record.sub.clone() {
                Some(sub) => named.entry(sub).or_default().push(record),
                None => nameless.push(record),
            }
        }
        for (sub, records) in named {
            let user = users.entry((Some(sub.clone()), None)).or_default();
            user.sub = Some(sub);
            let left = join::by_time(&mut user.steps, records).into_iter();
            user.steps.extend(left.map(|record| TimelineStep {
                record: Some(record),
                ..TimelineStep::default()
            }));
        }
        // What a record names counts as well: events of the API name no client.
        let steps = users.values_mut().flat_map(|user| &mut user.steps);
        if let Some(replayer) = &self.replayer {
            steps.for_each(|step| step.ruling = Ruling::of_step(replayer, step, self.clients_differ));
        }
        (self.nameless(nameless), users)
    }

    fn nameless(&self, records: Vec<CloudTrailRecord>) -> NamelessRequests {
        let mut kinds: BTreeMap<(String, Option<StepCause>), BTreeMap<String, u64>> = BTreeMap::new();
        let mut result = NamelessRequests::default();
        let is_meant = self.scope.user.is_none();
        let net = self.scope.address;
        for record in records {
            if !is_meant || net.is_some_and(|net| !is_in(record.address.as_deref(), net)) {
                continue;
            }
            result.total += 1;
            let address = record.address.clone().unwrap_or_default();
            let action = record.action.clone().unwrap_or_else(|| "unknown".to_owned());
            let step = TimelineStep {
                record: Some(record),
                ..TimelineStep::default()
            };
            let key = (action, step.cause());
            if kinds.len() < MOST_ROWS || kinds.contains_key(&key) {
                *kinds.entry(key).or_default().entry(address).or_default() += 1;
            }
        }
        let row = |((action, cause), addresses): ((String, Option<StepCause>), BTreeMap<String, u64>)| {
            let named = addresses.iter().filter(|(address, _)| !address.is_empty());
            let top = named.clone().max_by_key(|(_, count)| **count);
            NamelessRow {
                action,
                cause,
                requests: addresses.values().sum(),
                addresses: named.count() as u64,
                top: top.map(|(address, count)| (address.clone(), *count)),
            }
        };
        result.rows = kinds.into_iter().map(row).collect();
        result.rows.sort_by_key(|row| std::cmp::Reverse(row.requests));
        result
    }

    /// Whether a user was asked for.
    fn is_meant(&self, user: &TimelineUser) -> bool {
        let known = user.sub.as_ref().and_then(|sub| self.known.get(sub));
        let names = [user.sub.as_ref(), user.name.as_ref(), known.map(|(name, _)| name)];
        let by_user = self.scope.user.as_ref().is_none_or(|wanted| {
            let mut names = names.into_iter().flatten();
            names.any(|name| name == wanted || pseudonym(name) == *wanted)
        });
        let by_address = self.scope.address.is_none_or(|net| {
            let mut steps = user.steps.iter();
            steps.any(|step| is_in(step.address(), net))
        });
        by_user && by_address
    }

    /// In order of time, with what is known of the user.
    fn finished(&self, mut user: TimelineUser) -> TimelineUser {
        let id = |step: &TimelineStep| {
            let record = step.record.as_ref().and_then(|record| record.id.clone());
            (step.event.as_ref().and_then(|event| event.id.clone()), record)
        };
        user.steps
            .sort_by(|a, b| a.at().cmp(&b.at()).then_with(|| id(a).cmp(&id(b))));
        if let Some((name, status)) = user.sub.as_ref().and_then(|sub| self.known.get(sub)) {
            user.name = Some(name.clone());
            user.status.clone_from(status);
        }
        user
    }
}

/// Sub, else name; neither for events that name no user.
type UserKey = (Option<String>, Option<String>);

/// Whether an address lies in a range; what is no address does not. An IPv4 address may be written as IPv6.
fn is_in(address: Option<&str>, net: IpNet) -> bool {
    let parsed = address.and_then(|text| text.trim().parse::<IpAddr>().ok());
    parsed.is_some_and(|ip| net.contains(&ip) || net.contains(&ip.to_canonical()))
}
