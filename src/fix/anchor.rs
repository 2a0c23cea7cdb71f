//! What comments and waivers stand for: entries of lists by what they are, not by their numbers.

use serde_json::Value as Json;

use crate::json::plain;
use crate::pointer::Pointer;
use crate::yaml::{Node, Parsed, Value};

/// What tells one entry of a list from the others, besides its name.
const OWN: [&str; 8] = [
    "cidr",
    "id",
    "rule",
    "client",
    "at",
    "metric",
    "operation",
    "risk_level",
];

/// A text and its tree, before an edit or after it.
pub type Read<'a> = (&'a str, &'a Parsed);

/// Whether both texts have the same comments.
pub fn same_comments(before: &Parsed, after: &Parsed) -> bool {
    let texts = |parsed: &Parsed| -> Vec<String> {
        let all = parsed.comments.iter();
        all.map(|comment| comment.text.trim().to_owned()).collect()
    };
    texts(before) == texts(after)
}

/// Whether every comment, and every waiver of document `index`, stands for the entry that it stood for.
///
/// # Errors
/// Which one does not.
pub fn stays(before: Read<'_>, after: Read<'_>, index: usize) -> Result<(), String> {
    let moved = |(is, was): &(Option<String>, Option<String>)| is != was;
    let pairs = of_comments(after).into_iter().zip(of_comments(before));
    if let Some(at) = pairs.collect::<Vec<_>>().iter().position(moved) {
        let text = before
            .1
            .comments
            .get(at)
            .map_or("", |comment| comment.text.trim());
        let short: String = text.chars().take(60).collect();
        return Err(format!(
            "the comment `# {short}` would end up at a different entry; edit it by hand"
        ));
    }
    let root = |parsed: &'_ Parsed| parsed.documents.get(index).map(|document| document.root.clone());
    let (Some(was), Some(is)) = (root(before.1), root(after.1)) else {
        return Err("its document is gone".to_owned());
    };
    waivers_stay(&was, &is, waived(&is))
}

/// Whether every waiver of one of these places stands for the entry that it stood for.
///
/// # Errors
/// Which one does not.
pub fn waivers_stay(was: &Node, is: &Node, places: impl IntoIterator<Item = Pointer>) -> Result<(), String> {
    let mut places = places.into_iter();
    match places.find(|at| entry(was, at) != entry(is, at)) {
        Some(at) => Err(format!(
            "the waiver of `{at}` would then apply to a different entry, or to none; edit both by hand"
        )),
        None => Ok(()),
    }
}

/// The places that waivers name.
fn waived(root: &Node) -> Vec<Pointer> {
    let Some(Value::Sequence(waivers)) = root.get("waivers").map(|node| &node.value) else {
        return Vec::new();
    };
    let place = |waiver: &Node| match &waiver.get("at")?.value {
        Value::String(at) => Pointer::parse(at),
        _ => None,
    };
    waivers.iter().filter_map(place).collect()
}

/// Where a pointer leads, with entries of lists named by what they are.
pub fn entry(root: &Node, at: &Pointer) -> String {
    let (mut path, mut here) = (String::new(), Some(root));
    for token in at.tokens() {
        let items = here.and_then(|node| match &node.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        });
        let item = items.and_then(|items| {
            let at = token.parse().ok()?;
            Some((items.get(at)?, [at, items.len()]))
        });
        path = match item {
            Some((item, place)) => below(&path, &format!("[{}]", identity(item, place))),
            None => below(&path, &token),
        };
        here = item
            .map(|(item, _)| item)
            .or_else(|| here.and_then(|node| node.get(&token)));
    }
    path
}

/// What an entry of a list is: its name, else what it is about, else where it stands in a list of that length.
fn identity(item: &Node, [at, length]: [usize; 2]) -> String {
    let value = item.to_json();
    let Json::Object(members) = &value else {
        return plain(&value);
    };
    if let Some(name) = members.get("name") {
        return plain(name);
    }
    let own: Vec<_> = OWN
        .iter()
        .filter_map(|key| members.get(*key))
        .map(plain)
        .collect();
    if own.is_empty() {
        format!("{at} of {length}")
    } else {
        own.join(" ")
    }
}

fn below(path: &str, token: &str) -> String {
    format!("{path}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// One key with its value, or one entry of a list.
struct Entry {
    start: usize,
    end: usize,
    path: String,
}

/// What each comment stands for: what begins on its line, else what it stands in; a comment on a line of its own for what
/// comes next.
fn of_comments((text, parsed): Read<'_>) -> Vec<Option<String>> {
    let mut entries = Vec::new();
    if parsed.comments.is_empty() {
        return Vec::new();
    }
    for (index, document) in parsed.documents.iter().enumerate() {
        collect(&document.root, &index.to_string(), &mut entries);
    }
    let one = |comment: &crate::yaml::Comment| {
        let at = comment.span.start;
        let after = entries.partition_point(|entry| entry.start < at);
        if comment.own_line {
            return entries.get(after).map(|entry| entry.path.clone());
        }
        let line = text.get(..at).and_then(|before| before.rfind('\n'));
        let line = line.map_or(0, |at| at + 1);
        let first = entries.partition_point(|entry| entry.start < line);
        let (earlier, here) = entries.get(..after)?.split_at(first.min(after));
        let around = || earlier.iter().rev().find(|entry| entry.end > line);
        let found = here.first().or_else(around).or(earlier.last());
        found.map(|entry| entry.path.clone())
    };
    parsed.comments.iter().map(one).collect()
}

/// All entries below a node in the order of the text, each before those that it holds.
fn collect(node: &Node, path: &str, out: &mut Vec<Entry>) {
    let mut add = |start: usize, node: &Node, path: String| {
        // What stands behind an alias has the alias's place.
        let start = out.last().map_or(start, |last| start.max(last.start));
        let end = start.max(node.span.end);
        out.push(Entry {
            start,
            end,
            path: path.clone(),
        });
        collect(node, &path, out);
    };
    match &node.value {
        Value::Sequence(items) => items.iter().enumerate().for_each(|(at, item)| {
            let identity = identity(item, [at, items.len()]);
            add(item.span.start, item, below(path, &format!("[{identity}]")));
        }),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            add(entry.key_span.start, &entry.value, below(path, &entry.key));
        }),
        _ => {}
    }
}
