//! Exports read back: by our reader of templates, by `hcl-rs` and our reader of plans, by bash.

mod cases;

use std::collections::{BTreeMap, BTreeSet};

use hcl::eval::{Context, Evaluate};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

use crate::app::template::TemplateTerms;
use crate::app::template::load;
use crate::export::{ExportKind, Exported, Language, exported, text};
use crate::fs::Tree;
use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, MfaFactor, Mode};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::posture::{Origin, Posture};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
};
use crate::plan;
use crate::plan::tests::{Everything, posture};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::file::{Assumes, Target};
use crate::policy::place::Places;
use crate::policy::resolve::GateTerms;
use crate::source::SourceId;

fn policy(name: &str, posture: &Posture) -> Policy {
    Policy {
        name: name.to_owned(),
        lines: (0, 0),
        places: Places::without_text(SourceId(0)),
        target: Some(Target::default()),
        posture: Posture {
            origin: Origin::Desired,
            ..posture.clone()
        },
        gate: GateTerms::default(),
        assumes: Assumes::default(),
        waivers: Vec::new(),
    }
}

fn exported_to(language: Language, name: &str, posture: &Posture) -> Exported {
    let place = |at: &Pointer| (format!("policies/{name}.yaml"), at.to_string().len());
    exported(language, &policy(name, posture), &mut BTreeSet::new(), &place)
}

/// The pools that our reader sees in a template or plan.
fn read(name: &str, text: &str) -> Posture {
    let folder = tempfile::tempdir().unwrap();
    let given = BTreeMap::from([(name.to_owned(), text.to_owned())]);
    let tree = Tree::new(folder.path().to_path_buf());
    let read = load::read(&tree, &[name.to_owned()], &TemplateTerms::default(), given);
    assert_eq!(read.troubles(), Vec::<String>::new(), "{text}");
    assert!(read.notes.is_empty(), "{:?}\n{text}", read.notes);
    let mut pools = read.estate().pools;
    assert_eq!(pools.len(), 1, "{text}");
    pools.remove(0).posture
}

/// What a policy's text has of a block: values, what is known after apply, and expressions, as a plan has them.
fn block(body: &hcl::Body) -> [Map<String, Json>; 3] {
    let [mut after, mut unknown, mut expressions] = [const { Map::new }; 3].map(|new| new());
    let known = |expression: &hcl::Expression| -> Json {
        let value = expression.evaluate(&Context::new()).unwrap();
        serde_json::to_value(value).unwrap()
    };
    let reference = |expression: &hcl::Expression| match expression {
        hcl::Expression::Traversal(_) => Some(hcl::format::to_string(expression).unwrap()),
        _ => None,
    };
    for attribute in body.attributes() {
        let key = attribute.key().to_owned();
        let mut references = Vec::new();
        if let Some(found) = reference(attribute.expr()) {
            unknown.insert(key.clone(), true.into());
            references.push(found);
        } else if let hcl::Expression::Object(entries) = attribute.expr() {
            let (mut values, mut open) = (Map::new(), Map::new());
            for (name, value) in entries {
                let name = match name {
                    hcl::ObjectKey::Expression(name) => known(name).as_str().unwrap().to_owned(),
                    other => other.to_string(),
                };
                match reference(value) {
                    Some(found) => {
                        open.insert(name, true.into());
                        references.push(found);
                    }
                    None => {
                        values.insert(name, known(value));
                    }
                }
            }
            after.insert(key.clone(), values.into());
            unknown.insert(key.clone(), open.into());
        } else {
            after.insert(key.clone(), known(attribute.expr()));
        }
        expressions.insert(key, json!({ "references": references }));
    }
    for inner in body.blocks() {
        let parts = block(inner.body());
        for (all, part) in [&mut after, &mut unknown, &mut expressions]
            .into_iter()
            .zip(parts)
        {
            let list = all.entry(inner.identifier()).or_insert_with(|| json!([]));
            list.as_array_mut().unwrap().push(part.into());
        }
    }
    [after, unknown, expressions]
}

/// The plan that Terraform would make of a text, as far as our reader looks.
fn terraform_plan(text: &str) -> String {
    let body: hcl::Body = hcl::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let (mut changes, mut resources) = (Vec::new(), Vec::new());
    for resource in body.blocks() {
        let labels: Vec<_> = resource.labels().iter().map(hcl::BlockLabel::as_str).collect();
        let [kind, name] = labels.as_slice() else {
            panic!("{labels:?}")
        };
        let [after, unknown, expressions] = block(resource.body());
        let address = format!("{kind}.{name}");
        changes.push(json!({
            "address": address, "mode": "managed", "type": kind, "name": name,
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown, "after_sensitive": {}},
        }));
        resources.push(json!({"address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions}));
    }
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes,
        "configuration": {"root_module": {"resources": resources}},
    })
    .to_string()
}

