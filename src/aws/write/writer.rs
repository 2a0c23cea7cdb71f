//! The write port over the AWS SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch as cloudwatch;
use aws_sdk_cognitoidentityprovider as cognito;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use crate::aws::budget::RateBudget;
use crate::aws::classify::classify;
use crate::aws::error::Fault;
use crate::aws::hosts::Hosts;
use crate::aws::operation::Operation;
use crate::aws::origin::Origin;
use crate::aws::redact::clean;
use crate::aws::transport::refused;
use crate::aws::wire::{Exchange, Seen};
use crate::aws::write::alarm::AlarmRequest;
use crate::aws::write::port::{Effect, WriteError, WritePort, WriteReply, Written};
use crate::aws::write::retry::OnlyHarmless;
use crate::model::observed::Failure;

/// One account's region, written through the SDK within a budget.
#[derive(Debug)]
pub(in crate::aws) struct Writer {
    cognito: cognito::Client,
    cloudwatch: cloudwatch::Client,
    budget: Arc<RateBudget>,
    hosts: Hosts,
    origin: Origin,
}

impl Writer {
    /// A writer of a configuration, which has the region, the credentials, the number of attempts and the time-outs.
    pub(in crate::aws) fn new(
        config: &SdkConfig,
        budget: Arc<RateBudget>,
        hosts: Hosts,
        origin: Origin,
    ) -> Self {
        let cognito = cognito::config::Builder::from(config).retry_classifier(OnlyHarmless);
        let cloudwatch = cloudwatch::config::Builder::from(config).retry_classifier(OnlyHarmless);
        Self {
            cognito: cognito::Client::from_conf(cognito.build()),
            cloudwatch: cloudwatch::Client::from_conf(cloudwatch.build()),
            budget,
            hosts,
            origin,
        }
    }

    fn exchange(&self, operation: Operation) -> Exchange {
        Exchange::new(operation, Arc::clone(&self.budget), self.hosts.clone())
    }

    /// Makes a call when the budget allows, and says how it ended.
    async fn make<T, E>(
        &self,
        exchange: &Exchange,
        pool: Option<&str>,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<Written, WriteError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let _permit = self.budget.admit(exchange.operation, pool).await;
        let answer = call.await;
        let seen = exchange.seen();
        if let Err(error) = answer {
            let told = told(&error, &seen, &self.origin);
            // JSON that the SDK's types do not take still is the service's confirmation.
            let not_understood = told.error.fault == Fault::Failed(Failure::NotUnderstood);
            if !not_understood || seen.body.is_none() {
                return Err(told);
            }
        }
        Ok(Written {
            answer: seen.body.unwrap_or_default(),
            request_id: seen.request_id,
        })
    }
}

/// What an error means, and whether the call may have been carried out.
fn told<E>(error: &SdkError<E, HttpResponse>, seen: &Seen, origin: &Origin) -> WriteError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = match error {
        SdkError::ServiceError(context) => context.err().code(),
        _ => None,
    };
    WriteError {
        error: classify(error, origin),
        code: code.filter(|code| !code.is_empty()).map(clean),
        request_id: seen.request_id.clone(),
        effect: effect(error),
    }
}

fn effect<E>(error: &SdkError<E, HttpResponse>) -> Effect {
    match error {
        SdkError::ConstructionFailure(_) => Effect::None,
        SdkError::DispatchFailure(failure)
            if failure.as_connector_error().is_some_and(refused) || failure.is_user() =>
        {
            Effect::None
        }
        SdkError::ServiceError(context) if context.raw().status().is_client_error() => Effect::Refused,
        _ => Effect::Unknown,
    }
}

/// A call to Cognito with a body of ours. The builder only says which operation it is.
macro_rules! whole {
    ($self:ident, $operation:ident, $body:ident, $builder:ident) => {
        Box::pin(async move {
            let exchange = $self.exchange(Operation::$operation).sending($body);
            let pool = $body.get("UserPoolId").and_then(Value::as_str);
            let call = $self
                .cognito
                .$builder()
                .set_user_pool_id(pool.map(str::to_owned))
                .customize()
                .interceptor(exchange.clone());
            $self.make(&exchange, pool, call.send()).await
        })
    };
}

impl WritePort for Writer {
    fn set_risk_configuration<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(self, SetRiskConfiguration, body, set_risk_configuration)
    }

    fn update_user_pool<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(self, UpdateUserPool, body, update_user_pool)
    }

    fn update_user_pool_client<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(self, UpdateUserPoolClient, body, update_user_pool_client)
    }

    fn set_log_delivery<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(
            self,
            SetLogDeliveryConfiguration,
            body,
            set_log_delivery_configuration
        )
    }

    fn set_mfa_config<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(self, SetUserPoolMfaConfig, body, set_user_pool_mfa_config)
    }

    fn update_auth_event_feedback<'a>(&'a self, body: &'a Value) -> WriteReply<'a, Written> {
        whole!(
            self,
            AdminUpdateAuthEventFeedback,
            body,
            admin_update_auth_event_feedback
        )
    }

    fn put_metric_alarm<'a>(&'a self, alarm: &'a AlarmRequest) -> WriteReply<'a, Written> {
        Box::pin(async move {
            let exchange = self.exchange(Operation::PutMetricAlarm);
            let call = alarm
                .fill(self.cloudwatch.put_metric_alarm())
                .customize()
                .interceptor(exchange.clone());
            self.make(&exchange, None, call.send()).await
        })
    }
}
