//! Parts of a large document, checked one after the other: what a validator keeps of a fault takes a hundred times the
//! memory of the value at fault, and 150,000 values may be at fault.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::pointer::Pointer;

/// Some values of a document in their places: whole mappings and lists, and parts of those that are too large for one part.
#[derive(Debug, Default)]
pub(super) struct Part<'a> {
    /// The document with these values. A mapping of which it has a part has every known key, so that none seems to be missing.
    pub document: Cow<'a, Value>,
    /// Places of which there is less than in the document, or nothing but the type.
    stubs: BTreeSet<Pointer>,
    /// Elements that are left out at the beginning of lists.
    skipped: BTreeMap<Pointer, usize>,
}

impl Part<'_> {
    /// Where something of this part is in the document; `None` if it is not of this part.
    pub(super) fn place(&self, at: &Pointer) -> Option<Pointer> {
        if self.stubs.iter().any(|stub| stub.covers(at)) {
            return None;
        }
        if self.skipped.is_empty() {
            return Some(at.clone());
        }
        let (mut here, mut place) = (Pointer::root(), Pointer::root());
        for token in at.tokens() {
            let skipped = self.skipped.get(&here).zip(token.parse::<usize>().ok());
            place = match skipped {
                Some((skipped, index)) => place.child(skipped + index),
                None => place.child(&token),
            };
            here = here.child(&token);
        }
        Some(place)
    }
}

/// The parts of a document, each of `most` values and as many again at most. `known` are the keys that a schema names.
pub(super) fn parts<'a>(
    document: &'a Value,
    known: &'a BTreeSet<String>,
    most: usize,
) -> impl Iterator<Item = Part<'a>> {
    let all = size(document);
    (0..all.div_ceil(most).max(1)).map(move |number| {
        if all <= most {
            return Part {
                document: Cow::Borrowed(document),
                ..Part::default()
            };
        }
        let mut cutter = Cutter {
            known,
            most,
            wanted: number,
            before: 0,
            part: Part::default(),
        };
        let document = cutter.cut(document, &Pointer::root());
        Part {
            document: Cow::Owned(document),
            ..cutter.part
        }
    })
}

/// How many values something has, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(entries) => entries.values().map(size).sum(),
        _ => 0,
    }
}

struct Cutter<'a> {
    known: &'a BTreeSet<String>,
    most: usize,
    /// The number of the part.
    wanted: usize,
    /// Values before the one that is looked at, in the order of the document.
    before: usize,
    part: Part<'a>,
}

impl Cutter<'_> {
    /// What the part has of a value that is too large for one.
    fn cut(&mut self, value: &Value, at: &Pointer) -> Value {
        self.before += 1;
        match value {
            Value::Object(entries) => {
                let mut kept = Map::new();
                for (key, value) in entries {
                    let here = at.child(key);
                    if let Some(value) = self.child(value, &here) {
                        kept.insert(key.clone(), value);
                    } else if self.known.contains(key) {
                        kept.insert(key.clone(), stub(value));
                        self.part.stubs.insert(here);
                    }
                }
                Value::Object(kept)
            }
            Value::Array(items) => {
                let mut kept = Vec::new();
                let mut skipped = 0;
                for value in items {
                    match self.child(value, &at.child(kept.len())) {
                        Some(value) => kept.push(value),
                        None => skipped += usize::from(kept.is_empty()),
                    }
                }
                if kept.is_empty() {
                    self.part.stubs.insert(at.clone());
                }
                self.part.skipped.insert(at.clone(), skipped);
                Value::Array(kept)
            }
            other => other.clone(),
        }
    }

    /// What the part has of an entry or element. What is not too large is in the part in which it begins.
    fn child(&mut self, value: &Value, at: &Pointer) -> Option<Value> {
        let size = size(value);
        let (start, end) = (self.before, self.before + size);
        let part = |place: usize| place / self.most;
        if size <= self.most {
            self.before = end;
            return (part(start) == self.wanted).then(|| value.clone());
        }
        if (part(start)..=part(end - 1)).contains(&self.wanted) {
            return Some(self.cut(value, at));
        }
        self.before = end;
        None
    }
}

