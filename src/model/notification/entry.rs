//! The notification section as it is written.

/// One email template; `None` is a body that is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmailTemplate {
    /// Subject.
    pub subject: String,
    /// HTML body.
    pub html: Option<String>,
    /// Text body.
    pub text: Option<String>,
}

/// `NotifyConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notifications {
    /// The SES identity that sends.
    pub source_arn: String,
    /// `From` address.
    pub from: Option<String>,
    /// `ReplyTo` address.
    pub reply_to: Option<String>,
    /// Sent when a request was blocked.
    pub block_email: Option<EmailTemplate>,
    /// Sent when MFA was asked for.
    pub mfa_email: Option<EmailTemplate>,
    /// Sent when the sign-in was allowed.
    pub no_action_email: Option<EmailTemplate>,
}

/// Which template a notification uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// After a block.
    Block,
    /// With an MFA challenge.
    Mfa,
    /// After an allowed sign-in.
    NoAction,
}

impl TemplateKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Block, Self::Mfa, Self::NoAction];

    /// The key in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block_email",
            Self::Mfa => "mfa_email",
            Self::NoAction => "no_action_email",
        }
    }
}

impl Notifications {
    /// The template of a kind.
    pub fn template(&self, kind: TemplateKind) -> Option<&EmailTemplate> {
        match kind {
            TemplateKind::Block => self.block_email.as_ref(),
            TemplateKind::Mfa => self.mfa_email.as_ref(),
            TemplateKind::NoAction => self.no_action_email.as_ref(),
        }
    }
}
