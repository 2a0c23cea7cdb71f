//! Hostile text in every field: no format may pass it on raw.

use cogward::render::{Format, RenderOptions};

use crate::sample::{SECRET, rendered, report};

const DONE: [Format; 2] = [Format::Human, Format::Sarif];

/// Whether the runner of GitHub Actions would obey a line that `github` did not mean.
fn is_command(format: Format, line: &str) -> bool {
    let ours = ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::"];
    let meant = format == Format::Github && ours.iter().any(|start| line.starts_with(start));
    line.contains("##[") || (line.trim_start().starts_with("::") && !meant)
}

fn check(format: Format, output: &str) {
    assert!(!output.contains('\u{1b}'), "{format:?} holds an escape character");
    assert!(
        !output.contains(['\u{202e}', '\u{9b}']),
        "{format:?} holds a hidden character"
    );
    if matches!(format, Format::Junit | Format::Markdown | Format::Html) {
        assert!(
            !output.to_lowercase().contains("<script"),
            "{format:?} holds a script"
        );
    }
    for line in output.lines() {
        assert!(!is_command(format, line), "{format:?} holds a command: {line:?}");
    }
}

#[test]
fn the_sample_is_harmless_and_its_secret_hidden() {
    for format in DONE {
        let output = rendered(format, &report(), &RenderOptions::default());
        check(format, &output);
        assert!(!output.contains(SECRET), "{format:?}");
    }
}
