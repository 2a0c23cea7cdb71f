//! A policy in the making: what it says of a pool, its text, its waivers, its file name.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::app::init::open;
use crate::app::init::policy::{self, policy, remarks};
use crate::app::lint::lint_text;
use crate::app::template::open_name;
use crate::finding::{Finding, Severity};
use crate::lint::Settings;
use crate::model::observed::Observed;
use crate::plan;
use crate::policy::secret;
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;
use crate::text;

/// Days for which what is found is waived: long enough to decide, and half of what `waiver-too-long` allows.
const DAYS: i64 = 90;

/// Over how many weeks the ends of waivers are spread, those of one policy and of several, so that not all of them end on one
/// day: what ends together is of one rule.
const WEEKS: usize = 8;

/// A policy that was made of a pool or of several, or the layer of several policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPolicy {
    /// File name: letters, digits, `-`, `_` and `.` of the pool's name; unique.
    pub file: String,
    /// What it was made of, such as `pool customers (us-west-2_EXAMPLE)`. Hostile text.
    pub of: String,
    /// The policy, or why there is none.
    pub text: Result<String, String>,
    /// Findings that it waives, and for how many days at least.
    pub waived: (usize, i64),
    /// Parts that are not in it, because they could not be read.
    pub left_out: Vec<String>,
}

/// What making policies needs.
#[derive(Clone, Copy)]
pub struct InitContext<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Settings of the findings.
    pub settings: &'a Settings,
    /// Texts of the rules.
    pub sources: &'a Sources,
    /// Last day of all waivers, where one was named.
    pub until: Option<Date>,
}

impl InitContext<'_> {
    /// The last day of the waivers of the first rule of the policy that is written after `before` others, and so on for the
    /// next rules: 90 days from today for the first one, a week more for each of the next seven, and so on.
    fn until(self, before: usize) -> Date {
        let weeks = i64::try_from(before % WEEKS).unwrap_or(0);
        let spread = self.settings.today.saturating_add((DAYS + 7 * weeks).days());
        self.until.unwrap_or(spread)
    }
}

/// A pool on its way to a policy.
pub(in crate::app) struct Draft {
    /// Without alarms that cannot be expressed.
    pub(in crate::app) pool: Observed,
    /// The policy, without waivers.
    pub(in crate::app) policy: Map<String, Value>,
    /// Parts that could not be read.
    pub(in crate::app) left_out: Vec<String>,
    /// Alarms that cannot be expressed.
    pub(in crate::app) unsaid: Vec<String>,
    /// Why no policy can say which pool it is.
    pub(in crate::app) nameless: Option<String>,
}

pub(in crate::app) fn draft(pool: &Observed, today: Date) -> Draft {
    let left_out: BTreeSet<_> = pool
        .unread
        .iter()
        .map(|unread| unread.part.label().to_owned())
        .collect();
    let (pool, unsaid) = sayable(pool);
    let mut policy = policy(&pool, today);
    let mut left_out = left_out;
    if pool.posture.template.is_source {
        left_out.extend(open::leave_out(&mut policy, &pool));
    }
    Draft {
        nameless: open_name(&pool.name).filter(|_| pool.posture.template.is_source),
        policy,
        pool,
        left_out: left_out.into_iter().collect(),
        unsaid,
    }
}

/// A policy of one pool.
pub(in crate::app) fn alone(draft: &Draft, context: InitContext<'_>, names: &mut FileNames) -> NewPolicy {
    let remarks = remarks(&draft.pool, &draft.left_out, &draft.unsaid);
    let (text, waived) = match &draft.nameless {
        Some(why) => (Err(why.clone()), (0, 0)),
        None => written(&draft.policy, draft.policy.clone(), &remarks, context, names),
    };
    NewPolicy {
        file: names.of(&draft.pool.name, draft.pool.id()),
        of: format!("pool {}", draft.pool.title()),
        text,
        waived,
        left_out: draft.left_out.clone(),
    }
}

