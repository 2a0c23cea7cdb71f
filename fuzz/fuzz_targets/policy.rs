//! Any text as a policy file, through the whole offline pipeline: it never panics, every finding has
//! its place, the built-in rules never fail, every format can be written and shows no credential, a
//! second run says the same, and fixes keep comments and lead to an end.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cogward::app::fix::{FileFix, fixes};
use cogward::fault::InputError;
use cogward::report::Report;
use cogward::source::SourceId;
use cogward::yaml::{Budget, Parsed, parse};
use cogward_fuzz::dice::Dice;
use cogward_fuzz::offline::Offline;
use cogward_fuzz::{check, grammar, mutate, offline};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use rayon::ThreadPool;

static POOL: LazyLock<ThreadPool> = LazyLock::new(offline::pool);
static OFFLINE: LazyLock<Offline> = LazyLock::new(Offline::builtin);
static WORDS: mutate::Words = LazyLock::new(|| mutate::words(include_str!("../policy.dict")));

/// Ids for waivers and ignores.
static RULES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let rules = OFFLINE.catalogue.rules().iter();
    rules.map(|rule| rule.meta.id.as_str()).collect()
});

/// How many policies of the grammar are tried before the run.
const TRIED: u32 = 500;

fuzz_target!(init: POOL.install(share), |data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        POOL.install(|| policy(text));
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed, &WORDS, |dice| {
        grammar::file(dice, &RULES)
    })
});

/// Says what share of the grammar's files are valid policies: no fault of the input, every rule run. If they are too few, it
/// says what is wrong with the others.
fn share() {
    let (mut valid, mut faults) = (0, BTreeMap::<String, usize>::new());
    for seed in 0..TRIED {
        let report = OFFLINE.lint(&grammar::file(&mut Dice::new(seed), &RULES), None);
        valid += usize::from(report.exit_code != 2);
        for finding in report.findings.iter().filter(|finding| finding.is_input_fault) {
            *faults.entry(finding.message.clone()).or_default() += 1;
        }
    }
    eprintln!("INFO: grammar: {valid} of {TRIED} files are valid");
    faults.retain(|_, number| *number > 2);
    assert!(
        valid * 10 > TRIED as usize * 8,
        "the grammar makes too few valid policies: {faults:#?}"
    );
}

fn policy(text: &str) {
    let report = OFFLINE.lint(text, None);
    check::report(&report, text);
    for finding in &report.findings {
        assert_ne!(finding.rule, InputError::RuleFailed.rule_id(), "{finding:#?}");
    }
    check::same(&report, &OFFLINE.lint(text, None));
    for fix in fixes(&report, &|_, text| OFFLINE.lint(text, None)) {
        fixed(text, &report, &fix);
    }
}

fn read(text: &str) -> Parsed {
    parse(SourceId(0), text, &Budget::default())
}

fn fixed(text: &str, report: &Report, fix: &FileFix) {
    let settled = &fix.settled;
    if settled.done.is_empty() {
        assert_eq!(settled.text, text);
        return;
    }
    let (before, after) = (read(text), read(&settled.text));
    let words = |parsed: &Parsed| {
        let comments = parsed.comments.iter();
        comments.map(|comment| comment.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(words(&before), words(&after), "{text}\n=>\n{}", settled.text);
    assert!(
        after.issues.iter().all(|issue| !issue.kind.is_fault()),
        "{}",
        settled.text
    );
    let again = OFFLINE.lint(&settled.text, None);
    assert!(
        again.exit_code < 2 || report.exit_code == 2,
        "{text}\n=>\n{}",
        settled.text
    );
    for more in fixes(&again, &|_, text| OFFLINE.lint(text, None)) {
        assert_eq!(more.settled.done, Vec::<String>::new(), "{}", settled.text);
    }
}
