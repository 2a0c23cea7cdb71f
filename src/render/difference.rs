//! The lines that show one difference, for every format that people read.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::difference::{Difference, Shape};
use crate::finding::Finding;
use crate::model::effective::{AddressChange, Movement};
use crate::text;
use crate::yaml::to_yaml;

use super::{effects, escape, estate, words};

/// A pool's name of fewer bytes is not taken out of values that are compared.
const SHORTEST_NAME: usize = 4;

/// Most effects that are named; the rest is counted.
const MOST_EFFECTS: usize = 6;

/// Lines of a text that are shown around a change.
const CONTEXT: usize = 2;

/// A line: which side it is on, and its words. Hostile text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it belongs.
    pub(super) side: Side,
    /// Words without a line break, in parts: those that differ from the other side's line are marked.
    pub(super) parts: Vec<(bool, String)>,
}

impl Line {
    fn new(side: Side, words: String) -> Self {
        Self {
            side,
            parts: vec![(false, words)],
        }
    }

    /// All its words.
    pub(super) fn words(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Where a line belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Only in the pool.
    Live,
    /// Only in the policy.
    Policy,
    /// On both sides, or a mark.
    Both,
}

impl Side {
    /// The mark before the line, as in a diff from live to the policy.
    pub(super) fn mark(self) -> char {
        match self {
            Self::Live => '-',
            Self::Policy => '+',
            Self::Both => ' ',
        }
    }
}

/// What differs, as a diff from live to the policy: sets by their members, texts by their lines.
pub(super) fn lines(difference: &Difference) -> Vec<Line> {
    match difference.shape {
        Shape::Set => {
            let (live, policy) = difference.only();
            let live = live.into_iter().map(|item| Line::new(Side::Live, item));
            live.chain(policy.into_iter().map(|item| Line::new(Side::Policy, item)))
                .collect()
        }
        Shape::Text => text(difference),
        Shape::Value => {
            let sides = [(Side::Live, &difference.live), (Side::Policy, &difference.policy)];
            let of = |(side, value): (Side, &Option<Value>)| {
                let lines = value_lines(value.as_ref()).into_iter();
                lines.map(move |words| Line::new(side, words)).collect::<Vec<_>>()
            };
            sides.into_iter().flat_map(of).collect()
        }
    }
}

/// A value in one line, or as YAML where it holds sections.
fn value_lines(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(sections) if Difference::has_sections(sections) => {
            to_yaml(sections).lines().map(str::to_owned).collect()
        }
        other => vec![Difference::words(other)],
    }
}

fn text(difference: &Difference) -> Vec<Line> {
    let of = |value: &Option<Value>| match value {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    let (live, policy) = (of(&difference.live), of(&difference.policy));
    let diff = TextDiff::from_lines(&live, &policy);
    let absent = |value: &Option<Value>, side| {
        let words = value.is_none().then(|| value_lines(None));
        let words = words.into_iter().flatten();
        words.map(|words| Line::new(side, words)).collect::<Vec<_>>()
    };
    let mut lines = absent(&difference.live, Side::Live);
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(Line::new(Side::Both, "…".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let side = match change.tag() {
                ChangeTag::Delete => Side::Live,
                ChangeTag::Insert => Side::Policy,
                ChangeTag::Equal => Side::Both,
            };
            let parts = change.iter_strings_lossy();
            let plain = |text: &str| text.trim_end_matches(['\n', '\r']).to_owned();
            lines.push(Line {
                side,
                parts: parts.map(|(marked, text)| (marked, plain(&text))).collect(),
            });
        }
    }
    lines.extend(absent(&difference.policy, Side::Policy));
    lines
}

/// Findings in their order, those of one difference in several pools together: settings, values and effects are the same, and
/// so is what becomes of the finding.
pub(super) fn alike(findings: Vec<&Finding>) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for finding in findings {
        let Some(difference) = &finding.difference else {
            groups.push(vec![finding]);
            continue;
        };
        let places = places.entry(key(finding, difference)).or_default();
        let same = places.iter().find(|at| {
            let first = groups
                .get(**at)
                .and_then(|group| group.first()?.difference.as_ref());
            first.is_some_and(|one| one.cells == difference.cells && one.addresses == difference.addresses)
        });
        if let Some(group) = same.and_then(|at| groups.get_mut(*at)) {
            group.push(finding);
        } else {
            places.push(groups.len());
            groups.push(vec![finding]);
        }
    }
    groups
}

/// What findings have to have in common, but for effects. A pool's own id and name in its values, as alarms have them, are no
/// difference.
fn key(finding: &Finding, difference: &Difference) -> String {
    let value = |value: &Option<Value>| {
        let text = value.as_ref().map(Value::to_string);
        let text = text.map(|text| text.replace(&difference.pool, "POOL"));
        // A shorter name is a part of other words.
        let name = Some(&difference.pool_name).filter(|name| name.len() >= SHORTEST_NAME);
        name.map_or(text.clone(), |name| {
            text.map(|text| text.replace(name.as_str(), "NAME"))
        })
    };
    let (live, policy) = (value(&difference.live), value(&difference.policy));
    let (rule, pointer) = (&finding.rule, difference.pointer.as_str());
    let fate = (
        finding.severity,
        &finding.suppressed,
        difference.live_is,
        difference.cause,
    );
    format!("{rule} {pointer} {fate:?} {live:?} {policy:?}")
}

