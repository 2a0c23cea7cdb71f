//! The JSON Schema of rule files.

use serde_json::Value;

use crate::rule::file::RuleFile;
use crate::schema;

/// The schema of a rule file, made from [`RuleFile`] (`schemas/rule.json`).
#[must_use]
pub fn schema() -> Value {
    schema::of::<RuleFile>("rule")
}
