//! `html` of an impact, and of answers to questions: one self-contained page; beside each picture its table.

use serde::Serialize;

/// The template; its only input is [`ImpactPage`].
pub(super) const TEMPLATE: &str = include_str!("html/impact.html.jinja");

/// What the template shows. Texts are hostile, pictures are not; the template escapes texts.
#[derive(Serialize)]
pub(super) struct ImpactPage {
    pub verb: &'static str,
    pub version: &'static str,
    pub replay: &'static str,
    pub closing: String,
    pub facts: Vec<(&'static str, String)>,
    pub pools: Vec<PoolSection>,
    pub reading: Vec<String>,
    pub failed: Vec<String>,
    pub not_checked: Vec<String>,
}

/// One policy on one pool, or one question.
#[derive(Serialize)]
pub(super) struct PoolSection {
    pub title: String,
    pub facts: Vec<(&'static str, String)>,
    pub diagnoses: Vec<String>,
    pub tables: Vec<PictureTable>,
}

/// A table, and the picture beside it.
#[derive(Serialize)]
pub(super) struct PictureTable {
    pub title: String,
    pub heads: Vec<PictureHead>,
    pub rows: Vec<Vec<String>>,
    pub more: Option<String>,
    /// SVG, whose texts are escaped.
    pub picture: Option<String>,
}

/// The head of a column.
#[derive(Serialize)]
pub(super) struct PictureHead {
    pub words: String,
    /// Whether there are words below it, not numbers.
    pub is_text: bool,
}
