//! `impact`: events against the policies of a run, pool by pool.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::app::conclude;
use crate::app::diff::{Policies, pairs};
use crate::app::policies::KeysOf;
use crate::app::share::EVENTS;
use crate::finding::Finding;
use crate::ident::RuleId;
use crate::impact::{ImpactCounter, ImpactReport, PolicyImpact, Replayer, Strictness};
use crate::lint::{self, LintContext, Settings};
use crate::model::client::{Client, Override};
use crate::model::event::AuthEvent;
use crate::model::mode::{Mode, Modes};
use crate::model::observed::{Estate, Observed};
use crate::model::posture::Posture;
use crate::plan;
use crate::plan::gate::Out;
use crate::policy::assemble::Policy;
use crate::report::NotChecked;
use crate::rule::catalogue::Catalogue;
use crate::rule::file::Stage;
use crate::text;

/// What judging needs to know.
#[derive(Clone, Copy)]
pub struct ImpactJob<'a> {
    /// The pools as they are, and the name of the snapshot; `None` takes the policies themselves in AUDIT.
    pub now: Option<(&'a Estate, &'a str)>,
    /// Ids of the pools that are meant; none means all.
    pub only: &'a [String],
    /// Which of AWS's possible answers counts.
    pub strictness: Strictness,
    /// The day of the run: no event is of a later one.
    pub today: Date,
    /// The rules, of which those about events run, and their settings; `None` if the shares are all that is asked for.
    pub rules: Option<(&'a Catalogue, &'a Settings)>,
}

impl ImpactJob<'_> {
    fn means(&self, pool: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| id == pool)
    }
}

/// How the events were read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What was read, and what in it was no event, a line each.
    pub lines: Vec<String>,
    /// What should have been read and could not be, a line each.
    pub unread: Vec<String>,
    /// Events, each once.
    pub events: u64,
    /// Digest of these events.
    pub events_digest: String,
    /// Values that could not be read.
    pub broken: u64,
    /// Whether a name is of nothing, which is wrong input.
    pub is_nothing_named: bool,
}

/// Policies that wait for events.
pub struct ImpactRun<'a> {
    policies: &'a Policies,
    rules: Option<(&'a Catalogue, &'a Settings)>,
    pools: Vec<(&'a Policy, PolicyImpact, ImpactCounter)>,
    /// Indexes of `pools`.
    by_pool: HashMap<String, Vec<usize>>,
    other_pools: u64,
    without_pool: u64,
    assumed: u64,
    not_checked: Vec<NotChecked>,
    /// Whether there are policies, and no pool of theirs is certain not to be there.
    is_usable: bool,
}

impl<'a> ImpactRun<'a> {
    /// Prepares the policies that are for pools.
    pub fn new(policies: &'a Policies, job: ImpactJob<'a>) -> Self {
        let aimed: Vec<_> = policies.aimed().collect();
        let mut run = Self {
            policies,
            rules: job.rules,
            pools: Vec::new(),
            by_pool: HashMap::new(),
            other_pools: 0,
            without_pool: 0,
            assumed: 0,
            not_checked: Vec::new(),
            is_usable: !aimed.is_empty(),
        };
        match job.now {
            Some((estate, name)) => {
                run.not_checked.extend(conclude::unseen(estate));
                for (policy, pools) in pairs(&aimed, &estate.pools) {
                    if job.only.is_empty() {
                        let gone = conclude::not_found(policy, &pools, estate);
                        run.is_usable &= gone.is_empty();
                        let mut whys: Vec<_> = gone.into_iter().map(|(_, why)| why).collect();
                        if pools.is_empty() && whys.is_empty() {
                            whys.push(format!("`{name}` has no pool for it"));
                        }
                        let what = format!("policy {}", policy.name);
                        let entries = whys.into_iter().map(|why| NotChecked::failed(&what, why));
                        run.not_checked.extend(entries);
                    }
                    for pool in pools.into_iter().filter(|pool| job.means(pool.id())) {
                        run.against(policy, pool, name, job);
                    }
                }
            }
            None => aimed.iter().for_each(|policy| run.alone(policy, job)),
        }
        if aimed.is_empty() {
            let why = "there is no policy with a `target`";
            run.not_checked.push(NotChecked::left_out("pools", why));
        }
        for id in job.only.iter().filter(|id| !run.by_pool.contains_key(*id)) {
            run.is_usable = false;
            run.not_checked.push(NotChecked::failed(
                format!("pool {id}"),
                "no policy is for it, or it was not found",
            ));
        }
        let mask = policies.mask(policies.sources());
        for (_, pool, _) in &mut run.pools {
            mask.text(&mut pool.policy);
            mask.text(&mut pool.proposed);
            pool.clients.values_mut().for_each(|name| {
                mask.text(name);
            });
            pool.notes.iter_mut().for_each(|note| {
                mask.text(note);
            });
        }
        mask.entries(&mut run.not_checked);
        run
    }

