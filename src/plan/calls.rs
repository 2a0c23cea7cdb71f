//! API calls as data: what would make a pool as its policy asks, in the order that is safe at every stop.

use serde_json::{Map, Value, json};

use crate::model::client::Override;
use crate::model::effective::Direction;
use crate::model::log_delivery::Delivery;
use crate::model::mode::{FeaturePlan, Mode};
use crate::model::posture::Posture;
use crate::plan::alarms::AlarmTarget;
use crate::plan::body::{RiskScope, risk_patch, set_risk_configuration};
use crate::plan::change::Change;
use crate::plan::diff::Diff;
use crate::plan::setting::{Auth, ClientSetting, Holder, RiskSetting, Setting};
use crate::plan::value;
use crate::pointer::Pointer;
use crate::policy::write;

/// What a call does, in the API's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Write {
    /// Feature plan and modes.
    UpdateUserPool,
    /// MFA.
    SetUserPoolMfaConfig,
    /// Responses of the pool or a client; with nothing but ids it takes a client's away.
    SetRiskConfiguration,
    /// Settings of a client.
    UpdateUserPoolClient,
    /// Where log events go.
    SetLogDeliveryConfiguration,
    /// An alarm.
    PutMetricAlarm,
}

impl Write {
    /// The API's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpdateUserPool => "UpdateUserPool",
            Self::SetUserPoolMfaConfig => "SetUserPoolMfaConfig",
            Self::SetRiskConfiguration => "SetRiskConfiguration",
            Self::UpdateUserPoolClient => "UpdateUserPoolClient",
            Self::SetLogDeliveryConfiguration => "SetLogDeliveryConfiguration",
            Self::PutMetricAlarm => "PutMetricAlarm",
        }
    }
}

/// One call. `sets` are the members it changes, as the API names them, where null takes a member away: calls that
/// replace a whole object are completed, when they are made, from the object as it is then, so that nothing else changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What it does.
    pub write: Write,
    /// Id of the client it is about.
    pub client: Option<String>,
    /// What it sets.
    pub sets: Value,
    /// Leaves that are as the policy asks once it is made.
    pub makes: Vec<Pointer>,
}

/// The calls that make all changes of a diff, in order.
///
/// A mode that goes down goes first, and one that goes up goes last, so that nothing is enforced while its answers
/// are under way. Between them, what observes (logs, alarms) comes before the responses, unless protection gets
/// weaker as a whole: then it comes after them. MFA goes up before the responses that ask for it, and down after them.
/// From OFF, and to OFF where responses change as well, the way leads through AUDIT, because responses may be refused
/// while threat protection is off (docs/facts.md, "Responses while the mode is OFF", unconfirmed), and AUDIT takes no
/// action. A plan goes up before all and down after all, as its features need it (docs/facts.md, "Feature plans"); an export
/// that goes with it ends first.
#[must_use]
pub fn calls(diff: &Diff) -> Vec<Call> {
    let stages = Stages::of(diff);
    let [first, second] = if diff.comparison.direction() == Direction::Weaker {
        [stages.responses, stages.observing]
    } else {
        [stages.observing, stages.responses]
    };
    let mut ordered = stages.prepare;
    for mut stage in [stages.lower, first, second, stages.raise, stages.close] {
        ordered.append(&mut stage);
    }
    ordered
}

/// Calls by what they are for.
#[derive(Default)]
struct Stages {
    prepare: Vec<Call>,
    lower: Vec<Call>,
    observing: Vec<Call>,
    responses: Vec<Call>,
    raise: Vec<Call>,
    close: Vec<Call>,
}

impl Stages {
    fn of(diff: &Diff) -> Self {
        let mut stages = Self::default();
        stages.pool(diff);
        stages.logs(diff);
        let alarms = diff.changes.iter().filter_map(|change| alarm(diff, change));
        stages.observing.extend(alarms);
        let falls = Setting::Mfa;
        let falls = diff
            .changes
            .iter()
            .any(|change| change.leaf == falls && change.direction == Direction::Weaker);
        if !falls {
            stages.mfa(diff);
        }
        stages.risk(diff);
        stages.clients(diff);
        if falls {
            stages.mfa(diff);
        }
        stages
    }

