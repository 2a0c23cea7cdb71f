//! Where nodes begin and end when the parser's place is not the one that `Node` promises.
//! `from` is the end of the last key or value, which no place may lie before.

use crate::span::Span;

/// White space in YAML; all other white space of Unicode is text.
pub(super) const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

/// A block scalar without the blank lines after it and its last line break; its header, such as
/// `|-`, if it `is_blank`, which the parser places at the header or after the blank lines.
pub(super) fn block_scalar(text: &str, span: Span, from: usize, is_blank: bool) -> Span {
    if is_blank {
        let from = from.min(span.start);
        let header = header(&text[from..span.end]);
        return header.map_or(span, |(start, end)| Span::new(from + start, from + end));
    }
    let own = &text[span.start..span.end];
    let solid = own.trim_end_matches(WHITE).len();
    let rest = &own[solid..];
    let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    Span::new(span.start, span.start + solid + line_end)
}

/// The first token that starts with `|` or `>`, comments and byte order mark left out.
fn header(text: &str) -> Option<(usize, usize)> {
    let mut line_at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let mut at = line_at;
        for token in line.split_inclusive(WHITE) {
            let mark = token.len() - token.trim_start_matches('\u{feff}').len();
            let word = token[mark..].trim_end_matches(WHITE);
            if word.starts_with('#') {
                break;
            }
            if word.starts_with(['|', '>']) {
                return Some((at + mark, at + mark + word.len()));
            }
            at += token.len();
        }
        line_at += line.len();
    }
    None
}

/// The place of a value that is not written: after its colon if it `is_value` of a mapping and
/// there is a colon, and not on a later line than what comes before.
pub(super) fn unwritten(text: &str, at: usize, from: usize, is_value: bool) -> usize {
    let at = if text[..at].ends_with(WHITE) {
        solid_end(text, from, at)
    } else {
        at
    };
    let rest = &text[at..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if is_value && rest[blanks..].starts_with(':') {
        at + blanks + 1
    } else {
        at
    }
}

/// The start of a block sequence inside a mapping. One that is not indented deeper than its key is
/// placed after its first `-` by the parser.
pub(super) fn sequence(text: &str, start: usize, from: usize) -> usize {
    let from = from.min(start);
    let mut at = from;
    for (index, line) in text[from..start].split_inclusive(['\n', '\r']).enumerate() {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if index > 0 && line[blanks..].starts_with('-') {
            return at + blanks;
        }
        at += line.len();
    }
    start
}

/// The tab in the indentation of a block collection that starts its line. The parser lets some of
/// them pass; YAML 1.2 (section 6.1) and other readers do not.
pub(super) fn tab_in_indentation(text: &str, start: usize, from: usize) -> Option<Span> {
    let from = from.min(start);
    let gap = &text[from..start];
    let line = match gap.rfind(['\n', '\r']) {
        Some(found) => found + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let indentation = &gap[line..];
    let tab = indentation.find('\t')?;
    indentation
        .trim_start_matches('\u{feff}')
        .trim_matches(WHITE)
        .is_empty()
        .then(|| Span::new(from + line + tab, start))
}

/// The end of what is not white space before `at`.
fn solid_end(text: &str, from: usize, at: usize) -> usize {
    let from = from.min(at);
    from + text[from..at].trim_end_matches(WHITE).len()
}
