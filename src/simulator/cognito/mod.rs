//! Amazon Cognito user pools.

pub(super) mod operations;

mod read;
mod risk;
