//! Named clients and their flows.

use std::collections::BTreeSet;

use crate::model::client::{Client, Override};
use crate::model::effective::{Flow, flows, sign_ins};
use crate::model::posture::Posture;
use crate::model::response::PasswordEvent;
use crate::pointer::Pointer;
use crate::rule::view::ClientView;

/// Every named client.
pub(in crate::rule) fn clients(posture: &Posture) -> Vec<ClientView> {
    let mut scopes = 1;
    let one = |client: &Client| {
        // In the order of `scopes`: the pool, then every client with an override.
        let own = matches!(client.risk, Override::Own(_));
        let index = if own { scopes } else { 0 };
        scopes += usize::from(own);
        view(posture, client, index)
    };
    posture.clients.iter().map(one).collect()
}

fn flow_words(flows: BTreeSet<Flow>) -> Vec<String> {
    flows.into_iter().map(|flow| flow.as_str().to_owned()).collect()
}

fn view(posture: &Posture, client: &Client, scope_index: usize) -> ClientView {
    let (responses, risk) = match &client.risk {
        Override::Own(own) => ("own", own.as_ref()),
        Override::Inherit => ("inherit", &posture.responses),
        Override::Unknown => ("unknown", &posture.responses),
    };
    ClientView {
        name: client.key.clone(),
        id: client.id.clone(),
        pointer: Pointer::root().child("clients").child(&client.key).to_string(),
        responses: responses.to_owned(),
        flows: flows(client).map(flow_words),
        sign_ins: sign_ins(client).map(flow_words),
        default_flows: client.has_default_flows(),
        settings: client.settings.clone(),
        has_secret: client.has_secret,
        scope: if responses == "own" {
            client.key.clone()
        } else {
            "pool".to_owned()
        },
        scope_index,
        checks_sign_in: risk
            .compromised_credentials
            .as_ref()
            .is_some_and(|section| section.checks(PasswordEvent::SignIn)),
    }
}
