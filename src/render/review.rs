//! What changes from a base, a state or other templates, for every format that people read: only what is not as before, weaker
//! first.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use owo_colors::Style;
use serde_json::Value;

use crate::difference::Difference;
use crate::drift::Kind;
use crate::finding::Finding;
use crate::model::effective::{AddressChange, Direction};
use crate::report::{PolicyFate, Report, ResolvedFinding, Review, ReviewedPool, SettingChange};
use crate::text;

use super::draw::{paint, wrap};
use super::effects::{self, Effect, Effects};
use super::place::Place;
use super::{RenderOptions, escape, words};

/// Names of policies or pools that one heading lists; the rest is counted.
const MOST_NAMES: usize = 4;
/// Policies or pools that a page shows one by one; the rest is counted.
const MOST_POOLS: usize = 50;
/// Rows of one of them, and settings.
const MOST_ROWS: usize = 40;
/// Columns that a table needs.
const TABLE_COLUMNS: usize = 80;
/// Characters of a list that is shown as a whole.
const SHORT_LIST: usize = 60;
/// Findings of a list in a terminal.
const MOST_FINDINGS: usize = 20;

/// What changes in one place. Hostile texts.
pub(super) struct Section {
    /// `customers (policies/customers.yaml)`, or several.
    pub(super) title: String,
    /// What became of the policy, in a sentence; `None` where it is on both sides.
    pub(super) fate: Option<&'static str>,
    /// Changed cells, the weakest first.
    pub(super) effects: Effects,
    /// Changed address lists.
    pub(super) addresses: Vec<String>,
    /// What is written otherwise.
    pub(super) settings: Vec<Written>,
    /// Rows and settings that are left out.
    pub(super) more: usize,
}

/// A setting, before and after.
pub(super) struct Written {
    pub(super) pointer: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// What a report says of changes. Hostile texts.
pub(super) struct Shown {
    /// `since main (1a2b3c4d5e6f)`, or `before and after`.
    pub(super) since: String,
    /// How much changes.
    pub(super) verdict: String,
    /// Every place with changes, the weakest first.
    pub(super) sections: Vec<Section>,
    /// How many are left out.
    pub(super) more: usize,
}

/// The changes of a report; `None` where there is nothing to compare with.
pub(super) fn shown(report: &Report) -> Option<Shown> {
    let (since, verdict, pools) = match (&report.review, &report.changes) {
        (Some(review), _) => (since(review), verdict(review), &review.pools),
        (None, Some(changes)) => {
            let verdict = requests(changes, is_whole(report));
            ("before and after".to_owned(), verdict, changes)
        }
        (None, None) => return None,
    };
    let (sections, more) = sections(pools);
    Some(Shown {
        since,
        verdict,
        sections,
        more,
    })
}

/// Whether everything was compared: a pool that is gone, or a side that could not be read, was not.
fn is_whole(report: &Report) -> bool {
    let undefined = Kind::ChangeUndefined.rule_id();
    let found = report.findings.iter().any(|finding| finding.rule == undefined);
    !found && report.summary.not_checked.iter().all(|entry| !entry.failed)
}

fn sections(pools: &[ReviewedPool]) -> (Vec<Section>, usize) {
    let mut pools: Vec<_> = pools.iter().collect();
    // Where nothing becomes of requests, only settings differ.
    pools.sort_by_key(|pool| (pool.comparison.is_empty(), pool.direction()));
    let more = pools.iter().skip(MOST_POOLS).map(|pool| pool.names.len()).sum();
    let shown = pools.into_iter().take(MOST_POOLS);
    (shown.map(section).collect(), more)
}

fn section(pool: &ReviewedPool) -> Section {
    let mut effects = effects::rows(&pool.comparison.changes);
    let mut settings: Vec<_> = pool.settings.iter().map(written).collect();
    let more = effects.rows.len().saturating_sub(MOST_ROWS) + settings.len().saturating_sub(MOST_ROWS);
    effects.rows.truncate(MOST_ROWS);
    for row in &mut effects.rows {
        row.clients = plain(&row.clients);
    }
    settings.truncate(MOST_ROWS);
    Section {
        title: title(pool),
        fate: fate(pool),
        effects,
        addresses: addresses(&pool.comparison.addresses),
        settings,
        more,
    }
}

fn title(pool: &ReviewedPool) -> String {
    let name = |(title, file): &(String, String)| match &pool.condition {
        Some(condition) => format!("{title} ({file}), {condition}"),
        None => format!("{title} ({file})"),
    };
    let mut names: Vec<_> = pool.names.iter().take(MOST_NAMES).map(name).collect();
    let left = pool.names.len() - names.len();
    if left > 0 {
        names.push(format!("{left} more"));
    }
    text::join_words(&names)
}

fn fate(pool: &ReviewedPool) -> Option<&'static str> {
    match (pool.fate, pool.is_pool) {
        (PolicyFate::Changed, _) => None,
        (PolicyFate::Added, true) => Some("new policy: compared with what is live"),
        (PolicyFate::Added, false) => Some("new policy"),
        (PolicyFate::Removed, _) => {
            Some("removed: its pools stay as they are, and nothing compares them any more")
        }
    }
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
        let mut names: Vec<_> = real
            .into_iter()
            .chain(others)
            .map(|one| plain(&one.scope.label()))
            .collect();
        let left = names.len().saturating_sub(MOST_NAMES);
        if left > 0 {
            names.truncate(MOST_NAMES);
            names.push(format!("{left} more"));
        }
        lines.push(effects::addresses(&text::join_words(&names), change));
    }
    lines
}

