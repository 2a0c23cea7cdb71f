//! `svg`: the bars by day of a section as one picture, which wikis and slides take. It loads nothing and runs nothing.

use std::io::{self, Write};

use serde::Serialize;

use crate::render::html::page;
use crate::render::terminal::draw::wrapped;
use crate::render::{RenderOptions, escape, summary};
use crate::report::Report;

use super::block::Block;
use super::parts::parts;
use super::timeline::Picture;

/// The template; its only input is [`SvgPicture`].
const TEMPLATE: &str = include_str!("../html/picture.svg.jinja");

/// Height of a line of text, and what stands before a head.
const LINE: i64 = 18;

/// Characters of a line, and of a bold one.
const COLUMNS: usize = 70;
const BOLD_COLUMNS: usize = 58;

/// Most lines of what was not checked.
const MOST_LINES: usize = 20;

/// Texts are hostile; the template escapes them.
#[derive(Default, Serialize)]
struct SvgPicture {
    title: String,
    height: i64,
    lines: Vec<SvgLine>,
    times: Vec<SvgTime>,
    /// What the parts of all bars mean.
    key: Vec<SvgKey>,
}

#[derive(Serialize)]
struct SvgLine {
    y: i64,
    text: String,
    is_head: bool,
}

#[derive(Serialize)]
struct SvgTime {
    y: i64,
    picture: Picture,
}

#[derive(Serialize)]
struct SvgKey {
    y: i64,
    class: &'static str,
    text: &'static str,
}

impl SvgPicture {
    fn line(&mut self, text: &str, is_head: bool) {
        for text in wrapped(
            &escape::one_line(text),
            if is_head { BOLD_COLUMNS } else { COLUMNS },
        )
        .lines()
        {
            self.height += LINE;
            self.lines.push(SvgLine {
                y: self.height,
                text: text.to_owned(),
                is_head,
            });
        }
    }

    fn time(&mut self, picture: Picture) {
        for &(class, text) in picture.key() {
            if self
                .key
                .iter()
                .all(|entry| (entry.class, entry.text) != (class, text))
            {
                self.key.push(SvgKey { y: 0, class, text });
            }
        }
        let y = self.height;
        self.height += picture.height();
        self.times.push(SvgTime { y, picture });
    }

    /// What the parts mean, below all of them.
    fn key(&mut self) {
        self.height += LINE / 2;
        for entry in &mut self.key {
            self.height += LINE;
            entry.y = self.height;
        }
    }
}

/// Writes the picture: for each part its head, the lines that say how it stands, and its bars.
pub(in crate::render) fn svg(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut drawn = SvgPicture {
        title: format!("{}: {}", report.command, summary::closing(report)),
        ..SvgPicture::default()
    };
    for part in parts(report, options.plan) {
        if let Some(head) = &part.head {
            drawn.height += LINE / 2;
            drawn.line(head, true);
        }
        for block in part.blocks {
            match block {
                Block::Line(_, text) => drawn.line(&text, false),
                Block::Timeline(timeline) => drawn.time(timeline.picture()),
                _ => {}
            }
        }
    }
    drawn.key();
    drawn.height += LINE / 2;
    drawn.line(&summary::closing(report), true);
    let unread: Vec<_> = summary::not_checked(&report.summary).collect();
    for line in unread.iter().take(MOST_LINES) {
        drawn.line(&format!("not checked: {line}"), false);
    }
    if unread.len() > MOST_LINES {
        drawn.line(
            &format!("and {} more, not checked", unread.len() - MOST_LINES),
            false,
        );
    }
    drawn.height += LINE / 2;
    page::draw(TEMPLATE, &drawn, out)
}
