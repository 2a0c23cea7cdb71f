//! What the targets share: a run of the offline pipeline, what every report must hold, and texts: made
//! from the grammar of the language, and mutators that know it.

pub mod check;
pub mod dice;
pub mod grammar;
pub mod mutate;
pub mod node;
pub mod offline;
pub mod rules;
