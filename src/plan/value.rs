//! What a leaf holds in a posture, in the policy language's words, whether two postures hold the same, and how it is
//! copied.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::client::{Client, DEFAULT_FLOWS, Override};
use crate::model::client_setting::ClientSetting;
use crate::model::effective::AddressList;
use crate::model::exception::IpRange;
use crate::model::log_delivery::LogSource;
use crate::model::notification::{EmailTemplate, Notifications, TemplateKind, TemplatePart};
use crate::model::posture::Posture;
use crate::model::response::{AccountTakeover, Response, RiskConfiguration, RiskLevel};
use crate::plan::setting::{Auth, Holder, RiskSetting, SenderField, Setting, mode_of};
use crate::policy::write;

/// What a leaf holds, as it is written or was read: this is what is shown, saved and sent. `None` where nothing is
/// configured.
pub fn get(leaf: &Setting, posture: &Posture) -> Option<Value> {
    match leaf {
        Setting::FeaturePlan => posture.feature_plan.map(api_name),
        Setting::Mode(auth) => mode_of(posture.mode, *auth).map(api_name),
        Setting::Mfa => posture.mfa.configuration.map(api_name),
        Setting::MfaFactors => posture
            .mfa
            .factors
            .as_ref()
            .map(|set| set.iter().map(api_name).collect()),
        Setting::Risk(holder, leaf) => risk_value(risk(posture, holder)?, *leaf),
        Setting::Override(key) => match &client(posture, key)?.risk {
            Override::Unknown => None,
            Override::Inherit => Some("inherit".into()),
            Override::Own(own) => Some(Value::Object(write::risk(own))),
        },
        Setting::Client(key, setting) => client(posture, key)?.settings.get(*setting).map(Value::from),
        // Alarms have no fixed place in an observed posture: `alarms` matches and compares them.
        Setting::Alarm(_) => None,
        Setting::LogDelivery(source) => {
            let logs = posture.log_delivery.as_ref()?;
            logs.delivered(*source).map(write::delivery)
        }
    }
}

/// What a leaf holds, for comparisons alone: ranges ordered, without repetition and as network addresses, and logs and
/// flows as AWS takes them where nothing is written. Equal values mean the same to AWS.
pub fn compared(leaf: &Setting, posture: &Posture) -> Option<Value> {
    match leaf {
        Setting::Risk(holder, RiskSetting::Ranges(list)) => Some(
            range_set(ranges(risk(posture, holder)?, *list))
                .into_iter()
                .collect(),
        ),
        Setting::Override(key) => match &client(posture, key)?.risk {
            Override::Own(own) => Some(Value::Object(write::risk(&canonical(own)))),
            Override::Inherit | Override::Unknown => get(leaf, posture),
        },
        Setting::Client(key, ClientSetting::AuthFlows) if client(posture, key)?.has_default_flows() => {
            Some(DEFAULT_FLOWS.into_iter().collect())
        }
        Setting::LogDelivery(source) => {
            let mut value = get(leaf, posture)?;
            if value.get("level").is_none() {
                value["level"] = source.level().into();
            }
            Some(value)
        }
        _ => get(leaf, posture),
    }
}

