//! Reading a ledger: lines in any order, damaged ones aside.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::difference::Cause;
use crate::json::{self, LineError};
use crate::ledger::line::{AgreedLine, Line, digest};
use crate::model::mode::Mode;
use crate::plan::Auth;
use crate::plan::gate::{Blind, Evidence, EvidenceSource, Known, Other, Out};
use crate::text;

/// The version that is read and written.
pub(super) const VERSION: u32 = 1;

/// What a ledger says. The order of its lines, and lines that stand twice, make no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    modes: BTreeMap<String, [BTreeSet<(Timestamp, Mode)>; 2]>,
    agreed: BTreeMap<String, BTreeMap<String, AgreedLine>>,
    /// Lines that could not be read, in their order, and those of a time that is still to come.
    pub damaged: Vec<LineError>,
    /// Whether some of them are a ledger's all the same.
    has_later: bool,
}

/// How far clocks may be apart.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// Whether a time is still to come, and not only by another clock: nothing was seen then.
pub fn is_to_come(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > SKEW
}

/// Reads a ledger as of a time. A damaged line, such as the marks of a merge that was not finished, is kept aside; so is one
/// of a time that is still to come, which shows nothing.
///
/// # Errors
/// A line of a later version: what it means is unknown, so that nothing is concluded from the rest.
pub fn read(text: &[u8], now: Timestamp) -> Result<Ledger, LineError> {
    let mut ledger = Ledger::default();
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let number = number + 1;
        match decode(line) {
            Ok(line) if is_to_come(line.at(), now) => {
                ledger.has_later = true;
                ledger.damaged.push(LineError {
                    line: number,
                    message: format!("its time is in the future: {}", line.at()),
                });
            }
            Ok(line) => ledger.add(line),
            Err(Fault::Later(version)) => {
                let message = format!(
                    "version {version} is unknown; this program reads version {VERSION}: update cogward"
                );
                return Err(LineError {
                    line: number,
                    message,
                });
            }
            Err(Fault::Damaged(message)) => ledger.damaged.push(LineError {
                line: number,
                message,
            }),
        }
    }
    Ok(ledger)
}

enum Fault {
    Later(u64),
    Damaged(String),
}

fn decode(line: &[u8]) -> Result<Line, Fault> {
    let value = json::value(line).map_err(|error| Fault::Damaged(json::words(&error)))?;
    match value.get("version").and_then(Value::as_u64) {
        Some(version) if version > u64::from(VERSION) => Err(Fault::Later(version)),
        Some(version) if version == u64::from(VERSION) => {
            serde_json::from_value(value).map_err(|error| Fault::Damaged(json::words(&error)))
        }
        _ => Err(Fault::Damaged("it has no version of a ledger".to_owned())),
    }
}

fn index(auth: Auth) -> usize {
    match auth {
        Auth::Standard => 0,
        Auth::Custom => 1,
    }
}

impl Ledger {
    /// Whether something stands in the text and none of it is a ledger's line: it is another file.
    pub fn is_foreign(&self) -> bool {
        !self.damaged.is_empty() && self.modes.is_empty() && self.agreed.is_empty() && !self.has_later
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: Line) {
        match line {
            Line::Mode(line) => {
                let modes = self.modes.entry(line.pool).or_default();
                modes[index(line.auth)].insert((line.at, line.mode));
            }
            Line::Agreed(line) => {
                let leaves = self.agreed.entry(line.pool.clone()).or_default();
                let rank = |line: &AgreedLine| (line.at, line.digest.clone(), line.live_digest.clone());
                match leaves.get_mut(&line.leaf) {
                    Some(known) if rank(known) >= rank(&line) => {}
                    Some(known) => *known = line,
                    None => {
                        leaves.insert(line.leaf.clone(), line);
                    }
                }
            }
        }
    }

    /// When a mode was seen last, and which.
    pub(super) fn last_mode(&self, pool: &str, auth: Auth) -> Option<(Timestamp, Mode)> {
        self.modes.get(pool)?[index(auth)].last().copied()
    }

    /// Every mode that was seen of a pool and an authentication type, oldest first.
    pub fn seen(&self) -> impl Iterator<Item = (&str, Auth, Timestamp, Mode)> {
        self.modes.iter().flat_map(|(pool, modes)| {
            let modes = Auth::ALL.into_iter().zip(modes);
            modes.flat_map(move |(auth, seen)| seen.iter().map(move |(at, mode)| (&**pool, auth, *at, *mode)))
        })
    }

