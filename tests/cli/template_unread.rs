//! What files do not show: pools, modes and templates that are elsewhere, marks of the byte order, merged mappings.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};
use crate::cli::template_nested::scan;

fn attachment(high: &str, more: &str) -> String {
    format!(
        "  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: us-west-2_AbCdEfGhI
      ClientId: ALL
      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: {high}, Notify: false }} }} }}
{more}"
    )
}

fn compare(before: &str, after: &str) -> Run {
    let place = Place::new();
    place.file("before.yaml", before).file("after.yaml", after);
    let args = [
        "scan",
        "--from",
        "after.yaml",
        "--before",
        "before.yaml",
        "--fail-on",
        "weaker",
        "--format",
        "concise",
    ];
    place.run(&args)
}

/// Responses of a pool that is in no file get weaker if it is ENFORCED: that is said, and fails.
#[test]
fn unknown_mode_hides_no_weaker_responses() {
    let head = "Resources:\n";
    let compromised = "      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } }\n";
    let strong = format!("{head}{}", attachment("BLOCK", compromised));
    let weak = format!("{head}{}", attachment("NO_ACTION", compromised));
    let run = compare(&strong, &weak);
    assert_eq!(run.code, 3, "{run:?}");
    let said =
        "after.yaml:7:66: warning[change-weaker] if the pool is ENFORCED: `/account_takeover/high` changes";
    assert!(run.out.contains(said), "{run:?}");
    let line = "after.yaml: if the pool is ENFORCED: weaker: other clients: password, SRP";
    assert!(run.out.contains(line), "{run:?}");
    let run = compare(&weak, &strong);
    assert!(run.code != 3 && !run.out.contains("change-"), "{run:?}");
    assert_ne!(compare(&strong, &strong).code, 3);
    // A section that is gone is missing where the others are.
    let run = compare(&strong, &format!("{head}{}", attachment("BLOCK", "")));
    assert_eq!(run.code, 3, "{run:?}");
    let said =
        "after.yaml:2:3: note[change-undefined] if the pool is ENFORCED: `/compromised_credentials` changes";
    assert!(run.out.contains(said), "{run:?}");
}

/// A pool that is known to be in AUDIT before and after gets no weaker by such a change.
#[test]
fn known_mode_is_not_supposed() {
    let pool = "Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }
";
    let of = |high: &str| {
        format!(
            "{pool}{}",
            attachment(high, "").replace("us-west-2_AbCdEfGhI", "!Ref P")
        )
    };
    let run = compare(&of("BLOCK"), &of("NO_ACTION"));
    assert!(!run.out.contains("if the pool is ENFORCED"), "{run:?}");
}

/// The only pool of a plan is destroyed: that was seen, and fails the run where what is weaker does.
#[test]
fn only_pool_that_is_destroyed_fails() {
    let place = Place::new();
    let pool = json!({ "name": "shop", "id": "us-west-2_AbCdEfGhI", "user_pool_tier": "PLUS" });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "resource_changes": [{
            "address": "aws_cognito_user_pool.p", "mode": "managed", "type": "aws_cognito_user_pool", "name": "p",
            "change": { "actions": ["delete"], "before": pool, "after": Value::Null, "after_unknown": {}, "before_sensitive": {},
                "after_sensitive": false },
        }],
        "configuration": { "root_module": {} },
    });
    place.file("plan.json", plan.to_string());
    let run = place.run(&["scan", "--from", "plan.json", "--fail-on", "weaker"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("1 pool gone"), "{run:?}");
    assert_eq!(place.run(&["scan", "--from", "plan.json"]).code, 0);
}

const POOL: &str = "  P: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }\n";

/// What may make pools and is not read is named; without any pool nothing was checked.
#[test]
fn unread_stacks_and_modules_are_named() {
    for (kind, properties, what) in [
        (
            "AWS::CloudFormation::Stack",
            "TemplateURL: 'https://example.com/t.yaml'",
            "what the nested stack `N` makes",
        ),
        (
            "AWS::CloudFormation::Stack",
            "TemplateURL: ./missing.yaml",
            "what the nested stack `N` makes",
        ),
        (
            "AWS::Serverless::Application",
            "Location: https://example.com/t",
            "what the nested stack `N` makes",
        ),
        (
            "Acme::Any::Thing::MODULE",
            "A: 1",
            "what `N` makes, whose type is `Acme::Any::Thing::MODULE`",
        ),
        (
            "Acme::Cognito::Pool",
            "A: 1",
            "what `N` makes, whose type is `Acme::Cognito::Pool`",
        ),
    ] {
        let beside = format!("  N: {{ Type: '{kind}', Properties: {{ {properties} }} }}\n");
        for (pool, code) in [("", 2), (POOL, 1)] {
            let text = format!("Resources:\n{pool}{beside}");
            let (found, out) = scan(&[("t.yaml", &text)], &[]);
            assert_eq!(found, code, "{kind}: {out}");
            assert!(out.contains(what), "{kind}: {out}");
            assert!(!out.contains("no user pool in it"), "{kind}: {out}");
        }
        // One that is not made makes nothing.
        let off = "Conditions: { Off: !Equals [a, b] }\n";
        let gone = beside.replace("{ Type", "{ Condition: 'Off', Type");
        let (code, out) = scan(&[("t.yaml", &format!("{off}Resources:\n{gone}"))], &[]);
        assert!(
            code == 0 && out.contains("no user pool in 1 file"),
            "{kind}: {out}"
        );
    }
    let other = "Resources:\n  N: { Type: 'Datadog::Monitors::Monitor', Properties: { A: 1 } }\n";
    let (code, out) = scan(&[("t.yaml", other)], &[]);
    assert!(code == 0 && out.contains("no user pool in 1 file"), "{out}");
}