/// A client's name; that it has the pool's configuration is the rule.
fn plain(label: &str) -> String {
    let short = label.strip_suffix(" (pool configuration)");
    short.unwrap_or(label).to_owned()
}

/// A setting's two sides; of a long list how many entries it has, and those that only this side has.
fn written(change: &SettingChange) -> Written {
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
    Written {
        pointer: change.pointer.to_string(),
        before: side(&change.before, &change.after),
        after: side(&change.after, &change.before),
    }
}

/// `changes for sign-ins: 2 weaker, 1 stronger`, or that nothing does.
fn requests(pools: &[ReviewedPool], is_whole: bool) -> String {
    let mut counts = [0, 0, 0];
    for pool in pools {
        let rows = effects::rows(&pool.comparison.changes).rows;
        let directions = rows.iter().map(|row| row.direction);
        let addresses = pool.comparison.addresses.iter().map(|one| one.direction);
        for direction in directions.chain(addresses) {
            match direction {
                Direction::Weaker => counts[0] += 1,
                Direction::Undefined => counts[1] += 1,
                Direction::Stronger => counts[2] += 1,
                Direction::Neutral => {}
            }
        }
    }
    let kinds = counts.into_iter().zip(["weaker", "undefined", "stronger"]);
    let kinds: Vec<_> = kinds
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    match (kinds.as_slice(), is_whole) {
        ([], true) => "nothing changes for sign-ins".to_owned(),
        ([], false) => "nothing changes for sign-ins in what could be compared".to_owned(),
        (kinds, _) => format!("changes for sign-ins: {}", kinds.join(", ")),
    }
}

/// The same, and how many findings come and go.
fn verdict(review: &Review) -> String {
    let mut text = requests(&review.pools, review.not_compared.is_empty());
    let found = [
        (review.introduced.len(), "introduced"),
        (review.suppressed.len(), "newly suppressed"),
        (review.resolved.len(), "resolved"),
    ];
    let found: Vec<_> = found
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if !found.is_empty() {
        let _ = write!(text, "; findings: {}", found.join(", "));
    }
    text
}

/// `since main (1a2b3c4d5e6f)`. A base that is named by its id is said once.
fn since(review: &Review) -> String {
    let short: String = review.commit.chars().take(12).collect();
    if review.commit.starts_with(&review.reference) {
        format!("since {short}")
    } else {
        format!("since {} ({short})", review.reference)
    }
}

/// The findings of the report with these indexes.
pub(super) fn findings<'a>(
    report: &'a Report,
    indexes: &'a std::collections::BTreeSet<usize>,
) -> impl Iterator<Item = &'a Finding> {
    indexes.iter().filter_map(|index| report.findings.get(*index))
}

/// Whether a finding, by its index, is one that the base does not have; of no finding without a base.
pub(super) fn is_introduced(report: &Report, index: usize) -> bool {
    let review = report.review.as_ref();
    review.is_some_and(|review| review.introduced.contains(&index))
}

/// `▼ weaker`: a direction that is seen without colour.
pub(super) fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::Weaker => "▼ weaker",
        Direction::Undefined => "? undefined",
        Direction::Neutral => "= neutral",
        Direction::Stronger => "▲ stronger",
    }
}

/// The section of a report for people at a terminal; empty without a base.
pub(super) fn human(report: &Report, options: &RenderOptions) -> String {
    let Some(shown) = shown(report) else {
        return String::new();
    };
    let head = format!("{}: {}", escape::one_line(&shown.since), shown.verdict);
    let mut text = paint(
        &wrap(&head, options.columns(), "", "  "),
        Style::new().bold(),
        options,
    );
    for section in &shown.sections {
        text.push_str(&human_section(section, options));
    }
    if shown.more > 0 {
        let _ = writeln!(text, "  and {} more; `--format json` has all of them", shown.more);
    }
    if let Some(review) = &report.review {
        text.push_str(&human_findings(report, review, options));
    }
    text + "\n"
}

