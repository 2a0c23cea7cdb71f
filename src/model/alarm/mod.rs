//! CloudWatch alarms on the threat-protection metrics: what they are, and why one never fires.

mod blind;
mod dead;
mod entry;
mod metric;
mod other;
mod seen;

pub use blind::{BlindFault, blind};
pub use dead::{AlarmFault, AlarmField, check, concerns_cognito, is_pool_id};
pub use entry::{Alarm, Beyond, WarmUp};
pub use metric::{NAMESPACE, OPERATIONS, RISK_LEVELS, STATISTICS, ThreatMetric};
pub use other::{OtherAlarm, Queried, Watched, speaks_for};
pub use seen::{SeenMetric, Subjects, check_seen, spellings, subjects};
