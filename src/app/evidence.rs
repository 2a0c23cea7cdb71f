//! `evidence`: what an auditor files: controls and pools, with policies, gates, waivers and who changed what.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::conclude;
use crate::app::diff::{Policies, pairs};
use crate::app::estate;
use crate::app::gates::{self, GateJob};
use crate::app::history::Histories;
use crate::app::policies::KeysOf;
use crate::app::scan::{self, ScanJob};
use crate::finding::{Finding, Suppression};
use crate::lint::{self, Evaluated, Mask};
use crate::model::effective::{CellOutcome, Table};
use crate::model::observed::Observed;
use crate::plan;
use crate::plan::gate::Out;
use crate::policy::assemble::Policy;
use crate::report::{
    Control, EvidenceFinding, EvidenceHead, EvidenceSection, EvidenceWaiver, FilesDigest, NotChecked,
    PolicyAgreement, PoolEvidence, PoolOverview, Report, Section, SignInOutcome, Summary,
};
use crate::rule::file::{Sees, Stage};
use crate::source::Sources;

/// What evidence is made of.
pub struct EvidenceJob<'a> {
    /// The policies.
    pub policies: &'a Policies,
    /// What the gates are judged by.
    pub gate: GateJob<'a>,
    /// The rules, and the pools that they judge.
    pub scan: ScanJob<'a>,
    /// Ledgers, journals and kept reports.
    pub records: Histories,
    /// When the pools were read.
    pub read_at: Option<jiff::Timestamp>,
}

/// Puts the evidence together. What was not read counts as not seen.
pub fn evidence(job: EvidenceJob<'_>) -> Report {
    let pools = &job.gate.estate.pools;
    let gate = gates::gate(job.policies, &job.gate);
    let history = job.records.finish();
    let mut not_checked = gate.summary.not_checked;
    not_checked.extend(conclude::unseen(job.gate.estate));
    not_checked.extend(history.summary.not_checked);
    let gates = match gate.section {
        Some(Section::Gate(section)) => section.pools,
        _ => Vec::new(),
    };
    let mut known = match history.section {
        Some(Section::History(section)) => section.subjects,
        _ => Vec::new(),
    };
    let policies_of = policies_of(job.policies, pools);
    let mut sources = Sources::default();
    let mut judged = scan::judge(&job.scan, &estate::sources(pools, &mut sources));
    not_checked.extend(not_run(&job.scan));
    let mask = job.policies.mask(&sources);
    let mut evidence = Vec::new();
    for (pool, judged) in pools.iter().zip(&mut judged) {
        let policies = policies_of.get(pool.id()).map_or(&[][..], Vec::as_slice);
        for policy in policies {
            lint::waive(&mut judged.findings, policy, job.scan.settings.today);
        }
        let mut one = pool_evidence(pool, judged, policies, job.policies);
        one.gates = gates
            .iter()
            .filter(|gate| gate.pool == pool.id())
            .cloned()
            .collect();
        let place = known
            .iter()
            .position(|one| one.pool.as_deref() == Some(pool.id()));
        one.history = place.map(|at| known.swap_remove(at));
        mask_pool(&mut one, &mask);
        evidence.push(one);
    }
    if policies_of.is_empty() && !pools.is_empty() {
        let why = "none of them is for a pool that was read";
        not_checked.push(NotChecked::left_out("policies", why));
    }
    conclude::order(&mut not_checked);
    let (policy_files, policies_digest) = digest(job.policies);
    let section = EvidenceSection {
        head: EvidenceHead {
            today: job.scan.settings.today,
            read_at: job.read_at.map(|at| at.to_string()),
            places: places_of(pools),
            policy_files,
            policies_digest,
        },
        controls: controls(&job.scan, &judged),
        pools: evidence,
    };
    Report {
        exit_code: conclude::exit_code(if pools.is_empty() { 2 } else { 0 }, &not_checked),
        summary: Summary {
            pools: pools.len(),
            not_checked,
            ..Summary::default()
        },
        section: Some(Section::Evidence(Box::new(section))),
        ..Report::of("evidence")
    }
}

/// Rules that did not run at all.
fn not_run(job: &ScanJob<'_>) -> Vec<NotChecked> {
    let mut rules = conclude::disabled(job.settings);
    rules.extend(conclude::used_up(job.catalogue));
    rules
}

/// The policies of each pool that has some.
fn policies_of<'a>(policies: &'a Policies, pools: &'a [Observed]) -> BTreeMap<&'a str, Vec<&'a Policy>> {
    let aimed: Vec<_> = policies.aimed().collect();
    let mut of = BTreeMap::<&str, Vec<&Policy>>::new();
    for (policy, found) in pairs(&aimed, pools) {
        for pool in found {
            of.entry(pool.id()).or_default().push(policy);
        }
    }
    of
}

