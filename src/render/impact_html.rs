//! `html` of an impact: one self-contained page; beside each picture its table.

use std::fmt::Write as _;

use minijinja::HtmlEscape;

use super::escape;

/// The page's content, as texts. All of them are hostile, but for pictures.
pub(super) struct ImpactPage {
    pub replay: &'static str,
    pub closing: String,
    pub pools: Vec<PoolSection>,
    pub reading: Vec<String>,
    pub not_checked: Vec<String>,
}

/// One policy on one pool.
pub(super) struct PoolSection {
    pub title: String,
    pub facts: Vec<(&'static str, String)>,
    pub diagnoses: Vec<String>,
    pub tables: Vec<PictureTable>,
}

/// A table, and the picture beside it.
pub(super) struct PictureTable {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub more: Option<String>,
    /// SVG, whose texts are escaped.
    pub picture: Option<String>,
}

const HEAD: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>cogward impact</title>\n<style>\n",
    include_str!("html/impact.css"),
    "</style>\n</head>\n<body>\n<main>\n<h1>cogward impact</h1>\n"
);

/// The page.
pub(super) fn page(page: &ImpactPage) -> String {
    let mut html = HEAD.to_owned();
    let _ = writeln!(html, "<p>{} {}.</p>", text(page.replay), text(&page.closing));
    for pool in &page.pools {
        section(&mut html, pool);
    }
    list(&mut html, "Reading", &page.reading);
    list(&mut html, "Not checked", &page.not_checked);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn section(html: &mut String, pool: &PoolSection) {
    let _ = writeln!(html, "<section>\n<h2>{}</h2>\n<dl>", text(&pool.title));
    for (name, words) in &pool.facts {
        let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", text(words));
    }
    html.push_str("</dl>\n");
    if !pool.diagnoses.is_empty() {
        html.push_str("<div class=\"first\">\n<h3>Before the numbers</h3>\n<ul>\n");
        for line in &pool.diagnoses {
            let _ = writeln!(html, "<li>{}</li>", text(line));
        }
        html.push_str("</ul>\n</div>\n");
    }
    for table in &pool.tables {
        let _ = writeln!(html, "<h3>{}</h3>\n<div class=\"beside\">", text(&table.title));
        if let Some(picture) = &table.picture {
            let _ = writeln!(html, "<figure>{picture}</figure>");
        }
        rows(html, table);
        html.push_str("</div>\n");
    }
    html.push_str("</section>\n");
}

fn rows(html: &mut String, table: &PictureTable) {
    html.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for cell in &table.head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", text(cell));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        html.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let _ = match at {
                0 => write!(html, "<th scope=\"row\">{}</th>", text(cell)),
                _ => write!(html, "<td>{}</td>", text(cell)),
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>");
    if let Some(more) = &table.more {
        let _ = write!(html, "<p>{}</p>", text(more));
    }
    html.push_str("</div>\n");
}

fn list(html: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(html, "<h2>{title}</h2>\n<ul>");
    for line in lines {
        let _ = writeln!(html, "<li>{}</li>", text(line));
    }
    html.push_str("</ul>\n");
}

/// A text with what is hidden in it made visible, and nothing of HTML.
fn text(words: &str) -> String {
    HtmlEscape(&escape::one_line(words)).to_string()
}
