//! Values of other stacks: exports, outputs, and what CDK hands from region to region.

use std::collections::BTreeMap;

use crate::observe::template::evaluate::{Evaluator, Export, Exports};
use crate::observe::template::form::expression;
use crate::observe::template::kind::NESTED;
use crate::observe::template::loops::SectionEntry;
use crate::observe::template::stack::{Stack, text};
use crate::observe::template::value::{At, Open, Val, ValueData};
use crate::yaml::{Node, Value};

/// Whether two names of exports may be one: a part that is not known may be anything.
fn may_be_one(one: &str, other: &str) -> bool {
    one == other || one.contains("${") || other.contains("${")
}

/// Whether something in a stack may export values that its files do not show: a nested template that is not given, a module.
fn nests_unread(stack: &Stack) -> bool {
    let Some(Value::Mapping(resources)) = stack.root.get("Resources").map(|node| &node.value) else {
        return true;
    };
    resources.iter().any(|entry| {
        let kind = entry.value.get("Type").and_then(text).unwrap_or_default();
        kind.ends_with("::MODULE") || (NESTED.contains(&kind) && !stack.nested.contains_key(&entry.key))
    })
}

/// CDK's resources that write values of a stack into parameters of another region, and that read them there.
pub(super) const WRITER: &str = "Custom::CrossRegionExportWriter";
pub(super) const READER: &str = "Custom::CrossRegionExportReader";

/// What is the same for all stacks of one account and region, within which an export is imported.
const OF_ITS_PLACE: [&str; 4] = [
    "${AWS::Region}",
    "${AWS::AccountId}",
    "${AWS::Partition}",
    "${AWS::URLSuffix}",
];

/// The name of an export, which may depend on account and region; these need not be known.
fn export_name(name: &Val) -> Option<String> {
    name.known().or_else(|| {
        let shown = name.shown();
        let strip = |rest: String, part: &&str| rest.replace(*part, "");
        let rest = OF_ITS_PLACE.iter().fold(shown.clone(), strip);
        (!shown.is_empty() && !rest.contains("${")).then_some(shown)
    })
}

