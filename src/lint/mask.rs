//! Hides credentials and what variables hold in everything that is said about a policy: a message may quote what the
//! snippet masks, and an escape or a variable may spell what no snippet shows.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use crate::difference::Difference;
use crate::finding::{Finding, Location, NotChecked, Suppression};
use crate::lint::quoted::Quoted;
use crate::model::effective::{Comparison, Scope, Table};
use crate::pointer::Pointer;
use crate::policy::secret;
use crate::policy::variable::UsedVariable;
use crate::source::Sources;

/// So many bytes distinguish a credential from words: no shape that is looked for is shorter.
const RECOGNISED: usize = 15;

/// What is hidden: the credentials of all texts of a run, and whatever else looks like one.
#[derive(Debug, Default)]
pub struct Mask {
    /// In the order of their bytes.
    known: Vec<String>,
    /// Their first bytes.
    starts: HashSet<Vec<u8>>,
    /// Those that are too short to be recognised by them.
    short: Vec<String>,
    /// What policies took from the environment.
    quoted: Quoted,
}

impl Mask {
    /// The mask of a run's texts, and of the bodies of emails, which are read and never shown.
    pub fn of<'a>(sources: &'a Sources, bodies: impl Iterator<Item = &'a str>) -> Self {
        let in_bodies = bodies.flat_map(|text| {
            let secrets = secret::find(text).into_iter();
            secrets.filter_map(|secret| text.get(secret.span.start..secret.span.end))
        });
        let in_sources = sources.iter().flat_map(|(_, source)| source.secrets());
        let known: BTreeSet<&str> = in_sources.chain(in_bodies).collect();
        let (known, short): (Vec<_>, Vec<_>) = known
            .into_iter()
            .filter(|secret| !secret.is_empty())
            .map(str::to_owned)
            .partition(|secret| secret.len() >= RECOGNISED);
        let starts = known
            .iter()
            .map(|secret| secret.as_bytes()[..RECOGNISED].to_vec());
        Self {
            starts: starts.collect(),
            known,
            short,
            quoted: Quoted::default(),
        }
    }

    /// The same mask, which also hides what variables hold.
    pub fn with_variables(self, used: BTreeSet<UsedVariable>) -> Self {
        Self {
            quoted: Quoted::of(used),
            ..self
        }
    }

    /// Hides credentials and what variables hold in a text; says whether there was any.
    pub fn text(&self, text: &mut String) -> bool {
        self.text_at(text, None)
    }

    /// The same in what was not checked.
    pub fn entries(&self, entries: &mut [NotChecked]) {
        for entry in entries {
            self.text(&mut entry.what);
            self.text(&mut entry.why);
        }
    }

    fn text_at(&self, text: &mut String, at: Option<&Location>) -> bool {
        let hidden = self.quoted.hide(text, at);
        self.credential(text) || hidden
    }

    /// Hides credentials in a text that no variable is part of, such as the name of a live pool.
    pub fn credential(&self, text: &mut String) -> bool {
        let mut hidden = false;
        for secret in self.short.iter().rev() {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), &stars(secret));
                hidden = true;
            }
        }
        hidden |= self.repeated(text);
        let found = secret::find(text).into_iter();
        let spans = found.map(|found| found.span.start..found.span.end).collect();
        hide(text, spans) || hidden
    }

    /// Hides known credentials, and what is left of one where a message cut a long value. The work grows
    /// with the text, not with the number of credentials.
    fn repeated(&self, text: &mut String) -> bool {
        let mut spans = Vec::new();
        let mut free = 0;
        for (at, start) in text.as_bytes().windows(RECOGNISED).enumerate() {
            if at < free || !self.starts.contains(start) {
                continue;
            }
            let rest = &text.as_bytes()[at..];
            // What has most in common with the rest stands beside it in the order.
            let place = self.known.partition_point(|known| known.as_bytes() <= rest);
            let beside = [place.checked_sub(1), Some(place)].into_iter().flatten();
            let same = |known: &String| known.bytes().zip(rest).take_while(|(a, b)| a == *b).count();
            let same = beside.filter_map(|place| self.known.get(place)).map(same).max();
            free = text.floor_char_boundary(at + same.unwrap_or_default());
            spans.push(at..free);
        }
        hide(text, spans)
    }

    /// Hides credentials and what variables hold in a finding. A fix that would write one is left out.
    pub fn finding(&self, finding: &mut Finding) {
        let at = Some(&finding.primary);
        for text in [&mut finding.message, &mut finding.label, &mut finding.help] {
            self.text_at(text, at);
        }
        for related in &mut finding.related {
            self.text_at(&mut related.label, Some(&related.location));
            self.location(&mut related.location);
        }
        if let Some(policy) = &mut finding.policy {
            self.text(policy);
        }
        if let Some(difference) = &mut finding.difference {
            self.difference(difference);
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
        let of_variable = self.quoted.is_at(&finding.primary);
        let writes = |fix: &crate::finding::Fix| {
            let mut edits = fix.edits.iter().filter_map(|edit| edit.value.as_ref());
            edits.any(|value| of_variable || self.text(&mut value.to_string()))
        };
        if finding.fix.as_ref().is_some_and(writes) {
            finding.fix = None;
        } else if let Some(fix) = &mut finding.fix {
            self.text(&mut fix.title);
        }
        self.location(&mut finding.primary);
    }

    /// Hides credentials in a difference, and what variables hold on the policy's side.
    pub fn difference(&self, difference: &mut Difference) {
        self.credential(&mut difference.pool_name);
        if let Some(value) = &mut difference.live {
            value_by(value, &|text| self.credential(text));
        }
        if let Some(value) = &mut difference.policy {
            self.value(value);
        }
        let cells = difference.cells.iter_mut().map(|cell| &mut cell.scope);
        let addresses = difference.addresses.iter_mut().map(|change| &mut change.scope);
        cells.chain(addresses).for_each(|scope| self.scope(scope));
    }

    /// Hides credentials in a comparison of two effective-protection tables.
    pub fn comparison(&self, comparison: &mut Comparison) {
        let cells = comparison.changes.iter_mut().map(|cell| &mut cell.scope);
        let addresses = comparison.addresses.iter_mut().map(|change| &mut change.scope);
        let unmatched = comparison.unmatched.iter_mut().map(|flow| &mut flow.scope);
        let scopes = cells.chain(addresses).chain(unmatched);
        scopes.for_each(|scope| self.scope(scope));
    }

    /// Hides credentials and what variables hold in the texts of a value.
    pub fn value(&self, value: &mut Value) {
        value_by(value, &|text| self.text(text));
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
            Scope::Inherits(client) | Scope::Own(client) | Scope::Switches(client) => {
                self.credential(client);
            }
        }
    }

    fn location(&self, location: &mut Location) {
        let Some(pointer) = &location.pointer else { return };
        let mut text = pointer.as_str().to_owned();
        if self.credential(&mut text) {
            location.pointer = Pointer::parse(&text);
        }
    }
}

