//! `cogward lint`.

use std::mem::ManuallyDrop;

use crate::app::review::Sides;
use crate::cli::args::LintArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::linter::Linter;
use crate::cli::{environment, fix, output};
use crate::finding::Severity;
use crate::fs::MAX_BYTES;
use crate::lint::baseline::Baseline;
use crate::report::Report;

/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Baseline file when none is named.
const BASELINE: &str = ".cogward-baseline.json";

/// Runs the command.
pub fn run(context: RunContext, args: &LintArgs) -> Result<u8, CliError> {
    // The process ends with the command: freeing every rule and text one by one would only take time.
    let context = ManuallyDrop::new(context);
    let configured = context
        .config
        .lint
        .baseline
        .as_ref()
        .map(|name| name.get_ref().as_str());
    let baseline = args.baseline.as_deref().or(configured);
    let linter = Linter {
        context: &context,
        baseline: baseline.filter(|_| !args.write_baseline),
    };
    if let [only] = context.paths.as_slice()
        && only == STANDARD_INPUT
    {
        return standard_input(&linter, args);
    }
    if args.fix {
        return fix::run(&linter, args.diff);
    }
    let mut report = ManuallyDrop::new(linter.report());
    if args.report.verbose {
        talk(&report, &context);
    }
    if args.write_baseline {
        return write_baseline(&linter, &report, baseline.unwrap_or(BASELINE));
    }
    if let (Some(base), Some(before)) = (&context.base, &context.at_base) {
        let name = |file: &str| base.name_here(file);
        let sides = Sides {
            before,
            after: &context.policies(),
            name: &name,
        };
        let at_base = linter.report_at(base);
        let commit = [base.reference.as_str(), &base.commit];
        report.review = Some(sides.policies().review(commit, &at_base, &report, &name));
    }
    context.finish(&report)
}

/// Checks the policy that another program writes. What it names is looked for from the working directory.
fn standard_input(linter: &Linter<'_>, args: &LintArgs) -> Result<u8, CliError> {
    if args.fix || args.write_baseline {
        let words = "standard input cannot be changed, nor be named in a baseline: name a file";
        return Err(CliError::Usage(words.to_owned()));
    }
    let text = environment::input(MAX_BYTES)?;
    let report = linter.report_of("stdin", &text);
    if args.report.verbose {
        talk(&report, linter.context);
    }
    linter.context.finish(&report)
}

fn write_baseline(linter: &Linter<'_>, report: &Report, name: &str) -> Result<u8, CliError> {
    let context = linter.context;
    if report.exit_code == 2 {
        let code = output::finish(&context.tree, report, &context.outputs, false, &context.head)?;
        let message = format!("`{name}` is not written: the input has errors, which a baseline cannot hold");
        output::say(&format!("error: {message}"));
        return Ok(code);
    }
    // What a minimum hides today is known today, too: without it, it would count as new tomorrow.
    let mut settings = context.settings.clone();
    settings.min_severity = Severity::Note;
    let whole = linter.report_with(&settings);
    let baseline = Baseline::of(&whole.findings, &whole.sources);
    context
        .tree
        .write(name, crate::hidden::json(&baseline).as_bytes())?;
    let count = crate::text::count(baseline.findings.len(), "finding", "findings");
    output::say(&format!("wrote {count} to {name}; use it with --baseline {name}"));
    Ok(0)
}

/// What was read and checked.
fn talk(report: &Report, context: &RunContext) {
    for (_, source) in report.sources.iter().filter(|(_, source)| !source.is_builtin()) {
        let lines = crate::text::count(source.lines(), "line", "lines");
        output::say(&format!("read {} ({lines})", source.name()));
    }
    for file in &context.outputs.files {
        output::say(&format!("writing {} to {}", file.format.as_str(), file.file));
    }
    let summary = &report.summary;
    output::say(&format!(
        "checked {} with {} as of {}",
        crate::text::count(summary.policies, "policy", "policies"),
        crate::text::count(summary.rules, "rule", "rules"),
        context.settings.today
    ));
}
