//! One policy checked: its rules stage by stage, each followed by what covers its findings.

use std::collections::BTreeSet;

use crate::fault::{InputError, MAX_FAULTS, bounded};
use crate::finding::{Finding, Location};
use crate::lint::input::{LintContext, LintInput};
use crate::lint::resolve::{self, Ground};
use crate::lint::settings::Settings;
use crate::lint::suppress::{self, Used};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::parse::{Ignore, ParsedFile};
use crate::policy::withheld::Withheld;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::Stage;
use crate::rule::inputs::{Facts, view};
use crate::rule::view::{OverlapView, View};
use crate::text;
use crate::yaml::{Node, Value};

/// Runs the rules of a policy, or those about its pool's recorded events, and applies its waivers and ignores. The rules about covering come last,
/// when it is known what was of use.
pub fn evaluate(case: LintInput<'_>, context: LintContext<'_>) -> Vec<Finding> {
    let LintInput { policy, file, .. } = case;
    let today = context.settings.today;
    let mut used = used_already(policy, file, context);
    let mut views = Views {
        all: view_of(policy, case.overlaps, case, context, &used),
        own: match case.withheld {
            Withheld::Values(shown) => Some(view_of(shown, case.withheld_overlaps, case, context, &used)),
            Withheld::Nothing | Withheld::Everything => None,
        },
    };
    if case.events.is_some() {
        return run(&views, Stage::Events, case, context, &mut used);
    }
    let mut findings = layer_waivers(policy, context.catalogue);
    for stage in [Stage::Posture, Stage::Run] {
        findings.append(&mut run(&views, stage, case, context, &mut used));
    }
    let mut about_covering = Vec::new();
    // What covers a finding about covering is of use, too; nothing can change after that.
    for _ in 0..2 {
        let before = used.clone();
        views.all.waivers = suppress::waiver_views(policy, today, &used);
        views.all.ignores = suppress::ignore_views(policy, file, &used);
        if let (Some(own), Withheld::Values(shown)) = (&mut views.own, case.withheld) {
            own.waivers = suppress::waiver_views(shown, today, &used);
            own.ignores = suppress::ignore_views(shown, file, &used);
        }
        about_covering = run(&views, Stage::Hygiene, case, context, &mut used);
        if used == before {
            break;
        }
    }
    findings.append(&mut about_covering);
    findings
}

/// What rules see.
struct Views {
    /// Of the policy.
    all: View,
    /// Of the policy without what it took from the environment, for rules of a user's own.
    own: Option<View>,
}

/// What rules see of a policy, which is that of the input or stands for it.
fn view_of(
    policy: &Policy,
    overlaps: &[OverlapView],
    case: LintInput<'_>,
    context: LintContext<'_>,
    used: &Used,
) -> View {
    view(Facts {
        name: &policy.name,
        posture: Some(&policy.posture),
        target: policy.target.as_ref(),
        long_alarms: long_alarms(policy),
        gate: Some(&policy.gate),
        ledger: case.ledger,
        plan: policy.assumes.feature_plan,
        users: policy.assumes.users,
        composite_alarms: policy.assumes.composite_alarms == Some(true),
        waivers: suppress::waiver_views(policy, context.settings.today, used),
        ignores: suppress::ignore_views(policy, case.file, used),
        secrets: suppress::secret_views(policy.lines, case.file, case.source),
        overlaps: overlaps.to_vec(),
        today: context.settings.today,
        wants_effective: context.wants_effective,
        events: case.events,
        ..Facts::default()
    })
}

/// Which alarms of a policy are written with `dimensions`.
fn long_alarms(policy: &Policy) -> BTreeSet<usize> {
    let alarms = policy.places.tree.get("alarms").map(|alarms| &alarms.value);
    let Some(Value::Sequence(alarms)) = alarms else {
        return BTreeSet::new();
    };
    let long = alarms
        .iter()
        .enumerate()
        .filter(|(_, alarm)| alarm.get("dimensions").is_some());
    long.map(|(index, _)| index).collect()
}

