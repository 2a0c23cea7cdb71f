//! The notification section as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A template.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EmailV1")]
pub struct EmailTemplate {
    /// Subject.
    pub subject: String,
    /// HTML body.
    pub html: Option<String>,
    /// Text body.
    pub text: Option<String>,
}

/// `NotifyConfiguration`.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NotificationsV1")]
pub struct Notifications {
    /// The SES identity that sends.
    pub source_arn: String,
    /// `From`.
    pub from: Option<String>,
    /// `ReplyTo`.
    pub reply_to: Option<String>,
    /// After a block.
    pub block_email: Option<EmailTemplate>,
    /// With an MFA challenge.
    pub mfa_email: Option<EmailTemplate>,
    /// After an allowed sign-in.
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
