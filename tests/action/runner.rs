//! Plays the runner: carries out the steps of `action.yml` with the files and variables that GitHub gives them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};
use serde_yaml::Value as Yaml;
use tempfile::TempDir;

use crate::action::hub::Hub;

/// Records its arguments one after the other, each ended by a NUL, then writes what the test wants into the files that
/// `--output` names.
const STAND_IN: &str = r#"#!/bin/sh
for argument in "$@"; do
    printf '%s\000' "$argument" >>"$FAKE/arguments"
    case $argument in
    --output=*)
        rest=${argument#--output=}
        [ -f "$FAKE/${rest%%=*}" ] && cp "$FAKE/${rest%%=*}" "${rest#*=}" ;;
    esac
done
env >"$FAKE/environment"
[ -f "$FAKE/stdout" ] && cat "$FAKE/stdout"
exit "$(cat "$FAKE/code" 2>/dev/null || echo 0)"
"#;

/// A cargo that builds at once: what it makes is the program of this test.
const CARGO: &str = r#"#!/bin/sh
printf '%s ' "$PWD" "$@" >"$FAKE/cargo"
while [ $# -gt 0 ]; do
    [ "$1" = --target-dir ] && target=$2
    shift
done
mkdir -p "$target/release" && ln -sf "$PROGRAM_OF_TEST" "$target/release/cogward"
"#;

/// A workspace with a runner's files, the inputs of one use of the action, and what happened.
pub struct Runner {
    root: TempDir,
    inputs: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    event: Value,
}

/// How a use of the action ended.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub log: String,
    /// Outputs of the action.
    pub outputs: BTreeMap<String, String>,
    /// Inputs of actions that the steps use.
    pub used: Vec<(String, BTreeMap<String, String>)>,
}

fn action() -> Yaml {
    let text = fs::read_to_string(crate::action::root().join("action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

fn text(value: &Yaml) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The interpreter itself: what stands in `PATH` may be a script that looks for it each time.
fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let asked = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable)"])
            .output();
        String::from_utf8(asked.unwrap().stdout)
            .unwrap()
            .trim()
            .to_owned()
    })
}

impl Runner {
    /// A runner whose program is a stand-in that records how it was called.
    pub fn new() -> Self {
        let mut runner = Self {
            root: TempDir::new().unwrap(),
            inputs: BTreeMap::new(),
            variables: BTreeMap::new(),
            event: json!({}),
        };
        for folder in ["bin", "fake", "temp", "workspace"] {
            fs::create_dir(runner.path(folder)).unwrap();
        }
        std::os::unix::fs::symlink(python(), runner.path("bin/python3")).unwrap();
        runner.program("stand-in", STAND_IN);
        runner.program("bin/cargo", CARGO);
        for (name, input) in action()["inputs"].as_mapping().unwrap() {
            runner.inputs.insert(text(name), text(&input["default"]));
        }
        let program = runner.path("stand-in").display().to_string();
        runner
            .variable("PROGRAM_OF_TEST", &program)
            .variable("GITHUB_REPOSITORY", "example/policies")
            .variable("GITHUB_WORKFLOW", "Policies")
            .variable("GITHUB_JOB", "policies")
            .variable("RUNNER_OS", "Linux")
            .variable("RUNNER_ARCH", "X64")
            .variable("COGWARD_RETRY_SECONDS", "0")
    }

    /// The same with the real program.
    #[cfg(feature = "live")]
    pub fn real() -> Self {
        Self::new().variable("PROGRAM_OF_TEST", env!("CARGO_BIN_EXE_cogward"))
    }

