//! A proposal as GitHub-flavoured Markdown, for job summaries and comments, within a size.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::model::effective::Direction;
use crate::proposal::{ApplyOutcome, Ending, Planned, PoolOutcome, PoolProposal, Proposal, State};
use crate::render::difference;
use crate::render::{RenderOptions, escape};
use crate::text;

use super::lines;
use super::view::{PlanPart, ProposalView};

/// Most lines of effects of one pool.
const MOST_EFFECTS: usize = 30;

/// Bytes kept for the words that say what was left out.
const RESERVE: usize = 512;

pub(super) fn render(
    proposal: &Proposal,
    view: ProposalView,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut parts = vec![head(proposal)];
    if view.section != PlanPart::Outcome {
        parts.extend(plan(proposal, view));
    }
    if view.section != PlanPart::Plan {
        parts.extend(outcome(proposal));
    }
    let room = options.max_bytes.saturating_sub(RESERVE);
    let mut page = String::new();
    let mut left = 0;
    for part in parts {
        if left > 0 || page.len() + part.len() > room {
            left += 1;
        } else {
            page.push_str(&part);
        }
    }
    if left > 0 {
        let _ = write!(
            page,
            "\n*{} left out: no room.*\n",
            text::count(left, "part", "parts")
        );
    }
    out.write_all(escape::for_log(&page).as_bytes())
}

fn head(proposal: &Proposal) -> String {
    let mark = match proposal.exit_code() {
        0 => "✅",
        3 => "ℹ️",
        _ => "❌",
    };
    let mut text = format!(
        "## {mark} cogward {}\n\n{}.\n",
        proposal.command,
        proposal.verdict()
    );
    if !proposal.pools.is_empty() {
        let _ = writeln!(text, "Plan `{}`.", proposal.digest);
    }
    text
}

fn plan(proposal: &Proposal, view: ProposalView) -> Vec<String> {
    let mut parts = Vec::new();
    for refused in &proposal.refused {
        parts.push(format!(
            "\n- ❌ **{}**: {}. {}\n",
            refused.guard.as_str(),
            escape::markdown(&refused.message),
            escape::markdown(&refused.next)
        ));
    }
    if let Some(line) = lines::accept_all(proposal) {
        parts.push(format!("\n- {}\n", escape::markdown(&line)));
    }
    for entry in &proposal.not_checked {
        let mark = if entry.failed { "❗ " } else { "" };
        parts.push(format!(
            "\n- {mark}{}: {}\n",
            escape::markdown(&entry.what),
            escape::markdown(&entry.why)
        ));
    }
    parts.extend(proposal.pools.iter().map(|one| pool(proposal.command, one, view)));
    for title in &proposal.unchanged {
        parts.push(format!("\n- {}: already up to date\n", escape::markdown(title)));
    }
    parts
}

fn pool(command: &str, pool: &PoolProposal, view: ProposalView) -> String {
    let mut text = format!(
        "\n### {}\n\n{}\n\n| | Change | From | To |\n|---|---|---|---|\n",
        escape::markdown(&pool.title()),
        escape::markdown(&lines::place(command, pool))
    );
    for change in &pool.changes {
        text.push_str(&row(change));
    }
    text.push('\n');
    let item = |label: &str, line: &str| format!("- {label}: {}\n", escape::markdown(line));
    if let Some(chosen) = lines::only(pool) {
        text.push_str(&item("Only", &chosen));
    }
    for at in lines::left_out(pool) {
        text.push_str(&item("Left out", at.as_str()));
    }
    for line in lines::blocks(pool) {
        text.push_str(&item("Blocks or challenges", &line));
    }
    for line in &pool.costs {
        text.push_str(&item("Cost", line));
    }
    for gate in &pool.gates {
        text.push_str(&item("Audit gate", &lines::gate(gate)));
    }
    for finding in &pool.findings {
        text.push_str(&item("Finding", &lines::finding(finding)));
    }
    for note in &pool.notes {
        text.push_str(&item("Note", note));
    }
    for carried in &pool.carried {
        text.push_str(&item("Carried over unchanged", &lines::carried(carried)));
    }
    let mut effects = String::new();
    for effect in lines::effects(pool, MOST_EFFECTS) {
        let _ = writeln!(effects, "- {}", escape::markdown(&effect));
    }
    if !effects.is_empty() {
        text.push_str(&folded("What happens to requests", &effects));
    }
    if view.calls {
        text.push_str(&folded("Calls", &calls(pool)));
    }
    text
}

