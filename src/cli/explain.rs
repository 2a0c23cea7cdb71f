//! `cogward explain ID`.

use crate::app::{catalogue, ids};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::fs::Tree;
use crate::source::Sources;
use crate::text;

/// Prints the page of a rule, or of whatever else can stand in brackets.
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
    let pages = ids::pages(id, &rules);
    if !pages.is_empty() {
        output::write_lines(&pages)?;
        return Ok(code);
    }
    let near = text::nearest(id, ids::all(&rules));
    let hint = near.map_or_else(
        || "`cogward rules list` shows all".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(CliError::Usage(format!(
        "there is no rule, check, difference or guard `{id}`; {hint}"
    )))
}
