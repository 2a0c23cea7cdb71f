//! Fingerprints: the same fault keeps its name when lines move or other parts of a file change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::finding::{Finding, Location};
use crate::report::Report;

use super::place::Place;

/// One fingerprint per finding, in the report's order: 32 hexadecimal digits and an ordinal.
///
/// It is made of the rule, the file's name, the policy and the pointer: no line, no message and no
/// severity, so none of these changes it. Numbers in a pointer count for nothing, since they move when a
/// list changes; there, and without a pointer, the underlined text (secrets masked) stands in.
/// Findings that are equal in all of this are numbered in the report's order, so no two collide.
pub(super) fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            let hash = hash(report, finding);
            let ordinal = seen.entry(hash.clone()).and_modify(|n| *n += 1).or_insert(1);
            format!("{hash}:{ordinal}")
        })
        .collect()
}

fn hash(report: &Report, finding: &Finding) -> String {
    let place = Place::new(report, &finding.primary);
    let (pointer, numbered) = general_pointer(&finding.primary);
    let text = if numbered {
        place.shown().replace("\r\n", "\n")
    } else {
        String::new()
    };
    let policy = finding.policy.as_deref().unwrap_or_default();
    let mut digest = Sha256::new();
    for part in [
        finding.rule.as_str(),
        place.source.name(),
        policy,
        &pointer,
        &text,
    ] {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut hex = String::with_capacity(32);
    for byte in digest.finalize().iter().take(16) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The pointer with `*` for list positions, and whether the text must stand in for something.
fn general_pointer(location: &Location) -> (String, bool) {
    let Some(pointer) = &location.pointer else {
        return (String::new(), true);
    };
    let number = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    let mut numbered = false;
    let mut general = String::new();
    for token in pointer.as_str().split('/').skip(1) {
        numbered |= number(token);
        general.push('/');
        general.push_str(if number(token) { "*" } else { token });
    }
    (general, numbered)
}
