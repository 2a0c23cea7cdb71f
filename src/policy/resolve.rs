//! From a decoded policy to a desired posture; what the types cannot say is checked here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::fault::InputError;
use crate::finding::Finding;
use crate::json::api_name;
use crate::model::client::{Client, EVERY_OTHER, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::mode::{Mfa, Modes};
use crate::model::posture::{Origin, Posture, TemplateFacts};
use crate::model::region;
use crate::pointer::Pointer;
use crate::policy::alarms;
use crate::policy::builder::Builder;
use crate::policy::file::{AuditGate, AuditSince, ClientEntry, ClientSection, Inherit, PolicyFile, Target};
use crate::policy::inputs::PolicyInputs;
use crate::policy::logs;
use crate::policy::place::Places;
use crate::policy::responses;
use crate::text;

/// What must be shown before a mode may become `ENFORCED`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateTerms {
    /// Days in AUDIT.
    pub minimum_days: u32,
    /// Declared start of the audit period: standard, custom.
    pub audit_since: [Option<Date>; 2],
    /// Where each declaration stands.
    pub declared_at: [Option<Pointer>; 2],
    /// Declared start of enforcement: standard, custom.
    pub enforced_since: [Option<Date>; 2],
    /// Where each of these declarations stands.
    pub enforced_at: [Option<Pointer>; 2],
    /// Acceptable share of sign-ins that would have been blocked, in percent.
    pub max_would_block_percent: Option<f64>,
}

impl GateTerms {
    /// Days in AUDIT that the gate requires: a policy can ask for more than AWS recommends, not for fewer. That takes a
    /// reason, which `apply` journals.
    pub fn required_days(&self) -> u32 {
        self.minimum_days.max(MINIMUM_DAYS)
    }
}

/// Days in AUDIT that AWS recommends at least (docs/facts.md, "Two weeks of AUDIT").
pub const MINIMUM_DAYS: u32 = 14;

/// Makes the posture and the gate. Findings are input faults; with any of them the posture is not used.
pub fn resolve(
    file: &PolicyFile,
    places: &Places,
    inputs: &PolicyInputs<'_>,
) -> (Posture, GateTerms, Vec<Finding>) {
    let mut builder = Builder {
        places,
        inputs,
        is_layer: file.target.is_none(),
        findings: Vec::new(),
    };
    let root = Pointer::root();
    if let Some(target) = &file.target {
        check_target(&mut builder, target, &root.child("target"));
    }
    let target = file.target.clone().unwrap_or_default();
    let mode = file.mode.clone().unwrap_or_default();
    let mfa = file.mfa.clone().unwrap_or_default();
    let assumes = file.assumes.clone().unwrap_or_default();
    let (clients, other_clients) = clients(&mut builder, file);
    let gate = gate(&mut builder, file.audit_gate.as_ref());
    check_waivers(&mut builder, file);
    let posture = Posture {
        origin: Origin::Desired,
        account: target.account,
        region: target.region.or_else(|| region_of(target.pool.as_deref()?)),
        pool_id: target.pool.clone(),
        feature_plan: file.feature_plan,
        mode: Modes {
            standard: mode.standard,
            custom: mode.custom,
        },
        mfa: Mfa {
            configuration: mfa.configuration,
            factors: mfa.factors.map(|list| list.into_iter().collect()),
        },
        domain: assumes.domain,
        triggers: assumes
            .triggers
            .map(|triggers| triggers.iter().map(api_name).collect()),
        responses: responses::risk(
            &mut builder,
            file.account_takeover.as_ref(),
            file.compromised_credentials.as_ref(),
            file.risk_exceptions.as_ref(),
            &root,
        ),
        clients,
        other_clients,
        alarms: file.alarms.as_ref().map(|alarms| {
            let pool = target.pool.as_deref().unwrap_or_default();
            alarms::alarms(&mut builder, alarms, pool, &root.child("alarms"))
        }),
        other_alarms: None,
        log_delivery: file.log_delivery.as_ref().map(logs::log_delivery),
        topics: BTreeMap::new(),
        seen_metrics: None,
        unread: BTreeSet::new(),
        unknown: [].into(),
        template: TemplateFacts::default(),
    };
    (posture, gate, builder.findings)
}

