//! What newly blocks or challenges users: every kind of it, and what is none.

use super::whole::{moded, responses};
use super::{Everything, named};
use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::effective::{CellOutcome, Scope};
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::{Mfa, MfaConfiguration, Mode};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::posture::{Origin, Posture};
use crate::model::response::{Action, CompromisedAction, PasswordEvent, Response, RiskConfiguration};
use crate::plan::{Diff, diff, lock_out, lock_outs};

pub(super) const ACTIONS: [Action; 4] = [
    Action::NoAction,
    Action::MfaIfConfigured,
    Action::MfaRequired,
    Action::Block,
];

/// A pool with one client, whose answer at low risk is this.
pub(super) fn pool(mode: Mode, low: Action) -> Posture {
    Posture {
        mfa: Mfa {
            configuration: Some(MfaConfiguration::Optional),
            factors: None,
        },
        clients: vec![client("web")],
        ..moded(mode, responses(low, Action::NoAction, Action::NoAction))
    }
}

pub(super) fn client(key: &str) -> Client {
    Client {
        settings: ClientSettings {
            auth_flows: Some(["ALLOW_USER_PASSWORD_AUTH".to_owned()].into()),
            ..ClientSettings::default()
        },
        ..named(key, &format!("id{key}"), Override::Inherit)
    }
}

/// The places that lock users out on the way from one to the other.
pub(super) fn places(before: &Posture, after: &Posture) -> Vec<String> {
    let found = diff(after, before, &Everything);
    let parts = lock_outs(&found);
    nothing_is_nobodys(&found);
    parts
        .iter()
        .map(|(change, _)| change.leaf.pointer().to_string())
        .collect()
}

/// Whatever keeps somebody out is some change's part.
pub(super) fn nothing_is_nobodys(found: &Diff) {
    let (whole, parts) = (lock_out(found), lock_outs(found));
    let parts = || parts.iter().map(|(_, part)| part);
    for cell in &whole.cells {
        assert!(parts().any(|part| part.cells.contains(cell)), "{cell:?}");
    }
    for one in &whole.addresses {
        assert!(parts().any(|part| part.addresses.contains(one)), "{one:?}");
    }
    for way in &whole.ways {
        assert!(parts().any(|part| part.ways.contains(way)), "{way:?}");
    }
    for step in &whole.factors {
        assert!(parts().any(|part| part.factors.contains(step)), "{step:?}");
    }
}

/// An answer that is stricter than a challenge that can be met locks out.
#[test]
fn stricter_response_locks_out() {
    for (from, before) in ACTIONS.into_iter().enumerate() {
        for (to, after) in ACTIONS.into_iter().enumerate() {
            let locks = to > from && to > 1;
            let found = places(&pool(Mode::Enforced, before), &pool(Mode::Enforced, after));
            let expected: &[&str] = if locks { &["/account_takeover/low"] } else { &[] };
            assert_eq!(found, expected, "{before:?} {after:?}");
            for from in [Mode::Audit, Mode::Off] {
                // The step is the gate's business; a response that is new with it is not.
                let found = places(&pool(from, before), &pool(Mode::Enforced, after));
                assert_eq!(found, expected, "{from:?} {before:?} {after:?}");
            }
            for (from, to) in [(Mode::Enforced, Mode::Audit), (Mode::Audit, Mode::Audit)] {
                let found = places(&pool(from, before), &pool(to, after));
                assert_eq!(
                    found,
                    <[&str; 0]>::default(),
                    "{from:?} {to:?}: nobody's business"
                );
            }
        }
    }
}

