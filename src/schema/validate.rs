//! Validation: a schema's errors as faults that name a place and a next step.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::fault::{FIX_FIRST, InputError, MAX_FAULTS, more_faults};
use crate::json::plain;
use crate::pointer::Pointer;
use crate::schema::advice::{self, Expected};
use crate::schema::part::{self, Part};
use crate::text;

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Which check.
    pub check: InputError,
    /// The place; for an unknown key, that key.
    pub pointer: Pointer,
    /// Whether the key rather than the value is to be marked.
    pub at_key: bool,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

/// The faults of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaFaults {
    /// At most one per place, in the order of their pointers, and at most [`MAX_FAULTS`].
    pub listed: Vec<SchemaFault>,
    /// How many more places are at fault.
    pub beyond: usize,
}

/// A compiled schema.
pub struct Validator {
    schema: Value,
    compiled: jsonschema::Validator,
    /// Keys that the schema names.
    keys: BTreeSet<String>,
}

/// Values of a document that are checked at once: their faults take some 30 MB if every one of them has one.
const PART: usize = 10_000;

impl Validator {
    /// Compiles a schema. `None` if it is not a schema: the caller's schemas are made from types and
    /// tested, so this does not happen at run time.
    pub fn new(schema: Value) -> Option<Self> {
        // Patterns are plain; the crate's default engine takes three times as long to compile them.
        let options = jsonschema::options().with_pattern_options(jsonschema::PatternOptions::regex());
        let compiled = options.build(&schema).ok()?;
        let mut keys = BTreeSet::new();
        collect_keys(&schema, &mut keys);
        Some(Self {
            schema,
            compiled,
            keys,
        })
    }

    /// The faults of a document, at most one per place, in the order of their pointers: [`MAX_FAULTS`] of them, then one that
    /// says how many more there are.
    pub fn faults(&self, document: &Value) -> Vec<SchemaFault> {
        let SchemaFaults { mut listed, beyond } = self.faults_besides(document, &BTreeSet::new());
        if let Some(last) = listed.last().filter(|_| beyond > 0) {
            listed.push(SchemaFault {
                check: InputError::TooLarge,
                pointer: last.pointer.clone(),
                at_key: last.at_key,
                message: more_faults(beyond),
                help: FIX_FIRST.to_owned(),
            });
        }
        listed
    }

    /// The faults of a document but for those at places that have another one.
    pub fn faults_besides(&self, document: &Value, known: &BTreeSet<Pointer>) -> SchemaFaults {
        self.faults_by_parts(document, known, PART)
    }

    pub(super) fn faults_by_parts(
        &self,
        document: &Value,
        known: &BTreeSet<Pointer>,
        most: usize,
    ) -> SchemaFaults {
        let mut found = Found {
            known,
            part: Part::default(),
            listed: BTreeMap::new(),
            beyond: BTreeSet::new(),
        };
        if !self.compiled.is_valid(document) {
            for part in part::parts(document, &self.keys, most) {
                found.part = part;
                let document = found.part.document.clone();
                for error in self.compiled.iter_errors(&document) {
                    self.collect(&error, &mut found);
                }
            }
        }
        SchemaFaults {
            listed: found.listed.into_values().collect(),
            beyond: found.beyond.len(),
        }
    }

    fn collect(&self, error: &ValidationError<'_>, found: &mut Found<'_>) {
        let at = pointer_of(error);
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                match best_branch(context, error.instance()) {
                    Some(branch) => branch.iter().for_each(|error| self.collect(error, found)),
                    None => found.add(&at, || alternatives(context, at.clone(), error.instance())),
                }
            }
            Kind::AdditionalProperties { unexpected } => {
                let known = self.known_keys(error);
                for key in unexpected {
                    let elsewhere = || advice::places_of(&self.schema, key);
                    found.add(&at.child(key), || unknown_key(&at, key, &known, &elsewhere()));
                }
            }
            Kind::Required { property } => {
                found.add(&at, || {
                    missing_key(at.clone(), property.as_str().unwrap_or_default())
                });
            }
            kind => found.add(&at, || {
                value_fault(kind, at.clone(), error.instance(), &self.known_keys(error))
            }),
        }
    }

    /// Keys that the object schema of an error allows.
    fn known_keys(&self, error: &ValidationError<'_>) -> Vec<String> {
        let path = error.evaluation_path().to_string();
        let tokens: Vec<_> = Pointer::parse(&path)
            .map(|p| p.tokens().collect())
            .unwrap_or_default();
        let mut node = &self.schema;
        for token in tokens.iter().take(tokens.len().saturating_sub(1)) {
            node = match step(&self.schema, node, token) {
                Some(next) => next,
                None => return Vec::new(),
            };
        }
        let keys = node.get("properties").and_then(Value::as_object);
        keys.map(|keys| keys.keys().cloned().collect())
            .unwrap_or_default()
    }
}

/// The keys that a schema names anywhere.
fn collect_keys(schema: &Value, keys: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            members.values().for_each(|inner| collect_keys(inner, keys));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect_keys(inner, keys)),
        _ => {}
    }
}

