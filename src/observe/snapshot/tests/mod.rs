//! Snapshots: round trips, faults, pseudonyms.

mod faults;
mod random;
mod redaction;
mod trips;
