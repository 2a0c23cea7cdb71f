//! Reads a whole text: documents, comments and issues, going on after faults where that is sound.

use granit_parser::{ErrorKind, Event, Parser, StrInput, StructureStyle, Tag, options};

use super::budget::Budget;
use super::build::{Builder, Properties};
use super::complaint;
use super::issue::{Issue, Stop};
use super::node::Node;
use super::place::WHITE;
use super::syntax::{Context, explain};
use super::tag::Dialect;
use crate::fault::InputError;
use crate::source::SourceId;
use crate::span::Span;

/// Comments between two keys that the parser may hold back; enough for a commented-out policy.
const COMMENTS_IN_A_ROW: usize = 10_000;

/// Everything that was read of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents that are whole, in order. One that is broken is left out, and its issue says why.
    pub documents: Vec<Document>,
    /// All issues, by place.
    pub issues: Vec<Issue>,
    /// All comments of policies and rules, by place, but for those after the error of a broken document.
    pub comments: Vec<Comment>,
}

/// One document of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its value.
    pub root: Node,
    /// From its first byte (`---` if it has one) to the end of its root (`...` if it has one).
    pub span: Span,
    /// Its number in the text from 0 on; broken documents count.
    pub index: usize,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line, without the line break.
    pub span: Span,
    /// The text after `#`, blanks included.
    pub text: String,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// Reads a text within a budget. It never fails and never panics: what cannot be read is an issue.
///
/// A text without any value (empty, or comments only) has no documents; `---` alone is a document
/// that is null. After a fault, reading goes on at the next `---` at the start of a line.
pub fn parse(source: SourceId, text: &str, budget: &Budget) -> Parsed {
    parse_as(source, text, budget, Dialect::Policy)
}

/// Like [`parse`], in a dialect.
pub fn parse_as(source: SourceId, text: &str, budget: &Budget, dialect: Dialect) -> Parsed {
    let mut reader = Reader {
        text,
        budget,
        builder: Builder::new(source, text, budget, dialect),
        documents: Vec::new(),
        comments: Vec::new(),
        open: None,
        seen: 0,
        just_closed: false,
        gave_up: false,
        after: 0,
        scalar: Span::at(0),
        dialect,
    };
    // A stop is in the issues already.
    let _stopped = reader.check_length().and_then(|()| reader.run());
    reader.finish()
}

struct Reader<'t> {
    text: &'t str,
    budget: &'t Budget,
    builder: Builder<'t>,
    documents: Vec<Document>,
    comments: Vec<Comment>,
    /// The start of the document being read, and whether `---` opens it.
    open: Option<Span>,
    /// Documents started so far.
    seen: usize,
    /// Whether the last document ended without `...` and no other began.
    just_closed: bool,
    /// Whether a document was given up without an error of the parser, and no other began.
    gave_up: bool,
    /// End of the last token, comments included.
    after: usize,
    /// The last scalar.
    scalar: Span,
    dialect: Dialect,
}

impl<'t> Reader<'t> {
    fn check_length(&mut self) -> Result<(), Stop> {
        if self.text.len() <= self.budget.bytes {
            return Ok(());
        }
        let at = self.text.floor_char_boundary(self.budget.bytes);
        let message = format!(
            "{} bytes; at most {} are read, so nothing of it was",
            self.text.len(),
            self.budget.bytes
        );
        let issue = Issue::new(InputError::TooLarge, Span::at(at), message, "split the file");
        self.builder.issues.stop(issue, Stop::Text)
    }

    fn run(&mut self) -> Result<(), Stop> {
        let options = options! {
            // Those of templates say nothing to this program, and cost a tenth of the time.
            emit_comments: self.dialect != Dialect::Template,
            emit_unresolved_aliases: true,
            max_buffered_comment_events: COMMENTS_IN_A_ROW,
            flow_nesting_limit: self.budget.depth,
            block_nesting_limit: self.budget.depth,
        };
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        while let Some(next) = parser.next_event() {
            let stop = match next {
                Ok((event, span)) => {
                    let stop = self.event(&event, span).err();
                    self.gave_up |= stop.is_some();
                    stop
                }
                Err(error) => {
                    self.syntax_error(&error)?;
                    Some(Stop::Document)
                }
            };
            match stop {
                None => {}
                Some(Stop::Document) => self.skip_document(&mut parser)?,
                Some(Stop::Text) => return Err(Stop::Text),
            }
        }
        Ok(())
    }

    fn finish(self) -> Parsed {
        let mut comments = self.comments;
        comments.sort_by_key(|comment| comment.span);
        Parsed {
            documents: self.documents,
            issues: self.builder.issues.into_sorted(),
            comments,
        }
    }

    fn syntax_error(&mut self, error: &granit_parser::ScanError) -> Result<(), Stop> {
        if self.gave_up && *error.kind() == ErrorKind::ExpectedDocumentStart {
            // The rest of a document whose issue is in the list.
            return Ok(());
        }
        self.drop_unfinished(error);
        let context = Context {
            after: self.after,
            scalar: self.scalar,
            bracket: self.builder.open_bracket(),
        };
        let issue = explain(self.text, error, context, self.budget.depth);
        self.builder.issues.push(issue)
    }

