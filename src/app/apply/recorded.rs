//! What a journal recorded of pools: the state to go back to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::app::apply::object::Object;
use crate::app::diff::PoolQuery;
use crate::journal::{Begin, Made, Outcome, Record};
use crate::model::observed::Selector;
use crate::plan::Write;
use crate::pointer::Pointer;
use crate::update::{LOG_DESTINATIONS, Put};

/// What a journal recorded of one pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedPool {
    /// Account, where it was known.
    pub account: Option<String>,
    /// Region.
    pub region: String,
    /// Pool id.
    pub pool: String,
    /// What was there before, by operation and what the call was about.
    pub(super) objects: BTreeMap<Key, Was>,
    /// What calls changed beside what they were to change.
    pub(super) beside: Vec<Beside>,
    /// Calls that were refused, with what they were to change.
    pub(super) refused: Vec<(Key, Was)>,
    /// What no run writes, so that nothing of it is used, a sentence each. Hostile text.
    pub(super) odd: Vec<String>,
}

/// An operation and what a call was about.
pub(super) type Key = (String, Option<String>);

/// What a call changed beside what it was to change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beside {
    /// The operation and what the call was about.
    pub(super) key: Key,
    /// Number of the call in the run.
    pub(super) call: u32,
    /// The places, with what was there.
    pub(super) places: Vec<Put>,
}

/// An object before a run, as far as the run changed it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Was {
    /// Members that the run changed, as they were; null for an object that was not there.
    pub(super) before: Value,
    /// The same members as the run left them.
    pub(super) after: Value,
    /// Whether nothing was left of the object, so that all of it is in `before`.
    pub(super) whole: bool,
    /// What the calls say that they change, in the policy's terms.
    pub(super) makes: Vec<Pointer>,
    /// Number of the last of the calls.
    pub(super) call: u32,
}

/// The pools of a journal with the state before its run. Calls that were refused are not undone; those of which it is
/// unknown whether they were carried out are.
pub fn recorded(record: &Record) -> Vec<RecordedPool> {
    let mut pools: BTreeMap<String, RecordedPool> = BTreeMap::new();
    let refused = |made: &&Made| {
        made.end
            .as_ref()
            .is_some_and(|end| end.outcome == Outcome::Refused)
    };
    let nothing = Value::Null;
    for made in &record.made {
        let begin = &made.begin;
        let beside = made.end.as_ref().map_or(&nothing, |end| &end.beside);
        let pool = pools.entry(begin.pool.clone()).or_insert_with(|| RecordedPool {
            account: begin.account.clone(),
            region: begin.region.clone(),
            pool: begin.pool.clone(),
            ..RecordedPool::default()
        });
        let key = (begin.operation.clone(), about(begin));
        if !beside.is_null() {
            let mut found = Vec::new();
            places(beside, &nothing, &Pointer::root(), &mut found);
            pool.beside.push(Beside {
                key: key.clone(),
                call: begin.call,
                places: found,
            });
        }
        let makes = begin.makes.iter().filter_map(|at| Pointer::parse(at));
        let was = || Was {
            before: begin.before.clone(),
            after: begin.after.clone(),
            whole: is_nothing(&begin.after),
            makes: Vec::new(),
            call: begin.call,
        };
        if let Some((_, earlier)) = pool.refused.first() {
            pool.odd.push(format!(
                "what the journal has of call {} is not understood: call {} for the same pool was refused, and a run makes no \
                 other after that",
                begin.call, earlier.call
            ));
        }
        if refused(&made) {
            pool.refused.push((key, was()));
            continue;
        }
        let odd = odd(pool, begin, pool.objects.get(&key));
        let odd = odd.map(|what| {
            format!(
                "what the journal has of call {} is not understood: {what}",
                begin.call
            )
        });
        pool.odd.extend(odd);
        match pool.objects.get_mut(&key) {
            None => {
                let makes = makes.collect();
                pool.objects.insert(key, Was { makes, ..was() });
            }
            Some(was) => {
                was.makes.extend(makes);
                was.call = begin.call;
                keep_earlier(&mut was.before, &begin.before);
                keep_later(&mut was.after, &begin.after);
                was.whole &= is_nothing(&begin.after);
            }
        }
    }
    pools.into_values().collect()
}

