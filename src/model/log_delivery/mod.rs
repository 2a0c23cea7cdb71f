//! Export of user-activity and notification logs.

mod entry;
mod faults;

pub use entry::{Delivery, LogDelivery};
pub use faults::{LogFault, LogSource, faults};
