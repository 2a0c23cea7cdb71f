//! The catalogue: all rules of a run, and the engine they run on.

use include_dir::{Dir, include_dir};
use rayon::prelude::*;

use crate::rule::compiled::{Hit, Rule, RuleError};
use crate::rule::engine::tree;
use crate::rule::engine::{Bindings, Checker, Engine, to_json};
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
#[must_use]
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
    #[must_use]
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
    #[must_use]
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
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self
            .rules
            .binary_search_by(|rule| rule.meta.id.as_str().cmp(id))
            .ok()?;
        self.rules.get(at)
    }

    /// Runs the rules of one stage that see this kind of posture and that `wanted` keeps, in order of
    /// their ids. Each gives its hits, or its own error.
    #[must_use]
    pub fn run<'a>(&'a self, stage: Stage, view: &View, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Ran<'a>> {
        self.run_on(view, self.wanted(stage, view, wanted), |rules, one| {
            rules.into_iter().map(one).collect()
        })
    }

    /// The same on all threads of the pool, for a view that is the only one: most of its time goes into
    /// compiling the rules.
    #[must_use]
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
        each(rules, &|rule| (rule, rule.run(&scope, &policy)))
    }

    /// Compiles what rules need on any view, side by side, for runs over many: otherwise all threads
    /// would wait for the first to compile each.
    pub fn prepare(&self) {
        self.rules
            .par_iter()
            .for_each(|rule| rule.always().for_each(drop));
    }

    /// Whether some rule names the effective table, which is only computed then.
    #[must_use]
    pub fn wants_effective(&self) -> bool {
        self.rules.iter().any(|rule| rule.names("effective"))
    }
}

/// The view's fields as the engine's variables; a value is made when a rule first names it.
fn bind(view: &View) -> Bindings<'_> {
    let mut variables = Bindings::default();
    variables.add("policy", || to_json(&view.policy));
    variables.add("target", || to_json(&view.target));
    variables.add("posture", || to_json(&view.posture));
    variables.add("modes", || to_json(&view.modes));
    variables.add("scopes", || to_json(&view.scopes));
    variables.add("clients", || to_json(&view.clients));
    variables.add("alarms", || to_json(&view.alarms));
    variables.add("queries", || to_json(&view.queries));
    variables.add("log_delivery", || to_json(&view.log_delivery));
    variables.add("gate", || to_json(&view.gate));
    variables.add("waivers", || to_json(&view.waivers));
    variables.add("ignores", || to_json(&view.ignores));
    variables.add("secrets", || to_json(&view.secrets));
    variables.add("overlaps", || to_json(&view.overlaps));
    variables.add("stale_baseline", || to_json(&view.stale_baseline));
    variables.add("today", || to_json(&view.today));
    variables.add("effective", || to_json(&view.effective));
    variables
}

impl Rule {
    /// Whether one of the rule's expressions that always run names a variable.
    #[must_use]
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

    #[test]
    fn every_field_of_the_view_is_a_variable() {
        let view = view(Facts::default());
        let bound: Vec<_> = bind(&view).names().collect();
        let serde_json::Value::Object(fields) = to_json(&view) else {
            panic!("the view is no mapping")
        };
        assert_eq!(bound, fields.keys().map(String::as_str).collect::<Vec<_>>());
    }
}
