//! Placeholders in email templates.

use crate::model::notification::entry::EmailTemplate;
use crate::span::Span;
use crate::text;

/// What Cognito fills in. docs/facts.md, "Email placeholders".
pub const KNOWN: [&str; 10] = [
    "username",
    "ip-address",
    "city",
    "country",
    "login-time",
    "device-name",
    "one-click-link-valid",
    "one-click-link-invalid",
    "event-id",
    "feedback-token",
];

/// One `{...}` in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the braces.
    pub name: String,
    /// Where it stands in the text, braces included.
    pub span: Span,
}

/// The placeholders of a text, in order. A placeholder is a letter, then letters, digits, `-`,
/// `_` and blanks, between braces: the braces of a style sheet (`{color: red}`, `{ margin }`)
/// and `{####}` are none.
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    let opening = text.match_indices('{');
    opening
        .filter_map(|(start, _)| {
            let inside = &text[start + 1..];
            let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || "-_ ".contains(c)))?;
            let name = &inside[..end];
            let is_name =
                inside[end..].starts_with('}') && name.starts_with(|c: char| c.is_ascii_alphabetic());
            is_name.then(|| Placeholder {
                name: name.to_owned(),
                span: Span::new(start, start + name.len() + 2),
            })
        })
        .collect()
}

/// Whether Cognito fills a placeholder in. Letter case counts; whether it does for Cognito is
/// unconfirmed.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// The known placeholder that was probably meant: the same but for case, `_` and blanks, a slip,
/// or the only one that begins so (`ip`, `device`). `None` when nothing is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase().replace(['_', ' '], "-");
    if name.is_empty() {
        return None;
    }
    text::nearest(&name, KNOWN).or_else(|| {
        let mut longer = KNOWN.into_iter().filter(|known| known.starts_with(&name));
        longer.next().filter(|_| longer.next().is_none())
    })
}

/// Whether a template has one-click links, which need a user pool domain. docs/facts.md, "Email placeholders".
pub fn needs_domain(template: &EmailTemplate) -> bool {
    let bodies = template.html.iter().chain(&template.text);
    bodies
        .flat_map(|body| placeholders(body))
        .any(|p| p.name.starts_with("one-click-link-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        placeholders(text).into_iter().map(|p| p.name).collect()
    }

    #[test]
    fn placeholders_and_look_alikes() {
        let text = "é {username} at {login-time}; {ip_address}, {Device Name}";
        assert_eq!(
            names(text),
            ["username", "login-time", "ip_address", "Device Name"]
        );
        for found in placeholders(text) {
            assert_eq!(
                &text[found.span.start..found.span.end],
                format!("{{{}}}", found.name)
            );
        }
        for none in [
            "{####}",
            "{}",
            "{ username }",
            "p{color:red}",
            "p { margin }",
            "{1}",
            "{user",
            "user}",
            "{é}",
            "{a\nb}",
            "{",
        ] {
            assert_eq!(names(none), [""; 0], "{none}");
        }
        assert_eq!(names("{{username}}"), ["username"]);
    }

    #[test]
    fn suggestions() {
        for (name, meant) in [
            ("userName", Some("username")),
            ("ip_address", Some("ip-address")),
            ("ipAddress", Some("ip-address")),
            ("Device Name", Some("device-name")),
            ("login-tme", Some("login-time")),
            ("ip", Some("ip-address")),
            ("device", Some("device-name")),
            ("one-click-link-vaild", Some("one-click-link-valid")),
            ("one-click-link", None),
            ("password", None),
            (" ", None),
        ] {
            assert_eq!(nearest(name), meant, "{name}");
        }
        assert!(KNOWN.iter().all(|known| nearest(known) == Some(known)));
    }

    #[test]
    fn one_click_links_need_a_domain() {
        let mut template = EmailTemplate {
            subject: "{one-click-link-valid}".into(),
            html: None,
            text: Some("plain".into()),
        };
        assert!(!needs_domain(&template));
        template.html = Some("<a href=\"{one-click-link-invalid}\">not me</a>".into());
        assert!(needs_domain(&template));
    }
}
