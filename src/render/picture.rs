//! Bars of parts, from plain numbers, and what they are as SVG: one under the other, or columns beside each other. The table
//! beside a picture has all numbers; a picture has a title and a description for those who do not see it.

use std::fmt::Write as _;

use minijinja::HtmlEscape;
use owo_colors::Style;

use super::escape;

/// What a part of a bar stands for, and how it looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    /// The class that colours it on a page.
    pub class: &'static str,
    /// What it is, in words; empty for what the table says.
    pub words: &'static str,
    /// What draws it at a terminal, and in ASCII.
    pub glyphs: [char; 2],
    /// Its colour at a terminal.
    pub style: Style,
}

/// A bar, or a column.
pub(super) struct Bar {
    /// What it is of. Hostile text.
    pub label: String,
    /// How many there are of each fill, in their order.
    pub parts: Vec<u64>,
}

impl Bar {
    pub(super) fn total(&self) -> u64 {
        self.parts.iter().sum()
    }
}

/// How long bars are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// All on one scale.
    Together,
    /// On one scale, and a page has columns beside each other: days.
    Columns,
    /// Each is as long as any other: its parts are shares of it.
    Each,
}

/// Bars: a page shows them as a picture, a terminal beside the rows of a table, the last beside the last.
pub(super) struct Chart {
    /// An id that no other picture of the page has.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What it counts, `events`.
    pub of: String,
    /// What the parts are.
    pub fills: Vec<Fill>,
    pub bars: Vec<Bar>,
    pub scale: Scale,
}

impl Chart {
    /// What the longest of these bars stands for; never 0.
    pub(super) fn most(bars: &[Bar]) -> u64 {
        bars.iter().map(Bar::total).max().unwrap_or(0).max(1)
    }

    /// The picture; `None` where there is nothing to compare.
    pub(super) fn picture(&self) -> Option<String> {
        let is_drawn = self.bars.len() > 1 && self.bars.iter().any(|bar| bar.total() > 0);
        is_drawn.then(|| match self.scale {
            Scale::Columns => columns(self, last(&self.bars, MOST_COLUMNS)),
            _ => bars(self, self.bars.get(..MOST_BARS).unwrap_or(&self.bars)),
        })
    }

    /// The bars of a table with so many rows.
    pub(super) fn beside(&self, rows: usize) -> &[Bar] {
        last(&self.bars, rows)
    }

    /// The fills that need an explanation.
    pub(super) fn legend(&self) -> &[Fill] {
        let is_needed = self.fills.iter().any(|fill| !fill.words.is_empty());
        if is_needed { &self.fills } else { &[] }
    }
}

fn last(bars: &[Bar], most: usize) -> &[Bar] {
    bars.get(bars.len().saturating_sub(most)..).unwrap_or_default()
}

/// Width of a picture: as wide as a phone, so that it is read there without moving it.
const WIDTH: u64 = 400;

/// Height of a bar with its label above it, and of a bar.
const ROW: (u64, u64) = (40, 14);

/// How long the longest bar is; its number stands behind it.
const LONGEST: u64 = 320;

/// Height of the highest column.
const COLUMN: u64 = 120;

/// Characters of a label.
const LABEL: usize = 44;

/// Most bars of a picture.
const MOST_BARS: usize = 20;

/// Most columns: more would be thinner than can be seen.
const MOST_COLUMNS: usize = 120;

/// Bars under each other.
fn bars(chart: &Chart, bars: &[Bar]) -> String {
    let longest = Chart::most(bars);
    let height = ROW.0 * bars.len() as u64 + 4;
    let mut svg = opening(chart, bars, height);
    for (at, bar) in bars.iter().enumerate() {
        let label = ROW.0 * at as u64 + 15;
        let top = label + 6;
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"2\" y=\"{label}\">{}</text>",
            short(&bar.label)
        );
        let most = match chart.scale {
            Scale::Each => bar.total().max(1),
            _ => longest,
        };
        let mut left = 200;
        for (Fill { class, .. }, number) in chart.fills.iter().zip(&bar.parts) {
            let width = number * LONGEST * 100 / most;
            if *number > 0 {
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{}\"/>",
                    hundredths(left),
                    hundredths(width.max(60)),
                    ROW.1
                );
            }
            left += width;
        }
        let total = bar.total();
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\">{total}</text>",
            hundredths(left + 600),
            top + 12
        );
    }
    closing(svg, chart)
}

