use super::*;
use crate::model::client_setting::ClientSettings;
use crate::model::effective::addresses::{AddressList, Movement};
use crate::model::effective::terms::CellOutcome;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::{Mode, Modes};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
};

fn responses(high: Action, allow: &[&str]) -> RiskConfiguration {
    let at = |action| {
        Some(Response {
            action,
            notify: false,
        })
    };
    RiskConfiguration {
        account_takeover: Some(AccountTakeover {
            low: at(Action::NoAction),
            medium: at(Action::MfaIfConfigured),
            high: at(high),
            notifications: None,
        }),
        compromised_credentials: Some(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: [].into(),
        }),
        risk_exceptions: Some(RiskExceptions {
            always_block: Vec::new(),
            always_allow: allow.iter().map(|t| IpRange::new(t)).collect(),
        }),
    }
}

fn client(key: &str, own: Option<RiskConfiguration>, flows: &[&str]) -> Client {
    Client {
        key: key.to_owned(),
        risk: own.map_or(Override::Inherit, |own| Override::Own(Box::new(own))),
        settings: ClientSettings {
            auth_flows: Some(flows.iter().map(ToString::to_string).collect()),
            ..ClientSettings::default()
        },
        ..Client::default()
    }
}

fn enforced(pool: RiskConfiguration, clients: Vec<Client>) -> Posture {
    Posture {
        mode: Modes {
            standard: Some(Mode::Enforced),
            custom: Some(Mode::Enforced),
        },
        responses: pool,
        clients,
        ..Posture::default()
    }
}

fn between(before: &Posture, after: &Posture) -> Comparison {
    compare(&Table::of(before), &Table::of(after))
}

const SRP: &[&str] = &["ALLOW_USER_SRP_AUTH"];

/// Nothing is shown as stronger by an answer that nobody knows.
#[test]
fn unknown_answer_never_stronger() {
    let with = |mode, responses: RiskConfiguration| Posture {
        mode: Modes {
            standard: Some(mode),
            custom: Some(mode),
        },
        ..enforced(responses, vec![client("web", None, SRP)])
    };
    let none = RiskConfiguration::default;
    let block = || responses(Action::Block, &[]);
    for (before, after, guarded, shown) in [
        (
            with(Mode::Audit, none()),
            with(Mode::Enforced, none()),
            Direction::Stronger,
            Direction::Undefined,
        ),
        (
            with(Mode::Off, none()),
            with(Mode::Enforced, none()),
            Direction::Stronger,
            Direction::Stronger,
        ),
        (
            with(Mode::Enforced, none()),
            with(Mode::Enforced, block()),
            Direction::Stronger,
            Direction::Stronger,
        ),
        (
            with(Mode::Enforced, block()),
            with(Mode::Enforced, none()),
            Direction::Weaker,
            Direction::Weaker,
        ),
    ] {
        let found = between(&before, &after);
        let high = |cell: &&CellChange| cell.signal == Signal::High && cell.scope.key() == Some("web");
        let [change] = found.changes.iter().filter(high).collect::<Vec<_>>()[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            (change.direction, change.shown_direction()),
            (guarded, shown),
            "{change:?}"
        );
    }
}

/// A client that gets its own configuration is compared with what it had.
#[test]
fn client_gains_own_configuration() {
    let pool = responses(Action::Block, &[]);
    let lax = responses(Action::NoAction, &["192.0.2.0/24"]);
    let after = enforced(pool.clone(), vec![client("web", Some(lax), SRP)]);
    // Not listed before, or listed as inheriting: the same change.
    for (before, scope) in [
        (enforced(pool.clone(), vec![]), Scope::Own("web".into())),
        (
            enforced(pool.clone(), vec![client("web", None, SRP)]),
            Scope::Switches("web".into()),
        ),
    ] {
        let found = between(&before, &after);
        let [change] = &found.changes[..] else {
            panic!("{found:?}")
        };
        assert_eq!(change.scope, scope);
        assert_eq!(change.what(), "SRP sign-in at high risk");
        assert_eq!(
            (change.before.outcome, change.after.outcome),
            (CellOutcome::Blocked, CellOutcome::Allowed)
        );
        assert_eq!(change.direction, Direction::Weaker);
        let [list] = &found.addresses[..] else {
            panic!("{found:?}")
        };
        assert_eq!((list.list, list.movement), (AddressList::Allow, Movement::Grew));
        assert!(found.weakens() && found.unmatched.is_empty());
    }
}

