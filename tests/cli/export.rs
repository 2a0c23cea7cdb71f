//! `cogward export`: where its text goes, and what keeps it from being written.

use crate::cli::support::Place;

const SHOP: &str = "\
version: 1
target: { names: [shop] }
mode: { standard: AUDIT }
audit_gate: { minimum_days: 20 }
";

/// The text goes to standard output or a file and the rest beside it.
#[test]
fn text_to_stdout_or_file() {
    let place = Place::new();
    place.file("shop.yaml", SHOP);
    for (language, words) in [
        ("cloudformation", "    Type: AWS::Cognito::UserPool\n"),
        (
            "terraform",
            "resource \"aws_cognito_user_pool\" \"shop_pool\" {\n",
        ),
        (
            "cdk",
            "const shopPool = new cognito.CfnUserPool(this, \"ShopPool\", {\n",
        ),
        ("aws-cli", "#!/usr/bin/env bash\n"),
    ] {
        let run = place.run(&["export", "shop.yaml", "--to", language]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.out.contains(words), "{}", run.out);
        assert!(
            run.out.contains("Not exported: /audit_gate of shop: "),
            "{}",
            run.out
        );
        assert!(
            run.err.contains("not exported: /audit_gate of policy shop: "),
            "{}",
            run.err
        );
        let saved = place.run(&["export", "shop.yaml", "--to", language, "-o", "out"]);
        assert!(saved.code == 0 && saved.out.is_empty(), "{saved:?}");
        assert!(saved.err.starts_with("wrote out\n"), "{saved:?}");
        assert_eq!(place.read("out"), run.out);
    }
}

/// Nothing is written of what cannot be used.
#[test]
fn unusable_policy_writes_nothing() {
    let place = Place::new();
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for (text, code, words) in [
        (
            "version: 1\nmode: { standard: ENFORCE }\n".to_owned(),
            2,
            "ENFORCED",
        ),
        (
            "version: 1\nmode: { standard: AUDIT }\n".to_owned(),
            2,
            "no policy has a `target`",
        ),
        (
            format!("{SHOP}alarms:\n  - {{ name: 'secret_key: {secret}', metric: Risk }}\n"),
            2,
            "credential",
        ),
        (
            format!("{SHOP}alarms:\n  - {{ name: '{{{{resolve:ssm:x}}}}', metric: Risk }}\n"),
            2,
            "cannot be escaped",
        ),
    ] {
        place.file("shop.yaml", &text);
        let run = place.run(&["export", "shop.yaml", "--to", "cloudformation", "-o", "out"]);
        assert_eq!(run.code, code, "{run:?}");
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains(words) && !said.contains(secret), "{said}");
        assert!(!place.path("out").exists());
    }
    place.file("shop.yaml", SHOP);
    for itself in ["shop.yaml", "./shop.yaml"] {
        let run = place.run(&["export", ".", "--to", "terraform", "-o", itself]);
        assert!(
            run.code == 2 && run.err.contains("as an input and as the export"),
            "{run:?}"
        );
        assert_eq!(place.read("shop.yaml"), SHOP);
    }
    let run = place.run(&["export", "missing.yaml", "--to", "cdk"]);
    assert!(run.code == 2 && !run.out.contains("import"), "{run:?}");
    let run = place.run(&["export", "shop.yaml", "--to", "pulumi"]);
    assert!(run.code == 2 && run.err.contains("cloudformation"), "{run:?}");
}

/// What keeps policies from being exported is no part of the exported text.
#[test]
fn faults_go_to_standard_error() {
    let place = Place::new();
    place.file("shop.yaml", "version: 1\nmoode: 1\n");
    for path in ["shop.yaml", "nope"] {
        let run = place.run(&["export", path, "--to", "terraform"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert_eq!(run.out, "", "{run:?}");
        assert!(run.err.contains("error["), "{run:?}");
    }
}
