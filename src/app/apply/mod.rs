//! `apply`, `rollback` and `audit`: policies, a journal, or a pool's id, and a live look to a plan; and a plan to calls.
//!
//! ```text
//!  policies, look ──> propose (diff, guards, bodies) ──> [somebody agrees] ──> carry_out ──> verify
//!                                                             pool by pool: object (read again, compare)
//!                                                                           ──> journal ──> step (write, read)
//! ```

mod alarm;
mod audit;
mod basis;
mod costs;
mod execute;
mod findings;
mod goal;
mod job;
mod left;
mod lockout;
mod names;
mod object;
mod places;
mod propose;
mod recorded;
mod refuse;
mod reported;
mod request;
mod rollback;
mod sender;
mod show;
mod since;
mod step;
mod task;
mod undo;
mod verify;

pub use audit::propose_audit;
pub use execute::{Execution, Ports, Step, callers, carry_out};
pub use job::{ApplyJob, Chosen};
pub use propose::{Prepared, propose, propose_back};
pub use recorded::{RecordedPool, recorded};
pub use refuse::{other_regions, unconfirmed};
pub use reported::reported;
pub use undo::to_undo;
pub use verify::verify;
