//! Any text as a rule file: loading it gives a rule or findings with places, and the rule runs over
//! three policies and over observed postures without panic, within bounds, and the same each time.
#![no_main]

use std::sync::LazyLock;

use cogward::finding::Finding;
use cogward::model::posture::{Origin, Posture};
use cogward::rule::catalogue::Catalogue;
use cogward::rule::compiled::Rule;
use cogward::rule::file::Stage;
use cogward::rule::inputs::{Facts, view};
use cogward::rule::load::Loader;
use cogward::source::{Source, SourceId, Sources};
use cogward::yaml::{Budget, parse};
use cogward_fuzz::dice::Dice;
use cogward_fuzz::offline::Offline;
use cogward_fuzz::{check, mutate, offline, rules};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use rayon::ThreadPool;

static POOL: LazyLock<ThreadPool> = LazyLock::new(offline::pool);
static LOADER: LazyLock<Loader> = LazyLock::new(Loader::default);
static WORDS: mutate::Words = LazyLock::new(|| mutate::words(include_str!("../rule.dict")));

const POLICIES: [&str; 3] = [
    include_str!("../../policies/examples/customers-prod.yaml"),
    include_str!("../faulty.yaml"),
    "version: 1\n",
];

/// One entry that nothing matches, for rules about baselines.
const BASELINE: &str =
    r#"{"version": 1, "findings": [{"file": "a.yaml", "rule": "b", "fingerprint": "c:1"}]}"#;

/// How many rules are tried before the run.
const TRIED: u32 = 2000;

fuzz_target!(init: POOL.install(share), |data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        POOL.install(|| rule(text));
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed, &WORDS, rules::file)
});

/// Says what share of the changed rules are rules still.
fn share() {
    let loads = |seed: &u32| {
        let text = rules::file(&mut Dice::new(*seed));
        let mut sources = Sources::default();
        let id = sources.add(Source::new(name(&text), text.as_str(), &[]));
        LOADER.load(id, sources.get(id)).is_ok()
    };
    let valid = (0..TRIED).filter(loads).count();
    eprintln!("INFO: rules: {valid} of {TRIED} files load");
    assert!(valid * 10 > TRIED as usize * 3, "the changes leave too few rules");
}

fn rule(text: &str) {
    let mut sources = Sources::default();
    let id = sources.add(Source::new(name(text), text, &[]));
    match LOADER.load(id, sources.get(id)) {
        Ok(rule) => run(text, rule, sources),
        Err(findings) => refused(&findings, &sources),
    }
}

/// A rule's file has the rule's name.
fn name(text: &str) -> String {
    let parsed = parse(SourceId(0), text, &Budget::default());
    let root = parsed.documents.into_iter().next().map(|document| document.root);
    let id = root.and_then(|root| Some(root.get("id")?.to_json().as_str()?.to_owned()));
    format!("rules/{}.yaml", id.unwrap_or_default())
}

fn refused(findings: &[Finding], sources: &Sources) {
    assert!(!findings.is_empty());
    for finding in findings {
        assert!(finding.is_input_fault, "{finding:#?}");
        assert!(!finding.message.is_empty(), "{finding:#?}");
        check::place_holds(&finding.primary, sources);
    }
}

fn run(text: &str, rule: Rule, sources: Sources) {
    let offline = Offline {
        catalogue: Catalogue::of(vec![rule]),
        sources,
    };
    for policy in POLICIES {
        let report = offline.lint(policy, Some(BASELINE));
        check::report(&report, text);
        check::same(&report, &offline.lint(policy, Some(BASELINE)));
    }
    let observed = Posture {
        origin: Origin::Observed,
        ..Posture::default()
    };
    for stage in [Stage::Posture, Stage::Hygiene, Stage::Run] {
        let facts = Facts {
            name: "us-west-2_EXAMPLE",
            posture: Some(&observed),
            wants_effective: true,
            ..Facts::default()
        };
        let view = view(facts);
        let hits = || offline.catalogue.run(stage, &view, &|_| true);
        let brief = |(_, result): (&Rule, _)| result;
        let first: Vec<_> = hits().into_iter().map(brief).collect();
        let second: Vec<_> = hits().into_iter().map(brief).collect();
        assert_eq!(first, second);
    }
}
