//! The actions that a policy in `docs/iam/` allows.

use std::path::Path;

use serde_json::Value;

/// All of them, ordered; `name` is that of the file, without `.json`.
pub fn allowed(name: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/iam").join(name);
    let text = std::fs::read_to_string(file.with_extension("json")).unwrap();
    let policy: Value = serde_json::from_str(&text).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    let mut actions: Vec<_> = actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    actions.sort_unstable();
    actions
}
