//! Amazon CloudWatch: alarms and metrics.

mod alarms;
mod data;
mod input;
mod metrics;

pub(super) mod operations;
