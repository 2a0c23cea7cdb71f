//! The read port over the AWS SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client as CloudTrail;
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use aws_sdk_cloudwatch::operation::describe_alarms::builders::DescribeAlarmsFluentBuilder;
use aws_sdk_cloudwatch::types::{AlarmType, HistoryItemType, ScanBy};
use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_sns::Client as Sns;
use aws_sdk_sts::Client as Sts;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;
use serde_json::Value;

use crate::aws::budget::RateBudget;
use crate::aws::classify::classify;
use crate::aws::error::{CallError, Fault};
use crate::aws::hosts::Hosts;
use crate::aws::operation::Operation;
use crate::aws::origin::Origin;
use crate::aws::port::{
    AlarmChange, Alarms, COGNITO_PAGE, Data, Metrics, Page, PoolEntry, ReadPort, Reply, TrailRecord,
    UserEntry,
};
use crate::aws::subject::Endpoint;
use crate::aws::wire::Exchange;
use crate::aws::write::NamedAlarm;
use crate::aws::{incident, measure, subject, typed};
use crate::model::alarm::NAMESPACE;
use crate::model::observed::Failure;
use crate::model::posture::{SeenMetric, Topic};

/// Entries of a page of CloudWatch, at most (API reference, `DescribeAlarms`: "`MaxRecords`").
const CLOUDWATCH_PAGE: i32 = 100;

/// Pages that are asked for where there is one thing at most.
const PAGES_OF_ONE: usize = 10;

/// One account's region, asked through the SDK within a budget.
#[derive(Debug)]
pub(super) struct Client {
    cognito: Cognito,
    cloudwatch: CloudWatch,
    cloudtrail: CloudTrail,
    sns: Sns,
    sts: Sts,
    endpoint: Endpoint,
    budget: Arc<RateBudget>,
    hosts: Hosts,
    origin: Origin,
}

impl Client {
    /// A client of a configuration, which has the region, the credentials, the retries and the time-outs; and the account
    /// that the credentials were checked to belong to.
    pub(super) fn new(
        config: &SdkConfig,
        account: Option<&str>,
        budget: Arc<RateBudget>,
        hosts: Hosts,
        origin: Origin,
    ) -> Self {
        let region = config.region().map(ToString::to_string);
        Self {
            cognito: Cognito::new(config),
            cloudwatch: CloudWatch::new(config),
            cloudtrail: CloudTrail::new(config),
            sns: Sns::new(config),
            sts: Sts::new(config),
            endpoint: Endpoint {
                region: region.unwrap_or_default(),
                account: account.map(str::to_owned),
            },
            budget,
            hosts,
            origin,
        }
    }

    fn exchange(&self, operation: Operation) -> Exchange {
        Exchange::new(operation, Arc::clone(&self.budget), self.hosts.clone())
    }

    /// Makes a call when the budget allows, and says what its error means.
    async fn within<T, E>(
        &self,
        exchange: &Exchange,
        pool: Option<&str>,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let _permit = self.budget.admit(exchange.operation, pool).await;
        call.await.map_err(|error| classify(&error, &self.origin))
    }

    /// The whole body of a call's answer.
    async fn whole<T, E>(
        &self,
        exchange: &Exchange,
        pool: &str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<Value, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let answer = self.within(exchange, Some(pool), call).await;
        match (answer, exchange.seen().body) {
            (Ok(_), Some(body)) => Ok(body),
            (Ok(_), None) => Err(CallError::failed(
                Failure::NotUnderstood,
                "the answer is not JSON",
            )),
            // JSON that the SDK's types do not take may still have all that is asked for.
            (Err(error), Some(body)) if error.fault == Fault::Failed(Failure::NotUnderstood) => Ok(body),
            (Err(error), _) => Err(error),
        }
    }

    /// Alarms of both types: as the SDK has them, and the body, since its types are not enough.
    async fn described_alarms(
        &self,
        builder: DescribeAlarmsFluentBuilder,
    ) -> Result<(DescribeAlarmsOutput, Value), CallError> {
        let exchange = self.exchange(Operation::DescribeAlarms);
        let call = builder
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .customize()
            .interceptor(exchange.clone());
        let answer = self.within(&exchange, None, call.send()).await?;
        let missing = || CallError::failed(Failure::NotUnderstood, "the answer is in another protocol");
        Ok((answer, exchange.seen().body.ok_or_else(missing)?))
    }
}

/// What CloudTrail's events are looked up by.
fn lookup(key: LookupAttributeKey, value: &str) -> Result<LookupAttribute, CallError> {
    let attribute = LookupAttribute::builder()
        .attribute_key(key)
        .attribute_value(value);
    // Both are there, so that the attribute is whole.
    attribute
        .build()
        .map_err(|error| CallError::failed(Failure::NotUnderstood, error.to_string()))
}

