//! What governs sign-ins of a client: the pool's configuration, or one of its own.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::model::client::Client;
use crate::model::effective::{Flow, Reason, flows};
use crate::model::event::AuthEvent;
use crate::model::exception::aggregate;
use crate::model::response::RiskConfiguration;
use crate::plan::{Auth, Holder, risk_members};
use crate::update::unordered;

/// The pool's configuration, or a client's own.
#[derive(Clone, Debug)]
pub(super) struct Governed {
    /// Whose.
    pub(super) holder: Holder,
    /// What it is, or why that is unknown.
    pub(super) source: Result<RiskConfiguration, Reason>,
    /// Always blocked, ordered and without overlaps.
    block: Vec<IpNet>,
    /// Always allowed, in the same way.
    allow: Vec<IpNet>,
    /// Which mode governs its sign-ins.
    pub(super) auth: Auth,
}

impl Governed {
    /// Of the pool, or of a client.
    pub(super) fn new(
        holder: Holder,
        source: Result<RiskConfiguration, Reason>,
        client: Option<&Client>,
    ) -> Self {
        let lists = source
            .as_ref()
            .ok()
            .and_then(|known| known.risk_exceptions.as_ref());
        // Only a client that signs in by nothing else is known to be governed by the custom mode.
        let users: Option<BTreeSet<Flow>> = client.and_then(flows).map(|flows| {
            let users = flows.into_iter();
            users
                .filter(|flow| !matches!(flow, Flow::Federated | Flow::Machine))
                .collect()
        });
        let auth = if users == Some(BTreeSet::from([Flow::Custom])) {
            Auth::Custom
        } else {
            Auth::Standard
        };
        Self {
            block: lists.map_or_else(Vec::new, |lists| aggregate(&lists.always_block)),
            allow: lists.map_or_else(Vec::new, |lists| aggregate(&lists.always_allow)),
            holder,
            source,
            auth,
        }
    }

    /// What decides of it, and by which mode.
    pub(super) fn kind(&self) -> String {
        format!("{:?} {}", self.auth, self.summary())
    }

    /// What decides of it.
    pub(super) fn summary(&self) -> Value {
        match &self.source {
            Err(reason) => json!({ "unknown": reason.as_str() }),
            Ok(responses) => {
                let mut members = risk_members(responses, None);
                members.shift_remove("RiskExceptionConfiguration");
                let texts = |nets: &[IpNet]| nets.iter().map(ToString::to_string).collect::<Vec<_>>();
                json!({ "responses": unordered(&Value::Object(members)), "block": texts(&self.block),
                    "allow": texts(&self.allow) })
            }
        }
    }

    /// Where an event's address may lie: in the block list, in the allow list. One place if it has an address, or if there
    /// are no ranges.
    pub(super) fn places(&self, event: &AuthEvent) -> Vec<(bool, bool)> {
        if let Some(ip) = event.ip() {
            return vec![(holds(&self.block, ip), holds(&self.allow, ip))];
        }
        let mut places = vec![(false, false)];
        if !self.block.is_empty() {
            places.push((true, false));
        }
        if !self.allow.is_empty() {
            places.push((false, true));
        }
        places
    }
}

/// Whether a range of an ordered list without overlaps holds an address. An IPv4 address may be written as IPv6 in the
/// record and in the list.
fn holds(nets: &[IpNet], ip: IpAddr) -> bool {
    let holds = |ip: IpAddr| {
        let after = nets.partition_point(|net| net.network() <= ip);
        let last = after.checked_sub(1).and_then(|index| nets.get(index));
        last.is_some_and(|net| net.contains(&ip))
    };
    match ip.to_canonical() {
        IpAddr::V4(v4) => holds(v4.into()) || holds(v4.to_ipv6_mapped().into()),
        v6 @ IpAddr::V6(_) => holds(v6),
    }
}
