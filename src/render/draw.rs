//! Colour and line breaks of text for a terminal.

use owo_colors::Style;

use super::RenderOptions;

/// `text` in a style, if colour is wanted.
pub(super) fn paint(text: &str, style: Style, options: &RenderOptions) -> String {
    if options.colour {
        style.style(text).to_string()
    } else {
        text.to_owned()
    }
}

/// `text` broken at spaces to `width` columns, with a line break at the end. Words are kept whole,
/// so that an address can be clicked; `head` may hold escape sequences, which take no columns.
pub(super) fn wrap(text: &str, width: usize, head: &str, rest: &str) -> String {
    let room = |before: usize| width.saturating_sub(before).max(20);
    // What begins the first line may be coloured.
    let begins = anstream::adapter::strip_str(head).to_string().chars().count();
    let (first, next) = (room(begins), room(rest.len()));
    let lines = broken(text, |number| if number == 0 { first } else { next });
    format!("{head}{}\n", lines.join(&format!("\n{rest}")))
}

/// `text` in lines, each with as many columns as `room` has for its number. Words are kept whole.
pub(super) fn broken(text: &str, room: impl Fn(usize) -> usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.chars().count() > room(lines.len() - 1) {
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
