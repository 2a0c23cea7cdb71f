//! Plans and templates before and after: which cells change, what fails the run, and what cannot be compared.

use serde_json::Value;

use crate::cli::support::{Place, Run};
use crate::cli::templates::samples;

/// A template with one pool; `mode` is its mode, `high` its answer at high risk.
fn template(mode: &str, high: &str, others: &str) -> String {
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"
Parameters:
  Mode:
    Type: String
    AllowedValues: [AUDIT, ENFORCED]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: shop
      UserPoolTier: PLUS
      MfaConfiguration: \"OPTIONAL\"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UserPoolAddOns:
        AdvancedSecurityMode: {mode}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ClientName: web
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH]
  Answers:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions:
          HighAction: {{ EventAction: {high}, Notify: false }}
          MediumAction: {{ EventAction: MFA_REQUIRED, Notify: false }}
          LowAction: {{ EventAction: NO_ACTION, Notify: false }}
{others}"
    )
}

fn place(before: &str, after: &str) -> Place {
    let place = Place::new();
    place.file("old.yaml", before);
    place.file("new.yaml", after);
    place
}

fn json(place: &Place, args: &[&str]) -> (i32, Value) {
    let mut all = vec!["scan", "--format", "json"];
    all.extend(args);
    let Run { code, out, err } = place.run(&all);
    (
        code,
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}")),
    )
}

const BOTH: [&str; 4] = ["--from", "new.yaml", "--before", "old.yaml"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    BOTH.iter().chain(more).copied().collect()
}

/// `scope flow event signal: before, after` of the cells that go in a direction.
fn cells(change: &Value, direction: &str) -> Vec<String> {
    let cells = change["cells"].as_array().unwrap().iter();
    let going = cells.filter(|cell| cell["direction"] == direction);
    let word = |cell: &Value, key: &str| cell[key].as_str().unwrap_or_default().to_owned();
    going
        .map(|cell| {
            let scope = cell["scope"]["client"].as_str().unwrap_or("*");
            format!(
                "{scope} {} {} {}: {}, {}",
                word(cell, "flow"),
                word(cell, "event"),
                word(cell, "signal"),
                word(cell, "before"),
                word(cell, "after")
            )
        })
        .collect()
}

/// A plan has its before in it and fails where it weakens.
#[test]
fn plan_compared_with_its_own_before() {
    let place = samples();
    let args = ["--from", "plan-change/tfplan.json", "--region", "us-west-2"];
    let (code, report) = json(&place, &args);
    assert_eq!(code, 1, "findings of rules, as without a before");
    let changes = report["changes"].as_array().unwrap();
    let titles: Vec<_> = changes
        .iter()
        .map(|change| change["names"][0]["title"].as_str().unwrap())
        .collect();
    assert!(titles[0].starts_with("customers"), "weaker first: {titles:?}");
    assert_eq!(changes[0]["direction"], "weaker");
    let weaker = cells(&changes[0], "weaker");
    assert!(
        weaker
            .iter()
            .any(|cell| cell == "web password sign-in high: blocked, off"),
        "{weaker:#?}"
    );
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<_> = findings
        .iter()
        .filter(|one| one["rule"] == "change-weaker")
        .collect();
    let mode = found
        .iter()
        .find(|one| {
            one["message"]
                .as_str()
                .unwrap()
                .starts_with("`/mode/standard` changes from `ENFORCED` to `OFF`")
        })
        .unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(mode["location"]["pool"], "aws_cognito_user_pool.customers");
    // The response at high risk becomes weaker as well, though the mode is off afterwards.
    assert!(
        found
            .iter()
            .any(|one| one["location"]["pool"] == "aws_cognito_risk_configuration.customers"),
        "{found:#?}"
    );
    // Responses where there were none: what was before is not known, so that nothing is said to weaken.
    assert_eq!(changes[1]["direction"], "undefined");
    assert!(
        !found
            .iter()
            .any(|one| one["policy"].as_str().unwrap().starts_with("partners")),
        "{found:#?}"
    );
    for which in ["weaker", "any"] {
        let (code, _) = json(&place, &[&args[..], &["--fail-on", which]].concat());
        assert_eq!(code, 3, "{which}");
    }
    let (code, _) = json(
        &place,
        &[
            "--from",
            "plan-new/tfplan.json",
            "--fail-on",
            "weaker",
            "--deny",
            "never",
        ],
    );
    assert_eq!(code, 0, "what is created weakens nothing");
}

