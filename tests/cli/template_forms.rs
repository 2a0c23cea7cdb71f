//! Forms that templates have: what tools answer, keys that stand twice, functions around sections, many cases.

use std::fmt::Write as _;

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

/// A pool with a mode.
fn pool(mode: &str) -> String {
    format!(
        "  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {{ UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }}
"
    )
}

/// What is found where nothing is to be enforced.
const WITHOUT: &str = "[enforced-without-responses] the pool is `ENFORCED`";

/// Files that are no template say what they are; those that have one in them are read.
#[test]
fn files_say_what_they_are() {
    let pool = "{ \"Resources\": { \"Pool\": { \"Type\": \"AWS::Cognito::UserPool\" } } }";
    let comment = pool.replacen("{ ", "{\n  // the pool\n  ", 1);
    let got = format!("{{ \"TemplateBody\": {pool}, \"StagesAvailable\": [] }}");
    let got_text = "{ \"TemplateBody\": \"Resources:\\n\", \"StagesAvailable\": [] }";
    for (text, code, said) in [
        (pool, 1, "threat-protection-off"),
        (&comment, 2, "t.json:2:3: error[yaml-syntax] JSON has no comments"),
        (&got, 1, "threat-protection-off"),
        (
            got_text,
            2,
            "t.json:1:1: error[key-missing] this is what `aws cloudformation get-template` answers, with a text as the template",
        ),
        (
            "AWSTemplateFormatVersion: 2010-09-09\nResource: {}\n",
            2,
            "t.json:1:1: error[key-missing] it has no `Resources`: `Resource` is no section",
        ),
        (
            "AWSTemplateFormatVersion: 2010-09-09\nResources: []\n",
            2,
            "t.json:1:1: error[key-missing] `Resources` is not a mapping with resources in it",
        ),
    ] {
        let (exit, found) = scan(&[("t.json", text)], &[]);
        assert_eq!(exit, code, "{found}");
        assert!(found.contains(said), "{found}");
    }
}

/// Parsers of templates take the last of two values.
#[test]
fn the_last_of_two_values_counts() {
    for (first, last, is_found) in [("AUDIT", "ENFORCED", true), ("ENFORCED", "AUDIT", false)] {
        let text = format!(
            "Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolTier: PLUS
      UserPoolAddOns: {{ AdvancedSecurityMode: {first} }}
      UserPoolAddOns: {{ AdvancedSecurityMode: {last} }}
"
        );
        let (code, found) = scan(&[("t.yaml", &text)], &[]);
        let twice = "t.yaml: not checked: the key `UserPoolAddOns` stands twice in this mapping; the last value is used (7:7)";
        assert!(found.contains(twice), "{found}");
        assert_eq!(
            (code, found.contains(WITHOUT)),
            (i32::from(is_found), is_found),
            "{found}"
        );
    }
}

/// A text in quotes can go on at the indentation of its key, as the parsers of CloudFormation have it; an open quote is an error.
#[test]
fn a_text_in_quotes_goes_on_anywhere() {
    let of = |text: &str| format!("Description: {text}\nResources:\n{}", pool("ENFORCED"));
    for (text, line) in [
        ("\"first\nsecond\"", 6),
        ("'it''s\nsecond\n\nthird'", 8),
        ("\"a \\\" b\n# no comment\" # one", 6),
        ("\"first\r\nsecond\"", 6),
    ] {
        let (code, found) = scan(&[("t.yaml", &of(text))], &[]);
        let said = format!("t.yaml:{line}:99: error{WITHOUT}");
        assert_eq!((code, found.contains(&said)), (1, true), "{text}: {found}");
    }
    for text in ["\"first\nsecond", "\"first\nsecond\" third\""] {
        let (code, found) = scan(&[("t.yaml", &of(text))], &[]);
        let said = "t.yaml:1:14: error[yaml-syntax] the quote that opens here is not closed";
        assert_eq!((code, found.contains(said)), (2, true), "{text}: {found}");
    }
}

/// A condition around all properties decides which there are.
#[test]
fn properties_can_be_a_condition() {
    let of =
        |mode: &str| format!("{{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }}");
    let text = format!(
        "Parameters: {{ Stage: {{ Type: String }} }}
Conditions: {{ Prod: !Equals [!Ref Stage, prod] }}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: !If [Prod, {}, {}]
",
        of("ENFORCED"),
        of("AUDIT")
    );
    let (code, found) = scan(&[("t.yaml", &text)], &[]);
    assert_eq!(code, 1, "{found}");
    let said = "[enforced-without-responses] if condition `Prod` is true: the pool is `ENFORCED`";
    assert!(found.contains(said), "{found}");
    let (code, found) = scan(&[("t.yaml", &text)], &["--parameter", "Stage=dev"]);
    assert_eq!((code, found.contains("ENFORCED")), (0, false), "{found}");
}

