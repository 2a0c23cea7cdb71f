//! A simulated AWS with one pool, a folder with one policy, and the verbs on both.

use cogward::app::apply::{ApplyJob, Chosen, Execution, Ports, Prepared, carry_out, propose, verify};
use cogward::app::diff::Policies;
use cogward::app::gate_facts::GateFacts;
use cogward::aws::{Connector, Limits, Session};
use cogward::fs::Tree;
use cogward::journal;
use cogward::model::observed::Selector;
use cogward::observe::live::{Fetched, Place, Stop, observe};
use cogward::plan::guard::{Named, Permits};
use cogward::policy::variable::Variables;
use cogward::proposal::{ApplyOutcome, Guard};
use cogward::rule::catalogue::Catalogue;
use cogward::simulator::{AwsState, Options, Pool, Server};
use cogward::source::Sources;
use serde_json::Value;
use tempfile::TempDir;

pub use crate::support::aws::{ACCOUNT, KEY, POOL, REGION, SECRET, raw};
pub use crate::support::writes::writes;

/// How much is tried, unless somebody asks for more.
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("COGWARD_CASES").ok();
    asked.map_or(usual, |text| text.parse().unwrap())
}

/// A figure for the reliability table.
pub fn figure(name: &str, number: usize) {
    println!("\nfigure: {name}: {number}");
}

pub struct Bench {
    pub server: Server,
    pub connector: Connector,
    pub runtime: tokio::runtime::Runtime,
    pub folder: TempDir,
}

/// One attempt more than needed, and no waiting.
fn limits() -> Limits {
    Limits {
        quotas: false,
        attempts: 2,
        attempt_timeout: std::time::Duration::from_secs(2),
        ..Limits::default()
    }
}

impl Bench {
    pub fn new(pool: Pool, options: Options) -> Self {
        let mut world = AwsState::default().with_key(KEY, ACCOUNT);
        world.region_mut(ACCOUNT, REGION).pools.insert(POOL.into(), pool);
        let server = Server::start(world, options).unwrap();
        let config = format!(
            "[default]\naws_access_key_id = {KEY}\naws_secret_access_key = secret\nendpoint_url = {}\n",
            server.endpoint()
        );
        Self {
            server,
            connector: Connector::new(limits()).with_shared_config(config),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn tree(&self) -> Tree {
        Tree::new(self.folder.path().to_owned())
    }

    pub fn ports(&self) -> Ports<'_> {
        Ports {
            reader: &self.connector,
            writer: &self.connector,
        }
    }

    pub fn look(&self) -> Fetched {
        let place = Place {
            session: Session::default(),
            region: REGION.to_owned(),
            account: None,
            selectors: vec![Selector::of_id(POOL)],
            shard: None,
        };
        let (places, limits, stop) = ([place], limits(), Stop::default());
        let fetched = observe(
            &self.connector,
            &places,
            &limits,
            &cogward::observe::live::Silent,
            &stop,
        );
        self.runtime.block_on(fetched)
    }

    /// The policy of a document.
    pub fn policies(&self, policy: &Value) -> Policies {
        let file = self.folder.path().join("policy.yaml");
        std::fs::write(file, policy.to_string()).unwrap();
        let policies = Policies::read(
            &self.tree(),
            &["policy.yaml".to_owned()],
            &Catalogue::of(Vec::new()),
            &Variables::none(),
            Sources::default(),
            Vec::new(),
        );
        assert!(!policies.are_faulty(), "{policy:#}");
        policies
    }

    /// The plan of a policy, with everything allowed.
    pub fn plan(&self, policy: &Value) -> Prepared {
        let (policies, fetched) = (self.policies(policy), self.look());
        let mut permits = generous();
        let first = propose(&policies, &job(&fetched, &permits)).unwrap();
        permits.weaken = weakening(&first);
        permits.block = blocking(&first);
        propose(&policies, &job(&fetched, &permits)).unwrap()
    }

    /// Carries a plan out with a journal of this name, and looks again.
    pub fn carry_out(&self, prepared: &Prepared, name: &str) -> ApplyOutcome {
        self.carry_out_until(prepared, name, &Stop::default())
    }

    pub fn carry_out_until(&self, prepared: &Prepared, name: &str, stop: &Stop) -> ApplyOutcome {
        assert!(
            prepared.proposal.refused.is_empty(),
            "{:#?}",
            prepared.proposal.refused
        );
        let line = journal::Run {
            version: 1,
            at: now(),
            tool_version: "0.1.0".into(),
            command: prepared.proposal.command.into(),
            plan_digest: prepared.plan.digest.clone(),
            who: Vec::new(),
            endpoints: Vec::new(),
            reasons: journal::Reasons::default(),
            gates: Vec::new(),
        };
        let journal = journal::Journal::create(&self.tree(), name, line).unwrap();
        let run = Execution {
            ports: self.ports(),
            clock: &now,
            stop,
            progress: &|_, _| (),
        };
        self.runtime.block_on(async {
            let mut outcome = carry_out(prepared, &run, journal, name).await;
            let silent = cogward::observe::live::Silent;
            verify(prepared, self.ports(), &limits(), &silent, &mut outcome).await;
            outcome
        })
    }

    pub fn journal(&self, name: &str) -> journal::Record {
        journal::read(self.text(name).as_bytes()).unwrap()
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

pub fn generous() -> Permits {
    Permits {
        weaken: Vec::new(),
        block: Vec::new(),
        override_gate: Some("a test".into()),
        findings: std::collections::BTreeMap::new(),
        max_pools: 1,
    }
}

pub fn job<'a>(fetched: &'a Fetched, permits: &'a Permits) -> ApplyJob<'a> {
    static EVERYTHING: Chosen = Chosen {
        only: Vec::new(),
        exclude: Vec::new(),
    };
    ApplyJob {
        fetched,
        facts: GateFacts {
            today: "2026-11-21".parse().unwrap(),
            ..GateFacts::default()
        },
        permits,
        chosen: &EVERYTHING,
        saved: None,
        findings: &[],
    }
}

/// Changes that were refused because they weaken.
pub fn weakening(prepared: &Prepared) -> Vec<Named> {
    let pools = prepared.proposal.pools.iter();
    let changes = pools.flat_map(|pool| pool.changes.iter().map(|change| (pool.id.clone(), change)));
    let named: Vec<_> = changes
        .filter(|(_, change)| change.must_be_named)
        .map(|(pool, change)| Named {
            pool: Some(pool),
            at: change.difference.pointer.clone(),
        })
        .collect();
    let refused = prepared.proposal.refused.iter();
    let counted = refused.filter(|one| one.guard == Guard::Weakening).count();
    assert_eq!(named.len(), counted);
    named
}

/// Changes that were refused because they lock users out.
pub fn blocking(prepared: &Prepared) -> Vec<Named> {
    let refused = prepared.proposal.refused.iter();
    let blocking = refused.filter(|one| one.guard == Guard::Blocking);
    blocking
        .map(|one| Named {
            pool: one.pool.clone(),
            at: Named::parse(&one.accept.as_ref().unwrap().value).unwrap().at,
        })
        .collect()
}

pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_795_000_000).unwrap()
}
