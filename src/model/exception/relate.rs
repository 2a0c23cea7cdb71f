//! Which ranges of a list, or of two lists, are the same or lie in one another.

use std::cmp::Reverse;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::exception::entry::IpRange;

/// How two ranges that have an address in common stand to each other. CIDR ranges never overlap
/// in part: one always holds the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same addresses.
    Same,
    /// The first holds the second and more.
    Covers,
    /// The second holds the first and more.
    CoveredBy,
}

/// Two related entries, by their places in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// Index in the first list.
    pub a: usize,
    /// Index in the second list; for one list, always another index than `a`.
    pub b: usize,
    /// How `a` stands to `b`.
    pub relation: Relation,
}

/// Entries of two lists that have addresses in common, ordered by `a`, then `b`.
///
/// O(n log n), and at most one pair for each entry: its partner is the narrowest range of the
/// other list that holds it (among equals the one written first), so that long lists of copies
/// do not multiply. Entries that are not CIDR are left out. The result is empty exactly when
/// the two lists have no address in common.
pub fn pairs(list_a: &[IpRange], list_b: &[IpRange]) -> Vec<Pair> {
    let mut items = items(list_a, 0);
    items.extend(self::items(list_b, 1));
    items.sort_by_key(|item| (item.net, item.list, item.index));
    let mut open: [Vec<Item>; 2] = [Vec::new(), Vec::new()];
    let mut found = Vec::new();
    for item in items {
        for stack in &mut open {
            close(stack, &item.net);
        }
        let [a, b] = &open;
        let other = if item.list == 0 { b } else { a };
        if let Some(holder) = other.last() {
            // Among equals the first list's come first, so only the second list's find them open.
            found.push(match (item.list, holder.net == item.net) {
                (0, _) => pair(item.index, holder.index, Relation::CoveredBy),
                (_, true) => pair(holder.index, item.index, Relation::Same),
                (_, false) => pair(holder.index, item.index, Relation::Covers),
            });
        }
        let own = if item.list == 0 {
            &mut open[0]
        } else {
            &mut open[1]
        };
        push_once(own, item);
    }
    found.sort_unstable();
    found
}

/// Entries of one list that repeat another or lie in it, ordered by `a`, then `b`; `a` is the
/// entry that makes `b` needless: the same range written earlier, or the narrowest that holds it.
///
/// O(n log n), at most one pair for each needless entry. Entries that are not CIDR are left out.
pub fn pairs_within(list: &[IpRange]) -> Vec<Pair> {
    let mut items = items(list, 0);
    items.sort_by_key(|item| (item.net, item.index));
    let mut open: Vec<Item> = Vec::new();
    let mut found = Vec::new();
    for item in items {
        close(&mut open, &item.net);
        if let Some(holder) = open.last() {
            let relation = if holder.net == item.net {
                Relation::Same
            } else {
                Relation::Covers
            };
            found.push(pair(holder.index, item.index, relation));
        }
        push_once(&mut open, item);
    }
    found.sort_unstable();
    found
}

/// A range, the list it is in (0 or 1) and its place there.
#[derive(Clone, Copy, Debug)]
struct Item {
    net: OrderedNet,
    list: u8,
    index: usize,
}

/// Ordered so that a range comes before all that it holds: by first address, wider first.
type OrderedNet = (IpAddr, Reverse<Wide>);

/// A range's width, as the prefix length turned round, with the range itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wide(u8, IpNet);

fn items(list: &[IpRange], number: u8) -> Vec<Item> {
    let nets = list
        .iter()
        .enumerate()
        .filter_map(|(i, range)| Some((i, range.net()?)));
    nets.map(|(index, net)| Item {
        net: (
            net.network(),
            Reverse(Wide(net.max_prefix_len() - net.prefix_len(), net)),
        ),
        list: number,
        index,
    })
    .collect()
}

