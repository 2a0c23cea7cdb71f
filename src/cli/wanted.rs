//! Which pools a command is about.

use crate::app::diff::Wish;

/// Which pools to look at.
#[cfg_attr(
    not(feature = "live"),
    expect(dead_code, reason = "a snapshot holds what it holds")
)]
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Those that policies are for.
    Wishes(&'a [Wish]),
    /// All of the regions, and those that policies are for.
    AllAnd(&'a [Wish]),
    /// All of every region.
    Everywhere,
    /// These.
    Ids(&'a [String]),
}