/// What our readers see of a policy's export.
fn read_back(language: Language, exported: Exported) -> Posture {
    let text = text(language, &[exported]).unwrap();
    match language {
        Language::Terraform => read("plan.json", &terraform_plan(&text)),
        _ => read("template.yaml", &text),
    }
}

/// Everything that the policy manages is read back as the policy has it, but for what the text says it leaves out.
fn round_trip(language: Language, name: &str, posture: &Posture) {
    let mut asked = Posture {
        origin: Origin::Desired,
        ..posture.clone()
    };
    let exported = exported_to(language, name, &asked);
    let left_out: BTreeSet<_> = exported.left_out.iter().map(|(at, _)| at.to_string()).collect();
    // In a template a pool has no id yet, nor has a client that it makes.
    for alarm in asked.alarms.iter_mut().flatten() {
        alarm.dimensions.insert("UserPoolId".to_owned(), String::new());
    }
    for client in &mut asked.clients {
        if client.settings != ClientSettings::UNKNOWN {
            client.id = None;
        }
    }
    let found = read_back(language, exported.clone());
    let diff = plan::diff(&asked, &found, &Everything);
    let changes = diff
        .changes
        .iter()
        .map(|change| change.leaf.pointer().to_string());
    let differs: BTreeSet<_> = changes.collect();
    let shown = text(language, &[exported]).unwrap();
    assert_eq!(diff.unseen, Vec::new(), "{shown}");
    assert_eq!(diff.missing, Vec::new(), "{shown}\n{:#?}", found.clients);
    // What is to be empty is left out, too, and a new template has nothing there that differs.
    let new_differs: BTreeSet<_> = left_out.difference(&asks_for_nothing(&asked)).cloned().collect();
    assert!(differs.is_subset(&left_out), "{:#?}\n{shown}", diff.changes);
    assert!(
        new_differs.is_subset(&differs),
        "{new_differs:?} {:#?}\n{shown}",
        diff.changes
    );
}

/// Places at which a posture wants nothing to be.
fn asks_for_nothing(asked: &Posture) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let risk = &asked.responses;
    if risk.risk_exceptions == Some(RiskExceptions::default()) {
        found.insert("/risk_exceptions".to_owned());
    }
    if risk.account_takeover == Some(AccountTakeover::default()) {
        found.insert("/account_takeover".to_owned());
    }
    for client in asked
        .clients
        .iter()
        .filter(|client| client.risk == Override::Inherit)
    {
        found.insert(Pointer::root().child("clients").child(&client.key).to_string());
    }
    let logs = asked.log_delivery.clone().unwrap_or_default();
    for (name, to) in [
        ("user_auth_events", logs.user_auth_events),
        ("user_notification", logs.user_notification),
    ] {
        if to.is_some_and(|to| to.nowhere) {
            found.insert(format!("/log_delivery/{name}"));
        }
    }
    found
}

/// Texts with marks of every language, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let marks = vec![
        "${x}",
        "$",
        "$${",
        "%{ if true }",
        "%%{",
        "{{x}}",
        "'",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\u{2028}",
        "\u{202e}",
        "`id`",
        "$(id)",
        "!Ref x",
        "*/",
        "//",
        "# ",
        "- a",
        "OFF",
        "010",
        "12:30",
        ": ",
        "\0",
        "\u{7f}",
        "\u{85}",
        "\u{feff}",
        "\u{e0001}",
        "file:///etc/passwd",
        "${",
        "EOF",
        "<<",
        "~",
        "&a",
        "*a",
        "\\u0041",
        "日本",
        "a",
    ];
    let mark = prop_oneof![3 => select(marks).prop_map(ToOwned::to_owned), 1 => any::<String>()];
    let joined = prop::collection::vec(mark, 1..5).prop_map(|parts| parts.concat());
    joined.prop_filter("empty, or taken", |text| {
        !text.is_empty() && !text.contains("{{resolve:") && !text.contains("${Token[")
    })
}