/// Columns beside each other, all on one scale: a strip of days.
fn columns(chart: &Chart, bars: &[Bar]) -> String {
    let most = Chart::most(bars);
    let step = (WIDTH - 20) * 100 / (bars.len() as u64).max(1);
    let step = step.min(4_000);
    let mut svg = opening(chart, bars, COLUMN + 28);
    for (at, bar) in bars.iter().enumerate() {
        let mut bottom = (COLUMN + 6) * 100;
        for (Fill { class, .. }, number) in chart.fills.iter().zip(&bar.parts) {
            let height = number * COLUMN * 100 / most;
            if *number > 0 {
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    hundredths(1_000 + step * at as u64),
                    hundredths(bottom.saturating_sub(height.max(60))),
                    hundredths(step * 8 / 10),
                    hundredths(height.max(60))
                );
            }
            bottom = bottom.saturating_sub(height);
        }
    }
    if let (Some(first), Some(last)) = (bars.first(), bars.last()) {
        let base = COLUMN + 22;
        let end = hundredths(1_000 + step * bars.len() as u64);
        let _ = write!(svg, "<text x=\"10\" y=\"{base}\">{}</text>", short(&first.label));
        if bars.len() > 6 {
            let _ = write!(
                svg,
                "<text x=\"{end}\" y=\"{base}\" text-anchor=\"end\">{}</text>",
                short(&last.label)
            );
        }
    }
    closing(svg, chart)
}

/// Hundredths as a number: coordinates are whole numbers of them.
fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// A label with its middle left out: ids differ at their ends.
fn short(label: &str) -> String {
    let label = escape::one_line(label);
    let chars: Vec<char> = label.chars().collect();
    if chars.len() <= LABEL {
        return HtmlEscape(&label).to_string();
    }
    let (first, last) = (&chars[..LABEL / 2], &chars[chars.len() - (LABEL - 1) / 2..]);
    let text: String = first.iter().chain(&['…']).chain(last).collect();
    HtmlEscape(&text).to_string()
}

fn opening(chart: &Chart, bars: &[Bar], height: u64) -> String {
    let Chart { id, title, of, .. } = chart;
    let events: u64 = bars.iter().map(Bar::total).sum();
    let words: Vec<_> = chart.legend().iter().map(|fill| fill.words).collect();
    let by = match words.join(", ").as_str() {
        "" => String::new(),
        words => format!(", by {words}"),
    };
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
         <desc id=\"{id}-d\">{events} {of} in {} bars{}. The table has the numbers.</desc>",
        HtmlEscape(title),
        bars.len(),
        HtmlEscape(&by)
    )
}

fn closing(mut svg: String, chart: &Chart) -> String {
    svg.push_str("</svg>");
    if chart.legend().is_empty() {
        return svg;
    }
    svg.push_str("<ul class=\"legend\">");
    for Fill { class, words, .. } in chart.legend() {
        let _ = write!(
            svg,
            "<li><span class=\"swatch {class}\"></span>{}</li>",
            HtmlEscape(words)
        );
    }
    svg.push_str("</ul>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(scale: Scale, bars: &[(&str, [u64; 2])]) -> Chart {
        let fill = |class, words| Fill {
            class,
            words,
            glyphs: ['x'; 2],
            style: Style::new(),
        };
        let bar = |(label, parts): &(&str, [u64; 2])| Bar {
            label: (*label).to_owned(),
            parts: parts.to_vec(),
        };
        Chart {
            id: "p1".to_owned(),
            title: "by <country>".to_owned(),
            of: "events".to_owned(),
            fills: vec![fill("a", "blocked"), fill("b", "allowed")],
            bars: bars.iter().map(bar).collect(),
            scale,
        }
    }

    #[test]
    fn bars_are_on_one_scale_and_labelled() {
        let bars = [("Germany", [1, 3]), ("France", [0, 2])];
        let svg = chart(Scale::Together, &bars).picture().unwrap();
        for part in [
            "<title id=\"p1-t\">by &lt;country&gt;</title>",
            "6 events in 2 bars, by blocked, allowed. The table has the numbers.",
            "class=\"a\" x=\"2.00\" y=\"21\" width=\"80.00\"",
            "class=\"b\" x=\"82.00\" y=\"21\" width=\"240.00\"",
            "class=\"b\" x=\"2.00\" y=\"61\" width=\"160.00\"",
        ] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 3, "nothing is drawn of nothing");
        let each = chart(Scale::Each, &bars).picture().unwrap();
        assert!(each.contains("y=\"61\" width=\"320.00\""), "{each}");
    }

    /// Hostile labels stay text and extremes are drawn.
    #[test]
    fn hostile_labels_and_extreme_values() {
        let long = "x".repeat(99);
        let bars = [("</svg><script>\u{202e}", [0, 0]), (&long, [1, 1_000_000])];
        let svg = chart(Scale::Together, &bars).picture().unwrap();
        assert!(!svg.contains("<script>") && !svg.contains('\u{202e}'), "{svg}");
        assert!(svg.contains('…') && svg.contains("width=\"0.60\""), "{svg}");
        let days: Vec<_> = (0..500).map(|day| format!("d{day}")).collect();
        let many: Vec<_> = days.iter().map(|day| (day.as_str(), [1, 5])).collect();
        let strip = chart(Scale::Columns, &many).picture().unwrap();
        assert!(
            strip.contains("120 bars") && strip.contains(">d499<") && !strip.contains(">d0<"),
            "{strip}"
        );
    }

    #[test]
    fn nothing_to_compare_has_no_picture() {
        for bars in [&[][..], &[("a", [1, 2])], &[("a", [0, 0]), ("b", [0, 0])]] {
            assert_eq!(chart(Scale::Together, bars).picture(), None);
        }
    }
}
