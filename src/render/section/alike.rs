//! Pools for which a section says the same, shown once.

use std::collections::HashMap;

use crate::render::estate::first;

use super::block::{Block, Part};

/// Items for which a section says the same, in the order of the first ones; `what` is all that it says of one, without names.
pub(super) fn alike<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    what: impl Fn(&T) -> String,
) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let at = *places.entry(what(item)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(item);
    }
    groups
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
