//! Who is kept out in any mode: by MFA, and by ways to sign in that a client loses.

use proptest::prelude::*;

use super::lockouts::{MODES, client, nothing_is_nobodys, places, pool};
use super::whole::responses;
use super::{Everything, Little, posture};
use crate::model::client::Override;
use crate::model::effective::{CellOutcome, Event, Flow, Scope, Table};
use crate::model::mode::{Mfa, MfaConfiguration, MfaFactor, Mode};
use crate::model::posture::Posture;
use crate::model::response::Action;
use crate::plan::{LockOut, diff, lock_out, lock_outs};

/// MFA keeps out who has no factor in any mode.
#[test]
fn mfa_without_factor_in_any_mode() {
    use MfaConfiguration::{Off, On, Optional};
    let all = [MfaFactor::Sms, MfaFactor::SoftwareToken];
    for mode in MODES {
        let with = |configuration, factors: &[MfaFactor]| {
            let mut pool = pool(mode, Action::NoAction);
            pool.mfa = Mfa {
                configuration,
                factors: Some(factors.iter().copied().collect()),
            };
            pool
        };
        for (before, after, locks) in [
            (Some(Off), On, true),
            (Some(Optional), On, true),
            (None, On, true),
            (Some(On), On, false),
            (Some(On), Optional, false),
            (Some(On), Off, false),
            (Some(Optional), Off, false),
            (Some(Off), Optional, false),
        ] {
            let found = places(&with(before, &all), &with(Some(after), &all));
            let expected: &[&str] = if locks { &["/mfa/configuration"] } else { &[] };
            assert_eq!(found, expected, "{mode:?} {before:?} {after:?}");
        }
        for (configuration, locks) in [(On, true), (Optional, true), (Off, false)] {
            let before = with(Some(configuration), &all);
            for factor in all {
                let found = places(&before, &with(Some(configuration), &[factor]));
                let expected: &[&str] = if locks { &["/mfa/factors"] } else { &[] };
                assert_eq!(found, expected, "{mode:?} {configuration:?}");
                let found = places(&with(Some(configuration), &[factor]), &before);
                assert_eq!(found, <[&str; 0]>::default(), "one more factor");
            }
        }
    }
}

/// A way to sign in that a client loses keeps out who took it in any mode.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn removed_sign_in_way_in_any_mode() {
    type Ways = (
        &'static [&'static str],
        &'static [&'static str],
        &'static [&'static str],
    );
    const SRP: &str = "ALLOW_USER_SRP_AUTH";
    const REFRESH: &str = "ALLOW_REFRESH_TOKEN_AUTH";
    const FLOWS: &[&str] = &["/clients/web/auth_flows"];
    const OAUTH: &[&str] = &["/clients/web/oauth_flows"];
    const PROVIDERS: &[&str] = &["/clients/web/identity_providers"];
    let cases: [(Ways, Ways, &[&str], bool); 14] = [
        ((&[SRP, REFRESH], &[], &[]), (&[REFRESH], &[], &[]), FLOWS, true),
        ((&[SRP, REFRESH], &[], &[]), (&[SRP], &[], &[]), FLOWS, false),
        (
            (&[SRP], &[], &[]),
            (&[SRP, "ALLOW_USER_AUTH"], &[], &[]),
            &[],
            false,
        ),
        ((&[SRP], &[], &[]), (&["ALLOW_USER_AUTH"], &[], &[]), FLOWS, false),
        // The table has one word for both: an app cannot make the call that a server makes.
        (
            (
                &["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
                &[],
                &[],
            ),
            (&["ALLOW_ADMIN_USER_PASSWORD_AUTH"], &[], &[]),
            FLOWS,
            false,
        ),
        // An empty list is SRP, custom authentication and refresh.
        (
            (&[], &[], &[]),
            (&[SRP, REFRESH, "ALLOW_CUSTOM_AUTH"], &[], &[]),
            &[],
            false,
        ),
        ((&[], &[], &[]), (&[SRP, REFRESH], &[], &[]), FLOWS, false),
        (
            (&["ALLOW_USER_PASSWORD_AUTH"], &[], &[]),
            (&[], &[], &[]),
            FLOWS,
            false,
        ),
        // Names from before `ALLOW_`: what they leave open besides is not documented any more.
        (
            (&["USER_PASSWORD_AUTH"], &[], &[]),
            (&["ALLOW_USER_PASSWORD_AUTH"], &[], &[]),
            FLOWS,
            false,
        ),
        (
            (&["USER_PASSWORD_AUTH"], &[], &[]),
            (
                &["ALLOW_USER_PASSWORD_AUTH", SRP, REFRESH, "ALLOW_CUSTOM_AUTH"],
                &[],
                &[],
            ),
            &[],
            false,
        ),
        (
            (&[SRP], &["code", "implicit"], &[]),
            (&[SRP], &["code"], &[]),
            OAUTH,
            false,
        ),
        (
            (&[REFRESH], &["client_credentials"], &[]),
            (&[REFRESH], &[], &[]),
            OAUTH,
            true,
        ),
        (
            (&[SRP], &["code"], &["COGNITO", "Okta"]),
            (&[SRP], &["code"], &["COGNITO"]),
            PROVIDERS,
            false,
        ),
        (
            (&[SRP], &["code"], &["Okta"]),
            (&[SRP], &["code"], &["Okta", "COGNITO"]),
            &[],
            false,
        ),
    ];
    for mode in MODES {
        let with = |(flows, oauth, providers): Ways| {
            let mut pool = pool(mode, Action::NoAction);
            let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
            let settings = &mut pool.clients[0].settings;
            settings.auth_flows = names(flows);
            settings.oauth_flows = names(oauth);
            settings.identity_providers = names(providers);
            pool
        };
        for (before, after, expected, is_last) in cases {
            let (before, after) = (with(before), with(after));
            assert_eq!(places(&before, &after), expected, "{mode:?}");
            let ways = lock_out(&diff(&after, &before, &Everything)).ways;
            assert!(ways.iter().all(|way| way.is_last == is_last), "{ways:?}");
        }
    }
}

