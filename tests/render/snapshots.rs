//! One snapshot of the sample per format; files that other programs open are kept as such.

use cogward::render::{Format, RenderOptions};

use crate::sample::{clean, rendered, report};

fn shown(format: Format, options: &RenderOptions) -> String {
    rendered(format, &report(), options)
}

#[test]
fn human() {
    insta::assert_snapshot!(shown(Format::Human, &RenderOptions::default()));
}

#[test]
fn human_in_ascii_and_narrow() {
    let options = RenderOptions {
        ascii: true,
        width: 60,
        docs_base_url: None,
        ..RenderOptions::default()
    };
    insta::assert_snapshot!(shown(Format::Human, &options));
}

#[test]
fn human_without_findings() {
    insta::assert_snapshot!(rendered(Format::Human, &clean(), &RenderOptions::default()));
}

#[test]
fn sarif() {
    insta::assert_binary_snapshot!(
        "sample.sarif.json",
        shown(Format::Sarif, &RenderOptions::default()).into_bytes()
    );
}
