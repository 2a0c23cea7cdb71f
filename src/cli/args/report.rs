//! By which files and settings a run goes, and how its report is made and shown. Commands give groups a heading of their own.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args};

use super::findings::DateArgs;
use crate::render::{FINDING_FORMATS, Format};
use crate::text;

/// The formats as they are typed: their own words.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    among(&FINDING_FORMATS)
}

/// Only these formats, for a command that has no others.
pub(super) fn only(formats: &'static [Format]) -> impl FnMut(Arg) -> Arg {
    move |arg| match arg.get_id().as_str() {
        "format" => arg.value_parser(among(formats)),
        "output" => arg.help(output_help(formats)).value_parser(files(formats)),
        _ => arg,
    }
}

/// Policies.
#[derive(Clone, Debug, Default, Args)]
pub struct PathArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
}

/// Users' rules.
#[derive(Clone, Debug, Default, Args)]
pub struct RuleArgs {
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<String>,
}

/// Settings.
#[derive(Clone, Debug, Default, Args)]
pub struct ConfigArgs {
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}

/// A ledger that is there.
#[derive(Clone, Debug, Default, Args)]
pub struct LedgerArgs {
    /// Ledger that `cogward diff --ledger` keeps: evidence for the audit gate.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<String>,
    #[command(flatten)]
    pub base: BaseArgs,
}

/// Whose declarations and ledger lines count.
#[derive(Clone, Debug, Default, Args)]
pub struct BaseArgs {
    /// Commit to judge against, such as a pull request's base: declarations (`audit_gate`) and ledger lines count as evidence
    /// as they are there. `lint` and `diff` also report what the policies change for sign-ins since then. The commit must have
    /// been fetched; it is not checked out.
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}

/// A file that a report goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// In which format.
    pub format: Format,
    /// Its name.
    pub file: String,
}

/// Files as they are typed, for a command that has these formats.
fn files(formats: &'static [Format]) -> impl Fn(&str) -> Result<OutputFile, String> + Clone {
    move |typed| output_file(typed, formats)
}

/// `FORMAT=FILE`, or a file whose extension sets the format. The error is a sentence.
fn output_file(text: &str, formats: &[Format]) -> Result<OutputFile, String> {
    let known: Vec<_> = formats.iter().map(|format| format.as_str().to_owned()).collect();
    let known = text::join_words(&known).replace(" and ", " or ");
    if let Some((word, file)) = text.split_once('=')
        && Format::parse(word).is_none()
        && let Some(near) = meant(word, formats)
    {
        return Err(format!(
            "there is no format {word}: did you mean {near}={file}? Formats: {known}. For a file of this name, write ./{text}"
        ));
    }
    let (format, file) = match text.split_once('=') {
        Some((word, file)) if Format::parse(word).is_some() => (Format::parse(word), file),
        _ => {
            let name = text.rsplit('/').next().unwrap_or_default();
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            // Both endings of web pages are usual.
            let ending = if ending == "htm" { "html" } else { ending };
            let mut all = Format::ALL.into_iter();
            (all.find(|format| format.extension() == Some(ending)), text)
        }
    };
    match format {
        None => Err(format!(
            "its extension sets no format; write FORMAT={file}, FORMAT being {known}"
        )),
        Some(_) if file.is_empty() => Err("it names no file: write FORMAT=FILE".to_owned()),
        Some(format) if !formats.contains(&format) => Err(format!(
            "this command has no format {}; write FORMAT={file}, FORMAT being {known}",
            format.as_str()
        )),
        Some(format) => Ok(OutputFile {
            format,
            file: file.to_owned(),
        }),
    }
}

/// The format that a word was meant for: the one whose files end so, or one that is written nearly so.
fn meant(word: &str, formats: &[Format]) -> Option<&'static str> {
    let mut all = Format::ALL.into_iter();
    let by_ending = all.find(|format| format.extension() == Some(word));
    let words = formats.iter().map(|format| format.as_str());
    by_ending
        .map(Format::as_str)
        .or_else(|| text::nearest(word, words))
}

