//! Which pools a command is about.

use crate::app::diff::PoolQuery;

/// Which pools to read.
#[cfg_attr(
    not(feature = "live"),
    expect(dead_code, reason = "a snapshot holds what it holds")
)]
#[derive(Clone, Copy, Debug)]
pub enum PoolSelection<'a> {
    /// Those that policies are for.
    Queries(&'a [PoolQuery]),
    /// All of the regions, and those that policies are for.
    AllAnd(&'a [PoolQuery]),
    /// All of every region.
    Everywhere,
    /// These.
    Ids(&'a [String]),
}
