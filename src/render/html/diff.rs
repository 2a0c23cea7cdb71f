//! What differs, as the template of `html` shows it.

use serde::Serialize;

use crate::difference::Difference;

use super::difference::{self, Side};
use super::escape;

/// A line of what differs from live to the policy.
#[derive(Serialize)]
pub(super) struct DiffLine {
    class: &'static str,
    mark: char,
    parts: Vec<(bool, String)>,
}

/// Every line, from live to the policy.
pub(super) fn diff(difference: &Difference) -> Vec<DiffLine> {
    let lines = difference::lines(difference).into_iter();
    lines
        .map(|line| DiffLine {
            class: match line.side {
                Side::Live => "live",
                Side::Policy => "wanted",
                Side::Both => "both",
            },
            mark: line.side.mark(),
            parts: line
                .parts
                .iter()
                .map(|(marked, text)| (*marked, escape::visible(text).into_owned()))
                .collect(),
        })
        .collect()
}
