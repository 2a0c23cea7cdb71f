//! Texts that were read: their names, their bytes, and line and column of an offset.

use std::sync::Arc;

use crate::span::Span;

/// One text: a policy, a rule, a baseline or a configuration file.
///
/// The text is what the file held (a leading byte order mark included), so every [`Span`] made
/// from it can be written back to. `shown` is the same text, byte for byte as long, with secrets
/// replaced by `*`: the only form that any output may print.
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    shown: Arc<str>,
    line_starts: Arc<[usize]>,
    secrets: Arc<[Span]>,
    builtin: bool,
    pool: Option<Arc<str>>,
    holder: Option<Arc<str>>,
    generated: bool,
    only: Option<Position>,
}

/// A place in a text as people and formats count it; both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column, in Unicode scalar values or UTF-16 code units as the method that made it says.
    pub column: usize,
}

impl Source {
    /// A file's text under the name outputs shall show: relative to where the tool was started,
    /// with forward slashes. Byte runs named by `secrets` are masked in [`Source::shown`].
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>, secrets: &[Span]) -> Self {
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            name: name.into(),
            shown: mask(&text, secrets),
            text,
            line_starts,
            secrets: secrets.into(),
            builtin: false,
            pool: None,
            holder: None,
            generated: false,
            only: None,
        }
    }

    /// One place in a file whose text is not shown, or was not found: it has no bytes to point at.
    pub fn place(name: impl Into<Arc<str>>, at: Position) -> Self {
        Self {
            only: Some(at),
            ..Self::new(name, "", &[])
        }
    }

    /// A resource in a file that is not shown, such as a plan, by its address.
    pub fn resource(file: &str, address: &str) -> Self {
        Self {
            holder: Some(file.into()),
            ..Self::pool(format!("{file}: {address}"), address)
        }
    }

    /// The same text, made by a program, so that nobody changes it and no repository holds it.
    pub fn generated(self) -> Self {
        Self {
            generated: true,
            ..self
        }
    }

    /// A live pool, by title and id: no text, so that what is found in it stands at a pointer alone.
    pub fn pool(title: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self {
            pool: Some(id.into()),
            ..Self::new(title, "", &[])
        }
    }

    /// A text that ships inside the program (a baseline, a built-in rule).
    pub fn builtin(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self {
            builtin: true,
            ..Self::new(name, text, &[])
        }
    }

    /// The name outputs show. Hostile text: escape it per format.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes as read. For parsing and fixing only; print [`Source::shown`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with secrets masked, the same length as [`Source::text`].
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The secrets themselves, so that they can be masked wherever a text quotes them.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets
            .iter()
            .filter_map(|span| self.text.get(span.start..span.end))
    }

    /// Whether the text ships inside the program, so that it is not a file of the user's.
    pub fn is_builtin(&self) -> bool {
        self.builtin
    }

    /// The id of the live pool that it stands for; `None` for a text.
    pub fn pool_id(&self) -> Option<&str> {
        self.pool.as_deref()
    }

    /// The file that a resource without a text of its own is in.
    pub fn holder(&self) -> Option<&str> {
        self.holder.as_deref()
    }

    /// The one place that is known of a file without a text.
    pub fn only_place(&self) -> Option<Position> {
        self.only
    }

    /// Whether it is a file of a repository, for formats that show findings beside its lines.
    pub fn is_written(&self) -> bool {
        !self.generated && !self.builtin && self.pool.is_none() && !self.text.is_empty()
    }

    /// Whether a program made it.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Number of lines; a final newline does not open another one, and an empty text has one.
    pub fn lines(&self) -> usize {
        let starts = self.line_starts.len();
        if starts > 1 && self.text.ends_with('\n') {
            starts - 1
        } else {
            starts
        }
    }

    /// Byte range of a 1-based line without its line break; `None` past the end.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        let end = self
            .line_starts
            .get(line)
            .map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') {
            end - 1
        } else {
            end
        };
        Some(Span::new(start, end))
    }

    /// Line of a byte offset, 1-based; offsets past the end belong to the last line.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Line and column of an offset, the column in Unicode scalar values.
    pub fn position(&self, offset: usize) -> Position {
        self.position_by(offset, |text| text.chars().count())
    }

    /// Line and column of an offset, the column in UTF-16 code units (SARIF's default).
    pub fn position_utf16(&self, offset: usize) -> Position {
        self.position_by(offset, |text| text.encode_utf16().count())
    }

    fn position_by(&self, offset: usize, count: impl Fn(&str) -> usize) -> Position {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        let end = self.text.floor_char_boundary(offset);
        Position {
            line,
            column: 1 + count(&self.text[start.min(end)..end]),
        }
    }
}

/// `text` with every byte of the spans replaced by `*`, line breaks kept.
fn mask(text: &Arc<str>, secrets: &[Span]) -> Arc<str> {
    if secrets.is_empty() {
        return Arc::clone(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for secret in secrets {
        let start = text.floor_char_boundary(secret.start);
        let end = text.floor_char_boundary(secret.end);
        for byte in bytes[start..end].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b'*';
        }
    }
    String::from_utf8_lossy(&bytes).into()
}

/// Which text of a run: an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);

/// All texts of a run, in a fixed order.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and says under which id it is kept.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(self.0.len() - 1)
    }

    /// The text of an id. Ids come only from [`Sources::add`] of the same run.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0]
    }

    /// All texts with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0
            .iter()
            .enumerate()
            .map(|(at, source)| (SourceId(at), source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positions count characters and code units.
    #[test]
    fn position_in_characters_and_utf16() {
        let source = Source::new("p.yaml", "a: 1\r\nü😀: x\n", &[]);
        let x = source.text().find('x').unwrap();
        assert_eq!(source.position(x), Position { line: 2, column: 5 });
        assert_eq!(source.position_utf16(x), Position { line: 2, column: 6 });
        assert_eq!(source.line_span(1), Some(Span::new(0, 4)));
        assert_eq!(source.lines(), 2);
        assert_eq!(source.position(10_000).line, 3);
        assert_eq!(source.position(8).line, 2, "inside a character");
    }

    #[test]
    fn secrets_are_masked_and_lengths_kept() {
        let source = Source::new("p.yaml", "key: sécret\nz", &[Span::new(5, 12)]);
        assert_eq!(source.shown(), "key: *******\nz");
        assert_eq!(source.shown().len(), source.text().len());
    }
}
