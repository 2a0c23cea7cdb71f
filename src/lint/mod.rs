//! Lint: policies and a catalogue to findings; severities, waivers, ignores and baseline applied in one
//! place, after the rules.

pub mod baseline;
mod evaluate;
mod finalize;
mod input;
mod mask;
mod observe;
mod overlap;
mod quoted;
mod referenced_files;
mod resolve;
pub mod settings;
mod suppress;

pub use evaluate::{evaluate, unknown_ignores, unknown_rule, unknown_waivers};
pub use finalize::{BaselineFile, LintResult, apply_baseline, finalize, sort};
pub use input::{LintContext, LintInput};
pub use mask::Mask;
pub use observe::{Evaluated, evaluate_observed};
pub use overlap::overlaps;
pub use referenced_files::referenced_files;
pub use resolve::used_up;
pub use settings::Settings;
pub use suppress::waive;
