//! `${VAR}` and `${VAR:-default}` in values.

use crate::fault::Check;
use crate::pointer::Pointer;
use crate::span::Span;
use crate::yaml::{Node, Style, Value, resolve_plain};

/// Words that a variable's name may not contain: what it holds may be a credential, and values of a
/// policy are shown in reports.
const CREDENTIAL_WORDS: &[&str] = &[
    "SECRET",
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "PRIVATE",
    "ACCESS_KEY",
    "API_KEY",
    "APIKEY",
    "SESSION",
];

/// One fault of a value: where, what, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct VariableFault {
    /// Which check.
    pub check: Check,
    /// The value.
    pub pointer: Pointer,
    /// Its bytes.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Replaces the variables in every value of a tree. `lookup` gives a variable's value; a plain scalar
/// is read again as YAML afterwards, so that `${DAYS:-14}` can be a number. `$${` stands for `${`.
pub fn substitute(
    node: &mut Node,
    lookup: &dyn Fn(&str) -> Option<String>,
    at: &Pointer,
    faults: &mut Vec<VariableFault>,
) {
    // Most policies have none, and need no pointers.
    if mentions(node) {
        replace(node, lookup, at, faults);
    }
}

/// Whether some value has a variable in it, or something like one.
fn mentions(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries.iter().any(|entry| mentions(&entry.value)),
        Value::Sequence(items) => items.iter().any(mentions),
        Value::String(text) => text.contains("${"),
        _ => false,
    }
}

fn replace(
    node: &mut Node,
    lookup: &dyn Fn(&str) -> Option<String>,
    at: &Pointer,
    faults: &mut Vec<VariableFault>,
) {
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                replace(&mut entry.value, lookup, &at.child(&entry.key), faults);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                replace(item, lookup, &at.child(index), faults);
            }
        }
        Value::String(text) if text.contains("${") => match expand(text, lookup) {
            Ok(expanded) if node.style == Style::Plain => node.value = resolve_plain(&expanded),
            Ok(expanded) => *text = expanded,
            Err((check, message, help)) => {
                faults.push(VariableFault {
                    check,
                    pointer: at.clone(),
                    span: node.span,
                    message,
                    help,
                });
            }
        },
        _ => {}
    }
}

type Fault = (Check, String, String);

fn expand(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, Fault> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("${") {
        if let Some(before) = rest[..open].strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = &rest[open + 2..];
            continue;
        }
        out.push_str(&rest[..open]);
        let inner = &rest[open + 2..];
        let close = inner.find('}').ok_or_else(|| {
            malformed(
                "`${` without `}`",
                "write `${NAME}` or `${NAME:-default}`; `$${` stands for a plain `${`",
            )
        })?;
        out.push_str(&value(&inner[..close], lookup)?);
        rest = &inner[close + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn value(reference: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, Fault> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let message = format!("`{name}` is no variable name");
        return Err(malformed(
            &message,
            "names have letters, digits and `_`, and do not start with a digit",
        ));
    }
    if default.is_some_and(|default| default.contains("${")) {
        let message = format!("the default of `{name}` holds another variable");
        return Err(malformed(
            &message,
            "a default is plain text, up to the first `}`",
        ));
    }
    let upper = name.to_ascii_uppercase();
    if let Some(word) = CREDENTIAL_WORDS.iter().find(|word| upper.contains(**word)) {
        let message = format!("variable `{name}` may hold a credential (`{word}`) and is not read");
        return Err(malformed(
            &message,
            "a policy needs no credentials; give the variable another name",
        ));
    }
    lookup(name)
        .or_else(|| default.map(str::to_owned))
        .ok_or_else(|| {
            let help = format!("set {name} in the environment, or give a default: `${{{name}:-value}}`");
            (
                Check::VariableUnset,
                format!("variable `{name}` is not set and has no default"),
                help,
            )
        })
}

fn malformed(message: &str, help: &str) -> Fault {
    (Check::VariableMalformed, message.to_owned(), help.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, parse};

    fn run(text: &str) -> (serde_json::Value, Vec<String>) {
        let mut node = parse(SourceId(0), text, &Budget::default())
            .documents
            .remove(0)
            .root;
        let mut faults = Vec::new();
        let lookup = |name: &str| (name == "STAGE").then(|| "prod".to_owned());
        substitute(&mut node, &lookup, &Pointer::root(), &mut faults);
        (
            node.to_json(),
            faults
                .iter()
                .map(|f| format!("{} {}", f.pointer, f.message))
                .collect(),
        )
    }

    #[test]
    fn values_are_replaced_and_plain_ones_read_again() {
        let (json, faults) =
            run("a: x-${STAGE}-y\nb: ${DAYS:-14}\nc: \"${DAYS:-14}\"\nd: ['$${STAGE}', '${E:-}']");
        assert_eq!(
            json,
            serde_json::json!({"a": "x-prod-y", "b": 14, "c": "14", "d": ["${STAGE}", ""]})
        );
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn unset_malformed_and_credential_variables_are_faults() {
        let (_, faults) = run(
            "a: ${NOPE}\nb: ${1X}\nc: \"${STAGE\"\nd: [\"${AWS_SECRET_ACCESS_KEY:-x}\", \"${A:-${STAGE}}\"]",
        );
        assert_eq!(
            faults,
            [
                "/a variable `NOPE` is not set and has no default",
                "/b `1X` is no variable name",
                "/c `${` without `}`",
                "/d/0 variable `AWS_SECRET_ACCESS_KEY` may hold a credential (`SECRET`) and is not read",
                "/d/1 the default of `A` holds another variable",
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        /// Any text is expanded or refused, and what is expanded holds no reference that could be
        /// expanded again by mistake: a variable's own text is taken as it is.
        #[test]
        fn any_text_is_expanded_once_or_refused(text in "[a${}:\\-A-C]{0,24}", value in "[a${}]{0,6}") {
            let lookup = |name: &str| (name == "A").then(|| value.clone());
            if let Ok(expanded) = expand(&text, &lookup) {
                if !text.contains("${") {
                    prop_assert_eq!(&expanded, &text);
                }
                if !text.ends_with('$') {
                    prop_assert_eq!(expand(&format!("{text}${{A}}"), &lookup).ok(), Some(expanded + &value));
                }
            }
        }
    }
}
