//! The view: what a rule's expressions see of one policy or pool. Its documentation is this file.
//!
//! Rules never see bytes; every item that a finding can point at carries its `pointer`. A value that
//! is not set, not managed or unknown is `null`, never missing, so `x == null` is always a safe
//! question. Words are the API's (`ENFORCED`, `MFA_REQUIRED`, `SIGN_IN`); keys are the policy's.

mod events;
mod exception;
mod hygiene;
mod notification;
mod scope;
mod surroundings;
mod whole;

pub use events::{ClientEventsView, EventsView};
pub use exception::{ExceptionsView, RangeFacts, RangeListView, RangePairView, RangeView};
pub use hygiene::{IgnoreView, OverlapView, SecretView, StaleView, WaiverView};
pub use notification::{ArnView, FaultView, NotificationsView, PlaceholderView, TemplateView};
pub use scope::{AccountTakeoverView, CompromisedView, LevelView, ScopeView, WeakerCellView};
pub use surroundings::{AlarmView, CellView, ClientView, GateView, LogDeliveryView, QueryView};
pub use whole::{
    ModeView, PolicyView, PostureView, RiskResourceView, TargetView, TemplateFactsView, View, schema,
};
