//! Input errors: what keeps the tool from doing its work, as findings with fixed ids.

use strum::VariantArray as _;

use crate::finding::{Finding, Location, Severity};
use crate::ident::RuleId;
use crate::ident::all;
use crate::text;

/// A check of the input itself. Unlike a rule it cannot be disabled, waived or put in a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
#[expect(
    missing_docs,
    reason = "`InputError::summary` says in words what each one means"
)]
pub enum InputError {
    YamlSyntax,
    DuplicateKey,
    NonStringKey,
    AmbiguousScalar,
    UnsupportedTag,
    MergeKey,
    TooDeep,
    TooLarge,
    TooManyAliases,
    NotUtf8,
    FileUnreadable,
    UnknownKey,
    WrongType,
    ValueNotAllowed,
    ValueInvalid,
    KeyMissing,
    EmptyValue,
    EmptyDocument,
    VersionUnsupported,
    TargetMissing,
    ExtendsMissing,
    ExtendsCycle,
    ExtendsOutside,
    ExtendsFaulty,
    VariableUnset,
    VariableNotAllowed,
    VariableMalformed,
    PatternInvalid,
    RuleUnknown,
    RuleInvalid,
    RuleFailed,
    QuestionInvalid,
    ConfigInvalid,
    BaselineInvalid,
}

impl InputError {
    /// All checks, in the order of their declaration.
    pub const ALL: [Self; 34] = all(Self::VARIANTS);

    /// Id and summary.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::YamlSyntax => ("yaml-syntax", "The file is not YAML"),
            Self::DuplicateKey => ("duplicate-key", "A key stands twice in one mapping"),
            Self::NonStringKey => ("non-string-key", "A key is not a text"),
            Self::AmbiguousScalar => ("ambiguous-scalar", "YAML 1.1 tools read this value differently"),
            Self::UnsupportedTag => ("unsupported-tag", "A YAML tag is not supported"),
            Self::MergeKey => ("merge-key", "Merge keys are not supported"),
            Self::TooDeep => ("too-deep", "The document is nested too deeply"),
            Self::TooLarge => ("too-large", "The file or document is too large"),
            Self::TooManyAliases => ("too-many-aliases", "The document repeats itself too often"),
            Self::NotUtf8 => ("not-utf8", "The file is not UTF-8 text"),
            Self::FileUnreadable => ("file-unreadable", "A file could not be read"),
            Self::UnknownKey => ("unknown-key", "A key is not part of the language"),
            Self::WrongType => ("wrong-type", "A value has the wrong type"),
            Self::ValueNotAllowed => ("value-not-allowed", "A value is not one of those allowed"),
            Self::ValueInvalid => ("value-invalid", "A value does not have the required form"),
            Self::KeyMissing => ("key-missing", "A required key is missing"),
            Self::EmptyValue => ("empty-value", "A key has no value"),
            Self::EmptyDocument => ("empty-document", "There is no policy in the file"),
            Self::VersionUnsupported => ("version-unsupported", "The policy is of another language version"),
            Self::TargetMissing => (
                "target-missing",
                "A policy names no pool, and no other extends it",
            ),
            Self::ExtendsMissing => ("extends-missing", "A layer to extend does not exist"),
            Self::ExtendsCycle => ("extends-cycle", "Layers extend each other in a cycle"),
            Self::ExtendsOutside => ("extends-outside", "A file lies outside the repository"),
            Self::ExtendsFaulty => ("extends-faulty", "A layer to extend has input errors"),
            Self::VariableUnset => ("variable-unset", "A variable is not set and has no default"),
            Self::VariableNotAllowed => ("variable-not-allowed", "A variable may not be read"),
            Self::VariableMalformed => ("variable-malformed", "A variable is not written correctly"),
            Self::PatternInvalid => ("pattern-invalid", "A name pattern cannot match as written"),
            Self::RuleUnknown => ("rule-unknown", "There is no rule of this id"),
            Self::RuleInvalid => ("rule-invalid", "A rule file is not valid"),
            Self::RuleFailed => ("rule-failed", "A rule could not be evaluated"),
            Self::QuestionInvalid => ("question-invalid", "A question file is not valid"),
            Self::ConfigInvalid => ("config-invalid", "The configuration file is not valid"),
            Self::BaselineInvalid => ("baseline-invalid", "The baseline file is not valid"),
        }
    }

    /// The id that findings carry.
    pub const fn as_str(self) -> &'static str {
        self.text().0
    }

    /// What is wrong, in a few words without a full stop.
    pub const fn summary(self) -> &'static str {
        self.text().1
    }

    /// Severity: an error, except for what is only worth knowing.
    pub const fn severity(self) -> Severity {
        match self {
            Self::AmbiguousScalar | Self::TargetMissing => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// Whether the input cannot be used because of it (exit code 2).
    pub const fn is_fault(self) -> bool {
        !matches!(self, Self::AmbiguousScalar | Self::TargetMissing)
    }

    /// The id as a rule id.
    pub fn rule_id(self) -> RuleId {
        RuleId::from_static(self.as_str())
    }

    /// A finding of this check.
    pub fn finding(self, primary: Location, message: impl Into<String>) -> Finding {
        Finding {
            is_input_fault: self.is_fault(),
            ..Finding::new(self.rule_id(), self.severity(), primary, message.into())
        }
    }
}

impl Finding {
    /// The same finding with words under the marked place.
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same finding with a next step.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Most faults of one document that are listed. Nobody fixes more at a time, and each takes a place, a suggestion and an
/// excerpt in every report.
pub const MAX_FAULTS: usize = 1_000;

/// Most faults of one run that are listed.
pub const MAX_FAULTS_OF_RUN: usize = 10_000;

/// What stands for the faults of a document that are not listed.
pub fn more_faults(count: usize) -> String {
    format!(
        "{} in this document: {MAX_FAULTS} are listed",
        text::count(count, "more problem", "more problems")
    )
}

/// What to do about them.
pub const FIX_FIRST: &str = "fix these first, then run again";

/// Lists [`MAX_FAULTS`] faults of a document and counts the others, of which `more` are not among the findings.
pub fn bounded(mut findings: Vec<Finding>, more: usize) -> Vec<Finding> {
    let (mut listed, mut beyond) = (0, more);
    findings.retain(|finding| {
        let keep = !finding.is_input_fault || listed < MAX_FAULTS;
        listed += usize::from(finding.is_input_fault && keep);
        beyond += usize::from(!keep);
        keep
    });
    let last = findings.iter().rfind(|finding| finding.is_input_fault);
    if let Some(at) = last.map(|last| last.primary.clone()).filter(|_| beyond > 0) {
        findings.push(
            InputError::TooLarge
                .finding(at, more_faults(beyond))
                .help(FIX_FIRST),
        );
    }
    findings
}

/// Whether a document has more faults than are listed: what else may be wrong with it can wait.
pub fn is_full(findings: &[Finding]) -> bool {
    findings.iter().filter(|finding| finding.is_input_fault).count() > MAX_FAULTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_rule_id_of_its_own() {
        let mut ids: Vec<_> = InputError::ALL.iter().map(|check| check.as_str()).collect();
        assert!(ids.iter().all(|id| RuleId::parse(id).is_some()));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), InputError::ALL.len());
    }
}
