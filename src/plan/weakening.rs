//! What a change takes away that the effective table does not show: who is asked for a second factor, how one may
//! sign in, whether sign-ins come with the user's context, what is observed, and what the feature plan pays for.

use crate::model::client::Client;
use crate::model::client_setting::ClientSetting;
use crate::model::effective::{Cell, CellOutcome, Direction, Event, Flow, Reason, Row, Signal, Table};
use crate::model::mode::{FeaturePlan, MfaConfiguration, Mode, Modes};
use crate::model::posture::{Part, Posture};
use crate::plan::setting::{Setting, mode_of};
use crate::plan::value;
use crate::text;

/// The direction of a change beside the effective table's: weaker where it takes something away, stronger where undoing it
/// would, else neutral.
pub fn beside_the_table(leaf: &Setting, observed: &Posture, wanted: &Posture) -> Direction {
    match (
        taken_away(leaf, observed, wanted),
        taken_away(leaf, wanted, observed),
    ) {
        (Some(_), _) => Direction::Weaker,
        (None, Some(_)) => Direction::Stronger,
        (None, None) => Direction::Neutral,
    }
}

/// What a change from one posture to another takes away that the effective table does not show: a clause. Hostile text.
pub fn taken_away(leaf: &Setting, before: &Posture, after: &Posture) -> Option<String> {
    match leaf {
        Setting::Mfa => {
            let [from, to] = [before.mfa.configuration?, after.mfa.configuration?];
            let words = match to {
                MfaConfiguration::Off => "no sign-in needs a second factor any more",
                _ => "users without a second factor sign in by their first alone",
            };
            (asked(to) < asked(from)).then(|| words.to_owned())
        }
        Setting::Client(key, ClientSetting::PropagateUserContext) => {
            let stops = forwards_context(before, key) && !forwards_context(after, key);
            stops.then(|| {
                format!("client `{key}` no longer passes on whose address a sign-in comes from: all seem to come from its server")
            })
        }
        Setting::MfaFactors => {
            let [from, to] = [before.mfa.factors.as_ref()?, after.mfa.factors.as_ref()?];
            let gone = from.difference(to).filter_map(|factor| {
                let word = serde_json::to_value(factor).ok()?;
                Some(format!("`{}`", word.as_str()?))
            });
            let gone: Vec<_> = gone.collect();
            (!gone.is_empty()).then(|| format!("{} is no factor of MFA any more", text::join_words(&gone)))
        }
        Setting::FeaturePlan => {
            let leaves = before.feature_plan == Some(FeaturePlan::Plus)
                && after.feature_plan != Some(FeaturePlan::Plus)
                && is_awake(after.mode);
            leaves.then(|| "threat protection is on, and only `PLUS` has it".to_owned())
        }
        Setting::Client(
            key,
            ClientSetting::AuthFlows | ClientSetting::OAuthFlows | ClientSetting::IdentityProviders,
        ) => opens_a_weaker_way(leaf, key, before, after),
        // What a mode does with responses that were not read is in no cell: less of it is weaker, whatever they are.
        Setting::Mode(auth) if before.unread.contains(&Part::Responses) => {
            let [from, to] = [mode_of(before.mode, *auth)?, mode_of(after.mode, *auth)?];
            let words = match from {
                Mode::Enforced => "no response is carried out any more; which there are could not be read",
                Mode::Audit | Mode::Off => "no risk is assessed any more",
            };
            (to < from).then(|| words.to_owned())
        }
        // Logs and alarms are evaluated by their values; everything else is in the table.
        Setting::LogDelivery(_)
        | Setting::Alarm(_)
        | Setting::Mode(_)
        | Setting::Risk(..)
        | Setting::Override(_) => None,
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

/// Whether a client passes on who signs in from where: without that, every request seems to come from the server, and no
/// risk can be told from another. A client that does not say does not.
fn forwards_context(posture: &Posture, key: &str) -> bool {
    value::client(posture, key).and_then(|client| client.settings.propagate_user_context) == Some(true)
}

/// Whether threat protection is on, for either kind of authentication.
pub(super) fn is_awake(mode: Modes) -> bool {
    [mode.standard, mode.custom]
        .iter()
        .any(|mode| matches!(mode, Some(Mode::Audit | Mode::Enforced)))
}

/// The way, where a setting gives a client a way to sign in that it would not have without it, while threat protection is on: one
/// that is not protected at any risk level, or that is weaker than every other way of the client in some case, so that
/// whoever would be stopped there goes by it. SRP hides passwords from the check for compromised credentials, and custom
/// authentication may be in `AUDIT` only. What the service refuses is no way in.
fn opens_a_weaker_way(leaf: &Setting, key: &str, before: &Posture, after: &Posture) -> Option<String> {
    // Of ways that are not known nothing can be said to be new: this is how a template is that gives them by another kind.
    let unknown = |client: &Client| client.settings.auth_flows.is_none();
    if matches!(leaf, Setting::Client(_, ClientSetting::AuthFlows))
        && value::client(before, key).is_some_and(unknown)
        || !is_awake(after.mode)
    {
        return None;
    }
    let mut without = after.clone();
    value::copy(leaf, before, &mut without);
    let (others, ways) = (Table::of(&without), Table::of(after));
    let (others, ways) = (sign_ins(&others, key), sign_ins(&ways, key));
    let is_new = |way: &&&Row| {
        others.iter().all(|other| other.flow != way.flow) && way.cells[0].reason != Reason::TriggerMissing
    };
    let words = |way: &&Row| {
        let flow = way.flow.label();
        if is_open(way) {
            let cell = way.cells[Signal::High as usize].words_in_change();
            return Some(format!(
                "client `{key}` gets a way to sign in that is protected at no risk level: {flow} ({cell})"
            ));
        }
        let case = Signal::ALL
            .into_iter()
            .find(|signal| is_weaker_in(*signal as usize, way, &others))?;
        let join = if case.risk_level().is_some() { "at" } else { "with" };
        let cell = way.cells[case as usize].words_in_change();
        let all = others.iter().filter(|other| is_local(other));
        let all: Vec<_> = all
            .map(|other| {
                format!(
                    "{} ({})",
                    other.flow.label(),
                    other.cells[case as usize].words_in_change()
                )
            })
            .collect();
        Some(format!(
            "client `{key}` gets a way to sign in that is weaker {join} {} than all that it has: {flow} ({cell}), beside {}",
            case.label(),
            text::join_words(&all)
        ))
    };
    ways.iter().filter(is_new).find_map(words)
}

/// How a client signs users in, as a table has it.
fn sign_ins<'a>(table: &'a Table, key: &str) -> Vec<&'a Row> {
    let rows = table.rows.iter();
    rows.filter(|row| row.scope.key() == Some(key) && row.event == Event::SignIn)
        .collect()
}

