//! Rule files to rules: every fault of a file with its place.

use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::ident::RuleId;
use crate::pointer::Pointer;
use crate::policy::assemble::schema_finding;
use crate::policy::place::Places;
use crate::rule::compiled::Rule;
use crate::rule::engine::{Checker, Expression, ExpressionFault, Reader};
use crate::rule::file::RuleFile;
use crate::rule::template::Template;
use crate::schema::Validator;
use crate::source::{Source, SourceId};
use crate::span::Span;
use crate::yaml::{self, Budget, Document};

/// What rule files are checked with; made once for all files.
pub struct Loader {
    validator: Option<Validator>,
    checker: Checker,
}

impl Default for Loader {
    fn default() -> Self {
        Self {
            validator: Validator::new(crate::rule::schema()),
            checker: Checker::default(),
        }
    }
}

impl Loader {
    /// Loads a user's rule file: syntax, schema, every expression and every name in it. A file with a
    /// fault gives no rule.
    pub fn load(&self, id: SourceId, source: &Source) -> Result<Rule, Vec<Finding>> {
        let (document, findings) = document(id, source, InputError::RuleInvalid, "rule")?;
        self.decode(document, source, findings)
    }

    fn decode(
        &self,
        document: Document,
        source: &Source,
        mut findings: Vec<Finding>,
    ) -> Result<Rule, Vec<Finding>> {
        let id = document.root.source;
        let json = document.root.to_json();
        let places = Places::of(document.root);
        let faults = self
            .validator
            .as_ref()
            .map(|validator| validator.faults(&json))
            .unwrap_or_default();
        findings.extend(faults.into_iter().map(|fault| schema_finding(&places, fault)));
        if !findings.is_empty() {
            return Err(findings);
        }
        let file: RuleFile = serde_json::from_value(json).map_err(|error| {
            let at = places.anywhere(&Pointer::root());
            vec![InputError::RuleInvalid.finding(at, format!("the rule cannot be used: {error}"))]
        })?;
        findings.extend(self.expression_faults(&file, &places));
        let rule_id = RuleId::parse(&file.id);
        let stem = source
            .name()
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .map(|(stem, _)| stem);
        if rule_id.is_none() || stem != Some(file.id.as_str()) {
            let at = places.anywhere(&Pointer::root().child("id"));
            let message = format!("the file name does not match the rule's id `{}`", file.id);
            findings.push(
                InputError::RuleInvalid
                    .finding(at, message)
                    .help(format!("call the file `{}.yaml`", file.id)),
            );
        }
        match rule_id {
            Some(rule_id) if findings.is_empty() => Ok(Rule::new(file, rule_id, id, false)),
            _ => Err(findings),
        }
    }

    fn expression_faults(&self, file: &RuleFile, places: &Places) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (pointer, text, extra, template) in expressions(file) {
            let faults = if template {
                self.template(text, extra)
            } else {
                self.expression(text, extra)
            };
            for message in faults {
                findings.push(InputError::RuleInvalid.finding(places.anywhere(&pointer), message));
            }
        }
        findings
    }

    fn expression(&self, text: &str, extra: &[&str]) -> Vec<String> {
        match Expression::compile(text, Reader::Documented) {
            Ok(expression) => self.checker.faults(&expression, extra),
            Err(fault) => vec![sentence(&fault)],
        }
    }

    fn template(&self, text: &str, extra: &[&str]) -> Vec<String> {
        let (template, faults) = Template::read(text, Reader::Documented);
        let names = template.expressions();
        let names = names.flat_map(|expression| self.checker.faults(expression, extra));
        faults.iter().map(sentence).chain(names).collect()
    }
}

/// The one document of a file, and what is wrong with its syntax; `what` is the kind of file, as its schema is called.
pub(crate) fn document(
    id: SourceId,
    source: &Source,
    check: InputError,
    what: &str,
) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let parsed = yaml::parse(id, source.text(), &Budget::default());
    let finding = |span, message: &str| {
        let location = Location::new(id, span);
        check.finding(location, message.to_owned())
    };
    let faults = parsed.issues.iter().filter(|issue| issue.kind.is_fault());
    let mut findings: Vec<_> = faults
        .map(|issue| finding(issue.span, &issue.message).help(issue.help.clone()))
        .collect();
    match (parsed.documents.len(), parsed.documents.into_iter().next()) {
        (1, Some(document)) => Ok((document, findings)),
        (count, _) => {
            if findings.is_empty() {
                let message = format!("a {what} file holds one document; this one holds {count}");
                let help = format!("`cogward schema {what}` says what a {what} holds");
                findings.push(finding(Span::at(0), &message).help(help));
            }
            Err(findings)
        }
    }
}

