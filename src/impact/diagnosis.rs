//! What makes numbers wrong before anything is enforced: apps that pass no context data, servers that sign in for their users,
//! a model that has not learnt yet. docs/facts.md, "What makes risk levels wrong".

use std::collections::{HashMap, HashSet};

use strum::VariantArray as _;

use crate::ident::all;
use crate::model::event::{AuthEvent, AuthEventType, Spelled};
use crate::model::response::RiskLevel;

/// A known cause of wrong risk levels.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum DiagnosisKind {
    /// An app passes no context data.
    ContextDataMissing,
    /// Many users come from one address.
    OneAddressManyUsers,
    /// Devices are not recognized.
    DeviceUnknown,
    /// High risk is frequent.
    HighRiskFrequent,
}

impl DiagnosisKind {
    /// All of them.
    pub const ALL: [Self; 4] = all(Self::VARIANTS);

    /// The id.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind with an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == id)
    }

    /// What it is, why it matters, and what to do.
    pub fn text(self) -> [&'static str; 3] {
        match self {
            Self::ContextDataMissing => [
                "At least a tenth of a client's sign-ins have no context data",
                "Without context data (device fingerprint, address of the user) Cognito sees every sign-in as one from a new \
                 device. Risk levels climb although nothing happened, and ENFORCED then blocks real users, in published cases \
                 for good.",
                "Let the app pass context data before you enforce: `UserContextData` with the fingerprint of AWS's library in \
                 apps and browsers (React Native needs `@aws-amplify/rtn-asf`), `ContextData` with the user's address and headers \
                 in calls of a server. A server that signs in without `Admin…` calls also needs a client secret and \
                 `EnablePropagateAdditionalUserContextData`.",
            ],
            Self::OneAddressManyUsers => [
                "One address is behind many users and at least a fifth of a client's sign-ins",
                "That is usually your own server, or a proxy: Cognito assesses the server instead of the users. An attack from \
                 anywhere looks like everybody else, and a block hits everybody.",
                "Pass the users' addresses (`ContextData` in `Admin…` calls, or `UserContextData` with \
                 `EnablePropagateAdditionalUserContextData`). If it is an office, an always-allow range may be right. Never block \
                 such an address.",
            ],
            Self::DeviceUnknown => [
                "At least a tenth of a client's sign-ins come from a device that was not recognized",
                "`Other, Other` means that no user agent reached Cognito, or one that it does not know: devices cannot be told apart, \
                 so that every sign-in looks like one from a new device.",
                "Pass the user agent with the context data, and look at the same client's other diagnoses first.",
            ],
            Self::HighRiskFrequent => [
                "More than 5 % of sign-ins have high risk",
                "The model has not learnt your users yet, or the app does not pass what it needs, or there is an attack. In the \
                 first two cases a block at high risk hits real users.",
                "Stay in AUDIT, fix what the other diagnoses name, and give feedback for events that were the user's. If it is an \
                 attack, AWS WAF stops volume.",
            ],
        }
    }
}

/// A cause that the events show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Which.
    pub kind: DiagnosisKind,
    /// The client; `None` for all, or for events that name none. Hostile text.
    pub client: Option<String>,
    /// The address, where it is about one. Hostile text.
    pub address: Option<String>,
    /// Sign-ins that show it.
    pub events: u64,
    /// Sign-ins that could.
    pub of: u64,
    /// Users behind the address.
    pub users: u64,
}

impl Diagnosis {
    /// One sentence without a full stop. Hostile text in it.
    pub fn sentence(&self) -> String {
        let (events, of) = (self.events, self.of);
        let client = match &self.client {
            Some(client) => format!("client {client}: "),
            None if self.kind == DiagnosisKind::HighRiskFrequent => String::new(),
            None => "events that name no client: ".to_owned(),
        };
        match (self.kind, &self.address) {
            (DiagnosisKind::ContextDataMissing, _) => {
                format!("{client}{events} of {of} sign-ins have no context data")
            }
            (DiagnosisKind::OneAddressManyUsers, address) => {
                let address = address.as_deref().unwrap_or_default();
                let users = self.users;
                format!("{client}{events} of {of} sign-ins, of {users} users, come from {address}")
            }
            (DiagnosisKind::DeviceUnknown, _) => {
                format!("{client}{events} of {of} sign-ins come from a device that was not recognized")
            }
            (DiagnosisKind::HighRiskFrequent, _) => {
                format!("{client}{events} of {of} sign-ins have high risk")
            }
        }
    }
}