fn places_of(pools: &[Observed]) -> Vec<String> {
    let place = |pool: &Observed| {
        let [account, region] =
            [&pool.posture.account, &pool.posture.region].map(|one| one.as_deref().unwrap_or("unknown"));
        format!("{account} in {region}")
    };
    pools
        .iter()
        .map(place)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Files of policies and layers, and a digest over them: of each its name, its length and its text.
fn digest(policies: &Policies) -> (Vec<String>, String) {
    let files = policies.gathered.files.iter().map(|file| file.source);
    let layers = policies
        .sources
        .iter()
        .filter(|(_, source)| policies.gathered.layers.contains_key(source.name()));
    let ids: BTreeSet<_> = files.chain(layers.map(|(id, _)| id)).collect();
    let texts: BTreeMap<_, _> = ids
        .into_iter()
        .map(|id| policies.sources.get(id))
        .map(|source| (source.name(), source.text()))
        .collect();
    let names = texts.keys().map(|name| (*name).to_owned()).collect();
    (names, FilesDigest::of(texts).sha256)
}

fn pool_evidence(pool: &Observed, judged: &Evaluated, policies: &[&Policy], all: &Policies) -> PoolEvidence {
    let posture = &pool.posture;
    let overview = PoolOverview::of(pool.title(), posture, &Table::of(posture));
    let signals = ["low", "medium", "high", "compromised-credentials"].into_iter();
    let mode = |mode| Option::map(mode, |mode| Out::Mode(mode).label());
    let agreement = |policy: &&Policy| {
        let diff = plan::diff(&policy.posture, posture, &KeysOf(policy));
        let pointer = |leaf: &plan::Setting| leaf.pointer().to_string();
        PolicyAgreement {
            policy: policy.name.clone(),
            file: all.sources.get(policy.places.source).name().to_owned(),
            differs: diff
                .changes
                .iter()
                .map(|change| pointer(&change.leaf))
                .chain(diff.missing_clients().map(|client| pointer(&client)))
                .collect(),
            unread: diff.unseen.iter().map(pointer).collect(),
        }
    };
    PoolEvidence {
        pool: pool.id().to_owned(),
        name: pool.name.clone(),
        account: posture.account.clone(),
        region: posture.region.clone(),
        standard: mode(posture.mode.standard),
        custom: mode(posture.mode.custom),
        sign_in: signals
            .zip(overview.signals)
            .map(|(signal, cell)| SignInOutcome {
                signal,
                outcome: cell.outcome.label().to_owned(),
                varies: cell.varies,
                not_checked: cell.not_checked,
                at_most: cell.at_most.map(CellOutcome::label),
            })
            .collect(),
        policies: policies.iter().map(agreement).collect(),
        findings: judged.findings.iter().map(|one| finding(one, policies)).collect(),
        gates: Vec::new(),
        history: None,
    }
}

fn finding(finding: &Finding, policies: &[&Policy]) -> EvidenceFinding {
    let waived = match &finding.suppressed {
        Some(Suppression::Waiver { reason, until }) => {
            let has = |policy: &&&Policy| {
                let mut waivers = policy.waivers.iter();
                waivers.any(|waiver| (&waiver.reason, &waiver.until) == (reason, until))
            };
            Some(EvidenceWaiver {
                policy: policies
                    .iter()
                    .find(has)
                    .map_or_else(String::new, |policy| policy.name.clone()),
                reason: reason.clone(),
                until: until.clone(),
            })
        }
        _ => None,
    };
    EvidenceFinding {
        rule: finding.rule.to_string(),
        severity: finding.severity.as_str(),
        message: finding.message.clone(),
        at: finding.primary.pointer.as_ref().map(ToString::to_string),
        waived,
    }
}

fn mask_pool(pool: &mut PoolEvidence, mask: &Mask) {
    let mask = |text: &mut String| {
        mask.text(text);
    };
    mask(&mut pool.name);
    for agreement in &mut pool.policies {
        mask(&mut agreement.policy);
    }
    for finding in &mut pool.findings {
        mask(&mut finding.message);
        if let Some(waiver) = &mut finding.waived {
            mask(&mut waiver.policy);
            mask(&mut waiver.reason);
        }
    }
}

/// Controls of frameworks that rules name, and rules that found something.
fn controls(job: &ScanJob<'_>, judged: &[Evaluated]) -> Vec<Control> {
    let (catalogue, pools) = (job.catalogue, &job.estate.pools);
    let used_up = catalogue.used_up();
    let running: BTreeSet<_> = conclude::running(catalogue, job.settings, Sees::Observed)
        .filter(|rule| rule.stage == Stage::Posture && !used_up.contains(&rule.meta.id))
        .map(|rule| rule.meta.id.as_str())
        .collect();
    let mut rules = BTreeMap::<(String, String), BTreeSet<&str>>::new();
    for meta in catalogue.rules().iter().map(|rule| &rule.meta) {
        let id = meta.id.as_str();
        for (framework, controls) in &meta.frameworks {
            for control in controls {
                rules
                    .entry((framework.clone(), control.clone()))
                    .or_default()
                    .insert(id);
            }
        }
        if judged
            .iter()
            .flat_map(|one| &one.findings)
            .any(|finding| finding.rule.as_str() == id)
        {
            rules.insert(("cogward".to_owned(), id.to_owned()), BTreeSet::from([id]));
        }
    }
    let one = |((framework, id), rules): ((String, String), BTreeSet<&str>)| {
        let mut control = Control {
            framework,
            id,
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            no_findings: Vec::new(),
            findings: Vec::new(),
            waived: Vec::new(),
            not_seen: Vec::new(),
        };
        for (pool, judged) in pools.iter().zip(judged) {
            let found = judged
                .findings
                .iter()
                .filter(|finding| rules.contains(finding.rule.as_str()));
            let mut unknown = judged.left_out.iter().chain(&judged.failed);
            let not_seen = !rules.is_subset(&running) || unknown.any(|rule| rules.contains(rule.as_str()));
            let list = match (found.clone().next(), not_seen) {
                (Some(_), _) if found.clone().any(|finding| finding.suppressed.is_none()) => {
                    &mut control.findings
                }
                (_, true) => &mut control.not_seen,
                (Some(_), false) => &mut control.waived,
                (None, false) => &mut control.no_findings,
            };
            list.push(pool.id().to_owned());
        }
        control
    };
    rules.into_iter().map(one).collect()
}
