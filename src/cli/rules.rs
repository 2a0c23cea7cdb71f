//! `cogward rules`.

use std::fmt::Write as _;

use crate::app::catalogue;
use crate::app::examples::{self, Stand};
use crate::cli::args::{ListFormat, RulesCommand};
use crate::cli::output;
use crate::cli::run::Failure;
use crate::finding::Finding;
use crate::fs::Tree;
use crate::rule::catalogue::{Catalogue, builtin_files};
use crate::rule::compiled::Rule;
use crate::rule::load::Loader;
use crate::source::{Source, Sources};
use crate::text;

/// Runs the command.
pub fn run(tree: &Tree, command: &RulesCommand) -> Result<u8, Failure> {
    match command {
        RulesCommand::List { format, rules } => list(tree, *format, rules),
        RulesCommand::Test { paths } => test(tree, paths),
    }
}

fn list(tree: &Tree, format: ListFormat, folders: &[String]) -> Result<u8, Failure> {
    let mut sources = Sources::default();
    let (catalogue, findings) = catalogue::load(tree, folders, &mut sources);
    if !findings.is_empty() {
        return Err(Failure::Usage(lines(&findings, &sources)));
    }
    let text = match format {
        ListFormat::Table => table(catalogue.rules()),
        ListFormat::Json => json(catalogue.rules()),
    };
    output::write(text.as_bytes())?;
    Ok(0)
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
            visible(&meta.summary)
        );
    }
    let _ = writeln!(
        text,
        "\n{}; `cogward explain <id>` tells more",
        text::count(rules.len(), "rule", "rules")
    );
    text
}

fn json(rules: &[Rule]) -> String {
    let list: Vec<_> = rules
        .iter()
        .map(|rule| {
            let meta = &rule.meta;
            serde_json::json!({
                "id": meta.id,
                "severity": meta.severity,
                "summary": meta.summary,
                "rationale": meta.rationale,
                "remediation": meta.remediation,
                "references": meta.references.iter().map(|(title, url)| serde_json::json!({"title": title, "url": url})).collect::<Vec<_>>(),
                "frameworks": meta.frameworks,
                "sees": rule.sees,
                "builtin": meta.builtin,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::json!({"version": 1, "rules": list}))
}

fn test(tree: &Tree, paths: &[String]) -> Result<u8, Failure> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let own = if paths.is_empty() {
        with_examples(&mut sources, &mut findings)
    } else {
        catalogue::load_files(tree, paths, &mut sources, &mut findings)
    };
    if !findings.is_empty() {
        return Err(Failure::Usage(lines(&findings, &sources)));
    }
    let ids: Vec<_> = own.iter().map(|rule| rule.meta.id.clone()).collect();
    // A user's rules are tested beside the built-in ones, as they run.
    let mut all = if paths.is_empty() {
        Vec::new()
    } else {
        with_examples(&mut sources, &mut findings)
    };
    for rule in own {
        if all.iter().any(|known| known.meta.id == rule.meta.id) {
            return Err(Failure::Usage(format!(
                "there is another rule `{}`",
                rule.meta.id
            )));
        }
        all.push(rule);
    }
    let catalogue = Catalogue::of(all);
    let tested: Vec<_> = catalogue
        .rules()
        .iter()
        .filter(|rule| ids.contains(&rule.meta.id))
        .collect();
    let runs = examples::run(
        &tested,
        Stand {
            catalogue: &catalogue,
            sources: &sources,
        },
    );
    let mut text = String::new();
    for run in runs.iter().filter(|run| !run.failures.is_empty()) {
        let _ = writeln!(
            text,
            "FAILED {} ({} example: {})",
            run.rule,
            run.kind,
            visible(&run.name)
        );
        for failure in &run.failures {
            let _ = writeln!(
                text,
                "  {}",
                failure.lines().map(visible).collect::<Vec<_>>().join("\n  ")
            );
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
    output::write(text.as_bytes())?;
    Ok(u8::from(failed > 0))
}

/// The built-in rules, read whole.
pub fn with_examples(sources: &mut Sources, findings: &mut Vec<Finding>) -> Vec<Rule> {
    let loader = Loader::default();
    let mut rules = Vec::new();
    for (name, text) in builtin_files() {
        let id = sources.add(Source::builtin(name, text));
        match loader.load(id, sources.get(id)) {
            Ok(mut rule) => {
                rule.meta.builtin = true;
                rules.push(rule);
            }
            Err(mut faults) => findings.append(&mut faults),
        }
    }
    rules
}

/// Findings as plain lines for standard error: place, sentence, next step.
pub fn lines(findings: &[Finding], sources: &Sources) -> String {
    let line = |finding: &Finding| {
        let source = sources.get(finding.primary.source);
        let at = source.position(finding.primary.span.start);
        let help = if finding.help.is_empty() {
            String::new()
        } else {
            format!(" ({})", finding.help)
        };
        visible(&format!(
            "{}:{}:{}: {}{help}",
            source.name(),
            at.line,
            at.column,
            finding.message
        ))
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\nerror: ")
}

/// Text from files with control characters made visible.
fn visible(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}
