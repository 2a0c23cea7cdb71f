//! Where reports go.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::cli::args::OutputArgs;
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::options::Outputs;
use crate::finding::{Finding, Severity};
use crate::fs::Tree;
use crate::render::{self, Format, RenderOptions, Shown};
use crate::report::{NotChecked, Report, RunHead};
use crate::source::Sources;

/// Writes the reports; the exit code is the report's.
pub fn finish(
    tree: &Tree,
    report: &Report,
    outputs: &Outputs,
    colour: bool,
    head: &RunHead,
) -> Result<u8, CliError> {
    let (shown, options) = (Shown::Report(report), filed(head));
    let saved = save_all(tree, shown, outputs, &options);
    if let Some(format) = outputs.stdout {
        print(format, shown, colour, options)?;
    } else {
        let faults = report.findings.iter().filter(|finding| finding.is_input_fault);
        complain(&faults.cloned().collect::<Vec<_>>(), &report.sources);
        failures(&report.summary.not_checked);
    }
    Ok(if saved { report.exit_code } else { 2 })
}

/// Most entries that are said of a report that is not printed.
const MOST_FAILURES: usize = 20;

/// Says on standard error what could not be read, where no report is printed: `--quiet` hides reports, not failures.
pub fn failures(not_checked: &[NotChecked]) {
    let failed: Vec<_> = not_checked.iter().filter(|entry| entry.failed).collect();
    failed.iter().take(MOST_FAILURES).for_each(|entry| unseen(entry));
    let left = failed.len().saturating_sub(MOST_FAILURES);
    if left > 0 {
        say(&format!("could not be read: {left} more"));
    }
}

/// What a report is filed by that is made of files alone.
pub fn head_of(files: &[String], output: &OutputArgs) -> RunHead {
    RunHead {
        at: (!output.no_time).then(environment::now),
        from: files.to_vec(),
        ..RunHead::default()
    }
}

/// How a report that is kept is drawn.
pub fn filed(head: &RunHead) -> RenderOptions {
    RenderOptions {
        head: head.clone(),
        source_url: environment::source_url(),
        ..RenderOptions::default()
    }
}

/// Writes a report to all files, and says whether that worked. A file that cannot be written keeps no other report from
/// being written.
pub fn save_all(tree: &Tree, shown: Shown<'_>, outputs: &Outputs, options: &RenderOptions) -> bool {
    let mut saved = true;
    for file in &outputs.files {
        if let Err(message) = save(tree, file.format, shown, options, &file.file) {
            say(&format!("error: {message}"));
            saved = false;
        }
    }
    saved
}

/// Writes a report to standard output.
pub fn print(format: Format, shown: Shown<'_>, colour: bool, options: RenderOptions) -> io::Result<()> {
    ended(show(format, shown, colour, options, &mut io::stdout().lock()))
}

/// Shows what somebody is asked to agree to, wherever the report goes; gives what is left to be written to standard output.
#[cfg(feature = "live")]
pub fn show_before_asking(
    report: &Report,
    outputs: &Outputs,
    colour: bool,
    view: RenderOptions,
) -> io::Result<render::PlanPart> {
    let shown = Shown::Report(report);
    if outputs.stdout == Some(Format::Human) && environment::prints_for_a_person() {
        print(Format::Human, shown, colour, view)?;
        return Ok(render::PlanPart::Outcome);
    }
    show(Format::Human, shown, colour, view, &mut io::stderr())?;
    Ok(render::PlanPart::All)
}

/// Writes a report to a stream, as wide as the terminal.
pub fn show(
    format: Format,
    shown: Shown<'_>,
    colour: bool,
    options: RenderOptions,
    stream: &mut dyn Write,
) -> io::Result<()> {
    let draws_bars = match shown {
        Shown::Report(report) => report.section.is_some(),
        Shown::Insights(_) | Shown::Impact(_) => true,
        Shown::Investigation(_) => false,
    };
    let options = RenderOptions {
        colour,
        width: environment::width(),
        // Bars keep to ASCII where nothing but text is wanted, or understood.
        ascii: draws_bars && environment::wants_ascii(),
        ..options
    };
    // A report for programs may be larger than everything that it is made of.
    let mut out = io::BufWriter::with_capacity(1 << 16, stream);
    render::show(format, shown, &options, &mut out)?;
    out.flush()
}

