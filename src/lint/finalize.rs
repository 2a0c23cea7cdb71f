//! The end of a run: baseline, order, counts, exit code.

use std::cmp::Reverse;

use crate::fault::{FIX_FIRST, InputError, MAX_FAULTS_OF_RUN};
use crate::finding::{Finding, Location, Severity, Suppression};
use crate::lint::baseline::Baseline;
use crate::lint::evaluate::override_severities;
use crate::lint::resolve::{self, Ground};
use crate::lint::settings::Settings;
use crate::pointer::Pointer;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::report::Summary;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::Stage;
use crate::rule::inputs::{Facts, view};
use crate::rule::view::StaleView;
use crate::source::Sources;
use crate::text;

/// A baseline file with its tree.
pub struct BaselineFile<'a> {
    /// Its content.
    pub baseline: &'a Baseline,
    /// Its places.
    pub places: &'a Places,
}

/// A settled run.
#[derive(Debug)]
pub struct LintResult {
    /// Findings in output order; those below the minimum severity are gone.
    pub findings: Vec<Finding>,
    /// Counts of findings; files, policies and rules are the caller's.
    pub summary: Summary,
    /// Exit code.
    pub exit_code: u8,
}

/// Applies the baseline to findings in output order ([`sort`]) and finds its entries that nothing matches any more.
pub fn apply_baseline(
    findings: &mut Vec<Finding>,
    known: &BaselineFile<'_>,
    sources: &Sources,
    catalogue: &Catalogue,
    settings: &Settings,
) {
    let stale = known.baseline.apply(findings, sources);
    if stale.is_empty() {
        return;
    }
    let at = Pointer::root().child("findings");
    let view_of = |index: usize| {
        let entry = &known.baseline.findings[index];
        StaleView {
            pointer: at.child(index).to_string(),
            rule: entry.rule.clone(),
            file: entry.file.clone(),
        }
    };
    let view = view(Facts {
        name: "baseline",
        stale_baseline: stale.into_iter().map(view_of).collect(),
        today: settings.today,
        ..Facts::default()
    });
    let empty = ParsedFile::empty(known.places.source);
    let ground = Ground {
        places: known.places,
        file: &empty,
        others: &[],
    };
    // There is no policy here, so only rules about baselines have anything to see.
    let wanted = |rule: &Rule| rule.names("stale_baseline") && !settings.disabled.contains_key(&rule.meta.id);
    let results = catalogue.run(Stage::Run, &view, &wanted);
    let mut found = resolve::findings(results, &ground, None);
    override_severities(&mut found, settings);
    findings.append(&mut found);
}

/// Orders and counts findings and says how the run ends.
pub fn finalize(mut findings: Vec<Finding>, sources: &Sources, settings: &Settings) -> LintResult {
    sort(&mut findings, sources);
    let mut findings = bounded(findings);
    let mut summary = Summary::default();
    let mut denied = false;
    findings.retain(|finding| {
        if let Some(suppressed) = &finding.suppressed {
            summary.suppressed += 1;
            if let Suppression::Waiver { until, .. } = suppressed {
                let first = [summary.first_waiver_ends, text::date(until)]
                    .into_iter()
                    .flatten()
                    .min();
                summary.first_waiver_ends = first;
            }
            return true;
        }
        if finding.severity < settings.min_severity && !finding.is_input_fault {
            summary.hidden += 1;
            return false;
        }
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Note => summary.notes += 1,
        }
        summary.input_faults += usize::from(finding.is_input_fault);
        summary.fixable += usize::from(finding.fix.is_some());
        denied |= settings.denies(finding.severity);
        true
    });
    let exit_code = if summary.input_faults > 0 {
        2
    } else {
        u8::from(denied)
    };
    LintResult {
        findings,
        summary,
        exit_code,
    }
}

/// Lists [`MAX_FAULTS_OF_RUN`] input errors and counts the others, after the last that is listed and at its place.
fn bounded(mut findings: Vec<Finding>) -> Vec<Finding> {
    let faults = findings.iter().filter(|finding| finding.is_input_fault).count();
    let beyond = faults.saturating_sub(MAX_FAULTS_OF_RUN);
    if beyond == 0 {
        return findings;
    }
    let mut listed = 0;
    findings.retain(|finding| {
        listed += usize::from(finding.is_input_fault);
        !finding.is_input_fault || listed <= MAX_FAULTS_OF_RUN
    });
    if let Some(last) = findings.iter().rposition(|finding| finding.is_input_fault) {
        let at = findings[last].primary.clone();
        let message = format!(
            "{} in this run: {MAX_FAULTS_OF_RUN} are listed",
            text::count(beyond, "more problem", "more problems")
        );
        findings.insert(
            last + 1,
            InputError::TooLarge.finding(at, message).help(FIX_FIRST),
        );
    }
    findings
}

/// Puts findings in output order, worst first, each once. Every format lists them in this order, and a baseline numbers
/// equal findings in it.
pub fn sort(findings: &mut Vec<Finding>, sources: &Sources) {
    findings.sort_by(|a, b| order(a, sources).cmp(&order(b, sources)));
    findings.dedup_by(|a, b| a.rule == b.rule && a.primary == b.primary && a.message == b.message);
}

/// By severity, then file, place, rule and message. In a live pool, which has no text, the place is the pointer.
fn order<'a>(
    finding: &'a Finding,
    sources: &'a Sources,
) -> (Reverse<Severity>, &'a str, [usize; 2], [&'a str; 3]) {
    let Location {
        source,
        span,
        pointer,
    } = &finding.primary;
    let source = sources.get(*source);
    let pointer = pointer.as_ref().filter(|_| source.pool_id().is_some());
    (
        Reverse(finding.severity),
        source.name(),
        [span.start, span.end],
        [
            pointer.map_or("", Pointer::as_str),
            finding.rule.as_str(),
            &finding.message,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};

    /// Faults of a run are listed up to a limit and counted beyond.
    #[test]
    fn faults_listed_up_to_limit() {
        let mut sources = Sources::default();
        sources.add(Source::new("p.yaml", "x".repeat(20_000), &[]));
        let faults = |count: usize| {
            let one = |at: usize| {
                let place = Location::new(SourceId(0), crate::span::Span::at(at));
                InputError::UnknownKey.finding(place, "x")
            };
            let settings = Settings::new(jiff::civil::date(2026, 11, 21));
            finalize((0..count).map(one).collect(), &sources, &settings)
        };
        assert_eq!(faults(MAX_FAULTS_OF_RUN).findings.len(), MAX_FAULTS_OF_RUN);
        let result = faults(MAX_FAULTS_OF_RUN + 7);
        assert_eq!(result.findings.len(), MAX_FAULTS_OF_RUN + 1);
        let last = &result.findings[MAX_FAULTS_OF_RUN];
        assert_eq!(last.message, "7 more problems in this run: 10000 are listed");
        assert_eq!(last.primary, result.findings[MAX_FAULTS_OF_RUN - 1].primary);
        assert_eq!(
            (result.exit_code, result.summary.input_faults),
            (2, MAX_FAULTS_OF_RUN + 1)
        );
    }
}
