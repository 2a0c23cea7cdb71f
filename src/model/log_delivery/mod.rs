//! Export of user-activity and notification logs.

mod entry;
mod faults;
mod source;

pub use entry::{Delivery, LogDelivery};
pub use faults::{LogFault, faults};
pub use source::LogSource;
