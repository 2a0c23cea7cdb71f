//! IP exceptions: each range checked, and the ranges that meet.

use crate::model::exception::{
    self, CidrCheck, IpRange, LIMIT, Pair, Relation, RiskExceptions, aggregate, pairs, pairs_within,
};
use crate::pointer::Pointer;
use crate::rule::view::{ExceptionsView, RangeFacts, RangeListView, RangePairView, RangeView};

/// Judges one text.
pub fn range_facts(text: &str) -> RangeFacts {
    let check = exception::check(text);
    let ambiguous = check.is_ambiguous();
    let CidrCheck {
        net,
        bare_address,
        host_bits,
        canonical,
        ..
    } = check;
    RangeFacts {
        valid: net.is_some(),
        bare: bare_address,
        host_bits,
        ambiguous,
        canonical,
        prefix: net.map_or(-1, |net| net.prefix_len().into()),
        v6: net.is_some_and(|net| net.addr().is_ipv6()),
        kind: net.and_then(|net| exception::kind(&net)).map(str::to_owned),
    }
}

/// The section's view.
pub(in crate::rule) fn exceptions(section: &RiskExceptions, at: &Pointer) -> ExceptionsView {
    let lists = [
        ("always_block", &section.always_block),
        ("always_allow", &section.always_allow),
    ];
    let mut found = Vec::new();
    for (name, list) in lists {
        let here = at.child(name);
        for pair in pairs_within(list) {
            found.extend(within(list, pair, &here));
        }
    }
    for pair in pairs(&section.always_allow, &section.always_block) {
        let relation = "overlap".to_owned();
        let allow = place(&section.always_allow[pair.a], &at.child("always_allow"), pair.a);
        let block = place(&section.always_block[pair.b], &at.child("always_block"), pair.b);
        found.push(pair_view(relation, &allow, &block));
    }
    let ranges = |(name, list): (&str, &Vec<IpRange>)| {
        let here = at.child(name);
        list.iter()
            .enumerate()
            .map(|(index, range)| range_view(range, name, &here, index))
            .collect()
    };
    ExceptionsView {
        pointer: at.to_string(),
        always_block: ranges(lists[0]),
        always_allow: ranges(lists[1]),
        lists: lists
            .into_iter()
            .map(|(name, list)| list_view(name, list, &at.child(name)))
            .collect(),
        pairs: found,
    }
}

fn list_view(name: &str, list: &[IpRange], at: &Pointer) -> RangeListView {
    let over = list.len() > LIMIT;
    RangeListView {
        name: name.to_owned(),
        pointer: at.to_string(),
        size: i64::try_from(list.len()).unwrap_or(i64::MAX),
        aggregated: if over {
            aggregate(list).iter().map(ToString::to_string).collect()
        } else {
            Vec::new()
        },
        plain: over
            && list
                .iter()
                .all(|range| !range.long_form && range.parse().net.is_some()),
    }
}

fn range_view(range: &IpRange, list: &str, at: &Pointer, index: usize) -> RangeView {
    RangeView {
        text: range.text.clone(),
        pointer: place(range, at, index).pointer.to_string(),
        list: list.to_owned(),
        long_form: range.long_form,
        owner: range.owner.clone(),
        until: range.until.clone(),
        facts: range_facts(&range.text),
    }
}

/// A range with its places.
struct Place<'a> {
    text: &'a str,
    /// Of the text.
    pointer: Pointer,
    /// Of the whole entry.
    entry: Pointer,
}

fn place<'a>(range: &'a IpRange, list: &Pointer, index: usize) -> Place<'a> {
    let entry = list.child(index);
    let pointer = if range.long_form {
        entry.child("cidr")
    } else {
        entry.clone()
    };
    Place {
        text: &range.text,
        pointer,
        entry,
    }
}

/// A pair of one list: the later of two that are the same is to blame, otherwise the smaller.
fn within(list: &[IpRange], pair: Pair, at: &Pointer) -> Option<RangePairView> {
    let place = |index: usize| Some(place(list.get(index)?, at, index));
    let (blamed, other, relation) = match pair.relation {
        Relation::Same => (pair.a.max(pair.b), pair.a.min(pair.b), "same"),
        Relation::Covers => (pair.b, pair.a, "covered"),
        Relation::CoveredBy => (pair.a, pair.b, "covered"),
    };
    Some(pair_view(relation.to_owned(), &place(blamed)?, &place(other)?))
}

fn pair_view(relation: String, blamed: &Place<'_>, other: &Place<'_>) -> RangePairView {
    RangePairView {
        relation,
        pointer: blamed.pointer.to_string(),
        entry: blamed.entry.to_string(),
        text: blamed.text.to_owned(),
        other_pointer: other.pointer.to_string(),
        other_text: other.text.to_owned(),
    }
}
