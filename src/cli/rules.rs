//! `cogward rules`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::app::catalogue;
use crate::app::examples::{self, ExampleContext};
use crate::cli::args::{ListFormat, RulesCommand};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::finding::Finding;
use crate::fs::Tree;
use crate::ident::RuleId;
use crate::render;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::source::Sources;
use crate::text;

/// Runs the command; without one, lists the rules.
pub fn run(tree: &Tree, command: Option<&RulesCommand>) -> Result<u8, CliError> {
    match command {
        None => list(tree, ListFormat::Table, &[]),
        Some(RulesCommand::List { format, rules }) => list(tree, *format, &rules.rules),
        Some(RulesCommand::Test { paths }) => test(tree, paths),
    }
}

fn list(tree: &Tree, format: ListFormat, folders: &[String]) -> Result<u8, CliError> {
    let mut sources = Sources::default();
    let (catalogue, findings) = catalogue::load(tree, folders, &mut sources);
    match format {
        ListFormat::Table => output::write_lines(&table(catalogue.rules()))?,
        ListFormat::Json => {
            let mut text = Vec::new();
            let list: Vec<_> = catalogue.rules().iter().map(json).collect();
            render::write_json(&serde_json::json!({"version": 1, "rules": list}), &mut text)?;
            output::write(&text)?;
        }
    }
    Ok(output::complain(&findings, &sources))
}

fn table(rules: &[Rule]) -> String {
    let width = rules
        .iter()
        .map(|rule| rule.meta.id.as_str().len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let meta = &rule.meta;
        let own = if meta.builtin { "" } else { " (own)" };
        let _ = writeln!(
            text,
            "{:width$}  {:7}  {}{own}",
            meta.id.as_str(),
            meta.severity.as_str(),
            meta.summary
        );
    }
    let _ = writeln!(
        text,
        "\n{}; see `cogward explain <id>`",
        text::count(rules.len(), "rule", "rules")
    );
    text
}

/// What programs get of a rule.
pub fn json(rule: &Rule) -> serde_json::Value {
    let meta = &rule.meta;
    serde_json::json!({
        "id": meta.id,
        "severity": meta.severity,
        "summary": meta.summary,
        "rationale": meta.rationale,
        "remediation": meta.remediation,
        "references": meta.references,
        "frameworks": meta.frameworks,
        "sees": rule.sees,
        "builtin": meta.builtin,
    })
}

fn test(tree: &Tree, paths: &[String]) -> Result<u8, CliError> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let (catalogue, ids) = under_test(tree, paths, &mut sources, &mut findings);
    let tested = catalogue.rules().iter();
    let tested: Vec<_> = tested.filter(|rule| ids.contains(&rule.meta.id)).collect();
    let context = ExampleContext {
        catalogue: &catalogue,
        sources: &sources,
    };
    let runs = examples::run(&tested, context);
    let mut text = String::new();
    for run in runs.iter().filter(|run| !run.failures.is_empty()) {
        let name = render::visible(&run.name);
        let _ = writeln!(text, "FAILED {} ({} example: {name})", run.rule, run.kind);
        for failure in &run.failures {
            let _ = writeln!(text, "  {}", failure.trim_end().replace('\n', "\n  "));
        }
    }
    let failed = runs.iter().filter(|run| !run.failures.is_empty()).count();
    let _ = writeln!(
        text,
        "{}, {}: {} passed, {failed} failed",
        text::count(tested.len(), "rule", "rules"),
        text::count(runs.len(), "example", "examples"),
        runs.len() - failed
    );
    output::write_lines(&text)?;
    let code = output::complain(&findings, &sources);
    Ok(if code == 0 { u8::from(failed > 0) } else { code })
}

/// The rules to test, beside those they will run with: a user's rules stand beside the built-in ones.
fn under_test(
    tree: &Tree,
    paths: &[String],
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> (Catalogue, BTreeSet<RuleId>) {
    let mut rules = catalogue::with_examples(sources, findings);
    let builtin = rules.iter().map(|rule| rule.meta.id.clone()).collect();
    if paths.is_empty() {
        return (Catalogue::of(rules), builtin);
    }
    let mut ids = BTreeSet::new();
    for rule in catalogue::load_files(tree, paths, sources, findings) {
        let id = rule.meta.id.clone();
        let known = builtin.contains(&id);
        if known || !ids.insert(id) {
            findings.push(catalogue::duplicate(&rule, known));
        } else {
            rules.push(rule);
        }
    }
    (Catalogue::of(rules), ids)
}
