//! Pools as they are now, read over AWS.
//!
//! ```text
//!  places ──> look (merged, side by side) ──> region (which pools) ──> pool ──> clients
//!                                                └──> surroundings (alarms, metrics, topics; once)
//! ```

mod clients;
mod history;
mod look;
mod place;
mod pool;
mod progress;
mod raw;
mod region;
mod run;
mod stop;
mod surroundings;

pub use history::{Inquiry, histories};
pub use look::{Look, observe};
pub use place::{Place, Query};
pub use progress::{Progress, Silent};
pub use raw::{Raw, RawPool};
pub use stop::Stop;
