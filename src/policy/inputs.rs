//! What every policy of a run is assembled with.

use std::collections::BTreeMap;

use crate::policy::layers::Layers;
use crate::policy::variable::Variables;
use crate::schema::Validator;
use crate::source::SourceId;

/// What every policy of a run is assembled with.
pub struct PolicyInputs<'a> {
    /// The policy schema.
    pub validator: &'a Validator,
    /// Layers that `extends` may name.
    pub layers: &'a Layers,
    /// Names of the shipped layers.
    pub builtin: &'a [&'a str],
    /// Files that templates name, by path from the top of the tree; an error is why it cannot be used.
    pub texts: &'a BTreeMap<String, Result<String, String>>,
    /// Variables of the environment.
    pub variables: &'a Variables<'a>,
    /// The name of a text.
    pub name_of: &'a (dyn Fn(SourceId) -> String + Sync),
}

impl std::fmt::Debug for PolicyInputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyInputs")
            .field("builtin", &self.builtin)
            .finish_non_exhaustive()
    }
}
