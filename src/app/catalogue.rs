//! The catalogue of a run: built-in rules, users' rules, and what the configuration says of them.

use crate::app::gather::unreadable;
use crate::config::{self, Config};
use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::fs::Tree;
use crate::lint::{Settings, unknown_rule};
use crate::policy::secret;
use crate::rule::catalogue::{Catalogue, builtin_files};
use crate::rule::compiled::Rule;
use crate::rule::load::Loader;
use crate::source::{Source, SourceId, Sources};

/// The built-in rules and those of folders. Files that hold no rule are findings; the others still run.
pub fn load(tree: &Tree, folders: &[String], sources: &mut Sources) -> (Catalogue, Vec<Finding>) {
    let mut catalogue = Catalogue::builtin(sources);
    let mut findings = Vec::new();
    if folders.is_empty() {
        return (catalogue, findings);
    }
    for rule in load_files(tree, folders, sources, &mut findings) {
        let builtin = catalogue
            .get(rule.meta.id.as_str())
            .is_some_and(|known| known.meta.builtin);
        let duplicate = duplicate(&rule, builtin);
        if catalogue.add(rule).is_err() {
            findings.push(duplicate);
        }
    }
    (catalogue, findings)
}

/// The built-in rules with their examples, which a run does not need.
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

/// A rule whose id another rule has; `builtin` if that is one of the program's own.
pub fn duplicate(rule: &Rule, builtin: bool) -> Finding {
    let location = Location::file(rule.source);
    let (message, help) = if builtin {
        let message = format!("`{}` is a built-in rule", rule.meta.id);
        (message, "give yours another id")
    } else {
        let message = format!("there is another rule `{}`", rule.meta.id);
        (message, "give the rule an id of its own")
    };
    InputError::RuleInvalid.finding(location, message).help(help)
}

/// The rules of files and folders.
pub fn load_files(
    tree: &Tree,
    paths: &[String],
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Vec<Rule> {
    let loader = Loader::default();
    load_each(tree, paths, sources, findings, &|id, source| {
        loader.load(id, source)
    })
}

/// Makes something of a file, or says what is wrong with it.
type LoadOne<'a, T> = dyn Fn(SourceId, &Source) -> Result<T, Vec<Finding>> + 'a;

/// What the YAML files of files and folders hold.
pub fn load_each<T>(
    tree: &Tree,
    paths: &[String],
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
    load: &LoadOne<'_, T>,
) -> Vec<T> {
    let discovery = tree.discover_yaml(paths);
    for (name, message, help) in discovery.faults {
        let id = sources.add(Source::new(name.as_str(), "", &[]));
        findings.push(unreadable(id, format!("`{name}`: {message}")).help(help));
    }
    let mut loaded = Vec::new();
    for name in discovery.files {
        match tree.read(&name) {
            Ok(text) => {
                let id = sources.add(secret::source(&name, text).0);
                match load(id, sources.get(id)) {
                    Ok(one) => loaded.push(one),
                    Err(mut faults) => findings.append(&mut faults),
                }
            }
            Err(fault) => {
                let id = sources.add(Source::new(name.as_str(), "", &[]));
                let finding = unreadable(id, format!("`{name}`: {fault}"));
                findings.push(finding.help("make it readable, or name other paths"));
            }
        }
    }
    loaded
}

/// Puts the configuration's rules into the settings. Ids that no rule has are findings.
pub fn apply_config(
    config: &Config,
    source: SourceId,
    catalogue: &Catalogue,
    settings: &mut Settings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, rule) in &config.rules {
        let Some(known) = catalogue.get(id.get_ref()) else {
            let location = Location::new(source, config::span(id.span()));
            let cannot = "its severity is fixed, and it cannot be disabled";
            findings.push(unknown_rule(id.get_ref(), location, catalogue, cannot));
            continue;
        };
        let id = &known.meta.id;
        if let Some(severity) = rule.severity {
            settings.severities.insert(id.clone(), severity);
        }
        if let Some(reason) = &rule.disabled {
            settings.disabled.insert(id.clone(), reason.get_ref().clone());
        }
    }
    findings
}
