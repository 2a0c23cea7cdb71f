//! Plans: a policy against a pool, as data.

mod alarms;
mod align;
mod body;
mod calls;
mod change;
mod diff;
pub mod file;
pub mod gate;
pub mod guard;
mod held;
mod leaf;
mod lockout;
mod logs;
mod loss;
mod managed;
mod rings;
mod step;
mod value;
mod written;

#[cfg(test)]
pub(crate) mod tests;

pub use alarms::{AlarmTarget, UNKNOWN as UNKNOWN_OF_ALARM, can_be_said, whole as whole_alarm};
pub use align::{Aligned, Missing, align};
pub use body::{Scope, risk_patch, risk_places, set_risk_configuration};
pub use calls::{Call, Write, calls, enforces};
pub use change::Change;
pub use diff::{Diff, diff, of_leaves};
pub use held::Held;
pub use leaf::{Auth, ClientSetting, Holder, Leaf, LogSource, RangeList, RiskLeaf, SenderPart, TemplatePart};
pub use lockout::{LockOut, lock_out, lock_outs};
pub use written::Written;
