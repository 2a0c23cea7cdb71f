//! AWS STS: who calls, and roles.

use serde_json::{Value, json};

use crate::simulator::clock;
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::service::Service;
use crate::simulator::state::{AwsState, Identity, Role};

/// How long a session lasts, in seconds. It is answered, and not enforced.
const SESSION: f64 = 3600.0;

/// The operation that needs no signature: its token says who calls.
pub(super) const UNSIGNED: &str = "AssumeRoleWithWebIdentity";

/// Carries out an operation; `None` if there is none of this name.
pub(super) fn call(context: &mut Context<'_>, operation: &str, input: &Value) -> Option<Answer> {
    Some(match operation {
        "GetCallerIdentity" => Ok(caller_identity(context)),
        "AssumeRole" => assume_role(context, input),
        UNSIGNED => assume_role_with_web_identity(context, input),
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
    let wanted = Wanted::read(input)?;
    let denied = || wanted.denied(context, "AssumeRole");
    let role = wanted.role(context.world).ok_or_else(denied)?;
    let given = text(input, "ExternalId");
    if role.external_id.as_deref().is_some_and(|id| id != given) {
        return Err(denied());
    }
    Ok(wanted.session(context))
}

/// The same for a token of an identity provider; this call is not signed.
fn assume_role_with_web_identity(context: &mut Context<'_>, input: &Value) -> Answer {
    let wanted = Wanted::read(input)?;
    let denied = || wanted.denied(context, "AssumeRoleWithWebIdentity");
    let role = wanted.role(context.world).ok_or_else(denied)?;
    let token = role.web_identity_token.as_deref().ok_or_else(denied)?;
    if token != text(input, "WebIdentityToken") {
        let what = "The web identity token that was passed is not valid.";
        return Err(Failure::new("InvalidIdentityToken", what));
    }
    Ok(wanted.session(context))
}

fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The session that is asked for.
struct Wanted {
    role_arn: String,
    account: String,
    role: String,
    session: String,
}

impl Wanted {
    fn read(input: &Value) -> Result<Self, Failure> {
        let (role_arn, session) = (text(input, "RoleArn"), text(input, "RoleSessionName"));
        let invalid = || Failure::new("ValidationError", "RoleArn and RoleSessionName must be given");
        let (account, role) = role(role_arn)
            .filter(|_| !session.is_empty())
            .ok_or_else(invalid)?;
        Ok(Self {
            role_arn: role_arn.to_owned(),
            account: account.to_owned(),
            role: role.to_owned(),
            session: session.to_owned(),
        })
    }

    fn role<'a>(&self, world: &'a AwsState) -> Option<&'a Role> {
        world.accounts.get(&self.account)?.roles.get(&self.role)
    }

    fn denied(&self, context: &Context<'_>, operation: &str) -> Failure {
        let mut failure = Service::Sts.denied(&context.caller.arn, operation);
        failure.message = format!("{} on resource: {}", failure.message, self.role_arn);
        failure
    }

    /// Makes the keys known.
    fn session(&self, context: &mut Context<'_>) -> Value {
        let Self {
            account,
            role,
            session,
            ..
        } = self;
        let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
        let key = format!("ASIA{:012}", context.world.access_keys.len());
        let identity = Identity {
            account: account.clone(),
            arn: arn.clone(),
        };
        context.world.access_keys.insert(key.clone(), identity);
        json!({
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": "simulated",
                "SessionToken": "simulated",
                "Expiration": clock::text(context.now + SESSION),
            },
            "AssumedRoleUser": { "AssumedRoleId": format!("AROAEXAMPLE:{session}"), "Arn": arn },
        })
    }
}

/// Account and name of a role by its ARN; a path is not part of the name.
fn role(arn: &str) -> Option<(&str, &str)> {
    let (account, path) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    Some((account, path.rsplit('/').next()?))
}
