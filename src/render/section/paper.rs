//! What commands show that report no findings: parts under a head, drawn by the same blocks as the section of a report.

use std::io::{self, Write};

use serde::Serialize;

use crate::render::html::page::{self, Tile};
use crate::render::markdown::page::Page;
use crate::render::{Format, RenderOptions, escape, head};
use crate::report::NotChecked;
use crate::text;

use super::block::{Block, Part, Row, Rows, Tone};
use super::html::{self, HtmlPart};
use super::{markdown, terminal};

/// The template of the page; its only input is [`HtmlPaper`].
const TEMPLATE: &str = include_str!("../html/paper.html.jinja");

/// Most links at the head of a page.
const MOST_LINKS: usize = 40;

/// Columns of a terminal for the names of facts.
const NAMES: usize = 10;

/// Parts under a head. Texts are hostile; each format escapes them.
pub(in crate::render) struct Paper {
    /// What is asked, at the head of a page.
    pub(in crate::render) question: &'static str,
    /// What it is, in the title of a page and in Markdown.
    pub(in crate::render) kind: &'static str,
    /// What it is about, `pool …`.
    pub(in crate::render) subject: String,
    pub(in crate::render) version: &'static str,
    pub(in crate::render) facts: Vec<(&'static str, String)>,
    /// Numbers at the head of a page.
    pub(in crate::render) tiles: Vec<Tile>,
    /// Parts that a limit of size may cut.
    pub(in crate::render) parts: Vec<Part>,
    /// Parts that are there before them.
    pub(in crate::render) tail: Vec<Part>,
}

#[derive(Serialize)]
struct HtmlPaper {
    kind: &'static str,
    question: &'static str,
    subject: String,
    version: &'static str,
    facts: Vec<(&'static str, String)>,
    tiles: Vec<Tile>,
    index: Vec<String>,
    parts: Vec<HtmlPart>,
}

/// How records were read, and what was not checked.
pub(in crate::render) fn read(reading: &[String], not_checked: &[NotChecked]) -> impl Iterator<Item = Part> {
    let lists = [
        ("reading", reading.to_vec()),
        ("not checked", not_checked.iter().map(NotChecked::line).collect()),
    ];
    let lists = lists.into_iter().filter(|(_, lines)| !lines.is_empty());
    lists.map(|(title, lines)| Part::plain(vec![Block::List(Some(title), lines)]))
}

impl Paper {
    /// Writes it in a format for people.
    pub(in crate::render) fn write(
        self,
        format: Format,
        options: &RenderOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let text = match format {
            Format::Html => return page::draw(TEMPLATE, &self.page(options), out),
            Format::Markdown => self.markdown(options),
            Format::Comment => self.markdown(&options.for_comment()),
            _ => self.human(options),
        };
        out.write_all(escape::for_log(&text).as_bytes())
    }

    fn human(mut self, options: &RenderOptions) -> String {
        let program = format!("cogward {}", self.version);
        let run = head::line(&program, &options.head, head::named(&options.head));
        self.facts.push(("run", run));
        let row = |(name, words): (&str, String)| Row {
            tone: Tone::Plain,
            name: name.to_owned(),
            words,
        };
        let facts = Block::Rows(Rows {
            heads: ["", ""],
            indent: 2,
            width: NAMES,
            entries: self.facts.into_iter().map(row).collect(),
        });
        let first = Part::new(self.subject, Tone::Plain, vec![facts]);
        let parts = std::iter::once(first).chain(self.parts).chain(self.tail);
        let text: String = parts.map(|part| terminal::part(&part, options)).collect();
        text.trim_end().to_owned() + "\n"
    }

    /// Cut at whole parts to so many bytes.
    fn markdown(self, options: &RenderOptions) -> String {
        let foot = head::markdown(self.version, &options.head, head::named(&options.head));
        let facts = self.facts.iter();
        let facts = facts.map(|(name, words)| format!("- **{name}**: {}\n", escape::markdown_code(words)));
        let mut page = Page {
            text: format!(
                "## {}: {}\n\n{}",
                self.kind,
                escape::markdown(&self.subject),
                facts.collect::<String>()
            ),
            room: options.max_bytes.saturating_sub(foot.len()),
        };
        let mut tail: String = self.tail.iter().map(markdown::part).collect();
        tail.truncate(tail.floor_char_boundary(page.room / 2));
        page.text += &tail;
        page.list("", self.parts.iter().map(markdown::part), 0, ["part", "parts"]);
        page.text + &foot
    }

    fn page(self, options: &RenderOptions) -> HtmlPaper {
        let facts = self.facts.into_iter();
        let facts = facts.map(|(name, words)| (name, escape::one_line(&words)));
        // Folded parts stand last, and are listed by a part before them.
        let open = self.parts.iter().filter(|part| !part.is_folded);
        let heads = open.filter_map(|part| part.head.as_deref());
        let index: Vec<_> = heads.map(escape::one_line).collect();
        let index = index.into_iter();
        HtmlPaper {
            kind: self.kind,
            question: self.question,
            subject: escape::one_line(&text::capital(&self.subject)),
            version: self.version,
            facts: facts
                .chain(head::facts(&options.head, head::named(&options.head)))
                .collect(),
            tiles: self.tiles,
            index: index.take(MOST_LINKS).collect(),
            parts: self.parts.into_iter().chain(self.tail).map(html::part).collect(),
        }
    }
}