/// A client that is gone falls back to the rest.
#[test]
fn removed_client_falls_back_to_rest() {
    let pool = responses(Action::Block, &[]);
    let lax = responses(Action::NoAction, &[]);
    let before = enforced(pool.clone(), vec![client("web", Some(lax.clone()), SRP)]);
    let found = between(&before, &enforced(pool.clone(), vec![]));
    assert_eq!(found.going(Direction::Stronger).count(), 1);
    assert_eq!(found.direction(), Direction::Stronger);
    // The rest has an override, under `*`: that is what the client inherits.
    let mut rest = enforced(pool, vec![]);
    rest.other_clients = Some(client("*", Some(lax), SRP));
    assert!(
        between(&before, &rest)
            .changes
            .iter()
            .all(|c| c.scope.key() != Some("web"))
    );
}

/// Flows without a counterpart are named and not judged.
#[test]
fn unmatched_flows_named_not_judged() {
    let pool = responses(Action::Block, &[]);
    let before = enforced(pool.clone(), vec![client("web", None, SRP)]);
    let after = enforced(pool, vec![client("web", None, &["ALLOW_CUSTOM_AUTH"])]);
    let found = between(&before, &after);
    let scope = Scope::Inherits("web".into());
    let expected = [(Flow::Srp, Side::Before), (Flow::Custom, Side::After)];
    assert_eq!(
        found.unmatched,
        expected.map(|(flow, side)| unmatched(&scope, flow, side))
    );
    assert!(found.changes.is_empty() && !found.is_empty());
}

/// Weaker than the pool is judged for the client's flows only.
#[test]
fn weaker_than_pool_uses_client_flows() {
    let pool = responses(Action::Block, &[]);
    let mut own = responses(Action::MfaRequired, &["192.0.2.0/24"]);
    own.compromised_credentials = None;
    let web = client("web", Some(own), SRP);
    let posture = enforced(pool, vec![web.clone()]);
    let found = weaker_than_pool(&posture, &web);
    let what: Vec<_> = found.changes.iter().map(CellChange::what).collect();
    // What becomes of compromised credentials without the section nobody knows.
    assert_eq!(what, ["SRP sign-in at high risk"]);
    assert_eq!(found.addresses.len(), 1);
    assert_eq!(
        weaker_than_pool(&posture, &client("api", None, SRP)),
        Comparison::default()
    );
}

/// What a policy does not manage for the pool is no yardstick.
#[test]
fn unmanaged_pool_is_no_yardstick() {
    let web = client("web", Some(responses(Action::NoAction, &["192.0.2.0/24"])), SRP);
    let mut posture = enforced(RiskConfiguration::default(), vec![web.clone()]);
    assert_eq!(weaker_than_pool(&posture, &web), Comparison::default());
    // Observed, the pool's sections are really missing: what that does is unconfirmed, and nothing is weaker than that.
    posture.origin = Origin::Observed;
    let found = weaker_than_pool(&posture, &web);
    assert_eq!((found.changes.len(), found.addresses.len()), (0, 1));
}

/// A client that gets the pool's configuration for its own, or the other way round, has neither's label.
#[test]
fn switching_client_has_its_bare_name() {
    let own = enforced(
        responses(Action::Block, &[]),
        vec![client("web", Some(responses(Action::NoAction, &[])), &[])],
    );
    let pools = enforced(responses(Action::Block, &[]), vec![client("web", None, &[])]);
    for (before, after) in [(&own, &pools), (&pools, &own)] {
        let found = between(before, after);
        assert!(!found.changes.is_empty());
        for change in &found.changes {
            assert_eq!(change.scope, Scope::Switches("web".to_owned()));
            assert_eq!(change.scope.label(), "web");
        }
    }
}
