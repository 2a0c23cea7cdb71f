//! Many pools made short enough to read: rows in order, equal rows in one, findings by rule, what was not checked by reason.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::drift::Kind;
use crate::finding::{Severity, severities};
use crate::ident::RuleId;
use crate::json::api_name;
use crate::model::alarm::is_pool_id;
use crate::model::mode::Mode;
use crate::report::{NOT_CHECKED, NotChecked, PoolOverview, Report, STRONGER, Summary, WeakestCell};
use crate::text;

use super::index::RuleIndex;
use super::{escape, words};

/// Names that are shown of many.
const FIRST: usize = 3;

/// So many live pools are shown one finding after another; more are grouped.
pub(super) const IN_FULL: usize = 5;

/// Whether there are too many pools to read what was found in each.
pub(super) fn is_estate(report: &Report) -> bool {
    report.command == "scan" && report.overviews.len() > IN_FULL
}

/// Whether a report compares so many pools that a matrix of them stands beside the differences. Without any there is nothing to
/// look for, and a review is about what changes.
pub(super) fn is_compared(report: &Report) -> bool {
    let is_asked = report.command == "diff" && report.review.is_none();
    is_asked && report.overviews.len() > IN_FULL && !report.findings.is_empty()
}

/// So many findings in policies are shown one by one; of more, the page lists them by rule.
const ONE_BY_ONE: usize = 50;

/// Whether findings are listed by rule, and not one by one.
pub(super) fn is_by_rule(report: &Report) -> bool {
    let counted = report.findings.iter().filter(|one| one.suppressed.is_none());
    is_estate(report) || (report.command == "lint" && counted.count() > ONE_BY_ONE)
}

/// A pool or policy with the number of its findings.
pub(super) struct Standing<'a> {
    pub(super) pool: &'a PoolOverview,
    /// Errors, warnings and notes that count.
    pub(super) found: [usize; 3],
}

impl Standing<'_> {
    /// Feature plan, standard mode and custom mode in words.
    pub(super) fn modes(&self) -> [String; 3] {
        let plan = self.pool.plan.as_ref().map(api_name);
        let mode = |mode: Option<Mode>| mode.as_ref().map(api_name);
        [plan, mode(self.pool.standard), mode(self.pool.custom)]
            .map(|word| word.unwrap_or_else(|| self.unknown().to_owned()))
    }

    /// The same, with the least days of equal rows in AUDIT: `AUDIT 34d+`.
    pub(super) fn modes_of(rows: &[Self]) -> [String; 3] {
        let Some(first) = rows.first() else {
            return Default::default();
        };
        let days: Option<Vec<_>> = rows.iter().map(|row| row.pool.audit_days).collect();
        let days = days.and_then(|days| days.into_iter().min());
        first.modes().map(|word| match days {
            Some(days) if word == api_name(&Mode::Audit) => format!("{word} {days}d+"),
            _ => word,
        })
    }

    /// Alarms and logs in words.
    pub(super) fn watched(&self) -> [String; 2] {
        let alarms = self.pool.alarms.map(|count| count.to_string());
        let logs = self.pool.logs.map(|there| if there { "yes" } else { "no" });
        [
            alarms.unwrap_or_else(|| self.unknown().to_owned()),
            logs.unwrap_or(self.unknown()).to_owned(),
        ]
    }

    /// Alarms in words, and how many of them notify nobody: `2, 1 notifies nobody`.
    pub(super) fn alarms(&self) -> String {
        let [alarms, _] = self.watched();
        match self.pool.silent_alarms.unwrap_or(0) {
            0 => alarms,
            1 => format!("{alarms}, 1 notifies nobody"),
            silent => format!("{alarms}, {silent} notify nobody"),
        }
    }

    /// The worst severity of its findings; `None` without one.
    pub(super) fn severity(&self) -> Option<Severity> {
        let kinds = [Severity::Error, Severity::Warning, Severity::Note];
        let mut found = kinds.into_iter().zip(self.found);
        found.find(|(_, count)| *count > 0).map(|(severity, _)| severity)
    }

    /// Whether it has no findings, as far as it could be read, and not all of it could be.
    pub(super) fn is_unjudged(&self) -> bool {
        self.pool.partial && self.severity().is_none()
    }

    /// What of it was not read: `read in part`, `not found`, or nothing.
    pub(super) fn unread(&self) -> &'static str {
        match (self.pool.is_missing, self.pool.partial) {
            (true, _) => "not found",
            (false, true) => "read in part",
            (false, false) => "",
        }
    }

    /// What stands for a value that is not there.
    fn unknown(&self) -> &'static str {
        if self.pool.is_missing {
            "not found"
        } else if self.pool.is_live {
            "unknown"
        } else {
            "not managed"
        }
    }

    /// Whether everything but name and place is equal.
    fn looks_like(&self, other: &Self) -> bool {
        let shown = |row: &Self| {
            let pool = row.pool;
            let modes = (pool.is_live, pool.plan, pool.standard, pool.custom);
            (
                row.found,
                modes,
                pool.signals,
                pool.alarms,
                pool.silent_alarms,
                pool.logs,
                (pool.partial, pool.is_missing),
            )
        };
        shown(self) == shown(other)
    }

    /// What rows are in order by, before their names.
    fn rank(&self) -> (Reverse<[usize; 3]>, [u8; 4]) {
        (Reverse(self.found), self.pool.weakness())
    }
}

