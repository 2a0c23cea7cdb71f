//! What a report is filed by, in the formats that are kept.

use std::collections::BTreeSet;

use crate::report::{Report, RunHead, RunParameter, Section};

use super::escape;

/// Accounts and regions of the pools or policies that a report is about, ordered.
pub(super) type Places<'a> = [BTreeSet<&'a str>; 2];

/// Those of a report, and those that its head names beside them.
pub(super) fn places<'a>(report: &'a Report, head: &'a RunHead) -> Places<'a> {
    let [mut accounts, mut regions] = listed(report);
    let [more_accounts, more_regions] = named(head);
    accounts.extend(more_accounts);
    regions.extend(more_regions);
    [accounts, regions]
}

/// Those that a head names.
pub(super) fn named(head: &RunHead) -> Places<'_> {
    [&head.accounts, &head.regions].map(|names| names.iter().map(String::as_str).collect())
}

fn listed(report: &Report) -> Places<'_> {
    let places: Vec<[&Option<String>; 2]> = match &report.section {
        Some(Section::Gate(gate)) => gate.pools.iter().map(|one| [&one.account, &one.region]).collect(),
        Some(Section::Plan(plan)) => plan.pools.iter().map(|one| [&one.account, &one.region]).collect(),
        Some(Section::Evidence(found)) => found
            .pools
            .iter()
            .map(|one| [&one.account, &one.region])
            .collect(),
        _ => report
            .overviews
            .iter()
            .map(|one| [&one.account, &one.region])
            .collect(),
    };
    [0, 1].map(|at| places.iter().filter_map(|place| place[at].as_deref()).collect())
}

/// Names and values for a page. Hidden characters are visible.
pub(super) fn facts(head: &RunHead, [accounts, regions]: Places<'_>) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(at) = head.at {
        facts.push(("when", format!("{} UTC", at.strftime("%Y-%m-%d %H:%M:%S"))));
    }
    if let Some(today) = head.today {
        facts.push(("as of", today.to_string()));
    }
    let kinds = [
        (accounts, ["account", "accounts"]),
        (regions, ["region", "regions"]),
    ];
    for (texts, [one, many]) in kinds.into_iter().filter(|(texts, _)| !texts.is_empty()) {
        let name = if texts.len() == 1 { one } else { many };
        facts.push((name, super::estate::first(texts.into_iter())));
    }
    let lists = [("read by", &head.identities), ("read from", &head.from)];
    for (name, texts) in lists.into_iter().filter(|(_, texts)| !texts.is_empty()) {
        facts.push((name, super::estate::first(texts.iter().map(String::as_str))));
    }
    if let Some(at) = head.read_at {
        facts.push(("taken", format!("{} UTC", at.strftime("%Y-%m-%d %H:%M:%S"))));
    }
    if !head.parameters.is_empty() {
        let parameters = head.parameters.iter().map(RunParameter::words);
        facts.push(("parameters", parameters.collect::<Vec<_>>().join(", ")));
    }
    if let Some(files) = &head.files {
        facts.push(("files", format!("{}, SHA-256 {}", files.count, files.sha256)));
    }
    facts
}

/// Characters of a digest on a terminal: enough to tell files from others.
const SHORT_DIGEST: usize = 12;

/// The same in one line for a terminal: `cogward 0.1.0; 2026-11-28 03:20:00 UTC; account 123456789012; …`.
pub(super) fn line(program: &str, head: &RunHead, places: Places<'_>) -> String {
    let mut head = head.clone();
    if let Some(files) = &mut head.files {
        files.sha256.truncate(SHORT_DIGEST);
    }
    let facts = facts(&head, places).into_iter();
    let facts = facts.map(|(name, words)| match name {
        "when" => format!("; {words}"),
        name => format!("; {name} {words}"),
    });
    program.to_owned() + &facts.collect::<String>()
}

/// One line below a page of Markdown; empty where nothing is known.
pub(super) fn markdown(version: &str, head: &RunHead, places: Places<'_>) -> String {
    let facts = facts(head, places);
    if facts.is_empty() {
        return String::new();
    }
    let facts = facts.iter();
    let facts: Vec<_> = facts
        .map(|(name, words)| format!("{name} {}", escape::markdown(words)))
        .collect();
    format!("\n<sub>cogward {version}; {}</sub>\n", facts.join("; "))
}
