//! Texts, and functions on texts and lists: `Fn::Sub`, `Fn::Join`, `Fn::Split` and `Fn::Select`.

use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::form::{expression, variable};
use crate::observe::template::stack::{arguments, text};
use crate::observe::template::value::{At, Open, Symbol, TextPiece, Val, ValueData, invalid};
use crate::yaml::{Node, Value};

/// Bytes of one text that functions make: what is longer is no value of a pool.
const LONGEST: usize = 1 << 16;

/// What a reference to another service begins with.
const RESOLVE: &str = "{{resolve:";

/// Parts of one text that functions make.
const MOST_PARTS: usize = 1 << 10;

impl Evaluator<'_, '_> {
    /// A text outside `Fn::Sub`: variables of loops, and references to other services.
    pub(super) fn plain(&self, text: &str) -> Vec<TextPiece> {
        let text = self.substitute(text);
        let Some((before, why, after)) = self.first_open(&text) else {
            return vec![TextPiece::Known(text)];
        };
        let open = TextPiece::Open(Open::new(why, self.stack));
        let mut pieces = vec![TextPiece::Known(before.to_owned()), open];
        pieces.extend(self.plain(after));
        pieces.retain(|piece| *piece != TextPiece::Known(String::new()));
        pieces
    }

    /// Whether a name that is made by a loop is not known.
    pub fn is_open(&self, name: &str) -> bool {
        self.first_open(name).is_some()
    }

