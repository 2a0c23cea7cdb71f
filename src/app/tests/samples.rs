//! The postures that the samples of templates and plans give, and how many cases they open.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;

use crate::app::template::load;
use crate::app::template::{TemplateTerms, Templates};
use crate::fs::Tree;
use crate::model::posture::Posture;

fn read(name: &str, terms: &TemplateTerms) -> Templates {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/templates");
    let tree = Tree::new(folder);
    load::read(&tree, &[name.to_owned()], terms, BTreeMap::new())
}

fn terms(parameters: &[(&str, &str)]) -> TemplateTerms {
    TemplateTerms {
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
            .collect(),
        region: Some("us-west-2".to_owned()),
        account: Some("123456789012".to_owned()),
        ..TemplateTerms::default()
    }
}

/// One line for each pool: what it is in all cases, alternatives with `|`.
fn lines(found: &Templates) -> Vec<String> {
    let mut lines = Vec::new();
    for cases in found.by_pool().values() {
        let postures = || cases.iter().map(|(_, pool)| &pool.observed.posture);
        let say = |get: &dyn Fn(&Posture) -> String| {
            let all: BTreeSet<String> = postures().map(get).collect();
            all.into_iter().collect::<Vec<_>>().join("|")
        };
        let word = |value: Option<&dyn Debug>| value.map_or("?".to_owned(), |value| format!("{value:?}"));
        let keys = |posture: &Posture| {
            posture
                .clients
                .iter()
                .map(|client| client.key.clone())
                .collect::<Vec<_>>()
                .join(" ")
        };
        lines.push(format!(
            "{}: {} {} {} {} {} [{}] {}{}",
            cases[0].1.observed.name,
            say(&|posture| word(posture.feature_plan.as_ref().map(|one| one as &dyn Debug))),
            say(&|posture| word(posture.mode.standard.as_ref().map(|one| one as &dyn Debug))),
            say(&|posture| word(posture.mode.custom.as_ref().map(|one| one as &dyn Debug))),
            say(&|posture| word(posture.mfa.configuration.as_ref().map(|one| one as &dyn Debug))),
            say(&|posture| posture
                .mfa
                .factors
                .as_ref()
                .map_or("?".to_owned(), |all| format!("{all:?}"))),
            say(&keys),
            say(&|posture| posture
                .alarms
                .as_ref()
                .map_or("?".to_owned(), |all| all.len().to_string())),
            say(&|posture| {
                let unread: Vec<_> = posture.unread.iter().map(|part| part.as_str()).collect();
                if unread.is_empty() {
                    String::new()
                } else {
                    format!(", unread: {}", unread.join(" "))
                }
            }),
        ));
    }
    lines
}

fn check(name: &str, terms: &TemplateTerms, cases: usize, expected: &[&str]) {
    let found = read(name, terms);
    assert_eq!(
        (lines(&found), found.cases.cases.len()),
        (expected.iter().map(ToString::to_string).collect(), cases),
        "{name}"
    );
}

#[test]
fn templates_give_their_postures() {
    let none = TemplateTerms::default();
    let customers = "customers: Plus Enforced Off Optional {SoftwareToken} [web mobile] 2";
    check("short-forms.yaml", &terms(&[]), 1, &[customers]);
    check("short-forms.yaml", &none, 1, &[customers]);
    let shop = "shop-us-west-2: Plus Audit Enforced Optional {SoftwareToken} [AccountsPoolWebA3B4] 2";
    // `CDKMetadataAvailable` opens no case.
    check("cdk-like.template.json", &terms(&[]), 1, &[shop]);
    check(
        "sam.yaml",
        &terms(&[]),
        1,
        &["Members: ? Audit Off Off {} [App] 0"],
    );
    check(
        "parameters.yaml",
        &terms(&[]),
        2,
        &["Pool: ? Audit|Enforced Off Off {} [web] 0"],
    );
    let optional = "Off Optional {SoftwareToken} [web] 0";
    check(
        "parameters.yaml",
        &terms(&[("Stage", "prod")]),
        2,
        &[&format!("Pool: ? Audit|Enforced {optional}")],
    );
    let all = [("Stage", "prod"), ("Mode", "ENFORCED"), ("HighAction", "BLOCK")];
    check(
        "parameters.yaml",
        &terms(&all),
        1,
        &[&format!("Pool: ? Enforced {optional}")],
    );
    let every = [
        "Other: ? Audit Off Off {} [] 0, unread: responses",
        "pool-prod: Plus Enforced Audit Optional {SoftwareToken} [prod-web api] 2",
    ];
    check("every-intrinsic.yaml", &none, 24, &every);
    check("every-intrinsic.yaml", &terms(&[]), 12, &every);
}

#[test]
fn assemblies_give_their_postures() {
    let none = TemplateTerms::default();
    let pool = "PoolD3F588B8: Plus Enforced Off";
    // Its alarm is metric math, on two levels.
    check(
        "cdk-out",
        &none,
        1,
        &[&format!("{pool} Off {{}} [PoolWeb224A1DFF] 2")],
    );
    check(
        "cdk-weak-out",
        &none,
        1,
        &[&format!("{pool} Optional {{SoftwareToken}} [PoolWeb224A1DFF] 0")],
    );
    let alone = read("cdk-out/Guard.template.json", &none);
    let all = lines(&alone);
    assert_eq!(all.len(), 1, "{all:?}");
    let line = &all[0];
    assert!(line.starts_with("import `Identity:ExportsOutput"), "{line}");
    for part in ["mode", "mfa", "plan"] {
        assert!(line.split("unread: ").nth(1).unwrap().contains(part), "{line}");
    }
    let strays: BTreeSet<_> = alone.cases.cases[0]
        .found
        .strays
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(strays.contains("EitherC7FF402D"), "{strays:?}");
}

#[test]
fn plans_and_states_give_their_postures() {
    let none = TemplateTerms::default();
    let mfa = "Off Optional {SoftwareToken}";
    check(
        "plan-new/tfplan.json",
        &none,
        1,
        &[
            &format!("customers: ? Enforced {mfa} [api web] 2"),
            &format!("staff: ? Audit {mfa} [api web] 0"),
        ],
    );
    // Flows that are configured and unknown are not the service's default.
    let new = read("plan-new/tfplan.json", &none);
    let flows = |key: &str| {
        let pool = &new.cases.cases[0].found.pools[0].observed.posture;
        pool.clients
            .iter()
            .find(|client| client.key == key)
            .unwrap()
            .settings
            .auth_flows
            .clone()
    };
    assert!(flows("api").is_none() && flows("web").unwrap().len() == 2);
    let region = terms(&[]);
    let web = format!("{mfa} [web] 0");
    check(
        "plan-change/tfstate.json",
        &region,
        1,
        &[
            &format!("partners: Plus Enforced {web}"),
            &format!("customers: Plus Enforced {web}"),
        ],
    );
    check(
        "plan-change/tfplan.json",
        &region,
        1,
        &[
            &format!("partners: Plus Enforced {web}"),
            &format!("customers: Plus Off {web}"),
        ],
    );
}
