//! Which flows an app client allows, as far as its settings show.

use std::collections::BTreeSet;

use crate::model::client::Client;
use crate::model::effective::terms::Flow;

/// The flows that a client allows; `None` where that is not known: when none of the three settings that decide is, or when
/// `ExplicitAuthFlows` is not and the others show no sign-in of local users, which it may allow.
///
/// - `ExplicitAuthFlows`, new and legacy names (docs/facts.md, "Which flows are covered"). A name that this table
///   does not have, token exchange included, is [`Flow::Unknown`]: AWS does not say what covers it.
///   `Some(empty)` is read like the absent member, for which the API's default is SRP, custom
///   authentication and refresh (docs/facts.md, "Flows of a client"): the service has no "no flow at all".
///   Refreshing tokens is not a sign-in and adds no flow.
/// - `AllowedOAuthFlows`: `client_credentials` is [`Flow::Machine`]; `code` and `implicit` are
///   managed login, whose password flow exists when `COGNITO` is among the identity providers or
///   these are unknown.
/// - `SupportedIdentityProviders`: any other than `COGNITO` is [`Flow::Federated`]. Leaving
///   `COGNITO` out does not stop local users from signing in through the SDK (docs/facts.md, "Flows of a client"),
///   so explicit flows count whatever the providers are.
pub fn flows(client: &Client) -> Option<BTreeSet<Flow>> {
    if client.settings.auth_flows.is_none()
        && client.settings.oauth_flows.is_none()
        && client.settings.identity_providers.is_none()
    {
        return None;
    }
    let mut found = BTreeSet::new();
    if let Some(names) = &client.settings.auth_flows {
        found.extend(explicit(names));
    }
    let providers = client.settings.identity_providers.as_ref();
    for oauth in client.settings.oauth_flows.iter().flatten() {
        match oauth.as_str() {
            "client_credentials" => found.extend([Flow::Machine]),
            "code" | "implicit" if providers.is_none_or(|p| p.contains("COGNITO")) => {
                found.extend([Flow::Password]);
            }
            _ => {}
        }
    }
    if providers.is_some_and(|p| p.iter().any(|name| name != "COGNITO")) {
        found.insert(Flow::Federated);
    }
    let is_outside = |flow: &Flow| matches!(flow, Flow::Federated | Flow::Machine);
    if client.settings.auth_flows.is_none() && found.iter().all(is_outside) {
        return None;
    }
    Some(found)
}

/// Whether a client signs in local users, or may: one of which nothing is known does.
pub fn signs_users_in(client: &Client) -> bool {
    let outside = |flow: &Flow| matches!(flow, Flow::Federated | Flow::Machine);
    flows(client).is_none_or(|flows| !flows.iter().all(outside))
}

/// The flows that a client is meant to sign in by: [`flows`] without those that are only AWS's default in a client that
/// signs in otherwise. Where `ExplicitAuthFlows` is absent, SRP and custom authentication are open by default: that is how
/// an app signs in that has nothing else, and nobody's wish in a client for machines or federated users.
pub fn sign_ins(client: &Client) -> Option<BTreeSet<Flow>> {
    let found = flows(client)?;
    if !client.has_default_flows() {
        return Some(found);
    }
    let mut otherwise = client.clone();
    otherwise.settings.auth_flows = Some(BTreeSet::from(["ALLOW_REFRESH_TOKEN_AUTH".to_owned()]));
    let own = flows(&otherwise);
    Some(own.filter(|own| !own.is_empty()).unwrap_or(found))
}

fn explicit(names: &BTreeSet<String>) -> Vec<Flow> {
    if names.is_empty() {
        return vec![Flow::Srp, Flow::Custom];
    }
    names.iter().filter_map(|name| flow_of(name)).collect()
}

/// Whether one of `ExplicitAuthFlows` is for `AdminInitiateAuth` alone, a call that only a server can make.
pub fn is_admin(name: &str) -> bool {
    matches!(name, "ALLOW_ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH")
}

