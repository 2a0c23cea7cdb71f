//! Recorded events, with the clients of the policy.

use crate::impact::{ClientSignIns, SignIns};
use crate::model::posture::Posture;
use crate::pointer::Pointer;
use crate::rule::view::{ClientEventsView, EventsView};

/// What was counted, and where its clients stand in the policy.
pub(in crate::rule) fn events(posture: &Posture, counted: &SignIns) -> EventsView {
    let one = |sign_ins: &ClientSignIns| {
        let id = sign_ins.client.as_deref();
        let known = posture
            .clients
            .iter()
            .find(|client| id.is_some() && client.id.as_deref() == id);
        let at = known.map_or_else(Pointer::root, |client| {
            Pointer::root().child("clients").child(&client.key)
        });
        ClientEventsView {
            title: id.map_or_else(
                || "events that name no client".to_owned(),
                |id| format!("client `{id}`"),
            ),
            pointer: at.to_string(),
            sign_ins: sign_ins.clone(),
        }
    };
    EventsView {
        total: counted.total,
        level_known: counted.level_known,
        high_risk: counted.high_risk,
        clients: counted.clients.iter().map(one).collect(),
    }
}
