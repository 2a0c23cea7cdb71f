//! The built-in rules: their own examples, all rules on all examples, and the shipped policies; and the facts about AWS
//! that rules and sources cite.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads the repository and fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cogward::app::examples::{self, ExampleContext};
use cogward::app::gather::Input;
use cogward::app::lint::{LintJob, lint};
use cogward::fs::Tree;
use cogward::lint::Settings;
use cogward::policy::variable::Variables;
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
    let stand = ExampleContext {
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

/// What was judged before changes nothing: a catalogue that has seen other views gives the same for each.
#[test]
fn results_do_not_hang_on_earlier_views() {
    let found = |runs: Vec<examples::ExampleRun>| {
        let of = |run: examples::ExampleRun| (run.rule, run.kind, run.name, run.found);
        runs.into_iter().map(of).collect::<Vec<_>>()
    };
    let alone = |index: usize| {
        let (catalogue, sources) = catalogue();
        let stand = ExampleContext {
            catalogue: &catalogue,
            sources: &sources,
        };
        examples::run(&[&catalogue.rules()[index]], stand)
    };
    let together = on_large_stack(|| found(all_examples()));
    let apart = on_large_stack(|| found((0..builtin_files().len()).flat_map(alone).collect()));
    assert!(together == apart, "they differ");
}

/// A builtin rule reads the same with and without its examples.
#[test]
fn builtin_rules_same_without_examples() {
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
        let job = LintJob {
            input: Input::Text("p.yaml", text),
            baseline: None,
            settings: &settings,
            catalogue: &catalogue,
            variables: &Variables::none(),
            base: None,
            ledger: None,
            findings: Vec::new(),
            wants_tables: false,
            events: None,
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
        let job = LintJob {
            input: Input::Paths(&paths),
            baseline: None,
            settings: &settings,
            catalogue: &catalogue,
            variables: &Variables::none(),
            base: None,
            ledger: None,
            findings: Vec::new(),
            wants_tables: false,
            events: None,
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
        "policies/examples/first.yaml",
    ] {
        let report = lint_files(&[path]);
        // Layers alone are for no pool.
        let layer = |finding: &cogward::finding::Finding| {
            path.ends_with("baselines") && finding.rule.as_str() == "target-missing"
        };
        let counted: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.suppressed.is_none() && !layer(finding))
            .map(|finding| format!("{}: {}", finding.rule, finding.message))
            .collect();
        assert!(counted.is_empty(), "{path}: {counted:#?}");
        assert_eq!(report.exit_code, 0);
    }
}

/// docs/facts.md, "A published set-up": it was believed to protect.
#[test]
fn field_setup_faults_found() {
    let report = lint_files(&["policies/examples/field-setup.yaml"]);
    let rules: BTreeSet<_> = report
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

/// The page of facts, whose path is not written in one piece here, as every such path is read as a citation.
const FACTS: &str = concat!("docs/", "facts.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository, by its path from the top, with its text as far as it is text.
fn repository() -> Vec<(String, String)> {
    let mut files: Vec<_> = ignore::WalkBuilder::new(root())
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (
                name,
                String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            )
        })
        .collect();
    files.sort();
    files
}

fn headings(page: &str) -> BTreeSet<&str> {
    let heading = |line| {
        ["## ", "### "]
            .iter()
            .find_map(|marks| str::strip_prefix(line, marks))
    };
    page.lines().filter_map(heading).collect()
}

/// The headings that a line cites after the page's path: each in quotation marks, joined by `and`. `None` where the
/// path and a comma are not followed by a heading.
fn cited(after_path: &str) -> Option<Vec<&str>> {
    let Some(mut rest) = after_path.strip_prefix(',') else {
        return Some(Vec::new());
    };
    let mut found = Vec::new();
    while let Some((heading, after)) = rest.strip_prefix(" \"").and_then(|text| text.split_once('"')) {
        found.push(heading);
        rest = after.strip_prefix(" and").unwrap_or_default();
    }
    (!found.is_empty()).then_some(found)
}

/// Every citation of the facts has its heading.
#[test]
fn fact_citations_have_headings() {
    let page = fs::read_to_string(root().join(FACTS)).unwrap();
    let known = headings(&page);
    let (mut number, mut wrong) = (0, Vec::new());
    for (name, text) in repository() {
        if !["src/", "tests/", "rules/", "benches/", "action/"]
            .iter()
            .any(|folder| name.starts_with(folder))
        {
            continue;
        }
        for (index, line) in text.lines().enumerate() {
            for (_, rest) in line
                .match_indices(FACTS)
                .map(|(at, path)| line.split_at(at + path.len()))
            {
                let headings = cited(rest);
                number += headings.as_ref().map_or(0, Vec::len);
                if headings.is_none_or(|headings| !headings.iter().all(|heading| known.contains(heading))) {
                    wrong.push(format!("{name}:{}: {}", index + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "no such heading in {FACTS}, or not on one line:\n{}",
        wrong.join("\n")
    );
    assert!(number > 50, "only {number} citations were found");
}

#[test]
fn citations_are_read_as_they_are_written() {
    assert_eq!(cited(", \"Two modes\")."), Some(vec!["Two modes"]));
    assert_eq!(cited(", \"A\" and \"B\" and more"), Some(vec!["A", "B"]));
    assert_eq!(cited(" marks unconfirmed"), Some(Vec::new()));
    for broken in [",", ", Two modes", ", \"cut", ", and \"A\""] {
        assert_eq!(cited(broken), None, "{broken}");
    }
}

/// What stands nowhere but with its authors is no source.
#[test]
fn no_private_page_is_cited() {
    // In pieces, so that this file is not found.
    let [first, second] = [concat!("fa", "ct"), concat!("sh", "eet")];
    let mut found = Vec::new();
    for (name, text) in repository() {
        let text = text.to_lowercase();
        let words: Vec<_> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        if words
            .windows(2)
            .any(|pair| pair[0] == first && pair[1].starts_with(second))
        {
            found.push(name);
        }
    }
    assert!(
        found.is_empty(),
        "cite a heading of {FACTS}, or a public page: {found:#?}"
    );
}

/// A heading's anchor, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() })
        .collect()
}

/// What stands between `start` and a closing bracket, wherever it does.
fn targets<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// Every rule rests on a heading of the facts.
#[test]
fn rules_rest_on_fact_headings() {
    let page = fs::read_to_string(root().join(FACTS)).unwrap();
    let anchors: BTreeSet<_> = headings(&page).into_iter().map(anchor).collect();
    for target in targets(&page, "](#") {
        assert!(anchors.contains(target), "{FACTS} has no heading for #{target}");
    }
    let (_, table) = page.split_once("| rule | rests on |").unwrap();
    let mut rows = BTreeMap::new();
    for row in table.lines().filter(|line| line.starts_with("| [")) {
        let (rules, sources) = row[2..].split_once(" | ").unwrap();
        for rule in targets(rules, "](rules/") {
            let twice = rows.insert(rule.trim_end_matches(".md"), targets(sources, "](#").count());
            assert_eq!(twice, None, "{rule} stands in two rows");
        }
    }
    let rules = builtin_files();
    let rules: BTreeSet<_> = rules
        .iter()
        .map(|(name, _)| name.trim_start_matches("rules/").trim_end_matches(".yaml"))
        .collect();
    assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), rules);
    assert!(rows.values().all(|sources| *sources > 0), "{rows:#?}");
}
