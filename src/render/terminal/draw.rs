//! Colour and line breaks of text for a terminal.

use owo_colors::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::render::RenderOptions;
use crate::render::difference::Side;

/// `text` in a style, if colour is wanted.
pub(in crate::render) fn paint(text: &str, style: Style, options: &RenderOptions) -> String {
    if options.colour {
        style.style(text).to_string()
    } else {
        text.to_owned()
    }
}

/// The colour of a line of a difference.
pub(in crate::render) fn side_style(side: Side) -> Style {
    match side {
        Side::Live => Style::new().red(),
        Side::Policy => Style::new().green(),
        Side::Both => Style::new().dimmed(),
    }
}

/// Columns that a text without escape sequences takes: two for a character of Chinese, Japanese or Korean and for an emoji.
pub(in crate::render) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in `width` columns, with blanks behind it.
pub(in crate::render) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` broken at spaces to `width` columns, with a line break at the end. Paths, addresses, ARNs and digests are kept whole,
/// so that they can be copied or clicked; `head` may hold escape sequences, which take no columns.
pub(in crate::render) fn wrap(text: &str, width: usize, head: &str, rest: &str) -> String {
    let room = |before: usize| width.saturating_sub(before).max(20);
    // What begins the first line may be coloured.
    let begins = columns(&anstream::adapter::strip_str(head).to_string());
    let (first, next) = (room(begins), room(rest.len()));
    let lines = filled(text, |number| if number == 0 { first } else { next });
    format!("{head}{}\n", lines.join(&format!("\n{rest}")))
}

/// Words of the program itself in lines of so many columns.
pub fn wrapped(text: &str, width: usize) -> String {
    wrap(text, width, "", "")
}

/// [`wrap`], painted line by line: an escape sequence has no width, and ends where the line does.
pub(in crate::render) fn painted(
    text: &str,
    style: Style,
    options: &RenderOptions,
    head: &str,
    rest: &str,
) -> String {
    let lines = wrap(text, options.columns(), head, rest);
    let painted = lines.lines().map(|line| {
        let words = line.trim_start();
        let blanks = &line[..line.len() - words.len()];
        format!("{blanks}{}\n", paint(words, style, options))
    });
    painted.collect()
}

/// A line of a text that has an indent of its own, after `head`: as it is if it has room, else wrapped below its indent.
pub(in crate::render) fn listed(line: &str, style: Style, options: &RenderOptions, head: &str) -> String {
    let whole = format!("{head}{line}");
    if columns(&whole) <= options.columns() {
        let words = whole.trim_start();
        let blanks = &whole[..whole.len() - words.len()];
        return format!("{blanks}{}\n", paint(words, style, options));
    }
    let words = line.trim_start();
    let blanks = " ".repeat((line.len() - words.len()).min(options.columns() / 4));
    let rest = " ".repeat(columns(head)) + &blanks + "  ";
    painted(words, style, options, &format!("{head}{blanks}"), &rest)
}

/// `text` in lines, each with as many columns as `room` has for its number. A word that is longer is broken, unless it is to
/// be copied.
pub(in crate::render) fn filled(text: &str, room: impl Fn(usize) -> usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in broken(text, &room) {
        if columns(&line) <= room(lines.len()) || is_copied(&line) {
            lines.push(line);
        } else {
            let before = lines.len();
            lines.extend(pieces(&line, |number| room(before + number)));
        }
    }
    lines
}

/// Whether a word is a path, an address, an ARN, a digest, or an id such as `enforced-before-audit` or `us-west-2_A1b2`.
fn is_copied(word: &str) -> bool {
    let is_digest = word.len() == 64 && word.bytes().all(|one| one.is_ascii_hexdigit());
    is_digest || word.contains('/') || word.starts_with("arn:") || is_id(word)
}

/// Whether a word is made of short parts with `-` or `_` between them, marks around it left out.
fn is_id(word: &str) -> bool {
    let bare = word.trim_matches(|one: char| one.is_ascii_punctuation());
    let parts: Vec<_> = bare.split(['-', '_']).collect();
    let is_part = |part: &&str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_alphanumeric());
    parts.len() > 1 && bare.len() <= LONGEST_ID && parts.iter().all(is_part)
}

/// A longer word is a name that somebody gave.
const LONGEST_ID: usize = 50;

/// `text` broken wherever a line is full, each with as many columns as `room` has for its number.
pub(in crate::render) fn pieces(text: &str, room: impl Fn(usize) -> usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut piece, mut taken) = (String::new(), 0);
    for one in text.chars() {
        // This selector makes a narrow symbol a wide emoji.
        let own = if one == '\u{fe0f}' {
            1
        } else {
            one.width().unwrap_or(0)
        };
        if !piece.is_empty() && taken + own > room(lines.len()) {
            lines.push(std::mem::take(&mut piece));
            taken = 0;
        }
        piece.push(one);
        taken += own;
    }
    lines.push(piece);
    lines
}

/// `text` in lines, each with as many columns as `room` has for its number. Words are kept whole.
pub(in crate::render) fn broken(text: &str, room: impl Fn(usize) -> usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let last = lines.last().map_or(0, |line| columns(line));
        if last > 0 && last + 1 + columns(word) > room(lines.len() - 1) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words are broken where they have no room and are not to be copied.
    #[test]
    fn wrapping_of_words_and_copyable_text() {
        for (text, drawn) in [
            (
                "one two three four five six",
                "> one two three four\n. five six\n",
            ),
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b",
                "> aaaaaaaaaaaaaaaaaaaa\n. aaaaaaaaaa\n. b\n",
            ),
            ("日本語日本語日本語日本語", "> 日本語日本語日本語日\n. 本語\n"),
            ("👍👍👍👍👍👍👍👍👍👍👍", "> 👍👍👍👍👍👍👍👍👍👍\n. 👍\n"),
            (
                "see policies/a-folder-with-a-name/a.yaml",
                "> see\n. policies/a-folder-with-a-name/a.yaml\n",
            ),
            ("", "> \n"),
            (&"a1".repeat(32), &format!("> {}\n", "a1".repeat(32))),
        ] {
            assert_eq!(wrap(text, 22, "> ", ". "), drawn, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            text in "[a-z ÄΩж日本語한国👍🇩🇪❤e\u{301}\u{fe0f}.@=+-]{0,200}",
            width in 40_usize..120,
        ) {
            let drawn = wrap(&text, width, "  effect: ", "    ");
            for line in drawn.lines() {
                prop_assert!(columns(line) <= width, "{line}");
            }
            let kept = |text: &str| text.chars().filter(|one| !one.is_whitespace()).collect::<String>();
            prop_assert_eq!(kept(&drawn), format!("effect:{}", kept(&text)));
        }
    }
}
