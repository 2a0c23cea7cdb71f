//! What a plan of one pool rests on: its digest is over all of it.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::finding::Severity;
use crate::observe::live::RawPool;
use crate::plan::file::{Basis, CallV1, ErrorV1, GateV1};
use crate::plan::gate::verdict;
use crate::plan::guard::Guarded;
use crate::plan::{Auth, enforces};
use crate::proposal::PolicyFinding;

/// Dates and counts, which change by themselves or say nothing, wherever they stand in the objects of a pool.
const VOLATILE: [&str; 5] = [
    "CreationDate",
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "LastModifiedDate",
    "SmsConfigurationFailure",
];

/// The ground of a pool's plan; `calls` as they are sent. A pool whose whole objects were not kept rests on nothing but what differs.
pub(super) fn basis<'a>(
    one: Guarded<'a>,
    raw: Option<&RawPool>,
    calls: Vec<CallV1>,
    findings: &[PolicyFinding],
    today: Date,
) -> Basis<'a> {
    let steps = Auth::ALL.into_iter().filter(|auth| enforces(one.diff, *auth));
    let gate = |auth: Auth| {
        let verdict = verdict(auth, one.minimum_days, one.known, today);
        GateV1 {
            auth: auth.as_str().to_owned(),
            minimum_days: one.minimum_days,
            answer: verdict.answer.as_str().to_owned(),
            by: verdict
                .deciding()
                .map(|piece| piece.evidence.source.as_str().to_owned()),
        }
    };
    Basis {
        diff: one.diff,
        calls,
        whole: raw.map_or(Value::Null, whole),
        gates: steps.map(gate).collect(),
        errors: findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| ErrorV1 {
                rule: finding.rule.clone(),
                at: finding.at.as_ref().map(ToString::to_string),
            })
            .collect(),
    }
}

fn whole(raw: &RawPool) -> Value {
    let object = |value: &Value| {
        let mut value = value.clone();
        if let Some(members) = value.as_object_mut() {
            members.retain(|name, _| !VOLATILE.contains(&name.as_str()));
        }
        value
    };
    let all = |objects: &std::collections::BTreeMap<String, Value>| -> Value {
        let objects = objects.iter();
        objects.map(|(id, value)| (id.clone(), object(value))).collect()
    };
    json!({
        "pool": object(&raw.pool),
        "clients": all(&raw.clients),
        "risk": all(&raw.risk),
        "mfa": object(&raw.mfa),
        "logs": object(&raw.logs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_by_itself_is_no_ground() {
        let raw = |date: i64, name: &str| {
            let object = json!({ "Name": name, "LastModifiedDate": date, "EstimatedNumberOfUsers": date });
            RawPool {
                pool: object.clone(),
                clients: [("c".to_owned(), object.clone())].into(),
                risk: [(String::new(), object)].into(),
                ..RawPool::default()
            }
        };
        assert_eq!(whole(&raw(1, "a")), whole(&raw(2, "a")));
        assert_ne!(whole(&raw(1, "a")), whole(&raw(1, "b")));
    }
}
