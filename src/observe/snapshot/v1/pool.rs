//! One pool.

use crate::model::observed::Observed;
use crate::model::posture::{Origin, Posture, TemplateFacts};
use crate::observe::snapshot::v1::types::{AlarmV1, PoolV1};

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
            mode: posture.mode,
            mfa: posture.mfa.clone(),
            domain: posture.domain,
            triggers: posture.triggers.clone(),
            responses: posture.responses.clone(),
            clients: posture.clients.clone(),
            alarms: posture
                .alarms
                .as_ref()
                .map(|alarms| alarms.iter().map(AlarmV1::from).collect()),
            other_alarms: posture.other_alarms.clone(),
            log_delivery: posture.log_delivery.clone(),
            topics: posture.topics.clone(),
            seen_metrics: posture.seen_metrics.clone(),
            unread: live.unread.clone(),
        }
    }
}

impl From<PoolV1> for Observed {
    fn from(frozen: PoolV1) -> Self {
        let posture = Posture {
            origin: Origin::Observed,
            account: frozen.account,
            region: frozen.region,
            pool_id: frozen.id,
            feature_plan: frozen.feature_plan,
            mode: frozen.mode,
            mfa: frozen.mfa,
            domain: frozen.domain,
            triggers: frozen.triggers,
            responses: frozen.responses,
            clients: frozen.clients,
            other_clients: None,
            alarms: frozen
                .alarms
                .map(|alarms| alarms.into_iter().map(Into::into).collect()),
            other_alarms: frozen.other_alarms,
            log_delivery: frozen.log_delivery,
            topics: frozen.topics,
            seen_metrics: frozen.seen_metrics,
            unread: frozen.unread.iter().map(|unread| unread.part).collect(),
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
            unread: frozen.unread,
        }
    }
}
