//! `init`: policies of pools that were seen, each as the pool is.

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde_json::{Value, json};

use crate::app::gather::Input;
use crate::app::init_policy::{policy, remarks, text};
use crate::app::lint::{LintJob, lint};
use crate::finding::{Finding, Severity};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::observed::{Estate, Observed};
use crate::plan;
use crate::policy::secret;
use crate::policy::variable::Variables;
use crate::report::Report;
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;

/// Days for which what is found is waived: long enough to decide, and half of what `waiver-too-long` allows.
const DAYS: i32 = 90;

/// A policy that was made of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPolicy {
    /// File name: letters, digits, `-`, `_` and `.` of the pool's name; unique.
    pub file: String,
    /// Name and id of the pool. Hostile text.
    pub pool: String,
    /// The policy, or why there is none.
    pub text: Result<String, String>,
    /// Findings that it waives.
    pub waived: usize,
    /// Parts that are not in it, because they could not be read.
    pub left_out: Vec<String>,
}

/// What making policies needs.
#[derive(Clone, Copy)]
pub struct InitContext<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Settings of the findings.
    pub settings: &'a Settings,
    /// Texts of the rules.
    pub sources: &'a Sources,
}

/// Makes a policy of every pool. Linted, it has no findings above a note but those that it waives until 90 days
/// from now; compared with the pool, it differs in nothing.
#[must_use]
pub fn init(estate: &Estate, context: InitContext<'_>) -> Vec<NewPolicy> {
    let mut taken = BTreeSet::new();
    estate
        .pools
        .iter()
        .map(|pool| make(pool, context, &mut taken))
        .collect()
}

fn make(pool: &Observed, context: InitContext<'_>, taken: &mut BTreeSet<String>) -> NewPolicy {
    let file = file_name(pool, taken);
    let left_out: BTreeSet<_> = pool
        .unread
        .iter()
        .map(|unread| unread.part.label().to_owned())
        .collect();
    let left_out: Vec<_> = left_out.into_iter().collect();
    let (pool, unsaid) = &sayable(pool);
    let mut policy = policy(pool, context.settings.today);
    let remarks = remarks(pool, &left_out, unsaid);
    let bare = text(&policy, &remarks);
    let mut made = NewPolicy {
        file,
        pool: pool.title(),
        text: Ok(bare.clone()),
        waived: 0,
        left_out: left_out.clone(),
    };
    if !secret::find(&bare).is_empty() {
        made.text =
            Err("something in it looks like a credential, which does not belong in a file".to_owned());
        return made;
    }
    let report = lint_text(&bare, context);
    if let Some(fault) = report.findings.iter().find(|finding| finding.is_input_fault) {
        made.text = Err(format!("a policy cannot express it: {}", fault.message));
        return made;
    }
    let waivers = waivers(&report.findings, context.settings);
    if !waivers.is_empty() {
        made.waived = waivers.len();
        policy.insert("waivers".to_owned(), waivers.into());
        made.text = Ok(text(&policy, &remarks));
    }
    made
}

/// The pool without alarms of which a policy cannot have an equal, and the names of these.
fn sayable(pool: &Observed) -> (Observed, Vec<String>) {
    let mut pool = pool.clone();
    let mut unsaid = BTreeSet::new();
    if let Some(alarms) = &mut pool.posture.alarms {
        alarms.retain(|alarm| {
            let can_be_said = plan::can_be_said(alarm);
            if !can_be_said {
                unsaid.insert(alarm.full_name());
            }
            can_be_said
        });
    }
    (pool, unsaid.into_iter().collect())
}

fn lint_text(text: &str, context: InitContext<'_>) -> Report {
    let job = LintJob {
        input: Input::Text("init.yaml", text),
        baseline: None,
        settings: context.settings,
        catalogue: context.catalogue,
        variables: &Variables::none(),
        base: None,
        ledger: None,
        findings: Vec::new(),
        wants_tables: false,
    };
    // A made policy refers to no files: a folder that is not there keeps it so.
    lint(&Tree::new("/nonexistent".into()), job, context.sources.clone())
}

