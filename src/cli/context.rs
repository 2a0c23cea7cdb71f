//! What every verb on policies and pools needs, read and decided once: the tree, the configuration, the rules, where the
//! report goes.

use crate::app::catalogue;
use crate::app::diff::{BaseTerms, Policies};
use crate::cli::args::{
    BaseArgs, ConfigArgs, DateArgs, FindingArgs, LedgerArgs, OutputArgs, PathArgs, RuleArgs, RunArgs,
};
use crate::cli::base::Base;
use crate::cli::error::CliError;
use crate::cli::observation::Observation;
use crate::cli::options::{self, Outputs};
use crate::cli::{environment, ledger, output};
use crate::config::{self, Config};
use crate::finding::Finding;
use crate::fs::{ReadFault, Tree};
use crate::ledger::Ledger;
use crate::lint::Settings;
use crate::policy::variable::Variables;
use crate::policy::{self, secret};
use crate::render::Format;
use crate::report::{FilesDigest, Report, RunHead};
use crate::rule::catalogue::Catalogue;
use crate::source::{SourceId, Sources};

/// The groups of arguments that decide about a run; each verb names those that it has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Groups<'a> {
    /// Policies.
    pub paths: Option<&'a PathArgs>,
    /// Where the report goes.
    pub output: Option<&'a OutputArgs>,
    /// Thresholds of findings.
    pub findings: Option<&'a FindingArgs>,
    /// The day of the run.
    pub date: Option<&'a DateArgs>,
    /// Users' rules.
    pub rules: Option<&'a RuleArgs>,
    /// The configuration file.
    pub config: Option<&'a ConfigArgs>,
    /// The ledger, which must be there.
    pub ledger: Option<&'a LedgerArgs>,
    /// The commit whose declarations and ledger lines count, where that is no part of `ledger`.
    pub base: Option<&'a BaseArgs>,
}

impl<'a> Groups<'a> {
    /// Those of a command that has no more than a configuration.
    pub fn config(config: &'a ConfigArgs) -> Self {
        Self {
            config: Some(config),
            ..Self::default()
        }
    }

    /// Those that every command with a report has.
    pub fn of(run: &'a RunArgs) -> Self {
        Self {
            output: Some(&run.report.output),
            date: Some(&run.date),
            config: Some(&run.config),
            ..Self::default()
        }
    }

    /// The same with policies.
    pub fn paths(self, paths: &'a PathArgs) -> Self {
        let paths = Some(paths);
        Self { paths, ..self }
    }

    /// The same with a report.
    pub fn output(self, output: &'a OutputArgs) -> Self {
        let output = Some(output);
        Self { output, ..self }
    }

    /// The same with a ledger.
    pub fn ledger(self, ledger: &'a LedgerArgs) -> Self {
        let ledger = Some(ledger);
        Self { ledger, ..self }
    }
}

/// What a verb runs with.
pub struct RunContext {
    /// The files.
    pub tree: Tree,
    /// Whether standard output takes colour.
    pub colour: bool,
    /// The configuration file.
    pub config: Config,
    /// The policies.
    pub paths: Vec<String>,
    /// Where reports go.
    pub outputs: Outputs,
    /// What they are filed by, as far as it is known before anything is read.
    pub head: RunHead,
    /// Settings of the findings, those of single rules included.
    pub settings: Settings,
    /// The rules.
    pub catalogue: Catalogue,
    /// Texts of rules and configuration.
    pub sources: Sources,
    /// Faults of both.
    pub findings: Vec<Finding>,
    /// Name of the ledger and what it says, if one is kept.
    pub ledger: Option<(String, Ledger)>,
    /// The commit whose declarations and ledger lines count, if one is named.
    pub base: Option<Base>,
    /// Its policies.
    pub at_base: Option<Policies>,
    /// What the audit gates of its policies say.
    pub terms: Option<BaseTerms>,
}

