//! What the shared configuration (`~/.aws/config`, `~/.aws/credentials`) says of the profile that is used. A profile that is named and
//! is not there is refused: the SDK would go on to the machine's own role, which is somebody else.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aws_config::profile::{self, Profile, ProfileFileLoadError, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use crate::text;

/// Variables of the environment that decide whose credentials are used and where AWS is asked, by name. It holds no keys and no
/// tokens; a proxy's address may have a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AwsVariables(BTreeMap<String, String>);

impl std::fmt::Debug for AwsVariables {
    /// Names only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Names of those whose values are secret: only that they are set is kept.
const SECRET: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
];

impl AwsVariables {
    /// Those of an environment that matter. A variable that is set to nothing, as by an empty secret of a CI job, counts as not set.
    pub fn of(environment: impl IntoIterator<Item = (String, String)>) -> Self {
        let matters = |name: &str| name.starts_with("AWS_") || name.to_ascii_uppercase().ends_with("_PROXY");
        let kept = environment
            .into_iter()
            .filter(|(name, value)| matters(name) && !value.trim().is_empty());
        let shown = |(name, value): (String, String)| {
            if SECRET.contains(&name.as_str()) {
                (name, "(not shown)".to_owned())
            } else {
                (name, value)
            }
        };
        Self(kept.map(shown).collect())
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names of those that are set, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names and values of those that fit, in order.
    pub(super) fn all(&self, fits: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.filter(move |(name, _)| fits(name))
    }

    /// The profile that is used: the typed one, else that of `AWS_PROFILE`; and what names it.
    pub(super) fn profile<'a>(&'a self, typed: Option<&'a str>) -> Option<(&'a str, &'static str)> {
        let typed = typed.map(|name| (name, "--profile"));
        typed.or_else(|| self.get("AWS_PROFILE").map(|name| (name, "AWS_PROFILE")))
    }

    fn files(&self) -> String {
        let config = self.get("AWS_CONFIG_FILE").unwrap_or("~/.aws/config");
        let credentials = self
            .get("AWS_SHARED_CREDENTIALS_FILE")
            .unwrap_or("~/.aws/credentials");
        if config == credentials {
            config.to_owned()
        } else {
            format!("{config} or {credentials}")
        }
    }
}

/// What matters of a profile and of those that it takes its credentials from. Never a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProfileFacts {
    /// The profile's name, where one is chosen or `default` is there.
    pub(super) name: Option<String>,
    /// Whether it says where credentials come from.
    pub(super) has_credentials: bool,
    /// The profile that signs in by AWS IAM Identity Center.
    pub(super) sso: Option<String>,
    /// The profile that requires an MFA code.
    pub(super) mfa: Option<String>,
    /// The file with a token of a web identity.
    pub(super) token_file: Option<String>,
}

/// Settings by which a profile says where credentials come from.
const SOURCES: [&str; 9] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "credential_process",
    "credential_source",
    "login_session",
    "role_arn",
    "source_profile",
    "sso_session",
    "sso_start_url",
];

/// Reads the profile that is used.
///
/// # Errors
/// The profile, or one that it takes its credentials from, is not there or lacks half of its keys; a file cannot be read, or is
/// not of the form: with what to do.
pub(super) async fn examine(
    typed: Option<&str>,
    variables: &AwsVariables,
    files: Option<EnvConfigFiles>,
) -> Result<ProfileFacts, String> {
    let chosen = variables.profile(typed);
    let name = chosen.map_or("default", |(name, _)| name);
    let set = profile::load(
        &Fs::real(),
        &Env::real(),
        &files.unwrap_or_default(),
        Some(Cow::Owned(name.to_owned())),
    )
    .await
    .map_err(|error| unusable(&error))?;
    let Some(profile) = set.get_profile(name) else {
        return match chosen {
            Some((name, from)) if name != "default" => Err(unknown(name, from, &set, variables)),
            _ => Ok(ProfileFacts::default()),
        };
    };
    let mut facts = ProfileFacts {
        name: Some(name.to_owned()),
        has_credentials: SOURCES.iter().any(|key| profile.get(key).is_some()),
        ..ProfileFacts::default()
    };
    follow(profile, &set, variables, &mut facts)?;
    Ok(facts)
}

/// The profile and those behind it, each once.
fn follow(
    first: &Profile,
    set: &ProfileSet,
    variables: &AwsVariables,
    facts: &mut ProfileFacts,
) -> Result<(), String> {
    let mut at = first;
    let mut known = BTreeSet::new();
    while known.insert(at.name().to_owned()) {
        let name = || Some(at.name().to_owned());
        let has = |key: &str| at.get(key).is_some_and(|value| !value.is_empty());
        if has("sso_session") || has("sso_start_url") {
            facts.sso = facts.sso.take().or_else(name);
        }
        if has("mfa_serial") {
            facts.mfa = facts.mfa.take().or_else(name);
        }
        if let Some(file) = at.get("web_identity_token_file") {
            facts.token_file.get_or_insert_with(|| file.to_owned());
        }
        let keys = ["aws_access_key_id", "aws_secret_access_key"];
        for (there, lacks) in [(keys[0], keys[1]), (keys[1], keys[0])] {
            if has(there) && !has(lacks) {
                return Err(format!(
                    "the profile `{}` has `{there}` and no `{lacks}`: add it to {}",
                    at.name(),
                    variables.files()
                ));
            }
        }
        let Some(source) = at.get("source_profile") else {
            break;
        };
        at = set.get_profile(source).ok_or_else(|| {
            format!(
                "the profile `{}` takes its credentials from `source_profile = {source}`, and there is no profile `{source}` in \
                 {}{}",
                at.name(),
                variables.files(),
                those(set, source)
            )
        })?;
    }
    Ok(())
}