/// What of a call no run writes: where it is, whom it is about, a side without what the other has, and an object that is not
/// as the call before left it.
fn odd(pool: &RecordedPool, begin: &Begin, earlier: Option<&Was>) -> Option<String> {
    if begin.region != pool.region || begin.account != pool.account {
        return Some("`region` or `account` differs from the earlier calls for the same pool".to_owned());
    }
    if begin
        .pool
        .split_once('_')
        .is_some_and(|(region, _)| region != begin.region)
    {
        return Some(format!(
            "`region` is `{}`, but the pool's id says otherwise",
            begin.region
        ));
    }
    let is_id = |id: &String| {
        id != "ALL" && !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(client) = begin.client.as_ref().filter(|id| !is_id(id)) {
        return Some(format!("`client` is `{client}`, which is not a client id"));
    }
    if let Some(why) = unmade(begin) {
        return Some(why);
    }
    let is_alarm = begin.operation == Write::PutMetricAlarm.as_str();
    if !is_alarm && let Some(at) = lopsided(&begin.before, &begin.after, &Pointer::root()) {
        return Some(format!(
            "`before{at}` and `after{at}` do not have the same members"
        ));
    }
    let at = earlier.and_then(|was| broken(&was.after, &begin.before, &Pointer::root()))?;
    Some(format!("`before{at}` is not what the call before it left there"))
}

/// What is wrong with what a call says that it changes. A call that lowers a mode for a while, so that a later one can end
/// it, says nothing, and changes nothing else.
fn unmade(begin: &Begin) -> Option<String> {
    Object::named(&begin.operation, about(begin).as_deref())?;
    if begin.before == begin.after || says_nothing(&begin.before) && says_nothing(&begin.after) {
        return Some("`before` and `after` show no change".to_owned());
    }
    let is_place = |text: &&String| Pointer::parse(text).is_some_and(|at| at != Pointer::root());
    if let Some(text) = begin.makes.iter().find(|text| !is_place(text)) {
        return Some(format!(
            "`makes` has `{text}`, which is not a pointer into a policy"
        ));
    }
    let is_of_client = |text: &&String| text.starts_with("/clients/");
    let other = |text: &&String| is_of_client(text) != begin.client.is_some();
    if let Some(text) = begin.makes.iter().find(other) {
        return Some(format!("`makes` has `{text}`, and `client` says another thing"));
    }
    let members = begin.after.as_object().into_iter().flatten();
    let mut others = members.filter(|(name, _)| *name != "UserPoolAddOns");
    let is_step = begin.operation == Write::UpdateUserPool.as_str() && others.next().is_none();
    (begin.makes.is_empty() && !is_step).then(|| "`makes` is empty".to_owned())
}

/// Where one side has members that the other does not have. Null is nothing, as is an object without members, but not as a
/// whole.
fn lopsided(before: &Value, after: &Value, at: &Pointer) -> Option<Pointer> {
    let (Value::Object(one), Value::Object(other)) = (before, after) else {
        return None;
    };
    if one.is_empty() && *at != Pointer::root() {
        return None;
    }
    if is_log_entry(at) && destinations(one) != destinations(other) {
        // The entry goes to another kind of destination, and is recorded whole.
        let rest = |entry: &Map<String, Value>| {
            let mut rest = entry.clone();
            rest.retain(|name, _| !LOG_DESTINATIONS.contains(&name.as_str()));
            Value::Object(rest)
        };
        let none = destinations(one).is_empty() || destinations(other).is_empty();
        return if none {
            Some(at.clone())
        } else {
            lopsided(&rest(one), &rest(other), at)
        };
    }
    if one.is_empty() || one.len() != other.len() {
        return Some(at.clone());
    }
    one.iter().find_map(|(name, value)| match other.get(name) {
        Some(left) => lopsided(value, left, &at.child(name)),
        None => Some(at.clone()),
    })
}

/// Whether a place is that of a log destination by source: `/LogConfigurations/userAuthEvents`.
fn is_log_entry(at: &Pointer) -> bool {
    let tokens: Vec<_> = at.tokens().collect();
    matches!(tokens.as_slice(), [list, _] if list == "LogConfigurations")
}

/// The kinds of destinations that an entry has.
fn destinations(entry: &Map<String, Value>) -> Vec<&'static str> {
    let is_there = |name: &&str| entry.get(*name).is_some_and(|value| !value.is_null());
    LOG_DESTINATIONS.into_iter().filter(is_there).collect()
}

