//! A document with other values: only the bytes of what is another value are another text.

use std::ops::Range;

use serde_json::Value as Json;

use crate::fix::anchor::{same_comments, stays};
use crate::fix::edit::is_plain;
use crate::source::SourceId;
use crate::yaml::{Budget, Node, Parsed, Style, Value, parse, to_flow};

/// Bytes, and what is in their place.
type Change = (Range<usize>, String);

/// The text with another meaning of its document `index`. Everything that means the same stays as it is, to the byte; what is
/// new is written in one line. The result is read again: it means exactly what was asked for, has the same comments, and each of
/// them stands for what it stood for; so does each waiver.
///
/// # Errors
/// Why it cannot be done: an alias, a comment that would be lost, a form that this does not edit.
pub fn rewrite(text: &str, index: usize, wanted: &Json) -> Result<String, String> {
    let before = read(text);
    let document = before.documents.get(index).ok_or("its document is gone")?;
    let mut changes = Vec::new();
    Editor { text }.value(&document.root, wanted, None, &mut changes)?;
    changes.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
    let mut new = text.to_owned();
    for (range, with) in changes {
        if !new.is_char_boundary(range.start) || !new.is_char_boundary(range.end) {
            return Err("its location is not in the file".to_owned());
        }
        new.replace_range(range, &with);
    }
    let after = read(&new);
    let mut wished = meaning(&before);
    wished[index] = wanted.clone();
    if meaning(&after) != wished || after.issues.iter().any(|issue| issue.kind.is_fault()) {
        return Err("the result would not mean what was asked for".to_owned());
    }
    if !same_comments(&before, &after) {
        return Err("a comment would be lost".to_owned());
    }
    stays((text, &before), (&new, &after), index)?;
    Ok(new)
}

pub(super) fn read(text: &str) -> Parsed {
    parse(SourceId(0), text, &Budget::default())
}

/// What each document of a text means.
pub(super) fn meaning(parsed: &Parsed) -> Vec<Json> {
    let roots = parsed.documents.iter().map(|document| &document.root);
    roots.map(Node::to_json).collect()
}

struct Editor<'a> {
    text: &'a str,
}

