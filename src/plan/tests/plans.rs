//! Calls, guards and plan files over random postures, and the orders that matter.

use super::whole::responses;
use super::{Everything, Little, enforced, named, posture};
use crate::model::client::Override;
use crate::model::effective::Direction;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, MfaConfiguration, Mode, Modes};
use crate::model::observed::Observed;
use crate::model::posture::{Part, Posture};
use crate::model::response::{Action, CompromisedAction, CompromisedCredentials};
use crate::plan::file::{Basis, CallV1, GateV1, plan};
use crate::plan::gate::{Evidence, EvidenceSource, Known};
use crate::plan::guard::{Guarded, Named, Permits, Refusal, refusals};
use crate::plan::{Auth, Call, Diff, Write, calls, diff};
use proptest::prelude::*;
use serde_json::json;

fn words(calls: &[Call]) -> Vec<String> {
    let one = |call: &Call| {
        let sets = call.sets.members(None);
        let mode = sets.pointer("/UserPoolAddOns/AdvancedSecurityMode");
        let tier = sets.get("UserPoolTier");
        let values: Vec<_> = [tier, mode]
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str())
            .collect();
        [call.write().as_str(), &values.join(" ")]
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

/// Strengthening observes first then answers then enforces.
#[test]
fn strengthening_call_order() {
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

/// Weakening goes the other way and the plan falls last.
#[test]
fn weakening_call_order() {
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

/// Responses are only set while threat protection is not off.
#[test]
fn responses_set_while_mode_not_off() {
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

/// A mode goes up after the answers though the other goes down.
#[test]
fn raised_mode_follows_responses() {
    let mut before = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    before.mode.custom = Some(Mode::Enforced);
    let after = pool(FeaturePlan::Plus, Mode::Enforced, Action::NoAction);
    let found = calls(&diff(&after, &before, &Little));
    assert_eq!(
        words(&found),
        [
            "UpdateUserPool AUDIT",
            "SetRiskConfiguration",
            "UpdateUserPool ENFORCED"
        ]
    );
    assert!(found[0].makes.is_empty() && found[2].makes.len() == 2);
}

/// MFA goes down after the answers and up before them.
#[test]
fn mfa_order_relative_to_responses() {
    let mut before = pool(FeaturePlan::Plus, Mode::Enforced, Action::MfaRequired);
    before.mfa.configuration = Some(MfaConfiguration::Optional);
    let mut after = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    after.mfa.configuration = Some(MfaConfiguration::Off);
    let order = ["SetRiskConfiguration", "SetUserPoolMfaConfig"];
    assert_eq!(words(&calls(&diff(&after, &before, &Little))), order);
    let found = diff(&before, &after, &Little);
    assert_eq!(words(&calls(&found)), [order[1], order[0]]);
}

/// What leads into the unknown has to be named.
#[test]
fn unknown_outcome_needs_permission() {
    let mut before = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    before.responses = crate::model::response::RiskConfiguration::default();
    let mut after = before.clone();
    after.mode.standard = Some(Mode::Enforced);
    let found = diff(&after, &before, &Little);
    let mut permits = one_pool();
    permits.override_gate = Some("a test".into());
    let refused = judge(&found, &before, &permits, &[]);
    let [Refusal::MayWeaken { at, .. }] = refused.as_slice() else {
        panic!("{refused:?}")
    };
    permits.weaken = vec![Named::parse(at.as_str()).unwrap()];
    assert!(judge(&found, &before, &permits, &[]).is_empty());
    // And out of it is not a step that anybody has to name, where everything is blocked.
    let mut blocking = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    blocking.responses = responses(Action::Block, Action::Block, Action::Block);
    let found = diff(&blocking, &after, &Little);
    assert!(
        judge(&found, &after, &one_pool(), &[]).is_empty(),
        "{:?}",
        found.changes
    );
}

/// A change is named with its pool or without.
#[test]
fn named_change_with_or_without_pool() {
    let parsed = |text| Named::parse(text).map(|named| (named.pool, named.at.to_string()));
    let at = || "/mode/standard".to_owned();
    assert_eq!(parsed("/mode/standard"), Some((None, at())));
    assert_eq!(
        parsed("us-west-2_A:/mode/standard"),
        Some((Some("us-west-2_A".into()), at()))
    );
    for text in ["", "mode", ":/mode/standard", "us-west-2_A:", "us-west-2_A:mode"] {
        assert_eq!(parsed(text), None, "{text}");
    }
}

/// A client that is to inherit is reset with nothing but ids.
#[test]
fn inheriting_client_reset_by_ids_only() {
    let mut before = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    before.clients = vec![named("web", "w1", Override::Own(Box::default()))];
    let after = Posture {
        clients: vec![named("web", "", Override::Inherit)],
        ..Posture::default()
    };
    let found = calls(&diff(&after, &before, &Little));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].write(), found[0].client.as_deref()),
        (Write::SetRiskConfiguration, Some("w1"))
    );
    assert_eq!(
        found[0].sets.members(Some("w1")),
        json!({"UserPoolId": "us-west-2_A", "ClientId": "w1"})
    );
}

/// A mode of custom authentication that is off is absent.
#[test]
fn custom_mode_off_is_omitted() {
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
        found[0].sets.members(None),
        json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}})
    );
}

