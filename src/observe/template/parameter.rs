//! Parameters of a template: what was given for one, its default, or what it may be, and whether the template takes that.

use regex::RegexBuilder;

use crate::observe::template::compared::compared;
use crate::observe::template::evaluate::{Evaluator, adds, is_loose};
use crate::observe::template::naming::{self, OF_PARAMETER};
use crate::observe::template::stack::{is_hidden, text};
use crate::observe::template::value::{At, Open, Val, ValueData, boolean_of_1_1};
use crate::yaml::{Node, NodeEntry, Value};

/// Bytes that a pattern may become: one of a parameter is a few classes and counts.
const PATTERN_BYTES: usize = 1 << 20;

impl Evaluator<'_, '_> {
    /// Reports what the stack around gives the one that is evaluated and it does not have, and what it has no value for: the
    /// deployment fails for each.
    pub(super) fn check_given(&mut self) {
        let stack = self.own();
        let Some((parent, resource)) = &stack.parent else {
            return;
        };
        let parent = &self.stacks[*parent];
        let given = parent.property(resource, "Parameters").map(|node| &node.value);
        let given: &[NodeEntry] = match given {
            None => &[],
            Some(Value::Mapping(entries)) => entries,
            Some(_) => return,
        };
        if self.may_have_more("Parameters") || given.iter().any(|entry| adds(&entry.key)) {
            return;
        }
        let file = parent.file;
        for NodeEntry { key, key_span, .. } in given {
            if stack.entry("Parameters", key).is_none() {
                let why = format!("the template of the nested stack `{resource}` has no parameter `{key}`");
                let span = *key_span;
                self.fault(At::Text { file, span }, why);
            }
        }
        let own = stack.root.get("Parameters").map(|node| &node.value);
        let around = parent.root.get("Resources").and_then(|all| all.entry(resource));
        let (Some(Value::Mapping(own)), Some(around)) = (own, around) else {
            return;
        };
        let span = around.key_span;
        for NodeEntry { key, value, .. } in own {
            if value.get("Default").is_none() && given.iter().all(|entry| entry.key != *key) {
                let why = format!(
                    "the nested stack `{resource}` gives its parameter `{key}` no value, and it has no default"
                );
                self.fault(At::Text { file, span }, why);
            }
        }
    }

