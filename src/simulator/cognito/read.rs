//! What is read of a pool and its clients.

use serde_json::{Map, Value, json};

use crate::simulator::context::{self, Context};
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::{Pool, RawMembers};

/// Most items on a page of pools or clients.
const MOST: usize = 60;

/// A text of the input; an empty one is as good as none.
pub(super) fn text<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Whether a pool has no threat protection.
pub(super) fn mode_is_off(pool: &Pool) -> bool {
    let add_ons = pool.user_pool.get("UserPoolAddOns");
    let mode = add_ons.and_then(|add_ons| add_ons.get("AdvancedSecurityMode")?.as_str());
    mode.is_none_or(|mode| mode == "OFF")
}

/// The pool that the input names.
pub(super) fn pool<'a>(
    context: &'a mut Context<'_>,
    input: &Value,
) -> Result<(String, &'a mut Pool), Failure> {
    let id = text(input, "UserPoolId").unwrap_or_default();
    let missing = || {
        Failure::new(
            "ResourceNotFoundException",
            format!("User pool {id} does not exist."),
        )
    };
    let pool = context.here().pools.get_mut(id).ok_or_else(missing)?;
    Ok((id.to_owned(), pool))
}

/// The client that the input names, in its pool.
pub(super) fn client<'a>(pool: &'a Pool, input: &Value) -> Result<(&'a str, &'a RawMembers), Failure> {
    let id = text(input, "ClientId").unwrap_or_default();
    let missing = || {
        Failure::new(
            "ResourceNotFoundException",
            format!("User pool client {id} does not exist."),
        )
    };
    pool.clients
        .get_key_value(id)
        .map(|(id, client)| (id.as_str(), client))
        .ok_or_else(missing)
}

/// The members of these names that are there.
fn only(raw: &RawMembers, names: &[&str]) -> RawMembers {
    let pick = |name: &&str| Some(((*name).to_owned(), raw.get(*name)?.clone()));
    names.iter().filter_map(pick).collect()
}

pub(super) fn list_user_pools(context: &mut Context<'_>, input: &Value) -> Answer {
    let size = context.page(input.get("MaxResults"), MOST);
    let hollow = context.behaviour.hollow_pages;
    let brief = [
        "Name",
        "LambdaConfig",
        "Status",
        "LastModifiedDate",
        "CreationDate",
    ];
    let found = context::page(
        &context.here().pools,
        (text(input, "NextToken"), size, hollow),
        |id, pool| {
            let mut members = Map::from_iter([("Id".to_owned(), json!(id))]);
            members.extend(only(&pool.user_pool, &brief));
            Some(Value::Object(members))
        },
    )?;
    Ok(found.listing("UserPools"))
}

pub(super) fn list_user_pool_clients(context: &mut Context<'_>, input: &Value) -> Answer {
    let size = context.page(input.get("MaxResults"), MOST);
    let hollow = context.behaviour.hollow_pages;
    let (pool_id, pool) = pool(context, input)?;
    let found = context::page(
        &pool.clients,
        (text(input, "NextToken"), size, hollow),
        |id, client| {
            let mut members = only(client, &["ClientName"]);
            members.insert("ClientId".into(), json!(id));
            members.insert("UserPoolId".into(), json!(pool_id));
            Some(Value::Object(members))
        },
    )?;
    Ok(found.listing("UserPoolClients"))
}

pub(super) fn describe_user_pool(context: &mut Context<'_>, input: &Value) -> Answer {
    let arn = arn(context, input);
    let (id, pool) = pool(context, input)?;
    let mut members = pool.user_pool.clone();
    members.insert("Id".into(), json!(id));
    members.entry("Arn").or_insert_with(|| json!(arn));
    mirror_validity(&mut members);
    Ok(json!({ "UserPool": members }))
}

/// `UnusedAccountValidityDays` is always read as the other number (docs/facts.md, "Members that must agree").
fn mirror_validity(members: &mut RawMembers) {
    let policies = members.get("Policies");
    let days = policies.and_then(|p| p.pointer("/PasswordPolicy/TemporaryPasswordValidityDays"));
    let days = days.cloned();
    if let (Some(days), Some(Value::Object(config))) = (days, members.get_mut("AdminCreateUserConfig")) {
        config.insert("UnusedAccountValidityDays".into(), days);
    }
}

fn arn(context: &Context<'_>, input: &Value) -> String {
    let id = text(input, "UserPoolId").unwrap_or_default();
    format!(
        "arn:aws:cognito-idp:{}:{}:userpool/{id}",
        context.region, context.caller.account
    )
}

pub(super) fn get_user_pool_mfa_config(context: &mut Context<'_>, input: &Value) -> Answer {
    let (_, pool) = pool(context, input)?;
    let mut members = pool.mfa.clone();
    let mode = pool.user_pool.get("MfaConfiguration").cloned();
    members.insert("MfaConfiguration".into(), mode.unwrap_or_else(|| json!("OFF")));
    Ok(Value::Object(members))
}

pub(super) fn describe_user_pool_client(context: &mut Context<'_>, input: &Value) -> Answer {
    let (pool_id, pool) = pool(context, input)?;
    let (id, client) = client(pool, input)?;
    let mut members = client.clone();
    members.insert("ClientId".into(), json!(id));
    members.insert("UserPoolId".into(), json!(pool_id));
    Ok(json!({ "UserPoolClient": members }))
}

pub(super) fn get_log_delivery_configuration(context: &mut Context<'_>, input: &Value) -> Answer {
    let absent = context.behaviour.no_log_delivery_is_absent;
    let (id, pool) = pool(context, input)?;
    Ok(match &pool.log_configurations {
        None if absent => json!({ "LogDeliveryConfiguration": { "UserPoolId": id } }),
        _ => json!({ "LogDeliveryConfiguration": described(&id, pool) }),
    })
}

pub(super) fn list_tags_for_resource(context: &mut Context<'_>, input: &Value) -> Answer {
    let resource = text(input, "ResourceArn").unwrap_or_default();
    let id = resource.rsplit_once("userpool/").map_or("", |(_, id)| id);
    let (_, pool) = pool(context, &json!({ "UserPoolId": id }))?;
    let tags = pool.user_pool.get("UserPoolTags").cloned();
    Ok(json!({ "Tags": tags.unwrap_or_else(|| json!({})) }))
}

/// `LogDeliveryConfiguration` of a pool.
pub(super) fn described(id: &str, pool: &Pool) -> RawMembers {
    let mut members = pool.log_delivery.clone();
    members.insert("UserPoolId".into(), json!(id));
    let list = pool.log_configurations.as_deref().unwrap_or_default();
    members.insert("LogConfigurations".into(), json!(list));
    members
}