/// The region in a pool id: `us-west-2_EXAMPLE` is in `us-west-2`. What stands for an id has none.
fn region_of(pool: &str) -> Option<String> {
    let (region, _) = pool.split_once('_').filter(|_| !pool.contains("${"))?;
    Some(region.to_owned())
}

fn check_target(builder: &mut Builder<'_>, target: &Target, at: &Pointer) {
    let selects = target.names.is_some() || target.tags.is_some();
    if target.pool.is_some() && selects {
        let message = "a target names one pool by id, or selects pools by names and tags, not both";
        builder.fault(
            InputError::ValueInvalid,
            &at.child("pool"),
            message,
            "remove `pool` or the selectors",
        );
    }
    if target.pool.is_none() && !selects {
        let message = "the target selects no pool";
        builder.fault(
            InputError::KeyMissing,
            at,
            message,
            "add `pool: <id>`, or `names:` or `tags:`",
        );
    }
    let in_id = target.pool.as_deref().and_then(region_of);
    let typed = [("region", target.region.clone()), ("pool", in_id.clone())];
    for (key, region) in typed {
        let Some(region) = region else { continue };
        let Some(meant) = region::meant(&region) else {
            continue;
        };
        let message = region::mistyped(&region, meant);
        builder.fault(
            InputError::ValueInvalid,
            &at.child(key),
            message,
            "correct the region",
        );
    }
    if let (Some(region), Some(in_id)) = (&target.region, in_id)
        && *region != in_id
    {
        let message = format!("the pool's id says region `{in_id}`, the target says `{region}`");
        builder.fault(
            InputError::ValueInvalid,
            &at.child("region"),
            message,
            "make both the same",
        );
    }
    for (index, pattern) in target.names.iter().flatten().enumerate() {
        let here = at.child("names").child(index);
        if let Err(error) = glob::Pattern::new(pattern) {
            let message = format!("`{pattern}` is not a name pattern: {}", error.msg);
            builder.fault(
                InputError::PatternInvalid,
                &here,
                message,
                "`*`, `?` and `[...]` are special",
            );
        } else if pattern.contains('{') {
            let message = format!("`{pattern}`: braces are matched as they stand, so this finds no pool");
            builder.fault(
                InputError::PatternInvalid,
                &here,
                message,
                "write one pattern for each alternative",
            );
        }
    }
}

fn clients(builder: &mut Builder<'_>, file: &PolicyFile) -> (Vec<Client>, Option<Client>) {
    let at = Pointer::root().child("clients");
    let mut clients: Vec<Client> = Vec::new();
    let mut ids: BTreeMap<String, &str> = BTreeMap::new();
    let mut others = None;
    for (key, entry) in file.clients.iter().flatten() {
        let here = at.child(key);
        let section = match entry {
            ClientEntry::Word(Inherit::Inherit) => &ClientSection {
                inherit: Some(true),
                ..ClientSection::default()
            },
            ClientEntry::Settings(section) => section.as_ref(),
        };
        let client = client(builder, key, section, &here);
        if key == EVERY_OTHER {
            if client.id.is_some() || matches!(client.risk, Override::Own(_)) {
                let message =
                    "`*` stands for every client that is not named; it can have no id and no override";
                builder.fault(
                    InputError::ValueInvalid,
                    &here,
                    message,
                    "write `\"*\": inherit`, and name the clients that differ",
                );
            }
            others = Some(client);
            continue;
        }
        if let Some(id) = &client.id
            && let Some(twin) = ids.insert(id.clone(), key)
        {
            let message = format!("clients `{twin}` and `{key}` have the same id");
            builder.fault(
                InputError::ValueInvalid,
                &here.child("id"),
                message,
                "name each client once",
            );
        }
        clients.push(client);
    }
    (clients, others)
}

