//! Credentials, profiles, regions and addresses that do not work: every message names what was used, and what to do next.

use std::process::Command;

use cogward::simulator::{FaultKind, InjectedFault, Role};

use crate::cli::live::support::{ACCOUNT, Aws, POOL, world};
use crate::cli::support::{Run, finished, program};

/// What a home folder has and the environment says, and what is said then.
struct Case {
    name: &'static str,
    args: &'static [&'static str],
    config: &'static str,
    /// Variables that are set or, with no value, taken away.
    variables: &'static [(&'static str, Option<&'static str>)],
    code: i32,
    says: &'static [&'static str],
}

const KEYS: [(&str, Option<&str>); 2] = [("AWS_ACCESS_KEY_ID", None), ("AWS_SECRET_ACCESS_KEY", None)];

const SSO: &str = "[profile p]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\nregion = us-west-2\n\
                   [sso-session s]\nsso_start_url = https://s.example/start\nsso_region = us-west-2\n";

const OLD_SSO: &str = "[profile p]\nsso_start_url = https://s.example/start\nsso_region = us-west-2\n\
                       sso_account_id = 123456789012\nsso_role_name = r\n";

const ROLE: &str = "[profile base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n\
                    [profile p]\nrole_arn = arn:aws:iam::123456789012:role/none\nsource_profile = base\n";

const MFA: &str = "[profile base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n\
                   [profile p]\nrole_arn = arn:aws:iam::123456789012:role/none\nsource_profile = base\n\
                   mfa_serial = arn:aws:iam::123456789012:mfa/me\n";

const WEB: &str =
    "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/none\nweb_identity_token_file = /none/token\n";

const NO_REGION: (&str, Option<&str>) = ("AWS_REGION", Some(""));

