//! What the targets share: a run of the offline pipeline, what every report must hold, and a mutator
//! that knows the language.

pub mod check;
pub mod mutate;
pub mod offline;
