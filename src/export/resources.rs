//! A policy as resources.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::export::resource::{ExportKind, ExportResource, Exported, Language};
use crate::export::terraform::{bodies, snake};
use crate::json::present;
use crate::model::alarm::{Alarm, STATISTICS};
use crate::model::client::{Client, EVERY_OTHER, Override};
use crate::model::client_setting::{ClientSetting, ClientSettings};
use crate::model::log_delivery::LogSource;
use crate::model::mode::{MfaFactor, Mode};
use crate::model::response::RiskConfiguration;
use crate::plan::{log_configuration, risk_members};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::write::threshold;

/// Longest part of a name that comes from a policy.
const LONGEST: usize = 60;

/// Factors as templates call them, and why Terraform has none of the name.
const FACTORS: [(MfaFactor, &str, &str); 4] = [
    (MfaFactor::SoftwareToken, "SOFTWARE_TOKEN_MFA", ""),
    (MfaFactor::Email, "EMAIL_OTP", ""),
    (
        MfaFactor::Sms,
        "SMS_MFA",
        "SMS: the block `sms_configuration`, which needs a role of yours, turns it on",
    ),
    (
        MfaFactor::WebAuthn,
        "MULTI_FACTOR_WITH_USER_VERIFICATION",
        "WEB_AUTHN: the provider has no passkeys as a second factor",
    ),
];

/// Why the AWS CLI has no call for something.
const RESETS: &str =
    "the call for it resets every setting that it is not given; `cogward apply` sends them all back";

/// Why nothing is written for what is to be empty.
const NOTHING: &str =
    "it is to be empty, which no resource says: remove what there is, or use `cogward apply`";

struct Export<'a> {
    language: Language,
    policy: &'a Policy,
    /// Where the policy says something: file and line.
    place: &'a dyn Fn(&Pointer) -> (String, usize),
    /// Names of resources as [`snake`] writes them, of other policies as well: what differs there differs in every language.
    names: &'a mut BTreeSet<String>,
    base: String,
    pool: Value,
    found: Exported,
}

/// A policy as resources for a language. `names` are taken already, and get those of this policy, in small letters with
/// underscores.
pub fn exported(
    language: Language,
    policy: &Policy,
    names: &mut BTreeSet<String>,
    place: &dyn Fn(&Pointer) -> (String, usize),
) -> Exported {
    let found = Exported {
        policy: policy.name.clone(),
        region: policy.posture.region.clone(),
        resources: Vec::new(),
        left_out: Vec::new(),
    };
    let mut export = Export {
        language,
        policy,
        place,
        names,
        base: pascal(&policy.name),
        pool: Value::Null,
        found,
    };
    export.pool();
    export.risk(&root(), None, "", &policy.posture.responses);
    for client in &policy.posture.clients {
        export.client(client);
    }
    export.alarms();
    export.logs();
    export.beside();
    export.found
}

fn root() -> Pointer {
    Pointer::root()
}

/// Letters and digits of a text, each word with a capital: `shop-prod` is `ShopProd`.
fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    let mut found: String = words.map(word).collect();
    found.truncate(LONGEST);
    if found.starts_with(|c: char| c.is_ascii_digit()) || found.is_empty() {
        found.insert(0, 'P');
    }
    found
}

fn reference(name: &str) -> Value {
    json!({ "Ref": name })
}

