//! Facts of the domain: what a pool's threat protection is, and what it really does. Total, pure.
//!
//! A type that schemas call `…V1` is in a file format as it is here: a member that is added to it is optional, and none is
//! renamed, removed or given another meaning. Editors show its `///` lines; what only this program needs to know stands
//! above them.

pub mod alarm;
pub mod alarm_reach;
#[cfg(test)]
pub mod arbitrary;
pub mod arn;
pub mod client;
pub mod client_setting;
pub mod effective;
pub mod event;
pub mod exception;
pub mod log_delivery;
pub mod mfa;
pub mod mode;
pub mod notification;
pub mod observed;
pub mod posture;
pub mod region;
pub mod response;
pub mod ses;
pub mod shard;
