//! The table of API operations that are used: what each needs, and how often it may be called.
//!
//! Rate quotas and the IAM policy are made from it, so that neither can forget an operation.

use strum::IntoEnumIterator as _;

crate::ident::spelled!(Operation);

/// What an operation is for: each use has IAM permissions of its own (`docs/iam/`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Reads pools and what is around them.
    Pools,
    /// Reads what users did, which only `investigate` and `events --from-aws` do.
    Users,
    /// Reads what only `investigate` needs in addition.
    Incident,
    /// Writes settings.
    Write,
    /// Writes what only `investigate feedback` writes.
    Feedback,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
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
    /// Calls a second for each account and region, as documented (docs/facts.md, "Rate quotas"). `None` is a quota
    /// that a run cannot come near: its calls are few.
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

/// Makes [`Operation`] and its rows: use, service, category, what a permission can be narrowed to, the member that every answer
/// has, and purpose.
macro_rules! operations {
    ($($name:ident: $is_for:ident, $service:literal, $category:ident, $resource:expr, $answer:expr, $purpose:literal;)*) => {
        /// An API operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter, strum::IntoStaticStr)]
        pub enum Operation {
            $(#[doc = $purpose] $name,)*
        }

        impl Operation {
            fn row(self) -> OperationRow {
                match self {
                    $(Self::$name => OperationRow {
                        is_for: Use::$is_for,
                        service: $service,
                        category: Category::$category,
                        resource: $resource,
                        answers_with: $answer,
                        purpose: $purpose,
                    },)*
                }
            }
        }
    };
}

operations! {
    GetCallerIdentity: Pools, "sts", Unlimited, None, Some("Account"),
        "whose credentials these are, where a policy names an account";
    ListUserPools: Pools, "cognito-idp", UserPoolRead, Some(Resource::Any), Some("UserPools"),
        "pools by name, by tag, or all of them; not called where policies name pool ids";
    DescribeUserPool: Pools, "cognito-idp", UserPoolRead, Some(Resource::UserPool), Some("UserPool"),
        "feature plan, modes, domain, tags";
    GetUserPoolMfaConfig: Pools, "cognito-idp", UserPoolResourceRead, Some(Resource::UserPool), Some("MfaConfiguration"),
        "MFA settings and factors";
    ListUserPoolClients: Pools, "cognito-idp", UserPoolClientRead, Some(Resource::UserPool), Some("UserPoolClients"),
        "the pool's clients";
    DescribeUserPoolClient: Pools, "cognito-idp", UserPoolClientRead, Some(Resource::UserPool), Some("UserPoolClient"),
        "a client's flows; its secret is dropped before anything keeps it";
    DescribeRiskConfiguration: Pools, "cognito-idp", UserPoolResourceRead, Some(Resource::UserPool), Some("RiskConfiguration"),
        "responses of the pool, and each client's own";
    // Its category, and that of its write, is not confirmed: it counts with the other parts of a pool, which is right or slower than
    // need be.
    GetLogDeliveryConfiguration: Pools, "cognito-idp", UserPoolResourceRead, Some(Resource::UserPool), Some("LogDeliveryConfiguration"),
        "where logs of user activity go";
    // Its permission may be narrowed to alarms, but then it lists only those: a hole that looks like health.
    DescribeAlarms: Pools, "cloudwatch", DescribeAlarms, Some(Resource::Any), Some("MetricAlarms"),
        "alarms, once for each region";
    ListMetrics: Pools, "cloudwatch", ListMetrics, Some(Resource::Any), Some("Metrics"),
        "how CloudWatch spells the metrics, once for each region";
    GetMetricData: Pools, "cloudwatch", Unlimited, Some(Resource::Any), Some("MetricDataResults"),
        "how CloudWatch spells the metrics of alarms that it does not list";
    GetTopicAttributes: Pools, "sns", Unlimited, Some(Resource::Topic), Some("Attributes"),
        "whether an alarm's topic has subscribers";
    LookupEvents: Pools, "cloudtrail", LookupEvents, Some(Resource::Any), Some("Events"),
        "when modes were set in the last 90 days, where a policy asks for a mode to be enforced";
    ListUsers: Users, "cognito-idp", UserList, Some(Resource::UserPool), Some("Users"),
        "names and `sub`s of a pool's users; no other attribute is asked for";
    AdminListUserAuthEvents: Users, "cognito-idp", UserResourceRead, Some(Resource::UserPool), Some("AuthEvents"),
        "a user's sign-ins, sign-ups and changes of password, with their risk";
    DescribeAlarmHistory: Incident, "cloudwatch", DescribeAlarmHistory, Some(Resource::Alarm), Some("AlarmHistoryItems"),
        "when an alarm went to ALARM";
    SetRiskConfiguration: Write, "cognito-idp", UserPoolResourceUpdate, Some(Resource::UserPool), Some("RiskConfiguration"),
        "responses of the pool, and each client's own";
    UpdateUserPool: Write, "cognito-idp", UserPoolUpdate, Some(Resource::UserPool), None,
        "feature plan and modes; everything else is sent back as it was";
    SetUserPoolMfaConfig: Write, "cognito-idp", UserPoolResourceUpdate, Some(Resource::UserPool), Some("MfaConfiguration"),
        "MFA settings and factors, only where policies manage them";
    UpdateUserPoolClient: Write, "cognito-idp", UserPoolClientUpdate, Some(Resource::UserPool), Some("UserPoolClient"),
        "a client's flows, only where policies manage them";
    SetLogDeliveryConfiguration: Write, "cognito-idp", UserPoolResourceUpdate, Some(Resource::UserPool), Some("LogDeliveryConfiguration"),
        "where logs of user activity go";
    PutMetricAlarm: Write, "cloudwatch", PutMetricAlarm, Some(Resource::Alarm), None,
        "alarms";
    AdminUpdateAuthEventFeedback: Feedback, "cognito-idp", UserResourceUpdate, Some(Resource::UserPool), None,
        "a write: says whether an event was the user; only `investigate feedback` makes it";
}

/// What is to be known of an operation.
struct OperationRow {
    is_for: Use,
    service: &'static str,
    category: Category,
    resource: Option<Resource>,
    answers_with: Option<&'static str>,
    purpose: &'static str,
}

impl Operation {
    /// All that are for a use.
    pub fn all_for(is_for: Use) -> Vec<Self> {
        Self::iter()
            .filter(|operation| operation.row().is_for == is_for)
            .collect()
    }

    /// Whether it is called only where a policy manages MFA or clients.
    pub fn only_if_managed(self) -> bool {
        matches!(self, Self::SetUserPoolMfaConfig | Self::UpdateUserPoolClient)
    }

    /// The member that every answer has, so that a body without it is not an answer; `None` where the true answer is
    /// empty.
    ///
    /// A pool of which nothing is configured has it too, with the ids alone, or the service answers with an error that
    /// says so: docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured". What is in it is for the
    /// readers of each operation.
    pub fn answers_with(self) -> Option<&'static str> {
        self.row().answers_with
    }

    /// Whether it answers with a description of an object that has more to it than ids: when it was made, at least.
    pub fn describes(self) -> bool {
        matches!(
            self,
            Self::DescribeUserPool | Self::DescribeUserPoolClient | Self::UpdateUserPoolClient
        )
    }

    /// The service's prefix in IAM actions.
    pub fn service(self) -> &'static str {
        self.row().service
    }

    /// What its calls count towards.
    pub fn category(self) -> Category {
        self.row().category
    }

    /// What its permission can be narrowed to; `None` where none is needed.
    pub fn resource(self) -> Option<Resource> {
        self.row().resource
    }

    /// What it is called for, in a few words.
    pub fn purpose(self) -> &'static str {
        self.row().purpose
    }
}
