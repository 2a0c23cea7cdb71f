//! Names of alarms: CloudWatch knows an alarm of an account and region by its name alone, whatever it watches.

use std::collections::BTreeMap;

use crate::app::apply::refuse;
use crate::model::observed::Observed;
use crate::observe::live::RawPools;
use crate::plan::{Diff, Setting};
use crate::pointer::Pointer;
use crate::proposal::Refused;

/// An alarm that a plan would write, by account, region and name.
type Key<'a> = (&'a Option<String>, &'a Option<String>, &'a str);

/// Alarms that would replace another one: of another kind, of another pool, or of this very plan.
pub(super) fn taken<'a>(
    pairs: impl Iterator<Item = (&'a Observed, &'a Diff)>,
    raw: &RawPools,
) -> Vec<Refused> {
    let mut refused = Vec::new();
    let mut owners: BTreeMap<Key<'_>, (&Observed, Pointer)> = BTreeMap::new();
    for (pool, diff) in pairs {
        for (index, target) in &diff.alarms {
            let leaf = Setting::Alarm(*index);
            let is_written = diff.changes.iter().any(|change| change.leaf == leaf);
            let (name, at) = (target.alarm.name.as_deref().unwrap_or_default(), leaf.pointer());
            if is_written && !target.exists {
                let own = pool.posture.alarms.iter().flatten();
                let same_name = |other: &&crate::model::alarm::Alarm| other.name.as_deref() == Some(name);
                let is_other_kind = own.filter(same_name).any(|other| other.beyond.is_other_kind);
                let names = raw.get(pool.id()).map(|raw| &raw.alarm_names);
                if is_other_kind {
                    refused.push(refuse::alarm_of_another_kind(pool, &at, name));
                    continue;
                }
                if names.is_some_and(|names| names.contains(name)) {
                    refused.push(refuse::alarm_of_another(pool, &at, name));
                    continue;
                }
            }
            let key = (&pool.posture.account, &pool.posture.region, name);
            match owners.get(&key) {
                None => drop(owners.insert(key, (pool, at))),
                Some((other, there)) => refused.push(refuse::alarm_twice(pool, &at, name, (other, there))),
            }
        }
    }
    refused
}