/// Writes the effective tables of a report to standard output.
pub fn print_protection(report: &Report, colour: bool) -> io::Result<()> {
    let options = RenderOptions {
        colour,
        width: environment::width(),
        ..RenderOptions::default()
    };
    let mut text = Vec::new();
    render::protection(report, &options, &mut text)?;
    write(&text)
}

/// Says a line, or several, on standard error. Names and messages in it may be hostile: hidden
/// characters are made visible, and no line is a workflow command.
pub fn say(text: &str) {
    let lines: Vec<_> = text.lines().map(render::visible).collect();
    let _ = writeln!(io::stderr(), "{}", render::for_log(&lines.join("\n")));
}

/// Asks on standard error; the line ends where the answer begins.
#[cfg(feature = "live")]
pub fn ask(question: &str) -> io::Result<()> {
    let mut talk = io::stderr();
    write!(talk, "{}", render::for_log(&render::visible(question)))?;
    talk.flush()
}

/// Says findings about the input on standard error, one a line: place, sentence, next step. The exit code is 2 if there is a
/// fault among them; a note is none.
pub fn complain(findings: &[Finding], sources: &Sources) -> u8 {
    let place = |finding: &Finding| {
        let source = sources.get(finding.primary.source);
        (source.name(), finding.primary.span)
    };
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|finding| place(finding));
    for finding in ordered {
        let source = sources.get(finding.primary.source);
        let mut text = format!("{}: ", finding.severity.as_str());
        // A file that is not there has no lines.
        if !source.text().is_empty() {
            let at = source.position(finding.primary.span.start);
            let _ = write!(text, "{}:{}:{}: ", source.name(), at.line, at.column);
        } else if !finding.message.contains(source.name()) {
            let _ = write!(text, "{}: ", source.name());
        }
        text.push_str(&finding.message);
        if !finding.help.is_empty() {
            let _ = write!(text, " ({})", finding.help);
        }
        say(&text.replace('\n', "\\n"));
    }
    let faulty = findings
        .iter()
        .any(|finding| finding.is_input_fault || finding.severity == Severity::Error);
    if faulty { 2 } else { 0 }
}

/// Says what could not be read, or was left out.
pub fn unseen(entry: &NotChecked) {
    let head = if entry.failed {
        "could not be read"
    } else {
        "not checked"
    };
    say(&format!("{head}: {}: {}", entry.what, entry.why));
}

/// Writes lines to standard output, with the same care.
pub fn write_lines(text: &str) -> io::Result<()> {
    let lines: String = text
        .split_inclusive('\n')
        .flat_map(|line| match line.strip_suffix('\n') {
            Some(line) => [render::visible(line), "\n".into()],
            None => [render::visible(line), "".into()],
        })
        .collect();
    write(render::for_log(&lines).as_bytes())
}

/// Writes bytes to standard output; a reader that went away (`| head`) is not an error.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    ended(out.write_all(bytes).and_then(|()| out.flush()))
}

/// How writing to standard output ended, in words; a reader that went away is not an error.
pub fn ended(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        // A renderer's own.
        Err(error) if error.kind() == io::ErrorKind::Other => Err(error),
        Err(error) => {
            let words = crate::fs::describe_error(&error);
            Err(io::Error::other(format!(
                "standard output cannot be written: {words}"
            )))
        }
        Ok(()) => Ok(()),
    }
}

/// Whether a command may write here: what it has read is not lost by a slip.
///
/// # Errors
/// The file was read by this command, in words.
pub fn keep_what_was_read(tree: &Tree, file: &str) -> Result<(), String> {
    if tree.was_read(file) {
        return Err(format!(
            "`{file}` was read by this command, and would be replaced: nothing was written there; name another file"
        ));
    }
    Ok(())
}

/// Writes a report to a file, whole or not at all, and piece by piece: it may be larger than all that it is made of.
fn save(
    tree: &Tree,
    format: Format,
    shown: Shown<'_>,
    options: &RenderOptions,
    file: &str,
) -> Result<(), String> {
    keep_what_was_read(tree, file)?;
    tree.write_by(file, &mut |out| {
        let mut out = io::BufWriter::with_capacity(1 << 16, out);
        render::show(format, shown, options, &mut out)?;
        out.flush()
    })
}
