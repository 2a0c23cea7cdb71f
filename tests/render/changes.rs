//! Effective protection before and after, in every format that shows it.

use cogward::model::client::{Client, Override};
use cogward::model::client_setting::ClientSettings;
use cogward::model::effective::{Table, compare};
use cogward::model::mode::{Mode, Modes};
use cogward::model::posture::Posture;
use cogward::model::response::{AccountTakeover, Action, Response, RiskConfiguration};
use cogward::pointer::Pointer;
use cogward::render::{Format, RenderOptions, schema};
use cogward::report::{Report, ReviewedPool, SettingChange};
use serde_json::Value;

use crate::render::sample::{HOSTILE, clean, rendered};

fn posture(low: Action, high: Action, flows: &[&str]) -> Posture {
    let at = |action| {
        Some(Response {
            action,
            notify: false,
        })
    };
    let client = |key: &str, flows: &[&str]| Client {
        key: key.to_owned(),
        risk: Override::Inherit,
        settings: ClientSettings {
            auth_flows: Some(flows.iter().map(ToString::to_string).collect()),
            ..ClientSettings::default()
        },
        ..Client::default()
    };
    Posture {
        mode: Modes {
            standard: Some(Mode::Enforced),
            custom: Some(Mode::Off),
        },
        responses: RiskConfiguration {
            account_takeover: Some(AccountTakeover {
                low: at(low),
                medium: at(Action::MfaRequired),
                high: at(high),
                notifications: None,
            }),
            ..RiskConfiguration::default()
        },
        clients: vec![client("web", &["ALLOW_USER_SRP_AUTH"]), client(HOSTILE, flows)],
        ..Posture::default()
    }
}

fn report() -> Report {
    let srp = ["ALLOW_USER_SRP_AUTH"];
    let before = posture(Action::NoAction, Action::Block, &srp);
    let after = posture(
        Action::MfaRequired,
        Action::NoAction,
        &["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    );
    let comparison = compare(&Table::of(&before), &Table::of(&after));
    let conditional = ReviewedPool {
        names: vec![(HOSTILE.to_owned(), "template.yaml".to_owned())],
        is_pool: true,
        condition: Some(HOSTILE.to_owned()),
        comparison: compare(&Table::of(&after), &Table::of(&before)),
        ..ReviewedPool::default()
    };
    let change = ReviewedPool {
        names: vec![("customers (us-west-2_A)".to_owned(), "template.yaml".to_owned())],
        is_pool: true,
        settings: vec![SettingChange {
            pointer: Pointer::root().child(HOSTILE),
            before: Some(HOSTILE.into()),
            after: None,
        }],
        comparison,
        ..ReviewedPool::default()
    };
    Report {
        command: "scan",
        pools: Vec::new(),
        changes: Some(vec![change, conditional]),
        ..clean()
    }
}

fn narrow() -> RenderOptions {
    RenderOptions {
        ascii: true,
        width: 60,
        ..RenderOptions::default()
    }
}

#[test]
fn people_see_what_changes_weaker_first() {
    insta::assert_snapshot!(rendered(Format::Human, &report(), &RenderOptions::default()));
    insta::assert_snapshot!("narrow", rendered(Format::Human, &report(), &narrow()));
    insta::assert_snapshot!(
        "markdown",
        rendered(Format::Markdown, &report(), &RenderOptions::default())
    );
}

/// A page has the cells and no markup of others.
#[test]
fn html_has_cells_without_foreign_markup() {
    let page = rendered(Format::Html, &report(), &RenderOptions::default());
    assert!(page.contains("<td data-label=\"Before\">blocked</td>"), "{page}");
    assert!(page.contains("customers (us-west-2_A)"));
    assert!(!page.contains("<script>alert"), "{page}");
}

#[test]
fn programs_get_every_cell() {
    let text = rendered(Format::Json, &report(), &RenderOptions::default());
    let document: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(validator.is_valid(&document), "{text}");
    let changes = document["changes"].as_array().unwrap();
    let directions: Vec<_> = changes.iter().map(|change| &change["direction"]).collect();
    assert_eq!(directions, ["weaker", "weaker"]);
    let cells = changes[0]["cells"].as_array().unwrap();
    assert_eq!(cells.len(), report().changes.unwrap()[0].comparison.changes.len());
    let cell = cells
        .iter()
        .find(|cell| cell["signal"] == "high" && cell["direction"] == "weaker")
        .unwrap();
    assert_eq!(
        (&cell["before"], &cell["after"]),
        (&Value::from("blocked"), &Value::from("allowed"))
    );
    assert_eq!(changes[1]["condition"], HOSTILE);
    assert_eq!(changes[0].get("condition"), None);
}

/// Nothing is said without a before and sameness is said with one.
#[test]
fn unchanged_differs_from_no_comparison() {
    let same = Report {
        changes: Some(Vec::new()),
        ..report()
    };
    for format in [Format::Human, Format::Table, Format::Markdown, Format::Html] {
        let shown = rendered(format, &same, &RenderOptions::default());
        assert!(
            shown.contains("othing changes for sign-ins"),
            "{format:?}: {shown}"
        );
        let shown = rendered(format, &clean(), &RenderOptions::default());
        assert!(!shown.contains("efore and after"), "{format:?}: {shown}");
    }
    let shown: Value =
        serde_json::from_str(&rendered(Format::Json, &clean(), &RenderOptions::default())).unwrap();
    assert_eq!(shown.get("changes"), None);
}
