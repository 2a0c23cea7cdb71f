//! The `serde_yaml` crate as a second opinion, on documents where it follows YAML 1.2 as well.

use super::support::read;

const TRICKY: &[&str] = &[
    "a: b\n",
    "- a\n- b\n",
    "a:\n- b\n- c\n",
    "a:\n  - b\n  -   c: d\n      e: f\n",
    "- - - a\n  - - b\n",
    "a: |\n  x\n   y\n\n  z\n\n\nb: 1\n",
    "a: >\n  x\n  y\n\n  z\n   w\n  v\n",
    "a: |-\n  x\n\nb: |+\n  y\n\n\n",
    "a: >-\n\n  x\n\n\n  y\n",
    "a: |2\n    x\n   y\n",
    "- |\n x\n- >\n y\n",
    "a: \"x\n  y\n\n  z\\\n  w\"\n",
    "a: 'it''s\n\n  x'\n",
    "a: x\n  y\n\n  z\n",
    "a: \"\\x41\\u00fc\\U0001F600\\t\\n\\\\\\/\"\n",
    "{a: [b, {c: d}], e: , f: g h}\n",
    "[a, 'b', \"c\", [], {}]\n",
    "{\"a\":1,\"b\":[true,null]}\n",
    "? a\n: b\n",
    "? a\n",
    "a: &x 1\nb: *x\n",
    "&r a: &v {k: [*r]}\nb: *v\n",
    "a: # c\n  b # d\n",
    "a: b#c\nd: e:f\ng: -h\n",
    "a: ~\nb: null\nc:\nd: ''\n",
    "a: true\nb: False\nc: yes\n",
    "a: 1\nb: -1\nc: 1.5\nd: 1e3\ne: 0x1F\nf: 0o17\n",
    "a: 2001-01-01\nb: 1.2.3\nc: +a\n",
    "--- a\n...\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: http://x:80/y?z=1#w\n",
    "a: [x:y, 'p':q, \"r\": s]\n",
    "a: !!str 1\nb: !!int '2'\n",
    "'a b' : c\n\"d\": e\n",
    "a:\n    b:\n        c: 1\n    d: 2\ne: 3\n",
    "a: \n\n\n  b: 1\n",
    "- a: 1\n  b: 2\n-\n  c: 3\n- \n  - 4\n",
    "-\n- \n-\n  x\n",
    "a: 'x' \nb: \"y\"  # z\n",
    "a: |\n  # no comment\n  x # neither\n",
    "a: |\n\n  x\n",
    "a: >2\n   x\n  y\n",
    "ü: é\n😀: \"ø\"\n",
    "a: {b: c, ? d : e}\n",
    "[a,\nb\n,c]\n",
    "{\na: 1\n,\nb: 2}\n",
    "- !!map {a: 1}\n- !!seq [b]\n",
];

#[test]
fn both_readers_agree_on_tricky_documents() {
    for text in TRICKY {
        let expected: serde_json::Value =
            serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        for text in [(*text).to_owned(), text.replace('\n', "\r\n")] {
            let parsed = read(&text);
            assert!(
                parsed.issues.iter().all(|issue| !issue.kind.is_fault()),
                "{text:?}: {:?}",
                parsed.issues
            );
            assert_eq!(parsed.documents.len(), 1, "{text:?}");
            assert_eq!(parsed.documents[0].root.to_json(), expected, "{text:?}");
        }
    }
}

/// What both must refuse.
#[test]
fn both_readers_refuse_the_same_faults() {
    for text in [
        "a: b: c\n",
        "a: [\n",
        "a: 'x\n",
        "a: 1\n  b: 2\n",
        "a: *x\n",
        "a: 1\na: 2\n",
        "a: @x\n",
        "\ta: 1\n",
        "- a\nb: 1\n",
        "a: \"\\q\"\n",
        "{a: 1\n",
        "a: x\u{1}\n",
        "a: &x [*x]\n",
        "? a: 1\n b: 2\n",
    ] {
        assert!(
            serde_yaml::from_str::<serde_yaml::Value>(text).is_err(),
            "{text:?}"
        );
        assert!(
            read(text).issues.iter().any(|issue| issue.kind.is_fault()),
            "{text:?}"
        );
    }
}