impl Export<'_> {
    fn add(&mut self, kind: ExportKind, name: &str, comments: Vec<String>, properties: Map<String, Value>) {
        let (kind, name) = (kind, name.to_owned());
        self.found.resources.push(ExportResource {
            kind,
            name,
            comments,
            properties,
        });
    }

    /// A name that no other resource has.
    fn name(&mut self, end: &str) -> String {
        let whole = format!("{}{end}", self.base);
        let mut own = whole.clone();
        let mut number = 2;
        while !self.names.insert(snake(&own)) {
            own = format!("{whole}{number}");
            number += 1;
        }
        own
    }

    fn leave_out(&mut self, at: Pointer, why: impl Into<String>) {
        self.found.left_out.push((at, why.into()));
    }

    /// Where the policy says these keys, those that it has.
    fn places(&self, at: &Pointer, keys: &[&str]) -> Vec<String> {
        let mut last = String::new();
        let mut found = Vec::new();
        for key in keys {
            let at = at.child(key);
            if self.policy.places.tree.locate(&at).is_some() {
                let (file, line) = (self.place)(&at);
                // A file is named once.
                let shown = if file == last { "" } else { file.as_str() };
                found.push(format!("{shown}:{line} {}", at.as_str().trim_start_matches('/')));
                last = file;
            }
        }
        if found.is_empty() {
            return Vec::new();
        }
        vec![found.join(", ")]
    }

    fn pool(&mut self) {
        let (posture, is_cli) = (&self.policy.posture, self.language == Language::AwsCli);
        let name = self.name("Pool");
        self.pool = match &posture.pool_id {
            Some(id) if is_cli => id.as_str().into(),
            _ => reference(&name),
        };
        let mut comments = self.places(&root(), &["target", "feature_plan", "mode", "mfa"]);
        if is_cli {
            let managed = [
                ("feature_plan", posture.feature_plan.is_some()),
                ("mode", posture.mode.standard.or(posture.mode.custom).is_some()),
                ("mfa", posture.mfa != crate::model::mode::Mfa::default()),
            ];
            for (key, _) in managed.into_iter().filter(|(_, managed)| *managed) {
                self.leave_out(root().child(key), RESETS);
            }
            return;
        }
        let target = self.policy.target.as_ref();
        let place = target.map(|target| [("region", &target.region), ("account", &target.account)]);
        for (key, place) in place.into_iter().flatten() {
            let Some(place) = place else { continue };
            let why = format!("deploy it in {key} {place}");
            self.leave_out(root().child("target").child(key), why);
        }
        let named = match target.and_then(|target| target.names.as_deref()) {
            Some([one]) if !one.contains(['*', '?', '[']) => Some(one.clone()),
            _ if self.language == Language::Terraform => {
                // The policy's own name would be taken for the pool's.
                comments.push(
                    "Write the name of your pool: another name REPLACES the pool and deletes its users."
                        .to_owned(),
                );
                Some("NAME-OF-YOUR-POOL".to_owned())
            }
            _ => None,
        };
        let mut properties = present([
            ("UserPoolName", named.map(Value::from)),
            ("UserPoolTier", posture.feature_plan.map(|plan| json!(plan))),
            ("UserPoolAddOns", self.modes()),
            (
                "MfaConfiguration",
                posture.mfa.configuration.map(|mfa| json!(mfa)),
            ),
        ]);
        properties.extend(self.factors());
        self.add(ExportKind::Pool, &name, comments, properties);
    }

    fn modes(&mut self) -> Option<Value> {
        let modes = self.policy.posture.mode;
        let Some(standard) = modes.standard else {
            if modes.custom.is_some() {
                let why =
                    "`UserPoolAddOns` needs the mode of standard authentication as well: add `mode.standard`";
                self.leave_out(root().child("mode").child("custom"), why);
            }
            return None;
        };
        let custom = modes.custom.filter(|mode| *mode != Mode::Off);
        let flows = custom.map(|mode| json!({"CustomAuthMode": mode}));
        Some(Value::Object(present([
            ("AdvancedSecurityMode", Some(json!(standard))),
            ("AdvancedSecurityAdditionalFlows", flows),
        ])))
    }

    fn factors(&mut self) -> Map<String, Value> {
        let Some(factors) = self.policy.posture.mfa.factors.clone() else {
            return Map::new();
        };
        let mut words = Vec::new();
        let mut passkeys = None;
        for (factor, word, lacks) in FACTORS {
            if !factors.contains(&factor) {
                continue;
            }
            if self.language == Language::Terraform && !lacks.is_empty() {
                self.leave_out(root().child("mfa").child("factors"), lacks);
            } else if factor == MfaFactor::WebAuthn {
                passkeys = Some(word.into());
            } else {
                words.push(word);
            }
        }
        present([
            ("EnabledMfas", Some(words.into())),
            ("WebAuthnFactorConfiguration", passkeys),
        ])
    }

    /// The risk configuration of the pool, or of the client that `client` stands for.
    fn risk(&mut self, at: &Pointer, client: Option<Value>, of: &str, risk: &RiskConfiguration) {
        if client.is_none() && *risk == RiskConfiguration::default() {
            return;
        }
        let mut members = risk_members(risk, None);
        if let Some(Value::Object(lists)) = members.get_mut("RiskExceptionConfiguration") {
            lists.retain(|_, list| list.as_array().is_none_or(|list| !list.is_empty()));
        }
        members.retain(|_, section| section.as_object().is_none_or(|section| !section.is_empty()));
        let sections = [
            ("account_takeover", risk.account_takeover.is_some()),
            ("compromised_credentials", risk.compromised_credentials.is_some()),
            ("risk_exceptions", risk.risk_exceptions.is_some()),
        ];
        let absent = sections.iter().filter(|(_, is_set)| !is_set);
        let absent: Vec<_> = absent.map(|(name, _)| *name).collect();
        if members.is_empty() && client.is_some() {
            return self.leave_out(at.clone(), NOTHING);
        }
        if members.is_empty() {
            for (name, _) in sections.iter().filter(|(_, is_set)| *is_set) {
                self.leave_out(at.child(name), NOTHING);
            }
            return;
        }
        if self.language == Language::AwsCli && !absent.is_empty() {
            let why = format!(
                "the call for it would remove what the policy does not set: {}",
                absent.join(", ")
            );
            for (name, _) in sections.iter().filter(|(_, is_set)| *is_set) {
                self.leave_out(at.child(name), why.clone());
            }
            return;
        }
        let mut comments = self.places(at, &sections.map(|(name, _)| name));
        if !absent.is_empty() {
            let absent = absent.join(", ");
            comments.push(format!(
                "Replaces the whole risk configuration, and removes what the policy does not set: {absent}."
            ));
        }
        if self.language == Language::Terraform {
            comments.extend(bodies(risk));
        }
        // The template's word for the pool itself; the API and Terraform name no client then.
        let is_template = matches!(self.language, Language::CloudFormation | Language::Cdk);
        let client = client.or_else(|| is_template.then(|| "ALL".into()));
        let name = self.name(&format!("{of}Risk"));
        let mut properties = present([("UserPoolId", Some(self.pool.clone())), ("ClientId", client)]);
        properties.extend(members);
        self.add(ExportKind::Risk, &name, comments, properties);
    }

    fn client(&mut self, client: &Client) {
        let at = root().child("clients").child(&client.key);
        let of = format!("Client{}", pascal(&client.key));
        let is_cli = self.language == Language::AwsCli;
        let has_settings = client.settings != ClientSettings::UNKNOWN;
        if is_cli && has_settings {
            self.leave_out(at.clone(), RESETS);
        }
        if client.risk == Override::Inherit {
            let why = "it inherits: a risk configuration of its own is not removed by this text";
            self.leave_out(at.clone(), why);
        }
        let id = match &client.id {
            // An id that is known needs no resource, unless it has settings.
            Some(id) if is_cli || !has_settings => id.as_str().into(),
            _ => {
                let name = self.name(&of);
                if !is_cli {
                    self.client_resource(client, &name);
                }
                reference(&name)
            }
        };
        if let Override::Own(own) = &client.risk {
            self.risk(&at, Some(id), &of, own);
        }
    }

    fn client_resource(&mut self, client: &Client, name: &str) {
        let mut comments = self.places(&root().child("clients"), &[&client.key]);
        let id = client.id.iter();
        comments.extend(id.map(|id| format!("The client with the id {id}.")));
        let mut properties = present([
            ("UserPoolId", Some(self.pool.clone())),
            ("ClientName", Some(client.key.as_str().into())),
        ]);
        for setting in ClientSetting::ALL {
            let Some(value) = client.settings.get(*setting).map(Value::from) else {
                continue;
            };
            if *setting == ClientSetting::OAuthFlows {
                let some = value.as_array().is_some_and(|list| !list.is_empty());
                properties.insert("AllowedOAuthFlowsUserPoolClient".to_owned(), some.into());
            }
            if value.as_array().is_none_or(|list| !list.is_empty()) {
                properties.insert(setting.member().to_owned(), value);
            }
        }
        self.add(ExportKind::Client, name, comments, properties);
    }

    fn alarms(&mut self) {
        let alarms = self.policy.posture.alarms.iter().flatten();
        for (index, alarm) in alarms.enumerate() {
            let name = self.name(&format!("Alarm{}", index + 1));
            let comments = self.places(&root().child("alarms"), &[&index.to_string()]);
            let properties = self.alarm(alarm);
            self.add(ExportKind::Alarm, &name, comments, properties);
        }
    }

    fn alarm(&self, alarm: &Alarm) -> Map<String, Value> {
        let posture = &self.policy.posture;
        let mut named = alarm.clone();
        if let Some(pool) = named
            .dimensions
            .get_mut("UserPoolId")
            .filter(|pool| pool.is_empty())
        {
            pool.clone_from(&self.policy.name);
        }
        let is_template = matches!(self.language, Language::CloudFormation | Language::Cdk);
        // A template lets CloudFormation name what nobody named.
        let name = if is_template {
            alarm.name.clone()
        } else {
            Some(named.full_name())
        };
        let own = |name: &str, value: &str| {
            name == "UserPoolId" && (value.is_empty() || posture.pool_id.as_deref() == Some(value))
        };
        let dimension = |(name, value): (&String, &String)| {
            let value = if own(name, value) {
                self.pool.clone()
            } else {
                value.as_str().into()
            };
            json!({"Name": name, "Value": value})
        };
        let statistic = if STATISTICS.contains(&alarm.statistic.as_str()) {
            "Statistic"
        } else {
            "ExtendedStatistic"
        };
        let threshold = threshold(alarm.threshold);
        present([
            ("AlarmName", name.map(Value::from)),
            ("Namespace", Some(alarm.namespace.as_str().into())),
            ("MetricName", Some(alarm.metric.as_str().into())),
            (
                "Dimensions",
                Some(alarm.dimensions.iter().map(dimension).collect()),
            ),
            (statistic, Some(alarm.statistic.as_str().into())),
            ("Period", Some(alarm.period.into())),
            ("EvaluationPeriods", Some(alarm.evaluation_periods.into())),
            ("Threshold", Some(threshold)),
            ("ComparisonOperator", Some(alarm.comparison.as_str().into())),
            ("TreatMissingData", Some(alarm.treat_missing_data.as_str().into())),
            ("ActionsEnabled", Some(alarm.actions_enabled.into())),
            (
                "AlarmActions",
                (!alarm.actions.is_empty()).then(|| alarm.actions.clone().into()),
            ),
        ])
    }

    fn logs(&mut self) {
        let Some(logs) = &self.policy.posture.log_delivery else {
            return;
        };
        let said = [&logs.user_auth_events, &logs.user_notification];
        let sources = || LogSource::ALL.into_iter().zip(said);
        let there = sources().filter_map(|(source, to)| {
            to.as_ref()
                .filter(|to| !to.nowhere)
                .map(|to| log_configuration(source, to))
        });
        let there: Vec<Value> = there.collect();
        let is_cli = self.language == Language::AwsCli;
        let at = |source: LogSource| root().child("log_delivery").child(source.as_str());
        let nowhere = sources().filter(|(_, to)| to.as_ref().is_some_and(|to| to.nowhere));
        let nowhere: Vec<_> = nowhere.map(|(source, _)| source).collect();
        // To take deliveries away is a call, and in a template to have no resource.
        if there.is_empty() && !is_cli {
            for source in nowhere {
                self.leave_out(at(source), NOTHING.to_owned());
            }
            return;
        }
        let unset = sources().filter(|(_, to)| to.is_none());
        let unset: Vec<_> = unset.map(|(source, _)| source.as_str()).collect();
        if is_cli && !unset.is_empty() {
            // What the pool delivers of the other source is not known here, and would be gone.
            let why = format!(
                "the call for it replaces both sources, and would remove what the policy does not set: {}",
                unset.join(", ")
            );
            for (source, _) in sources().filter(|(_, to)| to.is_some()) {
                self.leave_out(at(source), why.clone());
            }
            return;
        }
        let mut comments = self.places(&root(), &["log_delivery"]);
        for source in unset {
            comments.push(format!(
                "Replaces the delivery of both sources, and removes what the policy does not set: {source}."
            ));
        }
        for source in nowhere.into_iter().map(LogSource::as_str) {
            comments.push(format!(
                "Removes the delivery of {source}, which the policy sets to none."
            ));
        }
        let name = self.name("Logs");
        let properties = present([
            ("UserPoolId", Some(self.pool.clone())),
            ("LogConfigurations", Some(there.into())),
        ]);
        self.add(ExportKind::Logs, &name, comments, properties);
    }

    /// What no language has.
    fn beside(&mut self) {
        let tree = &self.policy.places.tree;
        let has = |at: &Pointer| tree.locate(at).is_some();
        let others = root().child("clients").child(EVERY_OTHER);
        if has(&others) {
            let why = "no resource can express a rule for all other clients; `cogward diff` checks them";
            self.found.left_out.push((others, why.to_owned()));
        }
        let gate = root().child("audit_gate");
        if has(&gate) {
            let why = "a deployment does not wait for it; `cogward gate` says whether it is met";
            self.found.left_out.push((gate, why.to_owned()));
        }
    }
}
