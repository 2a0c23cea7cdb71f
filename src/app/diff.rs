//! `diff`: policies against observed pools.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::app::conclude;
pub use crate::app::ended::FailOn;
use crate::app::ended::{self, Found};
use crate::app::estate as documents;
use crate::app::gate_facts::GateFacts;
use crate::app::gather::{Gathered, Input, gather};
use crate::app::notes;
use crate::app::policies::{Checked, KeysOf, check, foreign, unjudged};
pub use crate::app::pool_query::PoolQuery;
pub(in crate::app) use crate::app::pool_query::query;
use crate::app::template::{Templates, scan};
use crate::drift::{self, Against};
use crate::finding::Finding;
use crate::fs::Tree;
use crate::impact::SignIns;
use crate::lint::{LintInput, Mask, Settings};
use crate::model::alarm::Alarm;
use crate::model::observed::{Estate, Observed};
use crate::model::posture::Posture;
use crate::plan::{self, Diff, Setting};
use crate::policy;
use crate::policy::assemble::Policy;
use crate::policy::file::Target;
use crate::policy::resolve::GateTerms;
use crate::policy::variable::{UsedVariable, Variables};
use crate::report::{NotChecked, PoolOverview, Report};
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;
use crate::text;

/// Policies that were read, before any pool is read.
pub struct Policies {
    pub(in crate::app) gathered: Gathered,
    pub(in crate::app) checked: Vec<Checked>,
    pub(in crate::app) sources: Sources,
    pub(in crate::app) findings: Vec<Finding>,
    /// What is worth knowing of the texts and keeps no policy from being used.
    pub(in crate::app) hints: Vec<Finding>,
    /// What they took from the environment.
    pub(in crate::app) used: BTreeSet<UsedVariable>,
}

/// What the audit gates of a commit's policies say, by the policies' names.
#[derive(Clone, Debug, Default)]
pub struct BaseTerms(BTreeMap<String, (Option<Target>, GateTerms)>);

impl BaseTerms {
    /// Of policies that were read.
    pub fn of(policies: &Policies) -> Self {
        let of = |policy: &Policy| (policy.name.clone(), (policy.target.clone(), policy.gate.clone()));
        Self(policies.aimed().map(of).collect())
    }

    /// Has a policy judged by what its gate says there, under its name, else under another one for the same pools. One that is
    /// new, or is for other pools than there, declares nothing.
    pub fn judge(&self, policy: &mut Policy) {
        let own = &policy.gate;
        let nothing = GateTerms {
            minimum_days: own.required_days(),
            max_would_block_percent: own.max_would_block_percent,
            ..GateTerms::default()
        };
        let is_same = |there: &&(Option<Target>, GateTerms)| there.0.is_some() && there.0 == policy.target;
        let there = if let Some(there) = self.0.get(&policy.name) {
            Some(there).filter(is_same)
        } else {
            // It may have another name there.
            let mut all = self.0.values().filter(is_same);
            all.next().filter(|_| all.next().is_none())
        };
        let terms = there.map_or(nothing, |(_, terms)| terms.clone());
        policy.gate = GateTerms {
            // What the base declares need not stand where it stood.
            declared_at: [None, None],
            enforced_at: [None, None],
            ..terms
        };
    }
}

/// What comparing needs to know.
pub struct DiffJob<'a> {
    /// What was seen.
    pub estate: &'a Estate,
    /// The templates that it was read from, if it was: their faults are findings.
    pub templates: Option<&'a Templates>,
    /// Settings.
    pub settings: &'a Settings,
    /// Whether pools without a policy are differences.
    pub require_coverage: bool,
    /// What fails the run.
    pub fail_on: FailOn,
    /// Whether some format shows the effective tables.
    pub wants_tables: bool,
    /// What is known for gates.
    pub facts: GateFacts<'a>,
}

impl Policies {
    /// Reads policies. `findings` are from before: configuration, users' rules.
    pub fn read(
        tree: &Tree,
        paths: &[String],
        catalogue: &Catalogue,
        variables: &Variables<'_>,
        sources: Sources,
        findings: Vec<Finding>,
    ) -> Self {
        Self::of(tree, Input::Paths(paths), catalogue, variables, sources, findings)
    }

