//! What names in templates lead to, and what of a pool is no longer known: nothing is taken for something else, or for nothing.

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

const POOL: &str = "
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }
  B: { Type: AWS::S3::Bucket }";

/// A risk configuration that blocks, for whatever names the pool.
fn answers(pool: &str) -> String {
    format!(
        "
  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: {pool}
      ClientId: ALL
      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: {{ EventAction: NO_ACTION, Notify: false }}
          MediumAction: {{ EventAction: MFA_IF_CONFIGURED, Notify: false }}
          HighAction: {{ EventAction: BLOCK, Notify: false }}
"
    )
}

fn template(head: &str, resources: &str) -> String {
    format!("{head}Resources:{POOL}{resources}")
}

/// What cannot be deployed is an input error at its place.
#[test]
fn names_that_lead_to_nothing_are_faults() {
    let extensions = "Transform: AWS::LanguageExtensions\n";
    for (head, resources, said) in [
        ("", answers("!Ref B"), "`UserPoolId` of `R` names `B`, which is `AWS::S3::Bucket` and not `AWS::Cognito::UserPool`"),
        ("", answers("!GetAtt P.Arn"), "`UserPoolId` of `R` names `P.Arn`, which is not its id"),
        ("", answers("P"), "`UserPoolId` of `R` is the text `P`, which is no id: write `!Ref P`"),
        ("", answers("!Sub \"P\""), "is the text `P`, which is no id"),
        ("", answers("!GetAtt P.UserPoolID"), "there is no attribute `UserPoolID`"),
        ("", answers("{ 'Fn::Selct': [0, [a]] }"), "there is no function `Fn::Selct`"),
        ("", "\n  F: { Type: AWS::Cognito::UserPoolDomain, DependsOn: [P, Q], Properties: { UserPoolId: !Ref P } }\n".to_owned(), "`DependsOn` names `Q`"),
        ("", "\n  F: { Type: AWS::Cognito::UserPoolDomain, DeletionPolicy: Retian, Properties: { UserPoolId: !Ref P } }\n".to_owned(), "there is no DeletionPolicy `Retian`"),
        ("", "\n  Fn::ForEach::X: [N, [a], { 'C${N}': { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref P } } }]\n".to_owned(), "`Fn::ForEach` needs `Transform: AWS::LanguageExtensions`"),
        ("Conditions: { Is: { 'Fn::Equal': [a, a] } }\n", "\n  F: { Type: AWS::Cognito::UserPoolDomain, Condition: Is, Properties: { UserPoolId: !Ref P } }\n".to_owned(), "`Fn::Equal` is no condition"),
    ] {
        let (code, out) = scan(&[("t.yaml", &template(head, &resources))], &[]);
        assert_eq!(code, 2, "{said}: {out}");
        assert!(out.contains(said), "{said}: {out}");
        assert!(out.contains("t.yaml:"), "{out}");
    }
    // What a program, a macro or a loop gives may be anything.
    for (head, resources) in [
        ("", answers("!GetAtt C.Pool") + "  C: { Type: Custom::Pool }\n"),
        ("Transform: Mine\n", answers("!Ref B")),
        (extensions, "\n  Fn::ForEach::X: [N, [a], { 'C${N}': { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref P } } }]\n".to_owned()),
        ("", answers("!Select [1, !Split [/, !GetAtt P.Arn]]")),
        ("", answers("!Select [1, !Split [/, !Select [5, !Split [':', !GetAtt P.Arn]]]]")),
    ] {
        let (code, out) = scan(&[("t.yaml", &template(head, &resources))], &[]);
        assert_ne!(code, 2, "{head}{resources}: {out}");
    }
}

/// A reference to what no loop makes is a fault once all loops are carried out.
#[test]
fn name_that_no_loop_makes_is_a_fault() {
    let text = "Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Each:
    - N
    - [a, b]
    - 'R${N}': { Type: AWS::Cognito::UserPoolDomain, Properties: { UserPoolId: !Ref { Fn::Sub: 'P${N}' } } }
  Fn::ForEach::Pools:
    - N
    - ['a']
    - 'P${N}': { Type: AWS::Cognito::UserPool }
";
    let (code, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("there is no resource `Pb`") && !out.contains("`Pa`"),
        "{out}"
    );
}

/// The id that ends a pool's ARN is the pool, however the ARN is taken apart.
#[test]
fn id_out_of_an_arn_is_the_pool() {
    for pool in [
        "!Ref P",
        "!Select [1, !Split [/, !GetAtt P.Arn]]",
        "!Select [1, !Split [/, !Select [5, !Split [':', !GetAtt P.Arn]]]]",
    ] {
        let (_, out) = scan(&[("t.yaml", &template("", &answers(pool)))], &[]);
        assert!(!out.contains("enforced-without-responses"), "{pool}: {out}");
        assert!(!out.contains("in none of the files"), "{pool}: {out}");
    }
}

