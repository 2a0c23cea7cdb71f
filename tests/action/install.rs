//! Where the program comes from: a release whose bytes and origin are proven, or the action's own source.

use std::fmt::Write as _;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::action::hub::{Answer, Hub};
use crate::action::runner::{Done, Runner};

/// A `gh` that keeps how it was called and ends as the test wants.
const GH: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$FAKE/gh\"\nexit \"$(cat \"$FAKE/gh-code\")\"\n";

const FILE: &str = "cogward-x86_64-unknown-linux-musl.tar.gz";

/// An archive with a program of this name that says that it ran.
fn archive(runner: &Runner, name: &str) -> Vec<u8> {
    let folder = runner.path("fake");
    std::fs::write(folder.join(name), "#!/bin/sh\ntouch \"$FAKE/released\"\n").unwrap();
    let made = Command::new("tar")
        .args(["-czf", "release.tar.gz", name])
        .current_dir(&folder)
        .status();
    assert!(made.unwrap().success());
    std::fs::read(folder.join("release.tar.gz")).unwrap()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn release(bytes: &[u8], sums: &str) -> Hub {
    let (bytes, sums) = (bytes.to_vec(), sums.to_owned());
    Hub::new(move |asked| match asked.path.rsplit('/').next() {
        Some("SHA256SUMS") => Answer(200, String::new(), sums.clone().into_bytes()),
        Some(FILE) => Answer(200, String::new(), bytes.clone()),
        _ => Answer::status(404),
    })
}

fn use_release(runner: Runner, hub: &Hub, gh_code: &str) -> (Runner, Done) {
    runner.program("bin/gh", GH);
    let runner = runner
        .variable("COGWARD_RELEASES", &hub.address)
        .does("gh-code", gh_code);
    let done = runner.run();
    (runner, done)
}

/// A release is used when its bytes and its maker are proven.
#[test]
fn release_with_checksum_and_attestation() {
    let runner = Runner::new().with("version", "v1.2.3");
    let bytes = archive(&runner, "cogward");
    let sums = format!("{}  other.zip\n{}  {FILE}\n", sum(b"other"), sum(&bytes));
    let hub = release(&bytes, &sums);
    let (runner, done) = use_release(runner, &hub, "0");
    assert_eq!(done.code, 0, "{}", done.log);
    assert!(runner.path("fake/released").exists());
    assert!(
        hub.asked()
            .iter()
            .all(|asked| asked.path.starts_with("/v1.2.3/") && asked.token.is_none())
    );
    let gh = runner.text("fake/gh");
    let gh: Vec<_> = gh.lines().collect();
    assert_eq!(gh[..2], ["attestation", "verify"]);
    assert!(gh[2].ends_with(FILE));
    assert_eq!(
        gh[3..],
        [
            "--repo",
            "cogward/cogward",
            "--signer-workflow",
            "cogward/cogward/.github/workflows/release.yml",
            "--source-ref",
            "refs/tags/v1.2.3",
            "--deny-self-hosted-runners",
        ]
    );
    assert_eq!(runner.text("fake/cargo"), "", "nothing is built");
}

/// The tag in uses names the release and a commit means the source.
#[test]
fn version_from_tag_or_source_build() {
    let hub = Hub::scripted(vec![]);
    let (_, done) = use_release(Runner::new().variable("ACTION_REF", "v4.5.6"), &hub, "0");
    assert_eq!(done.code, 2);
    assert!(hub.asked()[0].path.starts_with("/v4.5.6/"), "{:?}", hub.asked());
    for version in ["3d3c42e5aac5ba805825da76410c181273ba90b1", "main", "v4", ""] {
        let runner = Runner::new().variable("ACTION_REF", version);
        assert_eq!(runner.run().code, 0);
        let cargo = runner.text("fake/cargo");
        let wanted = "build --release --locked --bin cogward --target-dir";
        assert!(cargo.contains(wanted), "{version}: {cargo}");
        let own = crate::action::root()
            .canonicalize()
            .unwrap()
            .display()
            .to_string();
        assert!(
            cargo.starts_with(&own),
            "it is built in the action's own folder: {cargo}"
        );
    }
}

/// Bytes that nobody vouches for are not run.
#[test]
fn unverified_release_not_run() {
    let bytes = |runner: &Runner| archive(runner, "cogward");
    for (sums, gh_code, words) in [
        (format!("{}  {FILE}\n", sum(b"other")), "0", "checksum"),
        (String::new(), "0", "checksum"),
        (format!("{}  other.tar.gz\n", "0".repeat(64)), "0", "checksum"),
        ("OWN\nOWN".to_owned(), "0", "checksum"),
        ("OWN".to_owned(), "1", "nothing proves who built"),
        ("OWN".to_owned(), "4", "nothing proves who built"),
    ] {
        let runner = Runner::new().with("version", "v1.2.3");
        let bytes = bytes(&runner);
        let sums = sums.replace("OWN", &format!("{}  {FILE}", sum(&bytes)));
        let hub = release(&bytes, &sums);
        let (runner, done) = use_release(runner, &hub, gh_code);
        assert_eq!(done.code, 2, "{sums} {gh_code}: {}", done.log);
        assert!(done.commands()[0].contains(words), "{:?}", done.commands());
        assert!(!runner.path("fake/released").exists());
    }
}

/// An archive without the program is refused whatever it would write.
#[test]
fn archive_without_program_refused() {
    let runner = Runner::new().with("version", "v1.2.3");
    let bytes = archive(&runner, "other");
    let hub = release(&bytes, &format!("{}  {FILE}\n", sum(&bytes)));
    let (runner, done) = use_release(runner, &hub, "0");
    assert_eq!(done.code, 2);
    assert!(
        done.commands()[0].contains("holds no program"),
        "{:?}",
        done.commands()
    );
    assert_eq!(runner.made(), [""; 0]);
    let hub = release(b"no archive", &format!("{}  {FILE}\n", sum(b"no archive")));
    let (_, done) = use_release(Runner::new().with("version", "v1.2.3"), &hub, "0");
    assert!(
        done.commands()[0].contains("holds no program"),
        "{:?}",
        done.commands()
    );
}

/// A runner without a release is told what to do.
#[test]
fn unsupported_runner_gets_advice() {
    let runner = || Runner::new().with("version", "v1.2.3");
    let done = runner().variable("RUNNER_ARCH", "RISCV64").run();
    assert!(
        done.commands()[0].contains("version `source`"),
        "{:?}",
        done.commands()
    );
    let failing = Runner::new();
    failing.program("bin/cargo", "#!/bin/sh\nexit 101\n");
    let done = failing.run();
    assert_eq!(done.code, 2);
    assert!(
        done.commands()[0].contains("cannot be built"),
        "{:?}",
        done.commands()
    );
}

/// Neither the folder that is checked nor a relative entry of PATH is a place for programs.
#[test]
fn programs_of_the_checkout_are_not_run() {
    let runner = Runner::new().with("command", "gate");
    let mut event = crate::action::runner::pull_request("example/policies");
    event["pull_request"]["base"]["sha"] = "0123456789abcdef0123456789abcdef01234567".into();
    let path = std::env::var("PATH").unwrap();
    let path = format!(".:{}:{path}", runner.path("bin").display());
    let runner = runner.event(event).variable("PATH", &path);
    for name in ["cargo", "gh", "git"] {
        runner.program(
            &format!("workspace/{name}"),
            "#!/bin/sh\ntouch \"$FAKE/planted\"\n",
        );
    }
    let done = runner.run();
    assert_eq!(done.code, 0, "{}", done.log);
    assert!(!runner.path("fake/planted").exists(), "{}", done.log);
    let bytes = archive(&runner, "cogward");
    let hub = release(&bytes, &format!("{}  {FILE}\n", sum(&bytes)));
    let (runner, done) = use_release(runner.with("version", "v1.2.3"), &hub, "0");
    assert_eq!(done.code, 0, "{}", done.log);
    assert!(!runner.path("fake/planted").exists(), "{}", done.log);
}