/// Loops make conditions and outputs.
#[test]
fn loops_make_conditions_and_outputs() {
    let text = format!(
        "Transform: AWS::LanguageExtensions
Parameters: {{ Stage: {{ Type: String, Default: dev }} }}
Conditions:
  Fn::ForEach::C: [S, [prod, dev], {{ 'Is${{S}}': !Equals [!Ref Stage, !Ref S] }}]
Resources:
{}Outputs:
  Fn::ForEach::O: [S, [a, b], {{ 'Out${{S}}': {{ Value: !Ref Pool, Export: {{ Name: !Sub 'pool-${{S}}' }} }} }}]
",
        pool("!If [Isprod, ENFORCED, AUDIT]")
    );
    let (code, found) = scan(&[("t.yaml", &text)], &[]);
    assert_eq!(code, 0, "{found}");
    let args = ["--parameter", "Stage=prod"];
    let (_, found) = scan(&[("t.yaml", &text)], &args);
    assert!(found.contains(WITHOUT), "{found}");
    let answers = |import: &str| {
        format!(
            "Resources:
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !ImportValue {import}
      ClientId: ALL
      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}
      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}
"
        )
    };
    // What nobody exports is no pool of the files: each is judged by itself.
    for (import, is_here) in [("pool-b", true), ("pool-c", false)] {
        let other = answers(import);
        let files = [("t.yaml", text.as_str()), ("risk.yaml", &other)];
        let (_, found) = scan(&files, &["--from", "risk.yaml", "--parameter", "Stage=prod"]);
        assert_eq!(found.contains(WITHOUT), !is_here, "{found}");
        assert_eq!(found.contains("pool import `pool-c`"), !is_here, "{found}");
        assert!(found.contains("[risk-level-missing]"), "{found}");
    }
}

/// The id of a pool is the end of its issuer.
#[test]
fn an_id_is_the_end_of_an_issuer() {
    for (id, is_id) in [
        ("!Select [1, !Split [/, !GetAtt Pool.ProviderName]]", true),
        ("!Select [3, !Split [/, !GetAtt Pool.ProviderURL]]", true),
        ("!Select [2, !Split [/, !GetAtt Pool.ProviderURL]]", false),
    ] {
        let text = format!(
            "Resources:
{}  Web: {{ Type: AWS::Cognito::UserPoolClient, Properties: {{ ClientName: web, UserPoolId: {id}, ExplicitAuthFlows: [ALLOW_USER_AUTH] }} }}
",
            pool("AUDIT")
        );
        let (_, found) = scan(&[("t.yaml", &text)], &[]);
        assert_eq!(
            found.contains("[flow-not-covered] client `web`"),
            is_id,
            "{found}"
        );
    }
}

/// Alarms that are here are judged, and others are not missed.
#[test]
fn alarms_elsewhere_hide_none_here() {
    let text = format!(
        "Resources:
{}  On:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: CompromisedCredentialRisk
      Dimensions: [{{ Name: UserPoolId, Value: !Ref Pool }}, {{ Name: Operation, Value: SignIn }}, {{ Name: RiskLevel, Value: High }}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
",
        pool("AUDIT")
    );
    let (_, found) = scan(&[("t.yaml", &text)], &[]);
    assert!(found.contains("[alarm-silent]"), "{found}");
    assert!(!found.contains("[alarm-missing]"), "{found}");
    let others =
        "alarms of pool Pool: not checked: not known from the files: other files have more (--elsewhere)";
    assert!(found.contains(others), "{found}");
    let place = Place::new();
    place.file("t.yaml", text);
    let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
    assert!(
        run.out.contains("no alarm on high account-takeover risk") && !run.out.contains("other files"),
        "{}",
        run.out
    );
}

/// The name of a stack is given like a parameter.
#[test]
fn the_name_of_a_stack_is_given() {
    let place = Place::new();
    let text = format!(
        "Resources:\n{}",
        pool("AUDIT").replace("shop", "!Sub '${AWS::StackName}-users'")
    );
    place.file("t.yaml", text);
    place.file(
        "p.yaml",
        "version: 1\nname: users\ntarget: { names: [shop-users] }\nfeature_plan: PLUS\nmode: { standard: AUDIT }\n",
    );
    let diff = ["diff", "--from", "t.yaml", "p.yaml", "--format", "concise"];
    let run = place.run(&diff);
    let said = "its name `${AWS::StackName}-users` is not known: add --parameter AWS::StackName=NAME";
    assert_eq!((run.code, run.out.contains(said)), (4, true), "{}", run.out);
    let run = place.run(&[&diff[..], &["--parameter", "AWS::StackName=shop"]].concat());
    assert_eq!(run.code, 0, "{}", run.out);
}

/// A pool that AWS keeps is not destroyed.
#[test]
fn a_pool_that_is_kept_is_not_gone() {
    for (policy, code) in [("Retain", 0), ("RetainExceptOnCreate", 0), ("Delete", 3)] {
        let with = format!("    DeletionPolicy: {policy}\n    Properties");
        let topic = "Resources:\n  Topic: { Type: AWS::SNS::Topic }\n";
        let before = format!("{topic}{}", pool("AUDIT").replace("    Properties", &with));
        let args = ["--before", "old.yaml", "--fail-on", "any"];
        let (exit, found) = scan(&[("t.yaml", topic), ("old.yaml", &before)], &args);
        assert_eq!(exit, code, "{found}");
        let kept = "pool shop (Pool): not checked: no template has it after, and it stays as it is (`DeletionPolicy: Retain`)";
        assert_eq!(found.contains(kept), code == 0, "{found}");
        assert_eq!(found.contains("it is destroyed"), code == 3, "{found}");
    }
}

/// Where there are too many cases, every value is tried once, and nothing of the pool is told as a fact.
#[test]
fn too_many_cases_are_not_read() {
    let mut text = "Parameters:\n  Mode: { Type: String, AllowedValues: [AUDIT, ENFORCED] }\n".to_owned();
    for index in 0..10 {
        let _ = writeln!(
            text,
            "  P{index}: {{ Type: String, AllowedValues: [BLOCK, NO_ACTION] }}"
        );
    }
    text += "Resources:\n";
    text += &pool("!Ref Mode");
    for index in 0..10 {
        let _ = writeln!(
            text,
            "  C{index}: {{ Type: AWS::Cognito::UserPoolClient, Properties: {{ UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH] }} }}
  R{index}: {{ Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: {{ UserPoolId: !Ref Pool, ClientId: !Ref C{index}, CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: !Ref P{index} }} }} }} }}"
        );
    }
    let (code, found) = scan(&[("t.yaml", &text)], &[]);
    assert_eq!(code, 4, "{found}");
    let said = "[enforced-without-responses] if parameter `Mode` is ENFORCED: the pool is `ENFORCED`";
    assert!(found.contains(said), "{found}");
    assert!(found.contains("of at least 2048 cases judged"), "{found}");
    let place = Place::new();
    place.file("t.yaml", text);
    place.file(
        "p.yaml",
        "version: 1\nname: shop\ntarget: { names: [shop] }\nfeature_plan: PLUS\nmode: { standard: AUDIT }\n",
    );
    let run = place.run(&["diff", "--from", "t.yaml", "p.yaml", "--format", "concise"]);
    let said = "mode of pool Pool: FAILED: stopped before it was read: it has more cases than are checked; give more with --parameter";
    assert_eq!((run.code, run.out.contains(said)), (4, true), "{}", run.out);
}