impl Editor<'_> {
    /// What changes where `node` is to be `new`; `key` is the end of its key, where it has one.
    fn value(
        &self,
        node: &Node,
        new: &Json,
        key: Option<usize>,
        out: &mut Vec<Change>,
    ) -> Result<(), String> {
        if node.to_json() == *new {
            return Ok(());
        }
        if self
            .text
            .get(node.span.start..)
            .is_some_and(|rest| rest.starts_with('*'))
        {
            return Err("it is an alias of a value elsewhere".to_owned());
        }
        match (&node.value, new) {
            (Value::Mapping(_), Json::Object(map)) => self.mapping(node, map, key, out),
            (Value::Sequence(items), Json::Array(list)) => self.sequence(node, items, list, key, out),
            _ => self.whole(node, new, key, out),
        }
    }

    fn mapping(
        &self,
        node: &Node,
        new: &serde_json::Map<String, Json>,
        key: Option<usize>,
        out: &mut Vec<Change>,
    ) -> Result<(), String> {
        let Value::Mapping(entries) = &node.value else {
            return Ok(());
        };
        let same_keys =
            entries.len() == new.len() && entries.iter().all(|entry| new.contains_key(&entry.key));
        let kept = entries
            .iter()
            .filter(|entry| new.contains_key(&entry.key))
            .count();
        if !same_keys && kept == 0 {
            return self.whole(node, &Json::Object(new.clone()), key, out);
        }
        let is_flow = node.style == Style::FlowCollection;
        let spans = entries
            .iter()
            .map(|entry| entry.key_span.start..entry.value.span.end.max(entry.key_span.end));
        let spans: Vec<_> = spans.collect();
        let stays: Vec<_> = entries.iter().map(|entry| new.contains_key(&entry.key)).collect();
        for (entry, span) in entries.iter().zip(&spans) {
            match new.get(&entry.key) {
                Some(value) => self.value(&entry.value, value, Some(entry.key_span.end), out)?,
                None if is_flow => {}
                None => out.push((self.lines(span.start, span.end, "")?, String::new())),
            }
        }
        if is_flow {
            let added = new.iter().filter(|(key, _)| entries.find(key).is_none());
            let added =
                added.map(|(key, value)| format!("{}: {}", to_flow(&key.as_str().into()), to_flow(value)));
            flow(&spans, &stays, added, out);
            return Ok(());
        }
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(());
        };
        let indent = " ".repeat(self.column(first.key_span.start));
        let added = new.iter().filter(|(key, _)| entries.find(key).is_none());
        let added: Vec<_> = added
            .map(|(key, value)| {
                format!(
                    "{}{indent}{}: {}",
                    self.line_break(),
                    to_flow(&key.as_str().into()),
                    to_flow(value)
                )
            })
            .collect();
        let added = added.concat();
        if !added.is_empty() {
            let end = self.line_end(last.key_span.end.max(last.value.span.end));
            out.push((end..end, added));
        }
        Ok(())
    }

    /// Entries are changed where they stand, or some are taken away and others added at the end.
    fn sequence(
        &self,
        node: &Node,
        items: &[Node],
        new: &[Json],
        key: Option<usize>,
        out: &mut Vec<Change>,
    ) -> Result<(), String> {
        let kept: Vec<_> = items
            .iter()
            .filter(|item| new.contains(&item.to_json()))
            .collect();
        let stays =
            kept.iter().zip(new).all(|(item, value)| item.to_json() == *value) && kept.len() <= new.len();
        let has_sections = items.iter().any(|item| matches!(item.value, Value::Mapping(_)));
        // What only goes on to another number is not another value.
        let shifts = || {
            let here =
                |(at, value): (usize, &Json)| items.get(at).is_some_and(|item| item.to_json() == *value);
            let mut new = new.iter().enumerate();
            new.any(|(at, value)| !here((at, value)) && kept.iter().any(|item| item.to_json() == *value))
        };
        if items.len() == new.len() && (!stays || has_sections && !shifts()) {
            let mut pairs = items.iter().zip(new);
            return pairs.try_for_each(|(item, value)| self.value(item, value, None, out));
        }
        let (true, Some(last)) = (stays && !kept.is_empty(), items.last()) else {
            return self.whole(node, &Json::Array(new.to_vec()), key, out);
        };
        if node.style == Style::FlowCollection {
            let spans: Vec<_> = items.iter().map(|item| item.span.start..item.span.end).collect();
            let remains: Vec<_> = items.iter().map(|item| new.contains(&item.to_json())).collect();
            flow(&spans, &remains, new.iter().skip(kept.len()).map(to_flow), out);
            return Ok(());
        }
        for item in items.iter().filter(|item| !new.contains(&item.to_json())) {
            out.push((self.lines(item.span.start, item.span.end, "-")?, String::new()));
        }
        let dash = self.lines(last.span.start, last.span.end, "-")?;
        let line = self.text.get(dash.start..).unwrap_or_default();
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let added = new.iter().skip(kept.len());
        let added: Vec<_> = added
            .map(|value| format!("{}{indent}- {}", self.line_break(), to_flow(value)))
            .collect();
        let added = added.concat();
        if !added.is_empty() {
            let end = self.line_end(last.span.end);
            out.push((end..end, added));
        }
        Ok(())
    }

    /// A value in the place of another one.
    fn whole(
        &self,
        node: &Node,
        new: &Json,
        key: Option<usize>,
        out: &mut Vec<Change>,
    ) -> Result<(), String> {
        let span = node.span.start..node.span.end;
        let old = self
            .text
            .get(span.clone())
            .ok_or("its location is not in the file")?;
        let written = match new {
            Json::String(text)
                if node.style == Style::Quoted && old.starts_with('\'') && !text.contains('\n') =>
            {
                format!("'{}'", text.replace('\'', "''"))
            }
            // JSON's quoting is valid in YAML.
            Json::String(text) if node.style == Style::Quoted => Json::from(text.as_str()).to_string(),
            Json::String(text) if is_plain(text) => text.clone(),
            Json::String(text) => Json::from(text.as_str()).to_string(),
            other => to_flow(other),
        };
        let is_block = matches!(node.style, Style::Block | Style::BlockCollection);
        match key {
            // From the colon on: the line break and the mark of a block go with it.
            Some(key) if is_block || old.is_empty() => {
                let colon = self
                    .text
                    .get(key..)
                    .and_then(|rest| rest.find(':'))
                    .ok_or("its key is in another form")?;
                out.push((
                    key + colon + 1..span.end.max(key + colon + 1),
                    format!(" {written}"),
                ));
            }
            None if node.style == Style::Block || old.is_empty() => {
                return Err("an entry of a list in this form has to be changed by hand".to_owned());
            }
            _ => out.push((span, written)),
        }
        Ok(())
    }

    /// The lines of an entry, where nothing but `mark` stands before it.
    fn lines(&self, start: usize, end: usize, mark: &str) -> Result<Range<usize>, String> {
        let from = self.line_start(start);
        let before = self.text.get(from..start).unwrap_or_default();
        if before.trim() != mark {
            return Err("it shares its line with something else; change it by hand".to_owned());
        }
        let rest = self.text.get(end..).unwrap_or_default();
        let to = rest.find('\n').map_or(self.text.len(), |at| end + at + 1);
        Ok(from..to)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text
            .get(..at)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1)
    }

    /// The end of a line, before its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    fn column(&self, at: usize) -> usize {
        self.text
            .get(self.line_start(at)..at)
            .unwrap_or_default()
            .chars()
            .count()
    }

    fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }
}

/// Takes entries out of a flow collection of which some stay, with the comma before or after each, and adds others at its end.
fn flow(spans: &[Range<usize>], stays: &[bool], added: impl Iterator<Item = String>, out: &mut Vec<Change>) {
    let Some(last) = stays.iter().rposition(|stays| *stays) else {
        return;
    };
    for (at, span) in spans.iter().enumerate().filter(|(at, _)| !stays[*at]) {
        // What is after the last entry that stays goes with the comma before it, else with the one after it.
        let range = match (at > last, spans.get(at + 1)) {
            (false, Some(next)) => span.start..next.start,
            _ => spans[at - 1].end..span.end,
        };
        out.push((range, String::new()));
    }
    let added: Vec<_> = added.map(|text| format!(", {text}")).collect();
    let added = added.concat();
    if !added.is_empty() {
        out.push((spans[last].end..spans[last].end, added));
    }
}

#[cfg(test)]
mod tests;
