//! The workflows of the project and those for its users: what they use is pinned, and what they say exists.

use std::fs;
use std::path::PathBuf;

use serde_yaml::Value as Yaml;

use crate::action::runner::relative;

fn files() -> Vec<PathBuf> {
    let folders = [".github/workflows", "docs/workflows"];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(crate::action::root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.push(crate::action::root().join("action.yml"));
    files.sort();
    assert!(files.len() >= 9);
    files
}

fn steps(file: &Yaml) -> Vec<Yaml> {
    let jobs = file["jobs"]
        .as_mapping()
        .into_iter()
        .flatten()
        .map(|(_, job)| job);
    let of = |value: &Yaml| value["steps"].as_sequence().cloned().unwrap_or_default();
    jobs.flat_map(of).chain(of(&file["runs"])).collect()
}

/// Every action is pinned by a commit with its version.
#[test]
fn actions_pinned_by_commit() {
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        for line in text
            .lines()
            .filter(|line| line.trim_start().trim_start_matches("- ").starts_with("uses:"))
        {
            let (_, used) = line.split_once("uses:").unwrap();
            let Some((_, at)) = used.split_once('@') else {
                assert!(used.trim().starts_with("./"), "{}: {line}", relative(&path));
                continue;
            };
            let (commit, comment) = at
                .split_once(" # ")
                .unwrap_or_else(|| panic!("{}: {line}", relative(&path)));
            let hash = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(hash && !comment.is_empty(), "{}: {line}", relative(&path));
        }
    }
}

/// One commit of an action, wherever it is used.
#[test]
fn one_commit_per_action() {
    let mut known = std::collections::BTreeMap::new();
    for path in files() {
        let file: Yaml = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for step in steps(&file) {
            let Some((action, commit)) = step["uses"].as_str().and_then(|used| used.split_once('@')) else {
                continue;
            };
            let before = known.insert(action.to_owned(), commit.to_owned());
            assert!(
                before.is_none_or(|before| before == commit),
                "{}: {action}",
                relative(&path)
            );
        }
    }
}

#[test]
fn no_expression_stands_in_a_shells_text() {
    for path in files() {
        let file: Yaml = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for step in steps(&file) {
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{}: {script}", relative(&path));
        }
    }
}

/// Workflows for users use inputs and outputs that there are.
#[test]
fn example_inputs_and_outputs_exist() {
    let action: Yaml =
        serde_yaml::from_str(&fs::read_to_string(crate::action::root().join("action.yml")).unwrap()).unwrap();
    let mut uses = 0;
    for path in files()
        .into_iter()
        .filter(|path| path.parent().unwrap().ends_with("docs/workflows"))
    {
        let text = fs::read_to_string(&path).unwrap();
        let file: Yaml = serde_yaml::from_str(&text).unwrap();
        for step in steps(&file) {
            if !step["uses"]
                .as_str()
                .is_some_and(|used| used.starts_with("cogward/cogward@"))
            {
                continue;
            }
            uses += 1;
            for (name, _) in step["with"].as_mapping().unwrap() {
                assert!(
                    action["inputs"].get(name).is_some(),
                    "{}: {name:?}",
                    relative(&path)
                );
            }
            let Some(id) = step["id"].as_str() else { continue };
            for (at, start) in text.match_indices(&format!("steps.{id}.outputs.")) {
                let name: String = text[at + start.len()..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                assert!(
                    action["outputs"].get(name.as_str()).is_some(),
                    "{}: {name}",
                    relative(&path)
                );
            }
        }
    }
    assert!(uses >= 7);
}

/// The script of a step of docs/workflows/on-change.yml.
fn script(name: &str) -> String {
    let path = crate::action::root().join("docs/workflows/on-change.yml");
    let file: Yaml = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let steps = steps(&file);
    let step = steps.iter().find(|step| step["name"].as_str() == Some(name));
    step.unwrap()["run"].as_str().unwrap().to_owned()
}

/// Whoever may dispatch can send any text; it stays one line of text.
#[test]
fn what_an_event_says_is_shown_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let said = |pairs: &[(&str, &str)]| {
        let summary = folder.path().join("summary.md");
        let _ = fs::remove_file(&summary);
        let mut bash = std::process::Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", &script("Say who changed what")])
            .current_dir(folder.path())
            .env("GITHUB_STEP_SUMMARY", &summary)
            .envs(pairs.iter().copied());
        for name in ["ACCOUNT", "AT", "CALL", "EVENT", "POOL", "WHO"] {
            if pairs.iter().all(|(known, _)| *known != name) {
                bash.env(name, "");
            }
        }
        let output = bash.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = fs::read_to_string(summary).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("change.md")).unwrap(), text);
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            "",
            "the log gets no workflow command"
        );
        text
    };
    let who = "arn:aws:sts::123456789012:assumed-role/Admin/jo+x@example.com";
    let text = said(&[
        ("ACCOUNT", "123456789012"),
        ("AT", "2026-11-27T03:14:15Z"),
        ("CALL", "UpdateUserPool"),
        ("EVENT", "0a1b"),
        ("POOL", "us-west-2_A"),
        ("WHO", who),
    ]);
    let line = format!(
        "`UpdateUserPool` of pool `us-west-2_A` (account `123456789012`) by `{who}` at 2026-11-27T03:14:15Z; CloudTrail event \
         `0a1b`\n"
    );
    assert_eq!(text, line);
    let evil = "x`\n::error::owned\n$(touch owned) <script> [a](b) %0A\u{1b}[31m";
    let text = said(&[("WHO", evil), ("POOL", evil), ("AT", evil)]);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.contains("by `x::error::ownedtouchowned") && text.contains("`unknown` of pool"),
        "{text}"
    );
    let long = said(&[("WHO", &"a".repeat(100_000))]);
    assert!(long.len() < 1000);
    assert!(!folder.path().join("owned").exists());
}

