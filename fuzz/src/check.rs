//! What must hold of every report, whatever was read.

use std::sync::LazyLock;

use cogward::fault::InputError;
use cogward::finding::{Finding, Location};
use cogward::policy::secret;
use cogward::render::{Format, RenderOptions, render};
use cogward::report::Report;
use cogward::schema::Validator;
use cogward::source::Sources;

/// All formats, in parts that take about as long as each other: writing is slower than linting.
const FORMATS: [&[Format]; 3] = [
    &[Format::Json],
    &[Format::Sarif, Format::Github],
    &[
        Format::Human,
        Format::Table,
        Format::Junit,
        Format::Markdown,
        Format::Comment,
        Format::Html,
    ],
];

/// Places, words, exit code and a third of the formats: which one, the text decides.
pub fn report(report: &Report, text: &str) {
    for finding in &report.findings {
        finding_holds(finding, &report.sources);
    }
    let fault = report.findings.iter().any(|finding| finding.is_input_fault);
    assert!(report.exit_code <= 2);
    assert_eq!(report.exit_code == 2, fault, "{:#?}", report.findings);
    let third = text.bytes().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    }) % 3;
    formats(report, FORMATS[third]);
}

/// Two runs over the same text say the same.
pub fn same(a: &Report, b: &Report) {
    assert_eq!(a.findings, b.findings);
    assert_eq!(a.exit_code, b.exit_code);
    assert_eq!(a.pools, b.pools);
    assert_eq!(a.summary, b.summary);
}

fn finding_holds(finding: &Finding, sources: &Sources) {
    place_holds(&finding.primary, sources);
    for related in &finding.related {
        place_holds(&related.location, sources);
    }
    assert!(!finding.message.trim().is_empty(), "{finding:#?}");
    let known = InputError::ALL
        .iter()
        .any(|check| check.rule_id() == finding.rule);
    assert!(known || !finding.is_input_fault, "{finding:#?}");
    if !known {
        // What a rule finds is in a document, and something there is marked.
        let source = sources.get(finding.primary.source);
        assert!(!source.is_builtin(), "{finding:#?}");
        assert!(!finding.primary.span.is_empty(), "{finding:#?}");
        assert!(
            finding.policy.is_some() || source.name() == "baseline.json",
            "{finding:#?}"
        );
    }
    if finding.is_input_fault {
        assert_eq!(finding.suppressed, None);
    }
}

/// The place is inside its text, on character boundaries.
pub fn place_holds(place: &Location, sources: &Sources) {
    let source = sources.get(place.source);
    let span = place.span;
    assert!(
        span.start <= span.end && source.text().get(span.start..span.end).is_some(),
        "{place:?} in {} bytes of {}",
        source.text().len(),
        source.name()
    );
}

fn written(format: Format, report: &Report) -> String {
    let options = RenderOptions {
        width: 40 + report.findings.len() % 80,
        ..RenderOptions::default()
    };
    let mut bytes = Vec::new();
    render(format, report, &options, &mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn formats(report: &Report, formats: &[Format]) {
    static SCHEMA: LazyLock<Validator> =
        LazyLock::new(|| Validator::new(cogward::render::schema()).expect("a schema"));
    let masked = secrets(&report.sources);
    for &format in formats {
        let text = written(format, report);
        for secret in &masked {
            assert!(
                !text.contains(secret),
                "{secret:?} is shown in {format:?}:\n{text}"
            );
        }
        match format {
            Format::Json => {
                let json = serde_json::from_str(&text).expect("JSON");
                assert_eq!(SCHEMA.faults(&json), []);
            }
            Format::Sarif => {
                let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                assert!(json["runs"][0]["results"].is_array());
            }
            Format::Ocsf => {
                let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                assert!(json.is_array());
            }
            Format::Github => commands(&text, report.findings.len()),
            // One of its own, where there are many policies; nothing of a policy is one.
            Format::Html => {
                let rest = text.replacen(include_str!("../../src/render/html/estate.js"), "", 1);
                let own = usize::from(rest.len() < text.len());
                assert_eq!(rest.matches("<script").count(), own, "{text}");
            }
            Format::Human
            | Format::Table
            | Format::Concise
            | Format::Summary
            | Format::Csv
            | Format::Markdown
            | Format::Comment
            | Format::Junit => {
                let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
                assert!(!text.contains(control), "{format:?}: {text:?}");
            }
        }
    }
}

/// No line is a workflow command but for the annotations, of which there are no more than findings.
fn commands(text: &str, findings: usize) {
    let starts = |line: &&str| line.trim_start().starts_with("::");
    let own = ["::error ", "::warning ", "::notice "];
    let commands: Vec<_> = text.lines().filter(starts).collect();
    assert!(commands.len() <= findings, "{text}");
    assert!(
        commands
            .iter()
            .all(|line| own.iter().any(|start| line.starts_with(start))),
        "{text}"
    );
    assert!(!text.contains("##["), "{text}");
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'),
        "{text:?}"
    );
}

/// Texts of the user's own files that look like credentials and stand on one line.
fn secrets(sources: &Sources) -> Vec<&str> {
    let own = sources.iter().filter(|(_, source)| !source.is_builtin());
    own.flat_map(|(_, source)| {
        let found = secret::find(source.text()).into_iter();
        found.filter_map(|secret| source.text().get(secret.span.start..secret.span.end))
    })
    .filter(|text| !text.contains(['\n', '\r']))
    .collect()
}
