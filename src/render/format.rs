//! The list of formats and the one place that picks a renderer.

use std::io::{self, Write};

use strum::VariantArray as _;

use crate::ident::all;
use crate::report::Report;

use super::programs::{csv, github, junit, ocsf, sarif};
use super::terminal::{concise, human, overview, table};
use super::{RenderOptions, section};

/// An output format.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// Snippets with underlined places, for people at a terminal.
    Human,
    /// One row per finding, for people at a terminal.
    Table,
    /// One line per finding, `file:line:column: severity[rule] message`, for `grep` and editors.
    Concise,
    /// Counts, the matrix of the pools and what the rules found in how many, without single findings.
    Summary,
    /// The matrix of the pools, for spreadsheets.
    Csv,
    /// Everything, in a versioned form: `schemas/report.json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// OCSF Compliance Findings as a JSON array, for data lakes.
    Ocsf,
    /// `JUnit` XML, for test reports of a continuous integration.
    Junit,
    /// GitHub-flavoured Markdown, for job summaries.
    Markdown,
    /// The same for a comment on a pull request: [`super::COMMENT_ROOM`] at most.
    Comment,
    /// Workflow commands of GitHub Actions, which annotate a pull request.
    Github,
    /// One self-contained page.
    Html,
    /// The bars by day of a history and of gates, as one picture.
    Svg,
}

/// Formats of findings: all but the last, a picture.
pub const FINDING_FORMATS: [Format; 13] = all(Format::VARIANTS.split_at(13).0);

/// Formats that show effective tables.
pub const TABLE_FORMATS: [Format; 5] = [
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Comment,
    Format::Html,
];

/// Formats that show audit gates.
pub const GATE_FORMATS: [Format; 11] = [
    Format::Human,
    Format::Table,
    Format::Concise,
    Format::Json,
    Format::Sarif,
    Format::Junit,
    Format::Markdown,
    Format::Comment,
    Format::Github,
    Format::Html,
    Format::Svg,
];

/// Formats that show plans, and what became of them.
pub const PLAN_FORMATS: [Format; 9] = [
    Format::Human,
    Format::Concise,
    Format::Json,
    Format::Sarif,
    Format::Junit,
    Format::Markdown,
    Format::Comment,
    Format::Github,
    Format::Html,
];

/// Formats that show histories.
pub const HISTORY_FORMATS: [Format; 5] = [
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Svg,
];

/// Formats that show evidence and feedback.
pub const EVIDENCE_FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Markdown, Format::Html];

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 14] = all(Self::VARIANTS);

    /// The word for the command line.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What it is for: a line of the command's help.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Human => "For people at a terminal",
            Self::Table => "A table, for people at a terminal",
            Self::Concise => "One line per finding, for grep and editors",
            Self::Summary => "Counts and a matrix of the pools, without single findings",
            Self::Csv => "Tables, for spreadsheets",
            Self::Json => "Everything, in a versioned form; see `cogward schema`",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Ocsf => "OCSF Compliance Findings, for data lakes",
            Self::Junit => "JUnit XML, for test reports",
            Self::Markdown => "Markdown, for a job summary",
            Self::Comment => "Markdown that has room in a comment on a pull request",
            Self::Github => "Workflow commands of GitHub Actions",
            Self::Html => "One self-contained page",
            Self::Svg => "A picture of bars by day",
        }
    }

    /// The file extension that sets it; `None` for a format that has to be named.
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Self::Human => Some("txt"),
            Self::Csv => Some("csv"),
            Self::Json => Some("json"),
            Self::Sarif => Some("sarif"),
            Self::Junit => Some("xml"),
            Self::Markdown => Some("md"),
            Self::Html => Some("html"),
            Self::Svg => Some("svg"),
            Self::Table | Self::Concise | Self::Summary | Self::Ocsf | Self::Comment | Self::Github => None,
        }
    }

    /// Whether it shows effective tables. On a terminal that is a view of its own, [`super::protection`].
    pub fn shows_tables(self) -> bool {
        TABLE_FORMATS.contains(&self)
    }

    /// Whether its report of so many pools says who made it, when, and of what: formats that are kept, and overviews.
    pub fn is_filed(self, pools: usize) -> bool {
        match self {
            Self::Summary | Self::Json | Self::Markdown | Self::Comment | Self::Html => true,
            Self::Human => pools > super::estate::IN_FULL,
            _ => false,
        }
    }

    /// Whether it has what a row of the matrix says of pools or policies.
    pub fn shows_overviews(self) -> bool {
        matches!(self, Self::Summary | Self::Csv | Self::Ocsf)
    }

    /// The format of a word, exactly as [`Format::as_str`] writes it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// Writes `report` to `out` in `format`.
pub fn render(
    format: Format,
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let has_section = report.section.is_some();
    match format {
        Format::Human if has_section => section::human(report, options, out),
        Format::Table if has_section => section::table(report, options, out),
        Format::Json if has_section => crate::render::json::section::render(report, options, out),
        Format::Human if super::estate::is_estate(report) => overview::write(report, options, true, out),
        Format::Human if super::estate::is_compared(report) => overview::compared(report, options, out),
        Format::Human => human::render(report, options, out),
        Format::Table => table::render(report, options, out),
        Format::Concise => concise::render(report, out),
        Format::Summary => overview::write(report, options, false, out),
        Format::Csv => csv::render(report, out),
        Format::Json => super::json::render(report, options, out),
        Format::Sarif => sarif::render(report, options, out),
        Format::Ocsf => ocsf::render(report, options, out),
        Format::Junit => junit::render(report, options, out),
        Format::Markdown => markdown(report, options, out),
        Format::Comment => markdown(report, &options.for_comment(), out),
        Format::Github => github::render(report, options, out),
        Format::Html => super::html::render(report, options, out),
        Format::Svg => section::svg(report, options, out),
    }
}

/// The page, and what it is filed by below it.
fn markdown(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let foot = super::head::markdown(
        report.version,
        &options.head,
        super::head::places(report, &options.head),
    );
    let options = RenderOptions {
        max_bytes: options.max_bytes.saturating_sub(foot.len()),
        ..options.clone()
    };
    if report.section.is_some() {
        section::markdown(report, &options, out)?;
    } else {
        super::markdown::render(report, &options, out)?;
    }
    out.write_all(super::for_log(&foot).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Some(format));
        }
        assert_eq!(Format::parse("HUMAN"), None);
        assert_eq!(Format::parse(""), None);
    }
}
