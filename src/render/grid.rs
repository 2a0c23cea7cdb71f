//! Tables of words and numbers for a terminal: as wide as what is in them, and no wider than the terminal.

use super::draw::broken;

/// Between columns.
const GAP: &str = "  ";

/// The lines of each row in so many columns. The first `left` cells of a row stand left, the others right. Where there is too
/// little room, the widest columns are broken between words; no word is.
pub(super) fn grid(rows: &[Vec<String>], left: usize, room: usize) -> Vec<Vec<String>> {
    let columns = 0..rows.first().map_or(0, Vec::len);
    let longest = |at: usize, size: fn(&str) -> usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| size(cell)).max().unwrap_or(0)
    };
    let words = |cell: &str| {
        cell.split(' ')
            .map(|word| word.chars().count())
            .max()
            .unwrap_or(0)
    };
    let mut widths: Vec<_> = columns
        .clone()
        .map(|at| longest(at, |cell| cell.chars().count()))
        .collect();
    let least: Vec<_> = columns.clone().map(|at| longest(at, words)).collect();
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    for _ in room..widths.iter().sum::<usize>() + gaps {
        let can_shrink = columns.clone().filter(|at| widths[*at] > least[*at]);
        let Some(widest) = can_shrink.max_by_key(|at| widths[*at]) else {
            break;
        };
        widths[widest] -= 1;
    }
    let broken: Vec<Vec<_>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .zip(&widths)
                .map(|(cell, width)| broken(cell, |_| *width))
                .collect()
        })
        .collect();
    // What was broken may be narrower than its column.
    for (at, width) in widths.iter_mut().enumerate() {
        let lines = broken
            .iter()
            .filter_map(|row: &Vec<Vec<String>>| row.get(at))
            .flatten();
        *width = lines.map(|line| line.chars().count()).max().unwrap_or(0);
    }
    broken.iter().map(|row| lines(row, &widths, left)).collect()
}

fn lines(row: &[Vec<String>], widths: &[usize], left: usize) -> Vec<String> {
    let height = row.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let texts = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| {
            let text = cell.get(number).map_or("", String::as_str);
            let blanks = " ".repeat(width - text.chars().count());
            if at < left {
                format!("{text}{blanks}")
            } else {
                blanks + text
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
        let lines: Vec<_> = grid(&rows, 1, room).concat();
        lines
            .iter()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect()
    }

    #[test]
    fn a_table_is_as_wide_as_what_is_in_it() {
        let said =
            "change               events (users)  failed already\nnewly asked for MFA          12 (7)\n";
        assert_eq!(drawn(51), said);
        assert_eq!(drawn(1_000), said);
    }

    #[test]
    fn without_room_the_widest_columns_are_broken_between_words() {
        let said =
            "change      events   failed\n           (users)  already\nnewly       12 (7)\nasked for\nMFA\n";
        assert_eq!(drawn(33), said);
        // Words stay whole, whatever the room.
        let said = "change   events   failed\n        (users)  already\nnewly    12 (7)\nasked\nfor\nMFA\n";
        assert_eq!(drawn(24), said);
        assert_eq!(drawn(0), drawn(24));
    }

    #[test]
    fn a_table_without_rows_has_no_lines() {
        assert_eq!(grid(&[], 1, 10), Vec::<Vec<String>>::new());
    }
}