/// What holds for the others of a group: `the same, names and ids aside, in 12 more pools: a, b, c and 9 more`; `None` without any.
pub(super) fn same(group: &[&Finding]) -> Option<String> {
    let (first, others) = group.split_first()?;
    let own = words::subject(first);
    let names: Vec<_> = others.iter().filter_map(|one| words::subject(one)).collect();
    let again = names.iter().filter(|name| Some(*name) == own.as_ref()).count();
    let others = names.iter().filter(|name| Some(*name) != own.as_ref());
    let mut more: Vec<&str> = others.map(AsRef::as_ref).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    more.retain(|name| seen.insert(name));
    let mut said = Vec::new();
    if again > 0 {
        let policies = text::count(again, "other policy", "other policies");
        said.push(format!("the same by {policies} of the pool"));
    }
    if !more.is_empty() {
        let pools = text::count(more.len(), "more pool", "more pools");
        let names = estate::first(more.into_iter());
        said.push(format!("the same, names and ids aside, in {pools}: {names}"));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// What differs in at most so many lines, with their marks, for formats that have room for little.
pub(super) fn brief(difference: &Difference, most: usize) -> Vec<String> {
    let lines = lines(difference);
    let left = lines.len().saturating_sub(most);
    let shown = lines.iter().take(most);
    let mut brief: Vec<_> = shown
        .map(|line| format!("{} {}", line.side.mark(), escape::visible(&line.words())))
        .collect();
    if left > 0 {
        brief.push(format!("and {}", text::count(left, "more line", "more lines")));
    }
    brief
}

/// What it does to requests: `web (own configuration): SRP sign-in at high risk: live: allowed; policy: blocked`.
pub(super) fn effects(difference: &Difference) -> Vec<String> {
    let mut lines = effects::lines(&difference.cells, &|live, policy, _| {
        format!("live: {live}; policy: {policy}")
    });
    let left = lines.len().saturating_sub(MOST_EFFECTS);
    if left > 0 {
        lines.truncate(MOST_EFFECTS);
        lines.push(format!("and {left} more"));
    }
    lines.extend(difference.addresses.iter().map(addresses));
    lines
}

fn addresses(change: &AddressChange) -> String {
    let ranges: Vec<_> = change.ranges.iter().map(ToString::to_string).collect();
    let side = match change.movement {
        Movement::Shrank => "live only",
        Movement::Grew => "policy only",
    };
    let (scope, list) = (change.scope.label(), change.list.as_str());
    format!("{scope}: {list}: {} {side}", ranges.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::model::effective::Direction;
    use crate::pointer::Pointer;

    use super::*;

    fn difference(shape: Shape, live: Value, policy: Value) -> Difference {
        Difference {
            pool: "us-west-2_A".into(),
            pool_name: "a".into(),
            client: None,
            pointer: Pointer::root(),
            shape,
            live: Some(live),
            policy: Some(policy),
            live_is: Direction::Neutral,
            cells: Vec::new(),
            addresses: Vec::new(),
            cause: None,
        }
    }

    fn shown(difference: &Difference) -> Vec<String> {
        let lines = lines(difference).into_iter();
        lines
            .map(|line| format!("{}{}", line.side.mark(), line.words()))
            .collect()
    }

    /// One difference in several pools is one group whatever they are called.
    #[test]
    fn equal_differences_grouped_over_pools() {
        use crate::drift::Kind;
        use crate::finding::Location;
        use crate::source::SourceId;
        use crate::span::Span;
        let of = |pool: &str, name: &str, live: Value| {
            let location = Location::new(SourceId(0), Span::at(0));
            let mut finding = Kind::LiveWeaker.meta().finding(location, String::new());
            finding.difference = Some(Box::new(Difference {
                pool: pool.to_owned(),
                pool_name: name.to_owned(),
                ..difference(Shape::Value, live, json!("BLOCK"))
            }));
            finding
        };
        let found = [
            of(
                "us-west-2_A",
                "webshop",
                json!({"alarm": "webshop-risk", "pool": "us-west-2_A"}),
            ),
            of("us-west-2_B", "members", json!("NO_ACTION")),
            of(
                "us-west-2_C",
                "customers",
                json!({"alarm": "customers-risk", "pool": "us-west-2_C"}),
            ),
        ];
        let groups = alike(found.iter().collect());
        let sizes: Vec<_> = groups.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1]);
        let words = "the same, names and ids aside, in 1 more pool: customers (us-west-2_C)";
        assert_eq!(same(&groups[0]).as_deref(), Some(words));
        // Two policies for one pool are no other pool.
        let twice = [&groups[0][..1], &groups[0][..]].concat();
        let words = format!("the same by 1 other policy of the pool; {words}");
        assert_eq!(same(&twice), Some(words));
    }

    /// Sets show members texts show lines and values show themselves.
    #[test]
    fn lines_by_shape() {
        let set = difference(Shape::Set, json!(["a", "b"]), json!(["b", "c"]));
        assert_eq!(shown(&set), ["-a", "+c"]);
        let text = difference(
            Shape::Text,
            json!("1\n2\n3\n4\n5\n6\n"),
            json!("1\n2\n3\n4\n5\nsix\n"),
        );
        assert_eq!(shown(&text), [" 4", " 5", "-6", "+six"]);
        let new = Difference {
            live: None,
            ..difference(Shape::Text, json!(""), json!("six\n"))
        };
        assert_eq!(shown(&new), ["-nothing", "+six"]);
        let word = difference(Shape::Text, json!("we blocked you\n"), json!("we stopped you\n"));
        let marked: Vec<_> = lines(&word)
            .into_iter()
            .flat_map(|line| line.parts)
            .filter(|part| part.0)
            .collect();
        assert_eq!(
            marked,
            [(true, "blocked".to_owned()), (true, "stopped".to_owned())]
        );
        let value = difference(
            Shape::Value,
            json!({"action": "BLOCK", "notify": true}),
            json!([]),
        );
        assert_eq!(shown(&value), ["-action: BLOCK, notify: true", "+none"]);
    }
}