/// Copies a leaf from one posture into another. A leaf that `from` does not have is taken away.
pub fn copy(leaf: &Setting, from: &Posture, into: &mut Posture) {
    match leaf {
        Setting::FeaturePlan => into.feature_plan = from.feature_plan,
        Setting::Mode(Auth::Standard) => into.mode.standard = from.mode.standard,
        Setting::Mode(Auth::Custom) => into.mode.custom = from.mode.custom,
        Setting::Mfa => into.mfa.configuration = from.mfa.configuration,
        Setting::MfaFactors => into.mfa.factors.clone_from(&from.mfa.factors),
        Setting::Risk(holder, leaf) => {
            let empty = RiskConfiguration::default();
            let source = risk(from, holder).unwrap_or(&empty);
            if let Some(target) = risk_mut(into, holder) {
                copy_risk(*leaf, source, target);
            }
        }
        Setting::Override(key) => {
            let risk = client(from, key).map(|client| client.risk.clone());
            if let (Some(risk), Some(target)) = (risk, client_mut(into, key)) {
                target.risk = risk;
            }
        }
        Setting::Client(key, setting) => {
            if let (Some(source), Some(target)) = (client(from, key), client_mut(into, key)) {
                target.settings.copy(*setting, &source.settings);
            }
        }
        // Matched in `alarms`; they do not decide what happens to a request.
        Setting::Alarm(_) => {}
        Setting::LogDelivery(source) => {
            let mut whole = into.log_delivery.take().unwrap_or_default();
            let given = from.log_delivery.as_ref();
            let given = given.and_then(|logs| logs.delivered(*source)).cloned();
            match source {
                LogSource::UserAuthEvents => whole.user_auth_events = given,
                LogSource::UserNotification => whole.user_notification = given,
            }
            into.log_delivery = Some(whole);
        }
    }
}

/// A client by its key.
pub(super) fn client<'a>(posture: &'a Posture, key: &str) -> Option<&'a Client> {
    posture.clients.iter().find(|client| client.key == key)
}

fn client_mut<'a>(posture: &'a mut Posture, key: &str) -> Option<&'a mut Client> {
    posture.clients.iter_mut().find(|client| client.key == key)
}

/// A risk configuration; `None` for a client without one of its own.
pub(super) fn risk<'a>(posture: &'a Posture, holder: &Holder) -> Option<&'a RiskConfiguration> {
    match holder {
        Holder::Pool => Some(&posture.responses),
        Holder::Client(key) => match &client(posture, key)?.risk {
            Override::Own(own) => Some(own),
            Override::Inherit | Override::Unknown => None,
        },
    }
}

fn risk_mut<'a>(posture: &'a mut Posture, holder: &Holder) -> Option<&'a mut RiskConfiguration> {
    match holder {
        Holder::Pool => Some(&mut posture.responses),
        Holder::Client(key) => match &mut client_mut(posture, key)?.risk {
            Override::Own(own) => Some(own),
            Override::Inherit | Override::Unknown => None,
        },
    }
}

fn risk_value(risk: &RiskConfiguration, leaf: RiskSetting) -> Option<Value> {
    let takeover = risk.account_takeover.as_ref();
    let notifications = || takeover.and_then(|section| section.notifications.as_ref());
    match leaf {
        RiskSetting::Level(level) => takeover?.at(level).map(write::response),
        RiskSetting::Sender(part) => sender(notifications()?, part).map(Value::from),
        RiskSetting::Template(kind, part) => text(notifications()?.template(kind)?, part).map(Value::from),
        RiskSetting::Compromised => risk.compromised_credentials.as_ref().map(write::compromised),
        // A list that is not there and an empty one are the same thing.
        RiskSetting::Ranges(list) => Some(
            ranges(risk, list)
                .iter()
                .map(|range| range.text.as_str())
                .collect(),
        ),
    }
}

fn ranges(risk: &RiskConfiguration, list: AddressList) -> &[IpRange] {
    let lists = risk.risk_exceptions.as_ref();
    let list = lists.map(|lists| match list {
        AddressList::Block => &lists.always_block,
        AddressList::Allow => &lists.always_allow,
    });
    list.map_or(&[], Vec::as_slice)
}

fn range_set(list: &[IpRange]) -> BTreeSet<String> {
    list.iter().map(range_text).collect()
}

/// The network address where the text is a range, else the text.
fn range_text(range: &IpRange) -> String {
    range
        .net()
        .map_or_else(|| range.text.clone(), |net| net.to_string())
}

/// A configuration as it compares: ranges canonical.
fn canonical(risk: &RiskConfiguration) -> RiskConfiguration {
    let mut risk = risk.clone();
    if let Some(lists) = &mut risk.risk_exceptions {
        for list in [&mut lists.always_block, &mut lists.always_allow] {
            *list = range_set(list).iter().map(|text| IpRange::new(text)).collect();
        }
    }
    risk
}