impl RunContext {
    /// Reads the configuration and the rules. A configuration that cannot be used is a finding, and the run goes on
    /// without it.
    ///
    /// # Errors
    /// Something typed wrongly; a configuration file or a ledger that is named and cannot be read.
    pub fn new(tree: Tree, colour: bool, groups: Groups<'_>) -> Result<Self, CliError> {
        let mut sources = Sources::default();
        let mut findings = Vec::new();
        let named = groups.config.and_then(|group| group.config.as_deref());
        let (config, config_source) = read_config(&tree, named, &mut sources, &mut findings)?;
        let mut settings = options::settings(groups.findings, groups.date, &config, environment::today())?;
        let outputs = Outputs::decide(groups.output)?;
        // The schema is needed by every policy; making it here costs no time of its own.
        let load = || catalogue::load(&tree, &options::rules(groups.rules, &config), &mut sources);
        let (_, (catalogue, mut faults)) = rayon::join(policy::validator, load);
        findings.append(&mut faults);
        if let Some(id) = config_source {
            findings.extend(catalogue::apply_config(&config, id, &catalogue, &mut settings));
        }
        let dated = groups.date.is_some_and(|group| group.today.is_some());
        let is_timed = groups.output.is_some_and(|group| !group.no_time) && !dated;
        if !is_timed && !dated && outputs.formats().any(|format| format == Format::Ocsf) {
            let words =
                "--no-time: every OCSF event needs a time; leave --no-time out, or name the day with --today";
            return Err(CliError::Usage(words.to_owned()));
        }
        let mut context = Self {
            head: RunHead {
                at: is_timed.then(environment::now),
                today: dated.then_some(settings.today),
                ..RunHead::default()
            },
            tree,
            colour,
            paths: options::paths(groups.paths, &config),
            config,
            outputs,
            settings,
            catalogue,
            sources,
            findings,
            ledger: None,
            base: None,
            at_base: None,
            terms: None,
        };
        let base = groups.base.or(groups.ledger.map(|group| &group.base));
        if let Some(reference) = base.and_then(|group| group.base.as_deref()) {
            let base = Base::new(reference)?;
            let policies = context.policies_of(&base);
            context.terms = Some(BaseTerms::of(&policies));
            context.at_base = Some(policies);
            context.base = Some(base);
        }
        if let Some(file) = groups.ledger.and_then(|group| group.ledger.as_deref()) {
            let ledger = ledger::read(&context.tree, file)?;
            context.keep_ledger(file, ledger)?;
        }
        Ok(context)
    }

    /// Has a ledger that was read apart; with a base, the ledger as it is there. What is wrong with it is said where no
    /// report does.
    ///
    /// # Errors
    /// The base's ledger cannot be used.
    pub fn keep_ledger(&mut self, file: &str, ledger: Ledger) -> Result<(), CliError> {
        if self.outputs.stdout.is_none() {
            ledger::complain(file, &ledger);
        }
        let ledger = match &self.base {
            Some(base) => ledger::read_or_new(&base.tree, &base.path(file))?,
            None => ledger,
        };
        self.ledger = Some((file.to_owned(), ledger));
        Ok(())
    }

    /// Name of the ledger and what it says, if one is kept.
    pub fn kept(&self) -> Option<(&str, &Ledger)> {
        let ledger = self.ledger.as_ref();
        ledger.map(|(name, ledger)| (name.as_str(), ledger))
    }

    fn policies_of(&self, base: &Base) -> Policies {
        Policies::read(
            &base.tree,
            &self.paths_of(base),
            &self.catalogue,
            &self.variables(),
            self.sources.clone(),
            self.findings.clone(),
        )
    }

    /// What the policies' paths are called at a base.
    pub fn paths_of(&self, base: &Base) -> Vec<String> {
        self.paths.iter().map(|path| base.path(path)).collect()
    }

