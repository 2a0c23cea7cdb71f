//! Resources that matter, with the properties that matter, however their file is written.

use std::collections::BTreeMap;

use crate::observe::template::value::{At, Open, Symbol, Val, ValueData};

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A user pool.
    Pool,
    /// An app client.
    Client,
    /// A risk configuration of a pool or a client.
    Answers,
    /// One that a plan destroys.
    DestroyedAnswers,
    /// Log delivery.
    Logs,
    /// A domain of a pool.
    Domain,
    /// A metric alarm.
    Alarm,
    /// An alarm on alarms.
    Composite,
    /// A SAM function, whose events can be triggers of a pool.
    Function,
}

impl ResourceKind {
    /// The kind of a `CloudFormation` type; `None` for what does not matter.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "AWS::Cognito::UserPool" => Self::Pool,
            "AWS::Cognito::UserPoolClient" => Self::Client,
            "AWS::Cognito::UserPoolRiskConfigurationAttachment" => Self::Answers,
            "AWS::Cognito::LogDeliveryConfiguration" => Self::Logs,
            "AWS::Cognito::UserPoolDomain" => Self::Domain,
            "AWS::CloudWatch::Alarm" => Self::Alarm,
            "AWS::CloudWatch::CompositeAlarm" => Self::Composite,
            "AWS::Serverless::Function" => Self::Function,
            _ => return None,
        })
    }

    /// The properties that matter: no other is evaluated, so that no other opens a case.
    pub fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Pool => &[
                "UserPoolName",
                "UserPoolTags",
                "UserPoolTier",
                "UserPoolAddOns",
                "MfaConfiguration",
                "EnabledMfas",
                "WebAuthnFactorConfiguration",
                "LambdaConfig",
            ],
            Self::Client => &[
                "UserPoolId",
                "ClientName",
                "ExplicitAuthFlows",
                "AllowedOAuthFlows",
                "AllowedOAuthFlowsUserPoolClient",
                "SupportedIdentityProviders",
                "EnablePropagateAdditionalUserContextData",
                "GenerateSecret",
            ],
            Self::Answers => &[
                "UserPoolId",
                "ClientId",
                "AccountTakeoverRiskConfiguration",
                "CompromisedCredentialsRiskConfiguration",
                "RiskExceptionConfiguration",
            ],
            Self::DestroyedAnswers => &["UserPoolId", "ClientId"],
            Self::Logs => &["UserPoolId", "LogConfigurations"],
            Self::Domain => &["UserPoolId"],
            Self::Alarm => &[
                "AlarmName",
                "Namespace",
                "MetricName",
                "Dimensions",
                "Statistic",
                "ExtendedStatistic",
                "Period",
                "EvaluationPeriods",
                "DatapointsToAlarm",
                "Threshold",
                "ComparisonOperator",
                "TreatMissingData",
                "ActionsEnabled",
                "AlarmActions",
                "Unit",
                "Metrics",
                "EvaluationCriteria",
            ],
            Self::Composite => &["AlarmName", "AlarmRule", "ActionsEnabled", "AlarmActions"],
            Self::Function => &["Events"],
        }
    }
}

/// One resource under one case.
#[derive(Clone, Debug)]
pub struct TemplateResource {
    /// What it is.
    pub kind: ResourceKind,
    /// What stands for its id.
    pub symbol: Symbol,
    /// Its id, where it is known already: a plan that changes it, a state.
    pub id: Option<String>,
    /// Where it stands.
    pub at: At,
    /// The construct that it is, if the file says so.
    pub construct: Option<String>,
    /// Region and account, where they are known.
    pub region: Option<String>,
    /// Account, where it is known.
    pub account: Option<String>,
    /// Properties that are there.
    pub properties: BTreeMap<String, Val>,
    /// Why there may be more of them.
    pub open: Option<Open>,
    /// Whether it is of Terraform's provider `aws`, which leaves `client_id` out for the pool.
    pub is_of_terraform: bool,
}

impl TemplateResource {
    /// A property: nothing where it is not there, not known where it may be.
    pub fn get(&self, name: &str) -> Val {
        match (self.properties.get(name), &self.open) {
            (Some(value), _) => value.clone(),
            (None, Some(open)) => Val::new(self.at.clone(), ValueData::Open(open.clone())),
            (None, None) => Val::new(self.at.clone(), ValueData::Absent),
        }
    }
}
