//! Lint: policies and a catalogue to findings; severities, waivers, ignores and baseline applied in one
//! place, after the rules.

pub mod baseline;
mod case;
mod judge;
mod mask;
mod observe;
mod overlap;
mod quoted;
mod resolve;
pub mod settings;
mod settle;
mod stray;
mod suppress;

pub use case::{Bench, Case};
pub use judge::{judge, unknown_ignores, unknown_waivers};
pub use mask::Mask;
pub use observe::{Judged, judge_observed};
pub use overlap::overlaps;
pub use settings::Settings;
pub use settle::{Known, Outcome, apply_baseline, settle, sort};
pub use stray::stray;
