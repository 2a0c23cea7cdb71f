//! Reasons that are typed: what counts as one, and what is kept of it.

use std::collections::BTreeMap;

use crate::cli::error::CliError;
use crate::lint::Mask;
use crate::proposal::Accept;

/// Rules whose errors do not count, each with why.
pub fn allowed_findings(typed: &[String]) -> Result<BTreeMap<String, String>, CliError> {
    let one = |text: &String| match text.split_once('=') {
        Some((rule, reason)) if !rule.is_empty() && is_a_reason(reason) => {
            Ok((rule.to_owned(), masked(reason)))
        }
        _ => Err(CliError::Usage(format!(
            "--allow-finding {text}: name the rule and say why, in words: --allow-finding {}=REASON",
            text.split_once('=').map_or(text.as_str(), |(rule, _)| rule)
        ))),
    };
    typed.iter().map(one).collect()
}

/// Why something is done, as reports and journals have it: credentials in it are masked.
pub fn reason(option: &str, text: &str) -> Result<String, CliError> {
    if is_a_reason(text) {
        Ok(masked(text))
    } else {
        let words = format!("{option}: say why, in words");
        Err(CliError::Usage(words))
    }
}

/// Whether somebody said why: there is a word that can be seen, and it does not only stand for a reason.
fn is_a_reason(text: &str) -> bool {
    // Fillers count as letters, and are as good as nothing.
    let is_filler = |c: char| matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    text.chars().any(|c| c.is_alphanumeric() && !is_filler(c)) && text.trim() != Accept::REASON
}

/// A text that was typed, without credentials.
pub fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    Mask::default().credential(&mut text);
    text
}
