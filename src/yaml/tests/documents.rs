//! Streams: documents, comments, line breaks, byte order mark.

use serde_json::json;

use super::support::{clean, faults, json, read, slice};

#[test]
fn a_text_without_values_has_no_document() {
    for text in ["", "\n\n", "# only a comment\n", "\u{feff}", "  \t \n", "...\n"] {
        let parsed = read(text);
        assert_eq!((parsed.documents, parsed.issues), (vec![], vec![]), "{text:?}");
    }
    assert_eq!(read("# only a comment").comments.len(), 1);
}

#[test]
fn a_bare_marker_is_a_document_that_is_null() {
    for text in ["---", "---\n", "--- # c\n", "---\n...\n", "--- ~\n"] {
        assert_eq!(clean(text), json!(null), "{text:?}");
    }
    assert_eq!(json(&read("---\n---\n")), [json!(null), json!(null)]);
}

/// Document spans reach from marker to marker.
#[test]
fn document_spans_between_markers() {
    let text = "# head\na: 1\n# tail\n---\nb: 2\n\n... # end\n---\n- |\n  x\n\n# last\n";
    let parsed = read(text);
    assert_eq!(parsed.issues, []);
    let spans: Vec<_> = parsed.documents.iter().map(|d| slice(text, d.span)).collect();
    assert_eq!(spans, ["a: 1", "---\nb: 2\n\n...", "---\n- |\n  x"]);
    assert_eq!(
        parsed.documents.iter().map(|d| d.index).collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

#[test]
fn comments_have_exact_bytes() {
    let text = "\u{feff}# ü: head\r\na: 'x # no' # cogward: ignore[x] why\r\n#\n\nb: |\n  # no comment\nc: a#b\n  #last  ";
    let parsed = read(text);
    let comments: Vec<_> = parsed
        .comments
        .iter()
        .map(|c| (c.text.as_str(), c.own_line))
        .collect();
    assert_eq!(
        comments,
        [
            (" ü: head", true),
            (" cogward: ignore[x] why", false),
            ("", true),
            ("last  ", true)
        ]
    );
    assert_eq!(
        parsed.documents[0].root.to_json(),
        json!({"a": "x # no", "b": "# no comment\n", "c": "a#b"})
    );
}

#[test]
fn comments_stand_between_keys_and_values() {
    let value = clean("a: # one\n  # two\n  b: # three\n    - # four\n      c # five\n    # six\n");
    assert_eq!(value, json!({"a": {"b": ["c"]}}));
    let many = format!("a:\n{}  1\n", "  # off: x\n".repeat(2_000));
    assert_eq!(clean(&many), json!({"a": 1}));
}

/// Line breaks and byte order mark change no value.
#[test]
fn crlf_and_bom_change_no_value() {
    let text = "---\na:\n  - ü\n  - |\n    one\n    two\n  - \"x\n    y\"\n...\n---\nb: é # c\n";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(json(&read(&windows)), json(&read(text)));
    assert_eq!(json(&read(text))[0], json!({"a": ["ü", "one\ntwo\n", "x y"]}));
    assert!(slice(&windows, read(&windows).documents[1].root.span).ends_with("é"));
}

#[test]
fn documents_behind_a_broken_one_are_read() {
    let text = "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: \"x\n---\ne: 5\ne: 6\n";
    let parsed = read(text);
    assert_eq!(json(&parsed), [json!({"a": 1}), json!({"c": 3}), json!({"e": 5})]);
    assert_eq!(
        parsed.documents.iter().map(|d| d.index).collect::<Vec<_>>(),
        [0, 2, 4]
    );
    assert_eq!(
        faults(text, &parsed),
        [
            ("yaml-syntax", "["),
            ("yaml-syntax", "\"x"),
            ("duplicate-key", "e")
        ]
    );
}

/// A document that goes on where it should end is broken.
#[test]
fn content_after_document_end_is_broken() {
    for text in [
        " a: 1\nb: 2\n",
        "{a: 1}\nb: 2\n",
        "- a\nb: 2\n",
        "'x'\n# c\ny: 1\n",
    ] {
        let parsed = read(text);
        assert_eq!(json(&parsed), Vec::<serde_json::Value>::new(), "{text:?}");
        assert!(
            parsed.issues.iter().any(|issue| issue.kind.is_fault()),
            "{text:?}"
        );
    }
    assert_eq!(
        json(&read("x: 1\n...\n[\n")),
        [json!({"x": 1})],
        "`...` ends a document for good"
    );
}

#[test]
fn directives_are_read_over() {
    assert_eq!(clean("%YAML 1.2\n---\nno_1_1: OFF\n"), json!({"no_1_1": "OFF"}));
}

/// Found by fuzzing: a place that is looked for backwards must not be found in an earlier document.
#[test]
fn spans_stay_outside_broken_document() {
    for text in [
        "| |\n---\n|\n---\n|",
        "| |\n...\n|\n---\n|",
        "[ |\n---\n- a: |\n--- >\n",
    ] {
        let parsed = read(text);
        let starts: Vec<_> = parsed.documents.iter().map(|d| d.root.span.start).collect();
        let marker = text.find(['-', '.']).unwrap();
        assert!(starts.len() == 2 && starts[0] > marker, "{text:?}: {starts:?}");
    }
}

/// A blank block scalar is placed at its header.
#[test]
fn blank_block_scalar_span_at_header() {
    for text in [
        "|2\n#",
        "|2",
        "# c\n\n|2\n\n",
        "a\n...\n|2\n#\n",
        "\u{feff}|2\n",
        "a\n...\n\u{feff}|2\n#\n",
        "[\n...\n# |\n&x |2\n\n",
    ] {
        let parsed = read(text);
        let span = parsed.documents.last().unwrap().root.span;
        assert_eq!(
            (slice(text, span), span.start),
            ("|2", text.rfind("|2").unwrap()),
            "{text:?}"
        );
    }
}
