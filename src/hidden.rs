//! Characters that hide what a text says, and JSON in which they are escaped. Texts come from files and from AWS.

use std::io;

/// Whether a character must be made visible: control characters, line separators, bidirectional
/// controls, zero-width spaces, letters that are drawn as nothing (fillers, soft hyphens), private
/// ones, Unicode tags and what XML forbids. Joiners stay, since scripts and emoji need them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
            | '\u{3164}' | '\u{ffa0}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Writes a value as indented JSON in which hidden characters and the runner's `##[` are escaped,
/// so that a terminal or a log may show it. It reads back as the very same value.
pub fn write_json(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson::default());
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The same as a text, for files.
pub fn json(value: &impl serde::Serialize) -> String {
    let mut bytes = Vec::new();
    // Texts, numbers and maps with texts as keys, written to memory: none of them can fail.
    let _ = write_json(value, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// The same on one line, without a line end.
pub fn json_line(value: &impl serde::Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, SafeLine);
    // Written to memory, as above.
    let _ = value.serialize(&mut serializer);
    String::from_utf8(bytes).unwrap_or_default()
}

/// One line, with hidden characters escaped.
struct SafeLine;

impl serde_json::ser::Formatter for SafeLine {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_fragment(writer, fragment)
    }
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
        write_fragment(writer, fragment)
    }
}

/// `text` without the runner's `##[` and without hidden characters.
fn write_fragment<W: ?Sized + io::Write>(writer: &mut W, text: &str) -> io::Result<()> {
    for (at, part) in text.split("##[").enumerate() {
        if at > 0 {
            writer.write_all(b"#\\u0023[")?;
        }
        write_json_text(writer, part)?;
    }
    Ok(())
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
