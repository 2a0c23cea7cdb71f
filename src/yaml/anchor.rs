//! Anchors of a document and the copies that aliases make of them, both under the budget.

use std::collections::HashMap;

use super::budget::Budget;
use super::frame::Size;
use super::issue::{Issue, Issues, Stop};
use super::node::Node;
use crate::fault::InputError;
use crate::span::Span;

/// Finished anchored nodes of the document being read, and what copies have cost so far.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    kept: HashMap<usize, (Node, Size)>,
    aliases: usize,
    bytes: usize,
}

impl Anchors {
    /// Forgets the anchors of a document; what they cost stays counted.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// Keeps a copy of an anchored node. Number 0 is not an anchor.
    pub fn keep(
        &mut self,
        id: usize,
        node: &Node,
        size: Size,
        budget: &Budget,
        issues: &mut Issues,
    ) -> Result<(), Stop> {
        if id == 0 {
            return Ok(());
        }
        self.charge(size, node.span, budget, issues)?;
        self.kept.insert(id, (node.clone(), size));
        Ok(())
    }

    /// What an alias at `span` stands for; `None` while its anchor is still open.
    pub fn copy(
        &mut self,
        id: usize,
        span: Span,
        budget: &Budget,
        issues: &mut Issues,
    ) -> Result<Option<(Node, Size)>, Stop> {
        let Some(size) = self.kept.get(&id).map(|(_, size)| *size) else {
            return Ok(None);
        };
        self.charge(size, span, budget, issues)?;
        Ok(self.kept.get(&id).map(|(node, size)| {
            let mut copy = node.clone();
            copy.set_spans(span);
            (copy, *size)
        }))
    }

    /// Counts an alias of whatever sort.
    pub fn count_alias(&mut self, span: Span, budget: &Budget, issues: &mut Issues) -> Result<(), Stop> {
        self.aliases += 1;
        if self.aliases <= budget.aliases {
            return Ok(());
        }
        let message = format!(
            "more than {} aliases; nothing after this one was read",
            budget.aliases
        );
        issues.stop(too_many(span, message), Stop::Text)
    }

    /// Counts the bytes of a copy before it is made.
    fn charge(&mut self, size: Size, span: Span, budget: &Budget, issues: &mut Issues) -> Result<(), Stop> {
        self.bytes += size.bytes + size.nodes * Budget::NODE_BYTES;
        if self.bytes <= budget.alias_bytes {
            return Ok(());
        }
        let message = format!(
            "anchors and aliases stand for more than {} bytes; nothing after this one was read",
            budget.alias_bytes
        );
        issues.stop(too_many(span, message), Stop::Text)
    }
}

fn too_many(span: Span, message: String) -> Issue {
    let help = "write the values out, or move what policies share into a layer and use `extends`";
    Issue::new(InputError::TooManyAliases, span, message, help)
}
