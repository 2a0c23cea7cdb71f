//! AWS: what may be read (a port that cannot write), what may be written (another one), the clients behind them, and
//! their rate quotas.

mod answer;
mod budget;
mod causes;
mod classify;
mod client;
mod connector;
pub mod convert;
pub mod error;
mod hosts;
mod incident;
pub mod limits;
mod mark;
mod measure;
pub mod operation;
mod origin;
mod others;
pub mod port;
mod profile;
mod redact;
pub mod session;
mod subject;
mod transport;
mod typed;
mod unknown_members;
mod wire;
pub mod write;

pub use connector::{Connector, check_profile, default_region};
pub use error::{CallError, Fault};
pub use limits::Limits;
pub use operation::Operation;
pub use port::{
    AlarmChange, Alarms, AnyAlarm, COGNITO_PAGE, Connect, Data, MOST_METRICS, Measured, Metrics, Page,
    PoolEntry, ReadPort, Reply, TrailRecord, UserEntry,
};
pub use profile::AwsVariables;
pub use session::Session;
pub use write::{
    AlarmRequest, CarriedSettings, ConnectWriter, Effect, NamedAlarm, WriteError, WritePort, Written,
};