/// Fewest sign-ins of a client of which anything is said.
const FEWEST: u64 = 4;

/// Fewest sign-ins of which it is said that high risk is frequent.
const FEWEST_FOR_LEVELS: u64 = 20;

/// Fewest users behind an address that are many.
const MANY_USERS: usize = 4;

/// Most clients that are held apart.
const MOST_CLIENTS: usize = 2_000;

/// Most addresses that are held, over all clients.
const MOST_ADDRESSES: usize = 200_000;

/// Most addresses that are named for a client.
const NAMED_ADDRESSES: usize = 3;

/// What sign-ins show, counted.
#[derive(Debug, Default)]
pub(super) struct Symptoms {
    clients: HashMap<Option<String>, ClientSymptoms>,
    addresses: usize,
    high: u64,
    leveled: u64,
    unseen: u64,
}

#[derive(Debug, Default)]
struct ClientSymptoms {
    without_context: [u64; 2],
    without_device: [u64; 2],
    with_address: u64,
    addresses: HashMap<String, (u64, HashSet<u64>)>,
}

impl Symptoms {
    /// Counts an event; only sign-ins of local users show anything.
    pub fn add(&mut self, event: &AuthEvent, user: Option<u64>) {
        if event.event_type.known() != Some(AuthEventType::SignIn) || event.idp.is_some() {
            return;
        }
        self.leveled += u64::from(event.level.known().is_some() || event.level == Spelled::Absent);
        self.high += u64::from(event.level.known() == Some(RiskLevel::High));
        if self.clients.len() >= MOST_CLIENTS && !self.clients.contains_key(&event.client) {
            self.unseen += 1;
            return;
        }
        let client = self.clients.entry(event.client.clone()).or_default();
        if let Some(has) = event.has_context {
            client.without_context[0] += u64::from(!has);
            client.without_context[1] += 1;
        }
        if let Some(device) = &event.device {
            let parts = device.split(',').map(str::trim);
            client.without_device[0] += u64::from(parts.into_iter().all(|part| part == "Other"));
            client.without_device[1] += 1;
        }
        let Some(address) = &event.address else { return };
        client.with_address += 1;
        if let Some((events, users)) = client.addresses.get_mut(address) {
            *events += 1;
            users.extend(user);
        } else if self.addresses < MOST_ADDRESSES {
            self.addresses += 1;
            let users = HashSet::from_iter(user);
            client.addresses.insert(address.clone(), (1, users));
        } else {
            self.unseen += 1;
        }
    }

    /// Sign-ins for which there was no room.
    pub fn unseen(&self) -> u64 {
        self.unseen
    }

    /// What they show, by kind and client.
    pub fn diagnoses(self) -> Vec<Diagnosis> {
        let mut found = Vec::new();
        let mut clients: Vec<_> = self.clients.into_iter().collect();
        clients.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (client, symptoms) in clients {
            symptoms.diagnose(client.as_ref(), &mut found);
        }
        if self.leveled >= FEWEST_FOR_LEVELS && self.high * 20 > self.leveled {
            found.push(Diagnosis {
                kind: DiagnosisKind::HighRiskFrequent,
                client: None,
                address: None,
                events: self.high,
                of: self.leveled,
                users: 0,
            });
        }
        found.sort_by_key(|diagnosis| diagnosis.kind);
        found
    }
}

