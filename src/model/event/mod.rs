//! Authentication events as Cognito records them, from whichever form they came. What a record does not say is unknown:
//! never "no risk", never zero.

mod auth_event;
mod trail;
mod word;

pub use auth_event::{AnsweredChallenge, AuthEvent, EventFeedback, EventForm};
pub use trail::{CloudTrailRecord, RefusalCause};
pub use word::{AuthEventType, EventResponse, FeedbackValue, RiskDecision, Spelled, Spelling, address, said};
