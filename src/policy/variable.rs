//! `${VAR}` and `${VAR:-default}` in values: which variables may be read, and which were.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::fault::InputError;
use crate::pointer::Pointer;
use crate::source::SourceId;
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

/// Words with which names may end that hold a credential, and may not: they are read only if the settings name them.
const DOUBTFUL_ENDS: &[&str] = &[
    "KEY", "PAT", "AUTH", "PWD", "PASS", "DSN", "CREDS", "COOKIE", "JWT", "URL", "WEBHOOK",
];

/// The environment as policies may read it. Whoever may change a policy may name any variable in it, so the settings say
/// which ones are read; without settings those for which the policy has a default. What was read is kept, so that no
/// report quotes it.
pub struct Variables<'a> {
    lookup: &'a (dyn Fn(&str) -> Option<String> + Sync),
    allowed: Option<&'a [String]>,
    used: Mutex<BTreeSet<UsedVariable>>,
}

/// What a text of a report may hold of the environment, and what stands for it: a variable's value, or a value of the
/// policy with that in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsedVariable {
    /// In which text.
    pub source: SourceId,
    /// The value that names the variable.
    pub span: Span,
    /// How it is shown: `${NAME}`, or `prefix-${NAME}`.
    pub shown: String,
    /// What it stands for.
    pub value: String,
}

impl<'a> Variables<'a> {
    /// Variables by a function that gives their values; `allowed` as the settings have it.
    pub fn new(lookup: &'a (dyn Fn(&str) -> Option<String> + Sync), allowed: Option<&'a [String]>) -> Self {
        Self {
            lookup,
            allowed,
            used: Mutex::default(),
        }
    }

    /// An environment without variables.
    pub fn none() -> Variables<'static> {
        Variables::new(&|_| None, None)
    }

    /// What was read so far.
    pub fn used(&self) -> BTreeSet<UsedVariable> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The value of a variable, or why it may not be read.
    fn read(&self, name: &str, default: Option<&str>, node: &Node) -> Result<Option<String>, Fault> {
        let may = |allowed: &[String]| allowed.iter().any(|allowed| allowed == name);
        let last = name.rsplit('_').next().unwrap_or_default().to_ascii_uppercase();
        let is_doubtful = DOUBTFUL_ENDS.contains(&last.as_str());
        if !self.allowed.map_or(default.is_some() && !is_doubtful, may) {
            return Err(self.not_allowed(name, default));
        }
        let value = (self.lookup)(name);
        if let Some(value) = &value {
            self.keep(format!("${{{name}}}"), value.clone(), node);
        }
        Ok(value)
    }

    fn keep(&self, shown: String, value: String, node: &Node) {
        let used = UsedVariable {
            source: node.source,
            span: node.span,
            shown,
            value,
        };
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(used);
    }

    fn not_allowed(&self, name: &str, default: Option<&str>) -> Fault {
        let names = self.allowed.into_iter().flatten().map(String::as_str);
        let names: Vec<_> = names.chain([name]).map(|name| format!("\"{name}\"")).collect();
        let line = format!("`variables = [{}]`", names.join(", "));
        let (message, help) = match self.allowed {
            Some(_) => (
                format!("variable `{name}` is not among the `variables` of cogward.toml, and is not read"),
                format!("if policies may read it, write in cogward.toml: {line}"),
            ),
            None if default.is_some() => (
                format!(
                    "variable `{name}` may hold a credential and is not named in cogward.toml, so it is not read"
                ),
                format!("if policies may read it, write at the beginning of cogward.toml: {line}"),
            ),
            None => (
                format!(
                    "variable `{name}` has no default and is not named in cogward.toml, so it is not read"
                ),
                format!(
                    "give it a default, `${{{name}:-value}}`, or write at the beginning of cogward.toml: {line}"
                ),
            ),
        };
        (InputError::VariableNotAllowed, message, help)
    }
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UsedVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsedVariable")
            .field("source", &self.source)
            .field("span", &self.span)
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

/// One fault of a value: where, what, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct VariableFault {
    /// Which check.
    pub check: InputError,
    /// The value.
    pub pointer: Pointer,
    /// Its bytes.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Replaces the variables in every value of a tree. A plain scalar
