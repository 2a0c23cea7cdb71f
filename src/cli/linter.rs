//! One run of the checks over policies, as `lint` makes it once and `lint --fix` several times.

#[cfg(feature = "live")]
use crate::app::diff::Policies;
use crate::app::gather::Input;
#[cfg(feature = "live")]
use crate::app::lint::of_policies;
use crate::app::lint::{LintJob, lint};
use crate::cli::base::Base;
use crate::cli::context::RunContext;
#[cfg(feature = "live")]
use crate::finding::Finding;
use crate::lint::Settings;
use crate::policy::variable::Variables;
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
    pub fn report(&self) -> Report {
        self.run(Input::Paths(&self.context.paths), &self.context.settings)
    }

    /// One run over a text that stands for a file.
    pub fn report_of(&self, name: &str, text: &str) -> Report {
        self.run(Input::Text(name, text), &self.context.settings)
    }

    /// One run over the policies of a base.
    pub fn report_at(&self, base: &Base) -> Report {
        let context = self.context;
        let (paths, variables) = (context.paths_of(base), context.variables());
        let mut job = self.job(Input::Paths(&paths), &context.settings, &variables);
        job.baseline = self.baseline.map(|name| {
            let text = base.tree.read(&base.path(name));
            (name, text.map_err(|fault| fault.to_string()))
        });
        lint(&base.tree, job, context.sources.clone())
    }

    /// One run with other settings.
    pub fn report_with(&self, settings: &Settings) -> Report {
        self.run(Input::Paths(&self.context.paths), settings)
    }

    fn run(&self, input: Input<'_>, settings: &Settings) -> Report {
        let variables = self.context.variables();
        let job = self.job(input, settings, &variables);
        lint(&self.context.tree, job, self.context.sources.clone())
    }

    fn job<'b>(
        &'b self,
        input: Input<'b>,
        settings: &'b Settings,
        variables: &'b Variables<'b>,
    ) -> LintJob<'b> {
        let context = self.context;
        let read = |name| context.tree.read(name).map_err(|fault| fault.to_string());
        LintJob {
            input,
            baseline: self.baseline.map(|name| (name, read(name))),
            settings,
            catalogue: &context.catalogue,
            variables,
            ledger: context.kept(),
            base: context.terms.as_ref(),
            findings: context.findings.clone(),
            // A review says what a new policy does.
            wants_tables: context.outputs.wants_tables() || context.base.is_some(),
            events: None,
        }
    }
}

impl<'a> Linter<'a> {
    /// With the baseline that is configured.
    pub fn of(context: &'a RunContext) -> Self {
        let baseline = context.config.lint.baseline.as_ref();
        Self {
            context,
            baseline: baseline.map(|name| name.get_ref().as_str()),
        }
    }

    /// What a run would find in policies that were read for another verb.
    #[cfg(feature = "live")]
    pub fn findings_of(&self, policies: &mut Policies) -> Vec<Finding> {
        let variables = self.context.variables();
        let input = Input::Paths(&self.context.paths);
        of_policies(policies, self.job(input, &self.context.settings, &variables))
    }
}
