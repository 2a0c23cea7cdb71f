//! `gate`: the gates of all policies of a run, pool by pool.

use crate::app::conclude;
use crate::app::diff::{Policies, pairs, query};
use crate::app::gate::{self, Judgement, evaluate, steps};
use crate::app::gate_facts::GateFacts;
use crate::app::policies::foreign;
use crate::app::share;
use crate::finding::{Finding, Location};
use crate::model::mode::Mode;
use crate::model::observed::{Estate, Observed};
use crate::plan::Auth;
use crate::plan::gate::{Answer, EvidenceSource, Out, Piece};
use crate::policy::assemble::Policy;
use crate::report::{
    CountingAnswer, GateEvidence, GateReason, GateSection, GateUnread, ModeGate, NotChecked, PoolGate,
    Report, Section, Summary,
};
use crate::source::{Source, Sources};
use crate::span::Span;
use crate::text;

/// What judging the gates of a run needs to know.
pub struct GateJob<'a> {
    /// What was seen.
    pub estate: &'a Estate,
    /// What is known for gates.
    pub facts: GateFacts<'a>,
}

/// Whether the gate is about a pool under one of these policies: some mode is to be ENFORCED, or kept in AUDIT.
pub fn concerns(policies: &Policies, pool: &Observed) -> bool {
    let mut for_it = policies.aimed().filter(|policy| query(policy).means(pool));
    for_it.any(|policy| counting(policy, pool).iter().any(|counts| *counts))
}

/// Whether some of these policies would set a mode of a pool to ENFORCED.
pub fn has_steps(policies: &Policies, pool: &Observed) -> bool {
    let mut for_it = policies.aimed().filter(|policy| query(policy).means(pool));
    for_it.any(|policy| !steps(policy, pool).is_empty())
}

/// Which authentication types of a pool decide how the run ends: those that the policy sets to ENFORCED and that are
/// not so yet; of a policy that sets none, those that it keeps in AUDIT, for then the question is when they may be.
fn counting(policy: &Policy, pool: &Observed) -> [bool; 2] {
    let wanted = [policy.posture.mode.standard, policy.posture.mode.custom];
    if wanted.contains(&Some(Mode::Enforced)) {
        let steps = steps(policy, pool);
        return Auth::ALL.map(|auth| steps.contains(&auth));
    }
    wanted.map(|mode| mode == Some(Mode::Audit))
}

/// The gates of all policies, pool by pool.
pub fn gate(policies: &Policies, job: &GateJob<'_>) -> Report {
    let aimed: Vec<_> = policies.aimed().collect();
    let mut not_checked = unreachable(job.estate);
    not_checked.extend(foreign(&policies.gathered));
    let (mut pools, mut unusable) = (Vec::new(), aimed.is_empty());
    for (policy, found) in pairs(&aimed, &job.estate.pools) {
        for (_, why) in conclude::not_found(policy, &found, job.estate) {
            unusable = true;
            not_checked.push(NotChecked::failed(format!("policy {}", policy.name), why));
        }
        unread_of_ranges(policy, &found, &mut not_checked);
        not_checked.extend(found.iter().filter_map(|pool| unseen_in_audit(policy, pool)));
        pools.extend(found.into_iter().map(|pool| of_pool(policy, pool, job)));
    }
    let ledger = job.facts.ledger.into_iter();
    not_checked.extend(ledger.flat_map(|(name, ledger)| conclude::damaged(name, ledger)));
    if aimed.is_empty() {
        not_checked.push(NotChecked::left_out(
            "pools",
            "there is no policy with a `target`",
        ));
    }
    let unread = job
        .facts
        .shares
        .into_iter()
        .flat_map(|shares| &shares.not_checked);
    not_checked.extend(unread.cloned());
    let exit_code = exit_code(&pools, &not_checked, unusable);
    let mask = policies.mask(&policies.sources);
    for pool in &mut pools {
        mask.text(&mut pool.policy);
    }
    mask.entries(&mut not_checked);
    let mut sources = Sources::default();
    let findings: Vec<_> = pools
        .iter()
        .flat_map(|pool| findings(pool, &mut sources))
        .collect();
    let is_there = |reason: &GateReason| findings.iter().any(|one| one.rule.as_str() == reason.as_str());
    Report {
        rules: GateReason::ALL
            .into_iter()
            .filter(is_there)
            .map(GateReason::meta)
            .collect(),
        summary: Summary {
            policies: aimed.len(),
            pools: pools.len(),
            errors: findings.len(),
            not_checked,
            ..Summary::default()
        },
        findings,
        section: Some(Section::Gate(GateSection {
            today: job.facts.today,
            pools,
        })),
        exit_code,
        sources,
        ..Report::of("gate")
    }
}

/// What keeps a pool from being enforced, at the settings that the policy asks for.
fn findings(pool: &PoolGate, sources: &mut Sources) -> Vec<Finding> {
    let mut found = pool.counting();
    found.retain(|one| one.reason.is_some());
    if found.is_empty() {
        return Vec::new();
    }
    let source = sources.add(Source::pool(pool.title(), &*pool.pool));
    let finding = |one: CountingAnswer| {
        let place = Location::at(source, Span::at(0), one.at);
        let message = format!("policy {}: {}", pool.policy, one.words);
        Some(Finding {
            policy: Some(pool.policy.clone()),
            ..one.reason?.meta().finding(place, message)
        })
    };
    found.into_iter().filter_map(finding).collect()
}

