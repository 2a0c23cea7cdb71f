//! Set-ups that are as they should be, or that only look wrong: what is said of them is true, and no more.

mod adopted;
mod clients;
mod composites;
mod context;
mod flows;
mod mfa;
mod support;
mod tense;
mod triggers;
mod undefined;
