//! Functions on texts and lists: `Fn::Sub`, `Fn::Join`, `Fn::Split` and `Fn::Select`.

use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::stack::arguments;
use crate::observe::template::value::{At, Open, TextPiece, Val, ValueData, invalid};
use crate::yaml::{Node, Value};

/// Bytes of one text that functions make.
const LONGEST: usize = 1 << 20;

impl Evaluator<'_, '_> {
    /// `Fn::Sub`.
    pub(super) fn sub(&mut self, argument: &Node, at: At) -> Val {
        let (template, own) = match &argument.value {
            Value::String(text) => (text.clone(), None),
            Value::Sequence(items) => match items.as_slice() {
                [
                    Node {
                        value: Value::String(text),
                        ..
                    },
                    map,
                    ..,
                ] => (text.clone(), Some(map)),
                [
                    Node {
                        value: Value::String(text),
                        ..
                    },
                ] => (text.clone(), None),
                _ => return self.open(at, "Fn::Sub"),
            },
            _ => return self.open(at, "Fn::Sub"),
        };
        let template = self.substitute(&template);
        let mut pieces = Vec::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            pieces.extend(self.plain(before));
            let Some((name, next)) = after.split_once('}') else {
                pieces.push(TextPiece::Known(format!("${{{after}")));
                rest = "";
                break;
            };
            rest = next;
            let name = name.trim();
            if let Some(literal) = name.strip_prefix('!') {
                pieces.push(TextPiece::Known(format!("${{{literal}}}")));
                continue;
            }
            let value = match (own.and_then(|map| map.get(name)), name.split_once('.')) {
                (Some(node), _) => self.value(node),
                (None, Some((resource, attribute))) => self.attribute_of(resource, attribute, at.clone()),
                (None, None) => self.reference(name, at.clone()),
            };
            pieces.append(&mut self.pieces(value));
        }
        pieces.extend(self.plain(rest));
        joined(at, pieces)
    }

    /// The pieces of a value that goes into a text.
    fn pieces(&self, value: Val) -> Vec<TextPiece> {
        match value.data {
            ValueData::Text(pieces) => pieces,
            ValueData::Open(open) => vec![TextPiece::Open(open)],
            ValueData::Absent => Vec::new(),
            ValueData::List(_) | ValueData::Map(..) => vec![TextPiece::Open(Open {
                why: "a list in a text".to_owned(),
                scope: self.stack,
                domain: None,
            })],
        }
    }

    /// `Fn::Join`.
    pub(super) fn join(&mut self, argument: &Node, at: At) -> Val {
        let [separator, list] = arguments(argument) else {
            return self.open(at, "Fn::Join");
        };
        let (separator, list) = (self.value(separator).known(), self.value(list));
        let (Some(separator), ValueData::List(items)) = (separator, list.data) else {
            return self.open(at, "Fn::Join");
        };
        let mut pieces = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                pieces.push(TextPiece::Known(separator.clone()));
            }
            pieces.append(&mut self.pieces(item));
        }
        joined(at, pieces)
    }

    /// `Fn::Split`.
    pub(super) fn split(&mut self, argument: &Node, at: At) -> Val {
        let [separator, text] = arguments(argument) else {
            return self.open(at, "Fn::Split");
        };
        let (separator, text) = (self.value(separator).known(), self.value(text));
        match (separator, text.known()) {
            (Some(separator), Some(text)) if !separator.is_empty() => {
                let part = |part: &str| Val::text(at.clone(), part);
                Val::new(
                    at.clone(),
                    ValueData::List(text.split(&separator).map(part).collect()),
                )
            }
            _ => invalid(&text, &at).unwrap_or_else(|| self.open(at, "Fn::Split")),
        }
    }

    /// `Fn::Select`.
    pub(super) fn select(&mut self, argument: &Node, at: At) -> Val {
        let [index, list] = arguments(argument) else {
            return self.open(at, "Fn::Select");
        };
        let index: Option<usize> = self.value(index).known().and_then(|text| text.parse().ok());
        let list = self.value(list);
        match (index, list.data) {
            (Some(index), ValueData::List(mut items)) if index < items.len() => items.swap_remove(index),
            (Some(index), ValueData::List(_)) => self.fault(at, format!("the list has no entry {index}")),
            (_, ValueData::Open(open)) if open.is_invalid() => Val::new(at, ValueData::Open(open)),
            (_, ValueData::Open(open)) => self.open(at, open.why),
            _ => self.open(at, "Fn::Select"),
        }
    }
}

/// A text of pieces, neighbours that are known brought together.
fn joined(at: At, pieces: Vec<TextPiece>) -> Val {
    let mut found: Vec<TextPiece> = Vec::new();
    let mut length = 0;
    for piece in pieces {
        match (found.last_mut(), piece) {
            (_, TextPiece::Known(text)) if text.is_empty() => {}
            (Some(TextPiece::Known(before)), TextPiece::Known(text)) if length + text.len() <= LONGEST => {
                length += text.len();
                before.push_str(&text);
            }
            (_, piece) => found.push(piece),
        }
    }
    match found.as_slice() {
        [] => found.push(TextPiece::Known(String::new())),
        // One part is that part, and has its few values.
        [TextPiece::Open(open)] => return Val::new(at, ValueData::Open(open.clone())),
        _ => {}
    }
    Val::new(at, ValueData::Text(found))
}
