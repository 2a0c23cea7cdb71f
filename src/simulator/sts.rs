//! AWS STS: who calls, and roles.

use serde_json::{Value, json};

use crate::simulator::clock;
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::service::Service;
use crate::simulator::world::Identity;

/// How long a session lasts, in seconds. It is answered, and not enforced.
const SESSION: f64 = 3600.0;

/// Carries out an operation; `None` if there is none of this name.
pub(super) fn call(context: &mut Context<'_>, operation: &str, input: &Value) -> Option<Answer> {
    Some(match operation {
        "GetCallerIdentity" => Ok(caller_identity(context)),
        "AssumeRole" => assume_role(context, input),
        _ => return None,
    })
}

fn caller_identity(context: &Context<'_>) -> Value {
    let Identity { account, arn } = context.caller;
    json!({ "Arn": arn, "UserId": "AIDAEXAMPLE", "Account": account })
}

/// Gives keys for a role that exists and asks for no other external id. Trust policies are not
/// played: who may assume a role is not asked.
fn assume_role(context: &mut Context<'_>, input: &Value) -> Answer {
    let text = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let (role_arn, session) = (text("RoleArn"), text("RoleSessionName"));
    if role_arn.is_empty() || session.is_empty() {
        let what = "RoleArn and RoleSessionName must be given";
        return Err(Failure::new("ValidationError", what));
    }
    let denied = || {
        let mut failure = Service::Sts.denied(&context.caller.arn, "AssumeRole");
        failure.message = format!("{} on resource: {role_arn}", failure.message);
        failure
    };
    let (account, name) = role(role_arn).ok_or_else(denied)?;
    let known = context
        .world
        .accounts
        .get(account)
        .and_then(|a| a.roles.get(name));
    let known = known.ok_or_else(denied)?;
    if known
        .external_id
        .as_deref()
        .is_some_and(|id| id != text("ExternalId"))
    {
        return Err(denied());
    }
    let arn = format!("arn:aws:sts::{account}:assumed-role/{name}/{session}");
    let account = account.to_owned();
    let key = format!("ASIA{:012}", context.world.access_keys.len());
    let identity = Identity {
        account,
        arn: arn.clone(),
    };
    context.world.access_keys.insert(key.clone(), identity);
    Ok(json!({
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": "simulated",
            "SessionToken": "simulated",
            "Expiration": clock::text(context.now + SESSION),
        },
        "AssumedRoleUser": { "AssumedRoleId": format!("AROAEXAMPLE:{session}"), "Arn": arn },
    }))
}

/// Account and name of a role by its ARN; a path is not part of the name.
fn role(arn: &str) -> Option<(&str, &str)> {
    let (account, path) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    Some((account, path.rsplit('/').next()?))
}
