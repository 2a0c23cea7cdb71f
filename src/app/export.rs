//! `export`: policies as text for the tools that teams deploy with.

use std::collections::BTreeSet;

use crate::app::diff::Policies;
use crate::export::{self, Exported, Language};
use crate::pointer::Pointer;
use crate::policy::secret;

/// Policies as text.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedText {
    /// The text.
    pub text: String,
    /// What is managed and not in it, one sentence each. Hostile text.
    pub left_out: Vec<String>,
}

/// Exports every policy that is for pools; layers are not exported by themselves.
///
/// # Errors
/// There is no such policy, or one of them cannot be written in the language: in words.
pub fn export(policies: &Policies, language: Language) -> Result<ExportedText, String> {
    let mut names = BTreeSet::new();
    let all: Vec<Exported> = policies
        .aimed()
        .map(|policy| {
            let place = |at: &Pointer| {
                let (here, layer) = policy.places.resolve(at);
                let there = layer.map_or(here, |layer| layer.location);
                let source = policies.sources().get(there.source);
                (source.name().to_owned(), source.line(there.span.start))
            };
            export::exported(language, policy, &mut names, &place)
        })
        .collect();
    if all.is_empty() {
        return Err("no policy has a `target`: there is nothing to export".to_owned());
    }
    let text = export::text(language, &all)?;
    if !secret::find(&text).is_empty() {
        return Err(
            "something in a policy looks like a credential, which does not belong in a file".to_owned(),
        );
    }
    let left_out = all.iter().flat_map(|exported| {
        let one = |(at, why): &(Pointer, String)| format!("{at} of policy {}: {why}", exported.policy);
        exported.left_out.iter().map(one)
    });
    Ok(ExportedText {
        left_out: left_out.collect(),
        text,
    })
}

#[cfg(test)]
mod tests;