/// Drops the ranges that end before `net`: as ranges nest, what is left holds it.
fn close(stack: &mut Vec<Item>, net: &OrderedNet) {
    while stack
        .last()
        .is_some_and(|top| !range(&top.net).contains(&range(net)))
    {
        stack.pop();
    }
}

/// Copies are not opened again, so that the first written stays on top.
fn push_once(stack: &mut Vec<Item>, item: Item) {
    if stack.last().is_none_or(|top| top.net != item.net) {
        stack.push(item);
    }
}

fn range(net: &OrderedNet) -> IpNet {
    net.1.0.1
}

fn pair(a: usize, b: usize, relation: Relation) -> Pair {
    Pair { a, b, relation }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(texts: &[&str]) -> Vec<IpRange> {
        texts.iter().map(|text| IpRange::new(text)).collect()
    }

    /// Within a list the needless entry is named.
    #[test]
    fn redundant_entry_within_a_list() {
        let ranges = list(&[
            "10.1.2.0/24",
            "10.0.0.0/8",
            "nonsense",
            "10.1.2.9/24",
            "10.1.2.3/32",
            "192.0.2.0/24",
        ]);
        assert_eq!(
            pairs_within(&ranges),
            [
                pair(0, 3, Relation::Same),
                pair(0, 4, Relation::Covers),
                pair(1, 0, Relation::Covers)
            ]
        );
    }

    /// Across lists both directions and families.
    #[test]
    fn relations_across_lists() {
        let a = list(&["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "172.16.0.0/12"]);
        let b = list(&["10.1.0.0/16", "192.0.2.0/24", "2001:db8::/32", "0.0.0.0/32"]);
        assert_eq!(
            pairs(&a, &b),
            [
                pair(0, 0, Relation::Covers),
                pair(1, 1, Relation::CoveredBy),
                pair(2, 2, Relation::Same)
            ]
        );
        assert!(pairs(&a, &[]).is_empty());
    }

    #[test]
    fn copies_do_not_multiply() {
        let many = list(&["10.0.0.0/8"; 500]);
        assert_eq!(pairs_within(&many).len(), 499);
        assert_eq!(pairs(&many, &many).len(), 500);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Against comparing everything with everything.
        #[test]
        fn every_related_entry_has_a_true_partner(
            a in prop::collection::vec((0_u8..=255, 24_u8..=32), 0..10),
            b in prop::collection::vec((0_u8..=255, 24_u8..=32), 0..10),
        ) {
            let list = |items: &[(u8, u8)]| -> Vec<IpRange> {
                items.iter().map(|(low, len)| IpRange::new(&format!("192.0.2.{low}/{len}"))).collect()
            };
            let (a, b) = (list(&a), list(&b));
            let found = pairs(&a, &b);
            for pair in &found {
                let (x, y) = (a[pair.a].net().unwrap(), b[pair.b].net().unwrap());
                let expected = if x == y { Relation::Same } else if x.contains(&y) { Relation::Covers } else { Relation::CoveredBy };
                prop_assert!(x.contains(&y) || y.contains(&x));
                prop_assert_eq!(pair.relation, expected);
            }
            for (i, y) in b.iter().enumerate() {
                let held = a.iter().any(|x| x.net().unwrap().contains(&y.net().unwrap()));
                let named = found.iter().any(|p| p.b == i && p.relation != Relation::CoveredBy);
                prop_assert_eq!(held, named);
            }
            for (i, y) in a.iter().enumerate() {
                let held = b.iter().any(|x| x.net() != y.net() && x.net().unwrap().contains(&y.net().unwrap()));
                let named = found.iter().any(|p| p.a == i && p.relation == Relation::CoveredBy);
                prop_assert_eq!(held, named);
            }
            let within = pairs_within(&a);
            for i in 0..a.len() {
                let held = (0..a.len()).any(|j| {
                    let (x, y) = (a[j].net().unwrap(), a[i].net().unwrap());
                    j != i && x.contains(&y) && (x != y || j < i)
                });
                prop_assert_eq!(held, within.iter().any(|p| p.b == i));
            }
        }
    }
}
