//! Everything that stands in brackets, in any text of any format, has a page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cogward::drift::Kind;
use cogward::fault::InputError;
use cogward::proposal::{Guard, PlanReason};
use cogward::report::GateReason;
use regex::Regex;

use crate::cli::support::{finished, program};

/// Ids in texts that are rules and questions of tests and of examples; `[lint]` is a table of TOML, and `[time]` stands for a
/// time.
const OF_TESTS: [&str; 6] = [
    "failed-by-device",
    "house-naming",
    "input-unreadable",
    "lint",
    "sign-ins-few",
    "time",
];

fn page(id: &str) -> String {
    let run = finished(&program(&["explain", id]).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{id}");
    run.out
}

/// Names of the files of a folder that are one id each.
fn names(folder: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let yaml = files.filter(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    yaml.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

/// The ids of the program's tables.
fn tables() -> BTreeSet<String> {
    let mut all = names("rules");
    all.extend(names("questions"));
    let words = [
        InputError::ALL.map(InputError::as_str).to_vec(),
        Kind::ALL.map(Kind::as_str).to_vec(),
        Guard::ALL.map(Guard::as_str).to_vec(),
        PlanReason::ALL.map(PlanReason::as_str).to_vec(),
        GateReason::ALL.map(GateReason::as_str).to_vec(),
    ];
    all.extend(words.concat().into_iter().map(str::to_owned));
    all
}

/// Files below a folder that hold outputs: snapshots, transcripts, pages, and tests with outputs in them.
fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let known = [
        "md", "rs", "snap", "trycmd", "sarif", "json", "xml", "html", "txt", "svg",
    ];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // Samples of others' files.
        if path.ends_with("tests/data") {
            continue;
        }
        if path.is_dir() {
            files(&path, into);
        } else if path
            .extension()
            .is_some_and(|ending| known.iter().any(|one| ending == *one))
        {
            into.push(path);
        }
    }
}

/// Ids in the texts of all formats, each with a file that has it.
fn in_texts() -> BTreeMap<String, PathBuf> {
    let id = "([a-z][a-z0-9]*(?:-[a-z0-9]+)*)";
    let shapes = [
        format!(r"\b(?:error|warning|note|refused)\[{id}\]"),
        // What a rule about events says, and the head of a question.
        format!(r"(?m)^.*[^:\s] +\[{id}\]$"),
        format!(r#""(?:ruleId|rule)": "{id}""#),
        format!(r"title=cogward%3A {id}::"),
    ];
    let shapes = shapes.map(|shape| Regex::new(&shape).unwrap());
    let mut all = vec![PathBuf::from("README.md")];
    files(Path::new("tests"), &mut all);
    files(Path::new("docs"), &mut all);
    let mut found = BTreeMap::new();
    for file in all {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for shape in &shapes {
            for hit in shape.captures_iter(&text) {
                found.insert(hit[1].to_owned(), file.clone());
            }
        }
    }
    found
}

#[test]
fn everything_in_brackets_is_explained() {
    let tables = tables();
    for layer in names("policies/baselines") {
        let page = page(&layer);
        let extends = format!("extends: {layer}");
        assert!(
            page.contains("A shipped layer") && page.contains(&extends),
            "{page}"
        );
    }
    for id in &tables {
        let page = page(id);
        assert!(
            page.starts_with(&format!("# {id}\n\n")) && page.len() > 80,
            "{page}"
        );
    }
    let both = page("pool-missing");
    assert!(both.contains("found by `cogward diff`") && both.contains("A guard of `cogward apply`"));
    let both = page("audit-gate-unmet");
    assert!(both.contains("A gate of `cogward gate`") && both.contains("A guard of `cogward apply`"));

    let texts = in_texts();
    assert!(texts.len() > 40, "{texts:?}");
    let unknown: Vec<_> = texts.iter().filter(|(id, _)| !tables.contains(*id)).collect();
    let names: Vec<_> = unknown.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(names, OF_TESTS, "{unknown:?}");
}