    /// A policy against a pool of a snapshot.
    fn against(&mut self, policy: &'a Policy, pool: &Observed, snapshot: &str, job: ImpactJob<'_>) {
        let diff = plan::diff(&policy.posture, &pool.posture, &KeysOf(policy));
        let now = format!("pool as in `{snapshot}`, {}", modes(diff.observed.mode));
        let mut notes = notes(&diff.wanted);
        if diff.observed.mode.standard == Some(Mode::Enforced) {
            notes.push(
                "the pool is ENFORCED already: users who were blocked did not come back, so numbers are low"
                    .to_owned(),
            );
        }
        for (key, _) in &diff.missing {
            notes.push(format!(
                "client `{key}` of the policy is not in the pool: its settings count for nobody"
            ));
        }
        let wanted = Replayer::new(&diff.wanted, job.strictness);
        let about = about(
            policy,
            [pool.id(), &pool.name],
            now,
            notes,
            &wanted,
            &pool.posture.clients,
        );
        let now = Replayer::new(&diff.observed, job.strictness);
        self.push(policy, about, ImpactCounter::new(now, wanted, job.today));
    }

    /// A policy against itself in AUDIT.
    fn alone(&mut self, policy: &'a Policy, job: ImpactJob<'_>) {
        let target = policy.target.as_ref().and_then(|target| target.pool.as_deref());
        if !job.only.is_empty() && target.is_none_or(|pool| !job.means(pool)) {
            return;
        }
        let Some(pool) = target else {
            let what = format!("policy {}", policy.name);
            let why = "it names no pool by its id; --from SNAPSHOT says which pools are meant";
            self.not_checked.push(NotChecked::failed(what, why));
            return;
        };
        let audit = Posture {
            mode: Modes {
                standard: Some(Mode::Audit),
                custom: Some(Mode::Audit),
            },
            ..policy.posture.clone()
        };
        let now =
            "no pool was read: the policy in AUDIT counts, where nothing is done; --from SNAPSHOT takes the pool as it is"
                .to_owned();
        let wanted = Replayer::new(&policy.posture, job.strictness);
        let about = about(
            policy,
            [pool, ""],
            now,
            notes(&policy.posture),
            &wanted,
            &policy.posture.clients,
        );
        let now = Replayer::new(&audit, job.strictness);
        self.push(policy, about, ImpactCounter::new(now, wanted, job.today));
    }

    fn push(&mut self, policy: &'a Policy, about: PolicyImpact, counter: ImpactCounter) {
        let index = self.pools.len();
        self.by_pool.entry(about.pool.clone()).or_default().push(index);
        self.pools.push((policy, about, counter));
    }

    /// Judges an event. One that names no pool is taken for one of the only pool, if there is only one.
    pub fn add(&mut self, event: &AuthEvent) {
        let indexes = match &event.pool {
            Some(pool) => self.by_pool.get(pool),
            None if self.by_pool.len() == 1 => {
                self.assumed += 1;
                self.by_pool.values().next()
            }
            None => {
                self.without_pool += 1;
                let pools = self.pools.iter_mut();
                pools.for_each(|(.., counter)| counter.add_of_no_pool(event));
                return;
            }
        };
        let Some(indexes) = indexes else {
            self.other_pools += 1;
            return;
        };
        for index in indexes {
            if let Some((.., counter)) = self.pools.get_mut(*index) {
                counter.add(event);
            }
        }
    }

    /// The report. Without an event to judge it is one of wrong input.
    pub fn finish(mut self, reading: Reading) -> ImpactReport {
        let unread = reading.unread.into_iter();
        self.not_checked
            .extend(unread.map(|line| NotChecked::failed(EVENTS, line)));
        let assumed = self.assumed;
        let finish = |(policy, mut about, counter): (&'a Policy, PolicyImpact, ImpactCounter)| {
            about.impact = counter.finish();
            if assumed > 0 {
                let words = "event names no pool, and is taken for this one's";
                let all = "events name no pool, and are taken for this one's";
                about.notes.push(text::count(assumed, words, all));
            }
            (policy, about)
        };
        let mut pools: Vec<_> = self.pools.into_iter().map(finish).collect();
        let mut faults = Vec::new();
        if let Some((catalogue, settings)) = self.rules {
            faults = judge(&mut pools, self.policies, catalogue, settings);
            self.not_checked.extend(disabled(catalogue, settings));
        }
        let pools: Vec<_> = pools.into_iter().map(|(_, about)| about).collect();
        let judged = pools.iter().any(|pool| pool.impact.total.events > 0);
        let is_usable = self.is_usable && !reading.is_nothing_named;
        let code = if is_usable && judged { 0 } else { 2 };
        let exit_code = conclude::exit_code(code, &self.not_checked);
        ImpactReport {
            version: env!("CARGO_PKG_VERSION"),
            pools,
            reading: reading.lines,
            events: reading.events,
            events_digest: reading.events_digest,
            broken: reading.broken,
            other_pools: self.other_pools,
            without_pool: self.without_pool,
            not_checked: self.not_checked,
            faults,
            exit_code,
        }
    }
}

