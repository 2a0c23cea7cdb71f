//! The API's limits on email templates. docs/facts.md, "`SetRiskConfiguration` and its limits".

use std::sync::LazyLock;

use regex::Regex;

use crate::model::notification::entry::EmailTemplate;

crate::ident::spelled!(TemplatePart);

/// Fewest and most characters of a subject.
const SUBJECT: (usize, usize) = (1, 140);

/// Fewest and most characters of a body.
const BODY: (usize, usize) = (6, 20_000);

/// A text of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum TemplatePart {
    /// Subject.
    Subject,
    /// HTML body.
    Html,
    /// Text body.
    Text,
}

impl TemplatePart {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Html, Self::Text];
}

/// Something the API rejects, or that leaves nothing to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// Where; `None` for the whole template.
    pub part: Option<TemplatePart>,
    /// What: a sentence without its full stop. Quotes nothing from the template.
    pub message: String,
}

/// What is wrong with a template: lengths and character classes as the API model has them.
/// Characters are counted as Unicode scalar values; whether the service counts those beyond the
/// basic plane twice is unconfirmed.
pub fn template_faults(template: &EmailTemplate) -> Vec<TemplateFault> {
    let mut faults = text_faults(TemplatePart::Subject, &template.subject, SUBJECT);
    for (part, body) in [
        (TemplatePart::Html, &template.html),
        (TemplatePart::Text, &template.text),
    ] {
        if let Some(body) = body {
            faults.extend(text_faults(part, body, BODY));
        }
    }
    if template.html.is_none() && template.text.is_none() {
        faults.push(TemplateFault {
            part: None,
            message: "neither html nor text is set, so there is nothing to send".into(),
        });
    }
    faults
}

fn text_faults(part: TemplatePart, text: &str, (least, most): (usize, usize)) -> Vec<TemplateFault> {
    let fault = |message| TemplateFault {
        part: Some(part),
        message,
    };
    let name = part.as_str();
    let length = text.chars().count();
    let mut faults = Vec::new();
    if length == 0 {
        faults.push(fault(format!("{name} is empty")));
    } else if length < least {
        faults.push(fault(format!(
            "{name} has {length} characters, at least {least} are needed"
        )));
    } else if length > most {
        faults.push(fault(format!(
            "{name} has {length} characters, at most {most} are allowed"
        )));
    }
    if let Some((at, c)) = first_foreign(text) {
        let code = u32::from(c);
        faults.push(fault(format!(
            "{name} has the character U+{code:04X} at position {at}, which the API does not take"
        )));
    }
    faults
}

/// The first character outside `[\p{L}\p{M}\p{S}\p{N}\p{P}\s]`, with its position counted from 1:
/// control and format characters such as the zero-width joiner, private and unassigned ones. White
/// space is Unicode's; where AWS means ASCII's, the API is stricter.
fn first_foreign(text: &str) -> Option<(usize, char)> {
    static FOREIGN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[^\p{L}\p{M}\p{S}\p{N}\p{P}\s]").ok());
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return None;
    }
    let found = FOREIGN.as_ref()?.find(text)?;
    let at = text[..found.start()].chars().count() + 1;
    Some((at, found.as_str().chars().next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(subject: &str, html: Option<&str>, text: Option<&str>) -> Vec<String> {
        let template = EmailTemplate {
            subject: subject.into(),
            html: html.map(Into::into),
            text: text.map(Into::into),
        };
        let faults = template_faults(&template);
        faults
            .into_iter()
            .map(|f| format!("{}: {}", f.part.map_or("", TemplatePart::as_str), f.message))
            .collect()
    }

    #[test]
    fn lengths_at_their_limits() {
        let (s140, s141) = ("é".repeat(140), "é".repeat(141));
        let (b20000, b20001) = ("b".repeat(20_000), "b".repeat(20_001));
        assert!(faults("x", None, Some("123456")).is_empty());
        assert!(faults(&s140, Some(&b20000), Some(&b20000)).is_empty());
        assert_eq!(
            faults(&s141, None, Some("12345")),
            [
                "subject: subject has 141 characters, at most 140 are allowed",
                "text: text has 5 characters, at least 6 are needed"
            ]
        );
        assert_eq!(
            faults("", Some(&b20001), None),
            [
                "subject: subject is empty",
                "html: html has 20001 characters, at most 20000 are allowed"
            ]
        );
    }

    #[test]
    fn a_template_without_a_body() {
        assert_eq!(
            faults("x", None, None),
            [": neither html nor text is set, so there is nothing to send"]
        );
        assert_eq!(faults("x", Some(""), None), ["html: html is empty"]);
    }

    #[test]
    fn character_classes() {
        assert!(faults("Zażółć 日本 ½ € ✓ 🔒 ¡*!", None, Some("line\r\n\ttab\u{a0}nbsp")).is_empty());
        for (subject, code, at) in [
            ("a\u{200d}b", "U+200D", 2),
            ("\u{7}bell", "U+0007", 1),
            ("ab\u{e000}", "U+E000", 3),
            ("é\u{feff}", "U+FEFF", 2),
        ] {
            let found = faults(subject, None, Some("123456"));
            let expected = format!(
                "subject: subject has the character {code} at position {at}, which the API does not take"
            );
            assert_eq!(found, [expected]);
        }
    }
}
