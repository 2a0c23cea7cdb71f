//! The catalogue: all rules of a run, and the engine they run on.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use rayon::prelude::*;

use crate::ident::RuleId;
use crate::rule::compiled::{Hit, Rule, RuleError};
use crate::rule::engine::tree;
use crate::rule::engine::{Bindings, Checker, Engine, RUN_LIMIT, to_json};
use crate::rule::file::{Sees, Stage};
use crate::rule::load;
use crate::rule::view::View;
use crate::source::{Source, Sources};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// A rule and what it gave for one view.
pub type Ran<'a> = (&'a Rule, Result<Vec<Hit>, RuleError>);

/// All rules of a run, ordered by id.
pub struct Catalogue {
    rules: Vec<Rule>,
    engine: Engine,
}

/// Names and texts of the built-in rule files, ordered by name.
pub fn builtin_files() -> Vec<(String, &'static str)> {
    let files = BUILTIN
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml"));
    let mut files: Vec<_> = files
        .filter_map(|file| {
            Some((
                format!("rules/{}", file.path().file_name()?.to_str()?),
                file.contents_utf8()?,
            ))
        })
        .collect();
    files.sort_unstable();
    files
}

impl Catalogue {
    /// The built-in rules; their texts are added to `sources`.
    pub fn builtin(sources: &mut Sources) -> Self {
        let files: Vec<_> = builtin_files()
            .into_iter()
            .map(|(name, text)| (sources.add(Source::builtin(name, text)), text))
            .collect();
        let rules = files
            .par_iter()
            .filter_map(|(id, text)| load::builtin(*id, text))
            .collect();
        Self::of(rules)
    }

    /// A catalogue of some rules.
    pub fn of(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.meta.id.cmp(&b.meta.id));
        Self {
            rules,
            engine: Engine::default(),
        }
    }

    /// Adds a user's rule. An id that is taken gives the rule back.
    pub fn add(&mut self, rule: Rule) -> Result<(), Box<Rule>> {
        match self
            .rules
            .binary_search_by(|known| known.meta.id.cmp(&rule.meta.id))
        {
            Ok(_) => Err(Box::new(rule)),
            Err(at) => {
                self.rules.insert(at, rule);
                Ok(())
            }
        }
    }

    /// All rules, ordered by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self
            .rules
            .binary_search_by(|rule| rule.meta.id.as_str().cmp(id))
            .ok()?;
        self.rules.get(at)
    }

    /// Runs the rules of one stage that see this kind of posture and that `wanted` keeps, in order of
    /// their ids. Each gives its hits, or its own error.
    pub fn run<'a>(&'a self, stage: Stage, view: &View, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Ran<'a>> {
        self.run_on(view, self.wanted(stage, view, wanted), |rules, one| {
            rules.into_iter().map(one).collect()
        })
    }

    /// The same on all threads of the pool, for a view that is the only one: most of its time goes into
    /// compiling the rules.
    pub fn run_side_by_side<'a>(
        &'a self,
        stage: Stage,
        view: &View,
        wanted: &dyn Fn(&Rule) -> bool,
    ) -> Vec<Ran<'a>> {
        self.run_on(view, self.wanted(stage, view, wanted), |rules, one| {
            rules.into_par_iter().map(one).collect()
        })
    }

    fn wanted(&self, stage: Stage, view: &View, wanted: &dyn Fn(&Rule) -> bool) -> Vec<&Rule> {
        let sees = if view.policy.desired {
            Sees::Desired
        } else {
            Sees::Observed
        };
        self.rules
            .iter()
            .filter(|rule| rule.stage == stage && rule.sees.contains(&sees) && wanted(rule))
            .collect()
    }

    fn run_on<'a>(
        &'a self,
        view: &View,
        rules: Vec<&'a Rule>,
        each: impl FnOnce(Vec<&'a Rule>, &(dyn Fn(&'a Rule) -> Ran<'a> + Sync)) -> Vec<Ran<'a>>,
    ) -> Vec<Ran<'a>> {
        if rules.is_empty() {
            return Vec::new();
        }
        let variables = bind(view);
        let scope = self.engine.scope(&variables);
        let policy = tree::item(to_json(&view.policy));
        let share = self.share();
        each(rules, &|rule| {
            let result = if is_used_up(rule, share) {
                Err(RuleError {
                    key: "when",
                    message: USED_UP.to_owned(),
                })
            } else {
                let run = |share| rule.run(&scope, &policy, share);
                // What a user's rule does is counted, and that must not hang on which views came first.
                if rule.meta.builtin {
                    rule.run_once(&variables, || run(u64::MAX))
                } else {
                    run(share)
                }
            };
            (rule, result)
        })
    }

    /// The share of one of the user's rules in the work of a run.
    fn share(&self) -> u64 {
        let users = self.rules.iter().filter(|rule| !rule.meta.builtin).count();
        RUN_LIMIT / u64::try_from(users).unwrap_or(u64::MAX).max(1)
    }

    /// The user's rules that used up their share of the work of this run. What is counted does not hang on the order of
    /// views: a rule is among them exactly when all its views together take more.
    pub fn used_up(&self) -> BTreeSet<RuleId> {
        let share = self.share();
        let rules = self.rules.iter().filter(|rule| is_used_up(rule, share));
        rules.map(|rule| rule.meta.id.clone()).collect()
    }

    /// Judges all views, by `judge`, which is given the rules to leave out. Where rules used up their share, all is judged
    /// again without them: what one of them found, and what was waived of it, would hang on which views came first.
    pub fn within_work<T>(&self, judge: impl Fn(&BTreeSet<RuleId>) -> T) -> T {
        let found = judge(&BTreeSet::new());
        let used_up = self.used_up();
        self.rules
            .iter()
            .filter(|rule| !used_up.contains(&rule.meta.id))
            .for_each(Rule::rest);
        if used_up.is_empty() {
            found
        } else {
            judge(&used_up)
        }
    }

    /// Compiles what rules need on any view, side by side, for runs over many: otherwise all threads
    /// would wait for the first to compile each.
    pub fn prepare(&self) {
        self.rules
            .par_iter()
            .for_each(|rule| rule.always().for_each(drop));
    }

    /// Whether some rule names the effective table, which is only computed then.
    pub fn wants_effective(&self) -> bool {
        self.rules.iter().any(|rule| rule.names("effective"))
    }
}

