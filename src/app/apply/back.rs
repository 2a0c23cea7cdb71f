//! From what a journal recorded to a posture to go back to, and the leaves that it is about.

use serde_json::{Value, json};

use crate::app::apply::recorded::{RecordedPool, Was};
use crate::aws::convert;
use crate::model::alarm::Alarm;
use crate::model::client::{Client, Override};
use crate::model::log_delivery::LogDelivery;
use crate::model::mode::{MfaFactor, Mode};
use crate::model::posture::{Origin, Posture};
use crate::model::response::RiskConfiguration;
use crate::plan::{Auth, ClientSetting, Holder, Leaf, LogSource, RiskLeaf};

/// Factors with the members that describe them.
const FACTORS: [(&str, MfaFactor); 4] = [
    ("SmsMfaConfiguration", MfaFactor::Sms),
    ("SoftwareTokenMfaConfiguration", MfaFactor::SoftwareToken),
    ("EmailMfaConfiguration", MfaFactor::Email),
    ("WebAuthnConfiguration", MfaFactor::WebAuthn),
];

/// The state before a run, as far as the run changed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// What was there. What the run did not change means nothing in it.
    pub(super) posture: Posture,
    /// What the run changed.
    pub(super) leaves: Vec<Leaf>,
    /// What cannot be gone back to, a sentence each. Hostile text.
    pub(super) lost: Vec<String>,
}

/// The state before a run, in terms of a pool as it is now.
pub(super) fn before(recorded: &RecordedPool, now: &Posture) -> Before {
    let mut back = Before {
        posture: Posture {
            origin: Origin::Desired,
            account: now.account.clone(),
            region: now.region.clone(),
            pool_id: now.pool_id.clone(),
            ..Posture::default()
        },
        ..Before::default()
    };
    for (_, was) in recorded.of("UpdateUserPool") {
        back.pool(was);
    }
    for (_, was) in recorded.of("SetUserPoolMfaConfig") {
        back.mfa(was, now);
    }
    for (client, was) in recorded.of("SetRiskConfiguration") {
        match client {
            None => back.pool_risk(was),
            Some(id) => back.client_risk(id, was, now),
        }
    }
    for (client, was) in recorded.of("UpdateUserPoolClient") {
        back.client(client.unwrap_or_default(), was, now);
    }
    for (_, was) in recorded.of("SetLogDeliveryConfiguration") {
        back.logs(was);
    }
    for (name, was) in recorded.of("PutMetricAlarm") {
        back.alarm(name.unwrap_or_default(), was);
    }
    back
}

fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

impl Before {
    fn pool(&mut self, was: &Was) {
        if let Some(plan) = was.at(&["UserPoolTier"]) {
            self.posture.feature_plan = word(plan);
            self.leaves.push(Leaf::FeaturePlan);
        }
        // A mode that is not there is OFF.
        let mode = |value: &Value| Some(word(value).unwrap_or(Mode::Off));
        if let Some(standard) = was.at(&["UserPoolAddOns", "AdvancedSecurityMode"]) {
            self.posture.mode.standard = mode(standard);
            self.leaves.push(Leaf::Mode(Auth::Standard));
        }
        let custom = [
            "UserPoolAddOns",
            "AdvancedSecurityAdditionalFlows",
            "CustomAuthMode",
        ];
        if let Some(custom) = was.at(&custom) {
            self.posture.mode.custom = mode(custom);
            self.leaves.push(Leaf::Mode(Auth::Custom));
        }
    }

    /// Factors that the run did not change are as they are now.
    fn mfa(&mut self, was: &Was, now: &Posture) {
        if let Some(mode) = was.at(&["MfaConfiguration"]) {
            self.posture.mfa.configuration = word(mode);
            self.leaves.push(Leaf::Mfa);
        }
        let mut members = was.before.clone();
        if let Some(members) = members.as_object_mut() {
            members.shift_remove("MfaConfiguration");
        }
        let names: Vec<_> = members
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        if names.is_empty() {
            return;
        }
        let mut factors = now.mfa.factors.clone().unwrap_or_default();
        let had = convert::mfa(&members).0.factors.unwrap_or_default();
        for (name, factor) in FACTORS {
            if names.iter().any(|changed| changed == name) {
                factors.remove(&factor);
                factors.extend(had.get(&factor).copied());
            }
        }
        self.posture.mfa.factors = Some(factors);
        self.leaves.push(Leaf::MfaFactors);
    }

    fn pool_risk(&mut self, was: &Was) {
        self.posture.responses = risk(was);
        let own = RiskLeaf::all().map(|leaf| Leaf::Risk(Holder::Pool, leaf));
        self.leaves.extend(own.filter(|leaf| made(was, leaf)));
    }

