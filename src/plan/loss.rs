//! What a change takes away that the effective table does not show: who is asked for a second factor, how one may
//! sign in, what is observed, and what the feature plan pays for.

use serde_json::Value;

use crate::model::arn::Arn;
use crate::model::effective::{Direction, Event, Flow, Outcome, Row, Table};
use crate::model::mode::{FeaturePlan, MfaConfiguration, Mode, Modes};
use crate::model::posture::Posture;
use crate::plan::leaf::{ClientSetting, Leaf};

/// The direction of a change beside the effective table's: weaker where it takes something away, stronger where it
/// asks more users for a second factor, else neutral.
#[must_use]
pub fn beside_the_table(leaf: &Leaf, observed: &Posture, wanted: &Posture) -> Direction {
    let weakens = match leaf {
        Leaf::Mfa => {
            let rank = |posture: &Posture| posture.mfa.configuration.map(asked);
            return match (rank(observed), rank(wanted)) {
                (Some(before), Some(after)) if after < before => Direction::Weaker,
                (Some(before), Some(after)) if after > before => Direction::Stronger,
                _ => Direction::Neutral,
            };
        }
        Leaf::MfaFactors => match (&observed.mfa.factors, &wanted.mfa.factors) {
            (Some(before), Some(after)) => !before.is_subset(after),
            _ => false,
        },
        Leaf::FeaturePlan => {
            observed.feature_plan == Some(FeaturePlan::Plus)
                && wanted.feature_plan != Some(FeaturePlan::Plus)
                && is_awake(wanted.mode)
        }
        Leaf::Client(key, ClientSetting::AuthFlows) => opens_an_unprotected_way(key, observed, wanted),
        // Logs and alarms are judged by their values; everything else is in the table.
        Leaf::LogDelivery(_)
        | Leaf::Alarm(_)
        | Leaf::Mode(_)
        | Leaf::Risk(..)
        | Leaf::Override(_)
        | Leaf::Client(..) => false,
    };
    if weakens {
        Direction::Weaker
    } else {
        Direction::Neutral
    }
}

/// How many are asked for a second factor.
fn asked(configuration: MfaConfiguration) -> u8 {
    match configuration {
        MfaConfiguration::Off => 0,
        MfaConfiguration::Optional => 1,
        MfaConfiguration::On => 2,
    }
}

fn is_awake(mode: Modes) -> bool {
    [mode.standard, mode.custom]
        .iter()
        .any(|mode| matches!(mode, Some(Mode::Audit | Mode::Enforced)))
}

/// Whether a client gets a way to sign in that is not protected at any risk level: a flow that it did not allow
/// before, while threat protection is on.
fn opens_an_unprotected_way(key: &str, observed: &Posture, wanted: &Posture) -> bool {
    let (before, after) = (Table::of(observed), Table::of(wanted));
    let of_client = |table: &Table| -> Vec<(Flow, bool)> {
        let signs_in = |row: &&Row| row.scope.key() == Some(key) && row.event == Event::SignIn;
        let rows = table.rows.iter().filter(signs_in);
        rows.map(|row| {
            let open = |outcome| {
                matches!(
                    outcome,
                    Outcome::NotCovered
                        | Outcome::Off
                        | Outcome::Blind
                        | Outcome::Undefined
                        | Outcome::Unknown
                )
            };
            (row.flow, row.cells[..3].iter().all(|cell| open(cell.outcome)))
        })
        .collect()
    };
    let known = of_client(&before);
    is_awake(wanted.mode)
        && of_client(&after)
            .iter()
            .any(|(flow, open)| *open && known.iter().all(|(other, _)| other != flow))
}

/// Whether logs no longer go where they went, to the same account: from then on somebody else reads them, or nobody.
#[must_use]
pub fn logs_leave(live: Option<&Value>, wanted: Option<&Value>) -> bool {
    let Some(live) = live else { return false };
    let accounts = |value: &Value| -> Vec<String> {
        let members = value.as_object().into_iter().flatten();
        let arns = members.filter_map(|(_, arn)| Arn::parse(arn.as_str()?));
        arns.map(|arn| arn.account.to_owned()).collect()
    };
    wanted.is_none_or(|wanted| accounts(live) != accounts(wanted))
}