/// A step to ENFORCED with whatever else begins to keep users out in the same plan, each by its own pointer.
#[test]
fn new_at_enforced_step_locks_out() {
    let audited = pool(Mode::Audit, Action::NoAction);
    let bare = Posture {
        responses: RiskConfiguration::default(),
        ..audited.clone()
    };
    let enforced = |posture: &Posture| Posture {
        mode: pool(Mode::Enforced, Action::NoAction).mode,
        ..posture.clone()
    };
    let blocked = enforced(&pool(Mode::Audit, Action::Block));
    let found = places(&bare, &blocked);
    assert_eq!(found, ["/account_takeover/low", "/compromised_credentials"]);
    let mut own = enforced(&audited);
    own.clients[0].risk = Override::Own(Box::new(blocked.responses.clone()));
    assert_eq!(places(&audited, &own), ["/clients/web"]);
    // It was there before: the days in AUDIT are its days.
    for posture in [&audited, &bare, &pool(Mode::Audit, Action::Block)] {
        assert_eq!(places(posture, &enforced(posture)), <[&str; 0]>::default());
    }
    // Who was always let in is not any more, and others are blocked.
    let ranges = ["203.0.113.0/24"];
    let exempted = exempt(pool(Mode::Audit, Action::Block), &ranges);
    assert_eq!(places(&exempted, &blocked), ["/risk_exceptions/always_allow"]);
    // What is shown is what happens today.
    let found = lock_out(&diff(&blocked, &audited, &Everything));
    assert!(!found.cells.is_empty());
    for cell in &found.cells {
        assert_eq!(cell.before.outcome, CellOutcome::OnlyAudited, "{cell:?}");
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

pub(super) const MODES: [Mode; 3] = [Mode::Off, Mode::Audit, Mode::Enforced];

/// Addresses that are exempt.
fn exempt(mut pool: Posture, ranges: &[&str]) -> Posture {
    pool.responses.risk_exceptions = Some(RiskExceptions {
        always_block: Vec::new(),
        always_allow: ranges.iter().map(|text| IpRange::new(text)).collect(),
    });
    pool
}

/// Addresses that are not exempt any more meet what others meet.
#[test]
fn removed_exemption_locks_out() {
    const ALLOW: &[&str] = &["/risk_exceptions/always_allow"];
    let office = "198.51.100.0/24";
    for (action, locks) in ACTIONS.into_iter().zip([false, false, true, true]) {
        for (after, shrinks) in [
            (vec![], true),
            (vec!["198.51.100.0/25"], true),
            (vec!["203.0.113.0/24"], true),
            (vec![office], false),
            (vec!["198.51.0.0/16"], false),
            (vec!["198.51.100.0/25", "198.51.100.128/25"], false),
        ] {
            let with = |mode, ranges: &[&str]| exempt(pool(mode, action), ranges);
            let found = places(&with(Mode::Enforced, &[office]), &with(Mode::Enforced, &after));
            let expected = if locks && shrinks { ALLOW } else { &[] };
            assert_eq!(found, expected, "{action:?} {after:?}");
            for mode in [Mode::Off, Mode::Audit] {
                let found = places(&with(mode, &[office]), &with(mode, &after));
                assert_eq!(found, <[&str; 0]>::default(), "{mode:?}: no answer, no exception");
            }
        }
    }
    // Responses of its own take a client from the pool's exceptions, and the pool's those of a client that had some.
    let before = exempt(pool(Mode::Enforced, Action::Block), &[office]);
    let mut own = before.clone();
    let same = responses(Action::Block, Action::NoAction, Action::NoAction);
    own.clients[0].risk = Override::Own(Box::new(same));
    assert_eq!(places(&before, &own), ["/clients/web"]);
    let mut exempts = pool(Mode::Enforced, Action::Block);
    exempts.clients[0].risk = Override::Own(Box::new(before.responses.clone()));
    assert_eq!(
        places(&exempts, &pool(Mode::Enforced, Action::Block)),
        ["/clients/web"]
    );
    // A client that protects nobody else from itself keeps nobody out, and neither does a mode that is not its flow's.
    let mut lax = own.clone();
    lax.clients[0].risk = Override::Own(Box::new(responses(
        Action::NoAction,
        Action::NoAction,
        Action::NoAction,
    )));
    assert_eq!(places(&before, &lax), <[&str; 0]>::default());
    let custom = |ranges: &[&str]| {
        let mut pool = exempt(pool(Mode::Audit, Action::Block), ranges);
        pool.mode.custom = Some(Mode::Enforced);
        pool
    };
    assert_eq!(places(&custom(&[office]), &custom(&[])), <[&str; 0]>::default());
    // What happens without a section nobody knows.
    let bare = |ranges: &[&str]| {
        let mut pool = exempt(pool(Mode::Enforced, Action::Block), ranges);
        pool.responses.account_takeover = None;
        pool
    };
    assert_eq!(places(&bare(&[office]), &bare(&[])), ALLOW);
}

/// An address in both lists is let in until its exception goes.
#[test]
fn address_on_both_lists() {
    const ALLOW: &[&str] = &["/risk_exceptions/always_allow"];
    let office = "198.51.100.0/24";
    let both = |mode, allow: &[&str], block: &str| {
        let mut pool = exempt(pool(mode, Action::NoAction), allow);
        let lists = pool.responses.risk_exceptions.as_mut().unwrap();
        lists.always_block = vec![IpRange::new(block)];
        pool
    };
    for (block, locks) in [
        ("198.51.0.0/16", true),
        ("198.51.100.7/32", true),
        ("203.0.113.0/24", false),
    ] {
        for mode in MODES {
            let found = places(&both(mode, &[office], block), &both(mode, &[], block));
            let expected = if locks && mode == Mode::Enforced {
                ALLOW
            } else {
                &[]
            };
            assert_eq!(found, expected, "{mode:?} {block}");
        }
    }
}

/// A template that is added beside a block tells about it, and blocks nobody; nor does it make the block's effect twice.
#[test]
fn a_template_has_no_part_in_a_block() {
    let with = |low: Action, block_email: Option<EmailTemplate>| {
        let mut pool = pool(Mode::Enforced, low);
        pool.origin = Origin::Observed;
        let section = pool.responses.account_takeover.as_mut().unwrap();
        section.low = Some(Response {
            action: low,
            notify: true,
        });
        section.notifications = Some(Notifications {
            mfa_email: Some(EmailTemplate::default()),
            block_email,
            ..Notifications::default()
        });
        pool
    };
    let before = with(Action::MfaRequired, None);
    let after = with(Action::Block, Some(EmailTemplate::default()));
    assert_eq!(places(&before, &after), ["/account_takeover/low"]);
    let found = diff(&after, &before, &Everything);
    let level = found
        .changes
        .iter()
        .find(|change| change.leaf.pointer().as_str() == "/account_takeover/low");
    let own = level
        .unwrap()
        .cells
        .iter()
        .filter(|cell| cell.scope != Scope::Others);
    assert_eq!(own.count(), 1);
}
