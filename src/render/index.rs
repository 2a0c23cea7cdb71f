//! Rules of a report by id, and the addresses of their pages.

use std::collections::BTreeMap;

use crate::ident::RuleId;
use crate::report::{Report, RuleMeta};

use super::RenderOptions;

/// Rules by id, with their place in [`Report::rules`].
pub(super) struct RuleIndex<'a> {
    rules: BTreeMap<&'a RuleId, (usize, &'a RuleMeta)>,
    docs_base_url: Option<&'a str>,
}

impl<'a> RuleIndex<'a> {
    pub(super) fn new(report: &'a Report, options: &'a RenderOptions) -> Self {
        let rules = report.rules.iter().enumerate();
        Self {
            rules: rules.map(|(at, meta)| (&meta.id, (at, meta))).collect(),
            docs_base_url: options.docs_base_url.as_deref(),
        }
    }

    /// Place in [`Report::rules`]; `None` for a finding whose rule the report does not describe.
    pub(super) fn position(&self, id: &RuleId) -> Option<usize> {
        self.rules.get(id).map(|(at, _)| *at)
    }

    /// What the rule says of itself.
    pub(super) fn meta(&self, id: &RuleId) -> Option<&'a RuleMeta> {
        self.rules.get(id).map(|(_, meta)| *meta)
    }

    /// Address of the rule's page; only built-in rules have one.
    pub(super) fn docs_url(&self, id: &RuleId) -> Option<String> {
        let base = self.docs_base_url?;
        self.meta(id)?.builtin.then(|| format!("{base}{id}.md"))
    }
}
