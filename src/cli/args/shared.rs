//! What several commands share: where pools are looked for, and how a report is made.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::render::Format;

/// The formats as they are typed: their own words.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    let known = Format::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.purpose()));
    // Only known words come here.
    PossibleValuesParser::new(known).map(|word| Format::parse(&word).unwrap_or(Format::Human))
}

/// Where live pools are looked for, and with whose credentials.
#[derive(Clone, Debug, Default, Args)]
pub struct LiveArgs {
    /// Look at this snapshot instead of AWS.
    #[arg(long, value_name = "FILE", help_heading = "Pools")]
    pub from: Option<String>,
    /// Region; may be given several times. Default: the policy's, else the environment's or the profile's.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "REGION", conflicts_with = "from", help_heading = "Pools")]
    pub region: Vec<String>,
    /// Profile of the shared AWS configuration.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "NAME", conflicts_with = "from", help_heading = "Pools")]
    pub profile: Option<String>,
    /// Role to assume for reading.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "ARN", conflicts_with = "from", help_heading = "Pools")]
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Pools")]
    pub external_id: Option<String>,
    /// Stop looking after so many seconds; what was not read by then is reported as such.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "SECONDS", conflicts_with = "from", help_heading = "Pools")]
    pub timeout: Option<u64>,
}

/// How a report is made and shown.
#[derive(Clone, Debug, Default, Args)]
pub struct ReportArgs {
    /// Format on standard output. Default: human.
    #[arg(long, short, value_parser = formats(), help_heading = "Output")]
    pub format: Option<Format>,
    /// Write a report to a file: FORMAT=FILE, or a FILE whose ending tells the format (.json, .sarif, .xml, .md, .html, .txt). May be given several times.
    #[arg(long, short, value_name = "[FORMAT=]FILE", help_heading = "Output")]
    pub output: Vec<String>,
    /// Print no report on standard output.
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Say on standard error what is read and checked.
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
    /// Judge by this day (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE", help_heading = "Findings")]
    pub today: Option<String>,
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub config: Option<String>,
}
