//! `cogward lint`.

use std::mem::ManuallyDrop;

use crate::app::catalogue;
use crate::app::gather::Input;
use crate::app::lint::{Job, lint};
use crate::cli::args::LintArgs;
use crate::cli::options::{self, LintOptions};
use crate::cli::run::Failure;
use crate::cli::{environment, fix, ledger, output};
use crate::config::{self, Config};
use crate::finding::{Finding, Severity};
use crate::fs::{ReadFault, Tree};
use crate::ledger::Ledger;
use crate::lint::Settings;
use crate::lint::baseline::Baseline;
use crate::policy::{self, secret};
use crate::report::Report;
use crate::source::Sources;

/// Runs the command.
pub fn run(tree: &Tree, args: &LintArgs, colour: bool) -> Result<u8, Failure> {
    // The process ends with the command: freeing every rule and text one by one would only take time.
    let prepared = ManuallyDrop::new(prepare(tree, args)?);
    let options = prepared.options.clone();
    if options.fix {
        return fix::run(tree, &prepared, colour);
    }
    let baseline = options.baseline.clone().filter(|_| !options.write_baseline);
    let report = ManuallyDrop::new(prepared.report(tree, baseline.as_deref()));
    if options.verbose {
        talk(&report, &options);
    }
    if options.write_baseline {
        return write_baseline(tree, &prepared, &report);
    }
    finish(tree, &report, &options, colour)
}

/// Writes the reports; the exit code is the report's. A file that cannot be written keeps no other
/// report from being written.
pub fn finish(tree: &Tree, report: &Report, options: &LintOptions, colour: bool) -> Result<u8, Failure> {
    let mut code = report.exit_code;
    for file in &options.outputs {
        if let Err(message) = output::save(tree, file.format, report, &file.file) {
            output::say(&format!("error: {message}"));
            code = 2;
        }
    }
    if let Some(format) = options.stdout {
        output::print(format, report, colour)?;
    }
    Ok(code)
}

/// What every run of the command needs.
pub struct Prepared {
    /// Decided options, rules' settings included.
    pub options: LintOptions,
    /// The configuration file.
    pub config: Config,
    /// The rules.
    pub catalogue: crate::rule::catalogue::Catalogue,
    /// Texts of rules and configuration.
    pub sources: Sources,
    /// Faults of both.
    pub findings: Vec<Finding>,
    /// Name of the ledger and what it says, if one is kept.
    pub ledger: Option<(String, Ledger)>,
}

/// Reads the configuration and the rules. A configuration that cannot be used is a finding, and the
/// run goes on without it.
pub fn prepare(tree: &Tree, args: &LintArgs) -> Result<Prepared, Failure> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let (config, config_source) = read_config(tree, args, &mut sources, &mut findings)?;
    let mut options = options::lint(args, &config, environment::today()).map_err(Failure::Usage)?;
    // The schema is needed by every policy; making it here costs no time of its own.
    let load = || catalogue::load(tree, &options.rules, &mut sources);
    let (_, (catalogue, mut faults)) = rayon::join(policy::validator, load);
    findings.append(&mut faults);
    if let Some(id) = config_source {
        findings.extend(catalogue::apply_config(
            &config,
            id,
            &catalogue,
            &mut options.settings,
        ));
    }
    let ledger = args
        .ledger
        .as_ref()
        .map(|file| Ok::<_, Failure>((file.clone(), ledger::read(tree, file)?)))
        .transpose()?;
    if let (Some((file, ledger)), None) = (&ledger, options.stdout) {
        ledger::complain(file, ledger);
    }
    Ok(Prepared {
        options,
        config,
        catalogue,
        sources,
        findings,
        ledger,
    })
}

impl Prepared {
    /// One run over the paths.
    #[must_use]
    pub fn report(&self, tree: &Tree, baseline: Option<&str>) -> Report {
        self.run(
            tree,
            Input::Paths(&self.options.paths),
            baseline,
            &self.options.settings,
        )
    }

    /// One run over a text that stands for a file.
    #[must_use]
    pub fn report_of(&self, tree: &Tree, name: &str, text: &str) -> Report {
        let baseline = self.options.baseline.as_deref();
        self.run(tree, Input::Text(name, text), baseline, &self.options.settings)
    }

    fn run(&self, tree: &Tree, input: Input<'_>, baseline: Option<&str>, settings: &Settings) -> Report {
        let options = &self.options;
        let job = Job {
            input,
            baseline: baseline.map(|name| (name, tree.read(name).map_err(|fault| fault.to_string()))),
            settings,
            catalogue: &self.catalogue,
            lookup: &environment::variable,
            ledger: self.ledger.as_ref().map(|(name, ledger)| (name.as_str(), ledger)),
            findings: self.findings.clone(),
            wants_tables: options.wants_tables(),
        };
        lint(tree, job, self.sources.clone())
    }
}

fn read_config(
    tree: &Tree,
    args: &LintArgs,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Result<(Config, Option<crate::source::SourceId>), Failure> {
    let name = args.config.as_deref().unwrap_or(config::FILE_NAME);
    let text = match tree.read(name) {
        Ok(text) => text,
        Err(ReadFault::Missing) if args.config.is_none() => return Ok((Config::default(), None)),
        Err(fault) => return Err(Failure::Usage(format!("`{name}` cannot be read: {fault}"))),
    };
    let id = sources.add(secret::source(name, text).0);
    let (config, mut faults) = config::parse(id, sources.get(id));
    findings.append(&mut faults);
    Ok((config, Some(id)))
}

fn write_baseline(tree: &Tree, prepared: &Prepared, report: &Report) -> Result<u8, Failure> {
    let options = &prepared.options;
    let name = options.baseline.as_deref().unwrap_or(options::BASELINE);
    if report.exit_code == 2 {
        let code = finish(tree, report, options, false)?;
        let message = format!("`{name}` is not written: the input has faults, which a baseline cannot hold");
        output::say(&format!("error: {message}"));
        return Ok(code);
    }
    // What a minimum hides today is known today, too: without it, it would count as new tomorrow.
    let mut settings = options.settings.clone();
    settings.min_severity = Severity::Note;
    let whole = prepared.run(tree, Input::Paths(&options.paths), None, &settings);
    let baseline = Baseline::of(&whole.findings, &whole.sources);
    let text = serde_json::to_string_pretty(&baseline).map_err(|error| Failure::Usage(error.to_string()))?;
    tree.write(name, format!("{text}\n").as_bytes())
        .map_err(Failure::Usage)?;
    let count = crate::text::count(baseline.findings.len(), "finding", "findings");
    output::say(&format!("wrote {count} to {name}; use it with --baseline {name}"));
    Ok(0)
}

/// What was read and checked.
fn talk(report: &Report, options: &LintOptions) {
    for (_, source) in report.sources.iter().filter(|(_, source)| !source.is_builtin()) {
        let lines = crate::text::count(source.lines(), "line", "lines");
        output::say(&format!("read {} ({lines})", source.name()));
    }
    for file in &options.outputs {
        output::say(&format!("writing {} to {}", file.format.as_str(), file.file));
    }
    let summary = &report.summary;
    output::say(&format!(
        "checked {} with {} as of {}",
        crate::text::count(summary.policies, "policy", "policies"),
        crate::text::count(summary.rules, "rule", "rules"),
        options.settings.today
    ));
}
