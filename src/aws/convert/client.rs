//! `DescribeUserPoolClient`, and the keys by which clients go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, DecodeError};
use crate::aws::mark::HAS_SECRET;
use crate::model::client::EVERY_OTHER;
use crate::model::client_setting::{ClientSettings, Names, SettingReader};

/// What a client's body contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFacts {
    /// Name. Hostile text.
    pub name: Option<String>,
    /// Settings, none of them unknown: `ExplicitAuthFlows` is empty where the member is absent, which has the API's
    /// default.
    pub settings: ClientSettings,
    /// Whether it has a secret; `None` where the body was not marked with it.
    pub has_secret: Option<bool>,
}

/// Reads a body. Names of flows and providers are kept as they are, known or not.
///
/// # Errors
/// The body holds no client, or a member of another kind.
pub fn client(body: &Value) -> Result<ClientFacts, DecodeError> {
    let client = Cursor::new(body).member("UserPoolClient")?;
    if !client.value().is_some_and(Value::is_object) {
        return Err(client.decode_error());
    }
    Ok(ClientFacts {
        name: client.member("ClientName")?.owned()?,
        settings: ClientSettings::read(&mut Described(&client))?,
        has_secret: Cursor::new(body).member(HAS_SECRET)?.flag()?,
    })
}

/// A description, of which settings are read.
struct Described<'a>(&'a Cursor<'a>);

impl SettingReader for Described<'_> {
    type Error = DecodeError;

    fn names(&mut self, member: &'static str) -> Result<Names, DecodeError> {
        self.0.member(member)?.texts()
    }

    fn flag(&mut self, member: &'static str) -> Result<bool, DecodeError> {
        Ok(self.0.member(member)?.flag()?.unwrap_or(false))
    }
}

/// A key for each client, given as id and name, in the same order: its name, with its id in brackets where
/// another has the same name or the name is `*`, which means all; its id where it has no name. No two are equal.
pub fn keys(clients: &[(&str, &str)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in clients {
        *counts.entry(name).or_default() += 1;
    }
    // Names have no brackets, ids neither (docs/facts.md, "Ids, names and ARNs"); hostile ones might, and then
    // every key gets its id.
    let plain = clients.iter().all(|(_, name)| !name.contains(['(', ')']));
    let ids: BTreeSet<&str> = clients.iter().map(|(id, _)| *id).collect();
    let key = |(id, name): &(&str, &str)| match *name {
        "" => (*id).to_owned(),
        name if plain && name != EVERY_OTHER && counts.get(name) == Some(&1) && !ids.contains(name) => {
            name.to_owned()
        }
        name => format!("{name} ({id})"),
    };
    clients.iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_client_as_the_service_describes_it() {
        let found = client(&json!({"UserPoolClient": {
            "UserPoolId": "us-west-2_EXAMPLE", "ClientName": "web", "ClientId": "1example23456789",
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_TELEPATHY"], "AllowedOAuthFlows": ["code"],
            "SupportedIdentityProviders": ["COGNITO"], "EnablePropagateAdditionalUserContextData": true,
        }}))
        .unwrap();
        assert!(
            found
                .settings
                .auth_flows
                .is_some_and(|flows| flows.contains("ALLOW_TELEPATHY"))
        );
        assert_eq!(found.settings.propagate_user_context, Some(true));
        let bare = client(&json!({"UserPoolClient": {"ClientName": "web"}})).unwrap();
        assert_eq!(
            bare,
            ClientFacts {
                name: Some("web".into()),
                settings: ClientSettings::read(&mut Described(&Cursor::new(&json!({})))).unwrap(),
                has_secret: None,
            }
        );
        for body in [
            json!({}),
            json!({"UserPoolClient": {"ExplicitAuthFlows": "x"}}),
            json!({"UserPoolClient": {"AllowedOAuthFlows": [1]}}),
        ] {
            assert!(client(&body).is_err(), "{body}");
        }
    }

    #[test]
    fn names_are_keys_until_they_repeat() {
        assert_eq!(
            keys(&[
                ("1", "web"),
                ("2", "app"),
                ("3", "app"),
                ("4", ""),
                ("5", "*"),
                ("6", "4")
            ]),
            ["web", "app (2)", "app (3)", "4", "* (5)", "4 (6)"]
        );
    }

    proptest! {
        #[test]
        fn keys_are_never_equal(names in prop::collection::vec("[ab*]{0,1}( \\([0-3]\\))?|[0-3]", 0..6)) {
            let ids: Vec<_> = (0..names.len()).map(|i| i.to_string()).collect();
            let clients: Vec<_> = ids.iter().zip(&names).map(|(i, n)| (i.as_str(), n.as_str())).collect();
            let keys = keys(&clients);
            prop_assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{:?}", keys);
        }
    }
}
