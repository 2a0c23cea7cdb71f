//! The units that a rule may use, and what values cost.

use std::cell::Cell;

use cel::ExecutionError;
use cel::common::types::{CelMap, CelString, LIST_TYPE};
use cel::common::value::Val;

/// Units of one rule on one view. A unit is a step of the engine or 4 bytes of a text; a value that is
/// copied costs [`VALUE`]. Used up in about a second; no built-in rule needs more than a few thousand for a
/// policy that the API takes. Builds for tests and fuzzing are slow, so there it is less.
pub const LIMIT: u64 = if cfg!(any(test, fuzzing)) {
    1_000_000
} else {
    20_000_000
};

/// Units that all rules of a user may use in one run, beyond [`FREE`] for each rule and view. Each has an equal share, so
/// that one of them takes nothing from the others.
pub const RUN_LIMIT: u64 = 3 * LIMIT;

/// Units of one rule on one view that do not count in [`RUN_LIMIT`]: a run may have many policies.
pub const FREE: u64 = 10_000;

/// Units for copying a value, its text apart.
const VALUE: u64 = 4;

/// Units for an entry of a map, its key and its value apart.
const ENTRY: u64 = 8;

/// The message for a rule that used all of its units.
pub const EXCEEDED: &str =
    "takes more work than a rule may: loops inside loops, or texts and lists that keep growing";

thread_local! {
    /// Units left. A rule runs on one thread from its first expression to its last.
    static LEFT: Cell<u64> = const { Cell::new(0) };
    /// Units that it was given.
    static GIVEN: Cell<u64> = const { Cell::new(0) };
}

/// Gives the rule that runs next on this thread its units: all, or as many as there are.
pub fn begin(most: u64) {
    let given = most.min(LIMIT);
    GIVEN.set(given);
    LEFT.set(given);
}

/// Takes units; an error when there are not that many left, and from then on.
pub fn spend(units: u64) -> Result<(), ExecutionError> {
    let left = LEFT.get().checked_sub(units).filter(|left| *left > 0);
    LEFT.set(left.unwrap_or(0));
    left.map(|_| ())
        .ok_or_else(|| ExecutionError::InternalError(EXCEEDED.to_owned()))
}

/// Units that were used since [`begin`].
pub fn used() -> u64 {
    GIVEN.get().saturating_sub(LEFT.get())
}

/// Whether the units are used up: the engine may have gone on with the other side of an `||`.
pub fn is_exceeded() -> bool {
    LEFT.get() == 0
}

/// Takes what a copy of a value costs, or a look at all of it.
pub fn pay(value: &dyn Val, times: u64) -> Result<(), ExecutionError> {
    spend(size(value, LEFT.get()).saturating_mul(times))
}

/// The size of a value in units, at most a little over `limit`. What is shared counts as one.
fn size(value: &dyn Val, limit: u64) -> u64 {
    if let Some(text) = value.downcast_ref::<CelString>() {
        return VALUE + units(text.inner().len());
    }
    let mut sum = VALUE;
    if let Some(map) = value.downcast_ref::<CelMap>() {
        for (key, value) in map.inner() {
            if sum > limit {
                break;
            }
            sum += ENTRY + size(key.inner(), limit) + size(value.as_ref(), limit - sum);
        }
    } else if *value.get_type() == LIST_TYPE
        && let Some(list) = value.as_iterable()
    {
        let mut elements = list.iter();
        while let Some(element) = elements.next()
            && sum <= limit
        {
            sum += size(element, limit - sum);
        }
    }
    sum
}

/// Units of a number of bytes.
pub fn units(bytes: usize) -> u64 {
    u64::try_from(bytes / 4).unwrap_or(u64::MAX)
}
