//! JSON Schemas: made from types, and used to find every fault of a document at once.

mod advice;
mod generate;
mod part;
mod validate;

pub use generate::of;
pub use validate::{SchemaFault, SchemaFaults, Validator};
