//! Fingerprints: the same fault keeps its name when lines move or other parts of a file change.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::finding::{Finding, Location};
use crate::source::Sources;

/// One fingerprint per finding, in their order: 32 hexadecimal digits and an ordinal.
///
/// It is made of the rule, the file's name, the policy and the pointer: no line, no message and no
/// severity, so none of these changes it. Numbers in a pointer count for nothing, since they move when a
/// list changes; there, and without a pointer, the underlined text (secrets masked) stands in, in a live pool the message.
/// Findings that are equal in all of this are numbered in their order, so no two collide.
pub fn all(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let same = |name: &str| name.to_owned();
    renamed(findings, sources, [&same, &same])
}

/// The same where files and policies have other names, so that findings of two checkouts can be compared.
/// `names` says what a file is called and what a policy is called, in this order.
pub fn renamed(findings: &[Finding], sources: &Sources, names: [&dyn Fn(&str) -> String; 2]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            let hash = hash(finding, sources, names);
            let ordinal = seen.entry(hash.clone()).and_modify(|n| *n += 1).or_insert(1);
            format!("{hash}:{ordinal}")
        })
        .collect()
}

fn hash(finding: &Finding, sources: &Sources, names: [&dyn Fn(&str) -> String; 2]) -> String {
    let source = sources.get(finding.primary.source);
    let (pointer, numbered) = general_pointer(&finding.primary);
    let text = if numbered && source.pool_id().is_some() {
        // A live pool has no text to stand in; the message names what the number stands for.
        finding.message.clone()
    } else if numbered {
        let span = finding.primary.span;
        source
            .shown()
            .get(span.start..span.end)
            .unwrap_or_default()
            .replace("\r\n", "\n")
    } else {
        String::new()
    };
    let [name_of_file, name_of_policy] = names;
    let policy = finding.policy.as_deref().map(name_of_policy).unwrap_or_default();
    let mut digest = Sha256::new();
    let file = name_of_file(source.name());
    for part in [finding.rule.as_str(), &file, &policy, &pointer, &text] {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut print = hex::encode(digest.finalize());
    print.truncate(32);
    print
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
