//! Calls, guards and plan files over random postures, and the orders that matter.

use super::{Everything, Little, enforced, named, posture};
use crate::model::client::Override;
use crate::model::effective::Direction;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mode, Modes};
use crate::model::observed::Observed;
use crate::model::posture::{Part, Posture};
use crate::model::response::Action;
use crate::plan::file::plan;
use crate::plan::gate::{Evidence, Known, Source};
use crate::plan::guard::{Guarded, Permits, Refusal, refusals};
use crate::plan::{Auth, Call, Diff, Write, calls, diff};
use proptest::prelude::*;
use serde_json::json;

fn words(calls: &[Call]) -> Vec<String> {
    let one = |call: &Call| {
        let mode = call.sets.pointer("/UserPoolAddOns/AdvancedSecurityMode");
        let tier = call.sets.get("UserPoolTier");
        let values: Vec<_> = [tier, mode]
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str())
            .collect();
        [call.write.as_str(), &values.join(" ")]
            .join(" ")
            .trim()
            .to_owned()
    };
    calls.iter().map(one).collect()
}

fn stored(bucket: &str) -> LogDelivery {
    LogDelivery {
        user_auth_events: Some(Delivery {
            s3: Some(bucket.to_owned()),
            ..Delivery::default()
        }),
        user_notification: None,
    }
}

fn pool(plan: FeaturePlan, mode: Mode, action: Action) -> Posture {
    Posture {
        pool_id: Some("us-west-2_A".into()),
        feature_plan: Some(plan),
        mode: Modes {
            standard: Some(mode),
            custom: Some(Mode::Off),
        },
        log_delivery: Some(LogDelivery::default()),
        ..enforced(action)
    }
}

#[test]
fn strengthening_observes_first_then_answers_then_enforces() {
    let before = pool(FeaturePlan::Essentials, Mode::Off, Action::NoAction);
    let mut after = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    after.log_delivery = Some(stored("arn:aws:s3:::a"));
    let found = diff(&after, &before, &Little);
    assert_eq!(
        words(&calls(&found)),
        [
            "UpdateUserPool PLUS AUDIT",
            "SetLogDeliveryConfiguration",
            "SetRiskConfiguration",
            "UpdateUserPool ENFORCED"
        ]
    );
}

#[test]
fn weakening_goes_the_other_way_and_the_plan_falls_last() {
    let mut before = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    before.log_delivery = Some(stored("arn:aws:s3:::a"));
    let mut after = pool(FeaturePlan::Essentials, Mode::Off, Action::NoAction);
    after.log_delivery = Some(stored("arn:aws:s3:::b"));
    let found = diff(&after, &before, &Little);
    assert_eq!(found.comparison.direction(), Direction::Weaker);
    assert_eq!(
        words(&calls(&found)),
        [
            "UpdateUserPool AUDIT",
            "SetRiskConfiguration",
            "SetLogDeliveryConfiguration",
            "UpdateUserPool OFF",
            "UpdateUserPool ESSENTIALS"
        ]
    );
}

#[test]
fn responses_are_only_set_while_threat_protection_is_not_off() {
    for (from, to, order) in [
        (
            Mode::Off,
            Mode::Audit,
            &["UpdateUserPool AUDIT", "SetRiskConfiguration"][..],
        ),
        (
            Mode::Audit,
            Mode::Off,
            &["SetRiskConfiguration", "UpdateUserPool OFF"],
        ),
    ] {
        let before = pool(FeaturePlan::Plus, from, Action::NoAction);
        let after = pool(FeaturePlan::Plus, to, Action::Block);
        assert_eq!(words(&calls(&diff(&after, &before, &Little))), order);
    }
    let before = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    let after = pool(FeaturePlan::Plus, Mode::Off, Action::Block);
    let found = words(&calls(&diff(&after, &before, &Little)));
    assert_eq!(
        found,
        ["UpdateUserPool OFF"],
        "where no response changes it is one call"
    );
}

#[test]
fn a_client_that_is_to_inherit_is_reset_with_nothing_but_ids() {
    let mut before = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    before.clients = vec![named("web", "w1", Override::Own(Box::default()))];
    let after = Posture {
        clients: vec![named("web", "", Override::Inherit)],
        ..Posture::default()
    };
    let found = calls(&diff(&after, &before, &Little));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].write, found[0].client.as_deref()),
        (Write::SetRiskConfiguration, Some("w1"))
    );
    assert_eq!(
        found[0].sets,
        json!({"UserPoolId": "us-west-2_A", "ClientId": "w1"})
    );
}

