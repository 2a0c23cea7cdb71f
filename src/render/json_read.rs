//! Reads what `json` writes of a shard, for `cogward merge`.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::difference::{Cause, Difference};
use crate::finding::{Edit, Finding, Fix, Location, Related, Suppression};
use crate::ident::RuleId;
use crate::model::effective::{
    AddressChange, AddressList, Cell, CellChange, CellOutcome, Direction, Movement, Row, Table,
};
use crate::model::shard::{Cut, Shard};
use crate::pointer::Pointer;
use crate::report::{Differences, NotChecked, PoolProtection, Report, RuleMeta, ShardPart, Summary};
use crate::source::{Source, SourceId, Sources};
use crate::span::Span;

use super::json_types::{
    JsonV1AddressDifference, JsonV1Cell, JsonV1CellDetail, JsonV1CellDifference, JsonV1Difference,
    JsonV1EditAction, JsonV1Finding, JsonV1Fix, JsonV1Location, JsonV1Pool, JsonV1Report, JsonV1Row,
    JsonV1Rule, JsonV1Shard, JsonV1Summary, JsonV1Suppression, JsonV1Text,
};

/// The report of a shard, as it was before `json` wrote it.
///
/// # Errors
/// Text that is no report, a report of another version of the program, and one that was not made with `--shard`: a whole
/// report does not hold the texts that its findings point into.
pub fn read(text: &str) -> Result<Report, String> {
    let document: JsonV1Report =
        serde_json::from_str(text).map_err(|error| format!("this is no JSON report: {error}"))?;
    let own = env!("CARGO_PKG_VERSION");
    let (form, program) = (document.version, &document.tool.version);
    if form != 1 || program != own {
        return Err(format!(
            "cogward {program} wrote this, and this is cogward {own}: merge with the version that looked"
        ));
    }
    let Some(shard) = document.shard else {
        return Err("this is not the report of a shard: make it with --shard".to_owned());
    };
    let command = match document.command.as_str() {
        "diff" => "diff",
        "scan" => "scan",
        other => return Err(format!("a report of `{other}` has no shards")),
    };
    let texts = Texts::of(&shard.texts);
    let findings = document.findings.into_iter();
    let findings = findings.map(|one| texts.finding(one)).collect::<Result<_, _>>()?;
    let part = part(shard, &texts)?;
    Ok(Report {
        command,
        version: own,
        rules: document.rules.into_iter().map(rule).collect::<Result<_, _>>()?,
        findings,
        pools: document.pools.into_iter().map(pool).collect::<Result<_, _>>()?,
        summary: summary(document.summary),
        exit_code: document.exit_code,
        sources: texts.sources,
        part: Some(Box::new(part)),
    })
}

fn part(shard: JsonV1Shard, texts: &Texts) -> Result<ShardPart, String> {
    let (index, count) = (shard.index, shard.count);
    let own = Shard::new(index, count).ok_or_else(|| format!("there is no shard {index}/{count}"))?;
    if shard.of.as_deref().is_some_and(|of| !Cut::is_name(of)) {
        return Err("the name of its run is none".to_owned());
    }
    let pending = shard.pending.into_iter();
    let seen = shard.seen.into_iter();
    Ok(ShardPart {
        cut: Cut {
            of: shard.of,
            shard: own,
        },
        run: shard.run,
        fails_on: shard.fails_on,
        pools: seen.map(|pool| (pool.account, pool.region, pool.pool)).collect(),
        pending: pending.map(|one| texts.finding(one)).collect::<Result<_, _>>()?,
    })
}

/// The texts that findings point into, by name.
struct Texts {
    sources: Sources,
    known: BTreeMap<(String, bool), SourceId>,
}

impl Texts {
    fn of(texts: &[JsonV1Text]) -> Self {
        let mut sources = Sources::default();
        let mut known = BTreeMap::new();
        for text in texts {
            let (name, content) = (text.file.as_str(), text.text.as_str());
            let source = if text.builtin {
                Source::builtin(name, content)
            } else {
                Source::new(name, content, &[])
            };
            known.insert((text.file.clone(), text.builtin), sources.add(source));
        }
        Self { sources, known }
    }

    fn location(&self, location: JsonV1Location) -> Result<Location, String> {
        let key = (location.file, location.builtin);
        let Some(source) = self.known.get(&key) else {
            return Err(format!("the text of `{}` is not in the report", key.0));
        };
        let span = match (location.start, location.end) {
            (Some(start), Some(end)) => Span::new(start.offset, end.offset),
            _ => Span::at(0),
        };
        Ok(Location {
            source: *source,
            span,
            pointer: location.pointer.as_deref().map(pointer).transpose()?,
        })
    }

    fn finding(&self, one: JsonV1Finding) -> Result<Finding, String> {
        let related = one.related.into_iter().map(|related| {
            Ok(Related {
                location: self.location(related.location)?,
                label: related.label,
            })
        });
        Ok(Finding {
            rule: rule_id(&one.rule)?,
            severity: one.severity.into(),
            message: one.message,
            primary: self.location(one.location)?,
            label: one.label.unwrap_or_default(),
            related: related.collect::<Result<_, String>>()?,
            help: one.help.unwrap_or_default(),
            fix: one.fix.map(fix).transpose()?,
            policy: one.policy,
            suppressed: one.suppressed.map(suppression),
            is_input_fault: one.input_fault,
            difference: one.difference.map(difference).transpose()?.map(Box::new),
        })
    }
}