    /// `UpdateUserPool`, up to four times.
    fn pool(&mut self, diff: &Diff) {
        let (from, to) = (&diff.observed, &diff.wanted);
        let plan = changed(diff, |leaf| *leaf == Setting::FeaturePlan);
        let up = to.feature_plan == Some(FeaturePlan::Plus);
        let mut first = json!({});
        let mut makes = Vec::new();
        if up && !plan.is_empty() {
            first["UserPoolTier"] = api_name(to.feature_plan);
            makes.clone_from(&plan);
        }
        let (was, will) = (from.mode.standard, to.mode.standard);
        let wakes = was == Some(Mode::Off) && matches!(will, Some(Mode::Audit | Mode::Enforced));
        let mut modes = changed(diff, |leaf| matches!(leaf, Setting::Mode(_)));
        if wakes {
            first["UserPoolAddOns"] = add_ons(Some(Mode::Audit), from.mode.custom);
            if will == Some(Mode::Audit) && from.mode.custom == to.mode.custom {
                makes.append(&mut modes);
            }
        }
        if first != json!({}) {
            self.prepare.push(pool_call(first, makes));
        }
        self.modes(diff, modes);
        if !up && !plan.is_empty() {
            self.close.push(pool_call(
                json!({ "UserPoolTier": api_name(to.feature_plan) }),
                plan,
            ));
        }
    }

    /// The modes as they are to be: those that go down in one call, those that go up in another. Where threat protection
    /// is switched off and answers change as well, it is by way of AUDIT.
    fn modes(&mut self, diff: &Diff, makes: Vec<Pointer>) {
        if makes.is_empty() {
            return;
        }
        let (from, to) = (diff.observed.mode, diff.wanted.mode);
        let call = |standard, custom, makes| {
            let sets = json!({ "UserPoolAddOns": add_ons(standard, custom) });
            pool_call(sets, makes)
        };
        let answers = |leaf: &Setting| matches!(leaf, Setting::Risk(..) | Setting::Override(_));
        let sleeps = to.standard == Some(Mode::Off) && from.standard != Some(Mode::Off);
        let softly = sleeps && !changed(diff, answers).is_empty();
        // What each mode is while the answers change: as it is to be where it goes down, and as it is where it goes up.
        let meanwhile = |from: Option<Mode>, to: Option<Mode>| if to < from { to } else { from };
        let mut standard = meanwhile(from.standard, to.standard);
        let custom = meanwhile(from.custom, to.custom);
        // A pool from before feature plans keeps threat protection on LITE only while one of its modes is on.
        let asleep = |mode: Option<Mode>| mode.is_none_or(|mode| mode == Mode::Off);
        let keeps_lite = diff.observed.feature_plan == Some(FeaturePlan::Lite)
            && diff.wanted.feature_plan == Some(FeaturePlan::Lite);
        let drops_off = keeps_lite && asleep(standard) && asleep(custom) && !asleep(to.custom);
        if softly || drops_off {
            standard = Some(Mode::Audit);
        } else if from.standard == Some(Mode::Off) {
            // It was woken up before.
            standard = meanwhile(Some(Mode::Audit), to.standard);
        }
        let (goes_down, is_there) = (
            standard < from.standard || custom < from.custom,
            (standard, custom) == (to.standard, to.custom),
        );
        if goes_down {
            let now = if is_there { makes.clone() } else { Vec::new() };
            self.lower.push(call(standard, custom, now));
        }
        if softly {
            self.close.push(call(to.standard, to.custom, makes));
        } else if !is_there || !goes_down {
            self.raise.push(call(to.standard, to.custom, makes));
        }
    }

