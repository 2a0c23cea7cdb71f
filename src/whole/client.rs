//! `UpdateUserPoolClient` from `DescribeUserPoolClient`.
//! docs/facts.md, "`UpdateUserPoolClient` resets what is not sent".

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::whole::body::{UpdateBody, Why};
use crate::whole::draft::{Draft, at};
use crate::whole::refusal::Refusal;
use crate::whole::secret::is_secret;
use crate::whole::settings::ClientSettings;

/// Members that only the description has.
const DESCRIBE_ONLY: [&str; 3] = ["ClientType", "CreationDate", "LastModifiedDate"];

/// Members that description and update have alike.
const CARRIED: [&str; 21] = [
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "ClientName",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
];

/// The body of `UpdateUserPoolClient` that changes what is to be set and nothing else, from `UserPoolClient` of
/// `DescribeUserPoolClient`, read a moment ago. What is absent stays absent: that is how the service writes defaults.
///
/// # Errors
/// A description that cannot be known to be sent back without a loss.
pub fn update_client(raw: &Value, set: &ClientSettings) -> Result<UpdateBody, Refusal> {
    let client = raw.as_object().ok_or(Refusal::NoId("ClientId"))?;
    let mut draft = Draft::default();
    for name in ["UserPoolId", "ClientId"] {
        let id = client.get(name).and_then(Value::as_str);
        draft.id(name, id.ok_or(Refusal::NoId(name))?);
    }
    for (name, value) in client {
        member(&mut draft, name, value)?;
    }
    list(&mut draft, client, "ExplicitAuthFlows", set.auth_flows.as_ref())?;
    list(&mut draft, client, "AllowedOAuthFlows", set.oauth_flows.as_ref())?;
    list(
        &mut draft,
        client,
        "SupportedIdentityProviders",
        set.identity_providers.as_ref(),
    )?;
    flag(
        &mut draft,
        client,
        "EnablePropagateAdditionalUserContextData",
        set.propagate_user_context,
    )?;
    Ok(draft.finish())
}

fn member(draft: &mut Draft, name: &str, value: &Value) -> Result<(), Refusal> {
    // An object whose one required member is missing is refused, and means nothing.
    let empty = name == "RefreshTokenRotation" && value.as_object().is_some_and(Map::is_empty);
    match name {
        "UserPoolId" | "ClientId" => {}
        _ if is_secret(name) => draft.leave(&[name], Why::Secret),
        _ if DESCRIBE_ONLY.contains(&name) => draft.leave(&[name], Why::DescribeOnly),
        _ if value.is_null() || empty => draft.leave(&[name], Why::Empty),
        _ => draft.carry(name, value.clone(), CARRIED.contains(&name))?,
    }
    Ok(())
}

/// A list that is a set: what stays keeps its place, what is new comes after it.
fn list(
    draft: &mut Draft,
    client: &Map<String, Value>,
    name: &str,
    wanted: Option<&BTreeSet<String>>,
) -> Result<(), Refusal> {
    let Some(wanted) = wanted else { return Ok(()) };
    let before = client.get(name).filter(|value| !value.is_null());
    let old: Vec<&str> = match before {
        None => Vec::new(),
        Some(value) => texts(value).ok_or_else(|| Refusal::Shape {
            pointer: at(&[name]),
            what: "is no list of texts",
        })?,
    };
    let same: BTreeSet<&str> = old.iter().copied().collect();
    if before.is_some() && same.iter().eq(wanted.iter()) {
        return Ok(());
    }
    let stays = old.iter().copied().filter(|item| wanted.contains(*item));
    let added = wanted
        .iter()
        .map(String::as_str)
        .filter(|item| !same.contains(item));
    let after: Value = stays.chain(added).collect();
    draft.note(&[name], before.cloned(), Some(after.clone()));
    draft.send(name, Some(after))
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn flag(
    draft: &mut Draft,
    client: &Map<String, Value>,
    name: &str,
    wanted: Option<bool>,
) -> Result<(), Refusal> {
    let before = client.get(name).filter(|value| !value.is_null());
    match wanted {
        // An absent flag is false.
        Some(wanted) if before.and_then(Value::as_bool).unwrap_or(false) != wanted => {
            draft.note(&[name], before.cloned(), Some(json!(wanted)));
            draft.send(name, Some(json!(wanted)))
        }
        _ => Ok(()),
    }
}
