//! Source text for the snippets of `human`: our own [`SourceCode`], and labels cut to what a
//! reader can take in.
//!
//! miette's own source counts lines from the start of the file, so that far labels are drawn with
//! everything between them, and takes time that grows with the offset. This one looks lines up.

use std::borrow::Cow;
use std::sync::OnceLock;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::Source;
use crate::span::Span;

use super::draw::columns;
use crate::render::escape;

/// Spans of more lines are drawn at their first line only.
const MAX_LINES: usize = 8;
/// Columns of a terminal beside a line and its number: the border and blanks.
const BESIDE: usize = 4;
/// Columns that a line has in any case.
const LEAST: usize = 20;
/// Columns between an underline and its words.
const ARROW: usize = 4;

/// One text ready for drawing: secrets masked, hidden characters replaced byte for byte, a line
/// break at the end so that the end of the file can be pointed at.
pub(in crate::render) struct Text<'a> {
    source: &'a Source,
    shown: Cow<'a, str>,
    name: String,
    /// Lines of more bytes are drawn as a window around the label.
    room: usize,
    /// What stands for the part of a line that is not shown.
    mark: &'static str,
    /// Windows that were drawn, with their marks.
    windows: Windows,
}

/// Texts that were made for drawing: miette borrows what it draws from its source.
#[derive(Default)]
struct Windows(OnceLock<(String, Box<Windows>)>);

impl Windows {
    fn keep(&self, text: String) -> &str {
        let mut free = self;
        while let Some((_, next)) = free.0.get() {
            free = next;
        }
        &free.0.get_or_init(|| (text, Box::default())).0
    }
}

impl<'a> Text<'a> {
    /// The text for so many columns, with marks in ASCII or not.
    pub(in crate::render) fn new(source: &'a Source, columns: usize, ascii: bool) -> Self {
        let mut shown = escape::same_length(source.shown());
        if !shown.ends_with('\n') {
            shown.to_mut().push('\n');
        }
        Self {
            source,
            shown,
            name: escape::visible(source.name()).into_owned(),
            room: columns
                .saturating_sub(source.lines().to_string().len() + BESIDE)
                .max(LEAST),
            mark: if ascii { "..." } else { "…" },
            windows: Windows::default(),
        }
    }

    /// A label on `span`, which is cut when it is too long to be read.
    pub(in crate::render) fn label(&self, span: Span, text: Option<String>, primary: bool) -> LabeledSpan {
        let span = self.cut(span);
        let range = (span.start, span.len());
        if primary {
            LabeledSpan::new_primary_with_span(text, range)
        } else {
            LabeledSpan::new_with_span(text, range)
        }
    }

    /// Whether words have room beside the underline of a span.
    pub(in crate::render) fn has_room(&self, span: Span, words: &str) -> bool {
        let span = self.cut(span);
        let (_, _, extent) = self.extent(span, 1, 1);
        let text = |from: usize, to: usize| self.shown.get(from..to).unwrap_or_default();
        let line = self.line(self.lines(span).0);
        let before = columns(text(line.start.max(extent.start), span.start));
        let marked = columns(text(span.start, span.end.min(line.end))) / 2;
        before + marked + ARROW + columns(words) <= self.room
    }

    fn cut(&self, span: Span) -> Span {
        let text = self.source.text();
        if span.start >= text.len() {
            return Span::at(text.trim_end_matches(['\n', '\r']).len());
        }
        let (first, last) = self.lines(span);
        let line = self.line(first);
        let is_short = (first..=last).all(|line| self.line(line).len() <= self.room);
        let end = if last - first >= MAX_LINES || !is_short {
            line.end.max(span.start).min(span.end)
        } else {
            span.end
        };
        if line.len() > self.room {
            return Span::new(
                span.start,
                end.min(self.shown.floor_char_boundary(span.start + self.room / 2)),
            );
        }
        Span::new(span.start, end)
    }

    /// First and last line of a span; a span that ends with a line break does not reach further.
    fn lines(&self, span: Span) -> (usize, usize) {
        let last = if span.is_empty() { span.end } else { span.end - 1 };
        let lines = self.source.lines();
        (
            self.source.line(span.start).min(lines),
            self.source.line(last).min(lines),
        )
    }

    /// Bytes of a line, its line break not included; past the end, the end.
    fn line(&self, line: usize) -> Span {
        self.source
            .line_span(line)
            .unwrap_or_else(|| Span::at(self.source.text().len()))
    }

