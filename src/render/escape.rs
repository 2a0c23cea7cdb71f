//! Hostile text made harmless, once per format.
//!
//! Names, messages and source text come from files and from AWS. They may hold escape sequences
//! that rewrite a terminal, bidirectional overrides that show text in another order than it is
//! read, and the command syntax of the runner that logs the output.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Whether a character must be made visible: control characters, line separators, bidirectional
/// controls, zero-width spaces, Unicode tags and what XML
/// forbids. Joiners stay, since scripts and emoji need them.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// One line of text for people: hidden characters as Rust writes them (`\n`, `\t`, `\u{1b}`).
///
/// Backslashes are left alone: the result is to be read, not to be parsed.
#[must_use]
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
#[must_use]
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
/// character reference, which also holds inside a table and inside HTML.
pub(super) fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // A character reference would still mention or refer; an empty comment parts the two.
            '@' => safe.push_str("@<!-- -->"),
            '#' => safe.push_str("&#35;<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '+' | '!' | '|' | '~' | '&'
            | ':' | '"' | '\'' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe.replace("www.", "www&#46;")
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

/// Writes a value as indented JSON in which hidden characters and the runner's `##[` are escaped,
/// so that a terminal or a log may show it. It reads back as the very same value.
pub fn write_json(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson::default());
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Two-space indentation, with hidden characters escaped.
#[derive(Default)]
struct SafeJson<'a>(serde_json::ser::PrettyFormatter<'a>);

impl serde_json::ser::Formatter for SafeJson<'_> {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for (at, part) in fragment.split("##[").enumerate() {
            if at > 0 {
                writer.write_all(b"#\\u0023[")?;
            }
            write_json_text(writer, part)?;
        }
        Ok(())
    }
}

/// `text` with hidden characters as `\uXXXX`; it holds nothing else that JSON must escape.
fn write_json_text<W: ?Sized + io::Write>(writer: &mut W, text: &str) -> io::Result<()> {
    if !text.contains(is_hidden) {
        return writer.write_all(text.as_bytes());
    }
    let mut units = [0; 2];
    for c in text.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        } else {
            write!(writer, "{c}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
