//! `cogward explain RULE`.

use crate::app::catalogue;
use crate::cli::output;
use crate::cli::rules::{lines, with_examples};
use crate::cli::run::Failure;
use crate::fault::Check;
use crate::fs::Tree;
use crate::rule::page;
use crate::source::Sources;
use crate::text;

/// Prints a rule's page.
pub fn run(tree: &Tree, id: &str, folders: &[String]) -> Result<u8, Failure> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut rules = with_examples(&mut sources, &mut findings);
    if !folders.is_empty() {
        rules.append(&mut catalogue::load_files(
            tree,
            folders,
            &mut sources,
            &mut findings,
        ));
    }
    if !findings.is_empty() {
        return Err(Failure::Usage(lines(&findings, &sources)));
    }
    if let Some(rule) = rules.iter().find(|rule| rule.meta.id.as_str() == id) {
        output::write(page::markdown(rule).as_bytes())?;
        return Ok(0);
    }
    if let Some(check) = Check::ALL.into_iter().find(|check| check.as_str() == id) {
        let page = format!(
            "# {id}\n\n{}.\n\nA check of the input itself: it cannot be waived or disabled, and ends the run with exit code 2.\n",
            check.summary()
        );
        output::write(page.as_bytes())?;
        return Ok(0);
    }
    let near = text::nearest(id, rules.iter().map(|rule| rule.meta.id.as_str()));
    let hint = near.map_or_else(
        || "`cogward rules list` shows all".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Failure::Usage(format!(
        "there is no rule `{}`; {hint}",
        id.escape_default()
    )))
}
