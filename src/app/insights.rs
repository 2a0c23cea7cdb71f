//! The questions of a run: the built-in ones and those of users.

use std::collections::BTreeMap;

use crate::app::catalogue;
use crate::app::diff::Policies;
use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::fs::Tree;
use crate::insights::{InsightQuestion, QuestionLoader, builtin_questions};
use crate::model::observed::Estate;
use crate::source::Sources;
use crate::text;

/// All questions, ordered by id. Files that hold none are findings; the others are there.
pub fn load(tree: &Tree, folders: &[String], sources: &mut Sources) -> (Vec<InsightQuestion>, Vec<Finding>) {
    let (mut questions, mut findings) = match builtin_questions(sources) {
        Ok(questions) => (questions, Vec::new()),
        Err(findings) => (Vec::new(), findings),
    };
    if folders.is_empty() {
        return (questions, findings);
    }
    let loader = QuestionLoader::default();
    let load = |id, source: &_| loader.load(id, source);
    for question in catalogue::load_each(tree, folders, sources, &mut findings, &load) {
        match questions.iter().find(|known| known.id == question.id) {
            None => questions.push(question),
            Some(known) => {
                let kind = if known.is_builtin { "a built-in" } else { "another" };
                let message = format!("there is {kind} question `{}`", question.id);
                let place = Location::file(question.source);
                let finding = InputError::QuestionInvalid.finding(place, message);
                findings.push(finding.help("give yours another id"));
            }
        }
    }
    questions.sort_by(|a, b| a.id.cmp(&b.id));
    (questions, findings)
}

/// The questions with these ids, each once; all of them where none is named.
///
/// # Errors
/// An id that no question has, in a sentence.
pub fn named(questions: Vec<InsightQuestion>, ids: &[String]) -> Result<Vec<InsightQuestion>, String> {
    for id in ids {
        if !questions.iter().any(|question| question.id == *id) {
            let near = text::nearest(id, questions.iter().map(|question| question.id.as_str()));
            let help = near.map_or_else(
                || "`cogward insights --list` shows all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("there is no question `{id}`: {help}"));
        }
    }
    let is_wanted = |question: &InsightQuestion| ids.is_empty() || ids.contains(&question.id);
    Ok(questions.into_iter().filter(is_wanted).collect())
}

/// Names of clients by their ids, of pools and of policies. They are names of apps, and tell nothing of users.
pub fn clients(estate: &Estate, policies: Option<&Policies>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for client in estate.pools.iter().flat_map(|pool| &pool.posture.clients) {
        names.extend(client.id.clone().map(|id| (id, client.name().to_owned())));
    }
    if let Some(policies) = policies {
        let mask = policies.mask(policies.sources());
        for client in policies.aimed().flat_map(|policy| &policy.posture.clients) {
            let mut name = client.name().to_owned();
            mask.text(&mut name);
            names.extend(client.id.clone().map(|id| (id, name)));
        }
    }
    names
}