/// Of flows, AWS's default and none are the same, in both directions, and are no change.
#[test]
fn auth_flows_default() {
    let flows = |names: &[&str]| {
        let mut pool = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
        let mut client = named("web", "w1", Override::Inherit);
        client.settings.auth_flows = Some(names.iter().map(ToString::to_string).collect());
        pool.clients = vec![client];
        pool
    };
    let default = [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
    ];
    for (from, to, changes) in [
        (&[][..], &default[..], 0),
        (&default, &[], 0),
        (&[], &default[..2], 1),
        (&default[1..], &[], 1),
    ] {
        let found = diff(&flows(to), &flows(from), &Everything);
        assert_eq!(found.changes.len(), changes, "{from:?} {to:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Every change is made by one call and nothing is called for nothing.
    #[test]
    fn each_change_in_exactly_one_call(desired in posture(), live in posture()) {
        let found = diff(&desired, &live, &Everything);
        let made = calls(&found);
        let mut makes: Vec<_> = made.iter().flat_map(|call| call.makes.clone()).collect();
        let mut wanted: Vec<_> = found.changes.iter().map(|change| change.leaf.pointer()).collect();
        makes.sort();
        wanted.sort();
        prop_assert_eq!(makes, wanted);
        prop_assert_eq!(made.is_empty(), found.changes.is_empty());
    }

    /// Answers are there before they are ENFORCED.
    #[test]
    fn responses_set_before_enforcing(desired in posture(), live in posture()) {
        let found = diff(&desired, &live, &Everything);
        let made = calls(&found);
        let answers: Vec<_> = (0..made.len())
            .filter(|index| made[*index].write() == Write::SetRiskConfiguration)
            .collect();
        let mut now = found.observed.mode;
        for (index, call) in made.iter().enumerate() {
            let sets = call.sets.members(None);
            let Some(sets) = sets.get("UserPoolAddOns") else { continue };
            let mode = |value: Option<&serde_json::Value>| {
                value.map_or(Mode::Off, |value| serde_json::from_value(value.clone()).unwrap())
            };
            let next = Modes {
                standard: Some(mode(sets.get("AdvancedSecurityMode"))),
                custom: Some(mode(sets.pointer("/AdvancedSecurityAdditionalFlows/CustomAuthMode"))),
            };
            for (old, new) in [(now.standard, next.standard), (now.custom, next.custom)] {
                // What is enforced from now on has its answers; what no longer is changes them afterwards.
                if old < new && new == Some(Mode::Enforced) {
                    prop_assert!(answers.iter().all(|answer| *answer < index), "{:?}", words(&made));
                }
                if old == Some(Mode::Enforced) && new < old {
                    prop_assert!(answers.iter().all(|answer| *answer > index), "{:?}", words(&made));
                }
            }
            now = next;
        }
    }

    #[test]
    fn a_plan_is_known_by_its_digest(desired in posture(), live in posture(), other in posture()) {
        let found = diff(&desired, &live, &Everything);
        let whole = json!({ "Name": "p" });
        let first = plan(&[ground(&found, &whole)]);
        prop_assert!(first.is_sound());
        prop_assert_eq!(&first, &plan(&[ground(&diff(&desired, &live, &Everything), &whole)]));
        let text = serde_json::to_string(&first).unwrap();
        prop_assert_eq!(&first, &serde_json::from_str(&text).unwrap());
        prop_assert!(first.moved(&first).is_empty());
        let other = diff(&desired, &other, &Everything);
        let later = plan(&[ground(&other, &whole)]);
        prop_assert_eq!(first.moved(&later).is_empty(), first.pools == later.pools);
        if !found.changes.is_empty() {
            let elsewhere = plan(&[ground(&found, &json!({ "Name": "q" }))]);
            prop_assert!(elsewhere.digest != first.digest && first.moved(&elsewhere).len() == 1);
            let gate = GateV1 { auth: "standard".into(), minimum_days: 0, answer: "met".into(), by: None };
            let gated = plan(&[Basis { gates: vec![gate], ..ground(&found, &whole) }]);
            prop_assert!(gated.digest != first.digest && first.moved(&gated)[0].contains("gate"));
        }
        let mut edited = first.clone();
        if let Some(pool) = edited.pools.first_mut() {
            pool.observed.push('0');
            prop_assert!(!edited.is_sound());
        }
    }
}

/// A call with what it sets and nothing else, as if it carried nothing over.
fn shown(call: &Call) -> CallV1 {
    CallV1 {
        operation: call.write().as_str().to_owned(),
        client: call.client.clone(),
        sets: call.sets.members(call.client.as_deref()),
        makes: call.makes.iter().map(ToString::to_string).collect(),
    }
}

fn ground<'a>(diff: &'a Diff, whole: &serde_json::Value) -> Basis<'a> {
    Basis {
        diff,
        calls: calls(diff).iter().map(shown).collect(),
        whole: whole.clone(),
        gates: Vec::new(),
        errors: Vec::new(),
    }
}

