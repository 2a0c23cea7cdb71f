//! Waivers and ignores: which findings they cover, and which of them covered anything.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::finding::{Finding, Suppression};
use crate::lint::input::LintInput;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::file::Waiver;
use crate::policy::parse::{Ignore, ParsedFile};
use crate::policy::secret::Secret;
use crate::rule::view::{IgnoreView, SecretView, WaiverView};
use crate::source::Source;
use crate::text;

/// Whether a waiver holds on a day: its last day is a date and not over. The one place that decides.
#[must_use]
pub fn holds(waiver: &Waiver, today: Date) -> bool {
    text::date(&waiver.until).is_some_and(|until| today <= until)
}

/// Which waivers and ignores of a policy covered something, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Waivers of the policy.
    pub waivers: Vec<bool>,
    /// Ignores of the file: the indexes of those that were used.
    pub ignores: BTreeSet<usize>,
}

/// Marks findings that a waiver or an ignore covers. Faults of the input are never covered.
pub fn suppress(findings: &mut [Finding], case: LintInput<'_>, today: Date, used: &mut Used) {
    let LintInput {
        policy, file, source, ..
    } = case;
    for finding in findings
        .iter_mut()
        .filter(|finding| !finding.is_input_fault && finding.suppressed.is_none())
    {
        let line = source.line(finding.primary.span.start);
        for (index, ignore) in file.ignores_at(line) {
            if ignore.rule == finding.rule.as_str() && finding.primary.source == file.source {
                used.ignores.insert(index);
                finding.suppressed = Some(Suppression::Ignore {
                    reason: ignore.reason.clone(),
                });
            }
        }
        for (index, waiver) in policy.waivers.iter().enumerate() {
            if waiver.rule == finding.rule.as_str() && concerns(waiver, finding) {
                // An expired waiver was of use, too: what is wrong with it is that it expired.
                used.waivers[index] = true;
                if holds(waiver, today) && finding.suppressed.is_none() {
                    finding.suppressed = Some(Suppression::Waiver {
                        reason: waiver.reason.clone(),
                        until: waiver.until.clone(),
                    });
                }
            }
        }
    }
}

/// Whether a waiver's client and pointer take a finding in.
fn concerns(waiver: &Waiver, finding: &Finding) -> bool {
    let root = Pointer::root();
    let at = finding.primary.pointer.as_ref().unwrap_or(&root);
    let client = waiver
        .client
        .as_ref()
        .map(|client| root.child("clients").child(client));
    let place = waiver.at.as_deref().and_then(Pointer::parse);
    client.is_none_or(|client| client.covers(at)) && place.is_none_or(|place| place.covers(at))
}

/// Waivers as rules see them.
#[must_use]
pub fn waiver_views(policy: &Policy, today: Date, used: &Used) -> Vec<WaiverView> {
    let at = Pointer::root().child("waivers");
    let one = |(index, waiver): (usize, &Waiver)| {
        let until = text::date(&waiver.until);
        WaiverView {
            pointer: at.child(index).to_string(),
            rule: waiver.rule.clone(),
            client: waiver.client.clone().unwrap_or_default(),
            reason: waiver.reason.clone(),
            until: waiver.until.clone(),
            expired: !holds(waiver, today),
            valid_date: until.is_some(),
            days_left: until.map_or(-1, |until| text::days(today, until)),
            used: used.waivers.get(index).copied().unwrap_or(false),
        }
    };
    policy.waivers.iter().enumerate().map(one).collect()
}

/// Ignores of a policy's part of its file as rules see them.
#[must_use]
pub fn ignore_views(policy: &Policy, file: &ParsedFile, used: &Used) -> Vec<IgnoreView> {
    let one = |(index, ignore): (usize, &Ignore)| IgnoreView {
        pointer: format!("#{index}"),
        rule: ignore.rule.clone(),
        reason: ignore.reason.clone(),
        used: used.ignores.contains(&index),
    };
    file.ignores_within(policy.lines).map(one).collect()
}

/// Credentials between two lines of a file as rules see them.
#[must_use]
pub fn secret_views((first, last): (usize, usize), file: &ParsedFile, source: &Source) -> Vec<SecretView> {
    let line = |secret: &Secret| source.line(secret.span.start);
    let start = file.secrets.partition_point(|secret| line(secret) < first);
    let one = |(index, secret): (usize, &Secret)| SecretView {
        pointer: format!("@{index}"),
        kind: secret.kind.to_owned(),
    };
    file.secrets
        .iter()
        .enumerate()
        .skip(start)
        .take_while(|(_, secret)| line(secret) <= last)
        .map(one)
        .collect()
}
