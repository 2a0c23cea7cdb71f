//! The catalogue: all rules of a run, and the engine they run on.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use rayon::prelude::*;

use crate::rule::cel::{Engine, to_value};
use crate::rule::check::Checker;
use crate::rule::compiled::{Hit, Rule, RuleError};
use crate::rule::file::{Sees, Stage};
use crate::rule::functions;
use crate::rule::load;
use crate::rule::view::View;
use crate::source::{Source, Sources};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

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
            engine: Engine::new(functions::register),
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
    pub fn run<'a>(
        &'a self,
        stage: Stage,
        view: &View,
        wanted: &dyn Fn(&Rule) -> bool,
    ) -> Vec<(&'a Rule, Result<Vec<Hit>, RuleError>)> {
        let sees = if view.policy.desired {
            Sees::Desired
        } else {
            Sees::Observed
        };
        let rules: Vec<_> = self
            .rules
            .iter()
            .filter(|rule| rule.stage == stage && rule.sees.contains(&sees) && wanted(rule))
            .collect();
        if rules.is_empty() {
            return Vec::new();
        }
        match bind(view) {
            Ok(variables) => {
                let policy = to_value(&view.policy).unwrap_or(cel::Value::Null);
                let scope = self.engine.scope(variables);
                rules
                    .into_iter()
                    .map(|rule| (rule, rule.run(&scope, &policy)))
                    .collect()
            }
            Err(message) => {
                let error = RuleError { key: "view", message };
                rules.into_iter().map(|rule| (rule, Err(error.clone()))).collect()
            }
        }
    }

    /// Whether some rule names the effective table, which is only computed then.
    #[must_use]
    pub fn wants_effective(&self) -> bool {
        self.rules.iter().any(|rule| rule.names("effective"))
    }
}

/// The view's fields as the engine's variables.
fn bind(view: &View) -> Result<Vec<(&'static str, cel::Value)>, String> {
    Ok(vec![
        ("policy", to_value(&view.policy)?),
        ("target", to_value(&view.target)?),
        ("posture", to_value(&view.posture)?),
        ("modes", to_value(&view.modes)?),
        ("scopes", to_value(&view.scopes)?),
        ("clients", to_value(&view.clients)?),
        ("alarms", to_value(&view.alarms)?),
        ("log_delivery", to_value(&view.log_delivery)?),
        ("gate", to_value(&view.gate)?),
        ("waivers", to_value(&view.waivers)?),
        ("ignores", to_value(&view.ignores)?),
        ("secrets", to_value(&view.secrets)?),
        ("overlaps", to_value(&view.overlaps)?),
        ("stale_baseline", to_value(&view.stale_baseline)?),
        ("today", to_value(&view.today)?),
        ("effective", to_value(&view.effective)?),
    ])
}

/// Variables that some expression of the built-in view may name: for tests of [`bind`].
#[must_use]
pub fn variables() -> BTreeSet<String> {
    let schema = crate::schema::of::<View>("view");
    let keys = schema.get("properties").and_then(serde_json::Value::as_object);
    keys.map(|keys| keys.keys().cloned().collect())
        .unwrap_or_default()
}

impl Rule {
    /// Whether one of the rule's expressions that always run names a variable.
    fn names(&self, variable: &str) -> bool {
        self.always()
            .any(|expression| Checker::variables(expression).iter().any(|name| name == variable))
    }
}
