//! The one YAML reader: text to a tree in which every key and value knows its bytes.
//!
//! ```text
//! text ──> granit-parser events ──> build (+ anchor, scalar) ──> Node ──> to_json, locate
//!                    └──> errors ──> syntax (plain words) ──> Issue
//! ```
//!
//! Values follow the YAML 1.2 core schema. Reading collects every fault and goes on, at the latest
//! at the next `---`; it never panics, and its work is bounded by a [`Budget`].

mod anchor;
mod budget;
mod build;
mod complaint;
mod frame;
mod issue;
mod node;
mod place;
mod reader;
mod scalar;
mod syntax;
mod tag;
mod write;

pub use budget::Budget;
pub use issue::Issue;
pub use node::{Entries, Located, Node, NodeEntry, Style, Value};
pub use reader::{Comment, Document, Parsed, parse, parse_as};
pub use scalar::resolve_plain;
pub use tag::Dialect;
pub use write::{to_flow, to_yaml};

#[cfg(test)]
mod tests;
