//! What a plan is made from.

use crate::app::gate_facts::GateFacts;
use crate::finding::Finding;
use crate::observe::live::Fetched;
use crate::plan::file::PlanV1;
use crate::plan::guard::Permits;
use crate::pointer::Pointer;

/// Which changes somebody wants this time: `--only` and `--exclude`.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// If there are any: nothing but what is at or below these places.
    pub only: Vec<Pointer>,
    /// Nothing of what is at or below these places, even of what `only` names.
    pub exclude: Vec<Pointer>,
}

impl Chosen {
    /// Whether a setting is left out. A place inside of a setting names nothing: a setting changes as a whole.
    pub fn leaves_out(&self, at: &Pointer) -> bool {
        let below = |places: &[Pointer]| places.iter().any(|place| place.covers(at));
        below(&self.exclude) || !(self.only.is_empty() || below(&self.only))
    }

    /// Whether what is said of a place is about nothing that is chosen. What is said of a place above a chosen one is
    /// about that, too.
    pub fn is_about_others(&self, at: &Pointer) -> bool {
        let touches = |place: &Pointer| place.covers(at) || at.covers(place);
        self.exclude.iter().any(|place| place.covers(at))
            || !(self.only.is_empty() || self.only.iter().any(touches))
    }
}

/// What a plan is made from, beside the policies.
#[derive(Clone, Copy)]
pub struct ApplyJob<'a> {
    /// What was seen.
    pub fetched: &'a Fetched,
    /// What the user allowed by name.
    pub permits: &'a Permits,
    /// Which changes are wanted.
    pub chosen: &'a Chosen,
    /// What is known for gates.
    pub facts: GateFacts<'a>,
    /// The plan that was reviewed, if one was.
    pub saved: Option<&'a PlanV1>,
    /// What rules find in the policies ([`of_policies`](crate::app::lint::of_policies)); their places are in the
    /// policies' texts.
    pub findings: &'a [Finding],
}