/// What the marks of the matrix mean; only those that are there.
pub(super) fn signs<'a>(pools: impl Iterator<Item = &'a PoolOverview>) -> Vec<String> {
    let pools: Vec<_> = pools.collect();
    let any = |is: fn(&WeakestCell) -> bool| pools.iter().any(|pool| pool.signals.iter().any(is));
    let in_audit = pools.iter().any(|pool| pool.audit_days.is_some());
    let signs = [
        (
            in_audit,
            "30d+ in AUDIT for 30 days or more: not modified since".to_owned(),
        ),
        (
            any(|cell| cell.varies),
            format!("{STRONGER} stronger in some clients or flows"),
        ),
        (
            any(|cell| cell.not_checked),
            format!("{NOT_CHECKED} not checked in SRP, which hides the password"),
        ),
        (
            any(|cell| cell.at_most.is_some()),
            "unknown: not all clients could be read".to_owned(),
        ),
    ];
    let there = signs.into_iter().filter(|(is_there, _)| *is_there);
    there.map(|(_, words)| words).collect()
}

/// All rows of the matrix, the worst first: by findings, then by protection, then by name.
pub(super) fn standings<'a>(report: &'a Report) -> Vec<Standing<'a>> {
    let found = words::found(report);
    let row = |pool: &'a PoolOverview| Standing {
        found: found.get(pool.title.as_str()).copied().unwrap_or_default(),
        pool,
    };
    let mut rows: Vec<_> = report.overviews.iter().map(row).collect();
    rows.sort_by_cached_key(|row| (row.rank(), row.pool.title.as_str()));
    rows
}

/// Rows of which everything but the name is equal, the worst first.
pub(super) fn folded(report: &Report) -> Vec<Vec<Standing<'_>>> {
    let mut groups: Vec<Vec<Standing<'_>>> = Vec::new();
    for row in standings(report) {
        // Equal rows have equal ranks, which follow each other.
        let near = groups.iter_mut().rev();
        let mut near = near.take_while(|group| group.first().is_some_and(|first| first.rank() == row.rank()));
        match near.find(|group| group.first().is_some_and(|first| first.looks_like(&row))) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// What one rule found.
pub(super) struct RuleGroup<'a> {
    pub(super) rule: &'a RuleId,
    /// What the rule says of itself; the first message where the report does not describe it, and of a fault of the input,
    /// which keeps something from being checked. Hostile text.
    pub(super) about: &'a str,
    /// How many findings are of each severity; at least one.
    severities: BTreeMap<Severity, usize>,
    /// Pools and policies, in order.
    pub(super) pools: BTreeSet<Cow<'a, str>>,
}

impl RuleGroup<'_> {
    /// The worst of its findings.
    pub(super) fn severity(&self) -> Severity {
        let worst = self.severities.last_key_value();
        worst.map_or(Severity::Note, |(severity, _)| *severity)
    }

    /// How many findings it has.
    pub(super) fn findings(&self) -> usize {
        self.severities.values().sum()
    }

    /// `12 findings in 8 pools`; of several severities `3 errors, 9 warnings in 8 pools`.
    pub(super) fn count(&self, report: &Report) -> String {
        let of = |severity| self.severities.get(&severity).copied().unwrap_or_default();
        let findings = if self.severities.len() > 1 {
            severities([Severity::Error, Severity::Warning, Severity::Note].map(of)).join(", ")
        } else {
            text::count(self.findings(), "finding", "findings")
        };
        // What has no pool is a policy.
        let live = report.command != "lint" && *self.rule != Kind::PoolMissing.rule_id();
        let [one, many] = if live {
            ["pool", "pools"]
        } else {
            ["policy", "policies"]
        };
        match self.pools.len() {
            0 => findings,
            pools => format!("{findings} in {}", text::count(pools, one, many)),
        }
    }
}

