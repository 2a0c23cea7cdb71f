//! Guards: what keeps a plan from being carried out, each with what would let it through.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::model::client::Client;
use crate::model::effective::{CellChange, Direction, Scope};
use crate::model::observed::{Observed, Unread};
use crate::plan::calls::enforces;
use crate::plan::change::Change;
use crate::plan::diff::Diff;
use crate::plan::gate::{Known, Verdict, verdict};
use crate::plan::lockout::{LockOut, lock_outs};
use crate::plan::needs::{Impossible, impossible};
use crate::plan::setting::{Auth, Setting};
use crate::plan::weakening::taken_away;
use crate::pointer::Pointer;
use crate::text;

/// What the user allowed by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permits {
    /// Changes that may weaken protection, or lead to where nothing is known of it.
    pub weaken: Vec<Named>,
    /// Changes that may block or challenge more users.
    pub block: Vec<Named>,
    /// Why a gate that is not met does not count.
    pub override_gate: Option<String>,
    /// Why errors of rules do not count, by rule id.
    pub findings: BTreeMap<String, String>,
    /// Most pools that may be changed in one run.
    pub max_pools: usize,
}

/// A change that the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The pool that is meant; without it the one pool that changes, so that a name given for one pool allows nothing
    /// in another.
    pub pool: Option<String>,
    /// The change.
    pub at: Pointer,
}

impl Named {
    /// `/mode/standard`, or `us-west-2_EXAMPLE:/mode/standard`. `None` for what has no pointer in it.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('/') {
            let at = Pointer::parse(text)?;
            return Some(Self { pool: None, at });
        }
        let (pool, rest) = text.split_once(":/")?;
        let at = Pointer::parse(&format!("/{rest}"))?;
        (!pool.is_empty()).then(|| Self {
            pool: Some(pool.to_owned()),
            at,
        })
    }

    /// Whether it may be meant for a pool: where several change, what is named without a pool allows nothing.
    pub fn may_mean(&self, pool: &str) -> bool {
        self.pool.as_deref().is_none_or(|named| named == pool)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pool {
            Some(pool) => write!(f, "{pool}:{}", self.at),
            None => self.at.fmt(f),
        }
    }
}

/// One cell that shows why a change has to be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The cell.
    pub cell: CellChange,
    /// Whether it is so today, and not only would be without the change.
    pub is_so: bool,
    /// How many more there are, of clients that exist.
    pub more: usize,
}

/// Why a plan, or a pool of it, is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A change weakens protection and was not named.
    Weakens {
        /// Pool id.
        pool: String,
        /// The change.
        at: Pointer,
        /// What gets weaker by it, where the effective table shows it.
        telling: Option<Box<Telling>>,
        /// What it takes away beside these cells: a clause. Hostile text.
        beside: Option<String>,
        /// Whether other pools would change as well, so that the pool has to be named, too.
        among_others: bool,
    },
    /// A change newly blocks or challenges users, and was not named.
    Blocks {
        /// Pool id.
        pool: String,
        /// The change.
        at: Pointer,
        /// What it does, of which something is there.
        lock_out: Box<LockOut>,
        /// About how many users the pool has, where that is known.
        users: Option<u64>,
        /// Whether other pools would change as well, so that the pool has to be named, too.
        among_others: bool,
    },
    /// A change may weaken protection, because AWS does not document what happens before it, or after it; it was not
    /// named.
    MayWeaken {
        /// Pool id.
        pool: String,
        /// The change.
        at: Pointer,
        /// What may get weaker by it, where the effective table shows it.
        telling: Option<Box<Telling>>,
        /// Whether other pools would change as well, so that the pool has to be named, too.
        among_others: bool,
    },
    /// The service is known to refuse where the plan leads to.
    ServiceRefuses {
        /// Pool id.
        pool: String,
        /// What it refuses, and what to do first.
        what: Impossible,
    },
    /// A mode would become ENFORCED without enough days in AUDIT.
    GateUnmet {
        /// Pool id.
        pool: String,
        /// What the gate says.
        verdict: Verdict,
    },
    /// Something of the pool was not seen, so that nothing of it is written.
    Partial {
        /// Pool id.
        pool: String,
        /// What was not seen.
        what: Vec<String>,
    },
    /// A client of the policy was not found.
    ClientMissing {
        /// Pool id.
        pool: String,
        /// Its key.
        client: String,
        /// The name of a client that may be meant.
        near: Option<String>,
    },
    /// More pools than may be changed in one run.
    TooManyPools {
        /// Pools with changes.
        pools: usize,
        /// How many may be.
        most: usize,
    },
}

