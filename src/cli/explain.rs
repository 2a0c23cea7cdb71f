//! `cogward explain RULE`.

use crate::app::catalogue;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::fault::InputError;
use crate::fs::Tree;
use crate::rule::page;
use crate::source::Sources;
use crate::text;

/// Prints a rule's page.
pub fn run(tree: &Tree, id: &str, folders: &[String]) -> Result<u8, CliError> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut rules = catalogue::with_examples(&mut sources, &mut findings);
    if !folders.is_empty() {
        rules.append(&mut catalogue::load_files(
            tree,
            folders,
            &mut sources,
            &mut findings,
        ));
    }
    // A folder with a faulty rule still holds the one that is asked for.
    let code = output::complain(&findings, &sources);
    if let Some(rule) = rules.iter().find(|rule| rule.meta.id.as_str() == id) {
        output::write_lines(&page::markdown(rule))?;
        return Ok(code);
    }
    if let Some(check) = InputError::ALL.into_iter().find(|check| check.as_str() == id) {
        let page = format!(
            "# {id}\n\n{}.\n\nA check of the input itself: it cannot be waived or disabled{}.\n",
            check.summary(),
            if check.is_fault() {
                ", and ends the run with exit code 2"
            } else {
                ""
            }
        );
        output::write(page.as_bytes())?;
        return Ok(code);
    }
    let near = text::nearest(id, rules.iter().map(|rule| rule.meta.id.as_str()));
    let hint = near.map_or_else(
        || "`cogward rules list` shows all".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(CliError::Usage(format!("there is no rule `{id}`; {hint}")))
}
