//! Pools as they are now, read over AWS.

mod look;
mod place;
mod progress;
mod stop;

pub use look::{Look, Raw, RawPool, observe};
pub use place::{Place, Query};
pub use progress::{Progress, Silent};
pub use stop::Stop;
