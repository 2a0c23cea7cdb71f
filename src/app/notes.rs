//! What a comparison says beside its differences: which side moved, and whether the audit gate is met.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::app::gate::{self, Question};
use crate::app::share::{self, Shares};
use crate::difference::Cause;
use crate::finding::Finding;
use crate::ledger::Ledger;
use crate::plan::{ManagedValue, Setting};

/// Which side moved, of every leaf that differs.
pub(super) fn causes(pool: &str, held: &[ManagedValue], ledger: &Ledger) -> BTreeMap<Setting, Cause> {
    let cause = |one: &ManagedValue| ledger.cause(pool, &one.key, one.live.as_ref(), one.wanted.as_ref());
    held.iter()
        .filter(|one| !one.agrees)
        .map(|one| (one.leaf.clone(), cause(one)))
        .collect()
}

/// Says of a mode that is to be enforced whether the audit gate is met.
pub(super) fn gates(findings: &mut [Finding], question: Question<'_>, shares: Option<&Shares>) {
    if gate::steps(question.policy, question.pool).is_empty() {
        return;
    }
    let judged = gate::evaluate(question);
    let limit = share::judge(question, shares, true);
    for judgement in judged.iter().filter(|judgement| judgement.is_step()) {
        let leaf = Setting::Mode(judgement.auth).pointer();
        let about = |finding: &&mut Finding| {
            let difference = finding.difference.as_ref();
            difference.is_some_and(|difference| difference.pointer == leaf)
        };
        if let Some(finding) = findings.iter_mut().find(about) {
            // Writing to a text cannot fail.
            let _ = write!(
                finding.help,
                " The audit gate: {}.",
                gate::describe_verdict(&judgement.verdict)
            );
            if let Some(limit) = &limit {
                let _ = write!(finding.help, " Sign-ins that {}.", limit.verdict());
            }
        }
    }
}

/// How many differences have which cause; `None` where no cause was asked for.
pub(super) fn count(findings: &[Finding]) -> Option<Vec<(Cause, usize)>> {
    let differences = findings.iter().filter_map(|finding| finding.difference.as_ref());
    let causes: Vec<_> = differences.filter_map(|difference| difference.cause).collect();
    let number = |cause: Cause| causes.iter().filter(|one| **one == cause).count();
    (!causes.is_empty()).then(|| Cause::ALL.map(|cause| (cause, number(cause))).to_vec())
}
