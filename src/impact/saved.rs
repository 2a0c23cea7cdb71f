//! A saved impact report (`impact --format json`) as evidence: what of it counts, and the digest by which it is known not to
//! have been edited. The digest protects against mistakes, not against forgery: whoever can edit the file can make another.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::impact::would_block::{ShareGap, WouldBlock};
use crate::update::unordered;

/// What a saved report shows of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedShare {
    /// Pool id. Hostile text.
    pub pool: String,
    /// Digest of the settings that were judged ([`Replayer::digest`](crate::impact::Replayer::digest)).
    pub settings: String,
    /// The share that would be blocked, by day (UTC); sign-ins without a time have none.
    pub would_block: BTreeMap<Option<Date>, WouldBlock>,
    /// Whether an earlier version made it, which did not say what is missing of sign-ins: that is unknown, and proves nothing.
    pub is_earlier: bool,
}

/// A saved report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedImpact {
    /// Its pools.
    pub shares: Vec<SavedShare>,
    /// Whether everything was read when it was made.
    pub is_whole: bool,
}

/// Why a file is no saved report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedImpactError {
    /// It is something else.
    #[error("it is not a report of `cogward impact --format json`: {0}")]
    Foreign(String),
    /// A later version wrote it.
    #[error("it has version {0}, and this program reads version 1: update cogward")]
    Version(u64),
    /// Its digest is not that of its content.
    #[error("its digest is not that of its content: it was edited; run `cogward impact` again")]
    Edited,
}

#[derive(Deserialize)]
struct SavedFile {
    exit_code: u8,
    pools: Vec<SavedPool>,
}

#[derive(Deserialize)]
struct SavedPool {
    pool: String,
    settings_digest: String,
    would_block: SavedWouldBlock,
}

#[derive(Deserialize)]
struct SavedWouldBlock {
    by_day: Vec<SavedDay>,
}

#[derive(Deserialize)]
struct SavedDay {
    #[serde(default)]
    day: Option<Date>,
    sign_ins: u64,
    blocked: u64,
    unknown: u64,
    failed: u64,
    unclear: Option<u64>,
    gaps: Option<BTreeMap<ShareGap, u64>>,
}

impl SavedDay {
    fn is_earlier(&self) -> bool {
        self.unclear.is_none() || self.gaps.is_none()
    }

    fn share(self) -> WouldBlock {
        WouldBlock {
            sign_ins: self.sign_ins,
            blocked: self.blocked,
            unknown: self.unknown,
            failed: self.failed,
            unclear: self.unclear.unwrap_or_default(),
            gaps: self.gaps.unwrap_or_default(),
        }
    }
}

/// Reads a saved report.
///
/// # Errors
/// It is none, is of a later version, or was edited.
pub fn read_saved(text: &str) -> Result<SavedImpact, SavedImpactError> {
    let foreign = |error: serde_json::Error| SavedImpactError::Foreign(crate::json::describe(&error));
    let document: Value = crate::json::value(text.as_bytes()).map_err(foreign)?;
    let is_impact = document.get("events_digest").is_some() && document.get("pools").is_some();
    let version = document.get("version").and_then(Value::as_u64);
    let Some(version) = version.filter(|_| is_impact) else {
        let words = "it has no `version`, `events_digest` and `pools`";
        return Err(SavedImpactError::Foreign(words.to_owned()));
    };
    if version != 1 {
        return Err(SavedImpactError::Version(version));
    }
    if document.get("digest").and_then(Value::as_str) != Some(digest(&document).as_str()) {
        return Err(SavedImpactError::Edited);
    }
    let file: SavedFile = serde_json::from_value(document).map_err(foreign)?;
    let of_day = |one: SavedDay| (one.day, one.share());
    let share = |pool: SavedPool| SavedShare {
        pool: pool.pool,
        settings: pool.settings_digest,
        is_earlier: pool.would_block.by_day.iter().any(SavedDay::is_earlier),
        would_block: pool.would_block.by_day.into_iter().map(of_day).collect(),
    };
    Ok(SavedImpact {
        shares: file.pools.into_iter().map(share).collect(),
        is_whole: file.exit_code == 0,
    })
}

/// SHA-256 over a report but for its `digest`, in hexadecimal; how it is laid out, and the order of members and lists, say
/// nothing.
pub fn digest(document: &Value) -> String {
    let mut document = unordered(document);
    if let Some(members) = document.as_object_mut() {
        members.shift_remove("digest");
    }
    hex::encode(Sha256::digest(document.to_string()))
}

