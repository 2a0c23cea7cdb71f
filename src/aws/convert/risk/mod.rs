//! `DescribeRiskConfiguration`, with its four answers for "nothing configured".
//! docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured".

use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, DecodeError};
use crate::aws::error::{CallError, Fault};
use crate::ident::words;
use crate::model::client::Override;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};

/// What CloudFormation writes for the pool as a whole; whether the service echoes it is unconfirmed.
const WHOLE_POOL: &str = "ALL";

/// The pool's own configuration, of a pool that is known to exist: empty where nothing is configured, which the
/// service may say by an answer without sections, by empty sections, by "not found" or by "add-on not enabled".
///
/// # Errors
/// The call failed, or the answer is not understood: one of a client is not the pool's.
pub fn pool_risk(answer: Result<Value, CallError>) -> Result<RiskConfiguration, CallError> {
    let Some(body) = configured(answer)? else {
        return Ok(RiskConfiguration::default());
    };
    let root = Cursor::new(&body).member("RiskConfiguration")?;
    match of_client(&root)? {
        None => Ok(sections(&root)?.unwrap_or_default()),
        Some(_) => Err(root.member("ClientId")?.decode_error().into()),
    }
}

/// A client's configuration, of a client that is known to exist. It is its own where the answer names the client and
/// has sections: to set one without sections is to remove it. Without the client's id, or with the pool's `ALL`, it
/// is inherited, whatever sections the answer has.
///
/// # Errors
/// The call failed, or the answer is not understood: one of another client is not this one's.
pub fn client_risk(answer: Result<Value, CallError>, client: &str) -> Result<Override, CallError> {
    let Some(body) = configured(answer)? else {
        return Ok(Override::Inherit);
    };
    let root = Cursor::new(&body).member("RiskConfiguration")?;
    match of_client(&root)? {
        None => Ok(Override::Inherit),
        Some(id) if id == client => {
            let own = sections(&root)?.map(|own| Override::Own(Box::new(own)));
            Ok(own.unwrap_or(Override::Inherit))
        }
        Some(_) => Err(root.member("ClientId")?.decode_error().into()),
    }
}

/// The body, or `None` where the error says that nothing is configured.
fn configured(answer: Result<Value, CallError>) -> Result<Option<Value>, CallError> {
    match answer {
        Ok(body) => Ok(Some(body)),
        Err(error) => match error.fault {
            Fault::NotFound | Fault::AddOnNotEnabled => Ok(None),
            Fault::Failed(_) => Err(error),
        },
    }
}

fn of_client<'a>(root: &Cursor<'a>) -> Result<Option<&'a str>, DecodeError> {
    let id = root.member("ClientId")?.text()?;
    Ok(id.filter(|id| !id.is_empty() && *id != WHOLE_POOL))
}

/// All sections; `None` where none of them says anything. A configuration that says nothing but what is unknown is
/// not taken for none.
fn sections(root: &Cursor<'_>) -> Result<Option<RiskConfiguration>, DecodeError> {
    let found = RiskConfiguration {
        account_takeover: account_takeover(&root.member(TAKEOVER)?)?,
        compromised_credentials: compromised(&root.member(CREDENTIALS)?)?,
        risk_exceptions: exceptions(&root.member(EXCEPTIONS)?)?,
    };
    let listed = found
        .risk_exceptions
        .as_ref()
        .is_some_and(|lists| *lists != RiskExceptions::default());
    let says = found.account_takeover.is_some() || found.compromised_credentials.is_some() || listed;
    let known = [
        TAKEOVER,
        CREDENTIALS,
        EXCEPTIONS,
        "UserPoolId",
        "ClientId",
        "LastModifiedDate",
    ];
    root.understood(says.then_some(found), &known)
}

const TAKEOVER: &str = "AccountTakeoverRiskConfiguration";
const CREDENTIALS: &str = "CompromisedCredentialsRiskConfiguration";
const EXCEPTIONS: &str = "RiskExceptionConfiguration";