/// Without responses it is not known what ENFORCED did: that it no longer enforces may weaken the pool, and is never silent.
#[test]
fn lost_enforcement_without_known_responses() {
    let bare = |mode: &str| {
        let whole = template(mode, "BLOCK", "");
        let (pool, _) = whole.split_once("  Answers:").unwrap();
        pool.to_owned()
    };
    for (before, after, rule, code) in [
        ("ENFORCED", "AUDIT", Some("change-undefined"), 3),
        ("ENFORCED", "\"OFF\"", Some("change-weaker"), 3),
        ("AUDIT", "\"OFF\"", Some("change-weaker"), 3),
        ("AUDIT", "AUDIT", None, 0),
        ("AUDIT", "ENFORCED", None, 0),
    ] {
        let place = place(&bare(before), &bare(after));
        let (ended, report) = json(&place, &with(&["--fail-on", "weaker", "--deny", "never"]));
        let findings = report["findings"].as_array().unwrap().iter();
        let changed = findings.filter(|one| {
            one["message"]
                .as_str()
                .unwrap()
                .contains("`/mode/standard` changes")
        });
        let rules: Vec<_> = changed.map(|one| one["rule"].as_str().unwrap()).collect();
        assert_eq!(rules, Vec::from_iter(rule), "{before} {after}: {report:#}");
        assert_eq!(ended, code, "{before} {after}");
    }
}

/// Two templates are compared at the lines of the new one.
#[test]
fn two_templates_compared_at_new_lines() {
    let place = place(
        &template("ENFORCED", "BLOCK", ""),
        &template("ENFORCED", "NO_ACTION", ""),
    );
    let (code, report) = json(&place, &with(&["--fail-on", "weaker"]));
    assert_eq!(code, 3);
    let change = &report["changes"][0];
    assert_eq!(cells(change, "stronger"), [""; 0]);
    assert!(
        cells(change, "weaker").contains(&"web srp sign-in high: blocked, allowed".to_owned()),
        "{change:#}"
    );
    let findings = report["findings"].as_array().unwrap();
    let weaker: Vec<_> = findings
        .iter()
        .filter(|one| one["rule"] == "change-weaker")
        .collect();
    let [one] = &weaker[..] else { panic!("{weaker:#?}") };
    assert_eq!(
        (&one["location"]["file"], &one["location"]["start"]["line"]),
        (&"new.yaml".into(), &29.into())
    );
    assert_eq!(
        one["message"],
        "`/account_takeover/high` changes from `action: BLOCK, notify: false` to `action: NO_ACTION, notify: false`, which weakens pool `shop (Pool)`"
    );
    let args: Vec<_> = ["scan"]
        .into_iter()
        .chain(BOTH)
        .chain(["--format", "github"])
        .collect();
    let shown = place.run(&args).out;
    assert!(shown.contains("::warning file=new.yaml,line=29"), "{shown}");
}

/// The way back strengthens and sameness is said.
#[test]
fn strengthening_and_unchanged_templates() {
    let (strong, weak) = (
        template("ENFORCED", "BLOCK", ""),
        template("ENFORCED", "NO_ACTION", ""),
    );
    let (code, report) = json(
        &place(&weak, &strong),
        &with(&["--fail-on", "weaker", "--deny", "never"]),
    );
    assert_eq!(
        (code, &report["changes"][0]["direction"]),
        (0, &"stronger".into())
    );
    let same = place(&strong, &strong);
    let (code, report) = json(&same, &with(&["--fail-on", "any", "--deny", "never"]));
    assert_eq!((code, &report["changes"]), (0, &Value::Array(Vec::new())));
    let args: Vec<_> = ["scan"].into_iter().chain(BOTH).collect();
    let shown = same.run(&args).out;
    assert!(
        shown.contains("before and after: nothing changes for sign-ins"),
        "{shown}"
    );
}

