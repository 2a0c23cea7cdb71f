//! Effective tables of `html`. Pools of which the tables look alike share one.

use std::collections::HashMap;

use serde::Serialize;

use crate::model::effective::{Cell, CellOutcome, Reason};
use crate::render::estate::standings;
use crate::render::matrix::{Alike, Group, Line, alike};
use crate::render::{bound, escape, words};
use crate::report::{PoolProtection, Report};

/// So many pools are shown open; more are folded.
const OPEN: usize = 5;

/// Cells of all tables on a page: some 400 KB.
const CELLS: usize = 3_000;

/// The tables of a page, that of the worst pool first. Texts are hostile; the template escapes them.
#[derive(Serialize)]
pub(in crate::render) struct Tables {
    pub(in crate::render) shown: Vec<Table>,
    /// Whether each is folded.
    folded: bool,
    /// What is not on the page.
    more: Option<String>,
    /// The numbers of the tables, from 1, by the titles of their pools.
    #[serde(skip)]
    pub(in crate::render) numbers: HashMap<String, usize>,
}

/// One table.
#[derive(Serialize)]
pub(in crate::render) struct Table {
    title: String,
    source: String,
    /// How many other pools it is of.
    others: usize,
    /// All pools, where it is of several.
    members: Vec<Member>,
    /// How many of them are not on the page.
    more_members: Option<String>,
    groups: Vec<Clients>,
    /// Reasons, referred to by their place, from 1.
    notes: Vec<&'static str>,
    /// That not all clients could be read.
    unread: Option<&'static str>,
}

/// A pool of a table that is of several.
#[derive(Serialize)]
struct Member {
    title: String,
    source: String,
    /// Its clients, where the heads of the table do not name them.
    clients: Vec<String>,
}

#[derive(Serialize)]
struct Clients {
    head: String,
    lines: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    flows: String,
    events: String,
    /// Four, or one that stands for all four.
    cells: Vec<Look>,
}

#[derive(Serialize)]
struct Look {
    outcome: Outlook,
    /// All columns it stands for.
    columns: usize,
    words: String,
    why: String,
    notes: Vec<usize>,
}

/// How an outcome is drawn.
#[derive(Serialize)]
pub(in crate::render) struct Outlook {
    class: &'static str,
    symbol: &'static str,
    words: &'static str,
}

impl Tables {
    pub(in crate::render) fn of(report: &Report) -> Self {
        let places: HashMap<_, _> = standings(report)
            .iter()
            .enumerate()
            .map(|(at, row)| (row.pool.title.as_str(), at))
            .collect();
        let mut pools: Vec<_> = report
            .pools
            .iter()
            .filter(|pool| !pool.table.rows.is_empty())
            .collect();
        pools.sort_by_key(|pool| places.get(pool.title.as_str()).copied().unwrap_or(usize::MAX));
        let all = pools.len();
        let mut page = Self {
            shown: Vec::new(),
            folded: all > OPEN,
            more: None,
            numbers: HashMap::new(),
        };
        let (mut cells, mut left) = (0, 0);
        for alike in alike(pools) {
            let groups = alike.pools.iter().take(1).flat_map(|(_, groups)| groups);
            cells += groups
                .flat_map(|group| group.lines.iter())
                .map(shown_cells)
                .sum::<usize>();
            if cells > CELLS && !page.shown.is_empty() {
                left += alike.pools.len();
                continue;
            }
            let number = page.shown.len() + 1;
            let titles = alike.pools.iter().map(|(pool, _)| (pool.title.clone(), number));
            page.numbers.extend(titles);
            page.shown.extend(table(&alike, !page.folded));
        }
        page.more = bound::more(left, "table", "tables");
        page
    }
}

fn shown_cells(line: &Line) -> usize {
    if line.is_uniform() { 1 } else { 4 }
}

fn names(group: &Group) -> String {
    let names: Vec<_> = group
        .clients
        .iter()
        .map(|client| escape::one_line(client))
        .collect();
    names.join(", ")
}

fn table(alike: &Alike<'_>, with_reasons: bool) -> Option<Table> {
    let mut notes = Vec::new();
    let (first, groups) = alike.pools.first()?;
    let named = alike.named();
    let mut clients = |at: usize, group: &Group| Clients {
        head: match named.get(at) {
            Some(false) => format!("clients {}", at + 1),
            _ => names(group),
        },
        lines: group
            .lines
            .iter()
            .map(|line| entry(line, &mut notes, with_reasons))
            .collect(),
    };
    let drawn: Vec<_> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| clients(at, group))
        .collect();
    let member = |(pool, groups): &(&PoolProtection, Vec<Group>)| Member {
        title: escape::one_line(&pool.title),
        source: escape::one_line(&pool.source),
        clients: groups
            .iter()
            .enumerate()
            .filter(|(at, _)| named.get(*at) == Some(&false))
            .map(|(at, group)| format!("clients {}: {}", at + 1, names(group)))
            .collect(),
    };
    let others = alike.pools.len() - 1;
    let members = alike.pools.iter().filter(|_| others > 0);
    let more = members.clone().count().saturating_sub(bound::POOLS);
    Some(Table {
        title: escape::one_line(&first.title),
        source: escape::one_line(&first.source),
        others,
        members: members.take(bound::POOLS).map(member).collect(),
        more_members: bound::more(more, "pool", "pools"),
        groups: drawn,
        notes: notes.into_iter().map(Reason::sentence).collect(),
        unread: first.table.clients_unread.then_some(words::CLIENTS_UNREAD),
    })
}

/// `with_reasons`: each cell has its reasons in words as well, beside the notes.
fn entry(line: &Line, notes: &mut Vec<Reason>, with_reasons: bool) -> Entry {
    let shown = shown_cells(line);
    let cells = line.cells.iter().enumerate().take(shown);
    Entry {
        flows: line.flows(),
        events: line.events(),
        cells: cells
            .map(|(at, cell)| {
                let columns = if shown == 1 { 0..4 } else { at..at + 1 };
                let mut reasons: Vec<Reason> = Vec::new();
                for reason in line.reasons[columns.clone()].iter().flatten() {
                    if !reasons.contains(reason) {
                        reasons.push(*reason);
                    }
                }
                let mut look = look(*cell, &reasons, columns.len(), notes);
                if !with_reasons {
                    look.why.clear();
                }
                look
            })
            .collect(),
    }
}

fn look(cell: Cell, reasons: &[Reason], columns: usize, notes: &mut Vec<Reason>) -> Look {
    let mut numbers = Vec::new();
    // That the policy says so needs no note.
    for reason in reasons.iter().filter(|reason| **reason != Reason::Configured) {
        let at = notes.iter().position(|note| note == reason).unwrap_or_else(|| {
            notes.push(*reason);
            notes.len() - 1
        });
        numbers.push(at + 1);
    }
    let why: Vec<_> = reasons.iter().map(|reason| reason.sentence()).collect();
    Look {
        outcome: Outlook {
            // Nobody can configure this: it does not stand out as what a pool lacks does.
            class: match cell.reason {
                Reason::FlowUndocumented => "undocumented",
                _ => cell.outcome.as_str(),
            },
            ..outlook(cell.outcome)
        },
        columns,
        words: cell.words(),
        why: why.join(" "),
        notes: numbers,
    }
}

/// What the colours mean.
pub(in crate::render) fn legend() -> Vec<Outlook> {
    CellOutcome::ALL.into_iter().map(outlook).collect()
}

fn outlook(outcome: CellOutcome) -> Outlook {
    Outlook {
        class: outcome.as_str(),
        symbol: words::outcome_symbol(outcome),
        words: outcome.label(),
    }
}