/// Where a call found something else than a call before it had left.
fn broken(left: &Value, found: &Value, at: &Pointer) -> Option<Pointer> {
    match (left, found) {
        (Value::Object(left), Value::Object(found)) => left
            .iter()
            .find_map(|(name, value)| broken(value, found.get(name)?, &at.child(name))),
        (Value::String(_) | Value::Bool(_) | Value::Number(_), _) if !found.is_null() && left != found => {
            Some(at.clone())
        }
        _ => None,
    }
}

fn is_nothing(after: &Value) -> bool {
    match after {
        Value::Object(members) => members.values().all(Value::is_null),
        other => other.is_null(),
    }
}

/// Whether there is no value at any depth.
pub(super) fn says_nothing(side: &Value) -> bool {
    match side {
        Value::Object(members) => members.values().all(says_nothing),
        other => other.is_null(),
    }
}

/// The client, or the alarm, that a call is about.
fn about(begin: &Begin) -> Option<String> {
    if begin.operation != Write::PutMetricAlarm.as_str() {
        return begin.client.clone();
    }
    let name = begin.after.get("name").and_then(Value::as_str);
    // No client has alarms: of such a call nothing is understood.
    name.filter(|_| begin.client.is_none()).map(str::to_owned)
}

/// Adds what a later call changed to what an earlier one did: what was there first counts.
fn keep_earlier(earlier: &mut Value, later: &Value) {
    let (Value::Object(earlier), Value::Object(later)) = (earlier, later) else {
        return;
    };
    for (name, value) in later {
        match earlier.get_mut(name) {
            Some(there) => keep_earlier(there, value),
            None => {
                earlier.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Adds how a later call left what it changed to how an earlier one did.
fn keep_later(earlier: &mut Value, later: &Value) {
    match (earlier, later) {
        (Value::Object(earlier), Value::Object(later)) => {
            for (name, value) in later {
                keep_later(earlier.entry(name.as_str()).or_insert(Value::Null), value);
            }
        }
        (earlier, later) => earlier.clone_from(later),
    }
}

/// The places at which two sides of a change differ, innermost, with the first side. Null is nothing.
fn places(before: &Value, after: &Value, at: &Pointer, into: &mut Vec<Put>) {
    let filled = |value: &Value| value.as_object().is_some_and(|members| !members.is_empty());
    let inner = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    let may_hold = |value: &Value| value.is_null() || value.is_object();
    if (filled(before) || filled(after)) && may_hold(before) {
        let names = [before, after].map(|side| side.as_object().into_iter().flatten());
        let names: BTreeSet<_> = names
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        for name in names {
            places(&inner(before, name), &inner(after, name), &at.child(name), into);
        }
        if !before.is_object() || filled(before) {
            return;
        }
        // It was there, and had nothing in it.
    }
    if before != after {
        into.push(Put {
            at: at.clone(),
            value: Some(before.clone()).filter(|value| !value.is_null()),
        });
    }
}

impl RecordedPool {
    /// Where the pool is to be found.
    pub fn pool_query(&self) -> PoolQuery {
        PoolQuery {
            account: self.account.clone(),
            region: Some(self.region.clone()),
            selector: Selector::of_id(&self.pool),
        }
    }

    /// Whether some call may have changed something.
    pub(super) fn has_changes(&self) -> bool {
        !self.objects.is_empty() || !self.beside.is_empty()
    }

    /// Whether a mode was changed, so that a gate may be asked.
    pub fn has_modes(&self) -> bool {
        self.of("UpdateUserPool")
            .any(|(_, was)| was.before.is_null() || was.before.get("UserPoolAddOns").is_some())
    }

    /// What a run changed of one object.
    pub(super) fn was(&self, operation: &str, about: Option<&str>) -> Option<&Was> {
        let key = (operation.to_owned(), about.map(str::to_owned));
        self.objects.get(&key)
    }

    /// What a run changed by an operation, for each client or alarm.
    pub(super) fn of<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = (Option<&'a str>, &'a Was)> {
        let own = self
            .objects
            .iter()
            .filter(move |((name, _), _)| name == operation);
        own.map(|((_, about), was)| (about.as_deref(), was))
    }
}

impl Was {
    /// The places that the run changed, with what was there, as the service had it.
    pub(super) fn places(&self) -> Vec<Put> {
        let mut found = Vec::new();
        places(&self.before, &self.after, &Pointer::root(), &mut found);
        found
    }

    /// Whether the run took the whole object away, so that all of it is recorded.
    pub(super) fn is_reset(&self) -> bool {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_there_first_counts() {
        let mut earlier = json!({ "A": { "B": 1 }, "C": null });
        keep_earlier(&mut earlier, &json!({ "A": { "B": 2, "D": 3 }, "C": 4, "E": 5 }));
        assert_eq!(earlier, json!({ "A": { "B": 1, "D": 3 }, "C": null, "E": 5 }));
    }

    /// Places are told from what was not changed and from what was not there.
    #[test]
    fn unchanged_and_absent_places() {
        let places = |before, after| -> Vec<(String, Option<Value>)> {
            let was = Was {
                before,
                after,
                ..Was::default()
            };
            let places = was.places().into_iter();
            places.map(|put| (put.at.to_string(), put.value)).collect()
        };
        let one = |at: &str, value: Value| (at.to_owned(), Some(value).filter(|value| !value.is_null()));
        assert_eq!(
            places(
                json!({ "A": { "B": [1], "C": null, "D": 1 }, "E": { "F": 1, "G": {} }, "H": null, "I": {} }),
                json!({ "A": { "B": [2], "C": 3, "D": 1 }, "E": null, "H": { "J": { "K": 1 } }, "I": { "L": 1 } }),
            ),
            [
                one("/A/B", json!([1])),
                one("/A/C", Value::Null),
                one("/E/F", json!(1)),
                one("/E/G", json!({})),
                one("/H/J/K", Value::Null),
                one("/I/L", Value::Null),
                one("/I", json!({})),
            ]
        );
        assert_eq!(places(Value::Null, json!({ "A": 1 })), [one("/A", Value::Null)]);
        assert_eq!(places(json!({ "A": 1 }), Value::Null), [one("/A", json!(1))]);
        assert_eq!(
            places(json!({ "A": 1 }), json!({ "A": { "B": 1 } })),
            [one("/A", json!(1))]
        );
    }

    #[test]
    fn how_the_last_call_left_it_counts() {
        let mut earlier = json!({ "A": { "B": 1 }, "C": null });
        keep_later(
            &mut earlier,
            &json!({ "A": { "B": 2, "D": 3 }, "C": { "E": 1 }, "F": null }),
        );
        assert_eq!(
            earlier,
            json!({ "A": { "B": 2, "D": 3 }, "C": { "E": 1 }, "F": null })
        );
    }
}
