//! Waivers and ignores: which findings they cover, and which of them covered anything.

use std::collections::{BTreeSet, HashMap};

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

/// Marks findings that a waiver or an ignore covers. Input errors are never covered.
///
/// Ignores are looked up by line and rule, waivers by rule and place: the work grows with the findings and with what may
/// cover them, not with their product.
pub fn suppress(findings: &mut [Finding], case: LintInput<'_>, today: Date, used: &mut Used) {
    if findings.is_empty() {
        return;
    }
    let LintInput { file, source, .. } = case;
    let mut ignores: HashMap<usize, HashMap<&str, Group>> = HashMap::new();
    let mut waivers = waivers_by_place(case.policy, today);
    for finding in findings
        .iter_mut()
        .filter(|finding| !finding.is_input_fault && finding.suppressed.is_none())
    {
        let rule = finding.rule.as_str();
        let line = source.line(finding.primary.span.start);
        let of_line = ignores.entry(line).or_insert_with(|| ignores_of(line, file));
        if finding.primary.source == file.source
            && let Some(group) = of_line.get_mut(rule)
        {
            used.ignores.extend(group.members.drain(..));
            finding.suppressed = group.covers.map(|index| Suppression::Ignore {
                reason: file.ignores[index].reason.clone(),
            });
        }
        let mut covers: Option<usize> = None;
        for at in places_around(finding.primary.pointer.as_ref()) {
            if let Some(group) = waivers.get_mut(&(rule, at)) {
                // An expired waiver was of use, too: what is wrong with it is that it expired.
                group
                    .members
                    .drain(..)
                    .for_each(|index| used.waivers[index] = true);
                covers = covers.into_iter().chain(group.covers).min();
            }
        }
        if let Some(waiver) = covers.map(|index| &case.policy.waivers[index])
            && finding.suppressed.is_none()
        {
            finding.suppressed = Some(Suppression::Waiver {
                reason: waiver.reason.clone(),
                until: waiver.until.clone(),
            });
        }
    }
}

/// Marks findings of a live pool that the waivers of its policy cover: their places are those of the policy.
pub fn waive(findings: &mut [Finding], policy: &Policy, today: Date) {
    let waivers = waivers_by_place(policy, today);
    for finding in findings
        .iter_mut()
        .filter(|finding| !finding.is_input_fault && finding.suppressed.is_none())
    {
        let around = places_around(finding.primary.pointer.as_ref());
        let covers = around
            .filter_map(|at| waivers.get(&(finding.rule.as_str(), at))?.covers)
            .min();
        finding.suppressed = covers
            .map(|index| &policy.waivers[index])
            .map(|waiver| Suppression::Waiver {
                reason: waiver.reason.clone(),
                until: waiver.until.clone(),
            });
    }
}

/// Waivers or ignores that cover the same findings.
#[derive(Default)]
pub(super) struct Group {
    /// Those that are not marked as used yet.
    members: Vec<usize>,
    /// The one whose reason counts, if any of them holds.
    pub(super) covers: Option<usize>,
}

/// Ignores that speak of a line, by rule. Of several the last one's reason counts.
pub(super) fn ignores_of(line: usize, file: &ParsedFile) -> HashMap<&str, Group> {
    let mut groups: HashMap<_, Group> = HashMap::new();
    for (index, ignore) in file.ignores_at(line) {
        let group = groups.entry(ignore.rule.as_str()).or_default();
        group.members.push(index);
        group.covers = Some(index);
    }
    groups
}

/// Waivers by rule and the place that they take in. Of several the first one's reason counts that holds.
fn waivers_by_place(policy: &Policy, today: Date) -> HashMap<(&str, Pointer), Group> {
    let mut groups: HashMap<_, Group> = HashMap::new();
    for (index, waiver) in policy.waivers.iter().enumerate() {
        let Some(place) = place_of(waiver) else { continue };
        let group = groups.entry((waiver.rule.as_str(), place)).or_default();
        group.members.push(index);
        if group.covers.is_none() && holds(waiver, today) {
            group.covers = Some(index);
        }
    }
    groups
}

/// What a waiver takes in: its client and its pointer at once. `None` where they have nothing in common.
fn place_of(waiver: &Waiver) -> Option<Pointer> {
    let root = Pointer::root();
    let client = waiver.client.as_ref();
    let client = client.map_or_else(Pointer::root, |client| root.child("clients").child(client));
    let place = waiver.at.as_deref().and_then(Pointer::parse).unwrap_or_default();
    if client.covers(&place) {
        return Some(place);
    }
    place.covers(&client).then_some(client)
}

/// A place and all that it lies in, up to the whole document.
fn places_around(at: Option<&Pointer>) -> impl Iterator<Item = Pointer> {
    let here = at.cloned().unwrap_or_default();
    let above = |at: &Pointer| (*at != Pointer::root()).then(|| at.parent());
    std::iter::successors(Some(here), above)
}

/// Waivers as rules see them.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn waiver(client: Option<&str>, at: Option<&str>) -> Waiver {
        Waiver {
            rule: "a-rule".to_owned(),
            client: client.map(str::to_owned),
            at: at.map(str::to_owned),
            reason: String::new(),
            until: String::new(),
        }
    }

    /// A waiver takes in what its client and its place have in common.
    #[test]
    fn waiver_place_within_client() {
        let of = |client, at| place_of(&waiver(client, at)).map(|place| place.to_string());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(None, None), some(""));
        assert_eq!(of(None, Some("/mfa")), some("/mfa"));
        assert_eq!(of(None, Some("no pointer")), some(""));
        assert_eq!(of(Some("web"), None), some("/clients/web"));
        assert_eq!(of(Some("a/b"), None), some("/clients/a~1b"));
        assert_eq!(of(Some("web"), Some("/clients")), some("/clients/web"));
        assert_eq!(of(Some("web"), Some("/clients/web/id")), some("/clients/web/id"));
        assert_eq!(of(Some("web"), Some("/clients/webshop")), None);
        assert_eq!(of(Some("web"), Some("/mfa")), None);
    }

    #[test]
    fn a_place_lies_in_itself_and_in_all_above() {
        let around = |at: Option<&Pointer>| {
            places_around(at)
                .map(|place| place.to_string())
                .collect::<Vec<_>>()
        };
        let at = Pointer::parse("/clients/a~1b/id").unwrap();
        assert_eq!(
            around(Some(&at)),
            ["/clients/a~1b/id", "/clients/a~1b", "/clients", ""]
        );
        assert_eq!(around(None), [""]);
    }
}
