//! An override beside the pool's configuration: where it is weaker, in words, and whether it says the same.

use std::collections::BTreeSet;

use crate::model::client::Client;
use crate::model::effective::{
    AddressChange, AddressList, Cell, CellChange, Event, Notified, Signal, weaker_than_pool,
};
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::Mode;
use crate::model::posture::Posture;
use crate::model::response::{CompromisedAction, PasswordEvent, RiskConfiguration};
use crate::rule::view::WeakerCellView;

/// Ranges that one entry names before it counts the rest.
const SHOWN_RANGES: usize = 4;

/// The pool with its modes enforced. Where the mode does not enforce (or is not managed), every answer
/// is the same for now: clients are compared as if it did, because that is what the responses are for.
pub(super) fn enforced(posture: &Posture) -> Posture {
    let mut enforced = Posture {
        clients: Vec::new(),
        ..posture.clone()
    };
    for mode in [&mut enforced.mode.standard, &mut enforced.mode.custom] {
        if !matches!(mode, Some(Mode::Off)) {
            *mode = Some(Mode::Enforced);
        }
    }
    enforced
}

/// Cells in which a client is weaker than the pool, which [`enforced`] gives.
pub(super) fn weaker(enforced: &Posture, client: &Client) -> Vec<WeakerCellView> {
    let found = weaker_than_pool(enforced, client);
    let mut groups: Vec<Group> = Vec::new();
    for change in &found.changes {
        let group = Group::of(change);
        match groups.iter_mut().find(|known| known.takes(&group)) {
            Some(known) => known.flows.extend(group.flows),
            None => groups.push(group),
        }
    }
    groups
        .into_iter()
        .map(Group::view)
        .chain(found.addresses.iter().map(addresses))
        .collect()
}

/// Cells that differ in the flow only, said once.
struct Group {
    flows: Vec<String>,
    event: Event,
    signal: Signal,
    pool: String,
    client: String,
}

impl Group {
    fn of(change: &CellChange) -> Self {
        let notices = change.before.outcome == change.after.outcome;
        let words = |cell: &Cell| match (notices, cell.notifies) {
            (false, _) => cell.outcome.label().to_owned(),
            (true, Notified::Yes) => format!("{} with a notice", cell.outcome.label()),
            (true, Notified::Unconfirmed) => format!("{} with a notice (unconfirmed)", cell.outcome.label()),
            (true, Notified::No) => format!("{} without a notice", cell.outcome.label()),
        };
        Self {
            flows: vec![change.flow.label().to_owned()],
            event: change.event,
            signal: change.signal,
            pool: words(&change.before),
            client: words(&change.after),
        }
    }

    fn takes(&self, other: &Self) -> bool {
        (self.event, self.signal) == (other.event, other.signal)
            && self.pool == other.pool
            && self.client == other.client
    }

    fn view(self) -> WeakerCellView {
        let signal = self.signal.label();
        let joined = match self.signal.risk_level() {
            Some(_) => format!("at {signal}"),
            None => format!("with {signal}"),
        };
        let request = match self.event {
            Event::SignIn => format!("{} {}", crate::text::join_words(&self.flows), self.event.label()),
            // These do not depend on how the user signs in.
            Event::SignUp | Event::PasswordChange => self.event.label().to_owned(),
        };
        WeakerCellView {
            what: format!("{request} {joined}"),
            pool: self.pool,
            client: self.client,
        }
    }
}

/// Only two movements are weaker: a range is not blocked any more, or is not assessed any more.
fn addresses(change: &AddressChange) -> WeakerCellView {
    let ranges = crate::text::some_words(&change.ranges, SHOWN_RANGES);
    let (pool, client) = match change.list {
        AddressList::Block => ("always blocked", "assessed"),
        AddressList::Allow => ("assessed like other addresses", "never assessed"),
    };
    WeakerCellView {
        what: format!("sign-in from {ranges}"),
        pool: pool.to_owned(),
        client: client.to_owned(),
    }
}

/// Whether two configurations mean the same, however they are written: an empty event filter is all
/// events (docs/facts.md, "Compromised credentials"), and exceptions are sets.
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
