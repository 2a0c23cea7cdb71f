//! One `CloudTrail` record of Cognito, and why its request was refused.

use jiff::Timestamp;

/// One record. `None` means that it does not say. All texts are hostile.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloudTrailRecord {
    /// The record's id.
    pub id: Option<String>,
    /// What was called: `InitiateAuth`, `login_POST`.
    pub action: Option<String>,
    /// Whether it is a page of the hosted UI or of managed login, whose records often have no error where there was one.
    pub is_page: bool,
    /// When.
    pub at: Option<Timestamp>,
    /// Pool id. Calls of users name only a client.
    pub pool: Option<String>,
    /// Client id.
    pub client: Option<String>,
    /// The user's `sub`. Requests for names that do not exist have none.
    pub sub: Option<String>,
    /// The source address.
    pub address: Option<String>,
    /// `USER_SRP_AUTH` and so on.
    pub flow: Option<String>,
    /// Name of the exception.
    pub code: Option<String>,
    /// What the client was answered.
    pub message: Option<String>,
}

/// Why a request was refused, as the text says that the client got (docs/facts.md, "Events").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalCause {
    /// Risk level, by adaptive authentication.
    Block,
    /// Address in an always-block range.
    AddressBlock,
    /// Compromised password, at sign-up or change.
    Compromised,
    /// Too many wrong passwords: not threat protection.
    Lockout,
    /// Wrong password, or an unknown user whom the client hides.
    WrongPassword,
    /// The password must be reset; after compromised credentials at sign-in, or because an administrator said so.
    ResetRequired,
    /// Unknown user.
    UnknownUser,
    /// Wrong or late code.
    WrongCode,
}

impl RefusalCause {
    /// All of them, with what the message holds (lower case), and the exceptions that mean it whatever the message is.
    pub const ALL: [(Self, &'static [&'static str], &'static [&'static str]); 8] = [
        (Self::Block, &["unable to login because of security reasons"], &[]),
        (
            Self::AddressBlock,
            &["request not allowed due to security reasons"],
            &[],
        ),
        (
            Self::Compromised,
            &["provided password cannot be used for security reasons"],
            &[],
        ),
        (Self::Lockout, &["password attempts exceeded"], &[]),
        (Self::WrongPassword, &["incorrect username or password"], &[]),
        (Self::ResetRequired, &[], &["PasswordResetRequiredException"]),
        (Self::UnknownUser, &[], &["UserNotFoundException"]),
        (
            Self::WrongCode,
            &[],
            &["CodeMismatchException", "ExpiredCodeException"],
        ),
    ];

    /// Kebab-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::AddressBlock => "address-block",
            Self::Compromised => "compromised",
            Self::Lockout => "lockout",
            Self::WrongPassword => "wrong-password",
            Self::ResetRequired => "reset-required",
            Self::UnknownUser => "unknown-user",
            Self::WrongCode => "wrong-code",
        }
    }
}

impl CloudTrailRecord {
    /// Whether the request was refused. A page without an error may have shown one: unknown.
    #[must_use]
    pub fn has_failed(&self) -> Option<bool> {
        if self.code.is_some() || self.message.is_some() {
            Some(true)
        } else {
            (!self.is_page).then_some(false)
        }
    }

    /// Why it was refused: a known cause, else the exception; `None` if it was not, or if the exception has many causes and
    /// no message says which.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        let message = self.message.as_deref().unwrap_or_default().to_lowercase();
        let by_message = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        let by_code = |codes: &[&str]| codes.iter().any(|code| self.code.as_deref() == Some(*code));
        let cause = RefusalCause::ALL
            .iter()
            .find(|(_, texts, codes)| by_message(texts) || by_code(codes));
        if let Some((cause, _, _)) = cause {
            return Some(cause.as_str());
        }
        let is_vague = self.code.as_deref() == Some("NotAuthorizedException") && self.message.is_none();
        self.code.as_deref().filter(|_| !is_vague)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, message: &str) -> CloudTrailRecord {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        CloudTrailRecord {
            code: said(code),
            message: said(message),
            ..CloudTrailRecord::default()
        }
    }

    #[test]
    fn causes_are_told_apart_by_the_text_of_the_answer() {
        let not = "NotAuthorizedException";
        for (code, message, reason) in [
            (not, "Unable to login because of security reasons.", Some("block")),
            (
                not,
                "Request not allowed due to security reasons.",
                Some("address-block"),
            ),
            (
                "InvalidPasswordException",
                "Provided password cannot be used for security reasons.",
                Some("compromised"),
            ),
            (not, "Password attempts exceeded", Some("lockout")),
            (not, "Incorrect username or password.", Some("wrong-password")),
            (
                "PasswordResetRequiredException",
                "Password reset required for the user",
                Some("reset-required"),
            ),
            (
                "UserNotFoundException",
                "User does not exist.",
                Some("unknown-user"),
            ),
            ("CodeMismatchException", "", Some("wrong-code")),
            (not, "Invalid Refresh Token", Some(not)),
            ("ThrottlingException", "", Some("ThrottlingException")),
            (not, "", None),
            ("", "", None),
        ] {
            assert_eq!(refused(code, message).reason(), reason, "{code} {message}");
        }
    }

    #[test]
    fn a_page_without_an_error_may_have_failed() {
        let mut event = refused("", "");
        assert_eq!(event.has_failed(), Some(false));
        event.is_page = true;
        assert_eq!(event.has_failed(), None);
        event.message = Some("no".to_owned());
        assert_eq!(event.has_failed(), Some(true));
    }
}