/// One token of an evaluation path; `$ref` leads to what it refers to.
fn step<'a>(root: &'a Value, node: &'a Value, token: &str) -> Option<&'a Value> {
    if token == "$ref" {
        let reference = node.get("$ref")?.as_str()?;
        return root.pointer(reference.strip_prefix('#')?);
    }
    match node {
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        other => other.get(token),
    }
}

fn pointer_of(error: &ValidationError<'_>) -> Pointer {
    Pointer::parse(&error.instance_path().to_string()).unwrap_or_default()
}

/// What was found of a document.
struct Found<'a> {
    /// Places that have another fault.
    known: &'a BTreeSet<Pointer>,
    /// What is checked.
    part: Part<'a>,
    listed: BTreeMap<Pointer, SchemaFault>,
    /// Places at fault beyond those that are listed.
    beyond: BTreeSet<Pointer>,
}

impl Found<'_> {
    /// Keeps one fault a place; lists of allowed values win over bare types. What is not listed is not put into words.
    fn add(&mut self, at: &Pointer, fault: impl FnOnce() -> SchemaFault) {
        let Some(at) = self.part.place(at).filter(|at| !self.known.contains(at)) else {
            return;
        };
        let fault = || SchemaFault {
            pointer: at.clone(),
            ..fault()
        };
        let is_full = self.listed.len() >= MAX_FAULTS;
        match self.listed.get_mut(&at) {
            Some(old) if old.check == InputError::WrongType => {
                let fault = fault();
                if fault.check == InputError::ValueNotAllowed {
                    *old = fault;
                }
            }
            Some(_) => {}
            None if is_full => drop(self.beyond.insert(at.clone())),
            None => drop(self.listed.insert(at.clone(), fault())),
        }
    }
}

/// The alternative whose type fits the value, so that its own errors can be shown instead of
/// "matches none of several".
fn best_branch<'a>(
    branches: &'a [Vec<ValidationError<'static>>],
    instance: &Value,
) -> Option<&'a Vec<ValidationError<'static>>> {
    let depth =
        |errors: &[ValidationError<'static>]| errors.iter().map(|e| pointer_of(e).tokens().count()).max();
    let shallowest = branches.iter().filter_map(|branch| depth(branch)).min()?;
    let fits = |errors: &&Vec<ValidationError<'static>>| {
        instance.is_object()
            && !errors.iter().any(|error| {
                matches!(error.kind(), Kind::Type { .. }) && pointer_of(error).tokens().count() <= shallowest
            })
    };
    let by_type = branches.iter().filter(fits).max_by_key(|branch| depth(branch));
    by_type.or_else(|| {
        branches
            .iter()
            .filter(|branch| depth(branch) > Some(shallowest))
            .max_by_key(|b| depth(b))
    })
}

fn unknown_key(at: &Pointer, key: &str, known: &[String], elsewhere: &[Pointer]) -> SchemaFault {
    let help = advice::of_key(at, key, known, elsewhere);
    SchemaFault {
        check: InputError::UnknownKey,
        pointer: at.child(key),
        at_key: true,
        message: format!("unknown key `{key}`"),
        help,
    }
}

fn missing_key(at: Pointer, key: &str) -> SchemaFault {
    SchemaFault {
        check: InputError::KeyMissing,
        message: format!("the key `{key}` is missing"),
        help: if key == "version" {
            "add `version: 1`".to_owned()
        } else {
            format!("add `{key}:`")
        },
        pointer: at,
        at_key: true,
    }
}

