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
fn value_of_any_style_replaced() {
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

/// A comment, or a waiver, that would end up at another entry than before: entries that go, that come, that are put in
/// another order, and that become another one.
#[test]
#[expect(clippy::too_many_lines, reason = "one table, and what is asked of each row")]
fn comment_or_waiver_would_move_refused() {
    let comment = "would end up at a different entry; edit it by hand";
    let ignore = "a:\n  - x\n  # cogward: ignore[r] x is ours\n  - y\n  - z\n";
    for (text, at, value) in [
        // The entry, the section or the key that the comment is about goes.
        (ignore, "/a/1", None),
        ("a:\n  # why x\n  - x\n  - y\n", "/a/0", None),
        ("a:\n  - x\n  # why y\n  - y\n", "/a/1", None),
        ("a:\n  # why p\n  p: x\n  q: y\n", "/a/p", None),
        ("# why a\na:\n  p: x\nb: 1\n", "/a", None),
        ("a: [\n  # why x\n  x,\n  y]\n", "/a/0", None),
        ("a: 1\n# why b\nb: 2\n---\nc: 1\n", "/b", None),
        // It becomes another one.
        (ignore, "/a/1", Some(json!("other"))),
        ("a:\n  - x # why x\n  - y\n", "/a/0", Some(json!("z"))),
        (
            "a:\n  # why\n  - cidr: x\n    reason: r\n",
            "/a/0/cidr",
            Some(json!("z")),
        ),
        (
            "a:\n  - name: x # why\n    threshold: 1\n",
            "/a/0/name",
            Some(json!("z")),
        ),
        (
            "a:\n  - metric: x\n    threshold: 1 # why\n",
            "/a/0/metric",
            Some(json!("z")),
        ),
        // They change places, all of them or after one goes.
        (ignore, "/a", Some(json!(["y", "x", "z"]))),
        (
            "a:\n  # why x\n  - cidr: x\n  - y\n",
            "/a",
            Some(json!(["y", {"cidr": "x"}])),
        ),
        (
            "a:\n  # why x\n  - cidr: x\n  - y\n",
            "/a",
            Some(json!(["y", "z"])),
        ),
        ("a: [x, y]\n# why b\nb: 1\n# why c\nc: 2\n", "/b", None),
    ] {
        let refused = edited(text, at, value.clone()).unwrap_err();
        assert!(refused.contains(comment), "{text} {at} {value:?}: {refused}");
    }
    // What stays where it is, stays, whatever happens around it.
    for (at, value) in [
        ("/a/0", None),
        ("/a/2", None),
        ("/a/-", Some(json!("w"))),
        ("/a/0", Some(json!("w"))),
    ] {
        assert!(edited(ignore, at, value.clone()).is_ok(), "{at} {value:?}");
    }
    ok(
        "a:\n  - cidr: x # why x\n    reason: r\n  - y\n",
        "/a",
        Some(json!([{"cidr": "x", "reason": "r"}, "z"])),
        "a:\n  - cidr: x # why x\n    reason: r\n  - z\n",
    );
    ok(
        "a:\n  - name: x\n    threshold: 1 # why\n",
        "/a/0/threshold",
        Some(json!(2)),
        "a:\n  - name: x\n    threshold: 2 # why\n",
    );
    let waived = |at: &str| {
        format!("a:\n  - name: x\n    n: 1\n  - name: y\n    n: 1\nwaivers:\n  - rule: r\n    at: {at}\n")
    };
    let swapped = json!([{"name": "y", "n": 1}, {"name": "x", "n": 1}]);
    for (waiver, at, value, may) in [
        ("/a/0", "/a/0", None, false),
        ("/a/1", "/a/0", None, false),
        ("/a/1/n", "/a/0", None, false),
        ("/a/1", "/a/1", None, false),
        ("/a/0", "/a/1", None, true),
        ("/a", "/a/0", None, true),
        ("/mode", "/a/0", None, true),
        ("/a/2", "/a/-", Some(json!({"name": "z"})), false),
        ("/a/1", "/a/-", Some(json!({"name": "z"})), true),
        ("/a/1", "/a/1/n", Some(json!(2)), true),
        ("/a/1", "/a/1/name", Some(json!("z")), false),
        ("/a/0", "/a", Some(swapped), false),
    ] {
        let done = edited(&waived(waiver), at, value.clone());
        assert_eq!(done.is_ok(), may, "{waiver} {at} {value:?}: {done:?}");
    }
}

/// Whatever is asked for, it is what the text then means, or nothing is done; and what the simplest edit can do, is done: the
/// value is put in its place in one line, where no comment stands in the old one.
#[test]
fn the_text_means_what_was_asked_for() {
    let olds = [
        "x",
        "'x'",
        "[x, y]",
        "{ p: x }",
        "\n  p: x # c\n  q: y",
        "\n  - x\n  - y # c",
        "|\n  x",
    ];
    let news = [
        json!("y"),
        json!(["x"]),
        json!({"p": "y", "r": [1]}),
        json!(null),
        json!("on: {"),
        json!({"q": "y"}),
    ];
    let mut refused = Vec::new();
    for (old, new) in olds.iter().flat_map(|old| news.iter().map(move |new| (old, new))) {
        let text = format!("# head\na: {old}\nb: 1 # tail\n");
        let wanted = json!({"a": new, "b": 1});
        match rewrite(&text, 0, &wanted) {
            Ok(new) => {
                assert_eq!(read(&new).documents[0].root.to_json(), wanted);
                assert!(
                    new.starts_with("# head\na:") && new.ends_with("\nb: 1 # tail\n"),
                    "{new}"
                );
            }
            Err(why) => {
                assert!(old.contains('#'), "{text} {wanted}: {why}");
                refused.push(why);
            }
        }
    }
    // Of the twelve with a comment, the one that keeps `p`, beside which it stands, is done.
    assert_eq!(refused.len(), 11, "{refused:#?}");
}

/// A list with a comment at some entries, which names the entry, and another list in its place. A line for line reader shows
/// where the comments are afterwards.
fn commented(entries: &[(&str, u8)], maps: bool) -> String {
    let one = |(entry, comment): &(&str, u8)| {
        let item = if maps {
            format!("cidr: {entry}")
        } else {
            (*entry).to_owned()
        };
        match comment {
            0 => format!("  - {item}\n"),
            1 => format!("  - {item} # {entry}\n"),
            _ => format!("  # {entry}\n  - {item}\n"),
        }
    };
    format!("l:\n{}z: 1\n", entries.iter().map(one).collect::<String>())
}

/// Every list of up to three of four entries, with every comment, in the place of each of them, in one form and in the other.
#[test]
fn comments_stay_with_their_entries() {
    const ALL: [&str; 4] = ["alpha", "bravo", "charlie", "delta"];
    let lists: Vec<Vec<&str>> = (1..=3).flat_map(|length| orders(&ALL, length)).collect();
    let (mut done, mut refused) = (0, 0);
    for old in lists.iter().filter(|old| old[0] == "alpha") {
        for comments in 0..3_usize.pow(u32::try_from(old.len()).unwrap()) {
            let comment =
                |at: usize| u8::try_from(comments / 3_usize.pow(u32::try_from(at).unwrap()) % 3).unwrap();
            let entries: Vec<_> = old
                .iter()
                .enumerate()
                .map(|(at, entry)| (*entry, comment(at)))
                .collect();
            for (new, maps) in lists.iter().flat_map(|new| [(new, false), (new, true)]) {
                let text = commented(&entries, maps);
                let item = |entry: &&str| {
                    if maps {
                        json!({"cidr": entry})
                    } else {
                        json!(entry)
                    }
                };
                let wanted = json!({"l": new.iter().map(item).collect::<Vec<_>>(), "z": 1});
                let kept: Vec<_> = old.iter().filter(|entry| new.contains(entry)).collect();
                // Entries without a comment go, others come at the end: that can always be done.
                let can = new.iter().take(kept.len()).collect::<Vec<_>>() == kept
                    && entries
                        .iter()
                        .all(|(entry, comment)| *comment == 0 || new.contains(entry));
                match rewrite(&text, 0, &wanted) {
                    Ok(new) => {
                        done += 1;
                        for pair in new.lines().collect::<Vec<_>>().windows(2) {
                            let Some((before, named)) = pair[0].split_once("# ") else {
                                continue;
                            };
                            let about = if before.trim().is_empty() { pair[1] } else { before };
                            assert!(about.contains(named), "{text}{new}");
                        }
                    }
                    Err(why) => {
                        refused += 1;
                        assert!(!can, "{text}{wanted}: {why}");
                    }
                }
            }
        }
    }
    assert!(done > 1_000 && refused > 1_000, "{done} done, {refused} refused");
}

/// Every order of so many of these.
fn orders<'a>(all: &[&'a str], length: usize) -> Vec<Vec<&'a str>> {
    if length == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(all, length - 1);
    let longer = |list: Vec<&'a str>| {
        let rest = all
            .iter()
            .filter(|one| !list.contains(*one))
            .copied()
            .collect::<Vec<_>>();
        rest.into_iter()
            .map(move |one| [list.clone(), vec![one]].concat())
            .collect::<Vec<_>>()
    };
    shorter.into_iter().flat_map(longer).collect()
}
