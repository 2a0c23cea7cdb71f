//! Lists of ranges of which a part is not known, before and after: what is open in the same words on both sides is the same there,
//! and what is not may be anything.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::model::client::Override;
use crate::model::effective::{AddressChange, AddressList, Direction, Force, Movement};
use crate::model::exception::{aggregate, not_covered};
use crate::model::posture::{Part, Posture};
use crate::model::response::RiskConfiguration;
use crate::observe::template::TemplatePool;
use crate::pointer::Pointer;

/// Where a pool, or a client by its key, has its settings.
pub(super) fn of_client(key: Option<&str>) -> Pointer {
    key.map_or_else(Pointer::root, |key| Pointer::root().child("clients").child(key))
}

/// What of a list is not known before, and after.
struct Sides<'a> {
    before: BTreeSet<&'a str>,
    after: BTreeSet<&'a str>,
}

impl<'a> Sides<'a> {
    fn of([before, after]: [&'a TemplatePool; 2], key: Option<&str>, list: AddressList) -> Self {
        let of = |pool: &'a TemplatePool| {
            let pointer = pointer(holder(&pool.observed.posture, key), list);
            let words = pool.notes.open_ranges.get(pointer.as_str());
            words.into_iter().flatten().map(String::as_str).collect()
        };
        Self {
            before: of(before),
            after: of(after),
        }
    }

    /// Whether what is known of the list changes as it seems to.
    fn shows(&self, movement: Movement) -> bool {
        match movement {
            // What is no longer open may have been these.
            Movement::Grew => self.before.is_subset(&self.after),
            Movement::Shrank => self.after.is_subset(&self.before),
        }
    }
}

fn pointer(key: Option<&str>, list: AddressList) -> Pointer {
    of_client(key).child("risk_exceptions").child(list.as_str())
}

/// Whose lists are a client's: its own, or the pool's.
fn holder<'k>(posture: &Posture, key: Option<&'k str>) -> Option<&'k str> {
    key.filter(|key| own(posture, key).is_some())
}

fn own<'p>(posture: &'p Posture, key: &str) -> Option<&'p RiskConfiguration> {
    let client = posture.clients.iter().find(|client| client.key == key)?;
    match &client.risk {
        Override::Own(own) => Some(own),
        _ => None,
    }
}

/// What is known of a list.
fn nets(posture: &Posture, key: Option<&str>, list: AddressList) -> Vec<IpNet> {
    let own = key.and_then(|key| own(posture, key));
    let lists = own.unwrap_or(&posture.responses).risk_exceptions.as_ref();
    let ranges = lists.map(|lists| match list {
        AddressList::Block => &lists.always_block,
        AddressList::Allow => &lists.always_allow,
    });
    ranges.map(|ranges| aggregate(ranges)).unwrap_or_default()
}

/// Whether a change of a list is what it seems to be, whatever is open in the list.
pub(super) fn is_certain(change: &AddressChange, pools: [&TemplatePool; 2]) -> bool {
    Sides::of(pools, change.scope.key(), change.list).shows(change.movement)
}

/// Both pools, of which nothing is unknown in lists that are open in the same words on both sides: what is known of these is
/// compared.
pub(super) fn equalized(pools: [&TemplatePool; 2]) -> [Posture; 2] {
    let mut postures = pools.map(|pool| pool.observed.posture.clone());
    for section in pools.iter().flat_map(|pool| sections(pool)) {
        let own = |pool: &TemplatePool, list: AddressList| {
            let pointer = section.child(list.as_str());
            pool.notes
                .open_ranges
                .get(pointer.as_str())
                .cloned()
                .unwrap_or_default()
        };
        let is_same = |list: &AddressList| own(pools[0], *list) == own(pools[1], *list);
        for list in AddressList::ALL.iter().filter(|list| is_same(list)) {
            let pointer = section.child(list.as_str());
            for posture in &mut postures {
                posture.unknown.remove(&pointer);
            }
        }
        if AddressList::ALL.iter().all(is_same) {
            for posture in &mut postures {
                posture.unknown.remove(&section);
            }
        }
    }
    postures
}

/// The sections of exceptions in which something is open.
fn sections(pool: &TemplatePool) -> BTreeSet<Pointer> {
    let lists = pool.notes.open_ranges.keys();
    let sections = lists.filter_map(|list| Pointer::parse(list.rsplit_once('/')?.0));
    sections.collect()
}

/// A list in which something else is open before than after.
pub(super) struct OpenList {
    /// Where.
    pub(super) pointer: Pointer,
    /// What is open on one side alone, in words.
    pub(super) open: String,
    /// Weaker where what is known shows that, undefined where it may be; `None` where it cannot get weaker by what is known.
    pub(super) direction: Option<Direction>,
}

/// All lists in which something else is open before than after.
pub(super) fn open_lists(pools: [&TemplatePool; 2]) -> Vec<OpenList> {
    let postures = pools.map(|pool| &pool.observed.posture);
    if postures
        .iter()
        .any(|posture| posture.unread.contains(&Part::Responses))
    {
        return Vec::new();
    }
    let clients = postures.iter().flat_map(|posture| &posture.clients);
    let of_their_own = clients.filter(|client| matches!(client.risk, Override::Own(_)));
    let keys: BTreeSet<Option<&str>> = of_their_own
        .map(|client| Some(client.key.as_str()))
        .chain([None])
        .collect();
    let is_known = |key: Option<&str>| {
        postures.iter().all(|posture| {
            let mut clients = posture.clients.iter();
            !clients.any(|client| Some(client.key.as_str()) == key && client.risk == Override::Unknown)
        })
    };
    let mut found = Vec::new();
    for key in keys.into_iter().filter(|key| is_known(*key)) {
        for list in AddressList::ALL {
            let sides = Sides::of(pools, key, list);
            let differs: BTreeSet<_> = sides.before.symmetric_difference(&sides.after).copied().collect();
            if !differs.is_empty() {
                found.push(OpenList {
                    pointer: pointer(key, list),
                    open: differs.into_iter().collect::<Vec<_>>().join(", "),
                    direction: direction(list, &sides, postures, key),
                });
            }
        }
    }
    found
}

/// What is open on one side alone may be what is known on the other one.
fn direction(
    list: AddressList,
    sides: &Sides<'_>,
    postures: [&Posture; 2],
    key: Option<&str>,
) -> Option<Direction> {
    let [before, after] = postures.map(|posture| nets(posture, key, list));
    let [grew, shrank] =
        [(&after, &before), (&before, &after)].map(|(own, other)| !not_covered(own, other).is_empty());
    let [was, is] = postures.map(|posture| Force::of(posture) == Force::InForce);
    let has_gone = !sides.before.is_subset(&sides.after);
    let is_new = !sides.after.is_subset(&sides.before);
    let (is_weaker, may_be) = match list {
        AddressList::Allow if !(was && is) => return None,
        AddressList::Block if !was => return None,
        // What was open before, and is known now, nobody can have had on purpose.
        AddressList::Allow => (grew && !has_gone, is_new),
        AddressList::Block => (
            shrank && !is_new,
            (has_gone && !grew) || (is_new && (shrank || has_gone)),
        ),
    };
    match (is_weaker, may_be) {
        (true, _) => Some(Direction::Weaker),
        (false, true) => Some(Direction::Undefined),
        (false, false) => None,
    }
}