/// A waiver for each rule and place that would fail a run.
fn waivers(findings: &[Finding], settings: &Settings) -> Vec<Value> {
    let until = settings.today.saturating_add(DAYS.days());
    let day = settings.today;
    let mut places: BTreeSet<(String, String)> = BTreeSet::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
    {
        let at = finding
            .primary
            .pointer
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        places.insert((finding.rule.to_string(), at));
    }
    let waiver = |(rule, at): (String, String)| {
        let mut waiver = json!({ "rule": rule });
        if !at.is_empty() {
            waiver["at"] = at.into();
        }
        waiver["reason"] = format!("as found on {day} by cogward init, to be reviewed").into();
        waiver["until"] = until.to_string().into();
        waiver
    };
    places.into_iter().map(waiver).collect()
}

/// The pool's name as a file name, with the id where another pool has the same.
fn file_name(pool: &Observed, taken: &mut BTreeSet<String>) -> String {
    let plain = |text: &str| -> String {
        let safe = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        };
        text.chars().take(100).map(safe).collect()
    };
    let name = plain(&pool.name);
    let name = name.trim_matches(['.', '-']);
    let mut file = format!("{name}.yaml");
    if name.is_empty() || taken.contains(&file.to_ascii_lowercase()) {
        file = format!(
            "{}.yaml",
            plain(&[name, pool.id()].join("-")).trim_start_matches(['.', '-'])
        );
    }
    taken.insert(file.to_ascii_lowercase());
    file
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::diff::{self, FailOn, Policies};
    use crate::plan::tests::posture;

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
            })
        })
    }

    fn estate(names: &[&str], posture: &crate::model::posture::Posture) -> Estate {
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

    /// Findings that would fail a run, and differences from the pool.
    fn faults(made: &NewPolicy, estate: &Estate, context: InitContext<'_>) -> Vec<String> {
        let text = made.text.as_ref().unwrap();
        let report = lint_text(text, context);
        let counts =
            |finding: &&Finding| finding.suppressed.is_none() && finding.severity >= Severity::Warning;
        let mut faults: Vec<_> = report
            .findings
            .iter()
            .filter(counts)
            .map(|finding| finding.message.clone())
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_path_buf());
        tree.write("p.yaml", text.as_bytes()).unwrap();
        let policies = Policies::read(
            &tree,
            &["p.yaml".to_owned()],
            context.catalogue,
            &Variables::none(),
            context.sources.clone(),
            Vec::new(),
        );
        let job = diff::DiffJob {
            estate,
            settings: context.settings,
            require_coverage: false,
            fail_on: FailOn::Any,
            wants_tables: false,
            ledger: None,
            histories: None,
            shares: None,
        };
        faults.extend(
            diff::diff(policies, &job)
                .findings
                .into_iter()
                .map(|finding| finding.message),
        );
        faults
    }

    #[test]
    fn files_are_named_after_pools_and_never_twice() {
        let names = [
            "Customers",
            "customers",
            "../etc/passwd",
            "",
            "ünïcode pool",
            "a\u{1b}[31m",
        ];
        let estate = estate(&names, &crate::model::posture::Posture::default());
        let made = context(|context| init(&estate, context));
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
        let mut pools = estate(&["a"], &crate::model::posture::Posture::default());
        pools.pools[0].name = "AKIAIOSFODNN7EXAMPLE".into();
        let made = context(|context| init(&pools, context));
        assert!(made[0].text.as_ref().unwrap_err().contains("credential"));
    }

    #[test]
    fn what_looks_like_a_variable_stays_text() {
        let posture = crate::model::posture::Posture {
            log_delivery: Some(crate::model::log_delivery::LogDelivery {
                user_auth_events: Some(crate::model::log_delivery::Delivery {
                    s3: Some("arn:aws:s3:::$${X:-y}-${Z}".to_owned()),
                    ..crate::model::log_delivery::Delivery::default()
                }),
                user_notification: None,
            }),
            ..crate::model::posture::Posture::default()
        };
        let pools = estate(&["${HOME} and $${X:-y}"], &posture);
        context(|context| {
            let made = init(&pools, context);
            assert_eq!(faults(&made[0], &pools, context), Vec::<String>::new());
            assert!(made[0].text.as_ref().unwrap().contains("$${HOME} and $$${X:-y}"));
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_made_lints_and_differs_in_nothing(posture in posture()) {
            let estate = estate(&["customers"], &posture);
            let (text, faults) = context(|context| {
                let made = init(&estate, context);
                (made[0].text.clone(), faults(&made[0], &estate, context))
            });
            prop_assert!(faults.is_empty(), "{:?}\n{}", faults, text.unwrap());
        }
    }
}
