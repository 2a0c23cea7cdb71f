//! Directions over whole matrices: every pair of answers in every flow, judged by hand under each answer that AWS may
//! give where it documents none.

use proptest::prelude::*;

use super::whole::{moded, responses};
use super::{Everything, named, posture};
use crate::model::client::{Client, Override};
use crate::model::client_setting::{ClientSetting, ClientSettings};
use crate::model::effective::{Direction, Event, Flow, Table, compare};
use crate::model::mode::{Mfa, MfaConfiguration, Mode};
use crate::model::posture::Posture;
use crate::model::response::{Action, Response, RiskConfiguration};
use crate::plan::{Change, Setting, diff, lock_out};

const FLOWS: [&str; 4] = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
];
const MFAS: [MfaConfiguration; 3] = [
    MfaConfiguration::Off,
    MfaConfiguration::Optional,
    MfaConfiguration::On,
];

/// Every answer at a risk level, and none.
fn answers() -> Vec<Option<Response>> {
    let actions = [
        Action::NoAction,
        Action::MfaIfConfigured,
        Action::MfaRequired,
        Action::Block,
    ];
    let all = actions
        .into_iter()
        .flat_map(|action| [false, true].map(|notify| Some(Response { action, notify })));
    std::iter::once(None).chain(all).collect()
}

/// A pool that is enforced, with one client that signs in by one flow and has this answer at low risk.
fn pool(flow: &str, low: Option<Response>, mfa: MfaConfiguration) -> Posture {
    let none = || responses(Action::NoAction, Action::NoAction, Action::NoAction);
    let mut own = none();
    own.account_takeover.as_mut().unwrap().low = low;
    let mut pool = moded(Mode::Enforced, none());
    pool.mode.custom = Some(Mode::Enforced);
    pool.mfa = Mfa {
        configuration: Some(mfa),
        factors: None,
    };
    pool.clients = vec![Client {
        settings: ClientSettings {
            auth_flows: Some([flow.to_owned()].into()),
            ..ClientSettings::default()
        },
        ..named("web", "w1", Override::Own(Box::new(own)))
    }];
    pool
}

/// What AWS does where it does not say so.
#[derive(Clone, Copy, Debug)]
struct World {
    /// Whether `USER_AUTH` is covered.
    covers: bool,
    /// What happens at a level without an answer, from allowed (1) to blocked (5).
    without_answer: u8,
    /// What `MFA_REQUIRED` does in a pool whose MFA is OFF.
    mfa_off: u8,
    /// Whether it tells the user then.
    tells: bool,
}

fn worlds() -> impl Iterator<Item = World> {
    (0..100_u8).map(|number| World {
        covers: number % 2 == 1,
        tells: number / 2 % 2 == 1,
        mfa_off: number / 4 % 5 + 1,
        without_answer: number / 20 + 1,
    })
}

/// How much an answer protects in a world; being told breaks ties.
fn strength(flow: &str, answer: Option<Response>, mfa: MfaConfiguration, world: World) -> (u8, bool) {
    if flow == "ALLOW_USER_AUTH" && !world.covers {
        return (0, false);
    }
    let Some(Response { action, notify }) = answer else {
        return (world.without_answer, false);
    };
    match (action, mfa) {
        (Action::Block, _) => (5, notify),
        (Action::NoAction, _) | (Action::MfaIfConfigured, MfaConfiguration::Off) => {
            (1 + u8::from(notify), notify)
        }
        (Action::MfaRequired, MfaConfiguration::Off) => (world.mfa_off, notify && world.tells),
        (_, MfaConfiguration::On) | (Action::MfaRequired, MfaConfiguration::Optional) => (4, notify),
        (Action::MfaIfConfigured, MfaConfiguration::Optional) => (3, notify),
    }
}

