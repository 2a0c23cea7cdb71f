//! What a change does to what is observed, from its parts.

use crate::model::effective::Direction;

/// What one part of a change does to who is notified of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Less is reported, later, or to fewer.
    Less,
    /// More is reported, sooner, or to more.
    More,
    /// More or the same: which of the two is unknown.
    MoreOrSame,
    /// Something else is reported, or to somebody else, and neither side holds the other.
    Unordered,
}

/// What a change does as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Weaker if anything is less, else undefined if anything cannot be ordered.
    pub(super) direction: Direction,
    /// Whether anything is more, whatever is less besides.
    pub(super) strengthens: bool,
    /// Whether what was reported before may not be reported afterwards, and nobody can say.
    pub(super) is_unordered: bool,
}

impl Step {
    /// Puts parts together.
    pub(super) fn of(parts: &[Part]) -> Self {
        let has = |part: Part| parts.contains(&part);
        let direction = if has(Part::Less) {
            Direction::Weaker
        } else if has(Part::Unordered) || has(Part::MoreOrSame) {
            Direction::Undefined
        } else if has(Part::More) {
            Direction::Stronger
        } else {
            Direction::Neutral
        };
        Self {
            direction,
            strengthens: has(Part::More),
            is_unordered: has(Part::Unordered),
        }
    }
}
