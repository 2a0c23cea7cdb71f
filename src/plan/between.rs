//! What differs between two states of one pool, setting by setting.

use crate::model::posture::Posture;
use crate::plan::align::align;
use crate::plan::diff::{Diff, of_settings};
use crate::plan::managed::{WrittenKeys, managed, was_read};
use crate::plan::setting::Setting;
use crate::plan::value;

/// Everything counts as written.
struct Everything;

impl WrittenKeys for Everything {
    fn writes(&self, _: &Setting) -> bool {
        true
    }

    fn writes_alarm(&self, _: usize, _: &str) -> bool {
        true
    }
}

/// Compares every setting that either state has, from `before` to `after`: what only `before` has is taken away. Settings
/// that were not read on one side are left out, and so are alarms, which have no identity of their own in both. Clients
/// are found by id, else by name; one that only one side has is left out.
pub fn between(before: &Posture, after: &Posture) -> Diff {
    let aligned = align(after, before);
    let everything = |_: &Setting| true;
    let mut leaves = managed(&aligned.desired, &aligned.observed, &everything);
    for leaf in managed(&aligned.observed, &aligned.desired, &everything) {
        if !leaves.contains(&leaf) {
            leaves.push(leaf);
        }
    }
    let is_known = |leaf: &Setting| {
        // Of what was read, these are never nothing.
        let of_client = matches!(leaf, Setting::Client(..));
        was_read(leaf, &aligned.desired) && (!of_client || value::get(leaf, &aligned.desired).is_some())
    };
    leaves.retain(|leaf| !matches!(leaf, Setting::Alarm(_)) && is_known(leaf));
    of_settings(aligned, leaves, &Everything)
}
