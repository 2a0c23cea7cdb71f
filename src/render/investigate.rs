//! An investigation for people: at a terminal, and as an incident note in Markdown.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::investigate::Investigation;
use crate::text;

use super::human::{paint, wrap};
use super::investigate_view::{self as view, NAMELESS_ROWS, PAGE, StepView, UserView};
use super::markdown_page::Page;
use super::{Format, RenderOptions, escape, investigate_html, json_investigate};

/// The formats that show an investigation.
pub const INVESTIGATE_FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Markdown, Format::Html];

/// Users that are shown at a terminal, and steps of each.
const TERMINAL: (usize, usize) = (10, 20);

/// Writes the investigation; a format that is not among [`INVESTIGATE_FORMATS`] writes what `human` does.
pub(super) fn investigation(
    format: Format,
    found: &Investigation,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match format {
        Format::Json => return json_investigate::render(found, out),
        Format::Html => return investigate_html::render(found, options, out),
        Format::Markdown => markdown(found, options.max_bytes),
        _ => human(found, options),
    };
    out.write_all(escape::for_log(&text).as_bytes())
}

fn human(found: &Investigation, options: &RenderOptions) -> String {
    let title = format!("pool {}", escape::one_line(&view::title(found)));
    let mut text = paint(&title, Style::new().bold(), options) + "\n";
    let line = |words: &str, head: &str, rest: usize| {
        wrap(
            &escape::one_line(words),
            options.columns(),
            head,
            &" ".repeat(rest),
        )
    };
    for (name, words) in view::facts(found) {
        text.push_str(&line(&words, &format!("  {name:9} "), 12));
    }
    for user in found.users.iter().take(TERMINAL.0) {
        text.push('\n');
        text.push_str(&timeline(&view::user(found, user, TERMINAL.1), options));
    }
    let more = found.users.len().saturating_sub(TERMINAL.0);
    if more > 0 {
        let users = text::count(more, "more user", "more users");
        let _ = writeln!(text, "\n{users}: --user shows one, --format json all");
    }
    let nameless = &found.nameless;
    if nameless.total > 0 {
        let head = view::nameless_title(nameless.total);
        let _ = writeln!(text, "\n{}", paint(&head, Style::new().bold(), options));
        text.push_str(&line(view::NAMELESS, "  ", 2));
        for row in nameless.rows.iter().take(NAMELESS_ROWS) {
            text.push_str(&line(&view::nameless(row), "  - ", 4));
        }
        let more = nameless.rows.len().saturating_sub(NAMELESS_ROWS);
        if more > 0 {
            let _ = writeln!(text, "  - and {}", text::count(more, "more kind", "more kinds"));
        }
    }
    for (title, lines) in [
        ("reading", found.reading.clone()),
        ("not checked", view::not_checked(found)),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}:");
        }
        for words in &lines {
            text.push_str(&line(words, "  - ", 4));
        }
    }
    text
}

/// Times stand left, so that the eye finds them; everything of a step stands right of them.
fn timeline(user: &UserView, options: &RenderOptions) -> String {
    let title = format!("user {}", escape::one_line(&user.title));
    let mut text = paint(&title, style(user.class).bold(), options) + "\n";
    let mut add = |words: &str, head: &str, rest: usize| {
        text.push_str(&wrap(
            &escape::one_line(words),
            options.columns(),
            head,
            &" ".repeat(rest),
        ));
    };
    user.facts.iter().for_each(|fact| add(fact, "  ", 2));
    for (day, steps) in &user.days {
        add(day, "  ", 2);
        for step in steps {
            let time = paint(&step.time, style(step.class), options);
            add(&step.what, &format!("    {time}  "), 14);
            for (name, words) in details(step) {
                add(&format!("{name}{words}"), &" ".repeat(14), 14);
            }
        }
    }
    user.more.iter().for_each(|more| add(more, "  ", 2));
    text
}

/// What stands below a step.
fn details(step: &StepView) -> Vec<(&'static str, &str)> {
    let mut lines = vec![("", step.from.as_str())];
    lines.extend(step.settings.as_deref().map(|words| ("settings: ", words)));
    lines.extend(step.feedback.as_deref().map(|words| ("", words)));
    lines
}

fn style(class: &str) -> Style {
    match class {
        "error" => Style::new().red(),
        "warning" => Style::new().yellow(),
        "note" => Style::new().cyan(),
        _ => Style::new(),
    }
}

/// An incident note, cut at whole users to so many bytes.
fn markdown(found: &Investigation, room: usize) -> String {
    let mut page = Page {
        text: format!("## Incident note: {}\n\n", escape::markdown(&view::title(found))),
        room,
    };
    for (name, words) in view::facts(found) {
        let _ = writeln!(page.text, "- **{name}**: {}", escape::markdown(&words));
    }
    if found.redacted {
        page.text
            .push_str("- **names**: pseudonyms; the same text has the same one everywhere\n");
    }
    let nameless = &found.nameless;
    if nameless.total > 0 {
        let _ = writeln!(
            page.text,
            "\n### {}\n\n{}\n",
            view::nameless_title(nameless.total),
            view::NAMELESS
        );
    }
    for row in nameless.rows.iter().take(NAMELESS_ROWS) {
        let _ = writeln!(page.text, "- {}", escape::markdown(&view::nameless(row)));
    }
    for (title, lines) in [
        ("Reading", found.reading.clone()),
        ("Not checked", view::not_checked(found)),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(page.text, "\n### {title}\n");
        }
        for line in lines {
            let _ = writeln!(page.text, "- {}", escape::markdown(&line));
        }
    }
    let users = found.users.iter().take(PAGE.0);
    let more = found.users.len().saturating_sub(PAGE.0);
    page.list(
        "\n### Users\n",
        users.map(|user| section(&view::user(found, user, PAGE.1))),
        more,
        ["user", "users"],
    );
    page.text
}

fn section(user: &UserView) -> String {
    let mut text = format!("\n#### {}\n\n", escape::markdown(&user.title));
    for fact in &user.facts {
        let _ = writeln!(text, "- {}", escape::markdown(fact));
    }
    text.push_str("\n| time (UTC) | what | from | settings |\n|---|---|---|---|\n");
    for (day, steps) in &user.days {
        for step in steps {
            let what = match &step.feedback {
                Some(feedback) => format!("{}; {feedback}", step.what),
                None => step.what.clone(),
            };
            let cells = [
                &format!("{day} {}", step.time),
                &what,
                &step.from,
                step.settings.as_ref().unwrap_or(&String::new()),
            ]
            .map(|cell| escape::markdown(cell));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    if let Some(more) = &user.more {
        let _ = writeln!(text, "\n{}", escape::markdown(more));
    }
    text
}
