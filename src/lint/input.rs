//! What judging one policy needs to know.

use std::collections::BTreeSet;

use crate::ident::RuleId;
use crate::impact::SignIns;
use crate::ledger::Ledger;
use crate::lint::settings::Settings;
use crate::policy::assemble::Policy;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::policy::withheld::Withheld;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::view::OverlapView;
use crate::source::Source;

/// What all policies of a run are checked with.
#[derive(Clone, Copy)]
pub struct LintContext<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Severities, switches and the day.
    pub settings: &'a Settings,
    /// Whether some rule names the effective table.
    pub wants_effective: bool,
    /// Whether there is one policy only, whose rules then run side by side.
    pub single: bool,
    /// Users' rules that used up the work of the run: they do not run, and their waivers and ignores are not judged.
    pub left_out: &'a BTreeSet<RuleId>,
    /// Places of all policies of the run, by index, for overlaps.
    pub others: &'a [&'a Places],
}

impl LintContext<'_> {
    /// Whether a rule runs at all.
    pub fn runs(&self, rule: &Rule) -> bool {
        let id = &rule.meta.id;
        !self.settings.disabled.contains_key(id) && !self.left_out.contains(id)
    }
}

/// One policy and where it comes from.
#[derive(Clone, Copy)]
pub struct LintInput<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its file.
    pub file: &'a ParsedFile,
    /// Its file's text.
    pub source: &'a Source,
    /// Leaves that other policies of the run manage, too.
    pub overlaps: &'a [OverlapView],
    /// What rules of a user's own see of the policy, where that is something else.
    pub withheld: &'a Withheld,
    /// Leaves that other policies manage, as these rules see them.
    pub withheld_overlaps: &'a [OverlapView],
    /// The ledger, if one is kept.
    pub ledger: Option<&'a Ledger>,
    /// What was recorded of the policy's pool: then the rules about events run, and no others.
    pub events: Option<&'a SignIns>,
}
