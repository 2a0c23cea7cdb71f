//! What changes from a base, a state or other templates, as parts: only what is not as before, weaker first.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::difference::Difference;
use crate::finding::Finding;
use crate::model::effective::{AddressChange, Direction};
use crate::report::{PolicyFate, Report, ResolvedFinding, Review, ReviewedPool, SettingChange};
use crate::text;

use super::effects;
use super::estate;
use super::headline::{gone, headline};
use super::place::Place;
use super::section::{Block, Folded, Part, Tone};
use super::words;

/// What stands before findings that the base does not have.
pub(super) const INTRODUCED: &str = "introduced";
/// Names of policies or pools that one heading lists; the rest is counted.
const MOST_NAMES: usize = 4;
/// Policies or pools that a page shows one by one; the rest is counted.
const MOST_POOLS: usize = 50;
/// Rows of one of them, and settings.
const MOST_ROWS: usize = 40;
/// Characters of a list that is shown as a whole.
const SHORT_LIST: usize = 60;

/// Whether something gets weaker for sign-ins.
pub(super) fn weakens(report: &Report) -> bool {
    let pools = report.reviewed().iter();
    pools
        .map(ReviewedPool::direction)
        .any(|direction| direction == Direction::Weaker)
}

/// The headline and what becomes of requests, a line each for `concise`: `policies/a.yaml: weaker: web: …`. Hostile text.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let of_pool = |pool: &ReviewedPool| {
        let name = match pool.names.as_slice() {
            [(_, file)] if !file.is_empty() => file.clone(),
            _ => title(pool),
        };
        let changes = &pool.comparison.changes;
        let cells = effects::rows(changes).rows.into_iter().map(|row| {
            let direction = row.direction.label();
            let request = format!("{} {}", row.requests, row.signals);
            format!(
                "{direction}: {}: {request}: {} → {}",
                plain(&row.clients),
                row.before,
                row.after
            )
        });
        let fate = fate(pool, report.review.is_none()).map(str::to_owned);
        // Without a change for requests, the settings are all there is to see.
        let settings = pool.settings.iter().filter(|_| pool.comparison.is_empty());
        let lines: Vec<_> = fate
            .into_iter()
            .chain(cells)
            .chain(addresses(&pool.comparison.addresses))
            .chain(settings.map(written))
            .map(|line| match &pool.condition {
                Some(condition) => format!("{name}: {condition}: {line}"),
                None => format!("{name}: {line}"),
            })
            .collect();
        lines
    };
    let lines = report.reviewed().iter().flat_map(of_pool);
    lines.chain(headline(report)).collect()
}

/// [`parts`] for a page.
pub(super) fn page_parts(report: &Report) -> Vec<Part> {
    let mut parts = parts(report);
    let head = parts.first_mut().and_then(|part| part.head.as_mut());
    if let Some(head) = head {
        *head = text::capital(head);
    }
    parts
}

/// The changes of a report; none where there is nothing to compare with.
pub(super) fn parts(report: &Report) -> Vec<Part> {
    let Some(headline) = headline(report) else {
        return Vec::new();
    };
    let review = report.review.as_ref();
    let not_compared = review.iter().flat_map(|review| &review.not_compared);
    let not_compared =
        not_compared.map(|name| Block::Marked(format!("{name}: not compared: one side has input errors")));
    let first = Part::new(headline, Tone::Plain, not_compared.collect());
    let mut pools: Vec<_> = report.reviewed().iter().collect();
    // Where nothing becomes of requests, only settings differ.
    pools.sort_by_key(|pool| (pool.comparison.is_empty(), pool.direction()));
    let more = pools.iter().skip(MOST_POOLS).map(|pool| pool.names.len()).sum();
    let sections = pools.into_iter().take(MOST_POOLS);
    let sections = sections.map(|pool| section(report, pool));
    let mut ends: Vec<_> = more_of(more).into_iter().collect();
    ends.extend(review.into_iter().flat_map(|review| findings(report, review)));
    let parts = std::iter::once(first).chain(sections);
    parts
        .chain(ends.into_iter().map(|block| Part::plain(vec![block])))
        .collect()
}

/// What is left out.
fn more_of(more: usize) -> Option<Block> {
    (more > 0).then(|| Block::Text(format!("and {more} more; `--format json` has all of them")))
}