    /// The value of a parameter of the stack that is evaluated.
    pub(super) fn parameter(&mut self, name: &str, parameter: &Node, at: At) -> Val {
        let stack = self.own();
        let is_misspelt = self.is_misspelt(parameter);
        let Some(kind) = parameter.get("Type").map_or(Some("String"), text) else {
            return self.open(at, format!("parameter `{name}`"));
        };
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let words = format!("parameter `{name}`");
        let is_hidden = is_hidden(parameter);
        if !self.is_form {
            self.used.insert((self.stack, name.to_owned()));
        }
        // Whatever is given, or the default, is the name of what has the value.
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            return self.open(at, words + " (from SSM)");
        }
        match stack.parameters.get(name) {
            Some(Some(given)) => {
                let given = listed(at, given, is_list, false);
                let taken = self.allowed(name, parameter, given);
                return self.shown(taken, is_hidden, &words);
            }
            // What the deployed stack has.
            Some(None) if is_hidden => return self.open(at, words + " (NoEcho)"),
            Some(None) => return self.any_allowed(parameter, words, at, is_list),
            None => {}
        }
        if let Some((parent, resource)) = &stack.parent
            && let Some(given) = self.stacks[*parent]
                .property(resource, "Parameters")
                .and_then(|all| all.get(name))
        {
            let what = (self.stack, format!("parameter {name}"));
            let given = self.within(*parent, what, &at, |own| own.value(given));
            match given.known() {
                Some(known) => {
                    let given = listed(at, &known, is_list, given.loose);
                    let taken = self.allowed(name, parameter, given);
                    return self.shown(taken, is_hidden, &words);
                }
                // What is left out has its default.
                None if given.is_absent() => {}
                None => return self.shown(given, is_hidden, &words),
            }
        }
        if is_misspelt {
            return Val::new(at, ValueData::Open(Open::invalid(words)));
        }
        if is_hidden {
            return self.open(at, words + " (NoEcho)");
        }
        if let Some(default) = parameter.get("Default") {
            let loose = is_loose(default);
            let value = self.value(default);
            let Some(known) = value.known() else {
                return self.open(at, words);
            };
            let taken = listed(value.at.clone(), &known, is_list, loose);
            if let Some(why) = self.refusal(name, parameter, &taken) {
                self.fault(
                    value.at.clone(),
                    format!("the default of parameter `{name}` {why}"),
                );
            }
            return listed(if loose { value.at } else { at }, &known, is_list, loose);
        }
        self.any_allowed(parameter, words, at, is_list)
    }

    /// A value that was given, where it may be shown. One that may not is not known: findings quote what they rest on.
    fn shown(&self, given: Val, is_hidden: bool, words: &str) -> Val {
        if is_hidden {
            self.open(given.at, format!("{words} (NoEcho)"))
        } else {
            given
        }
    }

    /// A parameter that nothing gives a value: one of those that it allows.
    fn any_allowed(&mut self, parameter: &Node, words: String, at: At, is_list: bool) -> Val {
        let allowed = match parameter.get("AllowedValues").map(|node| &node.value) {
            Some(Value::Sequence(items)) => items.as_slice(),
            _ => &[],
        };
        let domain = (!is_list && !allowed.is_empty())
            .then(|| self.texts(allowed))
            .flatten();
        let open = Open {
            domain,
            ..Open::new(words, self.stack)
        };
        let loose = allowed.iter().find(|item| is_loose(item));
        let mut value = Val::new(loose.map_or(at, |item| self.at(item)), ValueData::Open(open));
        value.loose = loose.is_some();
        value
    }

    /// The texts of values, where all are known: what YAML 1.1 takes for a boolean is one.
    fn texts(&mut self, items: &[Node]) -> Option<Vec<String>> {
        let one = |item: &Node| {
            let known = self.value(item).known()?;
            let flag = boolean_of_1_1(&known).filter(|_| is_loose(item));
            Some(flag.map_or(known, |flag| flag.to_string()))
        };
        items.iter().map(one).collect()
    }

    /// A value that was given, where the parameter takes it; otherwise it is any that is allowed. It is not shown: it may be a
    /// secret.
    fn allowed(&mut self, name: &str, parameter: &Node, given: Val) -> Val {
        let Some(why) = self.refusal(name, parameter, &given) else {
            return given;
        };
        let why = format!("the value that is given for parameter `{name}` {why}");
        self.fault(given.at.clone(), why);
        let is_list = matches!(given.data, ValueData::List(_));
        self.any_allowed(parameter, format!("parameter `{name}`"), given.at, is_list)
    }

    /// Why a parameter does not take a value, in words after its name. A list is refused for any of its values.
    fn refusal(&mut self, name: &str, parameter: &Node, given: &Val) -> Option<String> {
        let key = (self.stack, name.to_owned());
        if self.allowed.contains(&key) {
            return None;
        }
        let one = std::slice::from_ref(given);
        let values = match &given.data {
            ValueData::List(items) => items.as_slice(),
            _ => one,
        };
        let texts: Vec<String> = values.iter().filter_map(compared).collect();
        let why = texts.iter().find_map(|text| self.refusal_of(parameter, text));
        if why.is_none() {
            self.allowed.insert(key);
        }
        why
    }

    fn refusal_of(&mut self, parameter: &Node, given: &str) -> Option<String> {
        if let Some(Value::Sequence(allowed)) = parameter.get("AllowedValues").map(|node| &node.value) {
            let known = self.texts(allowed);
            if known.is_some_and(|all| all.iter().all(|value| value != given)) {
                let is_written = |item: &&Node| is_loose(item) && text(item) == Some(given);
                let word = allowed.iter().find(is_written).map(|_| {
                    format!(": `{given}` without quotes is a boolean there, as CloudFormation reads YAML 1.1")
                });
                return Some("is not one of its AllowedValues".to_owned() + &word.unwrap_or_default());
            }
        }
        let kind = parameter.get("Type").and_then(text).unwrap_or("String");
        let mut limit = |key: &str| self.value(parameter.get(key)?).known()?.parse::<f64>().ok();
        let [least, most, shortest, longest] =
            ["MinValue", "MaxValue", "MinLength", "MaxLength"].map(&mut limit);
        if kind == "Number" || kind == "List<Number>" {
            return match given.trim().parse::<f64>() {
                Ok(number) if least.is_some_and(|least| number < least) => {
                    Some("is below its MinValue".to_owned())
                }
                Ok(number) if most.is_some_and(|most| number > most) => {
                    Some("is above its MaxValue".to_owned())
                }
                Ok(number) if number.is_finite() => None,
                _ => Some("is not a number, as its Type requires".to_owned()),
            };
        }
        // Lengths and numbers of letters are small: nothing is lost.
        #[expect(clippy::cast_precision_loss, reason = "a text has no 2^52 letters")]
        let length = given.chars().count() as f64;
        if kind == "String" && shortest.is_some_and(|least| length < least) {
            return Some("is shorter than its MinLength".to_owned());
        }
        if kind == "String" && longest.is_some_and(|most| length > most) {
            return Some("is longer than its MaxLength".to_owned());
        }
        let pattern = self.value(parameter.get("AllowedPattern")?).known()?;
        // AWS takes expressions of Java: one that is not understood here refuses nothing.
        let pattern = RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(PATTERN_BYTES)
            .build()
            .ok()?;
        (!pattern.is_match(given)).then(|| "does not match its AllowedPattern".to_owned())
    }

    /// Whether a name that a parameter has in it is misspelt, as a fault: then its value is not known.
    fn is_misspelt(&mut self, parameter: &Node) -> bool {
        let file = self.own().file;
        let Value::Mapping(entries) = &parameter.value else {
            return false;
        };
        if entries.iter().any(|entry| adds(&entry.key)) || !self.own().macros().is_empty() {
            return false;
        }
        let is_odd = |entry: &&NodeEntry| !OF_PARAMETER.contains(&entry.key.as_str());
        let mut is_any = false;
        for NodeEntry { key, key_span, .. } in entries.iter().filter(is_odd) {
            let span = *key_span;
            let at = At::Text { file, span };
            let meant = naming::meant(key, OF_PARAMETER.into_iter());
            let meant = meant.filter(|meant| parameter.get(meant).is_none());
            let unknown = format!("property `{key}` of a parameter");
            is_any |= self
                .wrong
                .odd(at, ("property of parameters", key), meant, unknown);
        }
        is_any
    }
}

/// The value of a parameter, which may be a list.
fn listed(at: At, text: &str, is_list: bool, loose: bool) -> Val {
    if is_list {
        let parts = text.split(',').map(|part| Val::text(at.clone(), part.trim()));
        return Val::new(at.clone(), ValueData::List(parts.collect()));
    }
    let mut value = Val::text(at, text);
    value.loose = loose;
    value
}
