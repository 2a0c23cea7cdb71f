//! What an apply, a rollback or an audit would do, and what became of it, as blocks.

use crate::model::effective::{AddressChange, CellChange, Direction};
use crate::pointer::Pointer;
use crate::proposal::{
    ApplyOutcome, Block as Blocked, CallOutcome, CallShown, Carried, ChangeOutcome, Ended, Ending, Gate,
    PolicyFinding, PoolOutcome, PoolProposal, Proposal, Refused, State, pool_users,
};
use crate::render::{PlanPart, PlanView, effects, escape};
use crate::text;

use super::block::{Block, Part, Row, Rows, Tone};

/// Most rows of effects of one pool.
const MOST_EFFECTS: usize = 12;

/// Columns of a terminal for what became of a change.
const STATE: usize = 13;

/// The parts that are wanted, each with its closing lines.
pub(super) fn parts(proposal: &Proposal, view: PlanView) -> Vec<Part> {
    let mut parts = Vec::new();
    if view.part != PlanPart::Outcome {
        let pools = proposal.pools.iter();
        parts.extend(pools.map(|one| pool(proposal.command, one, view.calls)));
        let unchanged = proposal.unchanged.iter();
        let unchanged = unchanged.map(|title| Block::Text(format!("pool {title}: already up to date")));
        parts.push(Part::plain(unchanged.collect()));
        parts.extend(proposal.refused.iter().map(refused));
        parts.push(Part::plain(closing(proposal)));
    }
    if view.part != PlanPart::Plan {
        match &proposal.outcome {
            None => parts.push(Part::plain(not_carried_out(proposal))),
            Some(outcome) => {
                parts.extend(outcome.pools.iter().map(pool_outcome));
                parts.push(Part::plain(result(outcome)));
            }
        }
    }
    parts.retain(|part| part.head.is_some() || !part.blocks.is_empty());
    parts
}

fn closing(proposal: &Proposal) -> Vec<Block> {
    let mut blocks = vec![Block::NotChecked, Block::Closing];
    if !proposal.pools.is_empty() {
        blocks.push(Block::Command("plan".to_owned(), proposal.digest.clone()));
    }
    if !proposal.refused.is_empty() {
        let refusals = text::count(proposal.refused.len(), "refusal", "refusals");
        blocks.push(Block::Text(format!("{refusals}: nothing was written")));
    }
    blocks.extend(accept_all(proposal).map(|(label, line)| Block::Command(label, line)));
    blocks
}

fn not_carried_out(proposal: &Proposal) -> Vec<Block> {
    let declined = (proposal.ending == Ending::Declined)
        .then(|| Block::Text("cancelled: nothing was changed".to_owned()));
    let carry_out = proposal
        .carry_out()
        .map(|line| Block::Command("dry run: nothing was written; to carry it out".to_owned(), line));
    declined.into_iter().chain(carry_out).collect()
}

fn pool(command: &str, pool: &PoolProposal, with_calls: bool) -> Part {
    let mut found = vec![
        Block::Text(place(command, pool)),
        Block::Changes(pool.changes.clone()),
        Block::Items(users(pool)),
    ];
    found.extend(other_effects(pool));
    found.push(Block::Items(beside(pool, with_calls)));
    if with_calls {
        found.push(Block::Calls(
            pool.calls.iter().map(|one| (call(one), sets(one))).collect(),
        ));
    }
    Part::new(format!("pool {}", pool.title()), Tone::Plain, found)
}

