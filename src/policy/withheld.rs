//! What rules of a user's own see of a policy that took values from the environment: `${NAME}` in their place.
//!
//! Whoever may propose a policy may propose a rule and `cogward.toml` with it, and an expression can turn a value into one
//! that no mask knows: in capitals, backwards, cut into letters, or told by which of many conditions hold. So the value is
//! not there at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::finding::Finding;
use crate::pointer::Pointer;
use crate::policy::assemble::{Policy, policy_of};
use crate::policy::inputs::PolicyInputs;
use crate::policy::place::Places;
use crate::policy::variable::UsedVariable;
use crate::source::SourceId;
use crate::span::Span;
use crate::text;
use crate::yaml::{Node, Value, resolve_plain};

/// What a value of so few bytes could tell is not worth hiding: days, small numbers. The mask of reports leaves it, too.
const TELLING: usize = 4;

/// How a policy looks without what it took from the environment.
#[derive(Clone, Debug, Default)]
pub enum Withheld {
    /// It took nothing.
    #[default]
    Nothing,
    /// The same policy with `${NAME}` where values of variables are.
    Values(Box<Policy>),
    /// There is no such policy: rules of a user's own cannot judge this one.
    Everything,
}

impl Withheld {
    /// The policy as these rules may see it.
    pub fn shown<'a>(&'a self, policy: &'a Policy) -> &'a Policy {
        match self {
            Self::Values(shown) => shown,
            Self::Nothing | Self::Everything => policy,
        }
    }
}

/// Values from the environment by the place of the value that names them.
type Taken<'a> = BTreeMap<(SourceId, Span), Vec<&'a UsedVariable>>;

/// What is withheld of many policies; the values are those of a whole run.
#[derive(Debug)]
pub struct Withholding<'a> {
    taken: Taken<'a>,
    inputs: &'a PolicyInputs<'a>,
}

impl<'a> Withholding<'a> {
    /// Of a run's policies.
    pub fn new(used: &'a BTreeSet<UsedVariable>, inputs: &'a PolicyInputs<'a>) -> Self {
        let mut taken = Taken::new();
        for one in used {
            taken.entry((one.source, one.span)).or_default().push(one);
        }
        Self { taken, inputs }
    }

    /// A policy without what it took. The finding says why there is none.
    pub fn of(&self, policy: &Policy) -> (Withheld, Option<Finding>) {
        let mut tree = policy.places.tree.clone();
        let mut numbers = Vec::new();
        if self.taken.is_empty() || !self.replace(&mut tree, &Pointer::root(), &mut numbers) {
            return (Withheld::Nothing, None);
        }
        let places = Places {
            tree,
            ..policy.places.clone()
        };
        if let Ok((shown, _)) = policy_of(places, policy.name.clone(), self.inputs) {
            let shown = Policy {
                lines: policy.lines,
                ..shown
            };
            return (Withheld::Values(Box::new(shown)), None);
        }
        let at = numbers.into_iter().next().unwrap_or_default();
        let finding = InputError::RuleFailed.finding(
            policy.places.anywhere(&at),
            "rules of your own do not see values of the environment, and cannot check this policy without this one",
        );
        let help = "write the value itself into the policy";
        (Withheld::Everything, Some(finding.help(help)))
    }

    /// Puts what is shown for them in the place of values; says whether there was one. `numbers` gets where one was a number.
    fn replace(&self, node: &mut Node, at: &Pointer, numbers: &mut Vec<Pointer>) -> bool {
        let mut any = false;
        match &mut node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    any |= self.replace(&mut entry.value, &at.child(&entry.key), numbers);
                }
            }
            Value::Sequence(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    any |= self.replace(item, &at.child(index), numbers);
                }
            }
            Value::Null | Value::Bool(_) => {}
            Value::String(_) | Value::Number(_) => {
                if let Some(shown) = self.shown(node) {
                    if matches!(node.value, Value::Number(_)) {
                        numbers.push(at.clone());
                    }
                    node.value = Value::String(shown);
                    any = true;
                }
            }
        }
        any
    }

    /// What is shown for a value, if it is to be hidden.
    fn shown(&self, node: &Node) -> Option<String> {
        let here = self.taken.get(&(node.source, node.span))?;
        let is_it = |one: &&&UsedVariable| {
            node.value == Value::String(one.value.clone()) || node.value == resolve_plain(&one.value)
        };
        let one = here.iter().filter(is_it).max_by_key(|one| one.shown.len())?;
        let tells = one.value.len() >= TELLING
            && !super::words().contains(&one.value)
            && text::date(&one.value).is_none();
        tells.then(|| one.shown.clone())
    }
}
