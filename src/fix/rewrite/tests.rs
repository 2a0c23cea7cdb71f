use proptest::prelude::*;
use serde_json::json;

use super::*;

fn edited(text: &str, at: &str, value: Option<Json>) -> Result<String, String> {
    let mut wanted = read(text).documents[0].root.to_json();
    let (parent, key) = at.rsplit_once('/').unwrap();
    let parent = wanted.pointer_mut(parent).unwrap();
    match (value, parent) {
        (Some(value), Json::Object(map)) => drop(map.insert(key.to_owned(), value)),
        (None, Json::Object(map)) => drop(map.shift_remove(key)),
        (Some(value), Json::Array(list)) => match key.parse::<usize>() {
            Ok(at) => list[at] = value,
            Err(_) => list.push(value),
        },
        (None, Json::Array(list)) => drop(list.remove(key.parse().unwrap())),
        _ => unreachable!(),
    }
    rewrite(text, 0, &wanted)
}

/// Each way to write a value, changed, taken away, added to: nothing else of the text is another.
fn ok(text: &str, at: &str, value: Option<Json>, new: &str) {
    assert_eq!(edited(text, at, value).as_deref(), Ok(new), "{text} {at}");
}

#[test]
fn only_the_value_is_another() {
    ok(
        "a:   x # why\nb: 1\n",
        "/a",
        Some(json!("y")),
        "a:   y # why\nb: 1\n",
    );
    ok("a: 'x'\n", "/a", Some(json!("it's")), "a: 'it''s'\n");
    ok(
        "a: \"x\"\r\nb: 1\r\n",
        "/a",
        Some(json!("y")),
        "a: \"y\"\r\nb: 1\r\n",
    );
    ok("a: x\n", "/a", Some(json!("true")), "a: \"true\"\n");
    ok("a: false\nb: 2\n", "/a", Some(json!(true)), "a: true\nb: 2\n");
    ok("a:\nb: 2\n", "/a", Some(json!(3)), "a: 3\nb: 2\n");
    ok(
        "a: { p: x, q: y } # both\n",
        "/a/q",
        Some(json!("z")),
        "a: { p: x, q: z } # both\n",
    );
    ok(
        "a: { p: x }\n",
        "/a/q",
        Some(json!(true)),
        "a: { p: x, q: true }\n",
    );
    ok("a: { p: x, q: y }\n", "/a/p", None, "a: { q: y }\n");
    ok("a: {p: x,  q: y ,r: z,}\n", "/a/q", None, "a: {p: x,  r: z,}\n");
    ok("a: {p: x, q: 'y' }\n", "/a/q", None, "a: {p: x }\n");
    ok("a: [x, yes, 'z']\n", "/a/1", None, "a: [x, 'z']\n");
    ok("a: [x, yes, 'z']\n", "/a/2", None, "a: [x, yes]\n");
    ok(
        "a: [\n  x, # one\n  y,\n]\n",
        "/a/-",
        Some(json!("z")),
        "a: [\n  x, # one\n  y, z,\n]\n",
    );
    ok(
        "a:\n  p: x # one\n\n  # two\n  q: y\nb: 1\n",
        "/a/r",
        Some(json!("z")),
        "a:\n  p: x # one\n\n  # two\n  q: y\n  r: z\nb: 1\n",
    );
    ok("a:\n  p: x\n  q: y\nb: 1\n", "/a/p", None, "a:\n  q: y\nb: 1\n");
    ok(
        "a: |\n  long\n  text\nb: 1\n",
        "/a",
        Some(json!("x\ny")),
        "a: \"x\\ny\"\nb: 1\n",
    );
    ok(
        "a:\n  p: x\nb: 1\n",
        "/a",
        Some(json!("inherit")),
        "a: inherit\nb: 1\n",
    );
    ok(
        "a: none\nb: 1\n",
        "/a",
        Some(json!({"p": "x"})),
        "a: { p: x }\nb: 1\n",
    );
}

