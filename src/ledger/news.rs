//! What a run adds to a ledger: nothing, where nothing is new.

use jiff::{Span, Timestamp};

use crate::ledger::line::{AgreedLine, Line, ModeLine, digest};
use crate::ledger::read::{Ledger, VERSION};
use crate::model::observed::Observed;
use crate::plan::{Auth, ManagedValue};

/// One pool as it was seen, and what its policy manages of it.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The pool.
    pub pool: &'a Observed,
    /// The managed leaves that were read.
    pub held: &'a [ManagedValue],
}

/// The lines that a run adds: modes that are not the last recorded ones, and leaves on which pool and policy agree
/// otherwise than they did before. What could not be read adds nothing.
pub fn news(ledger: &Ledger, sights: &[Sight<'_>], at: Timestamp, by: &str) -> Vec<Line> {
    let mut known = ledger.clone();
    let mut lines = Vec::new();
    for sight in sights {
        let posture = &sight.pool.posture;
        let modes = [posture.mode.standard, posture.mode.custom];
        for (auth, mode) in Auth::ALL.into_iter().zip(modes) {
            let last = known.last_mode(sight.pool.id(), auth);
            let Some(mode) = mode.filter(|mode| last.is_none_or(|(_, last)| last != *mode)) else {
                continue;
            };
            let line = Line::Mode(ModeLine {
                version: VERSION,
                at: after(at, last.map(|(at, _)| at)),
                by: by.to_owned(),
                account: posture.account.clone(),
                region: posture.region.clone(),
                pool: sight.pool.id().to_owned(),
                auth,
                mode,
            });
            known.add(line.clone());
            lines.push(line);
        }
        for held in sight.held.iter().filter(|held| held.agrees) {
            let [wanted, live] = [&held.wanted, &held.live].map(|value| digest(value.as_ref()));
            let live_digest = (live != wanted).then_some(live);
            let last = known.agreed(sight.pool.id(), &held.key);
            if last.is_some_and(|last| (&last.digest, &last.live_digest) == (&wanted, &live_digest)) {
                continue;
            }
            let agreed = Line::Agreed(AgreedLine {
                version: VERSION,
                at: after(at, last.map(|last| last.at)),
                by: by.to_owned(),
                account: posture.account.clone(),
                region: posture.region.clone(),
                pool: sight.pool.id().to_owned(),
                leaf: held.key.clone(),
                digest: wanted,
                live_digest,
            });
            known.add(agreed.clone());
            lines.push(agreed);
        }
    }
    lines
}

/// What is new comes after what was known, whatever a clock says: else it would be written again every time.
fn after(at: Timestamp, last: Option<Timestamp>) -> Timestamp {
    match last {
        Some(last) if last >= at => last.checked_add(Span::new().seconds(1)).unwrap_or(last),
        _ => at,
    }
}

/// A file's text with lines added to it. A last line that was cut off stays what it is, a damaged line.
pub fn grown(text: &[u8], lines: &[Line]) -> Vec<u8> {
    let mut grown = text.to_vec();
    if !lines.is_empty() && !grown.is_empty() && !grown.ends_with(b"\n") {
        grown.push(b'\n');
    }
    for line in lines {
        // Texts, numbers and words: none of them can fail to be written.
        grown.extend(serde_json::to_vec(line).unwrap_or_default());
        grown.push(b'\n');
    }
    grown
}