    /// Both sources in one call, since it replaces the list.
    fn logs(&mut self, diff: &Diff) {
        let makes = changed(diff, |leaf| matches!(leaf, Setting::LogDelivery(_)));
        if makes.is_empty() {
            return;
        }
        let delivery = diff.wanted.log_delivery.clone().unwrap_or_default();
        let entries = [
            ("userAuthEvents", "INFO", &delivery.user_auth_events),
            ("userNotification", "ERROR", &delivery.user_notification),
        ];
        let list: Vec<_> = entries
            .into_iter()
            .filter_map(|(source, level, to)| Some(log_configuration(source, level, to.as_ref()?)))
            .collect();
        // An export that the plan will not have ends before everything else: if that fails, nothing is given up yet.
        let plus = Some(FeaturePlan::Plus);
        let ends = diff.observed.feature_plan == plus
            && diff.wanted.feature_plan != plus
            && delivery.user_auth_events.is_none();
        let stage = if ends {
            &mut self.prepare
        } else {
            &mut self.observing
        };
        stage.push(Call {
            write: Write::SetLogDeliveryConfiguration,
            client: None,
            sets: json!({ "LogConfigurations": list }),
            makes,
        });
    }

    fn mfa(&mut self, diff: &Diff) {
        let makes = changed(diff, |leaf| matches!(leaf, Setting::Mfa | Setting::MfaFactors));
        if makes.is_empty() {
            return;
        }
        let mfa = &diff.wanted.mfa;
        let factors: Option<Value> = mfa.factors.as_ref().map(|set| set.iter().map(api_name).collect());
        self.responses.push(Call {
            write: Write::SetUserPoolMfaConfig,
            client: None,
            sets: json!({ "MfaConfiguration": api_name(mfa.configuration), "factors": factors }),
            makes,
        });
    }

    /// One call for the pool and one for each client. Where a configuration is changed, each sets what differs and no
    /// more; where one comes to be, all of it.
    fn risk(&mut self, diff: &Diff) {
        let pool = |leaf: &Setting| matches!(leaf, Setting::Risk(Holder::Pool, _));
        let of_pool = changed(diff, pool);
        if !of_pool.is_empty() {
            let patch = risk_patch(&diff.wanted.responses, &risk_leaves(diff, pool));
            let sets = with_ids(&diff.wanted, None, patch);
            self.responses.push(risk_call(None, sets, of_pool));
        }
        for client in &diff.wanted.clients {
            let about = |leaf: &Setting| match leaf {
                Setting::Override(key) | Setting::Risk(Holder::Client(key), _) => *key == client.key,
                _ => false,
            };
            let makes = changed(diff, about);
            if makes.is_empty() {
                continue;
            }
            let leaves = risk_leaves(diff, about);
            let sets = match &client.risk {
                Override::Own(own) if !leaves.is_empty() => {
                    with_ids(&diff.wanted, client.id.as_deref(), risk_patch(own, &leaves))
                }
                Override::Own(_) => set_risk_configuration(&diff.wanted, RiskScope::Client(&client.key))
                    .unwrap_or_else(|| with_ids(&diff.wanted, client.id.as_deref(), Map::new())),
                Override::Inherit | Override::Unknown => {
                    with_ids(&diff.wanted, client.id.as_deref(), Map::new())
                }
            };
            self.responses.push(risk_call(client.id.clone(), sets, makes));
        }
    }

    fn clients(&mut self, diff: &Diff) {
        for client in &diff.wanted.clients {
            let about = |leaf: &Setting| matches!(leaf, Setting::Client(key, _) if *key == client.key);
            let makes = changed(diff, about);
            if makes.is_empty() {
                continue;
            }
            let mut sets = json!({});
            for change in diff.changes.iter().filter(|change| about(&change.leaf)) {
                let Setting::Client(_, setting) = &change.leaf else {
                    continue;
                };
                let member = match setting {
                    ClientSetting::AuthFlows => "ExplicitAuthFlows",
                    ClientSetting::OAuthFlows => "AllowedOAuthFlows",
                    ClientSetting::IdentityProviders => "SupportedIdentityProviders",
                    ClientSetting::PropagateUserContext => "EnablePropagateAdditionalUserContextData",
                };
                sets[member] = value::get(&change.leaf, &diff.wanted).unwrap_or_default();
            }
            self.responses.push(Call {
                write: Write::UpdateUserPoolClient,
                client: client.id.clone(),
                sets,
                makes,
            });
        }
    }
}

