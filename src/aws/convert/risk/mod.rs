//! `DescribeRiskConfiguration`.

mod read;
#[cfg(test)]
mod tests;

pub use read::{Trouble, client_risk, pool_risk};
