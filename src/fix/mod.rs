//! Fixes: edits of a policy's text that keep comments and layout, and are checked before they count.

mod edit;
mod settle;

pub use settle::{Settled, settle};
