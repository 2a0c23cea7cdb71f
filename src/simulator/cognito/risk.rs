//! Risk configurations. docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured".

use serde_json::{Value, json};

use crate::simulator::cognito::read::{client, mode_is_off, pool, text};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::options::{AllClients, NoClientConfiguration, NoPoolConfiguration};
use crate::simulator::state::{Pool, RawMembers};

/// CloudFormation's word for "the pool, not one client".
pub(super) const ALL: &str = "ALL";

/// The key of the pool's own configuration among its configurations.
pub(super) const POOL: &str = "";

/// The sections of a configuration.
const SECTIONS: [&str; 3] = [
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
];

/// The key of the configuration that is meant, once its client is known to exist.
pub(super) fn key(pool: &Pool, input: &Value) -> Result<String, Failure> {
    match text(input, "ClientId") {
        None | Some(ALL) => Ok(POOL.to_owned()),
        Some(_) => client(pool, input).map(|(id, _)| id.to_owned()),
    }
}

pub(super) fn describe(context: &mut Context<'_>, input: &Value) -> Answer {
    let behaviour = context.behaviour.clone();
    let (pool_id, pool) = pool(context, input)?;
    let key = key(pool, input)?;
    if behaviour.off_hides_responses && mode_is_off(pool) {
        return Err(add_on_not_enabled());
    }
    let own = pool.risk_configurations.get(&key);
    let mut members = match own {
        Some(own) => own.clone(),
        None if key == POOL => no_pool_configuration(behaviour.no_pool_configuration, &pool_id)?,
        None => match behaviour.no_client_configuration {
            NoClientConfiguration::OnlyIds => RawMembers::new(),
            NoClientConfiguration::NotFound => return Err(missing(&key)),
            NoClientConfiguration::PoolValues => match pool.risk_configurations.get(POOL) {
                Some(of_pool) => of_pool.clone(),
                None => no_pool_configuration(behaviour.no_pool_configuration, &pool_id)?,
            },
        },
    };
    members.insert("UserPoolId".into(), json!(pool_id));
    let ids_alone = behaviour.no_client_configuration == NoClientConfiguration::OnlyIds;
    let of_client = key != POOL && (own.is_some() || ids_alone);
    let asked = text(input, "ClientId") == Some(ALL);
    let all = match behaviour.all_clients {
        AllClients::Never => false,
        AllClients::WhenAsked => asked,
        AllClients::Always => true,
    };
    if of_client {
        members.insert("ClientId".into(), json!(key));
    } else if all {
        members.insert("ClientId".into(), json!(ALL));
    }
    Ok(json!({ "RiskConfiguration": members }))
}

fn no_pool_configuration(behaviour: NoPoolConfiguration, pool_id: &str) -> Result<RawMembers, Failure> {
    match behaviour {
        NoPoolConfiguration::OnlyPoolId => Ok(RawMembers::new()),
        NoPoolConfiguration::EmptySections => Ok(SECTIONS
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect()),
        NoPoolConfiguration::NotFound => Err(missing(pool_id)),
        NoPoolConfiguration::AddOnNotEnabled => Err(add_on_not_enabled()),
    }
}

fn missing(of: &str) -> Failure {
    Failure::new(
        "ResourceNotFoundException",
        format!("Risk configuration of {of} does not exist."),
    )
}

pub(super) fn add_on_not_enabled() -> Failure {
    Failure::new(
        "UserPoolAddOnNotEnabledException",
        "User pool add-on of advanced security is not enabled.",
    )
}
