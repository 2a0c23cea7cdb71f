//! What is known of a pool before and after: nothing is weaker or stronger than what nobody knows, and what is no longer known may
//! be anything.

use std::collections::BTreeSet;

use crate::app::template::lists::of_client;
use crate::model::observed::Unread;
use crate::model::posture::Part;
use crate::observe::template::TemplatePool;
use crate::pointer::Pointer;

/// What was known before and is not known after, in words, with its pointer. What only rules use protects nobody, alarms are not
/// compared, and lists of ranges are compared by themselves.
pub(super) fn no_longer(before: &TemplatePool, after: &TemplatePool) -> Vec<(Pointer, String)> {
    let is_new = |one: &&Unread| {
        let mut own = before.observed.unread.iter();
        !one.part.is_for_rules_only()
            && one.part != Part::Alarms
            && !is_of_lists(one, after)
            && !own.any(|own| is_same(own, one) && !is_of_lists(own, before))
    };
    let title = after.observed.title();
    let told = |one: &Unread| {
        let what = what(one);
        let why = &one.detail;
        let message =
            format!("{what} of pool `{title}` is known before and not after, which may weaken it: {why}");
        (place(one), message)
    };
    after.observed.unread.iter().filter(is_new).map(told).collect()
}

/// What of sign-ins is known on neither side, so that nobody can say whether it changes.
pub(super) fn on_no_side(before: &TemplatePool, after: &TemplatePool) -> BTreeSet<String> {
    let is_open = |one: &&Unread| {
        let mut own = before.observed.unread.iter();
        let protects = !matches!(one.part, Part::Alarms | Part::LogDelivery) && !one.part.is_for_rules_only();
        protects && !is_of_lists(one, after) && own.any(|own| is_same(own, one))
    };
    after.observed.unread.iter().filter(is_open).map(what).collect()
}

fn is_same(one: &Unread, other: &Unread) -> bool {
    (one.part, &one.client) == (other.part, &other.client)
}

fn what(one: &Unread) -> String {
    match &one.client {
        Some(key) => format!("client `{key}`"),
        None => one.part.label().to_owned(),
    }
}

/// Whether nothing but lists of ranges is open in a part.
fn is_of_lists(one: &Unread, pool: &TemplatePool) -> bool {
    let of = of_client(one.client.as_deref());
    let lists = of.child("risk_exceptions");
    let mut unknown = pool.observed.posture.unknown.iter();
    let is_partly = matches!(one.part, Part::Responses | Part::Clients)
        && !pool.notes.unread.contains_key(&(one.part, one.client.clone()));
    // Of a pool's own responses, only lists can be open in part.
    let is_else = |pointer: &Pointer| {
        one.client.is_some() && of.covers(pointer) && !lists.covers(pointer) && pointer.tokens().count() == 3
    };
    is_partly && !unknown.any(is_else)
}

fn place(unread: &Unread) -> Pointer {
    let of = of_client(unread.client.as_deref());
    let own = match unread.part {
        Part::Plan => "feature_plan",
        Part::Mode => "mode",
        Part::Mfa => "mfa",
        Part::LogDelivery => "log_delivery",
        Part::Responses => "account_takeover",
        _ => return of,
    };
    of.child(own)
}
