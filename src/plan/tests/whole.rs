//! A plan is evaluated as a whole: from what is to what will be.

use proptest::prelude::*;

use super::{Everything, enforced, named, posture};
use crate::model::client::Override;
use crate::model::effective::{CellChange, CellOutcome, Direction, Table, compare};
use crate::model::mode::{Mode, Modes};
use crate::model::posture::Posture;
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
    RiskLevel,
};
use crate::plan::weakening::beside_the_table;
use crate::plan::{Aligned, Auth, Change, Diff, Holder, RiskSetting, Setting, diff, of_settings, value};

/// Whether any cell of these tables is weaker, or any address set; the slow and obvious way.
fn weaker(before: &Posture, after: &Posture) -> bool {
    compare(&Table::of(before), &Table::of(after)).weakens()
}

/// The plan without one change.
fn without(found: &Diff, leaf: &Setting) -> Posture {
    let mut posture = found.wanted.clone();
    value::copy(leaf, &found.observed, &mut posture);
    posture
}

/// Whether leaving a change out would be stronger somewhere, and it is known there what would happen.
fn better_without(found: &Diff, leaf: &Setting) -> bool {
    let comparison = compare(&Table::of(&without(found, leaf)), &Table::of(&found.wanted));
    let known =
        |cell: &CellChange| !matches!(cell.before.outcome, CellOutcome::Undefined | CellOutcome::Unknown);
    let mut addresses = comparison.addresses.iter();
    comparison.going(Direction::Weaker).any(known) || addresses.any(|one| one.direction == Direction::Weaker)
}

