//! What may be read: a port without a single call that writes.

use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::error::CallError;
use crate::aws::session::Session;
use crate::aws::write::NamedAlarm;
use crate::model::alarm::{Alarm, OtherAlarm};
use crate::model::posture::{SeenMetric, Topic};

/// The answer to a call, later.
pub type Reply<'a, T> = BoxFuture<'a, Result<T, CallError>>;

/// One page of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
    /// What on it is not understood, such as an entry without an id: the rest is there, and the page is not whole.
    pub odd: Option<CallError>,
}

impl<T> Page<T> {
    /// A page that is whole. An empty token means the end, as an absent one does.
    pub fn new(items: impl IntoIterator<Item = T>, next: Option<String>) -> Self {
        Self {
            items: items.into_iter().collect(),
            next: next.filter(|token| !token.is_empty()),
            odd: None,
        }
    }
}

/// A pool or client as a listing has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolEntry {
    /// Id.
    pub id: String,
    /// Name. Hostile text.
    pub name: String,
}

/// A page of alarms.
pub type Alarms = Page<AnyAlarm>;

/// An alarm of a region.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyAlarm {
    /// On a metric; of one on an expression, one for each of its metrics; of one on other alarms or a query, its name.
    OfMetric(Box<Alarm>),
    /// What an alarm on other alarms, a query or an expression is on, and whom it notifies.
    Other(OtherAlarm),
}

/// A page of metrics.
pub type Metrics = Page<SeenMetric>;

/// An event of CloudTrail.
#[derive(Clone, Debug, PartialEq)]
pub struct TrailRecord {
    /// The API operation.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The record, where it is JSON. Hostile text.
    pub body: Option<Value>,
}

/// A change of an alarm's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlarmChange {
    /// When.
    pub at: Timestamp,
    /// `HistoryData`, where it is JSON: what the states were and why. Its form is not documented. Hostile text.
    pub data: Option<Value>,
}

/// A user as `ListUsers` has them, without any attribute but the sub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEntry {
    /// `Username`. Hostile text.
    pub name: String,
    /// `sub`. Hostile text.
    pub sub: Option<String>,
    /// `UserStatus`, such as `RESET_REQUIRED`.
    pub status: Option<String>,
}

/// Entries of one of Cognito's pages, at most (API reference, `ListUsers`: "Limit").
pub const COGNITO_PAGE: u8 = 60;

/// Most metrics that `GetMetricData` takes at a time (API reference).
pub const MOST_METRICS: usize = 500;

/// When a metric had data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The metric.
    pub metric: SeenMetric,
    /// Days with data, UTC, each once and in order; empty for a metric without data, or one that was never there.
    pub days: Vec<Date>,
}

/// A page of metrics' data. A metric may be on several pages.
pub type Data = Page<Measured>;

/// What can be asked of one account's region.
///
/// Bodies of Cognito's objects come as the service sent them, members that this version does not know
/// included, but for the client secret, which never leaves the wire. Calls that answer with pages take the token
/// of the page before.
pub trait ReadPort: Send + Sync {
    /// The account id that the credentials belong to.
    fn account(&self) -> Reply<'_, String>;
    /// The ARN of the user or session that the credentials are.
    fn caller(&self) -> Reply<'_, String>;
    /// `ListUserPools`.
    fn list_user_pools(&self, next: Option<String>) -> Reply<'_, Page<PoolEntry>>;
    /// `DescribeUserPool`: the whole body.
    fn describe_user_pool<'a>(&'a self, pool: &'a str) -> Reply<'a, Value>;
    /// `GetUserPoolMfaConfig`: the whole body.
    fn mfa_config<'a>(&'a self, pool: &'a str) -> Reply<'a, Value>;
    /// `ListUserPoolClients`.
    fn list_clients<'a>(&'a self, pool: &'a str, next: Option<String>) -> Reply<'a, Page<PoolEntry>>;
    /// `DescribeUserPoolClient`: the whole body but for the secret.
    fn describe_client<'a>(&'a self, pool: &'a str, client: &'a str) -> Reply<'a, Value>;
    /// `DescribeRiskConfiguration` of the pool, or of one client: the whole body.
    fn risk_configuration<'a>(&'a self, pool: &'a str, client: Option<&'a str>) -> Reply<'a, Value>;
    /// `GetLogDeliveryConfiguration`: the whole body.
    fn log_delivery<'a>(&'a self, pool: &'a str) -> Reply<'a, Value>;
    /// `DescribeAlarms`: metric alarms, whatever they watch, and for their names composite ones.
    fn alarms(&self, next: Option<String>) -> Reply<'_, Alarms>;
    /// `DescribeAlarms` by name: what has this name now, all that a request to change it has to send back included.
    fn alarm<'a>(&'a self, name: &'a str) -> Reply<'a, NamedAlarm>;
    /// `ListMetrics` of Cognito's namespace.
    fn metrics(&self, next: Option<String>) -> Reply<'_, Metrics>;
    /// CloudTrail's `LookupEvents` of one API operation: the last 90 days, newest first.
    fn events<'a>(&'a self, operation: &'a str, next: Option<String>) -> Reply<'a, Page<TrailRecord>>;
    /// `GetMetricData` of up to [`MOST_METRICS`] metrics in Cognito's namespace: on which of the last so many days
    /// there was data. CloudWatch keeps it for 455 days.
    fn metric_data<'a>(
        &'a self,
        metrics: &'a [SeenMetric],
        days: u16,
        next: Option<String>,
    ) -> Reply<'a, Data>;
    /// `GetTopicAttributes`; a topic that does not exist is an answer.
    fn topic<'a>(&'a self, arn: &'a str) -> Reply<'a, Topic>;
    /// `DescribeAlarmHistory` of one alarm: changes of its state, newest first.
    fn alarm_history<'a>(&'a self, alarm: &'a str, next: Option<String>) -> Reply<'a, Page<AlarmChange>>;
    /// CloudTrail's `LookupEvents` of all that was asked of Cognito in a window, newest first: the records themselves.
    fn records(&self, since: Timestamp, until: Timestamp, next: Option<String>) -> Reply<'_, Page<Value>>;
    /// `ListUsers` with a filter such as `sub = "…"`.
    fn users<'a>(&'a self, pool: &'a str, filter: String, next: Option<String>)
    -> Reply<'a, Page<UserEntry>>;
    /// `AdminListUserAuthEvents`, newest first: the events as the service sent them.
    fn auth_events<'a>(&'a self, pool: &'a str, user: String, next: Option<String>)
    -> Reply<'a, Page<Value>>;
}

/// Makes ports.
pub trait Connect: Send + Sync {
    /// A port to a region with a session's credentials. Asks nothing of the service yet. Quotas are shared by all
    /// ports to an account's region, where the account that is expected is given, else by those of a session.
    fn connect<'a>(
        &'a self,
        session: &'a Session,
        region: &'a str,
        account: Option<&'a str>,
    ) -> BoxFuture<'a, Arc<dyn ReadPort>>;
}