/// Whether two accounts or regions can be the same.
fn may_be(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Evaluator<'_, '_> {
    /// `Fn::ImportValue`.
    pub(super) fn import(&mut self, argument: &Node, at: At) -> Val {
        self.asks = true;
        let name = self.value(argument);
        if name.is_no_text() {
            return self.malformed("Fn::ImportValue", at);
        }
        let why = format!("import `{}`", name.shown());
        let Some(name) = export_name(&name) else {
            return self.open(at, why);
        };
        if self.exports.is_none() {
            // The name of an export may import another one.
            self.exports = Some(Exports::default());
            let exports = self.all_exports();
            self.exports = Some(exports);
        }
        let exports = self.exports.as_ref();
        // What none of the files exports is nothing in them.
        let is_elsewhere = exports.is_some_and(|exports| {
            exports.is_whole && exports.found.keys().all(|other| !may_be_one(other, &name))
        });
        let mut here: Vec<_> = exports
            .and_then(|exports| exports.found.get(&name))
            .into_iter()
            .flatten()
            .filter(|export| self.is_beside(export.stack))
            .cloned()
            .collect();
        here.retain(|export| self.is_exported(export));
        self.keep_own_stage(&mut here, |export| export.stack);
        if here.len() < 2 {
            if let Some(export) = here.pop() {
                return self.output(export.stack, &export.output, at, why);
            }
            let open = Open {
                is_elsewhere,
                ..Open::new(why, self.stack)
            };
            return Val::new(at, ValueData::Open(open));
        }
        for other in here.into_iter().skip(1) {
            let why =
                format!("another template exports `{name}` as well, and an account has it once in a region");
            self.fault(other.at, why);
        }
        self.open(at, why)
    }

    /// Keeps what is of the own stage of an assembly, if anything is: stages have stacks of the same names, and each refers to its
    /// own.
    fn keep_own_stage<T>(&self, found: &mut Vec<T>, stack: impl Fn(&T) -> usize) {
        let own = &self.own().stage;
        let is_own = |one: &T| own.is_some() && self.stacks[stack(one)].stage == *own;
        if found.iter().any(is_own) {
            found.retain(is_own);
        }
    }

    /// Whether an output is there: its condition holds.
    fn is_exported(&mut self, export: &Export) -> bool {
        let before = std::mem::replace(&mut self.stack, export.stack);
        let output = self.named("Outputs", &export.output);
        let is_there = output.is_none_or(|output| {
            let around = std::mem::replace(&mut self.variables, output.variables);
            let is_there = self.is_there(output.node).unwrap_or(true);
            self.variables = around;
            is_there
        });
        self.stack = before;
        is_there
    }

    /// Whether another stack may be in the same account and region.
    fn is_beside(&self, stack: usize) -> bool {
        let (own, other) = (self.own(), &self.stacks[stack]);
        may_be(own.region.as_deref(), other.region.as_deref())
            && may_be(own.account.as_deref(), other.account.as_deref())
    }

    /// All exports by their names, and whether there are no others.
    fn all_exports(&mut self) -> Exports {
        let (mut found, mut is_whole) = (BTreeMap::<String, Vec<Export>>::new(), true);
        let before = self.stack;
        for index in 0..self.stacks.len() {
            self.stack = index;
            let (outputs, is_all) = self.section("Outputs");
            is_whole &=
                is_all && self.stacks[index].macros().is_empty() && !nests_unread(&self.stacks[index]);
            for SectionEntry {
                name: output,
                node,
                variables,
            } in outputs
            {
                let Some(name) = node.get("Export").and_then(|export| export.get("Name")) else {
                    is_whole &= node.get("Export").is_none();
                    continue;
                };
                let around = std::mem::replace(&mut self.variables, variables);
                let known = export_name(&self.value(name));
                self.variables = around;
                is_whole &= known.is_some();
                if let Some(known) = known {
                    found.entry(known).or_default().push(Export {
                        stack: index,
                        output,
                        at: self.at(name),
                    });
                }
            }
        }
        self.stack = before;
        Exports { found, is_whole }
    }

    /// `Fn::GetStackOutput`.
    pub(super) fn stack_output(&mut self, argument: &Node, at: At) -> Val {
        self.asks = true;
        let mut part = |key: &str| argument.get(key).map(|node| self.value(node));
        let (Some(stack), Some(output)) = (part("StackName"), part("OutputName")) else {
            return self.malformed("Fn::GetStackOutput", at);
        };
        let region = part("Region").and_then(|region| region.known());
        if stack.is_no_text() || output.is_no_text() {
            return self.malformed("Fn::GetStackOutput", at);
        }
        let (Some(stack), Some(output)) = (stack.known(), output.known()) else {
            return self.open(at, expression("Fn::GetStackOutput", argument));
        };
        let why = format!("output `{output}` of stack `{stack}`");
        let own = self.own();
        // Without a region it is the stack's own.
        let region = region.or_else(|| own.region.clone());
        let fits = |index: &usize| {
            let other = &self.stacks[*index];
            let is_named = other.name.as_deref() == Some(stack.as_str());
            is_named
                && may_be(other.region.as_deref(), region.as_deref())
                && may_be(other.account.as_deref(), own.account.as_deref())
        };
        let mut found: Vec<usize> = (0..self.stacks.len()).filter(fits).collect();
        self.keep_own_stage(&mut found, |index| *index);
        match found.as_slice() {
            [index] => self.output(*index, &output, at, why),
            _ => self.open(at, why),
        }
    }

    /// What a stack reads that CDK wrote in a stack of another region; `None` where the resource reads nothing.
    pub(super) fn read_across(&mut self, resource: &str, name: &str, at: &At) -> Option<Val> {
        let kind = self.own().entry("Resources", resource)?.get("Type");
        if kind.and_then(text) != Some(READER) {
            return None;
        }
        self.asks = true;
        let stacks = self.stacks.iter().enumerate();
        let mut found: Vec<_> = stacks
            .filter_map(|(index, stack)| Some((index, written(&stack.root, name)?)))
            .collect();
        self.keep_own_stage(&mut found, |(index, _)| *index);
        Some(match found.as_slice() {
            [(index, value)] => self.within(*index, (*index, format!("export {name}")), at, |own| {
                own.value(value)
            }),
            _ => self.open(at.clone(), format!("export `{name}` of another region")),
        })
    }

    /// An output of a stack.
    pub(super) fn output(&mut self, stack: usize, name: &str, at: At, why: String) -> Val {
        let before = std::mem::replace(&mut self.stack, stack);
        let found = self.named("Outputs", name);
        self.stack = before;
        let found = found.and_then(|output| Some((output.node.get("Value")?, output.variables)));
        match found {
            Some((value, variables)) => self.within(stack, (stack, format!("output {name}")), &at, |own| {
                own.variables = variables;
                own.value(value)
            }),
            None if self.has_all_outputs(stack) => self.fault(at, format!("there is no {why}")),
            None => self.open(at, why),
        }
    }
}

/// The value that a template writes under a name for another region.
fn written<'n>(root: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Mapping(resources) = &root.get("Resources")?.value else {
        return None;
    };
    let of = |resource: &'n Node| {
        resource
            .get("Properties")?
            .get("WriterProps")?
            .get("exports")?
            .get(name)
    };
    let mut writers = resources
        .iter()
        .filter(|entry| entry.value.get("Type").and_then(text) == Some(WRITER));
    writers.find_map(|entry| of(&entry.value))
}
