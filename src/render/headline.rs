//! What changes from a base, a state or other templates, in one sentence.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::drift::Kind;
use crate::finding::{Finding, NotChecked};
use crate::model::effective::Direction;
use crate::report::{PolicyFate, Report, ResolvedFinding, Review, ReviewedPool};
use crate::text;

use super::{effects, estate};

/// `since main (1a2b3c4d5e6f): changes for sign-ins: 1 weaker`; `None` where there is nothing to compare with. Hostile text.
pub(super) fn headline(report: &Report) -> Option<String> {
    match (&report.review, &report.changes) {
        (Some(review), _) => Some(format!("{}: {}", since(review), verdict(report, review))),
        (None, Some(changes)) => Some(format!("before and after: {}", changed(report, changes))),
        (None, None) => None,
    }
}

/// Whether everything was compared that is on both sides: what could not be read was not, nor what is open.
pub(super) fn is_whole(report: &Report, pools: &[ReviewedPool]) -> bool {
    let undefined = Kind::ChangeUndefined.rule_id();
    // That a pool is gone is said beside it.
    let is_gone = |finding: &Finding| {
        let mut gone = pools.iter().filter(|pool| pool.fate == PolicyFate::Removed);
        gone.any(|pool| {
            let mut titles = pool.names.iter().map(|(title, _)| title);
            titles.any(|title| finding.policy.as_ref() == Some(title))
        })
    };
    let mut found = report.findings.iter().filter(|one| one.rule == undefined);
    let not_compared = report.review.iter().any(|review| !review.not_compared.is_empty());
    let mut entries = report.summary.not_checked.iter();
    let is_limit = |entry: &NotChecked| entry.failed || entry.of_comparison;
    !not_compared && found.all(is_gone) && !entries.any(is_limit)
}

/// `changes for sign-ins: 2 weaker, 1 stronger; 1 new pool: shop`, or `1 new pool: shop; nothing else changes for sign-ins`.
fn changed(report: &Report, pools: &[ReviewedPool]) -> String {
    let by_template = report.review.is_none();
    let [one, several] = if pools.iter().any(|pool| pool.is_pool) {
        ["pool", "pools"]
    } else {
        ["policy", "policies"]
    };
    let kinds = [
        (Direction::Weaker, "weaker"),
        (Direction::Undefined, "undefined"),
        (Direction::Stronger, "stronger"),
    ];
    // A pool is there once for each case in which something else changes: what changes alike in two of them counts once.
    let (mut requests, mut lists) = (BTreeSet::new(), Vec::new());
    for pool in pools {
        for row in effects::rows(&pool.comparison.changes).rows {
            requests.insert((row.direction, &pool.names, row.clients, row.requests, row.signals));
        }
        for one in &pool.comparison.addresses {
            if !lists.contains(&(&pool.names, one)) {
                lists.push((&pool.names, one));
            }
        }
    }
    let count = |direction| {
        let of_lists = lists.iter().filter(|(_, one)| one.direction == direction);
        requests.iter().filter(|(own, ..)| *own == direction).count() + of_lists.count()
    };
    let kinds = text::counted(kinds.map(|(direction, word)| (count(direction), word)));
    let mut fates = fates(pools, by_template);
    if !kinds.is_empty() {
        let of: BTreeSet<_> = pools
            .iter()
            .filter(|pool| !pool.comparison.is_empty())
            .flat_map(|pool| &pool.names)
            .collect();
        let of = match of.len() {
            0 | 1 => String::new(),
            many => format!(" in {}", text::count(many, one, several)),
        };
        fates.insert(0, format!("changes for sign-ins{of}: {}", kinds.join(", ")));
        return fates.join("; ");
    }
    // Nobody can say what a pool that is new or gone changes.
    let all = pools.iter().all(|pool| pool.is_compared(by_template));
    let nothing = if all { "nothing" } else { "nothing else" };
    let limit = if is_whole(report, pools) {
        ""
    } else {
        " in what could be compared"
    };
    let settings: usize = pools.iter().map(|pool| pool.settings.len()).sum();
    let changed = text::count(settings, "setting changes", "settings change");
    let weaker = Kind::ChangeWeaker.rule_id();
    let is_weaker = report.findings.iter().any(|finding| finding.rule == weaker);
    // Such as flows of a client, which move no answer of the pool.
    let mut nothing = if is_weaker && settings > 0 {
        format!("{changed}, which weakens sign-ins")
    } else {
        format!("{nothing} changes for sign-ins{limit}")
    };
    if settings > 0 && !is_weaker {
        nothing += ", and ";
        nothing += &changed;
    }
    fates.insert(if all { 0 } else { fates.len() }, nothing);
    fates.join("; ")
}

/// `1 policy removed: policies/b.yaml`; of templates `1 pool gone: shop (Pool)`. Each of them once.
fn fates(pools: &[ReviewedPool], by_template: bool) -> Vec<String> {
    let fates = [
        (PolicyFate::Removed, "gone", "removed"),
        (PolicyFate::Added, "new", "new"),
    ];
    let fate = |(fate, of_pool, of_policy)| {
        let names: BTreeSet<_> = if by_template {
            let pools = pools.iter().filter(|pool| pool.fate == fate);
            let names = pools.flat_map(|pool| &pool.names);
            names.map(|(title, _)| title.as_str()).collect()
        } else {
            policies(pools, fate)
        };
        let (noun, word) = if by_template {
            (text::count(names.len(), "pool", "pools"), of_pool)
        } else {
            (text::count(names.len(), "policy", "policies"), of_policy)
        };
        let shown = estate::first(names.iter().copied());
        (!names.is_empty()).then(|| format!("{noun} {word}: {shown}"))
    };
    fates.into_iter().filter_map(fate).collect()
}

/// Files of policies that are new or gone, each once.
pub(super) fn policies(pools: &[ReviewedPool], fate: PolicyFate) -> BTreeSet<&str> {
    let pools = pools.iter().filter(|pool| pool.fate == fate);
    let names = pools.flat_map(|pool| &pool.names);
    names.map(|(_, file)| file.as_str()).collect()
}

/// Findings that are no more: those that went with the file of a removed policy, and the others.
pub(super) fn gone(review: &Review) -> (Vec<&ResolvedFinding>, Vec<&ResolvedFinding>) {
    let files = policies(&review.pools, PolicyFate::Removed);
    let is_in = |one: &&ResolvedFinding| {
        let rest = |file: &&str| {
            one.place
                .strip_prefix(file)
                .is_some_and(|rest| rest.starts_with(':'))
        };
        files.iter().any(rest)
    };
    review.resolved.iter().partition(is_in)
}

/// What changes, and how many findings come and go.
fn verdict(report: &Report, review: &Review) -> String {
    let mut text = changed(report, &review.pools);
    let (gone, resolved) = gone(review);
    let found = text::counted([
        (review.introduced.len(), "introduced"),
        (review.suppressed.len(), "newly suppressed"),
        (resolved.len(), "resolved"),
        (gone.len(), "gone with a removed policy"),
    ]);
    if !found.is_empty() {
        let _ = write!(text, "; findings: {}", found.join(", "));
    }
    text
}

/// `since main (1a2b3c4d5e6f)`. A base that is named by its id is said once.
pub(super) fn since(review: &Review) -> String {
    let short: String = review.commit.chars().take(12).collect();
    if review.commit.starts_with(&review.reference) {
        format!("since {short}")
    } else {
        format!("since {} ({short})", review.reference)
    }
}
