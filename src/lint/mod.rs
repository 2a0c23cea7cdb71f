//! Lint: policies and a catalogue to findings; severities, waivers, ignores and baseline applied in one
//! place, after the rules.

pub mod baseline;
mod judge;
mod mask;
mod overlap;
mod resolve;
pub mod settings;
mod settle;
mod suppress;

pub use judge::{Case, Judged, judge, unknown_ignores, unknown_waivers};
pub use mask::Mask;
pub use settings::Settings;
pub use settle::{Entry, Known, Outcome, apply_baseline, run_stage, settle};
pub use suppress::Used;
