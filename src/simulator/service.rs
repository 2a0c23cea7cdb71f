//! The services that are played, and how each of them words the refusals they all have.

use crate::simulator::failure::Failure;

/// A service that the simulator plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Service {
    /// Amazon Cognito user pools.
    CognitoIdp,
    /// Amazon CloudWatch.
    Cloudwatch,
    /// Amazon SNS.
    Sns,
    /// AWS STS.
    Sts,
    /// AWS CloudTrail.
    Cloudtrail,
}

impl Service {
    /// The prefix of its actions in IAM policies: `cognito-idp`, `cloudwatch`, `sns`, `sts`,
    /// `cloudtrail`.
    pub fn prefix(self) -> &'static str {
        self.into()
    }

    /// Its name in the credential scope of a signature, which for `CloudWatch` is `monitoring`.
    pub(super) fn signing_name(self) -> &'static str {
        match self {
            Self::Cloudwatch => "monitoring",
            other => other.prefix(),
        }
    }

    /// Too many requests.
    pub(super) fn throttled(self) -> Failure {
        let code = match self {
            Self::CognitoIdp => "TooManyRequestsException",
            Self::Cloudtrail => "ThrottlingException",
            Self::Cloudwatch | Self::Sns | Self::Sts => "Throttling",
        };
        Failure::new(code, "Rate exceeded")
    }

    /// The caller may not make the call.
    pub(super) fn denied(self, caller: &str, operation: &str) -> Failure {
        let prefix = self.prefix();
        let message = format!("User: {caller} is not authorized to perform: {prefix}:{operation}");
        match self {
            Self::CognitoIdp | Self::Cloudtrail => Failure::new("AccessDeniedException", message),
            Self::Cloudwatch | Self::Sts => Failure::new("AccessDenied", message).with_status(403),
            Self::Sns => Failure::new("AuthorizationError", message).with_status(403),
        }
    }

    /// The session's credentials have expired.
    pub(super) fn expired(self) -> Failure {
        let message = "The security token included in the request is expired";
        if self.answers_in_json() {
            Failure::new("ExpiredTokenException", message)
        } else {
            Failure::new("ExpiredToken", message).with_status(403)
        }
    }

    /// The access key is unknown.
    pub(super) fn unknown_key(self) -> Failure {
        let message = "The security token included in the request is invalid.";
        if self.answers_in_json() {
            Failure::new("UnrecognizedClientException", message)
        } else {
            Failure::new("InvalidClientTokenId", message).with_status(403)
        }
    }

    /// The request is not signed.
    pub(super) fn unsigned(self) -> Failure {
        let message = "Missing Authentication Token";
        let code = if self.answers_in_json() {
            "MissingAuthenticationTokenException"
        } else {
            "MissingAuthenticationToken"
        };
        Failure::new(code, message).with_status(403)
    }

    /// The signature is for something else.
    pub(super) fn wrong_scope(self) -> Failure {
        let name = self.signing_name();
        let message = format!("Credential should be scoped to correct service: '{name}'.");
        let code = if self.answers_in_json() {
            "InvalidSignatureException"
        } else {
            "SignatureDoesNotMatch"
        };
        Failure::new(code, message).with_status(403)
    }

    /// The signature is not that of the request, which is quoted as it should have been signed.
    pub(super) fn wrong_signature(self, canonical: &str) -> Failure {
        let message = format!(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this \
             request should have been\n'{canonical}'"
        );
        Failure {
            message,
            ..self.wrong_scope()
        }
    }

    /// The service has a fault.
    pub(super) fn internal(self) -> Failure {
        let code = match self {
            Self::CognitoIdp => "InternalErrorException",
            Self::Cloudwatch => "InternalServiceError",
            Self::Sns => "InternalError",
            Self::Sts | Self::Cloudtrail => "InternalFailure",
        };
        Failure::new(
            code,
            "The request processing has failed because of an unknown error",
        )
        .with_status(500)
    }

    /// What was named does not exist.
    pub(super) fn not_found(self, message: &str) -> Failure {
        match self {
            Self::CognitoIdp | Self::Cloudtrail => Failure::new("ResourceNotFoundException", message),
            Self::Cloudwatch => Failure::new("ResourceNotFound", message).with_status(404),
            Self::Sns => Failure::new("NotFound", message).with_status(404),
            Self::Sts => Failure::new("NoSuchEntity", message).with_status(404),
        }
    }

    /// The service has no such operation, or the simulator does not play it.
    pub(super) fn unknown_operation(self, operation: &str) -> Failure {
        let message = format!("the simulator does not play {}:{operation}", self.prefix());
        if self.answers_in_json() {
            Failure::new("UnknownOperationException", message)
        } else {
            Failure::new("InvalidAction", message)
        }
    }

    fn answers_in_json(self) -> bool {
        matches!(self, Self::CognitoIdp | Self::Cloudtrail)
    }
}
