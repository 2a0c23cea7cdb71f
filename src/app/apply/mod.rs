//! `apply` and `rollback`: policies, or a journal, and a live look to a plan; and a plan to calls.
//!
//! ```text
//!  policies, look ──> propose (diff, guards, bodies) ──> [somebody agrees] ──> carry_out ──> verify
//!                                                             pool by pool: object (read again, compare)
//!                                                                           ──> journal ──> step (write, read)
//! ```

mod aim;
mod alarm;
mod back;
mod body;
mod evidence;
mod execute;
mod findings;
mod ground;
mod job;
mod left;
mod lockout;
mod names;
mod object;
mod places;
mod propose;
mod recorded;
mod refuse;
mod show;
mod step;
mod undo;
mod verify;
mod work;

pub use execute::{Ports, Run, Silent, Step, Tell, callers, carry_out};
pub use job::Job;
pub use propose::{Prepared, propose, propose_back};
pub use recorded::{RecordedPool, recorded};
pub use refuse::{other_regions, unconfirmed};
pub use undo::to_undo;
pub use verify::verify;
