//! Effective protection: what really happens to a request, and whether a change weakens it.

mod addresses;
mod cell;
mod compare;
mod flows;
mod order;
mod reason;
mod table;
mod terms;

pub use addresses::{AddressChange, AddressList, Force, Movement, ScopeAddresses};
pub use cell::{cell, governing_mode};
pub use compare::{CellChange, Comparison, Side, Unmatched, compare, weaker_than_pool};
pub use flows::{flows, is_admin, sign_ins, signs_users_in};
pub use order::Direction;
pub use reason::Reason;
pub use table::{Row, Table};
pub use terms::{Cell, CellOutcome, Covered, Event, Flow, Notified, Scope, Signal};