fn account_takeover(section: &Cursor<'_>) -> Result<Option<AccountTakeover>, DecodeError> {
    let actions = section.member("Actions")?;
    let found = AccountTakeover {
        low: response(&actions.member("LowAction")?)?,
        medium: response(&actions.member("MediumAction")?)?,
        high: response(&actions.member("HighAction")?)?,
        notifications: notifications(&section.member("NotifyConfiguration")?)?,
    };
    let found = (found != AccountTakeover::default()).then_some(found);
    let found = actions.understood(found, &["LowAction", "MediumAction", "HighAction"])?;
    section.understood(found, &["Actions", "NotifyConfiguration"])
}

/// A level without an action has none configured, whatever else that is known it says.
fn response(level: &Cursor<'_>) -> Result<Option<Response>, DecodeError> {
    let notify = level.member("Notify")?.flag()?.unwrap_or(false);
    let action = level.member("EventAction")?.word(&words::<Action>())?;
    let response = action.map(|action| Response { action, notify });
    level.understood(response, &["Notify", "EventAction"])
}

fn notifications(section: &Cursor<'_>) -> Result<Option<Notifications>, DecodeError> {
    let found = Notifications {
        source_arn: section.member("SourceArn")?.owned()?.unwrap_or_default(),
        from: section.member("From")?.owned()?,
        reply_to: section.member("ReplyTo")?.owned()?,
        block_email: template(&section.member("BlockEmail")?)?,
        mfa_email: template(&section.member("MfaEmail")?)?,
        no_action_email: template(&section.member("NoActionEmail")?)?,
    };
    let known = [
        "SourceArn",
        "From",
        "ReplyTo",
        "BlockEmail",
        "MfaEmail",
        "NoActionEmail",
    ];
    section.understood((found != Notifications::default()).then_some(found), &known)
}

fn template(email: &Cursor<'_>) -> Result<Option<EmailTemplate>, DecodeError> {
    let found = EmailTemplate {
        subject: email.member("Subject")?.owned()?.unwrap_or_default(),
        html: email.member("HtmlBody")?.owned()?,
        text: email.member("TextBody")?.owned()?,
    };
    let found = (found != EmailTemplate::default()).then_some(found);
    email.understood(found, &["Subject", "HtmlBody", "TextBody"])
}

/// A section without an action has none configured. An empty filter means all events, as an absent one does.
fn compromised(section: &Cursor<'_>) -> Result<Option<CompromisedCredentials>, DecodeError> {
    let mut events = std::collections::BTreeSet::new();
    for item in section.member("EventFilter")?.items()? {
        events.insert(
            item.word(&words::<PasswordEvent>())?
                .ok_or_else(|| item.decode_error())?,
        );
    }
    let actions = section.member("Actions")?;
    let action = actions
        .member("EventAction")?
        .word(&words::<CompromisedAction>())?;
    let found = action.map(|action| CompromisedCredentials { action, events });
    let found = actions.understood(found, &["EventAction"])?;
    section.understood(found, &["Actions", "EventFilter"])
}

/// A section with lists is there even where they are empty.
fn exceptions(section: &Cursor<'_>) -> Result<Option<RiskExceptions>, DecodeError> {
    let (blocked, skipped) = (
        section.member("BlockedIPRangeList")?,
        section.member("SkippedIPRangeList")?,
    );
    let found = RiskExceptions {
        always_block: ranges(&blocked)?,
        always_allow: ranges(&skipped)?,
    };
    let listed = (found != RiskExceptions::default()).then(|| found.clone());
    let listed = section.understood(listed, &["BlockedIPRangeList", "SkippedIPRangeList"])?;
    let is_there = blocked.exists() || skipped.exists();
    Ok(listed.or(is_there.then_some(found)))
}

fn ranges(list: &Cursor<'_>) -> Result<Vec<IpRange>, DecodeError> {
    let texts: Vec<String> = list.texts()?;
    Ok(texts.iter().map(|text| IpRange::new(text)).collect())
}

#[cfg(test)]
mod tests;
