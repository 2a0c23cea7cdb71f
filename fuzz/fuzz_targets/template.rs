//! Templates and plans on any text: nothing panics, nothing hangs, every place lies inside its file, and every case has the
//! answers that make it.
#![no_main]

use std::collections::BTreeMap;

use cogward::observe::template::{
    At, FileKind, MAX_CASES, PlanFile, Stack, TemplateSet, detect, evaluate, nested_files,
    template_parameters,
};
use cogward::source::SourceId;
use cogward::yaml::{Budget, Dialect, parse_as};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = template_parameters(text);
    let mut set = TemplateSet::default();
    match detect(text) {
        FileKind::Plan => set.plans.extend(PlanFile::read(text, 0, None)),
        _ => {
            let parsed = parse_as(SourceId(0), text, &Budget::default(), Dialect::Template);
            for document in parsed.documents {
                let _ = nested_files(&document.root, &BTreeMap::new());
                set.stacks.push(Stack {
                    file: 0,
                    root: document.root,
                    name: None,
                    region: None,
                    account: None,
                    parameters: BTreeMap::new(),
                    parent: None,
                    nested: BTreeMap::new(),
                });
            }
        }
    }
    let found = evaluate(&set);
    assert!(!found.cases.is_empty() && found.cases.len() <= MAX_CASES);
    let holds = |at: &At| {
        if let At::Text { span, .. } = at {
            assert!(text.get(span.start..span.end).is_some(), "{span:?}");
        }
    };
    for fault in &found.notes.faults {
        holds(&fault.at);
        assert!(!fault.message.is_empty());
    }
    for case in &found.cases {
        for pool in &case.found.pools {
            pool.notes.places.values().for_each(holds);
            assert!(!pool.observed.id().is_empty());
        }
    }
});
