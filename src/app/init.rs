//! `init`: policies of pools that were seen, each as the pool is.

pub(super) mod draft;
pub(super) mod group;
mod open;
pub(super) mod policy;

use std::collections::BTreeMap;

use crate::app::init::draft::{Draft, FileNames, alone, draft};
pub use crate::app::init::draft::{InitContext, NewPolicy};
pub use crate::app::init::group::Grouping;
use crate::app::init::group::grouped;
use crate::model::observed::Estate;

/// Makes a policy of every pool, or with `grouping` one of equal pools. Linted, they have no findings above a note but those
/// that they waive for at least 90 days; compared with the pools, they differ in nothing.
pub fn init(estate: &Estate, context: InitContext<'_>, grouping: Option<&Grouping>) -> Vec<NewPolicy> {
    let mut names = FileNames::default();
    let drafts = estate.pools.iter();
    let mut drafts: Vec<_> = drafts.map(|pool| draft(pool, context.settings.today)).collect();
    mark_ambiguous(&mut drafts);
    let Some(grouping) = grouping else {
        let drafts = drafts.iter();
        return drafts.map(|draft| alone(draft, context, &mut names)).collect();
    };
    grouped(&drafts, context, &mut names, grouping)
}

/// Marks pools that no policy can tell from another one: they have one name, and no id yet.
fn mark_ambiguous(drafts: &mut [Draft]) {
    let target = |draft: &Draft| draft.policy.get("target").map(ToString::to_string);
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    for draft in drafts.iter() {
        *seen.entry(target(draft)).or_default() += 1;
    }
    for draft in drafts
        .iter_mut()
        .filter(|draft| draft.pool.posture.template.is_source)
    {
        if seen.get(&target(draft)).is_some_and(|number| *number > 1) {
            let why = "another pool of the files has the same name, and neither has an id yet: a policy cannot tell them apart";
            draft.nameless.get_or_insert_with(|| why.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::diff::{self, FailOn, Policies};
    use crate::app::gate_facts::GateFacts;
    use crate::app::gather::Input;
    use crate::app::lint::{LintJob, lint};
    use crate::finding::{Finding, Severity};
    use crate::fs::Tree;
    use crate::lint::Settings;
    use crate::model::log_delivery::{Delivery, LogDelivery};
    use crate::model::mode::{FeaturePlan, Mode, Modes};
    use crate::model::observed::Observed;
    use crate::model::posture::{Origin, Posture};
    use crate::plan::tests::posture;
    use crate::policy::variable::Variables;
    use crate::rule::catalogue::Catalogue;
    use crate::source::Sources;

    fn context<T>(work: impl FnOnce(InitContext<'_>) -> T + Send) -> T
    where
        T: Send,
    {
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(crate::rule::STACK_BYTES)
            .build()
            .unwrap();
        pool.install(|| {
            let mut sources = Sources::default();
            let catalogue = Catalogue::builtin(&mut sources);
            let settings = Settings::new("2026-11-21".parse().unwrap());
            work(InitContext {
                catalogue: &catalogue,
                settings: &settings,
                sources: &sources,
                until: None,
            })
        })
    }

    fn estate(names: &[&str], posture: &Posture) -> Estate {
        let one = |(index, name): (usize, &&str)| {
            let mut posture = posture.clone();
            posture.pool_id = Some(format!("us-west-2_A{index}"));
            Observed {
                name: (*name).to_owned(),
                posture,
                ..Observed::default()
            }
        };
        Estate {
            pools: names.iter().enumerate().map(one).collect(),
            ..Estate::default()
        }
    }

    /// Findings that would fail a run, and differences from the pools.
    fn faults(made: &[NewPolicy], estate: &Estate, context: InitContext<'_>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_path_buf());
        for made in made {
            tree.write(&made.file, made.text.as_ref().unwrap().as_bytes())
                .unwrap();
        }
        let nothing = Variables::none();
        let all = [".".to_owned()];
        let job = LintJob {
            input: Input::Paths(&all),
            baseline: None,
            settings: context.settings,
            catalogue: context.catalogue,
            variables: &nothing,
            base: None,
            ledger: None,
            findings: Vec::new(),
            wants_tables: false,
            events: None,
        };
        let report = lint(&tree, job, context.sources.clone());
        let counts =
            |finding: &&Finding| finding.suppressed.is_none() && finding.severity >= Severity::Warning;
        let mut faults: Vec<_> = report
            .findings
            .iter()
            .filter(counts)
            .map(|finding| finding.message.clone())
            .collect();
        let sources = context.sources.clone();
        let policies = Policies::read(&tree, &all, context.catalogue, &nothing, sources, Vec::new());
        let job = diff::DiffJob {
            estate,
            templates: None,
            settings: context.settings,
            require_coverage: true,
            fail_on: FailOn::Any,
            wants_tables: false,
            facts: GateFacts {
                today: context.settings.today,
                ..GateFacts::default()
            },
        };
        let report = diff::diff(policies, &job);
        faults.extend(report.findings.into_iter().map(|finding| finding.message));
        faults
    }

    /// What each pool is to be by these policies, without what is a pool's own name for something: how alarms are called,
    /// and by which ids clients are found.
    fn desired(made: &[NewPolicy], estate: &Estate, context: InitContext<'_>) -> Vec<Vec<Posture>> {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_path_buf());
        for made in made {
            tree.write(&made.file, made.text.as_ref().unwrap().as_bytes())
                .unwrap();
        }
        let (all, sources) = ([".".to_owned()], context.sources.clone());
        let policies = Policies::read(
            &tree,
            &all,
            context.catalogue,
            &Variables::none(),
            sources,
            Vec::new(),
        );
        let aimed: Vec<_> = policies.aimed().collect();
        let mut of_pools = vec![Vec::new(); estate.pools.len()];
        for (policy, pools) in diff::pairs(&aimed, &estate.pools) {
            for pool in pools {
                let mut posture = policy.posture.clone();
                posture.pool_id = None;
                for alarm in posture.alarms.iter_mut().flatten() {
                    alarm.name = None;
                    if let Some(id) = alarm.dimensions.get_mut("UserPoolId") {
                        *id = id.replace(pool.id(), "");
                    }
                }
                posture.clients.iter_mut().for_each(|client| client.id = None);
                let at = estate.pools.iter().position(|one| one.id() == pool.id()).unwrap();
                of_pools[at].push(posture);
            }
        }
        of_pools
    }

    /// Pools of a few kinds, many of them equal but for ids, dates and numbers of users; some share a name.
    fn fleet() -> impl Strategy<Value = Estate> {
        let pool = (0..3_usize, 0..12_u32, 0..3_i8, 0..3_u64, 0..2_usize);
        let pools = prop::collection::vec(pool, 1..9);
        (prop::collection::vec(posture(), 3), pools).prop_map(|(kinds, pools)| {
            let one = |(index, (kind, name, day, users, region)): (usize, &(usize, u32, i8, u64, usize))| {
                let mut posture = kinds[*kind].clone();
                let region = ["us-west-2", "eu-west-1"][*region];
                let id = format!("{region}_P{index}");
                for alarm in posture.alarms.iter_mut().flatten() {
                    alarm.name = alarm.name.as_ref().map(|name| format!("{name}-{id}"));
                    alarm.dimensions.insert("UserPoolId".to_owned(), id.clone());
                }
                for client in &mut posture.clients {
                    client.id = client.id.as_ref().map(|own| format!("{own}{index}"));
                }
                posture.region = Some(region.to_owned());
                posture.pool_id = Some(id);
                Observed {
                    name: match name {
                        11 => "pool [${X}]*".to_owned(),
                        name => format!("pool {name}"),
                    },
                    posture,
                    tags: [("env".to_owned(), ["prod", "test", "dev"][*kind].to_owned())].into(),
                    estimated_users: Some(*users),
                    last_modified: Some(format!("2026-09-0{}T00:00:00Z", day + 1).parse().unwrap()),
                    ..Observed::default()
                }
            };
            Estate {
                pools: pools.iter().enumerate().map(one).collect(),
                ..Estate::default()
            }
        })
    }

    #[test]
    fn equal_pools_become_a_handful_of_files() {
        let kinds = [Mode::Audit, Mode::Enforced, Mode::Off];
        let one = |index: usize| {
            let mut pool = estate(&["x"], &Posture::default()).pools.remove(0);
            pool.name = format!("customer-{index:03}");
            let id = format!("us-west-2_C{index}");
            pool.posture = Posture {
                origin: Origin::Observed,
                account: Some("123456789012".to_owned()),
                region: Some("us-west-2".to_owned()),
                pool_id: Some(id.clone()),
                feature_plan: Some(FeaturePlan::Plus),
                mode: Modes {
                    standard: Some(kinds[index % 3]),
                    custom: Some(Mode::Off),
                },
                log_delivery: Some(LogDelivery {
                    user_auth_events: Some(Delivery {
                        s3: (index == 7).then(|| "arn:aws:s3:::seven".to_owned()),
                        nowhere: index != 7,
                        ..Delivery::default()
                    }),
                    ..LogDelivery::default()
                }),
                ..Posture::default()
            };
            pool.last_modified = Some(format!("2026-0{}-01T00:00:00Z", 1 + index % 9).parse().unwrap());
            pool
        };
        let fleet = Estate {
            pools: (0..200).map(one).collect(),
            ..Estate::default()
        };
        context(|context| {
            let made = init(&fleet, context, Some(&Grouping::default()));
            let files: Vec<_> = made.iter().map(|made| made.file.as_str()).collect();
            assert_eq!(
                files,
                [
                    "customer-000-and-66-more.yaml",
                    "shared-customer-001.yaml",
                    "customer-001-and-65-more.yaml",
                    "customer-007.yaml",
                    "customer-002-and-65-more.yaml",
                ]
            );
            assert_eq!(faults(&made, &fleet, context), Vec::<String>::new());
            // Of several dates of being ENFORCED the last one holds for all.
            assert!(
                made[2].text.as_ref().unwrap().contains("2026-08-01"),
                "{:?}",
                made[2].text
            );
        });
    }

    /// A tag selects where it selects the equal pools and no other.
    #[test]
    fn tag_selector_matches_equal_pools_only() {
        let mut pools = estate(&["a", "b", "c"], &Posture::default());
        for (pool, env) in pools.pools.iter_mut().zip(["prod", "prod", "test"]) {
            pool.tags.insert("env".to_owned(), env.to_owned());
            pool.posture.account = Some("123456789012".to_owned());
            pool.posture.region = Some("us-west-2".to_owned());
        }
        let by_tag = |pools: &Estate| {
            let grouping = Grouping {
                tag: Some("env".to_owned()),
            };
            context(|context| init(pools, context, Some(&grouping)))
        };
        let text =
            |made: &[NewPolicy]| made.last().unwrap().text.clone().unwrap() + made[1].text.as_ref().unwrap();
        let made = by_tag(&pools);
        assert_eq!(made.len(), 3, "{made:?}");
        assert!(text(&made).contains("tags: { env: prod }"), "{}", text(&made));
        // Another pool that has the tag is not one of them.
        pools.pools[1].posture.feature_plan = Some(FeaturePlan::Plus);
        pools.pools.push(Observed {
            name: "d".to_owned(),
            ..pools.pools[0].clone()
        });
        pools.pools[3].posture.pool_id = Some("us-west-2_D".to_owned());
        let made = by_tag(&pools);
        let all: String = made.iter().map(|made| made.text.clone().unwrap()).collect();
        assert!(!all.contains("tags:"), "{all}");
        assert!(all.contains("names: [a, d]"), "{all}");
    }

    /// Files are named after pools and never twice.
    #[test]
    fn file_names_safe_and_unique() {
        let names = [
            "Customers",
            "customers",
            "../etc/passwd",
            "",
            "ünïcode pool",
            "a\u{1b}[31m",
        ];
        let estate = estate(&names, &Posture::default());
        let made = context(|context| init(&estate, context, None));
        let files: Vec<_> = made.iter().map(|made| made.file.as_str()).collect();
        assert_eq!(
            files,
            [
                "Customers.yaml",
                "customers-us-west-2_A1.yaml",
                "etc-passwd.yaml",
                "us-west-2_A3.yaml",
                "n-code-pool.yaml",
                "a--31m.yaml"
            ]
        );
    }

    #[test]
    fn a_credential_is_never_written() {
        let mut pools = estate(&["a"], &Posture::default());
        pools.pools[0].name = "AKIAIOSFODNN7EXAMPLE".into();
        let made = context(|context| init(&pools, context, None));
        assert!(made[0].text.as_ref().unwrap_err().contains("credential"));
    }

    #[test]
    fn what_looks_like_a_variable_stays_text() {
        let posture = Posture {
            log_delivery: Some(LogDelivery {
                user_auth_events: Some(Delivery {
                    s3: Some("arn:aws:s3:::$${X:-y}-${Z}".to_owned()),
                    ..Delivery::default()
                }),
                user_notification: None,
            }),
            ..Posture::default()
        };
        let pools = estate(&["${HOME} and $${X:-y}"], &posture);
        context(|context| {
            let made = init(&pools, context, None);
            assert_eq!(faults(&made, &pools, context), Vec::<String>::new());
            assert!(made[0].text.as_ref().unwrap().contains("$${HOME} and $$${X:-y}"));
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// What is made lints and differs in nothing.
        #[test]
        fn new_policy_lints_and_has_no_diff(posture in posture()) {
            let estate = estate(&["customers"], &posture);
            let (text, faults) = context(|context| {
                let made = init(&estate, context, None);
                (made[0].text.clone(), faults(&made, &estate, context))
            });
            prop_assert!(faults.is_empty(), "{:?}\n{}", faults, text.unwrap());
        }

        /// Groups lint differ in nothing and mean what single policies mean.
        #[test]
        fn grouped_policies_equal_single_ones(fleet in fleet(), by_tag in any::<bool>()) {
            let grouping = Grouping { tag: by_tag.then(|| "env".to_owned()) };
            let (faults, grouped, single) = context(|context| {
                let (made, plain) = (init(&fleet, context, Some(&grouping)), init(&fleet, context, None));
                let desired = |made: &[NewPolicy]| desired(made, &fleet, context);
                (faults(&made, &fleet, context), desired(&made), desired(&plain))
            });
            prop_assert_eq!(faults, Vec::<String>::new());
            prop_assert_eq!(grouped, single);
        }
    }
}
