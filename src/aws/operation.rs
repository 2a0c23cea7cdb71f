//! The table of API operations that are used: what each needs, and how often it may be called.
//!
//! Rate quotas and the IAM policy are made from it, so that neither can forget an operation.

/// An API operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
pub enum Operation {
    /// Whose credentials these are.
    GetCallerIdentity,
    /// Ids and names of a region's pools.
    ListUserPools,
    /// A pool.
    DescribeUserPool,
    /// A pool's MFA settings.
    GetUserPoolMfaConfig,
    /// Ids and names of a pool's clients.
    ListUserPoolClients,
    /// A client.
    DescribeUserPoolClient,
    /// A pool's or a client's risk configuration.
    DescribeRiskConfiguration,
    /// Where a pool's logs go.
    GetLogDeliveryConfiguration,
    /// A region's alarms.
    DescribeAlarms,
    /// A region's metrics that have data of late.
    ListMetrics,
    /// Data of metrics.
    GetMetricData,
    /// Who a topic notifies.
    GetTopicAttributes,
    /// A region's events of one operation.
    LookupEvents,
    /// Names and `sub`s of a pool's users.
    ListUsers,
    /// What was recorded of a user.
    AdminListUserAuthEvents,
    /// Changes of an alarm's state.
    DescribeAlarmHistory,
    /// Sets a pool's or a client's risk configuration.
    SetRiskConfiguration,
    /// Updates a pool.
    UpdateUserPool,
    /// Sets a pool's MFA settings.
    SetUserPoolMfaConfig,
    /// Updates a client.
    UpdateUserPoolClient,
    /// Sets where a pool's logs go.
    SetLogDeliveryConfiguration,
    /// Sets an alarm.
    PutMetricAlarm,
    /// Says of an event whether it was the user.
    AdminUpdateAuthEventFeedback,
}

/// What a permission can be narrowed to (docs/facts.md, "Permissions").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// User pools by ARN.
    UserPool,
    /// SNS topics by ARN.
    Topic,
    /// CloudWatch alarms by ARN.
    Alarm,
    /// Nothing: the service knows no resource for it, or needs all of them.
    Any,
}

/// A pool of calls that count together, for each account and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Cognito's `UserPoolRead`.
    UserPoolRead,
    /// Cognito's `UserPoolResourceRead`.
    UserPoolResourceRead,
    /// Cognito's `UserPoolClientRead`.
    UserPoolClientRead,
    /// Cognito's `UserList`.
    UserList,
    /// Cognito's `UserResourceRead`.
    UserResourceRead,
    /// Cognito's `UserResourceUpdate`.
    UserResourceUpdate,
    /// CloudWatch's `DescribeAlarms`.
    DescribeAlarms,
    /// CloudWatch's `DescribeAlarmHistory`.
    DescribeAlarmHistory,
    /// CloudWatch's `ListMetrics`.
    ListMetrics,
    /// CloudTrail's `LookupEvents`.
    LookupEvents,
    /// Cognito's `UserPoolUpdate`.
    UserPoolUpdate,
    /// Cognito's `UserPoolResourceUpdate`.
    UserPoolResourceUpdate,
    /// Cognito's `UserPoolClientUpdate`.
    UserPoolClientUpdate,
    /// CloudWatch's `PutMetricAlarm`.
    PutMetricAlarm,
    /// SNS's `GetTopicAttributes`, CloudWatch's `GetMetricData`, and STS.
    Unlimited,
}

impl Category {
    /// All categories.
    pub const ALL: [Self; 15] = [
        Self::UserPoolRead,
        Self::UserPoolResourceRead,
        Self::UserPoolClientRead,
        Self::UserList,
        Self::UserResourceRead,
        Self::UserResourceUpdate,
        Self::DescribeAlarms,
        Self::DescribeAlarmHistory,
        Self::ListMetrics,
        Self::LookupEvents,
        Self::UserPoolUpdate,
        Self::UserPoolResourceUpdate,
        Self::UserPoolClientUpdate,
        Self::PutMetricAlarm,
        Self::Unlimited,
    ];

    /// Calls a second for each account and region, as documented (docs/facts.md, "Rate quotas"). `None` is a quota
    /// that a run cannot come near: its calls are few.
    #[must_use]
    pub fn per_second(self) -> Option<u32> {
        match self {
            Self::UserPoolRead
            | Self::UserPoolClientRead
            | Self::UserPoolUpdate
            | Self::UserPoolResourceUpdate
            | Self::UserPoolClientUpdate => Some(15),
            Self::UserPoolResourceRead | Self::DescribeAlarmHistory => Some(20),
            Self::UserList => Some(30),
            Self::UserResourceRead => Some(50),
            Self::DescribeAlarms => Some(9),
            Self::ListMetrics | Self::UserResourceUpdate => Some(25),
            Self::PutMetricAlarm => Some(3),
            Self::LookupEvents => Some(2),
            Self::Unlimited => None,
        }
    }

