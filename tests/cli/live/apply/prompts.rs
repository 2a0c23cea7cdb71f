//! The question at a terminal: what is shown, which answers are a yes, and Ctrl-C at every moment.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogward::simulator::{FaultKind, InjectedFault};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::cli::live::apply::support::writes;
use crate::cli::live::support::{Aws, POOL};

/// A pool whose response at high risk is less strict than the policy's, and whose mode is too low.
fn lax() -> Aws {
    Aws::one().change(|pool| {
        pool.user_pool["UserPoolAddOns"] = serde_json::json!({ "AdvancedSecurityMode": "AUDIT" });
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] = "NO_ACTION".into();
    })
}

/// The program at a terminal.
pub struct Talk {
    child: Child,
    terminal: File,
    seen: String,
}

impl Talk {
    pub fn begin(mut command: Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let end = || Stdio::from(File::options().read(true).write(true).open(&name).unwrap());
        let child = command
            .env("NO_COLOR", "1")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        Self {
            child,
            terminal: File::from(master),
            seen: String::new(),
        }
    }

    /// Reads until some words are there. The terminal ends with an error when the program has.
    pub fn until(&mut self, words: &str) {
        let mut bytes = [0; 4096];
        while !self.seen.contains(words) {
            let read = self.terminal.read(&mut bytes);
            let Ok(length @ 1..) = read else {
                panic!("`{words}` never came: {}", self.seen);
            };
            self.seen
                .push_str(&String::from_utf8_lossy(&bytes[..length]).replace('\r', ""));
        }
    }

    pub fn types(&mut self, text: &str) {
        self.terminal.write_all(text.as_bytes()).unwrap();
    }

    fn interrupt(&self) {
        let mut kill = Command::new("kill");
        let sent = kill
            .args(["-INT", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// How the program ended, and everything that was on the screen.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let mut bytes = [0; 4096];
        while let Ok(length @ 1..) = self.terminal.read(&mut bytes) {
            self.seen
                .push_str(&String::from_utf8_lossy(&bytes[..length]).replace('\r', ""));
        }
        (self.child.wait().unwrap().code(), self.seen)
    }
}

/// The pool's answer at high risk becomes a block with the step to ENFORCED.
const NAMED: &str = "--allow-block=/account_takeover";

const QUESTION: &str = "Type the pool's name (customers) or `yes` to apply, anything else to cancel: ";

/// The plan is on the screen before the question and the name is a yes.
#[test]
fn plan_precedes_question_pool_name_agrees() {
    let aws = lax();
    let mut talk = Talk::begin(aws.command(&["apply", NAMED]));
    talk.until(QUESTION);
    let verdict = talk.seen.find("; 0 weaker; 2 calls\n").unwrap();
    assert!(verdict < talk.seen.find(QUESTION).unwrap());
    assert_eq!(writes(&aws.server), Vec::<String>::new());
    talk.types("customers\n");
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(0), "{seen}");
    assert!(
        seen.contains("[2/2] customers (us-west-2_A): UpdateUserPool\n[2/2] done\n"),
        "{seen}"
    );
    assert!(seen.contains("2 applied\njournal: cogward-journal-"), "{seen}");
    assert_eq!(
        seen.matches("2 changes").count(),
        1,
        "the plan is shown once: {seen}"
    );
    assert_eq!(writes(&aws.server), ["SetRiskConfiguration", "UpdateUserPool"]);
}

/// Anything else and the end of the input are a no.
#[test]
fn other_answers_and_end_of_input_cancel() {
    let aws = lax();
    for answer in ["\n", "y\n", "Customers\n", "\u{4}"] {
        let mut talk = Talk::begin(aws.command(&["apply", NAMED]));
        talk.until(QUESTION);
        talk.types(answer);
        let (code, seen) = talk.ended();
        assert_eq!(code, Some(3), "{answer:?}: {seen}");
        assert!(seen.contains("cancelled: nothing was changed"), "{seen}");
    }
    assert_eq!(writes(&aws.server), Vec::<String>::new());
    assert_eq!(aws.place.names("."), ["policies"], "no journal of nothing");
}

#[test]
fn ctrl_c_at_the_question_is_a_no() {
    let aws = lax();
    let mut talk = Talk::begin(aws.command(&["apply", NAMED]));
    talk.until(QUESTION);
    talk.interrupt();
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(3), "{seen}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// A report for programs does not hide the plan.
#[test]
fn json_format_still_shows_the_plan() {
    let aws = lax();
    let mut command = aws.command(&["apply", NAMED, "--format", "json"]);
    let mut talk = {
        command.env("COLUMNS", "200");
        Talk::begin(command)
    };
    talk.until(QUESTION);
    assert!(talk.seen.contains("/account_takeover/high"), "{}", talk.seen);
    talk.types("yes\n");
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(0), "{seen}");
    let json = &seen[seen.rfind("\n{\n").unwrap()..];
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(report["ending"], "carried-out");
}

/// Ctrl c between calls finishes the call under way and says what is left.
#[test]
fn ctrl_c_finishes_the_current_call() {
    let aws = lax().faults(vec![
        InjectedFault::new(FaultKind::Slow(1500)).at("SetRiskConfiguration"),
    ]);
    let talk = Talk::begin(aws.command(&["apply", "--yes", NAMED, "--journal", "a.jsonl"]));
    let until = Instant::now() + Duration::from_mins(1);
    while !writes(&aws.server).contains(&"SetRiskConfiguration".to_owned()) {
        assert!(Instant::now() < until, "the call never came");
        std::thread::yield_now();
    }
    talk.interrupt();
    let (code, seen) = talk.ended();
    assert_eq!(code, Some(4), "{seen}");
    assert!(
        seen.contains("finishing the current call, then stopping"),
        "{seen}"
    );
    assert!(seen.contains("applied      /account_takeover/high"), "{seen}");
    assert!(seen.contains("not tried    /mode/standard"), "{seen}");
    assert_eq!(writes(&aws.server), ["SetRiskConfiguration"]);
    let world = aws.server.world();
    let risk = &world.pool(POOL).unwrap().risk_configurations[""];
    assert_eq!(
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"],
        "BLOCK"
    );
    let journal = aws.place.read("a.jsonl");
    assert!(journal.contains(r#""complete":false,"not_tried":1"#), "{journal}");
}