/// Whether no risk level is known to be protected.
fn is_open(way: &Row) -> bool {
    way.cells[..3].iter().all(|cell| {
        matches!(
            cell.outcome,
            CellOutcome::NotCovered
                | CellOutcome::Off
                | CellOutcome::Blind
                | CellOutcome::Undefined
                | CellOutcome::Unknown
        )
    })
}

/// Whether a way is weaker than all others of local users in a case that these do not simply let pass.
fn is_weaker_in(case: usize, way: &Row, others: &[&Row]) -> bool {
    let others: Vec<_> = others.iter().filter(|other| is_local(other)).collect();
    let weaker = |other: &&&Row| {
        let cell = other.cells[case];
        cell.would.unwrap_or(cell.outcome) != CellOutcome::Allowed
            && Cell::claim(cell, way.cells[case]) == Direction::Weaker
    };
    !others.is_empty() && others.iter().all(weaker)
}

/// Whether users of the pool's own sign in so.
fn is_local(way: &Row) -> bool {
    !matches!(way.flow, Flow::Federated | Flow::Machine)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::client_setting::ClientSettings;
    use crate::model::mode::{Mfa, MfaFactor};
    use crate::model::response::{
        AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response,
    };

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

    /// Fewer second factors are less and more are more.
    #[test]
    fn mfa_factor_count_direction() {
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
            Direction::Stronger
        );
        assert_eq!(
            beside_the_table(&Setting::MfaFactors, &after, &before),
            Direction::Weaker
        );
    }

    #[test]
    fn the_plan_pays_for_what_is_awake() {
        for (mode, down, up) in [
            (Mode::Enforced, Direction::Weaker, Direction::Stronger),
            (Mode::Off, Direction::Neutral, Direction::Neutral),
        ] {
            let before = posture(mode, &[]);
            let mut after = before.clone();
            after.feature_plan = Some(FeaturePlan::Lite);
            assert_eq!(beside_the_table(&Setting::FeaturePlan, &before, &after), down);
            assert_eq!(beside_the_table(&Setting::FeaturePlan, &after, &before), up);
        }
    }

    /// A pool with standard authentication in a mode and custom authentication in `AUDIT`, that blocks at high risk and
    /// wherever a password is known from elsewhere.
    fn blocking(standard: Mode, flows: &[&str]) -> Posture {
        let mut posture = posture(standard, flows);
        posture.mode.custom = Some(Mode::Audit);
        let at = |action| {
            Some(Response {
                action,
                notify: false,
            })
        };
        posture.responses.account_takeover = Some(AccountTakeover {
            low: at(Action::NoAction),
            medium: at(Action::NoAction),
            high: at(Action::Block),
            notifications: None,
        });
        posture.responses.compromised_credentials = Some(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: BTreeSet::new(),
        });
        posture
    }

    fn with(mut posture: Posture, setting: ClientSetting, names: &[&str]) -> Posture {
        let names = Some(names.iter().map(ToString::to_string).collect());
        let settings = &mut posture.clients[0].settings;
        match setting {
            ClientSetting::IdentityProviders => settings.identity_providers = names,
            _ => settings.oauth_flows = names,
        }
        posture
    }

    /// A new way in that is weaker than the others weakens.
    #[test]
    fn added_weaker_flow_weakens() {
        use Direction::{Neutral, Stronger, Weaker};
        const PASSWORD: &str = "ALLOW_USER_PASSWORD_AUTH";
        let auth = ClientSetting::AuthFlows;
        let check = |name: &str, setting, before: &Posture, after: &Posture, expected: Direction| {
            let leaf = Setting::Client("web".into(), setting);
            let found = beside_the_table(&leaf, before, after);
            assert_eq!(found, expected, "{name}");
            let back = beside_the_table(&leaf, after, before);
            assert_eq!(back == Stronger, expected == Weaker, "{name}, undone: {back:?}");
        };
        for (name, more, expected) in [
            ("not covered for sure", "ALLOW_USER_AUTH", Weaker),
            ("in AUDIT only", "ALLOW_CUSTOM_AUTH", Weaker),
            ("hides passwords", "ALLOW_USER_SRP_AUTH", Weaker),
            ("as good", "ALLOW_ADMIN_USER_PASSWORD_AUTH", Neutral),
        ] {
            let before = blocking(Mode::Enforced, &[PASSWORD]);
            let after = blocking(Mode::Enforced, &[PASSWORD, more]);
            check(name, auth, &before, &after, expected);
            // Whoever comes from elsewhere has no part in it.
            let google = |pool| with(pool, ClientSetting::IdentityProviders, &["COGNITO", "Google"]);
            check(name, auth, &google(before), &google(after), expected);
        }
        let srp = |more: &[&str]| {
            let mut lax = blocking(Mode::Enforced, more);
            lax.responses.compromised_credentials = Some(CompromisedCredentials {
                action: CompromisedAction::NoAction,
                events: BTreeSet::new(),
            });
            lax
        };
        let both = srp(&[PASSWORD, "ALLOW_USER_SRP_AUTH"]);
        check("nothing to hide from", auth, &srp(&[PASSWORD]), &both, Neutral);
        let before = blocking(Mode::Enforced, &[PASSWORD]);
        for (setting, names) in [
            (ClientSetting::IdentityProviders, ["COGNITO", "Google"].as_slice()),
            (ClientSetting::OAuthFlows, &["client_credentials"]),
        ] {
            let after = with(before.clone(), setting, names);
            check("another kind", setting, &before, &after, Weaker);
            check("not its part", auth, &before, &after, Neutral);
        }
        let [before, after] = [&[PASSWORD][..], &[PASSWORD, "ALLOW_CUSTOM_AUTH"]].map(|flows| Posture {
            triggers: Some([].into()),
            ..blocking(Mode::Enforced, flows)
        });
        check("refused by the service", auth, &before, &after, Neutral);
        let asleep = |flows: &[&str]| posture(Mode::Off, flows);
        let awake = asleep(&[PASSWORD, "ALLOW_CUSTOM_AUTH"]);
        check("off", auth, &asleep(&[PASSWORD]), &awake, Neutral);
    }
}
