//! Which pool before is which pool after. The id of a pool that no plan knows is its logical id, and other files have the same ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::observe::template::TemplatePool;

/// A pool on one side, by its id there.
pub(super) type Named<'a> = (&'a str, &'a TemplatePool);

/// How a pool is known, the surest way first.
const WAYS: [fn(Named<'_>) -> Option<String>; 5] = [id, placed_name, name, home, logical_id];

/// The pool before that each pool after is, by their ids. Each way pairs what is alone on both sides by it.
pub(super) fn counterparts<'a>(before: &[Named<'a>], after: &[Named<'a>]) -> BTreeMap<&'a str, &'a str> {
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for way in WAYS {
        let open: Vec<_> = after
            .iter()
            .filter(|(id, _)| !found.contains_key(id))
            .copied()
            .collect();
        let left: Vec<_> = before
            .iter()
            .filter(|(id, _)| !taken.contains(id))
            .copied()
            .collect();
        let earlier = alone(&left, way);
        let pairs = alone(&open, way).into_iter();
        let pairs: Vec<_> = pairs
            .filter_map(|(key, id)| Some((id, *earlier.get(&key)?)))
            .collect();
        taken.extend(pairs.iter().map(|(_, own)| *own));
        found.extend(pairs);
    }
    found
}

/// The pools that are alone in what is known of them.
fn alone<'a>(pools: &[Named<'a>], way: fn(Named<'_>) -> Option<String>) -> BTreeMap<String, &'a str> {
    let mut by_key: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for pool in pools {
        if let Some(key) = way(*pool) {
            by_key.entry(key).or_default().push(pool.0);
        }
    }
    let only = |(key, ids): (String, Vec<&'a str>)| match ids.as_slice() {
        [one] => Some((key, *one)),
        _ => None,
    };
    by_key.into_iter().filter_map(only).collect()
}

/// An id of AWS, or the words for a pool outside of the files.
fn id((id, pool): Named<'_>) -> Option<String> {
    let logical = pool.home.as_ref().map(|(_, logical)| logical.as_str());
    let is_made_up = |logical: &str| {
        let rest = id.strip_prefix(logical);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
    };
    (!logical.is_some_and(is_made_up)).then(|| id.to_owned())
}

/// A name that the files give it.
fn name((_, pool): Named<'_>) -> Option<String> {
    let name = &pool.observed.name;
    let is_given = pool.home.as_ref().is_none_or(|(_, logical)| logical != name);
    (is_given && !name.contains("${")).then(|| name.clone())
}

/// The same with where it is, as far as that is known.
fn placed_name(named: Named<'_>) -> Option<String> {
    let posture = &named.1.observed.posture;
    let name = name(named)?;
    Some(format!("{name} {:?} {:?}", posture.region, posture.account))
}

/// Its file, wherever that is, and its logical id.
fn home((_, pool): Named<'_>) -> Option<String> {
    let (file, logical) = pool.home.as_ref()?;
    let file = file.rsplit('/').next()?;
    Some(format!("{file} {logical}"))
}

fn logical_id((_, pool): Named<'_>) -> Option<String> {
    pool.home.as_ref().map(|(_, logical)| logical.clone())
}
