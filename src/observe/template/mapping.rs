//! `Fn::FindInMap`: values of mappings, also by keys that are not known.

use crate::observe::template::cases::ANOTHER;
use crate::observe::template::compared::MOST_COMPARED;
use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::form::expression;
use crate::observe::template::stack::arguments;
use crate::observe::template::value::{At, Open, Val, ValueData, invalid};
use crate::yaml::{Node, Value};

impl Evaluator<'_, '_> {
    /// `Fn::FindInMap`.
    pub(super) fn find_in_map(&mut self, argument: &Node, at: At) -> Val {
        let (keys, rest) = match arguments(argument) {
            [map, first, second, rest @ ..] if rest.len() < 2 => ([map, first, second], rest.first()),
            _ => return self.malformed("Fn::FindInMap", at),
        };
        let keys = keys.map(|key| {
            let value = self.value(key);
            self.settled(value)
        });
        if let Some(invalid) = keys.iter().find_map(|key| invalid(key, &at)) {
            return invalid;
        }
        let default = rest.map(|rest| rest.get("DefaultValue"));
        if keys.iter().any(Val::is_no_text) || default == Some(None) {
            return self.malformed("Fn::FindInMap", at);
        }
        if let Some(rest) = rest {
            self.needs_extensions("`DefaultValue` in `Fn::FindInMap`", &self.at(rest));
        }
        let [map, first, second] = keys.clone().map(|key| key.known());
        let (Some(first), Some(second)) = (&first, &second) else {
            let [_, by_first, by_second] = &keys;
            let keys = [by_first, by_second];
            return self.any_in_map(map.as_deref(), keys, default.flatten(), (argument, at));
        };
        let Some(map) = map else {
            return self.open(at, expression("Fn::FindInMap", argument));
        };
        let entry = self.own().entry("Mappings", &map);
        let found = entry.and_then(|map| map.get(first)?.get(second));
        match found.or(default.flatten()) {
            Some(found) => {
                let mut value = self.value(found);
                value.at = at;
                value
            }
            None if self.may_have_more("Mappings") => self.open(at, expression("Fn::FindInMap", argument)),
            None => self.fault(at, format!("there is no `{map}.{first}.{second}` in the mapping")),
        }
    }

    /// A value of a mapping of which a key is not known: one of those that it can be. A key with few possible values is decided, so
    /// that it is the same one wherever it is used.
    fn any_in_map(
        &mut self,
        map: Option<&str>,
        keys: [&Val; 2],
        default: Option<&Node>,
        (argument, at): (&Node, At),
    ) -> Val {
        let is_whole = !self.may_have_more("Mappings");
        let map = map
            .and_then(|map| self.own().entry("Mappings", map))
            .filter(|_| is_whole);
        let known = keys.map(Val::known);
        let [first, second] = known.each_ref().map(Option::as_deref);
        let of_first = map.into_iter().flat_map(|map| under(map, first));
        let of_second = of_first.flat_map(|map| under(map, second));
        let nodes: Vec<&Node> = of_second.chain(default).collect();
        let values: Option<Vec<String>> = nodes.into_iter().map(|node| self.value(node).known()).collect();
        let mut values = values.unwrap_or_default();
        values.sort();
        values.dedup();
        if let [one] = values.as_slice() {
            return Val::text(at, one.clone());
        }
        if let Some(map) = map
            && let Some(found) = self.by_chosen_key(map, keys, default)
        {
            return Val { at, ..found };
        }
        let open = Open {
            domain: Some(values).filter(|values| !values.is_empty()),
            ..Open::new(expression("Fn::FindInMap", argument), self.stack)
        };
        Val::new(at, ValueData::Open(open))
    }

    /// The value of a mapping by keys of which one is not known and is one of a few; `None` where that cannot be.
    fn by_chosen_key(&mut self, map: &Node, keys: [&Val; 2], default: Option<&Node>) -> Option<Val> {
        let [first, second] = keys;
        let first = match first.known() {
            Some(known) => known,
            None => self.chosen_key(first, &[map], default.is_some())?,
        };
        let rows: Vec<&Node> = map.get(&first).into_iter().collect();
        let second = match second.known() {
            Some(known) => known,
            None => self.chosen_key(second, &rows, default.is_some())?,
        };
        let found = rows.first().and_then(|row| row.get(&second)).or(default)?;
        Some(self.value(found))
    }

    /// A key that is not known, decided: one that a mapping has, or, where there is a default, another one.
    fn chosen_key(&mut self, key: &Val, rows: &[&Node], has_default: bool) -> Option<String> {
        let ValueData::Open(Open {
            why,
            scope,
            domain: None,
            ..
        }) = &key.data
        else {
            return None;
        };
        let mut keys = Vec::new();
        for row in rows {
            let Value::Mapping(entries) = &row.value else {
                return None;
            };
            keys.extend(entries.iter().map(|entry| entry.key.clone()));
        }
        if has_default {
            keys.push(ANOTHER.to_owned());
        }
        (!keys.is_empty() && keys.len() <= MOST_COMPARED)
            .then(|| self.choices.choose((*scope, why.clone()), &keys))
    }
}

/// The entry of a mapping with a key; all entries where the key is not known.
fn under<'n>(node: &'n Node, key: Option<&str>) -> Vec<&'n Node> {
    match (&node.value, key) {
        (_, Some(key)) => node.get(key).into_iter().collect(),
        (Value::Mapping(entries), None) => entries.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    }
}
