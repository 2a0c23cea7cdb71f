//! What the template of `html` shows of a section. Texts are hostile; the template escapes them.

use serde::Serialize;

use crate::render::escape;
use crate::report::Report;

use super::block::{Block, Part};
use super::gate::parts as parts_of;
use super::timeline::Picture;

/// A part of the section.
#[derive(Serialize)]
pub(in crate::render) struct HtmlPart {
    head: String,
    blocks: Vec<HtmlBlock>,
}

/// A block: the member that is there says which.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum HtmlBlock {
    Line {
        class: &'static str,
        text: String,
    },
    Rows {
        heads: [&'static str; 2],
        rows: Vec<[String; 2]>,
    },
    Timeline {
        picture: Picture,
    },
}

/// All parts; none for a report without a section.
pub(in crate::render) fn parts(report: &Report) -> Vec<HtmlPart> {
    parts_of(report).into_iter().map(part).collect()
}

fn part(part: Part) -> HtmlPart {
    HtmlPart {
        head: escape::one_line(&part.head),
        blocks: part.blocks.into_iter().map(block).collect(),
    }
}

fn block(block: Block) -> HtmlBlock {
    match block {
        Block::Line(tone, text) => HtmlBlock::Line {
            class: tone.class(),
            text: escape::one_line(&text),
        },
        Block::Rows(rows) => HtmlBlock::Rows {
            heads: rows.heads,
            rows: rows
                .entries
                .iter()
                .map(|(name, words)| [escape::one_line(name), escape::one_line(words)])
                .collect(),
        },
        Block::Timeline(timeline) => HtmlBlock::Timeline {
            picture: timeline.picture(),
        },
    }
}
