//! Journals: what is written is read, what was cut off is told, and anything else is refused.

use cogward::fs::Tree;
use cogward::journal::{Begin, Close, End, Journal, JournaledGate, Outcome, Reasons, Run, Who, read, schema};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::write::support::{POOL, REGION, SECRET};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub fn run() -> Run {
    Run {
        version: 1,
        at: at(0),
        tool_version: "0.1.0".into(),
        command: "apply".into(),
        plan_digest: "0".repeat(64),
        who: vec![Who {
            account: "123456789012".into(),
            arn: Some("arn:aws:iam::123456789012:user/tester".into()),
        }],
        endpoints: vec!["http://127.0.0.1:4566".into()],
        gates: vec![JournaledGate {
            pool: "us-west-2_A".into(),
            auth: "standard".into(),
            shown: "20 of 14 days in AUDIT by CloudTrail".into(),
            met: true,
        }],
        reasons: Reasons {
            audit: None,
            only: vec![],
            override_gate: Some("the audit was elsewhere".into()),
            allow_weaken: vec!["/mode/standard".into()],
            allow_block: vec!["/account_takeover/high".into()],
            allow_finding: [("high-risk-allowed".into(), "a load test".into())].into(),
            exclude: Vec::new(),
        },
    }
}

pub fn begin(second: i64) -> Begin {
    Begin {
        call: 0,
        at: at(second),
        operation: "UpdateUserPool".into(),
        account: Some("123456789012".into()),
        region: REGION.into(),
        pool: POOL.into(),
        client: None,
        makes: vec!["/mode/standard".into()],
        before: json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT", "Name": "Zoë\n" } }),
        after: json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" } }),
    }
}

pub fn end(second: i64, outcome: Outcome) -> End {
    End {
        call: 0,
        at: at(second),
        request_id: Some("00000000-0000-4000-8000-000000000001".into()),
        outcome,
        code: None,
        detail: None,
        beside: Value::Null,
    }
}

pub fn close(second: i64) -> Close {
    Close {
        at: at(second),
        complete: true,
        not_tried: 0,
    }
}

/// The text of a journal of two calls that overlap, and one more.
fn written() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_owned());
    let mut journal = Journal::create(&tree, "a.jsonl", run()).unwrap();
    let first = journal.begin(begin(1)).unwrap();
    let second = journal.begin(begin(2)).unwrap();
    assert_eq!((first.call(), second.call()), (1, 2));
    journal.end(second, end(3, Outcome::Unknown)).unwrap();
    journal.end(first, end(4, Outcome::Done)).unwrap();
    let third = journal.begin(begin(5)).unwrap();
    journal.end(third, end(6, Outcome::Refused)).unwrap();
    journal.close(close(7)).unwrap();
    std::fs::read(folder.path().join("a.jsonl")).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let record = read(&written()).unwrap();
    assert_eq!(
        (record.run, record.close, record.torn),
        (run(), Some(close(7)), false)
    );
    let outcomes: Vec<_> = record
        .made
        .iter()
        .map(|made| (made.begin.call, made.end.as_ref().unwrap().outcome))
        .collect();
    assert_eq!(
        outcomes,
        [(1, Outcome::Done), (2, Outcome::Unknown), (3, Outcome::Refused)]
    );
    let wanted = Begin { call: 3, ..begin(5) };
    assert_eq!(record.made[2].begin, wanted);
}

#[test]
fn every_line_fits_the_published_schema() {
    let schema = jsonschema::validator_for(&schema()).unwrap();
    let text = String::from_utf8(written()).unwrap();
    assert_eq!(text.lines().count(), 8);
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let faults: Vec<_> = schema
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(faults, <[String; 0]>::default(), "{line}");
    }
    assert!(!schema.is_valid(&json!({ "event": "close", "at": "2026-11-21T00:00:00Z" })));
}

/// A cut at every byte loses no line before it.
#[test]
fn cut_at_any_byte_keeps_earlier_lines() {
    let text = written();
    let whole = read(&text).unwrap();
    let lines_before = |length: usize| text[..length].split(|byte| *byte == b'\n').count() - 1;
    for length in 0..text.len() {
        let lines = lines_before(length);
        // A line that is whole but for its newline is a line.
        let lines = lines + usize::from(text[length] == b'\n');
        let Ok(record) = read(&text[..length]) else {
            assert_eq!(lines, 0, "{length}");
            continue;
        };
        let ends = record.made.iter().filter(|made| made.end.is_some()).count();
        let closed = usize::from(record.close.is_some());
        assert_eq!(1 + record.made.len() + ends + closed, lines, "{length}");
        let at_the_edge = length == 0 || text[length - 1] == b'\n' || text[length] == b'\n';
        assert_eq!(record.torn, !at_the_edge, "{length}");
        for (made, wanted) in record.made.iter().zip(&whole.made) {
            assert_eq!(made.begin, wanted.begin);
        }
        let open: Vec<_> = record.open().map(|begin| begin.call).collect();
        assert_eq!(open.len(), record.made.len() - ends);
    }
}

