//! Rows of effective tables in `json`, whose cells are written once for all rows that have the same ones. Nearly all of a
//! large report is cells, and few of them differ: some hundreds in 20,000 pools.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::value::RawValue;

use crate::hidden;
use crate::model::effective::{Cell, Notified, Row, Signal};
use crate::report::Report;

use crate::render::json::types::{JsonV1Cell, JsonV1Row};

/// How deep the cells of a row are in the document: in `pools`, a pool, `rows`, a row.
const DEPTH: usize = 5;

/// The cells of rows as they are written.
pub(in crate::render) struct CellTexts(HashMap<[Cell; 4], Box<RawValue>>);

impl CellTexts {
    /// Those of a report.
    pub(in crate::render) fn of(report: &Report) -> serde_json::Result<Self> {
        let mut texts = HashMap::new();
        for row in report.pools.iter().flat_map(|pool| &pool.table.rows) {
            if let Entry::Vacant(place) = texts.entry(row.cells) {
                place.insert(text(&row.cells)?);
            }
        }
        Ok(Self(texts))
    }
}

/// A row of the report that `cells` was made for.
pub(in crate::render) fn row<'a>(row: &'a Row, cells: &'a CellTexts) -> JsonV1Row<'a> {
    JsonV1Row {
        scope: &row.scope,
        flow: row.flow,
        event: row.event,
        cells: cells.0.get(&row.cells).map(AsRef::as_ref),
    }
}

/// Cells as indented JSON at their place in the document.
fn text(cells: &[Cell; 4]) -> serde_json::Result<Box<RawValue>> {
    let cells = Signal::ALL.into_iter().zip(cells);
    let cells: Vec<_> = cells
        .map(|(signal, cell)| JsonV1Cell {
            signal,
            outcome: cell.outcome,
            would: cell.would,
            notifies: cell.notifies.is_known(),
            notifies_unconfirmed: cell.notifies == Notified::Unconfirmed,
            reason: cell.reason,
            why: cell.reason.sentence().to_owned(),
        })
        .collect();
    let line = format!("\n{}", "  ".repeat(DEPTH));
    RawValue::from_string(hidden::json(&cells).trim_end().replace('\n', &line))
}
