//! The body of an update, and the account of what is in it.

use serde_json::Value;

use crate::pointer::Pointer;

/// A request body with what it carries over, changes and leaves out.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateBody {
    /// The request's body. It holds no secret, but other people's settings: show it on request only.
    pub body: Value,
    /// Members that are sent back as they were, by their names in the request (`PoolName` for `Name`), in the order of
    /// the description. The ids are not among them.
    pub carried: Vec<String>,
    /// Those of [`Self::carried`] that this version does not know. They are sent because leaving them out may reset
    /// them.
    pub unknown: Vec<String>,
    /// What becomes different, as places in the description. Empty: the update changes nothing.
    pub changed: Vec<Changed>,
    /// What the description has and the body does not, with the reason.
    pub left_out: Vec<LeftOut>,
    /// What goes with a place that is taken away on purpose, and that nobody asked for by name: settings in it that no
    /// policy manages, or that this version does not know. Dotted names of the description.
    pub gone: Vec<String>,
}

/// A place that becomes different.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Where in the description, such as `/UserPoolAddOns/AdvancedSecurityMode`.
    pub pointer: Pointer,
    /// What was there; `None` is nothing.
    pub before: Option<Value>,
    /// What will be there; `None` is nothing.
    pub after: Option<Value>,
}

/// A place of the description that is not sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Where in the description.
    pub pointer: Pointer,
    /// Why it must not, or need not, be sent.
    pub why: Why,
}

/// Why a member is not sent. Leaving it out keeps what is there, but for factors while MFA goes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The service describes it and takes it in no update.
    DescribeOnly,
    /// Nothing is there: null, or an object that the service refuses when it is empty.
    Empty,
    /// A risk level, or a check of credentials, without its action: the service describes levels that are not
    /// configured so, and takes none without one.
    NoAction,
    /// Cognito keeps it when it is not sent (docs/facts.md, "Members that are not sent back").
    KeptByService,
    /// A tag that belongs to AWS, which nobody else may write.
    TagOfAws,
    /// `UnusedAccountValidityDays`, which mirrors the password policy's member and is refused when it is sent.
    Mirror,
    /// A secret, which is never sent.
    Secret,
    /// A factor, which the service refuses together with MFA off; this one place is lost, as
    /// [`UpdateBody::changed`] says.
    NoFactorsWhileOff,
}

impl Why {
    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::DescribeOnly => "read-only",
            Self::Empty => "nothing is set",
            Self::NoAction => "there is no action",
            Self::KeptByService => "Cognito keeps it",
            Self::TagOfAws => "the tag belongs to AWS, which keeps it",
            Self::Mirror => "it is sent as `TemporaryPasswordValidityDays`",
            Self::Secret => "secrets are never sent",
            Self::NoFactorsWhileOff => "with MFA off there are no factors",
        }
    }
}
