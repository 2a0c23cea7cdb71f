//! One edit of a text. Scalars are replaced in place; lists are edited by `yaml-edit`, which keeps
//! comments and layout. Nothing here is trusted: the caller reads the result again.

use std::str::FromStr;

use serde_json::Value as Json;
use yaml_edit::{Sequence, YamlFile};

use crate::finding::Edit;
use crate::yaml::{Node, Style, Value, resolve_plain};

/// The text with an edit made to its document `index`, whose tree is `root`.
pub fn edit(text: &str, index: usize, root: &Node, change: &Edit) -> Result<String, String> {
    let located = root.locate(&change.at).ok_or("its location is not in the file")?;
    let node = located.node;
    match &change.value {
        Some(Json::String(new)) => scalar(text, node, new),
        Some(Json::Array(items)) => {
            let items = items.iter().map(|item| item.as_str().map(str::to_owned));
            let items: Vec<_> = items
                .collect::<Option<_>>()
                .ok_or("only lists of texts can be written")?;
            if text
                .get(node.span.start..node.span.end)
                .is_some_and(|inside| inside.contains('#'))
            {
                return Err("the list holds comments that belong to its entries".to_owned());
            }
            list(text, index, change, |sequence| replace(sequence, &items))
        }
        Some(_) => Err("only texts and lists of texts can be written".to_owned()),
        None => {
            let entry = change
                .at
                .tokens()
                .last()
                .and_then(|token| token.parse::<usize>().ok());
            let entry = entry.ok_or("only entries of lists can be removed")?;
            let parent = Edit {
                at: change.at.parent(),
                value: None,
            };
            list(text, index, &parent, |sequence| {
                sequence
                    .remove(entry)
                    .map(|_| ())
                    .ok_or_else(|| "the entry is gone".to_owned())
            })
        }
    }
}

/// The same edit on the values, for comparison with what the edited text means.
pub fn wish(document: &mut Json, change: &Edit) -> Result<(), String> {
    let gone = || "its location is not in the file".to_owned();
    if let Some(value) = &change.value {
        *document.pointer_mut(change.at.as_str()).ok_or_else(gone)? = value.clone();
        return Ok(());
    }
    let entry = change
        .at
        .tokens()
        .last()
        .and_then(|token| token.parse::<usize>().ok())
        .ok_or_else(gone)?;
    let list = document
        .pointer_mut(change.at.parent().as_str())
        .and_then(Json::as_array_mut)
        .ok_or_else(gone)?;
    if entry >= list.len() {
        return Err(gone());
    }
    list.remove(entry);
    Ok(())
}

/// Puts a text in the place of a scalar, in the quotes that it had, or in new ones where it needs them.
fn scalar(text: &str, node: &Node, new: &str) -> Result<String, String> {
    let span = node.span;
    let old = text
        .get(span.start..span.end)
        .ok_or("its location is not in the file")?;
    // JSON's quoting is valid in YAML.
    let double = || Json::from(new).to_string();
    let written = match node.style {
        Style::Plain if is_plain(new) => new.to_owned(),
        Style::Quoted if old.starts_with('\'') => format!("'{}'", new.replace('\'', "''")),
        Style::Plain | Style::Quoted => double(),
        _ => return Err("only plain and quoted values can be changed".to_owned()),
    };
    if old.starts_with('*') {
        return Err("it is an alias of a value elsewhere".to_owned());
    }
    Ok(format!("{}{written}{}", &text[..span.start], &text[span.end..]))
}

/// Whether a text can stand without quotes anywhere, flow lists included. Stricter than YAML.
pub(super) fn is_plain(text: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || "./_-:".contains(c);
    let ends = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.ends_with(':');
    ends && text.chars().all(safe) && matches!(resolve_plain(text), Value::String(_))
}

fn list(
    text: &str,
    index: usize,
    change: &Edit,
    act: impl FnOnce(&Sequence) -> Result<(), String>,
) -> Result<String, String> {
    let file =
        YamlFile::from_str(text).map_err(|error| format!("the editor cannot read the file ({error})"))?;
    let document = file.documents().nth(index).ok_or("its document is gone")?;
    let sequence = find(&document, change).ok_or("the editor does not find its location")?;
    act(&sequence)?;
    Ok(file.to_string())
}

fn find(document: &yaml_edit::Document, change: &Edit) -> Option<Sequence> {
    let tokens: Vec<_> = change.at.tokens().collect();
    let (last, path) = tokens.split_last()?;
    let mut mapping = document.as_mapping()?;
    for token in path {
        mapping = mapping.get_mapping(token.as_str())?;
    }
    mapping.get_sequence(last.as_str())
}

/// Makes a list hold exactly these texts; the layout of its first entries stays.
fn replace(sequence: &Sequence, items: &[String]) -> Result<(), String> {
    if items.is_empty() || items.len() > sequence.len() {
        return Err("the list would have to grow".to_owned());
    }
    while sequence.len() > items.len() {
        sequence.remove(sequence.len() - 1).ok_or("an entry is gone")?;
    }
    for (index, item) in items.iter().enumerate() {
        if !sequence.set(index, item.as_str()) {
            return Err("an entry cannot be changed".to_owned());
        }
    }
    Ok(())
}
