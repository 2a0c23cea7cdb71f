//! `init`: policies of pools that were seen, each as the pool is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::ToSpan;
use serde_json::{Map, Value, json};

use crate::app::estate::document;
use crate::app::gather::Input;
use crate::app::lint::{Job, lint};
use crate::finding::{Finding, Severity};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::client::{Client, Override};
use crate::model::effective::{Flow, sign_ins};
use crate::model::mode::Mode;
use crate::model::observed::{Estate, Observed};
use crate::model::posture::Part;
use crate::plan;
use crate::policy::secret;
use crate::policy::variable::Variables;
use crate::report::Report;
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;
use crate::yaml;

/// Days for which what is found is waived: long enough to decide, and half of what `waiver-too-long` allows.
const DAYS: i32 = 90;

/// Names of clients that a comment lists.
const SHOWN_NAMES: usize = 20;

/// Settings of clients that other tools own: a policy that named them would call every change of an app drift.
const FOREIGN: [&str; 4] = [
    "auth_flows",
    "oauth_flows",
    "identity_providers",
    "propagate_user_context",
];

/// A policy that was made of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
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
pub struct Bench<'a> {
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
pub fn init(estate: &Estate, bench: Bench<'_>) -> Vec<Made> {
    let mut taken = BTreeSet::new();
    estate
        .pools
        .iter()
        .map(|pool| make(pool, bench, &mut taken))
        .collect()
}

