//! Templates, plans and states that make no user pool: an answer, where it is certain.

use crate::cli::support::{Place, Run};

const QUEUE: &str = "Resources:\n  Q: { Type: 'AWS::SQS::Queue' }\n";
const POOL: &str = "Resources:\n  P: { Type: 'AWS::Cognito::UserPool' }\n";
const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[]}"#;
/// Terraform leaves out what is empty.
const PLAN_OF_NOTHING: &str = r#"{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{}},"configuration":{"root_module":{}}}"#;
const STATE: &str = r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{}}}"#;
const STATE_OF_NOTHING: &str = r#"{"format_version":"1.0","terraform_version":"1.9.0"}"#;

fn scan(files: &[(&str, &str)], format: &str) -> Run {
    let place = Place::new();
    let mut all = vec!["scan", "--format", format];
    for (name, text) in files {
        place.file(name, text);
        all.extend(["--from", name]);
    }
    place.run(&all)
}

/// A file without pools is said and no error.
#[test]
fn files_without_pools_are_no_error() {
    for text in [QUEUE, PLAN, PLAN_OF_NOTHING, STATE, STATE_OF_NOTHING] {
        let run = scan(&[("a.json", text)], "human");
        let all = run.out.clone() + &run.err;
        assert_eq!(run.code, 0, "{text}: {all}");
        assert!(
            all.contains("no user pool in 1 file") && all.contains("a.json: no user pool in it"),
            "{all}"
        );
    }
    for format in ["json", "sarif", "github", "junit", "markdown", "html", "concise"] {
        assert_eq!(scan(&[("a.json", QUEUE)], format).code, 0, "{format}");
    }
    let run = scan(
        &[("a.yaml", QUEUE), ("b.yaml", POOL), ("c.json", PLAN)],
        "concise",
    );
    assert!(run.out.contains("threat-protection-off"), "{}", run.out);
    for (file, is_without) in [("a.yaml", true), ("b.yaml", false), ("c.json", true)] {
        assert_eq!(
            run.out
                .contains(&format!("{file}: not checked: no user pool in it")),
            is_without,
            "{}",
            run.out
        );
    }
    let many: Vec<String> = (0..11).map(|at| format!("{at:02}.yaml")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), QUEUE)).collect();
    let run = scan(&many, "concise");
    assert!(
        run.code == 0 && run.out.contains("no user pool in 11 files"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("3 more files: not checked: no user pool in any of them"),
        "{}",
        run.out
    );
}

/// A template makes what those make that it nests.
#[test]
fn a_template_that_nests_a_pool_makes_one() {
    let nests =
        "Resources:\n  N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: ./b.yaml } }\n";
    for (nested, code) in [(POOL, 1), (QUEUE, 0)] {
        let place = Place::new();
        place.file("a.yaml", nests).file("b.yaml", nested);
        let run = place.run(&["scan", "--format", "concise", "--from", "a.yaml"]);
        let is_without = run.out.contains("a.yaml: not checked: no user pool in it");
        assert_eq!((run.code, is_without), (code, nested == QUEUE), "{}", run.out);
        assert!(!run.out.contains("b.yaml: not checked"), "{}", run.out);
    }
}

/// Where a pool may come out of a macro or a loop, or a file could not be read, nothing is certain.
#[test]
fn possible_pools_are_not_called_absent() {
    let looped = "Transform: AWS::LanguageExtensions\nParameters: { L: { Type: CommaDelimitedList } }\nResources:\n  Fn::ForEach::P: [N, !Ref L, { 'P${N}': { Type: !Ref N } }]\n";
    let incomplete = PLAN.replace("\"resource_changes\"", "\"complete\":false,\"resource_changes\"");
    let macroed = format!("Transform: Mine\n{QUEUE}");
    for text in [
        looped,
        &incomplete,
        &macroed,
        "Resources: {{\n",
        r#"{"format_version":"1.2","terraform_version":"1","errored":true}"#,
    ] {
        let run = scan(&[("a.json", text)], "concise");
        assert_eq!(run.code, 2, "{text}: {}{}", run.out, run.err);
        assert!(!run.out.contains("no user pool in"), "{}", run.out);
        let run = scan(&[("a.json", text), ("b.yaml", QUEUE)], "concise");
        assert_eq!(run.code, 2, "{text}: {}{}", run.out, run.err);
    }
}
