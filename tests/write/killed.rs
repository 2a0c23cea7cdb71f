//! A process that keeps a journal is killed, and what it had said was on disk is there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cogward::fs::Tree;
use cogward::journal::{Journal, Outcome, Record, read};

use crate::write::journal::{begin, close, end, run};

/// Names the folder of the journal to the process that writes it.
const FOLDER: &str = "COGWARD_TEST_JOURNAL";

/// The test below, in which the other process is one as well.
const NAME: &str = "write::killed::acknowledged_records_survive_a_kill";

/// What the other process says begins so; the rest is the test harness's.
const MARK: &str = "journal: ";

const CALLS: usize = 12;

/// Writes a journal, and says each line once it is on disk.
fn keep(folder: &str) {
    let tree = Tree::new(folder.into());
    let mut journal = Journal::create(&tree, "a.jsonl", run()).unwrap();
    println!("\n{MARK}run");
    for _ in 0..CALLS {
        let begun = journal.begin(begin(1)).unwrap();
        println!("{MARK}begin");
        journal.end(begun, end(2, Outcome::Done)).unwrap();
        println!("{MARK}end");
    }
    journal.close(close(3)).unwrap();
    println!("{MARK}close");
}

fn spawn(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([NAME, "--exact", "--nocapture"]).env(FOLDER, folder);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the process after so many words of it, and counts those that it had said by then.
fn killed_after(words: usize, folder: &Path) -> Vec<String> {
    let mut child = spawn(folder);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let mut lines = lines
        .map_while(Result::ok)
        .filter_map(|line| Some(line.strip_prefix(MARK)?.to_owned()));
    said.extend(lines.by_ref().take(words));
    child.kill().unwrap();
    said.extend(lines);
    child.wait().unwrap();
    said
}

/// Lines that were read, in the other process's words but for their order.
fn found(record: &Record) -> [usize; 4] {
    let ends = record.made.iter().filter(|made| made.end.is_some()).count();
    [1, record.made.len(), ends, usize::from(record.close.is_some())]
}

/// What was said to be on disk is there after a kill.
#[test]
fn acknowledged_records_survive_a_kill() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return keep(folder.to_str().unwrap());
    }
    let mut cut_short = 0;
    for words in 0..=2 * CALLS + 2 {
        let folder = tempfile::tempdir().unwrap();
        let said = killed_after(words, folder.path());
        assert!(said.len() >= words, "{words}: {said:?}");
        let text = std::fs::read(folder.path().join("a.jsonl")).unwrap_or_default();
        let Ok(record) = read(&text) else {
            assert_eq!(said.len(), 0, "{words}");
            continue;
        };
        let found = found(&record);
        let count = |word: &str| said.iter().filter(|said| *said == word).count();
        let wanted = ["run", "begin", "end", "close"].map(count);
        assert!(
            found.iter().zip(wanted).all(|(found, said)| *found >= said),
            "{found:?} {wanted:?}"
        );
        // At most one line is on disk that the process could not tell of any more.
        let (found, wanted): (usize, usize) = (found.iter().sum(), wanted.iter().sum());
        assert!(found <= wanted + 1, "{found} {wanted}");
        assert!(record.open().count() <= 1);
        cut_short += usize::from(record.close.is_none());
    }
    assert!(cut_short > 0, "no kill came in time");
}