#[test]
fn only_the_entry_is_another() {
    ok(
        "a:\n  - x # one\n  - y\nb: 1\n",
        "/a/-",
        Some(json!("z")),
        "a:\n  - x # one\n  - y\n  - z\nb: 1\n",
    );
    ok("a:\n- x\n- y", "/a/-", Some(json!("z")), "a:\n- x\n- y\n- z");
    ok(
        "a:\n  - x\n  - y # two\nb: 1\n",
        "/a/0",
        None,
        "a:\n  - y # two\nb: 1\n",
    );
    ok("a: [x, y]\n", "/a/-", Some(json!("z")), "a: [x, y, z]\n");
    ok(
        "a:\n  - n: 1\n    m: x # why\n  - n: 2\n",
        "/a/0/m",
        Some(json!("y")),
        "a:\n  - n: 1\n    m: y # why\n  - n: 2\n",
    );
    ok(
        "a:\n  - n: 1\n",
        "/a/0/m",
        Some(json!("w")),
        "a:\n  - n: 1\n    m: w\n",
    );
}

/// Texts over several lines, tags, marks of the file, other documents and odd keys: the value is another, and nothing else.
#[test]
fn every_form_of_a_value_is_replaced_in_its_bytes() {
    let others = "# head\nz: 0 # zero\n";
    for form in [
        "a: plain\n  continued\n",
        "a: \"one\n  two\"\n",
        "a: 'one\n\n  two'\n",
        "a: >-\n  folded\n  text\n",
        "a: |+\n  kept\n\n",
        "a: |2-\n    indented\n",
        "a: > # why\n  folded\n",
        "a:\n  x\n",
        "a:\n  [x,\n   y]\n",
        "a: {p: x,\n  q: y}\n",
        "\"a\": x\n",
        "a : x\n",
        "a: !!str x\n",
        "a: &anchor x\n",
        "a: ~\n",
    ] {
        for (before, after) in [
            (others, "b: 1\n"),
            ("", "b: [1, 2] # two\n"),
            ("\u{feff}# head\n", ""),
        ] {
            let text = format!("{before}{form}{after}");
            let Ok(new) = edited(&text, "/a", Some(json!("new"))) else {
                assert!(text.contains("# why"), "refused: {text}");
                continue;
            };
            let meant = read(&new).documents[0].root.to_json();
            assert_eq!(meant["a"], "new", "{text}");
            assert!(new.starts_with(before) && new.ends_with(after), "{text}\n{new}");
            let crlf = edited(&text.replace('\n', "\r\n"), "/a", Some(json!("new")));
            assert_eq!(crlf, Ok(new.replace('\n', "\r\n")), "{text}");
        }
    }
    let two = "a: 1\n---\n# second\na: 2 # here\n...\n";
    assert_eq!(
        rewrite(two, 1, &json!({"a": 3})).unwrap(),
        two.replace("a: 2", "a: 3")
    );
}

#[test]
fn what_cannot_be_done_is_refused() {
    let why = |text: &str, at: &str, value: Option<Json>| edited(text, at, value).unwrap_err();
    assert!(why("a: &x 1\nb: *x\n", "/b", Some(json!(2))).contains("alias"));
    assert!(why("a:\n  p: x # mine\n  q: y\n", "/a/p", None).contains("comment"));
    assert!(why("a:\n  - n: 1\n    m: 2\n", "/a/0/n", None).contains("by hand"));
    assert!(why("a:\n  # mine\n  p: x\n", "/a", Some(json!("x"))).contains("comment"));
    assert!(
        edited("a: [x, # mine\n  y]\n", "/a/0", None)
            .unwrap_err()
            .contains("comment")
    );
    assert!(edited("? a\n: x\n", "/a", Some(json!("y"))).is_ok_and(|new| new == "? a\n: y\n"));
    // What an alias elsewhere means would change, too.
    assert!(edited("a: &x 1\nb: *x\n", "/a", Some(json!(2))).is_err());
}

proptest! {
    /// Whatever is asked for, it is what the text then means, or nothing is done.
    #[test]
    fn the_text_means_what_was_asked_for(
        a in prop_oneof![Just("x"), Just("'x'"), Just("[x, y]"), Just("{ p: x }"), Just("\n  p: x # c\n  q: y"), Just("\n  - x\n  - y # c"), Just("|\n  x")],
        b in prop_oneof![Just(json!("y")), Just(json!(["x"])), Just(json!({"p": "y", "r": [1]})), Just(json!(null)), Just(json!("on: {")), Just(json!({"q": "y"}))],
    ) {
        let text = format!("# head\na: {a}\nb: 1 # tail\n");
        let wanted = json!({"a": b, "b": 1});
        if let Ok(new) = rewrite(&text, 0, &wanted) {
            prop_assert_eq!(read(&new).documents[0].root.to_json(), wanted);
            prop_assert!(new.starts_with("# head\na:") && new.ends_with("\nb: 1 # tail\n"), "{}", new);
        }
    }
}
