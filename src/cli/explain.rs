//! `cogward explain ID`.

use crate::app::{catalogue, ids, insights};
use crate::cli::args::ExplainArgs;
use crate::cli::error::CliError;
use crate::cli::{output, rules};
use crate::fs::Tree;
use crate::render::{self, Format};
use crate::source::Sources;
use crate::text;

/// So many ids are named that have what was typed in them.
const MOST_MEANT: usize = 8;

/// Prints the page of a rule, or of whatever else can stand in brackets.
pub fn run(tree: &Tree, id: &str, args: &ExplainArgs) -> Result<u8, CliError> {
    let folders = &args.rules.rules;
    let format = args.format.unwrap_or(Format::Human);
    if !matches!(format, Format::Human | Format::Markdown | Format::Json) {
        let words = format!(
            "--format {}: a page is shown by human, markdown and json",
            format.as_str()
        );
        return Err(words.into());
    }
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut all = catalogue::with_examples(&mut sources, &mut findings);
    if !folders.is_empty() {
        all.append(&mut catalogue::load_files(
            tree,
            folders,
            &mut sources,
            &mut findings,
        ));
    }
    let (questions, faults) = insights::load(tree, &[], &mut sources);
    findings.extend(faults);
    // A folder with a faulty rule still holds the one that is asked for.
    let code = output::complain(&findings, &sources);
    let known = ids::pages(&all, &questions);
    let pages = known.iter().filter(|(one, _)| *one == id);
    let pages = pages
        .map(|(_, page)| page.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    if !pages.is_empty() {
        if format == Format::Json {
            let rule = all.iter().find(|rule| rule.meta.id.as_str() == id);
            let page = || serde_json::json!({ "id": id, "page": pages });
            write_json(&rule.map_or_else(page, rules::json))?;
        } else {
            output::write_lines(&pages)?;
        }
        return Ok(code);
    }
    let near = text::nearest(id, known.iter().map(|(id, _)| *id));
    // A part of an id is most often its beginning.
    let has = known.iter().map(|(own, _)| *own).filter(|own| own.contains(id));
    let mut having: Vec<_> = has.map(|own| format!("`{own}`")).collect();
    having.dedup();
    having.truncate(MOST_MEANT);
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if !having.is_empty() => format!("did you mean one of {}?", having.join(", ")),
        None => "`cogward rules list` shows all rules".to_owned(),
    };
    Err(CliError::Usage(format!(
        "there is no rule, check, difference, guard, gate, question or shipped layer `{id}`; {hint}"
    )))
}

fn write_json(value: &serde_json::Value) -> Result<(), CliError> {
    let mut text = Vec::new();
    render::write_json(value, &mut text)?;
    Ok(output::write(&text)?)
}