const CASES: &[Case] = &[
    Case {
        name: "a profile that is not there",
        args: &["--profile", "nosuch"],
        config: ROLE,
        variables: &[],
        code: 2,
        says: &[
            "--profile: there is no profile `nosuch` in ",
            "profiles there: base and p",
        ],
    },
    Case {
        name: "no profile at all, without keys",
        args: &["--profile", "nosuch"],
        config: "",
        variables: &KEYS,
        code: 2,
        says: &["there is no profile `nosuch`", "aws configure --profile"],
    },
    Case {
        name: "AWS_PROFILE that is not there, without keys",
        args: &[],
        config: ROLE,
        variables: &[KEYS[0], KEYS[1], ("AWS_PROFILE", Some("bse"))],
        code: 2,
        says: &["AWS_PROFILE: there is no profile `bse`", "did you mean `base`?"],
    },
    Case {
        name: "AWS_PROFILE that is not there, with keys",
        args: &[],
        config: ROLE,
        variables: &[("AWS_PROFILE", Some("nosuch"))],
        code: 2,
        says: &["AWS_PROFILE: there is no profile `nosuch`"],
    },
    Case {
        name: "a source profile that is not there",
        args: &[],
        config: "[profile p]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n",
        variables: &[KEYS[0], KEYS[1], ("AWS_PROFILE", Some("p"))],
        code: 2,
        says: &[
            "the profile `p` takes its credentials from `source_profile = base`",
            "no profile `base`",
        ],
    },
    Case {
        name: "half of the keys",
        args: &["--profile", "p"],
        config: "[profile p]\naws_access_key_id = A\n",
        variables: &[],
        code: 2,
        says: &["has `aws_access_key_id` and no `aws_secret_access_key`"],
    },
    Case {
        name: "a file that is not of the form",
        args: &["--profile", "p"],
        config: "[profile p]\nregion = us-west-2\nwhat is this\n",
        variables: &[],
        code: 2,
        says: &["error parsing ", "/config on line 3", "correct that line"],
    },
    Case {
        name: "a profile without credentials",
        args: &["--profile", "p"],
        config: "[profile p]\nregion = us-west-2\n",
        variables: &[],
        code: 4,
        says: &[
            "the profile `p` has no credentials",
            "`aws configure --profile p`",
        ],
    },
    Case {
        name: "not signed in",
        args: &["--profile", "p"],
        config: SSO,
        variables: &[],
        code: 4,
        says: &[
            "the profile `p` is not signed in",
            "run `aws sso login --profile p`",
        ],
    },
    Case {
        name: "not signed in, by AWS_PROFILE",
        args: &[],
        config: SSO,
        variables: &[KEYS[0], KEYS[1], ("AWS_PROFILE", Some("p"))],
        code: 4,
        says: &["run `aws sso login --profile p`"],
    },
    Case {
        name: "not signed in, old style",
        args: &["--profile", "p"],
        config: OLD_SSO,
        variables: &[],
        code: 4,
        says: &["run `aws sso login --profile p`"],
    },
    Case {
        name: "a role of a profile that may not be assumed",
        args: &["--profile", "p"],
        config: ROLE,
        variables: &[],
        code: 4,
        says: &[
            "the profile `p` has no credentials: AccessDenied: User: arn:aws:",
            "sts:AssumeRole",
        ],
    },
    Case {
        name: "a role that is typed and may not be assumed",
        args: &["--role-arn", "arn:aws:iam::123456789012:role/none"],
        config: "",
        variables: &[],
        code: 4,
        says: &[
            "AWS_ACCESS_KEY_ID may not assume the role arn:aws:iam::123456789012:role/none: AccessDenied: User: ",
        ],
    },
    Case {
        name: "a profile that wants MFA",
        args: &["--profile", "p"],
        config: MFA,
        variables: &[],
        code: 4,
        says: &[
            "the profile `p` requires an MFA code",
            "aws configure export-credentials --profile p",
        ],
    },
    Case {
        name: "a web identity whose token is not there",
        args: &[],
        config: "",
        variables: &[
            KEYS[0],
            KEYS[1],
            ("AWS_WEB_IDENTITY_TOKEN_FILE", Some("/none/token")),
            ("AWS_ROLE_ARN", Some("arn:aws:iam::123456789012:role/r")),
        ],
        code: 4,
        says: &["the token file `/none/token`, which AWS_WEB_IDENTITY_TOKEN_FILE names, cannot be read"],
    },
    Case {
        name: "a web identity of a profile whose token is not there",
        args: &["--profile", "p"],
        config: WEB,
        variables: &[],
        code: 4,
        says: &["the token file `/none/token`, which `web_identity_token_file` of the profile names"],
    },
    Case {
        name: "keys that AWS does not know",
        args: &[],
        config: "",
        variables: &[("AWS_ACCESS_KEY_ID", Some("AKIAOTHER"))],
        code: 4,
        says: &[
            "AWS does not accept the access key or the session token of AWS_ACCESS_KEY_ID",
            "check that it is active",
        ],
    },
    Case {
        name: "an endpoint where nobody listens",
        args: &[],
        config: "",
        variables: &[("AWS_ENDPOINT_URL", Some("http://127.0.0.1:1"))],
        code: 4,
        says: &[
            "could not connect to http://127.0.0.1:1, which AWS_ENDPOINT_URL names: connection refused",
            "does `cogward demo --serve` still run?",
        ],
    },
    Case {
        name: "an endpoint of one service where nobody listens",
        args: &[],
        config: "",
        variables: &[(
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
            Some("http://127.0.0.1:1"),
        )],
        code: 4,
        says: &["which AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER names"],
    },
    Case {
        name: "an endpoint of a profile where nobody listens",
        args: &["--profile", "p"],
        config: "[profile p]\naws_access_key_id = A\naws_secret_access_key = s\nendpoint_url = http://127.0.0.1:1\n",
        variables: &[("AWS_ENDPOINT_URL", None)],
        code: 4,
        says: &["could not connect to http://127.0.0.1:1, which `endpoint_url` of a profile names"],
    },
    Case {
        name: "a proxy where nobody listens",
        args: &[],
        config: "",
        variables: &[
            ("AWS_ENDPOINT_URL", None),
            ("HTTPS_PROXY", Some("http://127.0.0.1:1")),
        ],
        code: 4,
        says: &[
            "could not connect to https://cognito-idp.us-west-2.amazonaws.com through the proxy http://127.0.0.1:1, which \
             HTTPS_PROXY names",
            "NO_PROXY",
        ],
    },
    Case {
        name: "a region that is set to nothing, and none elsewhere",
        args: &[],
        config: "",
        variables: &[NO_REGION],
        code: 2,
        says: &["no region: name one with --region"],
    },
    Case {
        name: "a region without pools",
        args: &["--region", "eu-west-1"],
        config: "",
        variables: &[],
        code: 2,
        says: &[
            "there is no user pool in eu-west-1 of account 123456789012",
            "--all-regions",
        ],
    },
];

fn run(aws: &Aws, case: &Case) -> Run {
    aws.place.file("config", case.config);
    let mut command = aws.command(&[&["scan"], case.args].concat());
    command
        .env("AWS_CONFIG_FILE", aws.place.path("config"))
        .env("HOME", aws.place.path("home"));
    for (name, value) in case.variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    finished(&command.env("COLUMNS", "2000").output().unwrap())
}