/// A client that stays as it is loses no way to sign in.
#[test]
fn unchanged_client_loses_nothing() {
    for flows in [
        None,
        Some("USER_PASSWORD_AUTH"),
        Some("ADMIN_NO_SRP_AUTH"),
        Some("CUSTOM_AUTH_FLOW_ONLY"),
        Some("ALLOW_USER_SRP_AUTH"),
        Some("A_FLOW_OF_TOMORROW"),
    ] {
        let mut before = pool(Mode::Enforced, Action::NoAction);
        before.clients[0].settings.auth_flows = flows.map(|flow| [flow.to_owned()].into());
        before.mfa.factors = Some([MfaFactor::Sms].into());
        let mut after = before.clone();
        after.mfa.factors = Some([MfaFactor::Sms, MfaFactor::SoftwareToken].into());
        for desired in [
            after.clone(),
            Posture {
                clients: Vec::new(),
                ..after
            },
        ] {
            let found = diff(&desired, &before, &Everything);
            assert_eq!(found.changes.len(), 1, "{flows:?}");
            assert_eq!(lock_out(&found), LockOut::default(), "{flows:?}");
        }
    }
}

#[test]
fn only_clients_that_exist_have_users() {
    let mut before = pool(Mode::Enforced, Action::NoAction);
    before.clients[0].risk = Override::Own(Box::new(responses(
        Action::NoAction,
        Action::NoAction,
        Action::NoAction,
    )));
    let mut after = before.clone();
    after.responses = responses(Action::Block, Action::Block, Action::Block);
    assert_eq!(places(&before, &after), <[&str; 0]>::default());
    after.clients = vec![client("web")];
    let found = diff(&after, &before, &Little);
    let parts = lock_outs(&found);
    assert!(
        parts
            .iter()
            .any(|(change, _)| change.leaf.pointer().as_str() == "/clients/web")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_lock_out_is_what_the_tables_say(desired in posture(), pool in posture()) {
        let found = diff(&desired, &pool, &Everything);
        // The step to ENFORCED is the gate's: what counts is what else the plan does.
        let (mut today, wanted) = (found.observed.clone(), found.wanted.mode);
        for (mode, wanted) in [(&mut today.mode.standard, wanted.standard), (&mut today.mode.custom, wanted.custom)] {
            if wanted == Some(Mode::Enforced) {
                *mode = wanted;
            }
        }
        let (before, after) = (Table::of(&today), Table::of(&found.wanted));
        let enforced = |posture: &Posture, flow, event| {
            let mode = if flow == Flow::Custom && event == Event::SignIn {
                posture.mode.custom
            } else {
                posture.mode.standard
            };
            mode == Some(Mode::Enforced)
        };
        let mut expected = 0;
        for row in after.rows.iter().filter(|row| row.scope != Scope::Others) {
            let same = |one: &&crate::model::effective::Row| {
                (one.scope.key(), one.flow, one.event) == (row.scope.key(), row.flow, row.event)
            };
            let Some(old) = before.rows.iter().find(same) else { continue };
            if !enforced(&found.wanted, row.flow, row.event) {
                continue;
            }
            for (old, new) in old.cells.iter().zip(&row.cells) {
                let stopped = |outcome| matches!(outcome, CellOutcome::Blocked | CellOutcome::MfaRequired);
                let lets_in = !matches!(old.outcome, CellOutcome::Blocked | CellOutcome::Undefined);
                let locks = match new.outcome {
                    CellOutcome::Blocked => old.outcome != CellOutcome::Blocked,
                    CellOutcome::MfaRequired => !stopped(old.outcome),
                    CellOutcome::Undefined => lets_in,
                    _ => false,
                };
                expected += usize::from(locks);
            }
        }
        prop_assert_eq!(lock_out(&found).cells.len(), expected);
        nothing_is_nobodys(&found);
    }
}