/// What stands for a value of another part: one of its type.
fn stub(value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Object(Map::new()),
        Value::Array(_) => Value::Array(Vec::new()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::schema::{SchemaFault, SchemaFaults, Validator};

    /// A schema with all that the schemas of this program are made of: required and free keys, lists, choices.
    fn validator() -> Validator {
        let response = json!({
            "type": "object",
            "properties": {"action": {"enum": ["BLOCK", "ALLOW"]}, "notify": {"type": "boolean"}},
            "required": ["action"],
            "additionalProperties": false,
        });
        let client = json!({
            "anyOf": [
                {"const": "inherit"},
                {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "high": response, "flows": {
                        "type": "array", "items": {"oneOf": [{"const": "SRP"}, {"const": "PASSWORD"}]},
                    }},
                    "additionalProperties": false,
                },
            ],
        });
        let schema = json!({
            "type": "object",
            "properties": {
                "version": {"const": 1},
                "names": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
                "clients": {"type": "object", "additionalProperties": client},
                "alarms": {"type": "array", "items": response},
            },
            "required": ["version"],
            "additionalProperties": false,
        });
        Validator::new(schema).unwrap()
    }

    fn document() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec!["BLOCK", "SRP", "inherit", "x"]).prop_map(Value::from);
        let leaf =
            prop_oneof![3 => word, 1 => Just(json!(1)), 1 => Just(json!(true)), 1 => Just(Value::Null)];
        let keys = vec![
            "version", "names", "clients", "alarms", "action", "notify", "id", "high", "flows", "x", "y",
        ];
        let any = leaf.prop_recursive(5, 40, 5, move |inner| {
            let key = prop::sample::select(keys.clone());
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key, inner), 0..6).prop_map(|entries| entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()),
            ]
        });
        // Mostly in places where something is expected.
        let client = prop_oneof![
            any.clone(),
            (any.clone(), any.clone()).prop_map(|(a, b)| json!({"high": {"action": a}, "flows": [b]}))
        ];
        let clients = prop::collection::vec(client, 0..6);
        (
            clients,
            prop::collection::vec(any.clone(), 0..4),
            any,
            prop::bool::ANY,
        )
            .prop_map(|(clients, alarms, rest, whole)| {
                let clients: Map<_, _> = (0..).map(|n: usize| format!("c{n}")).zip(clients).collect();
                let mut document = json!({"alarms": alarms, "clients": clients, "names": rest});
                if whole {
                    document["version"] = json!(1);
                }
                document
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        /// Parts have the faults of the whole and no others.
        #[test]
        fn faults_by_parts_equal_whole(document in document(), most in 1_usize..12) {
            let validator = validator();
            let faults = |most| validator.faults_by_parts(&document, &BTreeSet::new(), most);
            let (whole, parts) = (faults(usize::MAX), faults(most));
            prop_assert_eq!(parts.beyond, whole.beyond);
            // Advice for a list may depend on its length, which a part does not know.
            let without_advice = |faults: SchemaFaults| {
                let listed = faults.listed.into_iter();
                listed.map(|fault| SchemaFault { help: String::new(), ..fault }).collect::<Vec<_>>()
            };
            prop_assert_eq!(without_advice(parts), without_advice(whole));
        }
    }

    /// Every value is in one part and no part is large.
    #[test]
    fn parts_disjoint_and_bounded() {
        let clients: Map<_, _> = (0..100)
            .map(|n| (format!("c{n}"), json!({"flows": vec!["SRP"; n % 30]})))
            .collect();
        let document =
            json!({"version": 1, "clients": clients, "alarms": vec![json!({"action": "BLOCK"}); 50]});
        let known = BTreeSet::from(["version", "clients", "alarms", "flows"].map(str::to_owned));
        let mut seen = 0;
        for part in parts(&document, &known, 40) {
            assert!(size(&part.document) <= 80 + known.len(), "{:?}", part.document);
            let document = part.document.as_ref();
            let clients = document["clients"].as_object().map_or(0, Map::len);
            let alarms = document["alarms"].as_array().map_or(0, Vec::len);
            seen += clients + alarms;
        }
        assert_eq!(seen, 150);
        assert_eq!(parts(&document, &known, 1_000_000).count(), 1);
    }
}
