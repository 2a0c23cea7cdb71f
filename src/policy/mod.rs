//! Policies: from YAML text to a desired posture, every fault collected.

pub mod file;
mod schema;

pub use schema::schema;