/// One pool of a plan, with what its guards need.
#[derive(Clone, Copy)]
pub struct Guarded<'a> {
    /// The pool.
    pub pool: &'a Observed,
    /// What would change.
    pub diff: &'a Diff,
    /// Days that the policy's gate asks for.
    pub minimum_days: u32,
    /// What is known of its time in AUDIT.
    pub known: &'a Known,
}

/// Everything that stands against a plan, pool by pool in the plan's order, then what is about the run. Empty:
/// it may be carried out.
pub fn refusals(pools: &[Guarded<'_>], permits: &Permits, today: Date) -> Vec<Refusal> {
    let changing = pools.iter().filter(|one| !one.diff.changes.is_empty()).count();
    let mut found: Vec<_> = pools
        .iter()
        .flat_map(|one| of_pool(*one, permits, changing > 1, today))
        .collect();
    if changing > permits.max_pools {
        found.push(Refusal::TooManyPools {
            pools: changing,
            most: permits.max_pools,
        });
    }
    found
}

/// What is managed, compared or sent back of a pool, and could not be read.
fn unseen(one: Guarded<'_>) -> Vec<String> {
    let mut parts: Vec<_> = one
        .pool
        .unread
        .iter()
        .filter(|unread| !unread.part.is_for_rules_only())
        .collect();
    parts.dedup_by_key(|unread| unread.part);
    let of_part = |unread: &Unread| {
        format!(
            "{} ({}: {})",
            unread.part.label(),
            unread.failure.label(),
            unread.detail
        )
    };
    let parts = parts.into_iter().map(of_part);
    let settings = one.diff.unseen.iter().map(|leaf| leaf.pointer().to_string());
    parts.chain(settings).collect()
}

/// Whether a pool is refused because it could not be read, and not for what may be there.
fn is_partial(one: Guarded<'_>) -> bool {
    !unseen(one).is_empty()
}

fn of_pool(one: Guarded<'_>, permits: &Permits, among_others: bool, today: Date) -> Vec<Refusal> {
    let pool = || one.pool.id().to_owned();
    let mut found = Vec::new();
    let unseen = unseen(one);
    if !unseen.is_empty() {
        found.push(Refusal::Partial {
            pool: pool(),
            what: unseen,
        });
    }
    let names = || one.pool.posture.clients.iter().map(Client::name);
    found.extend(one.diff.missing.iter().map(|(client, _)| Refusal::ClientMissing {
        pool: pool(),
        client: client.clone(),
        near: text::nearest(client, names().filter(|name| name != client)).map(str::to_owned),
    }));
    let refused = impossible(one.diff).into_iter().filter(|what| !what.unconfirmed);
    found.extend(refused.map(|what| Refusal::ServiceRefuses { pool: pool(), what }));
    found.extend(unnamed(one, permits, among_others));
    found.extend(unnamed_blocks(one, permits, among_others));
    if permits.override_gate.is_none() {
        let steps = Auth::ALL.into_iter().filter(|auth| enforces(one.diff, *auth));
        let verdicts = steps.map(|auth| verdict(auth, one.minimum_days, one.known, today));
        found.extend(
            verdicts
                .filter(|verdict| !verdict.is_met())
                .map(|verdict| Refusal::GateUnmet {
                    pool: pool(),
                    verdict,
                }),
        );
    }
    found
}

/// What was named of a pool's changes for nothing: places that are managed, and where nothing has to be named. First
/// those that may weaken, then those that may block.
pub fn idle<'a>(one: Guarded<'_>, permits: &'a Permits) -> [Vec<&'a Named>; 2] {
    let at = |change: &Change| change.leaf.pointer();
    let weakening = one.diff.changes.iter().filter(|change| change.must_be_named());
    let weakening: Vec<_> = weakening.map(at).collect();
    let blocking: Vec<_> = lock_outs(one.diff).iter().map(|(change, _)| at(change)).collect();
    let idle = |named: &'a [Named], places: &[Pointer]| {
        let named = named.iter().filter(|named| {
            let needed = places.iter().any(|at| named.at.covers(at));
            named.may_mean(one.pool.id()) && one.diff.manages(&named.at) && !needed
        });
        named.collect::<Vec<_>>()
    };
    [idle(&permits.weaken, &weakening), idle(&permits.block, &blocking)]
}

