//! Hits to findings: pointers to bytes, in one place.

use crate::fault::InputError;
use crate::finding::{Finding, Location, Related};
use crate::ident::RuleId;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::{Hit, Rule, RuleError};
use crate::source::SourceId;
use crate::span::Span;

/// Everything a rule's pointer can lead into.
pub struct Ground<'a> {
    /// The policy's tree.
    pub places: &'a Places,
    /// The policy's file, for `#N` (ignores) and `@N` (credentials).
    pub file: &'a ParsedFile,
    /// Other policies by index, for `~N/pointer`.
    pub others: &'a [&'a Places],
}

impl Ground<'_> {
    /// The primary location of a pointer, and the related one when it stands in a layer.
    fn primary(&self, at: &str) -> Option<(Location, Option<Related>)> {
        if let Some(location) = self.special(at) {
            return Some((location, None));
        }
        Some(self.places.resolve(&Pointer::parse(at)?))
    }

    fn related(&self, at: &str) -> Option<Location> {
        self.special(at)
            .or_else(|| Some(self.places.anywhere(&Pointer::parse(at)?)))
    }

    fn special(&self, at: &str) -> Option<Location> {
        let in_file = |span: Span| Location::new(self.file.source, span);
        let index = |text: &str| text.parse::<usize>().ok();
        if let Some(number) = at.strip_prefix('#') {
            return self
                .file
                .ignores
                .get(index(number)?)
                .map(|ignore| in_file(ignore.span));
        }
        if let Some(number) = at.strip_prefix('@') {
            return self
                .file
                .secrets
                .get(index(number)?)
                .map(|secret| in_file(secret.span));
        }
        let (number, pointer) = at.strip_prefix('~')?.split_once('/')?;
        let places = self.others.get(index(number)?)?;
        Some(places.anywhere(&Pointer::parse(&format!("/{pointer}"))?))
    }
}

/// The results of some rules as findings.
pub fn findings<'a>(
    results: impl IntoIterator<Item = (&'a Rule, Result<Vec<Hit>, RuleError>)>,
    ground: &Ground<'_>,
    policy: Option<&Policy>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (rule, result) in results {
        match result {
            Ok(hits) => findings.extend(hits.into_iter().map(|hit| finding(rule, hit, ground, policy))),
            Err(error) => findings.push(failure(rule, &error, policy)),
        }
    }
    findings
}

/// A hit as a finding. A pointer that is none is the rule's own fault.
fn finding(rule: &Rule, hit: Hit, ground: &Ground<'_>, policy: Option<&Policy>) -> Finding {
    let Some((primary, layer)) = ground.primary(&hit.at) else {
        let error = RuleError {
            key: "at",
            message: format!("`{}` is not a pointer in the policy", hit.at),
        };
        return failure(rule, &error, policy);
    };
    let in_layer = layer.is_some();
    let mut related: Vec<_> = layer.into_iter().collect();
    for (at, label) in hit.related {
        if let Some(location) = ground.related(&at)
            && location != primary
        {
            related.push(Related { location, label });
        }
    }
    Finding {
        label: hit.label,
        related,
        help: hit.help,
        // What stands in a layer cannot be fixed in this policy.
        fix: hit.fix.filter(|_| !in_layer),
        policy: policy.map(|policy| policy.name.clone()),
        ..Finding::new(rule.meta.id.clone(), hit.severity, primary, hit.message)
    }
}

/// Findings against the rules that used up the work of the run.
pub fn used_up(catalogue: &Catalogue) -> Vec<Finding> {
    let one = |id: &RuleId| {
        let rule = catalogue.get(id.as_str())?;
        let message = format!("rule `{id}` takes more work than all rules of yours may in one run");
        let finding = InputError::RuleFailed.finding(rule_file(rule.source), message);
        Some(finding.help("nothing was judged by this rule; fix the rule, or disable it with a reason"))
    };
    catalogue.used_up().iter().filter_map(one).collect()
}

/// A rule's own error, as a finding against the rule.
fn failure(rule: &Rule, error: &RuleError, policy: Option<&Policy>) -> Finding {
    let location = rule_file(rule.source);
    let on = policy.map_or_else(String::new, |policy| format!(" on policy `{}`", policy.name));
    let message = format!(
        "rule `{}` failed{on}: `{}`: {}",
        rule.meta.id, error.key, error.message
    );
    InputError::RuleFailed
        .finding(location, message)
        .help("the policy was not judged by this rule; fix the rule, or disable it with a reason")
}

fn rule_file(source: SourceId) -> Location {
    Location::file(source)
}
