//! Pools out of resources: which client, risk configuration, alarm and log delivery belongs to which.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::posture::{DEFINE_AUTH_CHALLENGE, Origin, Part, Posture};
use crate::observe::template::read::{Notes, ValueReader, Words};
use crate::observe::template::resource::TemplateResource;
use crate::observe::template::value::{At, Symbol, Val, ValueData};

const CUSTOM_MODES: &Words<Mode> = &[("AUDIT", Mode::Audit), ("ENFORCED", Mode::Enforced)];

const FACTORS: &Words<MfaFactor> = &[
    ("SMS_MFA", MfaFactor::Sms),
    ("SOFTWARE_TOKEN_MFA", MfaFactor::SoftwareToken),
    ("EMAIL_OTP", MfaFactor::Email),
];

/// Why a part with a value that AWS does not know is not read.
const NOT_VALID: &str = "its value is not valid";

/// One pool in one case.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What stands for its id; `None` for a pool that is not in the files.
    pub symbol: Option<Symbol>,
    /// Where it stands.
    pub at: At,
    /// Its name. Hostile text.
    pub name: String,
    /// Tags that are known.
    pub tags: BTreeMap<String, String>,
    /// What is configured.
    pub posture: Posture,
    /// Places, and what is not known.
    pub notes: Notes,
    /// What stands for each client.
    pub clients: Vec<Option<Symbol>>,
    /// The construct that it is.
    pub construct: Option<String>,
}

/// A pool of the files, without what other resources add to it.
pub fn pool(reader: &mut ValueReader<'_>, resource: &TemplateResource) -> Draft {
    let mut notes = Notes::default();
    notes.place("", &resource.at);
    let name = resource.get("UserPoolName");
    let mut posture = Posture {
        origin: Origin::Observed,
        account: resource.account.clone(),
        region: resource.region.clone(),
        pool_id: Some(resource.id.clone().unwrap_or_else(|| resource.symbol.id.clone())),
        alarms: Some(Vec::new()),
        other_alarms: Some(Vec::new()),
        log_delivery: Some(LogDelivery::default()),
        domain: Some(false),
        ..Posture::default()
    };
    posture.feature_plan = plan(reader, resource, &mut notes);
    posture.mode = modes(reader, resource, &mut notes);
    posture.mfa = mfa(reader, resource, &mut notes);
    posture.triggers = match resource.get("LambdaConfig").data {
        ValueData::Absent => Some(BTreeSet::new()),
        ValueData::Map(entries, None) => Some(
            entries
                .into_iter()
                .map(|(key, _)| key)
                .filter(|key| key != "KMSKeyID")
                .collect(),
        ),
        _ => None,
    };
    let tags = match resource.get("UserPoolTags").data {
        ValueData::Map(entries, _) => entries
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.known()?)))
            .collect(),
        _ => BTreeMap::new(),
    };
    Draft {
        symbol: Some(resource.symbol.clone()),
        at: resource.at.clone(),
        name: if name.is_absent() {
            resource.symbol.id.clone()
        } else {
            name.shown()
        },
        tags,
        posture,
        notes,
        clients: Vec::new(),
        construct: resource.construct.clone(),
    }
}

/// A pool of which only other resources are in the files: nothing of it is read but what they show.
pub fn outside(why: &str, resource: &TemplateResource) -> Draft {
    let mut notes = Notes::default();
    notes.place("", &resource.at);
    let unread = [
        Part::Plan,
        Part::Mode,
        Part::Mfa,
        Part::Domain,
        Part::Triggers,
        Part::Responses,
        Part::Clients,
        Part::Alarms,
        Part::LogDelivery,
    ];
    for part in unread {
        notes
            .unread
            .insert((part, None), "the pool is not in the files".to_owned());
    }
    Draft {
        symbol: None,
        at: resource.at.clone(),
        name: why.to_owned(),
        tags: BTreeMap::new(),
        posture: Posture {
            origin: Origin::Observed,
            account: resource.account.clone(),
            region: resource.region.clone(),
            pool_id: Some(why.to_owned()),
            ..Posture::default()
        },
        notes,
        clients: Vec::new(),
        construct: None,
    }
}

