//! A client's own configuration beside the pool's: where it is weaker, in words, and whether it says the same.

use std::collections::BTreeSet;

use crate::model::client::Client;
use crate::model::effective::{AddressChange, AddressList, CellChange, Event, weaker_than_pool};
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::Mode;
use crate::model::posture::Posture;
use crate::model::response::{CompromisedAction, PasswordEvent, RiskConfiguration};
use crate::rule::view::WeakerCellView;

/// Ranges that one entry names before it counts the rest.
const SHOWN_RANGES: usize = 4;

/// Cells in which a client is weaker than the pool. Where the mode does not enforce (or is not
/// managed), every answer is the same for now: the comparison is made as if it did, because that is
/// what the responses are for.
pub(super) fn weaker(posture: &Posture, client: &Client) -> Vec<WeakerCellView> {
    let mut enforced = posture.clone();
    for mode in [&mut enforced.mode.standard, &mut enforced.mode.custom] {
        if !matches!(mode, Some(Mode::Off)) {
            *mode = Some(Mode::Enforced);
        }
    }
    let found = weaker_than_pool(&enforced, client);
    let mut cells: Vec<WeakerCellView> = Vec::new();
    for cell in found
        .changes
        .iter()
        .map(cell)
        .chain(found.addresses.iter().map(addresses))
    {
        // Sign-up and password change do not depend on the flow: a client with two flows has them twice.
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

fn cell(change: &CellChange) -> WeakerCellView {
    let signal = change.signal.label();
    let joined = change
        .signal
        .risk_level()
        .map_or_else(|| format!("with {signal}"), |_| format!("at {signal}"));
    let request = match change.event {
        Event::SignIn => format!("{} {}", change.flow.label(), change.event.label()),
        Event::SignUp | Event::PasswordChange => change.event.label().to_owned(),
    };
    WeakerCellView {
        what: format!("{request} {joined}"),
        pool: change.before.outcome.label().to_owned(),
        client: change.after.outcome.label().to_owned(),
    }
}

/// Only two movements are weaker: a range is not blocked any more, or is not assessed any more.
fn addresses(change: &AddressChange) -> WeakerCellView {
    let mut ranges: Vec<_> = change
        .ranges
        .iter()
        .take(SHOWN_RANGES)
        .map(ToString::to_string)
        .collect();
    let more = change.ranges.len().saturating_sub(SHOWN_RANGES);
    if more > 0 {
        ranges.push(format!("{more} more"));
    }
    let (pool, client) = match change.list {
        AddressList::Block => ("always blocked", "assessed"),
        AddressList::Allow => ("assessed", "never assessed"),
    };
    WeakerCellView {
        what: format!("sign-in from {}", crate::text::words(&ranges)),
        pool: pool.to_owned(),
        client: client.to_owned(),
    }
}

/// Whether two configurations mean the same, however they are written: an empty event filter is all
/// events (fact sheet 0.1, item 5), and exceptions are sets.
pub(super) fn same(a: &RiskConfiguration, b: &RiskConfiguration) -> bool {
    a.account_takeover == b.account_takeover
        && events(a) == events(b)
        && exceptions(a.risk_exceptions.as_ref()) == exceptions(b.risk_exceptions.as_ref())
}

fn events(risk: &RiskConfiguration) -> Option<(CompromisedAction, [bool; 3])> {
    let section = risk.compromised_credentials.as_ref()?;
    Some((
        section.action,
        PasswordEvent::ALL.map(|event| section.checks(event)),
    ))
}

fn exceptions(section: Option<&RiskExceptions>) -> [BTreeSet<&str>; 2] {
    let texts = |list: fn(&RiskExceptions) -> &Vec<IpRange>| {
        section
            .into_iter()
            .flat_map(|section| list(section).iter().map(|range| range.text.as_str()))
            .collect()
    };
    [
        texts(|section| &section.always_block),
        texts(|section| &section.always_allow),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::response::CompromisedCredentials;

    fn ranges(texts: &[&str]) -> Vec<IpRange> {
        texts.iter().map(|text| IpRange::new(text)).collect()
    }

    fn configuration(events: &[PasswordEvent], block: Option<&[&str]>) -> RiskConfiguration {
        RiskConfiguration {
            account_takeover: None,
            compromised_credentials: Some(CompromisedCredentials {
                action: CompromisedAction::Block,
                events: events.iter().copied().collect(),
            }),
            risk_exceptions: block.map(|block| RiskExceptions {
                always_block: ranges(block),
                always_allow: Vec::new(),
            }),
        }
    }

    #[test]
    fn the_way_of_writing_does_not_count() {
        let all = configuration(&PasswordEvent::ALL, Some(&["192.0.2.0/24", "198.51.100.0/24"]));
        let empty = configuration(&[], Some(&["198.51.100.0/24", "192.0.2.0/24"]));
        assert!(same(&all, &empty));
        assert!(same(&configuration(&[], None), &configuration(&[], Some(&[]))));
    }

    #[test]
    fn a_difference_of_meaning_counts() {
        let all = configuration(&[], None);
        assert!(!same(&all, &configuration(&[PasswordEvent::SignIn], None)));
        assert!(!same(&all, &configuration(&[], Some(&["192.0.2.0/24"]))));
        assert!(!same(&all, &RiskConfiguration::default()));
        let mut allowed = all.clone();
        if let Some(section) = &mut allowed.compromised_credentials {
            section.action = CompromisedAction::NoAction;
        }
        assert!(!same(&all, &allowed));
    }
}