    /// The same of files, or of a text that stands for a file.
    pub fn of(
        tree: &Tree,
        input: Input<'_>,
        catalogue: &Catalogue,
        variables: &Variables<'_>,
        mut sources: Sources,
        mut findings: Vec<Finding>,
    ) -> Self {
        let mut gathered = Gathered::default();
        let (mut checked, mut hints) = (Vec::new(), Vec::new());
        if let Some(validator) = policy::validator() {
            gathered = gather(tree, input, validator, variables, &mut sources);
            findings.append(&mut gathered.findings);
            checked = check(catalogue, variables, &gathered, &sources, validator);
            // Findings of rules are `lint`'s; what keeps a policy from being used is everybody's.
            let told = checked
                .iter_mut()
                .flat_map(|document| std::mem::take(&mut document.findings));
            let (mut faults, rest) = told.partition(|finding: &Finding| finding.is_input_fault);
            findings.append(&mut faults);
            hints = rest;
        }
        let mut policies = Self {
            gathered,
            checked,
            sources,
            findings,
            hints,
            used: variables.used(),
        };
        let mask = policies.mask(&policies.sources);
        policies
            .findings
            .iter_mut()
            .for_each(|finding| mask.finding(finding));
        policies
    }

    /// What is hidden in everything that is said about these policies and other texts.
    pub(in crate::app) fn mask(&self, sources: &Sources) -> Mask {
        let bodies = self.gathered.texts.values().flatten().map(String::as_str);
        Mask::of(sources, bodies).with_variables(self.used.clone())
    }

    /// Reads one text as a policy: its name and posture, or its faults. For examples inside rules.
    pub fn read_text(
        tree: &Tree,
        text: &str,
        catalogue: &Catalogue,
        sources: &mut Sources,
    ) -> Result<(String, Posture), Vec<Finding>> {
        let Some(validator) = policy::validator() else {
            return Err(Vec::new());
        };
        let nothing = Variables::none();
        let mut gathered = gather(
            tree,
            Input::Text("example.yaml", text),
            validator,
            &nothing,
            sources,
        );
        let mut findings = std::mem::take(&mut gathered.findings);
        for mut document in check(catalogue, &nothing, &gathered, sources, validator) {
            findings.append(&mut document.findings);
            if let Some(policy) = document.policy {
                return Ok((policy.name, policy.posture));
            }
        }
        Err(findings)
    }

    /// Policies that are for pools; layers are not.
    pub(in crate::app) fn aimed(&self) -> impl Iterator<Item = &Policy> {
        let policies = self
            .checked
            .iter()
            .filter_map(|document| document.policy.as_ref());
        policies.filter(|policy| policy.target.is_some())
    }

    /// One of them with what was recorded of its pool, for the rules about events.
    pub(in crate::app) fn case<'a>(&'a self, policy: &Policy, events: &'a SignIns) -> Option<LintInput<'a>> {
        let of = |document: &&Checked| {
            document
                .policy
                .as_ref()
                .is_some_and(|one| std::ptr::eq(one, policy))
        };
        let document = self.checked.iter().find(of)?;
        let file = self.gathered.files.get(document.file)?;
        Some(LintInput {
            policy: document.policy.as_ref()?,
            file,
            source: self.sources.get(file.source),
            overlaps: &[],
            withheld: &document.withheld,
            withheld_overlaps: &[],
            ledger: None,
            events: Some(events),
        })
    }

    /// Has every policy judged by what its audit gate says in a commit.
    pub fn judge_by(&mut self, terms: &BaseTerms) {
        let policies = self.checked.iter_mut();
        for policy in policies.filter_map(|document| document.policy.as_mut()) {
            terms.judge(policy);
        }
    }

    /// Whether something keeps a policy from being used.
    pub fn are_faulty(&self) -> bool {
        let unjudged = self.checked.iter().any(|document| document.policy.is_none());
        unjudged || self.findings.iter().any(|finding| finding.is_input_fault)
    }