fn changed(diff: &Diff, is: impl Fn(&Setting) -> bool) -> Vec<Pointer> {
    let changes = diff.changes.iter().filter(|change| is(&change.leaf));
    let mut leaves: Vec<_> = changes.map(|change| &change.leaf).collect();
    leaves.sort();
    leaves.into_iter().map(Setting::pointer).collect()
}

fn pool_call(sets: Value, makes: Vec<Pointer>) -> Call {
    Call {
        write: Write::UpdateUserPool,
        client: None,
        sets,
        makes,
    }
}

/// `AdvancedSecurityMode` is a required member; OFF for custom authentication is absence (docs/facts.md, "Two modes").
fn add_ons(standard: Option<Mode>, custom: Option<Mode>) -> Value {
    let mut value = json!({ "AdvancedSecurityMode": api_name(standard.unwrap_or(Mode::Off)) });
    if let Some(mode) = custom.filter(|mode| *mode != Mode::Off) {
        value["AdvancedSecurityAdditionalFlows"] = json!({ "CustomAuthMode": api_name(mode) });
    }
    value
}

fn log_configuration(source: &str, level: &str, to: &Delivery) -> Value {
    let mut entry = json!({
        "EventSource": source,
        "LogLevel": to.level.as_deref().unwrap_or(level),
    });
    let destinations = [
        ("CloudWatchLogsConfiguration", "LogGroupArn", &to.cloudwatch_logs),
        ("S3Configuration", "BucketArn", &to.s3),
        ("FirehoseConfiguration", "StreamArn", &to.firehose),
    ];
    for (member, inner, arn) in destinations {
        if let Some(arn) = arn {
            entry[member] = json!({ inner: arn });
        }
    }
    entry
}

fn alarm(diff: &Diff, change: &Change) -> Option<Call> {
    let Setting::Alarm(index) = change.leaf else {
        return None;
    };
    let AlarmTarget { alarm, exists } = diff.alarms.get(&index)?;
    // Of an alarm that exists, only what differs.
    let mut sets = match &change.wanted {
        Some(wanted) if *exists => wanted.clone(),
        _ => write::alarm(alarm),
    };
    sets["name"] = alarm.name.clone().into();
    Some(Call {
        write: Write::PutMetricAlarm,
        client: None,
        sets,
        makes: vec![change.leaf.pointer()],
    })
}

fn risk_call(client: Option<String>, sets: Value, makes: Vec<Pointer>) -> Call {
    Call {
        write: Write::SetRiskConfiguration,
        client,
        sets,
        makes,
    }
}

/// What a call sets, with its ids. With nothing but ids it resets: to the pool's defaults, or for a client to the pool's
/// configuration (docs/facts.md, "A risk configuration without sections is a reset").
fn with_ids(posture: &Posture, client: Option<&str>, mut sets: Map<String, Value>) -> Value {
    sets.insert("UserPoolId".to_owned(), json!(posture.pool_id));
    sets.extend(client.map(|client| ("ClientId".to_owned(), client.into())));
    Value::Object(sets)
}

/// Leaves of risk configurations that differ, of those that are meant.
fn risk_leaves(diff: &Diff, is: impl Fn(&Setting) -> bool) -> Vec<RiskSetting> {
    let changes = diff.changes.iter().filter(|change| is(&change.leaf));
    let leaf = |change: &Change| match change.leaf {
        Setting::Risk(_, leaf) => Some(leaf),
        _ => None,
    };
    let mut leaves: Vec<_> = changes.filter_map(leaf).collect();
    leaves.sort();
    leaves
}

/// Whether a mode is one that a gate guards: the step to ENFORCED.
#[must_use]
pub fn enforces(diff: &Diff, auth: Auth) -> bool {
    let mode = |posture: &Posture| crate::plan::setting::mode_of(posture.mode, auth);
    mode(&diff.wanted) == Some(Mode::Enforced) && mode(&diff.observed) != Some(Mode::Enforced)
}

/// The API's word of an enum value; `null` for none.
fn api_name(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
