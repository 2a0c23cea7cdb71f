//! Fixes: edits of a policy's text that keep comments and layout, and are checked before they count.

mod anchor;
mod edit;
mod rewrite;
mod rounds;

pub use anchor::{entry, waivers_stay};
pub use rewrite::rewrite;
pub use rounds::{Fixed, fix_all};
