//! Lists of ranges before and after, of which a part is not known.

use crate::cli::support::{Place, Run};

/// A pool whose lists are these, for all clients or for one.
fn template(own: bool, lists: &str) -> String {
    let client = if own { "!Ref Web" } else { "ALL" };
    let lists = if lists.is_empty() {
        String::new()
    } else {
        format!("      RiskExceptionConfiguration: {{ {lists} }}\n")
    };
    format!(
        "Parameters: {{ Office: {{ Type: String }}, Home: {{ Type: String }}, All: {{ Type: CommaDelimitedList }} }}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: shop
      UserPoolTier: PLUS
      UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {{ UserPoolId: !Ref Pool, ClientName: web, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH] }}
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: {client}
      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}
      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}
{lists}"
    )
}

fn scan(own: bool, before: &str, after: &str) -> Run {
    let place = Place::new();
    place.file("old.yaml", template(own, before));
    place.file("new.yaml", template(own, after));
    place.run(&[
        "scan",
        "--elsewhere",
        "alarms,log-delivery",
        "--deny",
        "never",
        "--fail-on",
        "weaker",
        "--from",
        "new.yaml",
        "--before",
        "old.yaml",
    ])
}

const NOTHING: &str = "before and after: nothing changes for sign-ins";
const PARTLY: &str = "before and after: nothing changes for sign-ins in what could be compared";
const WEAKER: &str = "before and after: changes for sign-ins: 1 weaker";
const STRONGER: &str = "before and after: changes for sign-ins: 1 stronger";

/// Two cases that differ in nothing but what is open in a list are two.
#[test]
fn open_lists_of_two_cases() {
    let condition = "Conditions: { C: !Equals [!Ref Home, prod] }\nResources:";
    let lists = "SkippedIPRangeList: [!Ref Office, !If [C, !Ref Office, !Ref Home]]";
    let place = Place::new();
    place.file("old.yaml", template(false, "SkippedIPRangeList: [!Ref Office]"));
    place.file(
        "new.yaml",
        template(false, lists).replacen("Resources:", condition, 1),
    );
    let args = [
        "scan",
        "--deny",
        "never",
        "--fail-on",
        "weaker",
        "--format",
        "concise",
    ];
    let run = place.run(&[&args[..], &["--from", "new.yaml", "--before", "old.yaml"]].concat());
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(
        run.out.contains(
            "[change-undefined] if condition `C` is false: `/risk_exceptions/always_allow` changes"
        ),
        "{}",
        run.out
    );
}

/// Lists before and after, the findings on them, and the head of the report.
#[test]
fn open_lists_before_and_after() {
    let cases = [
        // What is open in the same words is the same.
        ("S: [O]", "S: [O]", "", NOTHING),
        ("S: !Ref All", "S: !Ref All", "", NOTHING),
        ("S: [O]", "S: [O, 8.8.0.0/16]", "change-weaker", WEAKER),
        ("S: [O, 8.8.0.0/16]", "S: [O]", "", STRONGER),
        ("B: [O, 8.8.0.0/16]", "B: [O]", "change-weaker", WEAKER),
        ("B: [O]", "B: [O, 8.8.0.0/16]", "", STRONGER),
        ("S: [O], B: [8.8.0.0/16]", "S: [O]", "change-weaker", WEAKER),
        // What is new may be anything.
        ("", "S: [O]", "change-undefined", PARTLY),
        ("S: [8.8.0.0/16]", "S: [O]", "change-undefined", PARTLY),
        ("S: [8.8.0.0/16]", "S: !Ref All", "change-undefined", PARTLY),
        ("S: [O]", "S: [H]", "change-undefined", PARTLY),
        ("S: [O]", "S: [O, H, 8.8.0.0/16]", "change-weaker", WEAKER),
        // What was open before may be what is written now.
        ("S: [O]", "S: [8.8.0.0/16]", "", PARTLY),
        ("B: [O]", "B: [8.8.0.0/16]", "", PARTLY),
        // A list of what is blocked that grows weakens nothing, and one that goes does.
        ("", "B: [O]", "", PARTLY),
        ("B: [O]", "", "change-undefined", PARTLY),
        ("B: !Ref All", "", "change-undefined", PARTLY),
        ("B: [8.8.0.0/16]", "B: [O]", "change-undefined", PARTLY),
        ("B: [O, 8.8.0.0/16]", "", "change-weaker", WEAKER),
        ("S: [O]", "", "", PARTLY),
    ];
    let written = |lists: &str| {
        lists
            .replace("S:", "SkippedIPRangeList:")
            .replace("B:", "BlockedIPRangeList:")
            .replace('O', "!Ref Office")
            .replace('H', "!Ref Home")
    };
    for (before, after, finding, head) in cases {
        for own in [false, true] {
            let run = scan(own, &written(before), &written(after));
            let what = format!("{before} -> {after}, own {own}: {}{}", run.out, run.err);
            let found: Vec<_> = ["change-weaker", "change-undefined"]
                .into_iter()
                .filter(|rule| run.out.contains(&format!("[{rule}]")))
                .collect();
            assert_eq!(found.join(" "), finding, "{what}");
            assert_eq!(run.code, if finding.is_empty() { 0 } else { 3 }, "{what}");
            let line = run.out.lines().find(|line| line.starts_with("before and after"));
            // A list of the pool is one of its client and of others.
            let line = line.unwrap_or_default().replace("s: 2 ", "s: 1 ");
            assert_eq!(line, head, "{what}");
        }
    }
}
