//! Hostile text in every field: no format may pass it on raw.

use cogward::render::{Format, RenderOptions};
use cogward::report::Report;
use cogward::source::{Source, Sources};
use proptest::prelude::*;

use crate::render::sample::{SECRET, rendered, report};

/// Whether the runner of GitHub Actions would obey a line that `github` did not mean.
fn is_command(format: Format, line: &str) -> bool {
    let ours = ["::error ", "::warning ", "::notice "];
    let meant = format == Format::Github && ours.iter().any(|start| line.starts_with(start));
    line.contains("##[") || (line.trim_start().starts_with("::") && !meant)
}

/// Search and sort of many pools.
const SCRIPT: &str = include_str!("../../src/render/html/estate.js");

fn check(format: Format, output: &str) {
    assert!(!output.contains('\u{1b}'), "{format:?} holds an escape character");
    let hidden = ['\u{202e}', '\u{2066}', '\u{9b}', '\u{7}', '\u{0}', '\u{fffe}'];
    assert!(!output.contains(hidden), "{format:?} holds a hidden character");
    if matches!(
        format,
        Format::Junit | Format::Markdown | Format::Comment | Format::Html | Format::Svg
    ) {
        let markup = if matches!(format, Format::Markdown | Format::Comment) {
            unfenced(output)
        } else {
            // The program's own, word by word.
            output.replacen(&format!("<script>{}</script>", SCRIPT.trim()), "", 1)
        };
        assert!(
            !markup.to_lowercase().contains("<script"),
            "{format:?} holds a script"
        );
    }
    for line in output.lines() {
        assert!(!is_command(format, line), "{format:?} holds a command: {line:?}");
    }
}

/// Markdown without the inside of its code blocks, where markup is only text.
fn unfenced(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut kept = String::new();
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(open) if line == open => fence = None,
            None => kept.extend([line, "\n"]),
            Some(_) => assert!(!line.starts_with("::"), "{line}"),
        }
    }
    assert_eq!(fence, None, "a block stays open");
    kept
}

/// The sample is harmless and its secret hidden.
#[test]
fn sample_is_escaped_and_secret_hidden() {
    for format in Format::ALL {
        let output = rendered(format, &report(), &RenderOptions::default());
        check(format, &output);
        assert!(!output.contains(SECRET), "{format:?}");
    }
}

/// The sample with `text` wherever text comes from outside.
fn poisoned(text: &str) -> Report {
    let mut report = report();
    let mut sources = Sources::default();
    for (_, source) in report.sources.iter() {
        sources.add(Source::new(
            format!("{text}{}", source.name()),
            format!("{text}{}{text}", source.text()),
            &[],
        ));
    }
    for finding in &mut report.findings {
        text.clone_into(&mut finding.message);
        text.clone_into(&mut finding.label);
        text.clone_into(&mut finding.help);
        finding.policy = Some(text.to_owned());
        for related in &mut finding.related {
            text.clone_into(&mut related.label);
        }
    }
    for pool in &mut report.pools {
        text.clone_into(&mut pool.title);
        text.clone_into(&mut pool.source);
    }
    for overview in &mut report.overviews {
        text.clone_into(&mut overview.title);
        overview.account = Some(text.to_owned());
        overview.region = Some(text.to_owned());
    }
    for rule in &mut report.rules {
        text.clone_into(&mut rule.summary);
        text.clone_into(&mut rule.rationale);
    }
    text.clone_into(&mut report.summary.not_checked[0].what);
    Report { sources, ..report }
}

/// The same as a scan of so many pools that they are grouped.
fn many(report: &Report) -> Report {
    let mut report = report.clone();
    report.command = "scan";
    report.overviews = report.overviews.iter().cycle().take(8).cloned().collect();
    report
}

/// Pieces that mean something to some format, and anything else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\u{1b}[31m",
        "\u{9b}",
        "\u{202e}",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "::error::",
        "::stop-commands::x",
        "##[",
        "#",
        "[",
        "<script>",
        "</pre>",
        "<!--",
        "-->",
        "]]>",
        "&lt;",
        "|",
        "`",
        "\\",
        "@team",
        "%0A",
        "\"",
        "'",
        "{{",
        "{%",
        "\u{0}",
        "\u{feff}",
        "\u{fffe}",
        "ü",
        "😀",
        " ",
        "a",
        ": ",
    ]);
    prop::collection::vec(
        prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)],
        0..14,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_format_passes_hostile_text_on(text in hostile(), width in 0_usize..120, ascii in any::<bool>()) {
        let report = poisoned(&text);
        let options = RenderOptions { width, ascii, path_prefix: text.clone(), ..RenderOptions::default() };
        for format in Format::ALL {
            check(format, &rendered(format, &report, &options));
            check(format, &rendered(format, &many(&report), &options));
        }
    }

    #[test]
    fn any_span_can_be_drawn(start in 0_usize..900, len in 0_usize..900, related in 0_usize..900, text in hostile()) {
        let mut report = poisoned(&text);
        for finding in &mut report.findings {
            finding.primary.span = cogward::span::Span::new(start, start + len);
            for other in &mut finding.related {
                other.location.span = cogward::span::Span::new(related, related + len / 2);
            }
        }
        for format in Format::ALL {
            check(format, &rendered(format, &report, &RenderOptions::default()));
        }
    }
}
