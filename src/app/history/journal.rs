//! What a journal says of pools: who changed what, and the modes before and after.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::journal::{self, Made, Outcome, Reasons, Record};
use crate::lint::Mask;
use crate::model::mode::Mode;
use crate::plan::Auth;
use crate::report::HistoryWrite;

use super::{Histories, Seen, day_of};

impl Histories {
    pub(super) fn journal(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let record = journal::read(content).map_err(|error| error.to_string())?;
        let day = self.past(day_of(record.run.at))?;
        let is_complete = record.close.as_ref().is_some_and(|close| close.complete);
        let mut changed = BTreeMap::<String, [BTreeSet<String>; 2]>::new();
        for made in &record.made {
            let [done, unknown] = changed.entry(made.begin.pool.clone()).or_default();
            self.modes(made);
            let pointers = made.begin.makes.iter().cloned();
            match made.end.as_ref().map(|end| end.outcome) {
                Some(Outcome::Done) => done.extend(pointers),
                Some(Outcome::Refused) => {}
                Some(Outcome::Unknown) | None => unknown.extend(pointers),
            }
        }
        self.days.insert(day);
        for (pool, [done, unknown]) in changed {
            let write = HistoryWrite {
                day,
                file: name.to_owned(),
                command: record.run.command.clone(),
                who: who(&record),
                plan_digest: record.run.plan_digest.clone(),
                changed: done.into_iter().collect(),
                unknown: unknown.into_iter().collect(),
                complete: is_complete,
                reasons: reasons(&record.run.reasons, Some(&pool)),
            };
            self.pool(&pool).writes.insert(write);
        }
        Ok(())
    }

    /// The modes that a call changed: as they were, and as they were read afterwards where it is confirmed.
    fn modes(&mut self, made: &Made) {
        let begin = &made.begin;
        let is_changed = |auth: &Auth| begin.makes.contains(&format!("/mode/{}", auth.as_str()));
        for auth in Auth::ALL.into_iter().filter(is_changed) {
            let add_ons = "/UserPoolAddOns";
            let place = match auth {
                Auth::Standard => format!("{add_ons}/AdvancedSecurityMode"),
                Auth::Custom => format!("{add_ons}/AdvancedSecurityAdditionalFlows/CustomAuthMode"),
            };
            let read = |side: &Value| serde_json::from_value::<Mode>(side.pointer(&place)?.clone()).ok();
            if let Some(before) = read(&begin.before) {
                self.sighting(&begin.pool, auth, (begin.at, Seen::Before), before);
            }
            let done = made.end.as_ref().filter(|end| end.outcome == Outcome::Done);
            if let Some((end, after)) = done.zip(read(&begin.after)) {
                self.sighting(&begin.pool, auth, (end.at, Seen::After), after);
            }
        }
    }
}

fn who(record: &Record) -> Vec<String> {
    let who = record.run.who.iter();
    who.map(|who| who.arn.clone().unwrap_or_else(|| who.account.clone()))
        .collect()
}

/// What was given to guards, in words: all of it, or what is not about another pool than `pool`.
pub(super) fn reasons(given: &Reasons, pool: Option<&str>) -> Vec<String> {
    let is_its_own = |place: &&String| match (pool, place.split_once(":/")) {
        (Some(pool), Some((named, _))) => named == pool,
        _ => true,
    };
    let one = |what: &str, why: &Option<String>| why.as_ref().map(|why| format!("{what}: {why}"));
    let mut all: Vec<_> = one("reason", &given.audit)
        .into_iter()
        .chain(one("gate overridden", &given.override_gate))
        .collect();
    let lists = [
        ("weakening accepted", &given.allow_weaken),
        ("blocking accepted", &given.allow_block),
    ];
    for (what, places) in lists {
        let places: Vec<_> = places.iter().filter(is_its_own).map(String::as_str).collect();
        if !places.is_empty() {
            all.push(format!("{what}: {}", places.join(", ")));
        }
    }
    all.extend(
        given
            .allow_finding
            .iter()
            .map(|(rule, why)| format!("finding {rule} accepted: {why}")),
    );
    for words in &mut all {
        Mask::default().credential(words);
    }
    all
}
