//! What a journal recorded of pools: the state to go back to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::app::diff::Wish;
use crate::journal::{Begin, Made, Outcome, Record};
use crate::model::observed::Selector;
use crate::pointer::Pointer;

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
    pub(super) objects: BTreeMap<(String, Option<String>), Was>,
}

/// An object before a run, as far as the run changed it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Was {
    /// Members that the run changed, as they were; null for an object that was not there.
    pub(super) before: Value,
    /// Changes that were made, in the policy's terms.
    pub(super) makes: Vec<Pointer>,
    /// Whether nothing was left of the object, so that all of it is in `before`.
    pub(super) whole: bool,
}

/// The pools of a journal with the state before its run. Calls that changed nothing do not count; those of which it is
/// not known do.
#[must_use]
pub fn recorded(record: &Record) -> Vec<RecordedPool> {
    let mut pools: BTreeMap<String, RecordedPool> = BTreeMap::new();
    let refused = |made: &&Made| {
        made.end
            .as_ref()
            .is_some_and(|end| end.outcome == Outcome::Refused)
    };
    for made in record.made.iter().filter(|made| !refused(made)) {
        let begin = &made.begin;
        let pool = pools.entry(begin.pool.clone()).or_insert_with(|| RecordedPool {
            account: begin.account.clone(),
            region: begin.region.clone(),
            pool: begin.pool.clone(),
            objects: BTreeMap::new(),
        });
        let key = (begin.operation.clone(), about(begin));
        match pool.objects.get_mut(&key) {
            None => {
                let was = Was {
                    before: begin.before.clone(),
                    makes: pointers(begin),
                    whole: is_nothing(&begin.after),
                };
                pool.objects.insert(key, was);
            }
            Some(was) => {
                keep_earlier(&mut was.before, &begin.before);
                was.makes.extend(pointers(begin));
                was.whole &= is_nothing(&begin.after);
            }
        }
    }
    pools.into_values().collect()
}

fn is_nothing(after: &Value) -> bool {
    match after {
        Value::Object(members) => members.values().all(Value::is_null),
        other => other.is_null(),
    }
}

fn pointers(begin: &Begin) -> Vec<Pointer> {
    begin
        .makes
        .iter()
        .filter_map(|text| Pointer::parse(text))
        .collect()
}

/// The client, or the alarm, that a call is about.
fn about(begin: &Begin) -> Option<String> {
    let alarm = || begin.after.get("name")?.as_str().map(str::to_owned);
    begin.client.clone().or_else(alarm)
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

impl RecordedPool {
    /// Where the pool is to be looked for.
    #[must_use]
    pub fn wish(&self) -> Wish {
        Wish {
            account: self.account.clone(),
            region: Some(self.region.clone()),
            selector: Selector {
                id: Some(self.pool.clone()),
                ..Selector::default()
            },
        }
    }

    /// Whether a mode was changed, so that a gate may be asked.
    #[must_use]
    pub fn has_modes(&self) -> bool {
        self.of("UpdateUserPool")
            .any(|(_, was)| was.at(&["UserPoolAddOns"]).is_some())
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
    /// A place of what was there; null for nothing. `None` where the run did not change it.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Value> {
        if self.before.is_null() {
            return Some(&self.before);
        }
        path.iter().try_fold(&self.before, |value, name| value.get(*name))
    }

    /// Whether the run took the whole object away, so that all of it is recorded.
    pub(super) fn is_reset(&self) -> bool {
        self.whole
    }

    /// What was there, without what was not.
    pub(super) fn present(&self) -> Map<String, Value> {
        let mut members = self.before.as_object().cloned().unwrap_or_default();
        members.retain(|_, value| !value.is_null());
        members
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

    #[test]
    fn what_was_not_changed_is_told_from_what_was_not_there() {
        let was = |before| Was {
            before,
            makes: Vec::new(),
            whole: false,
        };
        let some = was(json!({ "A": { "B": null } }));
        assert_eq!(some.at(&["A", "B"]), Some(&Value::Null));
        assert_eq!(some.at(&["A", "C"]), None);
        assert_eq!(was(Value::Null).at(&["A"]), Some(&Value::Null));
    }
}
