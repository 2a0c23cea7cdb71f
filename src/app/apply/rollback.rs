//! From what a journal recorded to a posture to go back to, and the leaves that it is about.

use std::fmt;

use serde_json::{Value, json};

use crate::app::apply::object::Object;
use crate::app::apply::places::leaves;
use crate::app::apply::recorded::{Beside, RecordedPool, Was, says_nothing};
use crate::app::apply::request::described_logs;
use crate::aws::convert;
use crate::model::alarm::{Alarm, Beyond, WarmUp};
use crate::model::client::{Client, Override};
use crate::model::observed::Observed;
use crate::model::posture::{Origin, Part, Posture};
use crate::observe::live::RawPool;
use crate::plan::{Setting, compared, whole_alarm};
use crate::pointer::Pointer;
use crate::text;
use crate::update::{Put, restored, unordered};

/// The state before a run, as far as the run changed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// What was there. What the run did not change means nothing in it.
    pub(super) posture: Posture,
    /// What the run changed.
    pub(super) leaves: Vec<Setting>,
    /// What cannot be gone back to, a sentence each. Hostile text.
    pub(super) lost: Vec<String>,
    /// Alarms that the run made, and that stay, a sentence each. Hostile text.
    pub(super) alarms: Vec<String>,
    /// What of the journal is not understood, so that nothing may be written, a sentence each. Hostile text.
    pub(super) not_understood: Vec<String>,
}

/// The state before a run, in terms of a pool as it is now.
///
/// Of every object that the run changed, the places that it changed are put back into the object as it is now, and what
/// comes of that is read as any answer of the service is: what the run did not change means what it means now.
pub(super) fn before(recorded: &RecordedPool, now: &Posture, raw: &RawPool) -> Before {
    let mut back = Back {
        now,
        raw,
        found: Before {
            posture: Posture {
                origin: Origin::Desired,
                account: now.account.clone(),
                region: now.region.clone(),
                pool_id: now.pool_id.clone(),
                ..Posture::default()
            },
            ..Before::default()
        },
    };
    back.found.not_understood.extend(recorded.odd.iter().cloned());
    for ((operation, about), was) in &recorded.objects {
        let odd = |side: &Value| !side.is_object() && !side.is_null();
        let (leaves, lost) = (back.found.leaves.len(), back.found.lost.len());
        match Object::named(operation, about.as_deref()) {
            None => back.not_understood(
                &format!("a call of `{operation}`"),
                "no run of this version makes such a call; use the version that wrote the journal (`tool_version` in its \
                 first line)",
            ),
            Some(_) if odd(&was.before) || odd(&was.after) => {
                back.not_understood(&format!("a call of `{operation}`"), "it is neither an object nor null");
            }
            Some(Object::Pool) => back.pool(was),
            Some(Object::Mfa) => back.mfa(was),
            Some(Object::Risk(None)) => back.pool_risk(was),
            Some(Object::Risk(Some(id))) => back.client_risk(&id, was),
            Some(Object::Client(id)) => back.client(&id, was),
            Some(Object::Logs) => back.logs(was),
            Some(Object::Alarm(name)) => back.alarm(&name, was),
        }
        let object = Object::named(operation, about.as_deref());
        if let Some(object) = object.filter(|object| !matches!(object, Object::Alarm(_)))
            && back.found.lost.len() == lost
        {
            back.all_made(&object, was, leaves);
        }
    }
    for beside in &recorded.beside {
        back.beside(beside);
    }
    for ((operation, about), was) in &recorded.refused {
        back.refused(operation, about.as_deref(), was);
    }
    back.found.leaves.sort();
    back.found
}

fn from_api_name<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// A state in the making.
struct Back<'a> {
    now: &'a Posture,
    raw: &'a RawPool,
    found: Before,
}