/// Words of the program's own libraries that nobody can do anything with.
const FOREIGN: [&str; 7] = [
    "dispatch failure",
    "service error",
    "unhandled error",
    "Error {",
    "os error",
    "Interceptor",
    "IMDS",
];

fn is_plain(name: &str, said: &str) {
    for words in FOREIGN {
        assert!(!said.contains(words), "{name}: {words}\n{said}");
    }
    for secret in ["secret_access_key = ", "AKIAOTHER"] {
        assert!(!said.contains(secret), "{name}: {said}");
    }
}

/// Every message names what was used and what to do.
#[test]
fn messages_name_source_and_remedy() {
    let aws = Aws::one();
    for case in CASES {
        let run = run(&aws, case);
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, case.code, "{}: {said}", case.name);
        for part in case.says {
            assert!(said.contains(part), "{}: {part}\n{said}", case.name);
        }
        is_plain(case.name, &said);
    }
}

/// What AWS itself refuses.
#[test]
fn what_is_refused_is_said_in_the_same_way() {
    for (kind, words) in [
        (
            FaultKind::ExpiredToken,
            "the credentials of AWS_ACCESS_KEY_ID have expired (ExpiredToken",
        ),
        (
            FaultKind::Echo,
            "does not belong to its access key (InvalidSignatureException: The request signature we calculated does not match the \
             signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for \
             details.): set both again",
        ),
    ] {
        let aws = Aws::one().faults(vec![InjectedFault::new(kind)]);
        let run = aws.run(&["scan"]);
        let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.code == 4 && said.contains(words), "{words}: {said}");
        assert!(!said.contains("access denied"), "{said}");
        is_plain(words, &said);
    }
}

/// The same answers where the words are those of a role that is assumed, and of pools that are named.
#[test]
fn region_falls_through_empty_variables() {
    let aws = Aws::one();
    for (config, variables) in [
        ("[default]\nregion = us-west-2\n", &[NO_REGION][..]),
        ("", &[NO_REGION, ("AWS_DEFAULT_REGION", Some("us-west-2"))]),
        ("", &[("AWS_PROFILE", Some(""))]),
        ("", &[("AWS_PROFILE", Some("default"))]),
        (
            "[profile q]\nregion = us-west-2\n",
            &[NO_REGION, ("AWS_PROFILE", Some("q"))],
        ),
    ] {
        let case = Case {
            name: "a source",
            args: &["--deny", "never"],
            config,
            variables,
            code: 0,
            says: &[],
        };
        let run = run(&aws, &case);
        assert_eq!(run.code, 0, "{config} {variables:?}: {run:?}");
    }
}

/// A loopback address is asked directly, whatever proxies there are.
#[test]
fn loopback_endpoint_bypasses_proxies() {
    let aws = Aws::one();
    let names = [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ];
    let proxied = |mut command: Command| {
        command.envs(names.map(|name| (name, "http://127.0.0.1:1")));
        finished(&command.output().unwrap())
    };
    let port = aws.server.address().port();
    for address in [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
    ] {
        let mut command = aws.command(&["explain", "--pool", POOL]);
        command.env("AWS_ENDPOINT_URL", &address);
        let run = proxied(command);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{address}: {}", run.out);
    }
    let run = proxied(aws.command(&["apply", "--dry-run"]));
    assert_eq!(run.code, 0, "{run:?}");
    let run = proxied(program(&["demo"]));
    // What could not be read from AWS is marked so.
    assert!(run.code == 0 && !run.out.contains("FAILED"), "{}", run.out);
    assert!(run.out.contains("in 4 pools"), "{}", run.out);
}

/// A role that needs a session of a web identity that AWS refuses.
#[test]
fn refused_web_identity_quotes_the_service() {
    let mut world = world();
    let roles = &mut world.accounts.get_mut(ACCOUNT).unwrap().roles;
    roles.insert("r".into(), Role::default());
    let aws = Aws::new(world);
    aws.place.file("token", "wrong");
    let mut command = aws.command(&["scan"]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_ROLE_ARN", format!("arn:aws:iam::{ACCOUNT}:role/r"))
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", aws.place.path("token"))
        .env("COLUMNS", "2000");
    let run = finished(&command.output().unwrap());
    assert!(
        run.code == 4 && run.out.contains("this machine has no credentials: "),
        "{run:?}"
    );
    is_plain("a web identity", &run.out);
}
