//! What an apply or a rollback would do, and what became of it: what its renderers get. It decides nothing but how a
//! run ends.

mod guard;
mod outcome;
mod pool;
mod reason;
mod whole;

pub use guard::{Accept, Guard, Refused};
pub use outcome::{ApplyOutcome, CallOutcome, ChangeOutcome, Ended, PoolOutcome, State};
pub use pool::{Block, CallShown, Carried, Gate, NotSent, Planned, PolicyFinding, PoolProposal, pool_users};
pub use reason::PlanReason;
pub use whole::{Counts, Ending, Proposal};
