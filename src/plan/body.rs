//! Request bodies: a posture's risk configurations as the API takes them.

use serde_json::{Map, Value, json};

use crate::json::present;
use crate::model::effective::AddressList;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications, TemplateKind, TemplatePart};
use crate::model::response::{
    AccountTakeover, CompromisedCredentials, Response, RiskConfiguration, RiskLevel,
};
use crate::plan::setting::{RiskSetting, SenderField};
use crate::pointer::Pointer;

const TAKEOVER: &str = "AccountTakeoverRiskConfiguration";
const CREDENTIALS: &str = "CompromisedCredentialsRiskConfiguration";
const EXCEPTIONS: &str = "RiskExceptionConfiguration";

/// What a call of `SetRiskConfiguration` sets of a configuration, as its API names the members: all sections that it has,
/// or only some settings, where null takes a place away. Everything else of the object is completed from what the service
/// describes, when the call is made. A section that is not there is left out, which the API reads as "not there", never as
/// "keep" (docs/facts.md, "`SetRiskConfiguration` and its limits").
pub fn risk_members(risk: &RiskConfiguration, only: Option<&[RiskSetting]>) -> Map<String, Value> {
    let Some(leaves) = only else {
        return sections(risk);
    };
    let whole = Value::Object(sections(risk));
    let mut patch = json!({});
    for place in leaves.iter().flat_map(|leaf| risk_places(*leaf)) {
        let mut into = &mut patch;
        for token in place.tokens() {
            into = &mut into[token];
        }
        *into = whole.pointer(place.as_str()).cloned().unwrap_or_default();
    }
    match patch {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The places of a leaf in `RiskConfiguration`.
pub fn risk_places(leaf: RiskSetting) -> Vec<Pointer> {
    let place = |path: &[&str]| path.iter().fold(Pointer::root(), |place, name| place.child(name));
    let notify = |path: &[&str]| place(&[&[TAKEOVER, "NotifyConfiguration"], path].concat());
    match leaf {
        RiskSetting::Level(level) => {
            let level = match level {
                RiskLevel::Low => "LowAction",
                RiskLevel::Medium => "MediumAction",
                RiskLevel::High => "HighAction",
            };
            ["EventAction", "Notify"]
                .map(|name| place(&[TAKEOVER, "Actions", level, name]))
                .to_vec()
        }
        RiskSetting::Sender(part) => vec![notify(&[match part {
            SenderField::SourceArn => "SourceArn",
            SenderField::From => "From",
            SenderField::ReplyTo => "ReplyTo",
        }])],
        RiskSetting::Template(kind, part) => {
            let email = match kind {
                TemplateKind::Block => "BlockEmail",
                TemplateKind::Mfa => "MfaEmail",
                TemplateKind::NoAction => "NoActionEmail",
            };
            let text = match part {
                TemplatePart::Subject => "Subject",
                TemplatePart::Html => "HtmlBody",
                TemplatePart::Text => "TextBody",
            };
            vec![notify(&[email, text])]
        }
        RiskSetting::Compromised => vec![
            place(&[CREDENTIALS, "Actions", "EventAction"]),
            place(&[CREDENTIALS, "EventFilter"]),
        ],
        RiskSetting::Ranges(list) => vec![place(&[
            EXCEPTIONS,
            match list {
                AddressList::Block => "BlockedIPRangeList",
                AddressList::Allow => "SkippedIPRangeList",
            },
        ])],
    }
}

/// The sections that a configuration has.
fn sections(risk: &RiskConfiguration) -> Map<String, Value> {
    let exceptions = |section: &RiskExceptions| {
        json!({
            "BlockedIPRangeList": ranges(&section.always_block),
            "SkippedIPRangeList": ranges(&section.always_allow),
        })
    };
    present([
        (TAKEOVER, risk.account_takeover.as_ref().map(account_takeover)),
        (
            CREDENTIALS,
            risk.compromised_credentials.as_ref().map(compromised),
        ),
        (EXCEPTIONS, risk.risk_exceptions.as_ref().map(exceptions)),
    ])
}

fn account_takeover(section: &AccountTakeover) -> Value {
    let response = |Response { action, notify }| json!({"EventAction": action.as_str(), "Notify": notify});
    let actions = present([
        ("HighAction", section.high.map(response)),
        ("LowAction", section.low.map(response)),
        ("MediumAction", section.medium.map(response)),
    ]);
    let mut value = json!({ "Actions": actions });
    if let Some(notifications) = &section.notifications {
        value["NotifyConfiguration"] = self::notifications(notifications);
    }
    value
}

fn notifications(section: &Notifications) -> Value {
    Value::Object(present([
        ("BlockEmail", section.block_email.as_ref().map(template)),
        ("From", section.from.clone().map(Value::from)),
        ("MfaEmail", section.mfa_email.as_ref().map(template)),
        ("NoActionEmail", section.no_action_email.as_ref().map(template)),
        ("ReplyTo", section.reply_to.clone().map(Value::from)),
        ("SourceArn", filled(&section.source_arn)),
    ]))
}

fn template(email: &EmailTemplate) -> Value {
    Value::Object(present([
        ("HtmlBody", email.html.clone().map(Value::from)),
        ("Subject", filled(&email.subject)),
        ("TextBody", email.text.clone().map(Value::from)),
    ]))
}

fn compromised(section: &CompromisedCredentials) -> Value {
    let mut value = json!({"Actions": {"EventAction": section.action.as_str()}});
    // An empty filter reads back as `[]` and means all events; leaving it out is the documented way.
    if !section.events.is_empty() {
        value["EventFilter"] = section.events.iter().map(|event| event.as_str()).collect();
    }
    value
}

fn ranges(list: &[IpRange]) -> Value {
    list.iter().map(|range| range.text.as_str()).collect()
}

/// A text that must have something in it where it is there.
fn filled(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| text.into())
}
