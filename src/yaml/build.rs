//! Builds the tree of one document from events; keys, tags, aliases and limits are checked here.

use granit_parser::{ScalarStyle, Tag};

use super::anchor::Anchors;
use super::budget::Budget;
use super::complaint;
use super::frame::{Frame, Key, Size, Spare};
use super::issue::{Issue, Issues, Stop, quote};
use super::node::{Node, NodeEntry, Style, Value};
use super::place;
use super::scalar::{ambiguity, resolve_plain};
use super::tag::{Dialect, fits_collection, long_form, tagged_scalar};
use crate::fault::InputError;
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
    dialect: Dialect,
    anchors: Anchors,
    frames: Vec<Frame>,
    spare: Spare,
    nodes: usize,
    root: Option<Node>,
    last_end: usize,
}

impl<'t> Builder<'t> {
    /// A builder for a text.
    pub fn new(source: SourceId, text: &'t str, budget: &'t Budget, dialect: Dialect) -> Self {
        Self {
            issues: Issues::new(budget.issues),
            source,
            text,
            budget,
            dialect,
            anchors: Anchors::default(),
            frames: Vec::new(),
            spare: Spare::default(),
            nodes: 0,
            root: None,
            last_end: 0,
        }
    }

    /// Begins a document at `at`: nothing of it stands before.
    pub fn begin(&mut self, at: usize) {
        self.reset();
        self.last_end = self.last_end.max(at);
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
        let flow = self.frames.iter().rev().take_while(|frame| frame.flow);
        // A pair without braces, as in `[a: 1]`, has no bracket of its own.
        flow.map(|frame| frame.opening)
            .find(|opening| self.written(*opening).starts_with(['[', '{']))
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
        let span = self.scalar_span(text, style, span);
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
        let function = self.function(properties);
        let value = if function.is_some() {
            // A tag makes it a text, whatever it looks like.
            Value::String(text.to_owned())
        } else {
            self.scalar_value(text, style, span, properties)?
        };
        let is_call = function.is_some();
        let node = self.called(function, self.node(value, span, style));
        self.anchors.keep(
            properties.anchor,
            &node,
            Size::scalar(text.len()),
            self.budget,
            &mut self.issues,
        )?;
        if self.wants_key() {
            let is_merge = text == "<<" && style == Style::Plain && properties.tag.is_none();
            if is_call {
                return self.collection_key(node.span);
            }
            let (text, is_text) = match node.value {
                Value::String(text) => (text, true),
                _ => (text.to_owned(), false),
            };
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
        match node.value {
            Value::String(text) => self.key(text, true, false, span),
            Value::Sequence(_) | Value::Mapping(_) => self.collection_key(span),
            _ => self.key(node.to_json().to_string(), false, false, span),
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
        let function = self.function(properties);
        if let Some((tag, tag_span)) = properties.tag
            && function.is_none()
            && !fits_collection(tag, core)
        {
            self.unsupported_tag(tag_span)?;
        }
        let start = self.collection_start(is_mapping, flow, span);
        if !flow && let Some(tab) = place::tab_in_indentation(self.text, start.start, self.last_end) {
            self.issues.push(complaint::tab(tab))?;
        }
        self.last_end = self.last_end.max(span.end);
        let mut frame = Frame::new(is_mapping, start, flow, properties.anchor, &mut self.spare);
        frame.function = function;
        self.frames.push(frame);
        Ok(())
    }

    /// The end of the innermost collection.
    pub fn close(&mut self, span: Span) -> Result<(), Stop> {
        let Some(mut frame) = self.frames.pop() else {
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
        let function = frame.function.take();
        let value = frame.into_value(&mut self.spare);
        let node = self.called(function, self.node(value, whole, style));
        self.anchors
            .keep(anchor, &node, size, self.budget, &mut self.issues)?;
        if self.wants_key() {
            return self.collection_key(whole);
        }
        self.attach(node, size);
        Ok(())
    }

    /// The function that a tag stands for, in the dialect of templates.
    fn function(&self, properties: Properties<'_>) -> Option<(String, Span)> {
        let (_, span) = properties.tag?;
        if self.dialect != Dialect::Template {
            return None;
        }
        Some((long_form(self.written(span))?, span))
    }

    /// A function's argument under the key of its long form: `!Ref X` is `{"Ref": X}`. The key's place is the tag's.
    fn called(&self, function: Option<(String, Span)>, mut argument: Node) -> Node {
        let Some((key, key_span)) = function else {
            return argument;
        };
        if let (true, Value::String(text)) = (key == "Fn::GetAtt", &argument.value)
            && let Some((resource, attribute)) = text.split_once('.')
        {
            let part = |text: &str| self.node(Value::String(text.to_owned()), argument.span, argument.style);
            argument.value = Value::Sequence(vec![part(resource), part(attribute)]);
        }
        let span = key_span.to(argument.span);
        let entry = NodeEntry {
            key,
            key_span,
            value: argument,
        };
        self.node(Value::Mapping(vec![entry].into()), span, Style::FlowCollection)
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
        // A key that is not a text is a fault already.
        let judged = self.wants_key() && !matches!(value, Value::String(_));
        if !judged && let Some((why, help)) = ambiguity(text) {
            let message = format!("{} {why}", quote(text));
            self.issues
                .push(Issue::new(InputError::AmbiguousScalar, span, message, help))?;
        }
        Ok(value)
    }

    /// Takes a scalar key, checked: `is_text` as opposed to a number, a boolean or null.
    fn key(&mut self, text: String, is_text: bool, is_merge: bool, span: Span) -> Result<(), Stop> {
        self.last_end = self.last_end.max(span.end);
        // `aws cloudformation package` merges, and sends what comes of it.
        let key = if is_merge && self.dialect == Dialect::Template {
            Key::Merge(span)
        } else {
            self.judge_key(text, is_text, is_merge, span)?
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.push_key(key, span);
        }
        Ok(())
    }

    /// What becomes of a key; what is wrong with it becomes an issue.
    fn judge_key(&mut self, text: String, is_text: bool, is_merge: bool, span: Span) -> Result<Key, Stop> {
        if is_merge {
            self.issues.push(complaint::merge_key(span))?;
            return Ok(Key::Skip);
        }
        if text.len() > self.budget.key_bytes {
            let issue = complaint::long_key(span, text.len(), self.budget.key_bytes);
            self.issues.push(issue)?;
            return Ok(Key::Skip);
        }
        if !is_text {
            self.issues.push(complaint::non_text_key(span, &text))?;
        }
        let Some(first) = self.frames.last().and_then(|frame| frame.key_span(&text)) else {
            return Ok(Key::Keep(text, span));
        };
        // Of a template that AWS takes all the same, it takes the last value.
        let is_last = self.dialect == Dialect::Template;
        self.issues
            .push(complaint::duplicate_key(span, &text, first, is_last))?;
        Ok(if is_last {
            Key::Replace(text, span)
        } else {
            Key::Skip
        })
    }

    fn collection_key(&mut self, span: Span) -> Result<(), Stop> {
        self.last_end = self.last_end.max(span.end);
        if let Some(frame) = self.frames.last_mut() {
            frame.push_key(Key::Skip, span);
        }
        self.issues.push(complaint::collection_key(span))
    }

    /// Says why an alias stands for nothing. `*:` is not an alias that anyone means; what follows it
    /// would only be faults of the same cause, so its document ends there.
    fn undefined_alias(&mut self, is_open: bool, span: Span) -> Result<(), Stop> {
        let alias = self.written(span);
        if let Some(meant) = alias.strip_suffix(':') {
            return self
                .issues
                .stop(complaint::alias_key(span, meant), Stop::Document);
        }
        self.issues.push(complaint::undefined_alias(span, alias, is_open))
    }

    fn unsupported_tag(&mut self, span: Span) -> Result<(), Stop> {
        let tag = self.written(span);
        self.issues.push(complaint::unsupported_tag(span, tag))
    }

    fn written(&self, span: Span) -> &'t str {
        &self.text[span.start..span.end]
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= self.budget.nodes {
            return Ok(());
        }
        let issue = complaint::too_many(span, self.budget.nodes, "values");
        self.issues.stop(issue, Stop::Text)
    }

    /// Whether `more` levels fit below the open ones.
    fn check_depth(&mut self, more: usize, span: Span) -> Result<(), Stop> {
        if self.frames.len() + more <= self.budget.depth {
            return Ok(());
        }
        let issue = complaint::too_deep(span, self.budget.depth);
        self.issues.stop(issue, Stop::Document)
    }

    /// The span that [`Node`] promises for a scalar.
    fn scalar_span(&self, text: &str, style: ScalarStyle, span: Span) -> Span {
        let frame = self.frames.last();
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let is_blank = text.trim_matches(place::WHITE).is_empty();
                place::block_scalar(self.text, span, self.last_end, is_blank)
            }
            ScalarStyle::Plain if span.is_empty() => {
                let is_value = frame.is_some_and(|frame| frame.is_mapping() && !frame.wants_key());
                Span::at(place::unwritten(self.text, span.start, self.last_end, is_value))
            }
            _ => span,
        }
    }

    /// The opening token, or the empty span where a block collection starts.
    fn collection_start(&self, is_mapping: bool, flow: bool, span: Span) -> Span {
        if flow {
            span
        } else if !is_mapping && self.frames.last().is_some_and(Frame::is_mapping) {
            Span::at(place::sequence(self.text, span.start, self.last_end))
        } else {
            Span::at(span.start)
        }
    }
}
