//! `json`: everything of a report in the frozen form of `schemas/report.json`.

pub(super) mod cells;
pub(super) mod difference;
pub(super) mod impact;
pub(super) mod insights;
pub(super) mod investigate;
pub(super) mod review;
pub(super) mod run;
pub(super) mod section;
pub(super) mod types;

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::difference::Cause;
use crate::finding::{Edit, Finding, Fix, Location};
use crate::fingerprint;
use crate::report::{PoolOverview, PoolProtection, Report, RuleMeta, Summary};

use super::index::RuleIndex;
use super::place::Place;
use super::{RenderOptions, escape, head, words};
use crate::render::json::cells::CellTexts;
use crate::render::json::difference::JsonV1Difference;
use crate::render::json::review::{JsonV1Review, JsonV1ReviewChange};
use crate::render::json::run::JsonV1Run;
use crate::render::json::types::{
    JsonV1Causes, JsonV1Differences, JsonV1Edit, JsonV1EditAction, JsonV1Finding, JsonV1Fix, JsonV1Location,
    JsonV1Modes, JsonV1Pool, JsonV1Position, JsonV1Related, JsonV1Report, JsonV1Rule, JsonV1Summary,
    JsonV1Tool,
};

/// Writes the report, suppressed findings included.
pub(super) fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let rules = RuleIndex::new(report, options);
    let prints = fingerprint::all(&report.findings, &report.sources);
    let cells = CellTexts::of(report)?;
    let document = JsonV1Report {
        version: 1,
        tool: tool(report.version),
        run: JsonV1Run::of(&options.head, head::places(report, &options.head)),
        command: report.command,
        exit_code: report.exit_code,
        summary: summary(report.command, &report.summary),
        findings: Each(|| {
            let findings = report.findings.iter().zip(&prints);
            findings.map(|(finding, print)| self::finding(report, finding, print.clone()))
        }),
        rules: report.rules.iter().map(|meta| rule(meta, &rules)).collect(),
        pools: Each(|| {
            let pools = report.pools.iter().enumerate();
            pools.map(|(at, one)| pool(one, report.overviews.get(at), &cells))
        }),
        review: JsonV1Review::of(report, &prints),
        changes: JsonV1ReviewChange::all(report),
    };
    escape::write_json(&document, out)
}

/// A list whose elements are made one at a time.
struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// The JSON Schema (2020-12) of what `json` writes, generated from its types.
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Report<'_, (), ()>>("report")
}

fn summary(command: &str, summary: &Summary) -> JsonV1Summary {
    JsonV1Summary {
        files: summary.files,
        policies: summary.policies,
        pools: (command != "lint").then_some(summary.pools),
        differences: summary.differences.map(|all| JsonV1Differences {
            all,
            causes: summary.causes.as_deref().map(causes),
        }),
        rules: summary.rules,
        rules_not_checked: Some(summary.rules_not_checked.len()).filter(|rules| *rules > 0),
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        input_faults: summary.input_faults,
        suppressed: summary.suppressed,
        hidden: summary.hidden,
        fixable: summary.fixable,
        not_checked: summary.not_checked.clone(),
    }
}

fn causes(counts: &[(Cause, usize)]) -> JsonV1Causes {
    let number = |cause: Cause| {
        let found = counts.iter().find(|(one, _)| *one == cause);
        found.map_or(0, |(_, number)| *number)
    };
    JsonV1Causes {
        drift: number(Cause::Drift),
        pending: number(Cause::Pending),
        conflict: number(Cause::Conflict),
        differs: number(Cause::Differs),
    }
}

fn finding<'a>(report: &Report, finding: &'a Finding, fingerprint: String) -> JsonV1Finding<'a> {
    let text = |text: &str| words::filled(text).map(str::to_owned);
    let related = finding.related.iter();
    JsonV1Finding {
        rule: finding.rule.to_string(),
        severity: finding.severity,
        message: finding.message.clone(),
        location: location(report, &finding.primary),
        label: text(&finding.label),
        related: related
            .map(|related| JsonV1Related {
                location: location(report, &related.location),
                label: related.label.clone(),
            })
            .collect(),
        help: text(&finding.help),
        fix: finding.fix.as_ref().map(fix),
        policy: finding.policy.clone(),
        suppressed: finding.suppressed.clone(),
        input_fault: finding.is_input_fault,
        difference: finding.difference.as_deref().map(JsonV1Difference::of),
        fingerprint,
    }
}

fn location(report: &Report, location: &Location) -> JsonV1Location {
    let place = Place::new(report, location);
    let position = |offset: usize| {
        let at = place.source.position(offset);
        JsonV1Position {
            offset: Some(offset),
            line: at.line,
            column: at.column,
        }
    };
    let only = || {
        let at = place.source.only_place()?;
        Some(JsonV1Position {
            offset: None,
            line: at.line,
            column: at.column,
        })
    };
    JsonV1Location {
        file: place
            .source
            .pool_id()
            .is_none()
            .then(|| place.source.name().to_owned()),
        pool: place.source.pool_id().map(str::to_owned),
        builtin: place.source.is_builtin(),
        start: place.span.map(|span| position(span.start)).or_else(only),
        end: place.span.map(|span| position(span.end)).or_else(only),
        pointer: location
            .pointer
            .as_ref()
            .map(|pointer| pointer.as_str().to_owned()),
    }
}

fn fix(fix: &Fix) -> JsonV1Fix {
    let edit = |edit: &Edit| JsonV1Edit {
        at: edit.at.as_str().to_owned(),
        action: if edit.value.is_some() {
            JsonV1EditAction::Set
        } else {
            JsonV1EditAction::Remove
        },
        value: edit.value.clone(),
    };
    JsonV1Fix {
        title: fix.title.clone(),
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn rule<'a>(meta: &'a RuleMeta, rules: &RuleIndex<'_>) -> JsonV1Rule<'a> {
    JsonV1Rule {
        meta,
        docs: rules.docs_url(&meta.id),
    }
}

fn pool<'a>(
    pool: &'a PoolProtection,
    overview: Option<&PoolOverview>,
    cells: &'a CellTexts,
) -> impl Serialize + 'a {
    let seen = overview.filter(|overview| overview.is_live && overview.title == pool.title);
    JsonV1Pool {
        title: &pool.title,
        source: words::filled(&pool.source),
        clients_unread: pool.table.clients_unread,
        modes: seen.map(|overview| JsonV1Modes {
            standard: overview.standard,
            custom: overview.custom,
        }),
        rows: Each(|| pool.table.rows.iter().map(|row| cells::row(row, cells))),
    }
}

/// The program that wrote a report.
pub(super) fn tool(version: &str) -> JsonV1Tool {
    JsonV1Tool {
        name: "cogward".to_owned(),
        version: version.to_owned(),
    }
}
