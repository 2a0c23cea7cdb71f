//! What the program does, decided from what was typed and from `cogward.toml`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::cli::args::{DenyArg, LintArgs, SeverityArg};
use crate::config::Config;
use crate::finding::Severity;
use crate::lint::Settings;
use crate::lint::settings::Deny;
use crate::render::Format;
use crate::text;

/// A file that a report goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// In which format.
    pub format: Format,
    /// Its name.
    pub file: String,
}

/// A lint run, decided.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Debug)]
pub struct LintOptions {
    /// Paths to check.
    pub paths: Vec<String>,
    /// Format on standard output; `None` prints nothing there.
    pub stdout: Option<Format>,
    /// Reports in files.
    pub outputs: Vec<OutputFile>,
    /// Whether to say on standard error what is done.
    pub verbose: bool,
    /// Settings of the findings; rules are filled in when the catalogue is known.
    pub settings: Settings,
    /// Baseline file to apply or write.
    pub baseline: Option<String>,
    /// Whether the baseline is written instead of applied.
    pub write_baseline: bool,
    /// Folders with users' rules.
    pub rules: Vec<String>,
    /// Whether fixes are made.
    pub fix: bool,
    /// Whether fixes are only shown.
    pub diff: bool,
}

impl LintOptions {
    /// Whether some format shows the effective tables.
    #[must_use]
    pub fn wants_tables(&self) -> bool {
        // Findings come without tables on a terminal; `junit` names what had no finding.
        let shows =
            |format: &Format| *format == Format::Junit || (format.shows_tables() && *format != Format::Human);
        let formats = self
            .outputs
            .iter()
            .map(|output| &output.format)
            .chain(&self.stdout);
        formats.into_iter().any(shows)
    }
}

/// Baseline file when none is named.
pub const BASELINE: &str = ".cogward-baseline.json";

/// Paths when none are named.
const PATHS: &str = "policies";

/// Decides a run. What is typed wins over `cogward.toml`, which wins over the defaults; rule folders of
/// both are used. The error is a sentence about something typed wrongly.
pub fn lint(args: &LintArgs, config: &Config, today: Date) -> Result<LintOptions, String> {
    let today = match &args.today {
        None => today,
        Some(text) => {
            text::date(text).ok_or_else(|| format!("--today: `{text}` is no date; write YYYY-MM-DD"))?
        }
    };
    let outputs = outputs(&args.output)?;
    let configured = &config.lint;
    let paths = [
        args.paths.clone(),
        configured.paths.clone(),
        vec![PATHS.to_owned()],
    ];
    let baseline = args.baseline.clone().or_else(|| configured.baseline.clone());
    let settings = Settings {
        today,
        min_severity: args
            .min_severity
            .map(severity)
            .or(configured.min_severity)
            .unwrap_or(Severity::Note),
        deny: args
            .deny
            .map(deny)
            .or_else(|| configured.deny.as_ref().map(|word| deny_word(word.get_ref())))
            .unwrap_or(Deny::From(Severity::Warning)),
        severities: BTreeMap::new(),
        disabled: BTreeMap::new(),
    };
    Ok(LintOptions {
        paths: paths
            .into_iter()
            .find(|paths| !paths.is_empty())
            .unwrap_or_default(),
        stdout: (!args.quiet).then(|| args.format.unwrap_or(Format::Human)),
        outputs,
        verbose: args.verbose,
        settings,
        baseline: if args.write_baseline {
            baseline.or_else(|| Some(BASELINE.to_owned()))
        } else {
            baseline
        },
        write_baseline: args.write_baseline,
        rules: configured.rules.iter().chain(&args.rules).cloned().collect(),
        fix: args.fix,
        diff: args.diff,
    })
}

/// The files that reports go to; each takes one.
fn outputs(typed: &[String]) -> Result<Vec<OutputFile>, String> {
    let outputs: Vec<OutputFile> = typed.iter().map(|text| output(text)).collect::<Result<_, _>>()?;
    for (index, one) in outputs.iter().enumerate() {
        if outputs[..index].iter().any(|before| before.file == one.file) {
            return Err(format!(
                "--output: `{}` is named twice; the second report would replace the first",
                one.file
            ));
        }
    }
    Ok(outputs)
}

