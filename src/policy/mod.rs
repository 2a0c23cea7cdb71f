//! Policies: from YAML text to a desired posture, every fault collected.

mod alarms;
pub mod assemble;
mod builder;
pub mod file;
pub mod inputs;
pub mod layers;
mod logs;
pub mod merge;
pub mod parse;
pub mod place;
pub mod resolve;
mod responses;
mod schema;
pub mod secret;
pub mod variable;
pub mod weight;
pub mod withheld;
pub mod write;

pub use schema::{published, schema, validator, words};
