//! Tables of words and numbers: at a terminal with bars, in Markdown, and on a page beside a picture.

use serde::Serialize;

use crate::render::picture::{Bar, Chart, Fill, Scale};
use crate::render::terminal::draw::{columns, padded, paint, wrap};
use crate::render::{RenderOptions, escape};

use super::grid::grid;

/// Columns of a full bar, if there is room; else the next.
const BARS: [usize; 2] = [20, 10];

/// Columns before a bar.
const GAP: usize = 2;

/// A table, and what shows the same as bars. Texts are hostile.
pub(in crate::render) struct Numbers {
    /// May be empty.
    pub(in crate::render) title: String,
    pub(in crate::render) heads: Vec<String>,
    /// So many first columns hold words; the others hold numbers.
    pub(in crate::render) words: usize,
    pub(in crate::render) rows: Vec<Vec<String>>,
    /// What to know of the rows.
    pub(in crate::render) notes: Vec<String>,
    /// The same as bars.
    pub(in crate::render) chart: Option<Chart>,
}

/// The same for a template.
#[derive(Serialize)]
pub(super) struct HtmlNumbers {
    title: String,
    /// Heads of columns, and whether there are words below.
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
    /// SVG whose texts are escaped.
    picture: Option<String>,
}

impl Numbers {
    /// The title, and rows under their head: words left, numbers right, then bars; below them where there is no room.
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
        let (drawn, bars) = self.with_bars(&cells, room, options);
        for (lines, bar) in drawn.iter().zip(&bars) {
            for (number, line) in lines.iter().enumerate() {
                let bar = if number == 0 { bar.as_str() } else { "" };
                text += format!("    {line}  {bar}").trim_end();
                text.push('\n');
            }
        }
        let has_bars = bars.iter().any(|bar| !bar.trim().is_empty());
        let below = self.below(room, options).filter(|_| !has_bars);
        if has_bars || below.is_some() {
            text += &below.unwrap_or_default();
            text += &self.legend(options);
        }
        for note in &self.notes {
            text += &wrap(&escape::one_line(note), wide, "    ", "    ");
        }
        text
    }

    /// The lines of each row, its head first, and what stands behind the first of them: the bar. Heads are broken to make room
    /// for bars, rows are not.
    fn with_bars(
        &self,
        cells: &[Vec<String>],
        room: usize,
        options: &RenderOptions,
    ) -> (Vec<Vec<String>>, Vec<String>) {
        let rows = |drawn: &[Vec<String>]| drawn.iter().skip(1).map(Vec::len).sum::<usize>();
        let plain = grid(cells, self.words, room);
        let none = vec![String::new(); cells.len()];
        let Some(chart) = &self.chart else {
            return (plain, none);
        };
        let bars = chart.beside(self.rows.len());
        for length in BARS {
            let room_beside = room.saturating_sub(GAP + length);
            let narrow = grid(cells, self.words, room_beside);
            for lines in [narrow, plain.clone()] {
                let firsts = || {
                    lines
                        .iter()
                        .map(|lines| lines.first().map_or(0, |line| columns(line)))
                };
                let width = firsts().max().unwrap_or(0);
                if width <= room_beside && rows(&lines) == rows(&plain) {
                    // The head has none.
                    let bars = std::iter::once(String::new()).chain(drawn(chart, bars, length, options));
                    let bars = bars.chain(none).zip(firsts());
                    let bars = bars.map(|(bar, own)| " ".repeat(width - own) + &bar).collect();
                    return (lines, bars);
                }
            }
        }
        (plain, none)
    }

    /// Bars under the table, for a table that has no room beside it; `None` where there is nothing to compare.
    fn below(&self, room: usize, options: &RenderOptions) -> Option<String> {
        let chart = self.chart.as_ref().filter(|chart| chart.bars.len() > 1)?;
        let bars = chart.beside(self.rows.len());
        let labels: Vec<_> = bars.iter().map(|bar| escape::one_line(&bar.label)).collect();
        let width = labels.iter().map(|label| columns(label)).max()?;
        let length = BARS.into_iter().find(|length| width + GAP + length <= room)?;
        let lines = labels.iter().zip(drawn(chart, bars, length, options));
        let lines = lines.map(|(label, bar)| format!("    {}  {bar}\n", padded(label, width)));
        Some(format!("\n{}", lines.collect::<String>()))
    }

    /// What the parts of the bars are.
    fn legend(&self, options: &RenderOptions) -> String {
        let fills = self.chart.as_ref().map_or(&[][..], Chart::legend);
        if fills.is_empty() {
            return String::new();
        }
        let part = |fill: &Fill| format!("{} {}", fill.glyphs[usize::from(options.ascii)], fill.words);
        let parts: Vec<_> = fills.iter().map(part).collect();
        wrap(&parts.join("; "), options.columns(), "    ", "    ")
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
            picture: self.chart.and_then(|chart| chart.picture()),
        }
    }
}

