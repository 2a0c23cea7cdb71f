//! All tests of the program's edges, as one test program: one build, one link. A folder is a subject; `support` is what
//! they share. `cargo test --test tests cli::live` runs those of one subject.

// Random responses, which tests of the library have as well: the file names the model as the library does.
#[path = "../src/model/arbitrary.rs"]
mod arbitrary;
use cogward::model;

mod action;
mod apply;
mod aws_guide;
mod book;
mod catalogue;
mod cli;
mod effective_oracle;
mod generated;
mod impact_oracle;
mod judging;
mod layering;
mod observe;
mod render;
mod simulator;
#[cfg(feature = "live")]
mod support;
mod third_party;
mod write;
mod written;
