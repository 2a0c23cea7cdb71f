//! What all pages of `html` have in common: the frame, the styles, and how a template becomes a page.

use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::render::escape;

/// Macros that every template begins with.
const FRAME: &str = concat!(
    "{%- macro style_of_pictures() -%}\n",
    include_str!("colours.css"),
    include_str!("time.css"),
    "{%- endmacro -%}\n",
    "{%- macro style() -%}\n",
    "{{ style_of_pictures() }}\n",
    include_str!("page.css"),
    "{%- endmacro -%}\n",
    include_str!("frame.html.jinja"),
);

/// Search and sort for many pools; the page is complete without it.
pub(in crate::render) const SCRIPT: &str = include_str!("estate.js");

/// A number in the head of a page.
#[derive(Serialize)]
pub(in crate::render) struct Tile {
    pub(in crate::render) number: usize,
    pub(in crate::render) words: &'static str,
    pub(in crate::render) class: &'static str,
}

/// Draws a template. Everything that `page` holds is escaped.
pub(in crate::render) fn draw(template: &str, page: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("code", code);
    let template = [FRAME, template].concat();
    let text = environment
        .template_from_str(&template)
        .and_then(|template| template.render(minijinja::value::Serde(page)))
        .map_err(io::Error::other)?;
    out.write_all(escape::for_log(text.trim_start()).as_bytes())
}

/// The source of [`SCRIPT`] in a page's policy: that text, and no other, may run.
pub(in crate::render) fn script_hash() -> String {
    format!(
        "sha256-{}",
        BASE64_STANDARD.encode(Sha256::digest(SCRIPT.trim().as_bytes()))
    )
}

/// A sentence with its values in backticks set as code. Escapes everything else; a backtick without a
/// partner stays one.
fn code(text: &str) -> minijinja::Value {
    let parts: Vec<_> = text
        .split('`')
        .map(|part| minijinja::HtmlEscape(part).to_string())
        .collect();
    let paired = parts.len() % 2 == 1;
    let mut html = String::with_capacity(text.len() * 2);
    for (index, part) in parts.iter().enumerate() {
        match index {
            0 => html.push_str(part),
            _ if !paired => html.extend(["`", part]),
            _ if index % 2 == 1 => html.extend(["<code>", part]),
            _ => html.extend(["</code>", part]),
        }
    }
    minijinja::Value::from_safe_string(html)
}