    /// What a pool and its policy agreed on last, of one leaf.
    pub(super) fn agreed(&self, pool: &str, leaf: &str) -> Option<&AgreedLine> {
        self.agreed.get(pool)?.get(leaf)
    }

    /// Which side moved since pool and policy agreed on a leaf.
    pub fn cause(&self, pool: &str, key: &str, live: Option<&Value>, wanted: Option<&Value>) -> Cause {
        let Some(agreed) = self.agreed(pool, key) else {
            return Cause::Differs;
        };
        let before = agreed.live_digest.as_ref().unwrap_or(&agreed.digest);
        match (digest(live) != *before, digest(wanted) != agreed.digest) {
            (true, false) => Cause::Drift,
            (false, true) => Cause::Pending,
            (true, true) => Cause::Conflict,
            // They agreed and neither moved: another version compared otherwise.
            (false, false) => Cause::Differs,
        }
    }

    /// Modes that were seen up to the end of a day, oldest first.
    fn history(&self, pool: &str, auth: Auth, until: Date) -> Vec<(Date, Mode)> {
        let modes = self.modes.get(pool).map(|modes| &modes[index(auth)]);
        let seen = modes.into_iter().flatten();
        seen.map(|(at, mode)| (text::day(*at), *mode))
            .filter(|(day, _)| *day <= until)
            .collect()
    }

    /// The day on which a pool's mode was first seen ENFORCED, of the time that lasts until this day.
    pub fn enforced_since(&self, pool: &str, auth: Auth, today: Date) -> Option<Date> {
        let history = self.history(pool, auth, today);
        let last = history
            .iter()
            .rev()
            .take_while(|(_, mode)| *mode == Mode::Enforced);
        last.last().map(|(day, _)| *day)
    }

    /// The last day on which a pool's mode was seen as something else than ENFORCED, from one day to another, both included;
    /// on the first of them only what is seen after ENFORCED was.
    pub fn out_of_enforced(&self, pool: &str, auth: Auth, from: Date, until: Date) -> Option<(Date, Mode)> {
        let history = self.history(pool, auth, until);
        let begun = |(day, mode): &&(Date, Mode)| *day > from || (*day == from && *mode == Mode::Enforced);
        let since = history.iter().position(|seen| begun(&seen))?;
        let out = history[since..].iter().rfind(|(_, mode)| *mode != Mode::Enforced);
        out.copied()
    }

    /// What the ledger shows of a pool's time in AUDIT, of one authentication type, up to a day; `before` leaves out
    /// the day and all after it, for a step that was made then.
    pub fn evidence(&self, pool: &str, auth: Auth, today: Date, before: Option<Date>) -> Option<Evidence> {
        let mut history = self.history(pool, auth, today);
        if let Some(step) = before {
            history.retain(|(day, mode)| *day < step || (*day == step && *mode != Mode::Enforced));
        }
        let out = history.iter().rposition(|(_, mode)| *mode != Mode::Audit);
        let since = history.get(out.map_or(0, |at| at + 1)).map(|(day, _)| *day);
        let other = out.and_then(|at| history.get(at)).map(|(day, mode)| Other {
            day: *day,
            out: Out::Mode(*mode),
        });
        let mut seen: Vec<_> = history
            .iter()
            .skip(out.map_or(0, |at| at + 1))
            .map(|(day, _)| *day)
            .collect();
        seen.dedup();
        (since.is_some() || other.is_some()).then(|| Evidence {
            auth,
            source: EvidenceSource::Ledger,
            since,
            other,
            note: String::new(),
            seen,
        })
    }

    /// The same for both authentication types of a pool as it is now, with the doubt that damaged lines leave.
    pub fn known(&self, pool: &str, today: Date) -> Known {
        let evidence = Auth::ALL.into_iter();
        Known {
            evidence: evidence
                .filter_map(|auth| self.evidence(pool, auth, today, None))
                .collect(),
            blind: self.blind().into_iter().collect(),
        }
    }

    /// The doubt that damaged lines leave: any of them may have been about any pool.
    pub fn blind(&self) -> Option<Blind> {
        let first = self.damaged.first()?;
        Some(Blind {
            auth: None,
            source: EvidenceSource::Ledger,
            before: None,
            why: format!("line {} is damaged: {}", first.line, first.message),
        })
    }
}