/// Whether an alarm tells less: switched off, with fewer to tell, or later. Both sides have the members that differ.
#[must_use]
pub fn alarm_tells_less(live: Option<&Value>, wanted: &Value) -> bool {
    let Some(live) = live else { return false };
    let off = wanted.get("actions_enabled") == Some(&Value::Bool(false));
    let fewer = match (live.get("actions"), wanted.get("actions")) {
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            before.iter().any(|action| !after.contains(action))
        }
        _ => false,
    };
    let threshold = |side: &Value| side.get("threshold").and_then(Value::as_f64);
    let later = match (threshold(live), threshold(wanted)) {
        (Some(before), Some(after)) => after > before,
        _ => false,
    };
    off || fewer || later
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::client::Client;
    use crate::model::mode::{Mfa, MfaFactor};

    fn posture(mode: Mode, flows: &[&str]) -> Posture {
        Posture {
            feature_plan: Some(FeaturePlan::Plus),
            mode: Modes {
                standard: Some(mode),
                custom: Some(Mode::Off),
            },
            mfa: Mfa {
                configuration: Some(MfaConfiguration::Optional),
                factors: Some([MfaFactor::SoftwareToken].into()),
            },
            clients: vec![Client {
                key: "web".into(),
                auth_flows: Some(flows.iter().map(ToString::to_string).collect()),
                ..Client::default()
            }],
            ..Posture::default()
        }
    }

    #[test]
    fn fewer_second_factors_are_less_and_more_are_more() {
        let before = posture(Mode::Off, &[]);
        let mut after = before.clone();
        for (configuration, direction) in [
            (MfaConfiguration::Off, Direction::Weaker),
            (MfaConfiguration::Optional, Direction::Neutral),
            (MfaConfiguration::On, Direction::Stronger),
        ] {
            after.mfa.configuration = Some(configuration);
            assert_eq!(beside_the_table(&Leaf::Mfa, &before, &after), direction);
        }
        after.mfa.factors = Some([MfaFactor::SoftwareToken, MfaFactor::Email].into());
        assert_eq!(
            beside_the_table(&Leaf::MfaFactors, &before, &after),
            Direction::Neutral
        );
        assert_eq!(
            beside_the_table(&Leaf::MfaFactors, &after, &before),
            Direction::Weaker
        );
    }

    #[test]
    fn the_plan_pays_for_what_is_awake() {
        for (mode, direction) in [
            (Mode::Enforced, Direction::Weaker),
            (Mode::Off, Direction::Neutral),
        ] {
            let before = posture(mode, &[]);
            let mut after = before.clone();
            after.feature_plan = Some(FeaturePlan::Lite);
            assert_eq!(beside_the_table(&Leaf::FeaturePlan, &before, &after), direction);
            assert_eq!(
                beside_the_table(&Leaf::FeaturePlan, &after, &before),
                Direction::Neutral
            );
        }
    }

    #[test]
    fn a_new_way_in_that_is_not_protected_weakens() {
        let leaf = Leaf::Client("web".into(), ClientSetting::AuthFlows);
        let before = posture(Mode::Enforced, &["ALLOW_USER_PASSWORD_AUTH"]);
        let after = posture(Mode::Enforced, &["ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"]);
        assert_eq!(beside_the_table(&leaf, &before, &after), Direction::Weaker);
        assert_eq!(beside_the_table(&leaf, &after, &before), Direction::Neutral);
        let (asleep, awake) = (
            posture(Mode::Off, &[]),
            posture(Mode::Off, &["ALLOW_CUSTOM_AUTH"]),
        );
        assert_eq!(beside_the_table(&leaf, &asleep, &awake), Direction::Neutral);
    }

    #[test]
    fn logs_that_go_elsewhere_are_lost() {
        let group = |account: &str| json!({ "cloudwatch_logs": format!("arn:aws:logs:us-west-2:{account}:log-group:x") });
        let (own, other) = (group("123456789012"), group("999999999999"));
        assert!(logs_leave(Some(&own), Some(&other)) && logs_leave(Some(&own), None));
        assert!(!logs_leave(Some(&own), Some(&own)) && !logs_leave(None, Some(&other)));
    }

    #[test]
    fn an_alarm_that_tells_less_is_told_apart() {
        let live = json!({ "actions_enabled": true, "actions": ["a", "b"], "threshold": 1.0 });
        for (wanted, less) in [
            (json!({ "actions_enabled": false }), true),
            (json!({ "actions": ["a"] }), true),
            (json!({ "actions": ["b", "a", "c"] }), false),
            (json!({ "threshold": 100.0 }), true),
            (json!({ "threshold": 0.5, "period": 60 }), false),
        ] {
            assert_eq!(alarm_tells_less(Some(&live), &wanted), less, "{wanted}");
            assert!(!alarm_tells_less(None, &wanted));
        }
    }
}
