//! Source text for the snippets of `human`: our own [`SourceCode`], and labels cut to what a
//! reader can take in.
//!
//! miette's own source counts lines from the start of the file, so that far labels are drawn with
//! everything between them, and takes time that grows with the offset. This one looks lines up.

use std::borrow::Cow;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::Source;
use crate::span::Span;

use super::escape;

/// Spans of more lines are drawn at their first line only.
const MAX_LINES: usize = 8;
/// Lines of more bytes are drawn as a window around the label.
const MAX_LINE_BYTES: usize = 240;
/// Bytes before and after the label in such a window.
const WINDOW: usize = 60;

/// One text ready for drawing: secrets masked, hidden characters replaced byte for byte, a line
/// break at the end so that the end of the file can be pointed at.
pub(super) struct Text<'a> {
    source: &'a Source,
    shown: Cow<'a, str>,
    name: String,
}

impl<'a> Text<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let mut shown = escape::same_length(source.shown());
        if !shown.ends_with('\n') {
            shown.to_mut().push('\n');
        }
        Self {
            source,
            shown,
            name: escape::visible(source.name()).into_owned(),
        }
    }

    /// A label on `span`, which is cut when it is too long to be read.
    pub(super) fn label(&self, span: Span, text: Option<String>, primary: bool) -> LabeledSpan {
        let span = self.cut(span);
        let range = (span.start, span.len());
        if primary {
            LabeledSpan::new_primary_with_span(text, range)
        } else {
            LabeledSpan::new_with_span(text, range)
        }
    }

    fn cut(&self, span: Span) -> Span {
        let text = self.source.text();
        if span.start >= text.len() {
            return Span::at(text.trim_end_matches(['\n', '\r']).len());
        }
        let (first, last) = self.lines(span);
        let line = self.line(first);
        let end = if last - first >= MAX_LINES {
            line.end.max(span.start)
        } else {
            span.end
        };
        if first == last && line.len() > MAX_LINE_BYTES {
            return Span::new(span.start, end.min(self.boundary(span.start + WINDOW)));
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

    fn boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.shown.len());
        while !self.shown.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The bytes to show for a span: whole lines with context, or a window of a long line.
    fn extent(&self, span: Span, before: usize, after: usize) -> (usize, usize, Span) {
        let (first, last) = self.lines(span);
        let short = |line: &usize| self.line(*line).len() <= MAX_LINE_BYTES;
        if !(first..=last).all(|line| short(&line)) {
            let start = self
                .line(first)
                .start
                .max(self.boundary(span.start.saturating_sub(WINDOW)));
            let end = self
                .line(last)
                .end
                .min(self.boundary(span.end + WINDOW))
                .max(span.end);
            return (first, last, Span::new(start, end));
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
        // Two far places of one endless line: miette then draws them apart.
        if extent.len() > MAX_LINE_BYTES * (to - from + 1 + MAX_LINES) {
            return Err(MietteError::OutOfBounds);
        }
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            &self.shown.as_bytes()[extent.start..extent.end],
            (extent.start, extent.len()).into(),
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
        let text = Text::new(&source);
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
        assert_eq!(Text::new(&block).cut(Span::new(0, 90)), Span::new(0, 2));
        let line = Source::new("a.yaml", format!("k: {}\nx: 1\n", "ü".repeat(4000)), &[]);
        let text = Text::new(&line);
        assert_eq!(text.cut(Span::new(3, 8003)), Span::new(3, 63));
        let (data, first, ..) = read(&text, 3, 60);
        assert!(data.len() < 300 && first == 0, "{}", data.len());
        let (data, ..) = read(&text, line.text().find('x').unwrap(), 1);
        assert_eq!(data, "x: 1\n", "no endless line as context");
    }

    #[test]
    fn the_end_of_a_file_can_be_pointed_at() {
        let source = Source::new("a.yaml", "a: 1\r\n", &[]);
        assert_eq!(Text::new(&source).cut(Span::at(6)), Span::at(4));
    }
}
