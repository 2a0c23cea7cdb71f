//! A proposal in the frozen form of `schemas/apply.json`.

use std::io::{self, Write};

use serde_json::Value;

use crate::pointer::Pointer;
use crate::proposal::{
    ApplyOutcome, Block, CallShown, Carried, Ending, PolicyFinding, PoolOutcome, PoolProposal, Proposal,
    Refused,
};
use crate::render::escape;
use crate::render::json::tool;
use crate::render::json_types::JsonV1NotChecked;

use super::json_types::{
    JsonV1ApplyOutcome, JsonV1Block, JsonV1Call, JsonV1CallOutcome, JsonV1Carried, JsonV1ChangeOutcome,
    JsonV1Counts, JsonV1Gate, JsonV1LeftOut, JsonV1PlannedChange, JsonV1PolicyFinding, JsonV1PoolOutcome,
    JsonV1PoolProposal, JsonV1Proposal, JsonV1Refused,
};
use super::lines;

pub(super) fn render(proposal: &Proposal, out: &mut dyn Write) -> io::Result<()> {
    let counts = proposal.counts();
    let document = JsonV1Proposal {
        version: 1,
        tool: tool(env!("CARGO_PKG_VERSION")),
        command: proposal.command.to_owned(),
        exit_code: proposal.exit_code(),
        digest: proposal.digest.clone(),
        ending: match proposal.ending {
            Ending::DryRun => "dry-run",
            Ending::Declined => "declined",
            Ending::CarriedOut => "carried-out",
        }
        .to_owned(),
        counts: JsonV1Counts {
            pools: counts.pools,
            changes: counts.changes,
            stronger: counts.stronger,
            neutral: counts.neutral,
            undefined: counts.undefined,
            weaker: counts.weaker,
            calls: counts.calls,
        },
        pools: proposal.pools.iter().map(pool).collect(),
        unchanged: proposal.unchanged.clone(),
        refused: proposal.refused.iter().map(refused).collect(),
        accept_all: proposal.accept_all(),
        not_checked: proposal.not_checked.iter().map(JsonV1NotChecked::from).collect(),
        outcome: proposal.outcome.as_ref().map(outcome),
    };
    escape::write_json(&document, out)
}

/// The JSON Schema (2020-12) of a proposal in `json`, generated from its types.
#[must_use]
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Proposal>("apply")
}

fn pointers(list: &[Pointer]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn pool(pool: &PoolProposal) -> JsonV1PoolProposal {
    let changes = pool.changes.iter().map(|change| JsonV1PlannedChange {
        at: change.difference.pointer.to_string(),
        from: change.difference.live.clone(),
        to: change.difference.policy.clone(),
        direction: change.direction.as_str().to_owned(),
    });
    JsonV1PoolProposal {
        id: pool.id.clone(),
        name: pool.name.clone(),
        account: pool.account.clone(),
        region: pool.region.clone(),
        policy: pool.policy.clone(),
        changes: changes.collect(),
        calls: pool.calls.iter().map(call).collect(),
        effects: lines::effects(pool, usize::MAX),
        users: pool.users,
        blocks: pool.blocks.iter().map(block).collect(),
        costs: pool.costs.clone(),
        carried: pool.carried.iter().map(carried).collect(),
        only: pointers(&pool.only),
        excluded: pointers(&pool.excluded),
        gates: pool
            .gates
            .iter()
            .map(|gate| JsonV1Gate {
                auth: gate.auth.to_owned(),
                words: gate.words.clone(),
                met: gate.met,
                overridden: gate.overridden.clone(),
            })
            .collect(),
        findings: pool.findings.iter().map(finding).collect(),
        notes: pool.notes.clone(),
    }
}

fn block(block: &Block) -> JsonV1Block {
    JsonV1Block {
        what: block.what.clone(),
        from: block.from.clone(),
        to: block.to.clone(),
        clients: block.clients.clone(),
    }
}

fn finding(finding: &PolicyFinding) -> JsonV1PolicyFinding {
    JsonV1PolicyFinding {
        rule: finding.rule.clone(),
        severity: finding.severity.as_str().to_owned(),
        message: finding.message.clone(),
        place: finding.place.clone(),
        at: finding.at.as_ref().map(ToString::to_string),
        allowed: finding.allowed.clone(),
    }
}

fn call(call: &CallShown) -> JsonV1Call {
    JsonV1Call {
        operation: call.operation.to_owned(),
        client: call.client.clone(),
        sets: call.sets.clone(),
        makes: pointers(&call.makes),
    }
}

fn carried(carried: &Carried) -> JsonV1Carried {
    let left_out = carried.left_out.iter().map(|(at, why)| JsonV1LeftOut {
        at: at.to_string(),
        why: (*why).to_owned(),
    });
    JsonV1Carried {
        operation: carried.operation.to_owned(),
        client: carried.client.clone(),
        members: carried.members.clone(),
        unknown: carried.unknown.clone(),
        left_out: left_out.collect(),
    }
}

fn refused(refused: &Refused) -> JsonV1Refused {
    JsonV1Refused {
        guard: refused.guard.as_str().to_owned(),
        pool: refused.pool.clone(),
        message: refused.message.clone(),
        next: refused.next.clone(),
        accept: refused
            .accept
            .as_ref()
            .map(|accept| vec![accept.option.to_owned(), accept.value.clone()]),
    }
}

fn outcome(outcome: &ApplyOutcome) -> JsonV1ApplyOutcome {
    JsonV1ApplyOutcome {
        journal: outcome.journal.clone(),
        undo: outcome.undo.clone(),
        stopped: outcome.stopped,
        trouble: outcome.trouble.clone(),
        pools: outcome.pools.iter().map(pool_outcome).collect(),
    }
}

fn pool_outcome(pool: &PoolOutcome) -> JsonV1PoolOutcome {
    let changes = pool.changes.iter().map(|(at, state)| JsonV1ChangeOutcome {
        at: at.to_string(),
        state: state.as_str().to_owned(),
    });
    let calls = pool.calls.iter().map(|call| JsonV1CallOutcome {
        operation: call.operation.to_owned(),
        client: call.client.clone(),
        ended: call.ended.as_str().to_owned(),
        request_id: call.request_id.clone(),
        detail: call.detail.clone(),
    });
    JsonV1PoolOutcome {
        id: pool.id.clone(),
        changes: changes.collect(),
        calls: calls.collect(),
        trouble: pool.trouble.clone(),
        is_as_wanted: pool.is_as_wanted,
    }
}