impl Back<'_> {
    /// An object as it was, as far as the run changed it.
    fn was(&self, object: &Object, was: &Was) -> Value {
        restored(&object.seen(self.raw, self.now), &was.places())
    }

    /// Adds the leaves that the changed places of an object belong to. A call that is about none of them is no call of this
    /// program.
    fn leaves(&mut self, object: &Object, key: &str, was: &Was) {
        let places = was.places();
        let leaves = places.iter().flat_map(|put| leaves(object, key, &put.at));
        let mut leaves: Vec<_> = leaves.collect();
        leaves.sort();
        leaves.dedup();
        if let (true, Some(put)) = (leaves.is_empty(), places.first()) {
            let what = format!("`{}`", put.at);
            return self.not_understood(
                &what,
                "no policy manages it, so that no run makes a call for it alone",
            );
        }
        self.found.leaves.append(&mut leaves);
    }

    /// What calls say that they change must be among the leaves that were found of them, which are those from `first` on. Where
    /// the object is as they left it, what was there before must be something else; where it is not, the client must not
    /// be another one than the policy's.
    fn all_made(&mut self, object: &Object, was: &Was, first: usize) {
        let client = match object {
            Object::Client(id) | Object::Risk(Some(id)) => Some(id),
            _ => None,
        };
        // A policy may have another key for the client than the pool has.
        let own = |at: &Pointer| match at.tokens().collect::<Vec<_>>().as_slice() {
            [clients, _, rest @ ..] if client.is_some() && clients == "clients" => {
                rest.iter().fold(Pointer::root(), |at, token| at.child(token))
            }
            _ => at.clone(),
        };
        let (is_as_left, leaves) = (self.is_as_left(object, was), &self.found.leaves[first..]);
        let wrong = |at: &Pointer| {
            let place = own(at);
            let touches = |leaf: &&Setting| {
                let leaf = own(&leaf.pointer());
                leaf.covers(&place) || place.covers(&leaf)
            };
            let found: Vec<_> = leaves.iter().filter(touches).collect();
            let is_same = |leaf: &&Setting| compared(leaf, &self.found.posture) == compared(leaf, self.now);
            match () {
                () if found.is_empty() => Some("`before` and `after` do not show it"),
                () if is_as_left && found.iter().all(is_same) => Some("`before` has what is there now"),
                () if !is_as_left && client.is_some_and(|id| self.is_of_another(at, id)) => {
                    Some("that is the key of another client")
                }
                () => None,
            }
        };
        let wrong = was.makes.iter().find_map(|at| wrong(at).map(|why| (at, why)));
        if let Some((at, why)) = wrong {
            let why = format!("it says that it changes this, and {why}");
            self.not_understood(&format!("call {}, `{at}`", was.call), why);
        }
    }

    /// Whether the places that calls changed are as they left them.
    fn is_as_left(&self, object: &Object, was: &Was) -> bool {
        let now = object.seen(self.raw, self.now);
        let said = |side: &Value, at: &Pointer| {
            let there = side.pointer(at.as_str()).filter(|value| !says_nothing(value));
            there.map(unordered)
        };
        let mut places = was.places().into_iter();
        places.all(|put| said(&now, &put.at) == said(&was.after, &put.at))
    }

    /// Whether a place below `/clients` has the name of another client than this one.
    fn is_of_another(&self, at: &Pointer, id: &str) -> bool {
        let name = at.tokens().nth(1);
        let mut ids = self
            .now
            .clients
            .iter()
            .filter(|client| Some(client.name()) == name.as_deref());
        let mut others = ids.clone();
        others.next().is_some() && !ids.any(|client| client.id.as_deref() == Some(id))
    }

    /// Says that what was recorded is not understood: nothing is written then.
    fn not_understood(&mut self, what: &str, why: impl fmt::Display) {
        let words = format!("what the journal has of {what} is not understood: {why}");
        self.found.not_understood.push(words);
    }

    /// Says what a call changed beside what it was to change, as far as it is not as before by now.
    fn beside(&mut self, beside: &Beside) {
        let (operation, about) = &beside.key;
        let Some(object) = Object::named(operation, about.as_deref()) else {
            return;
        };
        let now = object.seen(self.raw, self.now);
        // As it was found to be changed: the order of lists says nothing.
        let differs =
            |put: &&Put| now.pointer(put.at.as_str()).map(unordered) != put.value.as_ref().map(unordered);
        let places: Vec<_> = beside.places.iter().filter(differs).collect();
        if !places.is_empty() {
            let names: Vec<_> = places.iter().map(|put| format!("`{}`", put.at)).collect();
            self.found.lost.push(format!(
                "when call {} ({operation}) was made, {} changed as well, by AWS or somebody else, and is not as before by \
                 now: this does not put it back; `beside` at the end of that call in the journal has what was there",
                beside.call,
                text::join_words(&names)
            ));
        }
    }

    /// Says that what a refused call was to change is there all the same.
    fn refused(&mut self, operation: &str, about: Option<&str>, was: &Was) {
        let object = Object::named(operation, about);
        if object.is_some_and(|object| !was.places().is_empty() && self.is_as_left(&object, was)) {
            self.found.lost.push(format!(
                "the journal says that call {} ({operation}) was refused, and what it was to change is there: somebody else did \
                 that, or changed the journal; this does not undo it",
                was.call
            ));
        }
    }

    fn pool(&mut self, was: &Was) {
        let body = json!({ "UserPool": self.was(&Object::Pool, was) });
        let mut described = Observed::default();
        match convert::pool(&body, &mut described) {
            Ok(odd)
                if odd
                    .iter()
                    .any(|(part, _)| matches!(part, Part::Mode | Part::Plan)) =>
            {
                let words: Vec<_> = odd.iter().map(|(_, error)| error.to_string()).collect();
                return self.not_understood("the pool", text::join_words(&words));
            }
            Ok(_) => {}
            Err(decode_error) => return self.not_understood("the pool", decode_error),
        }
        let Posture {
            feature_plan, mode, ..
        } = described.posture;
        let had = self.found.leaves.len();
        self.leaves(&Object::Pool, "", was);
        self.found.posture.feature_plan = feature_plan;
        self.found.posture.mode = mode;
        // An update cannot take a feature plan away: one that is not sent stays.
        if feature_plan.is_none() && self.found.leaves[had..].contains(&Setting::FeaturePlan) {
            self.found.leaves.retain(|leaf| *leaf != Setting::FeaturePlan);
            let plan = self.now.feature_plan.map(|plan| json!(plan));
            let plan = plan.as_ref().and_then(Value::as_str).unwrap_or("as it is");
            self.found.lost.push(format!(
                "the pool described no feature plan before, and an update cannot remove it: it stays {plan}"
            ));
        }
    }

    fn mfa(&mut self, was: &Was) {
        let (mfa, odd) = convert::mfa(&self.was(&Object::Mfa, was));
        if let Some(decode_error) = odd.first() {
            return self.not_understood("MFA", decode_error);
        }
        self.found.posture.mfa = mfa;
        self.leaves(&Object::Mfa, "", was);
    }

    fn pool_risk(&mut self, was: &Was) {
        let object = Object::Risk(None);
        let body = json!({ "RiskConfiguration": self.was(&object, was) });
        match convert::pool_risk(Ok(body)) {
            Ok(responses) => self.found.posture.responses = responses,
            Err(trouble) => return self.not_understood("the pool's risk configuration", trouble.detail),
        }
        self.leaves(&object, "", was);
    }

    fn client_risk(&mut self, id: &str, was: &Was) {
        let Some(key) = self.named(id) else { return };
        let live = self.now.clients.iter().find(|client| client.key == key);
        let is_own = live.is_some_and(|client| matches!(client.risk, Override::Own(_)));
        let whole = Setting::Override(key.clone());
        if was.before.is_null() {
            self.found.entry(&key).risk = Override::Inherit;
            self.found.leaves.push(whole);
            return;
        }
        let object = Object::Risk(Some(id.to_owned()));
        let mut section = self.was(&object, was);
        section["ClientId"] = id.into();
        match convert::client_risk(Ok(json!({ "RiskConfiguration": section })), id) {
            Ok(risk) => self.found.entry(&key).risk = risk,
            Err(trouble) => {
                return self.not_understood(&format!("the responses of client `{key}`"), trouble.detail);
            }
        }
        if is_own {
            self.leaves(&object, &key, was);
        } else if was.is_reset() {
            self.found.leaves.push(whole);
        } else {
            self.found.entry(&key).risk = Override::Unknown;
            self.found.lost.push(format!(
                "client `{key}` has no override any more, and the journal has only a part of them"
            ));
        }
    }

    fn client(&mut self, id: &str, was: &Was) {
        let Some(key) = self.named(id) else { return };
        let object = Object::Client(id.to_owned());
        let body = json!({ "UserPoolClient": self.was(&object, was) });
        let facts = match convert::client(&body) {
            Ok(facts) => facts,
            Err(decode_error) => return self.not_understood(&format!("client `{key}`"), decode_error),
        };
        self.found.entry(&key).settings = facts.settings;
        self.leaves(&object, &key, was);
    }

    fn logs(&mut self, was: &Was) {
        match convert::log_delivery(&described_logs(&self.was(&Object::Logs, was))) {
            Ok(found) => self.found.posture.log_delivery = Some(found),
            Err(decode_error) => return self.not_understood("log delivery", decode_error),
        }
        self.leaves(&Object::Logs, "", was);
    }

    /// The key of a client in the pool as it is now.
    fn named(&mut self, id: &str) -> Option<String> {
        let mut clients = self.now.clients.iter();
        let client = clients.find(|client| client.id.as_deref() == Some(id));
        if client.is_none() {
            let words = format!("client `{id}` does not exist any more");
            self.found.lost.push(words);
        }
        client.map(|client| client.key.clone())
    }
}

