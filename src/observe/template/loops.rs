//! `Fn::ForEach` within values and in sections: the entries that a loop adds to the mapping that it is in.

use crate::observe::template::evaluate::{Evaluator, adds};
use crate::observe::template::form::LOOP;
use crate::observe::template::stack::{arguments, text};
use crate::observe::template::value::{Val, ValueData};
use crate::yaml::{Node, Value};

/// Loops inside each other.
const DEEPEST: usize = 8;

/// Most entries of a section: AWS takes 200 outputs, and a template of a megabyte.
const MOST: usize = 10_000;

/// An entry of a section, which a loop may make.
pub(super) struct SectionEntry<'w> {
    /// Its name.
    pub(super) name: String,
    /// What it holds.
    pub(super) node: &'w Node,
    /// The variables of the loops around it.
    pub(super) variables: Vec<(String, Option<String>)>,
}

impl<'w> Evaluator<'w, '_> {
    /// The entry of a section of the stack that is evaluated, one that a loop makes included.
    pub(super) fn named(&mut self, section: &str, name: &str) -> Option<SectionEntry<'w>> {
        if let Some(node) = self.own().entry(section, name) {
            return Some(SectionEntry {
                name: name.to_owned(),
                node,
                variables: Vec::new(),
            });
        }
        let (entries, _) = self.section(section);
        entries.into_iter().find(|entry| entry.name == name)
    }

    /// All entries of a section of the stack that is evaluated, and whether there are no others.
    pub(super) fn section(&mut self, section: &str) -> (Vec<SectionEntry<'w>>, bool) {
        let (mut found, mut is_whole) = (Vec::new(), true);
        if let Some(node) = self.own().root.get(section) {
            let variables = std::mem::take(&mut self.variables);
            self.entries(node, &mut found, &mut is_whole);
            self.variables = variables;
        }
        (found, is_whole)
    }

    fn entries(&mut self, node: &'w Node, found: &mut Vec<SectionEntry<'w>>, is_whole: &mut bool) {
        let Value::Mapping(entries) = &node.value else {
            *is_whole = false;
            return;
        };
        for entry in entries {
            if !self.may_go_on() || found.len() >= MOST {
                *is_whole = false;
                return;
            }
            if !adds(&entry.key) {
                found.push(SectionEntry {
                    name: self.substitute(&entry.key),
                    node: &entry.value,
                    variables: self.variables.clone(),
                });
                continue;
            }
            let is_loop = entry.key.starts_with(LOOP) && self.variables.len() < DEEPEST;
            match (is_loop, arguments(&entry.value)) {
                (true, [variable, list, body]) if text(variable).is_some() => {
                    let values = self.list_of(list);
                    *is_whole &= values.is_some();
                    for value in values.unwrap_or_default() {
                        let variable = text(variable).unwrap_or_default().to_owned();
                        self.variables.push((variable, Some(value)));
                        if self.may_go_on() {
                            self.entries(body, found, is_whole);
                        }
                        self.variables.pop();
                    }
                }
                _ => *is_whole = false,
            }
        }
    }

    /// The texts of a list; `None` where one is not known.
    fn list_of(&mut self, list: &Node) -> Option<Vec<String>> {
        let ValueData::List(items) = self.value(list).data else {
            return None;
        };
        items.iter().map(Val::known).collect()
    }

    /// The entries that a loop adds; `None` where its list is not known, or where it is no loop.
    pub(super) fn looped(&mut self, node: &Node) -> Option<Vec<(String, Val)>> {
        self.extends("Fn::ForEach", &self.at(node));
        let [variable, list, body] = arguments(node) else {
            return None;
        };
        let (Some(variable), Value::Mapping(body)) = (text(variable), &body.value) else {
            return None;
        };
        let values = self.list_of(list)?;
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
