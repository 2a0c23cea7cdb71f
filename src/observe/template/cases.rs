//! Open values with few possible ones, case by case: a run asks, and is run again for every other answer.

use std::collections::{BTreeMap, BTreeSet};

/// Most cases that are judged, besides those that have a value which would be in none.
pub const MAX_CASES: usize = 256;

/// Most results of all cases together, by their weights: what they hold is in memory at once.
const MAX_HELD: usize = 50_000;

/// The answer that none of the values is that a question was asked for.
pub const ANOTHER: &str = "another value";

/// What was asked: which stack or plan, and what in words.
pub type OpenQuestion = (usize, String);

/// The answers of one run.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    trail: Vec<(OpenQuestion, Vec<String>, usize)>,
    answers: BTreeMap<OpenQuestion, usize>,
    asked: usize,
    /// Questions with the answer that another one decided.
    decided: BTreeMap<OpenQuestion, String>,
    /// Values that answers to other questions exclude.
    excluded: BTreeSet<(OpenQuestion, String)>,
}

impl Choices {
    /// The answer to a question in this run: one of the values, which are not empty. The first asker decides which they are;
    /// one that was asked about single values ([`Choices::is`]) is asked about the others.
    pub fn choose(&mut self, question: OpenQuestion, values: &[String]) -> String {
        match self.answer(&question) {
            Some(ANOTHER) => {
                let left = values.iter().filter(|value| !self.was_offered(&question, value));
                let left: Vec<_> = left.cloned().collect();
                if left.is_empty() {
                    return ANOTHER.to_owned();
                }
                self.ask(question, &left)
            }
            Some(known) => known.to_owned(),
            None => {
                let left = values.iter().filter(|value| !self.was_offered(&question, value));
                let left: Vec<_> = left.cloned().collect();
                if left.is_empty() && !values.is_empty() {
                    return ANOTHER.to_owned();
                }
                self.ask(question, &left)
            }
        }
    }

    /// Keeps what the answer to another question decides of this one: it is this value, or it is not.
    pub fn learn(&mut self, question: OpenQuestion, value: &str, is: bool) {
        if is {
            self.decided.insert(question, value.to_owned());
        } else {
            self.excluded.insert((question, value.to_owned()));
        }
    }

    /// Whether the answer to a question is this value. It has one answer, whatever it is compared with.
    pub fn is(&mut self, question: OpenQuestion, value: &str) -> bool {
        let known = self.is_known_to_be(&question, value);
        known.unwrap_or_else(|| self.ask(question, &[value.to_owned(), ANOTHER.to_owned()]) == value)
    }

    /// The same by what was asked already; `None` where that decides nothing.
    pub fn is_known_to_be(&self, question: &OpenQuestion, value: &str) -> Option<bool> {
        match self.answer(question) {
            None | Some(ANOTHER) => self.was_offered(question, value).then_some(false),
            Some(known) => Some(known == value),
        }
    }

    fn answer(&self, question: &OpenQuestion) -> Option<&str> {
        if let Some(known) = self.decided.get(question) {
            return Some(known);
        }
        let (_, values, chosen) = &self.trail[*self.answers.get(question)?];
        values.get(*chosen).map(String::as_str)
    }

    /// Whether a question was asked for a value in this run, or the value is excluded.
    fn was_offered(&self, question: &OpenQuestion, value: &str) -> bool {
        if self.excluded.contains(&(question.clone(), value.to_owned())) {
            return true;
        }
        let asked = self.trail.iter().take(self.asked);
        let mut own = asked.filter(|(own, ..)| own == question);
        own.any(|(_, values, _)| values.iter().any(|own| own == value))
    }

    fn ask(&mut self, question: OpenQuestion, values: &[String]) -> String {
        if self.asked == self.trail.len() {
            self.trail.push((question.clone(), values.to_vec(), 0));
        }
        let at = self.asked;
        self.asked += 1;
        self.answers.insert(question, at);
        let (_, values, chosen) = &self.trail[at];
        values.get(*chosen).cloned().unwrap_or_default()
    }

    /// The answers that were given.
    pub fn given(&self) -> BTreeMap<OpenQuestion, String> {
        let one = |(question, values, chosen): &(OpenQuestion, Vec<String>, usize)| {
            (question.clone(), values[*chosen].clone())
        };
        self.trail.iter().map(one).collect()
    }

    fn begin_again(&mut self) {
        self.answers.clear();
        self.decided.clear();
        self.excluded.clear();
        self.asked = 0;
    }