/// What may be weaker under one answer of AWS is named and nothing else is.
#[test]
fn named_iff_weaker_in_some_world() {
    for (flow, mfa) in FLOWS.iter().flat_map(|flow| MFAS.map(|mfa| (flow, mfa))) {
        for before in answers() {
            // A level that a policy does not name is not managed.
            for after in answers().into_iter().flatten().map(Some) {
                let found = diff(&pool(flow, after, mfa), &pool(flow, before, mfa), &Everything);
                let value = |answer, world| strength(flow, answer, mfa, world);
                let weaker = worlds().any(|world| value(after, world) < value(before, world));
                let stronger = worlds().any(|world| value(after, world) > value(before, world));
                let case = format!("{flow} {mfa:?} {before:?} {after:?} {:?}", found.changes);
                let change = found.changes.first();
                assert_eq!(change.is_some(), before != after, "{case}");
                assert_eq!(change.is_some_and(Change::must_be_named), weaker, "{case}");
                let expected = match (weaker, stronger) {
                    (true, true) => Direction::Undefined,
                    (true, false) => Direction::Weaker,
                    (false, true) => Direction::Stronger,
                    (false, false) => Direction::Neutral,
                };
                assert_eq!(
                    change.map_or(Direction::Neutral, |change| change.direction),
                    expected,
                    "{case}"
                );
            }
        }
    }
}

/// A client of which nobody knows whether it is covered is guarded against locking out too.
#[test]
fn possibly_covered_client_lockout() {
    let block = Some(Response {
        action: Action::Block,
        notify: false,
    });
    let none = Some(Response {
        action: Action::NoAction,
        notify: false,
    });
    for flow in FLOWS {
        let of = |low| pool(flow, low, MfaConfiguration::Optional);
        assert!(
            !lock_out(&diff(&of(block), &of(none), &Everything)).is_empty(),
            "{flow}"
        );
        assert!(
            lock_out(&diff(&of(none), &of(block), &Everything)).is_empty(),
            "{flow}"
        );
    }
}

/// A client that no longer passes on the users context is weaker.
#[test]
fn user_context_no_longer_passed_weaker() {
    let states = [None, Some(false), Some(true)];
    for (before, after) in states
        .into_iter()
        .flat_map(|before| states.map(|after| (before, after)))
    {
        for mode in [Mode::Off, Mode::Audit, Mode::Enforced] {
            let with = |propagate| {
                let mut pool = moded(mode, RiskConfiguration::default());
                pool.clients = vec![Client {
                    settings: ClientSettings {
                        propagate_user_context: propagate,
                        ..ClientSettings::default()
                    },
                    ..named("web", "w1", Override::Inherit)
                }];
                pool
            };
            let found = diff(&with(after), &with(before), &Everything);
            let leaf = Setting::Client("web".into(), ClientSetting::PropagateUserContext);
            let change = found.changes.iter().find(|change| change.leaf == leaf);
            // What a policy does not say it does not manage.
            let expected = match (before == Some(true), after) {
                (true, Some(false)) => Some(Direction::Weaker),
                (false, Some(true)) => Some(Direction::Stronger),
                _ => None,
            };
            let moved = change
                .map(|change| change.direction)
                .filter(|found| *found != Direction::Neutral);
            assert_eq!(moved, expected, "{before:?} {after:?} {mode:?}");
            let named = change.is_some_and(Change::must_be_named);
            assert_eq!(
                named,
                expected == Some(Direction::Weaker),
                "{before:?} {after:?} {mode:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A flow that may not be covered goes the way that one with a password goes: it does so if it is covered, and
    /// nothing changes if it is not.
    #[test]
    fn undocumented_flow_follows_documented(before in posture(), after in posture(), bare in any::<[bool; 2]>()) {
        let (mut before, mut after) = (before, after);
        for (posture, bare) in [(&mut before, bare[0]), (&mut after, bare[1])] {
            posture.clients.clear();
            if bare {
                posture.responses = RiskConfiguration::default();
            }
        }
        let found = compare(&Table::of(&before), &Table::of(&after));
        let of = |flow| {
            let cells = found.changes.iter().filter(move |cell| cell.flow == flow && cell.event == Event::SignIn);
            let moved = cells.filter(|cell| cell.direction != Direction::Neutral);
            moved.map(|cell| (cell.signal, cell.direction)).collect::<Vec<_>>()
        };
        prop_assert_eq!(of(Flow::Unknown), of(Flow::Password));
    }
}
