//! The functions of `CloudFormation`, over values that are known in part. docs/templates.md lists what becomes of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::observe::template::cases::Choices;
use crate::observe::template::form::{LOOP, expression, takes, variable};
use crate::observe::template::naming::FileNotes;
use crate::observe::template::read::FileFault;
use crate::observe::template::stack::{Stack, text};
use crate::observe::template::value::{At, Open, Symbol, TextPiece, Val, ValueData, is_boolean_of_1_1};
use crate::yaml::{Node, NodeEntry, Style, Value};

/// Values inside each other that are followed, functions and references included.
const DEEPEST: usize = 100;

/// Values that one run evaluates: 10,000 resources take a tenth of it.
const MOST_STEPS: usize = 4_000_000;

/// The name of a stack as a parameter.
pub const STACK_NAME: &str = "AWS::StackName";

/// An output that other stacks can import.
#[derive(Clone, Debug)]
pub(super) struct Export {
    pub(super) stack: usize,
    pub(super) output: String,
    pub(super) at: At,
}

/// What all stacks export.
#[derive(Clone, Debug, Default)]
pub(super) struct Exports {
    pub(super) found: BTreeMap<String, Vec<Export>>,
    /// Whether there are no others.
    pub(super) is_whole: bool,
}

/// One evaluation of all stacks under given choices.
pub struct Evaluator<'w, 'c> {
    /// The stacks.
    pub stacks: &'w [Stack],
    /// What was chosen for open values.
    pub choices: &'c mut Choices,
    /// The stack that is evaluated.
    pub stack: usize,
    /// Variables of the loops around; `None` where the list is not known.
    pub variables: Vec<(String, Option<String>)>,
    /// References that led nowhere, and names in parameters that are wrong or not known.
    pub wrong: FileNotes,
    /// Whether a value of another stack was asked for.
    pub asks: bool,
    pub(super) active: Vec<(usize, String)>,
    /// What is known of conditions already; `None` for invalid ones.
    pub(super) conditions: BTreeMap<(usize, String), Option<bool>>,
    pub(super) exports: Option<Exports>,
    pub(super) depth: usize,
    /// Parameters whose values were asked for, by their stacks.
    pub used: BTreeSet<(usize, String)>,
    /// Whether only the form of conditions is checked.
    pub(super) is_form: bool,
    /// Parameters whose value is allowed.
    pub(super) allowed: BTreeSet<(usize, String)>,
    steps: usize,
}

impl<'w, 'c> Evaluator<'w, 'c> {
    /// An evaluation.
    pub fn new(stacks: &'w [Stack], choices: &'c mut Choices) -> Self {
        Self {
            stacks,
            choices,
            stack: 0,
            variables: Vec::new(),
            wrong: FileNotes::default(),
            asks: false,
            active: Vec::new(),
            conditions: BTreeMap::new(),
            exports: None,
            depth: 0,
            used: BTreeSet::new(),
            is_form: false,
            allowed: BTreeSet::new(),
            steps: 0,
        }
    }

