//! How functions are written: what each takes, and how one that is not known is shown.

use serde_json::Value as Json;

use crate::observe::template::value::{Val, ValueData};
use crate::yaml::Node;

/// What the key of a loop begins with.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// Letters of a function that are shown from its start, and from its end where it is longer.
const SHOWN: [usize; 2] = [60, 20];

/// What a function takes, in words.
pub fn takes(function: &str) -> &'static str {
    match function {
        "Ref" => "the name of a parameter or a resource",
        "Condition" => "the name of a condition",
        "Fn::And" | "Fn::Or" => "a list of two to ten conditions",
        "Fn::Equals" => "a list of two values",
        "Fn::FindInMap" => {
            "a list of a mapping's name and two keys, and a mapping with `DefaultValue` after them"
        }
        "Fn::ForEach" => "a list of a variable, a list and a mapping",
        "Fn::GetAtt" => "a resource and one of its attributes",
        "Fn::GetStackOutput" => "a mapping with `StackName` and `OutputName`",
        "Fn::If" => "a list of a condition's name and two values",
        "Fn::ImportValue" => "the name of an export",
        "Fn::Join" => "a list of a delimiter and a list of texts",
        "Fn::Length" => "a list",
        "Fn::Not" => "a list of one condition",
        "Fn::Select" => "a list of an index and a list",
        "Fn::Split" => "a list of a delimiter and a text",
        "Fn::Sub" => "a text, or a list of a text and a mapping of texts",
        _ => "something else",
    }
}

/// A function in words, as templates have it in short: `` `!Select [0, !Ref Zones]` ``. They are the same for the same arguments
/// and for no others, because a question is known by its words.
pub fn expression(function: &str, argument: &Node) -> String {
    let written = call(function, &argument.to_json()).replace('`', "'");
    let letters: Vec<char> = written.chars().collect();
    let [start, end] = SHOWN;
    if letters.len() <= start + end {
        return format!("`{written}`");
    }
    let part = |part: &[char]| part.iter().collect::<String>();
    let (head, tail) = (part(&letters[..start]), part(&letters[letters.len() - end..]));
    format!("`{head}…{tail}`")
}

fn call(function: &str, argument: &Json) -> String {
    let name = function.strip_prefix("Fn::").unwrap_or(function);
    format!("!{name} {}", flow(argument))
}

fn flow(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => match entries.iter().next() {
            Some((key, argument)) if entries.len() == 1 && (key == "Ref" || key.starts_with("Fn::")) => {
                call(key, argument)
            }
            _ => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", flow(value)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        },
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The variable of a loop whose list is not known, in words.
pub fn variable(name: &str) -> String {
    format!("variable `{name}` of a loop")
}

impl Val {
    /// Whether it is certain that it is no text.
    pub fn is_no_text(&self) -> bool {
        matches!(self.data, ValueData::List(_) | ValueData::Map(_, None))
    }

    /// Whether it is certain that it is no list: what stands for a resource's attribute may be one.
    pub fn is_no_list(&self) -> bool {
        matches!(self.data, ValueData::Map(_, None)) || self.known().is_some()
    }
}
