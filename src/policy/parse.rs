//! A policy file's text: its documents, its ignore comments, and the faults of its YAML.

use crate::fault::{InputError, bounded};
use crate::finding::{Finding, Location, Related};
use crate::policy::schema;
use crate::policy::secret::Secret;
use crate::source::{Source, SourceId};
use crate::span::Span;
use crate::text;
use crate::yaml::{self, Budget, Comment, Document, Issue, Value};

/// A parsed file. Findings are faults of the text as such.
#[derive(Debug)]
pub struct ParsedFile {
    /// Which text.
    pub source: SourceId,
    /// Documents that could be read.
    pub documents: Vec<Document>,
    /// Inline ignores, in order.
    pub ignores: Vec<Ignore>,
    /// Places that look like credentials.
    pub secrets: Vec<Secret>,
    /// Faults of the text.
    pub findings: Vec<Finding>,
}

/// One `# cogward: ignore[rule-id] reason` comment, for one rule; a comment that names several rules
/// makes several of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The comment.
    pub span: Span,
    /// 1-based line that it speaks of: its own when it stands after a value, otherwise the next line
    /// that holds something.
    pub line: usize,
    /// The rule's id as written.
    pub rule: String,
    /// The words after the bracket.
    pub reason: String,
}

/// Reads a text. Never fails: what cannot be read is a finding.
pub fn parse(id: SourceId, source: &Source, secrets: Vec<Secret>) -> ParsedFile {
    let parsed = yaml::parse(id, source.text(), &Budget::default());
    let mut findings: Vec<_> = parsed
        .issues
        .iter()
        .map(|issue| issue_finding(id, issue))
        .collect();
    let mut ignores = Vec::new();
    // Comments in a row speak of the same line, which is looked for once.
    let mut next = 0;
    for comment in &parsed.comments {
        let own = source.line(comment.span.start);
        let line = if comment.own_line {
            if next <= own {
                next = next_content_line(source, own);
            }
            next
        } else {
            own
        };
        match ignore_of(comment, line) {
            Some(Ok(mut list)) => ignores.append(&mut list),
            Some(Err(message)) => findings.push(
                InputError::ValueInvalid
                    .finding(Location::new(id, comment.span), message)
                    .help("write `# cogward: ignore[rule-id] reason`"),
            ),
            None => {}
        }
    }
    ParsedFile {
        source: id,
        documents: parsed.documents,
        ignores,
        secrets,
        findings: bounded(findings, 0),
    }
}

/// The finding of an issue of a text.
pub fn issue_finding(source: SourceId, issue: &Issue) -> Finding {
    let location = |span| Location::new(source, span);
    let mut finding = issue.kind.finding(location(issue.span), issue.message.clone());
    finding.help.clone_from(&issue.help);
    finding
        .related
        .extend(issue.related.iter().map(|(span, label)| Related {
            location: location(*span),
            label: label.clone(),
        }));
    finding
}

/// Whether a value may be meant as a policy: a mapping with one of its own keys or a number as version, a list of such, or
/// anything that is neither.
fn may_be_policy(value: &Value) -> bool {
    match value {
        Value::Mapping(entries) => entries.iter().any(|entry| match entry.key.as_str() {
            "version" => match &entry.value.value {
                Value::Number(_) => true,
                other => *other == Value::String("1".to_owned()),
            },
            key => schema::own_keys().contains(key),
        }),
        Value::Sequence(items) if !items.is_empty() => items.iter().any(|item| may_be_policy(&item.value)),
        _ => true,
    }
}

/// Rules that one comment may name.
const MAX_IGNORED: usize = 100;

/// The elements, unless there are more.
fn at_most<T>(most: usize, elements: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let elements: Vec<_> = elements.take(most + 1).collect();
    (elements.len() <= most).then_some(elements)
}

/// The ignores of a comment; `None` for comments that are not addressed to this tool.
fn ignore_of(comment: &Comment, line: usize) -> Option<Result<Vec<Ignore>, String>> {
    let words = comment.text.trim().strip_prefix("cogward:")?.trim_start();
    let Some(list) = words.strip_prefix("ignore[") else {
        return Some(Err(format!("`{words}` is not a cogward comment")));
    };
    let Some((ids, reason)) = list.split_once(']') else {
        return Some(Err("`ignore[` without `]`".to_owned()));
    };
    let reason = reason.trim().trim_start_matches([':', '-']).trim();
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    // Each of them keeps a copy of the reason.
    let Some(ids) = at_most(MAX_IGNORED, ids) else {
        return Some(Err(format!("`ignore[…]` names more than {MAX_IGNORED} rules")));
    };
    let ignore = |id: &str| Ignore {
        span: comment.span,
        line,
        rule: id.to_owned(),
        reason: reason.to_owned(),
    };
    let ignores: Vec<_> = ids.into_iter().map(ignore).collect();
    if ignores.is_empty() {
        return Some(Err("`ignore[]` names no rule".to_owned()));
    }
    Some(Ok(ignores))
}

/// The first line after `line` that is neither empty nor a comment; the last line if there is none.
fn next_content_line(source: &Source, line: usize) -> usize {
    let content = |line: &usize| {
        source.line_span(*line).is_some_and(|span| {
            let text = source.text()[span.start..span.end].trim();
            !text.is_empty() && !text.starts_with('#')
        })
    };
    (line + 1..=source.lines())
        .find(content)
        .unwrap_or_else(|| source.lines())
}

