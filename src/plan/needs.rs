//! What the service is known to refuse, seen before anything is written: features that the feature plan does not have, and
//! MFA settings that cannot hold together.

use crate::model::client::CHOICE;
use crate::model::client_setting::ClientSetting;
use crate::model::log_delivery::LogSource;
use crate::model::mode::{FeaturePlan, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::posture::Posture;
use crate::plan::diff::Diff;
use crate::plan::setting::{Auth, Setting, mode_of};
use crate::plan::weakening::is_awake;
use crate::pointer::Pointer;
use crate::text;

/// Something that a plan leads to and that the service refuses, or does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The change.
    pub at: Pointer,
    /// What: a sentence without its full stop.
    pub message: String,
    /// What to do first, imperative.
    pub help: String,
    /// Whether it is not confirmed that the service refuses it.
    pub unconfirmed: bool,
}

/// What of a plan the service refuses, by what the pool is and what the plan makes of it. Only what the plan changes is
/// judged: a pool that is so already may be.
pub fn impossible(diff: &Diff) -> Vec<Impossible> {
    let features = lacking(diff).into_iter().flatten();
    features.chain(lite(diff)).chain(mfa(diff)).collect()
}

fn change(diff: &Diff, is: impl Fn(&Setting) -> bool) -> Option<Pointer> {
    let mut changes = diff.changes.iter().map(|change| &change.leaf);
    changes.find(|leaf| is(leaf)).map(Setting::pointer)
}

/// Threat protection and the export of user activity without the plan that has them (docs/facts.md, "Feature plans").
fn lacking(diff: &Diff) -> [Option<Impossible>; 2] {
    let wanted = &diff.wanted;
    let Some(plan) = wanted.feature_plan.filter(|plan| *plan != FeaturePlan::Plus) else {
        return [None, None];
    };
    let name = plan.as_str();
    let falls = change(diff, |leaf| *leaf == Setting::FeaturePlan);
    let modes = change(diff, |leaf| matches!(leaf, Setting::Mode(_)));
    let logs = change(diff, |leaf| matches!(leaf, Setting::LogDelivery(_)));
    let do_first = |off: &str| {
        if falls.is_some() {
            format!("{off} in the same policy, or leave the plan as it is")
        } else {
            format!("set `feature_plan: PLUS`, which is billed for each monthly active user, or {off}")
        }
    };
    let protects = falls
        .clone()
        .or(modes)
        .filter(|_| is_awake(wanted.mode) && !keeps_lite(&diff.observed, plan));
    let exports = falls.clone().or(logs).filter(|_| {
        let delivery = wanted.log_delivery.as_ref();
        delivery.is_some_and(|delivery| delivery.delivered(LogSource::UserAuthEvents).is_some())
    });
    let protects = protects.map(|at| Impossible {
        at,
        message: format!(
            "{}, and the feature plan `{name}` does not have threat protection{}",
            awake(wanted.mode),
            if plan == FeaturePlan::Lite {
                ", but in a pool that has kept it since before feature plans"
            } else {
                ""
            }
        ),
        help: do_first("switch threat protection off (`mode: { standard: OFF, custom: OFF }`)"),
        unconfirmed: false,
    });
    let exports = exports.map(|at| Impossible {
        at,
        message: format!("user activity would be exported, which the feature plan `{name}` does not have"),
        help: do_first(&format!(
            "end the export (`log_delivery: {{ {}: none }}`)",
            LogSource::UserAuthEvents.as_str()
        )),
        unconfirmed: false,
    });
    [protects, exports]
}

/// Whether a plan makes a pool `LITE` that is not, or may not be.
pub(super) fn falls_to_lite(diff: &Diff) -> bool {
    let is_lite = |posture: &Posture| posture.feature_plan == Some(FeaturePlan::Lite);
    is_lite(&diff.wanted) && !is_lite(&diff.observed)
}