#[test]
fn what_depends_on_an_open_value_says_when() {
    let place = place(
        &template("ENFORCED", "BLOCK", ""),
        &template("!Ref Mode", "BLOCK", ""),
    );
    let (code, report) = json(&place, &with(&["--fail-on", "weaker"]));
    assert_eq!(code, 3);
    let changes = report["changes"].as_array().unwrap();
    let conditions: Vec<_> = changes.iter().map(|change| &change["condition"]).collect();
    assert_eq!(conditions, ["if parameter `Mode` is AUDIT"]);
    let (code, _) = json(
        &place,
        &with(&[
            "--fail-on",
            "weaker",
            "--parameter",
            "Mode=ENFORCED",
            "--deny",
            "never",
        ]),
    );
    assert_eq!(code, 0);
    // The same question has the same answer on both sides.
    let open = template("!Ref Mode", "BLOCK", "");
    let same = self::place(&open, &open);
    let (code, report) = json(&same, &with(&["--fail-on", "any", "--deny", "never"]));
    assert_eq!((code, &report["changes"]), (0, &Value::Array(Vec::new())));
}

#[test]
fn a_pool_that_is_gone_is_said() {
    let gone = "  Old:\n    Type: AWS::Cognito::UserPool\n";
    let place = place(
        &template("ENFORCED", "BLOCK", gone),
        &template("ENFORCED", "BLOCK", ""),
    );
    for which in ["weaker", "any"] {
        let (code, report) = json(&place, &with(&["--fail-on", which, "--deny", "never"]));
        assert_eq!(code, 3, "{which}");
        let found = report["findings"].as_array().unwrap();
        let of = found
            .iter()
            .find(|one| one["rule"] == "change-undefined")
            .unwrap();
        assert!(
            of["message"]
                .as_str()
                .unwrap()
                .contains("pool `Old` is there before and not after"),
            "{of}"
        );
        assert_eq!(of["location"]["pool"], "Old");
    }
}

#[test]
fn a_pool_of_other_cases_is_gone_and_new() {
    let of = |mode: &str, value: &str| {
        let text = template(mode, "BLOCK", "");
        let text = text.replace(
            "Resources:\n",
            &format!(
                "  Env:\n    Type: String\n    AllowedValues: [dev, prod]\nConditions:\n  Here: !Equals [!Ref Env, {value}]\nResources:\n"
            ),
        );
        text.replace("    Properties:", "    Condition: Here\n    Properties:")
    };
    let place = place(&of("ENFORCED", "dev"), &of("\"OFF\"", "prod"));
    let (code, report) = json(&place, &with(&["--fail-on", "weaker", "--deny", "never"]));
    assert_eq!(code, 3, "{report:#}");
    let text = report.to_string();
    assert!(
        text.contains("if parameter `Env` is dev: pool `shop (Pool)` is there before and not after"),
        "{report:#}"
    );
    let changes = report["changes"].as_array().unwrap().iter();
    let changes: Vec<_> = changes.map(|one| (&one["policy"], &one["condition"])).collect();
    let [new, gone] = ["prod", "dev"].map(|value| Value::from(format!("if parameter `Env` is {value}")));
    assert_eq!(changes, [(&"added".into(), &new), (&"removed".into(), &gone)]);
}

