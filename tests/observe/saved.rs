//! A snapshot of a look is the look.

use cogward::observe::snapshot::{Snapshot, read, redact, write};
use cogward::simulator::{FaultKind, InjectedFault, Options};

use crate::observe::support::{CLIENT, SECRET, look, start};

#[tokio::test]
async fn a_saved_look_comes_back_whole_or_partial() {
    for faults in [
        vec![],
        vec![InjectedFault::new(FaultKind::AccessDenied).at("GetUserPoolMfaConfig")],
        vec![InjectedFault::new(FaultKind::AccessDenied)],
    ] {
        let server = start(Options {
            faults,
            ..Options::default()
        });
        let snapshot = Snapshot {
            estate: look(&server).await.estate,
            ..Snapshot::default()
        };
        let text = write(&snapshot);
        assert_eq!(read(&text).as_ref(), Ok(&snapshot));
        assert!(!text.contains(SECRET));
        assert!(!write(&redact(snapshot)).contains(CLIENT));
    }
}

/// Ids within longer words, and local parts in quotes, are hidden as others are.
#[tokio::test]
async fn redaction_finds_what_is_part_of_a_word() {
    let id = "4members0000000000000app00";
    let server = start(Options::default());
    let found = look(&server).await;
    let mut snapshot = Snapshot {
        estate: found.estate,
        ..Snapshot::default()
    };
    let pool = &mut snapshot.estate.pools[0];
    let client = &mut pool.posture.clients[0];
    client.id = Some(id.to_owned());
    client.key = format!("bob@corp.example-{id}");
    for (key, value) in [
        ("a", format!("x{id}")),
        ("b", format!("{id}x")),
        ("c", "\"a b\"@corp.example".to_owned()),
    ] {
        pool.tags.insert(key.to_owned(), value);
    }
    let text = write(&redact(snapshot));
    assert!(
        !text.contains(id) && !text.contains("a b") && !text.contains("bob"),
        "{text}"
    );
    assert!(text.contains("corp.example"), "{text}");
}
