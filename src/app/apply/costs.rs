//! What a plan costs: what is billed from then on, and what goes on being billed (docs/facts.md, "Feature plans").

use crate::model::mode::{FeaturePlan, Mode, Modes};
use crate::model::posture::Posture;
use crate::proposal::pool_users;

/// The sentences about what is billed, from what a pool is to what it will be.
///
/// `PLUS` is billed for each monthly active user, and threat protection is a part of it: switched on there, it costs
/// nothing more, and switched off, nothing less. Outside of `PLUS`, or where the pool does not say its plan, it is billed
/// by itself. On `LITE` a pool keeps it only as long as it is on.
pub(super) fn costs(from: &Posture, to: &Posture, users: Option<u64>) -> Vec<String> {
    let users = pool_users(users);
    let (was_on, is_on) = (is_on(from.mode), is_on(to.mode));
    let plus = Some(FeaturePlan::Plus);
    let sentence = match (from.feature_plan == plus, to.feature_plan == plus) {
        (false, true) => "the feature plan PLUS is billed for each monthly active user",
        (true, true) if was_on && !is_on => {
            "the feature plan stays PLUS, which is billed for each monthly active user whether threat protection is on or \
             OFF"
        }
        (false, false) if from.feature_plan == Some(FeaturePlan::Lite) && was_on && !is_on => {
            "once threat protection is off, the pool may get it back only with PLUS (LITE keeps it where it was on before there \
             were plans), which is billed for each monthly active user"
        }
        (_, false) if is_on && !was_on => {
            "threat protection that is not OFF is billed for each monthly active user"
        }
        _ => return Vec::new(),
    };
    vec![format!("{sentence}; {users}")]
}

/// Whether threat protection is on; a mode that is unknown may be.
fn is_on(modes: Modes) -> bool {
    [modes.standard, modes.custom]
        .iter()
        .any(|mode| *mode != Some(Mode::Off))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_between_plans_and_modes() {
        use FeaturePlan::{Essentials, Lite, Plus};
        let plans = [None, Some(Lite), Some(Essentials), Some(Plus)];
        let modes = [Mode::Off, Mode::Audit, Mode::Enforced];
        let modes: Vec<_> = modes
            .iter()
            .flat_map(|one| modes.map(|other| (*one, other)))
            .collect();
        let posture = |plan, (standard, custom)| Posture {
            feature_plan: plan,
            mode: Modes {
                standard: Some(standard),
                custom: Some(custom),
            },
            ..Posture::default()
        };
        let off = (Mode::Off, Mode::Off);
        for (before, after) in plans.iter().flat_map(|one| plans.map(|other| (*one, other))) {
            for (was, is) in modes
                .iter()
                .flat_map(|one| modes.iter().map(move |other| (*one, *other)))
            {
                let found = costs(&posture(before, was), &posture(after, is), Some(48_210));
                let expected = if after == Some(Plus) && before != after {
                    Some("the feature plan PLUS is billed")
                } else if after == Some(Plus) && was != off && is == off {
                    Some("the feature plan stays PLUS")
                } else if after != Some(Plus) && was == off && is != off {
                    Some("threat protection that is not OFF is billed")
                } else if before == Some(Lite) && after != Some(Plus) && was != off && is == off {
                    Some("once threat protection is off")
                } else {
                    None
                };
                let case = format!("{before:?} {was:?} → {after:?} {is:?}: {found:?}");
                assert_eq!(found.len(), usize::from(expected.is_some()), "{case}");
                for (line, expected) in found.iter().zip(expected) {
                    assert!(
                        line.starts_with(expected) && line.contains("48,210 users"),
                        "{case}"
                    );
                }
            }
        }
    }
}