impl ClientSymptoms {
    fn diagnose(self, client: Option<&String>, found: &mut Vec<Diagnosis>) {
        let one = |kind, events, of| Diagnosis {
            kind,
            client: client.cloned(),
            address: None,
            events,
            of,
            users: 0,
        };
        let shares = [
            (DiagnosisKind::ContextDataMissing, self.without_context),
            (DiagnosisKind::DeviceUnknown, self.without_device),
        ];
        for (kind, [events, of]) in shares {
            if of >= FEWEST && events * 10 >= of {
                found.push(one(kind, events, of));
            }
        }
        let of = self.with_address;
        let mut many: Vec<_> = self
            .addresses
            .into_iter()
            .filter(|(_, (events, users))| users.len() >= MANY_USERS && events * 5 >= of)
            .collect();
        many.sort_by(|(a, (more, _)), (b, (less, _))| less.cmp(more).then_with(|| a.cmp(b)));
        for (address, (events, users)) in many.into_iter().take(NAMED_ADDRESSES) {
            found.push(Diagnosis {
                address: Some(address),
                users: users.len() as u64,
                ..one(DiagnosisKind::OneAddressManyUsers, events, of)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Spelled;

    fn sign_in(client: &str, user: u64, address: &str) -> (AuthEvent, Option<u64>) {
        let event = AuthEvent {
            event_type: Spelled::Known(AuthEventType::SignIn),
            client: Some(client.to_owned()),
            address: Some(address.to_owned()),
            device: Some("Chrome 141, Windows 10".to_owned()),
            has_context: Some(true),
            ..AuthEvent::default()
        };
        (event, Some(user))
    }

    fn of(events: impl IntoIterator<Item = (AuthEvent, Option<u64>)>) -> Vec<String> {
        let mut symptoms = Symptoms::default();
        for (event, user) in events {
            symptoms.add(&event, user);
        }
        let found = symptoms.diagnoses();
        found
            .iter()
            .map(|one| format!("{}: {}", one.kind.as_str(), one.sentence()))
            .collect()
    }

    #[test]
    fn a_server_that_signs_in_for_its_users_shows() {
        let events = (0..4).map(|user| {
            let (mut event, user) = sign_in("web", user, "192.0.2.1");
            event.has_context = Some(false);
            event.device = Some("Other, Other".to_owned());
            (event, user)
        });
        assert_eq!(
            of(events),
            [
                "context-data-missing: client web: 4 of 4 sign-ins have no context data",
                "one-address-many-users: client web: 4 of 4 sign-ins, of 4 users, come from 192.0.2.1",
                "device-unknown: client web: 4 of 4 sign-ins come from a device that was not recognized",
            ]
        );
    }

    #[test]
    fn an_app_that_does_all_right_shows_nothing() {
        // Look-alikes: an office with three users, a user who signs in often, sign-ups without context data.
        let home = (0..40).map(|user| sign_in("web", user, &format!("198.51.100.{user}")));
        let office = (0..30).map(|at| sign_in("web", at % 3, "192.0.2.1"));
        let sign_ups = (0..40).map(|user| {
            let (mut event, user) = sign_in("web", user, "192.0.2.1");
            event.event_type = Spelled::Known(AuthEventType::SignUp);
            event.has_context = Some(false);
            (event, user)
        });
        assert_eq!(of(home.chain(office).chain(sign_ups)), Vec::<String>::new());
        let unknown = (0..40).map(|user| {
            let (mut event, user) = sign_in("web", user, &format!("198.51.100.{user}"));
            (event.has_context, event.device) = (None, None);
            (event, user)
        });
        assert_eq!(
            of(unknown),
            Vec::<String>::new(),
            "what is not known is not missing"
        );
    }

    #[test]
    fn high_risk_is_frequent_above_five_percent() {
        let events = |high: u64| {
            (0..100).map(move |user| {
                let (mut event, id) = sign_in("web", user, &format!("198.51.100.{user}"));
                event.level = if user < high {
                    Spelled::Known(RiskLevel::High)
                } else {
                    Spelled::Absent
                };
                (event, id)
            })
        };
        assert_eq!(of(events(5)), Vec::<String>::new());
        assert_eq!(
            of(events(6)),
            ["high-risk-frequent: 6 of 100 sign-ins have high risk"]
        );
    }

    #[test]
    fn every_id_is_read_back_and_has_words() {
        for kind in DiagnosisKind::ALL {
            assert_eq!(DiagnosisKind::parse(kind.as_str()), Some(kind));
            assert!(kind.text().iter().all(|text| text.len() > 20));
        }
    }
}
