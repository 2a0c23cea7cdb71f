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
