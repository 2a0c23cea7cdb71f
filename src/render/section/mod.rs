//! What commands say beside findings, in formats for people: first as blocks, then drawn for each format.

mod alike;
mod block;
mod effects;
mod evidence;
mod feedback;
mod gate;
mod grid;
mod history;
mod html;
mod markdown;
mod numbers;
mod paper;
mod parts;
mod plan;
mod svg;
mod terminal;
mod timeline;

pub(super) use block::{Block, Folded, Part, Step, Tone};
pub(super) use html::{HtmlPart, part as html_part, parts as html_parts};
pub(super) use markdown::{part as markdown_part, render as markdown};
pub(super) use numbers::Numbers;
pub(super) use paper::{Paper, read};
pub(super) use plan::effects;
pub(super) use svg::svg;
pub(super) use terminal::{human, part as human_part, table};
