//! Any bytes as a log: reading ends, never panics, counts what it finds, and what it finds is read back from its own lines.
#![no_main]

use cogward::events::{EventStore, EventTally, read, write};
use cogward::model::event::AuthEvent;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (events, tally) = all(bytes);
    assert_eq!(events.len() as u64, tally.events);
    assert!(tally.named.len() as u64 <= tally.broken);
    let mut store = EventStore::default();
    for event in &events {
        store.add(event).expect("memory takes it");
    }
    let distinct = store.finish().expect("memory takes it");
    assert!(distinct.distinct() <= events.len() as u64);
    let lines: Vec<u8> = events.iter().flat_map(write).collect();
    let (again, tally) = all(&lines);
    assert_eq!(tally.broken, 0, "{:?}", tally.named);
    assert_eq!(again, events);
});

fn all(bytes: &[u8]) -> (Vec<AuthEvent>, EventTally) {
    let (mut events, mut tally) = (Vec::new(), EventTally::default());
    let read = read("log", Box::new(bytes), &mut tally, &mut |event| {
        events.push(event.clone());
        Ok(())
    });
    read.expect("nothing that takes events fails");
    (events, tally)
}