/// Adds what of pools could not be read, so that it is unknown which always-block ranges begin to act in them.
fn unread_of_ranges(policy: &Policy, pools: &[&Observed], not_checked: &mut Vec<NotChecked>) {
    for pool in pools {
        let parts = gate::unread_of_ranges(policy, pool);
        if parts.is_empty() {
            continue;
        }
        let mut pool = Observed::clone(pool);
        pool.unread.retain(|unread| parts.contains(&unread.part));
        let entries = conclude::unseen(&Estate {
            pools: vec![pool],
            ..Estate::default()
        });
        for entry in entries.into_iter().filter(|entry| entry.failed) {
            if !not_checked.contains(&entry) {
                not_checked.push(entry);
            }
        }
    }
}

/// What days in AUDIT do not show: responses that are new with the step.
fn unseen_in_audit(policy: &Policy, pool: &Observed) -> Option<NotChecked> {
    let new = gate::new_with_the_step(policy, pool);
    (!new.is_empty()).then(|| {
        let why = format!(
            "{} would begin with the step to ENFORCED, and days in AUDIT were without that: `apply` asks for it \
             (--allow-block)",
            text::join_words(&new)
        );
        NotChecked::left_out(format!("pool {}", pool.title()), why)
    })
}

/// Places and pools that could not be read. Of the parts of pools only those of [`unread_of_ranges`] decide anything.
fn unreachable(estate: &Estate) -> Vec<NotChecked> {
    let places = Estate {
        pools: Vec::new(),
        ..estate.clone()
    };
    let mut all = conclude::unseen(&places);
    all.extend(conclude::asked_elsewhere(estate));
    all
}

fn exit_code(pools: &[PoolGate], not_checked: &[NotChecked], unusable: bool) -> u8 {
    let counting: Vec<_> = pools.iter().flat_map(PoolGate::counting).collect();
    let is = |answer: Answer| counting.iter().any(|one| one.answer == answer.as_str());
    let found = match (unusable, is(Answer::Unmet)) {
        (true, _) => 2,
        (false, true) => 5,
        (false, false) if is(Answer::Unknown) => 4,
        (false, false) => 0,
    };
    match found {
        // What is refused for certain is refused, whatever else could not be read.
        5 => found,
        other => conclude::exit_code(other, not_checked),
    }
}

fn of_pool(policy: &Policy, pool: &Observed, job: &GateJob<'_>) -> PoolGate {
    let question = job.facts.question(policy, pool);
    let judged = evaluate(question);
    let counts = counting(policy, pool);
    let about = |(judgement, counts): (Judgement, bool)| {
        let wanted = matches!(judgement.wanted, Some(Mode::Audit | Mode::Enforced));
        let shown = wanted || judgement.live == Some(Mode::Audit);
        shown.then(|| mode_gate(&judgement, counts, job, question.history.is_some()))
    };
    PoolGate {
        policy: policy.name.clone(),
        pool: pool.id().to_owned(),
        pool_name: pool.name.clone(),
        account: pool.posture.account.clone(),
        region: pool.posture.region.clone(),
        modes: judged.into_iter().zip(counts).filter_map(about).collect(),
        limit: share::judge(question, job.facts.shares, counts.contains(&true)),
    }
}

fn mode_gate(judgement: &Judgement, counts: bool, job: &GateJob<'_>, asked: bool) -> ModeGate {
    let verdict = &judgement.verdict;
    let word = |mode: Option<Mode>| mode.map(|mode| Out::Mode(mode).label());
    let enforced = judgement.live == Some(Mode::Enforced);
    let unread = verdict.blind.iter().map(|blind| GateUnread {
        source: blind.source.as_str(),
        label: blind.source.label(),
        before: blind.before,
        why: blind.why.clone(),
    });
    let mut not_asked = Vec::new();
    if !asked && !enforced {
        not_asked.extend([
            EvidenceSource::CloudTrail.label(),
            EvidenceSource::Metrics.label(),
        ]);
    }
    if job.facts.ledger.is_none() && !enforced {
        not_asked.push(EvidenceSource::Ledger.label());
    }
    ModeGate {
        auth: judgement.auth.as_str(),
        wanted: word(judgement.wanted),
        live: word(judgement.live),
        counts,
        minimum_days: verdict.minimum,
        days: verdict.days(),
        answer: (!enforced).then(|| verdict.answer.as_str()),
        by: verdict.deciding().map(|piece| piece.evidence.source.as_str()),
        enough_on: verdict.enough_on(),
        evidence: verdict.pieces.iter().map(evidence).collect(),
        unread: unread.collect(),
        not_asked,
    }
}

fn evidence(piece: &Piece) -> GateEvidence {
    let one = &piece.evidence;
    GateEvidence {
        source: one.source.as_str(),
        label: one.source.label(),
        since: one.since,
        days: piece.days,
        out_on: one.other.map(|other| other.day),
        out_as: one.other.and_then(|other| other.out.mode()),
        seen: one.seen.clone(),
        note: Some(one.note.clone()).filter(|note| !note.is_empty()),
        worth: piece.standing.clone(),
    }
}
