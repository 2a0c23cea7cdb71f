//! What every report ends with: the rules that ran, and what was not read.

use std::collections::BTreeMap;

use crate::fault::InputError;
use crate::finding::Finding;
use crate::ledger::Ledger;
use crate::lint::Settings;
use crate::model::arn::Arn;
use crate::model::observed::{Estate, Failure, Observed, Unread};
use crate::model::posture::{Part, Posture, Topic};
use crate::model::region;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::report::{NotChecked, RuleMeta};
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::{Sees, Stage};
use crate::source::Sources;
use crate::text;

/// Rules that check such postures and are not switched off. Those about events are none: they need events.
pub fn running<'a>(
    catalogue: &'a Catalogue,
    settings: &'a Settings,
    sees: Sees,
) -> impl Iterator<Item = &'a Rule> {
    catalogue
        .rules()
        .iter()
        .filter(move |rule| rule.sees.contains(&sees) && rule.stage != Stage::Events)
        .filter(|rule| !settings.disabled.contains_key(&rule.meta.id))
}

/// Metadata of the rules that ran and of every input check that found something, by id.
pub fn metadata<'a>(running: impl Iterator<Item = &'a Rule>, findings: &[Finding]) -> Vec<RuleMeta> {
    let mut list: Vec<_> = running.map(|rule| rule.meta.clone()).collect();
    for check in InputError::ALL {
        let id = check.rule_id();
        if findings.iter().any(|finding| finding.rule == id) {
            let rationale = "The input has errors, so nothing was concluded from it.";
            let words = [check.summary(), rationale, ""];
            list.push(RuleMeta::of(check.as_str(), check.severity(), words));
        }
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}

/// Rules that were switched off.
pub fn disabled(settings: &Settings) -> Vec<NotChecked> {
    let rules = settings.disabled.iter();
    rules
        .map(|(rule, reason)| NotChecked::left_out(format!("rule {rule}"), format!("disabled: {reason}")))
        .collect()
}

/// Users' rules that used up the work of the run: nothing was judged by them.
pub fn used_up(catalogue: &Catalogue) -> impl Iterator<Item = NotChecked> {
    let rules = catalogue.used_up().into_iter();
    rules.map(|rule| {
        NotChecked::failed(
            format!("rule {rule}"),
            "it takes more work than all rules of yours may in one run",
        )
    })
}

/// Files with faults, which were not used as they stand.
pub fn faulty(findings: &[Finding], sources: &Sources) -> Vec<NotChecked> {
    let mut faulty: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_input_fault) {
        *faulty
            .entry(sources.get(finding.primary.source).name())
            .or_default() += 1;
    }
    let entry = |(name, faults): (&str, usize)| {
        NotChecked::left_out(name, text::count(faults, "input error", "input errors"))
    };
    faulty.into_iter().map(entry).collect()
}

/// Lines of a ledger that could not be read: the rest of it is used.
pub fn damaged<'a>(name: &'a str, ledger: &'a Ledger) -> impl Iterator<Item = NotChecked> + 'a {
    let lines = ledger.damaged.iter();
    lines.map(move |damage| {
        NotChecked::left_out(
            format!("{name}:{}", damage.line),
            format!("the line is damaged: {}", damage.message),
        )
    })
}

/// Why something was not read. Of a run that was stopped, the call that was not made says nothing more.
fn unread_because(failure: Failure, operation: &str, detail: &str) -> String {
    match failure {
        // What files leave open was no call.
        _ if operation == "template" => [failure.label(), ": ", detail].concat(),
        Failure::Stopped => failure.label().to_owned(),
        _ => [failure.label(), ": ", operation, ": ", detail].concat(),
    }
}

/// Everything that should have been seen and could not be: regions, pools, and parts of pools.
pub fn unseen(estate: &Estate) -> Vec<NotChecked> {
    let mut list = Vec::new();
    for place in &estate.unreachable {
        let what = match (&place.pool, &place.account, place.region.as_str()) {
            (Some(pool), ..) => format!("pool {pool}"),
            (None, Some(account), "") => format!("account {account}"),
            (None, Some(account), region) => format!("account {account} in {region}"),
            (None, None, "") => "AWS".to_owned(),
            (None, None, region) => format!("region {region}"),
        };
        let why = unread_because(place.failure, &place.operation, &place.detail);
        list.push(NotChecked::failed(what, why));
    }
    for pool in &estate.pools {
        let entry = |unread: &Unread| {
            let what = match (unread.part, &unread.client) {
                (Part::Clients, Some(key)) => format!("client {key} of pool {}", pool.id()),
                (part, Some(key)) => format!("{} of client {key} of pool {}", part.label(), pool.id()),
                (part, None) => format!("{} of pool {}", part.label(), pool.id()),
            };
            if unread.failure == Failure::NotInFiles {
                // Nobody meant to read what is in no file.
                return NotChecked::left_out(what, [unread.failure.label(), ": ", &unread.detail].concat());
            }
            NotChecked::failed(
                what,
                unread_because(unread.failure, &unread.operation, &unread.detail),
            )
        };
        list.extend(pool.unread.iter().map(entry));
        list.extend(hidden(pool));
    }
    list
}

