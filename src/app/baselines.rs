//! What is shipped: the layers that `extends` names without a path, and whole policies to begin with.

use include_dir::{Dir, include_dir};

/// Where editors find the schemas.
pub const SCHEMAS: &str = "https://raw.githubusercontent.com/cogward/cogward/main/schemas/";

static BASELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies/baselines");

static EXAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies/examples");

/// Names and texts of the layers, ordered by name.
pub fn all() -> Vec<(&'static str, &'static str)> {
    texts(&BASELINES)
}

/// Names and texts of whole policies, ordered by name.
pub fn examples() -> Vec<(&'static str, &'static str)> {
    texts(&EXAMPLES)
}

/// A whole policy as a file of somebody else's: the schema of editors has its public address.
pub fn example(name: &str) -> Option<String> {
    let (_, text) = examples().into_iter().find(|(known, _)| *known == name)?;
    Some(text.replacen("$schema=../../schemas/", &format!("$schema={SCHEMAS}"), 1))
}

/// What an example is for: its first description.
pub fn description(text: &str) -> &str {
    let first = text.lines().find_map(|line| line.strip_prefix("description: "));
    first.unwrap_or_default()
}

fn texts(folder: &Dir<'static>) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<_> = folder
        .files()
        .filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
        .collect();
    found.sort_unstable();
    found
}

/// What a layer is called where it is a location: no user has its file.
pub fn title(name: &str) -> String {
    format!("shipped layer {name}")
}

/// Names of the layers, ordered.
pub fn names() -> Vec<&'static str> {
    all().into_iter().map(|(name, _)| name).collect()
}
