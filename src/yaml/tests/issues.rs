//! Keys, aliases and limits: what is a fault, where, and that reading goes on.

use serde_json::json;

use super::support::{clean, faults, json, only_issue, read, read_within, slice};
use crate::fault::InputError;
use crate::yaml::Budget;

/// Each duplicate names the first and the first value stays.
#[test]
fn duplicate_keeps_and_names_the_first() {
    let text = "a: 1\nb: {x: 1, 'x': 2}\n\"a\": 2\na: 3\n";
    let parsed = read(text);
    assert_eq!(
        faults(text, &parsed),
        [
            ("duplicate-key", "'x'"),
            ("duplicate-key", "\"a\""),
            ("duplicate-key", "a")
        ]
    );
    let firsts: Vec<_> = parsed
        .issues
        .iter()
        .map(|issue| issue.related.as_ref().unwrap().0.start)
        .collect();
    assert_eq!(firsts, [9, 0, 0]);
    assert!(parsed.issues[0].message.contains("first value"));
    assert_eq!(json(&parsed), [json!({"a": 1, "b": {"x": 1}})]);
}

#[test]
fn duplicates_are_found_in_large_mappings() {
    let lines: Vec<_> = (0..100).map(|n| format!("k{n}: {n}\n")).collect();
    let mut text = lines.concat();
    text.push_str("k3: again\nk99: again\nnew: 1\nnew: 2\n");
    let parsed = read(&text);
    assert_eq!(
        parsed
            .issues
            .iter()
            .map(|issue| slice(&text, issue.related.as_ref().unwrap().0))
            .collect::<Vec<_>>(),
        ["k3", "k99", "new"]
    );
}

/// Keys that are no texts are taken as written.
#[test]
fn non_string_keys_kept_as_written() {
    let text = "012: a\ntrue: b\n~: c\n1.50: d\n: e\n";
    let parsed = read(text);
    assert_eq!(
        json(&parsed),
        [json!({"012": "a", "true": "b", "~": "c", "1.50": "d", "": "e"})]
    );
    assert!(
        parsed
            .issues
            .iter()
            .all(|issue| issue.kind == InputError::NonStringKey),
        "{:?}",
        parsed.issues
    );
    assert_eq!(faults(text, &parsed).len(), 5);
    assert_eq!(
        clean("'012': a\n\"~\": b\n!!str 1: c\n"),
        json!({"012": "a", "~": "b", "1": "c"})
    );
}

/// Collections as keys are left out with their values.
#[test]
fn collection_keys_dropped() {
    let text = "? [a, {b: c}]\n: {d: e}\nx: {{ y }}\nz: 1\n";
    let parsed = read(text);
    assert_eq!(json(&parsed), [json!({"x": {}, "z": 1})]);
    let found = faults(text, &parsed);
    assert_eq!(found[0], ("non-string-key", "[a, {b: c}]"));
    assert_eq!(found[1].1, "{ y }");
}

#[test]
fn merge_keys_are_left_out() {
    let text = "base: &b {x: 1}\nuse:\n  <<: *b\n  z: 2\n'<<': text\n";
    let parsed = read(text);
    assert_eq!(faults(text, &parsed), [("merge-key", "<<")]);
    assert!(parsed.issues[0].help.contains("extends"));
    assert_eq!(
        json(&parsed),
        [json!({"base": {"x": 1}, "use": {"z": 2}, "<<": "text"})]
    );
}

#[test]
fn aliases_stand_for_their_anchors() {
    let text = "a: &a 1\nb: &b [*a, &a 2, *a]\nc: *b\nd: {k: *a}\n&k key: *k\ne: &e\nf: *e\n";
    assert_eq!(
        clean(text),
        json!({"a": 1, "b": [1, 2, 2], "c": [1, 2, 2], "d": {"k": 2}, "key": "key", "e": null, "f": null})
    );
    let keys = "a: &k key\nm: &n 1\n*k : 2\n*n : 3\n";
    let parsed = read(keys);
    assert_eq!(json(&parsed), [json!({"a": "key", "m": 1, "key": 2, "1": 3})]);
    assert_eq!(faults(keys, &parsed), [("non-string-key", "*n")]);
}

#[test]
fn aliases_to_nothing_are_located_and_null() {
    let text = "a: *nope\nb: &b [*b]\n---\nc: *b\n";
    let parsed = read(text);
    assert_eq!(
        faults(text, &parsed),
        [
            ("yaml-syntax", "*nope"),
            ("yaml-syntax", "*b"),
            ("yaml-syntax", "*b")
        ]
    );
    assert!(
        parsed.issues[1].message.contains("inside"),
        "{:?}",
        parsed.issues[1]
    );
    assert_eq!(
        json(&parsed),
        [json!({"a": null, "b": [null]}), json!({"c": null})]
    );
}