/// A call to Cognito whose body is kept whole, and checked to be about what was asked for.
macro_rules! whole {
    ($self:ident, $operation:ident, $pool:ident, $builder:expr, $check:expr) => {
        Box::pin(async move {
            let exchange = $self.exchange(Operation::$operation);
            let call = $builder.customize().interceptor(exchange.clone());
            let body = $self.whole(&exchange, $pool, call.send()).await?;
            let check: Result<(), CallError> = $check(&body);
            check.map(|()| body)
        })
    };
}

/// A call whose typed answer is enough.
macro_rules! typed {
    ($self:ident, $operation:ident, $pool:expr, $builder:expr) => {{
        let exchange = $self.exchange(Operation::$operation);
        let call = $builder.customize().interceptor(exchange.clone());
        $self.within(&exchange, $pool, call.send()).await
    }};
}

impl ReadPort for Client {
    fn account(&self) -> Reply<'_, String> {
        Box::pin(async move {
            let answer = typed!(self, GetCallerIdentity, None, self.sts.get_caller_identity())?;
            let missing = || CallError::failed(Failure::NotUnderstood, "the answer names no account");
            answer.account.ok_or_else(missing)
        })
    }

    fn caller(&self) -> Reply<'_, String> {
        Box::pin(async move {
            let answer = typed!(self, GetCallerIdentity, None, self.sts.get_caller_identity())?;
            let missing = || CallError::failed(Failure::NotUnderstood, "the answer names no caller");
            answer.arn.ok_or_else(missing)
        })
    }

    fn list_user_pools(&self, next: Option<String>) -> Reply<'_, Page<PoolEntry>> {
        Box::pin(async move {
            let builder = self
                .cognito
                .list_user_pools()
                .max_results(COGNITO_PAGE.into())
                .set_next_token(next);
            Ok(typed::pools(typed!(self, ListUserPools, None, builder)?))
        })
    }

    fn describe_user_pool<'a>(&'a self, pool: &'a str) -> Reply<'a, Value> {
        whole!(
            self,
            DescribeUserPool,
            pool,
            self.cognito.describe_user_pool().user_pool_id(pool),
            |body| self.endpoint.pool(body, pool)
        )
    }

    fn mfa_config<'a>(&'a self, pool: &'a str) -> Reply<'a, Value> {
        whole!(
            self,
            GetUserPoolMfaConfig,
            pool,
            self.cognito.get_user_pool_mfa_config().user_pool_id(pool),
            // It names nothing.
            |_| Ok(())
        )
    }

    fn list_clients<'a>(&'a self, pool: &'a str, next: Option<String>) -> Reply<'a, Page<PoolEntry>> {
        Box::pin(async move {
            let builder = self.cognito.list_user_pool_clients().user_pool_id(pool);
            let builder = builder.max_results(COGNITO_PAGE.into()).set_next_token(next);
            typed::clients(typed!(self, ListUserPoolClients, Some(pool), builder)?, pool)
        })
    }

    fn describe_client<'a>(&'a self, pool: &'a str, client: &'a str) -> Reply<'a, Value> {
        whole!(
            self,
            DescribeUserPoolClient,
            pool,
            self.cognito
                .describe_user_pool_client()
                .user_pool_id(pool)
                .client_id(client),
            |body| subject::client(body, pool, client)
        )
    }

    fn risk_configuration<'a>(&'a self, pool: &'a str, client: Option<&'a str>) -> Reply<'a, Value> {
        whole!(
            self,
            DescribeRiskConfiguration,
            pool,
            self.cognito
                .describe_risk_configuration()
                .user_pool_id(pool)
                .set_client_id(client.map(str::to_owned)),
            |body| subject::risk(body, pool, client)
        )
    }

    fn log_delivery<'a>(&'a self, pool: &'a str) -> Reply<'a, Value> {
        whole!(
            self,
            GetLogDeliveryConfiguration,
            pool,
            self.cognito.get_log_delivery_configuration().user_pool_id(pool),
            |body| subject::logs(body, pool)
        )
    }

    fn alarms(&self, next: Option<String>) -> Reply<'_, Alarms> {
        Box::pin(async move {
            let builder = self
                .cloudwatch
                .describe_alarms()
                .max_records(CLOUDWATCH_PAGE)
                .set_next_token(next);
            let (answer, body) = self.described_alarms(builder).await?;
            typed::alarms(answer, &body, &self.endpoint)
        })
    }

    fn alarm<'a>(&'a self, name: &'a str) -> Reply<'a, NamedAlarm> {
        Box::pin(async move {
            let mut next = None;
            for _ in 0..PAGES_OF_ONE {
                let builder = self
                    .cloudwatch
                    .describe_alarms()
                    .alarm_names(name)
                    .set_next_token(next);
                let (answer, body) = self.described_alarms(builder).await?;
                if let Some(found) = self.endpoint.named_alarm(&answer, &body, name)? {
                    return Ok(found);
                }
                // A page with nothing on it says nothing of the next one.
                next = answer.next_token.filter(|token| !token.is_empty());
                if next.is_none() {
                    return Ok(NamedAlarm::Free);
                }
            }
            let words = format!("one name has no {PAGES_OF_ONE} pages of alarms");
            Err(CallError::failed(Failure::NotUnderstood, words))
        })
    }

    fn metrics(&self, next: Option<String>) -> Reply<'_, Metrics> {
        Box::pin(async move {
            let builder = self
                .cloudwatch
                .list_metrics()
                .namespace(NAMESPACE)
                .set_next_token(next);
            typed::metrics(typed!(self, ListMetrics, None, builder)?)
        })
    }

    fn events<'a>(&'a self, operation: &'a str, next: Option<String>) -> Reply<'a, Page<TrailRecord>> {
        Box::pin(async move {
            let builder = self
                .cloudtrail
                .lookup_events()
                .lookup_attributes(lookup(LookupAttributeKey::EventName, operation)?)
                .set_next_token(next);
            typed::events(typed!(self, LookupEvents, None, builder)?, operation)
        })
    }

    fn metric_data<'a>(
        &'a self,
        metrics: &'a [SeenMetric],
        days: u16,
        next: Option<String>,
    ) -> Reply<'a, Data> {
        Box::pin(async move {
            let (start, end) = measure::span(days);
            let builder = self
                .cloudwatch
                .get_metric_data()
                .set_metric_data_queries(Some(measure::queries(metrics)))
                .start_time(start)
                .end_time(end)
                .set_next_token(next);
            measure::data(metrics, typed!(self, GetMetricData, None, builder)?)
        })
    }

    fn topic<'a>(&'a self, arn: &'a str) -> Reply<'a, Topic> {
        Box::pin(async move {
            let builder = self.sns.get_topic_attributes().topic_arn(arn);
            match typed!(self, GetTopicAttributes, None, builder) {
                Ok(answer) => typed::topic(answer.attributes(), arn),
                Err(error) if error.fault == Fault::NotFound => Ok(Topic::Missing),
                Err(error) => Err(error),
            }
        })
    }

    fn alarm_history<'a>(&'a self, alarm: &'a str, next: Option<String>) -> Reply<'a, Page<AlarmChange>> {
        Box::pin(async move {
            let builder = self
                .cloudwatch
                .describe_alarm_history()
                .alarm_name(alarm)
                .alarm_types(AlarmType::MetricAlarm)
                .alarm_types(AlarmType::CompositeAlarm)
                .history_item_type(HistoryItemType::StateUpdate)
                .scan_by(ScanBy::TimestampDescending)
                .max_records(CLOUDWATCH_PAGE)
                .set_next_token(next);
            incident::alarm_changes(typed!(self, DescribeAlarmHistory, None, builder)?, alarm)
        })
    }

    fn records(&self, since: Timestamp, until: Timestamp, next: Option<String>) -> Reply<'_, Page<Value>> {
        Box::pin(async move {
            let cognito = lookup(LookupAttributeKey::EventSource, "cognito-idp.amazonaws.com")?;
            let builder = self
                .cloudtrail
                .lookup_events()
                .lookup_attributes(cognito)
                .start_time(DateTime::from_secs(since.as_second()))
                .end_time(DateTime::from_secs(until.as_second()))
                .set_next_token(next);
            Ok(incident::records(typed!(self, LookupEvents, None, builder)?))
        })
    }

    fn users<'a>(
        &'a self,
        pool: &'a str,
        filter: String,
        next: Option<String>,
    ) -> Reply<'a, Page<UserEntry>> {
        Box::pin(async move {
            let filter = Some(filter).filter(|filter| !filter.is_empty());
            let builder = self.cognito.list_users().user_pool_id(pool).set_filter(filter);
            let builder = builder
                .attributes_to_get("sub")
                .limit(COGNITO_PAGE.into())
                .set_pagination_token(next);
            Ok(incident::users(typed!(self, ListUsers, Some(pool), builder)?))
        })
    }

    fn auth_events<'a>(
        &'a self,
        pool: &'a str,
        user: String,
        next: Option<String>,
    ) -> Reply<'a, Page<Value>> {
        Box::pin(async move {
            let builder = self.cognito.admin_list_user_auth_events().user_pool_id(pool);
            let builder = builder
                .username(user)
                .max_results(COGNITO_PAGE.into())
                .set_next_token(next);
            let exchange = self.exchange(Operation::AdminListUserAuthEvents);
            let call = builder.customize().interceptor(exchange.clone());
            let body = self.whole(&exchange, pool, call.send()).await?;
            Ok(incident::auth_events(&body))
        })
    }
}
