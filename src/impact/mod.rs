//! Events against settings: what would have happened to each, and how often. A replay of what was recorded, not a forecast:
//! other responses lead to other scores later.

mod count;
mod governed;
mod outcome;
mod period;
mod replay;
mod result;
mod saved;
mod sign_ins;
mod users;
mod would_block;

pub use count::ImpactCounter;
pub use outcome::{ReplayOutcome, ReplayReason};
pub use period::{SharePeriod, in_period};
pub use replay::{Decider, Replayed, Replayer, Strictness};
pub use result::{
    Breakdown, BreakdownRow, EventCount, HitUser, ImpactChange, ImpactFlow, ImpactReport, OutcomeRow,
    PolicyImpact, PoolImpact, ReasonRow,
};
pub use saved::{
    EventsDigest, SavedImpact, SavedImpactError, SavedShare, digest as saved_digest, read_saved,
};
pub use sign_ins::{AddressSignIns, ClientSignIns, SignIns};
pub use would_block::{ShareGap, WouldBlock};