    /// Calls a second of any one operation on any one pool (the quotas page's third note).
    #[must_use]
    pub fn per_second_and_pool(self) -> Option<u32> {
        match self {
            Self::UserPoolResourceRead
            | Self::UserPoolClientRead
            | Self::UserPoolResourceUpdate
            | Self::UserPoolClientUpdate => Some(5),
            _ => None,
        }
    }
}

impl Operation {
    /// All operations that read.
    pub const READS: [Self; 13] = [
        Self::GetCallerIdentity,
        Self::ListUserPools,
        Self::DescribeUserPool,
        Self::GetUserPoolMfaConfig,
        Self::ListUserPoolClients,
        Self::DescribeUserPoolClient,
        Self::DescribeRiskConfiguration,
        Self::GetLogDeliveryConfiguration,
        Self::DescribeAlarms,
        Self::ListMetrics,
        Self::GetMetricData,
        Self::GetTopicAttributes,
        Self::LookupEvents,
    ];

    /// All operations that read what users did, which only `investigate` and `events --from-aws` do.
    pub const USER_READS: [Self; 2] = [Self::ListUsers, Self::AdminListUserAuthEvents];

    /// What only `investigate` reads beside.
    pub const INCIDENT_READS: [Self; 1] = [Self::DescribeAlarmHistory];

    /// All operations that write.
    pub const WRITES: [Self; 6] = [
        Self::SetRiskConfiguration,
        Self::UpdateUserPool,
        Self::SetUserPoolMfaConfig,
        Self::UpdateUserPoolClient,
        Self::SetLogDeliveryConfiguration,
        Self::PutMetricAlarm,
    ];

    /// What only `investigate feedback` writes.
    pub const FEEDBACK_WRITES: [Self; 1] = [Self::AdminUpdateAuthEventFeedback];

    /// Whether it writes.
    #[must_use]
    pub fn writes(self) -> bool {
        Self::WRITES.contains(&self) || Self::FEEDBACK_WRITES.contains(&self)
    }

    /// Whether it is called only where a policy manages MFA or clients.
    #[must_use]
    pub fn only_if_managed(self) -> bool {
        matches!(self, Self::SetUserPoolMfaConfig | Self::UpdateUserPoolClient)
    }

