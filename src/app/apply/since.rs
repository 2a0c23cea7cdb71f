//! What somebody changed after the run that a rollback undoes: it is not what that run changed, and stays.

use serde_json::Value;

use crate::app::apply::object::Object;
use crate::app::apply::places::leaves;
use crate::app::apply::recorded::{RecordedPool, Was, says_nothing};
use crate::app::apply::rollback::before;
use crate::model::posture::Posture;
use crate::observe::live::RawPool;
use crate::plan::{Setting, compared};
use crate::pointer::Pointer;
use crate::text;
use crate::update::unordered;

/// What a journal recorded of a pool, without what was changed since, and that in words. Hostile texts.
pub(super) fn without_later(
    recorded: &RecordedPool,
    now: &Posture,
    raw: &RawPool,
) -> (RecordedPool, Vec<String>) {
    let (mut left, mut later) = (recorded.clone(), Vec::new());
    // What the run left, as AWS has it now: what is not sent, AWS may fill in.
    let mut swapped = recorded.clone();
    for was in swapped.objects.values_mut() {
        std::mem::swap(&mut was.before, &mut was.after);
    }
    let left_then = before(&swapped, now, raw).posture;
    let is_object = |side: &Value| side.is_object() || side.is_null();
    left.objects.retain(|(operation, about), was| {
        let object = Object::named(operation, about.as_deref());
        // What is not understood is said of all of it.
        let Some(object) = object.filter(|_| is_object(&was.before) && is_object(&was.after)) else {
            return true;
        };
        let means_the_same = |at: &Pointer| {
            let leaves = leaves(&object, key(&object, now), at);
            !leaves.is_empty()
                && leaves
                    .iter()
                    .all(|leaf| compared(leaf, &left_then) == compared(leaf, now))
        };
        let (own, why) = unchanged(&object, was, &object.seen(raw, now), &means_the_same);
        later.extend(why);
        let is_left = own.is_some();
        *was = own.unwrap_or_default();
        is_left
    });
    (left, later)
}

/// The key of the client that an object is of; empty for one of the pool.
fn key<'p>(object: &Object, now: &'p Posture) -> &'p str {
    let (Object::Client(id) | Object::Risk(Some(id))) = object else {
        return "";
    };
    let mut clients = now.clients.iter();
    let own = clients.find(|client| client.id.as_deref() == Some(id.as_str()));
    own.map_or("", |client| client.key.as_str())
}

/// What of an object is gone back to, and what was changed since, in words; `None` for nothing to go back to.
///
/// A place that is neither as before nor as the run left it was changed since. It stays, with all that the policy's setting has
/// beside it: half of a setting of then, and half of one of now, is what nobody wanted. An object that the run made, or took
/// away, is gone back to as a whole or not at all.
fn unchanged(
    object: &Object,
    was: &Was,
    now: &Value,
    means_the_same: &dyn Fn(&Pointer) -> bool,
) -> (Option<Was>, Option<String>) {
    let said = |side: &Value, at: &Pointer| {
        let there = side.pointer(at.as_str()).filter(|value| !says_nothing(value));
        there.map(unordered)
    };
    let places = was.places();
    let is_alarm = matches!(object, Object::Alarm(_));
    // A place that the calls do not say to change is none that the run left: somebody changed the journal, which is found later.
    let is_ours = |at: &Pointer| {
        is_alarm
            || leaves(object, "", at)
                .iter()
                .any(|leaf| is_made(object, leaf, was))
    };
    let is_later = |at: &Pointer| {
        let now = said(now, at);
        let differs = now != said(&was.after, at) && now != said(&was.before, at);
        is_ours(at) && differs && !means_the_same(at)
    };
    let later: Vec<&Pointer> = places
        .iter()
        .map(|put| &put.at)
        .filter(|at| is_later(at))
        .collect();
    if later.is_empty() {
        return (Some(was.clone()), None);
    }
    let names: Vec<_> = later.iter().map(|at| named(object, at)).collect();
    let why = format!(
        "{} changed after call {}, by somebody else or another run: left as now; undo the later run first, or write the wanted value into \
         the policy",
        text::join_words(&names),
        was.call
    );
    let is_whole = was.before.is_null() || was.is_reset() || is_alarm;
    let settings: Vec<Setting> = later.iter().flat_map(|at| leaves(object, "", at)).collect();
    let stays = |at: &Pointer| is_whole || leaves(object, "", at).iter().any(|leaf| settings.contains(leaf));
    let mut left = was.clone();
    let mut is_any = false;
    for put in &places {
        if stays(&put.at) || later.contains(&&put.at) {
            take(&mut left.before, &put.at);
            take(&mut left.after, &put.at);
        } else {
            is_any = true;
        }
    }
    // What stays is none of what the calls said that they change.
    left.makes.clear();
    (is_any.then_some(left), Some(why))
}

/// Whether the calls say that they change a setting. A policy may have another key for a client than the pool has.
fn is_made(object: &Object, leaf: &Setting, was: &Was) -> bool {
    let of_client = matches!(object, Object::Client(_) | Object::Risk(Some(_)));
    let own = |at: &Pointer| {
        let tokens = at.tokens().skip(if of_client { 2 } else { 0 });
        tokens.fold(Pointer::root(), |at, token| at.child(token))
    };
    let place = own(&leaf.pointer());
    let mut made = was.makes.iter().map(own);
    made.any(|made| made.covers(&place) || place.covers(&made))
}

/// A place in words; the object itself where that is all of it.
fn named(object: &Object, at: &Pointer) -> String {
    match object {
        Object::Alarm(name) => format!("`{at}` of alarm `{name}`"),
        _ if *at == Pointer::root() => "the whole object".to_owned(),
        _ => format!("`{at}`"),
    }
}

/// Takes a member out of objects within each other.
fn take(value: &mut Value, at: &Pointer) {
    let tokens: Vec<_> = at.tokens().collect();
    let Some((last, outer)) = tokens.split_last() else {
        *value = Value::Null;
        return;
    };
    let mut inner = value;
    for token in outer {
        let Some(next) = inner.get_mut(token) else { return };
        inner = next;
    }
    if let Some(members) = inner.as_object_mut() {
        members.remove(last);
    }
}
