//! MFA settings that Cognito rejects are found before anything is planned.

use crate::cli::support::Place;

/// Rule and message of what `lint` says above a note of a policy with these MFA settings.
fn lint(mfa: &str) -> (i32, Vec<(String, String)>) {
    let place = Place::with(format!(
        "version: 1\nname: a\ntarget: {{ pool: us-west-2_A }}\nmfa: {mfa}\n"
    ));
    let (code, findings) = place.findings(&["--min-severity", "warning"]);
    (code, findings.into_iter().map(|one| (one.0, one.2)).collect())
}

#[test]
fn what_cannot_hold_together_is_an_error() {
    for (mfa, message) in [
        (
            "{ configuration: OFF, factors: [SOFTWARE_TOKEN, WEB_AUTHN] }",
            "no factor can be on",
        ),
        ("{ configuration: OFF, factors: [SMS] }", "no factor can be on"),
        ("{ configuration: OFF, factors: [EMAIL] }", "no factor can be on"),
        (
            "{ configuration: OPTIONAL, factors: [] }",
            "cannot be `OPTIONAL` without a factor",
        ),
        (
            "{ configuration: ON, factors: [] }",
            "cannot be `ON` without a factor",
        ),
    ] {
        let (code, findings) = lint(mfa);
        assert_eq!((code, findings.len()), (1, 1), "{mfa} {findings:?}");
        assert!(
            findings[0].0 == "mfa-impossible" && findings[0].1.contains(message),
            "{findings:?}"
        );
    }
    for mfa in [
        "{ configuration: OFF, factors: [] }",
        "{ configuration: OFF }",
        // What factors the pool has is only known where it is looked at.
        "{ configuration: OPTIONAL }",
        "{ factors: [SOFTWARE_TOKEN] }",
        "{ configuration: ON, factors: [SMS, EMAIL] }",
    ] {
        assert_eq!(lint(mfa), (0, Vec::new()), "{mfa}");
    }
}
