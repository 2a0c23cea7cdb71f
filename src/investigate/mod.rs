//! Who was it? Recorded sign-ins and `CloudTrail` records of one pool, joined to a timeline for each user, with what the pool's
//! settings did and why. docs/facts.md, "Events".

mod address;
mod collect;
mod join;
mod redact;
mod result;
mod step;
#[cfg(test)]
mod tests;

pub use address::AddressRow;
pub use collect::Investigator;
pub use result::{
    Investigation, InvestigationCounts, InvestigationScope, NamelessRequests, NamelessRow, TimelineUser,
    UnreadUsers,
};
pub use step::{Joined, Ruling, StepCause, TimelineStep};
