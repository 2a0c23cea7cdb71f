//! `CloudTrail` records of Cognito: calls, and pages of the hosted UI. docs/facts.md, "Events".

use std::collections::HashSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::record::{Object, address, text};
use super::time;
use crate::model::event::{CloudTrailRecord, said};

/// Most records among which repeats are found: some 40 bytes each.
const MOST_KNOWN: usize = 5_000_000;

/// What stands in place of values that `CloudTrail` does not show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Reads a record.
pub(super) fn read(record: &Object) -> CloudTrailRecord {
    let empty = Object::new();
    let part = |object: &Object, name: &str| object.get(name).and_then(Value::as_object).cloned();
    let request = part(record, "requestParameters").unwrap_or_default();
    let more = part(record, "additionalEventData").unwrap_or_default();
    let answer = part(record, "responseElements").unwrap_or_default();
    let page = more
        .get("requestParameters")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    CloudTrailRecord {
        id: text(record, "eventID"),
        action: text(record, "eventName"),
        is_page: text(record, "eventType").as_deref() == Some("AwsServiceEvent"),
        at: record.get("eventTime").and_then(time::read),
        region: text(record, "awsRegion"),
        account: text(record, "recipientAccountId"),
        pool: text(&request, "userPoolId").or_else(|| text(&more, "userPoolId")),
        client: text(&request, "clientId").or_else(|| first(page, "client_id")),
        sub: text(&more, "sub")
            .or_else(|| first(page, "sub"))
            .or_else(|| text(&answer, "userSub"))
            .filter(|sub| !sub.contains(HIDDEN)),
        address: address(record, "sourceIPAddress"),
        flow: text(&request, "authFlow"),
        challenge: text(&request, "challengeName"),
        agent: text(record, "userAgent"),
        request: text(record, "requestID"),
        code: text(record, "errorCode"),
        message: text(record, "errorMessage"),
    }
}

/// The first element of a list: pages have lists of values.
fn first(object: &Object, name: &str) -> Option<String> {
    let text = object.get(name)?.as_array()?.first()?.as_str()?;
    said(text).map(str::to_owned)
}

/// Which records came before: trails overlap, and `LookupEvents` gives what is in a file as well.
#[derive(Debug, Default)]
pub struct DistinctTrail {
    known: HashSet<u128>,
    distinct: u64,
    unchecked: u64,
}

impl DistinctTrail {
    /// Whether a record is new. One without an id is; one after five million others may not be.
    pub fn is_new(&mut self, record: &CloudTrailRecord) -> bool {
        if let Some(id) = &record.id {
            let mut digest = [0; 16];
            digest.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
            let key = u128::from_be_bytes(digest);
            if self.known.contains(&key) {
                return false;
            }
            if self.known.len() < MOST_KNOWN {
                self.known.insert(key);
            } else {
                self.unchecked += 1;
            }
        }
        self.distinct += 1;
        true
    }

    /// How many came when no more could be held: repeats among them are not found.
    pub fn unchecked(&self) -> u64 {
        self.unchecked
    }

    /// How many were new.
    pub fn distinct(&self) -> u64 {
        self.distinct
    }
}
