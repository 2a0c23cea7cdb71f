//! Whose credentials are used.

use std::fmt;

/// Where credentials come from: the SDK's default chain unless something is said.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// A profile of the shared configuration. As with the `aws` command, it goes before credentials in the
    /// environment.
    pub profile: Option<String>,
    /// A role to assume with what the chain (or profile) gives.
    pub role_arn: Option<String>,
    /// The external id that the role asks for.
    pub external_id: Option<String>,
}

impl fmt::Debug for Session {
    /// Without the external id, which some treat as a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("profile", &self.profile)
            .field("role_arn", &self.role_arn)
            .field("external_id", &self.external_id.as_ref().map(|_| "(not shown)"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_external_id_is_not_shown() {
        let session = Session {
            external_id: Some("s3cr3t".into()),
            ..Session::default()
        };
        assert!(!format!("{session:?}").contains("s3cr3t"));
    }
}
