//! Amazon CloudWatch: alarms and metrics.

mod alarms;
mod data;
mod history;
mod input;
mod metrics;

pub(super) mod operations;
