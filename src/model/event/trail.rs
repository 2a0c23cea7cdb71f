//! One `CloudTrail` record of Cognito, and why its request was refused.

use jiff::Timestamp;

crate::ident::spelled!(RefusalCause);

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
    /// The region of the call.
    pub region: Option<String>,
    /// The account that it was made in.
    pub account: Option<String>,
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
    /// The challenge that is answered: `PASSWORD_VERIFIER`, `SOFTWARE_TOKEN_MFA`.
    pub challenge: Option<String>,
    /// What sent the request: `aws-sdk-java/2.x`, or a browser.
    pub agent: Option<String>,
    /// Id of the request, which the user-activity export has too.
    pub request: Option<String>,
    /// Name of the exception.
    pub code: Option<String>,
    /// What the client was answered.
    pub message: Option<String>,
}

/// Why a request was refused, as the text says that the client got (docs/facts.md, "Events").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
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
    /// Wrong or expired code.
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

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Block => "blocked by risk level",
            Self::AddressBlock => "blocked by an always-block range",
            Self::Compromised => "compromised password",
            Self::Lockout => "lockout after wrong passwords (not threat protection)",
            Self::WrongPassword => "wrong password or unknown user",
            Self::ResetRequired => "the password must be reset",
            Self::UnknownUser => "unknown user",
            Self::WrongCode => "wrong or expired code",
        }
    }

    /// Whether threat protection refused.
    pub fn is_threat_protection(self) -> bool {
        matches!(self, Self::Block | Self::AddressBlock | Self::Compromised)
    }
}

/// Calls that users make without credentials of AWS. They are about a user even where the record does not say whom.
const USER_CALLS: [&str; 13] = [
    "AdminInitiateAuth",
    "AdminRespondToAuthChallenge",
    "ChangePassword",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "ForgotPassword",
    "GetTokensFromRefreshToken",
    "GlobalSignOut",
    "InitiateAuth",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SignUp",
];

/// Parts of the names of pages to which identity providers send users back.
const FEDERATION_PAGES: [&str; 3] = ["SAML2Response", "OAuth2Response", "OIDC_SAML"];

impl CloudTrailRecord {
    /// Whether it is about a user: a request of one, a page, or an administrator's call about one. Others are about the pool.
    pub fn is_of_user(&self) -> bool {
        let action = self.action.as_deref().unwrap_or_default();
        self.is_page || self.sub.is_some() || USER_CALLS.contains(&action)
    }

    /// Whether it is a page to which an identity provider sends a federated user back.
    pub fn is_federated(&self) -> bool {
        let action = self.action.as_deref().unwrap_or_default();
        FEDERATION_PAGES.iter().any(|part| action.contains(part))
    }

    /// Whether the request was refused. A page without an error may have shown one: unknown.
    pub fn has_failed(&self) -> Option<bool> {
        if self.code.is_some() || self.message.is_some() {
            Some(true)
        } else {
            (!self.is_page).then_some(false)
        }
    }

    /// Why it was refused: a known cause, else the exception; `None` if it was not, or if the exception has many causes and
    /// no message says which.
    pub fn reason(&self) -> Option<&str> {
        if let Some(cause) = self.cause() {
            return Some(cause.as_str());
        }
        let is_vague = self.code.as_deref() == Some("NotAuthorizedException") && self.message.is_none();
        self.code.as_deref().filter(|_| !is_vague)
    }

    /// Why it was refused, if the cause is a known one.
    pub fn cause(&self) -> Option<RefusalCause> {
        let message = self.message.as_deref().unwrap_or_default().to_lowercase();
        let by_message = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        let by_code = |codes: &[&str]| codes.iter().any(|code| self.code.as_deref() == Some(*code));
        let mut causes = RefusalCause::ALL.iter();
        let found = causes.find(|(_, texts, codes)| by_message(texts) || by_code(codes));
        found.map(|(cause, _, _)| *cause)
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

    /// Causes are told apart by the text of the answer.
    #[test]
    fn cause_by_error_message() {
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

    /// Requests about users are told from calls about the pool.
    #[test]
    fn user_requests_and_pool_calls() {
        let of = |action: &str| CloudTrailRecord {
            action: Some(action.to_owned()),
            ..CloudTrailRecord::default()
        };
        assert!(of("InitiateAuth").is_of_user() && !of("DescribeUserPool").is_of_user());
        let mut about = of("AdminDisableUser");
        assert!(!about.is_of_user());
        about.sub = Some("s".to_owned());
        assert!(about.is_of_user());
        let page = CloudTrailRecord {
            is_page: true,
            ..of("Login_GET")
        };
        assert!(page.is_of_user() && !page.is_federated());
        for action in ["SAML2Response_POST", "OAuth2Response_GET", "Login_OIDC_SAML_POST"] {
            assert!(of(action).is_federated(), "{action}");
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
