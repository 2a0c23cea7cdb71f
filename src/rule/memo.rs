//! What a rule gave before. A rule gives the same for the same values of what it names, and the pools of an estate have much in
//! common: what is equal is judged once.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::rule::engine::{Bindings, ValueDigest};

/// Results that one rule keeps.
const MOST_KEPT: usize = 250;

/// Hits of a result that is kept.
const MOST_HITS: usize = 64;

/// The results of one rule, each some hits.
#[derive(Debug)]
pub struct Memo<H> {
    reads: OnceLock<Vec<Read>>,
    known: Mutex<HashMap<ValueDigest, Vec<H>>>,
}

impl<H> Default for Memo<H> {
    fn default() -> Self {
        Self {
            reads: OnceLock::new(),
            known: Mutex::default(),
        }
    }
}

/// A variable that a rule may read, or a member of it; `None` for all of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    variable: &'static str,
    member: Option<String>,
}

impl<H: Clone> Memo<H> {
    /// What stands for all values that expressions with these texts may read. Two views with the same get the same result.
    pub fn key<'t>(
        &self,
        texts: &(impl Iterator<Item = &'t str> + Clone),
        variables: &Bindings<'_>,
    ) -> ValueDigest {
        let reads = self.reads.get_or_init(|| reads(texts, variables.names()));
        let mut hash = Sha256::new();
        for read in reads {
            let digest = variables.digest(read.variable, read.member.as_deref());
            hash.update(digest.unwrap_or_default());
        }
        hash.finalize().into()
    }

    /// The result for a key, if it is known.
    pub fn get(&self, key: &ValueDigest) -> Option<Vec<H>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).cloned()
    }

    /// Keeps a result, unless there are too many.
    pub fn keep(&self, key: ValueDigest, hits: &[H]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_KEPT && hits.len() <= MOST_HITS {
            known.insert(key, hits.to_vec());
        }
    }
}

/// What expressions with these texts may read, by their words alone: never less than they do. A name in a text or of a member
/// counts as well, which costs a few equal results and no wrong ones.
fn reads<'t>(
    texts: &(impl Iterator<Item = &'t str> + Clone),
    names: impl Iterator<Item = &'static str>,
) -> Vec<Read> {
    let mut found = Vec::new();
    for variable in names {
        for after in texts.clone().flat_map(|text| after_each(text, variable)) {
            let member = after.strip_prefix('.').map(|rest| {
                let end = rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len());
                rest[..end].to_owned()
            });
            found.push(Read { variable, member });
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a text has a name in it, as a word.
pub fn names(text: &str, name: &str) -> bool {
    after_each(text, name).next().is_some()
}

/// What follows a name, wherever it stands in a text as a word.
fn after_each<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let places = text.match_indices(name).map(|(at, found)| (at, at + found.len()));
    let is_word = move |(start, end): &(usize, usize)| {
        !text[..*start].ends_with(is_of_name) && !text[*end..].starts_with(is_of_name)
    };
    let ends: Vec<usize> = places.filter(is_word).map(|(_, end)| end).collect();
    ends.into_iter().map(move |end| &text[end..])
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Vec<String> {
        let found = reads(&texts.iter().copied(), ["modes", "policy", "posture"].into_iter());
        let shown = |read: Read| {
            let member = read.member.map(|member| format!(".{member}"));
            format!("{}{}", read.variable, member.unwrap_or_default())
        };
        found.into_iter().map(shown).collect()
    }

    /// Everything that an expression can read is among what it is held to read.
    #[test]
    fn names_in_texts_count_as_read() {
        assert_eq!(
            read(&[
                "!posture.enforced ? [] : modes.filter(m, m.mode == 'x')",
                "posture.mfa"
            ]),
            ["modes.filter", "posture.enforced", "posture.mfa"]
        );
        assert_eq!(read(&["posture", "has(policy. name)"]), ["policy.", "posture"]);
        assert_eq!(read(&["posture['mfa'] + posture .mfa"]), ["posture"]);
        assert_eq!(
            read(&["it.policy_name + my_policy + policy2"]),
            Vec::<String>::new()
        );
        assert_eq!(read(&["'the policy' + .policy.name"]), ["policy", "policy.name"]);
    }
}