fn sentence(fault: &ExpressionFault) -> String {
    // The parser lists every word that could have followed, which helps nobody.
    let message = fault.message.split(" expecting {").next().unwrap_or_default();
    let message = message.replace("mismatched input '<EOF>'", "the expression ends too early");
    match fault.position {
        Some((line, column)) => format!("{message} (line {line}, column {column} of the expression)"),
        None => message,
    }
}

/// Every expression of a file: where, its text, the variables it may use beside the view, and whether
/// it is a template.
fn expressions(file: &RuleFile) -> Vec<(Pointer, &str, &'static [&'static str], bool)> {
    const NONE: &[&str] = &[];
    const IT: &[&str] = &["it"];
    const OTHER: &[&str] = &["it", "other"];
    let at = |key: &str| Pointer::root().child(key);
    let mut list = vec![
        (at("when"), file.when.as_str(), IT, false),
        (at("message"), file.message.as_str(), IT, true),
    ];
    let optional = [
        ("each", &file.each, NONE),
        ("at", &file.at, IT),
        ("severity_of", &file.severity_of, IT),
    ];
    list.extend(
        optional
            .into_iter()
            .filter_map(|(key, text, extra)| Some((at(key), text.as_deref()?, extra, false))),
    );
    list.extend(file.label.as_deref().map(|label| (at("label"), label, IT, true)));
    for (index, related) in file.related.iter().enumerate() {
        let here = at("related").child(index);
        list.extend(
            related
                .each
                .as_deref()
                .map(|each| (here.child("each"), each, IT, false)),
        );
        list.push((here.child("at"), &related.at, OTHER, false));
        list.push((here.child("label"), &related.label, OTHER, true));
    }
    if let Some(fix) = &file.fix {
        let here = at("fix");
        list.extend(
            fix.when
                .as_deref()
                .map(|when| (here.child("when"), when, IT, false)),
        );
        list.push((here.child("title"), &fix.title, IT, true));
        list.push((here.child("at"), &fix.at, IT, false));
        list.extend(
            fix.value
                .as_deref()
                .map(|value| (here.child("value"), value, IT, false)),
        );
    }
    list
}

/// Loads a rule that ships inside the program. It was checked by the tests, so only its head is read:
/// everything before the `examples`, which come last.
pub fn builtin(id: SourceId, text: &str) -> Option<Rule> {
    let head = text.split_once("\nexamples:").map_or(text, |(head, _)| head);
    let parsed = yaml::parse(id, head, &Budget::default());
    let document = parsed.documents.into_iter().next()?;
    let file: RuleFile = serde_json::from_value(document.root.to_json()).ok()?;
    let rule_id = RuleId::parse(&file.id)?;
    Some(Rule::new(file, rule_id, id, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An expression's tree without the numbers of its nodes, which parsers give in an order of their own.
    fn shape(expression: &Expression) -> String {
        let tree = format!("{:?}", expression.tree());
        let numbers = regex::Regex::new(r"\bid: \d+").unwrap();
        numbers.replace_all(&tree, "id").into_owned()
    }

    fn trees(text: &str, template: bool, reader: Reader) -> Vec<String> {
        if template {
            let (template, faults) = Template::read(text, reader);
            assert_eq!(faults, [], "{text}");
            template.expressions().map(shape).collect()
        } else {
            vec![shape(&Expression::compile(text, reader).unwrap())]
        }
    }

    /// Both parsers read every built in expression alike.
    #[test]
    fn parsers_agree_on_builtin_rules() {
        let mut read = 0;
        for (name, text) in crate::rule::catalogue::builtin_files() {
            let parsed = yaml::parse(SourceId(0), text, &Budget::default());
            let file: RuleFile = serde_json::from_value(parsed.documents[0].root.to_json()).unwrap();
            for (at, text, _, template) in expressions(&file) {
                let quick = trees(text, template, Reader::Quick);
                assert_eq!(quick, trees(text, template, Reader::Documented), "{name} {at}");
                read += quick.len();
            }
        }
        assert!(read > 200, "{read}");
    }

    /// What the quick parser cannot read is read all the same.
    #[test]
    fn quick_parser_falls_back() {
        for text in ["[2, 1].sortBy(e, e)", "x.map(a, a.k)", "'a' in x && !has(x.b)"] {
            let quick = trees(text, false, Reader::Quick);
            assert_eq!(quick, trees(text, false, Reader::Documented), "{text}");
        }
        let fault = |reader| Expression::compile("x ==", reader).unwrap_err();
        assert_eq!(fault(Reader::Quick), fault(Reader::Documented));
    }
}
