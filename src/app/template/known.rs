//! What is known of a pool before and after: nothing is weaker or stronger than what nobody knows, and what is no longer known may
//! be anything.

use crate::model::effective::AddressChange;
use crate::model::observed::{Observed, Unread};
use crate::model::posture::{Part, Posture};
use crate::pointer::Pointer;

/// Whether all addresses of a list are known on a side: those that are not known are neither there nor absent.
pub(super) fn has_addresses(change: &AddressChange, side: &Posture) -> bool {
    let of = of_client(change.scope.key());
    let list = of.child("risk_exceptions").child(change.list.as_str());
    !side
        .unknown
        .iter()
        .any(|one| list.covers(one) || one.covers(&list))
}

/// What was known before and is not known after, in words, with its pointer. What only rules use protects nobody.
pub(super) fn no_longer(before: &Observed, after: &Observed) -> Vec<(Pointer, String)> {
    let is_new = |one: &&Unread| {
        let mut own = before.unread.iter();
        !one.part.is_for_rules_only() && !own.any(|own| (own.part, &own.client) == (one.part, &one.client))
    };
    let title = after.title();
    let told = |one: &Unread| {
        let what = match &one.client {
            Some(key) => format!("client `{key}`"),
            None => one.part.label().to_owned(),
        };
        let why = &one.detail;
        let message =
            format!("{what} of pool `{title}` is known before and not after, which may weaken it: {why}");
        (place(one, after), message)
    };
    after.unread.iter().filter(is_new).map(told).collect()
}

fn place(unread: &Unread, pool: &Observed) -> Pointer {
    let of = of_client(unread.client.as_deref());
    let own = match unread.part {
        Part::Plan => "feature_plan",
        Part::Mode => "mode",
        Part::Mfa => "mfa",
        Part::Alarms => "alarms",
        Part::LogDelivery => "log_delivery",
        Part::Responses => {
            let exceptions = of.child("risk_exceptions");
            let mut unknown = pool.posture.unknown.iter();
            if unknown.any(|one| exceptions.covers(one)) {
                "risk_exceptions"
            } else {
                "account_takeover"
            }
        }
        _ => return of,
    };
    of.child(own)
}

fn of_client(key: Option<&str>) -> Pointer {
    key.map_or_else(Pointer::root, |key| Pointer::root().child("clients").child(key))
}
