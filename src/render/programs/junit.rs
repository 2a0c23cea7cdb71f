//! `junit`: `JUnit` XML in the form that Jenkins' schema describes (`junit-10.xsd`).
//!
//! One suite per file or pool: a case per finding, and a passing case per policy without any, or per gate that is met. Suppressed
//! findings are skipped cases; input faults are errors, other findings failures. When the report's
//! exit code is 0 no case fails, for the format must not change the verdict: such findings are
//! passing cases that print what was found.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::finding::Finding;
use crate::report::{Passed, Report, Section};

use crate::render::difference;
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{RenderOptions, escape, words};

/// Writes the report.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules = RuleIndex::new(report, options);
    let mut junit = Junit::new("cogward");
    let passed: Vec<_> = report.section.iter().flat_map(Section::passed).collect();
    // A pool's difference is in the suite of its policy's file.
    let faulty: BTreeSet<_> = report.findings.iter().filter_map(words::subject).collect();
    let suites = groups(report, &passed).into_iter();
    let suites = suites.map(|(file, group)| suite(report, &rules, file, &group, &faulty));
    junit.add_test_suites(suites.filter(|suite| suite.tests > 0));
    if !report.summary.not_checked.is_empty() {
        junit.add_test_suite(not_checked(report));
    }
    let text = junit.to_string().map_err(io::Error::other)?;
    // The schema knows `skipped` on a suite only, and validators refuse it on the root.
    let skipped = format!(" skipped=\"{}\"", junit.skipped);
    out.write_all(text.replacen(&skipped, "", 1).as_bytes())
}

/// One file or pool: its policies, what was found in it, and what was found to be good.
#[derive(Default)]
struct Group<'a> {
    policies: Vec<&'a str>,
    passed: Vec<&'a Passed>,
    findings: Vec<&'a Finding>,
}

/// Files with a policy or a finding, in order of appearance.
fn groups<'a>(report: &'a Report, passed: &'a [Passed]) -> IndexMap<&'a str, Group<'a>> {
    let mut groups: IndexMap<&str, Group<'_>> = IndexMap::new();
    for pool in &report.pools {
        let file = words::filled(&pool.source).unwrap_or(&pool.title);
        groups.entry(file).or_default().policies.push(&pool.title);
    }
    for finding in &report.findings {
        let file = report.sources.get(finding.primary.source).name();
        groups.entry(file).or_default().findings.push(finding);
    }
    for one in passed {
        groups.entry(&one.pool).or_default().passed.push(one);
    }
    groups
}

fn suite(
    report: &Report,
    rules: &RuleIndex<'_>,
    file: &str,
    group: &Group<'_>,
    faulty: &BTreeSet<Cow<'_, str>>,
) -> TestSuite {
    let mut suite = TestSuite::new(attribute(words::filled(file).unwrap_or("live")));
    for policy in group.policies.iter().filter(|policy| !faulty.contains(**policy)) {
        let mut case = TestCase::new("no findings", TestCaseStatus::success());
        case.set_classname(attribute(policy));
        suite.add_test_case(case);
    }
    for passed in &group.passed {
        let mut case = TestCase::new(attribute(&passed.what), TestCaseStatus::success());
        case.set_classname(attribute(words::filled(&passed.policy).unwrap_or(&passed.pool)));
        suite.add_test_case(case);
    }
    for finding in &group.findings {
        suite.add_test_case(case(report, rules, finding));
    }
    suite
}

fn case(report: &Report, rules: &RuleIndex<'_>, finding: &Finding) -> TestCase {
    let place = Place::new(report, &finding.primary);
    let message = attribute(&finding.message);
    let mut details = vec![
        format!("{}: {message}", finding.severity.as_str()),
        format!("at {}", place.text()),
    ];
    if let Some(help) = words::filled(&finding.help) {
        details.push(format!("help: {}", escape::one_line(help)));
    }
    if let Some(difference) = &finding.difference {
        let lines = difference::brief(difference, usize::MAX).into_iter();
        details.extend(lines.map(|line| format!("diff: {line}")));
        let effects = difference::effects(difference).into_iter();
        details.extend(effects.map(|effect| format!("effect: {}", escape::one_line(&effect))));
    }
    for related in &finding.related {
        let place = Place::new(report, &related.location);
        details.push(format!(
            "see {}: {}",
            place.text(),
            escape::one_line(&related.label)
        ));
    }
    details.extend(rules.docs_url(&finding.rule).map(|url| format!("docs: {url}")));
    let details = attribute_lines(&details);
    let mut status = match &finding.suppressed {
        Some(_) => TestCaseStatus::skipped(),
        None if report.exit_code == 0 => TestCaseStatus::success(),
        None if finding.is_input_fault => TestCaseStatus::non_success(NonSuccessKind::Error),
        None => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    match &finding.suppressed {
        Some(suppression) => {
            status
                .set_message(attribute(&words::suppression(suppression)))
                .set_description(&details);
        }
        None => {
            status
                .set_message(&message)
                .set_type(finding.severity.as_str())
                .set_description(&details);
        }
    }
    let passes = finding.suppressed.is_none() && report.exit_code == 0;
    let mut case = TestCase::new(case_name(finding, &place), status);
    case.set_classname(attribute(
        finding.policy.as_deref().unwrap_or(place.source.name()),
    ));
    if passes {
        case.set_system_out(details);
    }
    case
}

/// `cidr-host-bits at 21:7`.
fn case_name(finding: &Finding, place: &Place<'_>) -> String {
    match place.region() {
        Some(region) => format!(
            "{} at {}:{}",
            finding.rule, region.start.line, region.start.column
        ),
        None => match place.logical() {
            Some(logical) => format!("{} at {}", finding.rule, attribute(&logical)),
            None => finding.rule.to_string(),
        },
    }
}

fn not_checked(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("not checked");
    for entry in &report.summary.not_checked {
        let mut status = if entry.failed && report.exit_code != 0 {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        } else {
            TestCaseStatus::skipped()
        };
        status.set_message(attribute(&entry.why));
        let mut case = TestCase::new(attribute(&entry.what), status);
        case.set_classname("not checked");
        suite.add_test_case(case);
    }
    suite
}

/// Text on one line without what XML 1.0 forbids; `quick-junit` escapes the markup.
fn attribute(text: &str) -> String {
    escape::one_line(text).replace("##[", "##\\[")
}

/// Lines of ours, each starting with a word of ours, so that none is read as a command in a log.
fn attribute_lines(lines: &[String]) -> String {
    lines.join("\n").replace("##[", "##\\[")
}
