//! Fixes: edits of a policy's text that keep comments and layout, and are checked before they count.

mod edit;
mod rounds;

pub use rounds::{Fixed, fix_all};
