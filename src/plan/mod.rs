//! Plans: what a policy asks of AWS, as data.

mod body;

pub use body::{Scope, set_risk_configuration};
