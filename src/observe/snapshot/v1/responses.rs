//! Risk configurations.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};

/// A risk configuration: sections that are not there are not configured.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskV1 {
    /// Adaptive authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_takeover: Option<TakeoverV1>,
    /// Leaked or guessed passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromised_credentials: Option<CompromisedV1>,
    /// Addresses that are always blocked or never assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    risk_exceptions: Option<ExceptionsV1>,
}

/// Responses by risk level.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakeoverV1 {
    /// At low risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<ResponseV1>,
    /// At medium risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    medium: Option<ResponseV1>,
    /// At high risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<ResponseV1>,
    /// How users are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notifications: Option<NotificationsV1>,
}

/// The response at one level.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResponseV1 {
    /// What happens to the request.
    action: Action,
    /// Whether the user is told.
    notify: bool,
}

/// `NotifyConfiguration`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NotificationsV1 {
    /// The SES identity that sends.
    source_arn: String,
    /// `From`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// `ReplyTo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    /// After a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block_email: Option<EmailV1>,
    /// With an MFA challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mfa_email: Option<EmailV1>,
    /// After an allowed sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    no_action_email: Option<EmailV1>,
}

/// A template.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EmailV1 {
    /// Subject.
    subject: String,
    /// HTML body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    /// Text body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The response to compromised credentials.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompromisedV1 {
    /// What happens to the request.
    action: CompromisedAction,
    /// `EventFilter`; empty is all events.
    events: BTreeSet<PasswordEvent>,
}

/// Exception lists, as they are written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExceptionsV1 {
    /// `BlockedIPRangeList`.
    always_block: Vec<String>,
    /// `SkippedIPRangeList`.
    always_allow: Vec<String>,
}

impl From<&RiskConfiguration> for RiskV1 {
    fn from(live: &RiskConfiguration) -> Self {
        Self {
            account_takeover: live.account_takeover.as_ref().map(TakeoverV1::from),
            compromised_credentials: live
                .compromised_credentials
                .as_ref()
                .map(|section| CompromisedV1 {
                    action: section.action,
                    events: section.events.clone(),
                }),
            risk_exceptions: live.risk_exceptions.as_ref().map(|lists| ExceptionsV1 {
                always_block: texts(&lists.always_block),
                always_allow: texts(&lists.always_allow),
            }),
        }
    }
}

fn texts(ranges: &[IpRange]) -> Vec<String> {
    ranges.iter().map(|range| range.text.clone()).collect()
}

fn ranges(texts: &[String]) -> Vec<IpRange> {
    texts.iter().map(|text| IpRange::new(text)).collect()
}

impl From<RiskV1> for RiskConfiguration {
    fn from(frozen: RiskV1) -> Self {
        Self {
            account_takeover: frozen.account_takeover.map(Into::into),
            compromised_credentials: frozen
                .compromised_credentials
                .map(|section| CompromisedCredentials {
                    action: section.action,
                    events: section.events,
                }),
            risk_exceptions: frozen.risk_exceptions.map(|lists| RiskExceptions {
                always_block: ranges(&lists.always_block),
                always_allow: ranges(&lists.always_allow),
            }),
        }
    }
}

impl From<&AccountTakeover> for TakeoverV1 {
    fn from(live: &AccountTakeover) -> Self {
        let level =
            |level: Option<Response>| level.map(|Response { action, notify }| ResponseV1 { action, notify });
        Self {
            low: level(live.low),
            medium: level(live.medium),
            high: level(live.high),
            notifications: live.notifications.as_ref().map(NotificationsV1::from),
        }
    }
}

impl From<TakeoverV1> for AccountTakeover {
    fn from(frozen: TakeoverV1) -> Self {
        let level = |level: Option<ResponseV1>| {
            level.map(|ResponseV1 { action, notify }| Response { action, notify })
        };
        Self {
            low: level(frozen.low),
            medium: level(frozen.medium),
            high: level(frozen.high),
            notifications: frozen.notifications.map(Into::into),
        }
    }
}

impl From<&Notifications> for NotificationsV1 {
    fn from(live: &Notifications) -> Self {
        let email = |email: &Option<EmailTemplate>| email.as_ref().map(EmailV1::from);
        Self {
            source_arn: live.source_arn.clone(),
            from: live.from.clone(),
            reply_to: live.reply_to.clone(),
            block_email: email(&live.block_email),
            mfa_email: email(&live.mfa_email),
            no_action_email: email(&live.no_action_email),
        }
    }
}

impl From<NotificationsV1> for Notifications {
    fn from(frozen: NotificationsV1) -> Self {
        Self {
            source_arn: frozen.source_arn,
            from: frozen.from,
            reply_to: frozen.reply_to,
            block_email: frozen.block_email.map(Into::into),
            mfa_email: frozen.mfa_email.map(Into::into),
            no_action_email: frozen.no_action_email.map(Into::into),
        }
    }
}

impl From<&EmailTemplate> for EmailV1 {
    fn from(live: &EmailTemplate) -> Self {
        Self {
            subject: live.subject.clone(),
            html: live.html.clone(),
            text: live.text.clone(),
        }
    }
}

impl From<EmailV1> for EmailTemplate {
    fn from(frozen: EmailV1) -> Self {
        Self {
            subject: frozen.subject,
            html: frozen.html,
            text: frozen.text,
        }
    }
}
