//! `cogward lint --fix`.

use similar::{ChangeTag, TextDiff};

use crate::app::fix::{FileFix, fixes};
use crate::cli::error::CliError;
use crate::cli::linter::Linter;
use crate::cli::output;
use crate::fs::Tree;
use crate::policy::secret;
use crate::render;
use crate::text;

/// Makes the safe changes and reports what is left, or shows the changes alone (`--diff`).
pub fn run(linter: &Linter<'_>, shows_only: bool) -> Result<u8, CliError> {
    let context = linter.context;
    let tree = &context.tree;
    let report = linter.report();
    let changes = fixes(&report, &|name, text| linter.report_of(name, text));
    let (mut drawn, mut done) = (String::new(), Vec::new());
    for change in &changes {
        for refused in &change.settled.refused {
            output::say(&format!("{}:{refused}", change.name));
        }
        if change.settled.done.is_empty() {
            continue;
        }
        if shows_only {
            drawn.push_str(&draw(change, context.colour));
            continue;
        }
        done.push(change);
    }
    save(tree, &done)?;
    for change in done {
        let count = text::count(change.settled.done.len(), "fix", "fixes");
        output::say(&format!("{}: {count}", change.name));
    }
    let idle = |change: &FileFix| change.settled.done.is_empty() && change.settled.refused.is_empty();
    if changes.iter().all(idle) && context.outputs.stdout.is_some() {
        output::say("nothing to fix");
        if shows_only {
            output::say(&render::summary_line(&report.summary));
        }
    }
    if shows_only {
        // A line of a text may look like a workflow command, whatever stands before it.
        output::write(render::for_log(&drawn).as_bytes())?;
        let waiting = changes.iter().any(|change| !change.settled.done.is_empty());
        return Ok(if report.exit_code == 2 {
            2
        } else {
            u8::from(waiting || report.exit_code == 1)
        });
    }
    context.finish(&linter.report())
}

/// Writes the new texts of files, all or none, unless somebody saved one of them in the meantime.
pub(super) fn save(tree: &Tree, changes: &[&FileFix]) -> Result<(), CliError> {
    let saved_by_others = |change: &&&FileFix| tree.read(&change.name).ok().as_ref() != Some(&change.before);
    if let Some(change) = changes.iter().find(saved_by_others) {
        let message = format!("`{}` changed after it was read; nothing was written", change.name);
        return Err(message.into());
    }
    let texts = changes
        .iter()
        .map(|change| (change.name.as_str(), change.settled.text.as_bytes()));
    tree.write_all(&texts.collect::<Vec<_>>())
        .map_err(CliError::Usage)
}

/// A unified diff with credentials masked and control characters made visible.
pub(super) fn draw(change: &FileFix, colour: bool) -> String {
    let shown = |text: &str| {
        let (source, _) = secret::source("", text);
        source.shown().to_owned()
    };
    let (before, after) = (shown(&change.before), shown(&change.settled.text));
    let name = render::visible(&change.name);
    let mut drawn = format!("--- {name}\n+++ {name}\n");
    let diff = TextDiff::from_lines(&before, &after);
    for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
        drawn.push_str(&paint(&hunk.header().to_string(), "36", colour));
        drawn.push('\n');
        for line in hunk.iter_changes() {
            let (mark, code) = match line.tag() {
                ChangeTag::Delete => ('-', "31"),
                ChangeTag::Insert => ('+', "32"),
                ChangeTag::Equal => (' ', ""),
            };
            let text = line.value().trim_end_matches(['\r', '\n']);
            let text = text
                .split('\t')
                .map(render::visible)
                .collect::<Vec<_>>()
                .join("\t");
            drawn.push_str(&paint(&format!("{mark}{text}"), code, colour && !code.is_empty()));
            drawn.push('\n');
        }
    }
    drawn
}

fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Fixed;

    /// A file that changed meanwhile is left alone.
    #[test]
    fn concurrently_changed_file_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_path_buf());
        tree.write("p.yaml", b"version: 1\n").unwrap();
        let change = FileFix {
            name: "p.yaml".to_owned(),
            before: "version: 1\n".to_owned(),
            settled: Fixed {
                text: "version: 1 # new\n".to_owned(),
                ..Fixed::default()
            },
        };
        tree.write("p.yaml", b"version: 1 # theirs\n").unwrap();
        let refused = save(&tree, &[&change]).unwrap_err().to_string();
        assert!(refused.contains("nothing was written"), "{refused}");
        assert_eq!(tree.read("p.yaml").unwrap(), "version: 1 # theirs\n");
        tree.write("p.yaml", b"version: 1\n").unwrap();
        save(&tree, &[&change]).unwrap();
        assert_eq!(tree.read("p.yaml").unwrap(), "version: 1 # new\n");
    }
}
