//! Tables in narrow terminals: whatever the width, the same words are there, and none of them in pieces.

use cogward::render::{Format, RenderOptions, protection};
use cogward::report::Report;

use crate::render::sample::{rendered, report};

fn options(width: usize, ascii: bool) -> RenderOptions {
    RenderOptions {
        width,
        ascii,
        ..RenderOptions::default()
    }
}

/// The words of an output in order of the alphabet, without lines that are drawn. The heads of columns depend on the layout.
fn words(text: &str) -> Vec<String> {
    let heads = [
        "severity",
        "rule",
        "place",
        "message",
        "finding",
        "flow",
        "event",
        "low",
        "medium",
        "high",
        "risk",
        "compromised",
        "credentials",
    ];
    // What would begin a line as a workflow command is escaped there.
    let bare = |word: &str| word.trim_start_matches('\\').trim_end_matches(':').to_owned();
    let drawn = |word: &String| word.is_empty() || word.chars().all(|c| "─═-=+|┆│".contains(c));
    let mut words: Vec<_> = text.split_whitespace().map(bare).collect();
    words.retain(|word| !drawn(word) && !heads.contains(&word.as_str()));
    words.sort();
    words
}

fn drawn(report: &Report, options: &RenderOptions) -> Vec<String> {
    let mut table = Vec::new();
    protection(report, options, &mut table).unwrap();
    vec![
        rendered(Format::Table, report, options),
        String::from_utf8(table).unwrap(),
    ]
}

/// Tables have the same whole words at every width.
#[test]
fn tables_keep_whole_words_at_every_width() {
    let report = report();
    for ascii in [false, true] {
        let wide = drawn(&report, &options(1_000, ascii));
        for width in [60, 80, 100, 120] {
            let narrow = drawn(&report, &options(width, ascii));
            for (wide, narrow) in wide.iter().zip(&narrow) {
                let (mut lost, mut pieces) = (words(wide), words(narrow));
                let same: Vec<_> = lost.clone();
                lost.retain(|word| !pieces.contains(word));
                pieces.retain(|word| !same.contains(word));
                // A table breaks words that are longer than the terminal.
                let long: Vec<_> = lost
                    .iter()
                    .filter(|word| word.chars().count() + 14 > width)
                    .cloned()
                    .collect();
                lost.retain(|word| !long.contains(word));
                pieces.retain(|piece| !long.iter().any(|word| word.contains(piece.as_str())));
                assert_eq!((lost, pieces), (vec![], vec![]), "{width}\n{narrow}");
            }
        }
    }
}

/// Lines are no longer than the terminal unless a word is.
#[test]
fn lines_fit_terminal_except_long_words() {
    let report = report();
    for width in [60, 80, 100, 120] {
        for text in drawn(&report, &options(width, false)) {
            // The closing line is left to the terminal.
            let table = text
                .lines()
                .take_while(|line| !line.contains(" rules for policies"));
            for line in table.filter(|line| {
                line.chars().count() > width && !line.contains("\\[") && !line.contains("\\::")
            }) {
                let longest = line.split_whitespace().map(|word| word.chars().count()).max();
                assert!(longest > Some(width / 2), "{width}: {line}");
            }
        }
    }
}

#[test]
fn ids_and_places_can_be_copied() {
    let report = report();
    for width in [60, 80, 120] {
        let text = rendered(Format::Table, &report, &options(width, false));
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.suppressed.is_none())
        {
            assert!(
                text.contains(finding.rule.as_str()),
                "{width}: {}\n{text}",
                finding.rule
            );
        }
    }
}
