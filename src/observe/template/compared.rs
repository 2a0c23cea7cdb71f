//! What conditions compare: how many values, and which texts.

use crate::observe::template::value::{Val, boolean_of_1_1};
use crate::yaml::{Node, Value};

/// How many comparisons a condition has at most of which the values are tried: one of all regions is tried as a whole.
pub(super) const MOST_COMPARED: usize = 8;

/// What is tried of a condition.
#[derive(Clone, Copy)]
pub(super) enum Asking {
    /// Not even what is known: only how it is written is checked.
    Form,
    Nothing,
    /// The values that are compared.
    Values,
}

/// How many comparisons a condition has, without those of the conditions that it names.
pub(super) fn comparisons(node: &Node) -> usize {
    match &node.value {
        Value::Mapping(entries) => {
            let own = entries.iter().filter(|entry| entry.key == "Fn::Equals").count();
            own + entries
                .iter()
                .map(|entry| comparisons(&entry.value))
                .sum::<usize>()
        }
        Value::Sequence(items) => items.iter().map(comparisons).sum(),
        _ => 0,
    }
}

/// What is compared of a known value: a boolean that is written as YAML 1.1 has it is `true` or `false` there.
pub(super) fn compared(value: &Val) -> Option<String> {
    let known = value.known()?;
    Some(match boolean_of_1_1(&known).filter(|_| value.loose) {
        Some(flag) => flag.to_string(),
        None => known,
    })
}