/// What gets a pool and is a module, or of a type that somebody registered, may set anything of it.
#[test]
fn foreign_type_leaves_its_pool_open() {
    for kind in ["Acme::Auth::Responses::MODULE", "My::Company::Risk"] {
        let text = format!("Resources:\n{POOL}  R: {{ Type: '{kind}', Properties: {{ Pool: !Ref P }} }}\n");
        let (code, out) = scan(&[("t.yaml", &text)], &[]);
        assert!(code == 0 && !out.contains("error["), "{kind}: {out}");
        assert!(
            out.contains("risk configuration of pool P: not checked"),
            "{kind}: {out}"
        );
    }
}

/// A template that is named beside the one that nests it is read there alone.
#[test]
fn nested_template_named_beside_its_parent() {
    let child = "Parameters: { Mode: { Type: String } }
Resources:
  P: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: !Ref Mode } } }
";
    let parent = "Resources:
  N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: ./child.yaml, Parameters: { Mode: AUDIT } } }
";
    for files in [
        [("child.yaml", child), ("parent.yaml", parent)],
        [("parent.yaml", parent), ("child.yaml", child)],
    ] {
        let (code, out) = scan(&files, &["--from", files[1].0]);
        assert!(code == 0 && out.contains("in 1 pool"), "{out}");
        assert!(
            !out.contains("error[") && !out.contains("no user pool in it"),
            "{out}"
        );
    }
}

/// Windows puts a mark of the byte order before texts, and PowerShell writes UTF-16.
#[test]
fn byte_order_marks_are_no_text() {
    let place = Place::new();
    let marked = format!("\u{feff}Resources:\n{POOL}");
    place.file("t.yaml", &marked).file("folder/t.yaml", &marked);
    for from in ["t.yaml", "folder"] {
        let run = place.run(&["scan", "--from", from, "--format", "concise"]);
        assert!(
            run.out
                .contains("t.yaml:2:114: error[enforced-without-responses]"),
            "{run:?}"
        );
    }
    let parameters = "\u{feff}{\"Mode\": \"AUDIT\"}";
    place.file("p.json", parameters);
    place.file("m.yaml", "Parameters: { Mode: { Type: String } }\nResources:\n  P: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolAddOns: { AdvancedSecurityMode: !Ref Mode } } }\n");
    let run = place.run(&[
        "scan",
        "--from",
        "m.yaml",
        "--parameters",
        "p.json",
        "--format",
        "concise",
    ]);
    assert!(!run.out.contains("error[enforced"), "{run:?}");
    let utf16: Vec<u8> = format!("Resources:\n{POOL}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for mark in [&b"\xff\xfe"[..], b""] {
        place.file("wide.yaml", [mark, &utf16].concat());
        let run = place.run(&["scan", "--from", "wide.yaml"]);
        let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            run.code == 2 && said.contains("UTF-16") && said.contains("Out-File -Encoding utf8"),
            "{run:?}"
        );
    }
}

/// A merge key brings the keys of another mapping, and what is written beside it goes before.
#[test]
fn merge_keys_bring_their_mappings() {
    let text = "Resources:
  P:
    Type: AWS::Cognito::UserPool
    Properties: &p
      UserPoolTier: PLUS
      UserPoolAddOns: { AdvancedSecurityMode: ENFORCED }
  Q: { Type: AWS::Cognito::UserPool, Properties: { <<: *p, UserPoolName: q } }
  A: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: AUDIT }, <<: [*p, { UserPoolName: a }] } }
";
    let (_, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(
        out.matches("error[enforced-without-responses]").count(),
        2,
        "{out}"
    );
    assert!(!out.contains("merge-key"), "{out}");
    // Policies have none.
    let place = Place::new();
    place.file(
        "p.yaml",
        "version: 1\nname: p\n<<: { mode: { standard: AUDIT } }\n",
    );
    assert!(place.lint(&["p.yaml"]).out.contains("merge-key"));
}

/// Each range has its own line.
#[test]
fn ranges_have_their_own_places() {
    let text = format!(
        "Resources:
{POOL}  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref P
      ClientId: ALL
      RiskExceptionConfiguration:
        SkippedIPRangeList:
          - 8.8.8.0/24
          - 0.0.0.0/0
        BlockedIPRangeList:
          - 9.9.9.9/24
"
    );
    let (_, out) = scan(&[("t.yaml", &text)], &[]);
    assert!(out.contains("t.yaml:11:13: error[allow-range-too-wide]"), "{out}");
    assert!(out.contains("t.yaml:13:13: warning[cidr-host-bits]"), "{out}");
}
