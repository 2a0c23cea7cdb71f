//! Resources that matter, with the properties that matter, however their file is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::observe::template::read::FileFault;
use crate::observe::template::shape::{self, Members, PropertyShape};
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
    pub fn properties(self) -> Members {
        const POOL: (&str, PropertyShape) = ("UserPoolId", PropertyShape::Text);
        const CLIENT: (&str, PropertyShape) = ("ClientId", PropertyShape::Text);
        match self {
            Self::Pool => &[
                ("UserPoolName", PropertyShape::Text),
                ("UserPoolTags", shape::TEXTS),
                ("UserPoolTier", PropertyShape::Text),
                ("UserPoolAddOns", shape::ADD_ONS),
                ("MfaConfiguration", PropertyShape::Text),
                ("EnabledMfas", shape::LIST),
                ("WebAuthnFactorConfiguration", PropertyShape::Text),
                ("LambdaConfig", shape::TRIGGERS),
            ],
            Self::Client => &[
                POOL,
                ("ClientName", PropertyShape::Text),
                ("ExplicitAuthFlows", shape::LIST),
                ("AllowedOAuthFlows", shape::LIST),
                ("AllowedOAuthFlowsUserPoolClient", PropertyShape::Flag),
                ("SupportedIdentityProviders", shape::LIST),
                ("EnablePropagateAdditionalUserContextData", PropertyShape::Flag),
                ("GenerateSecret", PropertyShape::Flag),
            ],
            Self::Answers => &[
                POOL,
                CLIENT,
                ("AccountTakeoverRiskConfiguration", shape::TAKEOVER),
                ("CompromisedCredentialsRiskConfiguration", shape::CREDENTIALS),
                ("RiskExceptionConfiguration", shape::RANGES),
            ],
            Self::DestroyedAnswers => &[POOL, CLIENT],
            Self::Logs => &[POOL, ("LogConfigurations", shape::DELIVERIES)],
            Self::Domain => &[POOL],
            Self::Alarm => &[
                ("AlarmName", PropertyShape::Text),
                ("Namespace", PropertyShape::Text),
                ("MetricName", PropertyShape::Text),
                ("Dimensions", shape::DIMENSIONS),
                ("Statistic", PropertyShape::Text),
                ("ExtendedStatistic", PropertyShape::Text),
                ("Period", PropertyShape::Number),
                ("EvaluationPeriods", PropertyShape::Number),
                ("DatapointsToAlarm", PropertyShape::Number),
                ("Threshold", PropertyShape::Number),
                ("ComparisonOperator", PropertyShape::Text),
                ("TreatMissingData", PropertyShape::Text),
                ("ActionsEnabled", PropertyShape::Flag),
                ("AlarmActions", shape::LIST),
                ("Unit", PropertyShape::Text),
                ("Metrics", shape::METRICS),
                ("EvaluationCriteria", shape::CRITERIA),
            ],
            Self::Composite => &[
                ("AlarmName", PropertyShape::Text),
                ("AlarmRule", PropertyShape::Text),
                ("ActionsEnabled", PropertyShape::Flag),
                ("AlarmActions", shape::LIST),
            ],
            Self::Function => &[("Events", shape::EVENTS)],
        }
    }

    /// Properties that `CloudFormation` refuses to do without, and what to do.
    fn required(self) -> &'static [(&'static str, &'static str)] {
        const POOL: (&str, &str) = ("UserPoolId", "write the pool, such as `UserPoolId: !Ref Pool`");
        const CLIENT: (&str, &str) = (
            "ClientId",
            "write `ClientId: ALL` for the pool as a whole, or the id of a client",
        );
        match self {
            Self::Answers => &[POOL, CLIENT],
            Self::Client | Self::Logs | Self::Domain => &[POOL],
            _ => &[],
        }
    }

    /// Properties of which only the kinds of what is written matter; they open no case.
    pub fn beside(self) -> Members {
        match self {
            Self::Pool => shape::BESIDE_POOL,
            _ => &[],
        }
    }

    /// The kind of value that a property has.
    pub fn shape(self, name: &str) -> PropertyShape {
        let mut all = self.properties().iter().chain(self.beside());
        all.find(|(own, _)| *own == name)
            .map_or(PropertyShape::Any, |(_, shape)| *shape)
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
    /// Takes values of another kind than their property has out of it, as faults, and reports what is missing.
    pub fn fit(&mut self, faults: &mut BTreeSet<FileFault>) {
        if matches!(self.at, At::Text { .. }) {
            self.need(faults);
        }
        for (name, value) in &mut self.properties {
            self.kind.shape(name).fit(value, faults);
        }
    }

    /// Reports properties that are missing, and without which the deployment fails.
    fn need(&self, faults: &mut BTreeSet<FileFault>) {
        for (name, help) in self.kind.required() {
            if self.get(name).is_absent() {
                faults.insert(FileFault {
                    at: self.at.clone(),
                    check: InputError::KeyMissing,
                    message: format!("`{}` has no `{name}`: the deployment fails", self.symbol.id),
                    help: (*help).to_owned(),
                });
            }
        }
    }

    /// A property: nothing where it is not there, not known where it may be.
    pub fn get(&self, name: &str) -> Val {
        match (self.properties.get(name), &self.open) {
            (Some(value), _) => value.clone(),
            (None, Some(open)) => Val::new(self.at.clone(), ValueData::Open(open.clone())),
            (None, None) => Val::new(self.at.clone(), ValueData::Absent),
        }
    }
}