#[test]
fn a_star_as_a_key_says_so_once() {
    for text in [
        "*: inherit\n",
        "clients:\n  web: {}\n  *: inherit\n",
        "clients: {*: inherit}\n",
    ] {
        let issue = only_issue(text);
        assert_eq!(
            (issue.kind, slice(text, issue.span)),
            (InputError::YamlSyntax, "*:"),
            "{text}"
        );
        assert!(issue.help.contains("\"*\":"), "{issue:?}");
    }
    assert_eq!(clean("\"*\": inherit\n"), json!({"*": "inherit"}));
}

/// Depth is counted over flow block and aliases.
#[test]
fn depth_limit_over_flow_block_alias() {
    let budget = Budget {
        depth: 4,
        ..Budget::default()
    };
    for text in [
        "[[[[1]]]]",
        "a:\n b:\n  c:\n   d: 1\n",
        "- - - - 1\n",
        "a: &a [[1]]\nb: [*a]\n",
        "- a: [{b: 1}]\n",
    ] {
        assert_eq!(read_within(text, &budget).issues, [], "{text}");
    }
    for (text, at) in [
        ("[[[[[1]]]]]", "["),
        ("a:\n b:\n  c:\n   d:\n    e: 1\n", ""),
        ("- - - - - 1\n", ""),
        ("a: &a [[1]]\nb: [[*a]]\n", "*a"),
        ("- a: [{b: [1]}]\n", "["),
    ] {
        let text = format!("{text}---\nnext: 1\n");
        let parsed = read_within(&text.replace("]---", "]\n---"), &budget);
        assert_eq!(parsed.issues.len(), 1, "{text}: {:?}", parsed.issues);
        assert_eq!(parsed.issues[0].kind, InputError::TooDeep);
        assert!(slice(&text, parsed.issues[0].span).starts_with(at), "{text}");
        assert_eq!(json(&parsed), [json!({"next": 1})], "{text}");
    }
}

#[test]
fn each_limit_holds_exactly() {
    let budget = Budget {
        bytes: 100,
        nodes: 5,
        documents: 4,
        depth: 9,
        aliases: 2,
        alias_bytes: 500,
        key_bytes: 3,
        issues: 3,
    };
    let found = |text: &str| {
        read_within(text, &budget)
            .issues
            .iter()
            .map(|issue| issue.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&format!("'{}'", "x".repeat(98))), []);
    assert_eq!(found(&format!("'{}'", "x".repeat(99))), [InputError::TooLarge]);
    assert_eq!(found("[1, 2, 3, 4]"), []);
    assert_eq!(found("[1, 2, 3, 4, 5]"), [InputError::TooLarge]);
    assert_eq!(found("{aaa: 1}"), []);
    assert_eq!(found("{aaaa: 1}"), [InputError::TooLarge]);
    assert_eq!(found("[&a 1, *a, *a]"), []);
    assert_eq!(found("[&a 1, *a, *a, *a]"), [InputError::TooManyAliases]);
    assert_eq!(
        found("[&a [1], *a, 3]"),
        [InputError::TooLarge],
        "what comes after an alias counts"
    );
    assert_eq!(found("---\n---\n---\n---\n"), []);
    assert_eq!(found("---\n---\n---\n---\n---\n"), [InputError::TooLarge]);
    assert_eq!(found("#\n#\n#\n#\n#\n"), []);
    assert_eq!(found("#\n#\n#\n#\n#\n#\n"), [InputError::TooLarge]);
    assert_eq!(found("[no, no, no]\n"), [InputError::AmbiguousScalar; 3]);
    assert_eq!(
        found("[no, no, no, no]\n"),
        [InputError::AmbiguousScalar; 4],
        "the fourth counts the rest"
    );
    let stopped = found("[\n---\n[\n---\n[\n---\n[\n");
    assert_eq!(stopped.len(), 4, "{stopped:?}");
    assert!(stopped.contains(&InputError::TooLarge));
}

/// Anchors and aliases share a budget of bytes.
#[test]
fn alias_byte_budget() {
    let budget = Budget {
        alias_bytes: 2 * (100 + Budget::NODE_BYTES),
        ..Budget::default()
    };
    let long = "x".repeat(100);
    assert_eq!(read_within(&format!("[&a {long}, *a]"), &budget).issues, []);
    let text = format!("[&a {long}, *a, *a]");
    let parsed = read_within(&text, &budget);
    assert_eq!(parsed.issues.len(), 1);
    assert_eq!(
        (parsed.issues[0].kind, parsed.issues[0].span.start),
        (InputError::TooManyAliases, text.len() - 3)
    );
}