impl ParsedFile {
    /// The ignores that speak of one line, with their places among all.
    pub fn ignores_at(&self, line: usize) -> impl Iterator<Item = (usize, &Ignore)> {
        self.ignores_within((line, line))
    }

    /// The ignores that speak of the lines from a first to a last one, with their places among all.
    pub fn ignores_within(&self, (first, last): (usize, usize)) -> impl Iterator<Item = (usize, &Ignore)> {
        // Comments come in order, and so do the lines that they speak of.
        let start = self.ignores.partition_point(|ignore| ignore.line < first);
        self.ignores
            .iter()
            .enumerate()
            .skip(start)
            .take_while(move |(_, ignore)| ignore.line <= last)
    }

    /// A file of which nothing was read.
    pub fn empty(source: SourceId) -> Self {
        Self {
            source,
            documents: Vec::new(),
            ignores: Vec::new(),
            secrets: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Findings for a file without a single policy.
    pub fn emptiness(&self) -> Option<Finding> {
        let empty = self.documents.is_empty() && self.findings.iter().all(|finding| !finding.is_input_fault);
        let location = Location::file(self.source);
        empty.then(|| {
            InputError::EmptyDocument
                .finding(location, "the file holds no policy document")
                .help("write a policy that starts with `version: 1`, or leave the file out")
        })
    }

    /// Whether a file is somebody else's: a workflow, a chart, a template. It has documents, and none is a mapping with
    /// one of a policy's own keys, or with a number as version, which may be that of a later policy.
    pub fn is_foreign(&self) -> bool {
        let mut roots = self.documents.iter().map(|document| &document.root.value);
        !self.documents.is_empty() && !roots.any(may_be_policy)
    }

    /// "3 documents": for messages.
    pub fn count(&self) -> String {
        text::count(self.documents.len(), "document", "documents")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignores(text: &str) -> (Vec<(usize, String, String)>, Vec<String>) {
        let file = parse(SourceId(0), &Source::new("p.yaml", text, &[]), Vec::new());
        (
            file.ignores
                .into_iter()
                .map(|i| (i.line, i.rule, i.reason))
                .collect(),
            file.findings.into_iter().map(|f| f.message).collect(),
        )
    }

    /// An ignore speaks of its line or of the next one with content.
    #[test]
    fn ignore_applies_to_own_or_next_line() {
        let (found, faults) = ignores(
            "a: 1 # cogward: ignore[x-y] because\n# cogward: ignore[one, two]: two reasons\n\n# more\nb: 2\n",
        );
        let own = |line, rule: &str, reason: &str| (line, rule.to_owned(), reason.to_owned());
        assert_eq!(
            found,
            [
                own(1, "x-y", "because"),
                own(5, "one", "two reasons"),
                own(5, "two", "two reasons")
            ]
        );
        assert_eq!(faults, Vec::<String>::new());
    }

    /// Faults of the text carry the id of their check.
    #[test]
    fn text_faults_carry_check_id() {
        let text = "a: no\nb: 1\nb: 2\n1: x\n<<: {}\nc: !x z\nd: *e\n";
        let file = parse(SourceId(0), &Source::new("p.yaml", text, &[]), Vec::new());
        let mut ids: Vec<_> = file
            .findings
            .iter()
            .map(|f| (f.rule.to_string(), f.is_input_fault))
            .collect();
        ids.sort();
        let faults = [
            "duplicate-key",
            "merge-key",
            "non-string-key",
            "unsupported-tag",
            "yaml-syntax",
        ];
        let mut wanted = vec![("ambiguous-scalar".to_owned(), false)];
        wanted.extend(faults.map(|id| (id.to_owned(), true)));
        assert_eq!(ids, wanted);
    }

    /// Comments in a row speak of the line behind them and lines stay in order.
    #[test]
    fn consecutive_ignores_share_a_line() {
        let text = "# cogward: ignore[a] x\n# cogward: ignore[b] x\n\na: 1 # cogward: ignore[c] x\n# cogward: ignore[d] x\nb: 2\n# cogward: ignore[e] x\n";
        let file = parse(SourceId(0), &Source::new("p.yaml", text, &[]), Vec::new());
        let lines: Vec<_> = file.ignores.iter().map(|i| (i.rule.as_str(), i.line)).collect();
        assert_eq!(lines, [("a", 4), ("b", 4), ("c", 4), ("d", 6), ("e", 7)]);
        let within = |lines| {
            file.ignores_within(lines)
                .map(|(index, _)| index)
                .collect::<Vec<_>>()
        };
        assert_eq!(within((1, 4)), [0, 1, 2]);
        assert_eq!(within((5, 7)), [3, 4]);
        assert_eq!(file.ignores_at(5).count(), 0);
    }

    /// A malformed instruction is a fault and other comments are not.
    #[test]
    fn malformed_ignore_is_a_fault() {
        let (found, faults) =
            ignores("# cogward: ignore[\n# cogward: ignore[]\n# cogward: skip\n# about cogward\na: 1\n");
        assert_eq!(found, []);
        assert_eq!(
            faults,
            [
                "`ignore[` without `]`",
                "`ignore[]` names no rule",
                "`skip` is not a cogward comment"
            ]
        );
    }
}
