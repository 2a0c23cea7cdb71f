//! Runs without credentials: a snapshot of the default branch, or the linter alone, and never in silence.

use std::io::Write;

use serde_json::{Value, json};

use crate::action::hub::{Answer, Hub};
use crate::action::runner::{Done, Runner, pull_request};

const LIST: &str = "GET /repos/example/policies/actions/artifacts?name=snap";

fn artifact(id: u64, created: &str, branch: &str, head: u64) -> Value {
    json!({
        "id": id, "name": "snap", "expired": false, "created_at": created,
        "workflow_run": { "head_branch": branch, "repository_id": 11, "head_repository_id": head },
    })
}

fn listing(artifacts: &[Value]) -> Answer {
    Answer::json(&json!({ "total_count": artifacts.len(), "artifacts": artifacts }))
}

/// An archive with one file, stored as it is: the format's own few fields.
fn archive(name: &str, text: &str) -> Vec<u8> {
    let crc = crc32(text.as_bytes());
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &crc.to_le_bytes(),
        &size,
        &size,
        &length,
        &[0, 0],
    ]
    .concat();
    let mut file = Vec::new();
    for part in [&b"PK\x03\x04"[..], &common, name.as_bytes(), text.as_bytes()] {
        file.write_all(part).unwrap();
    }
    let directory = u32::try_from(file.len()).unwrap();
    let entry = [&b"PK\x01\x02\x14\x00"[..], &common, &[0; 14], name.as_bytes()].concat();
    let entry_size = u32::try_from(entry.len()).unwrap();
    file.write_all(&entry).unwrap();
    file.write_all(b"PK\x05\x06\0\0\0\0\x01\0\x01\0").unwrap();
    file.write_all(&entry_size.to_le_bytes()).unwrap();
    file.write_all(&directory.to_le_bytes()).unwrap();
    file.write_all(&[0, 0]).unwrap();
    file
}

/// An archive of a snapshot with another byte at this place of both of its descriptions: 2 is the flags, 4 how it is packed.
fn marked(at: usize, byte: u8) -> Vec<u8> {
    let mut file = archive("cogward-snapshot.json", "{\"pools\": []}");
    let entry = file
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    file[4 + at] = byte;
    file[entry + 6 + at] = byte;
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

fn use_action(runner: Runner, hub: &Hub) -> (Runner, Done) {
    let runner = runner
        .with("command", "diff")
        .with("snapshot-artifact", "snap")
        .hub(hub)
        .does("markdown", "# Report\n");
    let done = runner.run();
    (runner, done)
}

fn fork() -> Runner {
    Runner::new().event(pull_request("stranger/policies"))
}

/// A fork is compared with the newest snapshot of the default branch.
#[test]
fn newest_default_branch_snapshot_used() {
    let storage = Hub::new(|_| {
        Answer(
            200,
            String::new(),
            archive("cogward-snapshot.json", "{\"pools\": []}"),
        )
    });
    let location = format!("Location: {}/blob\r\n", storage.address);
    let mut expired = artifact(9, "2026-11-23T00:00:00Z", "main", 11);
    expired["expired"] = true.into();
    let hub = Hub::scripted(vec![
        (
            LIST,
            vec![listing(&[
                artifact(1, "2026-11-19T00:00:00Z", "main", 11),
                artifact(2, "2026-11-20T03:00:00Z", "main", 11),
                artifact(3, "2026-11-21T00:00:00Z", "main", 666),
                artifact(4, "2026-11-22T00:00:00Z", "other", 11),
                expired,
            ])],
        ),
        (
            "GET /repos/example/policies/actions/artifacts/2/zip",
            vec![Answer(302, location, Vec::new())],
        ),
    ]);
    let (runner, done) = use_action(fork(), &hub);
    assert_eq!(done.code, 0, "{}", done.log);
    let arguments = runner.arguments();
    let from = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix("--from="))
        .unwrap();
    assert_eq!(std::fs::read_to_string(from).unwrap(), "{\"pools\": []}");
    assert_eq!(arguments[0], "diff");
    let said = "compared with the snapshot of 2026-11-20, not with live pools";
    assert!(done.commands()[0].starts_with("::notice") && done.commands()[0].contains(said));
    assert!(runner.text("summary").contains(said));
    assert_eq!(storage.asked()[0].token, None, "the other host gets no token");
    assert!(hub.asked().iter().all(|asked| asked.token.is_some()));
}