impl Back<'_> {
    fn alarm(&mut self, name: &str, was: &Was) {
        if was.before.is_null() {
            self.found.alarms.push(format!(
                "alarm `{name}` was created by that run, and nothing here deletes alarms: delete it in CloudWatch"
            ));
            return;
        }
        // What is written is read whole: a member that is missing, unknown or of another kind would be lost.
        let Some(alarm) = alarm(name, &was.before).filter(|alarm| whole_alarm(alarm) == was.before) else {
            let why = "a member of it is missing, unknown, or not as this version writes it";
            return self.not_understood(&format!("alarm `{name}`"), why);
        };
        let alarms = self.found.posture.alarms.get_or_insert_default();
        self.found.leaves.push(Setting::Alarm(alarms.len()));
        alarms.push(alarm);
    }
}

impl Before {
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

/// An alarm in the policy language's words; `None` for none.
fn alarm(name: &str, value: &Value) -> Option<Alarm> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    Some(Alarm {
        name: Some(name.to_owned()),
        namespace: text("namespace")?,
        metric: text("metric")?,
        dimensions: from_api_name(value.get("dimensions")?)?,
        statistic: text("statistic")?,
        period: seconds(&text("period")?)?,
        evaluation_periods: from_api_name(value.get("evaluation_periods")?)?,
        threshold: from_api_name(value.get("threshold")?)?,
        comparison: text("comparison")?,
        treat_missing_data: text("treat_missing_data")?,
        actions_enabled: from_api_name(value.get("actions_enabled")?)?,
        actions: from_api_name(value.get("actions")?)?,
        beyond: Beyond {
            datapoints_to_alarm: value.get("datapoints_to_alarm").and_then(from_api_name),
            unit: text("unit"),
            low_samples: text("evaluate_low_sample_count_percentile"),
            warm_up: value.get("warm_up").and_then(|warm_up| {
                Some(WarmUp {
                    minutes: from_api_name(warm_up.get("minutes")?)?,
                    lasts: from_api_name(warm_up.get("lasts")?)?,
                })
            }),
            wall_clock: text("wall_clock"),
            is_other_kind: false,
            unknown: Vec::new(),
        },
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