/// One policy or pool: what becomes of requests, then what is written otherwise.
fn section(report: &Report, pool: &ReviewedPool) -> Part {
    let mut effects = effects::rows(&pool.comparison.changes);
    let mut settings: Vec<_> = pool.settings.iter().map(written).collect();
    let more = effects.rows.len().saturating_sub(MOST_ROWS) + settings.len().saturating_sub(MOST_ROWS);
    effects.rows.truncate(MOST_ROWS);
    for row in &mut effects.rows {
        row.clients = plain(&row.clients);
    }
    settings.truncate(MOST_ROWS);
    let addresses = addresses(&pool.comparison.addresses);
    // Without a change for requests, the settings are all there is to see.
    let is_open = effects.rows.is_empty() && addresses.is_empty();
    let by_template = report.review.is_none();
    let fate = fate(pool, by_template);
    let mut blocks: Vec<_> = fate
        .map(|fate| Block::Text(fate.to_owned()))
        .into_iter()
        .collect();
    if pool.fate == PolicyFate::Added && !pool.is_compared(by_template) {
        blocks.extend(row(report, pool));
    }
    blocks.push(Block::Effects(effects.rows));
    let line = |text: String| {
        if text.starts_with("other clients") {
            Block::Text(text)
        } else {
            Block::Named(text)
        }
    };
    blocks.extend(effects.others.into_iter().chain(addresses).map(line));
    blocks.push(Block::Folded(Folded {
        label: "",
        head: text::count(settings.len(), "setting differs", "settings differ"),
        is_open,
        lines: settings,
    }));
    blocks.extend(more_of(more));
    Part::new(title(pool), Tone::Plain, blocks)
}

fn title(pool: &ReviewedPool) -> String {
    let name = |(title, file): &(String, String)| {
        let file = words::filled(file).map_or_else(String::new, |file| format!(" ({file})"));
        let condition = pool.condition.iter().map(|condition| format!(", {condition}"));
        format!("{title}{file}{}", condition.collect::<String>())
    };
    text::some_words(pool.names.iter().map(name), MOST_NAMES)
}

fn fate(pool: &ReviewedPool, by_template: bool) -> Option<&'static str> {
    match (pool.fate, by_template, pool.is_pool) {
        (PolicyFate::Changed, ..) => None,
        (PolicyFate::Added, true, _) => {
            Some("new, or under another name before: there is nothing to compare it with")
        }
        (PolicyFate::Added, false, true) => Some("new policy: compared with what is live"),
        (PolicyFate::Added, false, false) => {
            Some("new policy: what it changes is not known without its pool")
        }
        (PolicyFate::Removed, true, _) => {
            Some("there before and not after: it is destroyed, or has another name")
        }
        (PolicyFate::Removed, false, _) => {
            Some("removed: its pools stay as they are, and nothing compares them any more")
        }
    }
}

/// What is so of a pool or policy with which nothing can be compared: its row of the matrix in words. `None` where it is not
/// the only one of its name.
fn row(report: &Report, pool: &ReviewedPool) -> Option<Block> {
    let [(title, _)] = pool.names.as_slice() else {
        return None;
    };
    let rows = estate::standings(report);
    let mut rows = rows.iter().filter(|row| row.pool.title == *title);
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let [plan, standard, custom] = row.modes();
    let signals = row.pool.signals.iter().zip(words::SIGNALS);
    let signals = signals.map(|(cell, signal)| format!("{signal}: {}", cell.words()));
    Some(Block::Items(vec![
        (
            "modes",
            format!("standard {standard}, custom {custom}; feature plan {plan}"),
        ),
        ("sign-ins", signals.collect::<Vec<_>>().join("; ")),
    ]))
}

/// `web and other clients: always_block gains 192.0.2.0/24 (weaker)`.
fn addresses(changes: &[AddressChange]) -> Vec<String> {
    let alike = |one: &AddressChange, other: &AddressChange| {
        (one.list, one.movement, &one.ranges, one.direction)
            == (other.list, other.movement, &other.ranges, other.direction)
    };
    let mut lines = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        if changes[..index].iter().any(|before| alike(before, change)) {
            continue;
        }
        let same = changes.iter().filter(|one| alike(one, change));
        let (others, real): (Vec<_>, Vec<_>) = same.partition(|one| one.scope.is_of_others());
        let clients = real.into_iter().chain(others);
        let names = clients.map(|one| plain(&one.scope.label()));
        lines.push(effects::addresses(&text::some_words(names, MOST_NAMES), change));
    }
    lines
}

