//! `.ci/release`: what it makes is what the action takes, and a tag that does not fit is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::action::hub::{Answer, Hub};
use crate::action::runner::Runner;

/// A cargo whose program says its version.
const CARGO: &str = "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --target ] && target=$2; shift; done\n\
    mkdir -p \"target/${target:=$1}/release\"\n\
    printf '#!/bin/sh\\ntouch \"${FAKE:-/dev}/released\" 2>/dev/null\\necho cogward\\n' >\"target/$target/release/cogward\"\n\
    chmod +x \"target/$target/release/cogward\"\n";

const GH: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >gh-arguments\n";

const TARGET: &str = "x86_64-unknown-linux-musl";

/// A repository with the scripts and files that a release is made of.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in [".ci/release", "README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        let to = folder.path().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(crate::action::root().join(name), to).unwrap();
    }
    let changes = "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-11-21\n\n- this\n\n## [1.2.2]\n\n- before\n";
    fs::write(folder.path().join("CHANGELOG.md"), changes).unwrap();
    fs::write(
        folder.path().join("Cargo.toml"),
        "[package]\nversion = \"1.2.3\"\n",
    )
    .unwrap();
    folder
}

fn release(folder: &Path, runner: &Runner, arguments: &[&str]) -> Output {
    runner.program("bin/cargo", CARGO);
    runner.program("bin/gh", GH);
    let path = std::env::var("PATH").unwrap();
    Command::new(folder.join(".ci/release"))
        .args(arguments)
        .env("PATH", format!("{}:{path}", runner.path("bin").display()))
        .env_remove("FAKE")
        .output()
        .unwrap()
}

#[test]
fn a_tag_that_does_not_fit_is_refused() {
    let (folder, runner) = (repository(), Runner::new());
    let version = |tag: &str| release(folder.path(), &runner, &["version", tag]);
    assert!(version("v1.2.3").status.success());
    for (tag, words) in [
        ("v1.2.4", "Cargo.toml has version 1.2.3"),
        ("1.2.3", "Cargo.toml"),
        ("v1.2", "Cargo.toml"),
    ] {
        let said = version(tag);
        assert!(!said.status.success(), "{tag}");
        assert!(String::from_utf8_lossy(&said.stderr).contains(words), "{tag}");
    }
    fs::write(folder.path().join("CHANGELOG.md"), "## [Unreleased]\n\n- this\n").unwrap();
    let said = version("v1.2.3");
    assert!(!said.status.success() && String::from_utf8_lossy(&said.stderr).contains("no section [1.2.3]"));
    assert!(!release(folder.path(), &runner, &["version"]).status.success());
    assert!(
        !release(folder.path(), &runner, &["everything", "x"])
            .status
            .success()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_same_files_make_the_same_bytes() {
    let (folder, runner) = (repository(), Runner::new());
    let built = || {
        let said = release(folder.path(), &runner, &["build", TARGET]);
        assert!(said.status.success(), "{said:?}");
        fs::read(folder.path().join(format!("dist/cogward-{TARGET}.tar.gz"))).unwrap()
    };
    let first = built();
    fs::remove_dir_all(folder.path().join("target")).unwrap();
    assert!(first == built());
    let listed = Command::new("tar")
        .args(["-tzvf", &format!("dist/cogward-{TARGET}.tar.gz")])
        .current_dir(folder.path())
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let names: Vec<_> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(
        names,
        [
            "CHANGELOG.md",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "cogward"
        ]
    );
    assert!(
        listed.lines().all(|line| line.contains("0/0")),
        "nobody's account: {listed}"
    );
}

/// What is published is what the action takes.
#[cfg(target_os = "linux")]
#[test]
fn published_release_installs() {
    let (folder, builder) = (repository(), Runner::new());
    for arguments in [["build", TARGET], ["publish", "v1.2.3"]] {
        let said = release(folder.path(), &builder, &arguments);
        assert!(said.status.success(), "{said:?}");
    }
    let gh = fs::read_to_string(folder.path().join("gh-arguments")).unwrap();
    let gh: Vec<_> = gh.lines().collect();
    assert_eq!(gh[..4], ["release", "create", "v1.2.3", "--verify-tag"]);
    assert_eq!(gh.last(), Some(&"dist/SHA256SUMS"));
    let notes = fs::read_to_string(folder.path().join("dist/notes.md")).unwrap();
    assert_eq!(notes.trim(), "- this");
    let dist = folder.path().join("dist");
    let hub = Hub::new(move |asked| {
        let name = asked.path.rsplit('/').next().unwrap();
        fs::read(dist.join(name))
            .map_or_else(|_| Answer::status(404), |bytes| Answer(200, String::new(), bytes))
    });
    let runner = Runner::new()
        .with("version", "v1.2.3")
        .variable("COGWARD_RELEASES", &hub.address);
    runner.program("bin/gh", "#!/bin/sh\nexit 0\n");
    let done = runner.run();
    assert_eq!(done.code, 0, "{}", done.log);
    assert!(runner.path("fake/released").exists());
}
