//! Values among anything, and what breaks.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// A source that gives a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = into.len().min(3).min(self.0.len());
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// The parts in short: values as they are, those inside broken ones after a `~`, broken ones as `!` and their offset,
/// lines of text as `#`.
fn parts(text: &[u8], value: usize) -> Vec<String> {
    let mut splitter = Splitter::from(Slow(text), Limits { value }, 0);
    let mut parts = Vec::new();
    while let Some(fragment) = splitter.fragment() {
        parts.push(match fragment {
            Fragment::Value {
                bytes,
                offset,
                is_inside_broken,
                ..
            } => {
                let start = usize::try_from(offset).unwrap();
                assert_eq!(&text[start..start + bytes.len()], bytes, "its offset");
                let mark = if is_inside_broken { "~" } else { "" };
                format!("{mark}{}", String::from_utf8_lossy(bytes))
            }
            Fragment::Broken { offset, .. } => format!("!{offset}"),
            Fragment::Text => "#".to_owned(),
        });
    }
    parts
}

fn of(text: &str) -> Vec<String> {
    parts(text.as_bytes(), 1000)
}

/// Values on lines over lines and behind each other.
#[test]
fn value_separators() {
    assert_eq!(of("{\"a\": 1}\n{\"a\": 2}\n"), ["{\"a\": 1}", "{\"a\": 2}"]);
    assert_eq!(
        of("{\n  \"a\": {\n}\n}{\"a\":2}"),
        ["{\n  \"a\": {\n}\n}", "{\"a\":2}"]
    );
    assert_eq!(of("\u{feff}[{\"a\":1},\n{\"a\":2}]"), ["{\"a\":1}", "{\"a\":2}"]);
    assert_eq!(of("\u{1e}{}\n\u{1e}{}"), ["{}", "{}"]);
    assert_eq!(of(""), Vec::<String>::new());
    assert_eq!(of("\n \n]}\n"), Vec::<String>::new());
}

#[test]
fn values_after_something_else_on_the_line() {
    let line = "[INFO]\t2026-10-05T08:01:02.345Z\tid\t{\"a\": 1}\nSTART\n2026-10-05 {\"a\": 2}\nend";
    assert_eq!(of(line), ["{\"a\": 1}", "#", "{\"a\": 2}", "#"]);
    assert_eq!(of("config {debug} set { here\n{\"a\":1}"), ["#", "{\"a\":1}"]);
    assert_eq!(of("\"{\\\"a\\\":1}\"\n\"no\"\n"), ["\"{\\\"a\\\":1}\"", "#"]);
    assert_eq!(
        of("[{'a': \"it's\"}, {'b': None}]"),
        ["{'a': \"it's\"}", "{'b': None}"]
    );
}

/// Reading goes on after a value that breaks.
#[test]
fn reading_resumes_after_broken_value() {
    let good = "{\"ok\":1}";
    for broken in [
        "{\"a\": \"b",
        "{\"a\": {",
        "{\"a\": [",
        "{\"a\": 1,",
        "{\"a\": tru",
        "{\"a\" 1}",
        "{\"a\": [1}]}",
        "{'a': 'b",
    ] {
        let found = of(&format!("{good}\n{broken}\n{good}\n{good}\n"));
        let places: Vec<_> = found.iter().filter(|part| part.starts_with('!')).collect();
        assert_eq!(places, ["!9"], "{broken}");
        let goods = found.iter().filter(|part| part.ends_with(good)).count();
        assert_eq!(goods, 3, "{broken}: {found:?}");
        assert_eq!(found.len(), 4, "{broken}: {found:?}");
    }
    // On one line, as a stream without line ends writes them.
    let found = of(&format!("{{\"a\":\"tru{good}{good}"));
    assert_eq!(found, ["!0", &format!("~{good}"), good]);
}

#[test]
fn what_a_cut_off_list_holds_is_read() {
    let found = of("{\"events\": [\n {\"a\":1},\n {\"a\":2},\n {\"a\":");
    assert_eq!(found, ["!0", "~{\"a\":1}", "~{\"a\":2}"]);
}

