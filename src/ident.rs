//! Ids that are valid once parsed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A rule's id: kebab-case, `[a-z][a-z0-9]*(-[a-z0-9]+)*`, at most 64 bytes. It names the fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// Parses an id; `None` when it is not kebab-case or too long.
    #[must_use]
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
    #[must_use]
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
