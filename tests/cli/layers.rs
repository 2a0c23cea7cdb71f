//! Files under a policy: their credentials, what a layer keeps, and how many there may be.

use crate::cli::support::Place;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

const TARGET: &str = "version: 1\ntarget: { pool: us-west-2_A }\n";

fn secrets(place: &Place, args: &[&str]) -> Vec<(String, String)> {
    let (_, found) = place.findings(args);
    let secrets = found.into_iter().filter(|(rule, ..)| rule == "secret-in-policy");
    secrets.map(|(_, place, message)| (place, message)).collect()
}

/// Credentials in layers and bodies that nobody listed are found where they are.
#[test]
fn credentials_found_in_unlisted_files() {
    let email = "account_takeover:\n  notifications:\n    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a.com\n    block_email: { subject: s, html_file: ../mails/block.html }\n";
    let place = Place::with(format!("{TARGET}extends: ../layers/base.yaml\n{email}"));
    place.file(
        "policies/b.yaml",
        format!("{TARGET}extends: ../layers/base.yaml\n").replace("_A", "_B"),
    );
    place.file(
        "layers/base.yaml",
        format!("version: 1\n# by {KEY}\nfeature_plan: PLUS\n"),
    );
    place.file("mails/block.html", format!("<p>Hello</p>\n<p>{KEY}</p>\n"));
    let message = "this value looks like a credential: AWS access key id".to_owned();
    assert_eq!(
        secrets(&place, &["policies"]),
        [
            ("layers/base.yaml:2:6".to_owned(), message.clone()),
            ("mails/block.html:2:4".to_owned(), message),
        ]
    );
    let run = place.lint(&["policies"]);
    assert!(run.code == 1 && !run.out.contains(KEY), "{}", run.out);
    // A layer that is checked itself has its credential found once.
    assert_eq!(secrets(&place, &["policies", "layers"]).len(), 2);
}

/// What is said of the rule holds for files that nobody listed.
#[test]
fn secret_rule_settings_in_unlisted_files() {
    let place = Place::with(format!("{TARGET}extends: ../layers/base.yaml\n"));
    place.file(
        "layers/base.yaml",
        format!("version: 1\n# cogward: ignore[secret-in-policy] revoked in May\n# by {KEY}\n"),
    );
    assert_eq!(place.lint(&["policies", "--deny=error"]).code, 0);
    place.file("layers/base.yaml", format!("version: 1\n# by {KEY}\n"));
    assert_eq!(place.lint(&["policies", "--deny=error"]).code, 1);
    place.file(
        "cogward.toml",
        "[rules.secret-in-policy]\ndisabled = \"found by another tool\"\n",
    );
    assert_eq!(secrets(&place, &["policies"]), []);
}

#[test]
fn a_chain_of_files_may_have_64_layers() {
    let place = Place::new();
    for index in 0..70 {
        let below = match index {
            0 => String::new(),
            index => format!("extends: l{:02}.yaml\n", index - 1),
        };
        place.file(
            &format!("policies/l{index:02}.yaml"),
            format!("version: 1\n{below}"),
        );
    }
    let (code, found) = place.findings(&["policies"]);
    assert_eq!(code, 2);
    let deep: Vec<_> = found.iter().filter(|(rule, ..)| rule == "too-deep").collect();
    let places: Vec<_> = deep.iter().map(|(_, place, _)| place.as_str()).collect();
    let expected: Vec<_> = (65..70)
        .map(|index| format!("policies/l{index}.yaml:2:10"))
        .collect();
    assert_eq!(places, expected, "each at its own `extends`");
}

/// A client that inherits keeps what a layer says of it but for its responses.
#[test]
fn inheriting_client_keeps_layer_settings() {
    let own =
        "account_takeover: { low: { action: BLOCK }, medium: { action: BLOCK }, high: { action: BLOCK } }";
    let place = Place::with(format!(
        "{TARGET}extends: ../base.yaml\nclients: {{ web: inherit }}\n"
    ));
    place.file(
        "base.yaml",
        format!(
            "version: 1\nfeature_plan: PLUS\nmode: {{ standard: AUDIT, custom: 'OFF' }}\nclients:\n  web:\n    id: 1abc\n    auth_flows: [ALLOW_CUSTOM_AUTH]\n    {own}\n"
        ),
    );
    let unprotected = |place: &Place| {
        let (code, found) = place.findings(&["policies"]);
        assert!(code < 2, "{found:?}");
        found.iter().any(|(rule, ..)| rule == "custom-auth-unprotected")
    };
    assert!(unprotected(&place), "the flows of the layer stay");
    // The other way round: responses over a client that inherits.
    place.file(
        "base.yaml",
        "version: 1\nclients: { web: inherit, app: { inherit: true, id: 2abc } }\n",
    );
    let over = format!("{TARGET}extends: ../base.yaml\nclients: {{ web: {{ {own} }}, app: {{ {own} }} }}\n");
    place.file("policies/a.yaml", over);
    assert!(place.findings(&["policies"]).0 < 2);
}
