//! Conditions of a stack, and what depends on them or on other stacks.

use std::collections::BTreeMap;

use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::stack::{Stack, arguments, text};
use crate::observe::template::value::{At, Open, Val, ValueData, invalid};
use crate::yaml::{Node, Value};

impl Evaluator<'_, '_> {
    /// Whether a resource is there: its condition holds.
    pub(super) fn is_there(&mut self, id: &str, resource: &Node) -> bool {
        let Some(condition) = resource.get("Condition") else {
            return true;
        };
        match text(condition) {
            Some(name) => self.condition(&self.substitute(name), self.at(condition)),
            None => self.choose_flag(&format!("condition of `{id}`")),
        }
    }

    /// `Fn::FindInMap`.
    pub(super) fn find_in_map(&mut self, argument: &Node, at: At) -> Val {
        let (keys, rest) = match arguments(argument) {
            [map, first, second, rest @ ..] => ([map, first, second], rest),
            _ => return self.open(at, "Fn::FindInMap"),
        };
        let mut known = Vec::new();
        for key in keys {
            let value = self.value(key);
            let settled = self.settled(value);
            let Some(key) = settled.known() else {
                if let Some(invalid) = invalid(&settled, &at) {
                    return invalid;
                }
                let why = settled
                    .open()
                    .map_or_else(|| "Fn::FindInMap".to_owned(), |open| open.why.clone());
                return self.open(at, format!("Fn::FindInMap by {why}"));
            };
            known.push(key);
        }
        let map = self.own().entry("Mappings", &known[0]);
        if let Some(found) = map
            .and_then(|map| map.get(&known[1]))
            .and_then(|map| map.get(&known[2]))
        {
            let mut value = self.value(found);
            value.at = at;
            return value;
        }
        match rest.first().and_then(|rest| rest.get("DefaultValue")) {
            Some(default) => {
                let mut value = self.value(default);
                value.at = at;
                value
            }
            None if self.may_have_more("Mappings") => self.open(at, "Fn::FindInMap"),
            None => self.fault(at, format!("there is no `{}` in the mapping", known.join("."))),
        }
    }

    /// `Fn::If`.
    pub(super) fn conditional(&mut self, argument: &Node, at: At) -> Val {
        let [condition, then, otherwise] = arguments(argument) else {
            return self.open(at, "Fn::If");
        };
        // Where both are the same, the condition does not matter.
        if then.to_json() == otherwise.to_json() {
            return self.value(then);
        }
        let holds = match text(condition) {
            Some(name) => self.condition(&self.substitute(name), self.at(condition)),
            None => self.decided(condition, "Fn::If"),
        };
        self.value(if holds { then } else { otherwise })
    }

    /// `Fn::ImportValue`.
    pub(super) fn import(&mut self, argument: &Node, at: At) -> Val {
        self.asks = true;
        let name = self.value(argument);
        let why = format!("import `{}`", name.shown());
        let Some(name) = name.known() else {
            return self.open(at, why);
        };
        if self.exports.is_none() {
            self.exports = Some(BTreeMap::new());
            let exports = self.all_exports();
            self.exports = Some(exports);
        }
        match self
            .exports
            .as_ref()
            .and_then(|exports| exports.get(&name))
            .cloned()
        {
            Some((stack, output)) => self.output(stack, &output, at, why),
            None => self.open(at, why),
        }
    }

    fn all_exports(&mut self) -> BTreeMap<String, (usize, String)> {
        let mut found = BTreeMap::new();
        let before = self.stack;
        for (index, stack) in self.stacks.iter().enumerate() {
            self.stack = index;
            let Some(Value::Mapping(outputs)) = stack.root.get("Outputs").map(|node| &node.value) else {
                continue;
            };
            for output in outputs {
                if let Some(name) = output.value.get("Export").and_then(|export| export.get("Name"))
                    && let Some(name) = self.value(name).known()
                {
                    found.insert(name, (index, output.key.clone()));
                }
            }
        }
        self.stack = before;
        found
    }