    pub fn program(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        assert!(self.inputs.contains_key(name), "there is no input {name}");
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    pub fn event(mut self, event: Value) -> Self {
        self.event = event;
        self
    }

    /// A pull request of the repository itself, whose words are hostile.
    pub fn pull_request(self) -> Self {
        self.event(pull_request("example/policies"))
    }

    pub fn hub(self, hub: &Hub) -> Self {
        self.variable("GITHUB_API_URL", &hub.address)
    }

    /// What the stand-in does: `code`, `stdout`, or a report by its format.
    pub fn does(self, what: &str, text: &str) -> Self {
        fs::write(self.path("fake").join(what), text).unwrap();
        self
    }

    #[cfg(feature = "live")]
    pub fn file(self, name: &str, text: &str) -> Self {
        let path = self.path("workspace").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub fn arguments(&self) -> Vec<String> {
        let text = self.text("fake/arguments");
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// Names in the workspace: anything there was made by a text that was evaluated.
    pub fn made(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("workspace")).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// Uses the action.
    pub fn run(&self) -> Done {
        fs::write(self.path("event.json"), self.event.to_string()).unwrap();
        let action = action();
        let mut done = Done {
            code: 0,
            log: String::new(),
            outputs: BTreeMap::new(),
            used: Vec::new(),
        };
        let mut outputs = BTreeMap::new();
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            if step
                .get("if")
                .is_some_and(|when| !self.holds(&text(when), &outputs))
            {
                continue;
            }
            if let Some(used) = step.get("uses") {
                done.used.push((text(used), self.words(&step["with"], &outputs)));
                continue;
            }
            let set = self.step(step, &outputs, &mut done);
            for (name, value) in set {
                outputs.insert(format!("steps.{}.outputs.{name}", text(&step["id"])), value);
            }
            // A step that fails ends the action, as none asks for more.
            if done.code != 0 {
                break;
            }
        }
        for (name, output) in action["outputs"].as_mapping().unwrap() {
            let value = self.expand(&text(&output["value"]), &outputs);
            done.outputs.insert(text(name), value);
        }
        done
    }

    fn step(
        &self,
        step: &Yaml,
        outputs: &BTreeMap<String, String>,
        done: &mut Done,
    ) -> Vec<(String, String)> {
        assert_eq!(text(&step["shell"]), "bash");
        let script = text(&step["run"]);
        assert!(
            !script.contains("${{"),
            "an expression in a shell's text: {script}"
        );
        let file = self.path("output");
        fs::write(&file, "").unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script])
            .env_clear()
            .current_dir(self.path("workspace"))
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("FAKE", self.path("fake"))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_OUTPUT", &file)
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_EVENT_PATH", self.path("event.json"))
            .envs(&self.variables)
            .envs(self.words(&step["env"], outputs));
        let ended = command.output().unwrap();
        done.log += &String::from_utf8(ended.stdout).unwrap();
        done.log += &String::from_utf8(ended.stderr).unwrap();
        done.code = ended.status.code().unwrap();
        let set = fs::read_to_string(&file).unwrap();
        let lines = set.lines().map(|line| line.split_once('=').unwrap());
        lines
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    fn words(&self, map: &Yaml, outputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let entries = map.as_mapping().into_iter().flatten();
        entries
            .map(|(name, value)| (text(name), self.expand(&text(value), outputs)))
            .collect()
    }

    /// Replaces expressions, of which the action has the plainest only.
    fn expand(&self, template: &str, outputs: &BTreeMap<String, String>) -> String {
        let Some((before, rest)) = template.split_once("${{") else {
            return template.to_owned();
        };
        let (expression, after) = rest.split_once("}}").unwrap();
        let value = self.value(expression.trim(), outputs);
        format!("{before}{value}{}", self.expand(after, outputs))
    }

    fn value(&self, expression: &str, outputs: &BTreeMap<String, String>) -> String {
        if let Some(name) = expression.strip_prefix("inputs.") {
            let value = self.inputs.get(name).unwrap_or_else(|| panic!("no input {name}"));
            // The one default that is an expression.
            return if name == "token" && value == "${{ github.token }}" {
                "workflow-token".to_owned()
            } else {
                value.clone()
            };
        }
        match expression {
            "github.action_path" => crate::action::root().display().to_string(),
            "github.action_ref" => self.variables.get("ACTION_REF").cloned().unwrap_or_default(),
            step if step.starts_with("steps.") => outputs.get(step).cloned().unwrap_or_default(),
            other => panic!("the test knows no `{other}`"),
        }
    }

    fn holds(&self, condition: &str, outputs: &BTreeMap<String, String>) -> bool {
        let (left, right) = condition.split_once(" != ").expect("a comparison");
        format!("'{}'", self.value(left, outputs)) != right
    }
}

/// A pull request from the repository `head`. Its author chose the words.
pub fn pull_request(head: &str) -> Value {
    let hostile = "$(touch made)`touch made`; touch made #\n::error::owned\n::set-output name=x::y";
    json!({
        "pull_request": {
            "number": 7, "title": hostile, "body": hostile,
            "head": { "ref": hostile, "repo": { "full_name": head } },
            "base": { "ref": "main", "repo": { "full_name": "example/policies" } },
            "user": { "login": hostile },
        },
        "repository": { "id": 11, "default_branch": "main", "full_name": "example/policies" },
    })
}

impl Done {
    /// Lines that the runner would obey: those that begin with `::`, outside of what is shown with commands off.
    pub fn commands(&self) -> Vec<String> {
        let mut stopped: Option<String> = None;
        let mut obeyed = Vec::new();
        for line in self.log.lines() {
            match &stopped {
                Some(word) if *word == line => stopped = None,
                None if line.starts_with("::stop-commands::") => {
                    stopped = Some(format!("::{}::", line.strip_prefix("::stop-commands::").unwrap()));
                }
                None if line.trim_start().starts_with("::") || line.contains("##[") => {
                    obeyed.push(line.to_owned());
                }
                Some(_) | None => {}
            }
        }
        assert_eq!(stopped, None, "commands stay off: {}", self.log);
        obeyed
    }
}

/// The repository's own path of a file.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(crate::action::root())
        .unwrap()
        .display()
        .to_string()
}
