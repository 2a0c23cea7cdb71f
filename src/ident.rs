//! Ids that are valid once parsed, and pseudonyms in their place.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::VariantArray;

/// A rule's id: kebab-case, `[a-z][a-z0-9]*(-[a-z0-9]+)*`, at most 64 bytes. It names the fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// Parses an id; `None` when it is not kebab-case or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let kebab = text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        (kebab && starts && text.len() <= 64).then(|| Self(text.to_owned()))
    }

    /// An id of the program's own, known to be kebab-case.
    pub(crate) fn from_static(id: &'static str) -> Self {
        Self(id.to_owned())
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a kebab-case rule id")))
    }
}

/// How a pseudonym begins.
const PSEUDONYM: &str = "redacted-";

/// Whether a text is a pseudonym.
pub fn is_pseudonym(text: &str) -> bool {
    let digits = text.strip_prefix(PSEUDONYM);
    digits.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Digits of a pseudonym: for 10,000 ids, a chance of one in five million that two are alike.
const DIGITS: usize = 12;

/// A name in place of a text that is not to be shown: the same for the same text, in every run. Who guesses the text can
/// check the guess.
pub fn pseudonym(text: &str) -> String {
    let mut name = PSEUDONYM.to_owned() + &hex::encode(Sha256::digest(text.as_bytes()));
    name.truncate(PSEUDONYM.len() + DIGITS);
    name
}

/// The variants of an enumeration, as an array of constant length.
///
/// # Panics
/// There are not as many: where a constant is made, the compiler says so.
pub const fn all<T: Copy, const N: usize>(variants: &'static [T]) -> [T; N] {
    assert!(variants.len() == N, "there are more or fewer variants");
    let mut all = [variants[0]; N];
    all.copy_from_slice(variants);
    all
}

/// The words of an enumeration with what they mean, in the order of its variants.
pub fn words<T: VariantArray + Copy + Into<&'static str>>() -> Vec<(&'static str, T)> {
    let all = T::VARIANTS.iter();
    all.map(|one| ((*one).into(), *one)).collect()
}

/// Gives enumerations their words, which `strum::IntoStaticStr` derives.
macro_rules! spelled {
    ($($of:ty),+) => {
        $(impl $of {
            /// Its word in files, in the API or in machine formats.
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        })+
    };
}
pub(crate) use spelled;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_kebab_case_is_an_id() {
        for good in ["a", "cidr-host-bits", "x2-y"] {
            assert!(RuleId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "9a", "a b", &"a".repeat(65)] {
            assert!(RuleId::parse(bad).is_none(), "{bad}");
        }
    }
}
