//! What a plan newly blocks or challenges, in words: equal answers of several clients and flows are one line.

use std::collections::BTreeSet;

use crate::model::effective::{CellChange, Scope};
use crate::plan::LockOut;
use crate::proposal::Block;

/// The lines of a lock-out, in the order of the effective table.
pub(super) fn blocks(lock_out: &LockOut) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for cell in &lock_out.cells {
        let (from, to) = (cell.before.words_in_change(), cell.after.words_in_change());
        add(&mut found, &cell.scope, what(cell), from, to);
    }
    for one in &lock_out.addresses {
        let ranges: Vec<_> = one.ranges.iter().map(ToString::to_string).collect();
        let what = format!("requests from {}", ranges.join(", "));
        let from = "assessed as others are".to_owned();
        add(&mut found, &one.scope, what, from, "blocked".to_owned());
    }
    found
}

/// `sign-in at low risk`: the answer is the same however somebody signs in, but for flows that are not covered.
fn what(cell: &CellChange) -> String {
    let join = if cell.signal.risk_level().is_some() {
        "at"
    } else {
        "with"
    };
    format!("{} {join} {}", cell.event.label(), cell.signal.label())
}

fn add(found: &mut Vec<Block>, scope: &Scope, what: String, from: String, to: String) {
    let client = scope.key().map(str::to_owned);
    let same = |one: &&mut Block| (&one.what, &one.from, &one.to) == (&what, &from, &to);
    if let Some(block) = found.iter_mut().find(same) {
        let mut clients: BTreeSet<_> = std::mem::take(&mut block.clients).into_iter().collect();
        clients.extend(client);
        block.clients = clients.into_iter().collect();
    } else {
        found.push(Block {
            what,
            from,
            to,
            clients: client.into_iter().collect(),
        });
    }
}

/// `sign-in at low risk: allowed → blocked; and 2 more`.
pub(super) fn words(lock_out: &LockOut) -> String {
    let blocks = blocks(lock_out);
    let more = match blocks.len().saturating_sub(1) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let first = blocks.first();
    first.map_or_else(String::new, |block| {
        format!("{}: {} → {}{more}", block.what, block.from, block.to)
    })
}

/// `the pool has about 12,345 users (AWS's estimate)`.
pub(super) fn users(users: Option<u64>) -> String {
    match users {
        Some(users) => format!(
            "the pool has about {} (AWS's estimate)",
            crate::text::users(users)
        ),
        None => "how many users the pool has is unknown".to_owned(),
    }
}