    /// Goes on to the next case; `false` after the last one.
    fn advance(&mut self) -> bool {
        self.begin_again();
        while let Some((_, values, chosen)) = self.trail.last_mut() {
            if *chosen + 1 < values.len() {
                *chosen += 1;
                return true;
            }
            self.trail.pop();
        }
        false
    }

    /// The cases that are left out where the run ends before this one, as far as each has another value than all before: the
    /// questions that come first have kept their first answers.
    fn others(&self) -> impl Iterator<Item = Self> {
        let all = self.trail.iter().enumerate();
        all.flat_map(move |(index, (_, values, chosen))| {
            let is_next = index + 1 == self.trail.len();
            let left = (chosen + usize::from(!is_next))..values.len();
            left.map(move |value| {
                let mut trail = self.trail[..=index].to_vec();
                trail[index].2 = value;
                Self {
                    trail,
                    ..Self::default()
                }
            })
        })
    }

    /// How many cases there are at least, by the questions of this one.
    fn about(&self) -> usize {
        // A question that is asked again has the other values in place of one.
        let mut sizes: BTreeMap<_, usize> = BTreeMap::new();
        for (question, values, _) in &self.trail {
            let size = sizes.entry(question).or_insert(1);
            *size = size.saturating_add(values.len().saturating_sub(1));
        }
        sizes.into_values().fold(1, usize::saturating_mul)
    }
}

/// Most cases of each of so many parts.
pub fn most_of_each(parts: usize) -> usize {
    (MAX_HELD / parts.max(1)).clamp(1, MAX_CASES)
}

/// What a case gave, with its answers.
pub type Answered<T> = (BTreeMap<OpenQuestion, String>, T);

/// What every case gave, with its answers, and how many cases there are, at least, where that is more than `most`.
/// `weight` says how much a result holds.
pub fn enumerate<T>(
    mut run: impl FnMut(&mut Choices) -> T,
    most: usize,
    weight: impl Fn(&T) -> usize,
) -> (Vec<Answered<T>>, Option<usize>) {
    let mut choices = Choices::default();
    let mut found = Vec::new();
    let mut about = 1;
    let mut held = 0;
    loop {
        let result = run(&mut choices);
        about = about.max(choices.about());
        held += weight(&result);
        found.push((choices.given(), result));
        if !choices.advance() {
            return (found, None);
        }
        if found.len() == most || held > MAX_HELD {
            let more = about.max(found.len() + 1);
            for mut choices in choices.others().take(most) {
                let result = run(&mut choices);
                held += weight(&result);
                if held > 2 * MAX_HELD {
                    break;
                }
                found.push((choices.given(), result));
            }
            return (found, Some(more));
        }
    }
}

/// When something holds that is so in some cases only, in words; `holds` says of each case whether it is so.
pub fn condition(cases: &[(&BTreeMap<OpenQuestion, String>, bool)]) -> String {
    let mut values: BTreeMap<&OpenQuestion, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for (answers, holds) in cases {
        for (question, value) in *answers {
            let (all, own) = values.entry(question).or_default();
            if !all.contains(&value.as_str()) {
                all.push(value);
            }
            if *holds && !own.contains(&value.as_str()) {
                own.push(value);
            }
        }
    }
    values.retain(|_, (all, own)| own.len() < all.len() && !own.is_empty());
    let decides = |(question, (_, own)): (&&OpenQuestion, &(Vec<&str>, Vec<&str>))| {
        cases.iter().all(|(answers, holds)| {
            let answer = answers.get(*question);
            answer.is_some_and(|value| own.contains(&value.as_str())) == *holds
        })
    };
    // Of cases that are a part of all, most have the first answers to other questions.
    if let Some(question) = values
        .iter()
        .find(|one| decides(*one))
        .map(|(question, _)| *question)
    {
        values.retain(|own, _| *own == question);
    }
    let fits = |answers: &BTreeMap<OpenQuestion, String>| {
        values.iter().all(|(question, (_, own))| {
            answers
                .get(question)
                .is_some_and(|value| own.contains(&value.as_str()))
        })
    };
    let exact = cases.iter().all(|(answers, holds)| fits(answers) == *holds);
    if exact && !values.is_empty() {
        let parts: Vec<_> = values
            .iter()
            .map(|((_, words), (_, own))| {
                let own: Vec<_> = own.iter().map(|value| shown(value)).collect();
                format!("{words} is {}", own.join(" or "))
            })
            .collect();
        return format!("if {}", parts.join(" and "));
    }
    let first = cases
        .iter()
        .find(|(_, holds)| *holds)
        .map(|(answers, _)| *answers);
    let parts: Vec<_> = first
        .into_iter()
        .flatten()
        .map(|((_, words), value)| format!("{words} is {}", shown(value)))
        .collect();
    format!("in some cases, such as if {}", parts.join(" and "))
}