/// A posture in which every text that a policy may choose is this one.
fn with_text(mut posture: Posture, text: &str) -> Posture {
    let own = || text.to_owned();
    let email = || EmailTemplate {
        subject: own(),
        html: Some(own()),
        text: Some(own()),
    };
    let takeover = AccountTakeover {
        notifications: Some(Notifications {
            source_arn: own(),
            from: Some(own()),
            reply_to: Some(own()),
            block_email: Some(email()),
            mfa_email: Some(email()),
            no_action_email: Some(email()),
        }),
        ..posture.responses.account_takeover.clone().unwrap_or_default()
    };
    let mut risk = RiskConfiguration {
        account_takeover: Some(takeover),
        ..posture.responses.clone()
    };
    let ranges = risk.risk_exceptions.get_or_insert_default();
    ranges.always_block = vec![IpRange::new(text)];
    // The AWS CLI has a call only for a whole configuration.
    risk.compromised_credentials
        .get_or_insert(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: BTreeSet::new(),
        });
    posture.responses = risk.clone();
    if let [web, api] = posture.clients.as_mut_slice() {
        web.key = own();
        web.settings.identity_providers = Some([own()].into());
        web.risk = Override::Own(Box::new(risk));
        api.key = format!("{text}2");
    }
    for alarm in posture.alarms.iter_mut().flatten() {
        alarm.name = Some(own());
        alarm.statistic = own();
        alarm.dimensions.insert("Operation".to_owned(), own());
        alarm.actions = vec![own()];
    }
    posture.log_delivery = Some(LogDelivery {
        user_auth_events: Some(Delivery {
            level: Some(own()),
            cloudwatch_logs: Some(own()),
            s3: Some(own()),
            firehose: Some(own()),
            nowhere: false,
        }),
        user_notification: Some(Delivery::to_nowhere()),
    });
    posture
}

/// The JSON arguments that bash gives to `aws`, every id being `ID`.
#[cfg(unix)]
fn called(script: &str) -> Vec<Json> {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_path_buf());
    tree.write("export.sh", script.as_bytes()).unwrap();
    let aws = "aws() { printf '%s' \"${@: -1}\" >\"call.$((calls++))\"; }\n";
    // Every variable that the script asks for.
    let asked = script
        .lines()
        .filter_map(|line| line.strip_prefix(": \"${")?.split_once(':'));
    let ids: Vec<_> = asked.map(|(name, _)| format!("{name}=ID\n")).collect();
    let ids = ids.concat();
    tree.write("run.sh", format!("calls=0\n{aws}{ids}. ./export.sh\n").as_bytes())
        .unwrap();
    let run = std::process::Command::new("bash")
        .arg("run.sh")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        run.status.success() && run.stdout.is_empty() && run.stderr.is_empty(),
        "{run:?}\n{script}"
    );
    let texts = (0..).map_while(|call| tree.read(&format!("call.{call}")).ok());
    texts.map(|text| serde_json::from_str(&text).unwrap()).collect()
}

/// Properties with an id for every reference.
#[cfg(unix)]
fn with_ids(value: &Json) -> Json {
    match value {
        Json::Object(entries) if entries.contains_key("Ref") => "ID".into(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), with_ids(value)))
            .collect(),
        Json::Array(items) => items.iter().map(with_ids).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_a_policy_manages_is_read_back(posture in posture()) {
        for language in [Language::CloudFormation, Language::Terraform] {
            round_trip(language, "customers-prod", &posture);
        }
    }

    /// Clients that have an id and no settings need no resource.
    #[test]
    fn bare_clients_need_no_resource(mut posture in posture()) {
        // One that inherits, or has nothing of its own, then has nothing to write.
        posture.clients.retain(|client| match &client.risk {
            Override::Own(own) => own.compromised_credentials.is_some(),
            _ => false,
        });
        posture.clients.iter_mut().for_each(|client| client.settings = ClientSettings::UNKNOWN);
        for language in [Language::CloudFormation, Language::Terraform] {
            round_trip(language, "p", &posture);
        }
    }

    #[test]
    fn texts_stay_texts(posture in posture(), text in hostile()) {
        let posture = with_text(posture, &text);
        for language in [Language::CloudFormation, Language::Terraform] {
            round_trip(language, &text, &posture);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bash_gives_the_cli_what_the_policy_says(posture in posture(), text in hostile()) {
        let posture = with_text(Posture { pool_id: None, ..posture }, &text);
        let exported = exported_to(Language::AwsCli, &text, &posture);
        let expected: Vec<_> = exported.resources.iter().map(|one| with_ids(&one.properties.clone().into())).collect();
        let script = crate::export::text(Language::AwsCli, &[exported]).unwrap();
        prop_assert_eq!(called(&script), expected, "{}", script);
    }
}
