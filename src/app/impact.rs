//! `impact`: events against the policies of a run, pool by pool.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::app::conclude;
use crate::app::diff::{Policies, pairs};
use crate::app::policies::KeysOf;
use crate::app::share::EVENTS;
use crate::impact::{ImpactCounter, ImpactReport, PolicyImpact, Replayer, Strictness};
use crate::model::client::Override;
use crate::model::event::AuthEvent;
use crate::model::mode::{Mode, Modes};
use crate::model::observed::{Estate, Observed};
use crate::model::posture::Posture;
use crate::plan;
use crate::plan::gate::Out;
use crate::policy::assemble::Policy;
use crate::report::NotChecked;

/// What judging needs to know.
#[derive(Clone, Copy, Debug)]
pub struct ImpactJob<'a> {
    /// The pools as they are, and the name of the snapshot; `None` takes the policies themselves in AUDIT.
    pub now: Option<(&'a Estate, &'a str)>,
    /// Which of AWS's possible answers counts.
    pub strictness: Strictness,
    /// The day of the run: no event is of a later one.
    pub today: Date,
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
}

/// Policies that wait for events.
pub struct ImpactRun {
    pools: Vec<(PolicyImpact, ImpactCounter)>,
    /// Indexes of `pools`.
    by_pool: HashMap<String, Vec<usize>>,
    other_pools: u64,
    without_pool: u64,
    assumed: u64,
    not_checked: Vec<NotChecked>,
    has_policies: bool,
}

impl ImpactRun {
    /// Prepares the policies that are for pools.
    pub fn new(policies: &Policies, job: ImpactJob<'_>) -> Self {
        let aimed: Vec<_> = policies.aimed().collect();
        let mut run = Self {
            pools: Vec::new(),
            by_pool: HashMap::new(),
            other_pools: 0,
            without_pool: 0,
            assumed: 0,
            not_checked: Vec::new(),
            has_policies: !aimed.is_empty(),
        };
        match job.now {
            Some((estate, name)) => {
                run.not_checked.extend(conclude::unseen(estate));
                for (policy, pools) in pairs(&aimed, &estate.pools) {
                    if pools.is_empty() {
                        let what = format!("policy {}", policy.name);
                        let why = format!("`{name}` has no pool for it");
                        run.not_checked.push(NotChecked::failed(what, why));
                    }
                    for pool in pools {
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
        let mask = policies.mask(policies.sources());
        for (pool, _) in &mut run.pools {
            mask.text(&mut pool.policy);
            mask.text(&mut pool.proposed);
            pool.notes.iter_mut().for_each(|note| {
                mask.text(note);
            });
        }
        mask.entries(&mut run.not_checked);
        run
    }

    /// A policy against a pool of a snapshot.
    fn against(&mut self, policy: &Policy, pool: &Observed, snapshot: &str, job: ImpactJob<'_>) {
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
        let about = about(policy, [pool.id(), &pool.name], now, notes, &wanted);
        self.push(
            about,
            ImpactCounter::new(Replayer::new(&diff.observed, job.strictness), wanted, job.today),
        );
    }

    /// A policy against itself in AUDIT.
    fn alone(&mut self, policy: &Policy, job: ImpactJob<'_>) {
        let target = policy.target.as_ref().and_then(|target| target.pool.as_deref());
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
        let about = about(policy, [pool, ""], now, notes(&policy.posture), &wanted);
        self.push(
            about,
            ImpactCounter::new(Replayer::new(&audit, job.strictness), wanted, job.today),
        );
    }

    fn push(&mut self, about: PolicyImpact, counter: ImpactCounter) {
        let index = self.pools.len();
        self.by_pool.entry(about.pool.clone()).or_default().push(index);
        self.pools.push((about, counter));
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
                pools.for_each(|(_, counter)| counter.add_of_no_pool(event));
                return;
            }
        };
        let Some(indexes) = indexes else {
            self.other_pools += 1;
            return;
        };
        for index in indexes {
            if let Some((_, counter)) = self.pools.get_mut(*index) {
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
        let one = |(mut about, counter): (PolicyImpact, ImpactCounter)| {
            about.impact = counter.finish();
            if assumed > 0 {
                about.notes.push(format!(
                    "{assumed} events name no pool, and are taken for this one's"
                ));
            }
            about
        };
        let pools: Vec<_> = self.pools.into_iter().map(one).collect();
        let judged = pools.iter().any(|pool| pool.impact.total.events > 0);
        let code = if self.has_policies && judged { 0 } else { 2 };
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
            exit_code,
        }
    }
}

fn about(
    policy: &Policy,
    [pool, name]: [&str; 2],
    now: String,
    notes: Vec<String>,
    wanted: &Replayer,
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
        max_percent: policy.gate.max_would_block_percent,
        impact: crate::impact::PoolImpact::default(),
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
