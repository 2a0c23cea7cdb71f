//! Every API operation that is used for reading.

/// An API operation that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Who a topic tells.
    GetTopicAttributes,
}

impl Operation {
    /// The API's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::ListUserPools => "ListUserPools",
            Self::DescribeUserPool => "DescribeUserPool",
            Self::GetUserPoolMfaConfig => "GetUserPoolMfaConfig",
            Self::ListUserPoolClients => "ListUserPoolClients",
            Self::DescribeUserPoolClient => "DescribeUserPoolClient",
            Self::DescribeRiskConfiguration => "DescribeRiskConfiguration",
            Self::GetLogDeliveryConfiguration => "GetLogDeliveryConfiguration",
            Self::DescribeAlarms => "DescribeAlarms",
            Self::ListMetrics => "ListMetrics",
            Self::GetTopicAttributes => "GetTopicAttributes",
        }
    }
}
