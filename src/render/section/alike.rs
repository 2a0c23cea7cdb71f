//! Pools for which a section says the same, shown once.

use indexmap::IndexMap;

use crate::render::estate::first;

use super::block::{Block, Part};

/// Items for which a section says the same, in the order of the first ones; `what` is all that it says of one, without names.
pub(super) fn alike<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    what: impl Fn(&T) -> String,
) -> Vec<Vec<&'a T>> {
    let mut groups: IndexMap<String, Vec<&T>> = IndexMap::new();
    for item in items {
        groups.entry(what(item)).or_default().push(item);
    }
    groups.into_values().collect()
}

/// The part of the first of several items, under the titles of all of them.
pub(super) fn of_all(mut part: Part, titles: &[String]) -> Part {
    if titles.len() > 1 {
        let head = first(titles.iter().map(String::as_str));
        let all = titles.join(", ");
        if head != all {
            part.blocks.push(Block::Items(vec![("the same in", all)]));
        }
        part.head = Some(head);
    }
    part
}