    /// The API's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The member that every answer has, so that a body without it is not an answer; `None` where the true answer is
    /// empty.
    ///
    /// A pool of which nothing is configured has it too, with the ids alone, or the service answers with an error that
    /// says so: docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured". What is in it is for the
    /// readers of each operation.
    #[must_use]
    pub fn answers_with(self) -> Option<&'static str> {
        Some(match self {
            Self::GetCallerIdentity => "Account",
            Self::ListUserPools => "UserPools",
            Self::DescribeUserPool => "UserPool",
            Self::GetUserPoolMfaConfig | Self::SetUserPoolMfaConfig => "MfaConfiguration",
            Self::ListUserPoolClients => "UserPoolClients",
            Self::DescribeUserPoolClient | Self::UpdateUserPoolClient => "UserPoolClient",
            Self::DescribeRiskConfiguration | Self::SetRiskConfiguration => "RiskConfiguration",
            Self::GetLogDeliveryConfiguration | Self::SetLogDeliveryConfiguration => {
                "LogDeliveryConfiguration"
            }
            Self::ListUsers => "Users",
            Self::DescribeAlarmHistory => "AlarmHistoryItems",
            Self::AdminListUserAuthEvents => "AuthEvents",
            Self::DescribeAlarms => "MetricAlarms",
            Self::ListMetrics => "Metrics",
            Self::GetMetricData => "MetricDataResults",
            Self::GetTopicAttributes => "Attributes",
            Self::LookupEvents => "Events",
            Self::UpdateUserPool | Self::PutMetricAlarm | Self::AdminUpdateAuthEventFeedback => return None,
        })
    }

    /// Whether it answers with a description of an object that has more to it than ids: when it was made, at least.
    #[must_use]
    pub fn describes(self) -> bool {
        matches!(
            self,
            Self::DescribeUserPool | Self::DescribeUserPoolClient | Self::UpdateUserPoolClient
        )
    }

    /// The service's prefix in IAM actions.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "sts",
            Self::DescribeAlarms
            | Self::DescribeAlarmHistory
            | Self::ListMetrics
            | Self::GetMetricData
            | Self::PutMetricAlarm => "cloudwatch",
            Self::GetTopicAttributes => "sns",
            Self::LookupEvents => "cloudtrail",
            _ => "cognito-idp",
        }
    }

    /// What its calls count towards. Which category `GetLogDeliveryConfiguration` and its write are in is not
    /// confirmed: they count with the other parts of a pool, which is right if they do and slower than need be if they
    /// do not.
    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::ListUserPools | Self::DescribeUserPool => Category::UserPoolRead,
            Self::GetUserPoolMfaConfig
            | Self::DescribeRiskConfiguration
            | Self::GetLogDeliveryConfiguration => Category::UserPoolResourceRead,
            Self::ListUserPoolClients | Self::DescribeUserPoolClient => Category::UserPoolClientRead,
            Self::ListUsers => Category::UserList,
            Self::AdminListUserAuthEvents => Category::UserResourceRead,
            Self::DescribeAlarms => Category::DescribeAlarms,
            Self::DescribeAlarmHistory => Category::DescribeAlarmHistory,
            Self::ListMetrics => Category::ListMetrics,
            Self::LookupEvents => Category::LookupEvents,
            Self::UpdateUserPool => Category::UserPoolUpdate,
            Self::SetRiskConfiguration | Self::SetUserPoolMfaConfig | Self::SetLogDeliveryConfiguration => {
                Category::UserPoolResourceUpdate
            }
            Self::UpdateUserPoolClient => Category::UserPoolClientUpdate,
            Self::PutMetricAlarm => Category::PutMetricAlarm,
            Self::AdminUpdateAuthEventFeedback => Category::UserResourceUpdate,
            Self::GetCallerIdentity | Self::GetTopicAttributes | Self::GetMetricData => Category::Unlimited,
        }
    }

    /// What its permission can be narrowed to; `None` where none is needed.
    #[must_use]
    pub fn resource(self) -> Option<Resource> {
        match self {
            Self::GetCallerIdentity => None,
            // DescribeAlarms may be narrowed to alarms, but then lists only those: a hole that looks like health.
            Self::ListUserPools
            | Self::DescribeAlarms
            | Self::ListMetrics
            | Self::GetMetricData
            | Self::LookupEvents => Some(Resource::Any),
            Self::GetTopicAttributes => Some(Resource::Topic),
            Self::PutMetricAlarm | Self::DescribeAlarmHistory => Some(Resource::Alarm),
            _ => Some(Resource::UserPool),
        }
    }

    /// What it is called for, in a few words.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "whose credentials these are, where a policy names an account",
            Self::ListUserPools => {
                "pools by name, by tag, or all of them; not called where policies name pool ids"
            }
            Self::DescribeUserPool => "feature plan, modes, domain, tags",
            Self::GetUserPoolMfaConfig => "MFA settings and factors",
            Self::ListUserPoolClients => "the pool's clients",
            Self::DescribeUserPoolClient => {
                "a client's flows; its secret is dropped before anything keeps it"
            }
            Self::DescribeRiskConfiguration | Self::SetRiskConfiguration => {
                "responses of the pool, and each client's own"
            }
            Self::GetLogDeliveryConfiguration | Self::SetLogDeliveryConfiguration => {
                "where logs of user activity go"
            }
            Self::DescribeAlarms => "alarms, once for each region",
            Self::ListMetrics => "how CloudWatch spells the metrics, once for each region",
            Self::GetMetricData => "how CloudWatch spells the metrics of alarms that it does not list",
            Self::GetTopicAttributes => "whether an alarm's topic has subscribers",
            Self::LookupEvents => {
                "when modes were set in the last 90 days, where a policy asks for a mode to be enforced"
            }
            Self::DescribeAlarmHistory => "when an alarm went to ALARM",
            Self::ListUsers => "names and `sub`s of a pool's users; no other attribute is asked for",
            Self::AdminListUserAuthEvents => {
                "a user's sign-ins, sign-ups and changes of password, with their risk"
            }
            Self::UpdateUserPool => "feature plan and modes; everything else is sent back as it was",
            Self::SetUserPoolMfaConfig => "MFA settings and factors, only where policies manage them",
            Self::UpdateUserPoolClient => "a client's flows, only where policies manage them",
            Self::PutMetricAlarm => "alarms",
            Self::AdminUpdateAuthEventFeedback => {
                "a write: says whether an event was the user; only `investigate feedback` makes it"
            }
        }
    }
}