/// The event that the template sends is the one that the workflow waits for, with every member that it reads.
#[test]
fn event_template_matches_workflow() {
    let read = |name: &str| {
        let path = crate::action::root().join("docs/workflows").join(name);
        fs::read_to_string(path).unwrap()
    };
    let (workflow, template) = (read("on-change.yml"), read("on-change-events.yaml"));
    let template: Yaml = serde_yaml::from_str(&template).unwrap();
    let target = &template["Resources"]["Rule"]["Properties"]["Targets"][0]["InputTransformer"];
    let places = target["InputPathsMap"].as_mapping().unwrap();
    let mut body = target["InputTemplate"].as_str().unwrap().to_owned();
    for (name, _) in places {
        body = body.replace(&format!("<{}>", name.as_str().unwrap()), "x");
    }
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let kind = body["event_type"].as_str().unwrap();
    assert!(workflow.contains(&format!("types: [{kind}]")), "{kind}");
    let payload = body["client_payload"].as_object().unwrap();
    assert_eq!(payload.len(), places.len());
    let mut read = 0;
    for (at, start) in workflow.match_indices("client_payload.") {
        let name: String = workflow[at + start.len()..]
            .chars()
            .take_while(char::is_ascii_lowercase)
            .collect();
        assert!(payload.contains_key(&name), "{name}");
        read += 1;
    }
    assert!(read >= 9);
}

/// Every call that cogward makes to Cognito is watched.
#[cfg(feature = "live")]
#[test]
fn event_template_covers_every_write() {
    let path = crate::action::root().join("docs/workflows/on-change-events.yaml");
    let template: Yaml = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let watched = &template["Resources"]["Rule"]["Properties"]["EventPattern"]["detail"]["eventName"];
    let watched: Vec<_> = watched
        .as_sequence()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let writes = cogward::aws::operation::Operation::all_for(cogward::aws::operation::Use::Write);
    let writes = writes.into_iter().map(cogward::aws::Operation::as_str);
    for name in writes.filter(|name| *name != "PutMetricAlarm") {
        assert!(watched.contains(&name), "{name}");
    }
}

/// Continuous integration runs every step once and waits for all.
#[test]
fn ci_runs_each_step_once() {
    let script = fs::read_to_string(crate::action::root().join(".ci/run")).unwrap();
    let (_, list) = script.split_once("all_steps=(").unwrap();
    let mut steps: Vec<_> = list.split_once(')').unwrap().0.split_whitespace().collect();
    let file = fs::read_to_string(crate::action::root().join(".github/workflows/ci.yml")).unwrap();
    let file: Yaml = serde_yaml::from_str(&file).unwrap();
    let jobs = file["jobs"].as_mapping().unwrap();
    let groups = file["jobs"]["checks"]["strategy"]["matrix"]["include"]
        .as_sequence()
        .unwrap();
    let mut run: Vec<_> = groups
        .iter()
        .flat_map(|group| group["steps"].as_str().unwrap().split_whitespace())
        .collect();
    run.sort_unstable();
    steps.sort_unstable();
    assert_eq!(run, steps);
    let mut needed: Vec<_> = file["jobs"]["gate"]["needs"]
        .as_sequence()
        .unwrap()
        .iter()
        .collect();
    let mut others: Vec<_> = jobs
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.as_str() != Some("gate"))
        .collect();
    needed.sort_by_key(|name| name.as_str());
    others.sort_by_key(|name| name.as_str());
    assert_eq!(needed, others);
}