    /// The bytes to show for a span: whole lines with context, or a window of a long line.
    fn extent(&self, span: Span, before: usize, after: usize) -> (usize, usize, Span) {
        let (first, last) = self.lines(span);
        let short = |line: &usize| self.line(*line).len() <= self.room;
        if !(first..=last).all(|line| short(&line)) {
            let (line, end) = (self.line(first), self.line(last).end);
            let before = span.start.saturating_sub(self.room / 4);
            let room = self.room.saturating_sub(2 * self.mark.len());
            let start = self
                .shown
                .floor_char_boundary(before.min(end.saturating_sub(room)));
            // A mark is as long as what it would stand for there.
            let is_near = start <= line.start + self.mark.len();
            let start = if is_near { line.start } else { start };
            let until = end
                .min(self.shown.floor_char_boundary(start + room))
                .max(span.end);
            // Cut between words, where there are any.
            let text = |from: usize, to: usize| self.shown.get(from..to).unwrap_or_default();
            let word = text(start, span.start).find(' ').filter(|_| start > line.start);
            let last_word = text(span.end, until).rfind(' ').filter(|_| until < end);
            let until = last_word.map_or(until, |at| span.end + at);
            return (first, last, Span::new(start + word.unwrap_or(0), until));
        }
        let from = (first.saturating_sub(before).max(1)..first)
            .rev()
            .take_while(short)
            .last()
            .unwrap_or(first);
        let to = (last + 1..=(last + after).min(self.source.lines()))
            .take_while(short)
            .last()
            .unwrap_or(last);
        let end = self
            .source
            .line_span(to + 1)
            .map_or(self.shown.len(), |next| next.start);
        (from, to, Span::new(self.line(from).start, end))
    }
}

impl SourceCode for Text<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let wanted = Span::new(span.offset(), span.offset() + span.len());
        if wanted.end > self.shown.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (from, to, extent) = self.extent(wanted, before, after);
        // Two far places of one long line: miette then draws them apart.
        let is_short = (from..=to).all(|line| self.line(line).len() <= self.room);
        if !is_short && extent.len() > self.room {
            return Err(MietteError::OutOfBounds);
        }
        let window = self.shown.get(extent.start..extent.end).unwrap_or_default();
        let mark = |is_cut: bool| if is_cut { self.mark } else { "" };
        let left = mark(!is_short && extent.start > self.line(from).start);
        let right = mark(!is_short && extent.end < self.line(to).end);
        let window = if left.len() + right.len() > 0 {
            self.windows.keep(format!("{left}{window}{right}"))
        } else {
            window
        };
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            window.as_bytes(),
            (extent.start - left.len(), window.len()).into(),
            from - 1,
            self.source.position(wanted.start).column - 1,
            to - from + 1,
        );
        Ok(Box::new(contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &Text<'_>, start: usize, len: usize) -> (String, usize, usize, usize) {
        let contents = text.read_span(&(start, len).into(), 1, 1).unwrap();
        let data = String::from_utf8(contents.data().to_vec()).unwrap();
        (data, contents.line(), contents.column(), contents.line_count())
    }

    #[test]
    fn lines_are_counted_truly() {
        let source = Source::new("a.yaml", "a: 1\r\nü: 2\r\nc: 3\r\nd: 4", &[]);
        let text = Text::new(&source, 250, false);
        let two = source.text().find('2').unwrap();
        assert_eq!(
            read(&text, two, 1),
            ("a: 1\r\nü: 2\r\nc: 3\r\n".to_owned(), 0, 3, 3)
        );
        assert_eq!(
            read(&text, source.text().len(), 0),
            ("c: 3\r\nd: 4\n".to_owned(), 2, 4, 2)
        );
        assert!(text.read_span(&(999, 1).into(), 1, 1).is_err());
    }

    #[test]
    fn long_spans_and_lines_are_cut() {
        let block = Source::new("a.yaml", "k:\n".to_owned() + &" - 1\n".repeat(20), &[]);
        assert_eq!(
            Text::new(&block, 250, false).cut(Span::new(0, 90)),
            Span::new(0, 2)
        );
        let line = Source::new("a.yaml", format!("k: {}\nx: 1\n", "ü".repeat(4000)), &[]);
        let text = Text::new(&line, 250, false);
        assert_eq!(text.cut(Span::new(3, 8003)), Span::new(3, 125));
        let (data, first, ..) = read(&text, 3, 60);
        assert!(data.len() < 300 && first == 0, "{}", data.len());
        // Two places of it have no room beside each other.
        assert!(text.read_span(&(3, 4000).into(), 1, 1).is_err());
        assert!(
            text.has_room(Span::new(3, 60), "here") && !text.has_room(Span::new(3, 60), &"here ".repeat(50))
        );
        assert!(data.starts_with("k: ü") && data.ends_with("ü…"), "{data}");
        let contents = text.read_span(&(3003, 2).into(), 1, 1).unwrap();
        let data = std::str::from_utf8(contents.data()).unwrap();
        assert!(
            data.starts_with("…ü") && data.ends_with("ü…") && data.len() <= 250,
            "{data}"
        );
        let at = 3003 - contents.span().offset();
        assert_eq!(
            data.get(at..at + 2),
            Some("ü"),
            "labels stay on what they are about"
        );
        let (data, ..) = read(&text, line.text().find('x').unwrap(), 1);
        assert_eq!(data, "x: 1\n", "no endless line as context");
    }

    #[test]
    fn the_end_of_a_file_can_be_pointed_at() {
        let source = Source::new("a.yaml", "a: 1\r\n", &[]);
        assert_eq!(Text::new(&source, 250, false).cut(Span::at(6)), Span::at(4));
    }
}
