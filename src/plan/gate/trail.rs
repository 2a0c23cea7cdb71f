//! What CloudTrail's history of a pool shows of its modes.
//!
//! The shape of the events is not confirmed (docs/facts.md, "CloudTrail events of a user pool"), nor is whether an
//! update that does not name the modes keeps them or switches them off
//! (docs/facts.md, "`UpdateUserPool` resets what is not sent"): what is concluded here is right under either answer.

use jiff::Timestamp;

use crate::model::mode::{Mode, Modes};
use crate::plan::gate::evidence::{Blind, Evidence, EvidenceSource, Known, Other, Out};
use crate::plan::setting::{Auth, mode_of};
use crate::text::{self, day};

/// What an event says of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It was set to this.
    Mode(Mode),
    /// It was not named: kept, or switched off.
    Silent,
    /// It cannot be identified: hidden, or of an unknown form.
    Hidden,
}

/// A successful `CreateUserPool` or `UpdateUserPool` of one pool, or of one that cannot be identified and may be this
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailEvent {
    /// When.
    pub at: Timestamp,
    /// Whether the pool was created by it.
    pub creates: bool,
    /// What it says of each mode: standard, custom.
    pub said: [Said; 2],
}

/// What the events of a pool show, its modes being as they are now. Where no event is seen nothing is shown, as a
/// history without an event proves nothing by itself.
pub fn trail(modes: Modes, events: &[TrailEvent]) -> Known {
    let mut newest_first = events.to_vec();
    newest_first.sort_by_key(|event| std::cmp::Reverse(event.at));
    let mut known = Known::default();
    for (index, auth) in Auth::ALL.into_iter().enumerate() {
        // Out of AUDIT now, the pool itself says all there is to say.
        if mode_of(modes, auth) != Some(Mode::Audit) || newest_first.is_empty() {
            continue;
        }
        let found = walk(&newest_first, index);
        let number = text::count(events.len(), "event", "events");
        known.evidence.push(Evidence {
            auth,
            source: EvidenceSource::CloudTrail,
            since: found.since.map(day),
            other: found.other,
            note: format!("{number} of the last 90 days"),
            seen: Vec::new(),
        });
        if let Some(at) = found.hidden {
            known.blind.push(Blind {
                auth: Some(auth),
                source: EvidenceSource::CloudTrail,
                before: Some(day(at)),
                why: format!(
                    "the event of {at} does not say what became of the {} mode",
                    auth.as_str()
                ),
            });
        }
    }
    known
}

/// What a walk back in time found.
#[derive(Default)]
struct Found {
    since: Option<Timestamp>,
    other: Option<Other>,
    hidden: Option<Timestamp>,
}

/// Walks from now, when the mode is AUDIT, back as far as it is known to have been so.
fn walk(newest_first: &[TrailEvent], index: usize) -> Found {
    let mut found = Found::default();
    // Whether the mode was AUDIT right after the event.
    let mut after = true;
    for event in newest_first {
        let creation = event.creates.then(|| Other {
            day: day(event.at),
            out: Out::NoPool,
        });
        match event.said[index] {
            Said::Mode(Mode::Audit) => {
                found.since = Some(event.at);
                after = false;
            }
            // Set to something else and AUDIT nonetheless: that it was changed since was not seen.
            Said::Mode(mode) => {
                found.other = Some(Other {
                    day: found.since.map_or_else(|| day(event.at), day),
                    out: Out::Mode(mode),
                });
                return found;
            }
            // AUDIT after an update that did not name it: it was kept, so that it was AUDIT before as well.
            Said::Silent if after => found.since = Some(event.at),
            // It may have been switched off, and set to AUDIT by the next event.
            Said::Silent => {
                found.other = creation;
                return found;
            }
            Said::Hidden => {
                found.since = if after { Some(event.at) } else { found.since };
                found.hidden = Some(event.at);
                return found;
            }
        }
        if creation.is_some() {
            found.other = creation;
            return found;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events a day apart, oldest first, from 1 November; `c` creates.
    fn shown(words: &[&str]) -> (Option<i8>, Option<(i8, Out)>, Option<i8>) {
        let event = |(index, word): (usize, &&str)| TrailEvent {
            at: format!("2026-11-{:02}T12:00:00Z", index + 1).parse().unwrap(),
            creates: word.starts_with('c'),
            said: [
                match word.trim_start_matches('c') {
                    "audit" => Said::Mode(Mode::Audit),
                    "off" => Said::Mode(Mode::Off),
                    "enforced" => Said::Mode(Mode::Enforced),
                    "hidden" => Said::Hidden,
                    _ => Said::Silent,
                },
                Said::Hidden,
            ],
        };
        let events: Vec<_> = words.iter().enumerate().map(event).collect();
        let modes = Modes {
            standard: Some(Mode::Audit),
            custom: Some(Mode::Off),
        };
        let known = trail(modes, &events);
        let Some(one) = known.evidence.first() else {
            return (None, None, None);
        };
        (
            one.since.map(jiff::civil::Date::day),
            one.other.map(|other| (other.day.day(), other.out)),
            known
                .blind
                .first()
                .and_then(|blind| blind.before)
                .map(jiff::civil::Date::day),
        )
    }

    /// The mode is followed back as far as it is known.
    #[test]
    fn mode_history_traced_back() {
        let off = |day| Some((day, Out::Mode(Mode::Off)));
        for (events, expected) in [
            (&["audit"][..], (Some(1), None, None)),
            (&["audit", "-", "-"], (Some(1), None, None)),
            (&["-", "-"], (Some(1), None, None)),
            (&["off", "audit", "-"], (Some(2), off(2), None)),
            (&["audit", "audit"], (Some(1), None, None)),
            (&["enforced", "-", "audit"], (Some(3), None, None)),
            (&["audit", "hidden", "-"], (Some(2), None, Some(2))),
            (&["audit", "hidden", "audit"], (Some(3), None, Some(2))),
            (&["caudit", "-"], (Some(1), Some((1, Out::NoPool)), None)),
            (&["c-", "audit"], (Some(2), Some((1, Out::NoPool)), None)),
            (&["audit", "off"], (None, off(2), None)),
            (&[], (None, None, None)),
        ] {
            assert_eq!(shown(events), expected, "{events:?}");
        }
    }
}