    /// What keeps policies from being used.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The texts that were read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Where to look, in the order of the policies.
    pub fn pool_queries(&self) -> Vec<PoolQuery> {
        self.aimed().map(query).collect()
    }
}

/// Compares every policy with the pools it is for.
pub fn diff(mut policies: Policies, job: &DiffJob<'_>) -> Report {
    let mut sources = std::mem::take(&mut policies.sources);
    let mut findings = std::mem::take(&mut policies.findings);
    let faults = job
        .templates
        .map(|templates| scan::faults(templates, &mut sources));
    findings.extend(faults.into_iter().flatten());
    let is_whole = job.templates.is_none_or(|templates| !templates.is_faulty());
    let aimed: Vec<_> = policies.aimed().collect();
    let pairs = pairs(&aimed, &job.estate.pools);
    let compared: Vec<Vec<(Vec<Finding>, Vec<NotChecked>)>> = pairs
        .par_iter()
        .map(|(policy, pools)| pools.par_iter().map(|pool| compare(policy, pool, job)).collect())
        .collect();
    let mut missing = Vec::new();
    let mut not_checked = conclude::unseen(job.estate);
    not_checked.extend(conclude::asked_elsewhere(job.estate));
    not_checked.extend(foreign(&policies.gathered));
    let unread = job
        .facts
        .shares
        .into_iter()
        .flat_map(|shares| &shares.not_checked);
    not_checked.extend(unread.cloned());
    let ledger = job.facts.ledger.into_iter();
    not_checked.extend(ledger.flat_map(|(name, ledger)| conclude::damaged(name, ledger)));
    for ((policy, pools), results) in pairs.iter().zip(compared) {
        // A pool that could not be read is not a missing one.
        let gone = conclude::not_found(policy, pools, job.estate);
        if is_whole && !gone.is_empty() {
            missing.push(PoolOverview::missing(policy.name.clone(), &policy.posture));
            findings.extend(gone.into_iter().map(|gone| drift::missing_pool(policy, gone)));
        }
        for (found, mut unseen) in results {
            findings.extend(found);
            not_checked.append(&mut unseen);
        }
    }
    if job.require_coverage {
        let covered: BTreeSet<_> = pairs
            .iter()
            .flat_map(|(_, pools)| pools.iter().map(|pool| pool.id()))
            .collect();
        let pools = job.estate.pools.iter();
        let bare: Vec<_> = pools
            .filter(|pool| !covered.contains(pool.id()))
            .cloned()
            .collect();
        let places = documents::sources(&bare, &mut sources);
        findings.extend(
            bare.iter()
                .zip(&places)
                .map(|(pool, source)| drift::uncovered(pool, *source)),
        );
    }
    let mask = policies.mask(&sources);
    not_checked.append(&mut unjudged(
        &policies.checked,
        &policies.gathered.files,
        &sources,
    ));
    let found = Found {
        counts: [policies.gathered.files.len(), aimed.len(), job.estate.pools.len()],
        sources,
        findings,
        not_checked,
        overviews: missing,
        ..Found::default()
    };
    conclude_diff(job, found, &mask)
}

/// What is wrong with policies, without any pool.
pub fn faults(mut policies: Policies, settings: &Settings) -> Report {
    let sources = std::mem::take(&mut policies.sources);
    let findings = std::mem::take(&mut policies.findings);
    let not_checked = unjudged(&policies.checked, &policies.gathered.files, &sources);
    let mask = policies.mask(&sources);
    let mut found = Found {
        counts: [policies.gathered.files.len(), policies.aimed().count(), 0],
        sources,
        findings,
        not_checked,
        ..Found::default()
    };
    hide(&mut found, &mask);
    ended::diff(found, settings, FailOn::Any)
}

/// Each policy with the pools it is for. A policy that names a pool's id does not go through all others.
pub(in crate::app) fn pairs<'p, 'a>(
    policies: &[&'p Policy],
    pools: &'a [Observed],
) -> Vec<(&'p Policy, Vec<&'a Observed>)> {
    let by_id: BTreeMap<&str, &Observed> = pools.iter().map(|pool| (pool.id(), pool)).collect();
    let pair = |policy: &&'p Policy| {
        let query = query(policy);
        let meant = |pool: &&Observed| query.means(pool);
        let found = match &query.selector.id {
            Some(id) => by_id
                .get(id.as_str())
                .copied()
                .into_iter()
                .filter(meant)
                .collect(),
            None => pools.iter().filter(meant).collect(),
        };
        (*policy, found)
    };
    policies.par_iter().map(pair).collect()
}

