//! What the undoing of a run will need, for the line that says how.

use jiff::civil::Date;

use crate::app::apply::job::{ApplyJob, Chosen};
use crate::app::apply::propose::propose_back;
use crate::app::apply::recorded::recorded;
use crate::app::gate_facts::GateFacts;
use crate::journal::Record;
use crate::observe::live::Fetched;
use crate::plan::guard::Permits;
use crate::proposal::Accept;

/// The options that a rollback of a journal needs, in pools as they are now, each once. What AWS's histories would show
/// by then is unknown: where a mode would become ENFORCED again, only the pool itself speaks for it. That it was so
/// before the run is the reason, and the journal that shows it is named.
pub fn to_undo(record: &Record, journal: &str, fetched: &Fetched, today: Date) -> Vec<Accept> {
    let permits = Permits {
        max_pools: 1,
        ..Permits::default()
    };
    let everything = Chosen::default();
    let job = ApplyJob {
        fetched,
        permits: &permits,
        chosen: &everything,
        facts: GateFacts {
            today,
            ..GateFacts::default()
        },
        saved: None,
        findings: &[],
    };
    let Ok(prepared) = propose_back(&recorded(record), journal, &job) else {
        return Vec::new();
    };
    let mut options: Vec<Accept> = Vec::new();
    let refused = prepared.proposal.refused.into_iter();
    for mut accept in refused.filter_map(|refused| refused.accept) {
        if accept.value == Accept::REASON {
            accept.value = format!("rollback of {journal}");
        }
        if !options.contains(&accept) {
            options.push(accept);
        }
    }
    options
}