/// Whether a change of a pool is named.
pub fn is_named(named: &[Named], pool: &str, at: &Pointer, among_others: bool) -> bool {
    named.iter().any(|named| {
        let meant = named.pool.as_deref().map_or(!among_others, |meant| meant == pool);
        meant && named.at.covers(at)
    })
}

/// Changes that keep users out, have to be named and were not.
fn unnamed_blocks(one: Guarded<'_>, permits: &Permits, among_others: bool) -> Vec<Refusal> {
    let id = one.pool.id();
    let refusal = |(change, lock_out): (&Change, LockOut)| {
        let at = change.leaf.pointer();
        (!is_named(&permits.block, id, &at, among_others)).then(|| Refusal::Blocks {
            pool: id.to_owned(),
            at,
            lock_out: Box::new(lock_out),
            users: one.pool.estimated_users,
            among_others,
        })
    };
    lock_outs(one.diff).into_iter().filter_map(refusal).collect()
}

/// The cell that shows best what a change weakens, or may weaken: of a client that exists, where one is of that
/// direction.
fn telling(diff: &Diff, change: &Change, direction: Direction) -> Option<Box<Telling>> {
    let weaker = || {
        let cells = change.cells.iter();
        cells.filter(|cell| cell.direction == direction)
    };
    let exists = |cell: &&CellChange| cell.scope != Scope::Others;
    let own = weaker().filter(exists).count();
    let cell = weaker().find(exists).or_else(|| weaker().next())?;
    Some(Box::new(Telling {
        cell: cell.clone(),
        is_so: diff.comparison.changes.contains(cell),
        more: own.saturating_sub(1),
    }))
}

/// What a change takes away that no cell shows.
fn beside(diff: &Diff, change: &Change) -> Option<String> {
    let words = match &change.leaf {
        Setting::Alarm(_) => "the alarm fires less often, or notifies fewer people".to_owned(),
        Setting::LogDelivery(_) if change.wanted.is_none() => "the log is not exported any more".to_owned(),
        Setting::LogDelivery(_) => "less of the log is exported, or it goes to another account".to_owned(),
        leaf => taken_away(leaf, &diff.observed, &diff.wanted)?,
    };
    Some(words)
}

/// Changes that have to be named and were not.
fn unnamed(one: Guarded<'_>, permits: &Permits, among_others: bool) -> Vec<Refusal> {
    let id = one.pool.id();
    let refusal = |change: &Change| {
        let (pool, at) = (id.to_owned(), change.leaf.pointer());
        if is_named(&permits.weaken, id, &at, among_others) {
            None
        } else if change.direction == Direction::Weaker {
            Some(Refusal::Weakens {
                pool,
                at,
                telling: telling(one.diff, change, Direction::Weaker),
                beside: beside(one.diff, change),
                among_others,
            })
        } else if change.may_weaken() && !(is_partial(one) && change.may_weaken_by_what_is_unread()) {
            Some(Refusal::MayWeaken {
                pool,
                at,
                telling: telling(one.diff, change, Direction::Undefined),
                among_others,
            })
        } else {
            None
        }
    };
    one.diff.changes.iter().filter_map(refusal).collect()
}
