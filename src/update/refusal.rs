//! Why a whole object is not written.

use crate::pointer::Pointer;

/// A description that cannot be known to be sent back safely. Nothing may be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateRefusal {
    /// It is not a description of what is to be updated.
    #[error("the description has no `{0}`, so that it is unknown what it describes")]
    NoId(&'static str),
    /// A place has another shape than the API's.
    #[error("`{pointer}` {what}, which this version cannot carry over")]
    Shape {
        /// Where in the description.
        pointer: Pointer,
        /// What is odd about it, as a sentence's end.
        what: &'static str,
    },
    /// A number that would be rounded on its way.
    #[error("`{0}` is a number that would be rounded on its way, so that it cannot be carried over")]
    Number(Pointer),
    /// A member whose value was not kept.
    #[error(
        "`{0}` is named like a secret, and values of secrets are never kept, so that it cannot be carried over; rename it, or \
         make the change elsewhere"
    )]
    Secret(Pointer),
    /// Settings of an alarm that this version does not know, and that a request could not have.
    #[error(
        "{0} of the alarm is unknown to this version, which could not send it back; change the alarm elsewhere"
    )]
    NotKnown(String),
    /// A place that would become different although nobody asks for it: a fault of this program, seen in time.
    #[error("`{0}` would become different, and nothing that is planned asks for it; please report this")]
    NotAskedFor(Pointer),
    /// Something that this version does not make, because other settings could be lost.
    #[error("`{pointer}` {what}")]
    NotMade {
        /// Where in the description.
        pointer: Pointer,
        /// Why, and what to do, as a sentence's end.
        what: &'static str,
    },
    /// Two places contradict each other, and the service may keep either.
    #[error("`{first}` and `{second}` {what}")]
    Contradiction {
        /// The one place in the description.
        first: Pointer,
        /// The other.
        second: Pointer,
        /// What is wrong with both, and what to do, as a sentence's end.
        what: &'static str,
    },
}