#[test]
fn a_mode_of_custom_authentication_that_is_off_is_absent() {
    let mut before = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    before.mode.custom = Some(Mode::Audit);
    let after = Posture {
        mode: Modes {
            standard: None,
            custom: Some(Mode::Off),
        },
        ..Posture::default()
    };
    let found = calls(&diff(&after, &before, &Little));
    assert_eq!(
        found[0].sets,
        json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}})
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_change_is_made_by_one_call_and_nothing_is_called_for_nothing(desired in posture(), live in posture()) {
        let found = diff(&desired, &live, &Everything);
        let made = calls(&found);
        let mut makes: Vec<_> = made.iter().flat_map(|call| call.makes.clone()).collect();
        let mut wanted: Vec<_> = found.changes.iter().map(|change| change.leaf.pointer()).collect();
        makes.sort();
        wanted.sort();
        prop_assert_eq!(makes, wanted);
        prop_assert_eq!(made.is_empty(), found.changes.is_empty());
    }

    #[test]
    fn answers_are_there_before_they_are_enforced(desired in posture(), live in posture()) {
        let found = diff(&desired, &live, &Everything);
        if found.comparison.direction() == Direction::Weaker {
            return Ok(());
        }
        let order = words(&calls(&found));
        let enforces = order.iter().position(|word| word == "UpdateUserPool ENFORCED");
        let answers = order.iter().rposition(|word| word == "SetRiskConfiguration");
        if let (Some(enforces), Some(answers)) = (enforces, answers) {
            prop_assert!(answers < enforces, "{:?}", order);
        }
    }

    #[test]
    fn a_plan_is_known_by_its_digest(desired in posture(), live in posture(), other in posture()) {
        let found = diff(&desired, &live, &Everything);
        let first = plan(&[&found]);
        prop_assert!(first.is_sound());
        prop_assert_eq!(&first, &plan(&[&diff(&desired, &live, &Everything)]));
        let text = serde_json::to_string(&first).unwrap();
        prop_assert_eq!(&first, &serde_json::from_str(&text).unwrap());
        prop_assert!(first.moved(&first).is_empty());
        let later = plan(&[&diff(&desired, &other, &Everything)]);
        prop_assert_eq!(first.moved(&later).is_empty(), first.pools == later.pools);
        let mut edited = first.clone();
        if let Some(pool) = edited.pools.first_mut() {
            pool.observed.push('0');
            prop_assert!(!edited.is_sound());
        }
    }
}

fn judge(found: &Diff, live: &Posture, permits: &Permits, evidence: &[Evidence]) -> Vec<Refusal> {
    let pool = Observed {
        posture: live.clone(),
        ..Observed::default()
    };
    let known = Known {
        evidence: evidence.to_vec(),
        blind: Vec::new(),
    };
    let guarded = Guarded {
        pool: &pool,
        diff: found,
        minimum_days: 14,
        known: &known,
    };
    refusals(&[guarded], permits, "2026-11-21".parse().unwrap())
}

fn one_pool() -> Permits {
    Permits {
        max_pools: 1,
        ..Permits::default()
    }
}

#[test]
fn weakening_is_refused_unless_that_very_change_is_named() {
    let live = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    let found = diff(
        &pool(FeaturePlan::Plus, Mode::Enforced, Action::NoAction),
        &live,
        &Little,
    );
    let refused = judge(&found, &live, &one_pool(), &[]);
    let [Refusal::Weakens { pool, at }] = refused.as_slice() else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (pool.as_str(), at.as_str()),
        ("us-west-2_A", "/account_takeover/high")
    );
    let mut permits = one_pool();
    permits.weaken = vec![at.parent()];
    assert_eq!(
        judge(&found, &live, &permits, &[]).len(),
        1,
        "the section is not the change"
    );
    permits.weaken = vec![at.clone()];
    assert!(judge(&found, &live, &permits, &[]).is_empty());
}

#[test]
fn enforcing_without_enough_days_is_refused_without_a_reason() {
    let live = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    let found = diff(
        &pool(FeaturePlan::Plus, Mode::Enforced, Action::Block),
        &live,
        &Little,
    );
    let refused = judge(&found, &live, &one_pool(), &[]);
    assert!(
        matches!(refused.as_slice(), [Refusal::GateUnmet { verdict, .. }] if verdict.auth == Auth::Standard)
    );
    let long = Evidence::since(Auth::Standard, Source::Ledger, "2026-11-01".parse().unwrap());
    assert!(judge(&found, &live, &one_pool(), &[long]).is_empty());
    let mut permits = one_pool();
    permits.override_gate = Some("tested elsewhere".into());
    assert!(judge(&found, &live, &permits, &[]).is_empty());
}

#[test]
fn what_was_not_seen_or_is_too_many_is_refused() {
    let mut live = pool(FeaturePlan::Essentials, Mode::Audit, Action::Block);
    live.unread = [Part::Responses].into();
    let found = diff(
        &pool(FeaturePlan::Plus, Mode::Audit, Action::NoAction),
        &live,
        &Little,
    );
    let none = Permits::default();
    let refused = judge(&found, &live, &none, &[]);
    assert!(matches!(&refused[0], Refusal::Partial { what, .. } if what == &["/account_takeover/high"]));
    assert_eq!(refused[1], Refusal::TooManyPools { pools: 1, most: 0 });
}