/// A value in words.
fn shown(value: &str) -> &str {
    if value.is_empty() { "empty" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(choices: &mut Choices, words: &str, values: &[&str]) -> String {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        choices.choose((0, words.to_owned()), &values)
    }

    /// Every combination is run once and a question is asked only where it matters.
    #[test]
    fn enumeration_runs_each_case_once() {
        let (found, more) = enumerate(
            |choices| {
                let a = ask(choices, "a", &["1", "2"]);
                let again = ask(choices, "a", &["x"]);
                assert_eq!(a, again);
                let b = if a == "1" {
                    ask(choices, "b", &["x", "y", "z"])
                } else {
                    String::new()
                };
                a + &b
            },
            MAX_CASES,
            String::len,
        );
        let results: Vec<_> = found.iter().map(|(_, result)| result.as_str()).collect();
        assert_eq!((results, more), (vec!["1x", "1y", "1z", "2"], None));
        let holds: Vec<_> = found
            .iter()
            .map(|(answers, result)| (answers, result.starts_with('1')))
            .collect();
        assert_eq!(condition(&holds), "if a is 1");
        let holds: Vec<_> = found
            .iter()
            .map(|(answers, result)| (answers, result == "1y" || result == "2"))
            .collect();
        assert_eq!(condition(&holds), "in some cases, such as if a is 1 and b is y");
    }

    /// What is compared with several values has one of them, or another one, and what is chosen elsewhere is the same value.
    #[test]
    fn compared_values_exclude_each_other() {
        let (found, more) = enumerate(
            |choices| {
                let mut is = |value| choices.is((0, "a".to_owned()), value);
                let compared = [is("x"), is("y"), is("x")];
                let word = ask(choices, "a", &["x", "z", "w"]);
                format!("{compared:?} {word}")
            },
            MAX_CASES,
            String::len,
        );
        let results: Vec<_> = found.iter().map(|(_, result)| result.as_str()).collect();
        assert_eq!(
            (results, more),
            (
                vec![
                    "[true, false, true] x",
                    "[false, true, false] y",
                    "[false, false, false] z",
                    "[false, false, false] w",
                ],
                None
            )
        );
        let holds: Vec<_> = found
            .iter()
            .map(|(answers, result)| (answers, result.starts_with("[false, false")))
            .collect();
        assert_eq!(condition(&holds), "if a is z or w");
    }

    /// What a named question decides of another one is not asked again, and excludes what contradicts it.
    #[test]
    fn learned_values_exclude_each_other() {
        let (found, more) = enumerate(
            |choices| {
                let a = || (0, "a".to_owned());
                let mut flags = Vec::new();
                for (name, value) in [("is x", "x"), ("is y", "y")] {
                    let flag = choices.is_known_to_be(&a(), value).unwrap_or_else(|| {
                        let flag = ask(choices, name, &["true", "false"]) == "true";
                        choices.learn(a(), value, flag);
                        flag
                    });
                    flags.push(flag);
                }
                format!("{flags:?} {}", ask(choices, "a", &["x", "z"]))
            },
            MAX_CASES,
            String::len,
        );
        let results: Vec<_> = found.iter().map(|(_, result)| result.as_str()).collect();
        assert_eq!(
            (results, more),
            (
                vec!["[true, false] x", "[false, true] y", "[false, false] z"],
                None
            )
        );
    }

    #[test]
    fn cases_are_bounded() {
        let (found, more) = enumerate(
            |choices| {
                for index in 0..70 {
                    ask(choices, &index.to_string(), &["1", "2"]);
                }
            },
            MAX_CASES,
            |()| 0,
        );
        assert_eq!((found.len(), more), (MAX_CASES + 62, Some(usize::MAX)));
        for index in 0..70 {
            let answers = found
                .iter()
                .map(|(answers, ())| &answers[&(0, index.to_string())]);
            assert_eq!(answers.collect::<BTreeSet<_>>().len(), 2);
        }
    }
}
