//! Amazon Cognito user pools.

pub(super) mod operations;

mod feedback;
mod log_delivery;
mod mfa;
mod plan;
mod read;
mod record;
mod risk;
mod set_risk;
mod traps;
mod update_client;
mod update_pool;
mod users;