    fn client_risk(&mut self, id: &str, was: &Was, now: &Posture) {
        let Some(key) = self.named(id, now) else { return };
        let live = now
            .clients
            .iter()
            .find(|client| client.key == key)
            .map(|client| &client.risk);
        let whole = Leaf::Override(key.clone());
        if was.before.is_null() {
            self.entry(&key).risk = Override::Inherit;
            self.leaves.push(whole);
            return;
        }
        self.entry(&key).risk = Override::Own(Box::new(risk(was)));
        match live {
            Some(Override::Own(_)) => {
                let holder = Holder::Client(key.clone());
                let own = RiskLeaf::all().map(|leaf| Leaf::Risk(holder.clone(), leaf));
                // The journal's pointers have the policy's key of the client.
                let at = |leaf: &Leaf| {
                    let place = leaf.pointer();
                    let rest: Vec<_> = place.tokens().skip(2).collect();
                    was.is_reset()
                        || was
                            .makes
                            .iter()
                            .any(|made| made.tokens().skip(2).eq(rest.iter().cloned()))
                };
                self.leaves.extend(own.filter(at));
            }
            _ if was.is_reset() => self.leaves.push(whole),
            _ => self.lost.push(format!(
                "client `{key}` has no responses of its own any more, and the journal has only a part of them"
            )),
        }
    }

    fn client(&mut self, id: &str, was: &Was, now: &Posture) {
        let Some(key) = self.named(id, now) else { return };
        let members = [
            ("ExplicitAuthFlows", ClientSetting::AuthFlows),
            ("AllowedOAuthFlows", ClientSetting::OAuthFlows),
            ("SupportedIdentityProviders", ClientSetting::IdentityProviders),
            (
                "EnablePropagateAdditionalUserContextData",
                ClientSetting::PropagateUserContext,
            ),
        ];
        for (member, setting) in members {
            let Some(value) = was.at(&[member]) else { continue };
            let entry = self.entry(&key);
            let list = || Some(word(value).unwrap_or_default());
            match setting {
                ClientSetting::AuthFlows => entry.auth_flows = list(),
                ClientSetting::OAuthFlows => entry.oauth_flows = list(),
                ClientSetting::IdentityProviders => entry.identity_providers = list(),
                ClientSetting::PropagateUserContext => {
                    entry.propagate_user_context = Some(word(value).unwrap_or(false));
                }
            }
            self.leaves.push(Leaf::Client(key.clone(), setting));
        }
    }

    fn logs(&mut self, was: &Was) {
        let sources = [
            ("userAuthEvents", LogSource::UserAuthEvents),
            ("userNotification", LogSource::UserNotification),
        ];
        let list: Vec<_> = sources
            .iter()
            .filter_map(|(name, _)| was.at(&["LogConfigurations", name])?.as_object().cloned())
            .collect();
        let body = json!({ "LogDeliveryConfiguration": { "LogConfigurations": list } });
        let found = convert::log_delivery(&body).unwrap_or_default();
        let delivery = self.posture.log_delivery.get_or_insert_with(LogDelivery::default);
        *delivery = found;
        for (name, source) in sources {
            if was.at(&["LogConfigurations", name]).is_some() {
                self.leaves.push(Leaf::LogDelivery(source));
            }
        }
    }

    fn alarm(&mut self, name: &str, was: &Was) {
        let Some(alarm) = alarm(name, &was.before) else {
            self.lost.push(format!(
                "alarm `{name}` was made by that run, and nothing here deletes alarms: delete it in CloudWatch"
            ));
            return;
        };
        let alarms = self.posture.alarms.get_or_insert_default();
        self.leaves.push(Leaf::Alarm(alarms.len()));
        alarms.push(alarm);
    }

    /// The key of a client in the pool as it is now.
    fn named(&mut self, id: &str, now: &Posture) -> Option<String> {
        let client = now.clients.iter().find(|client| client.id.as_deref() == Some(id));
        if client.is_none() {
            self.lost.push(format!("client `{id}` does not exist any more"));
        }
        client.map(|client| client.key.clone())
    }

    fn entry(&mut self, key: &str) -> &mut Client {
        let clients = &mut self.posture.clients;
        let index = clients
            .iter()
            .position(|client| client.key == key)
            .unwrap_or_else(|| {
                clients.push(Client {
                    key: key.to_owned(),
                    ..Client::default()
                });
                clients.len() - 1
            });
        &mut clients[index]
    }
}

/// Whether a run made a leaf other than it was.
fn made(was: &Was, leaf: &Leaf) -> bool {
    was.makes.contains(&leaf.pointer())
}

/// The sections that the run changed, as they were.
fn risk(was: &Was) -> RiskConfiguration {
    let body = json!({ "RiskConfiguration": was.present() });
    convert::pool_risk(Ok(body)).unwrap_or_default()
}

/// An alarm in the policy language's words; `None` for none.
fn alarm(name: &str, value: &Value) -> Option<Alarm> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    Some(Alarm {
        name: Some(name.to_owned()),
        namespace: text("namespace")?,
        metric: text("metric")?,
        dimensions: word(value.get("dimensions")?)?,
        statistic: text("statistic")?,
        period: seconds(&text("period")?)?,
        evaluation_periods: word(value.get("evaluation_periods")?)?,
        threshold: word(value.get("threshold")?)?,
        comparison: text("comparison")?,
        treat_missing_data: text("treat_missing_data")?,
        actions_enabled: word(value.get("actions_enabled")?)?,
        actions: word(value.get("actions")?)?,
    })
}

/// `5m` is 300.
fn seconds(text: &str) -> Option<u32> {
    let unit = text.chars().next_back()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    number.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for number in [0, 59, 60, 90, 300, 3600, 5400] {
            assert_eq!(seconds(&crate::policy::write::period(number)), Some(number));
        }
        for odd in ["", "m", "5", "5d", "é", "99999999h"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
