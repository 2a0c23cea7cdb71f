//! Request bodies: a posture's risk configurations as the API takes them.

use serde_json::{Map, Value, json};

use crate::model::client::Override;
use crate::model::exception::IpRange;
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::posture::Posture;
use crate::model::response::{
    AccountTakeover, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
};

/// Whose risk configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The pool's.
    Pool,
    /// A client's own, by its key in the posture.
    Client(&'a str),
}

/// The body of `SetRiskConfiguration` for a pool or client of a posture
/// (docs/facts.md, "`SetRiskConfiguration` and its limits"). `None` when the posture names no single pool,
/// when the client has no id or no configuration of its own, or when the pool's configuration has no section: the
/// call would then reset it, which nobody asked for.
///
/// Members come in the API's alphabetical order; a section that the posture does not have is left out,
/// which the API reads as "not there", never as "keep".
#[must_use]
pub fn set_risk_configuration(posture: &Posture, scope: Scope<'_>) -> Option<Value> {
    let pool = posture.pool_id.as_deref()?;
    let (risk, client) = match scope {
        Scope::Pool => (&posture.responses, None),
        Scope::Client(key) => {
            let client = posture.clients.iter().find(|client| client.key == key)?;
            let Override::Own(own) = &client.risk else {
                return None;
            };
            (own.as_ref(), Some(client.id.as_deref()?))
        }
    };
    let RiskConfiguration {
        account_takeover,
        compromised_credentials,
        risk_exceptions,
    } = risk;
    if account_takeover.is_none() && compromised_credentials.is_none() && risk_exceptions.is_none() {
        return None;
    }
    let mut body = Map::new();
    let mut member = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    member(
        "AccountTakeoverRiskConfiguration",
        account_takeover.as_ref().map(self::account_takeover),
    );
    member("ClientId", client.map(Value::from));
    member(
        "CompromisedCredentialsRiskConfiguration",
        compromised_credentials.as_ref().map(compromised),
    );
    member(
        "RiskExceptionConfiguration",
        risk_exceptions.as_ref().map(|section| {
            json!({
                "BlockedIPRangeList": ranges(&section.always_block),
                "SkippedIPRangeList": ranges(&section.always_allow),
            })
        }),
    );
    member("UserPoolId", Some(pool.into()));
    Some(Value::Object(body))
}

fn account_takeover(section: &AccountTakeover) -> Value {
    let levels = [
        ("HighAction", section.high),
        ("LowAction", section.low),
        ("MediumAction", section.medium),
    ];
    let response = |Response { action, notify }| json!({"EventAction": action.as_str(), "Notify": notify});
    let actions: Map<_, _> = levels
        .into_iter()
        .filter_map(|(name, level)| Some((name.to_owned(), response(level?))))
        .collect();
    let mut value = json!({ "Actions": actions });
    if let Some(notifications) = &section.notifications {
        value["NotifyConfiguration"] = self::notifications(notifications);
    }
    value
}

fn notifications(section: &Notifications) -> Value {
    let members = [
        ("BlockEmail", section.block_email.as_ref().map(template)),
        ("From", section.from.clone().map(Value::from)),
        ("MfaEmail", section.mfa_email.as_ref().map(template)),
        ("NoActionEmail", section.no_action_email.as_ref().map(template)),
        ("ReplyTo", section.reply_to.clone().map(Value::from)),
        ("SourceArn", Some(section.source_arn.as_str().into())),
    ];
    present(members)
}

fn template(email: &EmailTemplate) -> Value {
    present([
        ("HtmlBody", email.html.clone().map(Value::from)),
        ("Subject", Some(email.subject.as_str().into())),
        ("TextBody", email.text.clone().map(Value::from)),
    ])
}

fn compromised(section: &CompromisedCredentials) -> Value {
    let action = match section.action {
        CompromisedAction::Block => "BLOCK",
        CompromisedAction::NoAction => "NO_ACTION",
    };
    let mut value = json!({"Actions": {"EventAction": action}});
    // An empty filter reads back as `[]` and means all events; leaving it out is the documented way.
    if !section.events.is_empty() {
        value["EventFilter"] = section.events.iter().map(|event| event.as_str()).collect();
    }
    value
}

fn ranges(list: &[IpRange]) -> Value {
    list.iter().map(|range| range.text.as_str()).collect()
}

fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect())
}