fn judge(found: &Diff, live: &Posture, permits: &Permits, evidence: &[Evidence]) -> Vec<Refusal> {
    let pool = Observed {
        posture: live.clone(),
        ..Observed::default()
    };
    let known = Known {
        evidence: evidence.to_vec(),
        ..Known::default()
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

/// Weakening is refused unless the change or what it is in is named.
#[test]
fn weakening_refused_unless_named() {
    let live = pool(FeaturePlan::Plus, Mode::Enforced, Action::Block);
    let found = diff(
        &pool(FeaturePlan::Plus, Mode::Enforced, Action::NoAction),
        &live,
        &Little,
    );
    let refused = judge(&found, &live, &one_pool(), &[]);
    let [
        Refusal::Weakens {
            pool,
            at,
            telling: Some(telling),
            beside: None,
            among_others: false,
        },
    ] = refused.as_slice()
    else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (pool.as_str(), at.as_str()),
        ("us-west-2_A", "/account_takeover/high")
    );
    assert_eq!(telling.cell.what(), "password sign-in at high risk");
    assert!(telling.is_so);
    let mut permits = one_pool();
    let named = |pool: Option<&str>, at| Named {
        pool: pool.map(str::to_owned),
        at,
    };
    permits.weaken = vec![
        named(None, at.child("action")),
        named(Some("us-west-2_B"), at.clone()),
    ];
    assert_eq!(
        judge(&found, &live, &permits, &[]).len(),
        1,
        "neither what is below the change, nor another pool's change"
    );
    for pool in [None, Some("us-west-2_A")] {
        for at in [at, &at.parent()] {
            permits.weaken = vec![named(pool, at.clone())];
            assert!(judge(&found, &live, &permits, &[]).is_empty(), "{at}");
        }
    }
}

/// Enforcing without enough days is refused without a reason.
#[test]
fn short_audit_refused_without_reason() {
    let mut live = pool(FeaturePlan::Plus, Mode::Audit, Action::Block);
    live.responses.compromised_credentials = Some(CompromisedCredentials {
        action: CompromisedAction::Block,
        events: [].into(),
    });
    let mut after = live.clone();
    after.mode.standard = Some(Mode::Enforced);
    let found = diff(&after, &live, &Little);
    let refused = judge(&found, &live, &one_pool(), &[]);
    assert!(
        matches!(refused.as_slice(), [Refusal::GateUnmet { verdict, .. }] if verdict.auth == Auth::Standard)
    );
    let long = Evidence::since(
        Auth::Standard,
        EvidenceSource::Ledger,
        "2026-11-01".parse().unwrap(),
    );
    assert!(judge(&found, &live, &one_pool(), &[long]).is_empty());
    let mut permits = one_pool();
    permits.override_gate = Some("tested elsewhere".into());
    assert!(judge(&found, &live, &permits, &[]).is_empty());
}

/// What was not seen or is too many is refused.
#[test]
fn unseen_parts_or_too_many_pools_refused() {
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