    /// `Fn::GetStackOutput`.
    pub(super) fn stack_output(&mut self, argument: &Node, at: At) -> Val {
        self.asks = true;
        let mut part = |key: &str| argument.get(key).and_then(|node| self.value(node).known());
        let (stack, output, region) = (part("StackName"), part("OutputName"), part("Region"));
        let (Some(stack), Some(output)) = (stack, output) else {
            return self.open(at, "Fn::GetStackOutput");
        };
        let why = format!("output `{output}` of stack `{stack}`");
        let fits = |own: &Stack| {
            let region = region.is_none() || own.region.is_none() || own.region == region;
            region && own.name.as_deref() == Some(stack.as_str())
        };
        match self.stacks.iter().position(fits) {
            Some(index) => self.output(index, &output, at, why),
            None => self.open(at, why),
        }
    }

    /// A value with few possible ones, decided.
    fn settled(&mut self, value: Val) -> Val {
        match value.open() {
            Some(Open {
                why,
                scope,
                domain: Some(domain),
            }) if !domain.is_empty() && !matches!(value.data, ValueData::Text(_)) => {
                let chosen = self.choices.choose((*scope, why.clone()), domain);
                Val::text(value.at, chosen)
            }
            _ => value,
        }
    }

    /// Whether a condition of the template holds, decided where it is open; `at` is where it is used.
    pub fn condition(&mut self, name: &str, at: At) -> bool {
        let key = (self.stack, format!("condition `{name}`"));
        if let Some(known) = self.conditions.get(&key) {
            return *known;
        }
        let Some(node) = self.own().entry("Conditions", name) else {
            if !self.may_have_more("Conditions") {
                self.fault(at, format!("there is no condition `{name}`"));
            }
            return self.choose_flag(&key.1);
        };
        if self.active.contains(&key) {
            let at = self.at(node);
            self.fault(at, format!("{} refers to itself", key.1));
            return self.choose_flag(&key.1);
        }
        self.active.push(key.clone());
        let holds = self.decided(node, &key.1);
        self.active.pop();
        self.conditions.insert(key, holds);
        holds
    }

    fn decided(&mut self, node: &Node, words: &str) -> bool {
        match self.holds(node) {
            Some(holds) => holds,
            None => self.choose_flag(words),
        }
    }

    /// A condition of which nothing is known, decided.
    pub(super) fn choose_flag(&mut self, words: &str) -> bool {
        let values = ["true".to_owned(), "false".to_owned()];
        self.choices.choose((self.stack, words.to_owned()), &values) == "true"
    }

    fn holds(&mut self, node: &Node) -> Option<bool> {
        if !self.may_go_on() {
            return None;
        }
        let Value::Mapping(entries) = &node.value else {
            return None;
        };
        let entry = entries.iter().next().filter(|_| entries.len() == 1)?;
        self.depth += 1;
        let found = match entry.key.as_str() {
            "Condition" => text(&entry.value).map(|name| self.condition(name, self.at(&entry.value))),
            "Fn::Not" => match arguments(&entry.value) {
                [one] => self.holds(one).map(|holds| !holds),
                _ => None,
            },
            "Fn::And" => self.all(&entry.value, true),
            "Fn::Or" => self.all(&entry.value, false),
            "Fn::Equals" => match arguments(&entry.value) {
                [a, b] => self.equal(a, b),
                _ => None,
            },
            _ => None,
        };
        self.depth -= 1;
        found
    }

    /// `And` where `neutral` is true, else `Or`: one that is decisive is enough, whatever is open.
    fn all(&mut self, argument: &Node, neutral: bool) -> Option<bool> {
        let mut all_known = true;
        for item in arguments(argument) {
            match self.holds(item) {
                Some(holds) if holds != neutral => return Some(holds),
                Some(_) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(neutral)
    }

    fn equal(&mut self, a: &Node, b: &Node) -> Option<bool> {
        let (a, b) = (self.value(a), self.value(b));
        let (a, b) = (self.settled(a), self.settled(b));
        match (a.known(), b.known(), a.open(), b.open()) {
            (Some(a), Some(b), ..) => Some(a == b),
            (_, _, None, None) if a.data == b.data => Some(true),
            _ => None,
        }
    }
}
