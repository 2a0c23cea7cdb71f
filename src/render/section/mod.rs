//! What commands say beside findings, in formats for people: first as blocks, then drawn for each format.

mod block;
mod evidence;
mod feedback;
mod gate;
mod history;
mod html;
mod markdown;
mod parts;
mod plan;
mod terminal;
mod timeline;

pub(super) use html::{HtmlPart, parts as html_parts};
pub(super) use markdown::render as markdown;
pub(super) use plan::effects;
pub(super) use terminal::{human, table};
