//! A simulated AWS on loopback: enough of Cognito, CloudWatch, SNS, STS and CloudTrail for tests,
//! benches and the demo.
//!
//! ```text
//!  HTTP ──> wire (protocols) ──> desk (who, may they, quota, fault) ──> service ──> world (data)
//! ```
//!
//! It answers what AWS documents, and the words of refusals where somebody has published them. Where
//! AWS's answer is not confirmed, [`Behaviour`] has a switch, and tests run both ways. Objects are
//! kept as the JSON of the API, so that members which this version does not know are kept, changed
//! and answered like all others.
//!
//! What it does not do:
//!
//! - Signatures are read for who calls, from which region and to which service. They are not
//!   checked, and sessions do not expire by themselves (there is a fault for that).
//! - IAM is a set of allowed actions; there are no resources, conditions or trust policies.
//! - Nobody signs in: metrics, events, alarm history and users only are what the world says. Alarms do not change
//!   their state, and topics send nothing.
//! - It does not know other resources: that a role, a function, an SES identity, a log group or a
//!   key exists is not checked, nor are the characters of names and texts.
//! - `GetMetricData` has no expressions and one page. `PutMetricAlarm` checks alarms on one metric.
//! - There is one partition, `aws`, no replicas, and no operation beyond those that are played:
//!   others answer `UnknownOperationException` or `InvalidAction`.

pub mod demo;

mod clock;
mod cloudtrail;
mod cloudwatch;
mod cognito;
mod context;
mod failure;
mod fault;
mod log;
mod options;
mod quota;
mod router;
mod server;
mod service;
mod shape;
mod sns;
mod state;
mod sts;
mod times;
mod wire;

pub use fault::{Empty, FaultKind, InjectedFault};
pub use log::LoggedCall;
pub use options::{
    AllClients, Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Unsent, Update,
};
pub use quota::Quotas;
pub use server::Server;
pub use service::Service;
pub use state::{
    Account, AwsState, AwsStateError, Identity, Metric, Pool, PoolUser, RawMembers, Region, Role,
    Subscription, TopicState,
};