    /// Drops the last document if the error shows that it was not whole: the text goes on after it
    /// without a marker in between, as in ` a: 1` above `b: 2`.
    fn drop_unfinished(&mut self, error: &granit_parser::ScanError) {
        let Some(last) = self.documents.last().filter(|_| self.just_closed) else {
            return;
        };
        let at = error.marker().byte_offset().unwrap_or(self.text.len());
        let gap = self.text.get(last.span.end..at).unwrap_or_default();
        let is_marker = |line: &str| line.starts_with("---") || line.starts_with("...");
        if !gap.lines().any(is_marker) {
            self.documents.pop();
        }
        self.just_closed = false;
    }

    fn skip_document(&mut self, parser: &mut Parser<'t, StrInput<'t>>) -> Result<(), Stop> {
        self.builder.reset();
        self.open = None;
        match parser.proceed_next_document() {
            Ok(_) => Ok(()),
            Err(error) => {
                self.syntax_error(&error)?;
                Err(Stop::Text)
            }
        }
    }

    fn event(&mut self, event: &Event<'_>, at: granit_parser::Span) -> Result<(), Stop> {
        let span = self.span(at);
        self.after = self.after.max(span.end);
        match event {
            Event::DocumentStart(explicit, _) => return self.start_document(*explicit, span),
            Event::DocumentEnd => self.end_document(span),
            Event::Comment(text, _) => return self.comment(text, span),
            Event::Scalar(text, style, anchor, tag) => {
                let properties = self.properties(*anchor, tag.as_deref(), at);
                self.scalar = span;
                return self.builder.scalar(text, *style, span, properties);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let properties = self.properties(*anchor, tag.as_deref(), at);
                let flow = *style == StructureStyle::Flow;
                return self.builder.open(false, flow, span, properties);
            }
            Event::MappingStart(style, anchor, tag) => {
                let properties = self.properties(*anchor, tag.as_deref(), at);
                let flow = *style == StructureStyle::Flow;
                return self.builder.open(true, flow, span, properties);
            }
            Event::SequenceEnd | Event::MappingEnd => return self.builder.close(span),
            Event::Alias(id) => return self.builder.alias(Some(*id), span),
            Event::UnresolvedAlias(_) => return self.builder.alias(None, span),
            _ => {}
        }
        Ok(())
    }

    fn properties<'e>(&self, anchor: usize, tag: Option<&'e Tag>, at: granit_parser::Span) -> Properties<'e> {
        let span = at.tag_span().unwrap_or(at);
        Properties {
            anchor,
            tag: tag.map(|tag| (tag, self.span(span))),
        }
    }

    fn start_document(&mut self, explicit: bool, span: Span) -> Result<(), Stop> {
        if self.seen >= self.budget.documents {
            let issue = complaint::too_many(span, self.budget.documents, "documents");
            return self.builder.issues.stop(issue, Stop::Text);
        }
        let begin = if explicit {
            span.end
        } else {
            self.implicit_start(span.start)
        };
        self.builder.begin(begin);
        self.seen += 1;
        self.just_closed = false;
        self.gave_up = false;
        let span = if explicit { span } else { Span::at(span.start) };
        self.open = Some(span);
        Ok(())
    }

    /// Behind the `...` that ended the document before an implicit one, or the start of the text. The
    /// parser places an implicit document at its first scalar's text, even after `|`, so its own
    /// place will not do. Near, for only comments may stand in between.
    fn implicit_start(&self, at: usize) -> usize {
        let before = &self.text[..at];
        let mut markers = before.rmatch_indices("...");
        markers
            .find(|(at, _)| before[..*at].ends_with(['\n', '\r']))
            .map_or(0, |(at, marker)| at + marker.len())
    }

    fn end_document(&mut self, span: Span) {
        let (Some(start), Some(root)) = (self.open.take(), self.builder.take_root()) else {
            return;
        };
        let mut whole = start.to(root.span);
        let ended = self.text[span.start..span.end].starts_with("...");
        if ended {
            whole = whole.to(span);
        }
        self.just_closed = !ended;
        self.documents.push(Document {
            root,
            span: whole,
            index: self.seen - 1,
        });
    }

    fn comment(&mut self, text: &str, span: Span) -> Result<(), Stop> {
        if self.comments.len() >= self.budget.nodes {
            let issue = complaint::too_many(span, self.budget.nodes, "comments");
            return self.builder.issues.stop(issue, Stop::Text);
        }
        let line = self.text[..span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let before = self.text[line..span.start].trim_start_matches('\u{feff}');
        self.comments.push(Comment {
            span,
            text: text.to_owned(),
            own_line: before.trim_matches(WHITE).is_empty(),
        });
        Ok(())
    }

    /// The parser's span in bytes, brought inside the text.
    fn span(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        let start = self.text.floor_char_boundary(range.start);
        Span::new(start, self.text.floor_char_boundary(range.end).max(start))
    }
}
