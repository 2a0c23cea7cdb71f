//! Scopes: the pool's risk configuration and every client's own.

use crate::model::client::{Client, Override};
use crate::model::effective::{Flow, is_admin, sign_ins};
use crate::model::mode::Mode;
use crate::model::posture::{DEFINE_AUTH_CHALLENGE, Origin, Part, Posture};
use crate::model::response::{
    AccountTakeover, Action, CompromisedCredentials, PasswordEvent, RiskConfiguration, RiskLevel,
};
use crate::pointer::Pointer;
use crate::rule::inputs::weaker::{enforced, same, weaker};
use crate::rule::inputs::{exceptions, notifications};
use crate::rule::view::{AccountTakeoverView, CompromisedView, LevelView, ScopeView};
use crate::text;

/// Whether a posture names every client of its pool.
pub(super) fn has_all_clients(posture: &Posture) -> bool {
    posture.origin == Origin::Observed
        && !posture.unread.contains(&Part::Clients)
        && !posture.template.more_clients
}

/// The pool, then every client with an override.
pub(in crate::rule) fn scopes(posture: &Posture) -> Vec<ScopeView> {
    let mut scopes = vec![scope(
        posture,
        "pool",
        "the pool",
        &posture.responses,
        &Pointer::root(),
    )];
    scopes[0].is_pool = true;
    scopes[0].user_context_forwarded = posture.clients.iter().any(forwards) || posture.template.more_clients;
    scopes[0].sends_passwords = some(under_the_pool(posture).map(sends_passwords));
    scopes[0].unused = !posture.clients.is_empty() && !under_the_pool(posture).any(may_be_covered);
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
        view.sends_passwords = sends_passwords(client);
        view.unused = !may_be_covered(client);
        if !posture.unread.contains(&Part::Responses) {
            view.equals_pool = same(own, &posture.responses);
            view.weaker_cells = weaker(&enforced, client);
        }
        scopes.push(view);
    }
    for scope in &mut scopes {
        say_when_it_acts(scope, posture);
    }
    scopes
}

/// Whether a configuration is carried out, and what has to happen before it is.
fn say_when_it_acts(scope: &mut ScopeView, posture: &Posture) {
    let users: Vec<_> = if scope.is_pool {
        under_the_pool(posture).collect()
    } else {
        let own = posture.clients.iter().filter(|client| client.key == scope.name);
        own.collect()
    };
    let next = if users.is_empty() {
        &[&Client::UNKNOWN]
    } else {
        users.as_slice()
    };
    let waits = next.iter().all(|client| is_inert(posture, client));
    let enforced = match posture.mode.custom {
        Some(Mode::Enforced) => "standard authentication is `ENFORCED`",
        _ => "`ENFORCED`",
    };
    let in_use = match (scope.is_pool, users.is_empty()) {
        (true, true) => "a client inherits it",
        (true, false) => "a client that inherits it has a sign-in that threat protection covers",
        (false, _) => "it has a sign-in that threat protection covers",
    };
    let conditions = [(waits, enforced), (scope.unused, in_use)];
    let open = conditions.into_iter().filter(|(open, _)| *open);
    let words: Vec<_> = open.map(|(_, words)| words.to_owned()).collect();
    scope.acts = words.is_empty();
    if !scope.acts {
        scope.once = format!(", once {}", text::join_words(&words));
    }
}

/// Whether it is known that no mode carries responses out for a client: none is ENFORCED, or custom authentication alone,
/// which the client does not use. A custom mode that a policy does not name is left as it is, and mostly is off.
fn is_inert(posture: &Posture, client: &Client) -> bool {
    let uses_custom = || {
        posture.has_trigger(DEFINE_AUTH_CHALLENGE) != Some(false)
            && sign_ins(client).is_none_or(|flows| flows.contains(&Flow::Custom))
    };
    let custom_acts = posture.mode.custom == Some(Mode::Enforced) && uses_custom();
    matches!(posture.mode.standard, Some(Mode::Off | Mode::Audit)) && !custom_acts
}

/// Whether a server may say the user's address. `AdminInitiateAuth` takes one in its `ContextData` whatever the client's
/// settings are (docs/facts.md, "Addresses behind a server").
fn forwards(client: &Client) -> bool {
    client.settings.propagate_user_context == Some(true)
        || client
            .settings
            .auth_flows
            .iter()
            .flatten()
            .any(|flow| is_admin(flow))
}

/// The clients that have the pool's configuration, or may have it. One that nothing is known of stands for those that a
/// policy does not name, or that were not read.
fn under_the_pool(posture: &Posture) -> impl Iterator<Item = &Client> {
    static UNNAMED: Client = Client::UNKNOWN;
    let rest = posture.other_clients.as_ref();
    let rest = rest.or_else(|| (!has_all_clients(posture)).then_some(&UNNAMED));
    let own = |client: &&Client| !matches!(client.risk, Override::Own(_));
    posture.clients.iter().chain(rest).filter(own)
}

/// Whether a client has a sign-in that threat protection covers, or may. That of federated users and of machines it never
/// covers (docs/facts.md, "Which flows are covered").
fn may_be_covered(client: &Client) -> bool {
    let outside = |flow: &Flow| matches!(flow, Flow::Federated | Flow::Machine);
    sign_ins(client).is_none_or(|flows| !flows.iter().all(outside))
}

/// Whether a client sends a password at sign-in, as far as its flows are known. Choice-based sign-in may.
fn sends_passwords(client: &Client) -> Option<bool> {
    let found = sign_ins(client)?;
    let sends = found.contains(&Flow::Password) || found.contains(&Flow::Unknown);
    (sends || client.settings.auth_flows.is_some()).then_some(sends)
}

/// Whether something is so of one at least, where it may not be known. Of nobody, nothing is known.
fn some(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all.reduce(|found, one| match (found, one) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    })
    .flatten()
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
        sends_passwords: None,
        unused: false,
        acts: true,
        once: String::new(),
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
        action: section.action.as_str().to_owned(),
        events: words(true),
        missing_events: words(false),
    }
}
