//! Lists of ranges as sets of addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::exception::entry::IpRange;

/// The fewest ranges that hold exactly the addresses of a list, ordered, IPv4 first. Entries that
/// are not CIDR are left out.
pub fn aggregate(list: &[IpRange]) -> Vec<IpNet> {
    aggregate_nets(&list.iter().filter_map(IpRange::net).collect::<Vec<_>>())
}

/// [`aggregate`] for ranges.
pub fn aggregate_nets(nets: &[IpNet]) -> Vec<IpNet> {
    let mut nets = IpNet::aggregate(&nets.to_vec());
    nets.sort_unstable();
    nets
}

/// The ranges of `nets` that do not lie wholly in `set`. Both are aggregated ([`aggregate`]), so
/// that a range lies in the set exactly when it lies in one of the set's ranges; the result is
/// empty exactly when every address of `nets` is in `set`.
pub fn not_covered(nets: &[IpNet], set: &[IpNet]) -> Vec<IpNet> {
    let covered = |net: &IpNet| {
        // The last range that begins at or before this one is the only one that can hold it.
        let after = set.partition_point(|s| key(s) <= key(net));
        after
            .checked_sub(1)
            .and_then(|i| set.get(i))
            .is_some_and(|s| s.contains(net))
    };
    nets.iter().filter(|net| !covered(net)).copied().collect()
}

/// Begin of a range, IPv4 before IPv6: the order of [`aggregate`].
fn key(net: &IpNet) -> IpAddr {
    net.network()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        let list: Vec<_> = texts.iter().map(|t| IpRange::new(t)).collect();
        aggregate(&list)
    }

    fn texts(nets: &[IpNet]) -> Vec<String> {
        nets.iter().map(ToString::to_string).collect()
    }

    /// Aggregation merges neighbours and leaves out what is no range.
    #[test]
    fn aggregation_merges_and_skips_invalid() {
        let merged = nets(&[
            "192.0.2.128/25",
            "192.0.2.5/25",
            "nonsense",
            "2001:db8::/33",
            "2001:db8:8000::/33",
        ]);
        assert_eq!(texts(&merged), ["192.0.2.0/24", "2001:db8::/32"]);
        assert!(nets(&[]).is_empty());
        assert_eq!(texts(&nets(&["0.0.0.0/1", "128.0.0.0/1"])), ["0.0.0.0/0"]);
    }

    /// Coverage across merged neighbours and families.
    #[test]
    fn coverage_by_merged_ranges() {
        let set = nets(&["10.0.0.0/9", "10.128.0.0/9", "::/0"]);
        assert!(not_covered(&nets(&["10.0.0.0/8", "10.200.0.0/16", "2001:db8::/32"]), &set).is_empty());
        assert_eq!(
            texts(&not_covered(&nets(&["9.0.0.0/8", "10.0.0.0/7"]), &set)),
            ["9.0.0.0/8", "10.0.0.0/7"]
        );
        assert_eq!(not_covered(&set, &[]), set);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Against counting every address of a small block.
        #[test]
        fn coverage_is_set_containment(
            a in prop::collection::vec((0_u8..=255, 26_u8..=32), 0..8),
            b in prop::collection::vec((0_u8..=255, 26_u8..=32), 0..8),
        ) {
            let list = |items: &[(u8, u8)]| -> Vec<IpRange> {
                items.iter().map(|(low, len)| IpRange::new(&format!("192.0.2.{low}/{len}"))).collect()
            };
            let holds = |items: &[IpRange], low: u8| {
                let address: IpAddr = format!("192.0.2.{low}").parse().unwrap();
                items.iter().filter_map(IpRange::net).any(|n| n.contains(&address))
            };
            let (a, b) = (list(&a), list(&b));
            let slow = (0..=255).all(|low| !holds(&a, low) || holds(&b, low));
            prop_assert_eq!(not_covered(&aggregate(&a), &aggregate(&b)).is_empty(), slow);
        }
    }
}
