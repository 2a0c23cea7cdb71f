//! What may be written.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::aws::error::CallError;
use crate::aws::session::Session;
use crate::aws::write::alarm::AlarmRequest;

/// The answer to a write, later.
pub type WriteReply<'a, T> = BoxFuture<'a, Result<T, WriteError>>;

/// A write that the service confirmed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// The answer's whole body without secrets; null where the service answers with nothing. It says what the service
    /// understood, not what it will keep: read again.
    pub answer: Value,
    /// The service's id of the request, where it gave one.
    pub request_id: Option<String>,
}

/// Whether a write without an answer changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing changed: it was never sent.
    None,
    /// The service refused it, and says by that that nothing changed. Only reading again shows whether that is so.
    Refused,
    /// It is unknown: the call was sent, and no answer came that says. Read again before anything else.
    Unknown,
}

/// A write that the service did not confirm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct WriteError {
    /// What kind, in the same words as for reads, with the service's own. Hostile text, no secrets.
    pub error: CallError,
    /// The service's code, such as `ConcurrentModificationException`, where it gave one. Hostile text.
    pub code: Option<String>,
    /// The service's id of the request, where it gave one.
    pub request_id: Option<String>,
    /// Whether it changed something.
    pub effect: Effect,
}

impl WriteError {
    /// Whether somebody else changed the same thing at the same time: it must be read and compared again.
    pub fn is_concurrent(&self) -> bool {
        self.code.as_deref() == Some("ConcurrentModificationException")
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.effect {
            Effect::None | Effect::Refused => self.error.fmt(f),
            Effect::Unknown => write!(f, "{} (it is unknown whether it was carried out)", self.error),
        }
    }
}

/// What can be changed in one account's region.
///
/// Bodies go out as they are, members that this version does not know included; `UserPoolId` must be among them. A
/// call is repeated only where the one before cannot have changed anything: when the service refused it because of too
/// many calls, and when no connection came about. Everything else is reported ([`WriteError::effect`]).
pub trait WritePort: Send + Sync {
    /// `SetRiskConfiguration` of the pool, or of one client: replaces the whole.
    fn set_risk_configuration<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
    /// `UpdateUserPool`: resets what is not sent; see [`update_user_pool`](crate::update::update_user_pool).
    fn update_user_pool<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
    /// `UpdateUserPoolClient`: resets what is not sent; see [`update_client`](crate::update::update_client).
    fn update_user_pool_client<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
    /// `SetLogDeliveryConfiguration`: replaces the whole.
    fn set_log_delivery<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
    /// `SetUserPoolMfaConfig`: replaces the whole; without `MfaConfiguration` MFA is off.
    fn set_mfa_config<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
    /// `PutMetricAlarm`: replaces the alarm of that name.
    fn put_metric_alarm<'a>(&'a self, alarm: &'a AlarmRequest) -> WriteReply<'a, Written>;
    /// `AdminUpdateAuthEventFeedback` of one event: replaces the feedback that it has.
    fn update_auth_event_feedback<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written>;
}

/// Makes ports that write. Whoever is only given a [`Connect`](crate::aws::Connect) cannot come by one.
pub trait ConnectWriter: Send + Sync {
    /// A port to a region with a session's credentials. Asks nothing of the service yet. Quotas are shared with the
    /// ports that read there.
    fn connect_writer<'a>(
        &'a self,
        session: &'a Session,
        region: &'a str,
        account: Option<&'a str>,
    ) -> BoxFuture<'a, Arc<dyn WritePort>>;
}
