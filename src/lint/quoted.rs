//! Hides what variables of the environment hold in everything that is said: `${NAME}` stands for it.

use std::collections::BTreeSet;

use crate::finding::Location;
use crate::policy;
use crate::policy::variable::UsedVariable;

/// A value of so many bytes is hidden wherever it stands; a shorter one may be part of a word.
const LONG: usize = 8;

/// A value of so many bytes is hidden in every text, a shorter one only in what is about its own place; and so many
/// bytes of a value tell it where a message cut it or quotes a part.
const TELLING: usize = 4;

/// What policies took from the environment.
#[derive(Default)]
pub(super) struct Quoted {
    /// Values with what is shown for them, longest first; words of the policy language are no secrets, and are left out.
    all: Vec<(String, String)>,
    used: BTreeSet<UsedVariable>,
}

impl std::fmt::Debug for Quoted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Quoted")
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

impl Quoted {
    pub(super) fn of(used: BTreeSet<UsedVariable>) -> Self {
        let words = policy::words();
        let own = |used: &&UsedVariable| !words.contains(&used.value);
        let spellings = |used: &UsedVariable| {
            // As it is, as JSON has it, and with the line breaks that a message of one line cannot have.
            let quoted = serde_json::Value::from(used.value.as_str()).to_string();
            let inner = quoted[1..quoted.len() - 1].to_owned();
            let folded = used.value.split_whitespace().collect::<Vec<_>>().join(" ");
            // Messages that quote it have no other backquotes.
            let plain = used.value.replace('`', "'");
            BTreeSet::from([used.value.clone(), inner, folded, plain])
                .into_iter()
                .filter(|value| !value.is_empty())
                .map(|value| (value, used.shown.clone()))
                .collect::<Vec<_>>()
        };
        let all: BTreeSet<_> = used.iter().filter(own).flat_map(spellings).collect();
        let mut all = Vec::from_iter(all);
        all.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Self { all, used }
    }

    /// Hides values in a text; says whether there was one. `at` is the place that the text is about.
    pub(super) fn hide(&self, text: &mut String, at: Option<&Location>) -> bool {
        if self.all.is_empty() || text.is_empty() {
            return false;
        }
        let before = text.clone();
        let here = at.map_or_else(BTreeSet::new, |at| self.shown_at(at));
        // A value may have backquotes in it: what is left of one is looked for when none is there as a whole.
        *text = self.whole(text, &here);
        if !here.is_empty() {
            self.parts(text, &here);
        }
        *text != before
    }

    /// Whether a place holds a variable.
    pub(super) fn is_at(&self, location: &Location) -> bool {
        !self.shown_at(location).is_empty()
    }

    fn shown_at(&self, at: &Location) -> BTreeSet<&str> {
        let (start, end) = (at.span.start, at.span.end.max(at.span.start + 1));
        let meets =
            |used: &&UsedVariable| used.source == at.source && used.span.start < end && start < used.span.end;
        self.used
            .iter()
            .filter(meets)
            .map(|used| used.shown.as_str())
            .collect()
    }

    /// Hides what stands in backquotes and is part of a value.
    fn parts(&self, text: &mut String, here: &BTreeSet<&str>) {
        let words = policy::words();
        let shown_for = |part: &str| {
            let telling = part.len() >= TELLING && !words.contains(part);
            let holds =
                |(value, shown): &&(String, String)| here.contains(shown.as_str()) && value.contains(part);
            let held = self.all.iter().filter(|_| telling).find(holds);
            held.map(|(_, shown)| shown.as_str())
        };
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(index, part)| shown_for(part).filter(|_| index % 2 == 1).unwrap_or(part));
        *text = parts.collect::<Vec<_>>().join("`");
    }

    /// The text without values; what stands in `${…}` is a name already.
    fn whole(&self, text: &str, here: &BTreeSet<&str>) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let name = rest.starts_with("${").then(|| rest.find('}')).flatten();
            let before = shown.chars().next_back();
            let found = self.all.iter().find_map(|(value, shown)| {
                let length = found(value, before, rest, here.contains(shown.as_str()))?;
                Some((length, shown))
            });
            let length = match (name, found) {
                (Some(end), _) => {
                    shown.push_str(&rest[..=end]);
                    end + 1
                }
                (None, Some((length, stands_for_it))) => {
                    shown.push_str(stands_for_it);
                    length
                }
                (None, None) => {
                    shown.push(next);
                    next.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        shown
    }
}