/// One policy against one pool.
fn compare(policy: &Policy, pool: &Observed, job: &DiffJob<'_>) -> (Vec<Finding>, Vec<NotChecked>) {
    let diff = plan::diff(&policy.posture, &pool.posture, &KeysOf(policy));
    let held = || diff.managed_values(&KeysOf(policy));
    let causes = job.facts.ledger.map(|(_, ledger)| match diff.changes.as_slice() {
        [] => BTreeMap::new(),
        _ => notes::causes(pool.id(), &held(), ledger),
    });
    let mut found = drift::findings(Against {
        policy,
        pool,
        diff: &diff,
        causes: causes.as_ref(),
    });
    notes::gates(&mut found, job.facts.question(policy, pool), job.facts.shares);
    (found, unseen(policy, pool, &diff))
}

/// Leaves of a policy that were not compared. Why stands with the part that was not read.
fn unseen(policy: &Policy, pool: &Observed, diff: &Diff) -> Vec<NotChecked> {
    let mut entries = undecided(policy, pool, diff);
    let is_reset = |leaf: &&Setting| plan::may_be_reset(leaf, &diff.observed);
    let (reset, unread): (Vec<_>, Vec<_>) = diff.unseen.iter().partition(is_reset);
    for (leaves, why) in [
        (unread, "the pool's side could not be read"),
        (
            reset,
            "the plan sets them and destroys a resource that may reset them: what is left is unknown",
        ),
    ] {
        let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.pointer().to_string()).collect();
        if !leaves.is_empty() {
            let leaves = text::join_words(&leaves);
            let what = format!("{leaves} of policy {} on pool {}", policy.name, pool.id());
            entries.push(NotChecked::failed(what, why));
        }
    }
    entries
}

/// Alarms that the pool spells otherwise than the policy, where no data decides which of the two is right: they are no
/// difference, and one of them is dead.
fn undecided(policy: &Policy, pool: &Observed, diff: &Diff) -> Vec<NotChecked> {
    let one = |index: &usize| {
        let what = format!(
            "whether {} of policy {} can fire on pool {}",
            Setting::Alarm(*index).pointer(),
            policy.name,
            pool.id()
        );
        let spelling = |alarm: &Alarm| {
            let level = alarm.dimensions.get("RiskLevel");
            let level = level.map_or_else(String::new, |level| format!(" with RiskLevel `{level}`"));
            format!("`{}`{level}", alarm.metric)
        };
        let live = &diff.alarms.get(index)?.alarm;
        let query = diff.desired.alarms.as_ref()?.get(*index)?;
        let why = format!(
            "the pool's alarm is on {} and the policy's on {}: CloudWatch keeps them apart, AWS's texts have both, and there \
             is no data of this pool for either",
            spelling(live),
            spelling(query)
        );
        Some(NotChecked::left_out(what, why))
    };
    diff.spelt_otherwise.iter().filter_map(one).collect()
}

/// Hides credentials.
fn hide(found: &mut Found, mask: &Mask) {
    let hidden = found.findings.par_iter_mut();
    hidden.for_each(|finding| mask.finding(finding));
    mask.entries(&mut found.not_checked);
}

/// Hides credentials and ends the run.
fn conclude_diff(job: &DiffJob<'_>, mut found: Found, mask: &Mask) -> Report {
    hide(&mut found, mask);
    let pools = documents::overviews(&job.estate.pools, mask, job.facts.today);
    for row in &mut found.overviews {
        mask.credential(&mut row.title);
    }
    found.overviews.splice(0..0, pools);
    if job.wants_tables {
        found.protections = documents::protections(&job.estate.pools, mask);
    }
    ended::diff(found, job.settings, job.fail_on)
}