/// A list alone that is cut off between its values is a fault.
#[test]
fn truncated_lone_list_is_a_fault() {
    for (text, found) in [
        ("[{\"a\":1},{\"a\":2}", &["{\"a\":1}", "{\"a\":2}", "!0"][..]),
        ("\n[\n {\"a\":1},\n", &["{\"a\":1}", "!1"]),
        ("[{\"a\":1},{\"a\":", &["{\"a\":1}", "!9"]),
        ("[{\"a\":1}]\n[{'a': 2},", &["{\"a\":1}", "{'a': 2}", "!10"]),
        // No lists: what stands in brackets is text.
        ("[INFO] {\"a\":1}\n", &["{\"a\":1}"]),
        ("[2026-10-05 {\"a\":1}\n", &["{\"a\":1}"]),
        ("{\"a\":1} [INFO\n", &["{\"a\":1}"]),
        ("[\n", &[]),
    ] {
        assert_eq!(of(text), found, "{text}");
    }
    // A list of lists of records that is too large to be held.
    let large = format!("[{{\"Records\":[{}{{\"x\":1}}]}}]", "{\"x\":1},".repeat(50));
    let found = parts(large.as_bytes(), 100);
    assert_eq!(
        (found.len(), &found[0]),
        (51, &"{\"x\":1}".to_owned()),
        "{found:?}"
    );
}

/// A value that is too large is refused and its parts are read.
#[test]
fn oversized_value_split_into_parts() {
    let large = format!("{{\"a\": [{}]}}\n{{\"b\":1}}", "{\"x\":1},".repeat(50));
    let found = parts(large.as_bytes(), 100);
    assert_eq!(found[0], "!0");
    assert_eq!(
        found.iter().filter(|part| part.ends_with("{\"x\":1}")).count(),
        50
    );
    assert_eq!(found.last().unwrap(), "{\"b\":1}");
    assert_eq!(found.iter().filter(|part| part.starts_with('!')).count(), 1);
    let within = format!("{{\"a\": {{\"b\": \"{}\"}}}}\n{{\"b\":1}}", "x".repeat(500));
    assert_eq!(parts(within.as_bytes(), 100), ["!0", "{\"b\":1}"]);
}

#[test]
fn a_list_of_records_may_be_of_any_size() {
    let element = "{\"x\":[1]}";
    let of = |text: String| parts(text.as_bytes(), 100);
    for begin in [
        "{\"Records\":[",
        "{\"events\": [\n",
        "{ \"Events\" : [ ",
        "{\"records\":[",
    ] {
        let list = format!("{begin}{}{element}", format!("{element},").repeat(49));
        for end in ["]}", "], \"more\": {} }", "]}\n{\"b\":1}"] {
            let found = of(format!("{list}{end}"));
            assert_eq!(
                found.iter().filter(|part| *part == element).count(),
                50,
                "{found:?}"
            );
            assert!(found.iter().all(|part| part.starts_with('{')), "{found:?}");
        }
        // What is cut off is one fault, and what is broken in it is another.
        let found = of(list.clone());
        assert_eq!((found.len(), found.last().unwrap().as_str()), (51, "!0"));
        let found = of(format!("{list},{{\"a\" 1}},{element}]}}"));
        assert_eq!(found.iter().filter(|part| *part == element).count(), 51);
        assert_eq!(found.iter().filter(|part| part.starts_with('!')).count(), 1);
    }
    // Around these stands what their elements do not say, or they are no lists of objects.
    for begin in [
        "{\"user\":\"u\",\"events\":[",
        "{\"AuthEvents\":[",
        "{\"events\":[1,",
    ] {
        assert_eq!(
            of(format!("{begin}{}", format!("{element},").repeat(50)))[0],
            "!0"
        );
    }
}

#[test]
fn hostile_input_takes_linear_time() {
    for unit in [
        "{\"a\":",
        "{\"a\":[",
        "{",
        "[",
        "\"",
        "{'",
        "{\"a\":[1,1,1,1,1,1,1,1,",
        "{\"events\":[{",
        "{\"events\":[{}],\"a\":",
        "{\"",
        "\u{0}",
        "}",
    ] {
        let text = unit.repeat(400_000 / unit.len());
        let mut splitter = Splitter::from(text.as_bytes(), Limits { value: 100_000 }, 0);
        while splitter.fragment().is_some() {}
        assert!(
            splitter.again <= (AGAIN + 1) * text.len() as u64 + 200_000,
            "{unit}"
        );
        assert!(splitter.window.len() <= 400_000, "{unit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// However the bytes come, and whatever stands between them, lines that are whole are found.
    #[test]
    fn whole_lines_are_found_among_anything(
        junk in prop::collection::vec("[a\"{}\\[\\]:,'\\\\ 1]{0,12}", 1..6),
    ) {
        let mut text = String::new();
        for (at, line) in junk.iter().enumerate() {
            let _ = write!(text, "{line}\n{{\"good\":{at}}}\n");
        }
        let found = of(&text);
        for at in 0..junk.len() {
            let good = format!("{{\"good\":{at}}}");
            prop_assert!(found.iter().any(|part| part.contains(&good)), "{text} {found:?}");
        }
    }

    #[test]
    fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parts(&bytes, 50);
    }
}