/// The events of a run, whatever their order: SHA-256 of each, combined by exclusive or.
#[derive(Clone, Debug, Default)]
pub struct EventsDigest([u8; 32]);

impl EventsDigest {
    /// Adds an event, as the line of JSON that stands for it.
    pub fn add(&mut self, line: &[u8]) {
        for (sum, byte) in self.0.iter_mut().zip(Sha256::digest(line)) {
            *sum ^= byte;
        }
    }

    /// In hexadecimal.
    pub fn text(&self) -> String {
        hex::encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        let mut report = json!({
            "version": 1, "exit_code": 0, "events_digest": "00", "pools": [{
                "pool": "us-west-2_A", "settings_digest": "11", "would_block": {
                    "sign_ins": 3, "percent_at_least": 33.333_333_333_333_336, "by_day": [
                        { "sign_ins": 0, "blocked": 0, "unknown": 0, "failed": 2, "unclear": 1, "gaps": {} },
                        { "day": "2026-10-01", "sign_ins": 3, "blocked": 1, "unknown": 0, "failed": 4, "unclear": 0,
                            "gaps": { "id": 1 } },
                    ] },
            }],
        });
        report["digest"] = json!(digest(&report));
        report
    }

    #[test]
    fn a_report_is_read_however_it_is_laid_out() {
        for text in [report().to_string(), format!("{:#}\n", report())] {
            let saved = read_saved(&text).unwrap();
            assert!(saved.is_whole);
            let days: Vec<_> = saved.shares[0].would_block.iter().collect();
            assert_eq!((days[0].0, days[0].1.failed), (&None, 2));
            assert_eq!((*days[1].0, days[1].1.blocked), ("2026-10-01".parse().ok(), 1));
        }
    }

    /// A report that does not say what is missing is of an earlier version.
    #[test]
    fn report_without_gaps_is_earlier() {
        assert!(!read_saved(&report().to_string()).unwrap().shares[0].is_earlier);
        for member in ["gaps", "unclear"] {
            let mut old = report();
            old["pools"][0]["would_block"]["by_day"][0]
                .as_object_mut()
                .unwrap()
                .remove(member);
            old["digest"] = json!(digest(&old));
            assert!(
                read_saved(&old.to_string()).unwrap().shares[0].is_earlier,
                "{member}"
            );
        }
    }

    #[test]
    fn every_edit_is_noticed() {
        for (at, value) in [
            ("/exit_code", json!(4)),
            ("/events_digest", json!("01")),
            ("/pools/0/pool", json!("us-west-2_B")),
            ("/pools/0/settings_digest", json!("12")),
            ("/pools/0/would_block/by_day/1/day", json!("2026-10-02")),
            ("/pools/0/would_block/by_day/1/blocked", json!(0)),
            ("/pools/0/would_block/percent_at_least", json!(33.3)),
            ("/pools", json!([])),
            ("/digest", json!("ff")),
            ("/digest", json!(null)),
        ] {
            let mut edited = report();
            *edited.pointer_mut(at).unwrap() = value;
            assert_eq!(
                read_saved(&edited.to_string()),
                Err(SavedImpactError::Edited),
                "{at}"
            );
        }
        let mut more = report();
        more["more"] = json!(1);
        assert_eq!(read_saved(&more.to_string()), Err(SavedImpactError::Edited));
    }

    #[test]
    fn anything_else_is_no_report() {
        let mut later = report();
        later["version"] = json!(2);
        assert_eq!(read_saved(&later.to_string()), Err(SavedImpactError::Version(2)));
        for text in ["", "{", "[]", "{}", "null", "{\"version\":1}", "version: 1"] {
            let said = read_saved(text);
            assert!(
                matches!(said, Err(SavedImpactError::Foreign(_))),
                "{text}: {said:?}"
            );
        }
    }

    /// The order of events says nothing and each event does.
    #[test]
    fn events_digest_ignores_order() {
        let of = |lines: &[&str]| {
            let mut digest = EventsDigest::default();
            for line in lines {
                digest.add(line.as_bytes());
            }
            digest.text()
        };
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b"]));
        assert!(of(&["a", "b"]) != of(&["a"]) && of(&["a"]) != of(&["b"]) && of(&[]).starts_with("0000"));
    }
}
