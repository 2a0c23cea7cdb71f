//! Pictures as SVG: bars of parts, one under the other, and columns beside each other. They take plain numbers. The table beside
//! a picture has all of them; a picture has a title and a description for those who do not see it.

use std::fmt::Write as _;

use minijinja::HtmlEscape;

use super::escape;

/// A bar, or a column.
pub(super) struct Bar {
    /// What it is of. Hostile text.
    pub label: String,
    /// Its parts, in order: a class that colours them, and how many.
    pub parts: Vec<(&'static str, u64)>,
}

impl Bar {
    fn total(&self) -> u64 {
        self.parts.iter().map(|(_, number)| number).sum()
    }
}

/// What is said of a picture.
pub(super) struct Caption<'a> {
    /// An id that no other picture of the page has.
    pub id: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// What it counts, `events`.
    pub of: &'a str,
    /// What its parts are: classes, and words. May be empty.
    pub legend: &'a [(&'static str, &'static str)],
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

/// Most columns: more would be thinner than can be seen.
pub(super) const MOST_COLUMNS: usize = 120;

/// Bars under each other, all on one scale.
pub(super) fn bars(caption: &Caption<'_>, bars: &[Bar]) -> String {
    let most = bars.iter().map(Bar::total).max().unwrap_or(0).max(1);
    let height = ROW.0 * bars.len() as u64 + 4;
    let mut svg = opening(caption, bars, height);
    for (at, bar) in bars.iter().enumerate() {
        let label = ROW.0 * at as u64 + 15;
        let top = label + 6;
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"2\" y=\"{label}\">{}</text>",
            short(&bar.label)
        );
        let mut left = 200;
        for (class, number) in &bar.parts {
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
    closing(svg, caption)
}

/// Columns beside each other, all on one scale: a strip of days.
pub(super) fn columns(caption: &Caption<'_>, bars: &[Bar]) -> String {
    let bars = bars
        .get(bars.len().saturating_sub(MOST_COLUMNS)..)
        .unwrap_or_default();
    let most = bars.iter().map(Bar::total).max().unwrap_or(0).max(1);
    let step = (WIDTH - 20) * 100 / (bars.len() as u64).max(1);
    let step = step.min(4_000);
    let mut svg = opening(caption, bars, COLUMN + 28);
    for (at, bar) in bars.iter().enumerate() {
        let mut bottom = (COLUMN + 6) * 100;
        for (class, number) in &bar.parts {
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
    closing(svg, caption)
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

fn opening(caption: &Caption<'_>, bars: &[Bar], height: u64) -> String {
    let Caption {
        id,
        title,
        of,
        legend,
    } = caption;
    let events: u64 = bars.iter().map(Bar::total).sum();
    let words: Vec<_> = legend.iter().map(|(_, words)| *words).collect();
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

fn closing(mut svg: String, caption: &Caption<'_>) -> String {
    svg.push_str("</svg>");
    if caption.legend.is_empty() {
        return svg;
    }
    svg.push_str("<ul class=\"legend\">");
    for (class, words) in caption.legend {
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

    const LEGEND: [(&str, &str); 2] = [("a", "blocked"), ("b", "allowed")];

    fn bar(label: &str, parts: [u64; 2]) -> Bar {
        Bar {
            label: label.to_owned(),
            parts: vec![("a", parts[0]), ("b", parts[1])],
        }
    }

    fn caption() -> Caption<'static> {
        Caption {
            id: "p1",
            title: "by <country>",
            of: "events",
            legend: &LEGEND,
        }
    }

    #[test]
    fn bars_are_on_one_scale_and_labelled() {
        let svg = bars(&caption(), &[bar("Germany", [1, 3]), bar("France", [0, 2])]);
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
    }

    #[test]
    fn hostile_labels_stay_text_and_extremes_are_drawn() {
        let svg = bars(
            &caption(),
            &[
                bar("</svg><script>\u{202e}", [0, 0]),
                bar(&"x".repeat(99), [1, 1_000_000]),
            ],
        );
        assert!(!svg.contains("<script>") && !svg.contains('\u{202e}'), "{svg}");
        assert!(svg.contains('…') && svg.contains("width=\"0.60\""), "{svg}");
        let none = columns(&caption(), &[]);
        assert!(none.contains("0 events in 0 bars"), "{none}");
        let many: Vec<_> = (0..500).map(|day| bar(&format!("d{day}"), [1, day])).collect();
        let strip = columns(&caption(), &many);
        assert!(
            strip.contains("120 bars") && strip.contains(">d499<") && !strip.contains(">d0<"),
            "{strip}"
        );
    }
}
