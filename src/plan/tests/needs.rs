//! What the service refuses is known before anything is written: every step between feature plans, modes and exports, and
//! every pair of MFA settings, against a service that is written down here once more.

use serde_json::Value;

use super::{Everything, Little, enforced};
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::posture::{Origin, Posture};
use crate::model::response::Action;
use crate::plan::{Call, Write, calls, diff, impossible};

const PLANS: [FeaturePlan; 3] = [FeaturePlan::Lite, FeaturePlan::Essentials, FeaturePlan::Plus];
const MODES: [Mode; 3] = [Mode::Off, Mode::Audit, Mode::Enforced];

/// What the service keeps of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Service {
    plan: FeaturePlan,
    standard: Mode,
    custom: Mode,
    exports: bool,
}

impl Service {
    fn protects(self) -> bool {
        self.standard != Mode::Off || self.custom != Mode::Off
    }

    /// Whether there can be such a pool.
    fn is_possible(self) -> bool {
        let protects = !self.protects() || self.plan != FeaturePlan::Essentials;
        self.plan == FeaturePlan::Plus || (protects && !self.exports)
    }

    fn posture(self) -> Posture {
        Posture {
            origin: Origin::Observed,
            feature_plan: Some(self.plan),
            mode: Modes {
                standard: Some(self.standard),
                custom: Some(self.custom),
            },
            log_delivery: Some(LogDelivery {
                user_auth_events: self.exports.then(|| Delivery {
                    s3: Some("arn:aws:s3:::a".to_owned()),
                    ..Delivery::default()
                }),
                user_notification: None,
            }),
            ..enforced(Action::Block)
        }
    }

    /// A policy that asks for it.
    fn policy(self) -> Posture {
        let mut policy = self.posture();
        policy.origin = Origin::Desired;
        if !self.exports {
            policy.log_delivery.as_mut().unwrap().user_auth_events = Some(Delivery::to_nowhere());
        }
        policy
    }

    /// What comes of a call, or that it is refused. docs/facts.md, "Feature plans".
    fn after(self, call: &Call) -> Option<Self> {
        let mut new = self;
        let sets = call.sets.members(None);
        match call.write() {
            Write::UpdateUserPool => {
                if let Some(plan) = sets.get("UserPoolTier") {
                    new.plan = serde_json::from_value(plan.clone()).unwrap();
                }
                if let Some(add_ons) = sets.get("UserPoolAddOns") {
                    let mode = |at: &str| {
                        let mode = add_ons.pointer(at).cloned();
                        mode.map_or(Mode::Off, |mode| serde_json::from_value(mode).unwrap())
                    };
                    new.standard = mode("/AdvancedSecurityMode");
                    new.custom = mode("/AdvancedSecurityAdditionalFlows/CustomAuthMode");
                }
            }
            Write::SetLogDeliveryConfiguration => {
                let list = sets["LogConfigurations"].as_array().unwrap();
                let activity = |entry: &Value| entry["EventSource"] == "userAuthEvents";
                new.exports = list.iter().any(activity);
            }
            other => panic!("{other:?}"),
        }
        let keeps = new.plan == FeaturePlan::Lite && self.plan == FeaturePlan::Lite && self.protects();
        let has_it = new.plan == FeaturePlan::Plus || ((!new.protects() || keeps) && !new.exports);
        has_it.then_some(new)
    }
}

fn services() -> Vec<Service> {
    let mut all = Vec::new();
    for plan in PLANS {
        for (standard, custom) in MODES.iter().flat_map(|one| MODES.map(|other| (*one, other))) {
            for exports in [false, true] {
                all.push(Service {
                    plan,
                    standard,
                    custom,
                    exports,
                });
            }
        }
    }
    all
}

/// A plan is refused before exactly if the service refuses one of its calls.
#[test]
fn refusal_matches_service_refusal() {
    for live in services().into_iter().filter(|live| live.is_possible()) {
        for wanted in services() {
            let found = diff(&wanted.policy(), &live.posture(), &Little);
            let made = calls(&found);
            let end = made.iter().try_fold(live, Service::after);
            let refused = impossible(&found);
            let case = format!("{live:?} → {wanted:?}: {refused:?} {made:#?}");
            assert_eq!(refused.is_empty(), end.is_some(), "{case}");
            if let Some(end) = end {
                assert_eq!(end, wanted, "{case}");
            }
            let whole = refused.iter().all(|one| !one.unconfirmed && !one.help.is_empty());
            assert!(whole, "{case}");
        }
    }
}