/// How much of a text that begins here is a value, or what a message left of it.
fn found(value: &str, before: Option<char>, rest: &str, here: bool) -> Option<usize> {
    let same = value
        .bytes()
        .zip(rest.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    if same < value.len() {
        return (same >= TELLING && rest.is_char_boundary(same) && rest[same..].starts_with('…'))
            .then_some(same);
    }
    let within = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let alone = !within(before) && !within(rest[same..].chars().next());
    (if same >= LONG {
        true
    } else {
        alone && (here || same >= TELLING)
    })
    .then_some(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::span::Span;

    fn quoted(values: &[(&str, &str)]) -> Quoted {
        let used = values
            .iter()
            .enumerate()
            .map(|(index, (name, value))| UsedVariable {
                source: SourceId(0),
                span: Span::new(index * 10, index * 10 + 5),
                shown: format!("${{{name}}}"),
                value: (*value).to_owned(),
            });
        Quoted::of(used.collect())
    }

    fn shown(quoted: &Quoted, text: &str, at: Option<usize>) -> String {
        let location = at.map(|start| Location::new(SourceId(0), Span::new(start, start + 2)));
        let mut text = text.to_owned();
        quoted.hide(&mut text, location.as_ref());
        text
    }

    /// A value is its variable whole cut or escaped.
    #[test]
    fn variable_value_whole_cut_or_escaped() {
        let url = "postgres://user:p\"w@host/database-of-everything";
        let all = quoted(&[("URL", url), ("STAGE", "prod"), ("DAYS", "14")]);
        let cases = [
            (format!("the text `{url}` is bad"), "the text `${URL}` is bad"),
            (
                format!("{{\"a\":{}}}", serde_json::Value::from(url)),
                "{\"a\":\"${URL}\"}",
            ),
            (format!("the text `x-{}…`", &url[..20]), "the text `x-${URL}…`"),
            (
                "`pool-prod` in production, 14 days".to_owned(),
                "`pool-${STAGE}` in production, 14 days",
            ),
            ("`${STAGE}` and ${prod}".to_owned(), "`${STAGE}` and ${prod}"),
        ];
        for (text, wanted) in cases {
            assert_eq!(shown(&all, &text, None), wanted);
        }
    }

    /// At its own place short values and parts are hidden too.
    #[test]
    fn short_values_hidden_at_their_place() {
        let all = quoted(&[("DAYS", "14"), ("ARN", "arn:aws:ses:us-west-2:1:identity/x.com")]);
        assert_eq!(
            shown(&all, "14 is below 21, 2014", Some(0)),
            "${DAYS} is below 21, 2014"
        );
        assert_eq!(
            shown(&all, "the region is `us-west-2`", Some(10)),
            "the region is `${ARN}`"
        );
        assert_eq!(
            shown(&all, "the region is `us-west-2`", Some(0)),
            "the region is `us-west-2`"
        );
    }

    /// Backquotes in a value do not let a part of it out.
    #[test]
    fn value_with_backquotes_is_hidden() {
        let value = "https://u:p@h/`hunter2`?x=1";
        let all = quoted(&[("URL", value)]);
        for text in [
            format!("the text `{value}` is not allowed here"),
            format!("the text `{}` is not allowed here", value.replace('`', "'")),
        ] {
            assert_eq!(
                shown(&all, &text, Some(0)),
                "the text `${URL}` is not allowed here"
            );
        }
    }

    #[test]
    fn words_of_the_language_stay() {
        let all = quoted(&[("MODE", "ENFORCED"), ("ACTION", "BLOCK"), ("KEY", "mode")]);
        for at in [None, Some(0)] {
            assert_eq!(
                shown(&all, "mode `ENFORCED`, `BLOCK`", at),
                "mode `ENFORCED`, `BLOCK`"
            );
        }
    }
}
