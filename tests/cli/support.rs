//! A folder of its own for each test, and one run of the program in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A policy with two warnings and two notes, one of which `--fix` mends.
pub const POLICY: &str = "\
version: 1
name: prod
target: { pool: us-west-2_A }
mode: { standard: OFF }
risk_exceptions:
  always_block:
    - 192.0.2.1/24 # lab
";

/// A policy without findings.
pub const CLEAN: &str = "version: 1\ntarget: { pool: us-west-2_CLEAN }\nfeature_plan: PLUS\n";

/// A folder.
pub struct Place(TempDir);

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// A report in JSON without what it is filed by: when, by whom, and from which snapshot.
    #[cfg(feature = "live")]
    pub fn unfiled(mut self) -> Self {
        let mut report: serde_json::Value = serde_json::from_str(&self.out).unwrap();
        report.as_object_mut().unwrap().remove("run");
        self.out = report.to_string();
        self
    }
}

impl Place {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with `policies/a.yaml`.
    pub fn with(text: impl AsRef<[u8]>) -> Self {
        let place = Self::new();
        place.file("policies/a.yaml", text);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn link(&self, to: &str, name: &str) -> &Self {
        std::os::unix::fs::symlink(to, self.path(name)).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Names in a folder, hidden ones included.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program in this folder, with nothing of the environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program(args);
        command.current_dir(self.0.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        finished(&self.command(args).output().unwrap())
    }

    /// `cogward lint` on a fixed day.
    pub fn lint(&self, args: &[&str]) -> Run {
        self.run(&[&["lint", "--today", "2026-11-21"], args].concat())
    }

    /// Rule, place and message of every finding, and the exit code.
    pub fn findings(&self, args: &[&str]) -> (i32, Vec<(String, String, String)>) {
        self.findings_with(args, &[])
    }

    /// The same with variables in the environment.
    pub fn findings_with(
        &self,
        args: &[&str],
        variables: &[(&str, &str)],
    ) -> (i32, Vec<(String, String, String)>) {
        let args = [&["lint", "--today=2026-11-21", "--format=json"], args].concat();
        let mut command = self.command(&args);
        command.envs(variables.iter().copied());
        let run = finished(&command.output().unwrap());
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(report["exit_code"], run.code, "the report says how the run ends");
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let one = |finding: &serde_json::Value| {
            let at = &finding["location"];
            let mut place = text(&at["file"]);
            if let Some(line) = at["start"]["line"].as_u64() {
                place = format!("{place}:{line}:{}", at["start"]["column"]);
            }
            (text(&finding["rule"]), place, text(&finding["message"]))
        };
        let found = report["findings"].as_array().unwrap().iter().map(one).collect();
        (run.code, found)
    }
}

/// The program with nothing of the environment.
pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_cogward")));
    command
        .env_clear()
        .env("COLUMNS", "100")
        .args(args)
        .stdin(Stdio::null());
    command
}

/// A folder with `pools.json`: a snapshot of the demo's pools.
#[cfg(feature = "live")]
pub fn demo_snapshot(options: &[&str]) -> Place {
    use cogward::simulator::{Options, Server, demo};

    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    let output = place
        .command(&[&["snapshot", "-o", "pools.json"], options].concat())
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_REGION", demo::REGION)
        .env("AWS_ACCESS_KEY_ID", "demo")
        .env("AWS_SECRET_ACCESS_KEY", "demo")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    assert!(output.status.success());
    place
}

pub fn finished(output: &Output) -> Run {
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

/// Every format that `--format` takes.
pub const FORMATS: [&str; 13] = [
    "human", "table", "concise", "summary", "csv", "json", "sarif", "ocsf", "junit", "markdown", "comment",
    "github", "html",
];
