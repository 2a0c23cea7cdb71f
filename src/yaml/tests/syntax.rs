//! Syntax errors: one issue each, at the place a person would look at, with a next step.

use super::support::{only_issue, read, slice};
use crate::fault::InputError;

/// Text, the bytes that are underlined, words of the message, words of the help.
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("a: 1\n\tb: 2\n", "\t", "tab", "spaces"),
    ("a:\n\tb: 2\n", "\t", "tab", "spaces"),
    ("a:\n  b: 1\n \tc: 2\n", "\t", "tab", "spaces"),
    ("\ta: 1\n", "\t", "tab", "spaces"),
    ("a:\n  \tb: 1\n", "\t", "tab", "spaces"),
    ("\u{feff}\t- a\n", "\t", "tab", "spaces"),
    ("a: 1\n---\n\t- x\n", "\t", "tab", "spaces"),
    ("a: 1\n...\n\t- x\n", "\t", "tab", "spaces"),
    ("a: |\n  x\n\ty\n", "\t", "tab", "spaces"),
    ("a: |\n\tx\n", "\t", "tab", "spaces"),
    ("a: \"x\nb: 2\n", "\"x", "not closed", "close the quote"),
    ("a: 'x\nb: 'd'\n", "'x", "not closed", "close the quote"),
    ("a: \"x", "\"x", "not closed", "close the quote"),
    ("# it's\n- 'ü", "'ü", "not closed", "close the quote"),
    ("a: \"x\n---\nb: 1\n", "\"x", "not closed", "close the quote"),
    ("a: 'it's'\n", "s'", "after the closing quote", "twice"),
    ("a: \"b\" c\n", "c", "after the closing quote", "double quotes"),
    ("a: \"é\\q\"\n", "\\q", "not an escape", "backslash"),
    ("a: [1, 2\n", "[", "not closed", "add `]`"),
    ("a: {b: [1]\n", "{", "not closed", "add `}`"),
    ("a: [ü: ?", "[", "not closed", "add `]`"),
    ("a: {b: [? ü : ?", "[", "not closed", "add `]`"),
    ("a: [b, c\nd: 1\n", ":", "unexpected", "close the bracket"),
    ("a: [1}\n", "[", "closed by `}`", "bracket"),
    ("a: ]\n", "]", "without an opening", "quotes"),
    ("a: {b: ${X}}\n", "${", "variable", "quotes"),
    ("a: [${X:-y}]\n", "${", "variable", "quotes"),
    ("a:1\nb: 2\n", "a:1", "no space after the colon", "space"),
    ("a: 1\nb:2\nc: 3\n", "b:2", "no space after the colon", "space"),
    ("a: 1\nb:2\n", "b:2", "no space after the colon", "space"),
    ("a: b: c\n", ":", "second", "quotes"),
    ("a: 1\n  b: 2\n", "b", "indented deeper", "line it up"),
    ("a: b\nc\nd: e\n", "c", "without `: `", "key: value"),
    ("a:\n  b: 1\n c: 2\n", "c: 2", "indentation", "spaces"),
    (" a: 1\nb: 2\n", "b: 2", "indentation", "spaces"),
    ("a:\n  - 1\n - 2\n", "- 2", "indentation", "spaces"),
    ("a: b\n- c\n", "- c", "indentation", "spaces"),
    ("a: b # c\n  d\n", "# c", "comment inside", "above"),
    ("a: @b\n", "@", "start with `@`", "quotes"),
    ("a: `b`\n", "`", "start with", "quotes"),
    ("a: %b\n", "%", "start with `%`", "quotes"),
    ("a: *\n", "*", "name", "quotes"),
    ("a: x\u{1}y\n", "\u{1}", "U+0001", "remove"),
    ("a: 1\0b: 2\n", "\0", "U+0000", "remove"),
    ("# \u{7f}\na: 1\n", "\u{7f}", "U+007F", "remove"),
    ("a: 1\n\u{feff}b: 2\n", "\u{feff}", "byte order mark", "remove"),
];

#[test]
fn frequent_errors_are_explained_in_place() {
    for (text, place, message, help) in TABLE {
        let issue = only_issue(text);
        assert_eq!(slice(text, issue.span), *place, "{text:?}: {issue:?}");
        assert!(issue.message.contains(message), "{text:?}: {issue:?}");
        assert!(issue.help.contains(help), "{text:?}: {issue:?}");
        assert_eq!(issue.kind, InputError::YamlSyntax, "{text:?}: {issue:?}");
    }
}

/// A colon behind an open bracket names the bracket.
#[test]
fn colon_in_open_bracket_names_bracket() {
    let text = "a: [b, c\nd: 1\n";
    let (span, label) = only_issue(text).related.unwrap();
    assert_eq!((slice(text, span), label.as_str()), ("[", "opened here"));
}

/// Found by fuzzing: white space of Unicode is text, at the start of a line as well.
#[test]
fn a_line_may_start_with_a_no_break_space() {
    let text = "a: 1\n\u{a0}b:1\nc: 2\n";
    assert_eq!(slice(text, only_issue(text).span), "\u{a0}b:1");
    assert!(!read(":\n\u{a0}?").issues.is_empty());
}

#[test]
fn messages_stay_short_and_on_one_line() {
    let long = format!("a: 1\n{}:{}\n", "k".repeat(200), "v".repeat(200));
    let dup = format!("? \"{0}\\n{0}\"\n: 1\n? \"{0}\\n{0}\"\n: 2\n", "k".repeat(100));
    for text in [long, dup] {
        for issue in read(&text).issues {
            assert!(
                issue.message.len() < 200 && !issue.message.contains('\n'),
                "{}",
                issue.message
            );
            assert!(issue.message.contains('…'));
        }
    }
}

/// Any prefix of a policy, and the policy with any byte doubled or gone, is read without a panic,
/// and whatever is not YAML any more says so at a place inside the text.
#[test]
fn mutilated_policies_are_read() {
    let policy = "# p\n---\nversion: 1\nmode: {standard: \"ENFORCED\", custom: 'OFF'}\nl:\n- &a x\n- *a\nt: |\n  ü\n  y\n...\n";
    let cuts = policy.char_indices().map(|(at, c)| (at, at + c.len_utf8()));
    for (start, end) in cuts {
        read(&policy[..start]);
        read(&format!("{}{}", &policy[..start], &policy[end..]));
        read(&format!("{}{}", &policy[..end], &policy[start..]));
        for more in [
            "\t",
            "\n",
            "\n\u{a0}x:y\n",
            "\u{a0}",
            ": ",
            "ü:ü ",
            "? ",
            "[",
            "\"",
            "\r",
            "\u{feff}",
        ] {
            read(&format!("{}{more}{}", &policy[..start], &policy[start..]));
        }
    }
}