    /// The environment as policies may read it.
    pub fn variables(&self) -> Variables<'_> {
        Variables::new(&environment::variable, self.config.variables.as_deref())
    }

    /// Reads the policies.
    pub fn policies(&self) -> Policies {
        let mut policies = Policies::read(
            &self.tree,
            &self.paths,
            &self.catalogue,
            &self.variables(),
            self.sources.clone(),
            self.findings.clone(),
        );
        if let Some(terms) = &self.terms {
            policies.judge_by(terms);
        }
        policies
    }

    /// Writes the reports, and gives the exit code.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn finish(&self, report: &Report) -> Result<u8, CliError> {
        self.finish_of(report, &Observation::default(), &[])
    }

    /// The same for a report of pools that were seen: in AWS, or in files that stand for it.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn finish_of(&self, report: &Report, seen: &Observation, from: &[String]) -> Result<u8, CliError> {
        let head = self.filed(seen, from, &report.sources);
        output::finish(&self.tree, report, &self.outputs, self.colour, &head)
    }

    /// What a report is filed by, where some format says it.
    pub fn filed(&self, seen: &Observation, from: &[String], sources: &Sources) -> RunHead {
        let pools = seen.estate.pools.len();
        if self.outputs.formats().any(|format| format.is_filed(pools)) {
            self.head_of(seen, from, sources)
        } else {
            self.head.clone()
        }
    }

    /// The pools that were seen and who read them, the files that stand for AWS, and those that decided.
    pub fn head_of(&self, seen: &Observation, from: &[String], sources: &Sources) -> RunHead {
        let mut head = self.head.clone();
        for pool in &seen.estate.pools {
            head.is_of(pool.posture.account.as_deref(), pool.posture.region.as_deref());
        }
        head.identities.clone_from(&seen.identities);
        head.from = from.to_vec();
        head.read_at = seen.at.filter(|_| !from.is_empty());
        let templates = seen.templates.iter();
        head.parameters = templates.flat_map(|found| found.parameters.clone()).collect();
        head.files = digest(sources);
        head
    }
}

/// The files that a report is about as a whole; `None` without any. Their order does not count.
fn digest(sources: &Sources) -> Option<FilesDigest> {
    let files = sources.iter().map(|(_, source)| source);
    let files = files.filter(|one| !one.is_builtin() && one.pool_id().is_none() && !one.text().is_empty());
    let digest = FilesDigest::of(files.map(|one| (one.name(), one.text())));
    (digest.count > 0).then_some(digest)
}

fn read_config(
    tree: &Tree,
    named: Option<&str>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Result<(Config, Option<SourceId>), CliError> {
    let (up, text) = match named {
        Some(name) => (String::new(), tree.read(name)),
        None => nearest_config(tree),
    };
    let name = format!("{up}{}", named.unwrap_or(config::FILE_NAME));
    let text = match text {
        Ok(text) => text,
        Err(ReadFault::Missing) if named.is_none() => return Ok((Config::default(), None)),
        Err(fault) => return Err(CliError::Usage(fault.told(&name))),
    };
    let id = sources.add(secret::source(&name, text).0);
    let (mut config, mut faults) = config::parse(id, sources.get(id));
    config.move_to(&up, tree.exists(config::POLICIES));
    faults.extend(config::confine(&mut config, id, tree, &name));
    findings.append(&mut faults);
    Ok((config, Some(id)))
}

/// The configuration of the working directory, else of the nearest folder above it, up to the top of the repository; and the
/// way there, such as `../`.
fn nearest_config(tree: &Tree) -> (String, Result<String, ReadFault>) {
    let ways = (0..=tree.depth()).map(|up| "../".repeat(up));
    let mut read = ways.map(|up| {
        let text = tree.read(&format!("{up}{}", config::FILE_NAME));
        (up, text)
    });
    let found = read.find(|(_, text)| !matches!(text, Err(ReadFault::Missing)));
    found.unwrap_or((String::new(), Err(ReadFault::Missing)))
}
