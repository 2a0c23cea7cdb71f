//! Tables of words and numbers for a terminal: as wide as what is in them, and no wider than the terminal.

use crate::render::terminal::draw::{broken, columns, filled, padded};

/// Between columns.
const GAP: &str = "  ";

/// The lines of each row in so many columns. The first `left` cells of a row stand left, the others right. Where there is too
/// little room, the widest column is broken between words, then the next; no word is. Where that is not enough, every row but
/// the head is a record: its first cells, and below them the others, each after its head.
pub(super) fn grid(rows: &[Vec<String>], left: usize, room: usize) -> Vec<Vec<String>> {
    // How wide a column is, if it is to be so wide at most.
    let narrow = |at: usize, most: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        let lines = cells.flat_map(|cell| broken(cell, |_| most));
        lines.map(|line| columns(&line)).max().unwrap_or(0)
    };
    let all = 0..rows.first().map_or(0, Vec::len);
    let mut widths: Vec<_> = all.clone().map(|at| narrow(at, usize::MAX)).collect();
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        let narrower = all.clone().filter_map(|at| {
            let width = narrow(at, widths[at].saturating_sub(1));
            (width < widths[at]).then_some((at, width))
        });
        let Some((widest, width)) = narrower.max_by_key(|(at, _)| widths[*at]) else {
            break;
        };
        widths[widest] = width;
    }
    if widths.iter().sum::<usize>() + gaps > room {
        let heads = rows.first().map_or(&[][..], Vec::as_slice);
        let records = rows.iter().skip(1).map(|row| record(heads, row, left, room));
        return rows.iter().take(1).map(|_| Vec::new()).chain(records).collect();
    }
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let cells: Vec<_> = cells.map(|(cell, width)| broken(cell, |_| *width)).collect();
            lines(&cells, &widths, left)
        })
        .collect()
}

fn record(heads: &[String], row: &[String], left: usize, room: usize) -> Vec<String> {
    let cells = heads.iter().zip(row).map(|(head, cell)| match cell.as_str() {
        "" => String::new(),
        cell => format!("{head} {cell}"),
    });
    let (first, others): (Vec<_>, Vec<_>) = cells.enumerate().partition(|(at, _)| *at < left);
    let texts = |cells: Vec<(usize, String)>, between| {
        let cells = cells
            .into_iter()
            .map(|(_, cell)| cell)
            .filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(between)
    };
    let first = filled(&texts(first, GAP), |_| room);
    let others = filled(&texts(others, "; "), |_| room.saturating_sub(GAP.len()));
    first
        .into_iter()
        .chain(others.iter().map(|line| format!("{GAP}{line}")))
        .collect()
}

fn lines(row: &[Vec<String>], widths: &[usize], left: usize) -> Vec<String> {
    let height = row.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let texts = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| {
            let text = cell.get(number).map_or("", String::as_str);
            if at < left {
                padded(text, *width)
            } else {
                " ".repeat(width.saturating_sub(columns(text))) + text
            }
        });
        texts.collect::<Vec<_>>().join(GAP)
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(room: usize) -> String {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["change", "events (users)", "failed already"]),
            row(["newly asked for MFA", "12 (7)", ""]),
        ];
        let lines = grid(&rows, 1, room).concat();
        let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        lines.join("\n") + "\n"
    }

    #[test]
    fn a_table_is_as_wide_as_what_is_in_it() {
        let said =
            "change               events (users)  failed already\nnewly asked for MFA          12 (7)\n";
        assert_eq!(drawn(51), said);
        assert_eq!(drawn(1_000), said);
    }

    /// Without room the widest columns are broken between words.
    #[test]
    fn narrow_grid_wraps_widest_columns() {
        let said =
            "change        events   failed\n             (users)  already\nnewly asked   12 (7)\nfor MFA\n";
        assert_eq!(drawn(33), said);
        // Words stay whole.
        let said = "change   events   failed\n        (users)  already\nnewly    12 (7)\nasked\nfor\nMFA\n";
        assert_eq!(drawn(24), said);
    }

    /// With less room than the words need rows are records.
    #[test]
    fn very_narrow_grid_becomes_records() {
        let said = "change newly asked for\nMFA\n  events (users) 12 (7)\n";
        assert_eq!(drawn(23), said);
        assert!(drawn(8).starts_with("change\nnewly\n"));
    }

    #[test]
    fn a_table_without_rows_has_no_lines() {
        assert_eq!(grid(&[], 1, 10), Vec::<Vec<String>>::new());
    }
}
