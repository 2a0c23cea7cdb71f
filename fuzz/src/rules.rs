//! Rule files made of the shipped ones: expressions of one are put into another, and their tokens
//! exchanged for others of their kind.

use std::sync::LazyLock;

use cogward::rule::catalogue::builtin_files;
use cogward::source::SourceId;
use cogward::yaml::{Budget, parse};
use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// What the shipped rules consist of.
struct Shipped {
    rules: Vec<Map<String, Value>>,
    /// Tokens of all expressions by kind.
    tokens: [Vec<String>; KINDS],
}

const KINDS: usize = 4;

/// Keys that hold expressions.
const EXPRESSIONS: [&str; 8] = [
    "each",
    "when",
    "at",
    "severity_of",
    "message",
    "label",
    "related",
    "fix",
];

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    let rules: Vec<_> = builtin_files()
        .into_iter()
        .filter_map(|(_, text)| rule(text))
        .collect();
    let mut tokens = [const { Vec::new() }; KINDS];
    let mut expressions = Vec::new();
    for rule in &rules {
        let values = EXPRESSIONS.iter().filter_map(|key| rule.get(*key));
        values.for_each(|value| texts(value, &mut expressions));
    }
    for expression in expressions {
        for token in split(expression) {
            if let Some(kind) = kind(token) {
                tokens[kind].push(token.to_owned());
            }
        }
    }
    Shipped { rules, tokens }
});

/// A shipped rule without its prose and with the shortest examples.
fn rule(text: &str) -> Option<Map<String, Value>> {
    let parsed = parse(SourceId(0), text, &Budget::default());
    let Value::Object(mut rule) = parsed.documents.into_iter().next()?.root.to_json() else {
        return None;
    };
    for key in ["references", "frameworks"] {
        rule.remove(key);
    }
    for (key, text) in [
        ("rationale", "why it matters is said here"),
        ("remediation", "what to do is said here"),
    ] {
        rule.insert(key.to_owned(), text.into());
    }
    let examples = json!({
        "bad": [{"name": "a", "policy": {}, "findings": [{"at": "", "message": "m"}]}],
        "good": [{"name": "b", "policy": {}}],
        "lookalike": [{"name": "c", "policy": {}}],
    });
    rule.insert("examples".to_owned(), examples);
    Some(rule)
}

/// A changed rule file.
pub fn file(dice: &mut Dice) -> String {
    let rules = &SHIPPED.rules;
    let mut rule = rules[dice.below(rules.len())].clone();
    let other = &rules[dice.below(rules.len())];
    if dice.one_in(3) {
        let key = dice.word(&[
            "each",
            "when",
            "at",
            "severity_of",
            "message",
            "label",
            "related",
            "fix",
            "stage",
        ]);
        match other.get(key) {
            Some(value) => rule.insert(key.to_owned(), value.clone()),
            None => rule.remove(key),
        };
    }
    for _ in 0..dice.below(4) {
        let key = dice.word(&[
            "each",
            "each",
            "when",
            "when",
            "at",
            "severity_of",
            "message",
            "label",
            "related",
            "fix",
        ]);
        if let Some(value) = rule.get_mut(key) {
            change(value, dice);
        }
    }
    let lines = rule.iter().map(|(key, value)| format!("{key}: {value}\n"));
    lines.collect()
}

/// Exchanges a token somewhere in a value.
fn change(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::String(text) => *text = exchanged(text, dice),
        Value::Array(items) => {
            let index = dice.below(items.len());
            if let Some(item) = items.get_mut(index) {
                change(item, dice);
            }
        }
        Value::Object(fields) => {
            let index = dice.below(fields.len());
            if let Some((_, field)) = fields.iter_mut().nth(index) {
                change(field, dice);
            }
        }
        _ => {}
    }
}

fn exchanged(text: &str, dice: &mut Dice) -> String {
    let mut tokens: Vec<_> = split(text).collect();
    let candidates: Vec<_> = (0..tokens.len())
        .filter(|at| kind(tokens[*at]).is_some())
        .collect();
    if candidates.is_empty() {
        return text.to_owned();
    }
    let at = candidates[dice.below(candidates.len())];
    let list = &SHIPPED.tokens[kind(tokens[at]).unwrap_or(0)];
    tokens[at] = &list[dice.below(list.len())];
    tokens.concat()
}

/// Words, numbers, texts and operators; `None` for what holds an expression together.
fn kind(token: &str) -> Option<usize> {
    match token.chars().next()? {
        c if c.is_ascii_alphabetic() || c == '_' => Some(0),
        c if c.is_ascii_digit() => Some(1),
        '"' | '\'' if token.len() > 1 => Some(2),
        '=' | '!' | '<' | '>' | '&' | '|' | '+' | '-' | '*' | '/' | '%' => Some(3),
        _ => None,
    }
}

/// A text in tokens; together they are the text.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let while_true = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let end = match first {
            '"' | '\'' => rest[1..].find(first).map_or(1, |at| at + 2),
            _ if word(first) => while_true(word),
            _ if operator(first) => while_true(operator),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn operator(c: char) -> bool {
    "=!<>&|+-*/%".contains(c)
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}
