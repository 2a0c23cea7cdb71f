//! Files that are made from the source are current. `COGWARD_REGENERATE=1 cargo test` writes them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes the repository and fails loudly"
)]

#[cfg(feature = "live")]
mod iam;
mod logs_insights;
mod reference;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cogward::app::ids;
use cogward::drift::Kind;
use cogward::proposal::Guard;
use cogward::rule::catalogue::builtin_files;
use cogward::rule::load::Loader;
use cogward::rule::page;
use cogward::source::{Source, Sources};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it should hold, or writes it.
fn current(path: &Path, wanted: &str) {
    if std::env::var_os("COGWARD_REGENERATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        found == wanted,
        "{} is out of date; run: COGWARD_REGENERATE=1 cargo test generated",
        path.display()
    );
}

/// The rows of a table in a page that begin with a backtick, in place of those that are there.
fn table(page: &str, head: &str, rows: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let start = text.find(head).unwrap() + head.len();
    let end = start + text[start..].find("\n\n").unwrap() + 1;
    current(&path, &format!("{}{rows}{}", &text[..start], &text[end..]));
}

#[test]
fn the_table_of_guards_is_current() {
    let mut rows = String::new();
    for guard in Guard::ALL {
        let [refuses, needed] = guard.text();
        let _ = writeln!(rows, "| `{}` | {refuses} | {needed} |", guard.as_str());
    }
    let head = "| guard | refuses | to go on, you need |\n|---|---|---|\n";
    table("docs/apply.md", head, &rows);
}

#[test]
fn schemas_are_current_and_are_schemas() {
    let schemas = [
        ("policy", cogward::policy::published()),
        ("rule", cogward::rule::schema()),
        ("baseline", cogward::lint::baseline::schema()),
        ("view", cogward::rule::view::schema()),
        ("report", cogward::render::schema()),
        ("journal", cogward::journal::schema()),
        ("gate", cogward::render::gate_schema()),
        ("history", cogward::render::history_schema()),
        ("evidence", cogward::render::evidence_schema()),
        ("feedback", cogward::render::feedback_schema()),
        ("ledger", cogward::ledger::schema()),
        ("plan", cogward::plan::file::schema()),
        ("apply", cogward::render::apply_schema()),
        ("impact", cogward::render::impact_schema()),
        ("insights", cogward::render::insights_schema()),
        ("investigation", cogward::render::investigation_schema()),
        ("question", cogward::insights::question_schema()),
        ("event", cogward::events::schema()),
        ("snapshot", cogward::observe::snapshot::schema()),
    ];
    for (name, schema) in schemas {
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        current(
            &root().join(format!("schemas/{name}.json")),
            &format!("{schema:#}\n"),
        );
    }
}

/// The built-in questions as text for engines.
#[test]
fn emitted_questions_are_current() {
    use cogward::insights::{QueryEngine, QueryPlaces, builtin_questions, emit};
    let questions = builtin_questions(&mut Sources::default()).unwrap();
    for (engine, file) in [
        (QueryEngine::Athena, "athena.sql"),
        (QueryEngine::Spark, "spark.sql"),
        (QueryEngine::DuckDb, "duckdb.sql"),
        (QueryEngine::LogsInsights, "logs-insights.txt"),
    ] {
        let text = emit(engine, &questions, &QueryPlaces::default()).unwrap();
        current(&root().join("tests/data/questions").join(file), &text);
    }
}

#[cfg(feature = "live")]
#[test]
fn permissions_are_current() {
    let folder = root().join("docs/iam");
    for (file, policy) in [
        ("read.json", iam::read_policy()),
        ("apply.json", iam::apply_policy()),
        ("users.json", iam::users_policy()),
        ("investigate.json", iam::investigate_policy()),
    ] {
        current(&folder.join(file), &format!("{policy:#}\n"));
    }
    current(&folder.join("README.md"), &iam::page());
}

/// An editor shows these texts: every property must have one.
#[test]
fn policy_schema_properties_are_described() {
    let schema = cogward::policy::published();
    let mut objects = vec![("policy".to_owned(), &schema)];
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        objects.push((name.clone(), definition));
    }
    for (name, object) in objects {
        for (key, property) in object["properties"].as_object().into_iter().flatten() {
            assert!(
                property["description"].is_string(),
                "{name}.{key} has no description"
            );
        }
    }
}

#[test]
fn the_policy_reference_is_current() {
    let example = fs::read_to_string(root().join("policies/examples/customers-prod.yaml"))
        .unwrap()
        .replace("\r\n", "\n");
    let page = reference::page(&cogward::policy::published(), &example);
    current(&root().join("docs/policy.md"), &page);
}