/// Runs the rules about events on each pool's; gives the rules' own faults.
fn judge(
    pools: &mut [(&Policy, PolicyImpact)],
    policies: &Policies,
    catalogue: &Catalogue,
    settings: &Settings,
) -> Vec<Finding> {
    let found: Vec<_> = catalogue.within_work(|left_out| {
        let context = LintContext {
            catalogue,
            settings,
            wants_effective: catalogue.wants_effective(),
            single: false,
            left_out,
            others: &[],
        };
        // On the threads that expressions fit on.
        let found = pools.par_iter().map(|(policy, about)| {
            let case = policies.case(policy, &about.impact.sign_ins);
            case.map_or_else(Vec::new, |case| lint::evaluate(case, context))
        });
        found.collect::<Vec<_>>()
    });
    let mask = policies.mask(policies.sources());
    let mut faults = lint::used_up(catalogue);
    for ((_, about), mut findings) in pools.iter_mut().zip(found) {
        for finding in &mut findings {
            mask.finding(finding);
        }
        let (mut failed, found) = findings.into_iter().partition(|finding| finding.is_input_fault);
        faults.append(&mut failed);
        about.findings = found;
        about
            .findings
            .sort_by_key(|one| (one.suppressed.is_some(), Reverse(one.severity)));
    }
    faults
}

/// Rules about events that are switched off.
fn disabled(catalogue: &Catalogue, settings: &Settings) -> Vec<NotChecked> {
    let mut settings = settings.clone();
    let of_events = |rule: &RuleId| {
        catalogue
            .get(rule.as_str())
            .is_some_and(|rule| rule.stage == Stage::Events)
    };
    settings.disabled.retain(|rule, _| of_events(rule));
    conclude::disabled(&settings)
}

fn about(
    policy: &Policy,
    [pool, name]: [&str; 2],
    now: String,
    notes: Vec<String>,
    wanted: &Replayer,
    clients: &[Client],
) -> PolicyImpact {
    let own = match policy.posture.mode.standard {
        Some(Mode::Enforced) => String::new(),
        Some(mode) => format!(", as if it were ENFORCED (it says {})", Out::Mode(mode).label()),
        None => ", as if it were ENFORCED (it sets no standard mode)".to_owned(),
    };
    PolicyImpact {
        policy: policy.name.clone(),
        pool: pool.to_owned(),
        pool_name: name.to_owned(),
        now,
        proposed: format!("policy {}{own}", policy.name),
        notes,
        settings: wanted.digest(),
        clients: clients
            .iter()
            .filter_map(|client| Some((client.id.clone()?, client.name().to_owned())))
            .collect(),
        max_percent: policy.gate.max_would_block_percent,
        impact: crate::impact::PoolImpact::default(),
        findings: Vec::new(),
    }
}

/// `standard AUDIT, custom OFF`.
pub(super) fn modes(modes: Modes) -> String {
    let word = |mode: Option<Mode>| mode.map_or("unknown", |mode| Out::Mode(mode).label());
    format!("standard {}, custom {}", word(modes.standard), word(modes.custom))
}

/// What to know of proposed settings.
fn notes(posture: &Posture) -> Vec<String> {
    let mut notes = Vec::new();
    let Modes { standard, custom } = posture.mode;
    if custom.is_some() && custom != standard {
        notes.push(format!(
            "modes differ ({}), and events do not say which flow they had: those of clients that may use several count as \
             standard",
            modes(posture.mode)
        ));
    }
    let unnamed = posture.clients.iter().filter(|client| client.id.is_none());
    for client in unnamed.filter(|client| matches!(client.risk, Override::Own(_))) {
        notes.push(format!(
            "client `{}` has settings of its own and no `id`: events name ids, so it may be any client that is not listed; add \
             its id, or use --from",
            client.key
        ));
    }
    notes
}
