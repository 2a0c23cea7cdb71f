//! Builds the tree of one document from events; keys, tags, aliases and limits are judged here.

use granit_parser::{ScalarStyle, Tag};

use super::anchor::Anchors;
use super::budget::Budget;
use super::frame::{Frame, Key, Size};
use super::issue::{Issue, IssueKind, Issues, Stop, quote};
use super::node::{Node, Style, Value};
use super::scalar::{ambiguity, resolve_plain};
use super::syntax::{alias_key, too_deep};
use super::tag::{fits_collection, tagged_scalar};
use crate::source::SourceId;
use crate::span::Span;

/// Anchor and tag of a node, as its event gives them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Properties<'e> {
    /// The anchor's number; 0 for none.
    pub anchor: usize,
    /// The tag and its span.
    pub tag: Option<(&'e Tag, Span)>,
}

/// The document being read, and what counts over all documents of the text.
#[derive(Debug)]
pub(super) struct Builder<'t> {
    /// Issues of the whole text.
    pub issues: Issues,
    source: SourceId,
    text: &'t str,
    budget: &'t Budget,
    anchors: Anchors,
    frames: Vec<Frame>,
    nodes: usize,
    root: Option<Node>,
    last_end: usize,
}

impl<'t> Builder<'t> {
    /// A builder for a text.
    pub fn new(source: SourceId, text: &'t str, budget: &'t Budget) -> Self {
        Self {
            issues: Issues::new(budget.issues),
            source,
            text,
            budget,
            anchors: Anchors::default(),
            frames: Vec::new(),
            nodes: 0,
            root: None,
            last_end: 0,
        }
    }

    /// Forgets the document that was being read.
    pub fn reset(&mut self) {
        self.anchors.clear();
        self.frames.clear();
        self.root = None;
    }

    /// The finished document's root; `None` if it was not finished.
    pub fn take_root(&mut self) -> Option<Node> {
        self.root.take()
    }

    /// The opening bracket of the innermost flow collection that is still open.
    pub fn open_bracket(&self) -> Option<Span> {
        let frame = self.frames.last().filter(|frame| frame.flow)?;
        Some(Span::new(frame.span.start, frame.span.start + 1))
    }

