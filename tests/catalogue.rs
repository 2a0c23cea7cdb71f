//! The built-in rules: their own examples, all rules on all examples, and the shipped policies.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads the repository and fails loudly"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use cogward::app::examples::{self, Stand};
use cogward::app::gather::Input;
use cogward::app::lint::{Job, lint};
use cogward::fs::Tree;
use cogward::lint::Settings;
use cogward::report::Report;
use cogward::rule::catalogue::{Catalogue, builtin_files};
use cogward::rule::load::Loader;
use cogward::source::{Source, Sources};

/// The built-in rules with their examples, on threads that expressions fit on.
fn catalogue() -> (Catalogue, Sources) {
    let mut sources = Sources::default();
    let loader = Loader::default();
    let rules: Vec<_> = builtin_files()
        .into_iter()
        .map(|(name, text)| {
            let id = sources.add(Source::builtin(name.as_str(), text));
            loader
                .load(id, sources.get(id))
                .unwrap_or_else(|findings| panic!("{name}: {findings:#?}"))
        })
        .collect();
    (Catalogue::of(rules), sources)
}

fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .stack_size(cogward::rule::STACK_BYTES)
        .build()
        .unwrap()
        .install(work)
}

/// Every built-in rule's examples, and what all rules say of them.
fn all_examples() -> Vec<examples::ExampleRun> {
    let (catalogue, sources) = catalogue();
    let rules: Vec<_> = catalogue.rules().iter().collect();
    let stand = Stand {
        catalogue: &catalogue,
        sources: &sources,
    };
    examples::run(&rules, stand)
}

#[test]
fn every_rule_proves_itself() {
    let runs = on_large_stack(all_examples);
    let mut failures = String::new();
    for run in runs.iter().filter(|run| !run.failures.is_empty()) {
        let _ = writeln!(
            failures,
            "{} ({}: {}):\n  {}",
            run.rule,
            run.kind,
            run.name,
            run.failures.join("\n  ")
        );
    }
    assert!(failures.is_empty(), "\n{failures}");
    let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for run in &runs {
        let at = ["bad", "good", "lookalike"]
            .iter()
            .position(|kind| *kind == run.kind)
            .unwrap();
        kinds.entry(&run.rule).or_default()[at] += 1;
    }
    assert_eq!(kinds.len(), builtin_files().len(), "rules without examples");
    assert!(
        kinds.values().all(|counts| counts.iter().all(|count| *count > 0)),
        "{kinds:?}"
    );
}

/// What every rule says about every rule's examples: a change of any rule shows here.
#[test]
fn the_matrix() {
    let runs = on_large_stack(all_examples);
    let mut matrix = String::new();
    for run in runs {
        let _ = writeln!(matrix, "{} / {} / {}", run.rule, run.kind, run.name);
        for (rule, at, _) in run.found {
            let _ = writeln!(matrix, "    {rule} {at}");
        }
    }
    insta::assert_snapshot!("matrix", matrix);
}

#[test]
fn a_builtin_rule_reads_the_same_with_and_without_its_examples() {
    let mut sources = Sources::default();
    let heads = Catalogue::builtin(&mut sources);
    let (whole, _) = catalogue();
    assert_eq!(heads.rules().len(), whole.rules().len());
    for (head, rule) in heads.rules().iter().zip(whole.rules()) {
        assert_eq!(head.meta.summary, rule.meta.summary);
        assert_eq!(
            (head.stage, &head.sees, &head.needs),
            (rule.stage, &rule.sees, &rule.needs),
            "{}",
            rule.meta.id
        );
        assert!(
            head.examples.is_none(),
            "{}: `examples` must be the last key of the file",
            rule.meta.id
        );
    }
}

fn lint_text(text: &str) -> Report {
    let settings = Settings::new("2026-11-21".parse().unwrap());
    on_large_stack(|| {
        let mut sources = Sources::default();
        let catalogue = Catalogue::builtin(&mut sources);
        let job = Job {
            input: Input::Text("p.yaml", text),
            baseline: None,
            settings: &settings,
            catalogue: &catalogue,
            lookup: &|_| None,
            ledger: None,
            findings: Vec::new(),
            wants_tables: false,
        };
        lint(&Tree::new("/nonexistent".into()), job, sources)
    })
}

#[test]
fn no_rule_fails_on_an_empty_posture() {
    for text in ["version: 1\n", "version: 1\ntarget: {pool: us-west-2_A}\n"] {
        let report = lint_text(text);
        let failed: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.is_input_fault)
            .collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert_eq!(report.summary.policies, 1);
    }
}

fn lint_files(paths: &[&str]) -> Report {
    let settings = Settings::new("2026-11-21".parse().unwrap());
    let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
    on_large_stack(|| {
        let mut sources = Sources::default();
        let catalogue = Catalogue::builtin(&mut sources);
        let job = Job {
            input: Input::Paths(&paths),
            baseline: None,
            settings: &settings,
            catalogue: &catalogue,
            lookup: &|_| None,
            ledger: None,
            findings: Vec::new(),
            wants_tables: false,
        };
        lint(
            &Tree::new(PathBuf::from(env!("CARGO_MANIFEST_DIR"))),
            job,
            sources,
        )
    })
}

#[test]
fn shipped_policies_lint_clean() {
    for path in [
        "policies/baselines",
        "policies/examples/aws-guide.yaml",
        "policies/examples/customers-prod.yaml",
    ] {
        let report = lint_files(&[path]);
        let counted: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.suppressed.is_none())
            .map(|finding| format!("{}: {}", finding.rule, finding.message))
            .collect();
        assert!(counted.is_empty(), "{path}: {counted:#?}");
        assert_eq!(report.exit_code, 0);
    }
}

/// Section 14.2 of the fact sheet: a published set-up that was believed to protect.
#[test]
fn the_faults_of_the_published_set_up_are_found() {
    let report = lint_files(&["policies/examples/field-setup.yaml"]);
    let rules: std::collections::BTreeSet<_> = report
        .findings
        .iter()
        .map(|finding| finding.rule.to_string())
        .collect();
    for rule in [
        "enforced-without-responses",
        "enforced-before-audit",
        "low-risk-blocked",
        "blocked-user-not-told",
    ] {
        assert!(rules.contains(rule), "{rule} is missing from {rules:?}");
    }
    assert_eq!(report.exit_code, 1);
}