/// `FORMAT=FILE`, or a file whose ending tells the format.
fn output(text: &str) -> Result<OutputFile, String> {
    if let Some((word, file)) = text.split_once('=')
        && let Some(format) = Format::parse(word)
    {
        if file.is_empty() {
            return Err(format!("--output: `{text}` names no file"));
        }
        return Ok(OutputFile {
            format,
            file: file.to_owned(),
        });
    }
    let ending = text
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map_or("", |(_, ending)| ending);
    let format = match ending {
        "json" => Format::Json,
        "sarif" => Format::Sarif,
        "xml" => Format::Junit,
        "md" => Format::Markdown,
        "html" | "htm" => Format::Html,
        "txt" => Format::Human,
        _ => {
            let known: Vec<_> = Format::ALL
                .iter()
                .map(|format| format.as_str().to_owned())
                .collect();
            return Err(format!(
                "--output: the ending of `{text}` tells no format; write FORMAT={text}, FORMAT being {}",
                text::words(&known).replace(" and ", " or ")
            ));
        }
    };
    Ok(OutputFile {
        format,
        file: text.to_owned(),
    })
}

fn severity(typed: SeverityArg) -> Severity {
    match typed {
        SeverityArg::Note => Severity::Note,
        SeverityArg::Warning => Severity::Warning,
        SeverityArg::Error => Severity::Error,
    }
}

fn deny(typed: DenyArg) -> Deny {
    match typed {
        DenyArg::Note => Deny::From(Severity::Note),
        DenyArg::Warning => Deny::From(Severity::Warning),
        DenyArg::Error => Deny::From(Severity::Error),
        DenyArg::Never => Deny::Never,
    }
}

/// The same words in `cogward.toml`, which has been checked to hold one of them.
fn deny_word(word: &str) -> Deny {
    match word {
        "note" => Deny::From(Severity::Note),
        "error" => Deny::From(Severity::Error),
        "never" => Deny::Never,
        _ => Deny::From(Severity::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(args: &LintArgs, config: &str) -> Result<LintOptions, String> {
        let config = toml::from_str(config).unwrap();
        lint(args, &config, text::date("2026-11-21").unwrap())
    }

    #[test]
    fn typed_wins_over_configured_wins_over_default() {
        let config = "[lint]\npaths = ['infra']\ndeny = 'error'\nmin-severity = 'warning'\nrules = ['r1']";
        let plain = decide(&LintArgs::default(), "").unwrap();
        assert_eq!(
            (plain.paths, plain.settings.deny),
            (vec!["policies".to_owned()], Deny::From(Severity::Warning))
        );
        let configured = decide(&LintArgs::default(), config).unwrap();
        assert_eq!(configured.paths, ["infra"]);
        assert_eq!(configured.settings.deny, Deny::From(Severity::Error));
        assert_eq!(configured.settings.min_severity, Severity::Warning);
        let typed = LintArgs {
            paths: vec!["x".to_owned()],
            deny: Some(DenyArg::Never),
            rules: vec!["r2".to_owned()],
            ..LintArgs::default()
        };
        let typed = decide(&typed, config).unwrap();
        assert_eq!(
            (typed.paths, typed.settings.deny),
            (vec!["x".to_owned()], Deny::Never)
        );
        assert_eq!(typed.rules, ["r1", "r2"]);
    }

    #[test]
    fn outputs_tell_their_format() {
        let of = |text: &str| output(text).map(|output| (output.format, output.file));
        assert_eq!(of("sarif=a.json").unwrap(), (Format::Sarif, "a.json".to_owned()));
        assert_eq!(
            of("dir.x/out.html").unwrap(),
            (Format::Html, "dir.x/out.html".to_owned())
        );
        assert_eq!(of("a=b.md").unwrap(), (Format::Markdown, "a=b.md".to_owned()));
        assert!(of("report").unwrap_err().contains("FORMAT=report"));
        assert!(of("json=").is_err());
        let twice = ["a.json".to_owned(), "sarif=a.json".to_owned()];
        assert!(outputs(&twice).unwrap_err().contains("twice"));
    }
}
