//! Collects the faults of one policy while its posture is made.

use crate::fault::InputError;
use crate::finding::Finding;
use crate::pointer::Pointer;
use crate::policy::inputs::PolicyInputs;
use crate::policy::place::Places;

/// Collects faults while a posture is made.
pub(in crate::policy) struct Builder<'a> {
    pub(in crate::policy) places: &'a Places,
    pub(in crate::policy) inputs: &'a PolicyInputs<'a>,
    /// A layer may leave out what a whole policy must have.
    pub(in crate::policy) is_layer: bool,
    pub(in crate::policy) findings: Vec<Finding>,
}

impl Builder<'_> {
    pub(in crate::policy) fn fault(
        &mut self,
        check: InputError,
        at: &Pointer,
        message: impl Into<String>,
        help: &str,
    ) {
        self.findings
            .push(check.finding(self.places.anywhere(at), message).help(help));
    }

    /// A key that a whole policy must have.
    pub(in crate::policy) fn missing(&mut self, at: &Pointer, key: &str, why: &str) {
        if !self.is_layer {
            let help = format!("add `{key}:`");
            self.fault(
                InputError::KeyMissing,
                at,
                format!("the key `{key}` is missing: {why}"),
                &help,
            );
        }
    }
}
