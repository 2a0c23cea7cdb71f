//! In which cases of templates, before and after, something is so, in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::mode::{FeaturePlan, Mode};
use crate::model::posture::{Part, Posture};
use crate::observe::template::{ANOTHER, OpenQuestion, TemplateCase, condition};

/// The cases in which something is so: those after, and those before.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) after: Vec<usize>,
    pub(super) before: Vec<usize>,
}

impl Held {
    /// Adds cases in which it is so, too.
    pub(super) fn extend(&mut self, other: &Self) {
        self.after.extend(&other.after);
        self.before.extend(&other.before);
    }
}

/// In which cases before and after something is so; `None` for all.
pub(super) fn when_both(held: &Held, before: &[TemplateCase], after: &[TemplateCase]) -> Option<String> {
    // What both sides ask has one answer, which the later one has said; another value is one that the earlier one may name.
    let is_said = |words: &str| {
        let mut own = held.after.iter().filter_map(|index| after.get(*index));
        let is_other = |case: &TemplateCase| {
            let mut answers = case.answers.iter();
            answers.any(|((_, own), value)| own == words && value == ANOTHER)
        };
        !own.any(is_other)
    };
    let asked: BTreeSet<&str> = after
        .iter()
        .flat_map(|case| case.answers.keys().map(|(_, words)| words.as_str()))
        .filter(|words| is_said(words))
        .collect();
    let mut states: BTreeMap<BTreeMap<OpenQuestion, String>, bool> = BTreeMap::new();
    for (index, case) in before.iter().enumerate() {
        let mut own = case.answers.clone();
        own.retain(|(_, words), _| !asked.contains(words.as_str()));
        *states.entry(own).or_default() |= held.before.contains(&index);
    }
    let holds: Vec<_> = states.iter().map(|(answers, holds)| (answers, *holds)).collect();
    let earlier = holds
        .iter()
        .any(|(_, holds)| !holds)
        .then(|| condition(&holds).replacen("if ", "if, before, ", 1));
    match (when(&held.after, after), earlier) {
        (Some(later), Some(earlier)) => Some(format!("{later}, and {earlier}")),
        (later, earlier) => later.or(earlier),
    }
}

/// In which of all cases something is so; `None` for all.
pub(super) fn when(indices: &[usize], all: &[TemplateCase]) -> Option<String> {
    let cases = all.iter().enumerate();
    let holds: Vec<(&BTreeMap<OpenQuestion, String>, bool)> = cases
        .map(|(index, case)| (&case.answers, indices.contains(&index)))
        .collect();
    (holds.iter().any(|(_, holds)| !holds)).then(|| condition(&holds))
}

/// Whether two cases can be before and after: the same question, such as for a parameter, has the same answer.
/// What is another value than those that one side compares may be one that the other side names: `known` are those of both.
pub(super) fn agree(
    before: &BTreeMap<OpenQuestion, String>,
    after: &BTreeMap<OpenQuestion, String>,
    known: [&Answers<'_>; 2],
) -> bool {
    let is_other = |words: &str, value: &str, named: &str, known: &Answers<'_>| {
        value == ANOTHER && !known.get(words).is_some_and(|values| values.contains(named))
    };
    before.iter().all(|((_, words), value)| {
        let mut same = after.iter().filter(|((_, own), _)| own == words);
        same.all(|(_, own)| {
            own == value || is_other(words, value, own, known[0]) || is_other(words, own, value, known[1])
        })
    })
}

/// The answers that each question has in some case, by its words.
pub(super) type Answers<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// All answers of some cases.
pub(super) fn answers(cases: &[TemplateCase]) -> Answers<'_> {
    let mut found = Answers::new();
    for ((_, words), value) in cases.iter().flat_map(|case| &case.answers) {
        found.entry(words).or_default().insert(value);
    }
    found
}

/// The state under which a change counts of a pool whose mode no file says.
pub(super) const SUPPOSITION: &str = "if the pool is ENFORCED";

/// A pool that is created without a feature plan has the one that the service gives it: `PLUS` with a mode, else its default.
pub(super) fn with_plan(mut posture: Posture) -> Posture {
    let modes = [posture.mode.standard, posture.mode.custom];
    let facts = &posture.template;
    let is_left_out = facts.is_created && facts.plan_left_out && posture.feature_plan.is_none();
    if is_left_out && modes.iter().all(Option::is_some) {
        let has_mode = modes.iter().flatten().any(|mode| *mode != Mode::Off);
        posture.feature_plan = Some(if has_mode {
            FeaturePlan::Plus
        } else {
            FeaturePlan::Essentials
        });
    }
    posture
}

/// Both sides with the modes in ENFORCED that neither says: what changes, changes something then. `None` where one side says
/// all of them.
pub(super) fn enforced(old: &Posture, new: &Posture) -> Option<[Posture; 2]> {
    // Responses that no file says either change nothing.
    if [old, new]
        .iter()
        .any(|side| side.unread.contains(&Part::Responses))
    {
        return None;
    }
    let (was, is) = (old.mode, new.mode);
    let [standard, custom] = [(was.standard, is.standard), (was.custom, is.custom)]
        .map(|sides| sides == (None, None))
        .map(|is_open| is_open.then_some(Mode::Enforced));
    let supposed = |posture: &Posture| {
        let mut supposed = posture.clone();
        supposed.mode.standard = supposed.mode.standard.or(standard);
        supposed.mode.custom = supposed.mode.custom.or(custom);
        supposed
    };
    (standard.is_some() || custom.is_some()).then(|| [supposed(old), supposed(new)])
}
