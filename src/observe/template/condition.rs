//! Conditions of a stack, what depends on them, and references to resources.

use crate::observe::template::cases::OpenQuestion;
use crate::observe::template::compared::{Asking, MOST_COMPARED, compared, comparisons};
use crate::observe::template::evaluate::{Evaluator, adds};
use crate::observe::template::form::expression;
use crate::observe::template::loops::SectionEntry;
use crate::observe::template::stack::{arguments, text};
use crate::observe::template::value::{At, Open, Val, ValueData};
use crate::yaml::{Node, NodeEntry, Value};

/// How many conditions `Fn::And` and `Fn::Or` take.
const MOST_JOINED: std::ops::RangeInclusive<usize> = 2..=10;

/// A condition that is a fault of its file: it is neither true nor false, and is not tried as either.
pub(super) struct InvalidCondition;

impl Evaluator<'_, '_> {
    /// Whether a resource is there: its condition holds.
    pub(super) fn is_there(&mut self, resource: &Node) -> Result<bool, InvalidCondition> {
        let Some(condition) = resource.get("Condition") else {
            return Ok(true);
        };
        if let Some(name) = text(condition) {
            return self.condition(&self.substitute(name), self.at(condition));
        }
        self.malformed("Condition", self.at(condition));
        Err(InvalidCondition)
    }

    /// `Fn::If`.
    pub(super) fn conditional(&mut self, argument: &Node, at: At) -> Val {
        let [condition, then, otherwise] = arguments(argument) else {
            return self.malformed("Fn::If", at);
        };
        // Where both are the same, the condition does not matter.
        if then.to_json() == otherwise.to_json() {
            return self.value(then);
        }
        let holds = match text(condition) {
            Some(name) => self.condition(&self.substitute(name), self.at(condition)),
            None => self.decided(condition, &expression("Fn::If", condition)),
        };
        match holds {
            Ok(true) => self.value(then),
            Ok(false) => self.value(otherwise),
            Err(InvalidCondition) => {
                let why = expression("Fn::If", condition);
                Val::new(at, ValueData::Open(Open::invalid(why)))
            }
        }
    }

    /// A value with few possible ones, decided.
    pub(super) fn settled(&mut self, value: Val) -> Val {
        match value.open() {
            Some(Open {
                why,
                scope,
                domain: Some(domain),
                ..
            }) if !domain.is_empty() && !matches!(value.data, ValueData::Text(_)) => {
                let chosen = self.choices.choose((*scope, why.clone()), domain);
                Val::text(value.at, chosen)
            }
            _ => value,
        }
    }

    /// Whether a condition of the template holds, decided where it is open; `at` is where it is used.
    pub fn condition(&mut self, name: &str, at: At) -> Result<bool, InvalidCondition> {
        let key = (self.stack, format!("condition `{name}`"));
        if let Some(known) = self.conditions.get(&key) {
            return known.ok_or(InvalidCondition);
        }
        if !self.may_be_named(name, at) {
            return Err(InvalidCondition);
        }
        let Some(SectionEntry { node, variables, .. }) = self.named("Conditions", name) else {
            return Ok(self.choose_flag(&key.1));
        };
        if self.active.contains(&key) {
            let at = self.at(node);
            self.fault(at, format!("{} refers to itself", key.1));
            return Err(InvalidCondition);
        }
        self.active.push(key.clone());
        let around = std::mem::replace(&mut self.variables, variables);
        let holds = self.decided(node, &key.1);
        self.variables = around;
        self.active.pop();
        self.conditions.insert(key, holds.as_ref().ok().copied());
        holds
    }

    /// Whether a condition of this name is there, or may be; otherwise that is a fault.
    fn may_be_named(&mut self, name: &str, at: At) -> bool {
        let is_there = self.named("Conditions", name).is_some();
        let may_be = is_there || self.is_open(name) || self.may_have_more("Conditions");
        if !may_be {
            self.fault(at, format!("there is no condition `{name}`"));
        }
        may_be
    }

