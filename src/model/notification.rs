//! Notification e-mails of account-takeover responses.

/// One e-mail template; `None` is a body that is not set.
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
