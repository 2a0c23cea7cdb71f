//! `explain --pool`: what really happens in pools that were seen.

use crate::app::conclude;
use crate::app::estate as documents;
use crate::lint::Mask;
use crate::model::observed::Estate;
use crate::report::{Report, Summary};
use crate::source::Sources;

/// A report that holds the effective table of every pool, and no findings.
pub fn explain(estate: &Estate, sources: Sources) -> Report {
    let mask = Mask::of(&sources, std::iter::empty());
    let mut not_checked = conclude::unseen(estate);
    not_checked.extend(conclude::asked_elsewhere(estate));
    Report {
        pools: documents::protections(&estate.pools, &mask),
        exit_code: conclude::exit_code(0, &not_checked),
        summary: Summary {
            pools: estate.pools.len(),
            not_checked,
            ..Summary::default()
        },
        sources,
        ..Report::of("explain")
    }
}