    fn decided(&mut self, node: &Node, words: &str) -> Result<bool, InvalidCondition> {
        let mut holds = self.holds(node, Asking::Nothing)?;
        if holds.is_none()
            && let Some((question, value, same)) = self.comparison(node)
        {
            // The condition has a name that its author knows.
            let flag = self.choose_flag(words);
            self.choices.learn(question, &value, flag == same);
            return Ok(flag);
        }
        if holds.is_none() && comparisons(node) <= MOST_COMPARED {
            holds = self.holds(node, Asking::Values)?;
        }
        Ok(holds.unwrap_or_else(|| self.choose_flag(words)))
    }

    /// What a condition compares, if it is nothing but one comparison of an open value: the question, the value, and whether
    /// the condition holds where they are equal.
    fn comparison(&mut self, node: &Node) -> Option<(OpenQuestion, String, bool)> {
        let (mut node, mut same) = (node, true);
        loop {
            let Value::Mapping(entries) = &node.value else {
                return None;
            };
            let entry = entries.iter().next()?;
            match (entry.key.as_str(), arguments(&entry.value)) {
                ("Fn::Not", [one]) => (node, same) = (one, !same),
                ("Fn::Equals", [a, b]) => {
                    let (a, b) = (self.value(a), self.value(b));
                    let (open, text) = match (&a.data, &b.data) {
                        (ValueData::Open(open), _) => (open, compared(&b)?),
                        (_, ValueData::Open(open)) => (open, compared(&a)?),
                        _ => return None,
                    };
                    let is_any = open.domain.is_none() && !open.is_invalid();
                    return is_any.then(|| ((open.scope, open.why.clone()), text, same));
                }
                _ => return None,
            }
        }
    }

    /// A condition of which nothing is known, decided.
    fn choose_flag(&mut self, words: &str) -> bool {
        let values = ["true".to_owned(), "false".to_owned()];
        self.choices.choose((self.stack, words.to_owned()), &values) == "true"
    }

    /// Whether a condition holds; `None` where that is open.
    fn holds(&mut self, node: &Node, asking: Asking) -> Result<Option<bool>, InvalidCondition> {
        let entry = match &node.value {
            Value::Mapping(entries) if entries.len() == 1 => entries.iter().next(),
            _ => None,
        };
        let Some(entry) = entry else {
            let why = "a condition is one function, such as `Fn::Equals`";
            self.fault(self.at(node), why.to_owned());
            return Err(InvalidCondition);
        };
        if !self.may_go_on() {
            let why = "too many conditions inside each other";
            self.fault(self.at(node), why.to_owned());
            return Err(InvalidCondition);
        }
        self.depth += 1;
        let found = self.joined(node, entry, asking);
        self.depth -= 1;
        found
    }

    fn joined(
        &mut self,
        node: &Node,
        entry: &NodeEntry,
        asking: Asking,
    ) -> Result<Option<bool>, InvalidCondition> {
        match (entry.key.as_str(), arguments(&entry.value)) {
            ("Condition", _) if text(&entry.value).is_some() => {
                let name = self.substitute(text(&entry.value).unwrap_or_default());
                let at = self.at(&entry.value);
                match asking {
                    Asking::Form if self.may_be_named(&name, at.clone()) => Ok(None),
                    Asking::Form => Err(InvalidCondition),
                    _ => self.condition(&name, at).map(Some),
                }
            }
            ("Fn::Not", [one]) => Ok(self.holds(one, asking)?.map(|holds| !holds)),
            ("Fn::And", all) if MOST_JOINED.contains(&all.len()) => self.all(all, true, asking),
            ("Fn::Or", all) if MOST_JOINED.contains(&all.len()) => self.all(all, false, asking),
            ("Fn::Equals", [a, b]) => self.equal(a, b, asking),
            (function @ ("Condition" | "Fn::Not" | "Fn::And" | "Fn::Or" | "Fn::Equals"), _) => {
                self.malformed(function, self.at(node));
                Err(InvalidCondition)
            }
            (function, _) => self.no_condition(function, self.at(node)),
        }
    }

    /// Reports what is wrong with the conditions of the stack that is evaluated, whether or not anything depends on them: AWS
    /// refuses the template for each. No case is opened for that.
    pub(super) fn check_conditions(&mut self) {
        let Some(Value::Mapping(conditions)) = self.own().root.get("Conditions").map(|node| &node.value)
        else {
            return;
        };
        self.is_form = true;
        for entry in conditions.iter().filter(|entry| !adds(&entry.key)) {
            // What is wrong is among the faults.
            let _ = self.holds(&entry.value, Asking::Form);
        }
        self.is_form = false;
    }

