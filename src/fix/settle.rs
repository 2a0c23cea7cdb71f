//! Applies fixes until none is left, one at a time, each on a fresh look at the text.

use crate::finding::{Finding, Fix};
use crate::fix::edit;
use crate::source::SourceId;
use crate::yaml::{self, Budget, Node};

/// What came of the fixes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The text after all fixes.
    pub text: String,
    /// What was done, in order.
    pub done: Vec<String>,
    /// What could not be done safely, and why: line, rule, title, reason.
    pub refused: Vec<String>,
}

/// More rounds than any file has fixes; a rule whose mend does not mend ends here.
const ROUNDS: usize = 2_000;

/// Applies every fix that `judge` finds in a text. `judge` gives the findings of the text's own file;
/// suppressed ones and those of other files are left out by it.
#[must_use]
pub fn settle(text: &str, judge: &dyn Fn(&str) -> Vec<Finding>) -> Settled {
    let mut settled = Settled {
        text: text.to_owned(),
        ..Settled::default()
    };
    for _ in 0..ROUNDS {
        let findings = judge(&settled.text);
        let next = findings
            .iter()
            .filter_map(|finding| Some((finding, finding.fix.as_ref()?)));
        let mut moved = false;
        for (finding, fix) in next {
            let name = format!("{}: {}", finding.rule, fix.title);
            let line = 1 + settled
                .text
                .get(..finding.primary.span.start)
                .unwrap_or_default()
                .matches('\n')
                .count();
            let refusal = format!("{line}: {name}: not done, ");
            if settled
                .refused
                .iter()
                .any(|refused| refused.starts_with(&refusal))
            {
                continue;
            }
            match apply(&settled.text, finding, fix) {
                Ok(text) => {
                    settled.text = text;
                    settled.done.push(name);
                    moved = true;
                    break;
                }
                Err(why) => settled.refused.push(format!("{refusal}{why}")),
            }
        }
        if !moved {
            break;
        }
    }
    settled
}

/// One fix; the new text means exactly what is wished, or it is refused.
fn apply(text: &str, finding: &Finding, fix: &Fix) -> Result<String, String> {
    let before = yaml::parse(SourceId(0), text, &Budget::default());
    let inside = |span: crate::span::Span| span.contains(finding.primary.span);
    let index = before
        .documents
        .iter()
        .position(|document| inside(document.root.span) || inside(document.span));
    let index = index.ok_or("its place is in no document")?;
    let mut wished: Vec<_> = before
        .documents
        .iter()
        .map(|document| document.root.to_json())
        .collect();
    let mut new = text.to_owned();
    for change in &fix.edits {
        let documents = yaml::parse(SourceId(0), &new, &Budget::default()).documents;
        let root = &documents.get(index).ok_or("its document is gone")?.root;
        new = edit::edit(&new, index, root, change)?;
        edit::wish(&mut wished[index], change)?;
    }
    let after = yaml::parse(SourceId(0), &new, &Budget::default());
    let meant: Vec<_> = after
        .documents
        .iter()
        .map(|document| document.root.to_json())
        .collect();
    if meant != wished || after.issues.iter().any(|issue| issue.kind.is_fault()) {
        return Err(if shares(text, &before.documents[index].root) {
            "other places of the file share the value by an alias; change it by hand".to_owned()
        } else {
            "the file would not mean what is wished; change it by hand".to_owned()
        });
    }
    if after.comments.len() != before.comments.len() {
        return Err("a comment would be lost".to_owned());
    }
    Ok(new)
}

/// Whether some value of a document is written once and meant twice.
fn shares(text: &str, root: &Node) -> bool {
    let mut found = false;
    root.scalars(&mut |_, node| {
        // Only what stands behind an alias has a text that starts with `*`.
        found |= text
            .get(node.span.start..)
            .is_some_and(|rest| rest.starts_with('*'));
    });
    found
}
