//! Where findings of templates and plans are shown: at lines that somebody wrote, in every format.

use std::fmt::Write as _;

use serde_json::Value;

use crate::cli::support::Place;
use crate::cli::templates::samples;

fn report(place: &Place, args: &[&str], format: &str) -> String {
    let mut all = vec!["scan", "--format", format];
    all.extend(args);
    place.run(&all).out
}

/// Files and first lines of all results, in order, each once.
fn landed(place: &Place, args: &[&str]) -> Vec<String> {
    let sarif: Value = serde_json::from_str(&report(place, args, "sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let one = |result: &Value| {
        let at = &result["locations"][0]["physicalLocation"];
        let uri = at["artifactLocation"]["uri"].as_str().unwrap();
        format!(
            "{uri}:{} {}",
            at["region"]["startLine"],
            result["ruleId"].as_str().unwrap()
        )
    };
    let mut found: Vec<_> = results.iter().map(one).collect();
    found.sort();
    found.dedup();
    found
}

/// Findings of a plan land on the lines of its configuration.
#[test]
fn plan_findings_at_configuration_lines() {
    let place = samples();
    let with = ["--from", "plan-new/tfplan.json", "--source", "plan-new"];
    let mut expected = [
        "plan-new/auth/main.tf:10 alarm-missing",
        "plan-new/auth/main.tf:10 plan-left-out",
        "plan-new/auth/main.tf:10 user-activity-not-exported",
        "plan-new/auth/main.tf:21 compromised-credentials-blind",
        "plan-new/main.tf:32 responses-inert",
        "plan-new/main.tf:40 notify-template-missing",
        "plan-new/main.tf:44 responses-not-escalating",
        "plan-new/main.tf:61 client-override-incomplete",
        "plan-new/main.tf:61 client-override-weaker",
        "plan-new/main.tf:61 enforced-without-responses",
        "plan-new/main.tf:66 range-not-public",
        "plan-new/main.tf:72 alarm-blind",
        "plan-new/main.tf:72 alarm-dead",
    ]
    .map(ToOwned::to_owned);
    let found = landed(&place, &with);
    expected.sort();
    assert_eq!(found, expected);
    let annotations = report(&place, &with, "github");
    assert!(
        annotations.contains("file=plan-new/main.tf,line=44,"),
        "{annotations}"
    );
    // The address tells instances of one block apart, in every format.
    for format in ["human", "json", "sarif", "markdown", "html"] {
        let text = report(&place, &with, format);
        let text = text
            .replace("&#91;", "[")
            .replace("&#93;", "]")
            .replace("&#95;", "_")
            .replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("\\\"", "\"")
            .replace('\\', "");
        assert!(
            text.contains("aws_cognito_risk_configuration.pool[\"staff\"]"),
            "{format}: {text}"
        );
        assert!(text.contains("main.tf"), "{format}");
    }
}

/// Findings of a plan without its configuration are of the plan.
#[test]
fn plan_findings_without_configuration() {
    let place = samples();
    let with = ["--from", "plan-new/tfplan.json"];
    let sarif = report(&place, &with, "sarif");
    let found = landed(&place, &with);
    assert!(
        found.iter().all(|one| one.starts_with("plan-new/tfplan.json:1 ")),
        "{found:?}"
    );
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let logical =
        sarif["runs"][0]["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].clone();
    assert!(logical.as_str().unwrap().starts_with("aws_"), "{logical}");
    let annotations = report(&place, &with, "github");
    assert!(annotations.contains("file=plan-new/tfplan.json"), "{annotations}");
    // What one file of the configuration does not show stays with the address.
    place.file(
        "plan-new/main.tf",
        "resource \"aws_cognito_risk_configuration\" \"pool\" {\n",
    );
    let with = ["--from", "plan-new/tfplan.json", "--source", "plan-new"];
    let found = landed(&place, &with);
    assert!(
        found.iter().all(|one| one.starts_with("plan-new/tfplan.json:1 ")),
        "{found:?}"
    );
    let text = report(&place, &with, "human");
    assert!(
        text.contains("plan-new/main.tf") && text.contains("findings have the address"),
        "{text}"
    );
    let run = place.run(&["scan", "--from", "plan-new/tfplan.json", "--source", "nowhere"]);
    assert_eq!(
        (
            run.code,
            run.err.contains("--source nowhere: there is no such folder")
        ),
        (2, true),
        "{}",
        run.err
    );
    let run = place.run(&["scan", "--source", "plan-new"]);
    assert_eq!(run.code, 2);
}

/// Where findings are at lines of the configuration, no place in SARIF and no annotation is in the plan, which may be no file
/// of the repository: its addresses are logical locations.
#[test]
fn a_plan_is_no_file_of_the_repository() {
    let place = samples();
    let with = ["--from", "plan-new/tfplan.json", "--source", "plan-new"];
    let text = report(&place, &with, "sarif");
    assert!(
        !text.contains("tfplan.json\"")
            && text.contains("fullyQualifiedName\": \"aws_cognito_risk_configuration.pool")
            && text.contains("(planned as `aws_cognito_risk_configuration.pool"),
        "{text}"
    );
    let annotations = report(&place, &with, "github");
    assert!(
        !annotations.contains("file=plan-new/tfplan.json"),
        "{annotations}"
    );
    let elsewhere = Place::new();
    let plan = place.path("plan-new/tfplan.json");
    let annotations = report(&elsewhere, &["--from", plan.to_str().unwrap()], "github");
    assert!(
        !annotations.contains("file=") && annotations.contains("tfplan.json: aws_"),
        "{annotations}"
    );
}

/// A frame with a whole path in the working directory is shown, and found, by its way from there.
#[test]
fn constructs_have_paths_relative_to_folder() {
    let place = samples();
    let folder = std::fs::canonicalize(place.path(".")).unwrap();
    let file = folder.join("lib/guard.ts");
    let text = std::fs::read_to_string(place.path("cdk-out/Guard.metadata.json")).unwrap();
    let text = text.replace("(app.js:", &format!("({}:", file.to_str().unwrap()));
    place.file("cdk-out/Guard.metadata.json", text);
    let human = report(&place, &["--from", "cdk-out"], "human");
    assert!(
        human.contains("see: lib/guard.ts:10:1: construct `Guard/Answers`"),
        "{human}"
    );
    place.file("lib/guard.ts", "new Thing();\n".repeat(20));
    let found = landed(&place, &["--from", "cdk-out"]);
    assert!(
        found.contains(&"lib/guard.ts:10 adaptive-mfa-impossible".to_owned()),
        "{found:?}"
    );
}

/// A module outside of the folder that was named, or one that calls itself, is not followed.
#[test]
fn outside_or_recursive_module_not_followed() {
    let place = samples();
    let main = "module \"auth\" { source = \"../outside\" }\nmodule \"again\" { source = \"./\" }\nmodule \"up\" { source = \"../../../../etc\" }\n";
    place.file("plan-new/main.tf", main);
    let text = report(
        &place,
        &["--from", "plan-new/tfplan.json", "--source", "plan-new"],
        "concise",
    );
    assert!(text.contains("plan-new/tfplan.json"), "{text}");
}

/// Findings of an assembly land on the lines that made its constructs.
#[test]
fn assembly_findings_at_construct_lines() {
    let place = samples();
    let without = landed(&place, &["--from", "cdk-out"]);
    assert!(
        without.iter().all(|one| one.starts_with("cdk-out/")),
        "{without:?}"
    );
    let human = report(&place, &["--from", "cdk-out"], "human");
    assert!(
        human.contains("see: app.js:10:1: construct `Guard/Answers`"),
        "{human}"
    );
    let mut app = String::new();
    for line in 1..20 {
        let _ = writeln!(app, "new Thing({line});");
    }
    // The app lies where it is, or in a folder above.
    place.file("app.js", &app);
    let found = landed(&place, &["--from", "cdk-out"]);
    assert!(
        found.contains(&"app.js:10 adaptive-mfa-impossible".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"app.js:6 alarm-missing".to_owned()), "{found:?}");
    assert!(found.iter().all(|one| one.starts_with("app.js:")), "{found:?}");
    let annotations = report(&place, &["--from", "cdk-out"], "github");
    assert!(annotations.contains("file=app.js,line=10,"), "{annotations}");
    // People see the template's own line, and the other one beside it.
    let human = report(&place, &["--from", "cdk-out"], "human");
    for said in [
        "cdk-out/Guard.template.json:8:21",
        "construct `Guard/Answers`",
        "app.js:10:1",
    ] {
        assert!(human.contains(said), "{said}: {human}");
    }
}

/// Formats without related locations name the construct, or the address, with the message.
#[test]
fn every_format_names_what_made_a_line() {
    let place = samples();
    for format in [
        "concise", "github", "ocsf", "human", "json", "sarif", "junit", "markdown", "html",
    ] {
        let plain = |text: String| {
            text.replace("&#95;", "_")
                .replace("&#x2f;", "/")
                .replace('\\', "")
        };
        let text = plain(report(&place, &["--from", "cdk-out"], format));
        assert!(text.contains("Guard/Answers"), "{format}: {text}");
        let with = ["--from", "plan-new/tfplan.json", "--source", "plan-new"];
        let text = plain(report(&place, &with, format));
        assert!(
            text.contains("aws_cognito_risk_configuration.pool"),
            "{format}: {text}"
        );
    }
    // Where a construct was made is said with its file, also where that is not there.
    let line = |format: &str| match format {
        "json" => "\"line\": 10",
        "github" | "concise" | "ocsf" | "sarif" => "made at app.js:10:1)",
        _ => "app.js:10:1",
    };
    for format in [
        "concise", "github", "ocsf", "human", "json", "sarif", "junit", "markdown", "html",
    ] {
        let text = report(&place, &["--from", "cdk-out"], format);
        let text = text.replace("&#58;", ":").replace("&#x3a;", ":");
        assert!(text.contains(line(format)), "{format}: {text}");
    }
    let template = std::fs::read_to_string(place.path("cdk-out/Guard.template.json")).unwrap();
    place.file(
        "cdk-out/Guard.template.json",
        template.replacen("\"BLOCK\"", "\"BLOK\"", 1),
    );
    let text = report(&place, &["--from", "cdk-out"], "csv");
    assert!(text.contains("construct `Guard/Answers`"), "{text}");
}

/// Older versions of CDK have it in the manifest, with a trace.
#[test]
fn constructs_of_a_manifest_are_found() {
    let place = samples();
    let text = std::fs::read_to_string(place.path("cdk-out/manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&text).unwrap();
    let guard = &mut manifest["artifacts"]["Guard"];
    guard.as_object_mut().unwrap().remove("additionalMetadataFile");
    guard["metadata"] = serde_json::json!({"/Guard/Answers": [{"type": "aws:cdk:logicalId", "data": "Answers",
        "trace": ["new X (node_modules/aws-cdk-lib/x.js:1:1)", "new Guard (lib/guard.ts:2:3)"]}]});
    place.file("cdk-out/manifest.json", manifest.to_string());
    place.file("lib/guard.ts", "import x\n  new X()\n");
    let found = landed(&place, &["--from", "cdk-out"]);
    assert!(
        found.contains(&"lib/guard.ts:2 adaptive-mfa-impossible".to_owned()),
        "{found:?}"
    );
}

/// Resource, property, column of the value, and what it has to be.
const OTHER_KINDS: [(&str, &str, usize, &str); 19] = [
    ("UserPool", "LambdaConfig: text", 21, "a mapping"),
    (
        "UserPool",
        "LambdaConfig: { DefineAuthChallenge: [] }",
        44,
        "a text",
    ),
    (
        "UserPool",
        "LambdaConfig: { CustomSMSSender: text }",
        40,
        "a mapping",
    ),
    ("UserPool", "UserPoolTags: [a, b]", 21, "a mapping"),
    ("UserPool", "UserPoolTags: { team: [a] }", 29, "a text"),
    ("UserPool", "UserPoolName: { a: b }", 21, "a text"),
    ("UserPool", "EmailConfiguration: text", 27, "a mapping"),
    ("UserPool", "EmailConfiguration: { SourceArn: [a] }", 40, "a text"),
    ("UserPool", "SmsConfiguration: [a]", 25, "a mapping"),
    ("UserPool", "MfaConfiguration: [ON]", 25, "a text"),
    ("UserPool", "EnabledMfas: SMS_MFA", 20, "a list"),
    ("UserPool", "UserPoolAddOns: ENFORCED", 23, "a mapping"),
    (
        "LogDeliveryConfiguration",
        "LogConfigurations: { a: b }",
        26,
        "a list",
    ),
    (
        "LogDeliveryConfiguration",
        "LogConfigurations: [text]",
        27,
        "a mapping",
    ),
    (
        "LogDeliveryConfiguration",
        "LogConfigurations: [{ EventSource: [a] }]",
        42,
        "a text",
    ),
    ("UserPoolClient", "GenerateSecret: maybe", 23, "true or false"),
    (
        "UserPoolClient",
        "ExplicitAuthFlows: ALLOW_USER_SRP_AUTH",
        26,
        "a list",
    ),
    (
        "UserPoolRiskConfigurationAttachment",
        "AccountTakeoverRiskConfiguration: { Actions: [] }",
        52,
        "a mapping",
    ),
    (
        "UserPoolRiskConfigurationAttachment",
        "AccountTakeoverRiskConfiguration: { NotifyConfiguration: { From: [a] } }",
        72,
        "a text",
    ),
];

/// A value of another kind than its property has is a fault at its own place, and nothing is said of it.
#[test]
fn wrongly_typed_value_is_fault_at_its_line() {
    for (kind, property, column, wanted) in OTHER_KINDS {
        let is_pool = kind == "UserPool";
        let pool = if is_pool {
            ""
        } else {
            "  P:\n    Type: AWS::Cognito::UserPool\n"
        };
        let owner = if is_pool { "" } else { "      UserPoolId: !Ref P\n" };
        let text = format!(
            "Resources:\n{pool}  R:\n    Type: AWS::Cognito::{kind}\n    Properties:\n{owner}      {property}\n"
        );
        let line = text.lines().count();
        let place = Place::new();
        place.file("t.yaml", &text);
        let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
        let said = format!("t.yaml:{line}:{column}");
        assert!(
            run.code == 2 && run.out.contains(&said) && run.out.contains(&format!("this has to be {wanted}")),
            "{text}{said} {wanted}: {}",
            run.out
        );
    }
}

/// Values of another kind in a state are faults at their address.
#[test]
fn wrongly_typed_state_value_has_an_address() {
    let place = samples();
    let text = std::fs::read_to_string(place.path("good/tfstate.json")).unwrap();
    let mut state: Value = serde_json::from_str(&text).unwrap();
    let pool = &mut state["values"]["root_module"]["resources"][0]["values"];
    pool["user_pool_add_ons"][0]["advanced_security_mode"] = serde_json::json!([]);
    place.file("state.json", state.to_string());
    let run = place.run(&["scan", "--from", "state.json"]);
    let flat: Vec<_> = run
        .out
        .split(['│', '\n', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let flat = flat.join(" ");
    assert!(
        run.code == 2 && flat.contains("`user_pool_add_ons.advanced_security_mode` has to be a text"),
        "{flat}"
    );
}

/// The stacks of a stage lie in a folder of the assembly; the app that made them lies above both.
#[test]
fn stage_findings_at_app_lines() {
    let place = samples();
    for entry in std::fs::read_dir(place.path("cdk-out")).unwrap() {
        let entry = entry.unwrap();
        let name = format!("cdk.out/assembly-Prod/{}", entry.file_name().to_string_lossy());
        place.file(&name, std::fs::read(entry.path()).unwrap());
    }
    let stage =
        serde_json::json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}});
    let manifest = serde_json::json!({"version": "55.0.0", "artifacts": {"assembly-Prod": stage}});
    place.file("cdk.out/manifest.json", manifest.to_string());
    place.file("app.js", "new Thing();\n".repeat(20));
    let rule = |line: &String| line.rsplit(' ').next().unwrap().to_owned();
    let rules: Vec<_> = landed(&place, &["--from", "cdk-out"]).iter().map(rule).collect();
    let found = landed(&place, &["--from", "cdk.out"]);
    assert_eq!(found.iter().map(rule).collect::<Vec<_>>(), rules);
    assert!(found.iter().all(|one| one.starts_with("app.js:")), "{found:?}");
}

/// The advice names what stands in the file, in all formats, and no key of a policy.
#[test]
fn advice_is_in_the_words_of_the_file() {
    const KEYS: [&str; 9] = [
        "`alarms`",
        "`mode",
        "`account_takeover`",
        "`compromised_credentials`",
        "`notify:",
        "`notifications`",
        "`log_delivery",
        "`auth_flows",
        "`inherit`",
    ];
    let place = samples();
    for (from, own) in [
        (
            "short-forms.yaml",
            "(`AWS::Cognito::UserPoolRiskConfigurationAttachment`)",
        ),
        ("sam.yaml", "`UserPoolTier: PLUS`"),
        (
            "parameters.yaml",
            "`LogConfigurations: [{ EventSource: userAuthEvents, LogLevel: INFO, CloudWatchLogsConfiguration: { LogGroupArn: <ARN> } }]`",
        ),
        ("cdk-out", "`CompromisedCredentialsRiskConfiguration"),
        ("plan-new/tfplan.json", "`user_pool_tier = \"PLUS\"`"),
        (
            "plan-change/tfplan.json",
            "`user_pool_add_ons.advanced_security_mode`",
        ),
    ] {
        let text = report(&place, &["--from", from], "json");
        let json: Value = serde_json::from_str(&text).unwrap();
        let all = json["findings"].as_array().unwrap();
        let helps: Vec<_> = all
            .iter()
            .filter_map(|finding| finding["help"].as_str())
            .collect();
        for key in KEYS {
            assert!(
                !helps.iter().any(|help| help.contains(key)),
                "{from}: {key}: {helps:#?}"
            );
        }
        let said = helps.iter().any(|help| help.contains(own));
        assert!(said || from == "cdk-out", "{from}: {own}: {helps:#?}");
        for format in ["human", "github", "markdown"] {
            assert!(
                !report(&place, &["--from", from], format).contains("under `alarms`"),
                "{format}"
            );
        }
    }
}

/// A broken file has a place: of its text, or of numbers alone where nothing of it is shown.
#[test]
fn broken_files_have_their_place() {
    let place = Place::new();
    let cut = "{\n \"Resources\": {\n  \"P\": { \"Type\": \"AWS::Cognito::UserPool\", \"Properties\": { \"UserPoolName\": \"sh";
    let plan = "{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"resource_changes\": [\n {\"address\": \"ü\", \"secret\": \"s3cr3t\", x}]}";
    for (name, text, at, words) in [
        ("cut.json", cut, "cut.json:3:78", "it is cut off"),
        ("cut.template", cut, "cut.template:3:78", "it is cut off"),
        (
            "comma.json",
            "{ \"Resources\": { \"P\": { \"Type\" \"AWS::Cognito::UserPool\" } } }",
            "comma.json:1:32",
            "it is not JSON",
        ),
        ("plan.json", plan, "plan.json:2:39", "it is not JSON"),
        ("cutplan.json", &plan[..100], "cutplan.json:2:21", "it is cut off"),
        (
            "version.json",
            "{\"format_version\": \"9.0\", \"terraform_version\": \"1.9.0\", \"resource_changes\": []}",
            "version.json",
            "its format is version 9.0",
        ),
    ] {
        place.file(name, text);
        let run = |format: &str| place.run(&["scan", "--from", name, "--format", format]);
        let said = run("concise").out;
        assert!(
            said.starts_with(&format!("{at}: error")) && said.contains(words),
            "{said}"
        );
        let human = run("human");
        assert!(human.code == 2 && human.out.contains(at), "{}", human.out);
        for format in ["human", "html", "markdown", "json", "sarif"] {
            assert!(!run(format).out.contains("s3cr3t"), "{format}");
        }
    }
    place.file("bin.yaml", b"\xff\xfe".as_slice());
    let said = place
        .run(&["scan", "--from", "bin.yaml", "--format", "concise"])
        .out;
    assert!(
        said.starts_with("bin.yaml: error[file-unreadable] it is UTF-16, and not UTF-8\n"),
        "{said}"
    );
    // A parameter of the command line is at the parameters of the template.
    place.file(
        "shop.yaml",
        "Parameters:\n  Stage: { Type: String, Default: a }\nResources:\n  P: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: !Ref Stage } }\n",
    );
    let args = [
        "scan",
        "--from",
        "shop.yaml",
        "--parameter",
        "Stge=b",
        "--parameter",
        "Other=c",
        "--format",
        "concise",
    ];
    let said = place.run(&args).out;
    for line in [
        "shop.yaml:1:1: error[value-invalid] no template has the parameter `Stge` that was given; did you mean `Stage`?\n",
        "shop.yaml:1:1: error[value-invalid] no template has the parameter `Other` that was given\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
}
