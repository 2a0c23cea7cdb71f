//! A simulated AWS on loopback: enough of Cognito, CloudWatch, SNS, STS and CloudTrail for tests,
//! benches and the demo.
//!
//! ```text
//!  HTTP ──> wire (protocols) ──> desk (who, may they, quota, fault) ──> service ──> world (data)
//! ```

mod clock;
mod cloudtrail;
mod cloudwatch;
mod cognito;
mod context;
mod desk;
mod failure;
mod fault;
mod log;
mod options;
mod quota;
mod server;
mod service;
mod shape;
mod sns;
mod sts;
mod wire;
mod world;

pub use fault::{Fault, Kind};
pub use log::Call;
pub use options::{
    AllClients, Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Unsent, Update,
};
pub use quota::Quotas;
pub use server::Server;
pub use service::Service;
pub use world::{Account, Identity, Metric, Pool, Raw, Region, Role, Subscription, Topic, World, WorldError};
