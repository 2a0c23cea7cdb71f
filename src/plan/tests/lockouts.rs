//! What newly blocks or challenges users: every kind of it, and what is none.

use proptest::prelude::*;

use super::whole::{moded, responses};
use super::{Everything, Little, named, posture};
use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::effective::{CellOutcome, Event, Flow, Scope, Table};
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::{Mfa, MfaConfiguration, Mode};
use crate::model::posture::Posture;
use crate::model::response::{Action, CompromisedAction, PasswordEvent, RiskConfiguration};
use crate::plan::{diff, lock_out, lock_outs};

const ACTIONS: [Action; 4] = [
    Action::NoAction,
    Action::MfaIfConfigured,
    Action::MfaRequired,
    Action::Block,
];

/// A pool with one client, whose answer at low risk is this.
fn pool(mode: Mode, low: Action) -> Posture {
    Posture {
        mfa: Mfa {
            configuration: Some(MfaConfiguration::Optional),
            factors: None,
        },
        clients: vec![client("web")],
        ..moded(mode, responses(low, Action::NoAction, Action::NoAction))
    }
}

fn client(key: &str) -> Client {
    Client {
        settings: ClientSettings {
            auth_flows: Some(["ALLOW_USER_PASSWORD_AUTH".to_owned()].into()),
            ..ClientSettings::default()
        },
        ..named(key, &format!("id{key}"), Override::Inherit)
    }
}

/// The places that lock users out on the way from one to the other.
fn places(before: &Posture, after: &Posture) -> Vec<String> {
    let found = diff(after, before, &Everything);
    let parts = lock_outs(&found);
    assert_eq!(parts.is_empty(), lock_out(&found).is_empty());
    parts
        .iter()
        .map(|(change, _)| change.leaf.pointer().to_string())
        .collect()
}

#[test]
fn an_answer_that_is_stricter_than_a_challenge_that_can_be_met_locks_out() {
    for (from, before) in ACTIONS.into_iter().enumerate() {
        for (to, after) in ACTIONS.into_iter().enumerate() {
            let locks = to > from && to > 1;
            let found = places(&pool(Mode::Enforced, before), &pool(Mode::Enforced, after));
            let expected: &[&str] = if locks { &["/account_takeover/low"] } else { &[] };
            assert_eq!(found, expected, "{before:?} {after:?}");
            for (from, to) in [
                (Mode::Audit, Mode::Enforced),
                (Mode::Off, Mode::Enforced),
                (Mode::Enforced, Mode::Audit),
                (Mode::Audit, Mode::Audit),
            ] {
                let found = places(&pool(from, before), &pool(to, after));
                assert_eq!(
                    found,
                    <[&str; 0]>::default(),
                    "{from:?} {to:?}: the gate's business, or nobody's"
                );
            }
        }
    }
}

#[test]
fn what_is_not_known_may_lock_out() {
    let bare = Posture {
        responses: RiskConfiguration::default(),
        ..pool(Mode::Enforced, Action::NoAction)
    };
    // Today everybody may be let in.
    let found = places(&bare, &pool(Mode::Enforced, Action::Block));
    assert_eq!(found, ["/account_takeover/low", "/compromised_credentials"]);
    // Nobody may be from then on: MFA that nobody can have.
    let without_mfa = |low| Posture {
        mfa: Mfa {
            configuration: Some(MfaConfiguration::Off),
            factors: None,
        },
        ..pool(Mode::Enforced, low)
    };
    let found = places(&without_mfa(Action::NoAction), &without_mfa(Action::MfaRequired));
    assert_eq!(found, ["/account_takeover/low"]);
    // What was stopped is the other guard's.
    let found = places(&without_mfa(Action::Block), &without_mfa(Action::MfaRequired));
    assert_eq!(found, <[&str; 0]>::default());
}

