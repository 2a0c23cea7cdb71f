//! Pools out of resources: which client, risk configuration, alarm and log delivery belongs to which.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::words;
use crate::model::client::{AUTH_FLOWS, Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::posture::{DEFINE_AUTH_CHALLENGE, Origin, Part, Posture, TemplateFacts};
use crate::observe::template::read::{Notes, ValueReader, Words};
use crate::observe::template::resource::TemplateResource;
use crate::observe::template::value::{At, Open, Symbol, Val, ValueData};

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
    /// Whether the files say its id.
    pub has_id: bool,
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
}

/// A pool of the files, without what other resources add to it.
pub fn pool(reader: &mut ValueReader<'_>, resource: &TemplateResource) -> Draft {
    let mut notes = Notes {
        is_kept: resource.is_kept,
        ..Notes::default()
    };
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
    posture.template.is_source = true;
    posture.template.plan_left_out = resource.get("UserPoolTier").is_absent();
    posture.template.is_created = resource.is_created;
    posture.mode = modes(reader, resource, &mut notes);
    posture.mfa = mfa(reader, resource, &mut notes);
    posture.triggers = match resource.get("LambdaConfig").data {
        ValueData::Absent => Some(BTreeSet::new()),
        ValueData::Map(entries, None) => {
            let is_known = |(_, value): &(String, Val)| !value.open().is_some_and(Open::is_invalid);
            let is_all = entries.iter().all(is_known);
            let names = entries.into_iter().map(|(key, _)| key);
            is_all.then(|| names.filter(|key| key != "KMSKeyID").collect())
        }
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
        has_id: resource.id.is_some(),
        at: resource.at.clone(),
        name: name.named(&resource.symbol.id),
        tags,
        posture,
        notes,
        clients: Vec::new(),
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
        has_id: false,
        at: resource.at.clone(),
        name: why.to_owned(),
        tags: BTreeMap::new(),
        posture: Posture {
            origin: Origin::Observed,
            account: resource.account.clone(),
            region: resource.region.clone(),
            pool_id: Some(why.to_owned()),
            template: TemplateFacts {
                is_source: true,
                ..TemplateFacts::default()
            },
            ..Posture::default()
        },
        notes,
        clients: Vec::new(),
    }
}

