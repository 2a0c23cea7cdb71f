//! How strong a cell is: a partial order, and the direction of a change.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::effective::reason::Reason;
use crate::model::effective::terms::{Cell, CellOutcome, Notified};

crate::ident::spelled!(Direction);

/// What a change does to protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Direction")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Direction {
    /// Less is stopped, or fewer users are notified.
    Weaker,
    /// AWS's behaviour on one side is unconfirmed or unknown: the change may do either.
    Undefined,
    /// Nothing that protects changes.
    Neutral,
    /// More is stopped, or more users are notified.
    Stronger,
}

impl Direction {
    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            other => other.as_str(),
        }
    }

    /// The direction of the change undone.
    pub fn reversed(self) -> Self {
        match self {
            Self::Weaker => Self::Stronger,
            Self::Stronger => Self::Weaker,
            other => other,
        }
    }
}

/// The strengths that a cell may have in truth, both ends included, on the scale
/// nothing (0) < passes (1) < passes and is notified (2) < MFA if configured (3) < MFA required (4)
/// < blocked (5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Strength {
    lo: u8,
    hi: u8,
}

impl Cell {
    fn strength(self) -> Strength {
        let (lo, hi) = match self.outcome {
            CellOutcome::Off | CellOutcome::Blind | CellOutcome::NotCovered => (0, 0),
            CellOutcome::Allowed | CellOutcome::OnlyAudited => (1, 1),
            CellOutcome::AllowedNotified => (2, 2),
            CellOutcome::MfaIfConfigured => (3, 3),
            CellOutcome::MfaRequired => (4, 4),
            CellOutcome::Blocked => (5, 5),
            CellOutcome::Undefined if self.reason == Reason::FlowUndocumented => (0, 5),
            CellOutcome::Undefined => (1, 5),
            CellOutcome::Unknown => (0, 5),
        };
        Strength { lo, hi }
    }

    /// Compares the strength of two cells: a partial order.
    ///
    /// A cell is an interval of strengths, a point unless its outcome is undefined or unknown. An
    /// interval that ends where another begins is the weaker one, for whatever the truth is, it
    /// is not stronger. Equal strengths are distinguished by `notifies`. Intervals that overlap are not
    /// comparable (`None`), except those of cells that are uncertain for the same reason in the
    /// same way: these share whatever the truth is.
    ///
    /// Cells that hang on whether AWS covers a flow are compared under both answers: one is the weaker if it is so under
    /// one of them and not the stronger under the other.
    ///
    /// Reflexive; antisymmetric and transitive on strengths (different cells, such as off and
    /// blind, may be `Equal`).
    pub fn strength_cmp(self, other: Self) -> Option<Ordering> {
        if self.if_covered.is_none() && other.if_covered.is_none() {
            return self.cmp_as_it_is(other);
        }
        let under = |is_covered| self.under(is_covered).cmp_as_it_is(other.under(is_covered));
        match (under(false), under(true)) {
            (Some(Ordering::Equal), found) | (found, Some(Ordering::Equal)) => found,
            (one, other) if one == other => one,
            _ => None,
        }
    }

