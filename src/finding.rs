//! Findings: what is wrong, where, why and what to do; no colour, no width, no format.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::difference::Difference;
use crate::ident::RuleId;
use crate::pointer::Pointer;
use crate::source::{SourceId, Sources};
use crate::span::Span;
use crate::text;

crate::ident::spelled!(Severity);

/// How much a finding matters. Ordered: `Note < Warning < Error`. The words are SARIF's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, clap::ValueEnum)]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing is unprotected because of it.
    #[value(help = "Notes, warnings and errors")]
    Note,
    /// Protection is likely not what its author thinks.
    #[value(help = "Warnings and errors")]
    Warning,
    /// Protection is broken, or the input is.
    #[value(help = "Errors")]
    Error,
}

/// `3 errors`, `1 warning`: how many findings are of each severity, those that there are.
pub fn severities([errors, warnings, notes]: [usize; 3]) -> Vec<String> {
    let kinds = [
        (errors, "error", "errors"),
        (warnings, "warning", "warnings"),
        (notes, "note", "notes"),
    ];
    let some = kinds.into_iter().filter(|(number, ..)| *number > 0);
    some.map(|(number, one, many)| text::count(number, one, many))
        .collect()
}

/// A place in a text that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Which text.
    pub source: SourceId,
    /// Which bytes of it; empty for a whole file that could not be read.
    pub span: Span,
    /// The place in the document that the bytes stand for, where there is one.
    pub pointer: Option<Pointer>,
}

impl Location {
    /// Bytes that stand for no place in a document.
    pub fn new(source: SourceId, span: Span) -> Self {
        Self {
            source,
            span,
            pointer: None,
        }
    }

    /// A whole file.
    pub fn file(source: SourceId) -> Self {
        Self::new(source, Span::at(0))
    }

    /// Bytes that stand for a place in the document.
    pub fn at(source: SourceId, span: Span, pointer: Pointer) -> Self {
        Self {
            source,
            span,
            pointer: Some(pointer),
        }
    }
}

/// Another place that explains a finding, with its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What stands there and why it matters. Plain text, hostile.
    pub label: String,
}

/// Why a finding does not count against the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Suppression")]
pub enum Suppression {
    /// A waiver of the policy; its reason and last day.
    Waiver {
        /// The waiver's own words.
        reason: String,
        /// Last day on which it holds, ISO 8601.
        until: String,
    },
    /// An inline `# cogward: ignore[id] reason`.
    Ignore {
        /// The words after the bracket; may be empty, which is a finding of its own.
        reason: String,
    },
    /// Listed in the baseline file: known before the tool was adopted.
    Baseline,
}

/// One change of a policy file that would fix a finding; the pointers are into the document of
/// the finding's primary location as it stands in its own file.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The value to change.
    pub at: Pointer,
    /// The new value; `None` removes the entry.
    pub value: Option<serde_json::Value>,
}

/// A fix that keeps the policy's meaning, or makes the plainly meant one explicit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, imperative: "write the network address `192.0.2.0/24`".
    pub title: String,
    /// All edits; they are made together or not at all.
    pub edits: Vec<Edit>,
}

/// One fault, at exactly one primary place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule (or input check) says so.
    pub rule: RuleId,
    /// Severity after overrides.
    pub severity: Severity,
    /// What is wrong, one sentence, specific to this place. Plain text, hostile.
    pub message: String,
    /// Where; exactly one, by type.
    pub primary: Location,
    /// Short text under the underlined bytes; may be empty.
    pub label: String,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What to do, one or two sentences; may be empty.
    pub help: String,
    /// A safe fix, if there is one.
    pub fix: Option<Fix>,
    /// Name of the policy it is about; `None` for faults of a file as such.
    pub policy: Option<String>,
    /// Set when something says that this finding does not count.
    pub suppressed: Option<Suppression>,
    /// Whether the tool could not do its work because of this: exit code 2.
    pub is_input_fault: bool,
    /// The difference that it reports, in a `diff`.
    pub difference: Option<Box<Difference>>,
}

/// A source of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Title of the page.
    pub title: String,
    /// Address.
    #[schemars(regex(pattern = r"^https://"))]
    pub url: String,
}