/// Lines, each after what it is about.
type Items = Vec<(&'static str, String)>;

fn labelled(
    label: &'static str,
    lines: impl IntoIterator<Item = String>,
) -> impl Iterator<Item = (&'static str, String)> {
    lines.into_iter().map(move |line| (label, line))
}

/// What is left out of the plan, and what the rest does to users.
fn users(pool: &PoolProposal) -> Items {
    let mut items = Items::new();
    items.extend(only(pool).map(|chosen| ("only", chosen)));
    items.extend(labelled(
        "left out",
        left_out(pool).iter().map(ToString::to_string),
    ));
    items.extend(labelled("blocks or challenges", blocks(pool)));
    if pool.blocks.is_empty() {
        let users = pool.users;
        let users = users.map(|users| format!("about {} (AWS's estimate)", text::users(users)));
        items.extend(labelled("pool", users));
    }
    items
}

/// What else is to know of it.
fn beside(pool: &PoolProposal, with_calls: bool) -> Items {
    let mut items = Items::new();
    items.extend(labelled("cost", pool.costs.clone()));
    items.extend(labelled("audit gate", pool.gates.iter().map(gate)));
    items.extend(labelled("finding", pool.findings.iter().map(finding)));
    items.extend(labelled("note", pool.notes.clone()));
    for one in &pool.carried {
        if with_calls {
            let line = format!("{}: {}", carried(one), members(one));
            items.push(("sent back unchanged", line));
            let not_sent = one.left_out.iter();
            let not_sent = not_sent.map(|one| format!("{}: {}", one.at, one.why));
            items.extend(labelled("not sent", not_sent));
        } else {
            let line = format!("{} (--show-calls lists them)", carried(one));
            items.push(("sent back unchanged", line));
        }
    }
    items
}

fn sets(call: &CallShown) -> String {
    let mut json = Vec::new();
    // Writing to memory cannot fail.
    let _ = escape::write_json(&call.sets, &mut json);
    String::from_utf8_lossy(&json).trim_end().to_owned()
}

fn refused(refused: &Refused) -> Part {
    let blocks = vec![
        Block::Marked(refused.message.clone()),
        Block::Items(vec![("help", refused.next.clone())]),
    ];
    Part::new(format!("refused[{}]", refused.guard.as_str()), Tone::Bad, blocks)
}

fn pool_outcome(pool: &PoolOutcome) -> Part {
    let row = |change: &ChangeOutcome| Row {
        tone: match change.state {
            State::Applied => Tone::Good,
            State::NotTaken | State::Failed => Tone::Bad,
            State::NotTried => Tone::Plain,
        },
        name: change.state.label().to_owned(),
        words: change.at.to_string(),
    };
    let mut blocks = vec![Block::Rows(Rows {
        heads: ["Outcome", "Change"],
        indent: 2,
        width: STATE,
        entries: pool.changes.iter().map(row).collect(),
    })];
    let calls = pool.calls.iter().filter_map(trouble);
    let troubles = calls.chain(pool.trouble.iter().cloned());
    blocks.extend(troubles.map(Block::Marked));
    if pool.is_as_wanted == Some(true) {
        blocks.push(Block::Text("read again: as planned".to_owned()));
    }
    Part::new(format!("pool {}", pool.title), Tone::Plain, blocks)
}

fn result(outcome: &ApplyOutcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    if outcome.stopped {
        let words = "stopped: the current call was finished; no other call was made";
        blocks.push(Block::Text(words.to_owned()));
    }
    if let Some(trouble) = &outcome.trouble {
        blocks.push(Block::Text(format!("no more calls were made: {trouble}")));
    }
    let tone = if outcome.exit_code() == 0 {
        Tone::Good
    } else {
        Tone::Bad
    };
    blocks.push(Block::Line(tone, outcome.states()));
    blocks.push(Block::Command("journal".to_owned(), outcome.journal.clone()));
    let undo = outcome.undo.iter();
    blocks.extend(undo.map(|line| Block::Command("to undo".to_owned(), line.clone())));
    blocks
}

/// `account 123456789012, us-west-2, policy customers`.
fn place(command: &str, pool: &PoolProposal) -> String {
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
fn only(pool: &PoolProposal) -> Option<String> {
    if pool.only.is_empty() {
        return None;
    }
    let places: Vec<_> = pool.only.iter().map(ToString::to_string).collect();
    let others = text::count(pool.excluded.len(), "other setting is", "other settings are");
    Some(format!("{}; {others} left out", text::join_words(&places)))
}

/// The places that are left out one by one: with `--only`, they are counted.
fn left_out(pool: &PoolProposal) -> &[Pointer] {
    if pool.only.is_empty() { &pool.excluded } else { &[] }
}

/// What becomes of requests, a line each.
pub(in crate::render) fn effects(pool: &PoolProposal) -> Vec<String> {
    let mut lines = cells(&pool.cells);
    lines.extend(pool.addresses.iter().map(addresses));
    lines
}

fn cells(cells: &[CellChange]) -> Vec<String> {
    effects::lines(cells, &|before, after, direction| {
        format!("{before} → {after} ({})", direction.label())
    })
}

/// The effects of which no line says already that they newly block or challenge, so many at most.
fn other_effects(pool: &PoolProposal) -> Vec<Block> {
    let is_told = |cell: &&CellChange| {
        let request = cell.by_any_flow();
        let (from, to) = (cell.before.words_in_change(), cell.after.words_in_change());
        pool.blocks.iter().any(|block| {
            let mut clients = block.clients.iter().map(String::as_str);
            let is_of_client = cell
                .scope
                .key()
                .is_some_and(|key| clients.any(|client| client == key));
            is_of_client && block.what == request && block.from == from && block.to == to
        })
    };
    let told: Vec<_> = pool.cells.iter().filter(is_told).cloned().collect();
    let told = effects::rows(&told).rows;
    let mut others = effects::rows(&pool.cells);
    others.rows.retain(|row| !told.contains(row));
    let left = others.rows.len().saturating_sub(MOST_EFFECTS);
    others.rows.truncate(MOST_EFFECTS);
    let more = (left > 0).then(|| format!("and {left} more; `--format json` has all of them"));
    let texts = more.into_iter().chain(others.others);
    let texts = texts.chain(pool.addresses.iter().map(addresses));
    std::iter::once(Block::Effects(others.rows))
        .chain(texts.map(Block::Text))
        .collect()
}

/// What newly blocks or challenges users, and how many there are.
fn blocks(pool: &PoolProposal) -> Vec<String> {
    let users = pool_users(pool.users);
    let line = |block: &Blocked| {
        let by = match block.clients.as_slice() {
            [] => String::new(),
            [client] => format!(", by client {client}"),
            clients => format!(", by clients {}", text::join_words(clients)),
        };
        format!("{}: {} → {}{by}", block.what, block.from, block.to)
    };
    let mut lines: Vec<_> = pool.blocks.iter().map(line).collect();
    let undefined = |cell: &CellChange| {
        cell.shown_direction() == Direction::Undefined && !cell.after.under(true).outcome.is_known()
    };
    if lines.is_empty() && pool.cells.iter().any(undefined) {
        lines.push("possibly: AWS does not document what happens to some sign-ins afterwards".to_owned());
    }
    if let Some(first) = lines
        .first_mut()
        .filter(|_| !pool.blocks.is_empty() || pool.users.is_none())
    {
        first.push_str("; ");
        first.push_str(&users);
    }
    lines
}

/// `to accept all: cogward apply …`, and what cannot be accepted.
fn accept_all(proposal: &Proposal) -> Option<(String, String)> {
    let line = proposal.accept_all()?;
    let firm = proposal.not_acceptable();
    let firm: Vec<_> = firm.iter().map(|guard| guard.as_str().to_owned()).collect();
    let label = if firm.is_empty() {
        "to accept all".to_owned()
    } else {
        format!("to accept all but {}", text::join_words(&firm))
    };
    Some((label, line))
}

fn addresses(change: &AddressChange) -> String {
    effects::moved(&change.scope.label(), ["loses", "gains"], change)
}

/// `standard: 20 days in AUDIT, 14 required (…)`, and whether that is enough.
fn gate(gate: &Gate) -> String {
    let verdict = match (gate.met, &gate.overridden) {
        (true, _) => "met".to_owned(),
        (false, Some(reason)) => format!("not met, overridden: {reason}"),
        (false, None) => "not met".to_owned(),
    };
    format!("{}: {}: {verdict}", gate.auth, gate.words)
}

/// `warning[low-risk-blocked] policies/a.yaml:5:3: …`, and why it does not count.
fn finding(finding: &PolicyFinding) -> String {
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
fn carried(carried: &Carried) -> String {
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

/// The names of what is carried over.
fn members(carried: &Carried) -> String {
    let name = |name: &String| {
        if carried.unknown.contains(name) {
            format!("{name} (unknown)")
        } else {
            name.clone()
        }
    };
    let members: Vec<_> = carried.members.iter().map(name).collect();
    members.join(", ")
}

/// `UpdateUserPoolClient of client 1example`.
fn object(operation: &str, client: Option<&str>) -> String {
    match client {
        Some(client) => format!("{operation} of client {client}"),
        None => operation.to_owned(),
    }
}

/// `SetRiskConfiguration of client 1example: /clients/web`.
fn call(call: &CallShown) -> String {
    let makes: Vec<_> = call.makes.iter().map(ToString::to_string).collect();
    let head = object(call.operation, call.client.as_deref());
    if makes.is_empty() {
        format!("{head}: prepares the next")
    } else {
        format!("{head}: {}", text::join_words(&makes))
    }
}

/// What became of a call, if there is something to say: `UpdateUserPool: failed: …`.
fn trouble(call: &CallOutcome) -> Option<String> {
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
