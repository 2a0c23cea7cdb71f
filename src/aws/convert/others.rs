//! Which of a region's composite alarms, queries and expressions concern a pool.

use std::collections::BTreeSet;

use crate::model::alarm::{Alarm, OtherAlarm, Watched};

/// A region's alarms that are not on one metric.
#[derive(Clone, Debug, Default)]
pub struct OtherAlarms(Vec<OtherAlarm>);

impl OtherAlarms {
    /// All of a region.
    pub fn new(mut alarms: Vec<OtherAlarm>) -> Self {
        alarms.sort_by(|a, b| a.name.cmp(&b.name));
        Self(alarms)
    }

    /// Those that concern a pool with these alarms, in order of their names: queries about its threat metrics, the
    /// expressions that its alarms are part of, and composite alarms that speak for any of these, at any depth.
    pub fn of(&self, pool: &str, alarms: &[Alarm]) -> Vec<OtherAlarm> {
        let mut names: BTreeSet<String> = alarms.iter().filter_map(|alarm| alarm.name.clone()).collect();
        let direct = |one: &&OtherAlarm| match &one.on {
            Watched::Alarms(_) => false,
            Watched::Expression(_) => names.contains(&one.name),
            Watched::Query(_) => !one.queried(pool).is_empty(),
        };
        let mut found: Vec<&OtherAlarm> = self.0.iter().filter(direct).collect();
        names.extend(found.iter().map(|one| one.name.clone()));
        let composites = self.0.iter().filter(|one| matches!(one.on, Watched::Alarms(_)));
        let mut open: Vec<_> = composites.map(|one| (one, one.speaks_for())).collect();
        loop {
            let (concern, rest): (Vec<_>, Vec<_>) = open
                .into_iter()
                .partition(|(_, children)| !children.is_disjoint(&names));
            open = rest;
            if concern.is_empty() {
                break;
            }
            names.extend(concern.iter().map(|(one, _)| one.name.clone()));
            found.extend(concern.into_iter().map(|(one, _)| one));
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.into_iter().cloned().collect()
    }
}
