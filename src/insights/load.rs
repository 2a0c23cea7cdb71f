//! Question files to questions: every fault of a file with its place.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};

use crate::fault::InputError;
use crate::finding::Finding;
use crate::insights::file::{ChartKind, InsightMeasure, KeptGroups, QuestionFile, QuestionFilter};
use crate::insights::member::{QuestionMember, RecordKind};
use crate::pointer::Pointer;
use crate::policy::assemble::schema_finding;
use crate::policy::place::Places;
use crate::rule::load::document;
use crate::schema::Validator;
use crate::source::{Source, SourceId, Sources};
use crate::text;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/questions");

/// A condition on one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub member: QuestionMember,
    pub test: Test,
}

/// What is asked of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Is(Vec<String>),
    Not(Vec<String>),
    Known(bool),
}

impl Condition {
    /// The values that it names.
    pub(super) fn values(&self) -> &[String] {
        match &self.test {
            Test::Is(values) | Test::Not(values) => values,
            Test::Known(_) => &[],
        }
    }

    /// Whether it holds; `None` where the record does not say.
    pub(super) fn holds(&self, value: Option<&str>) -> Option<bool> {
        match (&self.test, value) {
            (Test::Known(known), value) => Some(value.is_some() == *known),
            (_, None) => None,
            (Test::Is(values), Some(value)) => Some(values.iter().any(|one| one == value)),
            (Test::Not(values), Some(value)) => Some(values.iter().all(|one| one != value)),
        }
    }
}

/// A question that can be answered.
#[derive(Clone, Debug)]
pub struct InsightQuestion {
    /// Kebab-case id.
    pub id: String,
    /// What is asked.
    pub title: String,
    /// Why, and how to read the answer.
    pub why: String,
    /// What is counted.
    pub of: RecordKind,
    pub(super) filter: Vec<Condition>,
    /// The members of a row.
    pub group: Vec<QuestionMember>,
    /// What is measured.
    pub measures: Vec<InsightMeasure>,
    /// What rows are ordered by; one of the measures.
    pub order: InsightMeasure,
    /// Which rows are kept.
    pub keep: Option<KeptGroups>,
    /// Most rows.
    pub limit: usize,
    /// How rows are drawn.
    pub chart: ChartKind,
    /// The file.
    pub source: SourceId,
    /// Whether it ships inside the program.
    pub is_builtin: bool,
}

impl InsightQuestion {
    /// The members that it looks at, some perhaps more than once.
    pub fn members(&self) -> impl Iterator<Item = QuestionMember> {
        let filter = self.filter.iter().map(|condition| condition.member);
        let measures = self.measures.iter().filter_map(|measure| measure.distinct());
        filter.chain(self.group.iter().copied()).chain(measures)
    }
}

/// What question files are checked with; made once for all files.
pub struct QuestionLoader {
    validator: Option<Validator>,
}

impl Default for QuestionLoader {
    fn default() -> Self {
        Self {
            validator: Validator::new(super::question_schema()),
        }
    }
}

impl QuestionLoader {
    /// Loads a file: syntax, schema, names and words. A file with a fault gives no question.
    ///
    /// # Errors
    /// The faults.
    pub fn load(&self, id: SourceId, source: &Source) -> Result<InsightQuestion, Vec<Finding>> {
        let (document, mut findings) = document(id, source, InputError::QuestionInvalid, "question")?;
        let json = document.root.to_json();
        let places = Places {
            tree: document.root,
            source: id,
            extends: None,
        };
        let validator = self.validator.iter();
        let faults = validator.flat_map(|validator| validator.faults(&json));
        findings.extend(faults.map(|fault| schema_finding(&places, fault)));
        if !findings.is_empty() {
            return Err(findings);
        }
        let file: QuestionFile = serde_json::from_value(json).map_err(|error| {
            let message = format!("the question cannot be used: {error}");
            vec![InputError::QuestionInvalid.finding(places.anywhere(&Pointer::root()), message)]
        })?;
        let mut faults = faults_of(&file);
        let name = source.name().rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem != file.id {
            let message = format!("the file name does not match the question's id `{}`", file.id);
            faults.push((at(&["id"]), message, format!("call the file `{}.yaml`", file.id)));
        }
        findings.extend(faults.into_iter().map(|(pointer, message, help)| {
            let finding = InputError::QuestionInvalid.finding(places.anywhere(&pointer), message);
            finding.help(help)
        }));
        if findings.is_empty() {
            Ok(question(file, id))
        } else {
            Err(findings)
        }
    }
}

/// The built-in questions, ordered by id; their texts are added to `sources`.
///
/// # Errors
/// Faults of a file: the tests load every one of them.
pub fn builtin_questions(sources: &mut Sources) -> Result<Vec<InsightQuestion>, Vec<Finding>> {
    let loader = QuestionLoader::default();
    let files = BUILTIN.files();
    let files = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml"));
    let texts = files.filter_map(|file| {
        let name = file.path().file_name()?.to_str()?;
        Some((format!("questions/{name}"), file.contents_utf8()?))
    });
    let mut questions = Vec::new();
    for (name, text) in texts {
        let id = sources.add(Source::builtin(name, text));
        let mut question = loader.load(id, sources.get(id))?;
        question.is_builtin = true;
        questions.push(question);
    }
    questions.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(questions)
}

