//! What changes from a base or a state, for the page.

use serde::Serialize;

use crate::finding::Finding;
use crate::model::effective::Direction;
use crate::report::{Report, Review};
use crate::text;

use super::place::Place;
use super::review::{self, Section};
use super::{escape, words};

/// What the template shows. Hostile texts.
#[derive(Serialize)]
pub(super) struct ReviewPart {
    since: String,
    verdict: String,
    sections: Vec<ReviewSection>,
    more: usize,
    not_compared: Vec<String>,
    lists: Vec<ReviewList>,
}

#[derive(Serialize)]
struct ReviewSection {
    title: String,
    fate: Option<&'static str>,
    rows: Vec<ReviewRow>,
    lines: Vec<String>,
    /// Pointer, before, after.
    settings: Vec<[String; 3]>,
    more: usize,
}

#[derive(Serialize)]
struct ReviewRow {
    class: &'static str,
    mark: &'static str,
    clients: String,
    request: String,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct ReviewList {
    what: &'static str,
    lines: Vec<String>,
}

impl ReviewPart {
    pub(super) fn of(report: &Report) -> Option<Self> {
        let shown = review::shown(report)?;
        let nothing = Review::default();
        let review = report.review.as_ref().unwrap_or(&nothing);
        let lines = |findings: &mut dyn Iterator<Item = &Finding>| {
            let mut findings: Vec<_> = findings.collect();
            findings.sort_by_key(|one| std::cmp::Reverse(one.severity));
            findings.iter().map(|finding| line(report, finding)).collect()
        };
        let resolved = review.resolved.iter().map(review::resolved);
        let lists = [
            (
                "introduced",
                lines(&mut review::findings(report, &review.introduced)),
            ),
            (
                "newly suppressed",
                lines(&mut review::findings(report, &review.suppressed)),
            ),
            ("resolved", resolved.map(|line| escape::one_line(&line)).collect()),
        ];
        let lists = lists
            .into_iter()
            .filter(|(_, lines): &(_, Vec<_>)| !lines.is_empty());
        Some(Self {
            since: escape::one_line(&text::capital(&shown.since)),
            verdict: shown.verdict,
            sections: shown.sections.iter().map(section).collect(),
            more: shown.more,
            not_compared: review
                .not_compared
                .iter()
                .map(|name| escape::one_line(name))
                .collect(),
            lists: lists.map(|(what, lines)| ReviewList { what, lines }).collect(),
        })
    }
}

fn line(report: &Report, finding: &Finding) -> String {
    let place = Place::new(report, &finding.primary).text();
    let (severity, message) = (finding.severity.as_str(), escape::one_line(&finding.message));
    let why = finding.suppressed.as_ref().map(words::suppression);
    let why = why.map_or_else(String::new, |why| format!("; {}", escape::one_line(&why)));
    format!("{severity}[{}] {place}: {message}{why}", finding.rule)
}

fn section(section: &Section) -> ReviewSection {
    let row = |row: &super::effects::Effect| ReviewRow {
        class: match row.direction {
            Direction::Weaker => "error",
            Direction::Undefined => "warning",
            Direction::Neutral => "",
            Direction::Stronger => "clean",
        },
        mark: review::mark(row.direction),
        clients: escape::one_line(&row.clients),
        request: format!("{} {}", row.requests, row.signals),
        before: row.before.clone(),
        after: row.after.clone(),
    };
    let others = section.effects.others.iter();
    let lines = others.chain(&section.addresses);
    let settings = section.settings.iter();
    ReviewSection {
        title: escape::one_line(&section.title),
        fate: section.fate,
        rows: section.effects.rows.iter().map(row).collect(),
        lines: lines.map(|line| escape::one_line(line)).collect(),
        settings: settings
            .map(|one| [&one.pointer, &one.before, &one.after].map(|text| escape::one_line(text)))
            .collect(),
        more: section.more,
    }
}
