//! What names in a template lead to: resources of the type that is asked for, their attributes, and functions. What is not there
//! fails the deployment.

use std::collections::BTreeSet;

use crate::observe::template::condition::InvalidCondition;
use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::naming;
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::stack::{arguments, text};
use crate::observe::template::value::{At, Open, Symbol, Val, ValueData};
use crate::yaml::{Node, NodeEntry, Value};

/// The transform that some functions need.
const EXTENSIONS: &str = "AWS::LanguageExtensions";

/// Functions that exist only with it.
const OF_EXTENSIONS: [&str; 3] = ["Fn::ForEach", "Fn::Length", "Fn::ToJsonString"];

/// Functions that give a value, those that the program does not carry out included. As of November 2026.
const FUNCTIONS: [&str; 16] = [
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::FindInMap",
    "Fn::ForEach",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
];

/// Functions that give a truth value: what a condition is made of.
pub(super) const OF_CONDITIONS: [&str; 5] = ["Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];

/// What a resource's deletion or replacement does to it.
const DELETION: [&str; 4] = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"];

/// The attributes that a resource has; of other kinds nothing is known.
fn attributes(kind: ResourceKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        ResourceKind::Pool => &["Arn", "ProviderName", "ProviderURL", "UserPoolId"],
        ResourceKind::Client => &["ClientId", "ClientSecret", "Name"],
        _ => return None,
    })
}

/// The type of the resources that a property names.
fn wanted(property: &str) -> Option<(ResourceKind, &'static str)> {
    Some(match property {
        "UserPoolId" => (ResourceKind::Pool, "AWS::Cognito::UserPool"),
        "ClientId" => (ResourceKind::Client, "AWS::Cognito::UserPoolClient"),
        _ => return None,
    })
}

