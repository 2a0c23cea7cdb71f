//! What must hold of every comparison of two postures.

use std::collections::BTreeMap;

use cogward::model::client::{Client, Override};
use cogward::model::client_setting::ClientSettings;
use cogward::model::effective::{
    AddressList, Comparison, Direction, Event, Flow, Movement, Scope, Signal, Table, compare,
    weaker_than_pool,
};
use cogward::model::exception::IpRange;
use cogward::model::mode::{Mfa, Mode, Modes};
use cogward::model::posture::Posture;
use cogward::model::response::{CompromisedAction, PasswordEvent, RiskConfiguration};
use proptest::prelude::*;

use crate::arbitrary;
use crate::effective_oracle::{ACTIONS, MFAS, MODES};

fn ranges() -> BoxedStrategy<Vec<IpRange>> {
    let texts = vec![
        "192.0.2.0/24",
        "192.0.2.0/25",
        "198.51.100.7/32",
        "2001:db8::/32",
        "0.0.0.0/0",
        "office",
    ];
    arbitrary::ranges(prop::sample::select(texts).prop_map(str::to_owned))
}

fn a_configuration() -> BoxedStrategy<RiskConfiguration> {
    arbitrary::responses(Just(None), ranges(), ranges())
}

fn a_client(key: &'static str) -> impl Strategy<Value = Client> {
    let risk = arbitrary::overriding(a_configuration());
    let names = vec![
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "USER_PASSWORD_AUTH",
        "ALLOW_USER_AUTH",
    ];
    let flows = prop::option::of(prop::sample::subsequence(names, 0..=4));
    (risk, flows).prop_map(move |(risk, flows)| Client {
        key: key.to_owned(),
        risk,
        settings: ClientSettings {
            auth_flows: flows.map(|f| f.into_iter().map(str::to_owned).collect()),
            ..ClientSettings::default()
        },
        ..Client::default()
    })
}

fn a_posture() -> impl Strategy<Value = Posture> {
    let clients = (
        prop::option::of(a_client("web")),
        prop::option::of(a_client("api")),
    )
        .prop_map(|(web, api)| web.into_iter().chain(api).collect());
    (
        prop::sample::select(&MODES[..]),
        prop::sample::select(&MODES[..]),
        prop::sample::select(&MFAS[..]),
        a_configuration(),
        clients,
        prop::option::of(a_client("*")),
    )
        .prop_map(
            |(standard, custom, configuration, responses, clients, other_clients)| Posture {
                mode: Modes { standard, custom },
                mfa: Mfa {
                    configuration,
                    factors: None,
                },
                responses,
                clients,
                other_clients,
                ..Posture::default()
            },
        )
}

type Directions = (
    BTreeMap<(Option<String>, Flow, Event, Signal), Direction>,
    BTreeMap<(Option<String>, AddressList, Movement), Direction>,
);

fn directions(comparison: &Comparison, turned: bool) -> Directions {
    let turn = |d: Direction| if turned { d.reversed() } else { d };
    let move_back = |m| match m {
        Movement::Grew if turned => Movement::Shrank,
        Movement::Shrank if turned => Movement::Grew,
        m => m,
    };
    let key = |scope: &Scope| scope.key().map(str::to_owned);
    let cells = comparison.changes.iter();
    let lists = comparison.addresses.iter();
    (
        cells
            .map(|c| ((key(&c.scope), c.flow, c.event, c.signal), turn(c.direction)))
            .collect(),
        lists
            .map(|c| ((key(&c.scope), c.list, move_back(c.movement)), turn(c.direction)))
            .collect(),
    )
}

fn between(before: &Posture, after: &Posture) -> Comparison {
    compare(&Table::of(before), &Table::of(after))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_changes_against_itself(posture in a_posture()) {
        let found = between(&posture, &posture);
        prop_assert!(found.is_empty(), "{found:?}");
        prop_assert_eq!(found.direction(), Direction::Neutral);
    }

    #[test]
    fn undoing_a_change_reverses_it(before in a_posture(), after in a_posture()) {
        let (there, back) = (between(&before, &after), between(&after, &before));
        prop_assert_eq!(directions(&there, false), directions(&back, true));
        prop_assert_eq!(there.unmatched.len(), back.unmatched.len());
    }

    #[test]
    fn raising_an_action_never_weakens(posture in a_posture(), level in 0..3_usize, action in prop::sample::select(&ACTIONS[..])) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.account_takeover else { return Ok(()) };
        let levels = [&mut section.low, &mut section.medium, &mut section.high];
        let Some(Some(response)) = levels.into_iter().nth(level) else { return Ok(()) };
        response.action = response.action.max(action);
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    #[test]
    fn telling_users_never_weakens(posture in a_posture()) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.account_takeover else { return Ok(()) };
        for response in [&mut section.low, &mut section.medium, &mut section.high].into_iter().flatten() {
            response.notify = true;
        }
        prop_assert!(!between(&posture, &after).weakens());
    }

    #[test]
    fn raising_a_known_mode_never_weakens(posture in a_posture(), standard in prop::sample::select(&MODES[1..]), custom in prop::sample::select(&MODES[1..])) {
        let mut after = posture.clone();
        after.mode.standard = posture.mode.standard.map(|m| m.max(standard.unwrap_or(Mode::Off)));
        after.mode.custom = posture.mode.custom.map(|m| m.max(custom.unwrap_or(Mode::Off)));
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    /// Blocking leaked passwords at more events never weakens.
    #[test]
    fn blocking_passwords_at_more_events(posture in a_posture(), event in prop::sample::select(&PasswordEvent::ALL[..])) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.compromised_credentials else { return Ok(()) };
        section.action = CompromisedAction::Block;
        if !section.events.is_empty() {
            section.events.insert(event);
        }
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    /// A client with the pools own configuration is nowhere weaker.
    #[test]
    fn client_copy_of_pool_is_never_weaker(posture in a_posture(), client in a_client("x")) {
        let mut client = client;
        client.risk = Override::Own(Box::new(posture.responses.clone()));
        let found = weaker_than_pool(&posture, &client);
        prop_assert!(found.changes.is_empty() && found.addresses.is_empty());
    }
}
