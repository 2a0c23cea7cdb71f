//! Texts that look like credentials: found before anything of a file is shown.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::source::Source;
use crate::span::Span;

/// A part of a text that looks like a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where.
    pub span: Span,
    /// What it looks like.
    pub kind: &'static str,
}

/// What a credential is called, literals of which one must be there, and its shape.
const SHAPES: [(&str, &[&str], &str); 6] = [
    (
        "AWS access key id",
        &["AKIA", "ASIA"],
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    ),
    (
        NAMED,
        &["secret", "SECRET", "Secret"],
        r#"(?i)secret[a-z_ -]{0,20}["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})\b"#,
    ),
    (
        "GitHub token",
        &["ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b",
    ),
    (
        "Slack token or webhook",
        &["xox", "hooks.slack.com"],
        r"\bxox[abprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/]+",
    ),
    (
        "JSON Web Token",
        &["eyJ"],
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
    ),
    (
        "private key",
        &["PRIVATE KEY"],
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    ),
];

/// The one kind that is known by the word before it, and its length in bytes, all of them ASCII.
const NAMED: &str = "AWS secret access key";
const NAMED_LENGTH: usize = 40;

type Pattern = (&'static str, &'static [&'static str], Option<Regex>);

/// The shapes, compiled when a literal is met for the first time: most runs never meet one.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    SHAPES
        .into_iter()
        .map(|(kind, literals, pattern)| (kind, literals, Regex::new(pattern).ok()))
        .collect()
});

/// Whether any pattern can match at all: one fast look for all literals.
static LITERALS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let literals = SHAPES.iter().flat_map(|(_, literals, _)| literals.iter());
    let literals: Vec<_> = literals.map(|literal| regex::escape(literal)).collect();
    Regex::new(&literals.join("|")).ok()
});

/// A text that was read, under its name, with what looks like a credential masked.
pub fn source(name: &str, text: impl Into<std::sync::Arc<str>>) -> (Source, Vec<Secret>) {
    let text = text.into();
    let secrets = find(&text);
    let spans: Vec<_> = secrets.iter().map(|secret| secret.span).collect();
    (Source::new(name, text, &spans), secrets)
}

/// Whether anything in a text can look like a credential, however the text is written: one fast look.
pub fn is_possible(text: &str) -> bool {
    LITERALS.as_ref().is_none_or(|literals| literals.is_match(text))
}

/// All places of a text that look like credentials, in order, comments included.
pub fn find(text: &str) -> Vec<Secret> {
    if !is_possible(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut named = HashSet::new();
    for (kind, literals, pattern) in PATTERNS.iter() {
        let Some(pattern) = pattern else { continue };
        if !literals.iter().any(|literal| text.contains(literal)) {
            continue;
        }
        for captures in pattern.captures_iter(text) {
            if let Some(part) = captures.get(1) {
                named.insert(part.as_str().as_bytes());
            } else if let Some(part) = captures.get(0) {
                found.push(Secret {
                    span: Span::new(part.start(), part.end()),
                    kind,
                });
            }
        }
    }
    // Known by the word before it; elsewhere in the text it may stand without one. One walk for all.
    if !named.is_empty() {
        let windows = text.as_bytes().windows(NAMED_LENGTH).enumerate();
        let again = windows.filter(|(_, window)| named.contains(window));
        found.extend(again.map(|(start, _)| Secret {
            span: Span::new(start, start + NAMED_LENGTH),
            kind: NAMED,
        }));
    }
    found.sort_by_key(|secret| secret.span);
    found.dedup_by_key(|secret| secret.span);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_found_and_words_are_not() {
        let text =
            "# AKIAIOSFODNN7EXAMPLE\nsecret_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nname: AKIA-team\n";
        let found: Vec<_> = find(text)
            .iter()
            .map(|s| (s.kind, &text[s.span.start..s.span.end]))
            .collect();
        assert_eq!(
            found,
            [
                ("AWS access key id", "AKIAIOSFODNN7EXAMPLE"),
                (
                    "AWS secret access key",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
                ),
            ]
        );
        let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let again = find(&format!("a: {key}\nsecret: {key}\n"));
        assert_eq!(again.iter().map(|s| s.span.start).collect::<Vec<_>>(), [3, 52]);
        assert!(PATTERNS.iter().all(|(_, _, pattern)| pattern.is_some()));
        assert_eq!(
            find("source_arn: arn:aws:ses:us-west-2:123456789012:identity/a@example.com"),
            []
        );
    }
}