/// Inputs and outputs of the action, between the comments of its page.
#[test]
fn the_page_of_the_action_is_current() {
    let read = |file: &str| {
        fs::read_to_string(root().join(file))
            .unwrap()
            .replace("\r\n", "\n")
    };
    let action: serde_json::Value = serde_yaml::from_str(&read("action.yml")).unwrap();
    let mut tables = String::new();
    for (key, columns) in [
        ("inputs", "\n| input | default | meaning |\n|---|---|---|\n"),
        ("outputs", "\n| output | meaning |\n|---|---|\n"),
    ] {
        tables.push_str(columns);
        for (name, entry) in action[key].as_object().unwrap() {
            let default = match entry["default"].as_str() {
                Some("") => " |".to_owned(),
                Some(text) => format!(" `{text}` |"),
                None => String::new(),
            };
            let meaning = entry["description"]
                .as_str()
                .unwrap()
                .replace('|', "\\|")
                .replace('\n', " ");
            writeln!(tables, "| `{name}` |{default} {} |", meaning.trim()).unwrap();
        }
    }
    let page = read("docs/github-actions.md");
    let (head, rest) = page.split_once("<!-- action -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end of action -->\n").unwrap();
    current(
        &root().join("docs/github-actions.md"),
        &format!("{head}<!-- action -->\n{tables}\n<!-- end of action -->\n{tail}"),
    );
}

/// The first line of every file that is shipped names its schema, which is there.
#[test]
fn shipped_files_name_their_schema() {
    let published = "https://raw.githubusercontent.com/cogward/cogward/main/schemas/";
    for (folder, schema) in [
        ("policies/baselines", "policy.json"),
        ("policies/examples", "policy.json"),
        ("src/simulator/demo/policies", "policy.json"),
        ("rules", "rule.json"),
        ("questions", "question.json"),
    ] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let line = text.lines().next().unwrap_or_default();
            let named = line
                .strip_prefix("# yaml-language-server: $schema=")
                .unwrap_or_default();
            // What ends up in a user's folder cannot name a file of this repository.
            let found = match named.strip_prefix(published) {
                Some(name) => root().join("schemas").join(name),
                None => path.parent().unwrap().join(named),
            };
            assert_eq!(
                found.canonicalize().ok(),
                Some(root().join("schemas").join(schema).canonicalize().unwrap()),
                "{}: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn rule_pages_are_current() {
    let mut sources = Sources::default();
    let loader = Loader::default();
    let mut index = "# Rules\n\nGenerated from `rules/`, and of differences from the program. `cogward explain <id>` prints the same pages.\n\n\
                     | rule | severity | fault |\n|---|---|---|\n"
        .to_owned();
    let mut pages = BTreeSet::new();
    for (name, text) in builtin_files() {
        let id = sources.add(Source::builtin(name.as_str(), text));
        let mut rule = loader
            .load(id, sources.get(id))
            .unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
        rule.meta.builtin = true;
        let page = format!("{}.md", rule.meta.id);
        current(&root().join("docs/rules").join(&page), &page::markdown(&rule));
        writeln!(
            index,
            "| [{id}]({page}) | {} | {} |",
            rule.meta.severity.as_str(),
            rule.meta.summary.replace('|', "\\|"),
            id = rule.meta.id
        )
        .unwrap();
        pages.insert(page);
    }
    index.push_str("\n## Differences\n\nWhat `diff` finds, and `scan` with `--before` or a plan. They are no rules: nothing switches them off.\n\n");
    index.push_str("| difference | severity | what |\n|---|---|---|\n");
    for kind in Kind::ALL {
        let (meta, page) = (kind.meta(), format!("{}.md", kind.as_str()));
        current(&root().join("docs/rules").join(&page), &ids::of_difference(kind));
        let severity = meta.severity.as_str();
        writeln!(index, "| [{}]({page}) | {severity} | {} |", meta.id, meta.summary).unwrap();
        pages.insert(page);
    }
    current(&root().join("docs/rules/README.md"), &index);
    current(&root().join("docs/SUMMARY.md"), &with_rules(&pages));
    pages.insert("README.md".to_owned());
    for entry in fs::read_dir(root().join("docs/rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            pages.contains(&name),
            "docs/rules/{name} belongs to no rule; remove it"
        );
    }
}

/// The summary of the book, with these pages below the rules.
fn with_rules(pages: &BTreeSet<String>) -> String {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md"))
        .unwrap()
        .replace("\r\n", "\n");
    let mut told = String::new();
    for line in summary
        .lines()
        .filter(|line| !(line.starts_with("    - [") && line.contains("](rules/")))
    {
        told.push_str(line);
        told.push('\n');
        if line.ends_with("(rules/README.md)") {
            for page in pages {
                writeln!(told, "    - [{}](rules/{page})", page.trim_end_matches(".md")).unwrap();
            }
        }
    }
    told
}
