//! Formats for people at a terminal, and what they are drawn with.

mod by_rule;
pub(in crate::render) mod closing;
pub(in crate::render) mod concise;
pub(in crate::render) mod draw;
pub(in crate::render) mod human;
pub(in crate::render) mod overview;
pub(in crate::render) mod protection;
pub(in crate::render) mod snippet;
pub(in crate::render) mod table;