/// is read again as YAML afterwards, so that `${DAYS:-14}` can be a number. `$${` stands for `${`.
pub fn substitute(node: &mut Node, variables: &Variables<'_>, at: &Pointer, faults: &mut Vec<VariableFault>) {
    // Most policies have none, and need no pointers.
    if mentions(node) {
        replace(node, variables, at, faults);
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

fn replace(node: &mut Node, variables: &Variables<'_>, at: &Pointer, faults: &mut Vec<VariableFault>) {
    if let Value::String(text) = &node.value
        && text.contains("${")
    {
        let taken = Cell::new(false);
        let expanded = expand(text, &|name, default| {
            let value = variables.read(name, default, node)?;
            taken.set(taken.get() || value.is_some());
            Ok(value)
        });
        let shown = expand(text, &|name, _| Ok(Some(format!("${{{name}}}"))));
        if let (true, Ok(expanded), Ok(shown)) = (taken.get(), &expanded, shown) {
            variables.keep(shown, expanded.clone(), node);
        }
        match expanded {
            Ok(expanded) if node.style == Style::Plain => node.value = resolve_plain(&expanded),
            Ok(expanded) => node.value = Value::String(expanded),
            Err((check, message, help)) => faults.push(VariableFault {
                check,
                pointer: at.clone(),
                span: node.span,
                message,
                help,
            }),
        }
    }
    match &mut node.value {
        Value::Mapping(entries) if entries.iter().any(|entry| mentions(&entry.value)) => {
            for entry in entries {
                replace(&mut entry.value, variables, &at.child(&entry.key), faults);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                replace(item, variables, &at.child(index), faults);
            }
        }
        _ => {}
    }
}

type Fault = (InputError, String, String);

/// The value of a variable by its name and default, or why it may not be read.
type Read<'a> = dyn Fn(&str, Option<&str>) -> Result<Option<String>, Fault> + 'a;

fn expand(text: &str, read: &Read<'_>) -> Result<String, Fault> {
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
        out.push_str(&value(&inner[..close], read)?);
        rest = &inner[close + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn value(reference: &str, read: &Read<'_>) -> Result<String, Fault> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let message = format!("`{name}` is not a variable name");
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
    read(name, default)?
        .or_else(|| default.map(str::to_owned))
        .ok_or_else(|| {
            let help = format!("set {name} in the environment, or give a default: `${{{name}:-value}}`");
            (
                InputError::VariableUnset,
                format!("variable `{name}` is not set and has no default"),
                help,
            )
        })
}

fn malformed(message: &str, help: &str) -> Fault {
    (InputError::VariableMalformed, message.to_owned(), help.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, parse};

    const LISTED: Option<&[&str]> = Some(&["STAGE", "DAYS", "E", "NOPE", "A"]);

    fn run(text: &str, allowed: Option<&[&str]>) -> (serde_json::Value, Vec<String>) {
        let mut node = parse(SourceId(0), text, &Budget::default())
            .documents
            .remove(0)
            .root;
        let mut faults = Vec::new();
        let lookup = |name: &str| (name == "STAGE").then(|| "prod".to_owned());
        let allowed = allowed.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let variables = Variables::new(&lookup, allowed.as_deref());
        substitute(&mut node, &variables, &Pointer::root(), &mut faults);
        (
            node.to_json(),
            faults
                .iter()
                .map(|f| format!("{} {}", f.pointer, f.message))
                .collect(),
        )
    }

    /// Values are replaced and plain ones read again.
    #[test]
    fn substitution_rereads_plain_values() {
        let (json, faults) = run(
            "a: x-${STAGE}-y\nb: ${DAYS:-14}\nc: \"${DAYS:-14}\"\nd: ['$${STAGE}', '${E:-}']",
            LISTED,
        );
        assert_eq!(
            json,
            serde_json::json!({"a": "x-prod-y", "b": 14, "c": "14", "d": ["${STAGE}", ""]})
        );
        assert_eq!(faults, Vec::<String>::new());
    }

    /// Names that may be credentials are read only if they are named.
    #[test]
    fn credential_like_names_need_listing() {
        for name in ["GH_PAT", "DEPLOY_KEY", "npm_auth", "DATABASE_URL", "KEY"] {
            let text = format!("a: ${{{name}:-x}}");
            let (_, faults) = run(&text, None);
            assert_eq!(
                faults,
                [format!(
                    "/a variable `{name}` may hold a credential and is not named in cogward.toml, so it is not read"
                )]
            );
            assert_eq!(run(&text, Some(&[name])).1, Vec::<String>::new(), "{name}");
        }
        for name in ["STAGE", "KEYS", "MONKEY", "PATH_A"] {
            assert_eq!(
                run(&format!("a: ${{{name}:-x}}"), None).1,
                Vec::<String>::new(),
                "{name}"
            );
        }
    }

    /// Unset malformed and credential variables are faults.
    #[test]
    fn unset_malformed_and_secret_names() {
        let (_, faults) = run(
            "a: ${NOPE}\nb: ${1X}\nc: \"${STAGE\"\nd: [\"${AWS_SECRET_ACCESS_KEY:-x}\", \"${A:-${STAGE}}\"]",
            LISTED,
        );
        assert_eq!(
            faults,
            [
                "/a variable `NOPE` is not set and has no default",
                "/b `1X` is not a variable name",
                "/c `${` without `}`",
                "/d/0 variable `AWS_SECRET_ACCESS_KEY` may hold a credential (`SECRET`) and is not read",
                "/d/1 the default of `A` holds another variable",
            ]
        );
    }

    /// Only what the settings name is read or without settings what has a default.
    #[test]
    fn only_listed_or_defaulted_names_read() {
        let text = "a: ${STAGE}\nb: ${STAGE:-dev}\nc: ${HOME:-x}\n";
        let (json, faults) = run(text, None);
        assert_eq!(json, serde_json::json!({"a": "${STAGE}", "b": "prod", "c": "x"}));
        let message =
            "/a variable `STAGE` has no default and is not named in cogward.toml, so it is not read";
        assert_eq!(faults, [message]);
        let (json, faults) = run(text, Some(&["STAGE"]));
        assert_eq!(
            json,
            serde_json::json!({"a": "prod", "b": "prod", "c": "${HOME:-x}"})
        );
        let message = "/c variable `HOME` is not among the `variables` of cogward.toml, and is not read";
        assert_eq!(faults, [message]);
        assert_eq!(
            run("a: ${STAGE:-dev}", Some(&[])).1.len(),
            1,
            "an empty list allows none"
        );
    }

    /// What was read is kept with its place and printed nowhere.
    #[test]
    fn used_value_kept_with_its_span() {
        let text = "a: 1\nb: \"\\x24{STAGE:-dev}!\"\nc: ${NOPE:-x}\n";
        let mut node = parse(SourceId(3), text, &Budget::default())
            .documents
            .remove(0)
            .root;
        let lookup = |name: &str| (name == "STAGE").then(|| "prod".to_owned());
        let variables = Variables::new(&lookup, None);
        substitute(&mut node, &variables, &Pointer::root(), &mut Vec::new());
        let used = Vec::from_iter(variables.used());
        let span = used[0].span;
        assert_eq!(
            (used[0].source, &text[span.start..span.end]),
            (SourceId(3), "\"\\x24{STAGE:-dev}!\"")
        );
        let shown: Vec<_> = used
            .iter()
            .map(|used| (used.shown.as_str(), used.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [("${STAGE}", "prod"), ("${STAGE}!", "prod!")],
            "a default is in the policy"
        );
        assert!(!format!("{used:?} {variables:?}").contains("prod"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        /// Any text is expanded or refused, and what is expanded holds no reference that could be
        /// expanded again by mistake: a variable's own text is taken as it is.
        #[test]
        fn any_text_is_expanded_once_or_refused(text in "[a${}:\\-A-C]{0,24}", value in "[a${}]{0,6}") {
            let lookup = |name: &str, _: Option<&str>| Ok((name == "A").then(|| value.clone()));
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