fn unknown(name: &str, from: &str, set: &ProfileSet, variables: &AwsVariables) -> String {
    format!(
        "{from}: there is no profile `{name}` in {}{}",
        variables.files(),
        those(set, name)
    )
}

/// The profiles that there are.
fn those(set: &ProfileSet, wanted: &str) -> String {
    let mut names: Vec<_> = set.profiles().collect();
    names.sort_unstable();
    let near = text::nearest(wanted, names.iter().copied());
    let near = near
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    if names.is_empty() {
        return "; no profile is there: `aws configure --profile NAME` makes one".to_owned();
    }
    let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    format!("{near}; the profiles there: {}", text::join_words(&names))
}

/// A file that cannot be used: which, and which line.
fn unusable(error: &ProfileFileLoadError) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let cause = cause.unwrap_or_default();
    let cause: Vec<_> = cause.split_whitespace().collect();
    match error {
        ProfileFileLoadError::ParseError { .. } => {
            format!(
                "the AWS configuration cannot be read: {}; correct that line",
                cause.join(" ")
            )
        }
        ProfileFileLoadError::CouldNotReadFile { .. } => format!(
            "the AWS configuration cannot be read: {error}: {}",
            cause.join(" ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFileKind;

    use super::*;

    fn files(text: &str) -> EnvConfigFiles {
        EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, text)
            .build()
    }

    async fn of(name: &str, text: &str) -> Result<ProfileFacts, String> {
        examine(Some(name), &AwsVariables::default(), Some(files(text))).await
    }

    #[tokio::test]
    async fn what_a_profile_is() {
        let text = "[profile keys]\naws_access_key_id = A\naws_secret_access_key = B\n\
                    [profile login]\nsso_session = s\n\
                    [profile role]\nrole_arn = arn\nsource_profile = login\nmfa_serial = m\n\
                    [profile region]\nregion = us-west-2\n\
                    [profile loop]\nsource_profile = loop\nrole_arn = a\n\
                    [profile web]\nrole_arn = a\nweb_identity_token_file = /t\n";
        let role = of("role", text).await.unwrap();
        assert_eq!(
            (role.sso.as_deref(), role.mfa.as_deref()),
            (Some("login"), Some("role"))
        );
        assert!(role.has_credentials && of("keys", text).await.unwrap().has_credentials);
        assert!(of("loop", text).await.unwrap().has_credentials, "it ends");
        assert!(!of("region", text).await.unwrap().has_credentials);
        assert_eq!(of("web", text).await.unwrap().token_file.as_deref(), Some("/t"));
        assert_eq!(of("default", text).await.unwrap(), ProfileFacts::default());
    }

    /// What cannot be used says why and what to do.
    #[tokio::test]
    async fn unusable_profile_error_and_advice() {
        let two =
            "[profile ab]\nsource_profile = none\nrole_arn = a\n[profile half]\naws_access_key_id = A\n";
        for (name, text, parts) in [
            (
                "abc",
                two,
                vec![
                    "--profile: there is no profile `abc`",
                    "did you mean `ab`?",
                    "ab and half",
                ],
            ),
            ("x", "", vec!["no profile is there"]),
            ("ab", two, vec!["`source_profile = none`", "no profile `none`"]),
            (
                "half",
                two,
                vec!["has `aws_access_key_id` and no `aws_secret_access_key`"],
            ),
            (
                "x",
                "[profile x]\nnot a line\n",
                vec!["line 2", "correct that line"],
            ),
        ] {
            let said = of(name, text).await.unwrap_err();
            assert!(parts.iter().all(|part| said.contains(part)), "{said}");
            assert!(!said.contains('\n') && !said.contains("= A"), "{said}");
        }
    }

    /// Variables hold no secret and nothing that is empty.
    #[test]
    fn variables_omit_secrets_and_blanks() {
        let given = [
            ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
            ("AWS_SESSION_TOKEN", "t0ken"),
            ("AWS_PROFILE", " "),
            ("AWS_REGION", ""),
            ("https_proxy", "http://p"),
            ("HOME", "/root"),
        ];
        let found = AwsVariables::of(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let names: Vec<_> = found.all(|_| true).map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "https_proxy"]
        );
        let values: Vec<_> = found.all(|_| true).map(|(_, value)| value).collect();
        assert!(!values.concat().contains("s3cr3t") && !values.concat().contains("t0ken"));
        assert_eq!(found.profile(None), None);
    }
}
