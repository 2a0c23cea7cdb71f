//! Which Python file of a folder imports which, imports inside of functions included.

use std::collections::BTreeSet;

use crate::layering::graph::{Edge, Files};

/// Imports between these files; of other modules nothing is said.
pub fn edges(files: &Files) -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for (from, text) in files {
        for module in imported(&code(text)) {
            let to = format!("{}.py", module.trim_start_matches('.').replace('.', "/"));
            if files.contains_key(&to) && to != *from {
                edges.insert(Edge {
                    from: from.clone(),
                    to,
                    written: format!("import {module}"),
                    named: None,
                    is_passed_on: false,
                });
            }
        }
    }
    edges
}

/// Names of modules after `import` and `from`.
fn imported(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for line in code.lines().map(str::trim) {
        if let Some(list) = line.strip_prefix("import ") {
            modules.extend(names(list));
        } else if let Some((module, list)) = line.strip_prefix("from ").and_then(|l| l.split_once(" import "))
        {
            if module.trim() == "." {
                modules.extend(names(list));
            } else {
                modules.push(module.trim().to_owned());
            }
        }
    }
    modules
}

/// `a, b as c` names `a` and `b`.
fn names(list: &str) -> impl Iterator<Item = String> {
    let first = |item: &str| item.split_whitespace().next().map(str::to_owned);
    list.split([',', ';']).filter_map(first)
}

/// A text without its comments and strings, and with the lines inside of brackets joined.
fn code(text: &str) -> String {
    let (mut code, mut rest, mut depth) = (String::new(), text, 0_usize);
    while let Some(c) = rest.chars().next() {
        let quote = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|quote| rest.starts_with(quote));
        if let Some(quote) = quote {
            rest = after_string(&rest[quote.len()..], quote);
            continue;
        }
        if c == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\n' if depth > 0 => code.push(' '),
            c => code.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    code
}

/// What follows the end of a string.
fn after_string<'a>(text: &'a str, quote: &str) -> &'a str {
    let mut at = 0;
    while at < text.len() && !text[at..].starts_with(quote) {
        // A quote after a backslash ends nothing.
        let skipped = if text[at..].starts_with('\\') { 2 } else { 1 };
        at += text[at..]
            .chars()
            .take(skipped)
            .map(char::len_utf8)
            .sum::<usize>();
    }
    text.get(at + quote.len()..).unwrap_or_default()
}
