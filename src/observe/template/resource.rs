//! Resources that matter, with the properties that matter, however their file is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::observe::template::candidates::Candidates;
use crate::observe::template::naming::{self, FileNotes};
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

/// Properties of a pool that are not read. As of November 2026, like the others.
const OF_POOL: [&str; 22] = [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailAuthenticationMessage",
    "EmailAuthenticationSubject",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "IssuerConfiguration",
    "KeyConfiguration",
    "Policies",
    "Schema",
    "SmsAuthenticationMessage",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UsernameAttributes",
    "UsernameConfiguration",
    "VerificationMessageTemplate",
    "WebAuthnRelyingPartyID",
    "WebAuthnUserVerification",
];

/// Properties of a client that are not read.
const OF_CLIENT: [&str; 15] = [
    "AccessTokenValidity",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "DefaultRedirectURI",
    "EnableTokenRevocation",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "TokenValidityUnits",
    "WriteAttributes",
];

/// Properties of a domain that are not read.
const OF_DOMAIN: [&str; 4] = ["CustomDomainConfig", "Domain", "ManagedLoginVersion", "Routing"];

/// Properties of an alarm that are not read.
const OF_ALARM: [&str; 10] = [
    "ActionConfiguration",
    "AlarmDescription",
    "EvaluateLowSampleCountPercentile",
    "EvaluationInterval",
    "EvaluationWindow",
    "InsufficientDataActions",
    "OKActions",
    "Tags",
    "ThresholdMetricId",
    "WarmUpConfiguration",
];

/// Properties of a composite alarm that are not read.
const OF_COMPOSITE: [&str; 8] = [
    "ActionConfiguration",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
    "AlarmDescription",
    "InsufficientDataActions",
    "OKActions",
    "Tags",
];

/// The types that matter.
const TYPES: [(&str, ResourceKind); 8] = [
    ("AWS::Cognito::UserPool", ResourceKind::Pool),
    ("AWS::Cognito::UserPoolClient", ResourceKind::Client),
    (
        "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        ResourceKind::Answers,
    ),
    ("AWS::Cognito::LogDeliveryConfiguration", ResourceKind::Logs),
    ("AWS::Cognito::UserPoolDomain", ResourceKind::Domain),
    ("AWS::CloudWatch::Alarm", ResourceKind::Alarm),
    ("AWS::CloudWatch::CompositeAlarm", ResourceKind::Composite),
    ("AWS::Serverless::Function", ResourceKind::Function),
];

impl ResourceKind {
    /// The kind of a `CloudFormation` type; `None` for what does not matter.
    pub fn of(kind: &str) -> Option<Self> {
        let mut all = TYPES.iter();
        all.find(|(own, _)| *own == kind).map(|(_, kind)| *kind)
    }

    /// Whether it is a pool, or sets something of one.
    pub fn is_of_pools(self) -> bool {
        !matches!(self, Self::Alarm | Self::Composite | Self::Function)
    }

    /// The types that matter.
    pub fn types() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|(name, _)| *name)
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

    /// Properties that only Terraform's provider has.
    pub fn of_terraform(self) -> Members {
        match self {
            Self::Pool => shape::FACTORS,
            _ => &[],
        }
    }

    /// The names of all properties; of a SAM function, of those that are read.
    pub fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        let others: &[&str] = match self {
            Self::Pool => &OF_POOL,
            Self::Client => &OF_CLIENT,
            Self::Domain => &OF_DOMAIN,
            Self::Alarm => &OF_ALARM,
            Self::Composite => &OF_COMPOSITE,
            Self::Answers | Self::DestroyedAnswers | Self::Logs | Self::Function => &[],
        };
        let members = self.properties().iter().chain(self.beside());
        members.map(|(name, _)| *name).chain(others.iter().copied())
    }

    /// Whether a name that a template gives to a property is to be checked: it is none of this kind, and, of a kind whose
    /// other names are not listed, it is near to one.
    pub fn is_odd(self, name: &str) -> bool {
        let is_listed = self != Self::Function;
        let is_near = || naming::meant(name, self.names()).is_some();
        !self.names().any(|known| known == name) && (is_listed || is_near())
    }

    /// The kind of value that a property has.
    pub fn shape(self, name: &str) -> PropertyShape {
        let of_cloudformation = self.properties().iter().chain(self.beside());
        let mut all = of_cloudformation.chain(self.of_terraform());
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
    /// What properties can be that are ids of other resources, and that a plan does not know yet.
    pub candidates: BTreeMap<&'static str, Candidates>,
    /// Why there may be more of them.
    pub open: Option<Open>,
    /// Whether it is of Terraform's provider `aws`, which leaves `client_id` out for the pool.
    pub is_of_terraform: bool,
    /// Whether a plan creates it, also in place of another.
    pub is_created: bool,
    /// Whether AWS keeps it where no template has it any more (`DeletionPolicy`).
    pub is_kept: bool,
}

impl TemplateResource {
    /// Takes values of another kind than their property has out of it, as faults, and reports what is missing.
    pub fn fit(&mut self, wrong: &mut FileNotes) {
        self.name(wrong);
        let is_written = matches!(self.at, At::Text { .. });
        if is_written {
            self.need(&mut wrong.faults);
        }
        for (name, value) in &mut self.properties {
            self.kind.shape(name).fit(value, wrong);
            let needed = self.kind.required().iter().find(|(own, _)| own == name);
            if let Some((_, help)) = needed
                && is_written
                && value.known().is_some_and(|text| text.is_empty())
            {
                wrong.faults.insert(FileFault {
                    at: value.at.clone(),
                    check: InputError::ValueInvalid,
                    message: format!("`{name}` of `{}` is empty: the deployment fails", self.symbol.id),
                    help: (*help).to_owned(),
                });
                value.data = ValueData::Open(Open::invalid("it is empty".to_owned()));
            }
        }
    }

    /// Checks the names of properties. A macro may make anything of a name.
    fn name(&mut self, wrong: &mut FileNotes) {
        let more: Members = match self.at {
            At::Text { .. } => &[],
            At::Address { .. } => self.kind.of_terraform(),
        };
        let known = self.kind.names().chain(more.iter().map(|(name, _)| *name));
        let is_known = |name: &String| known.clone().any(|known| known == name);
        if self.open.is_none() && !self.properties.keys().all(is_known) {
            let mut entries: Vec<_> = std::mem::take(&mut self.properties).into_iter().collect();
            wrong.name(&mut entries, &known);
            self.properties.extend(entries);
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

    /// The resources that its properties refer to.
    pub fn referred(&self) -> BTreeSet<Symbol> {
        let mut found = BTreeSet::new();
        self.properties
            .values()
            .for_each(|value| value.referred(&mut found));
        found
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
