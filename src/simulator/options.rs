//! How the simulator behaves: answers where AWS's are not confirmed, quotas, latency, permissions.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::simulator::fault::InjectedFault;
use crate::simulator::quota::Quotas;

/// Options of a server. The default is a service without quotas, latency or faults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Port on loopback; 0 takes a free one.
    pub port: u16,
    /// Answers where AWS's are not confirmed.
    pub behaviour: Behaviour,
    /// How long every call takes.
    pub latency: Duration,
    /// Request quotas; `None` is no limit.
    pub quotas: Option<Quotas>,
    /// Actions that are allowed, as IAM writes them (`cognito-idp:DescribeUserPool`); `None` allows
    /// all. `sts:GetCallerIdentity` needs no permission, as in AWS.
    pub allowed: Option<BTreeSet<String>>,
    /// What goes wrong.
    pub faults: Vec<InjectedFault>,
    /// Most items on a page of any listing, below AWS's own limits; `None` leaves those.
    pub page_size: Option<usize>,
}

/// Answers of the services that docs/facts.md marks unconfirmed. The default is the answer that
/// AWS's documentation implies, where it implies one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own to a service that answers either way"
)]
pub struct Behaviour {
    /// `DescribeRiskConfiguration` of a pool that has none.
    pub no_pool_configuration: NoPoolConfiguration,
    /// `DescribeRiskConfiguration` of a client that has none of its own.
    pub no_client_configuration: NoClientConfiguration,
    /// Whether a pool's risk configuration is answered with `ClientId: ALL`.
    pub all_clients: AllClients,
    /// What `SetRiskConfiguration` does to sections that are not sent.
    pub unsent_sections: Unsent,
    /// What `SetLogDeliveryConfiguration` does to event sources that are not sent.
    pub unsent_log_configurations: Unsent,
    /// What `UpdateUserPool` does to members that are not sent.
    pub update: Update,
    /// A risk configuration can only be set while the mode is not `OFF`.
    pub responses_need_mode: bool,
    /// `DescribeRiskConfiguration` answers `UserPoolAddOnNotEnabledException` while the mode is `OFF`, whatever is configured.
    pub off_hides_responses: bool,
    /// `SetRiskConfiguration` changes the pool's `LastModifiedDate`.
    pub responses_touch_pool: bool,
    /// `SetUserPoolMfaConfig` changes the pool's `LastModifiedDate`.
    pub mfa_touches_pool: bool,
    /// A response that is less strict at a higher risk is refused.
    pub refuses_falling_responses: bool,
    /// `Notify: true` without a `NotifyConfiguration` is refused.
    pub refuses_notify_without_configuration: bool,
    /// Ranges with host bits (`192.0.2.1/24`) are refused.
    pub refuses_host_bits: bool,
    /// Ranges that hold every address (`0.0.0.0/0`) are refused.
    pub refuses_whole_internet: bool,
    /// A template with both `EmailMessage` and `EmailMessageByLink` is taken. Documented is an error; samples of AWS and
    /// a provider's acceptance test have pools with both.
    pub takes_both_email_messages: bool,
    /// A range in both lists is refused.
    pub refuses_range_in_both_lists: bool,
    /// `CustomAuthMode` can only be set while `AdvancedSecurityMode` is not `OFF`.
    pub custom_mode_needs_standard: bool,
    /// `GetLogDeliveryConfiguration` of a pool that has none answers with the pool's id alone, rather
    /// than with an empty list.
    pub no_log_delivery_is_absent: bool,
    /// Writes to Cognito leave an event in CloudTrail, at once. AWS takes minutes; the shape of the
    /// parameters is not confirmed.
    pub writes_leave_events: bool,
    /// The first page of every listing is empty and names a next one, which every AWS listing may
    /// do.
    pub hollow_pages: bool,
}

/// Four candidates (docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoPoolConfiguration {
    /// A `RiskConfiguration` with the pool's id alone.
    #[default]
    OnlyPoolId,
    /// One with empty sections.
    EmptySections,
    /// `ResourceNotFoundException`.
    NotFound,
    /// `UserPoolAddOnNotEnabledException`.
    AddOnNotEnabled,
}

/// Three candidates (docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoClientConfiguration {
    /// The pool's values, without `ClientId`.
    #[default]
    PoolValues,
    /// The ids alone.
    OnlyIds,
    /// `ResourceNotFoundException`.
    NotFound,
}

/// When `ClientId: ALL`, CloudFormation's word for the pool, comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AllClients {
    /// Never.
    #[default]
    Never,
    /// When it was asked for.
    WhenAsked,
    /// With every configuration of a pool, inherited ones included.
    Always,
}

/// What happens to what a whole-object call does not send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsent {
    /// It is gone.
    #[default]
    Removed,
    /// It stays.
    Kept,
}

/// What `UpdateUserPool`, `UpdateUserPoolClient` and `SetRiskConfiguration` do to members that are not sent
/// (docs/facts.md, "`UpdateUserPool` resets what is not sent").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// As documented: all but the feature plan, the name and `DcrConfiguration` go back to their
    /// defaults.
    #[default]
    Documented,
    /// As measured: `MfaConfiguration`, `Policies`, `UserAttributeUpdateSettings` and
    /// `UserPoolTags` stay as well.
    Measured,
    /// As documented, and no default is written out: what is not sent is absent from then on.
    Bare,
}