fn rule_id(text: &str) -> Result<RuleId, String> {
    RuleId::parse(text).ok_or_else(|| format!("`{text}` is no rule's id"))
}

fn pointer(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text).ok_or_else(|| format!("`{text}` is no JSON pointer"))
}

fn fix(fix: JsonV1Fix) -> Result<Fix, String> {
    let edits = fix.edits.into_iter().map(|edit| {
        Ok(Edit {
            at: pointer(&edit.at)?,
            value: match edit.action {
                JsonV1EditAction::Set => Some(edit.value.unwrap_or_default()),
                JsonV1EditAction::Remove => None,
            },
        })
    });
    Ok(Fix {
        title: fix.title,
        edits: edits.collect::<Result<_, String>>()?,
    })
}

fn suppression(suppression: JsonV1Suppression) -> Suppression {
    match suppression {
        JsonV1Suppression::Waiver { reason, until } => Suppression::Waiver { reason, until },
        JsonV1Suppression::Ignore { reason } => Suppression::Ignore { reason },
        JsonV1Suppression::Baseline => Suppression::Baseline,
    }
}

fn difference(one: JsonV1Difference) -> Result<Difference, String> {
    let addresses = one.addresses.into_iter().map(addresses);
    Ok(Difference {
        pool: one.pool,
        pool_name: one.pool_name,
        client: one.client,
        pointer: pointer(&one.pointer)?,
        shape: one.shape.into(),
        live: one.live,
        policy: one.policy,
        live_is: one.live_is.into(),
        cells: one.cells.into_iter().map(cell_change).collect(),
        addresses: addresses.collect::<Result<_, _>>()?,
        cause: one.cause.map(Into::into),
    })
}

fn cell_change(one: JsonV1CellDifference) -> CellChange {
    CellChange {
        scope: one.scope.into(),
        flow: one.flow.into(),
        event: one.event.into(),
        signal: one.signal.into(),
        before: side(one.live.into(), one.live_detail),
        after: side(one.policy.into(), one.policy_detail),
        direction: Direction::from(one.live_is).reversed(),
    }
}

fn side(outcome: CellOutcome, detail: JsonV1CellDetail) -> Cell {
    Cell {
        outcome,
        would: detail.would.map(Into::into),
        notifies: detail.notifies,
        reason: detail.reason.into(),
    }
}

fn addresses(one: JsonV1AddressDifference) -> Result<AddressChange, String> {
    let lists = [AddressList::Block, AddressList::Allow];
    let list = lists.into_iter().find(|list| list.as_str() == one.list);
    let range = |text: &String| {
        text.parse::<IpNet>()
            .map_err(|_| format!("`{text}` is no address range"))
    };
    Ok(AddressChange {
        scope: one.scope.into(),
        list: list.ok_or_else(|| format!("`{}` is no list of addresses", one.list))?,
        movement: if one.only_live {
            Movement::Shrank
        } else {
            Movement::Grew
        },
        ranges: one.ranges.iter().map(range).collect::<Result<_, _>>()?,
        direction: Direction::from(one.live_is).reversed(),
    })
}

fn rule(rule: JsonV1Rule) -> Result<RuleMeta, String> {
    let references = rule.references.into_iter();
    Ok(RuleMeta {
        id: rule_id(&rule.id)?,
        severity: rule.severity.into(),
        summary: rule.summary,
        rationale: rule.rationale,
        remediation: rule.remediation,
        references: references.map(|one| (one.title, one.url)).collect(),
        frameworks: rule.frameworks,
        builtin: rule.builtin,
    })
}

fn pool(pool: JsonV1Pool) -> Result<PoolProtection, String> {
    let rows = pool.rows.into_iter().map(row);
    Ok(PoolProtection {
        title: pool.title,
        source: pool.source.unwrap_or_default(),
        // What is said of addresses is in no report.
        table: Table {
            rows: rows.collect::<Result<_, _>>()?,
            addresses: Vec::new(),
        },
    })
}

fn row(row: JsonV1Row) -> Result<Row, String> {
    let cell = |cell: JsonV1Cell| Cell {
        outcome: cell.outcome.into(),
        would: cell.would.map(Into::into),
        notifies: cell.notifies,
        reason: cell.reason.into(),
    };
    let cells: Vec<_> = row.cells.into_iter().map(cell).collect();
    Ok(Row {
        scope: row.scope.into(),
        flow: row.flow.into(),
        event: row.event.into(),
        cells: cells
            .try_into()
            .map_err(|_| "a row of a table has other than four cells".to_owned())?,
    })
}

fn summary(summary: JsonV1Summary) -> Summary {
    let not_checked = summary.not_checked.into_iter();
    let causes = summary.differences.as_ref().and_then(|count| count.causes);
    Summary {
        files: summary.files,
        policies: summary.policies,
        pools: summary.pools.unwrap_or_default(),
        differences: summary.differences.map(|count| Differences {
            weaker: count.weaker,
            undefined: count.undefined,
            neutral: count.neutral,
            stronger: count.stronger,
        }),
        causes: causes.map(|count| Cause::ALL.map(|cause| (cause, count.number(cause))).to_vec()),
        rules: summary.rules,
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        input_faults: summary.input_faults,
        suppressed: summary.suppressed,
        hidden: summary.hidden,
        fixable: summary.fixable,
        not_checked: not_checked
            .map(|entry| NotChecked {
                what: entry.what,
                why: entry.why,
                failed: entry.failed,
            })
            .collect(),
    }
}
