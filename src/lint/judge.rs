//! One policy judged: posture rules, then what covers their findings, then the rules about covering.

use crate::fault::Check;
use crate::finding::{Finding, Location};
use crate::lint::resolve::{self, Ground};
use crate::lint::settings::Settings;
use crate::lint::suppress::{self, Used};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::parse::{Ignore, ParsedFile};
use crate::rule::build::{Facts, view};
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::Stage;
use crate::rule::view::View;
use crate::source::Source;
use crate::text;
use crate::yaml::{Node, Value};

/// A judged policy.
#[derive(Debug)]
pub struct Judged {
    /// Findings of the posture and hygiene stages.
    pub findings: Vec<Finding>,
    /// Which waivers and ignores were used.
    pub used: Used,
}

/// A policy and what it is judged with.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its file.
    pub file: &'a ParsedFile,
    /// Its file's text.
    pub source: &'a Source,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// What the user decided about them.
    pub settings: &'a Settings,
    /// Whether some rule names the effective table.
    pub wants_effective: bool,
}

/// Runs the rules of a policy and applies its waivers and ignores.
#[must_use]
pub fn judge(case: Case<'_>) -> Judged {
    let Case {
        policy,
        file,
        source,
        catalogue,
        settings,
        wants_effective,
    } = case;
    let mut used = used_already(policy, file, catalogue);
    let mut findings = layer_waivers(policy, catalogue);
    let mut view = view(Facts {
        name: &policy.name,
        posture: Some(&policy.posture),
        target: policy.target.as_ref(),
        gate: Some(&policy.gate),
        secrets: suppress::secret_views(policy, file, source),
        today: settings.today,
        wants_effective,
        ..Facts::default()
    });
    for stage in [Stage::Posture, Stage::Hygiene] {
        view.waivers = suppress::waiver_views(policy, settings.today, &used);
        view.ignores = suppress::ignore_views(policy, file, &used);
        let mut found = run(case, stage, &view);
        override_severities(&mut found, settings);
        suppress::suppress(&mut found, policy, file, source, settings.today, &mut used);
        findings.append(&mut found);
    }
    Judged { findings, used }
}

fn run(case: Case<'_>, stage: Stage, view: &View) -> Vec<Finding> {
    let policy = case.policy;
    let ground = Ground {
        places: &policy.places,
        file: case.file,
        others: &[],
    };
    let enabled = |rule: &Rule| !case.settings.disabled.contains_key(&rule.meta.id);
    let mut findings = Vec::new();
    for (rule, result) in case.catalogue.run(stage, view, &enabled) {
        match result {
            Ok(hits) => {
                findings.extend(
                    hits.into_iter()
                        .map(|hit| resolve::finding(rule, hit, &ground, Some(policy))),
                );
            }
            Err(error) => findings.push(resolve::failure(rule, &error, Some(policy))),
        }
    }
    findings
}

/// Puts the user's severities in place of the rules' own.
pub fn override_severities(findings: &mut [Finding], settings: &Settings) {
    for finding in findings {
        if let Some(severity) = settings.severities.get(&finding.rule) {
            finding.severity = *severity;
        }
    }
}

/// Ignores of rules that do not exist: they would cover nothing, silently.
#[must_use]
pub fn unknown_ignores(file: &ParsedFile, catalogue: &Catalogue) -> Vec<Finding> {
    let place = |ignore: &Ignore| Location {
        source: file.source,
        span: ignore.span,
        pointer: None,
    };
    let ignores = file.ignores.iter();
    ignores
        .filter_map(|ignore| unknown_rule(&ignore.rule, place(ignore), catalogue))
        .collect()
}

/// Waivers of rules that do not exist, in a document that is no policy because of other faults.
#[must_use]
pub fn unknown_waivers(document: &Node, catalogue: &Catalogue) -> Vec<Finding> {
    let waivers = document.get("waivers").map(|waivers| &waivers.value);
    let Some(Value::Sequence(waivers)) = waivers else {
        return Vec::new();
    };
    let one = |(index, waiver): (usize, &Node)| {
        let rule = waiver.get("rule")?;
        let Value::String(id) = &rule.value else {
            return None;
        };
        let place = Location {
            source: rule.source,
            span: rule.span,
            pointer: Some(waiver_rule(index)),
        };
        unknown_rule(id, place, catalogue)
    };
    waivers.iter().enumerate().filter_map(one).collect()
}

/// The same for the waivers of a policy, which may come from a layer that is checked nowhere else.
fn layer_waivers(policy: &Policy, catalogue: &Catalogue) -> Vec<Finding> {
    let waivers = policy.waivers.iter().enumerate();
    let place = |index| policy.places.resolve(&waiver_rule(index)).0;
    waivers
        .filter_map(|(index, waiver)| unknown_rule(&waiver.rule, place(index), catalogue))
        .collect()
}

fn waiver_rule(index: usize) -> Pointer {
    Pointer::root().child("waivers").child(index).child("rule")
}

fn unknown_rule(id: &str, place: Location, catalogue: &Catalogue) -> Option<Finding> {
    if catalogue.get(id).is_some() {
        return None;
    }
    let near = text::nearest(id, catalogue.rules().iter().map(|rule| rule.meta.id.as_str()));
    let input_check = Check::ALL.iter().any(|check| check.as_str() == id);
    let help = match near {
        _ if input_check => "faults of the input cannot be waived or ignored".to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cogward rules list` shows all rules".to_owned(),
    };
    let message = if input_check {
        format!("`{id}` is a check of the input, not a rule")
    } else {
        format!("there is no rule `{id}`")
    };
    Some(Check::RuleUnknown.finding(place, message).help(help))
}

/// Waivers and ignores of unknown rules count as used: that they are unknown is said already.
fn used_already(policy: &Policy, file: &ParsedFile, catalogue: &Catalogue) -> Used {
    let mut used = Used::none(policy, file);
    for (used, waiver) in used.waivers.iter_mut().zip(&policy.waivers) {
        *used = catalogue.get(&waiver.rule).is_none();
    }
    for (used, ignore) in used.ignores.iter_mut().zip(&file.ignores) {
        *used = catalogue.get(&ignore.rule).is_none();
    }
    used
}
