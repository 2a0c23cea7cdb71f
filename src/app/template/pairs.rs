//! The states of a pool before and after that can follow each other.

use crate::app::template::when::{Held, agree, answers};
use crate::observe::template::{TemplateCase, TemplatePool};

/// Most pairs of states of one pool that are compared.
const MOST_PAIRS: usize = 256;

/// One state before with one after, and the cases in which both are.
pub(super) struct Pair<'a> {
    pub(super) before: &'a TemplatePool,
    pub(super) after: &'a TemplatePool,
    pub(super) held: Held,
}

/// The states of a pool, before and after.
#[derive(Default)]
pub(super) struct Matched<'a> {
    /// Those that can be together, each pair once.
    pub(super) pairs: Vec<Pair<'a>>,
    /// Cases after that have the pool only before.
    pub(super) gone: Vec<usize>,
    /// Cases before that have the pool, and no case after that can follow.
    pub(super) lost: Vec<usize>,
    /// Cases after that have the pool, which no case has before.
    pub(super) new: Vec<usize>,
    /// Cases after that have the pool, and no case before that they can follow.
    pub(super) without_before: Vec<usize>,
}

/// Whether two states of a pool are the same, what is not known of their lists included.
fn is_same_state(one: &TemplatePool, other: &TemplatePool) -> bool {
    one.observed == other.observed && one.notes.open_ranges == other.notes.open_ranges
}

/// The pool with this id in a case.
pub(super) fn of_case<'a>(case: &'a TemplateCase, id: &str) -> Option<&'a TemplatePool> {
    case.found.pools.iter().find(|pool| pool.observed.id() == id)
}

/// Every state before with every state after that can be together, and what only one side has; `None` where there are too
/// many pairs.
pub(super) fn pairs<'a>(
    earlier: &str,
    cases: &[(usize, &'a TemplatePool)],
    [before, all]: [&'a [TemplateCase]; 2],
) -> Option<Matched<'a>> {
    let mut matched = Matched::default();
    let known = [before, all].map(answers);
    let mut followed = vec![false; before.len()];
    for (index, case) in all.iter().enumerate() {
        let after = cases.iter().find(|(own, _)| *own == index).map(|(_, pool)| *pool);
        let (mut is_paired, mut follows) = (false, false);
        for (at, earlier_case) in before.iter().enumerate() {
            if !agree(&earlier_case.answers, &case.answers, [&known[0], &known[1]]) {
                continue;
            }
            followed[at] = true;
            follows = true;
            let Some(state) = of_case(earlier_case, earlier) else {
                continue;
            };
            is_paired = true;
            let Some(after) = after else { continue };
            let same =
                |pair: &Pair<'_>| is_same_state(pair.before, state) && is_same_state(pair.after, after);
            if let Some(known) = matched.pairs.iter().position(same) {
                matched.pairs[known].held.after.push(index);
                matched.pairs[known].held.before.push(at);
            } else if matched.pairs.len() == MOST_PAIRS {
                return None;
            } else {
                matched.pairs.push(Pair {
                    before: state,
                    after,
                    held: Held {
                        after: vec![index],
                        before: vec![at],
                    },
                });
            }
        }
        match (is_paired, after.is_some()) {
            (true, false) => matched.gone.push(index),
            (false, true) if follows => matched.new.push(index),
            (false, true) => matched.without_before.push(index),
            _ => {}
        }
    }
    let is_lost = |at: &usize| !followed[*at] && of_case(&before[*at], earlier).is_some();
    matched.lost = (0..before.len()).filter(is_lost).collect();
    Some(matched)
}
