//! Pools as they are now, read over AWS.
//!
//! ```text
//!  places ──> look (merged, side by side) ──> region (which pools) ──> pool ──> clients
//!                                                └──> surroundings (alarms, metrics, topics; once)
//! ```

mod answers;
mod clients;
mod fetch;
mod history;
mod incident;
mod place;
mod pool;
mod progress;
mod raw;
mod region;
mod run;
mod stop;
mod surroundings;

pub use answers::{Answers, Keep, KeptPage};
pub use fetch::{Fetched, observe};
pub use history::{Inquiry, histories};
pub use incident::{IncidentReader, Listing};
pub use place::Place;
pub use progress::{Progress, Silent};
pub use raw::{RawPool, RawPools};
pub use stop::Stop;