    /// A scalar.
    pub fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        span: Span,
        properties: Properties<'_>,
    ) -> Result<(), Stop> {
        self.count(1, span)?;
        let written = !span.is_empty();
        let span = self.scalar_span(style, span);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            _ => Style::Block,
        };
        // The parser gives `~` for what is not written.
        let text = if style == Style::Plain && !written {
            ""
        } else {
            text
        };
        let value = self.scalar_value(text, style, span, properties)?;
        let node = self.node(value, span, style);
        self.anchors.keep(
            properties.anchor,
            &node,
            Size::scalar(text.len()),
            self.budget,
            &mut self.issues,
        )?;
        if self.wants_key() {
            let is_merge = text == "<<" && style == Style::Plain && properties.tag.is_none();
            let is_text = matches!(node.value, Value::String(_));
            return self.key(text, is_text, is_merge, span);
        }
        self.attach(node, Size::scalar(text.len()));
        Ok(())
    }

    /// An alias; `id` is `None` when no anchor of its name stands before it.
    pub fn alias(&mut self, id: Option<usize>, span: Span) -> Result<(), Stop> {
        self.anchors.count_alias(span, self.budget, &mut self.issues)?;
        let copy = match id {
            Some(id) => self.anchors.copy(id, span, self.budget, &mut self.issues)?,
            None => None,
        };
        let (node, size) = if let Some(copy) = copy {
            copy
        } else {
            self.undefined_alias(id.is_some(), span)?;
            (self.node(Value::Null, span, Style::Plain), Size::scalar(0))
        };
        self.count(size.nodes, span)?;
        self.check_depth(size.height, span)?;
        if !self.wants_key() {
            self.attach(node, size);
            return Ok(());
        }
        match &node.value {
            Value::String(text) => self.key(text, true, false, span),
            Value::Sequence(_) | Value::Mapping(_) => self.collection_key(span),
            _ => self.key(&node.to_json().to_string(), false, false, span),
        }
    }

    /// The start of a collection.
    pub fn open(
        &mut self,
        is_mapping: bool,
        flow: bool,
        span: Span,
        properties: Properties<'_>,
    ) -> Result<(), Stop> {
        self.count(1, span)?;
        self.check_depth(1, span)?;
        let core = if is_mapping { "map" } else { "seq" };
        if let Some((tag, tag_span)) = properties.tag
            && !fits_collection(tag, core)
        {
            self.unsupported_tag(tag_span)?;
        }
        let start = self.collection_start(is_mapping, flow, span);
        self.last_end = self.last_end.max(span.end);
        self.frames
            .push(Frame::new(is_mapping, start, flow, properties.anchor));
        Ok(())
    }

    /// The end of the innermost collection.
    pub fn close(&mut self, span: Span) -> Result<(), Stop> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let style = if frame.flow {
            Style::FlowCollection
        } else {
            Style::BlockCollection
        };
        let whole = if frame.flow {
            frame.span.to(span)
        } else {
            frame.span
        };
        self.last_end = self.last_end.max(whole.end);
        let (anchor, size) = (frame.anchor, frame.size);
        let node = self.node(frame.into_value(), whole, style);
        self.anchors
            .keep(anchor, &node, size, self.budget, &mut self.issues)?;
        if self.wants_key() {
            return self.collection_key(whole);
        }
        self.attach(node, size);
        Ok(())
    }

    fn node(&self, value: Value, span: Span, style: Style) -> Node {
        Node {
            source: self.source,
            span,
            value,
            style,
        }
    }

    fn wants_key(&self) -> bool {
        self.frames.last().is_some_and(Frame::wants_key)
    }

    fn attach(&mut self, node: Node, size: Size) {
        self.last_end = self.last_end.max(node.span.end);
        match self.frames.last_mut() {
            Some(frame) => frame.push(node, size),
            None => self.root = Some(node),
        }
    }

    fn scalar_value(
        &mut self,
        text: &str,
        style: Style,
        span: Span,
        properties: Properties<'_>,
    ) -> Result<Value, Stop> {
        if let Some((tag, tag_span)) = properties.tag {
            if let Some(value) = tagged_scalar(tag, text) {
                return Ok(value);
            }
            self.unsupported_tag(tag_span)?;
        }
        if style != Style::Plain {
            return Ok(Value::String(text.to_owned()));
        }
        let value = resolve_plain(text);
        // A key that is no text is a fault already.
        let judged = self.wants_key() && !matches!(value, Value::String(_));
        if !judged && let Some((why, help)) = ambiguity(text) {
            let message = format!("{} {why}", quote(text));
            self.issues
                .push(Issue::new(IssueKind::AmbiguousScalar, span, message, help))?;
        }
        Ok(value)
    }

    /// Takes a scalar key, judged: `is_text` as opposed to a number, a boolean or null.
    fn key(&mut self, text: &str, is_text: bool, is_merge: bool, span: Span) -> Result<(), Stop> {
        self.last_end = self.last_end.max(span.end);
        let keep = self.judge_key(text, is_text, is_merge, span)?;
        if let Some(frame) = self.frames.last_mut() {
            let key = if keep {
                Key::Keep(text.to_owned(), span)
            } else {
                Key::Skip
            };
            frame.push_key(key, span);
        }
        Ok(())
    }

    /// Whether a key is kept; what is wrong with it becomes an issue.
    fn judge_key(&mut self, text: &str, is_text: bool, is_merge: bool, span: Span) -> Result<bool, Stop> {
        if is_merge {
            let message = "`<<` merges mappings in YAML 1.1 only; this entry is left out";
            let help = "write the keys out, or move what policies share into a base and use `extends`";
            self.issues
                .push(Issue::new(IssueKind::MergeKey, span, message, help))?;
            return Ok(false);
        }
        if text.len() > self.budget.key_bytes {
            let message = format!(
                "a key of {} bytes; at most {} are read",
                text.len(),
                self.budget.key_bytes
            );
            self.issues
                .push(Issue::new(IssueKind::TooLarge, span, message, ""))?;
            return Ok(false);
        }
        if !is_text {
            let message = format!("the key {} is not a text", quote(text));
            let help = "put the key in quotes";
            self.issues
                .push(Issue::new(IssueKind::NonStringKey, span, message, help))?;
        }
        let Some(first) = self.frames.last().and_then(|frame| frame.key_span(text)) else {
            return Ok(true);
        };
        let message = format!(
            "the key {} stands twice in this mapping; the first value is used",
            quote(text)
        );
        let issue = Issue::new(IssueKind::DuplicateKey, span, message, "remove one of the two");
        self.issues.push(issue.related(first, "first here"))?;
        Ok(false)
    }

    fn collection_key(&mut self, span: Span) -> Result<(), Stop> {
        self.last_end = self.last_end.max(span.end);
        if let Some(frame) = self.frames.last_mut() {
            frame.push_key(Key::Skip, span);
        }
        let message = "a sequence or mapping as a key; this entry is left out";
        let help = "if a variable or template is meant, put it in quotes; else write a text as the key";
        self.issues
            .push(Issue::new(IssueKind::NonStringKey, span, message, help))
    }

    /// Says why an alias stands for nothing. `*:` is no alias that anyone means; what follows it
    /// would only be faults of the same cause, so its document ends there.
    fn undefined_alias(&mut self, is_open: bool, span: Span) -> Result<(), Stop> {
        let written = &self.text[span.start..span.end];
        let name = quote(written);
        if let Some(meant) = written.strip_suffix(':') {
            return self.issues.stop(alias_key(span, meant), Stop::Document);
        }
        let message = if is_open {
            format!("the alias {name} stands inside the value it names")
        } else {
            format!("the alias {name} has no anchor before it")
        };
        let help = "if a text that starts with `*` is meant, put it in quotes";
        self.issues
            .push(Issue::new(IssueKind::UndefinedAlias, span, message, help))
    }

    fn unsupported_tag(&mut self, span: Span) -> Result<(), Stop> {
        let tag = quote(&self.text[span.start..span.end]);
        let message = format!("the tag {tag} is unknown or does not fit its value; it is ignored");
        let help = "remove the tag; values are texts, numbers, booleans, null, sequences and mappings";
        self.issues
            .push(Issue::new(IssueKind::UnsupportedTag, span, message, help))
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= self.budget.nodes {
            return Ok(());
        }
        let message = format!("more than {} values; reading stopped here", self.budget.nodes);
        self.issues.stop(
            Issue::new(IssueKind::TooLarge, span, message, "split the file"),
            Stop::Text,
        )
    }

    /// Whether `more` levels fit below the open ones.
    fn check_depth(&mut self, more: usize, span: Span) -> Result<(), Stop> {
        if self.frames.len() + more <= self.budget.depth {
            return Ok(());
        }
        self.issues
            .stop(too_deep(span, self.budget.depth), Stop::Document)
    }

    /// The span that [`Node`] promises for a scalar.
    fn scalar_span(&self, style: ScalarStyle, span: Span) -> Span {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar_span(span),
            ScalarStyle::Plain if span.is_empty() => Span::at(self.unwritten_at(span.start)),
            _ => span,
        }
    }

    /// Without the blank lines behind it and the last line break.
    fn block_scalar_span(&self, span: Span) -> Span {
        let text = &self.text[span.start..span.end];
        let solid = text.trim_end().len();
        if solid == 0 {
            return Span::at(self.solid_end(span.start));
        }
        let rest = &text[solid..];
        let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        Span::new(span.start, span.start + solid + line_end)
    }

    /// The place of a value that is not written: behind its colon if there is one, and never on a
    /// later line.
    fn unwritten_at(&self, at: usize) -> usize {
        let at = if self.text[..at].ends_with(['\n', ' ', '\t', '\r']) {
            self.solid_end(at)
        } else {
            at
        };
        let is_value = self
            .frames
            .last()
            .is_some_and(|frame| frame.is_mapping() && !frame.wants_key());
        let rest = &self.text[at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if is_value && rest[blanks..].starts_with(':') {
            at + blanks + 1
        } else {
            at
        }
    }

    /// The end of what is not white space before `at`, but not before the last value.
    fn solid_end(&self, at: usize) -> usize {
        let from = self.last_end.min(at);
        from + self.text[from..at].trim_end().len()
    }

    /// The opening token, or an empty span where a block collection starts. The parser places a
    /// sequence that is not indented more than its key behind its first `-`.
    fn collection_start(&self, is_mapping: bool, flow: bool, span: Span) -> Span {
        let indentless = !is_mapping && !flow && self.frames.last().is_some_and(Frame::is_mapping);
        if !indentless {
            return if flow { span } else { Span::at(span.start) };
        }
        let from = self.last_end.min(span.start);
        let gap = &self.text[from..span.start];
        let mut at = from;
        for (index, line) in gap.split_inclusive(['\n', '\r']).enumerate() {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            if index > 0 && line[blanks..].starts_with('-') {
                return Span::at(at + blanks);
            }
            at += line.len();
        }
        Span::at(span.start)
    }
}