/// A query names a pool of its template by a reference.
#[test]
fn queries_name_pools_by_reference() {
    for (pool_of, is_watched) in [("Pool", true), ("Other", false)] {
        let query = |metric: &str| {
            format!(
                "  On{metric}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: on-{metric}
      AlarmActions: ['arn:aws:sns:us-west-2:111122223333:x']
      ComparisonOperator: GreaterThanThreshold
      Threshold: 0
      EvaluationPeriods: 1
      Metrics:
        - Id: q
          Period: 300
          Expression: !Sub \"SELECT SUM({metric}) FROM \\\"AWS/Cognito\\\" WHERE UserPoolId = '${{{pool_of}}}'\"
"
            )
        };
        let other = pool("'OFF'")
            .replace("Pool:\n", "Other:\n")
            .replace("shop", "other");
        let text = format!(
            "Resources:\n{}{other}{}{}",
            pool("AUDIT"),
            query("AccountTakeoverRisk"),
            query("CompromisedCredentialRisk")
        );
        let place = Place::new();
        place.file("t.yaml", text);
        let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
        assert_eq!(run.out.contains("[alarm-missing]"), !is_watched, "{}", run.out);
        assert!(!run.out.contains("alarms of pool"), "{}", run.out);
    }
}

/// One parameter has one value.
#[test]
fn a_parameter_equals_itself() {
    let text = format!(
        "Parameters: {{ Stage: {{ Type: String }} }}
Conditions: {{ Same: !Equals [!Ref Stage, !Ref Stage] }}
Resources:
{}",
        pool("!If [Same, ENFORCED, AUDIT]")
    );
    let (_, found) = scan(&[("t.yaml", &text)], &[]);
    assert!(found.contains(WITHOUT) && !found.contains("] if "), "{found}");
}

/// What verbs say that see a pool once names what a part depends on.
#[test]
fn parts_name_what_they_depend_on() {
    let place = Place::new();
    let text = format!(
        "Parameters: {{ Mode: {{ Type: String, AllowedValues: [AUDIT, ENFORCED] }}, Mfa: {{ Type: String, AllowedValues: ['ON', OPTIONAL] }} }}
Resources:
{}",
        pool("!Ref Mode").replace("UserPoolTier", "MfaConfiguration: !Ref Mfa, UserPoolTier")
    );
    place.file("t.yaml", text);
    let run = place.run(&["explain", "--from", "t.yaml", "--pool", "Pool"]);
    for said in [
        "mode of pool Pool: not known from the files: it depends on parameter `Mode`",
        "MFA of pool Pool: not known from the files: it depends on parameter `Mfa`",
    ] {
        assert!(run.out.contains(said), "{}", run.out);
    }
}
