//! Comments: what a text is, and where its parts come from. Policies are hostile text.

use crate::export::resource::Exported;
use crate::hidden::is_hidden;
use crate::pointer::Pointer;

/// The lines above the resources of all policies: what the text is, and what is not in it.
pub fn head(all: &[Exported], purpose: &str) -> Vec<String> {
    let names: Vec<_> = all.iter().map(|exported| exported.policy.clone()).collect();
    let mut lines = vec![
        format!("Written by `cogward export` from {}.", names.join(", ")),
        purpose.to_owned(),
    ];
    for exported in all {
        let line =
            |(at, why): &(Pointer, String)| format!("Not exported: {at} of {}: {why}.", exported.policy);
        lines.extend(exported.left_out.iter().map(line));
    }
    lines
}

/// Lines as comments, one each whatever is in them.
pub fn comments(out: &mut String, mark: &str, lines: &[String]) {
    for line in lines {
        out.push_str(mark);
        out.push(' ');
        out.push_str(&visible(line));
        out.push('\n');
    }
}

/// One line: hidden characters as Rust writes them.
pub fn visible(text: &str) -> String {
    let one = |c: char| {
        if is_hidden(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(one).collect()
}
