//! Tags: the core ones decide a value, all others are refused.

use granit_parser::Tag;
use serde_json::Number;

use super::node::Value;
use super::scalar::resolve_plain;

/// What tags mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Tags other than the core ones are faults.
    #[default]
    Policy,
    /// `CloudFormation`'s short forms are functions: `!Ref X` is read as `{"Ref": "X"}`.
    Template,
}

/// The value of a scalar's text under a tag; `None` when the tag is not a core one or does not fit.
pub(super) fn tagged_scalar(tag: &Tag, text: &str) -> Option<Value> {
    if is_non_specific(tag) {
        return Some(Value::String(text.to_owned()));
    }
    let plain = resolve_plain(text);
    match (tag.core_suffix()?, plain) {
        ("str", _) => Some(Value::String(text.to_owned())),
        ("float", Value::Number(number)) => Some(Value::Number(Number::from_f64(number.as_f64()?)?)),
        ("int", Value::Number(number)) if !number.is_f64() => Some(Value::Number(number)),
        ("bool", value @ Value::Bool(_)) | ("null", value @ Value::Null) => Some(value),
        _ => None,
    }
}

/// Whether a tag fits a collection: its own core tag, or `!`, which says nothing.
pub(super) fn fits_collection(tag: &Tag, core: &str) -> bool {
    is_non_specific(tag) || tag.core_suffix() == Some(core)
}

/// The tag `!`: "not by the look of the text".
fn is_non_specific(tag: &Tag) -> bool {
    tag.parts() == ("", "!")
}

/// What a short form of CloudFormation stands for: the key of its long form. `None` for a tag that is none.
pub(super) fn long_form(written: &str) -> Option<String> {
    const FUNCTIONS: [&str; 21] = [
        "And",
        "Base64",
        "Cidr",
        "Contains",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "GetStackOutput",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "ValueOf",
    ];
    let name = written.strip_prefix('!')?;
    match name {
        "Ref" | "Condition" => Some(name.to_owned()),
        _ => FUNCTIONS.contains(&name).then(|| format!("Fn::{name}")),
    }
}
