//! What the reader has to say about a text, and the list it is collected in.

use crate::fault::InputError;
use crate::span::Span;

/// One fault or note, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Which check it is a finding of: a note if that is no fault.
    pub kind: InputError,
    /// Where; may be empty, such as at the end of the text.
    pub span: Span,
    /// What is wrong, one sentence without a full stop. May quote the text, so it is hostile.
    pub message: String,
    /// Another place of the same text that explains it, with its words.
    pub related: Option<(Span, String)>,
    /// The next step; empty when there is nothing better to say than the message.
    pub help: String,
}

impl Issue {
    /// An issue with a help text and no related place.
    pub(super) fn new(
        kind: InputError,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
            related: None,
            help: help.into(),
        }
    }

    /// The same issue with a related place.
    pub(super) fn related(self, span: Span, label: impl Into<String>) -> Self {
        Self {
            related: Some((span, label.into())),
            ..self
        }
    }
}

/// Why reading cannot go on as it was; the issue that says so is already in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// This document is lost, the next one can be read.
    Document,
    /// Nothing more can be read.
    Text,
}

/// The issues of one text. Bounded: a hostile text must not fill memory with its own faults.
#[derive(Debug)]
pub(super) struct Issues {
    list: Vec<Issue>,
    limit: usize,
    faults: usize,
    notes: usize,
}

impl Issues {
    /// An empty list for at most `limit` faults and as many notes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            limit,
            faults: 0,
            notes: 0,
        }
    }

    /// Adds an issue; [`Stop::Text`] after the last fault that fits, which is said in the list.
    pub(super) fn push(&mut self, issue: Issue) -> Result<(), Stop> {
        let span = issue.span;
        if !issue.kind.is_fault() {
            self.notes += 1;
            if self.notes <= self.limit {
                self.list.push(issue);
            }
            return Ok(());
        }
        self.faults += 1;
        self.list.push(issue);
        if self.faults < self.limit {
            return Ok(());
        }
        let message = format!(
            "reading stopped after {} input errors; there may be more",
            self.faults
        );
        self.list.push(Issue::new(
            InputError::TooLarge,
            span,
            message,
            "fix these first, then run again",
        ));
        Err(Stop::Text)
    }

    /// Adds the issue that ends the reading of the document or the text.
    pub(super) fn stop<T>(&mut self, issue: Issue, stop: Stop) -> Result<T, Stop> {
        self.push(issue)?;
        Err(stop)
    }

    /// All issues by place; the last one says how many notes were left out, if any were.
    pub(super) fn into_sorted(mut self) -> Vec<Issue> {
        self.list.sort_by_key(|issue| (issue.span, issue.kind));
        if self.notes > self.limit {
            let span = self
                .list
                .iter()
                .rfind(|issue| !issue.kind.is_fault())
                .map_or(Span::at(0), |issue| issue.span);
            let message = format!("{} more ambiguous scalars are not shown", self.notes - self.limit);
            self.list
                .push(Issue::new(InputError::AmbiguousScalar, span, message, ""));
        }
        self.list
    }
}

/// A piece of the text for a message: one line, at most 40 characters.
pub(super) fn quote(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let head: String = line.chars().take(40).collect();
    if head.len() < text.trim_end().len() {
        format!("`{head}…`")
    } else {
        format!("`{head}`")
    }
}
