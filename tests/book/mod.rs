//! What the pages of `docs/` show is what the program prints, run in order in a folder of its own for each page.
//! `COGWARD_REGENERATE=1 cargo test book` writes the outputs into the pages, to be read before they are committed.
//!
//! In a page, ` ```console ` blocks are run: lines after `$ ` in a shell, with the demo's simulated AWS; what follows is
//! their output, in which a line `...` stands for lines and `[..]` for a part of a line. A comment on the line before a
//! block says more: `<!-- file: NAME -->` puts the block into a file, `<!-- answer: TEXT -->` runs it on a terminal and types
//! the text when it asks, and `<!-- not run: WHY -->` leaves it alone. `<!-- demo policies -->` puts the demo's policies into
//! `policies/`.

#![cfg(all(target_os = "linux", feature = "live"))]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes the repository and fails loudly"
)]

mod page;
mod picture;
mod shell;

use std::fs;
use std::path::{Path, PathBuf};

use cogward::render::Format;

use crate::book::page::Part;
use crate::book::shell::Shell;

/// The top of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether files are to be written rather than compared.
fn regenerate() -> bool {
    std::env::var_os("COGWARD_REGENERATE").is_some()
}

/// The pages of the book, but for the generated ones.
fn pages() -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    found.sort();
    found.push(root().join("README.md"));
    found
}

/// The page with the outputs of its commands as they are.
fn shown(text: &str) -> String {
    let shell = Shell::new();
    let mut told = String::new();
    for part in page::parts(text) {
        match part {
            Part::Text(text) => told.push_str(text),
            Part::DemoPolicies(text) => {
                shell.demo_policies();
                told.push_str(text);
            }
            Part::File { name, text } => {
                shell.file(name, text);
                told.push_str(text);
            }
            Part::Command {
                typed,
                command,
                output,
                answer,
            } => {
                told.push_str(typed);
                let printed = match answer {
                    Some(answer) => shell.asked(&command, answer),
                    None => shell.run(&command),
                };
                told.push_str(&shell::like(&printed, output));
            }
        }
    }
    told
}

/// A page with its text and the text it should have.
struct Compared {
    path: PathBuf,
    text: String,
    told: String,
    commands: usize,
}

fn compared(path: PathBuf) -> Compared {
    let text = fs::read_to_string(&path).unwrap();
    let commands = page::parts(&text)
        .filter(|part| matches!(part, Part::Command { .. }))
        .count();
    let told = if commands == 0 { text.clone() } else { shown(&text) };
    Compared {
        path,
        text,
        told,
        commands,
    }
}

#[test]
fn pages_show_what_the_program_prints() {
    // Side by side: a live look waits for AWS's quotas most of the time.
    let pages: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = pages()
            .into_iter()
            .map(|path| scope.spawn(move || compared(path)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let commands: usize = pages.iter().map(|page| page.commands).sum();
    assert!(commands >= 20, "only {commands} commands in the pages");
    let mut wrong = Vec::new();
    for page in pages.iter().filter(|page| page.told != page.text) {
        if regenerate() {
            fs::write(&page.path, &page.told).unwrap();
        } else {
            let difference = similar::TextDiff::from_lines(&page.text, &page.told);
            wrong.push(format!("{}:\n{}", page.path.display(), difference.unified_diff()));
        }
    }
    assert!(
        wrong.is_empty(),
        "look at what changed, and run: COGWARD_REGENERATE=1 cargo test book\n{}",
        wrong.join("\n")
    );
}

/// Every format has its row.
#[test]
fn every_format_is_on_its_page() {
    let page = fs::read_to_string(root().join("docs/formats.md")).unwrap();
    for format in Format::ALL {
        let row = format!("\n| `{}` | ", format.as_str());
        assert!(
            page.contains(&row),
            "docs/formats.md has no row of {}",
            format.as_str()
        );
    }
}

/// A page that the summary does not name is not in the book.
#[test]
fn every_page_is_in_the_summary() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let named: Vec<_> = summary
        .lines()
        .filter_map(|line| line.split_once("](")?.1.strip_suffix(')'))
        .collect();
    let mut missing = Vec::new();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = relative(&path);
            if path.is_dir() {
                folders.push(path.clone());
            } else if path.extension().is_some_and(|end| end == "md")
                && name != "SUMMARY.md"
                && !named.contains(&name.as_str())
            {
                missing.push(name);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "add them to docs/SUMMARY.md");
    for name in named {
        assert!(
            root().join("docs").join(name).is_file(),
            "docs/SUMMARY.md: {name}"
        );
    }
}

/// A path below `docs/`, with slashes.
fn relative(path: &Path) -> String {
    let below = path.strip_prefix(root().join("docs")).unwrap();
    below.to_str().unwrap().to_owned()
}
