//! Tables of words and numbers: at a terminal with bars, in Markdown, and on a page beside a picture.

use owo_colors::Style;
use serde::Serialize;

use crate::render::terminal::draw::{columns, paint, wrap};
use crate::render::{RenderOptions, escape};

use super::grid::grid;

/// Columns of a full bar.
const BAR: usize = 20;

/// A table, and what shows the same as a picture. Texts are hostile, the picture is not.
pub(in crate::render) struct Numbers {
    /// May be empty.
    pub(in crate::render) title: String,
    pub(in crate::render) heads: Vec<String>,
    /// So many first columns hold words; the others hold numbers.
    pub(in crate::render) words: usize,
    pub(in crate::render) rows: Vec<Vec<String>>,
    /// How long the bar of each row is, one to another; empty without bars.
    pub(in crate::render) bars: Vec<u64>,
    /// What to know of the rows.
    pub(in crate::render) notes: Vec<String>,
    /// SVG whose texts are escaped.
    pub(in crate::render) picture: Option<String>,
}

/// The same for a template.
#[derive(Serialize)]
pub(super) struct HtmlNumbers {
    title: String,
    /// Heads of columns, and whether there are words below.
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
    picture: Option<String>,
}

impl Numbers {
    /// The title, and rows under their head: words left, numbers right, then bars if they have room.
    pub(super) fn human(&self, options: &RenderOptions) -> String {
        let wide = options.columns();
        let mut text = "\n".to_owned();
        if !self.title.is_empty() {
            text += &wrap(&escape::one_line(&self.title), wide, "  ", "  ");
        }
        let room = wide - 4;
        let cells: Vec<_> = std::iter::once(&self.heads)
            .chain(&self.rows)
            .map(|row| shown(row))
            .collect();
        let drawn = grid(&cells, self.words, room);
        let width = drawn
            .iter()
            .flatten()
            .map(|line| columns(line))
            .max()
            .unwrap_or(0);
        let most = self.bars.iter().copied().max().unwrap_or(0);
        let has_bars = most > 0 && width + 2 + BAR <= room;
        // The head has none.
        let sizes = std::iter::once(0).chain(self.bars.iter().copied());
        for (lines, size) in drawn.iter().zip(sizes.chain(std::iter::repeat(0))) {
            for (number, line) in lines.iter().enumerate() {
                let bar = match number {
                    0 if has_bars => paint(&bar(size, most, options.ascii), Style::new().cyan(), options),
                    _ => String::new(),
                };
                text += format!("    {line}  {bar}").trim_end();
                text.push('\n');
            }
        }
        for note in &self.notes {
            text += &wrap(&escape::one_line(note), wide, "    ", "    ");
        }
        text
    }

    /// A table under its title.
    pub(super) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells.iter().map(|cell| escape::markdown(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let title = match self.title.as_str() {
            "" => String::new(),
            title => format!("**{}**\n\n", escape::markdown(title)),
        };
        let numbers = self.heads.len().saturating_sub(self.words);
        let rule = format!("|{}{}\n", "---|".repeat(self.words), "---:|".repeat(numbers));
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        let note = |note: &String| format!("\n{}\n", escape::markdown(note));
        let notes: String = self.notes.iter().map(note).collect();
        format!("{title}{}{rule}{rows}{notes}", line(&self.heads))
    }

    pub(super) fn html(self) -> HtmlNumbers {
        let heads = shown(&self.heads).into_iter().enumerate();
        HtmlNumbers {
            title: escape::one_line(&self.title),
            heads: heads.map(|(at, head)| (head, at < self.words)).collect(),
            rows: self.rows.iter().map(|row| shown(row)).collect(),
            notes: shown(&self.notes),
            picture: self.picture,
        }
    }
}

fn shown(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| escape::one_line(text)).collect()
}

/// A bar in eighths of a column, or in whole ones of ASCII. What is not nothing has a mark.
fn bar(size: u64, most: u64, ascii: bool) -> String {
    let steps = if ascii { BAR } else { BAR * 8 };
    let length = u128::from(size) * steps as u128 / u128::from(most.max(1));
    let length = usize::try_from(length)
        .unwrap_or(steps)
        .max(usize::from(size > 0));
    if ascii {
        return "#".repeat(length);
    }
    let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    format!(
        "{}{}",
        "█".repeat(length / 8),
        eighths.get(length % 8).copied().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        for (size, most, ascii, drawn) in [
            (0, 10, true, ""),
            (1, 1_000, true, "#"),
            (5, 10, true, "##########"),
            (10, 10, true, "####################"),
            (1, 1_000, false, "▏"),
            (10, 10, false, "████████████████████"),
            (u64::MAX, u64::MAX, false, "████████████████████"),
        ] {
            assert_eq!(bar(size, most, ascii), drawn, "{size} of {most}");
        }
    }
}
