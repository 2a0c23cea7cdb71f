//! One snapshot of the sample per format. Formats that other programs read are kept as files of
//! their own, so that those programs can be tried on them (`xmllint --schema tests/data/junit-10.xsd`).

use cogward::render::{Format, RenderOptions};

use crate::render::sample::{clean, rendered, report};

fn shown(format: Format) -> String {
    rendered(format, &report(), &RenderOptions::default())
}

fn narrow() -> RenderOptions {
    RenderOptions {
        ascii: true,
        width: 60,
        docs_base_url: None,
        ..RenderOptions::default()
    }
}

#[test]
fn human() {
    insta::assert_snapshot!(shown(Format::Human));
    insta::assert_snapshot!(
        "human_narrow_ascii",
        rendered(Format::Human, &report(), &narrow())
    );
    insta::assert_snapshot!(
        "human_clean",
        rendered(Format::Human, &clean(), &RenderOptions::default())
    );
}

#[test]
fn human_in_colour() {
    let options = RenderOptions {
        colour: true,
        ..RenderOptions::default()
    };
    // Escape characters are written out, so that the snapshot can be read anywhere.
    insta::assert_snapshot!(rendered(Format::Human, &report(), &options).replace('\u{1b}', "␛"));
}

#[test]
fn table() {
    insta::assert_snapshot!(shown(Format::Table));
    insta::assert_snapshot!(
        "table_narrow_ascii",
        rendered(Format::Table, &report(), &narrow())
    );
}

#[test]
fn concise() {
    insta::assert_snapshot!(shown(Format::Concise));
}

#[test]
fn summary() {
    insta::assert_snapshot!(shown(Format::Summary));
    insta::assert_snapshot!(
        "summary_narrow_ascii",
        rendered(Format::Summary, &report(), &narrow())
    );
}

#[test]
fn csv() {
    insta::assert_binary_snapshot!(".csv", shown(Format::Csv).into_bytes());
}

#[test]
fn json() {
    insta::assert_binary_snapshot!(".json", shown(Format::Json).into_bytes());
}

#[test]
fn sarif() {
    insta::assert_binary_snapshot!(".sarif", shown(Format::Sarif).into_bytes());
}

#[test]
fn ocsf() {
    insta::assert_binary_snapshot!(".json", shown(Format::Ocsf).into_bytes());
}

#[test]
fn junit() {
    insta::assert_binary_snapshot!(".xml", shown(Format::Junit).into_bytes());
}

#[test]
fn markdown() {
    insta::assert_binary_snapshot!(".md", shown(Format::Markdown).into_bytes());
}

#[test]
fn github() {
    insta::assert_snapshot!(shown(Format::Github));
}

#[test]
fn html() {
    insta::assert_binary_snapshot!(".html", shown(Format::Html).into_bytes());
}