fn shown(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| escape::one_line(text)).collect()
}

/// Bars of a chart for a terminal.
fn drawn(
    chart: &Chart,
    bars: &[Bar],
    length: usize,
    options: &RenderOptions,
) -> impl Iterator<Item = String> {
    let longest = Chart::most(bars);
    bars.iter().map(move |bar| {
        let most = match chart.scale {
            Scale::Each => bar.total(),
            _ => longest,
        };
        if let ([fill], [size], []) = (&*chart.fills, &*bar.parts, chart.legend()) {
            let bar = plain_bar(*size, most, length, options.ascii);
            return paint(&bar, fill.style, options);
        }
        let cells = parts(&bar.parts, most, length);
        let glyphs = chart.fills.iter().zip(cells).map(|(fill, cells)| {
            let glyph = fill.glyphs[usize::from(options.ascii)];
            paint(&String::from(glyph).repeat(cells), fill.style, options)
        });
        glyphs.collect()
    })
}

/// Columns of each part of a bar: what is not nothing has one, and the largest takes what rounding leaves or lacks.
fn parts(sizes: &[u64], most: u64, length: usize) -> Vec<usize> {
    let cells = |size: u64| {
        let cells = u128::from(size) * length as u128 / u128::from(most.max(1));
        usize::try_from(cells)
            .unwrap_or(length)
            .max(usize::from(size > 0))
    };
    let mut parts: Vec<_> = sizes.iter().map(|size| cells(*size)).collect();
    let whole = cells(sizes.iter().fold(0, |sum, size| sum.saturating_add(*size)));
    let others = parts.iter().sum::<usize>();
    if let Some(largest) = parts.iter_mut().max() {
        *largest = (*largest + whole)
            .saturating_sub(others)
            .max(usize::from(others > 0));
    }
    parts
}

/// A bar in eighths of a column, or in whole ones of ASCII. What is not nothing has a mark.
fn plain_bar(size: u64, most: u64, length: usize, ascii: bool) -> String {
    let steps = if ascii { length } else { length * 8 };
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
            assert_eq!(plain_bar(size, most, 20, ascii), drawn, "{size} of {most}");
        }
    }

    /// Every part of a bar is seen and the bar is as long as their sum.
    #[test]
    fn bar_parts_visible_and_sum_kept() {
        for (sizes, most, cells) in [
            (&[5, 5][..], 10, &[10, 10][..]),
            (&[1, 9_999], 10_000, &[1, 19]),
            (&[1, 1, 1], 3, &[6, 6, 8]),
            (&[1, 1, 998], 2_000, &[1, 1, 8]),
            (&[0, 3], 3, &[0, 20]),
            (&[0, 0], 3, &[0, 0]),
            (&[1, 1, 1], 1_000_000, &[1, 1, 1]),
            (&[u64::MAX, 0], u64::MAX, &[20, 0]),
        ] {
            assert_eq!(parts(sizes, most, 20), cells, "{sizes:?} of {most}");
        }
    }
}