/// Choice-based sign-in and second factors on `LITE`, which does not have them (docs/facts.md, "Feature plans").
fn lite(diff: &Diff) -> Vec<Impossible> {
    if diff.wanted.feature_plan != Some(FeaturePlan::Lite) {
        return Vec::new();
    }
    let falls = change(diff, |leaf| *leaf == Setting::FeaturePlan).filter(|_| falls_to_lite(diff));
    let help = |other: &str| {
        let plan = if falls.is_some() {
            "leave the plan as it is"
        } else {
            "set `feature_plan: ESSENTIALS`"
        };
        format!("{other}, or {plan}")
    };
    let mut found = Vec::new();
    let choice: Vec<_> = diff
        .wanted
        .clients
        .iter()
        .filter(|client| client.offers_choice())
        .collect();
    let added = |leaf: &Setting| {
        let is_of = |key: &String| choice.iter().any(|client| client.key == *key);
        matches!(leaf, Setting::Client(key, ClientSetting::AuthFlows) if is_of(key))
    };
    if let Some(at) = falls
        .clone()
        .filter(|_| !choice.is_empty())
        .or_else(|| change(diff, added))
    {
        let names: Vec<_> = choice.iter().map(|client| format!("`{}`", client.key)).collect();
        let (clients, allow) = if names.len() == 1 {
            ("client", "allows")
        } else {
            ("clients", "allow")
        };
        found.push(Impossible {
            at,
            message: format!(
                "{clients} {} {allow} choice-based sign-in (`{CHOICE}`), which the feature plan `LITE` does not have; if AWS takes \
                 the change, such sign-ins may fail",
                text::join_words(&names)
            ),
            help: help("give the clients another flow"),
            unconfirmed: true,
        });
    }
    let factors = diff.wanted.mfa.factors.iter().flatten();
    for factor in factors.filter(|factor| matches!(factor, MfaFactor::Email | MfaFactor::WebAuthn)) {
        let Some(at) = falls
            .clone()
            .or_else(|| change(diff, |leaf| *leaf == Setting::MfaFactors))
        else {
            continue;
        };
        let (what, word) = match factor {
            MfaFactor::Email => ("MFA by email", "EMAIL"),
            _ => ("MFA by passkey", "WEB_AUTHN"),
        };
        found.push(Impossible {
            at,
            message: format!("{what} would be a factor, which the feature plan `LITE` does not have"),
            help: help(&format!("remove `{word}` from the factors (`mfa.factors`)")),
            // That email MFA has to be off first is documented; of passkeys as a factor nothing is.
            unconfirmed: *factor != MfaFactor::Email,
        });
    }
    found
}

/// A pool from before feature plans keeps threat protection on `LITE`, as long as it is on.
fn keeps_lite(observed: &Posture, plan: FeaturePlan) -> bool {
    plan == FeaturePlan::Lite && observed.feature_plan == Some(FeaturePlan::Lite) && is_awake(observed.mode)
}

/// `standard authentication would be AUDIT`.
fn awake(modes: Modes) -> String {
    let one = |auth: Auth| {
        let mode = mode_of(modes, auth).filter(|mode| *mode != Mode::Off)?;
        Some(format!(
            "{} authentication would be `{}`",
            auth.as_str(),
            mode.as_str()
        ))
    };
    text::join_words(&Auth::ALL.into_iter().filter_map(one).collect::<Vec<_>>())
}

/// MFA settings that cannot hold together. Factors go with MFA that is switched off, unless they are managed as well.
fn mfa(diff: &Diff) -> Option<Impossible> {
    let at = change(diff, |leaf| matches!(leaf, Setting::Mfa | Setting::MfaFactors))?;
    let mfa = &diff.wanted.mfa;
    let manages_factors = diff.compared.contains(&Setting::MfaFactors);
    if mfa.configuration == Some(MfaConfiguration::Off) && !manages_factors {
        return None;
    }
    let fault = mfa.impossible()?;
    let whose = if manages_factors {
        ""
    } else {
        ": the pool has none, and the policy names none"
    };
    Some(Impossible {
        at,
        message: format!("{}{whose}", fault.message),
        help: format!("{} (`mfa`)", fault.help),
        unconfirmed: fault.unconfirmed,
    })
}