/// The view's fields as the engine's variables; a value is made when a rule first names it.
fn bind(view: &View) -> Bindings<'_> {
    let mut variables = Bindings::default();
    variables.add("policy", &view.policy);
    variables.add("target", &view.target);
    variables.add("posture", &view.posture);
    variables.add_list("modes", &view.modes);
    variables.add_list("scopes", &view.scopes);
    variables.add_list("clients", &view.clients);
    variables.add("alarms", &view.alarms);
    variables.add("queries", &view.queries);
    variables.add("log_delivery", &view.log_delivery);
    variables.add_list("gate", &view.gate);
    variables.add_list("waivers", &view.waivers);
    variables.add_list("ignores", &view.ignores);
    variables.add_list("secrets", &view.secrets);
    variables.add_list("overlaps", &view.overlaps);
    variables.add_list("stale_baseline", &view.stale_baseline);
    variables.add("today", &view.today);
    variables.add_list("effective", &view.effective);
    variables.add("events", &view.events);
    variables
}

/// What is said of a rule that used up its share.
const USED_UP: &str = "takes more work than all rules of yours may in one run";

fn is_used_up(rule: &Rule, share: u64) -> bool {
    !rule.meta.builtin && rule.spent() > share
}

impl Rule {
    /// Whether one of the rule's expressions that always run names a variable.
    pub fn names(&self, variable: &str) -> bool {
        self.mentions(variable)
            && self
                .always()
                .any(|expression| Checker::variables(expression).iter().any(|name| name == variable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::inputs::{Facts, view};
    use crate::source::SourceId;

    #[test]
    fn every_field_of_the_view_is_a_variable() {
        let view = view(Facts::default());
        let bound: Vec<_> = bind(&view).names().collect();
        let serde_json::Value::Object(fields) = to_json(&view) else {
            panic!("the view is not a mapping")
        };
        assert_eq!(bound, fields.keys().map(String::as_str).collect::<Vec<_>>());
    }

    /// A rule of a user's own, by its `when`.
    fn rule(id: &str, when: &str) -> Rule {
        let text = format!(
            "id: {id}\nseverity: warning\nsees: [desired]\nsummary: A rule that takes long\n\
             rationale: It goes through many numbers.\nremediation: Leave it out of the run.\n\
             when: '{when}'\nat: '\"/name\"'\nmessage: it went through them\nexamples:\n  \
             bad: [{{ name: any, policy: {{}}, findings: [{{ at: '', message: it went through them }}] }}]\n  \
             good: [{{ name: none, policy: {{}} }}]\n  lookalike: [{{ name: none, policy: {{}} }}]\n"
        );
        let source = Source::new(format!("{id}.yaml"), text, &[]);
        load::Loader::default().load(SourceId(0), &source).unwrap()
    }

    /// What some rules give, on so many views: how many hits each, and which used up their share.
    fn judged(rules: Vec<Rule>, views: usize) -> (Vec<String>, BTreeSet<RuleId>) {
        let catalogue = Catalogue::of(rules);
        let view = view(Facts::default());
        let hits = catalogue.within_work(|left_out| {
            let wanted = |rule: &Rule| !left_out.contains(&rule.meta.id);
            let one = |_| {
                let results = catalogue.run(Stage::Posture, &view, &wanted);
                let of = |(rule, result): Ran<'_>| {
                    format!("{} {}", rule.meta.id, result.map_or(0, |hits| hits.len()))
                };
                results.into_iter().map(of).collect::<Vec<_>>()
            };
            let found: Vec<_> = (0..views).into_par_iter().flat_map_iter(one).collect();
            found
        });
        (hits, catalogue.used_up())
    }

    /// A rule that takes more than its share of a run is left out of all of it.
    #[test]
    fn rule_over_budget_left_out_entirely() {
        let numbers = "[0,1,2,3,4,5,6,7,8,9]";
        let long = format!(
            "{numbers}.all(a, {numbers}.all(b, {numbers}.all(c, {numbers}.all(d, d + c + b + a >= 0))))"
        );
        let rules = || vec![rule("long", &long), rule("short", "true")];
        let (few, used_up) = judged(rules(), 2);
        assert_eq!(few, ["long 1", "short 1", "long 1", "short 1"]);
        assert!(used_up.is_empty());
        let (many, used_up) = judged(rules(), 100);
        assert_eq!(many, vec!["short 1"; 100], "and the same however the threads go");
        let used_up: Vec<_> = used_up.iter().map(RuleId::as_str).collect();
        assert_eq!(used_up, ["long"]);
        let (alone, used_up) = judged(vec![rule("short", "true")], 1_000);
        assert_eq!((alone.len(), used_up.len()), (1_000, 0), "usual work is free");
    }
}
