//! Places of objects: where two of them differ, and one that is set.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// A place of a description with what is to be there, as the service has it; `None` is nothing, and an empty object is
/// one with whatever is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Where in the description.
    pub at: Pointer,
    /// What is to be there.
    pub value: Option<Value>,
}

/// The place of a member of the description.
pub(super) fn at(path: &[&str]) -> Pointer {
    path.iter().fold(Pointer::root(), |place, name| place.child(name))
}

/// The places at which two objects differ, outermost first. Null is absent; an empty object is not, and a list is
/// compared as a whole.
pub(super) fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Pointer> {
    let mut places = Vec::new();
    members(before, after, &Pointer::root(), &mut places);
    places
}

fn members(before: &Map<String, Value>, after: &Map<String, Value>, at: &Pointer, into: &mut Vec<Pointer>) {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        compare(before.get(name), after.get(name), &at.child(name), into);
    }
}

fn compare(before: Option<&Value>, after: Option<&Value>, at: &Pointer, into: &mut Vec<Pointer>) {
    let none = Map::new();
    let is_there = |value: &&Value| !value.is_null();
    match (before.filter(is_there), after.filter(is_there)) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => members(one, other, at, into),
        (Some(Value::Object(one)), None) if !one.is_empty() => members(one, &none, at, into),
        (None, Some(Value::Object(other))) if !other.is_empty() => members(&none, other, at, into),
        (one, other) if one != other => into.push(at.clone()),
        _ => {}
    }
}

/// Sets a place, with the objects that lead to it. What is in the way and is not an object gives way.
pub(super) fn set(members: &mut Map<String, Value>, at: &Pointer, value: Value) {
    let tokens: Vec<_> = at.tokens().collect();
    let Some((last, path)) = tokens.split_last() else {
        return;
    };
    let mut place = members;
    for token in path {
        let inner = place
            .entry(token.as_str())
            .or_insert_with(|| Value::Object(Map::new()));
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        let Value::Object(inner) = inner else { return };
        place = inner;
    }
    place.insert(last.clone(), value);
}

/// Takes a place away; the objects that lead to it stay.
pub(super) fn take(members: &mut Map<String, Value>, at: &Pointer) -> Option<Value> {
    let tokens: Vec<_> = at.tokens().collect();
    let (last, path) = tokens.split_last()?;
    let place = path
        .iter()
        .try_fold(members, |place, token| place.get_mut(token)?.as_object_mut())?;
    place.shift_remove(last)
}

/// Puts a place back as it was. Objects that have nothing in them because of that go with their last member.
pub(super) fn put_back(members: &mut Map<String, Value>, put: &Put) {
    let Some(value) = &put.value else {
        take(members, &put.at);
        let mut above = put.at.parent();
        while above != Pointer::root() && is_empty(members, &above) {
            take(members, &above);
            above = above.parent();
        }
        return;
    };
    let stays = |there: &Value| there.is_object() && value.as_object().is_some_and(Map::is_empty);
    if !get(members, &put.at).is_some_and(stays) {
        set(members, &put.at, value.clone());
    }
}

/// Whether an object is there and has nothing in it.
pub(super) fn is_empty(members: &Map<String, Value>, at: &Pointer) -> bool {
    let object = get(members, at).and_then(Value::as_object);
    object.is_some_and(Map::is_empty)
}

/// An object with places put back as they were.
pub fn restored(object: &Value, back: &[Put]) -> Value {
    let mut members = object.as_object().cloned().unwrap_or_default();
    for put in back {
        put_back(&mut members, put);
    }
    Value::Object(members)
}

/// A value as it compares where order says nothing: members by name, and lists, which are sets to the services or are
/// sent back in the order in which they were read.
pub fn unordered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let members = sorted
                .into_iter()
                .map(|(name, value)| (name.clone(), unordered(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(unordered).collect();
            items.sort_by_cached_key(ToString::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// What is at a place, if it is there and not null.
pub(super) fn get<'a>(members: &'a Map<String, Value>, at: &Pointer) -> Option<&'a Value> {
    let mut tokens = at.tokens();
    let first = members.get(&tokens.next()?)?;
    let found = tokens.try_fold(first, |value, token| value.get(&token))?;
    Some(found).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(before: &Value, after: &Value) -> Vec<String> {
        let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
        differing(before, after).iter().map(ToString::to_string).collect()
    }

    /// Every place that differs is found however deep.
    #[test]
    fn differences_found_at_any_depth() {
        let before =
            json!({ "A": { "B": 1, "C": [1, 2] }, "D": { "E": {} }, "F": null, "G": {}, "H": { "I": null } });
        assert_eq!(places(&before, &before), <[&str; 0]>::default());
        assert_eq!(places(&before, &json!({})), ["/A/B", "/A/C", "/D/E", "/G"]);
        assert_eq!(places(&json!({}), &before), ["/A/B", "/A/C", "/D/E", "/G"]);
        let after = json!({ "A": { "B": 1, "C": [2, 1] }, "D": { "E": { "N": 1 } }, "G": 1, "H": {} });
        assert_eq!(places(&before, &after), ["/A/C", "/D/E/N", "/G"]);
    }

    #[test]
    fn order_alone_is_no_difference() {
        let one = json!({ "A": ["x", "y", { "B": 1, "C": [2, 1] }], "D": null });
        let other = json!({ "D": null, "A": [{ "C": [1, 2], "B": 1 }, "y", "x"] });
        assert_eq!(unordered(&one).to_string(), unordered(&other).to_string());
        for another in [
            json!({ "A": ["x"] }),
            json!({ "A": ["x", "x"] }),
            json!({ "A": ["x", "y"] }),
        ] {
            assert_ne!(unordered(&json!({ "A": ["x", "z"] })), unordered(&another));
        }
    }

    /// Places are set taken and read with their ways.
    #[test]
    fn nested_set_take_and_get() {
        let mut members = Map::new();
        let deep = at(&["A", "b/c", "D"]);
        set(&mut members, &deep, json!(1));
        assert_eq!(get(&members, &deep), Some(&json!(1)));
        assert_eq!(take(&mut members, &deep), Some(json!(1)));
        assert_eq!((take(&mut members, &deep), get(&members, &deep)), (None, None));
        assert_eq!(Value::Object(members), json!({ "A": { "b/c": {} } }));
    }
}
