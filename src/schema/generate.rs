//! Schemas from types.

use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;

/// The schema of a type as a document of its own; `name` is the file under `schemas/`, without `.json`.
pub fn of<T: JsonSchema>(name: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(without_null))
        .with_transform(RecursiveTransform(bounded));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("{ADDRESS}{name}.json").into());
    schema.to_value()
}

/// Where published schemas are found.
const ADDRESS: &str = "https://raw.githubusercontent.com/cogward/cogward/main/schemas/";

/// A number that does not fit its type is wrong at its place, not when the whole document is decoded.
fn bounded(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str) == Some("uint32") {
        schema
            .ensure_object()
            .entry("maximum")
            .or_insert_with(|| u32::MAX.into());
    }
}

/// `Option<T>` means "may be absent", not "may be null": drops the null alternative, without which
/// every error inside it would collapse into "matches none of several" (crates.md, section 3).
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    let Some(Value::Array(branches)) = schema.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch.get("type") != Some(&Value::from("null")));
    if let [Value::Object(only)] = branches.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            schema.ensure_object().entry(key).or_insert(value);
        }
    }
}