/// What a policy names and is not there: its place below the policy's root, and where it was looked for. It is wrong input for
/// every command: exit code 2. `found` are the policy's pools; nothing is missing where what could not be read may have it.
pub fn not_found(policy: &Policy, found: &[&Observed], estate: &Estate) -> Vec<(Pointer, String)> {
    if !may_say_missing(policy, estate) {
        return Vec::new();
    }
    let posture = &policy.posture;
    let of_id = || posture.pool_id.as_deref().and_then(region::of_pool);
    let region = posture.region.as_deref().or_else(of_id);
    let place = estate.looked_in(posture.account.as_deref(), region);
    let target = Pointer::root().child("target");
    match &posture.pool_id {
        Some(id) if found.is_empty() => {
            return vec![(target.child("pool"), format!("pool `{id}` was not found{place}"))];
        }
        None if found.is_empty() => {
            let message = format!("no pool fits the names and tags of the target{place}");
            return vec![(target, message)];
        }
        _ => {}
    }
    let names = policy.target.as_ref().filter(|_| posture.pool_id.is_none());
    let names = names
        .and_then(|target| target.names.as_ref())
        .into_iter()
        .flatten();
    // A pattern names no pool.
    let literal = |name: &str| glob::Pattern::escape(name) == name;
    let is_gone = |name: &str| literal(name) && found.iter().all(|pool| pool.name != name);
    let gone = names.enumerate().filter(|(_, name)| is_gone(name));
    gone.map(|(index, name)| {
        let message = format!("no pool `{name}` fits the target{place}");
        (target.child("names").child(index), message)
    })
    .collect()
}

/// Whether everything was seen where the policy's pools would be.
fn may_say_missing(policy: &Policy, estate: &Estate) -> bool {
    let Posture {
        account,
        region,
        pool_id,
        ..
    } = &policy.posture;
    if account.is_some() && pool_id.as_ref().is_some_and(|id| estate.missing.contains(id)) {
        return true;
    }
    let other =
        |own: &Option<String>, there: &str| own.as_ref().is_some_and(|own| !there.is_empty() && own != there);
    estate.unreachable.iter().all(|place| {
        other(account, place.account.as_deref().unwrap_or_default())
            || other(region, &place.region)
            || other(pool_id, place.pool.as_deref().unwrap_or_default())
    })
}

/// That a pool that was named by its id is not there: where it was looked for, and what to do next.
pub fn no_pool(estate: &Estate, pool: &str) -> [String; 2] {
    let region = region::of_pool(pool);
    let place = estate.looked_in(None, region);
    let option = region.map_or_else(String::new, |region| format!(" --region {region}"));
    // The name of a file is in quotes.
    let next = if place.ends_with('`') {
        "name one of its pools, or another file".to_owned()
    } else {
        format!(
            "check the id, and whose credentials are used (--profile, --role-arn): `cogward scan{option} --format summary` \
             lists the pools there"
        )
    };
    [format!("pool `{pool}` was not found{place}"), next]
}

/// Topics that cannot be read by design: rules about them say nothing, and no run fails.
fn hidden(pool: &Observed) -> impl Iterator<Item = NotChecked> {
    let topics = pool.posture.topics.iter();
    let hidden = topics.filter(|(_, topic)| **topic == Topic::Hidden);
    hidden.map(|(arn, _)| {
        let owner = Arn::parse(arn).map_or("", |arn| arn.account);
        NotChecked::left_out(
            format!("whether anybody subscribes to {arn}"),
            format!("it is in account {owner}, which does not let it be read"),
        )
    })
}

/// Addresses that were asked in place of AWS's own: what was seen is what they say.
pub fn asked_elsewhere(estate: &Estate) -> impl Iterator<Item = NotChecked> + '_ {
    let why = |address: &String| format!("{address} was used (AWS_ENDPOINT_URL or endpoint_url)");
    estate
        .endpoints
        .iter()
        .map(move |address| NotChecked::left_out("whether this is AWS", why(address)))
}

/// Puts what was not read in order, each once: what should have been comes first.
pub fn order(not_checked: &mut Vec<NotChecked>) {
    not_checked.sort_by(|a, b| {
        let numbered = numbered(&a.what).cmp(&numbered(&b.what));
        b.failed.cmp(&a.failed).then(numbered).then_with(|| a.cmp(b))
    });
    not_checked.dedup();
}

/// A place's name and its line, so that line 9 comes before line 10.
fn numbered(what: &str) -> (&str, Option<usize>) {
    let split = what.rsplit_once(':');
    match split.map(|(name, line)| (name, line.parse())) {
        Some((name, Ok(line))) => (name, Some(line)),
        _ => (what, None),
    }
}

/// Whether something was not read because the credentials belong to another account; as [`unseen`] writes it.
fn is_elsewhere(entry: &NotChecked) -> bool {
    let label = Failure::OtherAccount.label();
    let rest = entry.why.strip_prefix(label);
    entry.failed && rest.is_some_and(|rest| rest.starts_with(": "))
}

/// The exit code when `found` is what the run would end with otherwise: another account than the one that is meant goes
/// first, then invalid input, then what could not be read.
pub fn exit_code(found: u8, not_checked: &[NotChecked]) -> u8 {
    match found {
        _ if not_checked.iter().any(is_elsewhere) => 5,
        2 => 2,
        _ if not_checked.iter().any(|entry| entry.failed) => 4,
        other => other,
    }
}
