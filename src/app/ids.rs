//! Everything that can stand in brackets in a report, a plan or a log: rules, input checks, differences, guards, gates
//! and questions; and shipped layers.

use crate::app::baselines;
use crate::drift::Kind;
use crate::fault::InputError;
use crate::insights::InsightQuestion;
use crate::proposal::{Guard, PlanReason};
use crate::report::{GateReason, RuleMeta};
use crate::rule::compiled::Rule;
use crate::rule::page;
use crate::text;

const OF_PLAN: &str = "A change of a plan of `cogward apply`, `cogward rollback` or `cogward audit`.";

const OF_GATE: &str = "A gate of `cogward gate` that is not met: the run ends with exit code 5, or 4 where something could not be read.";

/// Everything that can stand in brackets, each with its page as Markdown. A difference and a guard may have the same id.
pub fn pages<'a>(rules: &'a [Rule], questions: &'a [InsightQuestion]) -> Vec<(&'a str, String)> {
    let mut pages: Vec<_> = rules
        .iter()
        .map(|rule| (rule.meta.id.as_str(), page::markdown(rule)))
        .collect();
    let layers = baselines::all().into_iter();
    pages.extend(layers.map(|(name, text)| (name, of_layer(name, text))));
    pages.extend(InputError::ALL.map(|check| (check.as_str(), of_check(check))));
    pages.extend(Kind::ALL.map(|kind| (kind.as_str(), of_difference(kind))));
    pages.extend(Guard::ALL.map(|guard| (guard.as_str(), of_guard(guard))));
    pages.extend(PlanReason::ALL.map(|reason| (reason.as_str(), of_meta(&reason.meta(), OF_PLAN))));
    pages.extend(GateReason::ALL.map(|reason| (reason.as_str(), of_meta(&reason.meta(), OF_GATE))));
    pages.extend(questions.iter().map(|one| (one.id.as_str(), of_question(one))));
    pages
}

/// Lines are numbered in messages from the first of the file.
fn of_layer(name: &str, text: &str) -> String {
    let text = text.trim_end();
    format!(
        "# {name}\n\n{}.\n\nA shipped layer: a policy builds on it with `extends: {name}`, and what the policy says itself goes \
         before it.\n\n```yaml\n{text}\n```\n",
        baselines::description(text)
    )
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

/// The page of a difference, as Markdown.
pub fn of_difference(kind: Kind) -> String {
    let words = if kind.is_of_change() {
        "A difference between a pool before and after a change of its templates, found by `cogward scan`."
    } else {
        "A difference between a policy and a live pool, found by `cogward diff`."
    };
    of_meta(&kind.meta(), words)
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

fn of_guard(guard: Guard) -> String {
    let [refuses, needed] = guard.text();
    let code = guard.exit_code();
    format!(
        "# {}\n\nA guard of `cogward apply`, `cogward rollback` and `cogward audit`: the run ends with exit code {code}, and nothing is written.\n\n\
         ## What it refuses\n\n{}.\n\n## What to do\n\nTo go on you need {needed}.\n",
        guard.as_str(),
        text::capital(refuses)
    )
}

fn of_question(question: &InsightQuestion) -> String {
    format!(
        "# {}\n\n{}.\n\nA question of `cogward insights`: `cogward insights --question {} LOGS…` answers it.\n\n## Why it matters\n\n{}\n",
        question.id,
        question.title,
        question.id,
        question.why.trim_end()
    )
}
