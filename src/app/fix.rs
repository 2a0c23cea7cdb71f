//! `lint --fix`: the safe fixes of policy files.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::fix::{Fixed, fix_all};
use crate::report::Report;

/// What `--fix` does to one file.
#[derive(Clone, Debug)]
pub struct FileFix {
    /// The file.
    pub name: String,
    /// Its text before.
    pub before: String,
    /// The text after, what was done and what was not.
    pub settled: Fixed,
}

/// Works out the fixes of a report's findings, file by file; nothing is written. `judge` gives the
/// report of one file's new text.
pub fn fixes(report: &Report, judge: &dyn Fn(&str, &str) -> Report) -> Vec<FileFix> {
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| mends(finding)) {
        let source = report.sources.get(finding.primary.source);
        files.insert(source.name(), source.text());
    }
    files
        .into_iter()
        .map(|(name, text)| {
            let look = |text: &str| {
                let report = judge(name, text);
                let own = |finding: &Finding| {
                    mends(finding) && report.sources.get(finding.primary.source).name() == name
                };
                report
                    .findings
                    .iter()
                    .filter(|finding| own(finding))
                    .cloned()
                    .collect()
            };
            FileFix {
                name: name.to_owned(),
                before: text.to_owned(),
                settled: fix_all(text, &look),
            }
        })
        .collect()
}

fn mends(finding: &Finding) -> bool {
    finding.fix.is_some() && finding.suppressed.is_none()
}