    /// The first part of a text that is not known, in words, with what is before and after it. A reference to another service
    /// may end in another piece of a text: see [`joined`].
    fn first_open<'t>(&self, text: &'t str) -> Option<(&'t str, String, &'t str)> {
        let resolved = text.split_once(RESOLVE).and_then(|(before, rest)| {
            let (reference, after) = rest.split_once("}}")?;
            Some((before, format!("{{{{resolve:{reference}}}}}"), after))
        });
        let open = self.variables.iter().filter(|(_, value)| value.is_none());
        let names =
            open.flat_map(|(name, _)| [(name, format!("${{{name}}}")), (name, format!("&{{{name}}}"))]);
        let varied = names.filter_map(|(name, written)| {
            let (before, after) = text.split_once(&written)?;
            Some((before, variable(name), after))
        });
        resolved
            .into_iter()
            .chain(varied)
            .min_by_key(|(before, ..)| before.len())
    }

    /// `Fn::Sub`.
    pub(super) fn sub(&mut self, argument: &Node, at: At) -> Val {
        let (first, own) = match arguments(argument) {
            [] => (argument, None),
            [first] => (first, None),
            [first, map] if matches!(map.value, Value::Mapping(_)) => (first, Some(map)),
            _ => return self.malformed("Fn::Sub", at),
        };
        let Some(template) = text(first) else {
            return self.malformed("Fn::Sub", at);
        };
        let template = self.substitute(template);
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
            let Some(mut own) = parts(value) else {
                return self.fault(at, format!("`${{{name}}}` in a text of `Fn::Sub` is no text"));
            };
            pieces.append(&mut own);
            if is_too_long(&pieces) {
                return self.too_long(at);
            }
        }
        pieces.extend(self.plain(rest));
        joined(at, pieces, self.stack)
    }

    /// `Fn::Join`.
    pub(super) fn join(&mut self, argument: &Node, at: At) -> Val {
        let [separator, list] = arguments(argument) else {
            return self.malformed("Fn::Join", at);
        };
        let (separator, list) = (self.value(separator), self.value(list));
        if separator.is_no_text() || list.is_no_list() {
            return self.malformed("Fn::Join", at);
        }
        let (Some(separator), ValueData::List(items)) = (separator.known(), list.data) else {
            return self.open(at, expression("Fn::Join", argument));
        };
        let mut pieces = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                pieces.push(TextPiece::Known(separator.clone()));
            }
            let Some(mut own) = parts(item) else {
                return self.malformed("Fn::Join", at);
            };
            pieces.append(&mut own);
            if is_too_long(&pieces) {
                return self.too_long(at);
            }
        }
        joined(at, pieces, self.stack)
    }

    /// What a text gives that is longer than any value of a pool.
    fn too_long(&mut self, at: At) -> Val {
        let why = format!("a text of more than {LONGEST} bytes or {MOST_PARTS} parts is not read");
        self.fault(at, why)
    }

    /// `Fn::Split`.
    pub(super) fn split(&mut self, argument: &Node, at: At) -> Val {
        let [separator, text] = arguments(argument) else {
            return self.malformed("Fn::Split", at);
        };
        let (separator, text) = (self.value(separator), self.value(text));
        if separator.is_no_text() || text.is_no_text() {
            return self.malformed("Fn::Split", at);
        }
        if let Some(separator) = separator.known()
            && let Some(pieces) = self.with_id(&text)
        {
            let parts = split_pieces(&pieces, &separator).into_iter();
            return Val::new(
                at.clone(),
                ValueData::List(parts.map(|part| joined(at.clone(), part, self.stack)).collect()),
            );
        }
        match (separator.known(), text.known()) {
            (Some(separator), Some(text)) if !separator.is_empty() => {
                let part = |part: &str| Val::text(at.clone(), part);
                Val::new(
                    at.clone(),
                    ValueData::List(text.split(&separator).map(part).collect()),
                )
            }
            _ => invalid(&text, &at).unwrap_or_else(|| self.open(at, expression("Fn::Split", argument))),
        }
    }

    /// The pieces of what a pool of the files has with its id in it, or of what is left of one that was split, of which nothing has
    /// a separator in it that is not shown: `arn:aws:cognito-idp:us-west-2:123456789012:userpool/ID`, and as an issuer
    /// `cognito-idp.us-west-2.amazonaws.com/ID`.
    fn with_id(&self, text: &Val) -> Option<Vec<TextPiece>> {
        let ValueData::Text(pieces) = &text.data else {
            return None;
        };
        let is_pool = |symbol: &Symbol| self.stacks[symbol.scope].is_pool(&symbol.id);
        let known = |text: &str| TextPiece::Known(text.to_owned());
        match pieces.as_slice() {
            [TextPiece::Symbol(symbol)] if is_pool(symbol) => {
                let open = |what: &str| TextPiece::Open(Open::new(format!("AWS::{what}"), symbol.scope));
                let mut found = match symbol.attribute.as_str() {
                    "Arn" => vec![
                        known("arn:"),
                        open("Partition"),
                        known(":cognito-idp:"),
                        open("Region"),
                        known(":"),
                        open("AccountId"),
                        known(":userpool/"),
                    ],
                    "ProviderName" => vec![known("cognito-idp."), open("Region"), known(".amazonaws.com/")],
                    "ProviderURL" => {
                        vec![
                            known("https://cognito-idp."),
                            open("Region"),
                            known(".amazonaws.com/"),
                        ]
                    }
                    _ => return None,
                };
                found.push(TextPiece::Symbol(symbol.whole()));
                Some(found)
            }
            [TextPiece::Known(_), TextPiece::Symbol(symbol)]
                if symbol.attribute.is_empty() && is_pool(symbol) =>
            {
                Some(pieces.clone())
            }
            _ => None,
        }
    }

    /// `Fn::Select`.
    pub(super) fn select(&mut self, argument: &Node, at: At) -> Val {
        let [index, list] = arguments(argument) else {
            return self.malformed("Fn::Select", at);
        };
        let (index, list) = (self.value(index), self.value(list));
        let number = index.known().map(|text| text.parse::<usize>());
        if index.is_no_text() || list.is_no_list() || number.as_ref().is_some_and(Result::is_err) {
            return self.malformed("Fn::Select", at);
        }
        match (number.and_then(Result::ok), list.data) {
            (Some(index), ValueData::List(mut items)) if index < items.len() => items.swap_remove(index),
            (Some(index), ValueData::List(_)) => self.fault(at, format!("the list has no entry {index}")),
            (_, ValueData::Open(open)) if open.is_invalid() => Val::new(at, ValueData::Open(open)),
            _ => self.open(at, expression("Fn::Select", argument)),
        }
    }

    /// `Fn::Length`.
    pub(super) fn length(&mut self, argument: &Node, at: At) -> Val {
        let list = self.value(argument);
        if list.is_no_list() {
            return self.malformed("Fn::Length", at);
        }
        match list.data {
            ValueData::List(items) if items.iter().all(|item| item.open().is_none()) => {
                Val::text(at, items.len().to_string())
            }
            _ => self.open(at, expression("Fn::Length", argument)),
        }
    }
}

