//! What differs, as the template of `html` shows it.

use serde::Serialize;

use crate::difference::Difference;

use crate::render::difference::{self, Side};
use crate::render::escape;

/// A line of what differs from live to the policy.
#[derive(Serialize)]
pub(in crate::render) struct DiffLine {
    class: &'static str,
    mark: char,
    parts: Vec<(bool, String)>,
}

/// Every line, from live to the policy.
pub(in crate::render) fn diff(difference: &Difference) -> Vec<DiffLine> {
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
