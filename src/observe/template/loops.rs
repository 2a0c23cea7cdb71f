//! `Fn::ForEach` within values: the entries that a loop adds to the mapping that it is in.

use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::form::LOOP;
use crate::observe::template::stack::{arguments, text};
use crate::observe::template::value::{Val, ValueData};
use crate::yaml::{Node, Value};

impl Evaluator<'_, '_> {
    /// The entries that a loop adds; `None` where its list is not known, or where it is no loop.
    pub(super) fn looped(&mut self, node: &Node) -> Option<Vec<(String, Val)>> {
        self.extends("Fn::ForEach", &self.at(node));
        let [variable, list, body] = arguments(node) else {
            return None;
        };
        let (Some(variable), Value::Mapping(body)) = (text(variable), &body.value) else {
            return None;
        };
        let ValueData::List(items) = self.value(list).data else {
            return None;
        };
        let values: Vec<String> = items.iter().map(Val::known).collect::<Option<_>>()?;
        let mut found = Vec::new();
        for value in values {
            self.variables.push((variable.to_owned(), Some(value)));
            let mut added = Some(Vec::new());
            for entry in body {
                let entries = if entry.key.starts_with(LOOP) && self.may_go_on() {
                    self.looped(&entry.value)
                } else {
                    let key = self.substitute(&entry.key);
                    let mut value = self.value(&entry.value);
                    value.name = Some(entry.key_span);
                    Some(vec![(key, value)])
                };
                added = added.zip(entries).map(|(mut all, entries)| {
                    all.extend(entries);
                    all
                });
            }
            self.variables.pop();
            found.extend(added?);
        }
        found.retain(|(_, value)| !value.is_absent());
        Some(found)
    }
}
