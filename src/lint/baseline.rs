//! The baseline: findings that were there before the tool, so that only new ones fail the run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Suppression};
use crate::fingerprint;
use crate::json;
use crate::source::Sources;

/// The baseline file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward baseline")]
pub struct Baseline {
    /// Version of the format: `1`.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Known findings, ordered by file, rule and fingerprint.
    pub findings: Vec<Entry>,
}

/// One known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file it is in.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// What identifies it, whatever line it moves to.
    pub fingerprint: String,
}

impl Baseline {
    /// Reads a baseline file's text. The error is the byte at which it is wrong, and a sentence that
    /// goes on from the file's name.
    pub fn read(text: &str) -> Result<Self, (usize, String)> {
        let wrong = |error: &serde_json::Error| {
            // The place is shown by itself.
            (
                json::offset(text, error),
                format!("is not a baseline: {}", json::words(error)),
            )
        };
        let value = json::value(text.as_bytes()).map_err(|error| wrong(&error))?;
        match value.get("version").map(|version| (version.as_u64(), version)) {
            // Keys of another version may mean something else: nothing more is said of them.
            Some((Some(1), _)) | None => json::typed(text.as_bytes()).map_err(|error| wrong(&error)),
            Some((_, version)) => {
                let at = text.find("\"version\"").unwrap_or(0);
                Err((at, format!("has version {version}; this program knows version 1")))
            }
        }
    }

    /// A baseline of all findings that count: input errors and suppressed findings are left out.
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let prints = fingerprint::all(findings, sources);
        let counted = findings
            .iter()
            .zip(prints)
            .filter(|(f, _)| !f.is_input_fault && f.suppressed.is_none());
        let mut findings: Vec<_> = counted
            .map(|(finding, print)| entry(finding, print, sources))
            .collect();
        findings.sort();
        Self { version: 1, findings }
    }

    /// Suppresses the known findings; gives the indexes of entries that nothing matched. Each entry
    /// covers one finding.
    pub fn apply(&self, findings: &mut [Finding], sources: &Sources) -> Vec<usize> {
        let mut free: BTreeMap<&Entry, Vec<usize>> = BTreeMap::new();
        for (index, entry) in self.findings.iter().enumerate() {
            free.entry(entry).or_default().push(index);
        }
        let prints = fingerprint::all(findings, sources);
        for (finding, print) in findings.iter_mut().zip(prints) {
            if finding.is_input_fault {
                continue;
            }
            let known = free.get_mut(&entry(finding, print, sources)).and_then(Vec::pop);
            if known.is_some() && finding.suppressed.is_none() {
                finding.suppressed = Some(Suppression::Baseline);
            }
        }
        let mut stale: Vec<_> = free.into_values().flatten().collect();
        stale.sort_unstable();
        stale
    }
}

fn entry(finding: &Finding, fingerprint: String, sources: &Sources) -> Entry {
    Entry {
        file: sources.get(finding.primary.source).name().to_owned(),
        rule: finding.rule.to_string(),
        fingerprint,
    }
}

/// The schema of a baseline file (`schemas/baseline.json`).
pub fn schema() -> serde_json::Value {
    crate::schema::of::<Baseline>("baseline")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is no baseline is wrong at a place.
    #[test]
    fn invalid_file_error_position() {
        let wrong = |text: &str| Baseline::read(text).unwrap_err();
        assert_eq!(
            wrong("{\n  \"version\""),
            (12, "is not a baseline: it is cut off".to_owned())
        );
        assert_eq!(
            wrong("{\"version\": 2, \"entries\": []}"),
            (1, "has version 2; this program knows version 1".to_owned())
        );
        assert_eq!(
            wrong("{}"),
            (1, "is not a baseline: `version` is missing".to_owned())
        );
        let (at, why) = wrong("{\"version\": 1,\n\"findings\": [{\"x\": 1}]}");
        assert_eq!(at, 31);
        assert!(
            why.starts_with("is not a baseline: `x` is not a known member"),
            "{why}"
        );
        assert_eq!(
            Baseline::read("{\"version\": 1, \"findings\": []}")
                .unwrap()
                .version,
            1
        );
    }
}
