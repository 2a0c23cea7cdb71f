//! How much a page for people shows: the worst, and a line that says how much is left out. Nobody reads more, and a browser
//! or a log has to hold it. Formats for programs have everything.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::finding::Finding;
use crate::report::{PoolProtection, Report};

use super::words;

/// Findings on a page: some 5 MB of HTML.
pub(super) const FINDINGS: usize = 2_000;

/// Tables on a page: likewise.
pub(super) const POOLS: usize = 500;

/// The first of some findings in the report's order, which begins with the worst, and how many are left out.
pub(super) fn worst<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    most: usize,
) -> (Vec<&'a Finding>, usize) {
    let mut findings: Vec<_> = findings.collect();
    let more = findings.len().saturating_sub(most);
    findings.truncate(most);
    (findings, more)
}

/// How many of each kind are shown, so that they are at most so many together and few of one kind are not hidden by many of
/// another: each kind has the same share, and what it does not need is for the others.
pub(super) fn shares(counts: &[usize], most: usize) -> Vec<usize> {
    let mut places: Vec<_> = (0..counts.len()).collect();
    places.sort_by_key(|at| counts[*at]);
    let mut shares = vec![0; counts.len()];
    let mut left = most;
    for (done, at) in places.iter().enumerate() {
        shares[*at] = counts[*at].min(left / (counts.len() - done));
        left -= shares[*at];
    }
    shares
}

/// The pools or policies with the worst findings, in the report's order, and how many are left out.
pub(super) fn pools(report: &Report, most: usize) -> (Vec<&PoolProtection>, usize) {
    let found = words::found(report);
    let pools: Vec<_> = report
        .pools
        .iter()
        .filter(|pool| !pool.table.rows.is_empty())
        .collect();
    let kept = kept(&pools, most, |pool| {
        Reverse(found.get(pool.title.as_str()).copied().unwrap_or_default())
    });
    let more = pools.len() - kept.len();
    (kept, more)
}

/// So many elements, those with the least keys, in the order in which they are.
fn kept<'a, T, K: Ord>(all: &[&'a T], most: usize, key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    if all.len() <= most {
        return all.to_vec();
    }
    let mut places: Vec<_> = (0..all.len()).collect();
    places.sort_by_key(|at| key(all[*at]));
    let places: HashSet<_> = places.into_iter().take(most).collect();
    let shown = all.iter().enumerate().filter(|(at, _)| places.contains(at));
    shown.map(|(_, one)| *one).collect()
}

/// "and 12 more findings; `--format json` has all of them"; `None` if nothing is left out.
pub(super) fn more(count: usize, one: &str, many: &str) -> Option<String> {
    let noun = if count == 1 { one } else { many };
    (count > 0).then(|| format!("and {count} more {noun}; `--format json` has all of them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Few of a kind are not hidden by many of another.
    #[test]
    fn small_groups_keep_their_share() {
        assert_eq!(shares(&[], 10), <[usize; 0]>::default());
        assert_eq!(shares(&[3, 0, 2], 10), [3, 0, 2]);
        assert_eq!(shares(&[100, 1, 2, 100], 13), [5, 1, 2, 5]);
        assert_eq!(shares(&[9, 9, 9], 2), [0, 1, 1]);
    }
}
