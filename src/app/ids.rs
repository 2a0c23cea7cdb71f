//! Everything that can stand in brackets in a report, a plan or a log: rules, input checks, differences, guards, gates and
//! diagnoses.

use crate::drift::Kind;
use crate::fault::InputError;
use crate::impact::DiagnosisKind;
use crate::proposal::{Guard, PlanReason};
use crate::report::{GateReason, RuleMeta};
use crate::rule::compiled::Rule;
use crate::rule::page;

/// What is said of every reason of a plan.
const OF_PLAN: &str = "A change of a plan of `cogward apply`, `cogward rollback` or `cogward audit`.";

/// The pages of an id, as Markdown; empty for an id that nothing has. A difference and a guard may have the same id.
#[must_use]
pub fn pages(id: &str, rules: &[Rule]) -> String {
    let rule = rules.iter().find(|rule| rule.meta.id.as_str() == id);
    let check = InputError::ALL.into_iter().find(|check| check.as_str() == id);
    let guard = Guard::ALL.into_iter().find(|guard| guard.as_str() == id);
    let gate = GateReason::ALL.into_iter().find(|reason| reason.as_str() == id);
    let plan = PlanReason::ALL.into_iter().find(|reason| reason.as_str() == id);
    let pages = [
        rule.map(page::markdown),
        check.map(of_check),
        Kind::parse(id).map(of_difference),
        guard.map(of_guard),
        plan.map(|reason| of_meta(&reason.meta(), OF_PLAN)),
        gate.map(|reason| of_gate(&reason.meta())),
        DiagnosisKind::parse(id).map(of_diagnosis),
    ];
    pages.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Every id.
#[must_use]
pub fn all(rules: &[Rule]) -> Vec<&str> {
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule.meta.id.as_str()).collect();
    ids.extend(InputError::ALL.map(InputError::as_str));
    ids.extend(Kind::ALL.map(Kind::as_str));
    ids.extend(Guard::ALL.map(Guard::as_str));
    ids.extend(PlanReason::ALL.map(PlanReason::as_str));
    ids.extend(GateReason::ALL.map(GateReason::as_str));
    ids.extend(DiagnosisKind::ALL.map(DiagnosisKind::as_str));
    ids
}

fn of_check(check: InputError) -> String {
    let end = if check.is_fault() {
        ", and ends the run with exit code 2"
    } else {
        ""
    };
    format!(
        "# {}\n\n{}.\n\nA check of the input itself: it cannot be waived or disabled{end}.\n",
        check.as_str(),
        check.summary()
    )
}

fn of_difference(kind: Kind) -> String {
    let words = if kind.is_of_change() {
        "A difference between a pool before and after a change of its templates, found by `cogward scan`."
    } else {
        "A difference between a policy and a live pool, found by `cogward diff`."
    };
    of_meta(&kind.meta(), words)
}

fn of_gate(meta: &RuleMeta) -> String {
    of_meta(
        meta,
        "A gate of `cogward gate` that is not met: the run ends with exit code 5, or 4 where something could not be read.",
    )
}

fn of_meta(meta: &RuleMeta, kind: &str) -> String {
    format!(
        "# {}\n\n{}.\n\nSeverity: **{}**. {kind}\n\n\
         ## Why it matters\n\n{}\n\n## What to do\n\n{}\n",
        meta.id,
        meta.summary,
        meta.severity.as_str(),
        meta.rationale,
        meta.remediation
    )
}

fn of_diagnosis(kind: DiagnosisKind) -> String {
    let [what, why, remedy] = kind.text();
    format!(
        "# {}\n\n{what}.\n\nA diagnosis of `cogward impact`: it says what makes risk levels wrong.\n\n## Why it matters\n\n{why}\n\n\
         ## What to do\n\n{remedy}\n",
        kind.as_str()
    )
}

fn of_guard(guard: Guard) -> String {
    let [refuses, needed] = guard.text();
    format!(
        "# {}\n\nA guard of `cogward apply`, `cogward rollback` and `cogward audit`: the run ends with exit code 5, and nothing is written.\n\n\
         ## What it refuses\n\n{}.\n\n## What to do\n\nTo go on you need {needed}.\n",
        guard.as_str(),
        page::sentence(refuses)
    )
}