/// Nobody can say that nothing changes where a pool is new, or gone.
#[test]
fn new_and_removed_pools_are_reported() {
    let (empty, pool) = (
        "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n",
        template("ENFORCED", "BLOCK", ""),
    );
    for (before, after, said) in [
        (
            empty,
            pool.as_str(),
            [
                "before and after: 1 pool new: shop (Pool); nothing else changes for sign-ins",
                "modes: standard ENFORCED, custom OFF; feature plan PLUS",
                "low risk: allowed; medium risk: MFA required; high risk: blocked",
            ],
        ),
        (
            pool.as_str(),
            empty,
            [
                "before and after: 1 pool gone: shop (Pool); nothing else changes for sign-ins",
                "shop (Pool)\n",
                "there before and not after: it is destroyed, or has another name",
            ],
        ),
    ] {
        let place = place(before, after);
        let run = place.run(&[&["scan"], &BOTH[..]].concat());
        for said in said {
            assert!(run.out.contains(said), "{said}: {}", run.out);
        }
        let (_, report) = json(&place, &with(&[]));
        assert_eq!(report["changes"].as_array().unwrap().len(), 1, "{report:#}");
    }
    let weaker = place(
        &pool,
        &format!(
            "{}  New:\n    Type: AWS::Cognito::UserPool\n",
            template("ENFORCED", "NO_ACTION", "")
        ),
    );
    let run = weaker.run(&[&["scan"], &BOTH[..]].concat());
    let said = "before and after: changes for sign-ins: 1 weaker; 1 pool new: New";
    assert!(run.out.contains(said), "{}", run.out);
}

/// A snapshot before takes no options and what it lacks is said.
#[test]
fn snapshot_before_rejects_template_options() {
    let place = place("", &template("ENFORCED", "BLOCK", ""));
    place.file("snap.json", "{\"x\": 1}");
    let run = place.run(&[
        "scan",
        "--from",
        "new.yaml",
        "--elsewhere",
        "alarms",
        "--before",
        "snap.json",
    ]);
    assert!(
        run.code == 2 && !run.err.contains("--elsewhere are for templates"),
        "{}",
        run.err
    );
}

/// Without a before nothing is compared and asking for it is refused.
#[test]
fn fail_on_needs_a_before() {
    let place = place(&template("ENFORCED", "BLOCK", ""), "Resources: {}\n");
    let (_, report) = json(&place, &["--from", "old.yaml"]);
    assert_eq!(report.get("changes"), None);
    let refused = place.run(&["scan", "--from", "old.yaml", "--fail-on", "weaker"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--before"), "{}", refused.err);
    let broken = place.run(&["scan", "--from", "old.yaml", "--before", "nowhere.yaml"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("nowhere.yaml"), "{}", broken.err);
}

/// A pool that is gone has a place in a file that was named: its address in the plan, or the new template.
#[test]
fn removed_pool_is_placed_in_named_file() {
    let place = place(
        &template("AUDIT", "BLOCK", "  Old:\n    Type: AWS::Cognito::UserPool\n"),
        &template("AUDIT", "BLOCK", ""),
    );
    let plan = serde_json::json!({ "format_version": "1.2", "terraform_version": "1.12.0", "complete": true,
        "resource_changes": [{ "address": "aws_cognito_user_pool.old", "mode": "managed", "type": "aws_cognito_user_pool", "name": "old",
            "change": { "actions": ["delete"], "after": null, "after_unknown": {},
                "before": { "id": "us-west-2_Old", "name": "old", "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED" }] } } }] });
    place.file("plan.json", plan.to_string());
    for (args, file, name) in [
        (
            vec!["--from", "plan.json"],
            "plan.json",
            "aws_cognito_user_pool.old",
        ),
        (
            vec!["--from", "new.yaml", "--before", "old.yaml"],
            "new.yaml",
            "Old",
        ),
    ] {
        let scan = |format: &str| {
            let args = [
                &["scan", "--fail-on", "weaker", "--format", format],
                args.as_slice(),
            ]
            .concat();
            place.run(&args)
        };
        let run = scan("sarif");
        assert_eq!(run.code, 3, "{args:?}: {}", run.err);
        let sarif: Value = serde_json::from_str(&run.out).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let gone = results
            .iter()
            .find(|one| one["ruleId"] == "change-undefined")
            .unwrap();
        let at = &gone["locations"][0];
        assert_eq!(at["physicalLocation"]["artifactLocation"]["uri"], file, "{gone}");
        assert!(
            at["logicalLocations"][0]["fullyQualifiedName"]
                .to_string()
                .contains(name),
            "{gone}"
        );
        let annotations = scan("github").out;
        assert!(
            annotations.contains(&format!("::notice file={file},")),
            "{annotations}"
        );
    }
}
