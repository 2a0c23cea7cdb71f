//! IP exceptions: ranges that are always blocked, and ranges that are never assessed.

mod cidr;
mod entry;
mod kind;
mod relate;
mod set;

pub use cidr::{CidrCheck, check};
pub use entry::{IpRange, LIMIT, RiskExceptions};
pub use kind::kind;
pub use relate::{Pair, Relation, pairs, pairs_within};
pub use set::{aggregate, aggregate_nets, not_covered};
