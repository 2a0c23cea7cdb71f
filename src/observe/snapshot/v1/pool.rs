//! One pool and its clients.

use crate::model::client::{Client, Override};
use crate::model::mode::{Mfa, Modes};
use crate::model::observed::{Observed, Unread};
use crate::model::posture::{Origin, Posture, TemplateFacts};
use crate::observe::snapshot::v1::others::OtherAlarmV1;
use crate::observe::snapshot::v1::types::{
    AlarmV1, ClientV1, LogDeliveryV1, MetricV1, MfaV1, ModeV1, OverrideV1, PoolV1, UnreadV1,
};

impl From<&Observed> for PoolV1 {
    fn from(live: &Observed) -> Self {
        let posture = &live.posture;
        Self {
            account: posture.account.clone(),
            region: posture.region.clone(),
            id: posture.pool_id.clone(),
            name: live.name.clone(),
            tags: live.tags.clone(),
            created: live.created,
            last_modified: live.last_modified,
            estimated_users: live.estimated_users,
            feature_plan: posture.feature_plan,
            mode: ModeV1 {
                standard: posture.mode.standard,
                custom: posture.mode.custom,
            },
            mfa: MfaV1 {
                configuration: posture.mfa.configuration,
                factors: posture.mfa.factors.clone(),
            },
            domain: posture.domain,
            triggers: posture.triggers.clone(),
            responses: (&posture.responses).into(),
            clients: posture.clients.iter().map(ClientV1::from).collect(),
            alarms: posture
                .alarms
                .as_ref()
                .map(|alarms| alarms.iter().map(AlarmV1::from).collect()),
            other_alarms: posture
                .other_alarms
                .as_ref()
                .map(|alarms| alarms.iter().map(OtherAlarmV1::from).collect()),
            log_delivery: posture.log_delivery.as_ref().map(LogDeliveryV1::from),
            topics: posture
                .topics
                .iter()
                .map(|(arn, topic)| (arn.clone(), (*topic).into()))
                .collect(),
            seen_metrics: posture
                .seen_metrics
                .as_ref()
                .map(|seen| seen.iter().map(MetricV1::from).collect()),
            unread: live.unread.iter().map(UnreadV1::from).collect(),
        }
    }
}

impl From<PoolV1> for Observed {
    fn from(frozen: PoolV1) -> Self {
        let unread: Vec<Unread> = frozen.unread.into_iter().map(Into::into).collect();
        let posture = Posture {
            origin: Origin::Observed,
            account: frozen.account,
            region: frozen.region,
            pool_id: frozen.id,
            feature_plan: frozen.feature_plan,
            mode: Modes {
                standard: frozen.mode.standard,
                custom: frozen.mode.custom,
            },
            mfa: Mfa {
                configuration: frozen.mfa.configuration,
                factors: frozen.mfa.factors,
            },
            domain: frozen.domain,
            triggers: frozen.triggers,
            responses: frozen.responses.into(),
            clients: frozen.clients.into_iter().map(Into::into).collect(),
            other_clients: None,
            alarms: frozen
                .alarms
                .map(|alarms| alarms.into_iter().map(Into::into).collect()),
            other_alarms: frozen
                .other_alarms
                .map(|alarms| alarms.into_iter().map(Into::into).collect()),
            log_delivery: frozen.log_delivery.map(Into::into),
            topics: frozen
                .topics
                .into_iter()
                .map(|(arn, topic)| (arn, topic.into()))
                .collect(),
            seen_metrics: frozen
                .seen_metrics
                .map(|seen| seen.into_iter().map(Into::into).collect()),
            unread: unread.iter().map(|unread| unread.part).collect(),
            unknown: [].into(),
            template: TemplateFacts::default(),
        };
        Self {
            name: frozen.name,
            tags: frozen.tags,
            posture,
            created: frozen.created,
            last_modified: frozen.last_modified,
            estimated_users: frozen.estimated_users,
            unread,
        }
    }
}

impl From<&Client> for ClientV1 {
    fn from(live: &Client) -> Self {
        Self {
            key: live.key.clone(),
            id: live.id.clone(),
            risk: match &live.risk {
                Override::Unknown => OverrideV1::Unknown,
                Override::Inherit => OverrideV1::Inherit,
                Override::Own(own) => OverrideV1::Own(Box::new(own.as_ref().into())),
            },
            settings: live.settings.clone(),
            has_secret: live.has_secret,
        }
    }
}

impl From<ClientV1> for Client {
    fn from(frozen: ClientV1) -> Self {
        Self {
            key: frozen.key,
            id: frozen.id,
            risk: match frozen.risk {
                OverrideV1::Unknown => Override::Unknown,
                OverrideV1::Inherit => Override::Inherit,
                OverrideV1::Own(own) => Override::Own(Box::new((*own).into())),
            },
            settings: frozen.settings,
            has_secret: frozen.has_secret,
        }
    }
}

impl From<&Unread> for UnreadV1 {
    fn from(live: &Unread) -> Self {
        Self {
            part: live.part,
            client: live.client.clone(),
            operation: live.operation.clone(),
            failure: live.failure,
            detail: live.detail.clone(),
        }
    }
}

impl From<UnreadV1> for Unread {
    fn from(frozen: UnreadV1) -> Self {
        Self {
            part: frozen.part,
            client: frozen.client,
            operation: frozen.operation,
            failure: frozen.failure,
            detail: frozen.detail,
        }
    }
}