/// Findings that come and go with a review, and what could not be compared.
fn human_findings(report: &Report, review: &Review, options: &RenderOptions) -> String {
    let mut text = String::new();
    let line = |head: &str, line: &str| wrap(&escape::one_line(line), options.columns(), head, "    ");
    for name in &review.not_compared {
        text.push_str(&line(
            "  not compared: ",
            &format!("{name}: one side has input errors"),
        ));
    }
    let shown = |indexes| {
        findings(report, indexes)
            .map(|finding| concise(report, finding))
            .collect()
    };
    let lists: [(&str, Vec<String>); 3] = [
        ("introduced", shown(&review.introduced)),
        ("suppressed", shown(&review.suppressed)),
        ("resolved", review.resolved.iter().map(resolved).collect()),
    ];
    for (word, list) in lists {
        let head = format!("  {}: ", paint(word, Style::new().cyan(), options));
        for entry in list.iter().take(MOST_FINDINGS) {
            text.push_str(&line(&head, entry));
        }
        if list.len() > MOST_FINDINGS {
            let _ = writeln!(text, "  and {} more {word}", list.len() - MOST_FINDINGS);
        }
    }
    text
}

/// `error[low-risk-blocked] policies/a.yaml:5:3: …`
fn concise(report: &Report, finding: &Finding) -> String {
    let place = Place::new(report, &finding.primary).text();
    let severity = finding.severity.as_str();
    format!("{severity}[{}] {place}: {}", finding.rule, finding.message)
}

/// The same of a finding that is gone.
pub(super) fn resolved(finding: &ResolvedFinding) -> String {
    let severity = finding.severity.as_str();
    format!(
        "{severity}[{}] {}: {}",
        finding.rule, finding.place, finding.message
    )
}

fn human_section(section: &Section, options: &RenderOptions) -> String {
    let title = wrap(&escape::one_line(&section.title), options.columns(), "  ", "    ");
    let mut text = format!("\n{}", paint(&title, Style::new().bold(), options));
    let mut line = |head: &str, line: &str| {
        text.push_str(&wrap(&escape::one_line(line), options.columns(), head, "    "));
    };
    if let Some(fate) = section.fate {
        line("  ", fate);
    }
    let table = table(&section.effects.rows, options);
    if !table.is_empty() {
        let mut indented = String::new();
        for row in table.lines() {
            let _ = writeln!(indented, "  {row}");
        }
        text.push_str(&indented);
    }
    let mut line = |head: &str, line: &str| {
        text.push_str(&wrap(&escape::one_line(line), options.columns(), head, "    "));
    };
    if let Some(others) = &section.effects.others {
        line("  ", others);
    }
    for addresses in &section.addresses {
        line("  ", addresses);
    }
    for written in &section.settings {
        let Written {
            pointer,
            before,
            after,
        } = written;
        line("  ", &format!("{pointer}: {before} → {after}"));
    }
    if section.more > 0 {
        line(
            "  ",
            &format!("and {} more; `--format json` has all of them", section.more),
        );
    }
    text
}

/// One row a change: direction, clients, requests, before, after. Lines, where a table would break words.
fn table(rows: &[Effect], options: &RenderOptions) -> String {
    let painted = |row: &Effect| {
        let mark = mark(row.direction);
        let (_, plain) = mark.split_once(' ').unwrap_or_default();
        paint(
            if options.ascii { plain } else { mark },
            style_of(row.direction),
            options,
        )
    };
    if options.columns() < TABLE_COLUMNS {
        let line = |row: &Effect| {
            let Effect {
                clients,
                requests,
                signals,
                before,
                after,
                ..
            } = row;
            let line = format!("{clients}: {requests} {signals}: {before} → {after}");
            wrap(
                &escape::one_line(&line),
                options.columns() - 2,
                &format!("{}: ", painted(row)),
                "  ",
            )
        };
        return rows.iter().map(line).collect();
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(options.columns() - 2).unwrap_or(u16::MAX))
        .set_header(["change", "clients", "request", "before", "after"]);
    for row in rows {
        table.add_row([
            painted(row),
            escape::one_line(&row.clients),
            format!("{} {}", row.requests, row.signals),
            row.before.clone(),
            row.after.clone(),
        ]);
    }
    table.trim_fmt()
}

fn style_of(direction: Direction) -> Style {
    match direction {
        Direction::Weaker => words::severity_style(crate::finding::Severity::Error),
        Direction::Undefined => words::severity_style(crate::finding::Severity::Warning),
        Direction::Neutral => Style::new(),
        Direction::Stronger => Style::new().green().bold(),
    }
}
