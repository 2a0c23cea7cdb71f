//! What a change takes away that the effective table does not show: who is asked for a second factor, how one may
//! sign in, whether sign-ins come with the user's context, what is observed, and what the feature plan pays for.

use crate::model::client::Client;
use crate::model::client_setting::ClientSetting;
use crate::model::effective::{CellOutcome, Direction, Event, Flow, Row, Table};
use crate::model::mode::{FeaturePlan, MfaConfiguration, Mode, Modes};
use crate::model::posture::Posture;
use crate::plan::setting::Setting;
use crate::plan::value;

/// The direction of a change beside the effective table's: weaker where it takes something away, stronger where it
/// asks more users for a second factor or passes on more of who signs in, else neutral.
pub fn beside_the_table(leaf: &Setting, observed: &Posture, wanted: &Posture) -> Direction {
    let weakens = match leaf {
        Setting::Mfa => {
            let rank = |posture: &Posture| posture.mfa.configuration.map(asked);
            return match (rank(observed), rank(wanted)) {
                (Some(before), Some(after)) if after < before => Direction::Weaker,
                (Some(before), Some(after)) if after > before => Direction::Stronger,
                _ => Direction::Neutral,
            };
        }
        Setting::Client(key, ClientSetting::PropagateUserContext) => {
            return forwards_context(value::client(observed, key), value::client(wanted, key));
        }
        Setting::MfaFactors => match (&observed.mfa.factors, &wanted.mfa.factors) {
            (Some(before), Some(after)) => !before.is_subset(after),
            _ => false,
        },
        Setting::FeaturePlan => {
            observed.feature_plan == Some(FeaturePlan::Plus)
                && wanted.feature_plan != Some(FeaturePlan::Plus)
                && is_awake(wanted.mode)
        }
        Setting::Client(key, ClientSetting::AuthFlows) => opens_an_unprotected_way(key, observed, wanted),
        // Logs and alarms are evaluated by their values; everything else is in the table.
        Setting::LogDelivery(_)
        | Setting::Alarm(_)
        | Setting::Mode(_)
        | Setting::Risk(..)
        | Setting::Override(_)
        | Setting::Client(..) => false,
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

/// Whether a client still passes on who signs in from where: without that, every request seems to come from the server,
/// and no risk can be told from another. A client that does not say does not.
fn forwards_context(before: Option<&Client>, after: Option<&Client>) -> Direction {
    let forwards = |client: Option<&Client>| {
        client.and_then(|client| client.settings.propagate_user_context) == Some(true)
    };
    match (forwards(before), forwards(after)) {
        (true, false) => Direction::Weaker,
        (false, true) => Direction::Stronger,
        _ => Direction::Neutral,
    }
}

/// Whether threat protection is on, for either kind of authentication.
pub(super) fn is_awake(mode: Modes) -> bool {
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
                    CellOutcome::NotCovered
                        | CellOutcome::Off
                        | CellOutcome::Blind
                        | CellOutcome::Undefined
                        | CellOutcome::Unknown
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::client_setting::ClientSettings;
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
                settings: ClientSettings {
                    auth_flows: Some(flows.iter().map(ToString::to_string).collect()),
                    ..ClientSettings::default()
                },
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
            assert_eq!(beside_the_table(&Setting::Mfa, &before, &after), direction);
        }
        after.mfa.factors = Some([MfaFactor::SoftwareToken, MfaFactor::Email].into());
        assert_eq!(
            beside_the_table(&Setting::MfaFactors, &before, &after),
            Direction::Neutral
        );
        assert_eq!(
            beside_the_table(&Setting::MfaFactors, &after, &before),
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
            assert_eq!(
                beside_the_table(&Setting::FeaturePlan, &before, &after),
                direction
            );
            assert_eq!(
                beside_the_table(&Setting::FeaturePlan, &after, &before),
                Direction::Neutral
            );
        }
    }

    #[test]
    fn a_new_way_in_that_is_not_protected_weakens() {
        let leaf = Setting::Client("web".into(), ClientSetting::AuthFlows);
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
}
