//! Texts that are no snapshot.

use crate::observe::snapshot::read;

fn fault(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

const POOL: &str =
    r#"{"id": "us-west-2_A", "name": "a", "mode": {}, "mfa": {}, "responses": {}, "clients": []}"#;

fn with(pools: &str) -> String {
    format!("{{\n\"version\": 1,\n\"pools\": [\n{pools}\n]}}")
}

#[test]
fn the_smallest_file() {
    let found = read(r#"{"version": 1, "pools": []}"#).unwrap();
    assert!(found.estate.is_whole() && found.estate.pools.is_empty());
    assert_eq!(read(&with(POOL)).unwrap().estate.pools[0].id(), "us-west-2_A");
}

#[test]
fn faults_are_told_with_their_place() {
    for (text, words) in [
        ("{".to_owned(), "line 1, column 1: it is cut off"),
        (with("7"), "line 4, column 1: integer `7` is not allowed there"),
        (
            with(&POOL.replace("\"mode\"", "\"mood\"")),
            "`mood` is not a known member",
        ),
        (with(&POOL.replace("\"mfa\": {}, ", "")), "`mfa` is missing"),
        (
            with(&POOL.replace("\"mode\": {}", "\"mode\": {\"standard\": \"ON\"}")),
            "`ON` is not allowed there; allowed: `OFF`, `AUDIT`, `ENFORCED`",
        ),
        (with(&POOL.replace("\"mfa\"", "\"mode\"")), "`mode` appears twice"),
    ] {
        let fault = fault(&text);
        assert!(fault.contains(words), "{fault}\n{words}");
        assert!(fault.starts_with("line "), "{fault}");
    }
}

#[test]
fn what_is_no_object() {
    for text in ["", "[]", "\n", "null", "\u{feff}{}"] {
        assert_eq!(fault(text), "a snapshot is a JSON object", "{text:?}");
    }
}

#[test]
fn other_versions_are_told_as_such() {
    let newer = r#"{"version": 2, "estates": []}"#;
    assert_eq!(
        fault(newer),
        "this is a snapshot of version 2, and this program reads version 1"
    );
    assert_eq!(
        fault(r#"{"version": 0, "pools": []}"#),
        "this is a snapshot of version 0, and this program reads version 1"
    );
    assert!(fault(r#"{"pools": []}"#).contains("`version` is missing"));
}

#[test]
fn pools_that_stand_twice_or_are_none() {
    assert_eq!(
        fault(&with(&format!("{POOL},{POOL}"))),
        "the pool `us-west-2_A` stands twice"
    );
    assert_eq!(
        fault(&with(&POOL.replace("us-west-2_A", ""))),
        "the pool `a` has no id"
    );
}