/// Whether something that the effective table does not show gets less.
fn less_beside_the_table(found: &Diff, change: &Change) -> bool {
    beside_the_table(&change.leaf, &found.observed, &found.wanted) == Direction::Weaker
        || matches!(change.leaf, Setting::Alarm(_) | Setting::LogDelivery(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_plan_is_judged_as_a_whole(desired in posture(), pool in posture(), bare in any::<[bool; 2]>()) {
        let (mut desired, mut pool) = (desired, pool);
        // Pools and policies without responses are the ones of which little is known.
        if bare[0] {
            pool.responses = RiskConfiguration::default();
        }
        if bare[1] {
            desired.mode = Modes { standard: Some(Mode::Enforced), custom: None };
        }
        let found = diff(&desired, &pool, &Everything);
        let named = || found.changes.iter().filter(|change| change.direction == Direction::Weaker);
        let whole = weaker(&found.observed, &found.wanted);
        // Something weaker: something has to be named.
        prop_assert!(!whole || named().next().is_some(), "{:#?}", found.comparison);
        // Nothing weaker: nothing has to, but for what would be stronger, and known, without it.
        for change in named().filter(|change| !less_beside_the_table(&found, change)) {
            prop_assert!(whole || better_without(&found, &change.leaf), "{change:#?}");
        }
    }

    #[test]
    fn a_plan_and_its_undoing_are_judged_alike(desired in posture(), pool in posture()) {
        let found = diff(&desired, &pool, &Everything);
        let there = Aligned {
            observed: found.wanted.clone(),
            desired: found.observed.clone(),
            missing: Vec::new(),
            unread: Vec::new(),
        };
        let back = of_settings(there, found.compared.clone(), &Everything);
        for change in found.changes.iter().filter(|change| !less_beside_the_table(&found, change)) {
            let Some(undone) = back.changes.iter().find(|one| one.leaf == change.leaf) else { continue };
            if change.direction == Direction::Weaker {
                prop_assert!(undone.strengthens, "{change:#?} {undone:#?}");
            }
        }
    }
}

/// All three levels and compromised credentials.
pub(super) fn responses(low: Action, medium: Action, high: Action) -> RiskConfiguration {
    let at = |action| {
        Some(Response {
            action,
            notify: false,
        })
    };
    RiskConfiguration {
        account_takeover: Some(AccountTakeover {
            low: at(low),
            medium: at(medium),
            high: at(high),
            notifications: None,
        }),
        compromised_credentials: Some(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: [].into(),
        }),
        risk_exceptions: None,
    }
}

/// The changes that have to be named, by place.
fn to_be_named(desired: &Posture, pool: &Posture) -> Vec<String> {
    let found = diff(desired, pool, &Everything);
    let named = found.changes.iter().filter(|change| change.must_be_named());
    named.map(|change| change.leaf.pointer().to_string()).collect()
}

pub(super) fn moded(mode: Mode, responses: RiskConfiguration) -> Posture {
    Posture {
        mode: Modes {
            standard: Some(mode),
            custom: Some(Mode::Off),
        },
        responses,
        ..enforced(Action::Block)
    }
}

/// A step to ENFORCED with its first responses weakens nothing.
#[test]
fn enforcing_with_first_responses() {
    let balanced = || responses(Action::NoAction, Action::MfaIfConfigured, Action::Block);
    for from in [Mode::Off, Mode::Audit] {
        let pool = moded(from, RiskConfiguration::default());
        let none = to_be_named(&moded(Mode::Enforced, balanced()), &pool);
        assert_eq!(none, <[&str; 0]>::default(), "{from:?}");
        let found = diff(&moded(Mode::Enforced, balanced()), &pool, &Everything);
        let direction = |leaf: &Setting| {
            let change = found.changes.iter().find(|change| change.leaf == *leaf);
            change.map(|change| change.direction)
        };
        let mode = Setting::Mode(Auth::Standard);
        assert_eq!(direction(&mode), Some(Direction::Stronger), "{from:?}");
        let high = Setting::Risk(Holder::Pool, RiskSetting::Level(RiskLevel::High));
        assert_eq!(direction(&high), Some(Direction::Stronger), "{from:?}");
    }
}

/// An answer that is known to be laxer is named though it was only audited.
#[test]
fn known_laxer_response_named_after_audit() {
    let strict = responses(Action::Block, Action::Block, Action::Block);
    let lax = responses(Action::NoAction, Action::Block, Action::Block);
    let pool = moded(Mode::Audit, strict.clone());
    assert_eq!(
        to_be_named(&moded(Mode::Enforced, lax.clone()), &pool),
        ["/account_takeover/low"],
        "without it low risk would be blocked"
    );
    assert_eq!(
        to_be_named(&moded(Mode::Audit, lax), &pool),
        <[&str; 0]>::default(),
        "in AUDIT nothing is answered either way"
    );
}

/// What is made up for in the same plan is no weakening.
#[test]
fn compensated_change_is_no_weakening() {
    let own = Override::Own(Box::new(responses(Action::Block, Action::Block, Action::Block)));
    let mut pool = moded(
        Mode::Enforced,
        responses(Action::NoAction, Action::NoAction, Action::NoAction),
    );
    pool.clients = vec![named("web", "w1", own)];
    let mut desired = moded(
        Mode::Enforced,
        responses(Action::Block, Action::Block, Action::Block),
    );
    desired.clients = vec![named("web", "w1", Override::Inherit)];
    assert_eq!(to_be_named(&desired, &pool), <[&str; 0]>::default());
    // Without the pool's own responses the client would lose its own.
    desired.responses = RiskConfiguration::default();
    assert_eq!(to_be_named(&desired, &pool), ["/clients/web"]);
}

/// Out of what is not known everything but a block is named.
#[test]
fn from_unknown_all_but_block_named() {
    let pool = moded(Mode::Enforced, RiskConfiguration::default());
    let strict = responses(Action::NoAction, Action::MfaRequired, Action::Block);
    assert_eq!(
        to_be_named(&moded(Mode::Enforced, strict), &pool),
        ["/account_takeover/medium", "/account_takeover/low"],
        "today both may be blocked"
    );
}