/// What cannot have been written is refused with its line.
#[test]
fn impossible_records_refused_with_line() {
    let text = String::from_utf8(written()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let with = |order: &[usize]| {
        let chosen: Vec<_> = order.iter().map(|line| lines[*line]).collect();
        let text = chosen.join("\n") + "\n";
        read(text.as_bytes()).unwrap_err().to_string()
    };
    for (order, words) in [
        (&[1][..], "line 1: the first line must be of the run"),
        (&[0, 0], "line 2: a second run begins"),
        (&[0, 3], "line 2: call 2 ends and never began"),
        (&[0, 2], "line 2: call 2 begins where call 1 should"),
        (&[0, 1, 1], "line 3: call 1 begins where call 2 should"),
        (&[0, 1, 4, 4], "line 4: call 1 ends twice"),
        (&[0, 7, 1], "line 3: something comes after the run's end"),
    ] {
        assert_eq!(with(order), words);
    }
    assert_eq!(
        read(b"").unwrap_err().to_string(),
        "line 1: the journal has no whole first line, so that no call was made"
    );
    for (from, to, words) in [
        (
            "\"version\":1",
            "\"version\":2",
            "version 2 is unknown; this program reads version 1",
        ),
        ("\"tool_version\"", "\"tool\"", "`tool` is not a known member"),
        (
            "\"event\":\"begin\"",
            "\"event\":\"start\"",
            "`start` is not allowed there",
        ),
        ("\"call\":1", "\"call\":-1", "integer `-1` is not allowed there"),
    ] {
        let said = read(text.replacen(from, to, 1).as_bytes())
            .unwrap_err()
            .to_string();
        assert!(said.contains(words), "{said}");
    }
    let torn_inside = text.replacen('\n', "", 1);
    assert!(
        read(torn_inside.as_bytes()).is_err(),
        "only the last line may be cut off"
    );
}

/// Secrets are taken out and files are never written over.
#[test]
fn secrets_removed_existing_files_kept() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_owned());
    let mut journal = Journal::create(&tree, "a.jsonl", run()).unwrap();
    let secret = json!({ "UserPoolClient": { "ClientSecret": SECRET, "ClientName": "web" } });
    let begun = journal
        .begin(Begin {
            before: secret.clone(),
            after: secret,
            ..begin(1)
        })
        .unwrap();
    let beside = json!({ "ClientSecret": SECRET, "KeptBeside": 1 });
    let ended = End {
        beside,
        ..end(2, Outcome::Done)
    };
    journal.end(begun, ended).unwrap();
    let text = std::fs::read_to_string(folder.path().join("a.jsonl")).unwrap();
    assert!(!text.contains(SECRET) && text.contains("ClientName"), "{text}");
    assert!(text.contains("KeptBeside"), "{text}");
    let said = Journal::create(&tree, "a.jsonl", run()).unwrap_err();
    assert!(said.contains("`a.jsonl` cannot be created"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("a.jsonl")).unwrap(),
        text
    );
}

/// Runs that choose a name at once have each a journal.
#[test]
fn concurrent_runs_get_separate_journals() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_owned());
    let names = || (1..=8).map(|number| format!("{number}.jsonl"));
    let mut taken = std::thread::scope(|scope| {
        let start = || {
            Journal::create_first(&tree, names(), run())
                .unwrap()
                .name()
                .to_owned()
        };
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        runs.into_iter()
            .map(|run| run.join().unwrap())
            .collect::<Vec<_>>()
    });
    taken.sort();
    assert_eq!(taken, names().collect::<Vec<_>>());
    let said = Journal::create_first(&tree, names(), run()).unwrap_err();
    assert!(said.contains("`8.jsonl` cannot be created"), "{said}");
}

/// A journal is not written through a planted link.
#[cfg(unix)]
#[test]
fn planted_link_is_not_followed() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tree = Tree::new(folder.path().to_owned());
    let plant = |to, name| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    plant(outside.path().join("new"), "a.jsonl");
    plant(outside.path().to_owned(), "journals");
    for name in ["a.jsonl", "journals/a.jsonl"] {
        let said = Journal::create(&tree, name, run()).unwrap_err();
        assert!(said.contains(&format!("`{name}` cannot be created")), "{said}");
    }
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_journal() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_owned());
    Journal::create(&tree, "a.jsonl", run()).unwrap();
    let mode = std::fs::metadata(folder.path().join("a.jsonl"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}
