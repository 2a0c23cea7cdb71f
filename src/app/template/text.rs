//! Files of templates read and parsed on all cores, before it is known how they belong together.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::fault::InputError;
use crate::fs::{ReadFault, Tree};
use crate::json;
use crate::observe::template::{FileKind, detect, nested_files};
use crate::source::SourceId;
use crate::span::Span;
use crate::yaml::{self, Budget, Dialect, Issue, Node, Parsed, Value};

/// Largest template or plan.
pub(in crate::app) const MAX_TEMPLATE_BYTES: u64 = 256 << 20;

/// Most texts in quotes that are put on one line.
const MOST_JOINED: usize = 64;

/// A file, by what its content is.
pub(in crate::app) enum TemplateText {
    /// A template, and what is in it.
    Stack(String, Parsed),
    /// A plan or a state.
    Plan(String),
    /// A snapshot of this program.
    Snapshot,
    /// Something else.
    Other(String),
    /// It cannot be read.
    Unread(ReadFault),
}

/// Reads a file; `given` is its text where that is known already.
pub(in crate::app) fn read(tree: &Tree, name: &str, given: Option<String>) -> TemplateText {
    let text = match given.map_or_else(|| tree.peek(name, MAX_TEMPLATE_BYTES), Ok) {
        Ok(text) => text,
        Err(fault) => return TemplateText::Unread(fault),
    };
    let kind = detect(&text);
    if matches!(kind, FileKind::Stack | FileKind::Plan) {
        tree.uses(name);
    }
    match kind {
        FileKind::Stack => {
            let parsed = parsed(&text);
            TemplateText::Stack(text, parsed)
        }
        FileKind::Plan => TemplateText::Plan(text),
        FileKind::Snapshot => TemplateText::Snapshot,
        FileKind::Other => TemplateText::Other(text),
    }
}

/// The same for many files, by name.
pub(in crate::app) fn read_all(
    tree: &Tree,
    names: Vec<(String, Option<String>)>,
) -> BTreeMap<String, TemplateText> {
    let one = |(name, given): (String, Option<String>)| {
        let text = read(tree, &name, given);
        (name, text)
    };
    names.into_par_iter().map(one).collect()
}

/// The documents of a template.
pub(in crate::app) fn parsed(text: &str) -> Parsed {
    let found = parse(text);
    // Each try reads the whole text.
    if text.len() > 1 << 20 {
        return found;
    }
    let mut joined = text.to_owned();
    let mut again = None;
    for _ in 0..MOST_JOINED {
        let Some(at) = syntax_error(again.as_ref().unwrap_or(&found)) else {
            break;
        };
        let Some(next) = on_one_line(&joined, at) else {
            return found;
        };
        joined = next;
        again = Some(parse(&joined));
    }
    again
        .filter(|again| syntax_error(again).is_none())
        .unwrap_or(found)
}

fn parse(text: &str) -> Parsed {
    let budget = Budget {
        bytes: 16 << 20,
        nodes: 2_000_000,
        ..Budget::default()
    };
    yaml::parse_as(SourceId(0), text, &budget, Dialect::Template)
}

/// Where a text is no YAML.
fn syntax_error(parsed: &Parsed) -> Option<usize> {
    let is_syntax = |issue: &&Issue| issue.kind == InputError::YamlSyntax;
    parsed.issues.iter().find(is_syntax).map(|issue| issue.span.start)
}