fn flow_of(name: &str) -> Option<Flow> {
    match name {
        "ALLOW_USER_PASSWORD_AUTH" | "USER_PASSWORD_AUTH" => Some(Flow::Password),
        name if is_admin(name) => Some(Flow::Password),
        "ALLOW_USER_SRP_AUTH" => Some(Flow::Srp),
        "ALLOW_CUSTOM_AUTH" | "CUSTOM_AUTH_FLOW_ONLY" => Some(Flow::Custom),
        "ALLOW_REFRESH_TOKEN_AUTH" => None,
        _ => Some(Flow::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::client_setting::ClientSettings;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn of(auth: Option<&[&str]>, oauth: Option<&[&str]>, providers: Option<&[&str]>) -> Option<Vec<Flow>> {
        let client = Client {
            settings: ClientSettings {
                auth_flows: auth.map(set),
                oauth_flows: oauth.map(set),
                identity_providers: providers.map(set),
                ..ClientSettings::default()
            },
            ..Client::default()
        };
        flows(&client).map(|found| found.into_iter().collect())
    }

    #[test]
    fn nothing_known_is_not_the_same_as_no_flow() {
        assert_eq!(of(None, None, None), None);
        assert_eq!(of(None, Some(&[]), None), None);
        assert_eq!(of(Some(&["ALLOW_REFRESH_TOKEN_AUTH"]), None, None), Some(vec![]));
    }

    #[test]
    fn empty_explicit_flows_are_the_api_default() {
        assert_eq!(of(Some(&[]), None, None), Some(vec![Flow::Srp, Flow::Custom]));
    }

    /// A default counts where nothing else signs in.
    #[test]
    fn default_flows_without_other_sign_in() {
        let of = |auth: &[&str], oauth: &[&str], providers: &[&str]| {
            let client = Client {
                settings: ClientSettings {
                    auth_flows: Some(set(auth)),
                    oauth_flows: Some(set(oauth)),
                    identity_providers: Some(set(providers)),
                    ..ClientSettings::default()
                },
                ..Client::default()
            };
            sign_ins(&client).unwrap().into_iter().collect::<Vec<_>>()
        };
        let app = [Flow::Srp, Flow::Custom];
        assert_eq!(of(&[], &[], &["COGNITO"]), app, "an app");
        assert_eq!(of(&[], &[], &[]), app);
        assert_eq!(of(&[], &["client_credentials"], &["COGNITO"]), [Flow::Machine]);
        assert_eq!(of(&[], &["code"], &["Saml"]), [Flow::Federated]);
        assert_eq!(
            of(&[], &["code"], &["COGNITO"]),
            [Flow::Password],
            "managed login"
        );
        assert_eq!(
            of(&["ALLOW_USER_SRP_AUTH"], &["client_credentials"], &[]),
            [Flow::Srp, Flow::Machine],
            "what a client says counts"
        );
        assert_eq!(sign_ins(&Client::default()), None);
    }

    #[test]
    fn new_legacy_and_unheard_of_names() {
        for name in [
            "ALLOW_USER_PASSWORD_AUTH",
            "USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ADMIN_NO_SRP_AUTH",
        ] {
            assert_eq!(
                of(Some(&[name]), None, None),
                Some(vec![Flow::Password]),
                "{name}"
            );
        }
        assert_eq!(
            of(Some(&["CUSTOM_AUTH_FLOW_ONLY"]), None, None),
            Some(vec![Flow::Custom])
        );
        assert_eq!(
            of(Some(&["ALLOW_USER_AUTH"]), None, None),
            Some(vec![Flow::Unknown])
        );
        assert_eq!(
            of(
                Some(&["ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_USER_SRP_AUTH"]),
                None,
                None
            ),
            Some(vec![Flow::Srp, Flow::Unknown])
        );
    }

    #[test]
    fn oauth_flows_and_identity_providers() {
        let refresh = Some(&["ALLOW_REFRESH_TOKEN_AUTH"][..]);
        assert_eq!(
            of(refresh, Some(&["client_credentials"]), None),
            Some(vec![Flow::Machine])
        );
        assert_eq!(of(None, Some(&["code"]), None), Some(vec![Flow::Password]));
        assert_eq!(
            of(None, Some(&["implicit"]), Some(&["COGNITO"])),
            Some(vec![Flow::Password])
        );
        assert_eq!(
            of(refresh, Some(&["code"]), Some(&["Google"])),
            Some(vec![Flow::Federated])
        );
        // Which flows it allows beside these is not known: it may sign in local users.
        assert_eq!(of(None, Some(&["client_credentials"]), None), None);
        assert_eq!(of(None, Some(&["code"]), Some(&["Google"])), None);
        assert_eq!(
            of(
                Some(&["ALLOW_CUSTOM_AUTH"]),
                Some(&["code"]),
                Some(&["COGNITO", "okta"])
            ),
            Some(vec![Flow::Password, Flow::Custom, Flow::Federated])
        );
        assert_eq!(of(None, None, Some(&["COGNITO"])), None);
    }
}