/// Findings of one stage, with what covers them.
fn run(
    views: &Views,
    stage: Stage,
    case: LintInput<'_>,
    context: LintContext<'_>,
    used: &mut Used,
) -> Vec<Finding> {
    let ground = Ground {
        places: &case.policy.places,
        file: case.file,
        others: context.others,
    };
    let withheld = !matches!(case.withheld, Withheld::Nothing);
    let seeing_all = |rule: &Rule| context.runs(rule) && (rule.meta.builtin || !withheld);
    let mut results = if context.single {
        context.catalogue.run_side_by_side(stage, &views.all, &seeing_all)
    } else {
        context.catalogue.run(stage, &views.all, &seeing_all)
    };
    if let Some(own) = &views.own {
        let rest = |rule: &Rule| context.runs(rule) && !rule.meta.builtin;
        results.append(&mut context.catalogue.run(stage, own, &rest));
    }
    let mut found = resolve::findings(results, &ground, Some(case.policy));
    override_severities(&mut found, context.settings);
    suppress::suppress(&mut found, case, context.settings.today, used);
    found
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
pub fn unknown_ignores(file: &ParsedFile, catalogue: &Catalogue) -> Vec<Finding> {
    let place = |ignore: &Ignore| Location::new(file.source, ignore.span);
    let rules = file.ignores.iter().map(|ignore| (ignore.rule.as_str(), ignore));
    unknown_rules(rules, place, catalogue)
}

/// Waivers of rules that do not exist, in a document that is not a policy because of other faults.
pub fn unknown_waivers(document: &Node, catalogue: &Catalogue) -> Vec<Finding> {
    let waivers = document.get("waivers").map(|waivers| &waivers.value);
    let Some(Value::Sequence(waivers)) = waivers else {
        return Vec::new();
    };
    let rules = waivers.iter().enumerate().filter_map(|(index, waiver)| {
        let rule = waiver.get("rule")?;
        match &rule.value {
            Value::String(id) => Some((id.as_str(), (index, rule))),
            _ => None,
        }
    });
    let place = |(index, rule): (usize, &Node)| Location::at(rule.source, rule.span, waiver_rule(index));
    unknown_rules(rules, place, catalogue)
}

/// The same for the waivers of a policy, which may come from a layer that is checked nowhere else.
fn layer_waivers(policy: &Policy, catalogue: &Catalogue) -> Vec<Finding> {
    let rules = policy.waivers.iter().enumerate();
    let place = |index| policy.places.resolve(&waiver_rule(index)).0;
    unknown_rules(
        rules.map(|(index, waiver)| (waiver.rule.as_str(), index)),
        place,
        catalogue,
    )
}

/// A finding for each rule that does not exist, as many as are listed.
fn unknown_rules<'a, T>(
    rules: impl Iterator<Item = (&'a str, T)>,
    place: impl Fn(T) -> Location,
    catalogue: &Catalogue,
) -> Vec<Finding> {
    let mut unknown = rules.filter(|(id, _)| catalogue.get(id).is_none());
    let listed: Vec<_> = unknown
        .by_ref()
        .take(MAX_FAULTS)
        .map(|(id, at)| {
            let cannot = "input errors cannot be waived or ignored";
            unknown_rule(id, place(at), catalogue, cannot)
        })
        .collect();
    bounded(listed, unknown.count())
}

fn waiver_rule(index: usize) -> Pointer {
    Pointer::root().child("waivers").child(index).child("rule")
}

/// That a rule does not exist; `cannot` says what cannot be done with a check of the input.
pub fn unknown_rule(id: &str, place: Location, catalogue: &Catalogue, cannot: &str) -> Finding {
    let near = text::nearest(id, catalogue.rules().iter().map(|rule| rule.meta.id.as_str()));
    let input_check = InputError::ALL.iter().any(|check| check.as_str() == id);
    let help = match near {
        _ if input_check => cannot.to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cogward rules list` shows all rules".to_owned(),
    };
    let message = if input_check {
        format!("`{id}` is a check of the input, not a rule")
    } else {
        format!("there is no rule `{id}`")
    };
    InputError::RuleUnknown.finding(place, message).help(help)
}

/// Waivers and ignores of unknown rules count as used: that they are unknown is said already. So do those of rules that
/// used up the work of the run, and of rules about events, which are not at hand: what they would have found is unknown.
fn used_already(policy: &Policy, file: &ParsedFile, context: LintContext<'_>) -> Used {
    let unknown = |rule: &str| {
        let known = context.catalogue.get(rule);
        known.is_none_or(|rule| rule.stage == Stage::Events || context.left_out.contains(&rule.meta.id))
    };
    let ignores = file.ignores_within(policy.lines);
    Used {
        waivers: policy
            .waivers
            .iter()
            .map(|waiver| unknown(&waiver.rule))
            .collect(),
        ignores: ignores
            .filter(|(_, ignore)| unknown(&ignore.rule))
            .map(|(index, _)| index)
            .collect(),
    }
}
