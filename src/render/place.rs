//! Where a location is, in the numbers that people and formats count.

use crate::finding::Location;
use crate::pointer::Pointer;
use crate::report::Report;
use crate::source::{Position, Source};
use crate::span::Span;

use super::{RenderOptions, escape};

/// A location with its file looked up.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) source: &'a Source,
    /// The place in the document, where there is one.
    pointer: Option<&'a Pointer>,
    /// The bytes, without line breaks at the end; `None` for a file that could not be read.
    pub(super) span: Option<Span>,
}

/// First character, and one past the last; both 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl<'a> Place<'a> {
    pub(super) fn new(report: &'a Report, location: &'a Location) -> Self {
        let source = report.sources.get(location.source);
        Self {
            source,
            pointer: location.pointer.as_ref(),
            span: usable(source, location.span),
        }
    }

    /// Bytes of a text.
    #[cfg(test)]
    pub(super) fn of(source: &'a Source, span: Span) -> Self {
        Self {
            source,
            pointer: None,
            span: Some(span),
        }
    }

    /// Columns in Unicode scalar values.
    pub(super) fn region(&self) -> Option<Region> {
        self.region_by(Source::position)
    }

    /// Columns in UTF-16 code units.
    pub(super) fn region_utf16(&self) -> Option<Region> {
        self.region_by(Source::position_utf16)
    }

    fn region_by(&self, position: impl Fn(&Source, usize) -> Position) -> Option<Region> {
        let only = || self.source.only_place().map(|at| Region { start: at, end: at });
        let of_span = |span: Span| Region {
            start: position(self.source, span.start),
            end: position(self.source, span.end),
        };
        self.span.map(of_span).or_else(only)
    }

    /// A live pool's setting: `webshop (us-west-2_Webshop01) › clients › web`; `None` for a text.
    pub(super) fn logical(&self) -> Option<String> {
        self.source.pool_id()?;
        let tokens = self.pointer.into_iter().flat_map(Pointer::tokens);
        let name = escape::one_line(self.source.name());
        let steps = std::iter::once(name).chain(tokens.map(|token| escape::one_line(&token)));
        Some(steps.collect::<Vec<_>>().join(" › "))
    }

    /// Where the line can be seen in the repository; `None` for a live pool, a shipped layer and a file outside.
    pub(super) fn url(&self, options: &RenderOptions) -> Option<String> {
        let base = options.source_url.as_deref()?;
        let name = self.source.name();
        if is_outside(name) || self.source.is_builtin() || self.source.pool_id().is_some() {
            return None;
        }
        let path = escape::uri_path(&format!("{}{name}", options.path_prefix));
        let line = self.region().map(|region| format!("#L{}", region.start.line));
        Some(format!("{base}{path}{}", line.unwrap_or_default()))
    }

    /// `file:line:column`, the file alone, or a live pool's setting. Hidden characters are visible.
    pub(super) fn text(&self) -> String {
        if let Some(logical) = self.logical() {
            return logical;
        }
        let name = escape::visible(self.source.name());
        match self.region() {
            Some(Region { start, .. }) => format!("{name}:{}:{}", start.line, start.column),
            None => name.into_owned(),
        }
    }
}

/// Whether a name leads out of the working directory, so that it may be no file of the repository.
pub(super) fn is_outside(name: &str) -> bool {
    name.starts_with('/') || name.split(['/', '\\']).any(|part| part == "..")
}

/// The span cut to the text and without line breaks at its end; `None` if the text is empty.
fn usable(source: &Source, span: Span) -> Option<Span> {
    let text = source.text();
    if text.is_empty() {
        return None;
    }
    let (start, end) = (
        text.floor_char_boundary(span.start),
        text.floor_char_boundary(span.end),
    );
    Some(Span::new(
        start,
        start + text[start..end].trim_end_matches(['\n', '\r']).len(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_cut_to_what_can_be_shown() {
        let source = Source::new("a.yaml", "ü: 1\r\nb: 2\r\n", &[]);
        assert_eq!(
            usable(&source, Span::new(0, 7)),
            Some(Span::new(0, 5)),
            "no line break at the end"
        );
        assert_eq!(usable(&source, Span::new(1, 99)), Some(Span::new(0, 11)));
        assert_eq!(usable(&source, Span::at(99)), Some(Span::at(13)));
        assert_eq!(usable(&Source::new("b.yaml", "", &[]), Span::at(0)), None);
    }
}
