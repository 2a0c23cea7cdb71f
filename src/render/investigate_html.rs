//! An investigation as one self-contained page: a timeline for each user.

use std::io::{self, Write};

use serde::Serialize;

use crate::investigate::Investigation;
use crate::text;

use super::html_page::{self, Tile};
use super::investigate_view::{self as view, NAMELESS_ROWS, PAGE, StepView, UserView};
use super::{RenderOptions, escape};

/// The template; its only input is [`Page`].
const TEMPLATE: &str = include_str!("html/investigate.html.jinja");

/// What the template shows. Texts are hostile; the template escapes them.
#[derive(Serialize)]
struct Page {
    version: &'static str,
    title: String,
    facts: Vec<[String; 2]>,
    tiles: Vec<Tile>,
    users: Vec<User>,
    more_users: Option<String>,
    nameless: Vec<String>,
    nameless_total: Option<String>,
    nameless_why: &'static str,
    reading: Vec<String>,
    not_checked: Vec<String>,
    redacted: bool,
}

#[derive(Serialize)]
struct User {
    title: String,
    class: &'static str,
    facts: Vec<String>,
    days: Vec<(String, Vec<Step>)>,
    more: Option<String>,
}

#[derive(Serialize)]
struct Step {
    time: String,
    class: &'static str,
    what: String,
    from: String,
    settings: Option<String>,
    feedback: Option<String>,
}

/// Writes the page.
pub(super) fn render(found: &Investigation, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut page = page(found);
    let head = super::head::facts(&options.head, &[]).into_iter();
    page.facts
        .extend(head.map(|(name, words)| [name.to_owned(), words]));
    html_page::draw(TEMPLATE, &page, out)
}

fn page(found: &Investigation) -> Page {
    let lines = |lines: Vec<String>| lines.iter().map(|line| escape::one_line(line)).collect();
    let facts = view::facts(found).into_iter();
    let more = found.users.len().saturating_sub(PAGE.0);
    let high = found.users.iter().filter(|user| view::at_high_risk(user)).count();
    let refused = |user: &&crate::investigate::TimelineUser| {
        user.causes()
            .keys()
            .any(crate::investigate::StepCause::is_threat_protection)
    };
    let tile = |number, words, class| Tile { number, words, class };
    Page {
        version: found.version,
        title: escape::one_line(&view::title(found)),
        facts: facts
            .map(|(name, words)| [name.to_owned(), escape::one_line(&words)])
            .collect(),
        tiles: vec![
            tile(found.users.len(), "users", ""),
            tile(high, "at high risk", "warning"),
            tile(found.users.iter().filter(refused).count(), "blocked", "error"),
        ],
        users: found
            .users
            .iter()
            .take(PAGE.0)
            .map(|user| shown(view::user(found, user, PAGE.1)))
            .collect(),
        more_users: (more > 0).then(|| {
            format!(
                "and {}; --format json has all",
                text::count(more, "more user", "more users")
            )
        }),
        nameless: lines(
            found
                .nameless
                .rows
                .iter()
                .take(NAMELESS_ROWS)
                .map(view::nameless)
                .collect(),
        ),
        nameless_total: (found.nameless.total > 0).then(|| view::nameless_title(found.nameless.total)),
        nameless_why: view::NAMELESS,
        reading: lines(found.reading.clone()),
        not_checked: lines(view::not_checked(found)),
        redacted: found.redacted,
    }
}

fn shown(user: UserView) -> User {
    let step = |step: StepView| Step {
        time: step.time,
        class: step.class,
        what: escape::one_line(&step.what),
        from: escape::one_line(&step.from),
        settings: step.settings.map(|words| escape::one_line(&words)),
        feedback: step.feedback.map(|words| escape::one_line(&words)),
    };
    let days = user.days.into_iter();
    User {
        title: escape::one_line(&user.title),
        class: user.class,
        facts: user.facts.iter().map(|fact| escape::one_line(fact)).collect(),
        days: days
            .map(|(day, steps)| (day, steps.into_iter().map(step).collect()))
            .collect(),
        more: user.more,
    }
}
