//! `UpdateUserPoolClient` from `DescribeUserPoolClient`.
//! docs/facts.md, "`UpdateUserPoolClient` resets what is not sent".

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::client_setting::{ClientSetting, ClientSettings, Names, SettingValue};
use crate::update::body::{UpdateBody, Why};
use crate::update::draft::{Draft, is_nothing};
use crate::update::places::{Put, at};
use crate::update::refusal::UpdateRefusal;
use crate::update::secret::CLIENT_SECRET;

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
/// Places of `back` are put back as the service had them, whatever `set` says of them.
///
/// # Errors
/// A description that cannot be known to be sent back without a loss.
pub fn update_client(raw: &Value, set: &ClientSettings, back: &[Put]) -> Result<UpdateBody, UpdateRefusal> {
    let client = raw.as_object().ok_or(UpdateRefusal::NoId("ClientId"))?;
    let mut draft = Draft::of(client);
    for name in ["UserPoolId", "ClientId"] {
        let id = client.get(name).and_then(Value::as_str);
        draft.id(name, id.ok_or(UpdateRefusal::NoId(name))?);
    }
    for (name, value) in client {
        member(&mut draft, name, value);
    }
    for setting in ClientSetting::ALL {
        match set.get(*setting) {
            None => {}
            Some(SettingValue::Names(wanted)) => list(&mut draft, client, setting.member(), wanted)?,
            Some(SettingValue::Flag(wanted)) => flag(&mut draft, client, setting.member(), wanted),
        }
    }
    draft.put(back);
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
    wanted: &Names,
) -> Result<(), UpdateRefusal> {
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

fn flag(draft: &mut Draft<'_>, client: &Map<String, Value>, name: &str, wanted: bool) {
    let before = client.get(name).and_then(Value::as_bool);
    // An absent flag is false.
    if wanted != before.unwrap_or(false) {
        draft.set(at(&[name]), Some(json!(wanted)));
    }
}
