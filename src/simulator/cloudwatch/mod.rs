//! Amazon CloudWatch: alarms and metrics.

mod alarms;
mod data;
mod metrics;

pub(super) mod operations;