/// What a rule says of itself; built-in rules, users' own and input checks alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleMeta {
    /// The id.
    #[schemars(with = "String")]
    pub id: RuleId,
    /// Severity before overrides.
    pub severity: Severity,
    /// The fault in a few words.
    pub summary: String,
    /// Why it matters. Markdown.
    pub rationale: String,
    /// What to do. Markdown.
    pub remediation: String,
    /// Further reading.
    pub references: Vec<Reference>,
    /// Framework to control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Whether it ships inside the program.
    pub builtin: bool,
}

impl Finding {
    /// The place at which a format shows it that needs a file of the repository: of one in a generated file, the line that
    /// somebody wrote.
    pub fn landing(&self, sources: &Sources) -> &Location {
        if !sources.get(self.primary.source).is_generated() {
            return &self.primary;
        }
        let mut written = self.related.iter().map(|related| &related.location);
        written
            .find(|location| sources.get(location.source).is_written())
            .unwrap_or(&self.primary)
    }

    /// What made the place of a finding in a generated file, or which resource of a plan its block of configuration is, in words:
    /// ``construct `Auth/Pool` ``. Formats without related locations say it with the message. Hostile text.
    pub fn origin(&self, sources: &Sources) -> Option<&Related> {
        let own = sources.get(self.primary.source);
        let is_origin = |related: &&Related| {
            let source = sources.get(related.location.source);
            let is_made = own.is_generated() && !source.is_generated();
            let is_planned = !own.is_generated() && own.holder().is_none() && source.holder().is_some();
            is_made || is_planned
        };
        self.related.iter().rfind(is_origin)
    }

    /// A finding of which nothing else is known.
    pub fn new(rule: RuleId, severity: Severity, primary: Location, message: String) -> Self {
        Self {
            rule,
            severity,
            message,
            primary,
            label: String::new(),
            related: Vec::new(),
            help: String::new(),
            fix: None,
            policy: None,
            suppressed: None,
            is_input_fault: false,
            difference: None,
        }
    }
}

impl RuleMeta {
    /// What something says of itself that is found and is no rule: summary, rationale and remediation.
    pub fn of(id: &'static str, severity: Severity, words: [&str; 3]) -> Self {
        let [summary, rationale, remediation] = words.map(str::to_owned);
        Self {
            id: RuleId::from_static(id),
            severity,
            summary,
            rationale,
            remediation,
            references: Vec::new(),
            frameworks: BTreeMap::new(),
            builtin: false,
        }
    }

    /// A finding of it, with its remediation as the next step.
    pub fn finding(self, primary: Location, message: String) -> Finding {
        let finding = Finding::new(self.id, self.severity, primary, message);
        Finding {
            help: self.remediation,
            ..finding
        }
    }
}

/// Something that was not read, and why: shown in every format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1NotChecked")]
pub struct NotChecked {
    /// What: a rule id, a file, a policy.
    pub what: String,
    /// Why, one sentence without a full stop.
    pub why: String,
    /// Whether it should have been read and could not be: exit code 4.
    pub failed: bool,
    /// Whether it keeps what was before from being compared with what is after.
    #[serde(skip)]
    pub of_comparison: bool,
    /// Fewer words for [`NotChecked::what`] where that is a long list; formats for programs have the list.
    #[serde(skip)]
    pub brief: Option<String>,
}

impl NotChecked {
    /// Something that nobody meant to read.
    pub fn left_out(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            failed: false,
            of_comparison: false,
            brief: None,
        }
    }

    /// Something of which nobody can say what changes.
    pub fn not_compared(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            of_comparison: true,
            ..Self::left_out(what, why)
        }
    }

    /// The same of what was before a change.
    pub fn before(mut self) -> Self {
        self.what.insert_str(0, "before: ");
        self.brief = self.brief.map(|brief| format!("before: {brief}"));
        self
    }

    /// What it is, for people.
    pub fn shown(&self) -> &str {
        self.brief.as_deref().unwrap_or(&self.what)
    }

    /// What stands before something that should have been read; empty for what nobody meant to read.
    pub fn mark(&self) -> &'static str {
        if self.failed { "FAILED: " } else { "" }
    }

    /// `FAILED: pool customers: no answer`; without the mark for what nobody meant to read. Hostile text.
    pub fn line(&self) -> String {
        format!("{}{}: {}", self.mark(), self.shown(), self.why)
    }

    /// Something that should have been read and could not be.
    pub fn failed(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            failed: true,
            ..Self::left_out(what, why)
        }
    }
}
