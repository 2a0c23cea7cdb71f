//! Recorded sign-ins of local users, counted for the pool and for each client: what rules about events judge.
//! docs/facts.md, "What makes risk levels wrong".

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::impact::users::UserSet;
use crate::model::event::{AuthEvent, AuthEventType, RiskDecision, Spelled};
use crate::model::response::RiskLevel;

/// Recorded sign-ins of a pool's local users. What a record does not say is in none of the numbers about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SignIns {
    /// Sign-ins.
    pub total: u64,
    /// Of these, those with a known risk level, or known to have no risk.
    pub level_known: u64,
    /// Of these, those at high risk.
    pub high_risk: u64,
    /// The same and more by client, ordered by id; the first may be of sign-ins that name no client. At most 2,000.
    pub clients: Vec<ClientSignIns>,
}

/// Recorded sign-ins of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientSignIns {
    // Hostile text.
    /// Client id; `null` for sign-ins that name no client.
    pub client: Option<String>,
    /// Sign-ins.
    pub total: u64,
    /// Of these, those with a known risk level, or known to have no risk.
    pub level_known: u64,
    /// Of these, those at high risk.
    pub high_risk: u64,
    /// Sign-ins that say whether context data was passed.
    pub context_known: u64,
    /// Of these, those without context data.
    pub context_missing: u64,
    /// Sign-ins that name a device.
    pub device_known: u64,
    /// Of these, those whose device was not recognized (`Other, Other`).
    pub device_unrecognized: u64,
    /// Sign-ins with an address.
    pub address_known: u64,
    /// The ten addresses with most sign-ins, most first.
    pub addresses: Vec<AddressSignIns>,
}

/// Recorded sign-ins of one client from one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AddressSignIns {
    // Hostile text.
    /// The address.
    pub address: String,
    /// Sign-ins.
    pub total: u64,
    /// Distinct users.
    pub users: u64,
}

/// Most clients that are held apart.
const MOST_CLIENTS: usize = 2_000;

/// Most addresses that are held, over all clients.
const MOST_ADDRESSES: usize = 200_000;

/// Most addresses of a client in the result.
const SHOWN_ADDRESSES: usize = 10;

/// Sign-ins and users of each address.
type Addresses = HashMap<String, (u64, UserSet)>;

/// Counts sign-ins.
#[derive(Debug, Default)]
pub(super) struct SignInCounter {
    all: SignIns,
    clients: HashMap<Option<String>, (ClientSignIns, Addresses)>,
    addresses: usize,
    left_out: u64,
}

impl SignInCounter {
    /// Counts an event, if it is a sign-in of a local user.
    pub fn add(&mut self, event: &AuthEvent, user: Option<u32>) {
        if event.event_type.known() != Some(AuthEventType::SignIn) || event.idp.is_some() {
            return;
        }
        let no_risk = event.level == Spelled::Absent && event.decision.known() == Some(RiskDecision::NoRisk);
        let level_known = u64::from(event.level.known().is_some() || no_risk);
        let high_risk = u64::from(event.level.known() == Some(RiskLevel::High));
        self.all.total += 1;
        self.all.level_known += level_known;
        self.all.high_risk += high_risk;
        if self.clients.len() >= MOST_CLIENTS && !self.clients.contains_key(&event.client) {
            self.left_out += 1;
            return;
        }
        let (client, addresses) = self.clients.entry(event.client.clone()).or_default();
        client.total += 1;
        client.level_known += level_known;
        client.high_risk += high_risk;
        if let Some(has) = event.has_context {
            client.context_known += 1;
            client.context_missing += u64::from(!has);
        }
        if let Some(device) = &event.device {
            client.device_known += 1;
            client.device_unrecognized += u64::from(device.split(',').all(|part| part.trim() == "Other"));
        }
        let Some(address) = &event.address else { return };
        client.address_known += 1;
        if !addresses.contains_key(address) {
            if self.addresses >= MOST_ADDRESSES {
                self.left_out += 1;
                return;
            }
            self.addresses += 1;
            addresses.insert(address.clone(), (0, UserSet::default()));
        }
        if let Some((events, users)) = addresses.get_mut(address) {
            *events += 1;
            if let Some(user) = user {
                users.insert(user);
            }
        }
    }

