//! What both sides hold of every managed leaf, whether they differ or not: what a ledger remembers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::alarm::Alarm;
use crate::model::client::Override;
use crate::plan::diff::Diff;
use crate::plan::managed::WrittenKeys;
use crate::plan::setting::{Holder, Setting};
use crate::plan::{alarms, managed, value};
use crate::pointer::Pointer;

/// One managed leaf. Values are canonical: equal ones mean the same to AWS.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedValue {
    /// The leaf.
    pub leaf: Setting,
    /// What names it, also when the policy's lists change: its pointer, but for an alarm by what it is on. Hostile
    /// text.
    pub key: String,
    /// What the pool has; `None` for nothing.
    pub live: Option<Value>,
    /// What the policy asks for; `None` for nothing.
    pub wanted: Option<Value>,
    /// Whether the pool is as the policy asks.
    pub agrees: bool,
}

impl Diff {
    /// Every managed leaf that was read, each key once, in the language's order. Beside the leaves of a client's own
    /// configuration stands the configuration as a whole, which is what differs once one side has none.
    pub fn managed_values(&self, written: &dyn WrittenKeys) -> Vec<ManagedValue> {
        let leaves = managed::managed(&self.desired, &self.observed, &|leaf| written.writes(leaf));
        let seen = leaves
            .into_iter()
            .filter(|leaf| managed::was_read(leaf, &self.observed));
        let asked_alarms = self.desired.alarms.as_deref().unwrap_or_default();
        let there = alarms::counterparts(asked_alarms, &self.observed, written);
        let metrics = alarms::seen(&self.observed);
        let mut held: Vec<_> = seen
            .filter_map(|leaf| match leaf {
                Setting::Alarm(index) => {
                    let asked = asked_alarms.get(index)?;
                    let names = |member: &str| written.writes_alarm(index, member);
                    let sides =
                        alarms::managed_members(asked, there.get(index).copied().flatten(), metrics, &names);
                    Some(one(leaf, alarm_key(asked), sides))
                }
                leaf => {
                    let sides = [&self.observed, &self.wanted].map(|side| value::compared(&leaf, side));
                    let key = leaf.pointer().to_string();
                    Some(one(leaf, key, sides))
                }
            })
            .collect();
        held.extend(self.overrides(&held));
        let mut known = BTreeSet::new();
        held.retain(|one| known.insert(one.key.clone()));
        held
    }

    /// Clients that have a configuration of their own on both sides.
    fn overrides(&self, held: &[ManagedValue]) -> Vec<ManagedValue> {
        let own = |client: &&crate::model::client::Client| matches!(client.risk, Override::Own(_));
        let clients = self.desired.clients.iter().filter(own);
        clients
            .filter_map(|client| {
                let there = value::client(&self.observed, &client.key).filter(own)?;
                let leaf = Setting::Override(there.key.clone());
                let sides = [&self.observed, &self.desired].map(|side| value::compared(&leaf, side));
                let holder = Holder::Client(client.key.clone());
                let mut parts = held
                    .iter()
                    .filter(|one| matches!(&one.leaf, Setting::Risk(of, _) if *of == holder));
                let agrees = parts.all(|one| one.agrees);
                let key = leaf.pointer().to_string();
                Some(ManagedValue {
                    agrees,
                    ..one(leaf, key, sides)
                })
            })
            .collect()
    }
}

fn one(leaf: Setting, key: String, [live, wanted]: [Option<Value>; 2]) -> ManagedValue {
    ManagedValue {
        agrees: live == wanted,
        leaf,
        key,
        live,
        wanted,
    }
}

/// An alarm's name, or what it is on.
fn alarm_key(alarm: &Alarm) -> String {
    let words = alarm.name.clone().unwrap_or_else(|| {
        let others = alarm.dimensions.iter().filter(|(name, _)| *name != "UserPoolId");
        let others = others.map(|(name, value)| format!(" {name}={value}"));
        std::iter::once(alarm.metric.clone()).chain(others).collect()
    });
    Pointer::root().child("alarms").child(words).to_string()
}
