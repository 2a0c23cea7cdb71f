//! Hostile text made harmless, once per format.
//!
//! Names, messages and source text come from files and from AWS. They may hold escape sequences
//! that rewrite a terminal, bidirectional overrides that show text in another order than it is
//! read, and the command syntax of the runner that logs the output.

use std::borrow::Cow;
use std::fmt::Write as _;

pub use crate::hidden::write_json;

use crate::hidden::is_hidden;

/// One line of text for people: hidden characters as Rust writes them (`\n`, `\t`, `\u{1b}`).
///
/// Backslashes are left alone: the result is to be read, not to be parsed.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// [`visible`] for text of several lines, such as help: line breaks become spaces.
pub(super) fn one_line(text: &str) -> String {
    let joined: Vec<&str> = text
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    visible(&joined.join(" ")).into_owned()
}

/// Source text of the same length in bytes: every byte of a hidden character becomes `?`, so that
/// offsets made for the text stay true. Tabs, line breaks and a byte order mark at the start stay.
///
/// The runner's old command mark `##[`, which it obeys anywhere in a line, becomes `#?[`.
pub(super) fn same_length(text: &str) -> Cow<'_, str> {
    let kept = |at: usize, c: char| match c {
        '\n' | '\t' => true,
        '\r' => text[at + 1..].starts_with('\n'),
        '\u{feff}' => at == 0,
        c => !is_hidden(c),
    };
    if !text.contains("##[") && text.char_indices().all(|(at, c)| kept(at, c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if kept(at, c) {
            shown.push(c);
        } else {
            shown.extend(std::iter::repeat_n('?', c.len_utf8()));
        }
    }
    Cow::Owned(shown.replace("##[", "#?["))
}

/// Finished output for a log, changed so that no line of it is a workflow command of GitHub
/// Actions: the runner trims a line and obeys it when it starts with `::`, and obeys `##[` anywhere.
pub fn for_log(output: &str) -> Cow<'_, str> {
    let commands = |line: &str| line.trim_start().starts_with("::");
    if !output.contains("##[") && !output.lines().any(commands) {
        return Cow::Borrowed(output);
    }
    let mut safe = String::with_capacity(output.len() + 16);
    for line in output.split_inclusive('\n') {
        if commands(line) {
            let text = line.trim_start();
            safe.push_str(&line[..line.len() - text.len()]);
            safe.push('\\');
            safe.push_str(&text.replace("##[", "##\\["));
        } else {
            safe.push_str(&line.replace("##[", "##\\["));
        }
    }
    Cow::Owned(safe)
}

/// A path as a relative reference of RFC 3986: everything but unreserved characters and `/` is
/// percent-encoded, and a first segment with a colon cannot be taken for a scheme.
pub(super) fn uri_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// Text of a cell or a line of GitHub-flavoured Markdown, on one line: no markup, no table mark, no
/// mention, no reference to an issue. Every ASCII mark that could mean something is written as a
/// character reference, which also holds inside a table and inside HTML; not for attributes of HTML.
/// Ids and times stay readable where the text is not drawn: `us-west-2_A`, `08:03:00`.
pub(super) fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            // A character reference would still mention or refer; an empty comment parts the two.
            '@' => safe.push_str("@<!-- -->"),
            '#' => safe.push_str("&#35;<!-- -->"),
            // `GH-7` is an issue as `#7` is, in either case of the letters.
            '-' if is_issue(&text, at) => safe.push_str("-<!-- -->"),
            '_' if is_within_word(&text, at) => safe.push('_'),
            ':' if is_of_time(&text, at) => safe.push(':'),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '+' | '!' | '|' | '~' | '&'
            | ':' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe.replace("www.", "www&#46;")
}

/// [`markdown`] set as code. A code span of backticks would show character references as they are written.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