/// The plan, case by case where the file says which values it can have. Otherwise it opens no case: rules take one that is not
/// stated for unknown already.
fn plan(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Option<FeaturePlan> {
    let value = resource.get("UserPoolTier");
    notes.place("/feature_plan", &value.at);
    let has_values = value.open().is_some_and(|open| open.domain.is_some());
    if value.known().is_none() && !has_values {
        if let Some(why) = value.unresolved() {
            notes.unknown.insert("/feature_plan".to_owned(), why);
        }
        return None;
    }
    let found = reader.word(&value, &words::<FeaturePlan>());
    if found.is_err() {
        notes
            .unknown
            .insert("/feature_plan".to_owned(), NOT_VALID.to_owned());
    }
    found.unwrap_or_default()
}

fn modes(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Modes {
    let add_ons = resource.get("UserPoolAddOns");
    let off = Modes {
        standard: Some(Mode::Off),
        custom: Some(Mode::Off),
    };
    match add_ons.section() {
        Ok(Some(_)) => notes.place("/mode", &add_ons.at),
        Ok(None) => return off,
        Err(why) => {
            notes.place("/mode", &add_ons.at);
            notes.unread.insert((Part::Mode, None), why);
            return Modes::default();
        }
    }
    let flows = add_ons.member("AdvancedSecurityAdditionalFlows");
    let unread = flows.section().err();
    let mut word = |section: &Val, key: &str, pointer: &str, words| {
        let value = section.member(key);
        // What is not written may still be added, or not.
        let added = section.get(key).is_none().then(|| value.open()).flatten();
        if let Some(open) = added {
            notes.unread.insert((Part::Mode, None), open.why.clone());
            return None;
        }
        if !value.is_absent() {
            notes.place(pointer, &value.at);
        }
        let word = reader.word(&value, words).ok();
        if word.is_none() {
            notes.unread.insert((Part::Mode, None), NOT_VALID.to_owned());
        }
        word.map(|word| word.unwrap_or(Mode::Off))
    };
    let modes = words::<Mode>();
    let standard = word(&add_ons, "AdvancedSecurityMode", "/mode/standard", &modes);
    let custom = match unread {
        None => word(&flows, "CustomAuthMode", "/mode/custom", CUSTOM_MODES),
        Some(why) => {
            notes.unread.insert((Part::Mode, None), why);
            None
        }
    };
    Modes { standard, custom }
}

fn mfa(reader: &mut ValueReader<'_>, resource: &TemplateResource, notes: &mut Notes) -> Mfa {
    let value = resource.get("MfaConfiguration");
    if !value.is_absent() {
        notes.place("/mfa/configuration", &value.at);
    }
    // What is not written may still be added, or not.
    let is_written = resource.properties.contains_key("MfaConfiguration");
    let added = resource.open.as_ref().filter(|_| !is_written);
    let configuration = match added {
        Some(_) => None,
        None => reader.word(&value, &words::<MfaConfiguration>()).ok(),
    };
    if configuration.is_none() {
        let why = added.map_or(NOT_VALID, |open| open.why.as_str());
        notes.unread.insert((Part::Mfa, None), why.to_owned());
    }
    let configuration = configuration.map(|found| found.unwrap_or(MfaConfiguration::Off));
    let list = resource.get("EnabledMfas");
    let mut factors = BTreeSet::new();
    let mut known = true;
    match list.list() {
        Ok(items) => {
            if !list.is_absent() {
                notes.place("/mfa/factors", &list.at);
            }
            for item in items {
                let factor = reader.word(item, FACTORS);
                known &= factor.is_ok();
                factors.extend(factor.unwrap_or_default());
            }
        }
        Err(why) => {
            notes.unknown.insert("/mfa/factors".to_owned(), why);
            known = false;
        }
    }
    let passkeys = resource.get("WebAuthnFactorConfiguration");
    match passkeys.known().as_deref() {
        Some("MULTI_FACTOR_WITH_USER_VERIFICATION") => {
            factors.insert(MfaFactor::WebAuthn);
        }
        None if !passkeys.is_absent() => {
            let why = passkeys.unresolved().unwrap_or_default();
            notes.unknown.insert("/mfa/factors".to_owned(), why);
            known = false;
        }
        _ => {}
    }
    Mfa {
        configuration,
        factors: known.then_some(factors),
    }
}

/// Why settings of a client that rules ask for are not known, by their keys.
pub fn open_settings(resource: &TemplateResource) -> impl Iterator<Item = (&'static str, String)> {
    let settings = [
        ("ExplicitAuthFlows", "auth_flows"),
        ("AllowedOAuthFlows", "oauth_flows"),
        ("SupportedIdentityProviders", "identity_providers"),
        (
            "EnablePropagateAdditionalUserContextData",
            "propagate_user_context",
        ),
    ];
    settings.into_iter().filter_map(|(property, key)| {
        let value = resource.get(property);
        let item = value
            .list()
            .ok()
            .and_then(|items| items.iter().find_map(Val::unresolved));
        let why = item.or_else(|| value.has_open().then(|| value.unresolved()).flatten());
        Some((key, why?))
    })
}

/// A client of the files; its risk configuration comes with others.
pub fn client(reader: &mut ValueReader<'_>, resource: &TemplateResource) -> Client {
    // The flows count only where the client may use them at all.
    let oauth = match flag(reader, resource, "AllowedOAuthFlowsUserPoolClient") {
        Some(true) => texts(&resource.get("AllowedOAuthFlows")),
        Some(false) => Some(BTreeSet::new()),
        None => None,
    };
    let name = resource.get("ClientName");
    let flows = resource.get("ExplicitAuthFlows");
    for flow in flows.list().unwrap_or_default() {
        reader.slip(flow, &AUTH_FLOWS);
    }
    Client {
        key: name.named(&resource.symbol.id),
        id: resource.id.clone(),
        risk: Override::Inherit,
        settings: ClientSettings {
            auth_flows: texts(&flows),
            oauth_flows: oauth,
            identity_providers: texts(&resource.get("SupportedIdentityProviders")),
            propagate_user_context: flag(reader, resource, "EnablePropagateAdditionalUserContextData"),
        },
        has_secret: flag(reader, resource, "GenerateSecret"),
    }
}

/// The texts of a list; `None` where not all of it is known.
fn texts(value: &Val) -> Option<BTreeSet<String>> {
    let items = value.list().ok()?;
    items.iter().map(Val::known).collect()
}

/// A flag; `None` where it is not known. It opens no case.
fn flag(reader: &mut ValueReader<'_>, resource: &TemplateResource, name: &str) -> Option<bool> {
    let value = resource.get(name);
    if value.has_open() {
        return None;
    }
    reader.flag(&value).ok().map(Option::unwrap_or_default)
}

/// What a resource delivers, added to a pool.
pub fn logs(reader: &mut ValueReader<'_>, draft: &mut Draft, resource: &TemplateResource) {
    let entries = resource.get("LogConfigurations");
    let entries = match entries.list() {
        Ok(items) => items.to_vec(),
        Err(why) => {
            draft.notes.unread.insert((Part::LogDelivery, None), why);
            return;
        }
    };
    let mut found = draft.posture.log_delivery.take().unwrap_or_default();
    for entry in entries {
        let source = entry.member("EventSource");
        reader.slip(&source, &["userAuthEvents", "userNotification"]);
        let why = source.named("the source of an entry is not known");
        let source = source.known();
        let (slot, name) = match source.as_deref() {
            Some("userAuthEvents") => (&mut found.user_auth_events, "user_auth_events"),
            Some("userNotification") => (&mut found.user_notification, "user_notification"),
            _ => {
                draft.notes.unread.insert((Part::LogDelivery, None), why);
                continue;
            }
        };
        let prefix = format!("/log_delivery/{name}");
        draft.notes.place(prefix.clone(), &entry.at);
        let mut part = |outer: &str, inner: &str, name: &str| {
            let mut value = entry.member(outer);
            // Whether it is there is not known either.
            if let ValueData::Open(open) = &value.data {
                draft.notes.unknown.insert(prefix.clone(), open.why.clone());
            }
            if !inner.is_empty() {
                value = value.member(inner);
            }
            draft.notes.text(&format!("{prefix}/{name}"), &value)
        };
        let level = entry.member("LogLevel");
        let has_values = level.open().is_some_and(|open| open.domain.is_some());
        let level = if has_values {
            let word = reader.word(&level, &[("ERROR", "ERROR"), ("INFO", "INFO")]);
            word.ok().flatten().map(str::to_owned)
        } else {
            part("LogLevel", "", "level")
        };
        *slot = Some(Delivery {
            level,
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

/// The triggers that a SAM function's events add to pools; `None` where they may add others.
pub fn triggers(function: &TemplateResource) -> Option<Vec<(Symbol, String)>> {
    let events = match function.get("Events").data {
        ValueData::Absent => return Some(Vec::new()),
        ValueData::Map(events, None) => events,
        _ => return None,
    };
    let mut found = Vec::new();
    for (_, event) in events {
        if event.member("Type").known()? != "Cognito" {
            continue;
        }
        let properties = event.member("Properties");
        let pool = properties.member("UserPool").symbol()?.clone();
        let trigger = properties.member("Trigger");
        let names = match &trigger.data {
            ValueData::List(items) => items.iter().map(Val::shown).collect(),
            ValueData::Text(_) => vec![trigger.shown()],
            ValueData::Absent => vec![DEFINE_AUTH_CHALLENGE.to_owned()],
            _ => return None,
        };
        found.extend(names.into_iter().map(|name| (pool.clone(), name)));
    }
    Some(found)
}