/// The plan opens no case: rules take one that is not stated for unknown already.
fn plan(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Option<FeaturePlan> {
    let value = resource.get("UserPoolTier");
    notes.place("/feature_plan", &value.at);
    if value.known().is_none() {
        if !value.is_absent() {
            notes.unknown.insert("/feature_plan".to_owned(), value.shown());
        }
        return None;
    }
    reader.word(&value, FeaturePlan::WORDS).unwrap_or_default()
}

fn modes(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Modes {
    let add_ons = resource.get("UserPoolAddOns");
    let off = Modes {
        standard: Some(Mode::Off),
        custom: Some(Mode::Off),
    };
    let at = add_ons.at.clone();
    if let ValueData::Absent = add_ons.data {
        return off;
    }
    notes.place("/mode", &at);
    let ValueData::Map(_, open) = &add_ons.data else {
        notes.unread.insert((Part::Mode, None), add_ons.shown());
        return Modes::default();
    };
    let mut word = |value: Option<&Val>, pointer: &str, words| match (value, open) {
        (None, None) => Some(Mode::Off),
        (None, Some(open)) => {
            notes.unread.insert((Part::Mode, None), open.why.clone());
            None
        }
        (Some(value), _) => {
            notes.place(pointer, &value.at);
            let word = reader.word(value, words).ok();
            if word.is_none() {
                notes.unread.insert((Part::Mode, None), NOT_VALID.to_owned());
            }
            word.map(|word| word.unwrap_or(Mode::Off))
        }
    };
    let standard = word(add_ons.get("AdvancedSecurityMode"), "/mode/standard", Mode::WORDS);
    let flows = add_ons.get("AdvancedSecurityAdditionalFlows");
    let custom = match flows.map(|flows| &flows.data) {
        Some(ValueData::Open(open)) => {
            notes.unread.insert((Part::Mode, None), open.why.clone());
            None
        }
        _ => word(
            flows.and_then(|flows| flows.get("CustomAuthMode")),
            "/mode/custom",
            CUSTOM_MODES,
        ),
    };
    Modes { standard, custom }
}

fn mfa(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Mfa {
    let value = resource.get("MfaConfiguration");
    if !value.is_absent() {
        notes.place("/mfa/configuration", &value.at);
    }
    let configuration = reader.word(&value, MfaConfiguration::WORDS).ok();
    if configuration.is_none() {
        notes.unread.insert((Part::Mfa, None), NOT_VALID.to_owned());
    }
    let configuration = configuration.map(|found| found.unwrap_or(MfaConfiguration::Off));
    let list = resource.get("EnabledMfas");
    let mut factors = BTreeSet::new();
    let mut known = true;
    match &list.data {
        ValueData::Absent => {}
        ValueData::List(items) => {
            notes.place("/mfa/factors", &list.at);
            for item in items {
                let factor = reader.word(item, FACTORS);
                known &= factor.is_ok();
                factors.extend(factor.unwrap_or_default());
            }
        }
        _ => {
            notes.unknown.insert("/mfa/factors".to_owned(), list.shown());
            known = false;
        }
    }
    let passkeys = resource.get("WebAuthnFactorConfiguration");
    match passkeys.known().as_deref() {
        Some("MULTI_FACTOR_WITH_USER_VERIFICATION") => {
            factors.insert(MfaFactor::WebAuthn);
        }
        None if !passkeys.is_absent() => known = false,
        _ => {}
    }
    Mfa {
        configuration,
        factors: known.then_some(factors),
    }
}

/// A client of the files; its risk configuration comes with others.
pub fn client(reader: &mut ValueReader<'_>, resource: &TemplateResource) -> Client {
    let texts = |value: &Val| match &value.data {
        ValueData::Absent => Some(BTreeSet::new()),
        ValueData::List(items) => items.iter().map(Val::known).collect(),
        _ => None,
    };
    let mut flag = |name: &str| {
        let value = resource.get(name);
        if value.has_open() {
            return None;
        }
        reader.flag(&value).ok().map(Option::unwrap_or_default)
    };
    // The flows count only where the client may use them at all.
    let oauth = match flag("AllowedOAuthFlowsUserPoolClient") {
        Some(true) => texts(&resource.get("AllowedOAuthFlows")),
        Some(false) => Some(BTreeSet::new()),
        None => None,
    };
    let name = resource.get("ClientName");
    Client {
        key: if name.is_absent() {
            resource.symbol.id.clone()
        } else {
            name.shown()
        },
        id: resource.id.clone(),
        risk: Override::Inherit,
        settings: ClientSettings {
            auth_flows: texts(&resource.get("ExplicitAuthFlows")),
            oauth_flows: oauth,
            identity_providers: texts(&resource.get("SupportedIdentityProviders")),
            propagate_user_context: flag("EnablePropagateAdditionalUserContextData"),
        },
        has_secret: flag("GenerateSecret"),
    }
}

/// What a resource delivers, added to a pool.
pub fn logs(draft: &mut Draft, resource: &TemplateResource) {
    let entries = match resource.get("LogConfigurations").data {
        ValueData::List(items) => items,
        ValueData::Absent => Vec::new(),
        data => {
            let why = Val::new(resource.at.clone(), data).shown();
            draft.notes.unread.insert((Part::LogDelivery, None), why);
            return;
        }
    };
    let mut found = draft.posture.log_delivery.take().unwrap_or_default();
    for entry in entries {
        let source = entry.get("EventSource").and_then(Val::known);
        let (slot, name) = match source.as_deref() {
            Some("userAuthEvents") => (&mut found.user_auth_events, "user_auth_events"),
            Some("userNotification") => (&mut found.user_notification, "user_notification"),
            _ => {
                draft
                    .notes
                    .unread
                    .insert((Part::LogDelivery, None), entry.shown());
                continue;
            }
        };
        let prefix = format!("/log_delivery/{name}");
        draft.notes.place(prefix.clone(), &entry.at);
        let mut part = |outer: &str, inner: &str, name: &str| {
            let value = entry.get(outer)?;
            let value = if inner.is_empty() {
                value
            } else {
                value.get(inner)?
            };
            draft.notes.text(&format!("{prefix}/{name}"), value)
        };
        *slot = Some(Delivery {
            level: part("LogLevel", "", "level"),
            cloudwatch_logs: part("CloudWatchLogsConfiguration", "LogGroupArn", "cloudwatch_logs"),
            s3: part("S3Configuration", "BucketArn", "s3"),
            firehose: part("FirehoseConfiguration", "StreamArn", "firehose"),
            nowhere: false,
        });
    }
    draft.posture.log_delivery = Some(found);
    if draft.symbol.is_none() {
        draft.notes.unread.remove(&(Part::LogDelivery, None));
    }
}

/// The triggers that a SAM function's events add to pools.
pub fn triggers(function: &TemplateResource) -> Vec<(Symbol, String)> {
    let ValueData::Map(events, _) = function.get("Events").data else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (_, event) in events {
        if event.get("Type").and_then(Val::known).as_deref() != Some("Cognito") {
            continue;
        }
        let Some(properties) = event.get("Properties") else {
            continue;
        };
        let Some(pool) = properties.get("UserPool").and_then(Val::symbol) else {
            continue;
        };
        let names = match properties.get("Trigger").map(|value| &value.data) {
            Some(ValueData::List(items)) => items.iter().map(Val::shown).collect(),
            Some(ValueData::Text(_)) => properties.get("Trigger").map(Val::shown).into_iter().collect(),
            _ => vec![DEFINE_AUTH_CHALLENGE.to_owned()],
        };
        found.extend(names.into_iter().map(|name| (pool.clone(), name)));
    }
    found
}