fn row(change: &Planned) -> String {
    let mark = match change.direction {
        Direction::Weaker => "🔻",
        Direction::Undefined => "❓",
        Direction::Neutral => "▫️",
        Direction::Stronger => "🔺",
    };
    let side = |wanted: difference::Side| {
        let lines = difference::lines(&change.difference).into_iter();
        let words: Vec<_> = lines
            .filter(|line| line.side == wanted)
            .map(|line| escape::markdown(&line.words()))
            .collect();
        words.join("<br>")
    };
    format!(
        "| {mark} {} | {} | {} | {} |\n",
        change.direction.label(),
        escape::markdown(change.difference.pointer.as_str()),
        side(difference::Side::Live),
        side(difference::Side::Policy)
    )
}

fn calls(pool: &PoolProposal) -> String {
    let mut text = String::new();
    for (index, call) in pool.calls.iter().enumerate() {
        let _ = writeln!(text, "{}. {}", index + 1, escape::markdown(&lines::call(call)));
        let mut json = Vec::new();
        if escape::write_json(&call.sets, &mut json).is_ok() {
            let json = String::from_utf8_lossy(&json).into_owned();
            // No line of the text may end the block that it stands in.
            let longest = json.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            let _ = write!(text, "\n{fence}json\n{json}{fence}\n\n");
        }
    }
    for carried in &pool.carried {
        let _ = writeln!(text, "- {}", escape::markdown(&lines::carried(carried)));
        for line in lines::carried_names(carried) {
            let _ = writeln!(text, "  - {}", escape::markdown(&line));
        }
    }
    text
}

fn folded(head: &str, body: &str) -> String {
    format!("\n<details><summary>{head}</summary>\n\n{body}\n</details>\n")
}

fn outcome(proposal: &Proposal) -> Vec<String> {
    let Some(outcome) = &proposal.outcome else {
        return match proposal.ending {
            Ending::Declined => vec!["\nCancelled: nothing was changed.\n".to_owned()],
            _ => Vec::new(),
        };
    };
    let mut parts = vec![result(outcome)];
    parts.extend(outcome.pools.iter().map(pool_outcome));
    parts
}

fn result(outcome: &ApplyOutcome) -> String {
    let mut text = format!("\n### Result\n\n{}.\n\n", lines::states(outcome));
    if outcome.stopped {
        text.push_str("- Stopped: the current call was finished; no other call was made.\n");
    }
    if let Some(trouble) = &outcome.trouble {
        let _ = writeln!(text, "- No more calls were made: {}", escape::markdown(trouble));
    }
    let _ = writeln!(text, "- Journal: {}", escape::markdown(&outcome.journal));
    if let Some(undo) = &outcome.undo {
        let _ = writeln!(text, "- To undo: {}", escape::markdown(undo));
    }
    text
}

fn pool_outcome(pool: &PoolOutcome) -> String {
    let mut text = format!("\n#### {}\n\n", escape::markdown(&pool.title));
    for (at, state) in &pool.changes {
        let mark = match state {
            State::Applied => "✅",
            State::NotTaken | State::Failed => "❌",
            State::NotTried => "⏸️",
        };
        let _ = writeln!(
            text,
            "- {mark} {}: {}",
            state.label(),
            escape::markdown(at.as_str())
        );
    }
    let calls = pool.calls.iter().filter_map(lines::trouble);
    for line in calls.chain(pool.trouble.iter().cloned()) {
        let _ = writeln!(text, "- ❗ {}", escape::markdown(&line));
    }
    if pool.is_as_wanted == Some(true) {
        text.push_str("- Read again: as planned.\n");
    }
    text
}