fn value_by(value: &mut Value, hide: &dyn Fn(&mut String) -> bool) {
    match value {
        Value::String(text) => {
            hide(text);
        }
        Value::Array(list) => list.iter_mut().for_each(|item| value_by(item, hide)),
        Value::Object(map) => map.values_mut().for_each(|item| value_by(item, hide)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts stars in the place of some parts of a text; says whether there are any.
fn hide(text: &mut String, spans: Vec<std::ops::Range<usize>>) -> bool {
    let any = !spans.is_empty();
    // From the end, so that the spans before stay right.
    for span in spans.into_iter().rev() {
        if let Some(part) = text.get(span.clone()) {
            let stars = stars(part);
            text.replace_range(span, &stars);
        }
    }
    any
}

fn stars(secret: &str) -> String {
    "*".repeat(secret.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::span::Span;

    /// Known and likely credentials are hidden and words stay.
    #[test]
    fn credentials_hidden_words_kept() {
        let mut sources = Sources::default();
        sources.add(Source::new("p.yaml", "a: hunter2-and-more", &[Span::new(3, 10)]));
        let body = "secret: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let mask = Mask::of(&sources, std::iter::once(body));
        let mut text = "`hunter2` and AKIAIOSFODNN7EXAMPLE, ASIAIOSFODNN7EXAMPLE here".to_owned();
        assert!(mask.text(&mut text));
        assert_eq!(
            text,
            "`*******` and ********************, ******************** here"
        );
        let mut quoted = "`{wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}`".to_owned();
        assert!(mask.text(&mut quoted));
        assert_eq!(quoted, format!("`{{{}}}`", "*".repeat(40)));
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV";
        let mut sources = Sources::default();
        sources.add(Source::new("p.yaml", token, &[Span::new(0, token.len())]));
        let mut cut = format!("the text `{}…` and `eyJhbGciOiJIUzI`", &token[..60]);
        assert!(Mask::of(&sources, std::iter::empty()).text(&mut cut));
        assert_eq!(
            cut,
            format!("the text `{}…` and `{}`", "*".repeat(60), "*".repeat(15))
        );
        let mut plain = "`/clients/web` of AKIA-team".to_owned();
        assert!(!mask.text(&mut plain));
        assert_eq!(plain, "`/clients/web` of AKIA-team");
    }
}
