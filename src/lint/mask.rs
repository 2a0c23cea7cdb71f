//! Hides credentials in everything that is said about a policy: a message may quote what the snippet
//! masks, and an escape or a variable may spell what no snippet shows.

use std::collections::BTreeSet;

use crate::finding::{Finding, Location, Suppression};
use crate::model::effective::{Scope, Table};
use crate::pointer::Pointer;
use crate::policy::secret;
use crate::source::Sources;

/// What is hidden: the credentials of all texts of a run, and whatever else looks like one.
#[derive(Debug, Default)]
pub struct Mask {
    /// Longest first, so that no part of one is left when another is hidden.
    known: Vec<String>,
}

impl Mask {
    /// The mask of a run's texts.
    #[must_use]
    pub fn of(sources: &Sources) -> Self {
        let known: BTreeSet<&str> = sources.iter().flat_map(|(_, source)| source.secrets()).collect();
        let mut known: Vec<_> = known
            .into_iter()
            .filter(|secret| !secret.is_empty())
            .map(str::to_owned)
            .collect();
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { known }
    }

    /// Hides credentials in a text; says whether there was one.
    pub fn text(&self, text: &mut String) -> bool {
        let mut hidden = false;
        for secret in &self.known {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), &stars(secret));
                hidden = true;
            }
        }
        // From the end, so that the spans before stay right.
        for found in secret::find(text).into_iter().rev() {
            let span = found.span.start..found.span.end;
            if let Some(part) = text.get(span.clone()) {
                let stars = stars(part);
                text.replace_range(span, &stars);
                hidden = true;
            }
        }
        hidden
    }

    /// Hides credentials in a finding. A fix that would write one is left out.
    pub fn finding(&self, finding: &mut Finding) {
        self.text(&mut finding.message);
        self.text(&mut finding.label);
        self.text(&mut finding.help);
        self.location(&mut finding.primary);
        for related in &mut finding.related {
            self.text(&mut related.label);
            self.location(&mut related.location);
        }
        if let Some(policy) = &mut finding.policy {
            self.text(policy);
        }
        match &mut finding.suppressed {
            Some(Suppression::Waiver { reason, until }) => {
                self.text(reason);
                self.text(until);
            }
            Some(Suppression::Ignore { reason }) => {
                self.text(reason);
            }
            Some(Suppression::Baseline) | None => {}
        }
        let writes = |fix: &crate::finding::Fix| {
            let edits = fix.edits.iter().filter_map(|edit| edit.value.as_ref());
            edits.into_iter().any(|value| self.text(&mut value.to_string()))
        };
        if finding.fix.as_ref().is_some_and(writes) {
            finding.fix = None;
        } else if let Some(fix) = &mut finding.fix {
            self.text(&mut fix.title);
        }
    }

    /// Hides credentials in an effective-protection table.
    pub fn table(&self, table: &mut Table) {
        for row in &mut table.rows {
            self.scope(&mut row.scope);
        }
        for addresses in &mut table.addresses {
            self.scope(&mut addresses.scope);
            for entry in &mut addresses.invalid {
                self.text(entry);
            }
        }
    }

    fn scope(&self, scope: &mut Scope) {
        match scope {
            Scope::Others => {}
            Scope::Inherits(client) | Scope::Own(client) => {
                self.text(client);
            }
        }
    }

    fn location(&self, location: &mut Location) {
        let Some(pointer) = &location.pointer else { return };
        let mut text = pointer.as_str().to_owned();
        if self.text(&mut text) {
            location.pointer = Pointer::parse(&text);
        }
    }
}

fn stars(secret: &str) -> String {
    "*".repeat(secret.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::span::Span;

    #[test]
    fn known_and_likely_credentials_are_hidden_and_words_stay() {
        let mut sources = Sources::default();
        sources.add(Source::new("p.yaml", "a: hunter2-and-more", &[Span::new(3, 10)]));
        let mask = Mask::of(&sources);
        let mut text = "`hunter2` and AKIAIOSFODNN7EXAMPLE, ASIAIOSFODNN7EXAMPLE here".to_owned();
        assert!(mask.text(&mut text));
        assert_eq!(
            text,
            "`*******` and ********************, ******************** here"
        );
        let mut plain = "`/clients/web` of AKIA-team".to_owned();
        assert!(!mask.text(&mut plain));
        assert_eq!(plain, "`/clients/web` of AKIA-team");
    }
}