fn output_help(formats: &[Format]) -> String {
    let endings = formats.iter().filter_map(|format| format.extension());
    let endings: Vec<_> = endings.map(|ending| format!(".{ending}")).collect();
    format!(
        "Write a report to a file: FORMAT=FILE, or a FILE whose extension sets the format ({}). Can be repeated",
        endings.join(", ")
    )
}

fn among(formats: &[Format]) -> impl TypedValueParser<Value = Format> + use<> {
    let one = |format: &Format| PossibleValue::new(format.as_str()).help(format.purpose());
    let known: Vec<_> = formats.iter().map(one).collect();
    // Only known words come here.
    PossibleValuesParser::new(known).map(|word| Format::parse(&word).unwrap_or(Format::Human))
}

/// Where a report goes.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Format on standard output. Default: human.
    #[arg(long, short, value_parser = formats(), help_heading = "Output")]
    pub format: Option<Format>,
    /// Write a report to a file: FORMAT=FILE, or a FILE whose extension sets the format (.csv, .json, .sarif, .xml, .md, .html, .txt). Can be repeated.
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = files(&FINDING_FORMATS), help_heading = "Output")]
    pub output: Vec<OutputFile>,
    /// Print no report on standard output. Input errors and what could not be read are still said on standard error.
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    /// Leave the time out of reports: equal input then gives equal bytes.
    #[arg(long, help_heading = "Output")]
    pub no_time: bool,
}

/// What is said: the report, and beside it.
#[derive(Clone, Debug, Default, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub output: OutputArgs,
    /// Say on standard error what is read and checked.
    #[arg(long, short, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
}

/// What every command with a report of pools takes.
#[derive(Clone, Debug, Default, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub date: DateArgs,
    #[command(flatten, next_help_heading = "Rules")]
    pub config: ConfigArgs,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::EVIDENCE_FORMATS;

    #[test]
    fn files_tell_their_format() {
        let of = |text: &str| output_file(text, &Format::ALL).map(|output| (output.format, output.file));
        assert_eq!(of("sarif=a.json").unwrap(), (Format::Sarif, "a.json".to_owned()));
        assert_eq!(
            of("dir.x/out.html").unwrap(),
            (Format::Html, "dir.x/out.html".to_owned())
        );
        assert_eq!(of("a=b.md").unwrap(), (Format::Markdown, "a=b.md".to_owned()));
        assert_eq!(of("out.svg").unwrap(), (Format::Svg, "out.svg".to_owned()));
        assert!(of("report").unwrap_err().contains("FORMAT=report"));
        assert!(of("json=").is_err());
    }

    /// A word that is no format is not a part of a name.
    #[test]
    fn unknown_format_prefix_rejected() {
        let of = |text: &str| output_file(text, &Format::ALL).map(|output| output.file);
        for (typed, near) in [("md=a.md", "markdown=a.md"), ("jsn=a", "json=a")] {
            let said = of(typed).unwrap_err();
            assert!(
                said.contains(&format!("did you mean {near}?")) && said.contains("sarif"),
                "{said}"
            );
        }
        assert_eq!(of("./md=a.md").as_deref(), Ok("./md=a.md"));
        assert_eq!(of("2026-a=b.json").as_deref(), Ok("2026-a=b.json"));
    }

    /// Only formats of the command are listed and taken.
    #[test]
    fn formats_limited_to_the_command() {
        let of = |text: &str| output_file(text, &EVIDENCE_FORMATS).map(|output| output.format);
        assert_eq!(of("a.html"), Ok(Format::Html));
        for typed in ["a.pdf", "a.sarif", "csv=a.csv", "sarif=a.json"] {
            let said = of(typed).unwrap_err();
            assert!(
                said.ends_with("FORMAT being human, json, markdown or html"),
                "{typed}: {said}"
            );
        }
    }
}
