//! Values as literals of languages whose objects look like JSON's; texts in double quotes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::export::resource::referred;
use crate::hidden::is_hidden;

/// How a language writes what JSON has.
pub struct LiteralStyle<'a> {
    /// A key of an object.
    pub key: &'a dyn Fn(&str) -> String,
    /// A text.
    pub text: &'a dyn Fn(&str) -> String,
    /// A reference to a resource.
    pub reference: &'a dyn Fn(&str) -> String,
    /// Whether a comma comes after the last entry.
    pub trailing_comma: bool,
}

/// Writes a value; its first line is indented so far.
pub fn literal(out: &mut String, value: &Value, indent: usize, style: &LiteralStyle<'_>) {
    if let Some(name) = referred(value) {
        out.push_str(&(style.reference)(name));
        return;
    }
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|(key, value)| {
                let mut line = (style.key)(key);
                line.push_str(": ");
                literal(&mut line, value, indent + 2, style);
                line
            });
            block(out, ['{', '}'], &lines.collect::<Vec<_>>(), indent, style);
        }
        Value::Array(items) => {
            let lines = items.iter().map(|item| {
                let mut line = String::new();
                literal(&mut line, item, indent + 2, style);
                line
            });
            let lines: Vec<_> = lines.collect();
            if items.iter().any(Value::is_object) {
                block(out, ['[', ']'], &lines, indent, style);
            } else {
                let _ = write!(out, "[{}]", lines.join(", "));
            }
        }
        Value::String(text) => out.push_str(&(style.text)(text)),
        other => out.push_str(&other.to_string()),
    }
}

fn block(out: &mut String, marks: [char; 2], lines: &[String], indent: usize, style: &LiteralStyle<'_>) {
    out.push(marks[0]);
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.iter().enumerate() {
        out.push('\n');
        out.push_str(&" ".repeat(indent + 2));
        out.push_str(line);
        if index < last || style.trailing_comma {
            out.push(',');
        }
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(marks[1]);
}

/// A text in double quotes: quotes, backslashes and line breaks as every C-like language has them, other hidden characters
/// as `escape` writes their number.
pub fn quoted(text: &str, escape: &dyn Fn(u32) -> String) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => out.push_str(&escape(c.into())),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
