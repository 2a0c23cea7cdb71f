//! Findings as cards of `html`, and what rules say of themselves.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::finding::Finding;
use crate::ident::RuleId;
use crate::render::html::diff::{DiffLine, diff};
use crate::render::html::excerpt::{Excerpt, excerpt};
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{RenderOptions, difference, escape, words};
use crate::report::Report;
use crate::text;

/// A finding, or several of the same. Texts are hostile; the template escapes them.
#[derive(Serialize)]
pub(in crate::render) struct Card {
    severity: &'static str,
    rule: String,
    docs: Option<String>,
    message: String,
    place: String,
    /// Where the place can be seen.
    source: Option<String>,
    policy: Option<String>,
    excerpts: Vec<Excerpt>,
    help: Option<String>,
    fix: Option<String>,
    suppressed: Option<String>,
    diff: Vec<DiffLine>,
    effects: Vec<String>,
    /// Why it matters.
    why: Option<String>,
    /// Controls of others that are about the same.
    controls: Option<String>,
    /// Other pools that differ in the same way, each with its policy's place where that is another one.
    same: Vec<[String; 2]>,
    /// How many these are, in words.
    same_count: String,
}

/// The card of findings that are alike; the first stands for all.
pub(in crate::render) fn card(
    report: &Report,
    rules: &RuleIndex<'_>,
    group: &[&Finding],
    options: &RenderOptions,
) -> Option<Card> {
    let (finding, others) = group.split_first()?;
    let filled = |text: &str| words::filled(text).map(escape::one_line);
    let primary_place = Place::new(report, &finding.primary);
    // Without a text, the place alone is in the head.
    let primary = primary_place
        .span
        .and_then(|_| excerpt(&primary_place, &finding.label));
    let related = finding.related.iter();
    let related =
        related.filter_map(|related| excerpt(&Place::new(report, &related.location), &related.label));
    let (place, source) = (primary_place.text(), primary_place.url(options));
    // The place in a pool begins with its name.
    let policy = finding.policy.as_deref().map(escape::one_line);
    let policy = policy.filter(|policy| !place.starts_with(policy));
    let same = |other: &&Finding| {
        let at = Place::new(report, &other.primary).text();
        let at = Some(at).filter(|at| *at != place).unwrap_or_default();
        [
            words::subject(other).map_or_else(String::new, |name| escape::one_line(&name)),
            at,
        ]
    };
    let same: Vec<_> = others.iter().map(same).collect();
    Some(Card {
        severity: finding.severity.as_str(),
        rule: finding.rule.to_string(),
        docs: rules.docs_url(&finding.rule),
        message: escape::one_line(&finding.message),
        place,
        source,
        policy,
        excerpts: primary.into_iter().chain(related).collect(),
        help: filled(&finding.help),
        fix: finding.fix.as_ref().map(|fix| escape::one_line(&fix.title)),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|why| escape::one_line(&words::suppression(why))),
        diff: finding.difference.iter().flat_map(|one| diff(one)).collect(),
        effects: finding
            .difference
            .iter()
            .flat_map(|one| difference::effects(one))
            .map(|effect| escape::one_line(&effect))
            .collect(),
        why: why(rules, &finding.rule),
        controls: controls(rules, &finding.rule),
        same_count: text::count(same.len(), "more finding", "more findings"),
        same,
    })
}

/// Why a rule matters.
pub(in crate::render) fn why(rules: &RuleIndex<'_>, rule: &RuleId) -> Option<String> {
    let meta = rules.meta(rule)?;
    words::filled(&meta.rationale).map(|why| escape::one_line(why.trim()))
}

/// Controls of frameworks that are about the same as a rule: `prowler one, two; security-hub Cognito.1`.
pub(in crate::render) fn controls(rules: &RuleIndex<'_>, rule: &RuleId) -> Option<String> {
    let frameworks = rules.meta(rule)?.frameworks.iter();
    let controls = frameworks.map(|(framework, ids)| format!("{framework} {}", ids.join(", ")));
    let controls: Vec<_> = controls.collect();
    (!controls.is_empty()).then(|| escape::one_line(&controls.join("; ")))
}

/// A rule that ran and has no finding.
#[derive(Serialize)]
pub(in crate::render) struct Quiet {
    rule: String,
    docs: Option<String>,
    about: String,
    controls: Option<String>,
}

/// Rules that ran on every pool and found nothing; none where the report does not say which these are.
pub(in crate::render) fn quiet(report: &Report, rules: &RuleIndex<'_>) -> Vec<Quiet> {
    let found: BTreeSet<_> = report.findings.iter().map(|one| &one.rule).collect();
    let is_quiet = |id: &RuleId| !found.contains(id) && !report.summary.rules_not_checked.contains(id);
    let quiet = report.rules.iter().filter(|meta| is_quiet(&meta.id));
    let quiet = quiet.map(|meta| Quiet {
        rule: meta.id.to_string(),
        docs: rules.docs_url(&meta.id),
        about: escape::one_line(&meta.summary),
        controls: controls(rules, &meta.id),
    });
    if report.summary.rules == 0 {
        Vec::new()
    } else {
        quiet.collect()
    }
}
