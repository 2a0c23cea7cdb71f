//! Plans: a policy against a pool, as data.

mod alarm_coverage;
mod alarms;
mod align;
mod between;
mod body;
mod calls;
mod change;
mod diff;
pub mod file;
pub mod gate;
pub mod guard;
mod lockout;
mod logs;
mod managed;
mod managed_values;
mod needs;
mod sets;
mod setting;
mod step;
mod value;
mod weakening;

#[cfg(test)]
pub(crate) mod tests;

pub use alarms::{AlarmTarget, UNKNOWN as UNKNOWN_OF_ALARM, can_be_said, whole as whole_alarm};
pub use align::{Aligned, Missing, align};
pub use between::between;
pub use body::{risk_members, risk_places};
pub use calls::{Call, calls, enforces, is_step};
pub use change::Change;
pub use diff::{Diff, diff, of_settings};
pub use lockout::{
    FactorStep, LockOut, LostWay, lock_out, lock_outs, ranges_that_begin, spares, unread_of_ranges,
};
pub use managed::{WrittenKeys, may_be_reset};
pub use managed_values::ManagedValue;
pub use needs::{Impossible, impossible};
pub use sets::{AlarmSets, LogSets, RiskSets, Sets, Write, log_configuration};
pub use setting::{Auth, Holder, RiskSetting, SenderField, Setting, mode_of};
pub use value::compared;