/// [`markdown`] of a sentence with its values in backticks set as code; a backtick without a partner stays one.
pub(super) fn markdown_code(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        return markdown(text);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => part_of_line(part),
        _ if part.is_empty() => "&#96;&#96;".to_owned(),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// [`markdown`] that keeps the spaces at both ends.
fn part_of_line(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let inside = text.trim();
    if inside.is_empty() {
        return space(!text.is_empty()).to_owned();
    }
    let ends = |c: Option<char>| space(c.is_some_and(char::is_whitespace));
    [
        ends(text.chars().next()),
        &markdown(inside),
        ends(text.chars().next_back()),
    ]
    .concat()
}

/// Whether letters or digits stand on both sides: an underscore there begins and ends nothing (`CommonMark`, "Emphasis").
fn is_within_word(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    at > 0 && is_word(bytes.get(at - 1)) && is_word(bytes.get(at + 1))
}

/// Whether a colon stands between digits as in a time: two follow, and no third. `:100:` is an emoji.
fn is_of_time(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    at > 0 && is_digit(at - 1) && is_digit(at + 1) && is_digit(at + 2) && !is_digit(at + 3)
}

/// Whether the dash at `at` stands in a reference to an issue.
fn is_issue(text: &str, at: usize) -> bool {
    let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
    let [start @ .., g, h] = before else { return false };
    [g, h].map(u8::to_ascii_lowercase) == *b"gh"
        && !start.last().is_some_and(u8::is_ascii_alphanumeric)
        && after.first().is_some_and(u8::is_ascii_digit)
}

/// The message of a GitHub workflow command, as the runner decodes it.
pub(super) fn github_data(text: &str) -> String {
    visible_lines(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a GitHub workflow command, as the runner decodes it.
pub(super) fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// [`visible`] with line breaks kept, and the runner's old command mark broken.
fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| visible(line.trim_end_matches('\r')))
        .collect();
    lines.join("\n").replace("##[", "##\\[")
}

/// A message of SARIF: hidden characters visible, and no embedded link (`[text](target)`).
pub(super) fn sarif(text: &str) -> String {
    visible(text).replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Markdown refers to no issue and mentions nobody.
    #[test]
    fn markdown_has_no_issue_or_mention() {
        for (text, shown) in [
            ("GH-7", "GH-<!-- -->7"),
            ("see gh-12, #3", "see gh-<!-- -->12, &#35;<!-- -->3"),
            ("high-7 GH-x", "high-7 GH-x"),
            ("@team", "@<!-- -->team"),
        ] {
            assert_eq!(markdown(text), shown);
        }
    }

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\n"), "a\\u{1b}[31mb\\u{202e}c\\n");
        assert_eq!(
            visible("\u{9b}31m"),
            "\\u{9b}31m",
            "the one-character escape sequence start"
        );
        assert!(
            matches!(visible("ü 😀 👨‍👩‍👧"), Cow::Borrowed(_)),
            "letters, emoji and joiners stay"
        );
    }

    #[test]
    fn source_text_keeps_its_length() {
        for text in [
            "a\u{1b}b",
            "\u{feff}a\r\nb\rc\t",
            "x\u{202e}y\u{85}",
            "##[add-mask]",
            "####[[",
        ] {
            let shown = same_length(text);
            assert_eq!(shown.len(), text.len(), "{text:?}");
            assert!(!shown.contains("##["), "{shown:?}");
            let breaks = |t: &str| t.match_indices("\r\n").map(|(at, _)| at).collect::<Vec<_>>();
            assert_eq!(breaks(&shown), breaks(text));
        }
        assert_eq!(same_length("a\rb\u{1b}\u{202e}c"), "a?b????c");
        assert_eq!(same_length("\u{feff}a"), "\u{feff}a");
    }

    #[test]
    fn no_line_is_a_workflow_command() {
        assert_eq!(for_log("a ::error::b\n"), "a ::error::b\n");
        assert_eq!(
            for_log("a\n \u{3000}::error::b\n::x"),
            "a\n \u{3000}\\::error::b\n\\::x"
        );
        assert_eq!(for_log("a ##[error]b"), "a ##\\[error]b");
        assert_eq!(for_log("::##[x"), "\\::##\\[x");
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri_path("a b/ü#?%.yaml"), "a%20b/%C3%BC%23%3F%25.yaml");
        assert_eq!(uri_path("c:x\\y"), "c%3Ax%5Cy");
    }

    #[test]
    fn markdown_means_nothing() {
        assert_eq!(
            markdown("a|b\n`c` <i> @x"),
            "a&#124;b &#96;c&#96; &#60;i&#62; @<!-- -->x"
        );
        assert_eq!(markdown("#12 www.x"), "&#35;<!-- -->12 www&#46;x");
        assert_eq!(markdown("192.0.2.0/24, größe; 1-2"), "192.0.2.0/24, größe; 1-2");
        assert_eq!(
            markdown("us-west-2_A at 08:03:00, profile's"),
            "us-west-2_A at 08:03:00, profile's"
        );
        assert_eq!(
            markdown("_a_ 1:100:2 :03: a_ _b x:12"),
            "&#95;a&#95; 1&#58;100&#58;2 &#58;03&#58; a&#95; &#95;b x&#58;12"
        );
    }

    #[test]
    fn workflow_commands_are_data() {
        assert_eq!(github_data("50%\r\na::b,c\u{1b}"), "50%25%0Aa::b,c\\u{1b}");
        assert_eq!(github_property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(github_data("##[error]"), "##\\[error]");
    }

    #[test]
    fn sarif_messages_hold_no_links() {
        assert_eq!(
            sarif("see [here](https://x) [1]\n"),
            "see [here] (https://x) [1]\\n"
        );
    }

    #[test]
    fn json_is_lossless_and_shows_nothing_raw() {
        let text = "\u{1b}\u{9b}\u{e0001}\u{202e}##[x] \"q\" \\ \n";
        let mut out = Vec::new();
        write_json(&serde_json::json!({ text: [text, 1, {}] }), &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(
            !written.contains(|c| is_hidden(c) && c != '\n') && !written.contains("##["),
            "{written}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&written).unwrap()[text][0],
            text
        );
    }
}
