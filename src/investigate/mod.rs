//! Who was it? Recorded sign-ins and `CloudTrail` records of one pool, joined to a timeline for each user, with what the pool's
//! settings did and why. docs/facts.md, "Events".

mod collect;
mod redact;
mod result;
mod step;
#[cfg(test)]
mod tests;

pub use collect::{InvestigationScope, Investigator};
pub use result::{Investigation, InvestigationCounts, NamelessRequests, NamelessRow, TimelineUser};
pub use step::{Ruling, StepCause, TimelineStep};