fn question(file: QuestionFile, source: SourceId) -> InsightQuestion {
    let first = file.measure.first().copied().unwrap_or(InsightMeasure::Events);
    InsightQuestion {
        order: file.order.unwrap_or(first),
        filter: file.filter.into_iter().filter_map(condition).collect(),
        id: file.id,
        title: file.title,
        why: file.why.split_whitespace().collect::<Vec<_>>().join(" "),
        of: file.of,
        group: file.group,
        measures: file.measure,
        keep: file.keep,
        limit: usize::try_from(file.limit).unwrap_or(usize::MAX),
        chart: file.chart,
        source,
        is_builtin: false,
    }
}

fn condition(filter: QuestionFilter) -> Option<Condition> {
    let member = filter.member;
    let spelled = |values: Vec<super::file::ConditionValue>| {
        values.iter().map(|value| member.spelled(&value.0)).collect()
    };
    let is = filter.is.map(|values| Test::Is(spelled(values)));
    let not = filter.not.map(|values| Test::Not(spelled(values)));
    let test = is.or(not).or(filter.known.map(Test::Known))?;
    Some(Condition { member, test })
}

fn at(path: &[&str]) -> Pointer {
    path.iter()
        .fold(Pointer::root(), |pointer, key| pointer.child(*key))
}

/// A place, what is wrong there, and what to do.
type Fault = (Pointer, String, String);

/// What a schema cannot say.
fn faults_of(file: &QuestionFile) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, filter) in file.filter.iter().enumerate() {
        let here = at(&["filter"]).child(index);
        faults.extend(foreign(filter.member, file.of, here.child("member")));
        let tests = [filter.is.is_some(), filter.not.is_some(), filter.known.is_some()];
        if tests.iter().filter(|is| **is).count() != 1 {
            let message = "a condition has exactly one of `is`, `not` and `known`".to_owned();
            let help = "write one condition for each; all of them must hold".to_owned();
            faults.push((here.clone(), message, help));
        }
        for (key, values) in [("is", &filter.is), ("not", &filter.not)] {
            for (nth, value) in values.iter().flatten().enumerate() {
                faults.extend(unknown_value(filter.member, &value.0, here.child(key).child(nth)));
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (index, member) in file.group.iter().enumerate() {
        let here = at(&["group"]).child(index);
        faults.extend(foreign(*member, file.of, here.clone()));
        if !seen.insert(*member) {
            faults.push((
                here,
                format!("`{}` is named twice", member.as_str()),
                "name it once".to_owned(),
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, measure) in file.measure.iter().enumerate() {
        let here = at(&["measure"]).child(index);
        if !seen.insert(*measure) {
            let message = format!("`{}` is measured twice", measure.as_str());
            faults.push((here.clone(), message, "name it once".to_owned()));
        }
        if file.of == RecordKind::Trail && measure.distinct().is_none() && *measure != InsightMeasure::Events
        {
            faults.push((
                here,
                "CloudTrail records have no risk".to_owned(),
                "ask `of: events`".to_owned(),
            ));
        }
    }
    if let Some(order) = file.order.filter(|order| !file.measure.contains(order)) {
        let message = format!("`{}` is not measured", order.as_str());
        faults.push((at(&["order"]), message, "order by one of `measure`".to_owned()));
    }
    if file.of == RecordKind::Trail && file.keep.is_some() {
        let message = "CloudTrail records have no risk that could climb".to_owned();
        faults.push((at(&["keep"]), message, "ask `of: events`".to_owned()));
    }
    faults
}

/// A member that records of this kind never have: every row would be unknown.
fn foreign(member: QuestionMember, of: RecordKind, here: Pointer) -> Option<Fault> {
    if member.is_of(of) {
        return None;
    }
    let kind = match of {
        RecordKind::Events => "auth events have",
        RecordKind::Trail => "CloudTrail records have",
    };
    let all = QuestionMember::ALL.iter().filter(|member| member.is_of(of));
    let all: Vec<_> = all.map(|member| format!("`{}`", member.as_str())).collect();
    let message = format!("{kind} no `{}`", member.as_str());
    Some((here, message, format!("they have {}", text::join_words(&all))))
}

/// A value that the member never has: the condition would never hold.
fn unknown_value(member: QuestionMember, value: &str, here: Pointer) -> Option<Fault> {
    let spelled = member.spelled(value);
    let known = member
        .values()
        .filter(|known| !known.contains(&spelled.as_str()))?;
    let message = format!("`{}` is never `{value}`", member.as_str());
    let known_words: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
    let help = match text::nearest(value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is {}, or not known", text::join_words(&known_words)),
    };
    Some((here, message, help))
}
