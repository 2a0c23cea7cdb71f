//! What an operation works on: the world, who asks, from which region, and pages of listings.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Map, Value};

use crate::simulator::failure::Failure;
use crate::simulator::options::Behaviour;
use crate::simulator::state::{AwsState, Identity, Region};

/// What an operation works on.
pub(super) struct Context<'a> {
    pub(super) world: &'a mut AwsState,
    pub(super) behaviour: &'a Behaviour,
    pub(super) caller: &'a Identity,
    pub(super) region: &'a str,
    /// Seconds since 1970.
    pub(super) now: f64,
    pub(super) page_size: Option<usize>,
}

impl Context<'_> {
    /// The caller's region, made if there is nothing in it yet.
    pub(super) fn here(&mut self) -> &mut Region {
        self.world.region_mut(&self.caller.account, self.region)
    }

    /// How many items a page has: what was asked for, up to a limit.
    pub(super) fn page(&self, asked: Option<&Value>, limit: usize) -> usize {
        let asked = asked
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok());
        let size = asked.unwrap_or(limit).min(limit);
        self.page_size.map_or(size, |most| size.min(most)).max(1)
    }
}

/// One page of a listing in key order.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// Where the next one starts, if there is one.
    pub(super) next: Option<String>,
}

impl Page<Value> {
    /// The answer of a listing whose items are called so.
    pub(super) fn listing(self, name: &str) -> Value {
        let mut members = Map::from_iter([(name.to_owned(), Value::Array(self.items))]);
        members.extend(
            self.next
                .map(|next| ("NextToken".to_owned(), Value::String(next))),
        );
        Value::Object(members)
    }
}

/// The keys of events newest first; the number keeps those of one moment in their order.
pub(super) fn newest_first<T>(
    events: impl Iterator<Item = T>,
    at: impl Fn(&T) -> f64,
) -> BTreeMap<String, T> {
    let numbered = events.enumerate();
    numbered
        .map(|(number, event)| (format!("{:020.3}-{number:08}", 1e12 - at(&event)), event))
        .collect()
}

/// The start of every token, so that one of another listing, or an invented one, is recognised.
const TOKEN: &str = "after-";

/// A page of `all` that starts after the token and has at most `size` items that `keep` wants.
/// The token names the last key seen, so that what is deleted in between shifts nothing.
pub(super) fn page<T>(
    all: &BTreeMap<String, T>,
    (token, size, hollow): (Option<&str>, usize, bool),
    mut item: impl FnMut(&str, &T) -> Option<Value>,
) -> Result<Page<Value>, BadToken> {
    let after = token.map(key).transpose()?;
    if hollow && after.is_none() && !all.is_empty() {
        return Ok(Page {
            items: Vec::new(),
            next: Some(self::token("")),
        });
    }
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut items = Vec::new();
    let mut last = String::new();
    for (key, value) in all.range::<String, _>((from.as_ref(), Bound::Unbounded)) {
        if items.len() == size {
            let next = Some(self::token(&last));
            return Ok(Page { items, next });
        }
        last.clone_from(key);
        items.extend(item(key, value));
    }
    Ok(Page { items, next: None })
}

/// A token that no listing gave out.
#[derive(Debug)]
pub(super) struct BadToken;

impl From<BadToken> for Failure {
    fn from(_: BadToken) -> Self {
        Self::invalid("Invalid pagination token")
    }
}

/// Keys may be any text; a token is letters and digits.
fn token(key: &str) -> String {
    format!("{TOKEN}{}", hex::encode(key))
}

fn key(token: &str) -> Result<String, BadToken> {
    let bytes = hex::decode(token.strip_prefix(TOKEN).ok_or(BadToken)?);
    String::from_utf8(bytes.map_err(|_| BadToken)?).map_err(|_| BadToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(all: &BTreeMap<String, u8>, size: usize, hollow: bool) -> Vec<Vec<Value>> {
        let (mut pages, mut token) = (Vec::new(), None);
        loop {
            let found = page(all, (token.as_deref(), size, hollow), |key, _| Some(key.into())).unwrap();
            pages.push(found.items);
            match found.next {
                Some(next) => token = Some(next),
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_hold_everything_once() {
        let all: BTreeMap<String, u8> = ["ä", "b", "a", "", "日本"].map(|k| (k.to_owned(), 0)).into();
        assert_eq!(
            listed(&all, 2, false),
            [vec!["", "a"], vec!["b", "ä"], vec!["日本"]]
        );
        assert_eq!(listed(&all, 5, false).len(), 1);
        assert_eq!(listed(&BTreeMap::new(), 5, true), [Vec::<Value>::new()]);
        let named: BTreeMap<String, u8> = ["a", "b"].map(|k| (k.to_owned(), 0)).into();
        assert_eq!(listed(&named, 1, true), [vec![], vec!["a"], vec!["b"]]);
    }

    /// What is deleted in between shifts nothing.
    #[test]
    fn paging_survives_deletion() {
        let mut all: BTreeMap<String, u8> = ["a", "b", "c"].map(|k| (k.to_owned(), 0)).into();
        let one = page(&all, (None, 2, false), |key, _| Some(key.into())).unwrap();
        all.remove("b");
        let two = page(&all, (one.next.as_deref(), 2, false), |key, _| Some(key.into()));
        assert_eq!(two.unwrap().items, ["c"]);
    }

    #[test]
    fn invented_tokens_are_told() {
        for token in ["", "x", "after-1", "after-zz", "after-ff", "after-+1"] {
            assert!(
                page(&BTreeMap::<String, u8>::new(), (Some(token), 1, false), |_, _| {
                    None
                })
                .is_err(),
                "{token}"
            );
        }
    }
}
