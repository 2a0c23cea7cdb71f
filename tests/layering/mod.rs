//! Holds the layers, file by file: a module imports only from modules listed before it in `LAYERS`, and no files
//! import each other in a circle. What the reader of imports must see is planted in `planted`.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads the source tree and fails loudly"
)]

mod graph;
mod parse;
mod planted;
mod python;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use graph::{Crate, Edge, Files, circles};

/// Top-level modules of the library, lowest layer first; within a layer the order is also strict,
/// so that a cycle cannot be written.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "0 vocabulary",
        &["span", "pointer", "ident", "text", "hidden", "json", "source"],
    ),
    ("1 model", &["model", "difference", "finding", "fault"]),
    (
        "2 engines",
        &[
            "fingerprint",
            "yaml",
            "schema",
            "policy",
            "update",
            "plan",
            "impact",
            "ledger",
            "drift",
            "proposal",
            "report",
            "rule",
            "lint",
            "fix",
            "export",
            "insights",
            "investigate",
        ],
    ),
    (
        "3 edges in",
        &["fs", "config", "journal", "simulator", "aws", "observe", "events"],
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

/// Texts of all files below a folder of the repository with this ending, by their path in it.
fn files(folder: &str, ending: &str) -> Files {
    fn walk(folder: &Path, top: &Path, ending: &str, into: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, top, ending, into);
            } else if path.extension().is_some_and(|own| own == ending) {
                let inside = path.strip_prefix(top).unwrap().to_str().unwrap();
                into.insert(inside.replace('\\', "/"), fs::read_to_string(&path).unwrap());
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut into = Files::new();
    walk(&top, &top, ending, &mut into);
    assert!(!into.is_empty(), "{folder} has no .{ending} files");
    into
}

/// Uses of modules that lie above, in sentences.
fn upward(edges: &BTreeSet<Edge>) -> Vec<String> {
    let ranks = ranks();
    let top = |file: &str| {
        file.split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs")
            .to_owned()
    };
    let mut faults = Vec::new();
    for edge in edges {
        let own = top(&edge.from);
        let Some(rank) = ranks.get(own.as_str()) else {
            if own != "lib" {
                faults.push(format!(
                    "{}: `{own}` has no layer; give it one in LAYERS",
                    edge.from
                ));
            }
            continue;
        };
        for other in BTreeSet::from([Some(top(&edge.to)), edge.named.clone()])
            .into_iter()
            .flatten()
        {
            if ranks.get(other.as_str()).is_none_or(|above| above > rank) {
                faults.push(format!(
                    "{}: `{own}` imports `{other}` ({}), which lies above it; move what both need down, or hand it in as a value",
                    edge.from, edge.written
                ));
            }
        }
    }
    faults
}

/// Circles of files, in sentences.
fn circular(edges: &BTreeSet<Edge>) -> Vec<String> {
    let sentence = |circle: Vec<&Edge>| {
        let steps = circle
            .iter()
            .map(|edge| format!("  {} -> {} ({})", edge.from, edge.to, edge.written));
        format!(
            "files import each other in a circle; move what both need to a file of its own:\n{}",
            steps.collect::<Vec<_>>().join("\n")
        )
    };
    circles(edges).into_iter().map(sentence).collect()
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn library() -> Crate {
    Crate::read(&files("src", "rs"), "lib.rs").unwrap()
}

#[test]
fn modules_import_from_lower_layers_only() {
    none(&upward(&library().edges()));
}

/// No files of the library import each other in a circle.
#[test]
fn library_has_no_import_circles() {
    none(&circular(&library().edges()));
}

/// No files of the benches import each other in a circle.
#[test]
fn benches_have_no_import_circles() {
    let files = files("benches", "rs");
    for root in files.keys().filter(|name| name.ends_with("main.rs")) {
        none(&circular(&Crate::read(&files, root).unwrap().edges()));
    }
}

/// No files of the action import each other in a circle.
#[test]
fn action_has_no_import_circles() {
    none(&circular(&python::edges(&files("action", "py"))));
}

/// One name, one meaning: whoever reads `Part` need not ask which.
#[test]
fn no_two_public_types_have_one_name() {
    let library = library();
    let types = library.public_types();
    assert!(types.len() > 200, "{}", types.len());
    let shared: BTreeMap<_, _> = types.into_iter().filter(|(_, files)| files.len() > 1).collect();
    let names: Vec<_> = shared.keys().copied().collect();
    assert_eq!(names, <[&str; 0]>::default(), "{shared:#?}");
}

/// The library takes the last of two members of one name, and others the first: `json` takes neither.
#[test]
fn json_from_outside_is_read_in_one_place() {
    // The simulated AWS is outside; the second file is a temporary one of the program's own; the third takes only records
    // whose members it all knows, which a member that stands twice ends.
    let exempt = |name: &str| {
        ["json.rs", "events/distinct.rs", "events/fast.rs"].contains(&name) || name.starts_with("simulator/")
    };
    let reads = |text: &str| {
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        ["from_str", "from_slice", "from_reader", "Deserializer::from"]
            .iter()
            .any(|function| own.contains(&format!("serde_json::{function}")))
    };
    let files = files("src", "rs");
    let is_for_tests = |name: &str| {
        name.split('/')
            .any(|part| part.trim_end_matches(".rs") == "tests")
    };
    let found: Vec<_> = files
        .iter()
        .filter(|(name, text)| reads(text) && !exempt(name) && !is_for_tests(name))
        .map(|(name, _)| name)
        .collect();
    assert!(reads(&files["simulator/state.rs"]), "the test sees nothing");
    assert_eq!(found, <[&String; 0]>::default(), "use `crate::json`");
}

/// A file that is not read has no faults.
#[test]
fn all_library_files_are_read() {
    let library = library();
    let is_for_tests = |name: &str| {
        name.split('/')
            .any(|part| part.trim_end_matches(".rs") == "tests")
    };
    let unread: Vec<_> = files("src", "rs")
        .into_keys()
        .filter(|name| !library.files().any(|read| read == name) && !is_for_tests(name))
        .collect();
    // The program itself is another crate; the others are for tests, too.
    assert_eq!(unread, ["aws/convert/any.rs", "main.rs", "model/arbitrary.rs"]);
}

/// Library declares exactly the layered modules in order.
#[test]
fn lib_declares_layered_modules_in_order() {
    let lib = &files("src", "rs")["lib.rs"];
    let declared: Vec<_> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let layered: Vec<_> = LAYERS
        .iter()
        .flat_map(|(_, modules)| modules.iter().copied())
        .collect();
    assert_eq!(declared, layered);
    assert!(!lib.contains("fn "), "lib.rs declares modules and holds no code");
}

/// The map names what is there.
#[test]
fn every_file_that_the_map_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let quoted = map.split('`').skip(1).step_by(2);
    let paths: Vec<_> = quoted
        .filter(|name| name.contains('/') && !name.starts_with('/') && !name.contains(' '))
        .collect();
    assert!(paths.len() > 40, "{paths:?}");
    let gone = paths.iter().filter(|path| !root.join(path).exists());
    assert_eq!(gone.collect::<Vec<_>>(), <[&&str; 0]>::default());
    for (_, modules) in LAYERS {
        for module in *modules {
            assert!(map.contains(&format!("`{module}`")), "{module}");
        }
    }
}

/// Whoever exchanges the expression engine changes one room.
#[test]
fn one_room_knows_the_expression_engine() {
    let files = files("src", "rs");
    let knows = |text: &str| {
        let mut lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.any(|line| {
            line.match_indices("cel::")
                .any(|(at, _)| !line[..at].ends_with("::"))
        })
    };
    let knowing = files.iter().filter(|(_, text)| knows(text)).map(|(name, _)| name);
    let (inside, outside): (Vec<_>, Vec<_>) = knowing.partition(|name| name.starts_with("rule/engine/"));
    assert!(inside.len() > 3, "{inside:?}");
    assert_eq!(outside, <[&String; 0]>::default());
}

/// The name says the unit and the case; a sentence belongs in the comment above.
#[test]
fn test_names_are_short() {
    let long = |text: &str| -> Vec<String> {
        let tests = ["#[test]", "#[tokio::test"]
            .into_iter()
            .flat_map(|mark| text.split(mark).skip(1));
        let names = tests.filter_map(|rest| rest.split("fn ").nth(1)?.split('(').next());
        names.filter(|name| name.len() > 40).map(str::to_owned).collect()
    };
    let sentence = "and_so_on_".repeat(5);
    let planted = format!(
        "#[test]\nfn {sentence}() {{}}\n#[test]\nfn short() {{}}\n#[tokio::test]\nasync fn {sentence}() {{}}"
    );
    assert_eq!(long(&planted).len(), 2);
    for folder in ["src", "tests"] {
        for (file, text) in files(folder, "rs") {
            assert_eq!(long(&text), Vec::<String>::new(), "{folder}/{file}");
        }
    }
}