/// An unprotected pool is never left on the plan that is billed.
#[test]
fn unprotected_pool_never_left_on_plus() {
    let live = Service {
        plan: FeaturePlan::Plus,
        standard: Mode::Enforced,
        custom: Mode::Audit,
        exports: true,
    };
    let wanted = Service {
        plan: FeaturePlan::Essentials,
        standard: Mode::Off,
        custom: Mode::Off,
        exports: false,
    };
    let made = calls(&diff(&wanted.policy(), &live.posture(), &Little));
    let writes: Vec<_> = made.iter().map(Call::write).collect();
    // What may fail without a loss comes first.
    let expected = [
        Write::SetLogDeliveryConfiguration,
        Write::UpdateUserPool,
        Write::UpdateUserPool,
    ];
    assert_eq!(writes, expected);
    assert_eq!(made[2].sets.members(None)["UserPoolTier"], "ESSENTIALS");
    let made = calls(&diff(&live.policy(), &wanted.posture(), &Little));
    assert_eq!(made[0].sets.members(None)["UserPoolTier"], "PLUS", "{made:?}");
}

/// A pool that does not say its plan is not judged.
#[test]
fn unknown_feature_plan_not_judged() {
    let mut live = services()[0].posture();
    live.feature_plan = None;
    for wanted in services() {
        let mut policy = wanted.policy();
        policy.feature_plan = None;
        assert_eq!(impossible(&diff(&policy, &live, &Little)), []);
    }
}

#[test]
fn what_a_plan_does_not_touch_is_not_judged() {
    let odd = Service {
        plan: FeaturePlan::Essentials,
        standard: Mode::Audit,
        custom: Mode::Off,
        exports: true,
    };
    let mut policy = Posture::default();
    policy.mfa.configuration = Some(MfaConfiguration::On);
    let mut live = odd.posture();
    live.mfa.factors = Some([MfaFactor::SoftwareToken].into());
    live.mfa.configuration = Some(MfaConfiguration::Optional);
    assert_eq!(impossible(&diff(&policy, &live, &Little)), []);
}

#[test]
fn every_pair_of_mfa_settings() {
    let configurations = [
        MfaConfiguration::Off,
        MfaConfiguration::Optional,
        MfaConfiguration::On,
    ];
    let all = [
        MfaFactor::Sms,
        MfaFactor::SoftwareToken,
        MfaFactor::Email,
        MfaFactor::WebAuthn,
    ];
    let sets = || {
        (0..16_usize).map(move |bits| {
            (0..4)
                .filter(|bit| bits & (1 << bit) != 0)
                .map(|bit| all[bit])
                .collect()
        })
    };
    let optional_sets = || std::iter::once(None).chain(sets().map(Some));
    let mut refused_for = [0, 0];
    for (before, factors) in configurations
        .into_iter()
        .flat_map(|one| sets().map(move |set| (one, set)))
    {
        let live = Posture {
            origin: Origin::Observed,
            mfa: Mfa {
                configuration: Some(before),
                factors: Some(factors),
            },
            ..Posture::default()
        };
        for (wanted, asked) in std::iter::once(None)
            .chain(configurations.map(Some))
            .flat_map(|one| optional_sets().map(move |set| (one, set)))
        {
            let policy = Posture {
                mfa: Mfa {
                    configuration: wanted,
                    factors: asked.clone(),
                },
                ..Posture::default()
            };
            let found = diff(&policy, &live, &Everything);
            let refused = impossible(&found);
            let (after, result) = (&found.wanted.mfa, found.wanted.mfa.factors.clone().unwrap());
            let second = result.iter().any(|factor| *factor != MfaFactor::WebAuthn);
            let expected = if found.changes.is_empty() {
                None
            } else if after.configuration == Some(MfaConfiguration::Off) {
                // Factors that nobody manages go with it.
                (asked.is_some() && !result.is_empty()).then_some(!second)
            } else {
                (!second).then_some(!result.is_empty())
            };
            let got = refused.first().map(|one| one.unconfirmed);
            assert_eq!(got, expected, "{:?} → {policy:?}: {refused:?}", live.mfa);
            if let Some(unconfirmed) = got {
                refused_for[usize::from(unconfirmed)] += 1;
            }
        }
    }
    assert!(refused_for.iter().all(|number| *number > 0), "{refused_for:?}");
}