impl<'w> Evaluator<'w, '_> {
    /// The type of a resource, where it is written and is not made by a program or a macro.
    fn type_of(&self, symbol: &Symbol) -> Option<&'w str> {
        let stack = self.stacks.get(symbol.scope)?;
        let kind = text(stack.entry("Resources", &symbol.id)?.get("Type")?)?;
        let is_known = kind.starts_with("AWS::") && kind != "AWS::CloudFormation::CustomResource";
        (is_known && stack.macros().is_empty()).then_some(kind)
    }

    /// Whether a text is the name of a resource of a kind in the stack that is evaluated.
    fn is_here(&self, id: &str, kind: ResourceKind) -> bool {
        let symbol = Symbol::of(self.stack, id.to_owned());
        self.type_of(&symbol).and_then(ResourceKind::of) == Some(kind)
    }

    /// Takes values out of a resource that name a resource of another type than their property is about, or an attribute that is
    /// not its id. Attributes of other types can be anything, also the id of a pool.
    pub(super) fn led(&mut self, resource: &mut TemplateResource) {
        for (name, value) in &mut resource.properties {
            let Some((kind, wanted)) = wanted(name) else {
                continue;
            };
            if let Some(id) = value.known().filter(|id| self.is_here(id, kind)) {
                let why = format!(
                    "`{name}` of `{}` is the text `{id}`, which is no id: write `!Ref {id}`",
                    resource.symbol.id
                );
                value.data = self.fault(value.at.clone(), why).data;
            }
            let Some(symbol) = value.symbol() else {
                continue;
            };
            let Some(found) = self.type_of(symbol) else {
                continue;
            };
            let is_wanted = ResourceKind::of(found) == Some(kind);
            let what = match symbol.attribute.as_str() {
                "" if is_wanted => continue,
                "" => format!("`{}`, which is `{found}` and not `{wanted}`", symbol.id),
                _ if !is_wanted => continue,
                attribute => format!("`{}.{attribute}`, which is not its id", symbol.id),
            };
            let why = format!("`{name}` of `{}` names {what}", resource.symbol.id);
            value.data = self.fault(value.at.clone(), why).data;
        }
    }

    /// Takes references out of resources to what no loop makes: only when all are carried out is that known.
    pub(super) fn unmade(&mut self, absent: &BTreeSet<Symbol>, resources: &mut [TemplateResource]) {
        let made: BTreeSet<Symbol> = resources.iter().map(|resource| resource.symbol.clone()).collect();
        for resource in resources {
            for (name, value) in &mut resource.properties {
                let Some(symbol) = value
                    .symbol()
                    .filter(|symbol| wanted(name).is_some() && symbol.attribute.is_empty())
                else {
                    continue;
                };
                let stack = &self.stacks[symbol.scope];
                let is_there = made.contains(symbol) || absent.contains(symbol);
                let is_written = stack.entry("Resources", &symbol.id).is_some() || stack.is_added_to();
                if is_there || is_written {
                    continue;
                }
                let why = format!("there is no resource `{}`", symbol.id);
                value.data = self.fault(value.at.clone(), why).data;
            }
        }
    }

    /// Checks an attribute of a resource: `None` where it has a value.
    pub(super) fn no_attribute(&mut self, resource: &str, attribute: &str, at: &At) -> Option<Val> {
        let symbol = Symbol::of(self.stack, resource.to_owned());
        let kind = ResourceKind::of(self.type_of(&symbol)?)?;
        let known = attributes(kind)?;
        if known.contains(&attribute) {
            return None;
        }
        self.unknown_name("attribute", attribute, known, at)
    }

    /// Checks a function that is not carried out: `None` where it has a value. A macro may make anything of it.
    pub(super) fn no_function(&mut self, function: &str, at: &At) -> Option<Val> {
        let is_known = FUNCTIONS.contains(&function) || OF_CONDITIONS.contains(&function);
        if is_known || !self.own().macros().is_empty() {
            return None;
        }
        self.unknown_name("function", function, &FUNCTIONS, at)
    }

    /// What a misspelt name gives; one that nothing is near is noted, because AWS may have it by now.
    fn unknown_name(
        &mut self,
        what: &str,
        name: &str,
        known: &'static [&'static str],
        at: &At,
    ) -> Option<Val> {
        let meant = naming::meant(name, known.iter().copied());
        let is_slip = self
            .wrong
            .odd(at.clone(), (what, name), meant, format!("{what} `{name}`"));
        let why = format!("there is no {what} `{name}`");
        is_slip.then(|| Val::new(at.clone(), ValueData::Open(Open::invalid(why))))
    }

    /// Reports a function that its template does not have without a transform.
    pub(super) fn extends(&mut self, function: &str, at: &At) {
        if OF_EXTENSIONS.contains(&function) {
            self.needs_extensions(&format!("`{function}`"), at);
        }
    }

    /// The same for a way to write one.
    pub(super) fn needs_extensions(&mut self, what: &str, at: &At) {
        let stack = self.own();
        if stack.macros().is_empty() && !stack.transforms_by(EXTENSIONS) {
            let why = format!("{what} needs `Transform: {EXTENSIONS}`, which this template does not have");
            self.fault(at.clone(), why);
        }
    }

    /// A condition that is made of another function: of a macro it may be anything.
    pub(super) fn no_condition(&mut self, function: &str, at: At) -> Result<Option<bool>, InvalidCondition> {
        if function == "Fn::Transform" || !self.own().macros().is_empty() {
            return Ok(None);
        }
        let known = OF_CONDITIONS.join(", ");
        self.fault(
            at,
            format!("`{function}` is no condition: one is made of {known}"),
        );
        Err(InvalidCondition)
    }

    /// Whether a stack has no outputs but those that are written.
    pub(super) fn has_all_outputs(&self, stack: usize) -> bool {
        let stack = &self.stacks[stack];
        let outputs = stack.root.get("Outputs").map(|node| &node.value);
        let is_added = |entry: &NodeEntry| entry.key.starts_with("Fn::");
        let is_closed = match outputs {
            None => true,
            Some(Value::Mapping(entries)) => !entries.iter().any(is_added),
            Some(_) => false,
        };
        is_closed && stack.macros().is_empty()
    }

    /// Reports resources in `DependsOn` that are not there, and what is no policy of deletion.
    pub(super) fn depends(&mut self, resource: &Node) {
        let depends = resource
            .get("DependsOn")
            .filter(|_| !self.may_have_more("Resources"));
        let names = depends.into_iter().flat_map(|depends| match &depends.value {
            Value::Sequence(_) => arguments(depends),
            _ => std::slice::from_ref(depends),
        });
        for name in names {
            if let Some(id) = text(name).filter(|id| self.own().entry("Resources", id).is_none()) {
                let why = format!("`DependsOn` names `{id}`, and there is no such resource");
                self.fault(self.at(name), why);
            }
        }
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            let Some(written) = resource.get(policy) else {
                continue;
            };
            let word = text(written).filter(|word| !DELETION.contains(word));
            let meant = word.and_then(|word| naming::meant(word, DELETION.into_iter()));
            if let (Some(word), Some(meant)) = (word, meant) {
                let fault = naming::slip(self.at(written), policy, word, meant);
                self.wrong.faults.insert(fault);
            }
        }
    }
}