/// A value that is known before and not after may be anything: it is said, and counts.
#[test]
fn value_that_is_no_longer_known_is_said() {
    let client = |flows: &str| {
        format!(
            "\n  C: {{ Type: AWS::Cognito::UserPoolClient, Properties: {{ UserPoolId: !Ref P, ClientName: web, ExplicitAuthFlows: {flows} }} }}\n"
        )
    };
    let whole = template(
        "Parameters: { L: { Type: CommaDelimitedList }, T: { Type: String } }\n",
        &(answers("!Ref P") + &client("[ALLOW_USER_SRP_AUTH]")),
    );
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1)
    };
    let ranges = "      ClientId: ALL\n";
    for (after, said) in [
        (
            with("UserPoolTier: PLUS", "UserPoolTier: !Ref T"),
            "feature plan of pool `P`",
        ),
        (
            with("UserPoolTier: PLUS", "UserPoolTier: PLUS, EnabledMfas: !Ref L"),
            "MFA of pool `P`",
        ),
        (
            with("[ALLOW_USER_SRP_AUTH]", "!Ref L"),
            "client `web` of pool `P`",
        ),
        (
            with(
                ranges,
                &format!("{ranges}      RiskExceptionConfiguration: {{ SkippedIPRangeList: !Ref L }}\n"),
            ),
            "risk configuration of pool `P`",
        ),
        (
            with(
                ranges,
                &format!("{ranges}      RiskExceptionConfiguration: {{ SkippedIPRangeList: [!Ref T] }}\n"),
            ),
            "risk configuration of pool `P`",
        ),
    ] {
        let args = ["--before", "old.yaml", "--fail-on", "weaker", "--deny", "never"];
        let place = Place::new();
        place.file("new.yaml", &after);
        place.file("old.yaml", &whole);
        let mut all = vec!["scan", "--format", "concise", "--from", "new.yaml"];
        all.extend(args);
        let any: Vec<_> = all
            .iter()
            .map(|arg| if *arg == "weaker" { "any" } else { arg })
            .collect();
        let run = place.run(&any);
        assert_eq!(run.code, 3, "{said}: {}{}", run.out, run.err);
        let is_told = if said.starts_with("risk") {
            run.out
                .contains("`/risk_exceptions/always_allow` changes, which may weaken pool `P`: parameter")
        } else {
            run.out.contains(said) && run.out.contains("is known before and not after")
        };
        assert!(is_told, "{said}: {}", run.out);
        assert!(run.out.contains(": note[change-undefined]"), "{}", run.out);
        // Without a before it is among what is not known.
        let run = place.run(&["scan", "--format", "concise", "--from", "new.yaml"]);
        let what = said.replace('`', "");
        assert!(
            run.out.contains(&format!("{what}: not checked")),
            "{said}: {}",
            run.out
        );
    }
}

/// A list that is not known is neither longer nor shorter than one that is.
#[test]
fn unknown_ranges_are_not_absent() {
    let with = |list: &str| {
        let ranges = format!(
            "      ClientId: ALL\n      RiskExceptionConfiguration: {{ BlockedIPRangeList: {list} }}\n"
        );
        let answers = answers("!Ref P").replacen("      ClientId: ALL\n", &ranges, 1);
        template("Parameters: { L: { Type: CommaDelimitedList } }\n", &answers)
    };
    let place = Place::new();
    place.file("old.yaml", with("[198.51.100.0/24]"));
    place.file("new.yaml", with("!Ref L"));
    let run = place.run(&[
        "scan", "--format", "concise", "--from", "new.yaml", "--before", "old.yaml",
    ]);
    assert!(!run.out.contains("weaker"), "{}", run.out);
}

/// Where a plan has few possible values each is a case; the only one is certain.
#[test]
fn plan_with_listed_values_is_judged() {
    let of = |values: &str| {
        template(
            &format!("Parameters: {{ T: {{ Type: String, AllowedValues: [{values}] }} }}\n"),
            "",
        )
        .replace("UserPoolTier: PLUS", "UserPoolTier: !Ref T")
    };
    let (_, out) = scan(&[("t.yaml", &of("ESSENTIALS"))], &[]);
    assert!(
        out.contains("error[plan-without-threat-protection] ") && !out.contains("if parameter"),
        "{out}"
    );
    let (_, out) = scan(&[("t.yaml", &of("ESSENTIALS, PLUS"))], &[]);
    assert!(out.contains("if parameter `T` is ESSENTIALS"), "{out}");
}

/// One key of a mapping that is not known is the same wherever it is used.
#[test]
fn one_key_selects_one_row() {
    let text = "Mappings:
  M:
    us-east-1: { mode: ENFORCED, high: BLOCK }
    eu-west-1: { mode: AUDIT, high: NO_ACTION }
Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: !FindInMap [M, !Ref AWS::Region, mode] } } }"
        .to_owned()
        + &answers("!Ref P").replace("HighAction: { EventAction: BLOCK", "HighAction: { EventAction: !FindInMap [M, !Ref 'AWS::Region', high]");
    let (_, out) = scan(&[("t.yaml", &text)], &[]);
    assert!(!out.contains("high-risk-allowed"), "{out}");
    let weak = text.replace("eu-west-1: { mode: AUDIT", "eu-west-1: { mode: ENFORCED");
    let (_, out) = scan(&[("t.yaml", &weak)], &[]);
    assert!(out.contains("if AWS::Region is eu-west-1"), "{out}");
}