    /// `And` where `neutral` is true, else `Or`: one that is decisive is enough, whatever is open after it.
    fn all(
        &mut self,
        conditions: &[Node],
        neutral: bool,
        asking: Asking,
    ) -> Result<Option<bool>, InvalidCondition> {
        if let Asking::Form = asking {
            for item in conditions {
                let _ = self.holds(item, asking);
            }
            return Ok(None);
        }
        let mut all_known = true;
        for item in conditions {
            match self.holds(item, asking)? {
                Some(holds) if holds != neutral => return Ok(Some(holds)),
                Some(_) => {}
                None => all_known = false,
            }
        }
        Ok(all_known.then_some(neutral))
    }

    fn equal(&mut self, a: &Node, b: &Node, asking: Asking) -> Result<Option<bool>, InvalidCondition> {
        if let Asking::Form = asking {
            // Another function may ask for what is open.
            let references = [a, b].into_iter().filter(|node| node.get("Ref").is_some());
            references.for_each(|node| drop(self.value(node)));
            return Ok(None);
        }
        let (a, b) = (self.value(a), self.value(b));
        if [&a, &b]
            .iter()
            .any(|value| value.open().is_some_and(Open::is_invalid))
        {
            return Err(InvalidCondition);
        }
        let (a, b) = (self.settled(a), self.settled(b));
        Ok(match (compared(&a), compared(&b), a.open(), b.open()) {
            (Some(a), Some(b), ..) => Some(a == b),
            (_, _, None, None) if a.data == b.data => Some(true),
            // One parameter has one value.
            (_, _, Some(open), Some(_)) if a.data == b.data && open.why.starts_with("parameter `") => {
                Some(true)
            }
            (None, Some(text), ..) => self.is(&a, &text, asking),
            (Some(text), None, ..) => self.is(&b, &text, asking),
            _ => None,
        })
    }

    /// Whether an open value is this text: it has one value, whatever it is compared with.
    fn is(&mut self, value: &Val, text: &str, asking: Asking) -> Option<bool> {
        let ValueData::Open(open) = &value.data else {
            return None;
        };
        let question = (open.scope, open.why.clone());
        match asking {
            Asking::Form | Asking::Nothing => self.choices.is_known_to_be(&question, text),
            Asking::Values => Some(self.choices.is(question, text)),
        }
    }

    /// `Fn::GetAtt`.
    pub(super) fn attribute(&mut self, argument: &Node, at: At) -> Val {
        let named = |own: &Self, name: &str| Val::text(at.clone(), own.substitute(name));
        let values: Vec<Val> = match &argument.value {
            Value::String(text) => text.splitn(2, '.').map(|part| named(self, part)).collect(),
            Value::Sequence(items) => {
                let one = |item: &Node| match text(item) {
                    Some(name) => named(self, name),
                    None => self.value(item),
                };
                items.iter().map(one).collect()
            }
            _ => Vec::new(),
        };
        if values.len() < 2 || values.iter().any(Val::is_no_text) {
            return self.malformed("Fn::GetAtt", at);
        }
        let parts: Option<Vec<String>> = values.iter().map(Val::known).collect();
        match parts.as_deref() {
            Some([resource, attribute @ ..]) => self.attribute_of(resource, &attribute.join("."), at),
            _ => self.open(at, expression("Fn::GetAtt", argument)),
        }
    }

    pub(super) fn attribute_of(&mut self, resource: &str, attribute: &str, at: At) -> Val {
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            let why = format!("output `{output}` of nested stack `{resource}`");
            let Some(nested) = self.own().nested.get(resource).copied() else {
                return self.open(at, why);
            };
            return self.output(nested, output, at, why);
        }
        if let Some(found) = self.read_across(resource, attribute, &at) {
            return found;
        }
        if self.own().entry("Resources", resource).is_none() && !self.may_have_more("Resources") {
            return self.fault(at, format!("there is no resource `{resource}`"));
        }
        if let Some(invalid) = self.no_attribute(resource, attribute, &at) {
            return invalid;
        }
        let attribute = match attribute {
            "UserPoolId" | "ClientId" | "TopicArn" => "",
            other => other,
        };
        self.symbol(resource, attribute, at)
    }
}