    /// Sign-ins for which there was no room.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The numbers.
    pub fn finish(self) -> SignIns {
        let one = |(id, (client, addresses)): (Option<String>, (ClientSignIns, HashMap<_, _>))| {
            let of = |(address, (total, users)): (String, (u64, UserSet))| AddressSignIns {
                address,
                total,
                users: users.len(),
            };
            let mut addresses: Vec<_> = addresses.into_iter().map(of).collect();
            addresses.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.address.cmp(&b.address)));
            addresses.truncate(SHOWN_ADDRESSES);
            ClientSignIns {
                client: id,
                addresses,
                ..client
            }
        };
        let mut clients: Vec<_> = self.clients.into_iter().map(one).collect();
        clients.sort_by(|a, b| a.client.cmp(&b.client));
        SignIns { clients, ..self.all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(client: &str, address: &str) -> AuthEvent {
        AuthEvent {
            event_type: Spelled::Known(AuthEventType::SignIn),
            client: Some(client.to_owned()),
            address: Some(address.to_owned()),
            device: Some("Chrome 141, Windows 10".to_owned()),
            has_context: Some(true),
            ..AuthEvent::default()
        }
    }

    fn of(events: impl IntoIterator<Item = (AuthEvent, u32)>) -> SignIns {
        let mut counter = SignInCounter::default();
        for (event, user) in events {
            counter.add(&event, Some(user));
        }
        counter.finish()
    }

    /// What is not known is in no number about it.
    #[test]
    fn unknown_members_not_counted() {
        let [known, mut unknown, mut other] = [(); 3].map(|()| sign_in("web", "192.0.2.1"));
        (unknown.has_context, unknown.device, unknown.address) = (None, None, None);
        (other.has_context, other.device) = (Some(false), Some("Other, Other".to_owned()));
        let found = of([(known, 1), (unknown, 2), (other, 3)]);
        let [client] = &found.clients[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            (client.total, client.context_known, client.context_missing),
            (3, 2, 1)
        );
        assert_eq!((client.device_known, client.device_unrecognized), (2, 1));
        assert_eq!(client.address_known, 2);
        let addresses = [AddressSignIns {
            address: "192.0.2.1".to_owned(),
            total: 2,
            users: 2,
        }];
        assert_eq!(client.addresses, addresses);
    }

    /// A level that is absent is known only where no risk was found.
    #[test]
    fn absent_level_known_only_for_no_risk() {
        use RiskDecision::{AccountTakeover, Block, NoRisk};
        let high = Spelled::Known(RiskLevel::High);
        let strange = Spelled::Other("Severe".to_owned());
        for (level, decision, numbers) in [
            (high, Some(AccountTakeover), (1, 1)),
            (Spelled::Absent, Some(NoRisk), (1, 0)),
            (Spelled::Absent, Some(Block), (0, 0)),
            (Spelled::Absent, None, (0, 0)),
            (strange, Some(NoRisk), (0, 0)),
        ] {
            let event = AuthEvent {
                level,
                decision: decision.map_or(Spelled::Absent, Spelled::Known),
                ..sign_in("web", "192.0.2.1")
            };
            let found = of([(event.clone(), 1)]);
            assert_eq!((found.level_known, found.high_risk), numbers, "{event:?}");
            let client = &found.clients[0];
            assert_eq!((client.level_known, client.high_risk), numbers, "{event:?}");
        }
    }

    #[test]
    fn only_sign_ins_of_local_users_count() {
        let mut sign_up = sign_in("web", "192.0.2.1");
        sign_up.event_type = Spelled::Known(AuthEventType::SignUp);
        let mut federated = sign_in("web", "192.0.2.1");
        federated.idp = Some("Corp".to_owned());
        assert_eq!(of([(sign_up, 1), (federated, 2)]), SignIns::default());
    }

    /// Clients and addresses without room are counted.
    #[test]
    fn clients_and_addresses_beyond_limit() {
        let mut counter = SignInCounter::default();
        for client in 0..=MOST_CLIENTS {
            counter.add(&sign_in(&format!("client-{client}"), "192.0.2.1"), None);
        }
        assert_eq!(counter.left_out(), 1);
        let found = counter.finish();
        assert_eq!(
            found.total,
            MOST_CLIENTS as u64 + 1,
            "the pool's numbers have all"
        );
        assert_eq!(found.clients.len(), MOST_CLIENTS);
        let shown = of((0..99).map(|at| (sign_in("web", &format!("192.0.2.{}", at % 50)), at)));
        let addresses = &shown.clients[0].addresses;
        assert_eq!((addresses.len(), addresses[0].total), (SHOWN_ADDRESSES, 2));
    }
}
