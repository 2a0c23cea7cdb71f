//! Source excerpts for `html`: lines with the place marked, secrets masked.

use serde::Serialize;

use crate::source::Source;
use crate::span::Span;

use crate::render::escape;
use crate::render::place::Place;

/// Lines shown before and after a place.
const CONTEXT: usize = 1;
/// Lines shown of a place itself.
const MAX_LINES: usize = 8;
/// Bytes shown of a line.
const MAX_BYTES: usize = 240;
/// Bytes shown before the mark of a longer line.
const BEFORE: usize = 60;

/// Lines of one text around one place.
#[derive(Serialize)]
pub(in crate::render) struct Excerpt {
    place: String,
    label: String,
    lines: Vec<Line>,
    /// Whether the place goes on below the last line.
    cut: bool,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    before: String,
    marked: String,
    after: String,
}

/// The excerpt; `None` for a file that could not be read. Of a file that is not shown, or was not found, it is the place alone.
pub(in crate::render) fn excerpt(place: &Place<'_>, label: &str) -> Option<Excerpt> {
    let source = place.source;
    let Some(span) = place.span else {
        let has_place = source.holder().is_some() || source.only_place().is_some();
        return has_place.then(|| Excerpt {
            place: place.text(),
            label: escape::one_line(label),
            lines: Vec::new(),
            cut: false,
        });
    };
    let (first, last) = (source.line(span.start), source.line(span.end));
    let shown = last.min(first + MAX_LINES - 1);
    let until = if shown == last {
        (last + CONTEXT).min(source.lines())
    } else {
        shown
    };
    let numbers = first.saturating_sub(CONTEXT).max(1)..=until.max(first);
    Some(Excerpt {
        place: place.text(),
        label: escape::one_line(label),
        lines: numbers.map(|number| line(source, number, span)).collect(),
        cut: shown < last,
    })
}

fn line(source: &Source, number: usize, span: Span) -> Line {
    let whole = source
        .line_span(number)
        .unwrap_or_else(|| Span::at(source.text().len()));
    let start = span.start.clamp(whole.start, whole.end);
    let end = span.end.clamp(start, whole.end);
    let (mut from, mut to) = (whole.start, whole.end);
    if whole.len() > MAX_BYTES {
        from = from.max(source.text().floor_char_boundary(start.saturating_sub(BEFORE)));
        to = to.min(source.text().floor_char_boundary(from + MAX_BYTES));
    }
    let text = |from: usize, to: usize| -> String {
        let part = source.shown().get(from.min(to)..to).unwrap_or_default();
        escape::same_length(part).into_owned()
    };
    let here = span.start <= whole.end && whole.start <= span.end;
    // A place between two characters is marked as a space.
    let marked = if span.is_empty() && here {
        " ".to_owned()
    } else {
        text(start.min(to), end.min(to))
    };
    let dots = |cut: bool| if cut { "…" } else { "" };
    Line {
        number,
        before: format!("{}{}", dots(from > whole.start), text(from, start.min(to))),
        marked,
        after: format!("{}{}", text(end.min(to), to), dots(to < whole.end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, span: Span) -> Vec<(usize, String)> {
        let source = Source::new("a.yaml", text, &[]);
        let place = Place::of(&source, span);
        let found = excerpt(&place, "").unwrap();
        let shown = |line: &Line| format!("{}[{}]{}", line.before, line.marked, line.after);
        found
            .lines
            .iter()
            .map(|line| (line.number, shown(line)))
            .collect()
    }

    #[test]
    fn exactly_the_place_is_marked() {
        let at = |number, text: &str| (number, text.to_owned());
        assert_eq!(
            lines("a: 1\r\nb: 2\r\nc: 3\r\n", Span::new(9, 10)),
            [at(1, "a: 1[]"), at(2, "b: [2]"), at(3, "[]c: 3")]
        );
        assert_eq!(
            lines("a: 1\nb: 2\n", Span::new(3, 9)),
            [at(1, "a: [1]"), at(2, "[b: 2]")]
        );
        assert_eq!(lines("a: 1\n", Span::at(4)), [at(1, "a: 1[ ]")]);
        assert_eq!(lines("a\u{1b}", Span::new(1, 2)), [at(1, "a[?]")]);
    }

    #[test]
    fn long_places_are_cut() {
        let block = lines(&"- 1\n".repeat(50), Span::new(0, 199));
        assert_eq!(block.len(), MAX_LINES);
        let wide = lines(&format!("k: {}", "ü".repeat(500)), Span::new(403, 405));
        assert!(
            wide[0].1.starts_with('…') && wide[0].1.ends_with('…') && wide[0].1.contains("[ü]"),
            "{wide:?}"
        );
    }
}
