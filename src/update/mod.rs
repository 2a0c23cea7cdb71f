//! Whole-object updates: what the service described, sent back with only the managed members changed.

mod body;
mod client;
mod draft;
mod logs;
mod mfa;
mod places;
mod pool;
mod refusal;
mod risk;
mod secret;
#[cfg(test)]
mod tests;
mod traps;

pub use body::{Changed, LeftOut, UpdateBody, Why};
pub use client::update_client;
pub use logs::{LOG_DESTINATIONS, log_delivery, log_delivery_back};
pub use mfa::mfa_config;
pub use places::{Put, restored, unordered};
pub use pool::{PoolSettings, update_user_pool};
pub use refusal::UpdateRefusal;
pub use risk::{risk_configuration, risk_configuration_back};
pub use secret::drop_secrets;
pub use traps::mfa_twins;