/// All alternatives are plain values: name them together. What is one of some texts is named by these, not as a text.
fn alternatives(context: &[Vec<ValidationError<'static>>], at: Pointer, instance: &Value) -> SchemaFault {
    let (mut values, mut types) = (Vec::new(), Vec::new());
    choices(context, &mut values, &mut types);
    values.dedup();
    types.dedup();
    types.retain(|kind| values.is_empty() || kind != "a text");
    if types.is_empty() && instance.is_string() {
        return not_allowed(at, &values, instance);
    }
    let quoted = values.iter().map(|value| format!("`{value}`"));
    let options: Vec<_> = quoted.chain(types).collect();
    // `OFF` and `NO_ACTION` are read as `false` by some.
    let off = values
        .iter()
        .find(|value| *instance == Value::Bool(false) && *value == "OFF");
    SchemaFault {
        check: InputError::WrongType,
        message: format!("expected {}, found {}", or(&options), describe(instance)),
        help: match (off, instance) {
            (Some(off), _) => format!("write `{off}`"),
            (None, Value::Null) => "give it a value, or remove the key".to_owned(),
            (None, _) => format!("write {}", or(&options)),
        },
        pointer: at,
        at_key: false,
    }
}

/// Values and types that alternatives name, those of alternatives within them included.
fn choices(context: &[Vec<ValidationError<'static>>], values: &mut Vec<String>, types: &mut Vec<String>) {
    for error in context.iter().flatten() {
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => choices(context, values, types),
            Kind::Enum { options } => values.extend(options.as_array().into_iter().flatten().map(plain)),
            Kind::Constant { expected_value } => values.push(plain(expected_value)),
            Kind::Type { kind } => types.push(type_words(kind)),
            _ => {}
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn or(list: &[String]) -> String {
    match list {
        [before @ .., end] if !before.is_empty() => format!("{} or {end}", before.join(", ")),
        list => list.concat(),
    }
}

fn not_allowed(pointer: Pointer, options: &[String], instance: &Value) -> SchemaFault {
    let found = plain(instance);
    let list = options
        .iter()
        .map(|option| format!("`{option}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let help = match text::nearest(&found, options.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`? Allowed: {list}"),
        None => format!("allowed: {list}"),
    };
    SchemaFault {
        check: InputError::ValueNotAllowed,
        message: format!("{} is not allowed here", describe(instance)),
        help,
        pointer,
        at_key: false,
    }
}

fn value_fault(kind: &Kind, pointer: Pointer, instance: &Value, keys: &[String]) -> SchemaFault {
    let fault = |check, message: String, help: String| SchemaFault {
        check,
        message,
        help,
        pointer: pointer.clone(),
        at_key: false,
    };
    let told = |message: String, help: String| fault(InputError::ValueInvalid, message, help);
    match kind {
        Kind::Enum { options } => {
            let options: Vec<_> = options.as_array().into_iter().flatten().map(plain).collect();
            not_allowed(pointer, &options, instance)
        }
        Kind::Constant { expected_value } if plain(expected_value) == plain(instance) => fault(
            InputError::WrongType,
            format!(
                "expected the number `{}`, found {}",
                plain(expected_value),
                describe(instance)
            ),
            format!("write it without quotes: `{}`", plain(expected_value)),
        ),
        Kind::Constant { expected_value } => not_allowed(pointer, &[plain(expected_value)], instance),
        Kind::Type { kind } => {
            let wanted = type_words(kind);
            let help = expected(kind).map(|expected| advice::of_type(expected, &pointer, instance, keys));
            let help = help.unwrap_or_default();
            fault(
                InputError::WrongType,
                format!("expected {wanted}, found {}", describe(instance)),
                help,
            )
        }
        Kind::Pattern { pattern } => fault(
            InputError::ValueInvalid,
            format!("{} does not have the required form", describe(instance)),
            form(&pointer, instance).unwrap_or_else(|| format!("required form: `{pattern}`")),
        ),
        Kind::MinLength { limit } => told(
            format!("the text must have at least {limit} characters"),
            too_short(&pointer).to_owned(),
        ),
        Kind::MaxLength { limit } => told(
            format!("the text may have at most {limit} characters"),
            form(&pointer, instance).unwrap_or_default(),
        ),
        Kind::MinItems { limit } => told(
            format!("the list must have at least {limit} entries"),
            "add entries, or remove the key".to_owned(),
        ),
        Kind::MaxItems { limit } => told(
            format!("the list may have at most {limit} entries"),
            "remove entries".to_owned(),
        ),
        Kind::Minimum { limit } => told(
            format!("{} is below {limit}", describe(instance)),
            format!("write {limit} or more"),
        ),
        Kind::Maximum { limit } => told(
            format!("{} is above {limit}", describe(instance)),
            format!("write {limit} or less"),
        ),
        other => told(
            format!("{} breaks the schema's `{}`", describe(instance), other.keyword()),
            String::new(),
        ),
    }
}

/// What to do about a text that is too short.
fn too_short(at: &Pointer) -> &'static str {
    if at.tokens().last().is_some_and(|key| key == "reason") {
        "say in a few words why, for whoever decides about it next"
    } else {
        "write more, or remove the key"
    }
}

fn form(at: &Pointer, instance: &Value) -> Option<String> {
    advice::of_form(at, instance.as_str()?)
}

/// The one type that is expected, beside nothing.
fn expected(kind: &TypeKind) -> Option<Expected> {
    let types: Vec<_> = match kind {
        TypeKind::Single(one) => vec![*one],
        TypeKind::Multiple(several) => several.iter().filter(|kind| *kind != JsonType::Null).collect(),
    };
    match types.as_slice() {
        [JsonType::Object] => Some(Expected::Mapping),
        [JsonType::Array] => Some(Expected::List),
        [JsonType::Boolean] => Some(Expected::Boolean),
        [JsonType::Integer | JsonType::Number] => Some(Expected::Number),
        [JsonType::String] => Some(Expected::Text),
        _ => None,
    }
}

fn type_words(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => type_word(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(type_word).collect::<Vec<_>>().join(" or "),
    }
}

fn type_word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "a truth value (`true` or `false`)",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a mapping",
        JsonType::String => "a text",
    }
}

/// A value as people name it; long texts are cut, so that a message stays one line.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
        Value::Bool(truth) => format!("the truth value `{truth}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.chars().count() > 60 => {
            format!("the text `{}…`", text.chars().take(60).collect::<String>())
        }
        Value::String(text) => format!("the text `{text}`"),
    }
}
