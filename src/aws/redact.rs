//! Takes what opens something out of texts of errors: services, proxies and libraries quote requests in them, headers and
//! addresses included.

use std::sync::LazyLock;

use regex::Regex;

use crate::policy::secret;

/// Longest text that is kept of an error, in characters.
const LONGEST: usize = 600;

/// What stands in place of what was taken out.
const HIDDEN: &str = "(not shown)";

/// A value after a name that says what it is, in a header, JSON, XML, a form or a query; in both of these the sign between
/// may be encoded. What is kept is everything but the value. A line break may have become `\n` on the way: no word
/// begins before what comes after it.
const NAMED: &str = r#"(?ix)
    (?P<name> (?:\b|\\[nrt]) (?:
        x-amz-(?:security-token|signature|credential|sso_bearer_token)
        | (?:aws_?)?(?:session|security)_?token
        | (?:aws_?)?(?:secret_?access_?key|access_?key_?id|secret_?key)
        | (?:access|refresh|id|bearer|auth)_?token | client_?secret
        | x-api-key | api_?key | passw(?:or)?d | (?:set-)?cookie
        | (?:proxy-)?authorization | signature | credential | sig
    ))
    (?P<sign> \\?["']?\s*(?:[:=]|%3[ad])\s*\\?["']? | > )
    (?: (?:basic|bearer|digest|negotiate)\s+ )?
    [^\s"'&,;<>\\]+
"#;

/// What is known by its own shape, each with what is kept of it.
const SHAPES: [(&str, &str); 7] = [
    // Access key ids of users and of sessions.
    (r"(?:AKIA|ASIA)[A-Z0-9]{6,}", ""),
    // Session tokens of STS begin so.
    (r"(?:IQoJ|FwoG|FQoG|AQoD|AQoE|AgoJ)[A-Za-z0-9+/=_%-]{16,}", ""),
    // A JSON Web Token, or the first part of one.
    (
        r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)+|eyJ[A-Za-z0-9+/=_-]{40,}",
        "",
    ),
    (r"(?i)(?P<keep>bearer\s+)[A-Za-z0-9._~+/=-]{12,}", "$keep"),
    // Who asks, in an address.
    (r#"(?i)(?P<keep>[a-z][a-z0-9+.-]*://)[^/\s"'<>@]+@"#, "$keep"),
    // A signature, or a hash beside it.
    (r"[0-9a-f]{64}", ""),
    // Anything so long without a break is not a word.
    (r"[A-Za-z0-9+/=_%-]{100,}", ""),
];

/// Patterns with what replaces them.
static PATTERNS: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
    let named = (NAMED, format!("$name$sign{HIDDEN}"));
    let shapes = SHAPES.iter().map(|(pattern, keep)| {
        // An address keeps its sign, so that it still reads as one.
        let at = if pattern.ends_with('@') { "@" } else { "" };
        let keep = keep.replace("$keep", "${keep}");
        (*pattern, format!("{keep}{HIDDEN}{at}"))
    });
    let all = std::iter::once(named).chain(shapes);
    all.filter_map(|(pattern, with)| Some((Regex::new(pattern).ok()?, with)))
        .collect()
});

/// A text of an error without what opens something, and no longer than is of use. The text is hostile: what looks
/// like a credential goes, by name and by shape, before anything is cut off, so that no half of one is left.
pub(super) fn clean(text: &str) -> String {
    let named = PATTERNS.iter().fold(text.to_owned(), |text, (pattern, with)| {
        pattern.replace_all(&text, with.as_str()).into_owned()
    });
    let mut rest = named.as_str();
    let mut shown = String::with_capacity(rest.len());
    let mut at = 0;
    for found in secret::find(&named) {
        let span = found.span;
        if let Some(before) = named.get(at..span.start) {
            shown.push_str(before);
            shown.push_str(HIDDEN);
        }
        at = at.max(span.end);
        rest = named.get(at..).unwrap_or_default();
    }
    shown.push_str(rest);
    cut(&shown)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "ASIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    const JWT: &str =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    /// As long as a session's token is.
    fn token() -> String {
        let body = "b3JpZ2luX2VjEBYaCXVzLWVhc3QtMSJHMEUCIQDx+/8mYl0oE2aGmx3W5pQ".repeat(12);
        format!("IQoJ{body}==")
    }

    /// What `SignatureDoesNotMatch` says, as the service words it.
    fn mismatch() -> String {
        let token = token();
        format!(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this \
             request should have been\n'POST\n/\n\ncontent-type:application/x-amz-json-1.1\nhost:cognito-idp.us-west-2\
             .amazonaws.com\nx-amz-date:20261121T101112Z\nx-amz-security-token:{token}\nx-amz-target:\
             AWSCognitoIdentityProviderService.DescribeUserPool\n\ncontent-type;host;x-amz-date;x-amz-security-token;\
             x-amz-target\n{SIGNATURE}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20261121T101112Z\n\
             20261121/us-west-2/cognito-idp/aws4_request\n{SIGNATURE}'\nAuthorization: AWS4-HMAC-SHA256 Credential={KEY}\
             /20261121/us-west-2/cognito-idp/aws4_request, SignedHeaders=host, Signature={SIGNATURE}"
        )
    }

    fn secrets() -> Vec<String> {
        let encoded = token()
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D");
        let own = [KEY, SECRET, SIGNATURE, JWT, "hunter2hunter2", "dXNlcjpodW50ZXIy"];
        own.map(str::to_owned)
            .into_iter()
            .chain([token(), encoded])
            .collect()
    }

    /// Texts with a secret in each, by what is around it.
    fn texts() -> Vec<String> {
        let (token, encoded) = (token(), &secrets()[7]);
        let query = format!(
            "https://sts.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEY}\
             %2F20261121%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Security-Token={encoded}&X-Amz-Signature={SIGNATURE}"
        );
        vec![
            mismatch(),
            mismatch().replace('\n', "\\n"),
            query.clone(),
            query.replace('=', "%3D").replace('&', "%26"),
            format!("x-amz-security-token: {token}"),
            format!("{{\"X-Amz-Security-Token\":\"{token}\"}}"),
            format!("{{\\\"SessionToken\\\": \\\"{token}\\\"}}"),
            format!(
                "<Credentials><AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey></Credentials>"
            ),
            format!("AWS_ACCESS_KEY_ID={KEY} AWS_SECRET_ACCESS_KEY={SECRET} AWS_SESSION_TOKEN={token}"),
            format!("aws_secret_access_key = {SECRET}"),
            format!("secretAccessKey: '{SECRET}', sessionToken: '{token}'"),
            format!("the token {token} is expired"),
            format!("the key {KEY}, of nobody"),
            format!("Authorization: Bearer {JWT}"),
            format!("bearer {JWT}"),
            format!("id_token={JWT}&x=1"),
            format!("not a token: {JWT}"),
            "Authorization: Basic dXNlcjpodW50ZXIy".to_owned(),
            "proxy http://user:hunter2hunter2@proxy.example:3128/ refused the connection".to_owned(),
            "proxy http://hunter2hunter2@proxy.example refused".to_owned(),
            "password=hunter2hunter2".to_owned(),
            "client_secret=hunter2hunter2&grant_type=x".to_owned(),
            "Cookie: hunter2hunter2".to_owned(),
            format!("GET /bucket?AWSAccessKeyId={KEY}&Signature=hunter2hunter2&Expires=1"),
        ]
    }

    /// No secret, and no half of one.
    fn is_clean(shown: &str, text: &str) {
        for secret in secrets() {
            let parts = [&secret[..12], &secret[secret.len() / 2..secret.len() / 2 + 7]];
            for part in parts {
                assert!(!shown.contains(part), "{part}\n{shown}\n\n{text}");
            }
        }
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(PATTERNS.len(), SHAPES.len() + 1);
    }

    /// What opens something is gone and the rest is there.
    #[test]
    fn secret_hidden_rest_kept() {
        for text in texts() {
            let shown = clean(&text);
            is_clean(&shown, &text);
            assert!(shown.contains(HIDDEN), "{shown}");
        }
        let shown = clean(&mismatch());
        assert!(
            shown.starts_with("The request signature we calculated does not match"),
            "{shown}"
        );
        assert!(
            shown.contains("x-amz-security-token:(not shown)\nx-amz-target:AWSCognito"),
            "{shown}"
        );
        assert_eq!(
            clean("proxy http://user:pass@proxy.example:3128/ refused"),
            "proxy http://(not shown)@proxy.example:3128/ refused"
        );
    }

    /// A token that reaches over the end is taken out before the end is cut.
    #[test]
    fn nothing_is_cut_in_two() {
        for text in texts() {
            for before in [LONGEST - 40, LONGEST - 20, LONGEST - 5] {
                let text = format!("{} {text}", "word ".repeat(before / 5));
                let shown = clean(&text);
                is_clean(&shown, &text);
                assert!(shown.chars().count() <= LONGEST + 1);
            }
        }
    }

    #[test]
    fn words_of_services_stay() {
        for words in [
            "ResourceNotFoundException: User pool us-west-2_A does not exist.",
            "InvalidSignatureException: Signature expired: 20261121T101112Z is now earlier than 20261121T102000Z",
            "The security token included in the request is expired",
            "Credential should be scoped to correct service: 'monitoring'.",
            "InvalidParameterException: Invalid pagination token",
            "User: arn:aws:sts::123456789012:assumed-role/audit/cogward is not authorized to perform: \
             cognito-idp:DescribeUserPool on resource: arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_A",
            "could not connect to http://127.0.0.1:4566/: connection refused",
            "no credentials were found in the environment, the shared configuration, or this machine's role",
            "Password did not conform with policy: Password must have symbol characters",
        ] {
            assert_eq!(clean(words), words);
        }
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        assert_eq!(clean(&"ä".repeat(1000)).chars().count(), LONGEST + 1);
    }

    proptest! {
        #[test]
        fn wherever_a_token_stands_it_goes(before in "\\PC{0,700}", after in "[ ,;\"'\\n]\\PC{0,80}") {
            let token = token();
            let shown = clean(&format!("{before} {token}{after}"));
            prop_assert!(!shown.contains(&token[..24]), "{}", shown);
            prop_assert!(shown.chars().count() <= LONGEST + 1);
        }
    }
}