/// A client's name; that it has the pool's configuration is the rule.
fn plain(label: &str) -> String {
    let short = label.strip_suffix(" (pool configuration)");
    short.unwrap_or(label).to_owned()
}

/// A setting's two sides; of a long list how many entries it has, and those that only this side has.
fn written(change: &SettingChange) -> String {
    let side = |value: &Option<Value>, other: &Option<Value>| {
        let words = match value {
            None => return "not set".to_owned(),
            value => Difference::words(value.as_ref()),
        };
        let (Some(Value::Array(items)), Some(Value::Array(others))) = (value, other) else {
            return words;
        };
        if words.chars().count() <= SHORT_LIST {
            return words;
        }
        let only = items.iter().filter(|item| !others.contains(item));
        let only: Vec<_> = only.map(|item| Difference::words(Some(item))).collect();
        let count = text::count(items.len(), "entry", "entries");
        if only.is_empty() {
            count
        } else {
            format!("{count}, among them {}", only.join(", "))
        }
    };
    let (before, after) = (
        side(&change.before, &change.after),
        side(&change.after, &change.before),
    );
    format!("{}: {before} → {after}", change.pointer)
}

/// Findings that the base does not have, and the others; none of the former without a base.
pub(super) fn apart<'a>(report: &Report, findings: Vec<&'a Finding>) -> (Vec<&'a Finding>, Vec<&'a Finding>) {
    let introduced = report.review.iter().flat_map(|review| &review.introduced);
    let introduced: Vec<_> = introduced
        .filter_map(|index| report.findings.get(*index))
        .collect();
    let is_new = |finding: &&Finding| introduced.iter().any(|new| std::ptr::eq(*new, *finding));
    findings.into_iter().partition(is_new)
}

/// Whether a finding, by its index, is one that the base does not have; of no finding without a base.
pub(super) fn is_introduced(report: &Report, index: usize) -> bool {
    let review = report.review.as_ref();
    review.is_some_and(|review| review.introduced.contains(&index))
}

/// Findings that come and go with a review, the worst first.
fn findings(report: &Report, review: &Review) -> Vec<Block> {
    let of = |indexes: &BTreeSet<usize>| {
        let found = indexes.iter().filter_map(|index| report.findings.get(*index));
        found.map(|one| current(report, one)).collect()
    };
    let (gone, no_more) = gone(review);
    let lists: [(_, _, Vec<String>); 4] = [
        (INTRODUCED, "introduced", of(&review.introduced)),
        ("suppressed", "suppressed since then", of(&review.suppressed)),
        (
            "resolved",
            "no longer found",
            no_more.into_iter().map(resolved).collect(),
        ),
        (
            "gone",
            "gone with a removed policy",
            gone.into_iter().map(resolved).collect(),
        ),
    ];
    let lists = lists.into_iter().filter(|(.., lines)| !lines.is_empty());
    let lists = lists.map(|(label, words, lines)| {
        let number = text::count(lines.len(), "finding", "findings");
        Block::Folded(Folded {
            label,
            head: format!("{number} {words}"),
            is_open: false,
            lines,
        })
    });
    lists.collect()
}

/// `error[low-risk-blocked] policies/a.yaml:5:3: …`, and why it does not count.
fn current(report: &Report, finding: &Finding) -> String {
    let place = Place::new(report, &finding.primary).text();
    let why = finding.suppressed.as_ref().map(words::suppression);
    let why = why.map_or_else(String::new, |why| format!("; {why}"));
    let severity = finding.severity.as_str();
    format!("{severity}[{}] {place}: {}{why}", finding.rule, finding.message)
}

/// The same of a finding that is gone.
fn resolved(finding: &ResolvedFinding) -> String {
    let severity = finding.severity.as_str();
    format!(
        "{severity}[{}] {}: {}",
        finding.rule, finding.place, finding.message
    )
}
