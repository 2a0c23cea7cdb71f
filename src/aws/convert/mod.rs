//! Decodes answers of AWS into parts of a posture. Pure: knows neither the network nor the SDK.

mod alarms;
#[cfg(test)]
mod any;
mod client;
mod cursor;
mod logs;
mod mfa;
mod others;
mod pool;
mod risk;
mod trail;

pub use alarms::{AlarmsByPool, MetricsByPool, topics_of};
pub use client::{ClientFacts, client, keys};
pub use cursor::DecodeError;
pub use logs::log_delivery;
pub use mfa::mfa;
pub use others::OtherAlarms;
pub use pool::{pool, time};
pub use risk::{client_risk, pool_risk};
pub use trail::{CREATE, UPDATE, trail_events};