/// Without a snapshot a fork is linted and told so.
#[test]
fn missing_snapshot_falls_back_to_lint() {
    let evil = [
        artifact(3, "2026-11-21T00:00:00Z", "main", 666),
        artifact(4, "2026-11-22T00:00:00Z", "other", 11),
        json!({ "id": 5, "name": "snap", "expired": false }),
    ];
    let broken = |body: &[u8]| {
        Hub::scripted(vec![
            (
                "GET /repos/example/policies/actions/artifacts/2/zip",
                vec![Answer(200, String::new(), body.to_vec())],
            ),
            (
                LIST,
                vec![listing(&[artifact(2, "2026-11-20T03:00:00Z", "main", 11)])],
            ),
        ])
    };
    for hub in [
        Hub::scripted(vec![(LIST, vec![listing(&evil)])]),
        Hub::scripted(vec![(LIST, vec![listing(&[])])]),
        Hub::scripted(vec![(LIST, vec![Answer::status(403)])]),
        Hub::scripted(vec![(LIST, vec![Answer::status(500)])]),
        broken(b"no archive"),
        broken(&archive("../../x.txt", "no snapshot")),
        // Encrypted; packed in a way that nobody knows; packed, and damaged.
        broken(&marked(2, 1)),
        broken(&marked(4, 99)),
        broken(&marked(4, 8)),
    ] {
        let (runner, done) = use_action(fork().with("fail-on", "weaker"), &hub);
        assert_eq!(done.code, 0, "{}", done.log);
        let arguments = runner.arguments();
        assert_eq!(arguments[0], "lint");
        assert!(
            !arguments.iter().any(|argument| argument.contains("weaker")),
            "lint has severities"
        );
        assert!(!arguments.iter().any(|argument| argument.starts_with("--from")));
        let said = "were linted and not compared";
        assert!(done.commands()[0].contains(said), "{:?}", done.commands());
        assert!(runner.text("summary").contains(said));
        assert_eq!(runner.made(), [""; 0]);
    }
}

/// With credentials nothing is asked of `GitHub`.
#[test]
fn credentials_skip_the_snapshot() {
    let hub = Hub::scripted(vec![]);
    let runner = fork().variable("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    let (runner, done) = use_action(runner, &hub);
    assert_eq!((done.code, hub.asked().len()), (0, 0));
    assert_eq!(runner.arguments()[0], "diff");
    assert_eq!(done.commands(), [""; 0]);
}

/// The repository itself is never only linted.
#[test]
fn own_repository_never_only_linted() {
    let hub = Hub::scripted(vec![(LIST, vec![listing(&[])])]);
    let (runner, _) = use_action(Runner::new().pull_request(), &hub);
    assert_eq!(
        runner.arguments()[0],
        "diff",
        "cogward itself says that it cannot look, with exit code 4"
    );
}

#[test]
fn a_hostile_name_of_an_artifact_is_refused() {
    for hostile in crate::action::HOSTILE
        .into_iter()
        .chain(["a/../../b", "a&b=c"])
        .filter(|name| *name != "-" && !name.starts_with("--write"))
    {
        let hub = Hub::scripted(vec![]);
        let runner = fork()
            .hub(&hub)
            .with("command", "diff")
            .with("snapshot-artifact", hostile);
        let done = runner.run();
        assert_eq!((done.code, hub.asked().len()), (2, 0), "{hostile}");
    }
}
