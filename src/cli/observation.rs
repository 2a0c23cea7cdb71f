//! Which pools a command reads, and what that gives.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::diff::PoolQuery;
use crate::app::template::Templates;
use crate::model::observed::Estate;
use crate::plan::gate::Known;
use crate::text;

/// What was seen, when, and what AWS remembers.
#[derive(Debug, Default)]
pub struct Observation {
    /// The pools.
    pub estate: Estate,
    /// When they were read; `None` where a snapshot does not say so.
    pub at: Option<Timestamp>,
    /// ARNs of those who read from AWS, where a report says it.
    pub identities: Vec<String>,
    /// What AWS's histories show, by pool id; `None` where they were not asked.
    pub histories: Option<BTreeMap<String, Known>>,
    /// The templates that the pools are from, if they are.
    pub templates: Option<Templates>,
}

impl Observation {
    /// Whether all of it was read, with nothing wrong in its files.
    pub fn is_whole(&self) -> bool {
        let is_faulty = self.templates.as_ref().is_some_and(Templates::is_faulty);
        self.estate.is_whole() && !is_faulty
    }

    /// That templates are no answer, and what is.
    pub fn of_templates(from: &str, why: &str) -> String {
        format!(
            "--from {from}: a template is not a pool, and {why}; name a snapshot, which `cogward snapshot --output pools.json` writes"
        )
    }

    /// The day that counts as today: of a snapshot nothing is known after the day on which it was taken.
    pub fn day(&self, is_snapshot: bool, today: Date) -> Date {
        let taken = self.at.filter(|_| is_snapshot);
        let taken = taken.map(text::day);
        taken.map_or(today, |taken| taken.min(today))
    }

    /// Why it is unknown of which day a snapshot is, so that it shows of no pool since when it has been as it is.
    pub fn doubt(&self, is_snapshot: bool, today: Date) -> Option<String> {
        match self.at {
            _ if !is_snapshot => None,
            None => Some("the snapshot does not say when it was taken: take it again with `cogward snapshot --with-time`".to_owned()),
            Some(at) if text::day(at) > today => Some(format!(
                "the snapshot says that it was taken on {at:.0}, which is in the future: take another one"
            )),
            Some(_) => None,
        }
    }
}

/// Which pools to read.
#[cfg_attr(
    not(feature = "live"),
    expect(dead_code, reason = "a snapshot holds what it holds")
)]
#[derive(Clone, Copy, Debug)]
pub enum PoolSelection<'a> {
    /// Those that policies are for.
    Queries(&'a [PoolQuery]),
    /// All of the regions, and those that policies are for.
    AllAnd(&'a [PoolQuery]),
    /// All of every region.
    Everywhere,
    /// These.
    Ids(&'a [String]),
}

#[cfg(feature = "live")]
impl<'a> PoolSelection<'a> {
    /// What policies are for.
    pub fn queries(self) -> &'a [PoolQuery] {
        match self {
            Self::Queries(queries) | Self::AllAnd(queries) => queries,
            Self::Everywhere | Self::Ids(_) => &[],
        }
    }
}
