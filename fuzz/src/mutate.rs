//! Changes that keep a text YAML: values, keys, entries and items are exchanged, repeated or taken away.

use std::sync::LazyLock;

use cogward::source::SourceId;
use cogward::span::Span;
use cogward::yaml::{Budget, Node, Value, parse};
use libfuzzer_sys::fuzzer_mutate;

use crate::dice::Dice;

/// The words of a libFuzzer dictionary.
pub type Words = LazyLock<Vec<Vec<u8>>>;

/// Reads the text of a dictionary: one `"word"` a line, with `\xNN`, `\"` and `\\`.
pub fn words(dictionary: &str) -> Vec<Vec<u8>> {
    let lines = dictionary.lines().filter_map(|line| line.strip_prefix('"'));
    lines
        .filter_map(|line| Some(unescape(line.strip_suffix('"')?)))
        .collect()
}

fn unescape(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
        } else if let Some(code) = rest.strip_prefix('x').and_then(|rest| rest.get(..2)) {
            bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
            rest = &rest[3..];
        } else {
            bytes.extend(rest.bytes().next());
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    bytes
}

/// Makes a new text of the target's language.
pub type Make = fn(&mut Dice) -> String;

/// Changes the first `size` of the bytes and gives their new number: a quarter of the time it is a new
/// text, half of the time one changed by the tree, otherwise what libFuzzer does.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    words: &[Vec<u8>],
    make: Make,
) -> usize {
    let mut dice = Dice::new(seed);
    let changed = match dice.below(4) {
        0 => Some(make(&mut dice).into_bytes()),
        1 | 2 => by_tree(&data[..size], &mut dice, words),
        _ => None,
    };
    match changed {
        Some(new) if new.len() <= max_size => {
            data[..new.len()].copy_from_slice(&new);
            new.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
}

/// What a text consists of.
#[derive(Default)]
struct Parts {
    keys: Vec<Span>,
    values: Vec<Span>,
    /// Keys with their values, and items.
    entries: Vec<Span>,
}

fn by_tree(text: &[u8], dice: &mut Dice, words: &[Vec<u8>]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut parts = Parts::default();
    for document in &parse(SourceId(0), text, &Budget::default()).documents {
        collect(&document.root, &mut parts);
    }
    let mut new = text.to_owned();
    let bytes = |span: Span| &text[span.start..span.end];
    for _ in 0..=dice.below(3) {
        let (at, with) = match dice.below(7) {
            0 | 1 => (*one(dice, &parts.values)?, word(dice, words)?),
            2 => (*one(dice, &parts.keys)?, word(dice, words)?),
            3 => (
                *one(dice, &parts.values)?,
                bytes(*one(dice, &parts.values)?).to_owned(),
            ),
            4 => (
                *one(dice, &parts.keys)?,
                bytes(*one(dice, &parts.keys)?).to_owned(),
            ),
            5 => (line_of(text, *one(dice, &parts.entries)?), String::new()),
            _ => {
                let lines = line_of(text, *one(dice, &parts.entries)?);
                (Span::at(lines.start), bytes(lines).to_owned())
            }
        };
        // Only the first change of several has places that are surely still right.
        if new.get(at.start..at.end).is_none() {
            continue;
        }
        new.replace_range(at.start..at.end, &with);
    }
    Some(new.into_bytes())
}

fn word(dice: &mut Dice, words: &[Vec<u8>]) -> Option<String> {
    String::from_utf8(one(dice, words)?.clone()).ok()
}

fn one<'a, T>(dice: &mut Dice, list: &'a [T]) -> Option<&'a T> {
    list.get(dice.below(list.len()))
}

/// An entry with its indentation and its line break, if it has lines of its own.
fn line_of(text: &str, span: Span) -> Span {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |at| span.end + at + 1);
    let alone = text[start..span.start].chars().all(|c| matches!(c, ' ' | '-'));
    if alone { Span::new(start, end) } else { span }
}

fn collect(node: &Node, parts: &mut Parts) {
    if !node.span.is_empty() {
        parts.values.push(node.span);
    }
    match &node.value {
        Value::Sequence(items) => {
            for item in items {
                parts.entries.push(item.span);
                collect(item, parts);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                parts.keys.push(entry.key_span);
                parts.entries.push(entry.key_span.to(entry.value.span));
                collect(&entry.value, parts);
            }
        }
        _ => {}
    }
}