/// Of two log deliveries each takes away what the other delivers.
#[test]
fn two_log_deliveries_are_not_added_up() {
    let logs = |name: &str, source: &str| {
        format!(
            "\n  {name}: {{ Type: AWS::Cognito::LogDeliveryConfiguration, Properties: {{ UserPoolId: !Ref P, LogConfigurations: [{{ EventSource: {source}, LogLevel: INFO, CloudWatchLogsConfiguration: {{ LogGroupArn: a }} }}] }} }}"
        )
    };
    let both = logs("L", "userAuthEvents") + &logs("M", "userNotification") + "\n";
    let (_, out) = scan(&[("t.yaml", &template("", &both))], &[]);
    assert!(
        out.contains("log delivery of pool P: not checked: not known from the files: two resources set it"),
        "{out}"
    );
}

/// Texts that grow with each function are refused, and take neither time nor memory.
#[test]
fn texts_are_bounded() {
    let many = |name: &str, count: usize| format!("${{{name}}}").repeat(count);
    let inner = format!(
        "!Sub [\"{}\", {{ a: !Sub \"{}\" }}]",
        many("a", 2_000),
        many("AWS::StackName", 2_000)
    );
    let text = template("", "").replace(
        "UserPoolTier: PLUS",
        &format!("UserPoolTier: PLUS, UserPoolName: {inner}"),
    );
    let (code, out) = scan(&[("t.yaml", &text)], &[]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("is not read"), "{out}");
}

/// The content of a file decides what it is: quoted and indented keys, members in order, other endings.
#[test]
fn forms_of_templates_are_recognized() {
    let plain = template("", "\n");
    let quoted = plain.replacen("Resources:", "\"Resources\":", 1);
    let indented = format!("  {}", plain.replace('\n', "\n  "));
    let sorted = format!(
        "{{\"configuration\":{{\"pad\":\"{}\"}},\"format_version\":\"1.2\",\"resource_changes\":[]}}",
        "x".repeat(70_000)
    );
    let place = Place::new();
    for (name, text) in [
        ("quoted.yaml", &quoted),
        ("indented.yaml", &indented),
        ("upper.YAML", &plain),
    ] {
        place.file(&format!("d/{name}"), text);
        let run = place.run(&["scan", "--format", "concise", "--from", "d"]);
        assert!(
            run.out.contains(&format!("{name}:")),
            "{name}: {}{}",
            run.out,
            run.err
        );
    }
    place.file("sorted.json", &sorted);
    let run = place.run(&["scan", "--from", "sorted.json"]);
    assert!(!run.out.contains("seems to be"), "{}", run.out);
    place.file("e/noending", &plain);
    let run = place.run(&["scan", "--format", "concise", "--from", "e/*"]);
    assert!(run.out.contains("noending:"), "{}{}", run.out, run.err);
}

/// A pool whose name is not known is not missing.
#[test]
fn pool_without_known_name_is_not_missing() {
    let text = template("Parameters: { H: { Type: String } }\n", "\n").replace(
        "UserPoolTier: PLUS",
        "UserPoolTier: PLUS, UserPoolName: !Sub '${H}op'",
    );
    let place = Place::new();
    place.file("t.yaml", &text);
    place.file("p.yaml", "version: 1\nname: shop\ntarget: { region: us-west-2, names: [shop] }\nmode: { standard: ENFORCED }\n");
    let run = place.run(&["diff", "p.yaml", "--from", "t.yaml", "--region", "us-west-2"]);
    assert_eq!(run.code, 4, "{}{}", run.out, run.err);
    assert!(
        !run.out.contains("pool-missing") && run.out.contains("add --parameter"),
        "{}",
        run.out
    );
    let run = place.run(&[
        "diff",
        "p.yaml",
        "--from",
        "t.yaml",
        "--region",
        "us-west-2",
        "--parameter",
        "H=sh",
    ]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// A plan that sets responses of a pool outside of the files fails nothing: what was there before is in no file.
#[test]
fn first_responses_of_outside_pool() {
    let after = r#"{"user_pool_id":"us-west-2_AAAAAAAAA","client_id":null,"compromised_credentials_risk_configuration":[{"actions":[{"event_action":"BLOCK"}],"event_filter":[]}],"account_takeover_risk_configuration":[],"risk_exception_configuration":[]}"#;
    let plan = format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","configuration":{{"root_module":{{}}}},"resource_changes":[{{"address":"aws_cognito_risk_configuration.r","mode":"managed","type":"aws_cognito_risk_configuration","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{{}}}}}}]}}"#
    );
    let (code, out) = scan(
        &[("plan.json", &plan)],
        &["--fail-on", "weaker", "--deny", "never"],
    );
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("pool us-west-2_AAAAAAAAA, before: not checked: "),
        "{out}"
    );
    assert!(!out.contains(" new"), "{out}");
}
