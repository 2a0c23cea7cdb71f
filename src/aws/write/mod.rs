//! Writing: a port of its own, which nobody who reads is given.

mod alarm;
mod port;
mod retry;
mod writer;

pub(super) use alarm::beyond;
pub use alarm::{AlarmRequest, CarriedSettings, NamedAlarm};
pub use port::{ConnectWriter, Effect, WriteError, WritePort, Written};
pub(super) use writer::Writer;