fn make(pool: &Observed, bench: Bench<'_>, taken: &mut BTreeSet<String>) -> Made {
    let file = file_name(pool, taken);
    let left_out: BTreeSet<_> = pool
        .unread
        .iter()
        .map(|unread| unread.part.label().to_owned())
        .collect();
    let left_out: Vec<_> = left_out.into_iter().collect();
    let (pool, unsaid) = &sayable(pool);
    let mut policy = policy(pool);
    let remarks = remarks(pool, &left_out, unsaid);
    let bare = text(&policy, &remarks);
    let mut made = Made {
        file,
        pool: pool.title(),
        text: Ok(bare.clone()),
        waived: 0,
        left_out: left_out.clone(),
    };
    if !secret::find(&bare).is_empty() {
        made.text =
            Err("something in it looks like a credential, which does not belong into a file".to_owned());
        return made;
    }
    let report = judge(&bare, bench);
    if let Some(fault) = report.findings.iter().find(|finding| finding.is_input_fault) {
        made.text = Err(format!("it cannot be said in a policy: {}", fault.message));
        return made;
    }
    let waivers = waivers(&report.findings, bench.settings);
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

/// The pool as a policy that manages what threat protection is made of.
fn policy(pool: &Observed) -> Map<String, Value> {
    let Value::Object(mut policy) = document(pool) else {
        return Map::new();
    };
    let clients = clients(pool);
    policy.insert("clients".to_owned(), clients);
    if protects_nobody(pool) {
        policy.shift_remove("mode");
    }
    policy.values_mut().for_each(no_variables);
    let empty = |value: &Value| *value == json!([]) || *value == json!({});
    policy.retain(|_, value| !empty(value));
    policy
}

/// Whether threat protection is off in a pool that it would do nothing for: no client has a sign-in that it covers. A
/// policy leaves the modes of such a pool alone.
fn protects_nobody(pool: &Observed) -> bool {
    let posture = &pool.posture;
    let off = |mode: Option<Mode>| matches!(mode, None | Some(Mode::Off));
    let covered = |flow: &Flow| !matches!(flow, Flow::Federated | Flow::Machine);
    let nobody = |client: &Client| sign_ins(client).is_some_and(|flows| !flows.iter().any(covered));
    off(posture.mode.standard)
        && off(posture.mode.custom)
        && !posture.unread.contains(&Part::Clients)
        && !posture.clients.is_empty()
        && posture.clients.iter().all(nobody)
}

/// A pool's text that looks like a variable of the policy language stays text.
fn no_variables(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("${", "$${"),
        Value::Array(list) => list.iter_mut().for_each(no_variables),
        Value::Object(map) => map.values_mut().for_each(no_variables),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Clients with responses of their own by name; every other one inherits. Where clients could not be read,
/// nothing is said of them.
fn clients(pool: &Observed) -> Value {
    let posture = &pool.posture;
    if posture
        .clients
        .iter()
        .any(|client| client.risk == Override::Unknown)
        || posture.unread.contains(&Part::Clients)
    {
        return json!({});
    }
    let Value::Object(document) = document(pool) else {
        return json!({});
    };
    let mut named: Map<String, Value> = Map::new();
    let written = document.get("clients").and_then(Value::as_object);
    for client in &posture.clients {
        let own = matches!(client.risk, Override::Own(_));
        let section = written.and_then(|clients| clients.get(&client.key));
        if let (true, Some(Value::Object(section))) = (own, section) {
            let mut section = section.clone();
            section.retain(|key, _| !FOREIGN.contains(&key.as_str()));
            // `*` has a meaning of its own.
            let key = if client.key == "*" {
                client.id.clone()
            } else {
                None
            };
            named.insert(key.unwrap_or_else(|| client.key.clone()), Value::Object(section));
        }
    }
    named.insert("*".to_owned(), "inherit".into());
    Value::Object(named)
}

fn text(policy: &Map<String, Value>, remarks: &str) -> String {
    let head = "# yaml-language-server: $schema=https://raw.githubusercontent.com/cogward/cogward/main/schemas/policy.json\n\
                # Written by `cogward init` from the pool as it was. What is not named here is not managed.\n";
    head.to_owned() + remarks + &yaml::to_yaml(&Value::Object(policy.clone()))
}

/// Comments about what a policy cannot say of the pool: parts that were not read, and clients without a list of flows,
/// which is not the same as a client that allows no flow.
fn remarks(pool: &Observed, left_out: &[String], unsaid: &[String]) -> String {
    let mut remarks = String::new();
    if !left_out.is_empty() {
        remarks = remarks + "# Not here, because it could not be read: " + &left_out.join(", ") + ".\n";
    }
    for name in unsaid {
        // Whatever is in a name, it ends no comment.
        let name = name.escape_debug();
        let why = "which is on an expression or has settings that a policy has no words for";
        // Writing to a text cannot fail.
        let _ = writeln!(remarks, "# Not here: the alarm \"{name}\", {why}.");
    }
    let clients = pool.posture.clients.iter();
    // As JSON, so that no name ends the comment.
    let names: Vec<_> = clients
        .filter(|client| client.has_default_flows())
        .map(|client| json!(client.key).to_string())
        .collect();
    if !names.is_empty() {
        let shown = &names[..names.len().min(SHOWN_NAMES)];
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        remarks = remarks
            + "# Without a list of flows, so that AWS's default applies (SRP, custom authentication, refresh): "
            + &shown.join(", ")
            + &more
            + ".\n";
    }
    remarks
}

fn judge(text: &str, bench: Bench<'_>) -> Report {
    let job = Job {
        input: Input::Text("init.yaml", text),
        baseline: None,
        settings: bench.settings,
        catalogue: bench.catalogue,
        variables: &Variables::none(),
        ledger: None,
        findings: Vec::new(),
        wants_tables: false,
    };
    // A made policy refers to no files: a folder that is not there keeps it so.
    lint(&Tree::new("/nonexistent".into()), job, bench.sources.clone())
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
        waiver["reason"] = format!("as found on {day} by cogward init, to be decided").into();
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

    fn bench<T>(work: impl FnOnce(Bench<'_>) -> T + Send) -> T
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
            work(Bench {
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
    fn faults(made: &Made, estate: &Estate, bench: Bench<'_>) -> Vec<String> {
        let text = made.text.as_ref().unwrap();
        let report = judge(text, bench);
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
            bench.catalogue,
            &Variables::none(),
            bench.sources.clone(),
            Vec::new(),
        );
        let job = diff::Job {
            estate,
            settings: bench.settings,
            require_coverage: false,
            fail_on: FailOn::Any,
            wants_tables: false,
            ledger: None,
            histories: None,
            cut: None,
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
        let made = bench(|bench| init(&estate, bench));
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
        let made = bench(|bench| init(&pools, bench));
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
        bench(|bench| {
            let made = init(&pools, bench);
            assert_eq!(faults(&made[0], &pools, bench), Vec::<String>::new());
            assert!(made[0].text.as_ref().unwrap().contains("$${HOME} and $$${X:-y}"));
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_made_lints_and_differs_in_nothing(posture in posture()) {
            let estate = estate(&["customers"], &posture);
            let (text, faults) = bench(|bench| {
                let made = init(&estate, bench);
                (made[0].text.clone(), faults(&made[0], &estate, bench))
            });
            prop_assert!(faults.is_empty(), "{:?}\n{}", faults, text.unwrap());
        }
    }
}