#[test]
fn every_way_to_a_stricter_answer_counts() {
    let enforced = || pool(Mode::Enforced, Action::MfaIfConfigured);
    let mut leaked = enforced();
    let section = leaked.responses.compromised_credentials.as_mut().unwrap();
    section.action = CompromisedAction::NoAction;
    assert_eq!(places(&leaked, &enforced()), ["/compromised_credentials"]);
    let mut filtered = enforced();
    let section = filtered.responses.compromised_credentials.as_mut().unwrap();
    section.events = [PasswordEvent::SignUp].into();
    assert_eq!(places(&filtered, &enforced()), ["/compromised_credentials"]);
    let mut always = enforced();
    always.mfa.configuration = Some(MfaConfiguration::On);
    assert_eq!(places(&enforced(), &always), ["/mfa/configuration"]);
    let mut own = enforced();
    let strict = responses(Action::Block, Action::Block, Action::Block);
    own.clients[0].risk = Override::Own(Box::new(strict));
    assert_eq!(places(&enforced(), &own), ["/clients/web"]);
    let mut listed = enforced();
    listed.responses.risk_exceptions = Some(RiskExceptions {
        always_block: vec![IpRange::new("203.0.113.0/24")],
        always_allow: Vec::new(),
    });
    assert_eq!(places(&enforced(), &listed), ["/risk_exceptions/always_block"]);
    assert_eq!(places(&listed, &enforced()), <[&str; 0]>::default());
    // Each authentication type has a mode of its own.
    for custom in [Mode::Enforced, Mode::Audit, Mode::Off] {
        let with = |low| {
            let mut pool = pool(Mode::Audit, low);
            pool.mode.custom = Some(custom);
            pool.clients[0].settings.auth_flows = Some(["ALLOW_CUSTOM_AUTH".to_owned()].into());
            pool
        };
        let found = places(&with(Action::NoAction), &with(Action::Block));
        assert_eq!(found.len(), usize::from(custom == Mode::Enforced), "{custom:?}");
    }
}

#[test]
fn only_clients_that_exist_have_users() {
    let mut before = pool(Mode::Enforced, Action::NoAction);
    before.clients[0].risk = Override::Own(Box::new(responses(
        Action::NoAction,
        Action::NoAction,
        Action::NoAction,
    )));
    let mut after = before.clone();
    after.responses = responses(Action::Block, Action::Block, Action::Block);
    assert_eq!(places(&before, &after), <[&str; 0]>::default());
    after.clients = vec![client("web")];
    let found = diff(&after, &before, &Little);
    let parts = lock_outs(&found);
    assert!(
        parts
            .iter()
            .any(|(change, _)| change.leaf.pointer().as_str() == "/clients/web")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_lock_out_is_what_the_tables_say(desired in posture(), pool in posture()) {
        let found = diff(&desired, &pool, &Everything);
        let (before, after) = (Table::of(&found.observed), Table::of(&found.wanted));
        let enforced = |posture: &Posture, flow, event| {
            let mode = if flow == Flow::Custom && event == Event::SignIn {
                posture.mode.custom
            } else {
                posture.mode.standard
            };
            mode == Some(Mode::Enforced)
        };
        let mut expected = 0;
        for row in after.rows.iter().filter(|row| row.scope != Scope::Others) {
            let same = |one: &&crate::model::effective::Row| {
                (one.scope.key(), one.flow, one.event) == (row.scope.key(), row.flow, row.event)
            };
            let Some(old) = before.rows.iter().find(same) else { continue };
            if !enforced(&found.observed, row.flow, row.event) || !enforced(&found.wanted, row.flow, row.event) {
                continue;
            }
            for (old, new) in old.cells.iter().zip(&row.cells) {
                let stopped = |outcome| matches!(outcome, CellOutcome::Blocked | CellOutcome::MfaRequired);
                let lets_in = !stopped(old.outcome) && old.outcome != CellOutcome::Undefined;
                let locks = match new.outcome {
                    CellOutcome::Blocked => old.outcome != CellOutcome::Blocked,
                    CellOutcome::MfaRequired => !stopped(old.outcome),
                    CellOutcome::Undefined => lets_in && old.outcome != CellOutcome::MfaIfConfigured,
                    _ => false,
                };
                expected += usize::from(locks);
            }
        }
        prop_assert_eq!(lock_out(&found).cells.len(), expected);
        let parts = lock_outs(&found);
        for cell in lock_out(&found).cells {
            prop_assert!(parts.iter().any(|(_, part)| part.cells.contains(&cell)), "{cell:?}");
        }
    }
}
