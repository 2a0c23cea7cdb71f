//! One run of the checks over policies, as `lint` makes it once and `lint --fix` several times.

use crate::app::gather::Input;
use crate::app::lint::{Job, lint};
use crate::cli::context::RunContext;
use crate::lint::Settings;
use crate::report::Report;

/// What every run has in common.
pub struct Linter<'a> {
    /// Policies, rules and settings.
    pub context: &'a RunContext,
    /// The baseline file.
    pub baseline: Option<&'a str>,
}

impl Linter<'_> {
    /// One run over the paths.
    #[must_use]
    pub fn report(&self) -> Report {
        self.run(Input::Paths(&self.context.paths), &self.context.settings)
    }

    /// One run over a text that stands for a file.
    #[must_use]
    pub fn report_of(&self, name: &str, text: &str) -> Report {
        self.run(Input::Text(name, text), &self.context.settings)
    }

    /// One run with other settings.
    #[must_use]
    pub fn report_with(&self, settings: &Settings) -> Report {
        self.run(Input::Paths(&self.context.paths), settings)
    }

    fn run(&self, input: Input<'_>, settings: &Settings) -> Report {
        let context = self.context;
        let tree = &context.tree;
        let job = Job {
            input,
            baseline: self
                .baseline
                .map(|name| (name, tree.read(name).map_err(|fault| fault.to_string()))),
            settings,
            catalogue: &context.catalogue,
            variables: &self.context.variables(),
            ledger: context
                .ledger
                .as_ref()
                .map(|(name, ledger)| (name.as_str(), ledger)),
            findings: context.findings.clone(),
            wants_tables: context.outputs.wants_tables(),
        };
        lint(tree, job, context.sources.clone())
    }
}
