//! What each rule found, a line each, within so many lines.

use std::fmt::Write as _;

use crate::render::estate::{RuleGroup, by_rule, first};
use crate::render::index::RuleIndex;
use crate::render::{RenderOptions, escape, words};
use crate::report::Report;
use crate::text;

use super::draw::{paint, wrap};

/// Lines that the rules may fill.
const RULES: usize = 110;

/// Parts that are drawn.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) text: String,
    lines: usize,
}

impl Drawing {
    /// Adds a part if there is room for all its lines; nothing after one that had none.
    pub(super) fn add(&mut self, part: &str, room: usize) -> bool {
        self.lines += part.lines().count();
        let fits = self.lines <= room;
        if fits {
            self.text.push_str(part);
        }
        fits
    }
}

/// What each rule found; with `named`, the first pools of each and how to see the others.
pub(super) fn rules(report: &Report, options: &RenderOptions, named: bool) -> String {
    let groups = by_rule(report, &RuleIndex::new(report, options));
    let mut drawing = Drawing::default();
    let mut shown = 0;
    for group in &groups {
        if !drawing.add(&rule(report, group, options, named), RULES) {
            break;
        }
        shown += 1;
    }
    let mut text = drawing.text;
    if groups.len() > shown {
        let left = text::count(groups.len() - shown, "more rule", "more rules");
        let _ = writeln!(text, "and {left}; `--format concise` has all findings");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn rule(report: &Report, group: &RuleGroup<'_>, options: &RenderOptions, named: bool) -> String {
    let head = format!("{}[{}]", group.severity().as_str(), group.rule);
    let count = group.count(report);
    let line = wrap(
        &format!("{head} {count}: {}", escape::one_line(group.about)),
        options.columns(),
        "",
        "    ",
    );
    // Painted after it was wrapped: an escape sequence has no width.
    let painted = paint(&head, words::severity_style(group.severity()), options);
    let mut text = match line.strip_prefix(&head) {
        Some(rest) => format!("{painted}{rest}"),
        None => line,
    };
    if named && !group.pools.is_empty() {
        let pools = first(group.pools.iter().map(AsRef::as_ref));
        text.push_str(&wrap(&pools, options.columns(), "    ", "    "));
    }
    text
}
