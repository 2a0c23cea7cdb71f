//! How a report is made and shown.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args};

use super::findings::DateArgs;
use super::rules::ConfigArgs;
use crate::render::Format;

/// The formats as they are typed: their own words.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    among(&Format::ALL)
}

/// Only these formats, for a command that has no others.
pub(super) fn only(formats: &'static [Format]) -> impl FnMut(Arg) -> Arg {
    move |arg| match arg.get_id().as_str() {
        "format" => arg.value_parser(among(formats)),
        "output" => arg.help(output_help(formats)),
        _ => arg,
    }
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
    #[arg(long, short, value_name = "[FORMAT=]FILE", help_heading = "Output")]
    pub output: Vec<String>,
    /// Print no report on standard output.
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
