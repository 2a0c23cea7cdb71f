//! Holds the layers: a module imports only from modules listed before it in `LAYERS`.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads the source tree and fails loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Top-level modules of the library, lowest layer first; within a layer the order is also strict,
/// so that a cycle cannot be written.
const LAYERS: &[(&str, &[&str])] = &[
    ("0 vocabulary", &["span", "pointer", "ident", "text", "source"]),
    ("1 model", &["model", "difference", "finding", "fault"]),
    (
        "2 engines",
        &[
            "fingerprint",
            "report",
            "yaml",
            "schema",
            "policy",
            "whole",
            "plan",
            "ledger",
            "drift",
            "proposal",
            "rule",
            "lint",
            "fix",
        ],
    ),
    (
        "3 edges in",
        &["fs", "config", "journal", "simulator", "aws", "observe"],
    ),
    ("4 edges out", &["render"]),
    ("5 verbs", &["app"]),
    ("6 command line", &["cli"]),
];

fn ranks() -> BTreeMap<&'static str, usize> {
    let modules = LAYERS.iter().flat_map(|(_, modules)| modules.iter());
    modules
        .enumerate()
        .map(|(rank, module)| (*module, rank))
        .collect()
}

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Modules named after `crate::` in a text, one per occurrence, braces included:
/// `use crate::{span::Span, model::mode}` names `span` and `model`.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(braced(list));
        } else {
            found.push(word(rest));
        }
    }
    found
}

/// First words of the items of a brace list, nested braces skipped.
fn braced(list: &str) -> Vec<String> {
    let (mut depth, mut item, mut items) = (0_usize, String::new(), Vec::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            c if depth == 0 => item.push(c),
            _ => {}
        }
    }
    items.push(item);
    items
        .iter()
        .map(|i| word(i.trim()))
        .filter(|w| !w.is_empty())
        .collect()
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn modules_import_from_lower_layers_only() {
    let ranks = ranks();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut faults = Vec::new();
    for file in &files {
        let inside = file.strip_prefix(&src).unwrap();
        let own = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if own == "lib" || own == "main" {
            continue;
        }
        let Some(rank) = ranks.get(own) else {
            faults.push(format!(
                "src/{}: module `{own}` has no layer; give it one in tests/layering.rs",
                inside.display()
            ));
            continue;
        };
        for import in imports(&fs::read_to_string(file).unwrap()) {
            match ranks.get(import.as_str()) {
                Some(other) if other <= rank => {}
                Some(_) => faults.push(format!(
                    "src/{}: `{own}` imports `{import}`, which lies above it; move what both need down, or hand it in as a value",
                    inside.display()
                )),
                None => faults.push(format!("src/{}: `crate::{import}` is no known module", inside.display())),
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn library_declares_exactly_the_layered_modules_in_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<_> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    for module in &declared {
        assert!(ranks().contains_key(module), "`{module}` has no layer");
    }
    assert!(!lib.contains("fn "), "lib.rs declares modules and holds no code");
}

/// Within `model`, files may import each other, but not in a circle: found by depth-first search.
#[test]
fn no_circles_inside_modules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        let own = module_path(file.strip_prefix(&src).unwrap());
        let code = fs::read_to_string(file).unwrap();
        let targets = code
            .lines()
            .filter_map(|line| line.trim().strip_prefix("use crate::"))
            .map(|rest| rest.split("::").take(2).map(word).collect::<Vec<_>>().join("::"));
        edges.entry(own).or_default().extend(targets);
    }
    for start in edges.keys() {
        let mut path = vec![start.clone()];
        assert!(
            !reaches(&edges, start, start, &mut path),
            "modules import in a circle: {path:?}"
        );
    }
}

/// `model/alarm.rs` is `model::alarm`; deeper files belong to the second level.
fn module_path(inside: &Path) -> String {
    let parts: Vec<_> = inside
        .iter()
        .map(|p| p.to_str().unwrap().trim_end_matches(".rs"))
        .collect();
    parts
        .into_iter()
        .filter(|part| *part != "mod")
        .take(2)
        .collect::<Vec<_>>()
        .join("::")
}

fn reaches(edges: &BTreeMap<String, Vec<String>>, from: &str, to: &str, path: &mut Vec<String>) -> bool {
    for next in edges.get(from).into_iter().flatten() {
        if next == to && next != from {
            return true;
        }
        if next == from || path.contains(next) || !edges.contains_key(next) {
            continue;
        }
        path.push(next.clone());
        if reaches(edges, next, to, path) {
            return true;
        }
        path.pop();
    }
    false
}

#[test]
fn the_import_reader_sees_braces_and_skips_comments() {
    let text =
        "use crate::{span::Span, model::{mode, client}};\n// use crate::cli;\nlet x = crate::source::Source;";
    assert_eq!(imports(text), ["span", "model", "source"]);
}

/// Whoever exchanges the expression engine changes one room.
#[test]
fn one_room_knows_the_expression_engine() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let knows = |file: &&PathBuf| {
        let code = fs::read_to_string(file).unwrap();
        let mut lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.any(|line| {
            line.match_indices("cel::")
                .any(|(at, _)| !line[..at].ends_with("::"))
        })
    };
    let (inside, outside): (Vec<_>, Vec<_>) = files
        .iter()
        .filter(knows)
        .partition(|file| file.starts_with(src.join("rule/engine")));
    assert!(inside.len() > 3, "{inside:?}");
    assert_eq!(outside, <[&PathBuf; 0]>::default());
}
