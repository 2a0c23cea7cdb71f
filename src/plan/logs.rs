//! Where log events go: what a change of their destination does to who reads them.

use crate::model::arn::Arn;
use crate::model::log_delivery::{Delivery, LogSource};
use crate::model::posture::Posture;
use crate::plan::step::{Part, Step};

/// What a change of one source's destination does, from one posture to another. Both are in the same account.
///
/// | from \ to | nothing | own account | another account | unknown |
/// |---|---|---|---|---|
/// | nothing | | more | more | more |
/// | own account | less | the same | less | unordered |
/// | another account | less | unordered | the same, or unordered where it is yet another | unordered |
/// | unknown | less | unordered | unordered | unordered |
///
/// A bucket's ARN does not say whose it is, so that its account is unknown.
pub(super) fn step(source: LogSource, before: &Posture, after: &Posture) -> Step {
    let own = before.account.as_deref();
    let of = |posture: &'_ Posture| -> Option<Delivery> {
        let delivery = posture.log_delivery.as_ref()?.delivered(source);
        // One that goes nowhere is none.
        delivery
            .filter(|delivery| delivery.destinations().next().is_some())
            .cloned()
    };
    let parts = match (of(before), of(after)) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec![Part::More],
        (Some(_), None) => vec![Part::Less],
        (Some(was), Some(is)) => {
            let mut parts = Vec::new();
            parts.extend(moved(&was, &is, own));
            parts.extend(level(&was, &is));
            parts
        }
    };
    Step::of(&parts)
}

fn moved(was: &Delivery, is: &Delivery, own: Option<&str>) -> Option<Part> {
    if was.destinations().eq(is.destinations()) {
        return None;
    }
    let (from, to) = (owner(was), owner(is));
    match (from, to) {
        (Some(from), Some(to)) if from == to => None,
        // Who sees to the pool does not read them any more.
        (Some(from), Some(_)) if own == Some(from.1) => Some(Part::Less),
        _ => Some(Part::Unordered),
    }
}

/// Partition and account of a destination; `None` where it is unknown, or they are several.
fn owner(delivery: &Delivery) -> Option<(&str, &str)> {
    // The service takes one.
    let mut places = delivery.destinations();
    let (Some(only), None) = (places.next(), places.next()) else {
        return None;
    };
    let arn = Arn::parse(only)?;
    let is_id = arn.account.len() == 12 && arn.account.bytes().all(|digit| digit.is_ascii_digit());
    is_id.then_some((arn.partition, arn.account))
}

/// `INFO` holds what `ERROR` does. Each source takes one level only (docs/facts.md, "Log delivery"), which is its default.
fn level(was: &Delivery, is: &Delivery) -> Option<Part> {
    match (was.level.as_deref(), is.level.as_deref()) {
        (was, is) if was == is => None,
        (Some("ERROR"), Some("INFO")) => Some(Part::More),
        (Some("INFO"), Some("ERROR")) => Some(Part::Less),
        (None, _) | (_, None) => None,
        _ => Some(Part::Unordered),
    }
}
