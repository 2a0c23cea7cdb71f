//! Where calls go and whose credentials they have: what an error about either has to name, and what to do next.

use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;

use crate::aws::causes::{causes, plain, refusal_in};
use crate::aws::profile::{AwsVariables, ProfileFacts};
use crate::aws::session::Session;
use crate::aws::transport::Unreached;

/// What is known of a session before any call is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) session: Session,
    pub(super) region: String,
    pub(super) variables: Arc<AwsVariables>,
    pub(super) profile: ProfileFacts,
}

/// Hosts of AWS that are asked for credentials, not for pools.
const METADATA: &str = "http://169.254.169.254";

impl Origin {
    /// The same for another region.
    pub(super) fn of_region(&self, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..self.clone()
        }
    }

    /// The profile that credentials come from, unless they are in the environment.
    fn own_profile(&self) -> Option<&str> {
        let typed = self.session.profile.is_some();
        let keys = self.variables.get("AWS_ACCESS_KEY_ID").is_some();
        let used = typed || (!keys && self.profile.has_credentials);
        let name = self.profile.name.as_deref().or(self.session.profile.as_deref());
        name.filter(|_| used)
    }

    /// Whose credentials they are, in words.
    fn whose(&self) -> String {
        match self.own_profile() {
            Some(name) => format!("the profile `{name}`"),
            None if self.variables.get("AWS_ACCESS_KEY_ID").is_some() => "AWS_ACCESS_KEY_ID".to_owned(),
            None => "this machine".to_owned(),
        }
    }

    /// How to get new credentials.
    fn renew(&self) -> String {
        match (self.own_profile(), &self.profile.sso) {
            (Some(_), Some(sso)) => format!("run `aws sso login --profile {sso}`"),
            (Some(name), None) => format!("get new credentials for the profile `{name}`"),
            (None, _) if self.variables.get("AWS_ACCESS_KEY_ID").is_some() => {
                "get new ones, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again"
                    .to_owned()
            }
            (None, _) => "get new ones".to_owned(),
        }
    }

    /// What a refusal of the credentials themselves means, by its code; `None` where the code is about something else.
    pub(super) fn refused(&self, code: &str, words: &str) -> Option<String> {
        let whose = self.whose();
        // What follows the first line quotes the request.
        let words = words.lines().next().unwrap_or_default();
        let starts = |codes: &[&str]| codes.iter().any(|known| code.starts_with(known));
        let of_clock = [
            "Signature expired",
            "Signature not yet current",
            "is now earlier",
            "is now later",
        ];
        if of_clock.iter().any(|sign| words.contains(sign))
            || starts(&["RequestTimeTooSkewed", "RequestExpired"])
        {
            return Some(format!(
                "the clock of this machine differs from that of AWS ({words}): set the clock, and try again"
            ));
        }
        if starts(&["ExpiredToken"]) {
            let renew = self.renew();
            return Some(format!(
                "the credentials of {whose} have expired ({words}): {renew}"
            ));
        }
        if starts(&["UnrecognizedClient", "InvalidClientTokenId"]) {
            return Some(format!(
                "AWS does not accept the access key or the session token of {whose} ({words}): check that it is active, and of the \
                 right account and partition"
            ));
        }
        if starts(&["SignatureDoesNotMatch", "InvalidSignature"]) {
            return Some(format!(
                "the secret access key of {whose} does not belong to its access key ({words}): set both again"
            ));
        }
        if starts(&["IncompleteSignature", "MissingAuthenticationToken"]) {
            return Some(format!(
                "the request was not signed as AWS expects it ({words}): check the keys of {whose}, and the proxy, if there is one"
            ));
        }
        None
    }

    /// A region that the account has not enabled.
    pub(super) fn not_enabled(&self, words: &str) -> String {
        let region = &self.region;
        format!(
            "the region {region} is not enabled in this account ({words}): enable it there, or name others with --region"
        )
    }

    /// Why there are no credentials, and what to do. `words` are those of the error and its causes.
    pub(super) fn no_credentials(&self, error: &CredentialsError, words: &str) -> String {
        let sent = refusal_in(error);
        if let Some((code, said)) = &sent
            && let Some(known) = self.refused(code, said)
        {
            return known;
        }
        let assumes = self.session.role_arn.as_deref();
        if let (Some(mfa), None, Some(_)) = (&self.profile.mfa, assumes, self.own_profile()) {
            return format!(
                "the profile `{mfa}` requires an MFA code (`mfa_serial`), and cogward cannot ask for one ({words}): get \
                 credentials with `eval \"$(aws configure export-credentials --profile {mfa} --format env)\"`, and leave --profile out"
            );
        }
        if let (Some((_, said)), Some(role)) = (&sent, assumes) {
            return format!("{} may not assume the role {role}: {said}", self.whose());
        }
        if let Some((_, said)) = sent {
            return format!("{} has no credentials: {said}; {}", self.whose(), self.renew());
        }
        if let (Some(_), Some(sso)) = (self.own_profile(), &self.profile.sso) {
            return format!(
                "the profile `{sso}` is not signed in ({words}): run `aws sso login --profile {sso}`"
            );
        }
        if let Some(file) = self.unreadable_token(error) {
            return file;
        }
        match error {
            CredentialsError::CredentialsNotLoaded(_) => self.nowhere(),
            _ => format!("{} has no credentials: {words}", self.whose()),
        }
    }

    fn nowhere(&self) -> String {
        match self.own_profile() {
            Some(name) => format!(
                "the profile `{name}` has no credentials: `aws configure --profile {name}` or `aws configure sso --profile {name}` \
                 sets them"
            ),
            None => "no credentials were found in the environment, the shared configuration, or this machine's role; see `aws \
                     configure`, `--profile` and `--role-arn`"
                .to_owned(),
        }
    }

    /// A token file of a web identity that cannot be read.
    fn unreadable_token(&self, error: &CredentialsError) -> Option<String> {
        let why = causes(error).find_map(|error| error.downcast_ref::<std::io::Error>())?;
        let variable = self.variables.get("AWS_WEB_IDENTITY_TOKEN_FILE");
        let (file, from) = match (&self.profile.token_file, variable) {
            (Some(file), _) if self.own_profile().is_some() => {
                (file.as_str(), "`web_identity_token_file` of the profile")
            }
            (_, Some(file)) => (file, "AWS_WEB_IDENTITY_TOKEN_FILE"),
            _ => return None,
        };
        let why = plain(why);
        Some(format!(
            "the token file `{file}`, which {from} names, cannot be read: {why}; correct the path, or let the job ask for a token \
             (GitHub: `permissions: id-token: write`)"
        ))
    }

    /// What could not be reached, who named it, and what to do.
    pub(super) fn unreached(&self, error: &Unreached, why: &str) -> String {
        let address = &error.address;
        if let Some(proxy) = &error.proxy {
            let variable = self.named_proxy(proxy);
            return format!(
                "could not connect to {address} through the proxy {proxy}, which {variable} names: {why}; check the proxy, or name \
                 the host in NO_PROXY"
            );
        }
        match self.named_endpoint(address) {
            Some(from) => format!(
                "could not connect to {address}, which {from} names: {why}; if it is the demo: does `cogward demo --serve` still \
                 run?"
            ),
            None if address.starts_with(METADATA) => self.nowhere(),
            None => format!(
                "could not connect to {address}: {why}; check the network and the region's name; if a proxy is needed, name it in \
                 HTTPS_PROXY"
            ),
        }
    }

    fn named_proxy(&self, proxy: &str) -> String {
        let host = proxy.rsplit(['/', '@']).next().unwrap_or(proxy);
        let mut all = self
            .variables
            .all(|name| name.to_ascii_uppercase().ends_with("_PROXY"));
        let named = all.find(|(name, value)| !name.eq_ignore_ascii_case("no_proxy") && value.contains(host));
        named.map_or_else(
            || "HTTPS_PROXY or HTTP_PROXY".to_owned(),
            |(name, _)| name.to_owned(),
        )
    }

    /// What names an address in place of AWS's own.
    fn named_endpoint(&self, address: &str) -> Option<String> {
        let mut all = self.variables.all(|name| name.starts_with("AWS_ENDPOINT_URL"));
        let named = all.find(|(_, value)| value.starts_with(address));
        named.map(|(name, _)| name.to_owned()).or_else(|| {
            let own = crate::aws::hosts::elsewhere(address).is_some() && !address.starts_with(METADATA);
            own.then(|| "`endpoint_url` of a profile".to_owned())
        })
    }
}
