//! The audit gate: whether enough days in AUDIT are shown before a mode becomes ENFORCED.
//!
//! It opens on proof only. Evidence says since when a pool is in AUDIT, on which day it was not, or both; one that
//! another piece contradicts does not count, and what could not be read makes weaker evidence doubtful.

mod evidence;
mod metrics;
mod pool;
mod trail;
mod verdict;

pub use evidence::{Blind, Evidence, EvidenceSource, Known, NO_EVENT_YET, Other, Out};
pub use metrics::{REST_DAYS, assessed};
pub use pool::{declared, unmodified};
pub use trail::{Said, TrailEvent, trail};
pub use verdict::{Answer, Piece, Standing, Verdict, verdict};
