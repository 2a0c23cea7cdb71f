//! Whatever stands in place of a value of a template: what is not known is never said to be absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::app::scan::{ScanJob, scan};
use crate::app::template_load;
use crate::app::templates::TemplateTerms;
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::effective::{CellOutcome, Table};
use crate::report::Report;
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;

/// A template without findings.
const GOOD: &str = include_str!("../../tests/data/templates/good/template.json");

/// What may stand where something else belongs: other kinds, and functions that nobody can evaluate.
fn others(value: &Value) -> Vec<Value> {
    let open = [
        json!({"Fn::ImportValue": "elsewhere"}),
        json!({"Fn::GetAtt": ["Custom", "Value"]}),
        json!({"Ref": "Open"}),
        json!({"Fn::If": ["Sometimes", {"Ref": "Open"}, {"Fn::ImportValue": "elsewhere"}]}),
        json!("{{resolve:ssm:name}}"),
        json!({"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://x"}}}),
        json!({"Fn::New": "x"}),
    ];
    let kinds = [
        json!([]),
        json!([[]]),
        json!({"x": 1}),
        json!("text"),
        json!(7),
        Value::Null,
    ];
    // A reference stands for a text.
    let is_scalar = (!value.is_array() && !value.is_object()) || value.get("Ref").is_some();
    // A text in place of a text, and a number, is another value and no other kind.
    let fits = |other: &Value| match other {
        Value::Array(_) => value.is_array(),
        Value::Object(_) => value.is_object(),
        _ => is_scalar,
    };
    let kinds = kinds.into_iter().filter(|other| !fits(other));
    open.into_iter().chain(kinds).collect()
}

/// Every place of the resources, by its pointer.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in below {
        // What a function has in it is a function's business.
        if key == "Ref" {
            continue;
        }
        let at = format!("{at}/{key}");
        into.push(at.clone());
        places(value, &at, into);
    }
}

fn report(template: &Value, catalogue: &Catalogue, sources: &Sources) -> (Report, Vec<Table>) {
    let text = template.to_string();
    let name = "t.json".to_owned();
    let tree = Tree::new(PathBuf::from("/nowhere"));
    let terms = TemplateTerms {
        region: Some("us-west-2".to_owned()),
        account: Some("123456789012".to_owned()),
        ..TemplateTerms::default()
    };
    let given = BTreeMap::from([(name.clone(), text)]);
    let templates = template_load::read(&tree, &[name], &terms, given);
    let estate = templates.estate();
    let job = ScanJob {
        estate: &estate,
        templates: Some(&templates),
        settings: &Settings::new("2026-11-27".parse().unwrap()),
        catalogue,
        findings: Vec::new(),
        fail_on: None,
        wants_tables: false,
    };
    let report = scan(job, sources.clone());
    let tables = estate.pools.iter().map(|pool| Table::of(&pool.posture)).collect();
    (report, tables)
}

/// Rules with a finding that holds in all cases; faults of the file are none.
fn certain(report: &Report) -> BTreeSet<String> {
    let certain = report.findings.iter().filter(|finding| {
        let conditional = finding.message.starts_with("if ") || finding.message.starts_with("in some cases");
        // A change whose effect is not known says just that.
        !finding.is_input_fault && !conditional && finding.rule.as_str() != "change-undefined"
    });
    certain.map(|finding| finding.rule.to_string()).collect()
}

type Cells = BTreeMap<String, Vec<CellOutcome>>;

/// What happens to requests of clients, as far as it is known.
fn cells(tables: &[Table]) -> Cells {
    let mut found = Cells::new();
    for table in tables {
        for row in &table.rows {
            let key = format!("{:?} {:?} {:?}", row.scope.key(), row.flow, row.event);
            found.insert(key, row.cells.iter().map(|cell| cell.outcome).collect());
        }
    }
    found
}

fn prepared() -> Value {
    let mut good: Value = serde_json::from_str(GOOD).unwrap();
    good["Parameters"] = json!({"Open": {"Type": "String"}});
    good["Conditions"] = json!({"Sometimes": {"Fn::Equals": [{"Ref": "Open"}, "x"]}});
    good["Resources"]["Custom"] = json!({"Type": "Custom::Thing"});
    good
}

#[test]
fn what_is_not_known_is_never_said_to_be_absent() {
    let mut sources = Sources::default();
    let catalogue = Catalogue::builtin(&mut sources);
    let good = prepared();
    let (base, tables) = report(&good, &catalogue, &sources);
    assert_eq!(certain(&base), BTreeSet::new());
    let base = cells(&tables);
    let mut all = Vec::new();
    places(&good["Resources"], "/Resources", &mut all);
    assert!(all.len() > 100, "{}", all.len());
    let mut wrong = Vec::new();
    for at in &all {
        for other in others(good.pointer(at).unwrap()) {
            let mut template = good.clone();
            *template.pointer_mut(at).unwrap() = other.clone();
            let (found, tables) = report(&template, &catalogue, &sources);
            let said = certain(&found);
            if !said.is_empty() {
                wrong.push(format!("{at} = {other}: {said:?}"));
            }
            // What is known of a request is what it was.
            for (key, outcomes) in cells(&tables) {
                let before = base.get(&key);
                let pairs = before.into_iter().flatten().zip(&outcomes);
                if pairs
                    .filter(|(_, now)| now.is_known())
                    .any(|(was, now)| was != now)
                {
                    wrong.push(format!("{at} = {other}: {key}: {before:?} is {outcomes:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
