//! CloudWatch alarms on the threat-protection metrics: what they are, and why one never fires.

mod blind;
mod dead;
mod entry;
mod fault;
mod metric;
mod never;
mod other;
mod seen;

pub use blind::blind;
pub use dead::{check, concerns_cognito};
pub use entry::{Alarm, Beyond, WarmUp};
pub use fault::{AlarmFault, AlarmField};
pub use metric::{NAMESPACE, OPERATIONS, RISK_LEVELS, STATISTICS, ThreatMetric, is_pool_id};
pub use never::{elsewhere, far_topics};
pub use other::{OtherAlarm, Queried, THIS_POOL, Watched, speaks_for};
pub use seen::{SeenMetric, Subjects, check_seen, spellings, subjects};