/// The same text, byte for byte as long, with what stands in quotes from there on one line; `None` where no quote opens there, or where
/// it is on one line. YAML wants its other lines deeper than its key; the parsers of CloudFormation and its tools do not.
fn on_one_line(text: &str, at: usize) -> Option<String> {
    let (before, quoted) = text.split_at_checked(at)?;
    let quote = quoted
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = &quoted[1..];
    let escape = if quote == '"' { '\\' } else { quote };
    let mut letters = inner.char_indices().peekable();
    let end = loop {
        let (at, letter) = letters.next()?;
        // A quote within the text stands behind an escape; in single quotes that is another one.
        let is_escape =
            letter == escape && (quote == '"' || letters.peek().is_some_and(|(_, next)| *next == quote));
        if is_escape {
            letters.next();
        } else if letter == quote {
            break at;
        }
    };
    // A document ends there, whatever is open.
    let is_marker = |line: &str| line.starts_with("---") || line.starts_with("...");
    if inner[..end].lines().skip(1).any(is_marker) {
        return None;
    }
    let line = inner[..end].replace(['\n', '\r'], " ");
    (line != inner[..end]).then(|| format!("{before}{quote}{line}{}", &inner[end..]))
}

/// Where a text is no JSON, why, and what to do: one that is cut off looks like an open quote to a reader of YAML, and a comment
/// like a part of the key behind it.
pub(super) fn broken_json(name: &str, text: &str, parsed: &Parsed) -> Option<(usize, String, &'static str)> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return None;
    }
    let root = parsed.documents.first().map(|document| &document.root);
    if let Some(at) = root.and_then(commented)
        && let Err(error) = json::value(text.as_bytes())
        && json::offset(text, &error).abs_diff(at.start) <= 1
    {
        return Some((at.start, "JSON has no comments".to_owned(), "remove the comment"));
    }
    syntax_error(parsed)?;
    let error = json::value(text.as_bytes()).err()?;
    let is_json = error.is_eof()
        || Path::new(name)
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let help = "write it again: `jq . FILE` shows whether it is whole";
    is_json.then(|| (json::offset(text, &error), json::words(&error), help))
}

/// The first key that begins with a comment of other languages.
fn commented(node: &Node) -> Option<Span> {
    match &node.value {
        Value::Sequence(items) => items.iter().find_map(commented),
        Value::Mapping(entries) => entries.iter().find_map(|entry| {
            let is_comment = entry.key.starts_with("//") || entry.key.starts_with("/*");
            is_comment
                .then_some(entry.key_span)
                .or_else(|| commented(&entry.value))
        }),
        _ => None,
    }
}

/// Whether a name stands for any number of files.
pub fn is_many(tree: &Tree, name: &str) -> bool {
    tree.is_folder(name) || (!tree.exists(name) && name.contains(['*', '?', '[', '{']))
}

/// Whether a folder is what `cdk synth` wrote.
pub(in crate::app) fn is_assembly(tree: &Tree, folder: &str) -> bool {
    // An app has a folder of that name.
    let mark = format!("{folder}/cdk.out");
    let is_marked = tree.exists(&mark) && !tree.is_folder(&mark);
    let manifest = tree.peek(&format!("{folder}/manifest.json"), MAX_TEMPLATE_BYTES);
    is_marked || manifest.is_ok_and(|text| text.contains("\"artifacts\""))
}

/// The files that a template nests.
pub(in crate::app) fn nested_in(name: &str, parsed: &Parsed) -> Vec<String> {
    let root = parsed.documents.first().map(|document| &document.root);
    let folder = name.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let paths = root.map(|root| nested_files(root, &BTreeMap::new()));
    let files = paths.unwrap_or_default().into_values();
    files.filter_map(|path| joined(folder, &path)).collect()
}

/// A name by its way from a folder; `None` where that leads out of it and of everything above.
pub(in crate::app) fn joined(folder: &str, way: &str) -> Option<String> {
    let mut steps: Vec<&str> = folder.split('/').filter(|step| *step != ".").collect();
    for step in way.split('/').filter(|step| !step.is_empty() && *step != ".") {
        if step == ".." {
            steps.pop().filter(|step| !["", ".."].contains(step))?;
        } else {
            steps.push(step);
        }
    }
    Some(if steps.is_empty() {
        ".".to_owned()
    } else {
        steps.join("/")
    })
}