/// The text of a policy that with its layer is `whole` and of which `own` is written, and how many findings it waives. A list
/// of waivers in `own` is replaced: without one, those of the layer would hold.
pub(in crate::app) fn written(
    whole: &Map<String, Value>,
    mut own: Map<String, Value>,
    remarks: &str,
    context: InitContext<'_>,
    names: &FileNames,
) -> (Result<String, String>, (usize, i64)) {
    let bare = policy::text(whole, remarks);
    if !secret::find(&bare).is_empty() {
        let why = "something in it looks like a credential, which does not belong in a file";
        return (Err(why.to_owned()), (0, 0));
    }
    let judge = (context.catalogue, context.settings);
    let report = lint_text("init.yaml", &bare, None, judge, None, context.sources.clone());
    if let Some(fault) = report.findings.iter().find(|finding| finding.is_input_fault) {
        return (
            Err(format!("a policy cannot express it: {}", fault.message)),
            (0, 0),
        );
    }
    let until = |of_rule: usize| context.until(names.0.len() + of_rule);
    let (waivers, rules) = waivers(&report.findings, context.settings.today, &until);
    let waived = waivers.len();
    let today = context.settings.today;
    let days = (0..rules).map(|of_rule| text::days(today, until(of_rule))).min();
    if waived > 0 || own.contains_key("waivers") {
        own.insert("waivers".to_owned(), waivers.into());
    }
    (Ok(policy::text(&own, remarks)), (waived, days.unwrap_or(0)))
}

/// The pool without alarms of which a policy cannot have an equal, and the names of these.
fn sayable(pool: &Observed) -> (Observed, Vec<String>) {
    let mut pool = pool.clone();
    let mut unsaid = BTreeSet::new();
    if let Some(alarms) = &mut pool.posture.alarms {
        alarms.retain(|alarm| {
            let can_be_said = plan::can_be_said(alarm);
            if !can_be_said {
                unsaid.insert(alarm.full_name());
            }
            can_be_said
        });
    }
    (pool, unsaid.into_iter().collect())
}

/// A waiver for each rule and place that would fail a run, and how many rules there are; `until` gives the last day for each.
fn waivers(findings: &[Finding], day: Date, until: &dyn Fn(usize) -> Date) -> (Vec<Value>, usize) {
    let mut places: BTreeSet<(String, String)> = BTreeSet::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
    {
        let at = finding
            .primary
            .pointer
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        places.insert((finding.rule.to_string(), at));
    }
    let rules: BTreeSet<_> = places.iter().map(|(rule, _)| rule.clone()).collect();
    let waiver = |(rule, at): (String, String)| {
        let of_rule = rules.iter().position(|one| *one == rule).unwrap_or(0);
        let mut waiver = json!({ "rule": rule });
        if !at.is_empty() {
            // A name with `${` in it is no variable.
            waiver["at"] = at.replace("${", "$${").into();
        }
        waiver["reason"] = format!("as found on {day} by cogward init, to be reviewed").into();
        waiver["until"] = until(of_rule).to_string().into();
        waiver
    };
    (places.into_iter().map(waiver).collect(), rules.len())
}

/// Names of files that are taken: letters, digits, `-`, `_` and `.`, no two of which differ in case alone.
#[derive(Default)]
pub(in crate::app) struct FileNames(BTreeSet<String>);

impl FileNames {
    /// A name after `name`, with the id where another file has the same.
    pub(in crate::app) fn of(&mut self, name: &str, id: &str) -> String {
        let plain = |text: &str| -> String {
            let safe = |c: char| {
                if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                    c
                } else {
                    '-'
                }
            };
            text.chars().take(100).map(safe).collect()
        };
        let name = plain(name);
        let name = name.trim_matches(['.', '-']);
        let mut file = format!("{name}.yaml");
        if name.is_empty() || self.0.contains(&file.to_ascii_lowercase()) {
            file = format!(
                "{}.yaml",
                plain(&[name, id].join("-")).trim_start_matches(['.', '-'])
            );
        }
        self.0.insert(file.to_ascii_lowercase());
        file
    }
}