/// Pieces split at a separator that only known ones can have in them.
fn split_pieces(pieces: &[TextPiece], separator: &str) -> Vec<Vec<TextPiece>> {
    let mut found = vec![Vec::new()];
    for piece in pieces {
        let parts: Vec<TextPiece> = match piece {
            TextPiece::Known(text) => text
                .split(separator)
                .map(|part| TextPiece::Known(part.to_owned()))
                .collect(),
            other => vec![other.clone()],
        };
        for (index, part) in parts.into_iter().enumerate() {
            match found.last_mut() {
                Some(last) if index == 0 => last.push(part),
                _ => found.push(vec![part]),
            }
        }
    }
    found
}

/// The pieces of a value that goes into a text; `None` for one that cannot.
fn parts(value: Val) -> Option<Vec<TextPiece>> {
    match value.data {
        ValueData::Text(pieces) => Some(pieces),
        ValueData::Open(open) | ValueData::Map(_, Some(open)) => Some(vec![TextPiece::Open(open)]),
        ValueData::Absent => Some(Vec::new()),
        ValueData::List(_) | ValueData::Map(_, None) => None,
    }
}

/// Whether pieces are more than a text is read of. Their number alone is looked at first, as this is asked after each.
fn is_too_long(pieces: &[TextPiece]) -> bool {
    let length = |piece: &TextPiece| match piece {
        TextPiece::Known(text) => text.len(),
        TextPiece::Open(open) => open.why.len(),
        TextPiece::Symbol(symbol) => symbol.id.len(),
    };
    pieces.len() > 2 * MOST_PARTS || pieces.iter().map(length).sum::<usize>() > LONGEST
}

/// A text of pieces, neighbours that are known brought together; a reference to another service that begins in one and ends in
/// another is one piece, of which nothing is known.
fn joined(at: At, pieces: Vec<TextPiece>, scope: usize) -> Val {
    let mut found: Vec<TextPiece> = Vec::new();
    // The reference that has begun, as it is written.
    let mut reference: Option<String> = None;
    for piece in pieces {
        let mut rest = piece;
        loop {
            rest = match (rest, reference.take()) {
                (TextPiece::Known(text), None) => match text.split_once(RESOLVE) {
                    None => {
                        push(&mut found, text);
                        break;
                    }
                    Some((before, after)) => {
                        push(&mut found, before.to_owned());
                        reference = Some(RESOLVE.to_owned());
                        TextPiece::Known(after.to_owned())
                    }
                },
                (TextPiece::Known(text), Some(begun)) => match text.split_once("}}") {
                    None => {
                        reference = Some(begun + &text);
                        break;
                    }
                    Some((end, after)) => {
                        found.push(TextPiece::Open(Open::new(format!("{begun}{end}}}}}"), scope)));
                        TextPiece::Known(after.to_owned())
                    }
                },
                (open, Some(begun)) => {
                    let shown = Val::new(at.clone(), ValueData::Text(vec![open])).shown();
                    reference = Some(begun + &shown);
                    break;
                }
                (open, None) => {
                    found.push(open);
                    break;
                }
            };
        }
    }
    if let Some(begun) = reference {
        found.push(TextPiece::Open(Open::new(begun, scope)));
    }
    match found.as_slice() {
        [] => found.push(TextPiece::Known(String::new())),
        // One part is that part, and has its few values.
        [TextPiece::Open(open)] => return Val::new(at, ValueData::Open(open.clone())),
        _ => {}
    }
    Val::new(at, ValueData::Text(found))
}

/// Adds a known text to the pieces of another one.
fn push(pieces: &mut Vec<TextPiece>, text: String) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(TextPiece::Known(before)) => before.push_str(&text),
        _ => pieces.push(TextPiece::Known(text)),
    }
}
