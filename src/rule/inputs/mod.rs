//! Builds the view that rules see from a posture and what surrounds it.

mod alarms;
mod clients;
mod events;
mod exceptions;
mod notifications;
mod posture;
mod scopes;
mod weaker;

pub use exceptions::range_facts;
pub use notifications::arn_view;
pub(in crate::rule) use notifications::braced;
pub use posture::{Facts, view};
