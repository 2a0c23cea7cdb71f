//! `UpdateUserPoolClient` from `DescribeUserPoolClient`.
//! docs/facts.md, "`UpdateUserPoolClient` resets what is not sent".

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::update::body::{UpdateBody, Why};
use crate::update::draft::{Draft, is_nothing};
use crate::update::places::at;
use crate::update::refusal::UpdateRefusal;
use crate::update::secret::CLIENT_SECRET;
use crate::update::settings::ClientSettings;

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
pub fn update_client(raw: &Value, set: &ClientSettings) -> Result<UpdateBody, UpdateRefusal> {
    let client = raw.as_object().ok_or(UpdateRefusal::NoId("ClientId"))?;
    let mut draft = Draft::of(client);
    for name in ["UserPoolId", "ClientId"] {
        let id = client.get(name).and_then(Value::as_str);
        draft.id(name, id.ok_or(UpdateRefusal::NoId(name))?);
    }
    for (name, value) in client {
        member(&mut draft, name, value);
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
    );
    draft.put(&set.back);
    draft.finish()
}

fn member(draft: &mut Draft<'_>, name: &str, value: &Value) {
    // An object whose one required member is missing is refused, and means nothing.
    let empty = name == "RefreshTokenRotation" && value.as_object().is_some_and(Map::is_empty);
    match name {
        "UserPoolId" | "ClientId" => {}
        CLIENT_SECRET => draft.leave(&[name], Why::Secret),
        _ if DESCRIBE_ONLY.contains(&name) => draft.leave(&[name], Why::DescribeOnly),
        _ if is_nothing(name, value) || empty => draft.leave(&[name], Why::Empty),
        _ => draft.carry(name, value.clone(), CARRIED.contains(&name)),
    }
}

/// A list that is a set: what stays keeps its place, what is new comes after it. One that is not there has nothing in it.
fn list(
    draft: &mut Draft<'_>,
    client: &Map<String, Value>,
    name: &str,
    wanted: Option<&BTreeSet<String>>,
) -> Result<(), UpdateRefusal> {
    let Some(wanted) = wanted else { return Ok(()) };
    let before = client.get(name).filter(|value| !value.is_null());
    let old: Vec<&str> = match before {
        None => Vec::new(),
        Some(value) => texts(value).ok_or_else(|| UpdateRefusal::Shape {
            pointer: at(&[name]),
            what: "is not a list of texts",
        })?,
    };
    let same: BTreeSet<&str> = old.iter().copied().collect();
    if same.iter().eq(wanted.iter()) {
        return Ok(());
    }
    let stays = old.iter().copied().filter(|item| wanted.contains(*item));
    let added = wanted
        .iter()
        .map(String::as_str)
        .filter(|item| !same.contains(item));
    draft.set(at(&[name]), Some(stays.chain(added).collect()));
    Ok(())
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn flag(draft: &mut Draft<'_>, client: &Map<String, Value>, name: &str, wanted: Option<bool>) {
    let before = client.get(name).and_then(Value::as_bool);
    // An absent flag is false.
    if let Some(wanted) = wanted.filter(|wanted| *wanted != before.unwrap_or(false)) {
        draft.set(at(&[name]), Some(json!(wanted)));
    }
}
