//! `UpdateUserPoolClient`. docs/facts.md, "`UpdateUserPoolClient` resets what is not sent".

use serde_json::{Value, json};

use crate::simulator::cognito::read::{client, describe_user_pool_client, pool};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::options::Update;
use crate::simulator::state::RawMembers;
use crate::simulator::times::touch;

/// Members that `DescribeUserPoolClient` answers and no update can send.
const READ_ONLY: [&str; 4] = ["ClientSecret", "ClientType", "CreationDate", "LastModifiedDate"];

pub(super) fn update(context: &mut Context<'_>, input: &Value) -> Answer {
    let (update, now) = (context.behaviour.update, context.now);
    let keeps = update == Update::Measured;
    let (_, pool) = pool(context, input)?;
    let (id, old) = client(pool, input)?;
    let (id, mut new) = (id.to_owned(), old.clone());
    new.retain(|name, _| keeps || name == "ClientName" || READ_ONLY.contains(&name.as_str()));
    for (name, value) in input.as_object().into_iter().flatten() {
        let is_id = matches!(name.as_str(), "UserPoolId" | "ClientId");
        if !is_id && !READ_ONLY.contains(&name.as_str()) && !value.is_null() {
            new.insert(name.clone(), value.clone());
        }
    }
    let propagates = new.get("EnablePropagateAdditionalUserContextData") == Some(&json!(true));
    if propagates && !new.contains_key("ClientSecret") {
        let what = "Client Secret is required to set EnablePropagateAdditionalUserContextData as true";
        return Err(Failure::invalid(what));
    }
    if update != Update::Bare {
        complete(&mut new);
    }
    touch(&mut new, now);
    pool.clients.insert(id, new);
    describe_user_pool_client(context, input)
}

fn complete(new: &mut RawMembers) {
    if new
        .get("RefreshTokenValidity")
        .and_then(Value::as_i64)
        .is_none_or(|days| days == 0)
    {
        new.insert("RefreshTokenValidity".into(), json!(30));
    }
    let flows = [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
    ];
    for (name, value) in [
        ("ExplicitAuthFlows", json!(flows)),
        ("AllowedOAuthFlowsUserPoolClient", json!(false)),
        ("EnableTokenRevocation", json!(true)),
        ("EnablePropagateAdditionalUserContextData", json!(false)),
        ("PreventUserExistenceErrors", json!("LEGACY")),
        ("AuthSessionValidity", json!(3)),
    ] {
        new.entry(name).or_insert(value);
    }
}
