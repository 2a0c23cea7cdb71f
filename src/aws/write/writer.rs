//! The write port over the AWS SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch as cloudwatch;
use aws_sdk_cognitoidentityprovider as cognito;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use crate::aws::budget::Budget;
use crate::aws::classify::classify;
use crate::aws::error::{CallError, Fault};
use crate::aws::operation::Operation;
use crate::aws::wire::Watch;
use crate::aws::write::alarm::AlarmRequest;
use crate::aws::write::exchange::{Body, Exchange, Seen};
use crate::aws::write::port::{Effect, Reply, WriteError, WritePort, Written};
use crate::aws::write::retry::{OnlyHarmless, no_connection};
use crate::model::observed::Failure;

/// One account's region, written through the SDK within a budget.
#[derive(Debug)]
pub(in crate::aws) struct Writer {
    cognito: cognito::Client,
    cloudwatch: cloudwatch::Client,
    budget: Arc<Budget>,
}

impl Writer {
    /// A writer of a configuration, which has the region, the credentials, the number of attempts and the time-outs.
    pub(in crate::aws) fn new(config: &SdkConfig, budget: Arc<Budget>) -> Self {
        let cognito = cognito::config::Builder::from(config).retry_classifier(OnlyHarmless);
        let cloudwatch = cloudwatch::config::Builder::from(config).retry_classifier(OnlyHarmless);
        Self {
            cognito: cognito::Client::from_conf(cognito.build()),
            cloudwatch: cloudwatch::Client::from_conf(cloudwatch.build()),
            budget,
        }
    }

    fn watch(&self, operation: Operation) -> Watch {
        Watch {
            budget: Arc::clone(&self.budget),
            operation,
        }
    }

    /// Makes a call when the budget allows, and says how it ended.
    async fn make<T, E>(
        &self,
        operation: Operation,
        pool: Option<&str>,
        exchange: &Exchange,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<Seen, WriteError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let _permit = self.budget.admit(operation, pool).await;
        let answer = call.await;
        let seen = exchange.seen();
        match answer {
            Ok(_) => Ok(seen),
            Err(error) => {
                let told = told(&error, &seen);
                // JSON that the SDK's types do not take still is the service's confirmation.
                let not_understood = told.error.fault == Fault::Failed(Failure::NotUnderstood);
                if not_understood && matches!(seen.body, Body::Json(_)) {
                    Ok(seen)
                } else {
                    Err(told)
                }
            }
        }
    }
}

/// What an error means, and whether the call may have been carried out.
fn told<E>(error: &SdkError<E, HttpResponse>, seen: &Seen) -> WriteError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = match error {
        SdkError::ServiceError(context) => context.err().code(),
        _ => None,
    };
    WriteError {
        error: classify(error),
        code: code.filter(|code| !code.is_empty()).map(str::to_owned),
        request_id: seen.request_id.clone(),
        effect: effect(error),
    }
}

fn effect<E>(error: &SdkError<E, HttpResponse>) -> Effect {
    let nothing = match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().is_some_and(no_connection) || failure.is_user()
        }
        SdkError::ServiceError(context) => context.raw().status().is_client_error(),
        _ => false,
    };
    if nothing { Effect::None } else { Effect::Unknown }
}

/// The confirmation of a call: the SDK takes whatever has a good status, where it expects nothing in it.
fn confirmed(seen: Seen) -> Result<Written, WriteError> {
    let answer = match seen.body {
        Body::Json(answer) => answer,
        Body::Empty | Body::Cbor => Value::Null,
        Body::Other | Body::None => {
            let words = "the answer is not one of the service";
            return Err(WriteError {
                error: CallError::failed(Failure::NotUnderstood, words),
                code: None,
                request_id: seen.request_id,
                effect: Effect::Unknown,
            });
        }
    };
    Ok(Written {
        answer,
        request_id: seen.request_id,
    })
}

/// A call to Cognito with a body of ours. The builder only says which operation it is.
macro_rules! whole {
    ($self:ident, $operation:ident, $body:ident, $builder:ident) => {
        Box::pin(async move {
            let exchange = Exchange::sending($body);
            let pool = $body.get("UserPoolId").and_then(Value::as_str);
            let call = $self
                .cognito
                .$builder()
                .set_user_pool_id(pool.map(str::to_owned))
                .customize()
                .interceptor(exchange.clone())
                .interceptor($self.watch(Operation::$operation));
            let seen = $self
                .make(Operation::$operation, pool, &exchange, call.send())
                .await?;
            confirmed(seen)
        })
    };
}

impl WritePort for Writer {
    fn set_risk_configuration<'a>(&'a self, body: &'a Value) -> Reply<'a, Written> {
        whole!(self, SetRiskConfiguration, body, set_risk_configuration)
    }

    fn update_user_pool<'a>(&'a self, body: &'a Value) -> Reply<'a, Written> {
        whole!(self, UpdateUserPool, body, update_user_pool)
    }

    fn update_user_pool_client<'a>(&'a self, body: &'a Value) -> Reply<'a, Written> {
        whole!(self, UpdateUserPoolClient, body, update_user_pool_client)
    }

    fn set_log_delivery<'a>(&'a self, body: &'a Value) -> Reply<'a, Written> {
        whole!(
            self,
            SetLogDeliveryConfiguration,
            body,
            set_log_delivery_configuration
        )
    }

    fn set_mfa_config<'a>(&'a self, body: &'a Value) -> Reply<'a, Written> {
        whole!(self, SetUserPoolMfaConfig, body, set_user_pool_mfa_config)
    }

    fn put_metric_alarm<'a>(&'a self, alarm: &'a AlarmRequest) -> Reply<'a, Written> {
        Box::pin(async move {
            let exchange = Exchange::default();
            let call = alarm
                .fill(self.cloudwatch.put_metric_alarm())
                .customize()
                .interceptor(exchange.clone())
                .interceptor(self.watch(Operation::PutMetricAlarm));
            let seen = self
                .make(Operation::PutMetricAlarm, None, &exchange, call.send())
                .await?;
            confirmed(seen)
        })
    }
}