fn client(builder: &mut Builder<'_>, key: &str, section: &ClientSection, at: &Pointer) -> Client {
    let own = section.account_takeover.is_some()
        || section.compromised_credentials.is_some()
        || section.risk_exceptions.is_some();
    let inherits = section.inherit == Some(true);
    if own && inherits {
        let message = format!("client `{key}` cannot inherit and have an override");
        builder.fault(
            InputError::ValueInvalid,
            &at.child("inherit"),
            message,
            "remove `inherit` or the responses",
        );
    }
    let risk = if own {
        let responses = responses::risk(
            builder,
            section.account_takeover.as_ref(),
            section.compromised_credentials.as_ref(),
            section.risk_exceptions.as_ref(),
            at,
        );
        Override::Own(Box::new(responses))
    } else if inherits {
        Override::Inherit
    } else {
        Override::Unknown
    };
    Client {
        key: key.to_owned(),
        id: section.id.clone(),
        risk,
        settings: settings(section),
        has_secret: None,
    }
}

fn settings(section: &ClientSection) -> ClientSettings {
    ClientSettings {
        auth_flows: section
            .auth_flows
            .as_ref()
            .map(|flows| flows.iter().map(api_name).collect()),
        oauth_flows: section
            .oauth_flows
            .as_ref()
            .map(|flows| flows.iter().map(api_name).collect()),
        identity_providers: section
            .identity_providers
            .as_ref()
            .map(|list| list.iter().cloned().collect()),
        propagate_user_context: section.propagate_user_context,
    }
}

fn gate(builder: &mut Builder<'_>, section: Option<&AuditGate>) -> GateTerms {
    let section = section.cloned().unwrap_or_default();
    let at = Pointer::root().child("audit_gate");
    let (audit_since, declared_at) = since(builder, section.audit_since.as_ref(), &at.child("audit_since"));
    let (enforced_since, enforced_at) = since(
        builder,
        section.enforced_since.as_ref(),
        &at.child("enforced_since"),
    );
    GateTerms {
        minimum_days: section.minimum_days.unwrap_or(MINIMUM_DAYS),
        audit_since,
        declared_at,
        enforced_since,
        enforced_at,
        max_would_block_percent: section.max_would_block_percent,
    }
}

/// The days of a declaration and where they stand: standard, custom. What is not a date is a fault, once.
fn since(
    builder: &mut Builder<'_>,
    declared: Option<&AuditSince>,
    at: &Pointer,
) -> ([Option<Date>; 2], [Option<Pointer>; 2]) {
    let both = |text: &Option<String>, at: Pointer| text.clone().map(|text| (text, at));
    let declared = match declared {
        None => [None, None],
        Some(AuditSince::Both(text)) => [Some((text.clone(), at.clone())), Some((text.clone(), at.clone()))],
        Some(AuditSince::Each(each)) => [
            both(&each.standard, at.child("standard")),
            both(&each.custom, at.child("custom")),
        ],
    };
    let (mut days, mut places) = ([None, None], [None, None]);
    for (index, (text, at)) in declared
        .into_iter()
        .enumerate()
        .filter_map(|(i, d)| Some((i, d?)))
    {
        days[index] = text::date(&text);
        let known = |f: &Finding| f.primary.pointer.as_ref() == Some(&at);
        if days[index].is_none() && !builder.findings.iter().any(known) {
            let message = format!("`{text}` is not a date");
            builder.fault(InputError::ValueInvalid, &at, message, "write it as YYYY-MM-DD");
        }
        places[index] = Some(at);
    }
    (days, places)
}

fn check_waivers(builder: &mut Builder<'_>, file: &PolicyFile) {
    for (index, waiver) in file.waivers.iter().flatten().enumerate() {
        let here = Pointer::root().child("waivers").child(index);
        if let Some(at) = &waiver.at
            && Pointer::parse(at).is_none()
        {
            let message = format!("`{at}` is not a JSON pointer");
            builder.fault(
                InputError::ValueInvalid,
                &here.child("at"),
                message,
                "write it like `/clients/web`",
            );
        }
        if let Some(client) = &waiver.client
            && !file.clients.iter().flatten().any(|(key, _)| key == client)
        {
            let known: Vec<_> = file
                .clients
                .iter()
                .flatten()
                .map(|(key, _)| key.as_str())
                .collect();
            let near = text::nearest(client, known.iter().copied());
            let help = near.map_or_else(
                || "name a key under `clients`".to_owned(),
                |n| format!("did you mean `{n}`?"),
            );
            let message = format!("the policy has no client `{client}`");
            builder.fault(InputError::ValueInvalid, &here.child("client"), message, &help);
        }
    }
}