fn sender(notifications: &Notifications, part: SenderField) -> Option<String> {
    let text = match part {
        SenderField::SourceArn => Some(&notifications.source_arn),
        SenderField::From => notifications.from.as_ref(),
        SenderField::ReplyTo => notifications.reply_to.as_ref(),
    };
    text.filter(|text| !text.is_empty()).cloned()
}

fn text(email: &EmailTemplate, part: TemplatePart) -> Option<String> {
    let text = match part {
        TemplatePart::Subject => Some(&email.subject),
        TemplatePart::Html => email.html.as_ref(),
        TemplatePart::Text => email.text.as_ref(),
    };
    text.filter(|text| !text.is_empty()).cloned()
}

fn copy_risk(leaf: RiskSetting, from: &RiskConfiguration, into: &mut RiskConfiguration) {
    match leaf {
        RiskSetting::Level(level) => {
            let answer = from
                .account_takeover
                .as_ref()
                .and_then(|section| section.at(level));
            set_level(takeover_mut(into), level, answer);
        }
        RiskSetting::Sender(part) => {
            let value = notifications(from).and_then(|section| sender(section, part));
            let section = notifications_mut(into);
            match part {
                SenderField::SourceArn => section.source_arn = value.unwrap_or_default(),
                SenderField::From => section.from = value,
                SenderField::ReplyTo => section.reply_to = value,
            }
        }
        RiskSetting::Template(kind, part) => {
            let email = notifications(from).and_then(|section| section.template(kind));
            let value = email.and_then(|email| text(email, part));
            let email = template_mut(notifications_mut(into), kind);
            match part {
                TemplatePart::Subject => email.subject = value.unwrap_or_default(),
                TemplatePart::Html => email.html = value,
                TemplatePart::Text => email.text = value,
            }
        }
        RiskSetting::Compromised => into
            .compromised_credentials
            .clone_from(&from.compromised_credentials),
        RiskSetting::Ranges(list) => {
            let given = from.risk_exceptions.clone().unwrap_or_default();
            let lists = into.risk_exceptions.get_or_insert_default();
            match list {
                AddressList::Block => lists.always_block = given.always_block,
                AddressList::Allow => lists.always_allow = given.always_allow,
            }
        }
    }
    tidy(into);
}

/// Takes away sections that a copy left with nothing in them: an empty one is not a configured one.
fn tidy(risk: &mut RiskConfiguration) {
    if let Some(takeover) = &mut risk.account_takeover {
        if let Some(section) = &mut takeover.notifications {
            for email in [
                &mut section.block_email,
                &mut section.mfa_email,
                &mut section.no_action_email,
            ] {
                email.take_if(|email| *email == EmailTemplate::default());
            }
        }
        takeover
            .notifications
            .take_if(|section| *section == Notifications::default());
    }
    risk.account_takeover
        .take_if(|section| *section == AccountTakeover::default());
    risk.risk_exceptions
        .take_if(|lists| lists.always_allow.is_empty() && lists.always_block.is_empty());
}

fn takeover_mut(risk: &mut RiskConfiguration) -> &mut AccountTakeover {
    risk.account_takeover.get_or_insert_default()
}

fn notifications(risk: &RiskConfiguration) -> Option<&Notifications> {
    risk.account_takeover.as_ref()?.notifications.as_ref()
}

fn notifications_mut(risk: &mut RiskConfiguration) -> &mut Notifications {
    takeover_mut(risk).notifications.get_or_insert_default()
}

fn template_mut(section: &mut Notifications, kind: TemplateKind) -> &mut EmailTemplate {
    match kind {
        TemplateKind::Block => &mut section.block_email,
        TemplateKind::Mfa => &mut section.mfa_email,
        TemplateKind::NoAction => &mut section.no_action_email,
    }
    .get_or_insert_default()
}

fn set_level(section: &mut AccountTakeover, level: RiskLevel, answer: Option<Response>) {
    match level {
        RiskLevel::Low => section.low = answer,
        RiskLevel::Medium => section.medium = answer,
        RiskLevel::High => section.high = answer,
    }
}

/// The API's word of an enum value.
fn api_name(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