    fn cmp_as_it_is(self, other: Self) -> Option<Ordering> {
        if self.strength() == other.strength() && self.outcome == other.outcome && self.reason == other.reason
        {
            // The same truth.
            return Some(self.notifies.cmp(&other.notifies));
        }
        let (mine, its) = (self.strength_told(), other.strength_told());
        if mine.lo == mine.hi && mine == its {
            Some(Ordering::Equal)
        } else if mine.hi <= its.lo {
            Some(Ordering::Less)
        } else if mine.lo >= its.hi {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    /// The strengths that a cell may have, where being told breaks ties. Whether the user is notified of what nobody
    /// knows is unknown either.
    fn strength_told(self) -> Strength {
        let Strength { lo, hi } = self.strength();
        let told = match self.notifies {
            Notified::No => 0,
            // Weaker than notified under one of AWS's answers, and stronger than not notified under the other.
            Notified::Unconfirmed => 1,
            Notified::Yes => 2,
        };
        Strength {
            lo: 3 * lo + if lo == hi { told } else { 0 },
            hi: 3 * hi + told,
        }
    }

    /// Whether it is known what happens.
    fn is_certain(self) -> bool {
        let known = |outcome| !matches!(outcome, CellOutcome::Undefined | CellOutcome::Unknown);
        known(self.outcome) && self.would.is_none_or(known)
    }

    /// What may be claimed of a change from `before` to `after`: as [`Cell::direction`], but nothing is weaker or stronger
    /// than what nobody knows. Where a side is uncertain, that is claimed only if it is so whatever the truth is; "not
    /// stronger" is not enough.
    pub fn claim(before: Self, after: Self) -> Direction {
        let direction = Self::direction(before, after);
        if (before.is_certain() && after.is_certain()) || direction == Direction::Neutral {
            return direction;
        }
        let (old, new) = (before.strength(), after.strength());
        if new.hi < old.lo {
            Direction::Weaker
        } else if new.lo > old.hi {
            Direction::Stronger
        } else {
            Direction::Undefined
        }
    }

    /// What a change from `before` to `after` does to protection: [`Cell::strength_cmp`] as a
    /// direction, where "not comparable" is [`Direction::Undefined`].
    pub fn direction(before: Self, after: Self) -> Direction {
        match after.strength_cmp(before) {
            Some(Ordering::Less) => Direction::Weaker,
            Some(Ordering::Equal) => Direction::Neutral,
            Some(Ordering::Greater) => Direction::Stronger,
            None => Direction::Undefined,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell there could be, possible in a table or not.
    fn every_cell() -> Vec<Cell> {
        let mut cells = Vec::new();
        for outcome in CellOutcome::ALL {
            for reason in Reason::ALL {
                for notifies in [Notified::No, Notified::Unconfirmed, Notified::Yes] {
                    cells.push(Cell {
                        notifies,
                        ..Cell::plain(outcome, reason)
                    });
                }
            }
        }
        cells
    }

    #[test]
    fn strength_is_reflexive_and_antisymmetric() {
        for a in every_cell() {
            assert_eq!(a.strength_cmp(a), Some(Ordering::Equal), "{a:?}");
            for b in every_cell() {
                assert_eq!(
                    a.strength_cmp(b),
                    b.strength_cmp(a).map(Ordering::reverse),
                    "{a:?} {b:?}"
                );
                assert_eq!(
                    Cell::direction(a, b),
                    Cell::direction(b, a).reversed(),
                    "{a:?} {b:?}"
                );
            }
        }
    }

    #[test]
    fn strength_is_transitive() {
        // One cell for each pair of strength and truth is enough, and keeps the cube small.
        let reasons = [Reason::Configured, Reason::FlowUndocumented, Reason::LevelMissing];
        let cells: Vec<_> = every_cell()
            .into_iter()
            .filter(|c| reasons.contains(&c.reason))
            .collect();
        for &a in &cells {
            for &b in &cells {
                let Some(ab) = a.strength_cmp(b) else { continue };
                for &c in &cells {
                    let Some(bc) = b.strength_cmp(c) else { continue };
                    let expected = match (ab, bc) {
                        (x, Ordering::Equal) => x,
                        (Ordering::Equal, y) => y,
                        (x, y) if x == y => x,
                        _ => continue,
                    };
                    assert_eq!(a.strength_cmp(c), Some(expected), "{a:?} {b:?} {c:?}");
                }
            }
        }
    }

    fn cell(outcome: CellOutcome) -> Cell {
        Cell::plain(outcome, Reason::Configured)
    }

    #[test]
    fn directions_that_matter() {
        use Direction::{Neutral, Stronger, Undefined, Weaker};
        let missing = Cell::plain(CellOutcome::Undefined, Reason::SectionMissing);
        let level = Cell::plain(CellOutcome::Undefined, Reason::LevelMissing);
        let told = Cell {
            notifies: Notified::Yes,
            ..cell(CellOutcome::Blocked)
        };
        let perhaps = Cell {
            notifies: Notified::Unconfirmed,
            ..told
        };
        for (before, after, expected) in [
            (cell(CellOutcome::Blocked), cell(CellOutcome::MfaRequired), Weaker),
            (cell(CellOutcome::Blocked), cell(CellOutcome::OnlyAudited), Weaker),
            (
                cell(CellOutcome::Allowed),
                cell(CellOutcome::OnlyAudited),
                Neutral,
            ),
            (cell(CellOutcome::OnlyAudited), cell(CellOutcome::Off), Weaker),
            (cell(CellOutcome::Off), cell(CellOutcome::Blind), Neutral),
            (told, cell(CellOutcome::Blocked), Weaker),
            (cell(CellOutcome::Blocked), told, Stronger),
            (told, perhaps, Weaker),
            (perhaps, cell(CellOutcome::Blocked), Weaker),
            (missing, cell(CellOutcome::Blocked), Stronger),
            (missing, cell(CellOutcome::Allowed), Weaker),
            (missing, cell(CellOutcome::MfaRequired), Undefined),
            (missing, level, Undefined),
            (missing, missing, Neutral),
            (cell(CellOutcome::Unknown), cell(CellOutcome::Blocked), Stronger),
            (cell(CellOutcome::Unknown), cell(CellOutcome::Allowed), Undefined),
        ] {
            assert_eq!(
                Cell::direction(before, after),
                expected,
                "{before:?} -> {after:?}"
            );
        }
    }

    /// Every pair of cells of which one is uncertain, and the certain ones beside.
    #[test]
    fn nothing_is_weaker_than_what_nobody_knows() {
        use Direction::{Neutral, Undefined};
        for a in every_cell() {
            for b in every_cell() {
                let (claim, direction) = (Cell::claim(a, b), Cell::direction(a, b));
                assert_eq!(claim.reversed(), Cell::claim(b, a), "{a:?} {b:?}");
                if a.is_certain() && b.is_certain() || direction == Neutral {
                    assert_eq!(claim, direction, "{a:?} {b:?}");
                    continue;
                }
                // A claim says what the direction says, or nothing.
                assert!([direction, Undefined].contains(&claim), "{a:?} {b:?}");
                // Whatever happens, an assessed request is more than one that nobody looks at.
                let disjoint = a.strength().hi < b.strength().lo || b.strength().hi < a.strength().lo;
                assert_eq!(claim != Undefined, disjoint, "{a:?} {b:?}");
            }
        }
        let missing = Cell::plain(CellOutcome::Undefined, Reason::SectionMissing);
        for certain in [
            CellOutcome::Allowed,
            CellOutcome::AllowedNotified,
            CellOutcome::MfaRequired,
            CellOutcome::Blocked,
        ] {
            assert_eq!(Cell::claim(missing, cell(certain)), Undefined);
            assert_eq!(Cell::claim(cell(certain), missing), Undefined);
        }
        assert_eq!(Cell::claim(missing, cell(CellOutcome::Off)), Direction::Weaker);
    }
}
