//! What `lint` finds in a file after live values were accepted, and did not find before.

use std::collections::BTreeMap;

use crate::app::fix::FileFix;
use crate::finding::{Finding, Severity, Suppression};
use crate::fix::entry;
use crate::pointer::Pointer;
use crate::policy::file::Waiver;
use crate::report::Report;
use crate::source::SourceId;
use crate::yaml::{self, Budget, Parsed};

/// Waivers of policies with those of their layers, by the document of the file.
type Waivers<'a> = BTreeMap<usize, &'a [Waiver]>;

/// What stands against the new text of a file: errors that are new, and findings that a waiver or an ignore comment covers
/// now, although it was written for something else. A waiver with a place was written for that place; one without is against
/// the text only where something weaker is accepted.
pub(super) fn found(
    file: &FileFix,
    waivers: &Waivers<'_>,
    is_weaker: bool,
    judge: &dyn Fn(&str, &str) -> Report,
) -> Vec<String> {
    let (old, new) = (&file.before, &file.settled.text);
    let (before, after) = (judge(&file.name, old), judge(&file.name, new));
    let (old, new) = (Judged::of(&before, old), Judged::of(&after, new));
    let mut known = BTreeMap::<_, usize>::new();
    for key in before.findings.iter().filter_map(|finding| old.key(finding)) {
        *known.entry(key).or_default() += 1;
    }
    let mut against = Vec::new();
    for finding in &after.findings {
        let Some(key) = new
            .key(finding)
            .filter(|_| !new.is_waived(finding, waivers, is_weaker))
        else {
            continue;
        };
        match known.get_mut(&key).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => against.push(told(finding)),
        }
    }
    against
}

fn told(finding: &Finding) -> String {
    let what = if finding.suppressed.is_some() {
        "a waiver or an ignore comment would cover what it was not written for"
    } else {
        "`lint` would then report an error"
    };
    format!("{what}: {} [{}]", finding.message, finding.rule.as_str())
}

/// A report of one text.
struct Judged<'a> {
    report: &'a Report,
    parsed: Parsed,
    text: &'a str,
}

impl<'a> Judged<'a> {
    fn of(report: &'a Report, text: &'a str) -> Self {
        Self {
            report,
            parsed: yaml::parse(SourceId(0), text, &Budget::default()),
            text,
        }
    }

    /// By what an error, or what is suppressed, is found again: its rule, and what it is about. `None` for other findings.
    fn key(&self, finding: &Finding) -> Option<(bool, String, String)> {
        let is_suppressed = finding.suppressed.is_some();
        if !is_suppressed && finding.severity != Severity::Error {
            return None;
        }
        let place = finding.primary.pointer.clone().unwrap_or_default();
        let document = self.document(finding);
        let document = document.and_then(|index| self.parsed.documents.get(index));
        let place = document.map_or_else(|| place.to_string(), |document| entry(&document.root, &place));
        Some((is_suppressed, finding.rule.as_str().to_owned(), place))
    }

    /// Whether a waiver of the policy may cover a finding that is new: one with a place was written for that place, and one
    /// without covers whatever is not weaker.
    fn is_waived(&self, finding: &Finding, waivers: &Waivers<'_>, is_weaker: bool) -> bool {
        let own = self.document(finding).and_then(|index| waivers.get(&index));
        let is_it = |waiver: &Waiver| {
            let at = waiver.at.as_deref().and_then(Pointer::parse);
            let place = finding.primary.pointer.as_ref();
            waiver.rule == finding.rule.as_str() && at.zip(place).is_some_and(|(at, place)| at.covers(place))
        };
        matches!(finding.suppressed, Some(Suppression::Waiver { .. }))
            && (!is_weaker || own.is_some_and(|waivers| waivers.iter().any(is_it)))
    }

    /// The document of the text that a finding is about.
    fn document(&self, finding: &Finding) -> Option<usize> {
        let is_own = self.report.sources.get(finding.primary.source).text() == self.text;
        let mut documents = self.parsed.documents.iter();
        documents.position(|one| is_own && one.span.contains(finding.primary.span))
    }
}
