//! Which settings a policy's text has.

use crate::plan::{Setting, WrittenKeys};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;

/// How a policy's tree writes its leaves.
pub(in crate::app) struct KeysOf<'a>(pub(in crate::app) &'a Policy);

impl WrittenKeys for KeysOf<'_> {
    fn writes(&self, leaf: &Setting) -> bool {
        self.0.places.tree.locate(&leaf.pointer()).is_some()
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        let at = Pointer::root().child("alarms").child(index).child(member);
        self.0.places.tree.locate(&at).is_some()
    }
}
