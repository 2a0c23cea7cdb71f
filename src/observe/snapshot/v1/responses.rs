//! Risk configurations.

use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{AccountTakeover, CompromisedCredentials, Response, RiskConfiguration};
use crate::observe::snapshot::v1::types::{
    CompromisedV1, EmailV1, ExceptionsV1, NotificationsV1, ResponseV1, RiskV1, TakeoverV1,
};

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
