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
    serde_json::to_writer_pretty(Safe(&mut *out), value)?;
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
    // Written to memory, as above.
    let _ = serde_json::to_writer(Safe(&mut bytes), value);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Takes JSON and escapes hidden characters in it. It is given whole characters, and a line break in the layout alone.
struct Safe<W>(W);

impl<W: io::Write> io::Write for Safe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| matches!(byte, b'\n' | b' '..=b'~') && *byte != b'#';
        if bytes.iter().all(is_plain) {
            // Structure and most words.
            self.0.write_all(bytes)?;
        } else {
            let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
            write_fragment(&mut self.0, text)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// `text` without the runner's `##[` and without hidden characters.
fn write_fragment(writer: &mut impl io::Write, text: &str) -> io::Result<()> {
    for (at, part) in text.split("##[").enumerate() {
        if at > 0 {
            writer.write_all(b"#\\u0023[")?;
        }
        write_json_text(writer, part)?;
    }
    Ok(())
}

/// `text` with hidden characters as `\uXXXX`; it holds nothing else that JSON must escape.
fn write_json_text(writer: &mut impl io::Write, text: &str) -> io::Result<()> {
    let must_go = |c| c != '\n' && is_hidden(c);
    if !text.contains(must_go) {
        return writer.write_all(text.as_bytes());
    }
    let mut units = [0; 2];
    for c in text.chars() {
        if must_go(c) {
            for unit in c.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        } else {
            write!(writer, "{c}")?;
        }
    }
    Ok(())
}
