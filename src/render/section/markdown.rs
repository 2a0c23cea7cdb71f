//! `markdown` of a section, cut at whole parts to a size.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::render::markdown::{head, not_checked};
use crate::render::markdown_page::Page;
use crate::render::{RenderOptions, escape};
use crate::report::Report;

use super::block::{Block, Part};
use super::gate::parts;

/// Bytes kept for the words that say what was left out.
const RESERVE: usize = 512;

/// Columns of a bar.
const BAR: usize = 48;

/// Writes the headline, what was not checked, and as many parts as there is room for.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        text: head(report),
        room: options.max_bytes.saturating_sub(RESERVE),
    };
    not_checked(&mut page, report);
    page.list("", parts(report).iter().map(part), 0, ["pool", "pools"]);
    out.write_all(escape::for_log(&page.text).as_bytes())
}

fn part(part: &Part) -> String {
    let blocks = part.blocks.iter().map(block).collect::<String>();
    format!("\n### {}\n{blocks}", escape::markdown(&part.head))
}

fn block(block: &Block) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = match block {
        Block::Line(_, line) => write!(text, "\n**{}**\n", escape::markdown(line)),
        Block::Rows(rows) => {
            let [name, words] = rows.heads;
            let _ = write!(text, "\n| {name} | {words} |\n|---|---|\n");
            rows.entries.iter().try_for_each(|(name, words)| {
                let (name, words) = (escape::markdown(name), escape::markdown(words));
                writeln!(text, "| {name} | {words} |")
            })
        }
        Block::Timeline(timeline) => {
            let lines = timeline.lines(BAR, true).into_iter();
            let lines = lines.map(|bar| format!("{:26}{} {}\n", bar.label, bar.bar, bar.words));
            write!(
                text,
                "\n```text\n{}{}\n```\n",
                lines.collect::<String>(),
                timeline.legend(true)
            )
        }
    };
    text
}
