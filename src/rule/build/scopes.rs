//! Scopes: the pool's risk configuration and every client's own.

use crate::model::client::{Client, Override};
use crate::model::effective::is_admin;
use crate::model::posture::Posture;
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, RiskConfiguration,
    RiskLevel,
};
use crate::pointer::Pointer;
use crate::rule::build::weaker::{enforced, same, weaker};
use crate::rule::build::{exceptions, notifications};
use crate::rule::view::{AccountTakeoverView, CompromisedView, LevelView, ScopeView};

/// The pool, then every client with a configuration of its own.
pub(in crate::rule) fn scopes(posture: &Posture) -> Vec<ScopeView> {
    let mut scopes = vec![scope(
        posture,
        "pool",
        "the pool",
        &posture.responses,
        &Pointer::root(),
    )];
    scopes[0].is_pool = true;
    scopes[0].user_context_forwarded = posture.clients.iter().any(forwards);
    let enforced = enforced(posture);
    for client in &posture.clients {
        let Override::Own(own) = &client.risk else {
            continue;
        };
        let at = Pointer::root().child("clients").child(&client.key);
        let mut view = scope(
            posture,
            &client.key,
            &format!("client `{}`", client.key),
            own,
            &at,
        );
        view.user_context_forwarded = forwards(client);
        view.equals_pool = same(own, &posture.responses);
        view.weaker_cells = weaker(&enforced, client);
        scopes.push(view);
    }
    scopes
}

/// Whether a server may say the user's address. `AdminInitiateAuth` takes one in its `ContextData` whatever the client's
/// settings are (docs/facts.md, "Addresses behind a server").
fn forwards(client: &Client) -> bool {
    client.propagate_user_context == Some(true)
        || client.auth_flows.iter().flatten().any(|flow| is_admin(flow))
}

fn scope(posture: &Posture, name: &str, title: &str, risk: &RiskConfiguration, at: &Pointer) -> ScopeView {
    ScopeView {
        name: name.to_owned(),
        title: title.to_owned(),
        is_pool: false,
        pointer: at.to_string(),
        account_takeover: risk
            .account_takeover
            .as_ref()
            .map(|section| account_takeover(posture, section, &at.child("account_takeover"))),
        compromised_credentials: risk
            .compromised_credentials
            .as_ref()
            .map(|section| compromised(section, &at.child("compromised_credentials"))),
        risk_exceptions: risk
            .risk_exceptions
            .as_ref()
            .map(|section| exceptions::exceptions(section, &at.child("risk_exceptions"))),
        user_context_forwarded: false,
        equals_pool: false,
        weaker_cells: Vec::new(),
    }
}

fn account_takeover(posture: &Posture, section: &AccountTakeover, at: &Pointer) -> AccountTakeoverView {
    let mut levels = Vec::new();
    let mut missing_levels = Vec::new();
    for (rank, level) in (0..).zip(RiskLevel::ALL) {
        match section.at(level) {
            None => missing_levels.push(level.as_str().to_owned()),
            Some(response) => levels.push(LevelView {
                level: level.as_str().to_owned(),
                rank,
                action: response.action.as_str().to_owned(),
                action_rank: action_rank(response.action),
                notify: response.notify,
                template: response.action.template().as_str().to_owned(),
                pointer: at.child(level.as_str()).to_string(),
            }),
        }
    }
    let notifications = section.notifications.as_ref().map(|notifications| {
        notifications::notifications(posture, notifications, &levels, &at.child("notifications"))
    });
    AccountTakeoverView {
        pointer: at.to_string(),
        levels,
        missing_levels,
        notifications,
    }
}

fn action_rank(action: Action) -> i64 {
    match action {
        Action::NoAction => 0,
        Action::MfaIfConfigured => 1,
        Action::MfaRequired => 2,
        Action::Block => 3,
    }
}

fn compromised(section: &CompromisedCredentials, at: &Pointer) -> CompromisedView {
    let words = |checked: bool| {
        let events = PasswordEvent::ALL
            .into_iter()
            .filter(move |event| section.checks(*event) == checked);
        events.map(|event| event.as_str().to_owned()).collect()
    };
    CompromisedView {
        pointer: at.to_string(),
        action: match section.action {
            CompromisedAction::Block => "BLOCK",
            CompromisedAction::NoAction => "NO_ACTION",
        }
        .to_owned(),
        events: words(true),
        missing_events: words(false),
    }
}
