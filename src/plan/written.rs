//! What a policy writes, as far as a posture cannot say it.

use crate::plan::setting::Setting;

/// How a policy writes its leaves: what a posture cannot say.
pub trait WrittenKeys {
    /// Whether the policy writes this leaf. Asked of lists of IP exceptions only.
    fn writes(&self, leaf: &Setting) -> bool;

    /// Whether the policy writes this member of its alarm of this index. Asked of members without a default only, and of
    /// those for which policies have no words.
    fn writes_alarm(&self, index: usize, member: &str) -> bool;

    /// Whether a leaf that the policy manages is left out this time: it is then as if the policy did not name it.
    fn excludes(&self, _leaf: &Setting) -> bool {
        false
    }
}