    pub(super) fn own(&self) -> &'w Stack {
        &self.stacks[self.stack]
    }

    /// Where a node stands.
    pub fn at(&self, node: &Node) -> At {
        At::Text {
            file: self.own().file,
            span: node.span,
        }
    }

    pub(super) fn open(&self, at: At, why: impl Into<String>) -> Val {
        let open = Open::new(why.into(), self.stack);
        Val::new(at, ValueData::Open(open))
    }

    /// What has no value, which is a fault of the file.
    pub(super) fn fault(&mut self, at: At, why: String) -> Val {
        self.wrong.faults.insert(FileFault {
            at: at.clone(),
            check: InputError::ValueInvalid,
            message: why.clone(),
            help: "correct it: the deployment would fail".to_owned(),
        });
        Val::new(at, ValueData::Open(Open::invalid(why)))
    }

    /// What a function gives that gets something which it does not take: nothing, and the deployment fails.
    pub(super) fn malformed(&mut self, function: &str, at: At) -> Val {
        self.fault(at, format!("`{function}` takes {}", takes(function)))
    }

    /// Counts a step; `false` where there are too many, or too many inside each other.
    pub(super) fn may_go_on(&mut self) -> bool {
        self.steps += 1;
        self.depth < DEEPEST && self.steps <= MOST_STEPS
    }

    /// The value of a node.
    pub fn value(&mut self, node: &Node) -> Val {
        if !self.may_go_on() {
            let why = "too many values inside each other";
            return self.fault(self.at(node), why.to_owned());
        }
        self.depth += 1;
        let value = self.any(node);
        self.depth -= 1;
        value
    }

    fn any(&mut self, node: &Node) -> Val {
        let at = self.at(node);
        match &node.value {
            Value::Null => self.fault(
                at,
                "there is no value here, and CloudFormation takes no null".to_owned(),
            ),
            Value::Bool(flag) => Val::text(at, flag.to_string()),
            Value::Number(number) => Val::text(at, number.to_string()),
            Value::String(text) => {
                let loose = is_loose(node);
                let mut value = Val::new(at, ValueData::Text(self.plain(text)));
                value.loose = loose;
                value
            }
            Value::Sequence(items) => {
                let values = items.iter().map(|item| self.value(item));
                let values = values.filter(|value| !value.is_absent()).collect();
                Val::new(at, ValueData::List(values))
            }
            Value::Mapping(entries) => {
                if let (1, Some(entry)) = (entries.len(), entries.iter().next())
                    && is_function(&entry.key)
                {
                    return self.call(&entry.key, &entry.value, at);
                }
                let mut open = None;
                let mut found = Vec::new();
                for entry in entries {
                    if entry.key.starts_with(LOOP)
                        && let Some(added) = self.looped(&entry.value)
                    {
                        found.extend(added);
                        continue;
                    }
                    if adds(&entry.key) {
                        open = Some(Open::new(expression(&entry.key, &entry.value), self.stack));
                        continue;
                    }
                    let mut value = self.value(&entry.value);
                    value.name = Some(entry.key_span);
                    if !value.is_absent() {
                        found.push((self.substitute(&entry.key), value));
                    }
                }
                Val::new(at, ValueData::Map(found, open))
            }
        }
    }

    /// A value as it is written: nothing is evaluated, so that no case is opened.
    pub fn written(&self, node: &Node) -> Val {
        let at = self.at(node);
        match &node.value {
            Value::Sequence(items) => Val::new(
                at,
                ValueData::List(items.iter().map(|item| self.written(item)).collect()),
            ),
            Value::Mapping(entries) if entries.iter().all(|entry| !adds(&entry.key)) => {
                let one = |entry: &NodeEntry| {
                    let mut value = self.written(&entry.value);
                    value.name = Some(entry.key_span);
                    (entry.key.clone(), value)
                };
                Val::new(at, ValueData::Map(entries.iter().map(one).collect(), None))
            }
            Value::Mapping(_) | Value::Null => self.open(at, "a function"),
            Value::Bool(flag) => Val::text(at, flag.to_string()),
            Value::Number(number) => Val::text(at, number.to_string()),
            Value::String(text) => Val::new(at, ValueData::Text(self.plain(text))),
        }
    }

    /// A text with the variables of the loops around it filled in.
    pub fn substitute(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.variables {
            let Some(value) = value else { continue };
            let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            text = text.replace(&format!("${{{name}}}"), value);
            text = text.replace(&format!("&{{{name}}}"), &letters);
        }
        text
    }

    fn call(&mut self, function: &str, argument: &Node, at: At) -> Val {
        self.extends(function, &at);
        match function {
            "Ref" => self.referred(argument, at),
            "Fn::GetAtt" => self.attribute(argument, at),
            "Fn::Sub" => self.sub(argument, at),
            "Fn::Join" => self.join(argument, at),
            "Fn::Split" => self.split(argument, at),
            "Fn::Select" => self.select(argument, at),
            "Fn::FindInMap" => self.find_in_map(argument, at),
            "Fn::If" => self.conditional(argument, at),
            "Fn::ImportValue" => self.import(argument, at),
            "Fn::GetStackOutput" => self.stack_output(argument, at),
            "Fn::Length" => self.length(argument, at),
            _ => self
                .no_function(function, &at)
                .unwrap_or_else(|| self.open(at, expression(function, argument))),
        }
    }

    /// `Ref`. A function may give the name, where the template's transform allows that.
    fn referred(&mut self, argument: &Node, at: At) -> Val {
        let name = match &argument.value {
            Value::String(name) => Some(self.substitute(name)),
            Value::Mapping(_) => {
                let name = self.value(argument);
                if name.is_no_text() {
                    return self.malformed("Ref", at);
                }
                name.known()
            }
            _ => return self.malformed("Ref", at),
        };
        match name {
            Some(name) => self.reference(&name, at),
            None => self.open(at, expression("Ref", argument)),
        }
    }

    /// A parameter, a pseudo parameter, a variable of a loop or a resource.
    pub fn reference(&mut self, name: &str, at: At) -> Val {
        if let Some((_, value)) = self.variables.iter().rev().find(|(own, _)| own == name) {
            return match value {
                Some(value) => Val::text(at, value.clone()),
                None => self.open(at, variable(name)),
            };
        }
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return self.pseudo(pseudo, at);
        }
        let stack = self.own();
        if let Some(parameter) = stack.entry("Parameters", name) {
            return self.parameter(name, parameter, at);
        }
        if stack.entry("Resources", name).is_some() || self.may_have_more("Resources") {
            return self.symbol(name, "", at);
        }
        if self.may_have_more("Parameters") {
            return self.open(at, format!("`{name}`"));
        }
        self.fault(at, format!("there is no parameter and no resource `{name}`"))
    }

    /// Whether a section may have more than is written: a loop or a macro may add to it.
    pub(super) fn may_have_more(&self, section: &str) -> bool {
        let stack = self.own();
        let section = stack.root.get(section).map(|node| &node.value);
        let is_added = |entry: &NodeEntry| entry.key.starts_with("Fn::");
        let is_open = matches!(section, Some(Value::Mapping(entries)) if entries.iter().any(is_added));
        is_open || stack.is_added_to()
    }

    pub(super) fn symbol(&self, id: &str, attribute: &str, at: At) -> Val {
        let symbol = Symbol {
            scope: self.stack,
            id: id.to_owned(),
            attribute: attribute.to_owned(),
        };
        Val::new(at, ValueData::Text(vec![TextPiece::Symbol(symbol)]))
    }

    fn pseudo(&mut self, name: &str, at: At) -> Val {
        let stack = self.own();
        let region = stack.region.as_deref();
        let text = match name {
            "NoValue" => return Val::new(at, ValueData::Absent),
            "Region" => region.map(ToOwned::to_owned),
            "AccountId" => stack.account.clone(),
            "Partition" => Some(partition(region.unwrap_or_default()).to_owned()),
            "URLSuffix" => region.map(|region| match partition(region) {
                "aws-cn" => "amazonaws.com.cn".to_owned(),
                _ => "amazonaws.com".to_owned(),
            }),
            "StackName" => stack.name.clone().or_else(|| self.given_name()),
            _ => None,
        };
        match text {
            Some(text) => Val::text(at, text),
            None => self.open(at, format!("AWS::{name}")),
        }
    }

    /// The name that is given for the outermost stack around.
    fn given_name(&self) -> Option<String> {
        let stack = self.own();
        stack
            .parameters
            .get(STACK_NAME)
            .cloned()
            .flatten()
            .filter(|_| stack.parent.is_none())
    }

    /// Evaluates in another stack, once: a circle is a fault.
    pub(super) fn within(
        &mut self,
        stack: usize,
        what: (usize, String),
        at: &At,
        run: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        if self.active.contains(&what) {
            return self.fault(at.clone(), format!("{} refers to itself", what.1));
        }
        self.active.push(what);
        let before = std::mem::replace(&mut self.stack, stack);
        let variables = std::mem::take(&mut self.variables);
        let mut found = run(self);
        self.stack = before;
        self.variables = variables;
        self.active.pop();
        // What comes from elsewhere is shown where it is used.
        found.at = at.clone();
        found
    }
}

/// Whether an entry of a mapping that has others may add to it, or replace it.
pub(super) fn adds(key: &str) -> bool {
    is_function(key) || key == "Fn::Transform" || key.starts_with("Fn::ForEach::")
}

/// Whether an entry of a mapping is a function.
pub(super) fn is_function(key: &str) -> bool {
    let more = key != "Fn::Transform" && !key.starts_with("Fn::ForEach::");
    key == "Ref" || (key.starts_with("Fn::") && more)
}

pub(super) fn is_loose(node: &Node) -> bool {
    node.style == Style::Plain && text(node).is_some_and(is_boolean_of_1_1)
}

/// The partition of a region.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}
