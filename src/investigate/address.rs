//! An investigation by source address: who came from where, and what became of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::investigate::result::{Investigation, TimelineUser};
use crate::investigate::step::{StepCause, TimelineStep};
use crate::model::response::RiskLevel;

/// What was seen of users from one address. Texts are hostile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRow {
    /// The address; `None` for steps that have none.
    pub address: Option<String>,
    /// Users of whom something was seen from there.
    pub users: usize,
    /// Steps.
    pub steps: usize,
    /// Countries that the events name for it.
    pub countries: BTreeSet<String>,
    /// The highest risk level; `None` where no event names one.
    pub risk: Option<RiskLevel>,
    /// Whether an event says that there was no risk.
    pub is_free: bool,
    /// Steps with compromised credentials.
    pub compromised: u64,
    /// Why requests were refused or failed, with how many steps say so.
    pub causes: BTreeMap<StepCause, u64>,
}

impl Investigation {
    /// Every address, those that matter most first: by the heaviest step, then by users and steps.
    pub fn addresses(&self) -> Vec<AddressRow> {
        let mut rows: BTreeMap<Option<&str>, (u8, AddressRow)> = BTreeMap::new();
        for user in &self.users {
            let own: BTreeSet<_> = user.steps.iter().map(TimelineStep::address).collect();
            for address in own {
                let (weight, row) = rows.entry(address).or_default();
                row.users += 1;
                for step in user.steps.iter().filter(|step| step.address() == address) {
                    *weight = (*weight).max(step.weight());
                    row.add(step);
                }
                add_causes(row, user, address);
            }
        }
        let mut rows: Vec<_> = rows
            .into_iter()
            .map(|(address, (weight, row))| {
                let address = address.map(str::to_owned);
                (weight, AddressRow { address, ..row })
            })
            .collect();
        rows.sort_by(|(weight, one), (other_weight, other)| {
            let key = |weight: &u8, row: &AddressRow| Reverse((*weight, row.users, row.steps));
            let order = key(weight, one).cmp(&key(other_weight, other));
            order.then_with(|| one.address.cmp(&other.address))
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

impl AddressRow {
    fn add(&mut self, step: &TimelineStep) {
        self.steps += 1;
        self.risk = self.risk.max(step.level());
        self.is_free |= step.is_free();
        self.compromised += u64::from(step.is_compromised());
        let event = step.event.as_ref();
        self.countries
            .extend(event.and_then(|event| event.country.clone()));
    }
}

/// The causes of one user's steps from there, each request once.
fn add_causes(row: &mut AddressRow, user: &TimelineUser, address: Option<&str>) {
    let steps = user.steps.iter().filter(|step| step.address() == address);
    let own = TimelineUser {
        steps: steps.cloned().collect(),
        ..TimelineUser::default()
    };
    for (cause, number) in own.causes() {
        *row.causes.entry(cause).or_default() += number;
    }
}
