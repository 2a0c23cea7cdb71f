//! Whole-object updates: what the service described, sent back with only the managed members changed.

mod body;
mod client;
mod draft;
mod pool;
mod refusal;
mod secret;
mod settings;
#[cfg(test)]
mod tests;
mod traps;

pub use body::{Changed, LeftOut, UpdateBody, Why};
pub use client::update_client;
pub use pool::update_user_pool;
pub use refusal::Refusal;
pub use secret::drop_secrets;
pub use settings::{ClientSettings, PoolSettings};
