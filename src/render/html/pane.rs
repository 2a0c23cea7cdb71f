//! Choices of what a page shows. The style alone carries them out: nothing of it needs a script.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::finding::Severity;
use crate::render::escape;
use crate::report::{PoolOverview, Report};

/// Findings that are seen at a glance.
const GLANCE: usize = 10;

/// More accounts and regions are looked for by the search.
const MOST_PLACES: usize = 24;

/// A choice: the id that the style goes by, words, and how much it leaves.
#[derive(Serialize)]
pub(in crate::render) struct Choice {
    pub(super) id: String,
    pub(super) words: String,
    pub(super) count: usize,
}

/// Accounts with regions in order, and which of them each pool is in. Hostile texts.
pub(in crate::render) struct Places<'a> {
    names: Vec<String>,
    of_pools: HashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    pub(in crate::render) fn of(report: &'a Report) -> Self {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        names.extend(report.overviews.iter().map(|pool| (words(pool), 0)));
        for (number, at) in names.values_mut().enumerate() {
            *at = number;
        }
        let is_choice = (2..=MOST_PLACES).contains(&names.len());
        let pools = report.overviews.iter().filter(|_| is_choice);
        let of_pools = pools.filter_map(|pool| Some((pool.title.as_str(), *names.get(&words(pool))?)));
        Self {
            of_pools: of_pools.collect(),
            names: names.into_keys().filter(|_| is_choice).collect(),
        }
    }

    /// The number of the place that a pool is in.
    pub(in crate::render) fn of_pool(&self, title: &str) -> Option<usize> {
        self.of_pools.get(title).copied()
    }

    /// All of them, after that of every place; none where there is no choice.
    pub(in crate::render) fn choices(&self, report: &Report) -> Vec<Choice> {
        let all = Choice {
            id: "place-all".to_owned(),
            words: "everywhere".to_owned(),
            count: report.overviews.len(),
        };
        let place = |(number, name): (usize, &String)| Choice {
            id: format!("place-{number}"),
            words: if name.is_empty() { "unknown" } else { name }.to_owned(),
            count: self.of_pools.values().filter(|at| **at == number).count(),
        };
        let places = self.names.iter().enumerate().map(place);
        let all = std::iter::once(all).filter(|_| !self.names.is_empty());
        all.chain(places).collect()
    }
}

/// Account and region of a pool.
pub(super) fn words(pool: &PoolOverview) -> String {
    let place = [&pool.account, &pool.region].into_iter().flatten();
    let place: Vec<_> = place.map(|text| escape::one_line(text)).collect();
    place.join(" ")
}

/// Choices of the findings that count by severity; none where there are few, or of one severity alone.
pub(in crate::render) fn severities(report: &Report) -> Vec<Choice> {
    let found = report.findings.iter().filter(|one| one.suppressed.is_none());
    let found: Vec<_> = found.map(|one| one.severity).collect();
    let choice = |severity: Severity| Choice {
        id: format!("severity-{}", severity.as_str()),
        words: format!("{}s", severity.as_str()),
        count: found.iter().filter(|one| **one == severity).count(),
    };
    let kinds = [Severity::Error, Severity::Warning, Severity::Note].map(choice);
    let mut kinds: Vec<_> = kinds.into_iter().filter(|one| one.count > 0).collect();
    if kinds.len() < 2 || found.len() <= GLANCE {
        return Vec::new();
    }
    let all = Choice {
        id: "severity-all".to_owned(),
        words: "all".to_owned(),
        count: found.len(),
    };
    kinds.insert(0, all);
    kinds
}
