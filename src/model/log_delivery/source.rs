//! Event sources that can be delivered.

/// An event source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogSource {
    /// `userAuthEvents`.
    UserAuthEvents,
    /// `userNotification`.
    UserNotification,
}

impl LogSource {
    /// Both.
    pub const ALL: [Self; 2] = [Self::UserAuthEvents, Self::UserNotification];

    /// The key in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserAuthEvents => "user_auth_events",
            Self::UserNotification => "user_notification",
        }
    }

    /// `EventSource`.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::UserAuthEvents => "userAuthEvents",
            Self::UserNotification => "userNotification",
        }
    }

    /// The only level that the source has, which is used where none is written.
    pub fn level(self) -> &'static str {
        match self {
            Self::UserAuthEvents => "INFO",
            Self::UserNotification => "ERROR",
        }
    }
}