/// Findings that count by rule, the worst first, then what is found most often.
pub(super) fn by_rule<'a>(report: &'a Report, rules: &RuleIndex<'a>) -> Vec<RuleGroup<'a>> {
    let mut groups: BTreeMap<&RuleId, RuleGroup<'a>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|one| one.suppressed.is_none()) {
        let group = groups.entry(&finding.rule).or_insert_with(|| RuleGroup {
            rule: &finding.rule,
            about: rules
                .meta(&finding.rule)
                .filter(|_| !finding.is_input_fault)
                .map_or(&finding.message, |meta| &meta.summary),
            severities: BTreeMap::new(),
            pools: BTreeSet::new(),
        });
        *group.severities.entry(finding.severity).or_default() += 1;
        group.pools.extend(words::subject(finding));
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| (Reverse(group.severity()), Reverse(group.findings()), group.rule));
    groups
}

/// `a, b, c and 4 more`. Hidden characters are visible.
pub(super) fn first<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    let shown = names.iter().take(FIRST).map(|name| escape::one_line(name));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(FIRST);
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    text
}

/// What was not checked by reason, failures first: `FAILED: a, b, c and 4 more: access denied`. Reasons that name nothing but
/// another resource are one.
pub(super) fn not_checked(summary: &Summary) -> Vec<String> {
    let mut groups: IndexMap<(bool, Vec<&str>), Vec<&NotChecked>> = IndexMap::new();
    for entry in &summary.not_checked {
        let words = entry.why.split(' ');
        let general = words.map(|word| if is_resource(word) { "" } else { word });
        let key = (entry.failed, general.collect());
        groups.entry(key).or_default().push(entry);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| (!group[0].failed, Reverse(group.len())));
    let words = |group: Vec<&NotChecked>| {
        let mark = group[0].mark();
        let names = first(group.iter().map(|entry| entry.shown()));
        format!("{mark}{names}: {}", escape::one_line(&common(&group)))
    };
    groups.into_iter().map(words).collect()
}

/// Whether a word of a reason names a resource: an ARN, or a pool.
fn is_resource(word: &str) -> bool {
    let bare = word.trim_matches(|one: char| !one.is_alphanumeric());
    word.contains("arn:") || (bare.contains('-') && is_pool_id(bare))
}

/// The reason of entries that differ in the resources that they name: `…` stands where they do.
fn common(group: &[&NotChecked]) -> String {
    let mut words: Vec<&str> = group[0].why.split(' ').collect();
    for entry in group {
        for (word, other) in words.iter_mut().zip(entry.why.split(' ')) {
            if *word != other {
                *word = "…";
            }
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_several_resources_are_one() {
        let denied = |pool: &str, user: &str| {
            NotChecked::failed(
                format!("pool {pool}"),
                format!(
                    "access denied: User: {user} is not authorized to perform: cognito-idp:DescribeUserPool on resource: arn:aws:cognito-idp:us-west-2:111122223333:userpool/{pool}"
                ),
            )
        };
        let role = "arn:aws:sts::111122223333:assumed-role/audit/me";
        let summary = Summary {
            not_checked: vec![
                denied("us-west-2_A", role),
                denied("us-west-2_B", role),
                NotChecked::left_out("pool us-west-2_C", "pool us-west-2_C: skipped"),
                NotChecked::failed("pool us-west-2_D", "no answer"),
            ],
            ..Summary::default()
        };
        assert_eq!(
            not_checked(&summary),
            [
                format!(
                    "FAILED: pool us-west-2_A, pool us-west-2_B: access denied: User: {role} is not authorized to perform: cognito-idp:DescribeUserPool on resource: …"
                ),
                "FAILED: pool us-west-2_D: no answer".to_owned(),
                "pool us-west-2_C: pool us-west-2_C: skipped".to_owned(),
            ]
        );
    }
}
