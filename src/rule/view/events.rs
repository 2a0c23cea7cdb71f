//! Recorded events.

use schemars::JsonSchema;
use serde::Serialize;

use crate::impact::ClientSignIns;

/// Recorded sign-ins of local users. What a record does not say is in none of the numbers about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventsView {
    /// Sign-ins.
    pub total: u64,
    /// Of these, those with a known risk level, or known to have no risk.
    pub level_known: u64,
    /// Of these, those at high risk.
    pub high_risk: u64,
    /// The same and more by client; one entry may be of sign-ins that name no client.
    pub clients: Vec<ClientEventsView>,
}

/// Recorded sign-ins of one client.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClientEventsView {
    /// Which client, in words.
    pub title: String,
    /// Of the client in the policy; of the whole document, if the policy names no client of this id.
    pub pointer: String,
    /// The numbers.
    #[serde(flatten)]
    pub sign_ins: ClientSignIns,
}
