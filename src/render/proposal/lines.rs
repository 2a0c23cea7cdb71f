//! Lines that several formats for people share. Hostile text: each format escapes it.

use crate::model::effective::{AddressChange, Movement};
use crate::pointer::Pointer;
use crate::proposal::{
    ApplyOutcome, Block, CallOutcome, CallShown, Carried, Ended, Gate, PolicyFinding, PoolProposal, Proposal,
    State,
};
use crate::render::effects;
use crate::text;

/// `account 123456789012, us-west-2, policy customers`.
pub(super) fn place(command: &str, pool: &PoolProposal) -> String {
    let from = match command {
        "rollback" => "journal",
        "audit" => "reason",
        _ => "policy",
    };
    let parts = [
        pool.account.as_ref().map(|account| format!("account {account}")),
        pool.region.clone(),
        Some(format!("{from} {}", pool.policy)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What is chosen, where not everything is: `/mode/standard; 3 other settings are left out`.
pub(super) fn only(pool: &PoolProposal) -> Option<String> {
    if pool.only.is_empty() {
        return None;
    }
    let places: Vec<_> = pool.only.iter().map(ToString::to_string).collect();
    let others = text::count(pool.excluded.len(), "other setting is", "other settings are");
    Some(format!("{}; {others} left out", text::join_words(&places)))
}

/// The places that are left out one by one: with `--only`, they are counted.
pub(super) fn left_out(pool: &PoolProposal) -> &[Pointer] {
    if pool.only.is_empty() { &pool.excluded } else { &[] }
}

/// What becomes of requests, at most so many lines.
pub(super) fn effects(pool: &PoolProposal, most: usize) -> Vec<String> {
    let mut lines = effects::lines(&pool.cells, &|before, after, direction| {
        format!("{before} → {after} ({})", direction.label())
    });
    lines.extend(pool.addresses.iter().map(addresses));
    let left = lines.len().saturating_sub(most);
    if left > 0 {
        lines.truncate(most);
        lines.push(format!("and {left} more; `--format json` has all of them"));
    }
    lines
}

/// What newly blocks or challenges users, and how many there are.
pub(super) fn blocks(pool: &PoolProposal) -> Vec<String> {
    let users = match pool.users {
        Some(users) => format!("the pool has about {} (AWS's estimate)", text::users(users)),
        None => "how many users the pool has is unknown".to_owned(),
    };
    let line = |block: &Block| {
        let by = match block.clients.as_slice() {
            [] => String::new(),
            [client] => format!(", by client {client}"),
            clients => format!(", by clients {}", text::join_words(clients)),
        };
        format!("{}: {} → {}{by}", block.what, block.from, block.to)
    };
    let mut lines: Vec<_> = pool.blocks.iter().map(line).collect();
    if let Some(first) = lines.first_mut() {
        first.push_str("; ");
        first.push_str(&users);
    }
    lines
}

/// `to accept all: cogward apply …`, and what cannot be accepted.
pub(super) fn accept_all(proposal: &Proposal) -> Option<String> {
    let line = proposal.accept_all()?;
    let firm = proposal.not_acceptable();
    let firm: Vec<_> = firm.iter().map(|guard| guard.as_str().to_owned()).collect();
    Some(if firm.is_empty() {
        format!("to accept all: {line}")
    } else {
        format!("to accept all but {}: {line}", text::join_words(&firm))
    })
}

fn addresses(change: &AddressChange) -> String {
    let ranges: Vec<_> = change.ranges.iter().map(ToString::to_string).collect();
    let verb = match change.movement {
        Movement::Shrank => "loses",
        Movement::Grew => "gains",
    };
    format!(
        "{}: {} {verb} {} ({})",
        change.scope.label(),
        change.list.as_str(),
        ranges.join(", "),
        change.direction.label()
    )
}

/// `standard: 20 days in AUDIT, 14 required (…)`, and whether that is enough.
pub(super) fn gate(gate: &Gate) -> String {
    let verdict = match (gate.met, &gate.overridden) {
        (true, _) => "met".to_owned(),
        (false, Some(reason)) => format!("not met, overridden: {reason}"),
        (false, None) => "not met".to_owned(),
    };
    format!("{}: {}: {verdict}", gate.auth, gate.words)
}

/// `warning[low-risk-blocked] policies/a.yaml:5:3: …`, and why it does not count.
pub(super) fn finding(finding: &PolicyFinding) -> String {
    let allowed = match &finding.allowed {
        Some(reason) => format!("; allowed: {reason}"),
        None => String::new(),
    };
    format!(
        "{}[{}] {}: {}{allowed}",
        finding.severity.as_str(),
        finding.rule,
        finding.place,
        finding.message
    )
}

/// `23 members by UpdateUserPool, 2 of them unknown to this version`.
pub(super) fn carried(carried: &Carried) -> String {
    let mut line = format!(
        "{} by {}",
        text::count(carried.members.len(), "member", "members"),
        object(carried.operation, carried.client.as_deref())
    );
    if !carried.unknown.is_empty() {
        line = format!(
            "{line}, {} of them unknown to this version",
            carried.unknown.len()
        );
    }
    line
}

/// The names of what is carried over, and of what is not sent.
pub(super) fn carried_names(carried: &Carried) -> Vec<String> {
    let name = |name: &String| {
        if carried.unknown.contains(name) {
            format!("{name} (unknown)")
        } else {
            name.clone()
        }
    };
    let members: Vec<_> = carried.members.iter().map(name).collect();
    let mut lines = vec![members.join(", ")];
    lines.extend(
        carried
            .left_out
            .iter()
            .map(|(at, why)| format!("not sent: {at}: {why}")),
    );
    lines
}

/// `UpdateUserPoolClient of client 1example`.
pub(super) fn object(operation: &str, client: Option<&str>) -> String {
    match client {
        Some(client) => format!("{operation} of client {client}"),
        None => operation.to_owned(),
    }
}

/// `SetRiskConfiguration of client 1example: /clients/web`.
pub(super) fn call(call: &CallShown) -> String {
    let makes: Vec<_> = call.makes.iter().map(ToString::to_string).collect();
    let head = object(call.operation, call.client.as_deref());
    if makes.is_empty() {
        format!("{head}: prepares the next")
    } else {
        format!("{head}: {}", text::join_words(&makes))
    }
}

/// What became of a call, if there is something to say: `UpdateUserPool: failed: …`.
pub(super) fn trouble(call: &CallOutcome) -> Option<String> {
    let word = match call.ended {
        Ended::Done if call.detail.is_none() => return None,
        Ended::NotTried | Ended::Already => return None,
        Ended::Done => "done",
        Ended::Failed => "failed",
        Ended::Unknown => "unknown",
        Ended::Moved => "not made",
    };
    let detail = call.detail.as_deref().unwrap_or_default();
    let request = call.request_id.as_ref();
    let request = request.map_or_else(String::new, |id| format!(" (request {id})"));
    let head = object(call.operation, call.client.as_deref());
    Some(format!("{head}: {word}: {detail}{request}"))
}

/// `3 applied, 1 failed, 2 not tried`.
pub(super) fn states(outcome: &ApplyOutcome) -> String {
    let parts: Vec<_> = State::ALL
        .into_iter()
        .map(|state| (outcome.count(state), state))
        .filter(|(number, _)| *number > 0)
        .map(|(number, state)| format!("{number} {}", state.label()))
        .collect();
    if parts.is_empty() {
        "nothing was applied".to_owned()
    } else {
        parts.join(", ")
    }
}
